// LogObserver: what a loop tells its observer, as log records.
#pragma once

#include <cstdint>

#include <millrace/observe/log_hub.h>
#include <millrace/observer.h>

namespace millrace::observe {

/// Logs what happens in a loop, each under the category of its part:
///   | told                      | category | level | message                           | fields                                          |
///   | loop state changed        | loop     | debug | "loop state changed"              | from, to                                        |
///   | a task threw              | loop     | error | "task failed"                     | error                                           |
///   | the system's wait failed  | poll     | error | "poll failed"                     | error                                           |
///   | another way of sleeping   | poll     | debug | "sleep mode changed"              | from, to, reason, latency_before, latency_after |
///   | a rejection nobody handled| promise  | error | "unhandled rejection"             | error                                           |
///   | tasks given back by close | ingress  | warn  | "tasks rejected"                  | count                                           |
/// Ids       `loop` is the loop id of all of them. Records about an error carry its correlation id.
/// Next      a loop has one observer; `next` is told after this one, and an exception of it passes through as if it were the loop's own.
/// Thread    the loop's. Lifetime: `next` outlives the observer, and that the loop.
class LogObserver final : public Observer {
 public:
  explicit LogObserver(LogHub& hub, std::uint64_t loop = 0, Observer* next = nullptr);

  void loop_state_changed(std::string_view from, std::string_view to) override;
  void task_failed(const Error& error) override;
  void poll_failed(const Error& error) override;
  void sleep_mode_changed(const SleepModeChange& change) override;
  void rejection_unhandled(const Error& reason) override;
  void tasks_rejected(std::size_t count) override;

 private:
  /// The loop's id, and the correlation id of the error that is being told.
  struct Ids final : LogIdSource {
    void fill(LogIds& ids) const noexcept override {
      ids.loop = loop;
      ids.correlation = correlation;
    }
    std::uint64_t loop = 0;
    CorrelationId correlation{};
  };
  void failed(const Logger& log, std::string_view message, const Error& error);

  Ids ids_;
  Logger loop_;
  Logger poll_;
  Logger promise_;
  Logger ingress_;
  Observer* next_;
};

}  // namespace millrace::observe
