#include "promise/abort_state.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace millrace {

// What a timeout's signal and its timer know of each other. The timer's callable owns the TimerHandle with it, so that closing the
// loop, which destroys the callable, empties the handle before the loop is gone.
struct AbortState::Timer {
  explicit Timer(AbortState& state, Duration d) noexcept : signal(&state), delay(d) {}
  std::mutex mutex;    // leaf
  AbortState* signal;  ///< guarded by mutex; null: the signal is gone
  const Duration delay;
  TimerHandle handle;  ///< loop thread
};

struct AbortState::FireTimer {
  explicit FireTimer(std::shared_ptr<Timer> t) noexcept : timer(std::move(t)) {}
  FireTimer(FireTimer&&) noexcept = default;
  FireTimer& operator=(FireTimer&&) = delete;
  ~FireTimer() {
    if (timer != nullptr) timer->handle.cancel();
  }
  void operator()() const {
    AbortSignal signal;
    {
      const std::lock_guard lock(timer->mutex);
      if (timer->signal != nullptr && timer->signal->try_retain()) signal = adopt(timer->signal);
    }
    timer->handle.cancel();
    if (signal.empty()) return;  // its last handle is being dropped elsewhere
    of(signal)->abort(Error(Errc::timed_out, "the signal's time is over").with("timeout_ns", std::to_string(timer->delay.count())));
  }
  std::shared_ptr<Timer> timer;
};

/// Posted by an abort() elsewhere. Destroyed unrun it lets go of the followers that wait for their steps.
struct AbortState::RunSteps {
  explicit RunSteps(AbortState& state) noexcept : signal(share(state)) {}
  RunSteps(RunSteps&&) noexcept = default;
  RunSteps& operator=(RunSteps&&) = delete;
  ~RunSteps() {
    if (!signal.empty()) of(signal)->drop_steps();
  }
  void operator()() const { of(signal)->run_all_steps(); }
  AbortSignal signal;
};

AbortState::~AbortState() {
  leave_sources();
  for (std::size_t i = 0; i < edge_count_; ++i)
    if (edges_[i].source != nullptr) edges_[i].source->release();
  end_timer();
}

AbortSignal AbortState::aborted_as(Loop& loop, const std::shared_ptr<Door>& door, const Error& reason) {
  AbortSignal made = adopt(new AbortState(loop, door));
  of(made)->mark(reason);
  of(made)->steps_ran_ = true;
  return made;
}

AbortSignal AbortState::following(std::span<const AbortSignal> signals) {
  std::vector<AbortState*> sources;
  sources.reserve(signals.size());
  Loop* loop = nullptr;
  for (const AbortSignal& signal : signals) {
    AbortState* state = of(signal);
    if (state == nullptr) continue;
    MILLRACE_ASSERT(loop == nullptr || loop == state->loop_);
    loop = state->loop_;
    if (const Error* reason = state->reason()) return aborted_as(*loop, state->door_, *reason);
    if (state->edge_count_ == 0) sources.push_back(state);
    for (std::size_t i = 0; i < state->edge_count_; ++i)
      if (state->edges_[i].source != nullptr) sources.push_back(state->edges_[i].source);
  }
  if (loop == nullptr) return {};
  // Each once, in the order of its first occurrence. Few are compared with each other; many would make that quadratic.
  if (sources.size() > 16) {
    std::vector<std::pair<AbortState*, std::size_t>> places;
    places.reserve(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) places.emplace_back(sources[i], i);
    std::ranges::sort(places);
    const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
    places.erase(std::ranges::unique(places, same).begin(), places.end());
    std::ranges::sort(places, {}, &std::pair<AbortState*, std::size_t>::second);
    sources.clear();
    for (const auto& [source, place] : places) sources.push_back(source);
  } else {
    auto end = sources.begin();
    for (AbortState* source : sources)
      if (std::find(sources.begin(), end, source) == end) *end++ = source;
    sources.erase(end, sources.end());
  }
  AbortSignal made = adopt(new AbortState(*loop, sources.front()->door_));
  of(made)->follow(sources);
  return made;
}

void AbortState::follow(const std::vector<AbortState*>& sources) {
  edges_ = std::make_unique<Edge[]>(sources.size());
  edge_count_ = sources.size();
  for (std::size_t i = 0; i < edge_count_; ++i) {
    Edge& edge = edges_[i];
    edge.follower = this;
    edge.source = sources[i];
    edge.source->retain();
    const std::lock_guard lock(edge.source->mutex_);
    if (const Error* reason = edge.source->reason()) {  // aborted since any() looked
      // Unless one of those before it was aborted, too, marked us first and runs our steps.
      if (mark(*reason)) steps_ran_ = true;
      return;
    }
    edge.source->followers_.push_back(edge);
  }
}

void AbortState::leave_sources() noexcept {
  for (std::size_t i = 0; i < edge_count_ && edges_[i].source != nullptr; ++i) {
    const std::lock_guard lock(edges_[i].source->mutex_);
    edges_[i].link.unlink();
  }
}

Result<AbortSignal> AbortState::after(Loop& loop, Duration delay) {
  delay = std::max(delay, Duration::zero());
  AbortSignal made = adopt(new AbortState(loop));
  auto timer = std::make_shared<Timer>(*of(made), delay);
  Result<TimerHandle> handle = loop.schedule(delay, FireTimer(timer));
  if (!handle) return fail(std::move(handle.error()));
  handle->unref();
  timer->handle = *std::move(handle);
  of(made)->timer_ = std::move(timer);
  return made;
}

void AbortState::end_timer() noexcept {
  if (timer_ == nullptr) return;
  {
    const std::lock_guard lock(timer_->mutex);
    timer_->signal = nullptr;
  }
  if (reason() != nullptr) return;  // it has fired
  if (on_loop_thread()) return timer_->handle.cancel();
  try {
    Task cancel{[timer = timer_] { timer->handle.cancel(); }};
    static_cast<void>(door_->post_settlement(cancel));  // refused: the loop is closed and has no timers
  } catch (const std::bad_alloc&) {                     // NOLINT(bugprone-empty-catch): it stays, and fires at nothing
  }
}

bool AbortState::try_retain() noexcept {
  std::uint32_t seen = references_.load(std::memory_order_relaxed);
  while (seen != 0 && !references_.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) {
  }
  return seen != 0;
}

bool AbortState::mark(const Error& reason) noexcept {
  Phase seen = Phase::pending;
  if (!phase_.compare_exchange_strong(seen, Phase::marking, std::memory_order_relaxed)) return false;
  reason_.emplace(reason);
  phase_.store(Phase::aborted, std::memory_order_release);  // release; pairs with reason()
  return true;
}

void AbortState::mark_all(const Error& reason) noexcept {
  mark(reason);
  AbortState** end = &queue_;
  // A follower cannot be freed here: before that it locks our mutex to leave this list. One that is about to be has nobody to tell.
  while (Edge* edge = followers_.pop_front()) {
    AbortState* follower = edge->follower;
    if (!follower->mark(reason) || !follower->try_retain()) continue;
    *end = follower;
    end = &follower->next_in_queue_;
  }
}

bool AbortState::abort(const Error& reason) {
  MILLRACE_ASSERT(edge_count_ == 0);
  const AbortSignal keep = share(*this);  // a callback may drop every handle
  if (on_loop_thread()) {
    {
      const std::lock_guard lock(mutex_);
      if (this->reason() != nullptr) return false;
      mark_all(reason);
    }
    run_all_steps();
    return true;
  }
  Task steps;  // destroyed after the lock is: when the loop is closed, it drops what mark_all() queued
  const std::lock_guard lock(mutex_);
  if (this->reason() != nullptr) return false;
  steps = Task(RunSteps(*this));
  // Posted first, so that being out of memory changes nothing; the task waits for the mutex and finds everything marked. One for
  // each source that exists, so it needs no bound.
  static_cast<void>(door_->post_settlement(steps));
  mark_all(reason);
  return true;
}

AbortState* AbortState::take_queue() noexcept {
  const std::lock_guard lock(mutex_);
  return std::exchange(queue_, nullptr);
}

void AbortState::run_all_steps() noexcept {
  AbortState* follower = take_queue();
  run_steps();
  while (follower != nullptr) {
    AbortState* next = std::exchange(follower->next_in_queue_, nullptr);
    follower->run_steps();
    follower->release();
    follower = next;
  }
}

void AbortState::run_steps() noexcept {
  check_loop_thread();
  MILLRACE_ASSERT(reason() != nullptr && !steps_ran_);
  steps_ran_ = true;
  leave_sources();
  while (AbortHook* hook = hooks_.pop_front()) {
    hook->state_ = nullptr;
    release();  // the hook's; whoever calls us has another
    hook->aborted(*reason_);
  }
}

void AbortState::drop_steps() noexcept {
  for (AbortState* follower = take_queue(); follower != nullptr;) {
    AbortState* next = std::exchange(follower->next_in_queue_, nullptr);
    follower->release();
    follower = next;
  }
}

void AbortState::check_loop_thread() const noexcept {
  [[maybe_unused]] const std::thread::id owner = door_->loop_thread().load(std::memory_order_relaxed);
  MILLRACE_DEBUG_ASSERT(owner == std::thread::id{} || owner == std::this_thread::get_id());
}

bool AbortState::takes_hooks() const noexcept {
  check_loop_thread();
  return !steps_ran_;
}

bool AbortState::add(AbortHook& hook) noexcept {
  if (!takes_hooks()) return false;
  hooks_.push_back(hook);
  hook.state_ = this;
  retain();
  return true;
}

void AbortState::remove(AbortHook& hook) noexcept {
  check_loop_thread();
  hook.link_.unlink();
  hook.state_ = nullptr;
  release();
}

std::size_t AbortState::followers() const noexcept {
  const std::lock_guard lock(mutex_);
  return followers_.size();
}

}  // namespace millrace
