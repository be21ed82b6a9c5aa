// The phases of one tick.
#include <algorithm>
#include <utility>

#include "base/scoped_flag.h"
#include "loop/batch_meter.h"
#include "loop/core.h"

namespace millrace {

// The order is the contract: docs/semantics.md names the clause behind each line. A checkpoint follows every callback.
void LoopCore::tick(std::optional<Duration> longest_wait) {
  const ScopedFlag inside{in_tick_};
  ++figures_.ticks;
  sleeper_.resume_from_host();
  tell_state(state());   // a shutdown() elsewhere
  now_ = clock_->now();  // now() stays frozen until the next tick
  if (probe_.exists()) look_at_probe();
  finish_macrotask();                // what was queued between two runs
  run_due_timers();                  // those due at now_ and armed before this pass
  drain_ingress();                   // bounded by the batch policy: producers cannot starve timers
  dispatch_readiness(longest_wait);  // the only place that may sleep
  run_queue(queues_.immediates, figures_.immediates, Work::immediate);  // those queued before this pass
  run_queue(queues_.closing, figures_.closing_callbacks, Work::closing);
}

void LoopCore::run_due_timers() {
  timers_.begin_pass(now_);
  while (!leaving()) {
    const std::optional<DueTimer> due = timers_.pop_due();
    if (!due) return;
    fire(*due);
  }
}

void LoopCore::drain_ingress() {
  if (leaving() || door_->look() == 0) return;
  const auto run = [this](Task& task) {
    ++figures_.ingress_tasks;
    if (probe_.on()) begin_posted(task);
    run_macrotask(task, WorkHook::Kind::posted);
    return !leaving();
  };
  if (door_->backlog() == 1) {  // the usual case on a quiet loop needs no meter
    door_->drain(1, run);
    return;
  }
  BatchMeter meter{*clock_, batch_.time_max > Duration::zero() ? batch_.time_max : Duration::max()};
  bool late = false;
  const std::size_t ran = door_->drain(batch_.tasks_max, [&](Task& task) { return run(task) && !(late = meter.over()); });
  if (door_->backlog() == 0 || leaving()) return;
  ++(late ? figures_.batches_cut_by_time : figures_.batches_cut_by_tasks);
  if (const auto told = batch_.on_exceeded)  // a copy: it may change the policy that it is part of
    contain([&] {
      told({late ? BatchExceeded::Reason::time : BatchExceeded::Reason::tasks, ran, door_->backlog(),
            late ? meter.elapsed() : Duration::zero()});
    });
}

void LoopCore::dispatch_readiness(std::optional<Duration> longest_wait) {
  note_life();  // first: what comes before leaving() looks is seen by it, and what comes after is news
  if (leaving()) return;
  const Result<std::size_t> ready = wait(time_to_wait(longest_wait));
  if (!ready) {
    observe([&](Observer& observer) { observer.poll_failed(ready.error()); });
    return fail_run(ready.error());
  }
  for (std::size_t i = 0; i < *ready && !leaving(); ++i) {
    const ReadyEvent event = events_[i];
    const SlabId id = SlabId::from_bits(event.token);
    WatchTable::Callback callback = watches_.take_callback(id);
    if (!callback) continue;  // unregistered earlier in this batch, or by a modify from inside: its generation is gone
    ++figures_.readiness_callbacks;
    if (probe_.counts(Work::readiness)) begin_measuring(Work::readiness, std::nullopt, watches_.context(id));
    Task task{[&callback, &event] { callback(event.ready); }};
    task.set_context(watches_.context(id));
    run_guarded(task, WorkHook::Kind::readiness);
    watches_.restore(id, std::move(callback));
    finish_macrotask();
  }
}

void LoopCore::run_queue(detail::TaskQueue& queue, std::uint64_t& counter, Work kind) {
  if (queue.empty() || leaving()) return;
  queue.drain(queue.size(), [this, &counter, kind](detail::QueuedTask& task) {
    ++counter;
    if (probe_.counts(kind)) begin_measuring(kind, std::nullopt, task.context());
    if (!queues_.plain || task.has_context()) {
      Task whole = task.take();
      run_macrotask(whole, kind == Work::immediate ? WorkHook::Kind::immediate : WorkHook::Kind::closing);
    } else {
      run_contained(task);
      task.reset();
      finish_macrotask();
    }
    return !leaving();
  });
  queue.drained();
}

void LoopCore::run_macrotask(Task& task, WorkHook::Kind kind) noexcept {
  run_guarded(task, kind);
  task.reset();  // what it captured goes before its checkpoint, as a returned closure's variables do
  finish_macrotask();
}

void LoopCore::finish_macrotask() noexcept {
  checkpoint_.run();
  if (probe_.measuring()) end_measuring();
  if (bounds_ != nullptr || state() == LoopState::draining) look_at_bounds();
}

void LoopCore::fire(const DueTimer& due) {
  timers_.find(due.id)->firing = true;
  ++figures_.timers_fired;
  if (timer_teller_ != nullptr) [[unlikely]]
    timer_teller_->fired(due);
  Task* const task = timers_.task_with_context(due.id);
  if (probe_.counts(Work::timer)) begin_measuring(Work::timer, due.deadline, task == nullptr ? Context() : task->context());
  // Callables do not move, so they may arm any number of timers.
  if (task != nullptr) {
    run_guarded(*task, WorkHook::Kind::timer, due.deadline);
  } else if (context_.empty()) {
    run_contained([&] { timers_.call(due.id); });
  } else {
    Task call{[&] { timers_.call(due.id); }};
    run_guarded(call, WorkHook::Kind::timer);
  }
  finish_firing(due);
  finish_macrotask();
}

void LoopCore::finish_firing(const DueTimer& due) {
  TimerState* timer = timers_.find(due.id);
  if (timer == nullptr) return;  // the loop was closed
  timer->firing = false;
  if (timer->cancelled || (timer->detached && !timer->interval && !timer->armed)) {
    timers_.erase(due.id);
  } else if (timer->interval && !timer->armed) {
    // On the grid of the first start. Periods that passed meanwhile are skipped: a late interval does not burst.
    const Instant now = clock_->now();
    const Duration period = timers_.delay(due.id);
    Instant next = later(due.deadline, period);
    if (next < now) next = later(next + (now - next) / period * period, period);
    timers_.rearm(due.id, next);
  }
}

std::optional<Duration> LoopCore::time_to_wait(std::optional<Duration> longest_wait) {
  const bool draining = seen_state_ == LoopState::draining;
  if (queues_.immediates.size() > unref_immediates_ || !queues_.closing.empty() || door_->backlog() > 0 ||
      (draining ? drained() : !alive()))
    return Duration::zero();
  std::optional<Duration> wait = longest_wait;
  const auto not_beyond = [&wait](Duration until) {
    until = std::max(until, Duration::zero());
    wait = wait ? std::min(*wait, until) : until;
  };
  const std::optional<Instant> deadline = timers_.next_deadline();
  const bool bounded = bounds_ != nullptr && bounds_->deadline;
  if (!deadline && !bounded && !draining) return wait;
  const Instant now = clock_->now();
  if (deadline) not_beyond(*deadline - now);
  if (bounded) not_beyond(*bounds_->deadline - now);
  if (draining) not_beyond(seen_drain_deadline_ - now);
  return wait;
}

bool LoopCore::has_news() const noexcept {
  return !door_->empty() || life_.state() != seen_state_ || life_.drain_deadline() != seen_drain_deadline_;
}

void LoopCore::run_guarded(Task& task, WorkHook::Kind kind, std::optional<Instant> due) noexcept {
  if (!task.has_context() && context_.empty()) return run_contained(task);
  Context before = context_;
  Context own = task.context();
  std::unique_ptr<WorkHook::Running> followed = follow(kind, own, due);
  switch_context(followed == nullptr ? std::move(own) : followed->context());
  if (followed == nullptr) [[likely]]
    run_contained(task);
  else
    run_followed(task, std::move(followed));
  switch_context(std::move(before));
}

void LoopCore::run_followed(Task& task, std::unique_ptr<WorkHook::Running> followed) noexcept {
  try {
    task();
  } catch (...) {
    const Error error = Error::from_exception(std::current_exception());
    followed->failed(error);
    followed.reset();  // it is over before anybody is asked what to do about it
    report_uncaught(error);
  }
}

void LoopCore::report_current_exception() noexcept { report_uncaught(Error::from_exception(std::current_exception())); }

void LoopCore::switch_context(Context to) noexcept {
  if (to == context_) return;
  const Context from = std::exchange(context_, std::move(to));
  queues_.plain = context_.empty() && context_hook_ == nullptr;
  if (context_hook_ != nullptr) contain([&] { context_hook_->switched(from, context_); });
}

}  // namespace millrace
