// The doorbell: what producers ring after they published something, and what the loop sleeps under.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include <millrace/clock.h>
#include <millrace/poller.h>
#include <millrace/result.h>

#include "ingress/wake_gate.h"

namespace millrace {

/// Lifetime  owns the waker, so a late ring never meets a closed descriptor.
class Doorbell {
 public:
  explicit Doorbell(std::shared_ptr<Waker> waker) noexcept : waker_(std::move(waker)) {}

  /// Any thread, after publishing. Cost: one load while the loop is awake; the first one to find it asleep makes one system call.
  void ring() noexcept;

  // Loop thread
  void announce_sleep(SleepMode mode) noexcept { gate_.announce_sleep(mode); }
  /// True: somebody rang since announce_sleep().
  bool resume() noexcept { return gate_.resume(); }
  /// After announce_sleep(SleepMode::futex) and the second look.
  [[nodiscard]] Result<void> sleep_on_futex(std::optional<Duration> timeout);

  [[nodiscard]] std::uint64_t failed_rings() const noexcept { return failed_rings_.load(std::memory_order_relaxed); }
  /// Whether the time of each ring that wakes the loop is noted from now on; costs the one who wakes a clock read, and both a line.
  void note_ring_times(bool note) noexcept { note_times_.store(note, std::memory_order_relaxed); }
  /// When the loop was last woken, on std::chrono::steady_clock; nothing when it was not since the last call.
  [[nodiscard]] std::optional<Instant> take_ring_time() noexcept;

 private:
  alignas(64) WakeGate gate_;  // read by every producer, written twice per sleep
  std::shared_ptr<Waker> waker_;
  std::atomic<bool> note_times_{false};
  alignas(64) std::atomic<std::int64_t> rung_at_{0};
  std::atomic<std::uint64_t> failed_rings_{0};
};

}  // namespace millrace
