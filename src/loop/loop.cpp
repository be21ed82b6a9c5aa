// The phases of one tick, and what may be scheduled into them.
#include <millrace/loop.h>

#include <algorithm>
#include <utility>

#include "base/scoped_flag.h"
#include "loop/core.h"

namespace millrace {
namespace {

/// `from + by`, cut to the end of time; `by` is not negative.
Instant later(Instant from, Duration by) noexcept {
  const bool may_pass_the_end = from > Instant{};
  return may_pass_the_end && by > Instant::max() - from ? Instant::max() : from + by;
}

}  // namespace

// The order is the contract: docs/semantics.md names the clause behind each line. A checkpoint follows every callback.
void LoopCore::tick(std::optional<Duration> longest_wait) {
  const ScopedFlag inside{in_tick_};
  ++figures_.ticks;
  now_ = clock_->now();                         // now() stays frozen until the next tick
  checkpoint_.run();                            // what was queued between two runs
  run_due_timers();                             // those due at now_ and armed before this pass
  drain_ingress();                              // at most ingress_batch_max: producers cannot starve timers
  dispatch_readiness(longest_wait);             // the only place that may sleep
  run_queue(immediates_, figures_.immediates);  // those queued before this pass
  run_queue(closing_, figures_.closing_callbacks);
}

void LoopCore::run_due_timers() {
  const std::uint64_t pass_end = timers_.next_sequence();
  while (!leaving()) {
    const std::optional<TimerId> id = timers_.pop_due(now_, pass_end);
    if (!id) return;
    fire(*id);
  }
}

void LoopCore::drain_ingress() {
  if (backlog_next_ == backlog_.size()) {
    backlog_.clear();
    backlog_next_ = 0;
    door_->take_all(backlog_);
  }
  const std::size_t end = std::min(backlog_.size(), backlog_next_ + limits_.ingress_batch_max);
  while (backlog_next_ < end && !leaving()) {
    Task task = std::move(backlog_[backlog_next_++]);
    door_->set_backlog(backlog_.size() - backlog_next_);
    ++figures_.ingress_tasks;
    run_macrotask(task);
  }
}

void LoopCore::dispatch_readiness(std::optional<Duration> longest_wait) {
  if (leaving()) return;
  const Result<std::size_t> ready = wait_for_events(time_to_wait(longest_wait));
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
    Task task{[&callback, &event] { callback(event.ready); }};
    run_guarded(task);
    watches_.restore(id, std::move(callback));
    checkpoint_.run();
  }
}

void LoopCore::run_queue(Ring<Task>& queue, std::uint64_t& counter) {
  for (std::size_t left = queue.size(); left > 0 && !leaving(); --left) {
    Task task = queue.pop();
    ++counter;
    run_macrotask(task);
  }
  queue.drained();
}

void LoopCore::run_macrotask(Task& task) noexcept {
  run_guarded(task);
  task.reset();  // what it captured goes before its checkpoint, as a returned closure's variables do
  checkpoint_.run();
}

void LoopCore::fire(TimerId id) {
  TimerNode* timer = timers_.find(id);
  timer->firing = true;
  ++figures_.timers_fired;
  run_guarded(timer->task);  // nodes do not move, so the callback may arm any number of timers
  finish_firing(id);
  checkpoint_.run();
}

void LoopCore::finish_firing(TimerId id) {
  TimerNode* timer = timers_.find(id);
  if (timer == nullptr) return;  // the loop was closed
  timer->firing = false;
  if (timer->cancelled || (timer->detached && timer->period == Duration::zero() && !timer->armed)) {
    timers_.erase(id);
  } else if (timer->period > Duration::zero() && !timer->armed) {
    // On the grid of the first start. Periods that passed meanwhile are skipped: a late interval does not burst.
    const Instant now = clock_->now();
    Instant next = later(timer->deadline, timer->period);
    if (next < now) next = later(next + (now - next) / timer->period * timer->period, timer->period);
    timers_.rearm(id, next);
  }
}

std::optional<Duration> LoopCore::time_to_wait(std::optional<Duration> longest_wait) const {
  if (immediates_.size() > unref_immediates_ || !closing_.empty() || backlog_next_ < backlog_.size() || !alive())
    return Duration::zero();
  std::optional<Duration> wait = longest_wait;
  if (const std::optional<Instant> deadline = timers_.next_deadline()) {
    const Duration until = std::max(*deadline - clock_->now(), Duration::zero());
    wait = wait ? std::min(*wait, until) : until;
  }
  return wait;
}

Result<std::size_t> LoopCore::wait_for_events(std::optional<Duration> timeout) {
  const bool may_block = !timeout || *timeout > Duration::zero();
  if (!may_block && watches_.size() == 0) return 0;  // nobody to ask about: spare the system call
  ++figures_.waits;
  if (!may_block) return poller_->wait(events_, timeout);
  ++figures_.sleeps;
  door_->gate().announce_sleep();
  // The second look: a producer that published before our announcement saw no sleeper and woke nobody. Sequentially consistent, as
  // the announcement is; leaving() reads with acquire only and could be answered from before it.
  if (!door_->empty() || state_.load(std::memory_order_seq_cst) != LoopState::running) timeout = Duration::zero();
  Result<std::size_t> ready = poller_->wait(events_, timeout);
  door_->gate().resume();
  return ready;
}

Result<TimerId> LoopCore::arm_timer(Duration delay, Duration period, Task task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  const Instant now = clock_->now();  // refreshed at the call: never early, however long the current callback has run
  delay = std::max(delay, Duration::zero());
  const Instant deadline = later(now, delay);
  if (closing()) return fail(closed_error("schedule"));
  const std::optional<TimerId> id = timers_.arm(deadline, delay, period, std::move(task));
  if (!id)
    return fail(
        Error(Errc::full, "schedule: LoopLimits::timers_max timers exist").with("limit", std::to_string(limits_.timers_max)));
  return *id;
}

Result<TimerId> LoopCore::arm_timer_at(Instant deadline, Task task) {
  return arm_timer(deadline - clock_->now(), {}, std::move(task));
}

void LoopCore::cancel_timer(TimerId id) noexcept {
  TimerNode* timer = timers_.find(id);
  if (timer == nullptr) return;
  if (!timer->firing) {
    timers_.erase(id);
    return;
  }
  timer->cancelled = true;  // its captures are in use further up the stack; fire() erases it
  timers_.disarm(id);
}

void LoopCore::detach_timer(TimerId id) noexcept {
  TimerNode* timer = timers_.find(id);
  if (timer == nullptr) return;
  timer->detached = true;
  if (!timer->armed && !timer->firing) timers_.erase(id);
}

void LoopCore::refresh_timer(TimerId id) {
  TimerNode* timer = timers_.find(id);
  if (timer == nullptr || timer->cancelled || closing()) return;
  timers_.rearm(id, later(clock_->now(), timer->delay));
}

namespace {
Error full_error(std::string_view operation, std::size_t limit) {
  return Error(Errc::full, std::string(operation) + ": LoopLimits::queue_max entries wait").with("limit", std::to_string(limit));
}
}  // namespace

Result<void> LoopCore::push_immediate(Task task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return fail(closed_error("immediate"));
  if (!immediates_.push(task)) return fail(full_error("immediate", limits_.queue_max));
  return {};
}

Result<void> LoopCore::push_closing(Task task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return fail(closed_error("at_closing"));
  if (!closing_.push(task)) return fail(full_error("at_closing", limits_.queue_max));
  return {};
}

Result<void> LoopCore::push_job(CheckpointPhase queue, Task task) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  const std::string_view operation = queue == CheckpointPhase::microtasks ? "queue_microtask" : "next_tick";
  if (closing()) return fail(closed_error(operation));
  if (!checkpoint_.push(queue, task)) return fail(full_error(operation, limits_.queue_max));
  return {};
}

Result<SlabId> LoopCore::watch(int fd, Interest interest, WatchTable::Callback callback) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (closing()) return fail(closed_error("watch"));
  if (interest == Interest::none || !callback)
    return fail(Error(Errc::invalid_argument, "watch: needs a callback, and an interest in reading, writing or both")
                    .with("fd", std::to_string(fd)));
  return watches_.add(fd, interest, std::move(callback));
}

// The public face.

Loop::Loop(LoopOptions options) : core_(std::make_unique<LoopCore>(std::move(options))) {}
Loop::~Loop() {
  MILLRACE_ASSERT(!core_->in_tick());
  core_->close();
}

RunOutcome Loop::run() { return core_->run(); }
Result<bool> Loop::run_once(Duration wait) { return core_->run_once(wait); }
void Loop::stop() noexcept { core_->stop(); }
void Loop::close() { core_->close(); }
LoopState Loop::state() const noexcept { return core_->state(); }
bool Loop::alive() const noexcept { return core_->alive(); }
Instant Loop::now() const noexcept { return core_->now(); }

Result<TimerHandle> Loop::schedule(Duration delay, Task task) {
  Result<TimerId> id = core_->arm_timer(delay, Duration::zero(), std::move(task));
  if (!id) return fail(std::move(id.error()));
  return TimerHandle(core_.get(), id->bits());
}

Result<TimerHandle> Loop::every(Duration period, Task task) {
  period = std::max(period, Duration{1});
  Result<TimerId> id = core_->arm_timer(period, period, std::move(task));
  if (!id) return fail(std::move(id.error()));
  return TimerHandle(core_.get(), id->bits());
}

Result<void> Loop::immediate(Task task) { return core_->push_immediate(std::move(task)); }
Result<void> Loop::at_closing(Task task) { return core_->push_closing(std::move(task)); }
Result<void> Loop::queue_microtask(Task task) { return core_->push_job(CheckpointPhase::microtasks, std::move(task)); }
Result<void> Loop::next_tick(Task task) { return core_->push_job(CheckpointPhase::next_ticks, std::move(task)); }

Result<WatchHandle> Loop::watch(int fd, Interest interest, std::function<void(Readiness)> callback) {
  Result<SlabId> id = core_->watch(fd, interest, std::move(callback));
  if (!id) return fail(std::move(id.error()));
  return WatchHandle(core_.get(), id->bits());
}

Ingress Loop::ingress() const noexcept { return Ingress(core_->door()); }
LivenessHold Loop::hold() noexcept { return LivenessHold(core_.get()); }
LoopFigures Loop::figures() const noexcept { return core_->figures(); }
std::string_view Loop::poller_name() const noexcept { return core_->poller_name(); }

LivenessHold::LivenessHold(LoopCore* core) noexcept : core_(core) { core_->hold(); }
void LivenessHold::release() noexcept {
  if (core_ != nullptr) std::exchange(core_, nullptr)->release();
}

}  // namespace millrace
