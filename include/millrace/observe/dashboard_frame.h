// DashboardFrame: what a dashboard shows of one moment. LoopFrames: makes the part of it that a loop's metrics know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/error.h>
#include <millrace/loop_figures.h>
#include <millrace/observe/histogram.h>
#include <millrace/observe/log_level.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/observe/wall_clock.h>
#include <millrace/probe.h>

namespace millrace::observe {

/// Something that exists in a loop and may keep it alive.
struct DashboardHandle {
  std::string kind;                  ///< "timer", "interval", "descriptor", or a word of the host's
  std::string what;                  ///< for people: "reading socket:[4711]"
  std::optional<Duration> due_in{};  ///< timers; negative: it is late
  std::optional<Duration> delay{};   ///< timers: what it was armed with; the period of an interval
  bool referenced = true;            ///< it keeps the loop alive
};

/// A queue of the host's, beside those of LoopDepths.
struct DashboardQueue {
  std::string name;
  std::uint64_t waiting = 0;
};

/// A callback that took long.
struct DashboardSlow {
  WallTime when{};                ///< when it began
  std::string kind;               ///< "timer", "posted", ... as to_string(Work) has them; "callback" when that is not known
  Duration duration{};            ///< from its beginning to its end
  std::optional<Duration> cpu{};  ///< processor time of it, when it was measured
  std::string site;               ///< where: who made it, or what it was doing; may be empty
};

/// Something that went wrong.
struct DashboardError {
  WallTime when{};
  LogLevel level = LogLevel::error;
  std::string category;         ///< of its log record, or where it came from
  std::string message;          ///< may have several lines
  CorrelationId correlation{};  ///< zero: it has none
};

struct DashboardMemory {
  std::optional<std::uint64_t> resident_bytes{};       ///< of the process
  std::optional<std::uint64_t> heap_used_bytes{};      ///< of a managed heap, such as JavaScript's
  std::optional<std::uint64_t> heap_capacity_bytes{};  ///< what that heap has of the system
  std::optional<std::uint64_t> heap_external_bytes{};  ///< outside of the heap, kept by it
  Duration heap_age{};                                 ///< how long ago the heap was looked at
};

/// A plain value; the host fills in what it knows.
/// Limits    Dashboard::publish() keeps the first kHandlesMax, kQueuesMax, kSlowMax and kErrorsMax of the lists, and of each text the first
///           kTextMax bytes. The totals beside the lists say how many there are or were.
struct DashboardFrame {
  static constexpr std::size_t kHandlesMax = 100;
  static constexpr std::size_t kQueuesMax = 32;
  static constexpr std::size_t kSlowMax = 50;
  static constexpr std::size_t kErrorsMax = 50;
  static constexpr std::size_t kTextMax = 2'000;

  WallTime time{};
  Duration span{};         ///< what shares, rates and histograms are of: the time since the frame before
  std::string state{};     ///< of the loop, in a word
  double utilization = 0;  ///< the share of `span` that was not slept, 0 to 1
  double tasks_per_second = 0;
  double ticks_per_second = 0;
  Histogram task_duration{};   ///< in `span`, nanoseconds: callbacks of all kinds with their checkpoint
  Histogram timer_lateness{};  ///< likewise: from a timer's deadline to its start
  Histogram post_wait{};       ///< likewise: from a post at the shared door to its start
  LoopFigures figures{};       ///< since the loop was made
  LoopDepths depths{};
  std::vector<DashboardQueue> queues{};
  std::vector<DashboardHandle> handles{};
  std::size_t handles_total = 0;
  std::size_t handles_referenced = 0;  ///< of these, how many keep the loop alive
  DashboardMemory memory{};
  std::vector<DashboardSlow> slow{};  ///< the newest first
  std::uint64_t slow_total = 0;
  std::vector<DashboardError> errors{};  ///< the newest first
  std::uint64_t errors_total = 0;
};

/// Makes frames out of what a LoopMetrics has counted since the frame before.
/// Thread    one; the loop's is fine.
/// Lifetime  `metrics` and `wall_clock` outlive it.
class LoopFrames {
 public:
  /// Null: the system's clock.
  explicit LoopFrames(const LoopMetrics& metrics, const WallClock* wall_clock = nullptr);
  /// A frame with time, span, utilization, rates, histograms, figures and depths. The first is of the time since this was made.
  /// Cost      a snapshot of the metrics and three walks over the buckets of its histograms: about 0.1 ms. Errors: std::bad_alloc.
  [[nodiscard]] DashboardFrame take();

 private:
  struct Seen {
    Histogram task_duration, timer_lateness, post_wait;
    LoopFigures figures;
    Duration active{}, idle{};
  };
  [[nodiscard]] static Seen seen_in(const LoopSnapshot& snapshot);

  const LoopMetrics* metrics_;
  SystemWallClock system_clock_;
  const WallClock* wall_clock_;
  SteadyClock clock_;
  Instant last_time_;
  Seen last_;
};

}  // namespace millrace::observe
