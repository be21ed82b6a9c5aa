// LogSink: where records go.
#pragma once

#include <functional>
#include <utility>

#include <millrace/clock.h>
#include <millrace/observe/log_record.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Takes records. The hub counts what each sink does (LogFigures), and no sink keeps a record from the others.
/// Thread    any, several at once.
/// Errors    an Error that write() answers and an exception that leaves it are counted, and the record is lost for this sink alone.
/// Re-entry  a record that is logged from inside of write() or flush() skips this sink, which is counted; the others get it.
/// Slow      the caller of the logger waits for write(). A call longer than LogOptions::slow_after is counted; to have nobody wait,
///           put a QueueSink in front.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  [[nodiscard]] virtual Result<void> write(const LogRecord& record) = 0;
  /// Returns when what was written before is where it belongs, or with Errc::timed_out after `time_limit`.
  [[nodiscard]] virtual Result<void> flush(Duration /*time_limit*/) { return {}; }
};

/// A host's own logger as a sink: `CallbackSink sink([&](const LogRecord& r) { host.log(r.level, r.text()); });`
/// Thread    the function is called by any thread, by several at once.
/// Errors    what it throws is contained and counted.
class CallbackSink final : public LogSink {
 public:
  using Callback = std::function<void(const LogRecord& record)>;
  explicit CallbackSink(Callback callback) : callback_(std::move(callback)) {}
  [[nodiscard]] Result<void> write(const LogRecord& record) override {
    callback_(record);
    return {};
  }

 private:
  Callback callback_;
};

}  // namespace millrace::observe
