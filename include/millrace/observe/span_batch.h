// From the threads where spans end to an exporter on a thread of its own: a bounded queue, batches, and counts of what was lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/span_data.h>
#include <millrace/result.h>

namespace millrace::observe {

/// What one export came to.
struct ExportOutcome {
  std::uint64_t rejected = 0;  ///< spans or points that the receiver took note of but did not keep
  std::uint64_t failed = 0;    ///< those of which nobody knows that they arrived, when others did
};

/// Sends spans somewhere.
/// Thread    export_spans() is called on one thread at a time, never a loop's; it may wait. cancel(): any.
class SpanExporter {
 public:
  SpanExporter() = default;
  SpanExporter(const SpanExporter&) = delete;
  SpanExporter& operator=(const SpanExporter&) = delete;
  virtual ~SpanExporter() = default;
  /// Sends these spans and returns when that is decided, at most `time_limit` later. On error none of them arrived, as far as is known.
  /// An exception counts as an error.
  [[nodiscard]] virtual Result<ExportOutcome> export_spans(std::span<const std::unique_ptr<SpanData>> spans,
                                                           Duration time_limit) = 0;
  /// An export that runs, and every later one, is to return soon, with an error if need be.
  virtual void cancel() noexcept {}
};

struct SpanBatchOptions {
  std::size_t queue_max = 2048;  ///< spans that wait, rounded up to a power of two; at it a span is dropped and counted
  std::size_t batch_max = 512;   ///< spans of one export; so many waiting are exported at once
  Duration interval = std::chrono::seconds{5};          ///< fewer wait at most this long
  Duration export_time_max = std::chrono::seconds{30};  ///< what one export may take, retries included
};

/// Counts since the start. accepted = exported + rejected + failed + those that still wait.
struct SpanBatchFigures {
  std::uint64_t accepted = 0;
  std::uint64_t dropped_full = 0;    ///< the queue was full
  std::uint64_t dropped_closed = 0;  ///< ended after shutdown()
  std::uint64_t exported = 0;
  std::uint64_t rejected = 0;  ///< ExportOutcome::rejected
  std::uint64_t failed = 0;    ///< in exports that failed, or thrown away by a shutdown() out of time
  std::uint64_t exports = 0;
  std::uint64_t exports_failed = 0;
};

/// Collects spans and exports them in batches.
/// Thread    ended() and figures(): any. flush() and shutdown(): any but a loop's, since they wait.
/// Cost      ended(): one compare-and-swap and a store, about 20 ns; it never waits, locks or allocates. The span that fills a batch rings for
///           the exporter's thread, a system call of about a microsecond.
/// Errors    the constructor throws std::system_error when there is no thread to be had, std::bad_alloc. What the exporter does wrong is
///           counted; nothing of it reaches who ends a span.
class SpanBatch final : public SpanSink {
 public:
  /// The exporter outlives the batch.
  explicit SpanBatch(SpanExporter& exporter, SpanBatchOptions options = {});
  /// shutdown() with the time of one export.
  ~SpanBatch() override;

  void ended(std::unique_ptr<SpanData> span) noexcept override;

  /// Waits until everything that ended before the call was exported, or given up.
  /// Errors    Errc::timed_out, and the export goes on; Errc::closed for what ended while shutdown() did, too late to be exported.
  [[nodiscard]] Result<void> flush(Duration time_limit);
  /// Takes no more spans, exports what waits for at most `time_limit`, then cancels the exporter and throws the rest away. Ends the thread.
  /// Errors    Errc::timed_out when something was thrown away. Later calls do nothing.
  [[nodiscard]] Result<void> shutdown(Duration time_limit);
  [[nodiscard]] SpanBatchFigures figures() const noexcept;
  /// Why the last export that failed did.
  [[nodiscard]] std::optional<Error> last_error() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

/// Keeps spans in memory, for tests of programs.
/// Thread    any. Limit: the oldest `spans_max` are kept, the others counted.
class SpanList final : public SpanSink {
 public:
  explicit SpanList(std::size_t spans_max = 4096);
  ~SpanList() override;
  void ended(std::unique_ptr<SpanData> span) noexcept override;
  /// Gives away what was collected, in the order in which the spans ended.
  [[nodiscard]] std::vector<std::unique_ptr<SpanData>> take();
  [[nodiscard]] std::uint64_t dropped() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::observe
