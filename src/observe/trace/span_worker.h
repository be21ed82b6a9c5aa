// The thread behind a SpanBatch.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <millrace/observe/span_batch.h>

#include "observe/trace/bell.h"
#include "observe/trace/span_queue.h"

namespace millrace::observe {

/// Producers touch the queue, `rung_`, the bell and counters only. The mutex is between the worker and who waits in flush() or shutdown();
/// no exporter is called under it.
class SpanBatch::Worker {
 public:
  Worker(SpanExporter& exporter, SpanBatchOptions options);
  ~Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void ended(std::unique_ptr<SpanData> span) noexcept;
  [[nodiscard]] Result<void> flush(Duration time_limit);
  [[nodiscard]] Result<void> shutdown(Duration time_limit);
  [[nodiscard]] SpanBatchFigures figures() const noexcept;
  [[nodiscard]] std::optional<Error> last_error() const;
  [[nodiscard]] Duration export_time_max() const noexcept { return options_.export_time_max; }

 private:
  using Counter = std::atomic<std::uint64_t>;  // relaxed: read as figures only
  void run();
  /// Exports until `target` spans were taken out, and on while whole batches wait.
  void export_up_to(std::uint64_t target);
  void take_batch();
  void export_batch();
  void keep_error(Error error);
  void tell_done(bool thread_ends);
  [[nodiscard]] std::uint64_t waiting() const noexcept;

  SpanExporter& exporter_;
  const SpanBatchOptions options_;
  SpanQueue queue_;
  Bell bell_;
  std::atomic<bool> rung_{false};       // exchange: one ring for each time the worker looks
  std::atomic<bool> closed_{false};     // release; pairs with ended() and run()
  std::atomic<bool> cancelled_{false};  // release; pairs with export_batch()
  std::atomic<std::uint64_t> flush_to_{0};

  Counter dropped_full_{0}, dropped_closed_{0}, exported_{0}, rejected_{0}, failed_{0}, exports_{0}, exports_failed_{0};

  std::vector<std::unique_ptr<SpanData>> batch_;  // the worker's
  std::uint64_t taken_ = 0;                       // the worker's

  std::mutex shutting_down_;  // one shutdown() at a time; never taken by the worker
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t done_ = 0;           // under mutex_: spans whose export is decided
  std::optional<Error> last_error_;  // under mutex_
  bool over_ = false;                // under mutex_: the thread looks at nothing any more

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace millrace::observe
