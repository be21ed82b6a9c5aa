// Passes of work that are measured, and what else programs of bench/promise and bench/observe measure with. Nothing here knows what a pass
// does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/common.h"

namespace millrace::bench {

constexpr int kPasses = 5;

/// Results end here, so that no compiler may leave the work out.
inline volatile int sink;

/// One pass to warm up, then kPasses of `count` operations each. What is reported is the median of their CPU times.
template <typename Pass>
void measure_passes(const char* workload, const char* unit, std::size_t count, Pass pass) {
  pass();
  std::vector<std::uint64_t> times_ns(kPasses);
  for (std::uint64_t& time_ns : times_ns) {
    const std::uint64_t start = thread_cpu_ns();
    pass();
    time_ns = thread_cpu_ns() - start;
  }
  report(workload, "time", unit, percentile(times_ns, 0.5) / static_cast<double>(count));
}

/// Calls of operator new by this thread so far (news.cpp).
[[nodiscard]] std::size_t count_news() noexcept;

}  // namespace millrace::bench
