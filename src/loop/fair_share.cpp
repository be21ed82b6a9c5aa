// The queue is a heap by virtual time: what a member has used, divided by its weight.
#include <millrace/fair_share.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <millrace/loop.h>

#include "base/thread_cpu_time.h"
#include "loop/core.h"

namespace millrace {
namespace {

/// Virtual time is nanoseconds times this over the weight, so that weights of some thousands still count whole slices.
constexpr std::uint64_t kScale = 1024;

}  // namespace

struct FairShare::Member::State {
  FairShare::Core* group;  ///< null: it has left, or ended
  Loop* loop;
  std::uint32_t weight;
  std::uint64_t virtual_time = 0;
  std::uint64_t sequence = 0;  ///< among equals the one that came first
  bool queued = false;
  bool alive = false;
  Usage usage{};
  WatchHandle watch{};
  TimerHandle timer{};
};

struct FairShare::Core {
  using State = Member::State;
  using Entry = std::shared_ptr<State>;

  Core(Loop& to, FairShareOptions with) : host(to), options(std::move(with)) {
    if (!options.meter) options.meter = thread_cpu_time;
  }

  static bool later_than(const Entry& a, const Entry& b) noexcept {
    return std::pair(a->virtual_time, a->sequence) > std::pair(b->virtual_time, b->sequence);
  }
  void push(const Entry& state) {
    if (state->queued) return;
    state->queued = true;
    state->sequence = ++sequence;
    queue.push_back(state);
    std::ranges::push_heap(queue, later_than);
    arm();
  }
  [[nodiscard]] Entry pop() {
    std::ranges::pop_heap(queue, later_than);
    Entry first = std::move(queue.back());
    queue.pop_back();
    first->queued = false;
    return first;
  }
  /// One that waited: it may not bring along what it did not use, and still owes what it used too much.
  void awake(const Entry& state) {
    if (state->queued || state.get() == running || state->group == nullptr) return;
    state->virtual_time = std::max(state->virtual_time, level);
    push(state);
  }
  void arm() {
    if (armed || in_turn) return;
    armed = host.immediate([core = weak_self] {
                  if (const std::shared_ptr<Core> alive = core.lock()) alive->run_turn();
                })
                .has_value();
  }
  void run_turn();
  void run_slice(const Entry& state, Duration began);
  void wait_for_work(const Entry& state);
  void note_alive(State& state) noexcept {
    const bool now = state.group != nullptr && state.loop->alive();
    if (std::exchange(state.alive, now) == now) return;
    alive_members += now ? 1 : std::size_t{0} - 1;
    if (alive_members == 0)
      hold.release();
    else if (now && alive_members == 1)
      hold = host.hold();
  }
  void remove(State& state) noexcept {
    state.watch.close();
    state.timer.cancel();
    state.group = nullptr;
    if (std::exchange(state.alive, false) && --alive_members == 0) hold.release();
    if (std::exchange(state.queued, false)) {
      std::erase_if(queue, [&](const Entry& entry) { return entry.get() == &state; });
      std::ranges::make_heap(queue, later_than);
    }
    std::erase_if(members, [&](const Entry& entry) { return entry.get() == &state; });
  }

  Loop& host;
  FairShareOptions options;
  std::weak_ptr<Core> weak_self;
  std::vector<Entry> members;
  std::vector<Entry> queue;
  std::uint64_t level = 0;  ///< virtual time of whoever had its turn last: nobody who waits is behind it, but for new weights
  std::uint64_t sequence = 0;
  std::size_t alive_members = 0;
  const State* running = nullptr;
  LivenessHold hold;
  bool armed = false;
  bool in_turn = false;
};

void FairShare::Core::run_turn() {
  armed = false;
  in_turn = true;
  const Duration began = options.meter();
  Duration now = began;
  while (!queue.empty() && now - began < options.turn && host.state() == LoopState::running) {
    const Entry state = pop();
    level = std::max(level, state->virtual_time);
    const Duration slice_began = now;
    running = state.get();
    run_slice(state, slice_began);
    running = nullptr;
    now = options.meter();
    const Duration not_its_own = state->group == nullptr ? Duration::zero() : state->loop->core().take_set_aside();
    const Duration used = std::max(now - slice_began - not_its_own, Duration{1});
    state->usage.used += used;
    ++state->usage.slices;
    state->virtual_time += static_cast<std::uint64_t>(used.count()) * kScale / state->weight;
    if (state->group != nullptr) wait_for_work(state);
  }
  in_turn = false;
  if (!queue.empty()) arm();
}

void FairShare::Core::run_slice(const Entry& state, Duration began) {
  Loop& loop = *state->loop;
  do {
    const Result<bool> ran = loop.run_once();
    if (state->group == nullptr) return;  // it left in a callback
    if (!ran) {
      const Error error = ran.error();
      remove(*state);
      if (options.on_ended) host.core().contain([&] { options.on_ended(loop, error); });
      return;
    }
  } while (loop.timeout() == Duration::zero() && options.meter() - began < options.slice);
}

void FairShare::Core::wait_for_work(const Entry& state) {
  note_alive(*state);
  const std::optional<Duration> timeout = state->loop->timeout();
  state->timer.cancel();
  if (timeout == Duration::zero()) return push(state);
  if (!timeout) return;
  const UntoldTimers ours(host.core());
  Result<TimerHandle> armed_timer = host.schedule(*timeout, [core = weak_self, waits = std::weak_ptr(state)] {
    const std::shared_ptr<Core> group = core.lock();
    const Entry entry = waits.lock();
    if (group != nullptr && entry != nullptr) group->awake(entry);
  });
  if (!armed_timer) return push(state);  // no timer left: looked at again and again rather than never
  state->timer = std::move(*armed_timer);
  state->timer.unref();
}

FairShare::FairShare(Loop& host, FairShareOptions options) : core_(std::make_shared<Core>(host, std::move(options))) {
  core_->weak_self = core_;
}

FairShare::~FairShare() {
  while (!core_->members.empty()) core_->remove(*std::shared_ptr(core_->members.back()));
}

Result<FairShare::Member> FairShare::add(Loop& loop, std::uint32_t weight) {
  if (weight == 0) return fail(Errc::invalid_argument, "FairShare::add: a weight is at least 1");
  if (&loop == &core_->host) return fail(Errc::invalid_argument, "FairShare::add: a loop cannot be a member of itself");
  if (core_->members.size() >= core_->options.members_max) return fail(Errc::full, "FairShare::add: there are members_max members");
  if (loop.state() == LoopState::closed || loop.state() == LoopState::closing)
    return fail(Errc::closed, "FairShare::add: the member's loop is closed");
  const Result<int> fd = loop.fd();
  if (!fd) return fail(fd.error());
  auto state = std::make_shared<Member::State>(core_.get(), &loop, weight);
  Result<WatchHandle> watch =
      core_->host.watch(*fd, Interest::readable, [core = std::weak_ptr(core_), ready = std::weak_ptr(state)](Readiness) {
        const std::shared_ptr<Core> group = core.lock();
        const Core::Entry entry = ready.lock();
        if (group != nullptr && entry != nullptr) group->awake(entry);
      });
  if (!watch) return fail(watch.error());
  watch->unref();
  state->watch = std::move(*watch);
  core_->members.push_back(state);
  core_->note_alive(*state);
  core_->awake(state);
  return Member(std::move(state));
}

std::size_t FairShare::size() const noexcept { return core_->members.size(); }

FairShare::Member::Member(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
FairShare::Member& FairShare::Member::operator=(Member&& other) noexcept {
  if (this == &other) return *this;
  leave();
  state_ = std::move(other.state_);
  return *this;
}
FairShare::Member::~Member() { leave(); }

void FairShare::Member::leave() noexcept {
  if (active()) state_->group->remove(*state_);
  state_.reset();
}

void FairShare::Member::wake() {
  if (!active()) return;
  state_->group->note_alive(*state_);
  state_->group->awake(state_);
}

Result<void> FairShare::Member::set_weight(std::uint32_t weight) {
  if (weight == 0) return fail(Errc::invalid_argument, "set_weight: a weight is at least 1");
  if (active()) state_->weight = weight;
  return {};
}

FairShare::Usage FairShare::Member::usage() const noexcept { return state_ == nullptr ? Usage{} : state_->usage; }
bool FairShare::Member::active() const noexcept { return state_ != nullptr && state_->group != nullptr; }

}  // namespace millrace
