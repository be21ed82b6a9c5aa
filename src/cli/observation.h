// What the program tells of its own loop when it is asked to: a log, reports of callbacks that do not end, what keeps it alive.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <millrace/clock.h>
#include <millrace/loop_options.h>
#include <millrace/observe/log_level.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>

namespace millrace {
class Loop;
}
namespace millrace::js {
class Runtime;
struct RuntimeOptions;
struct UncaughtReport;
}  // namespace millrace::js

namespace millrace::cli {

struct DashboardRequest {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: a free one
  std::string token;       ///< empty: a random one
};

struct ObserveRequest {
  std::optional<observe::LogLevel> log;  ///< from this level on, to standard error
  bool log_json = false;                 ///< as JSON lines, not for people
  std::optional<Duration> stall;         ///< callbacks that take longer are reported while they run
  bool report_on_signal = false;         ///< SIGUSR2: what keeps the loop alive

  std::optional<DashboardRequest> dashboard;  ///< a page in the browser, whose address goes to standard error
  std::string title;                          ///< of that page: what runs

  [[nodiscard]] bool anything() const noexcept { return log || log_json || stall || report_on_signal || dashboard; }
};

/// Made before the loop, attached to it, and gone after it.
class Observation {
 public:
  /// What it tells goes through `redactor`, which outlives it; null: as it is.
  explicit Observation(const ObserveRequest& request, const observe::Redactor* redactor = nullptr);
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;
  ~Observation();

  /// What the loop is to be made with.
  [[nodiscard]] LoopOptions options();
  /// Before other threads are started: a signal is blocked in this one, and they inherit that. Errors: the system's, and those of
  /// start_dashboard().
  [[nodiscard]] Result<void> attach(Loop& loop);
  /// The program's own text runs next, on this thread and outside of any run of the loop. It may be stuck, too.
  void program_begins() noexcept;
  /// The runtime is there, until null is told.
  void runtime_is(js::Runtime* runtime);
  /// What the runtime is to be made with, beside what the program says. Before program_begins().
  void complete(js::RuntimeOptions& options);
  /// The loop is about to go.
  void detach();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::cli
