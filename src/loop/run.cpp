// What run(), shutdown() and close() promise; the edges between the states are in life_cycle.h.
#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "loop/core.h"

namespace millrace {

namespace {
std::unique_ptr<Poller> make_default_poller() {
  Result<std::unique_ptr<Poller>> poller = make_poller();
  if (!poller) throw ErrorException(std::move(poller.error()));
  return std::move(*poller);
}
}  // namespace

LoopCore::LoopCore(LoopOptions options)
    : limits_(options.limits),
      batch_(std::move(options.batch)),
      on_uncaught_(std::move(options.on_uncaught)),
      observer_(options.observer),
      context_hook_(options.context_hook),
      work_hook_(options.work_hook),
      timer_teller_(options.timer_hook == nullptr ? nullptr : std::make_unique<TimerTeller>(*options.timer_hook, *this)),
      probe_(options.probe),
      owned_clock_(options.clock == nullptr ? std::make_unique<SteadyClock>() : nullptr),
      owned_poller_(options.poller == nullptr ? make_default_poller() : nullptr),
      clock_(options.clock == nullptr ? owned_clock_.get() : options.clock),
      poller_(options.poller == nullptr ? owned_poller_.get() : options.poller),
      now_(clock_->now()),
      timers_(limits_.timers_max),
      door_(std::make_shared<Door>(
          poller_->waker(),
          DoorOptions{.limit = limits_.ingress_max, .lanes_max = limits_.lanes_max, .policy = options.admission, .clock = clock_})),
      sleeper_(
          *poller_, door_->bell(), *clock_, *this, options.sleep,
          {.own_poller = owned_poller_ != nullptr, .own_clock = owned_clock_ != nullptr},
          options.observer == nullptr
              ? std::function<void(const SleepModeChange&)>{}
              : [this](
                    const SleepModeChange& change) { observe([&](Observer& observer) { observer.sleep_mode_changed(change); }); }),
      watches_(*poller_, limits_.watches_max),
      queues_(limits_.queue_max),
      checkpoint_(*this, queues_) {
  queues_.plain = context_hook_ == nullptr;
  MILLRACE_ASSERT(batch_.tasks_max > 0 && valid(options.admission));
}

LoopCore::~LoopCore() { checkpoint_.extend(nullptr); }

void LoopCore::extend(std::unique_ptr<LoopExtension> extension) {
  MILLRACE_ASSERT(extension_ == nullptr);
  extension_ = std::move(extension);
  checkpoint_.extend(extension_.get());
}

void LoopCore::tell_state(LoopState to) noexcept {
  const LoopState from = std::exchange(told_state_, to);
  if (from != to) observe([&](Observer& observer) { observer.loop_state_changed(to_string(from), to_string(to)); });
}

LifeCycle::Begin LoopCore::begin_run() noexcept {
  MILLRACE_ASSERT(!inside_run());
  const LifeCycle::Begin found = life_.begin_run();
  switch (found) {
    case LifeCycle::Begin::running:
    case LifeCycle::Begin::draining:
      adopt();  // before the observer hears of it and calls us back
      in_run_ = true;
      if (probe_.exists()) look_at_probe();
      tell_state(state() == LoopState::draining ? LoopState::draining : LoopState::running);
      break;
    case LifeCycle::Begin::stopped:
      tell_state(LoopState::stopping);
      tell_state(LoopState::idle);
      if (life_.leave_run()) finish_close();
      break;
    case LifeCycle::Begin::closed: break;
  }
  return found;
}

RunOutcome LoopCore::run() { return run_until(nullptr, std::nullopt); }

RunOutcome LoopCore::run_until(const std::function<bool()>* done, std::optional<Duration> time_limit) {
  const LifeCycle::Begin found = begin_run();
  if (found == LifeCycle::Begin::stopped) return RunOutcome(RunOutcome::Reason::stopped);
  if (found == LifeCycle::Begin::closed) return RunOutcome(RunOutcome::Reason::closed);
  Bounds bounds;
  bounds.done = done;
  if (time_limit) bounds.deadline = later(clock_->now(), std::max(*time_limit, Duration::zero()));
  if (done != nullptr || time_limit) {
    bounds_ = &bounds;
    look_at_bounds();
  }
  for (;;) {
    while (!leaving() && has_work()) {
      tick(std::nullopt);
      if (bounds_ != nullptr) look_at_bounds();  // a tick without a callback still takes time
    }
    const LifeCycle::End end = find_end();
    // Otherwise a shutdown() overtook the stop() that ended the loop above: this run works it off.
    if (end != LifeCycle::End::draining || bound_met_) return end_run(end);
  }
}

Result<bool> LoopCore::run_once(Duration wait) {
  const LifeCycle::Begin found = begin_run();
  if (found == LifeCycle::Begin::stopped) return alive();
  if (found == LifeCycle::Begin::closed) return fail(closed_error("run_once"));
  tick(wait);
  RunOutcome outcome = end_run(find_end());
  if (outcome.error()) return fail(*outcome.error());
  if (outcome.reason() == RunOutcome::Reason::closed) return fail(closed_error("run_once"));
  return alive();
}

void LoopCore::look_at_bounds() noexcept {
  if (bound_met_) return;
  if (state() == LoopState::draining && clock_->now() >= life_.drain_deadline()) {
    bound_met_ = true;
    return;
  }
  if (bounds_ == nullptr) return;
  try {
    if (bounds_->done != nullptr && (*bounds_->done)()) {
      bounds_->met = RunOutcome::Reason::reached;
      bound_met_ = true;
      return;
    }
  } catch (...) {
    return fail_run(
        Error::from_exception(std::current_exception()).wrap(Errc::uncaught_exception, "run_until: the condition threw"));
  }
  if (bounds_->deadline && clock_->now() >= *bounds_->deadline) {
    bounds_->met = RunOutcome::Reason::timed_out;
    bound_met_ = true;
  }
}

LifeCycle::End LoopCore::find_end() noexcept {
  if (state() == LoopState::draining) tell_state(LoopState::draining);
  return life_.end_run(state() == LoopState::draining && !has_work());
}

RunOutcome LoopCore::end_run(LifeCycle::End found) noexcept {
  using Reason = RunOutcome::Reason;
  const Bounds* bounds = std::exchange(bounds_, nullptr);
  Reason reason = std::exchange(bound_met_, false) && bounds != nullptr ? bounds->met : Reason::idle;
  sleeper_.restore_slack();
  if (probe_.on() != nullptr) leave_probe();
  switch (found) {
    case LifeCycle::End::ended: tell_state(LoopState::idle); break;
    case LifeCycle::End::stopped:
      reason = Reason::stopped;
      tell_state(LoopState::stopping);
      tell_state(LoopState::idle);
      break;
    case LifeCycle::End::draining: tell_state(LoopState::draining); break;
    case LifeCycle::End::closing: reason = Reason::closed; break;
  }
  RunOutcome outcome(reason);
  if (std::optional<Error> failure = std::exchange(failure_, std::nullopt)) outcome = RunOutcome(*std::move(failure));
  outcome.set_exit_code(std::exchange(exit_code_, 0));
  in_run_ = false;
  owner_.store(std::thread::id{}, std::memory_order_relaxed);  // between two runs the loop is anybody's, one at a time
  if (life_.leave_run()) finish_close();
  return outcome;
}

void LoopCore::stop() noexcept {
  if (life_.stop()) door_->wake();
}

void LoopCore::shutdown(Duration grace) {
  const Instant deadline = later(clock_->now(), std::max(grace, Duration::zero()));
  // Refused first: whatever was accepted is there when the loop sees that it is draining, and is worked off.
  door_->refuse();
  if (life_.drain(deadline)) door_->wake();
}

void LoopCore::close() {
  const LifeCycle::Close found = life_.close();
  queues_.open.store(false, std::memory_order_relaxed);  // after the edge: who is refused finds the state that says why
  switch (found) {
    case LifeCycle::Close::finish:
      door_->wake();          // a host that waits for us
      return finish_close();  // whoever closes is the loop thread for what destroyed tasks call back into
    case LifeCycle::Close::run_does: return door_->wake();
    case LifeCycle::Close::already: return;
  }
}

Result<void> LoopCore::wait_closed(Duration time_limit) {
  if (state() == LoopState::closed) return {};
  if (owner_.load(std::memory_order_relaxed) == std::this_thread::get_id())
    return fail(Errc::would_block_forever, "wait_closed: called on the loop thread, which would wait for itself");
  if (life_.wait_closed(std::max(time_limit, Duration::zero()))) return {};
  return fail(Error(Errc::timed_out, "wait_closed: the loop is not closed yet").with("state", std::string(to_string(state()))));
}

void LoopCore::finish_close() noexcept {
  // The state is closing, so whatever these destructors call back into gets a clear refusal.
  adopt();
  queues_.open.store(false, std::memory_order_relaxed);
  tell_state(LoopState::closing);
  if (extension_ != nullptr) extension_->closing();  // first: what waits for promises is told before what it might hold goes
  const std::size_t rejected = door_->close();
  figures_.rejected += rejected;
  if (rejected > 0) observe([&](Observer& observer) { observer.tasks_rejected(rejected); });
  door_->hand_back([](Task&) {});
  watches_.clear();
  if (timer_teller_ != nullptr) timer_teller_->closing();
  timers_.clear();
  queues_.immediates.clear();
  queues_.closing.clear();
  checkpoint_.clear();
  sleeper_.resume_from_host();
  if (Probe* const probe = probe_.wanted()) {
    const LoopFigures counted = figures();
    probe->closed(counted, depths(counted));
  }
  tell_state(LoopState::closed);
  owner_.store(std::thread::id{}, std::memory_order_relaxed);
  life_.closed();  // last: from here on another thread may destroy the loop
}

bool LoopCore::drained() const noexcept {
  return holds_ == 0 && queues_.immediates.size() <= unref_immediates_ && queues_.closing.empty() && door_->empty() &&
         checkpoint_.empty();
}

bool LoopCore::has_work() const noexcept {
  if (state() != LoopState::draining) return alive();
  return !drained() && clock_->now() < life_.drain_deadline();
}

bool LoopCore::alive() const noexcept {
  return timers_.armed_ref() > 0 || watches_.ref_count() > 0 || holds_ > 0 || queues_.immediates.size() > unref_immediates_ ||
         !queues_.closing.empty() || !door_->empty() || !checkpoint_.empty();
}

LoopFigures LoopCore::figures() const noexcept {
  LoopFigures figures = figures_;
  figures.checkpoints = checkpoint_.checkpoints();
  figures.next_ticks = checkpoint_.ran(CheckpointPhase::next_ticks);
  figures.microtasks = checkpoint_.ran(CheckpointPhase::microtasks);
  figures.failed_wakes = door_->bell().failed_rings();
  const AdmissionFigures admission = door_->figures();
  figures.ingress_accepted = admission.accepted;
  figures.refused_full = admission.refused_full;
  figures.refused_throttled = admission.refused_throttled;
  figures.refused_closed = admission.refused_closed;
  const SleepFigures& sleep = sleeper_.figures();
  figures.waits = sleep.waits;
  figures.sleeps = sleep.sleeps;
  figures.futex_sleeps = sleep.futex_sleeps;
  figures.spins = sleep.spins;
  figures.spin_hits = sleep.spin_hits;
  figures.sleep_mode_changes = sleep.mode_changes;
  return figures;
}

void LoopCore::report_uncaught(const Error& error) noexcept {
  ++figures_.uncaught;
  observe([&](Observer& observer) { observer.task_failed(error); });
  if (!on_uncaught_) return fail_run(error);
  try {
    on_uncaught_(error);
  } catch (...) {
    fail_run(Error::from_exception(std::current_exception()).wrap(Errc::uncaught_exception, "the uncaught handler threw"));
  }
}

void LoopCore::raise_later(const std::exception_ptr& exception) noexcept {
  Task rethrow{[exception] { std::rethrow_exception(exception); }};
  try {
    if (push_job(CheckpointPhase::next_ticks, rethrow)) return;
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): as refused
  }
  ++figures_.uncaught;
  observe([&](Observer& observer) { observer.task_failed(Error::from_exception(exception)); });
}

void LoopCore::fail_run(const Error& error) noexcept {
  if (!failure_) failure_ = error;  // the first one is the reason; what follows is its consequence
  life_.fail();
  if (closing()) queues_.open.store(false, std::memory_order_relaxed);
}

void LoopCore::set_batch_policy(BatchPolicy policy) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  MILLRACE_ASSERT(policy.tasks_max > 0);
  batch_ = std::move(policy);
}

Result<void> LoopCore::set_sleep_policy(SleepPolicy policy) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (policy.fast_path == FastPath::forced && watches_.size() > 0)
    return fail(Error(Errc::unsupported, "set_sleep_policy: the fast path cannot be forced while descriptors are registered")
                    .with("registered", std::to_string(watches_.size())));
  sleeper_.set_policy(policy);
  return {};
}

Result<void> LoopCore::set_admission_policy(const AdmissionPolicy& policy) {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (!valid(policy))
    return fail(Error(Errc::invalid_argument, "set_admission_policy: tasks_per_second must not be negative")
                    .with("tasks_per_second", std::to_string(policy.tasks_per_second)));
  door_->set_policy(policy);
  return {};
}

Error LoopCore::closed_error(std::string_view operation) const {
  return Error(Errc::closed, std::string(operation) + ": the loop is closed").with("state", std::string(to_string(state())));
}

}  // namespace millrace
