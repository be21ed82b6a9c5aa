// What every program of bench/promise measures with: how often and how much of everything, passes, heap growth. Nothing here knows a
// promise. The sizes are those of promise.js, too.
#pragma once

#include "core/common.h"
#include "core/program.h"

namespace millrace::bench {

constexpr std::size_t kDepth = 1000;       ///< links of one chain
constexpr std::size_t kChains = 1000;      ///< of them in a pass
constexpr std::size_t kSteps = 1'000'000;  ///< reactions or co_awaits, one after the other
constexpr std::size_t kInputs = 100'000;   ///< of one all()
constexpr std::size_t kRaces = 1'000'000;
constexpr std::size_t kHeldChains = 100;   ///< alive together, to see what one promise holds; never divided
constexpr std::size_t kOffloads = 20'000;  ///< round trips to another thread
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

/// The heap that `races(count)` leaves behind, and its time.
template <typename Races>
void measure_growth(const char* workload, std::size_t count, Races races) {
  races(count / 100);  // queues and pools have their size now
  const std::size_t heap_before = heap_bytes();
  const std::uint64_t start = thread_cpu_ns();
  races(count);
  const std::uint64_t end = thread_cpu_ns();
  const auto growth = static_cast<std::ptrdiff_t>(heap_bytes() - heap_before);
  report(workload, "growth", "bytes/race", static_cast<double>(growth) / static_cast<double>(count));
  report(workload, "time", "ns/race", per(end - start, count));
}

/// Calls of operator new by this thread so far (news.cpp).
[[nodiscard]] std::size_t count_news() noexcept;

}  // namespace millrace::bench
