// Decides who makes the system call that wakes a sleeping loop, and that nobody makes it twice or for nothing.
//
//   awake      the loop runs and will look at every queue before it sleeps: producers do nothing
//   in_poller  the loop has announced that it blocks in its poller, or is about to: the next producer must signal the waker
//   on_futex   the same, but on the word of this gate: the next producer must wake that
//   notified   a producer has taken that duty: the others do nothing
//
// Loop:      awake -> in_poller or on_futex by announce_sleep(), then a re-check of every queue, then block; any -> awake by resume().
// Producer:  publish the task first, then sleeping -> notified by claim_wake(); back to sleeping when the wake failed.
//
// Why no wake is lost: announcement and publication are both followed by a sequentially consistent look at what the other
// side wrote, so at least one of the two sees the other. `Atomic` is a parameter so that a test can choose every interleaving.
#pragma once

#include <atomic>
#include <cstdint>

#include <millrace/observer.h>

namespace millrace {

enum class WakeState : std::uint32_t { awake, in_poller, on_futex, notified };

/// What claim_wake() asks of its caller.
enum class WakeDuty : std::uint8_t { none, signal_poller, wake_futex };

template <template <typename> typename Atomic = std::atomic>
class BasicWakeGate {
 public:
  /// Loop thread. After it, re-check every queue and the stop request; block only when there is nothing.
  void announce_sleep(SleepMode mode = SleepMode::poller) noexcept {
    state_.store(mode == SleepMode::poller ? WakeState::in_poller : WakeState::on_futex, std::memory_order_seq_cst);
  }
  /// Loop thread, after the wait or when the re-check found work. True: a wake was claimed for this sleep; its signal may arrive later
  /// as a spurious one, and the poller drains it when it does. So the claim is cleared exactly once, here.
  bool resume() noexcept { return state_.exchange(WakeState::awake, std::memory_order_seq_cst) == WakeState::notified; }
  /// Any thread, after publishing: what this caller must do now.
  [[nodiscard]] WakeDuty claim_wake() noexcept {
    const WakeState seen = state_.load(std::memory_order_seq_cst);
    if (seen != WakeState::in_poller && seen != WakeState::on_futex) return WakeDuty::none;
    WakeState expected = seen;
    if (!state_.compare_exchange_strong(expected, WakeState::notified, std::memory_order_seq_cst)) return WakeDuty::none;
    return seen == WakeState::in_poller ? WakeDuty::signal_poller : WakeDuty::wake_futex;
  }
  /// The signal could not be sent: the next producer tries again.
  void wake_failed(WakeDuty duty) noexcept {
    WakeState expected = WakeState::notified;
    state_.compare_exchange_strong(expected, duty == WakeDuty::signal_poller ? WakeState::in_poller : WakeState::on_futex,
                                   std::memory_order_seq_cst);
  }
  [[nodiscard]] WakeState state() const noexcept { return state_.load(std::memory_order_seq_cst); }
  /// The word that a loop in state on_futex sleeps on.
  [[nodiscard]] const Atomic<WakeState>& word() const noexcept { return state_; }

 private:
  Atomic<WakeState> state_{WakeState::awake};
};

using WakeGate = BasicWakeGate<>;

}  // namespace millrace
