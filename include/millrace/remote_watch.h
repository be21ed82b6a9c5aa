// RemoteWatch: readiness registered from another thread than the loop's, with a deadline for registering and a guarantee for ending.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <millrace/clock.h>
#include <millrace/poller.h>
#include <millrace/result.h>

namespace millrace {

class Loop;
class RemoteWatchState;

/// The owner of a registration that was made by Loop::watch_remotely(). Dropping it unregisters, as close() does.
/// Thread    any, one at a time. May outlive the loop.
class [[nodiscard]] RemoteWatch {
 public:
  RemoteWatch() noexcept = default;
  RemoteWatch(RemoteWatch&&) noexcept = default;
  RemoteWatch& operator=(RemoteWatch&& other) noexcept;
  RemoteWatch(const RemoteWatch&) = delete;
  RemoteWatch& operator=(const RemoteWatch&) = delete;
  ~RemoteWatch() { close(); }

  /// Unregisters. After it returned, the callback does not run and is not called again.
  /// Waits     for a call of the callback that has started on the loop thread; inside the callback itself it does not wait. A callback
  ///           that waits for the thread that closes is a deadlock of the program's: close_soon() is for that.
  void close() noexcept;
  /// As close(), without waiting: a call that has started may still be running when this returns; no other follows.
  void close_soon() noexcept;
  /// False once closed. The loop's own end is not seen here.
  [[nodiscard]] bool active() const noexcept;

 private:
  friend class Loop;
  explicit RemoteWatch(std::shared_ptr<RemoteWatchState> state) noexcept : state_(std::move(state)) {}
  void end(bool wait) noexcept;

  std::shared_ptr<RemoteWatchState> state_;
};

}  // namespace millrace
