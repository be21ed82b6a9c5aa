// RuntimeMetrics: a JavaScript runtime's figures under the names that exporters tell. docs/metrics.md explains each.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include <millrace/clock.h>
#include <millrace/js/figures.h>
#include <millrace/observe/metrics.h>
#include <millrace/observe/wall_clock.h>

namespace millrace::js {

struct RuntimeMetricsOptions {
  /// On every point: {{"runtime", "rules"}} where a process has several.
  observe::Labels labels{};
  /// The heap is looked at when collect() was called since it was last, at most this often, at the end of a cycle of JavaScript. So its figures are of
  /// the call before, and missing in the first. Zero: never.
  /// Cost      about 60 ms for each million objects of the heap, on the loop thread.
  Duration memory_period = std::chrono::seconds(30);
  const observe::WallClock* wall_clock = nullptr;  ///< null: the system's
};

/// Fed by one runtime (RuntimeOptions::metrics), which it outlives.
/// Thread    collect(): any; it never waits for JavaScript. Cost to the runtime: a copy of the figures each cycle, about 30 ns.
class RuntimeMetrics final : public observe::MetricSource {
 public:
  explicit RuntimeMetrics(RuntimeMetricsOptions options = {})
      : options_(std::move(options)), created_(observe::wall_now(options_.wall_clock)) {}
  void collect(observe::MetricWriter& writer) const override;

  // What the runtime calls, on its thread.
  /// Whether the heap is to be looked at, at this moment of the loop's clock.
  [[nodiscard]] bool wants_memory(Instant now) noexcept;
  void tell(const RuntimeFigures& figures, const std::optional<RuntimeMemory>& memory) noexcept;
  /// The runtime has ended.
  void ended() noexcept;

 private:
  RuntimeMetricsOptions options_;
  observe::WallTime created_;
  mutable std::atomic<bool> collected_{false};  ///< since the heap was looked at
  std::optional<Instant> looked_;               ///< the runtime's thread
  mutable std::mutex mutex_;                    // leaf
  bool running_ = false;                        // guarded by mutex_, as what follows
  RuntimeFigures figures_;
  std::optional<RuntimeMemory> memory_;
};

}  // namespace millrace::js
