// What a loop tells its probe: see include/millrace/probe.h.
#include <algorithm>
#include <utility>

#include "loop/core.h"

namespace millrace {

void LoopCore::look_at_probe() noexcept {
  Probe* const probe = probe_.wanted();
  if (probe != probe_.on()) {
    if (probe_.on() != nullptr) leave_probe();
    probe_.turn(probe);
    if (probe != nullptr) {
      probe_.last_state = clock_->now();
      probe->note_thread();
      probe->note(Activity::working);
      probe->entered(probe_.last_state);
    }
  }
  // Apart from the above: between two runs the probe is not asked, and the stamps go on.
  if (probe_.stamping != (probe != nullptr)) door_->stamp_posts(probe_.stamping = probe != nullptr);
  if (probe == nullptr || !in_tick_) return;
  if (const std::optional<Instant> began = probe_.take_tick()) probe->tick(*began, now_ - *began - probe_.slept);
  if (probe->count(Work::tick)) probe_.begin_tick(now_);
  if (now_ - probe_.last_state >= Probe::kStatePeriod) tell_probe_state(now_, false);
}

void LoopCore::leave_probe() noexcept {
  Probe* const probe = probe_.on();
  const Instant now = clock_->now();
  if (const std::optional<Instant> began = probe_.take_tick()) probe->tick(*began, now - *began - probe_.slept);
  probe_.turn(nullptr);
  const LoopFigures counted = figures();
  probe->note(Activity::outside);
  probe->left(now, counted, depths(counted));
}

void LoopCore::tell_probe_state(Instant now, bool sleeps) noexcept {
  probe_.last_state = now;
  const LoopFigures counted = figures();
  probe_.on()->state(now, sleeps, counted, depths(counted));
}

void LoopCore::begin_posted(const Task& task) noexcept {
  if (const std::optional<PostStamp> stamp = door_->stamp_of_running()) {
    const Instant now = clock_->now();
    probe_.on()->post_waited(now, std::max(now - stamp->at, Duration::zero()), stamp->stands_for);
  }
  if (probe_.counts(Work::posted)) begin_measuring(Work::posted, std::nullopt, task.context());
}

void LoopCore::begin_measuring(Work kind, std::optional<Instant> due, Context context) noexcept {
  probe_.kind = kind;
  probe_.context = std::move(context);
  probe_.jobs_before = jobs_ran();
  probe_.begin();
  probe_.on()->task_begins(kind);
  probe_.started = clock_->now();
  probe_.late.reset();
  if (due) probe_.late = std::max(probe_.started - *due, Duration::zero());
}

void LoopCore::end_measuring() noexcept {
  probe_.end();
  probe_.on()->task({.kind = probe_.kind,
                     .started = probe_.started,
                     .took = clock_->now() - probe_.started,
                     .microtasks = jobs_ran() - probe_.jobs_before,
                     .late = probe_.late,
                     .context = std::move(probe_.context)});
}

Result<std::size_t> LoopCore::wait(std::optional<Duration> timeout) {
  const bool watches = watches_.size() > 0;
  const bool may_sleep = !timeout || *timeout > Duration::zero();
  if (probe_.on() == nullptr || !may_sleep) return sleeper_.wait(events_, timeout, watches);
  const Instant before = clock_->now();
  tell_probe_state(before, true);
  probe_.on()->note(Activity::asleep);
  Result<std::size_t> ready = sleeper_.wait(events_, timeout, watches);
  const Instant after = clock_->now();
  probe_.slept += after - before;
  probe_.on()->note(Activity::working);
  probe_.on()->woke(after);
  return ready;
}

LoopDepths LoopCore::depths(const LoopFigures& counted) const noexcept {
  return {.timers = timers_.size(),
          .watches = watches_.size(),
          .posted = counted.ingress_accepted - counted.ingress_tasks - counted.rejected,
          .immediates = queues_.immediates.size(),
          .closing = queues_.closing.size(),
          .pending_promises = extension_ == nullptr ? 0 : extension_->pending(),
          .holds = holds_};
}

}  // namespace millrace
