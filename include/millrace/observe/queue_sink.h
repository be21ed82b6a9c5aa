// QueueSink: another sink on a thread of its own, so that no caller waits for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <millrace/observe/log_sink.h>

namespace millrace::observe {

struct QueueSinkOptions {
  std::size_t records_max = 8192;
  std::size_t bytes_max = std::size_t{8} * 1024 * 1024;  ///< of copies of records, about
  /// How long the destructor lets the thread go on with what is queued; the rest is dropped, which the inner sink is told. The
  /// destructor always waits for the calls of the inner sink that are in progress by then.
  Duration close_limit = std::chrono::seconds{5};
};

struct QueueSinkFigures {
  std::uint64_t queued = 0;     ///< accepted so far
  std::uint64_t dropped = 0;    ///< refused because the queue was full, or given up by the destructor
  std::uint64_t written = 0;    ///< by the inner sink
  std::uint64_t failed = 0;     ///< the inner sink answered an Error or threw
  std::uint64_t reentrant = 0;  ///< logged by the inner sink from inside of its own write(), so not queued
  std::size_t waiting = 0;
};

/// Copies records into a queue, which a thread of its own empties into `inner`.
/// Limit     a record that finds the queue full is dropped, counted, and answered with Errc::full. Before the next one that finds room,
///           the inner sink gets a record "5 records dropped" with the number in the field `dropped`, under the category `log`.
/// Order     kept.
/// Errors    those of the inner sink are contained and counted here.
/// Re-entry  a record that the inner sink logs is not queued: it would be followed by the next, for ever.
/// Thread    `inner` is called by one thread only, the queue's.
/// Cost      of write(): a copy of the record (two or three allocations) and a lock.
class QueueSink final : public LogSink {
 public:
  /// `inner` outlives the queue. Errors: std::system_error when no thread can be made.
  explicit QueueSink(LogSink& inner, QueueSinkOptions options = {});
  ~QueueSink() override;
  [[nodiscard]] Result<void> write(const LogRecord& record) override;
  /// Returns when everything queued before went to the inner sink and that was flushed. Errors: Errc::timed_out; the queue goes on.
  [[nodiscard]] Result<void> flush(Duration time_limit) override;
  [[nodiscard]] QueueSinkFigures figures() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::observe
