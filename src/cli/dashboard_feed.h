// DashboardFeed: tells a dashboard, once a second, what the program's loop does.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/js/runtime.h>
#include <millrace/js/runtime_metrics.h>
#include <millrace/loop.h>
#include <millrace/observe/dashboard.h>
#include <millrace/observe/log_sink.h>
#include <millrace/observe/loop_metric_source.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/slow_callbacks.h>
#include <millrace/observe/stall_detector.h>

namespace millrace::cli {

/// Keeps what costs much to look at within a share of the time: what took 10 ms is looked at again after a second. What takes long enough to be felt,
/// twice in a row, is left alone for minutes: a dashboard must not be what makes a loop late.
class Ration {
 public:
  static constexpr int kShare = 100;
  static constexpr Duration kFelt = std::chrono::milliseconds{20};
  static constexpr Duration kLeftAlone = std::chrono::minutes{10};

  /// Whether it may be looked at again.
  [[nodiscard]] bool allows(Instant now) const noexcept { return now >= next_; }
  void took(Instant began, Instant ended) noexcept {
    const bool felt = ended - began > kFelt;
    next_ = ended + (felt && felt_before_ ? kLeftAlone : (ended - began) * kShare);
    felt_before_ = felt;
  }

 private:
  Instant next_{};
  bool felt_before_ = false;
};

/// Thread    the loop's, but for sink(), stalled(), failed() and program_wrote(), which any may use.
/// Cost      to the loop, about a millisecond each second: a snapshot of the metrics, the liveness report with at most kHandlesListed entries,
///           two small reads of /proc. A look at all timers and one at the JavaScript heap, which grow with the program, are rationed to one in
///           Ration::kShare of the time each.
/// Limits    the latest DashboardFrame::kErrorsMax errors and DashboardFrame::kSlowMax slow callbacks are kept.
class DashboardFeed {
 public:
  static constexpr std::size_t kHandlesListed = 20;
  static constexpr Duration kInterval = std::chrono::seconds{1};
  /// Log records of this category are not taken: failed() tells the same.
  static constexpr std::string_view kJavaScript = "javascript";

  /// `metrics` outlives it, and so does `redactor`, by which its hub masks labels; null: nothing is masked.
  explicit DashboardFeed(const observe::LoopMetrics& metrics, const observe::Redactor* redactor = nullptr);
  DashboardFeed(const DashboardFeed&) = delete;
  DashboardFeed& operator=(const DashboardFeed&) = delete;
  ~DashboardFeed();

  /// Where log records become errors of the page. It outlives the feed's hubs, not the feed.
  [[nodiscard]] observe::LogSink& sink() noexcept { return sink_; }
  [[nodiscard]] const observe::MetricsHub& hub() const noexcept { return hub_; }
  /// For RuntimeOptions: what the hub tells of JavaScript.
  [[nodiscard]] js::RuntimeMetrics& runtime_metrics() noexcept { return runtime_metrics_; }

  /// Shows `loop` on `board` from now on, which keeps it no more alive than before. Both outlive detach().
  [[nodiscard]] Result<void> attach(Loop& loop, observe::Dashboard& board);
  /// What it has seen is listed, too, and outlives the feed's hubs. Before attach().
  void show_slow(const observe::SlowCallbacks& slow) noexcept { slow_callbacks_ = &slow; }
  /// From now on also the heap of this runtime, until it is null.
  void set_runtime(js::Runtime* runtime) noexcept { runtime_ = runtime; }
  /// Shows a last frame, and no more.
  void detach() noexcept;

  void stalled(const observe::Stall& stall);
  /// Something failed that is no log record.
  void failed(std::string category, std::string_view text, const CorrelationId& id);
  /// What the program wrote to standard error: console.error() and the like.
  void program_wrote(std::string_view text);

 private:
  void beat() noexcept;
  [[nodiscard]] observe::DashboardFrame make_frame();
  void add_handles(observe::DashboardFrame& frame);
  void add_timers(const std::vector<js::WaitingTimers>& timers);
  void add_memory(observe::DashboardFrame& frame);
  void add_slow(observe::DashboardFrame& frame);
  void add_error(observe::DashboardError error);

  const observe::LoopMetrics& metrics_;
  const observe::SlowCallbacks* slow_callbacks_ = nullptr;
  observe::CallbackSink sink_;
  observe::LoopMetricSource source_;
  js::RuntimeMetrics runtime_metrics_;
  observe::MetricsHub hub_;
  observe::MetricsHub::Registration registration_, runtime_registration_;
  SteadyClock clock_;
  observe::SystemWallClock wall_clock_;

  Loop* loop_ = nullptr;
  observe::Dashboard* board_ = nullptr;
  js::Runtime* runtime_ = nullptr;
  std::optional<observe::LoopFrames> frames_;
  TimerHandle timer_;
  Ration liveness_ration_, heap_ration_;
  std::vector<observe::DashboardHandle> handles_;
  std::size_t handles_total_ = 0, handles_referenced_ = 0;
  observe::DashboardMemory memory_;
  Instant heap_seen_{};

  std::mutex mutex_;                            // only those of SlowCallbacks are taken under it
  std::deque<observe::DashboardError> errors_;  // guarded by mutex_, as what follows; the newest first
  std::uint64_t errors_total_ = 0;
  std::deque<observe::DashboardSlow> slow_;
  std::uint64_t slow_total_ = 0;
  std::deque<observe::DashboardSlow> stuck_;  ///< where slow callbacks were while they went on
  std::string stall_site_;                    ///< where the stall that goes on was seen
};

}  // namespace millrace::cli
