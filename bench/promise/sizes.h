// What every program of bench/promise measures: how much of everything, and heap growth. Nothing here knows a promise. The sizes are those of
// promise.js, too.
#pragma once

#include "common/passes.h"
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

}  // namespace millrace::bench
