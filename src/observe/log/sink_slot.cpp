// How one sink is kept from harming the program and the other sinks.
#include "observe/log/log_core.h"
#include "observe/log/this_thread.h"

namespace millrace::observe::detail {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;  // counters: nothing is read because of them

}  // namespace

void SinkSlot::write(const LogRecord& record, const Clock* slow_clock, Duration slow_after) noexcept {
  if (record.level < output_.level) {
    below_level_.fetch_add(1, kRelaxed);
    return;
  }
  if (InsideMark::is_inside(this)) {
    reentrant_.fetch_add(1, kRelaxed);
    return;
  }
  const InsideMark inside(this);
  if (slow_clock == nullptr) return write_contained(record);
  const Instant start = slow_clock->now();
  write_contained(record);
  if (slow_clock->now() - start > slow_after) slow_.fetch_add(1, kRelaxed);
}

void SinkSlot::write_contained(const LogRecord& record) noexcept {
  try {
    const Result<void> result = output_.sink->write(record);
    if (result) [[likely]]
      written_.fetch_add(1, kRelaxed);
    else
      failed(failed_, result.error());
  } catch (...) {
    threw_.fetch_add(1, kRelaxed);
    try {
      const Error why = Error::from_exception(std::current_exception());
      const std::scoped_lock lock(mutex_);
      last_failure_ = why;
    } catch (...) {  // no memory to describe it; it is counted
      return;
    }
  }
}

void SinkSlot::failed(std::atomic<std::uint64_t>& counter, const Error& why) noexcept {
  counter.fetch_add(1, kRelaxed);
  const std::scoped_lock lock(mutex_);
  last_failure_ = why;
}

Result<void> SinkSlot::flush(Duration time_limit) noexcept {
  if (InsideMark::is_inside(this)) return {};  // asked for by the sink itself, which knows what it is doing
  const InsideMark inside(this);
  try {
    return output_.sink->flush(time_limit);
  } catch (...) {
    return fail(Error::from_exception(std::current_exception()).with("sink", name_));
  }
}

LogSinkFigures SinkSlot::figures() const {
  const std::scoped_lock lock(mutex_);
  return {.name = name_,
          .written = written_.load(kRelaxed),
          .failed = failed_.load(kRelaxed),
          .threw = threw_.load(kRelaxed),
          .reentrant = reentrant_.load(kRelaxed),
          .below_level = below_level_.load(kRelaxed),
          .slow = slow_.load(kRelaxed),
          .last_failure = last_failure_};
}

}  // namespace millrace::observe::detail
