// LoopMetrics: what a loop spends its time on, how late it is and what waits in it, counted on its thread and read from any.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include <millrace/clock.h>
#include <millrace/loop_figures.h>
#include <millrace/observe/histogram.h>
#include <millrace/observe/wall_clock.h>
#include <millrace/probe.h>

namespace millrace::observe {

/// Whether and how densely a loop is measured.
struct LoopMetricsPolicy {
  bool enabled = true;
  /// Of each kind of work at least one in so many is measured, chosen at random; all while they are slower than one in `gap`. What is
  /// measured counts for all it stands for, so that counts and sums are those of all tasks, as far as sampling can tell. One: every task.
  /// Zero: none. Indexed by Work.
  std::array<std::uint32_t, kWorkKinds> sampling = {64, 64, 64, 64, 64, 64};
  Duration gap = std::chrono::microseconds(20);
  /// Of the measured tasks one in so many also has its processor time measured, which costs two system calls. Zero: none.
  std::uint32_t cpu_sampling = 16;
};

/// What a loop did up to one moment. A plain value; all its numbers are of the same moment, but for figures and depths, which are as of
/// `last_state`: told every millisecond of work and before each sleep, so that they stand still while a callback runs or the loop sleeps.
/// Units     histograms: nanoseconds; `microtasks`: jobs. Their counts are estimates where sampling left tasks out; max() is of what was
///           measured.
struct LoopSnapshot {
  LoopFigures figures;
  LoopDepths depths;
  std::array<Histogram, kWorkKinds> duration;  ///< by Work: a callback and its checkpoint; Work::tick: a tick without its sleep
  Histogram timer_lateness;                    ///< from a timer's deadline to its start
  Histogram post_wait;                         ///< from a post at the shared door to its start
  Histogram microtasks;                        ///< native next-ticks and microtasks of a checkpoint
  Histogram cpu;                               ///< processor time of tasks of all kinds
  std::uint64_t cpu_bound =
      0;  ///< of the tasks with known processor time that took kClassifiedMin or more: at least half was computing
  std::uint64_t waiting = 0;  ///< the others of these: mostly waited, for a lock, a disk or the processor
  Duration active{};          ///< in runs, not asleep, until now
  Duration idle{};            ///< asleep, until now
  Instant last_state{};       ///< when figures and depths were told last, by the loop's clock
  bool running = false;       ///< a run is in progress
  bool asleep = false;        ///< and it sleeps
  std::uint64_t serial = 0;   ///< changes with every task and tick (Probe::serial())

  static constexpr Duration kClassifiedMin = std::chrono::microseconds(50);
  /// The share of the time in runs that was not slept; 0 before the first.
  [[nodiscard]] double utilization() const noexcept;
};

/// The Probe that counts. Hand it to one loop; it outlives the loop.
/// Thread    set_policy() and snapshot(): any. The loop feeds the rest.
/// Cost      off: a look at a flag each tick. On: about 1 ns a task, and about 100 ns for what is measured, at most one in `sampling`;
///           see bench/RESULTS.md. Memory: some tens of kilobytes.
class LoopMetrics final : public Probe {
 public:
  struct Clocks {
    /// The loop's, so that a snapshot knows how long it has slept or run by now. Outlives the metrics. Null: SteadyClock.
    const Clock* loop = nullptr;
    /// Reads the processor time of the calling thread, which is the loop's. Empty: CLOCK_THREAD_CPUTIME_ID.
    std::function<Duration()> cpu{};
    /// Tells created(); asked by the constructor alone. Null: SystemWallClock.
    const WallClock* wall = nullptr;
  };
  explicit LoopMetrics(LoopMetricsPolicy policy = {}) : LoopMetrics(std::move(policy), Clocks{}) {}
  LoopMetrics(LoopMetricsPolicy policy, Clocks clocks);
  ~LoopMetrics() override;

  /// The loop follows at its next tick. What was counted stays.
  void set_policy(const LoopMetricsPolicy& policy);
  [[nodiscard]] LoopMetricsPolicy policy() const;
  /// Everything since construction. Consistent: a task is counted whole or not at all.
  /// Waits     for the loop to finish the few nanoseconds of a count, at most kSnapshotWaitMax (it may have lost its processor there);
  ///           then what was counted since the last snapshot is left to the next. Never for a callback.
  [[nodiscard]] LoopSnapshot snapshot() const;
  /// When counting began.
  [[nodiscard]] WallTime created() const noexcept { return created_; }
  static constexpr Duration kSnapshotWaitMax = std::chrono::milliseconds(50);

  // What the loop calls; see Probe.
  void entered(Instant now) noexcept override;
  void left(Instant now, const LoopFigures& figures, const LoopDepths& depths) noexcept override;
  void closed(const LoopFigures& figures, const LoopDepths& depths) noexcept override;
  void task_begins(Work kind) noexcept override;
  void task(const TaskMeasure& measure) noexcept override;
  void tick(Instant began, Duration took) noexcept override;
  void post_waited(Instant ran, Duration waited, std::uint64_t stands_for) noexcept override;
  void state(Instant now, bool sleeps, const LoopFigures& figures, const LoopDepths& depths) noexcept override;
  void woke(Instant now) noexcept override;

 private:
  struct Parts;
  void apply_policy() noexcept;
  /// Chooses the next of its kind. How many the one just measured stands for.
  [[nodiscard]] std::uint32_t chosen_again(Work kind, Instant now) noexcept;

  WallTime created_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::observe
