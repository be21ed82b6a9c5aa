// The two protocols behind RemoteWatch: a registration that somebody waits for only so long, and a callback that may be ended from
// anywhere. Each decision is taken once, under a mutex that is never held over a callback or a system call.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include <millrace/clock.h>
#include <millrace/poller.h>
#include <millrace/result.h>

#include "base/slab.h"
#include "base/unique_fd.h"

namespace millrace {

/// Register against deadline: the loop begins, or the caller gives up; never both.
///   waiting -> registering (loop) -> registered or refused      waiting -> given_up (caller)
class RegistrationOffer {
 public:
  enum class State { waiting, registering, registered, refused, given_up };
  /// Loop thread. False: nobody waits any more, leave everything as it is.
  [[nodiscard]] bool begin() noexcept;
  /// Loop thread, after begin().
  void finish(std::optional<Error> refusal) noexcept;
  /// The caller. Waits until the loop answered, at most for `time_limit`; once the loop has begun, until it is done, which takes no longer
  /// than its system call. Errors: what the loop refused; Errc::timed_out, and then the loop will not begin.
  [[nodiscard]] Result<void> wait(Duration time_limit);
  /// The caller, when the offer could not be handed to the loop.
  void give_up() noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::waiting;
  std::optional<Error> refusal_;
};

/// Call against end: after end() no call begins, and end(true) returns when none is running any more.
class CallGate {
 public:
  /// Loop thread. False: ended, or not opened yet. True: leave() follows.
  [[nodiscard]] bool enter() noexcept;
  void leave() noexcept;
  /// From now on calls may begin: the owner holds its handle.
  void open() noexcept;
  /// True for the first caller.
  bool end(bool wait) noexcept;
  [[nodiscard]] bool ended() const noexcept;

 private:
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  bool open_ = false;
  bool ended_ = false;
  std::thread::id caller_{};  ///< of the call that runs; none: no call
};

/// Shared by the owner's handle and the loop's callback.
class RemoteWatchState {
 public:
  UniqueFd fd;  ///< a duplicate made by the caller, so that a number closed meanwhile is never registered
  std::function<void(Readiness)> callback;
  RegistrationOffer offer;
  CallGate gate;
  SlabId id;                         ///< loop thread; in the table of watches
  std::function<void()> unregister;  ///< posts the removal to the loop; set before the owner gets its handle
};

}  // namespace millrace
