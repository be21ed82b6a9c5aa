#include "loop/timer_teller.h"

#include <algorithm>

#include "loop/core.h"

namespace millrace {

UntoldTimers::UntoldTimers(LoopCore& core) noexcept : teller_(core.timer_teller()) {
  if (teller_ != nullptr) teller_->set_quiet(true);
}

bool TimerTeller::is_told(TimerId id) const noexcept { return !closed_ && std::ranges::find(untold_, id) == untold_.end(); }

void TimerTeller::forget(TimerId id) noexcept { std::erase(untold_, id); }

template <typename Tell>
void TimerTeller::tell_of(TimerId id, std::optional<Instant> due, Tell tell) noexcept {
  TimerStore& timers = core_.timers();
  const TimerState* const state = timers.find(id);
  if (state == nullptr) return;
  const Task* const task = timers.task_with_context(id);
  const Context owner = task == nullptr ? Context() : task->context();
  const TimerHook::Timer timer{.source = TimerHook::Source::loop,
                               .id = id.bits(),
                               .delay = timers.delay(id),
                               .repeats = state->interval != 0,
                               .owner = owner,
                               .due = due};
  core_.contain([&] { tell(timer); });
}

void TimerTeller::created(TimerId id, Instant due) noexcept {
  if (quiet_) return core_.contain([&] { untold_.push_back(id); });
  tell_of(id, due, [this](const TimerHook::Timer& timer) { hook_.created(timer); });
}

void TimerTeller::fired(const DueTimer& due) noexcept {
  if (is_told(due.id)) return tell_of(due.id, due.deadline, [this](const TimerHook::Timer& timer) { hook_.fired(timer); });
  const TimerState* const state = core_.timers().find(due.id);
  if (state != nullptr && state->detached != 0) forget(due.id);  // nobody can refresh it
}

void TimerTeller::refreshed(TimerId id, Instant due) noexcept {
  if (is_told(id)) tell_of(id, due, [this](const TimerHook::Timer& timer) { hook_.refreshed(timer); });
}

void TimerTeller::cancelled(TimerId id) noexcept {
  if (!is_told(id)) return forget(id);
  const TimerState* const state = core_.timers().find(id);
  const bool going_to_fire =
      state != nullptr && state->cancelled == 0 && (state->armed != 0 || (state->firing != 0 && state->interval != 0));
  if (!going_to_fire) return;
  tell_of(id, std::nullopt, [this](const TimerHook::Timer& timer) { hook_.cancelled(timer, TimerHook::Cancelled::by_program); });
}

void TimerTeller::rejected(Duration delay, bool repeats, Instant due, TimerHook::Rejected why) noexcept {
  if (quiet_) return;
  const TimerHook::Timer timer{
      .source = TimerHook::Source::loop, .id = 0, .delay = delay, .repeats = repeats, .owner = core_.context(), .due = due};
  core_.contain([&] { hook_.rejected(timer, why); });
}

void TimerTeller::closing() noexcept {
  core_.contain([this] {
    core_.timers().for_each_armed_first(core_.timers().armed(), [this](TimerId id, Instant due) {
      if (is_told(id))
        tell_of(id, due, [this](const TimerHook::Timer& timer) { hook_.cancelled(timer, TimerHook::Cancelled::by_closing); });
    });
  });
  closed_ = true;
}

}  // namespace millrace
