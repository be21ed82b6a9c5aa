// Loops that really sleep, and who wakes them.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include <millrace/loop.h>

#include "support/descriptors.h"

namespace millrace::testing {

/// Sleeps once, until a timer. On a machine so busy that the timer is due before the loop could sleep: again.
inline void sleep_once(Loop& loop) {
  const std::uint64_t before = loop.figures().sleeps;
  const Instant until = real_now() + kPatience;
  while (loop.figures().sleeps == before && real_now() < until) {
    auto timer = loop.schedule(std::chrono::milliseconds{1}, [&loop] { loop.stop(); }).value();
    ASSERT_EQ(loop.run().reason(), RunOutcome::Reason::stopped);
  }
  ASSERT_GT(loop.figures().sleeps, before);
}

/// The far side of many sleeps: posts, waits for the answer, posts again.
class Pinger {
 public:
  Pinger(Loop& loop, int rounds) : rounds_(rounds), thread_{[this, door = loop.ingress()]() mutable { play(door); }} {}
  [[nodiscard]] bool done() const { return done_.load(std::memory_order_acquire) >= rounds_; }
  [[nodiscard]] int answered() const { return done_.load(std::memory_order_acquire); }

 private:
  void play(Ingress& door) {
    const Instant until = real_now() + kPatience;
    for (int round = 1; round <= rounds_; ++round) {
      if (door.post([this] { done_.fetch_add(1, std::memory_order_release); }) != Admission::accepted) return;
      for (int spins = 0; done_.load(std::memory_order_acquire) < round; ++spins) {
        if (spins % 64 == 63) std::this_thread::yield();
        if (spins % 65'536 == 65'535 && real_now() > until) return;
      }
    }
  }
  int rounds_;
  std::atomic<int> done_{0};
  std::jthread thread_;
};

inline void play_rounds(Loop& loop, int rounds) {
  const LivenessHold hold = loop.hold();
  const Pinger pinger(loop, rounds);
  ASSERT_EQ(loop.run_until([&pinger] { return pinger.done(); }, kPatience).reason(), RunOutcome::Reason::reached)
      << pinger.answered() << " of " << rounds << " answered";
}

}  // namespace millrace::testing
