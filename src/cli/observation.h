// What the program tells of its own loop when it is asked to: a log, reports of callbacks that do not end, what keeps it alive.
#pragma once

#include <memory>
#include <optional>

#include <millrace/clock.h>
#include <millrace/loop_options.h>
#include <millrace/observe/log_level.h>
#include <millrace/result.h>

namespace millrace {
class Loop;
}

namespace millrace::cli {

struct ObserveRequest {
  std::optional<observe::LogLevel> log;  ///< from this level on, to standard error
  bool log_json = false;                 ///< as JSON lines, not for people
  std::optional<Duration> stall;         ///< callbacks that take longer are reported while they run
  bool report_on_signal = false;         ///< SIGUSR2: what keeps the loop alive

  [[nodiscard]] bool anything() const noexcept { return log || log_json || stall || report_on_signal; }
};

/// Made before the loop, attached to it, and gone after it.
class Observation {
 public:
  explicit Observation(const ObserveRequest& request);
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;
  ~Observation();

  /// What the loop is to be made with.
  [[nodiscard]] LoopOptions options();
  /// Before other threads are started: a signal is blocked in this one, and they inherit that. Errors: the system's.
  [[nodiscard]] Result<void> attach(Loop& loop);
  /// The program's own text runs next, on this thread and outside of any run of the loop. It may be stuck, too.
  void program_begins() noexcept;
  /// The loop is about to go.
  void detach();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::cli
