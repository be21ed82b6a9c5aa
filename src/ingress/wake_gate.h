// Decides who makes the system call that wakes a sleeping loop, and that nobody makes it twice or for nothing.
//
//   awake     the loop runs and will look at every queue before it sleeps: producers do nothing
//   sleeping  the loop has announced that it blocks or is about to: the next producer must wake it
//   notified  a producer has taken that duty: the others do nothing
//
// Loop:      awake -> sleeping by announce_sleep(), then a re-check of every queue, then block; any -> awake by resume().
// Producer:  publish the task first, then sleeping -> notified by should_wake(); notified -> sleeping again when the wake failed.
//
// Why no wake is lost: announcement and publication are both followed by a sequentially consistent look at what the other
// side wrote, so at least one of the two sees the other. `Atomic` is a parameter so that a test can choose every interleaving.
#pragma once

#include <atomic>
#include <cstdint>

namespace millrace {

enum class WakeState : std::uint32_t { awake, sleeping, notified };

template <template <typename> typename Atomic = std::atomic>
class BasicWakeGate {
 public:
  /// Loop thread. After it, re-check every queue and the stop request; block only when there is nothing.
  void announce_sleep() noexcept { state_.store(WakeState::sleeping, std::memory_order_seq_cst); }
  /// Loop thread, after the wait or when the re-check found work. A wake that was claimed meanwhile may still arrive later as
  /// a spurious one; the poller drains it when it does, so the claim is cleared exactly once, here.
  void resume() noexcept { state_.store(WakeState::awake, std::memory_order_seq_cst); }
  /// Any thread, after publishing. True: this caller must signal the waker now.
  [[nodiscard]] bool should_wake() noexcept {
    if (state_.load(std::memory_order_seq_cst) != WakeState::sleeping) return false;
    WakeState expected = WakeState::sleeping;
    return state_.compare_exchange_strong(expected, WakeState::notified, std::memory_order_seq_cst);
  }
  /// The signal could not be sent: the next producer tries again.
  void wake_failed() noexcept {
    WakeState expected = WakeState::notified;
    state_.compare_exchange_strong(expected, WakeState::sleeping, std::memory_order_seq_cst);
  }
  [[nodiscard]] WakeState state() const noexcept { return state_.load(std::memory_order_seq_cst); }

 private:
  Atomic<WakeState> state_{WakeState::awake};
};

using WakeGate = BasicWakeGate<>;

}  // namespace millrace
