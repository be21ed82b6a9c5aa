// Decides who makes the system call that wakes a sleeping loop, and that nobody makes it twice or for nothing.
//
//   awake      the loop runs and will look at every queue before it sleeps: producers do nothing
//   in_poller  the loop has announced that it blocks in its poller, or is about to: the next producer must signal the waker
//   on_futex   the same, but on the word of this gate: the next producer must wake that
//   notified   a producer has taken that duty: the others do nothing
//
// Loop:      awake -> in_poller or on_futex by announce_sleep(), then a re-check of every queue, then block; any -> awake by resume().
// Producer:  publish the task first, then sleeping -> notified by claim_wake(); back to the same sleep when the wake failed.
//
// Why no wake is lost: announcement and publication are both followed by a sequentially consistent look at what the other
// side wrote, so at least one of the two sees the other. `Atomic` is a parameter so that a test can choose every interleaving.
#pragma once

#include <atomic>
#include <cstdint>

#include <millrace/observer.h>

namespace millrace {

enum class WakeState : std::uint32_t { awake, in_poller, on_futex, notified };

/// What a claim asks of the one who got it.
enum class WakeDuty : std::uint8_t { none, signal_poller, wake_futex };

/// The duty to wake one particular sleep.
struct WakeClaim {
  WakeDuty duty = WakeDuty::none;
  std::uint32_t word = 0;  ///< of the gate, as it was claimed
  explicit operator bool() const noexcept { return duty != WakeDuty::none; }
};

template <template <typename> typename Atomic = std::atomic>
class BasicWakeGate {
 public:
  /// Loop thread. After it, re-check every queue and the stop request; block only when there is nothing.
  void announce_sleep(SleepMode mode = SleepMode::poller) noexcept {
    ++sleep_;
    word_.store(make(mode == SleepMode::poller ? WakeState::in_poller : WakeState::on_futex), std::memory_order_seq_cst);
  }
  /// Loop thread, after the wait or when the re-check found work. True: a wake was claimed for this sleep; its signal may arrive later
  /// as a spurious one, and the poller drains it when it does. So the claim is cleared exactly once, here.
  bool resume() noexcept {
    return state_of(word_.exchange(make(WakeState::awake), std::memory_order_seq_cst)) == WakeState::notified;
  }
  /// Any thread, after publishing: what this caller must do now.
  [[nodiscard]] WakeClaim claim_wake() noexcept {
    std::uint32_t seen = word_.load(std::memory_order_seq_cst);
    const WakeState state = state_of(seen);
    if (state != WakeState::in_poller && state != WakeState::on_futex) return {};
    const std::uint32_t claimed = (seen & ~kStateMask) | static_cast<std::uint32_t>(WakeState::notified);
    if (!word_.compare_exchange_strong(seen, claimed, std::memory_order_seq_cst)) return {};
    return {state == WakeState::in_poller ? WakeDuty::signal_poller : WakeDuty::wake_futex, claimed};
  }
  /// The signal could not be sent: the next producer tries again. A claim on a sleep that is over changes nothing.
  void wake_failed(WakeClaim claim) noexcept {
    const WakeState asleep = claim.duty == WakeDuty::signal_poller ? WakeState::in_poller : WakeState::on_futex;
    std::uint32_t expected = claim.word;
    word_.compare_exchange_strong(expected, (claim.word & ~kStateMask) | static_cast<std::uint32_t>(asleep),
                                  std::memory_order_seq_cst);
  }
  [[nodiscard]] WakeState state() const noexcept { return state_of(word_.load(std::memory_order_seq_cst)); }

  /// Loop thread, in state on_futex: the word to sleep on, and what it holds while nobody has claimed the wake.
  [[nodiscard]] const Atomic<std::uint32_t>& word() const noexcept { return word_; }
  [[nodiscard]] std::uint32_t asleep_word() const noexcept { return make(WakeState::on_futex); }

 private:
  // The rest of the word numbers the sleep, so that a claim names one. It wraps after 2^30 sleeps, and no claim is held that long.
  static constexpr std::uint32_t kStateMask = 3;
  [[nodiscard]] static WakeState state_of(std::uint32_t word) noexcept { return static_cast<WakeState>(word & kStateMask); }
  [[nodiscard]] std::uint32_t make(WakeState state) const noexcept { return (sleep_ << 2) | static_cast<std::uint32_t>(state); }

  Atomic<std::uint32_t> word_{0};
  std::uint32_t sleep_ = 0;  // loop thread
};

using WakeGate = BasicWakeGate<>;

}  // namespace millrace
