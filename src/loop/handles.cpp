// TimerHandle and WatchHandle: thin owners of an id in the loop's tables.
#include <millrace/readiness.h>
#include <millrace/timer.h>

#include "loop/core.h"

namespace millrace {

void TimerHandle::cancel() noexcept {
  if (LoopCore* core = std::exchange(core_, nullptr)) {
    MILLRACE_ASSERT_LOOP_THREAD(*core);
    core->cancel_timer(TimerId::from_bits(id_));
  }
}

void TimerHandle::detach() noexcept {
  if (LoopCore* core = std::exchange(core_, nullptr)) core->detach_timer(TimerId::from_bits(id_));
}

void TimerHandle::refresh() {
  if (core_ != nullptr) core_->refresh_timer(TimerId::from_bits(id_));
}

void TimerHandle::refresh_at(Instant deadline) {
  if (core_ != nullptr) core_->refresh_timer_at(TimerId::from_bits(id_), deadline);
}

void TimerHandle::set_ref(bool ref) noexcept {
  const TimerId id = TimerId::from_bits(id_);
  if (core_ != nullptr && core_->timers().find(id) != nullptr) core_->timers().set_ref(id, ref);
}

bool TimerHandle::has_ref() const noexcept {
  const TimerState* timer = core_ == nullptr ? nullptr : core_->timers().find(TimerId::from_bits(id_));
  return timer != nullptr && timer->ref;
}

bool TimerHandle::active() const noexcept {
  const TimerState* timer = core_ == nullptr ? nullptr : core_->timers().find(TimerId::from_bits(id_));
  return timer != nullptr && !timer->cancelled && (timer->armed || (timer->firing && timer->interval));
}

Result<void> WatchHandle::modify(Interest interest) {
  if (core_ == nullptr) return fail(Errc::not_found, "modify: the handle is empty");
  return core_->watches().modify(SlabId::from_bits(id_), interest);
}

void WatchHandle::close() noexcept {
  if (LoopCore* core = std::exchange(core_, nullptr)) {
    MILLRACE_ASSERT_LOOP_THREAD(*core);
    core->watches().erase(SlabId::from_bits(id_));
  }
}

void WatchHandle::close(Task closed) {
  LoopCore* core = core_;
  close();
  // On a closed loop nothing runs any more; the task is destroyed unrun, as everything else there is.
  if (core != nullptr) static_cast<void>(core->push_closing(closed));
}

void WatchHandle::set_ref(bool ref) noexcept {
  if (core_ != nullptr) core_->watches().set_ref(SlabId::from_bits(id_), ref);
}

bool WatchHandle::has_ref() const noexcept { return core_ != nullptr && core_->watches().has_ref(SlabId::from_bits(id_)); }
bool WatchHandle::active() const noexcept { return core_ != nullptr && core_->watches().contains(SlabId::from_bits(id_)); }

}  // namespace millrace
