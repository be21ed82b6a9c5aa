// The states of a loop, who moves it between them, and what run() and close() promise (see LoopState for the edges).
#include <utility>

#include "loop/core.h"

namespace millrace {

std::string_view to_string(LoopState state) noexcept {
  switch (state) {
    case LoopState::idle: return "idle";
    case LoopState::running: return "running";
    case LoopState::stopping: return "stopping";
    case LoopState::closing: return "closing";
    case LoopState::closed: return "closed";
  }
  return "unknown";
}

namespace {
std::unique_ptr<Poller> make_default_poller() {
  Result<std::unique_ptr<Poller>> poller = make_epoll_poller();
  if (!poller) throw ErrorException(std::move(poller.error()));
  return std::move(*poller);
}
}  // namespace

LoopCore::LoopCore(LoopOptions options)
    : limits_(options.limits),
      on_uncaught_(std::move(options.on_uncaught)),
      observer_(options.observer),
      owned_clock_(options.clock == nullptr ? std::make_unique<SteadyClock>() : nullptr),
      owned_poller_(options.poller == nullptr ? make_default_poller() : nullptr),
      clock_(options.clock == nullptr ? owned_clock_.get() : options.clock),
      poller_(options.poller == nullptr ? owned_poller_.get() : options.poller),
      now_(clock_->now()),
      timers_(limits_.timers_max),
      door_(std::make_shared<Door>(poller_->waker(), limits_.ingress_max)),
      watches_(*poller_, limits_.watches_max),
      immediates_(limits_.queue_max),
      closing_(limits_.queue_max),
      checkpoint_(*this, limits_.queue_max) {
  MILLRACE_ASSERT(limits_.ingress_batch_max > 0);
}

LoopCore::~LoopCore() = default;

bool LoopCore::move_state(LoopState from, LoopState to) noexcept {
  LoopState expected = from;
  if (!state_.compare_exchange_strong(expected, to, std::memory_order_seq_cst)) return false;
  // stop() may come from any thread, and observers live on the loop's.
  if (to != LoopState::stopping) observe([&](Observer& observer) { observer.loop_state_changed(to_string(from), to_string(to)); });
  return true;
}

bool LoopCore::enter_running() noexcept {
  LoopState expected = LoopState::idle;
  if (!state_.compare_exchange_strong(expected, LoopState::running, std::memory_order_seq_cst)) return false;
  adopt();  // before the observer hears of it and calls us back
  observe([](Observer& observer) { observer.loop_state_changed(to_string(LoopState::idle), to_string(LoopState::running)); });
  return true;
}

RunOutcome LoopCore::run() {
  MILLRACE_ASSERT(!inside_run());
  const bool entered = enter_running();
  while (entered && !leaving() && alive()) tick(std::nullopt);
  return leave_running(entered);
}

Result<bool> LoopCore::run_once(Duration wait) {
  MILLRACE_ASSERT(!inside_run());
  const bool entered = enter_running();
  if (entered) tick(wait);
  RunOutcome outcome = leave_running(entered);
  if (outcome.error()) return fail(*outcome.error());
  if (outcome.reason() == RunOutcome::Reason::closed) return fail(closed_error("run_once"));
  return alive();
}

RunOutcome LoopCore::leave_running(bool entered) noexcept {
  const auto outcome = [this](RunOutcome::Reason reason) {
    if (std::optional<Error> failure = std::exchange(failure_, std::nullopt)) return RunOutcome(*std::move(failure));
    return RunOutcome(reason);
  };
  owner_.store(std::thread::id{}, std::memory_order_relaxed);  // between two runs the loop is anybody's, one at a time
  if (move_state(LoopState::running, LoopState::idle)) return outcome(RunOutcome::Reason::idle);
  // The edge into stopping may have been somebody else's thread's; the observer hears of it here, on the loop's.
  if (state() == LoopState::stopping)
    observe([&](Observer& observer) {
      observer.loop_state_changed(to_string(entered ? LoopState::running : LoopState::idle), "stopping");
    });
  if (move_state(LoopState::stopping, LoopState::idle)) return outcome(RunOutcome::Reason::stopped);
  if (move_state(LoopState::closing, LoopState::closed)) finish_close();
  return outcome(RunOutcome::Reason::closed);
}

void LoopCore::stop() noexcept {
  // Both edges are tried until one holds: the loop may go idle or start between the two attempts.
  for (;;) {
    const LoopState now = state();
    if (now != LoopState::idle && now != LoopState::running) return;  // stopping already, or closed
    if (move_state(now, LoopState::stopping)) break;
  }
  door_->wake();
}

void LoopCore::close() {
  for (;;) {
    const LoopState now = state();
    if (now == LoopState::closing || now == LoopState::closed) return;
    if (in_tick_ || now == LoopState::running) {
      MILLRACE_ASSERT(on_loop_thread());
      if (move_state(now, LoopState::closing)) return;  // leave_running() finishes
    } else {
      adopt();  // nobody is in run(): who closes is the loop thread for what the destroyed tasks call back into
      if (move_state(now, LoopState::closed)) return finish_close();
    }
  }
}

void LoopCore::finish_close() noexcept {
  // The state is closed already, so whatever these destructors call back into gets a clear refusal.
  std::vector<Task> unrun = door_->close();
  const std::size_t rejected = unrun.size() + (backlog_.size() - backlog_next_);
  figures_.rejected += rejected;
  if (rejected > 0) observe([&](Observer& observer) { observer.tasks_rejected(rejected); });
  unrun.clear();
  backlog_.clear();
  backlog_next_ = 0;
  watches_.clear();
  timers_.clear();
  immediates_.clear();
  closing_.clear();
  checkpoint_.clear();
}

bool LoopCore::alive() const noexcept {
  return timers_.armed_ref() > 0 || watches_.ref_count() > 0 || holds_ > 0 || immediates_.size() > unref_immediates_ ||
         !closing_.empty() || backlog_next_ < backlog_.size() || !door_->empty() || !checkpoint_.empty();
}

LoopFigures LoopCore::figures() const noexcept {
  LoopFigures figures = figures_;
  figures.checkpoints = checkpoint_.checkpoints();
  figures.next_ticks = checkpoint_.ran(CheckpointPhase::next_ticks);
  figures.microtasks = checkpoint_.ran(CheckpointPhase::microtasks);
  figures.failed_wakes = door_->failed_wakes();
  return figures;
}

void LoopCore::run_guarded(Task& task) noexcept {
  try {
    task();
  } catch (...) {
    report_uncaught(Error::from_exception(std::current_exception()));
  }
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

void LoopCore::fail_run(const Error& error) noexcept {
  if (!failure_) failure_ = error;  // the first one is the reason; what follows is its consequence
  static_cast<void>(move_state(LoopState::running, LoopState::stopping));
}

Error LoopCore::closed_error(std::string_view operation) const {
  return Error(Errc::closed, std::string(operation) + ": the loop is closed").with("state", std::string(to_string(state())));
}

}  // namespace millrace
