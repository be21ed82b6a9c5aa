// shutdown() and close() from other threads, at any moment of a run: nothing is lost, and no loop sleeps on.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <random>
#include <thread>
#include <vector>

#include "support/descriptors.h"
#include "support/edge_observer.h"
#include "support/test_seeds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

TEST(ShutdownThreads, WhileTheLoopSleepsWakesIt) {
  for (const bool watches : {false, true})
    for (const bool hold_it : {false, true}) {
      Loop loop;
      Pipe pipe;
      WatchHandle watch;
      if (watches) watch = loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
      auto timeout = loop.schedule(kPatience, [] { ADD_FAILURE() << "it slept on"; }).value();
      LivenessHold hold;
      if (hold_it) hold = loop.hold();
      std::jthread other{[&loop] {
        std::this_thread::sleep_for(5ms);
        loop.shutdown(3ms);
      }};
      EXPECT_EQ(loop.run().reason(), Reason::closed);
      EXPECT_EQ(loop.state(), LoopState::closed);
    }
}

TEST(ShutdownThreads, WhileTheLoopIsBusyIsWorkedOff) {
  Loop loop;
  std::function<void()> again = [&] {
    if (loop.state() == LoopState::running) loop.immediate([&again] { again(); }).value();
  };
  loop.immediate([&again] { again(); }).value();
  std::latch busy{1};
  loop.immediate([&busy] { busy.count_down(); }).value();
  std::jthread other{[&] {
    busy.wait();
    loop.shutdown(kPatience);
    EXPECT_TRUE(loop.wait_closed(kPatience));
  }};
  EXPECT_EQ(loop.run().reason(), Reason::closed);
}

/// In each round a loop that `begin` prepared runs while another thread calls `ask`, a little later than in the round before: when the
/// loop is about to sleep, asleep, or up again. Each time the run must see it at once and close.
void expect_seen_at_any_moment(int rounds, void (*begin)(Loop&), void (*ask)(Loop&)) {
  for (int round = 0; round < rounds; ++round) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    begin(loop);
    std::atomic<bool> go{false};
    std::jthread other{[&] {
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (int delay = round % 50; delay > 0; --delay) static_cast<void>(real_now());
      ask(loop);
    }};
    auto slept_on = loop.schedule(kPatience, [&loop] { loop.stop(); }).value();
    const Instant began = real_now();
    go.store(true, std::memory_order_release);
    ASSERT_EQ(loop.run().reason(), Reason::closed) << "round " << round;
    ASSERT_LT(real_now() - began, kPatience / 2) << "a lost wake in round " << round;
    other.join();
    ASSERT_EQ(loop.state(), LoopState::closed);
  }
}

TEST(ShutdownThreads, IsSeenAtAnyMomentOfARun) {
  expect_seen_at_any_moment(200, [](Loop&) {}, [](Loop& loop) { loop.shutdown(0ms); });
}

TEST(ShutdownThreads, AnEarlierDeadlineIsSeenAtAnyMomentOfADrain) {
  expect_seen_at_any_moment(500, [](Loop& loop) { loop.shutdown(1h); }, [](Loop& loop) { loop.shutdown(0ms); });
}

TEST(ShutdownThreads, ACloseIsSeenAtAnyMomentOfARun) {
  expect_seen_at_any_moment(200, [](Loop&) {}, [](Loop& loop) { loop.close(); });
}

TEST(ShutdownThreads, EightThreadsAtOnceMixEverythingThatAnyThreadMayCall) {
  constexpr int kThreads = 8, kCalls = 30;
  for (const std::uint64_t seed : test_seeds(25)) {
    SCOPED_TRACE(seed);
    EdgeObserver observer;
    Loop loop{{.observer = &observer}};
    LivenessHold hold = loop.hold();
    std::atomic<std::uint64_t> accepted{0};
    std::uint64_t executed = 0;
    {
      std::latch started{kThreads + 1};
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread, door = loop.ingress()]() mutable {
          std::mt19937_64 random{seed + static_cast<std::uint64_t>(thread)};
          started.arrive_and_wait();
          for (int call = 0; call < kCalls; ++call) switch (random() % 16) {
              case 0:
              case 1:
              case 2: loop.stop(); break;
              case 3: static_cast<void>(loop.state()); break;
              case 4: static_cast<void>(loop.wait_closed(std::chrono::microseconds{random() % 50})); break;
              case 5:
                if (call > kCalls / 2) loop.shutdown(std::chrono::microseconds{random() % 2'000});
                break;
              case 6:
                if (call > kCalls / 2 && random() % 4 == 0) loop.close();
                break;
              default:
                if (door.post([&executed] { ++executed; }) == Admission::accepted) ++accepted;
            }
          loop.shutdown(1ms);
          EXPECT_TRUE(loop.wait_closed(kPatience));
          EXPECT_EQ(loop.state(), LoopState::closed);
          EXPECT_EQ(door.post([] {}), Admission::closed);
        });
      started.arrive_and_wait();
      for (;;) {
        const Reason reason = loop.run().reason();
        if (reason == Reason::closed) break;
        ASSERT_EQ(reason, Reason::stopped);
      }
    }
    const LoopFigures figures = loop.figures();
    EXPECT_EQ(figures.ingress_accepted, accepted);
    EXPECT_EQ(figures.ingress_tasks, executed);
    EXPECT_EQ(figures.ingress_accepted, figures.ingress_tasks + figures.rejected);
    EXPECT_EQ(observer.rejected, figures.rejected);
    observer.expect_a_walk_over_listed_edges();
    EXPECT_EQ(std::count(observer.heard.begin(), observer.heard.end(), "closing > closed"), 1);
  }
}

// Conservation: whatever was accepted was executed or is counted as rejected, however the loop ended.
TEST(ShutdownThreads, EverythingAcceptedIsExecutedOrRejectedHoweverTheLoopEnds) {
  constexpr int kProducers = 3;
  for (const std::uint64_t seed : test_seeds(200)) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    const auto how = random() % 5;
    const auto after = random() % 60;
    const BatchPolicy batch{.tasks_max = 1 + random() % 100};
    std::atomic<std::uint64_t> accepted{0}, refused{0};
    std::uint64_t executed = 0;
    EdgeObserver observer;
    Loop loop{{.observer = &observer, .limits = {.ingress_max = 200}, .batch = batch}};
    LivenessHold hold = loop.hold();
    {
      std::latch started{kProducers + 1};
      std::vector<std::jthread> threads;
      for (int producer = 0; producer < kProducers; ++producer)
        threads.emplace_back([&, door = loop.ingress()]() mutable {
          started.count_down();
          for (;;) {
            Task task{[&executed] { ++executed; }};
            const Admission answer = door.post(task);
            if (answer == Admission::accepted) {
              ++accepted;
            } else {
              ++refused;
              ASSERT_TRUE(task);
              if (answer == Admission::closed) return;
              std::this_thread::yield();
            }
          }
        });
      const auto shutdown_from_thread = [&](Duration grace) {
        threads.emplace_back([&, grace] {
          for (auto delay = after; delay > 0; --delay) static_cast<void>(real_now());
          loop.shutdown(grace);
        });
      };
      started.arrive_and_wait();
      switch (how) {
        case 0: shutdown_from_thread(0ms); break;
        case 1:
          hold.release();
          shutdown_from_thread(kPatience);
          break;
        case 2:
          threads.emplace_back([&] {
            for (auto delay = after; delay > 0; --delay) static_cast<void>(real_now());
            loop.close();
          });
          break;
        case 3:
          loop.schedule(std::chrono::microseconds{after},
                        [&] {
                          loop.shutdown(kPatience);
                          hold.release();
                        })
              .value()
              .detach();
          break;
        default: loop.schedule(std::chrono::microseconds{after}, [&loop] { loop.close(); }).value().detach();
      }
      while (loop.run().reason() != Reason::closed) {
      }
    }
    const LoopFigures figures = loop.figures();
    ASSERT_EQ(loop.state(), LoopState::closed);
    ASSERT_EQ(figures.ingress_accepted, accepted);
    ASSERT_EQ(figures.ingress_tasks, executed);
    ASSERT_EQ(figures.ingress_accepted, figures.ingress_tasks + figures.rejected);
    ASSERT_EQ(observer.rejected, figures.rejected);
    if (how == 1 || how == 3) {
      ASSERT_EQ(figures.rejected, 0u) << "a shutdown with enough grace works off all that was accepted";
    }
    observer.expect_a_walk_over_listed_edges();
  }
}

}  // namespace
}  // namespace millrace
