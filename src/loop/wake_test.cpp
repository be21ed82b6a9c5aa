// Real threads, real time and the system's poller: wakes are not lost, timers are never early.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "support/descriptors.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::kPatience;
using testing::real_now;
using Reason = RunOutcome::Reason;

TEST(RealLoop, ATimerIsNeverEarly) {
  Loop loop;
  for (int i = 0; i < 100; ++i) {
    Instant fired;
    const Instant asked = real_now();
    loop.schedule(1ms, [&fired] { fired = real_now(); }).value().detach();
    ASSERT_EQ(loop.run().reason(), Reason::idle);
    EXPECT_GE(fired - asked, 1ms);
  }
}

TEST(RealLoop, APostWakesASleepingLoop) {
  Loop loop;
  auto timeout = loop.schedule(kPatience, [&loop] { loop.stop(); }).value();
  std::jthread producer{[&timeout, door = loop.ingress()]() mutable {
    std::this_thread::sleep_for(5ms);
    EXPECT_EQ(door.post([&timeout] { timeout.cancel(); }), Admission::accepted);
  }};
  EXPECT_EQ(loop.run().reason(), Reason::idle);
}

TEST(RealLoop, AStopWakesASleepingLoop) {
  Loop loop;
  auto timeout = loop.schedule(kPatience, [] {}).value();
  std::vector<std::jthread> stoppers;
  for (int i = 0; i < 4; ++i)
    stoppers.emplace_back([&loop] {
      std::this_thread::sleep_for(5ms);
      loop.stop();
    });
  EXPECT_EQ(loop.run().reason(), Reason::stopped);
  EXPECT_TRUE(timeout.active());
}

// A round trip for every post: each round the loop is about to sleep, asleep, or just up again when the next post arrives.
TEST(RealLoop, LosesNoWakeInAHundredThousandRoundTrips) {
  constexpr int kRounds = 100'000;
  Loop loop;
  std::atomic<int> done{0};
  auto timeout = loop.schedule(kPatience, [&loop] { loop.stop(); }).value();
  std::jthread producer{[&, door = loop.ingress()]() mutable {
    const Instant until = real_now() + kPatience;
    for (int round = 1; round <= kRounds; ++round) {
      ASSERT_EQ(door.post([&done] { done.fetch_add(1, std::memory_order_release); }), Admission::accepted);
      for (int spins = 0; done.load(std::memory_order_acquire) < round; ++spins) {
        if (spins % 64 == 63) std::this_thread::yield();
        ASSERT_TRUE(spins % 65'536 != 65'535 || real_now() < until) << "round " << round;
      }
    }
    EXPECT_EQ(door.post([&timeout] { timeout.cancel(); }), Admission::accepted);
  }};
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  EXPECT_EQ(done, kRounds);
  EXPECT_GT(loop.figures().sleeps, 1'000u) << "too few sleeps to have shown anything";
  EXPECT_EQ(loop.figures().failed_wakes, 0u);
}

TEST(RealLoop, LosesNoPostOfManyProducers) {
  constexpr int kProducers = 4, kPosts = 10'000;
  Loop loop{{.limits = {.ingress_max = 1'000}}};
  LivenessHold hold = loop.hold();
  std::vector<int> next(kProducers, 0);
  int ran = 0, out_of_order = 0;
  std::vector<std::jthread> producers;
  for (int producer = 0; producer < kProducers; ++producer)
    producers.emplace_back([&, producer, door = loop.ingress()]() mutable {
      for (int number = 0; number < kPosts; ++number) {
        Task task{[&, producer, number] {
          out_of_order += next[static_cast<std::size_t>(producer)]++ == number ? 0 : 1;
          if (++ran == kProducers * kPosts) hold.release();
        }};
        while (door.post(task) == Admission::full) std::this_thread::yield();
      }
    });
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  EXPECT_EQ(ran, kProducers * kPosts);
  EXPECT_EQ(out_of_order, 0);
  EXPECT_EQ(loop.figures().ingress_tasks, static_cast<std::uint64_t>(ran));
}

TEST(RealLoop, SeesAStopThatArrivesAtAnyMomentOfARun) {
  constexpr int kRounds = 2'000;
  Loop loop;
  const LivenessHold hold = loop.hold();
  std::atomic<int> go{0};
  std::jthread stopper{[&] {
    for (int round = 1; round <= kRounds; ++round) {
      while (go.load(std::memory_order_acquire) < round) std::this_thread::yield();
      for (int delay = round % 50; delay > 0; --delay) static_cast<void>(real_now());
      loop.stop();
    }
  }};
  for (int round = 1; round <= kRounds; ++round) {
    go.store(round, std::memory_order_release);
    EXPECT_EQ(loop.run().reason(), Reason::stopped) << "round " << round;  // not ASSERT: the other thread waits for every round
  }
}

TEST(RealLoop, ClosesWhileOthersStillPost) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<std::uint64_t> accepted{0};
    std::uint64_t executed = 0;
    std::latch started{2};
    std::vector<std::jthread> producers;
    LoopFigures figures;
    {
      Loop loop;
      const LivenessHold hold = loop.hold();
      for (int producer = 0; producer < 2; ++producer)
        producers.emplace_back([&, door = loop.ingress()]() mutable {
          started.count_down();
          while (door.post([&executed] { ++executed; }) == Admission::accepted) ++accepted;
        });
      started.wait();
      auto close = loop.schedule(100us, [&loop] { loop.close(); }).value();
      EXPECT_EQ(loop.run().reason(), Reason::closed);
      figures = loop.figures();
    }
    producers.clear();
    EXPECT_EQ(figures.ingress_tasks, executed);
    EXPECT_EQ(accepted, executed + figures.rejected);
  }
}

}  // namespace
}  // namespace millrace
