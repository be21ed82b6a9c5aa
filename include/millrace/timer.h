// TimerHandle: the owner of one scheduled callback.
#pragma once

#include <cstdint>
#include <utility>

#include <millrace/clock.h>

namespace millrace {

class LoopCore;

/// Returned by Loop::schedule() and Loop::every(). Dropping it cancels the timer; detach() lets it run on without an owner.
/// Thread    loop thread.
/// Lifetime  the loop must outlive the handle. Every member may be called inside the timer's own callback.
class [[nodiscard]] TimerHandle {
 public:
  TimerHandle() noexcept = default;
  TimerHandle(TimerHandle&& other) noexcept : core_(std::exchange(other.core_, nullptr)), id_(other.id_) {}
  TimerHandle& operator=(TimerHandle&& other) noexcept {
    TimerHandle(std::move(other)).swap(*this);
    return *this;
  }
  TimerHandle(const TimerHandle&) = delete;
  TimerHandle& operator=(const TimerHandle&) = delete;
  ~TimerHandle() { cancel(); }

  /// Never fires again and frees what the callback captured (after it returns, when called from inside). Idempotent.
  void cancel() noexcept;
  /// Gives up ownership: the timer keeps its schedule and frees itself when it is done. The handle is empty afterwards.
  void detach() noexcept;
  /// Starts the full delay again from now; also re-arms a one-shot that has fired. Order: as if scheduled by this call.
  void refresh();
  /// Arms it anew for `deadline` on the loop's clock, with the order of this call; reads no clock, so Loop::now() + delay restarts an idle
  /// timeout cheaply. An interval goes on from there. A deadline that has passed fires in the next timers pass.
  void refresh_at(Instant deadline);
  /// Whether the timer keeps the loop alive; it does after creation.
  void ref() noexcept { set_ref(true); }
  void unref() noexcept { set_ref(false); }
  [[nodiscard]] bool has_ref() const noexcept;
  /// True while it is going to fire.
  [[nodiscard]] bool active() const noexcept;
  void swap(TimerHandle& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(id_, other.id_);
  }

 private:
  friend class LoopCore;
  friend class Loop;
  TimerHandle(LoopCore* core, std::uint64_t id) noexcept : core_(core), id_(id) {}
  void set_ref(bool ref) noexcept;

  LoopCore* core_ = nullptr;
  std::uint64_t id_ = 0;
};

}  // namespace millrace
