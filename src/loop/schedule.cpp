// What may be scheduled into the phases.
#include <algorithm>
#include <string>
#include <utility>

#include "loop/core.h"

namespace millrace {

Result<TimerId> LoopCore::arm_timer(Duration delay, bool interval, Task& task) {
  // The clock is read at the call: never early, however long the current callback has run.
  delay = std::max(delay, Duration::zero());
  return arm_timer_at(later(clock_->now(), delay), delay, interval, task);
}

Result<TimerId> LoopCore::arm_timer_at(Instant deadline, Duration delay, bool interval, Task& task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return refuse_timer(deadline, delay, interval, closed_error("schedule"));
  stamp(task);
  const std::optional<TimerId> id = timers_.arm(deadline, delay, interval, task);
  if (!id)
    return refuse_timer(
        deadline, delay, interval,
        Error(Errc::full, "schedule: LoopLimits::timers_max timers exist").with("limit", std::to_string(limits_.timers_max)));
  if (timer_teller_ != nullptr) [[unlikely]]
    timer_teller_->created(*id, deadline);
  return *id;
}

std::unexpected<Error> LoopCore::refuse_timer(Instant deadline, Duration delay, bool interval, Error error) noexcept {
  if (timer_teller_ != nullptr)
    timer_teller_->rejected(delay, interval, deadline,
                            error.code() == Errc::full ? TimerHook::Rejected::limit : TimerHook::Rejected::closed);
  return fail(std::move(error));
}

Result<TimerId> LoopCore::arm_timer_at(Instant deadline, Task task) {
  deadline = std::max(deadline, now_);  // a timer of this pass comes after all that were due when it began
  // What refresh() would use. Rounded up, because a whole number of microseconds takes less room.
  Duration delay = deadline - now_;
  if (delay < Duration::max() / 2) delay = std::chrono::ceil<std::chrono::microseconds>(delay);
  return arm_timer_at(deadline, delay, false, task);
}

void LoopCore::detach_timer(TimerId id) noexcept {
  TimerState* timer = timers_.find(id);
  if (timer == nullptr) return;
  timer->detached = true;
  if (!timer->armed && !timer->firing) timers_.erase(id);
}

void LoopCore::refresh_timer(TimerId id) {
  TimerState* timer = timers_.find(id);
  if (timer == nullptr || timer->cancelled || closing()) return;
  rearm_timer(id, later(clock_->now(), timers_.delay(id)));
}

void LoopCore::refresh_timer_at(TimerId id, Instant deadline) {
  TimerState* timer = timers_.find(id);
  if (timer == nullptr || timer->cancelled || closing()) return;
  rearm_timer(id, std::max(deadline, now_));
}

void LoopCore::rearm_timer(TimerId id, Instant deadline) {
  timers_.rearm(id, deadline);
  if (timer_teller_ != nullptr) [[unlikely]]
    timer_teller_->refreshed(id, deadline);
}

namespace {
Error full_error(std::string_view operation, std::size_t limit) {
  return Error(Errc::full, std::string(operation) + ": LoopLimits::queue_max entries wait").with("limit", std::to_string(limit));
}
}  // namespace

Result<void> LoopCore::push_immediate(Task& task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return fail(closed_error("immediate"));
  stamp(task);
  if (!queues_.immediates.push(task)) return fail(full_error("immediate", limits_.queue_max));
  return {};
}

Result<void> LoopCore::push_closing(Task& task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return fail(closed_error("at_closing"));
  stamp(task);
  if (!queues_.closing.push(task)) return fail(full_error("at_closing", limits_.queue_max));
  return {};
}

Result<void> LoopCore::push_job(CheckpointPhase queue, Task& task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  const std::string_view operation = queue == CheckpointPhase::microtasks ? "queue_microtask" : "next_tick";
  if (closing()) return fail(closed_error(operation));
  stamp(task);
  if (!checkpoint_.push(queue, task)) return fail(full_error(operation, limits_.queue_max));
  return {};
}

Result<void> LoopCore::check_watch(std::string_view operation, int fd, Interest interest, const WatchTable::Callback& callback) {
  if (interest != Interest::none && callback) return {};
  return fail(
      Error(Errc::invalid_argument, std::string(operation) + ": needs a callback, and an interest in reading, writing or both")
          .with("fd", std::to_string(fd)));
}

Result<SlabId> LoopCore::watch(int fd, Interest interest, WatchTable::Callback callback) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return fail(closed_error("watch"));
  if (auto checked = check_watch("watch", fd, interest, callback); !checked) return fail(std::move(checked.error()));
  if (sleeper_.policy().fast_path == FastPath::forced)
    return fail(Errc::unsupported, "watch: SleepPolicy::fast_path is forced, so this loop never waits for descriptors");
  return watches_.add(fd, interest, std::move(callback), captured_context());
}

void LoopCore::stamp_slowly(Task& task) noexcept {
  if (!task.has_context()) task.set_context(captured_context());  // asks the hook only where the answer counts
}

Context LoopCore::captured_context() noexcept {
  Context captured = context_;
  if (context_hook_ != nullptr) contain([&] { captured = context_hook_->capture(context_); });
  return captured;
}

}  // namespace millrace
