// Aborts on real threads: against each other, against followers and timeouts that come and go, and against the end of the loop.
#include <millrace/abort.h>

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "support/abort_checks.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

constexpr int kThreads = 4;

/// Runs `body(thread)` on kThreads threads that start together.
template <typename Body>
void on_threads(Body body) {
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&start, &body, i] {
      start.arrive_and_wait();
      body(i);
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(AbortRace, OneOfFourThreadsWinsAndItsReasonIsTheReason) {
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    AbortController controller(loop);
    const AbortSignal follower = AbortSignal::any({controller.signal()});
    Lines log;
    const auto registration = follower.on_abort([&log](const Error& reason) { log.push_back(reason.message()); });
    std::atomic<int> winner{-1};
    std::atomic<int> wins{0};
    on_threads([&](int thread) {
      if (controller.abort(because(std::to_string(thread)))) {
        winner = thread;
        ++wins;
      }
      EXPECT_TRUE(controller.signal().aborted() && follower.aborted()) << "whoever lost sees it done";
    });
    ASSERT_EQ(wins, 1);
    EXPECT_EQ(controller.signal().reason()->message(), std::to_string(winner));
    loop.run();
    EXPECT_EQ(log, Lines{std::to_string(winner)});
  }
}

TEST(AbortRace, TwoSourcesAbortOneFollowerOnce) {
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    std::vector<AbortController> controllers;
    std::vector<AbortSignal> signals;
    for (int i = 0; i < kThreads; ++i) signals.push_back(controllers.emplace_back(loop).signal());
    const AbortSignal follower = AbortSignal::any(signals);
    Lines log;
    const auto registration = follower.on_abort([&log](const Error& reason) { log.push_back(reason.message()); });
    on_threads([&](int i) { controllers[static_cast<std::size_t>(i)].abort(because(std::to_string(i))); });
    loop.run();
    EXPECT_EQ(log, Lines{follower.reason()->message()});
  }
}

TEST(AbortRace, FollowersComeAndGoOnThreadsWhileTheSourceAborts) {
  for (int round = 0; round < 50; ++round) {
    Loop loop;
    AbortController controller(loop), other(loop);
    on_threads([&](int thread) {
      for (int i = 0; i < 200; ++i) {
        if (thread == 0 && i == 100) controller.abort(because("x"));
        const AbortSignal follower = AbortSignal::any({other.signal(), controller.signal()});
        const AbortSignal nested = AbortSignal::any({follower});
        if (const Error* reason = nested.reason()) {
          EXPECT_EQ(reason->message(), "x");
        }
        if (thread == 0 && i >= 100) {
          EXPECT_TRUE(nested.aborted());
        }
      }
    });
    loop.run();
    EXPECT_EQ(state_of(controller.signal()).followers(), 0u);
    EXPECT_EQ(state_of(other.signal()).followers(), 0u);
    EXPECT_EQ(state_of(controller.signal()).references(), 1u);
  }
}

TEST(AbortRace, AbortAgainstClose) {
  int called = 0;
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    LivenessHold hold = loop.hold();
    AbortController controller(loop);
    AbortSignal follower = AbortSignal::any({controller.signal()});
    AbortRegistration registration = follower.on_abort([&called] { ++called; });  // on the loop's thread, joined below
    const int before = called;
    std::barrier start(3);
    std::thread runner([&] {
      start.arrive_and_wait();
      EXPECT_EQ(loop.run().reason(), Reason::closed);
    });
    std::thread closer([&] {
      start.arrive_and_wait();
      loop.close();
    });
    start.arrive_and_wait();
    EXPECT_TRUE(controller.abort());
    EXPECT_TRUE(follower.aborted());
    runner.join();
    closer.join();
    EXPECT_LE(called - before, 1);
    registration = {};
    EXPECT_EQ(state_of(follower).references(), 1u);
  }
}

TEST(AbortRace, CallbacksRunOnTheLoopThreadWhoeverAborts) {
  Loop loop;
  LivenessHold hold = loop.hold();
  std::vector<AbortController> controllers;
  std::vector<AbortRegistration> registrations;
  constexpr int kEach = 200;
  int called = 0;
  const auto main_thread = std::this_thread::get_id();
  for (int i = 0; i < kThreads * kEach; ++i)
    registrations.push_back(controllers.emplace_back(loop).signal().on_abort([&] {
      EXPECT_EQ(std::this_thread::get_id(), main_thread);
      if (++called == kThreads * kEach) hold.release();
    }));
  std::thread aborting([&] {
    on_threads([&](int thread) {
      for (int i = 0; i < kEach; ++i) controllers[static_cast<std::size_t>(thread * kEach + i)].abort();
    });
  });
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  aborting.join();
  EXPECT_EQ(called, kThreads * kEach);
}

TEST(AbortRace, TimeoutsAreDroppedElsewhereWhileTheyFire) {
  for (int round = 0; round < 20; ++round) {
    Loop loop;
    std::vector<AbortSignal> signals;
    for (int i = 0; i < kThreads * 50; ++i) signals.push_back(AbortSignal::timeout(loop, std::chrono::microseconds(i)).value());
    std::thread dropping([&] {
      on_threads([&](int thread) {
        for (std::size_t i = 0; i < 50; ++i) signals[static_cast<std::size_t>(thread) + i * kThreads] = AbortSignal{};
      });
    });
    loop.run_for(500us);
    dropping.join();
    loop.run();
  }
}

}  // namespace
}  // namespace millrace
