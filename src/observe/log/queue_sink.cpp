#include <millrace/observe/queue_sink.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <millrace/observe/logger.h>

#include "observe/log/stored_record.h"

namespace millrace::observe {

/// Records are numbered from 1 as they are queued. The thread takes them one by one, so `done`, the number of the last one it is through
/// with, says what a flush waits for.
struct QueueSink::Parts {
  struct Entry {
    StoredLogRecord record;
    std::uint64_t dropped_before;  ///< to be told first
  };
  using Lock = std::unique_lock<std::mutex>;

  Parts(LogSink& sink, const QueueSinkOptions& given) : inner(sink), options(given) {}
  [[nodiscard]] Result<void> put(const LogRecord& record);
  [[nodiscard]] bool has_room(std::size_t more_bytes) const {
    return queue.size() + in_hand < options.records_max && bytes + more_bytes <= options.bytes_max;
  }
  [[nodiscard]] std::unexpected<Error> dropped() {
    ++untold;
    ++figures.dropped;
    return fail(Errc::full, "the queue of log records is full");
  }
  void run();
  void write_next(Lock& lock);
  void tell_dropped(Lock& lock, std::uint64_t count, WallTime time);
  void write_inner(Lock& lock, const LogRecord& record);
  void flush_inner(Lock& lock);

  LogSink& inner;
  const QueueSinkOptions options;

  mutable std::mutex mutex;  // leaf: the inner sink is called without it
  std::condition_variable work;
  std::condition_variable progress;
  std::deque<Entry> queue;
  std::size_t bytes = 0;
  std::size_t in_hand = 0;  ///< 1 while the inner sink writes a record
  std::uint64_t done = 0;
  std::uint64_t untold = 0;          ///< dropped after the last record that was queued
  WallTime last_time{};              ///< of the last record, for those that have none of their own
  std::uint64_t flush_at = 0;        ///< flush when `done` is there ...
  std::uint64_t flushes_wanted = 0;  ///< ... as long as there were fewer than these
  std::uint64_t flushes_done = 0;
  Duration flush_limit{};
  Result<void> flush_result;
  bool closing = false;
  QueueSinkFigures figures;
  std::thread::id writer;
  std::thread thread;
};

Result<void> QueueSink::Parts::put(const LogRecord& record) {
  {
    const Lock lock(mutex);  // before the copy, which would be for nothing
    if (std::this_thread::get_id() == writer) {
      ++figures.reentrant;
      return fail(Errc::unsupported, "the sink behind a queue logged into that queue");
    }
    if (!has_room(0)) return dropped();
  }
  StoredLogRecord copy(record);
  const Lock lock(mutex);
  const std::size_t size = copy.bytes();
  if (!has_room(size)) return dropped();
  queue.push_back({std::move(copy), untold});
  untold = 0;
  bytes += size;
  ++figures.queued;
  work.notify_one();
  return {};
}

void QueueSink::Parts::run() {
  Lock lock(mutex);
  while (true) {
    if (flushes_done < flushes_wanted && done >= flush_at) {
      flush_inner(lock);
    } else if (!queue.empty()) {
      write_next(lock);
    } else if (untold != 0) {
      tell_dropped(lock, std::exchange(untold, 0), last_time);
    } else if (closing) {
      return;
    } else {
      work.wait(lock);
    }
  }
}

void QueueSink::Parts::write_next(Lock& lock) {
  const Entry entry = std::move(queue.front());
  queue.pop_front();
  in_hand = 1;
  const LogRecord& record = entry.record.record();
  last_time = record.time;
  if (entry.dropped_before != 0) tell_dropped(lock, entry.dropped_before, record.time);
  write_inner(lock, record);
  in_hand = 0;
  bytes -= entry.record.bytes();
  ++done;
  progress.notify_all();
}

void QueueSink::Parts::tell_dropped(Lock& lock, std::uint64_t count, WallTime time) {
  lock.unlock();
  try {
    const std::string text = std::to_string(count) + " records dropped";
    const LogField field{"dropped", LogValue::of_unsigned(count)};
    detail::OwnedFrame own({}, log_category::kLog, {});
    LogRecord record;
    record.time = time;
    record.level = LogLevel::warn;
    record.category = log_category::kLog;
    record.message = text;
    record.fields = {&field, 1};
    record.source = {};
    record.frame = &own.frame();
    lock.lock();
    write_inner(lock, record);
  } catch (...) {  // no memory to say it; it is counted
    if (!lock.owns_lock()) lock.lock();
  }
}

void QueueSink::Parts::write_inner(Lock& lock, const LogRecord& record) {
  lock.unlock();
  bool written = false;
  try {
    written = inner.write(record).has_value();
  } catch (...) {
    written = false;  // counted below
  }
  lock.lock();
  ++(written ? figures.written : figures.failed);
}

void QueueSink::Parts::flush_inner(Lock& lock) {
  const Duration limit = flush_limit;
  const std::uint64_t wanted = flushes_wanted;
  if (untold != 0) tell_dropped(lock, std::exchange(untold, 0), last_time);
  lock.unlock();
  Result<void> result;
  try {
    result = inner.flush(limit);
  } catch (...) {
    result = fail(Error::from_exception(std::current_exception()));
  }
  lock.lock();
  flush_result = std::move(result);
  flushes_done = wanted;
  progress.notify_all();
}

QueueSink::QueueSink(LogSink& inner, QueueSinkOptions options) : parts_(std::make_unique<Parts>(inner, options)) {
  const Parts::Lock lock(parts_->mutex);  // the thread's number is known before it does anything
  parts_->thread = std::thread([parts = parts_.get()] { parts->run(); });
  parts_->writer = parts_->thread.get_id();
}

QueueSink::~QueueSink() {
  {
    Parts::Lock lock(parts_->mutex);
    parts_->closing = true;
    parts_->work.notify_one();
    const bool through = parts_->progress.wait_for(lock, parts_->options.close_limit, [this] { return parts_->queue.empty(); });
    if (!through) {
      parts_->figures.dropped += parts_->queue.size();
      parts_->untold += parts_->queue.size();
      parts_->queue.clear();
    }
  }
  parts_->thread.join();
}

Result<void> QueueSink::write(const LogRecord& record) { return parts_->put(record); }

Result<void> QueueSink::flush(Duration time_limit) {
  Parts::Lock lock(parts_->mutex);
  if (std::this_thread::get_id() == parts_->writer)
    return fail(Errc::unsupported, "the sink behind a queue cannot wait for the queue");
  parts_->flush_at = parts_->figures.queued;
  parts_->flush_limit = time_limit;
  const std::uint64_t mine = ++parts_->flushes_wanted;
  parts_->work.notify_one();
  if (!parts_->progress.wait_for(lock, time_limit, [&] { return parts_->flushes_done >= mine; }))
    return fail(Errc::timed_out, "the queue of log records was not written in time");
  return parts_->flush_result;
}

QueueSinkFigures QueueSink::figures() const {
  const Parts::Lock lock(parts_->mutex);
  QueueSinkFigures figures = parts_->figures;
  figures.waiting = parts_->queue.size() + parts_->in_hand;
  return figures;
}

}  // namespace millrace::observe
