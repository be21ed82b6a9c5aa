#include "loop/remote_watch.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include <millrace/remote_watch.h>

#include "loop/core.h"

namespace millrace {

bool RegistrationOffer::begin() noexcept {
  const std::lock_guard lock(mutex_);
  if (state_ != State::waiting) return false;
  state_ = State::registering;
  return true;
}

void RegistrationOffer::finish(std::optional<Error> refusal) noexcept {
  const std::lock_guard lock(mutex_);
  state_ = refusal ? State::refused : State::registered;
  refusal_ = std::move(refusal);
  changed_.notify_all();
}

Result<void> RegistrationOffer::wait(Duration time_limit) {
  std::unique_lock lock(mutex_);
  const auto begun = [this] { return state_ != State::waiting; };
  if (!changed_.wait_for(lock, std::clamp<Duration>(time_limit, Duration::zero(), std::chrono::hours(24 * 365)), begun)) {
    state_ = State::given_up;
    return fail(Error(Errc::timed_out, "watch_remotely: the loop did not come to it in time; nothing is registered")
                    .with("time_limit_ns", std::to_string(time_limit.count())));
  }
  changed_.wait(lock, [this] { return state_ != State::registering; });
  if (state_ == State::registered) return {};
  if (refusal_) return fail(*refusal_);
  return fail(Errc::closed, "watch_remotely: the loop closed before it came to it");
}

void RegistrationOffer::give_up() noexcept {
  const std::lock_guard lock(mutex_);
  if (state_ == State::waiting) state_ = State::given_up;
  changed_.notify_all();
}

bool CallGate::enter() noexcept {
  const std::lock_guard lock(mutex_);
  if (ended_ || !open_) return false;
  caller_ = std::this_thread::get_id();
  return true;
}

void CallGate::leave() noexcept {
  const std::lock_guard lock(mutex_);
  caller_ = {};
  idle_.notify_all();
}

void CallGate::open() noexcept {
  const std::lock_guard lock(mutex_);
  open_ = true;
}

bool CallGate::end(bool wait) noexcept {
  std::unique_lock lock(mutex_);
  const bool first = !std::exchange(ended_, true);
  if (wait && caller_ != std::this_thread::get_id()) idle_.wait(lock, [this] { return caller_ == std::thread::id{}; });
  return first;
}

bool CallGate::ended() const noexcept {
  const std::lock_guard lock(mutex_);
  return ended_;
}

Result<std::shared_ptr<RemoteWatchState>> LoopCore::watch_remotely(int fd, Interest interest, WatchTable::Callback callback,
                                                                   Duration time_limit) {
  if (auto checked = check_watch("watch_remotely", fd, interest, callback); !checked) return fail(std::move(checked.error()));
  Result<UniqueFd> ours = duplicate("watch_remotely", fd);
  if (!ours) return fail(std::move(ours.error()));
  auto state = std::make_shared<RemoteWatchState>();
  state->fd = *std::move(ours);
  state->callback = std::move(callback);

  // Runs on the loop thread, or never: destroyed unrun with the loop, it takes the offer back.
  struct Registration {
    LoopCore* core;
    Interest interest;
    std::shared_ptr<RemoteWatchState> state;
    Registration(LoopCore* c, Interest i, std::shared_ptr<RemoteWatchState> s) : core(c), interest(i), state(std::move(s)) {}
    Registration(Registration&&) noexcept = default;
    ~Registration() {
      if (state) state->offer.give_up();
    }
    void operator()() { core->register_remotely(interest, state); }
  };
  const bool on_loop = owner_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  Task registration{Registration{this, interest, state}};
  if (on_loop) {
    registration();
  } else if (door_->post_internal(registration) != Admission::accepted) {
    return fail(closed_error("watch_remotely"));
  }
  if (Result<void> done = state->offer.wait(on_loop ? Duration::zero() : time_limit); !done) return fail(std::move(done.error()));
  state->gate.open();
  return state;
}

void LoopCore::register_remotely(Interest interest, const std::shared_ptr<RemoteWatchState>& state) {
  if (!state->offer.begin()) return;
  Result<SlabId> id = watch(state->fd.get(), interest, [this, state](Readiness ready) {
    if (!state->gate.enter()) {
      // Not open yet: the owner does not hold its handle, and level-triggered readiness is told again by the next wait. Or ended, and its
      // removal has not come yet, or was refused.
      if (state->gate.ended()) watches_.erase(state->id);
      return;
    }
    struct Leave {
      CallGate& gate;
      ~Leave() { gate.leave(); }
    } leave{state->gate};
    state->callback(ready);
  });
  if (!id) return state->offer.finish(id.error());
  state->fd.reset();  // the table has its own
  state->id = *id;
  state->unregister = [core = this, door = std::weak_ptr<Door>(door_), id = *id] {
    // On the loop thread, or not at all: a door that is gone or closed means that the table is, too.
    Task removal{[core, id] { core->watches().erase(id); }};
    if (const std::shared_ptr<Door> open = door.lock()) static_cast<void>(open->post_internal(removal));
  };
  state->offer.finish(std::nullopt);
}

Result<RemoteWatch> Loop::watch_remotely(int fd, Interest interest, std::function<void(Readiness)> callback, Duration time_limit) {
  Result<std::shared_ptr<RemoteWatchState>> state = core_->watch_remotely(fd, interest, std::move(callback), time_limit);
  if (!state) return fail(std::move(state.error()));
  return RemoteWatch(*std::move(state));
}

RemoteWatch& RemoteWatch::operator=(RemoteWatch&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}

void RemoteWatch::close() noexcept { end(true); }
void RemoteWatch::close_soon() noexcept { end(false); }

void RemoteWatch::end(bool wait) noexcept {
  const std::shared_ptr<RemoteWatchState> state = std::exchange(state_, nullptr);
  if (!state || !state->gate.end(wait)) return;
  try {
    state->unregister();
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): the next readiness finds that it was ended, and removes it
  }
}

bool RemoteWatch::active() const noexcept { return state_ != nullptr && !state_->gate.ended(); }

}  // namespace millrace
