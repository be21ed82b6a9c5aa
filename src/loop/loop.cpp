// The public face: every member hands over to the core.
#include <millrace/loop.h>

#include <algorithm>
#include <utility>

#include "loop/core.h"

namespace millrace {

Loop::Loop(LoopOptions options) : core_(std::make_unique<LoopCore>(std::move(options))), queues_(&core_->queues()) {}
Loop::~Loop() {
  MILLRACE_ASSERT(!core_->in_tick());
  core_->close();
}

RunOutcome Loop::run() { return core_->run(); }
RunOutcome Loop::run_until(const std::function<bool()>& done, std::optional<Duration> time_limit) {
  return core_->run_until(&done, time_limit);
}
RunOutcome Loop::run_for(Duration time) { return core_->run_until(nullptr, time); }
Result<bool> Loop::run_once(Duration wait) { return core_->run_once(wait); }
void Loop::stop() noexcept { core_->stop(); }
void Loop::shutdown(Duration grace) { core_->shutdown(grace); }
void Loop::close() { core_->close(); }
Result<void> Loop::wait_closed(Duration time_limit) { return core_->wait_closed(time_limit); }
LoopState Loop::state() const noexcept { return core_->state(); }
bool Loop::alive() const noexcept { return core_->alive(); }
Instant Loop::now() const noexcept { return core_->now(); }

Result<TimerHandle> Loop::schedule(Duration delay, Task task) {
  Result<TimerId> id = core_->arm_timer(delay, false, task);
  if (!id) return fail(std::move(id.error()));
  return TimerHandle(core_.get(), id->bits());
}

Result<TimerHandle> Loop::schedule_at(Instant deadline, Task task) {
  Result<TimerId> id = core_->arm_timer_at(deadline, std::move(task));
  if (!id) return fail(std::move(id.error()));
  return TimerHandle(core_.get(), id->bits());
}

Result<TimerHandle> Loop::every(Duration period, Task task) {
  period = std::max(period, Duration{1});
  Result<TimerId> id = core_->arm_timer(period, true, task);
  if (!id) return fail(std::move(id.error()));
  return TimerHandle(core_.get(), id->bits());
}

Result<void> Loop::push(Queue queue, Task& task) {
  switch (queue) {
    case Queue::next_ticks: return core_->push_job(CheckpointPhase::next_ticks, task);
    case Queue::microtasks: return core_->push_job(CheckpointPhase::microtasks, task);
    case Queue::immediates: return core_->push_immediate(task);
    case Queue::closing: break;
  }
  return core_->push_closing(task);
}

Result<WatchHandle> Loop::watch(int fd, Interest interest, std::function<void(Readiness)> callback) {
  Result<SlabId> id = core_->watch(fd, interest, std::move(callback));
  if (!id) return fail(std::move(id.error()));
  return WatchHandle(core_.get(), id->bits());
}

Ingress Loop::ingress() const noexcept { return Ingress(core_->door()); }
LivenessHold Loop::hold() noexcept { return LivenessHold(core_.get()); }
InFlight Loop::keep_in_flight() { return core_->door()->hold_running(); }
Result<void> Loop::set_admission_policy(AdmissionPolicy policy) { return core_->set_admission_policy(policy); }
void Loop::set_batch_policy(BatchPolicy policy) { core_->set_batch_policy(std::move(policy)); }
Result<void> Loop::set_sleep_policy(SleepPolicy policy) { return core_->set_sleep_policy(policy); }
const Context& Loop::context() const noexcept { return core_->context(); }
Result<int> Loop::fd() { return core_->foreign_fd(); }
std::optional<Duration> Loop::timeout() { return core_->foreign_timeout(); }
LivenessReport Loop::liveness(std::size_t listed_max) { return core_->liveness(listed_max); }
LoopFigures Loop::figures() const noexcept { return core_->figures(); }
std::string_view Loop::poller_name() const noexcept { return core_->poller_name(); }

LivenessHold::LivenessHold(LoopCore* core) noexcept : core_(core) { core_->hold(); }
void LivenessHold::release() noexcept {
  if (core_ != nullptr) std::exchange(core_, nullptr)->release();
}

ContextScope::ContextScope(Loop& loop, Context context) : core_(&loop.core()), previous_(core_->context()) {
  core_->switch_context(std::move(context));
}
ContextScope::~ContextScope() { core_->switch_context(std::move(previous_)); }

}  // namespace millrace
