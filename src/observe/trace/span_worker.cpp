#include "observe/trace/span_worker.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace millrace::observe {
namespace {

using SteadyTime = std::chrono::steady_clock;
// How long the worker lets a producer be that has its place in the queue but was interrupted before it filled it.
constexpr Duration kProducerPause = std::chrono::milliseconds{1};

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept { counter.fetch_add(by, std::memory_order_relaxed); }

SpanBatchOptions made_sound(SpanBatchOptions options) {
  options.batch_max = std::max<std::size_t>(options.batch_max, 1);
  options.interval = std::max(options.interval, kProducerPause);  // nobody means to spin
  return options;
}

}  // namespace

SpanBatch::Worker::Worker(SpanExporter& exporter, SpanBatchOptions options)
    : exporter_(exporter), options_(made_sound(options)), queue_(options.queue_max) {
  batch_.reserve(std::min(options_.batch_max, queue_.capacity()));
  thread_ = std::thread([this] { run(); });
}

void SpanBatch::Worker::ended(std::unique_ptr<SpanData> span) noexcept {
  if (closed_.load(std::memory_order_acquire)) return count(dropped_closed_);
  if (!queue_.push(span)) return count(dropped_full_);
  if (waiting() < std::min(options_.batch_max, queue_.capacity())) return;
  if (!rung_.load(std::memory_order_relaxed) && !rung_.exchange(true, std::memory_order_acq_rel)) bell_.ring();
}

std::uint64_t SpanBatch::Worker::waiting() const noexcept {
  const std::uint64_t popped = queue_.popped();  // first: what is popped was pushed, so the difference is never negative
  return queue_.pushed() - popped;
}

void SpanBatch::Worker::run() {
  const std::size_t full = std::min(options_.batch_max, queue_.capacity());
  auto due = SteadyTime::now() + options_.interval;
  for (;;) {
    const auto left = due - SteadyTime::now();
    const bool asked = flush_to_.load(std::memory_order_acquire) > taken_ || closed_.load(std::memory_order_acquire);
    if (!asked && left > Duration::zero() && waiting() < full) bell_.wait(left);
    // Before the queue is looked at: who puts a span in afterwards rings again.
    rung_.exchange(false, std::memory_order_acq_rel);
    const bool closing = closed_.load(std::memory_order_acquire);
    const bool all = closing || flush_to_.load(std::memory_order_acquire) > taken_ || SteadyTime::now() >= due;
    export_up_to(all ? queue_.pushed() : 0);
    if (all) due = SteadyTime::now() + options_.interval;
    if (closing && waiting() == 0) break;
  }
  tell_done(true);
}

void SpanBatch::Worker::export_up_to(std::uint64_t target) {
  const std::size_t full = std::min(options_.batch_max, queue_.capacity());
  while (taken_ < target || waiting() >= full) {
    take_batch();
    if (batch_.empty()) {
      bell_.wait(kProducerPause);
      continue;
    }
    export_batch();
    tell_done(false);
  }
}

void SpanBatch::Worker::take_batch() {
  while (batch_.size() < options_.batch_max) {
    std::unique_ptr<SpanData> span = queue_.pop();
    if (!span) return;
    ++taken_;
    batch_.push_back(std::move(span));
  }
}

void SpanBatch::Worker::export_batch() {
  const std::uint64_t size = batch_.size();
  if (cancelled_.load(std::memory_order_acquire)) {
    count(failed_, size);
    batch_.clear();
    return;
  }
  ExportOutcome outcome{.rejected = 0, .failed = size};
  try {
    if (auto result = exporter_.export_spans(batch_, options_.export_time_max))
      outcome = *result;
    else
      keep_error(std::move(result).error());
  } catch (...) {
    keep_error(Error::from_exception(std::current_exception()));
  }
  outcome.failed = std::min(outcome.failed, size);
  outcome.rejected = std::min(outcome.rejected, size - outcome.failed);
  count(exports_);
  if (outcome.failed == size) count(exports_failed_);
  count(exported_, size - outcome.failed - outcome.rejected);
  count(failed_, outcome.failed);
  count(rejected_, outcome.rejected);
  batch_.clear();
}

void SpanBatch::Worker::keep_error(Error error) {
  const std::scoped_lock lock(mutex_);
  last_error_ = std::move(error);
}

std::optional<Error> SpanBatch::Worker::last_error() const {
  const std::scoped_lock lock(mutex_);
  return last_error_;
}

void SpanBatch::Worker::tell_done(bool thread_ends) {
  {
    const std::scoped_lock lock(mutex_);
    done_ = taken_;
    over_ = thread_ends;
  }
  changed_.notify_all();
}

Result<void> SpanBatch::Worker::flush(Duration time_limit) {
  const std::uint64_t target = queue_.pushed();
  std::uint64_t asked = flush_to_.load(std::memory_order_relaxed);
  while (asked < target && !flush_to_.compare_exchange_weak(asked, target, std::memory_order_acq_rel)) {
  }
  bell_.ring();
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, time_limit, [this, target] { return done_ >= target || over_; }))
    return fail(Errc::timed_out, "spans are still being exported");
  if (done_ < target) return fail(Errc::closed, "spans ended during shutdown and were not exported");
  return {};
}

Result<void> SpanBatch::Worker::shutdown(Duration time_limit) {
  const std::scoped_lock one(shutting_down_);
  if (!thread_.joinable()) return {};
  closed_.store(true, std::memory_order_release);
  bell_.ring();
  bool in_time = false;
  {
    std::unique_lock lock(mutex_);
    in_time = changed_.wait_for(lock, time_limit, [this] { return over_; });
  }
  if (!in_time) {
    cancelled_.store(true, std::memory_order_release);
    exporter_.cancel();
    bell_.ring();
  }
  thread_.join();
  if (!in_time) return fail(Errc::timed_out, "the time for exporting the last spans was over; figures() counts them");
  return {};
}

SpanBatchFigures SpanBatch::Worker::figures() const noexcept {
  const auto read = [](const Counter& counter) { return counter.load(std::memory_order_relaxed); };
  return {.accepted = queue_.pushed(),
          .dropped_full = read(dropped_full_),
          .dropped_closed = read(dropped_closed_),
          .exported = read(exported_),
          .rejected = read(rejected_),
          .failed = read(failed_),
          .exports = read(exports_),
          .exports_failed = read(exports_failed_)};
}

}  // namespace millrace::observe
