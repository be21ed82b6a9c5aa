// wait_closed(): who waits, who is refused, and what holds once it has returned.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "support/callback_kinds.h"
#include "support/descriptors.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

TEST(WaitClosed, ReturnsAtOnceOnAClosedLoopAndTimesOutOnAnyOther) {
  ManualLoop m;
  for (const Duration time : {Duration{1ms}, Duration{0}, Duration{-1s}}) {
    const Result<void> waited = m.loop.wait_closed(time);
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().code(), Errc::timed_out);
  }
  m.loop.stop();
  EXPECT_EQ(m.loop.wait_closed(0ms).error().code(), Errc::timed_out);
  m.loop.run();
  m.loop.shutdown(0ms);
  EXPECT_EQ(m.loop.wait_closed(1ms).error().code(), Errc::timed_out) << "nobody runs it";
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_TRUE(m.loop.wait_closed(0ms));
  EXPECT_TRUE(m.loop.wait_closed(-1s));
  EXPECT_TRUE(m.loop.wait_closed(Duration::max()));
}

TEST(WaitClosed, InsideACallbackOfAnyKindIsRefusedAtOnce) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    int refused = 0;
    kind.enqueue(m, [&] {
      const auto ask = [&] {
        const Result<void> waited = m.loop.wait_closed(kPatience);
        refused += !waited && waited.error().code() == Errc::would_block_forever ? 1 : 0;
      };
      ask();
      m.loop.shutdown(1h);
      ask();
      m.loop.close();
      ask();
    });
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    EXPECT_EQ(refused, 3);
    EXPECT_TRUE(m.loop.wait_closed(0ms));
  }
}

TEST(WaitClosed, OnTheThreadOfAFinishedRunIsAnyOtherThreadAgain) {
  ManualLoop m;
  m.loop.immediate([] {}).value();
  m.loop.run();
  EXPECT_EQ(m.loop.wait_closed(0ms).error().code(), Errc::timed_out);
}

TEST(WaitClosed, EveryThreadThatWaitsIsTold) {
  for (const bool in_run : {false, true}) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    std::atomic<int> told{0};
    std::vector<std::jthread> waiters;
    for (const Duration time : {Duration{kPatience}, Duration{kPatience}, Duration::max()})
      waiters.emplace_back([&, time] { told += loop.wait_closed(time) ? 1 : 0; });
    if (in_run) {
      loop.schedule(2ms, [&loop] { loop.close(); }).value().detach();
      EXPECT_EQ(loop.run().reason(), Reason::closed);
    } else {
      loop.close();
    }
    waiters.clear();
    EXPECT_EQ(told, 3);
  }
}

TEST(WaitClosed, AWorkerThatAsksForShutdownWaitsForTheLoopNotForItself) {
  for (int round = 0; round < 50; ++round) {
    auto loop = std::make_unique<Loop>();
    LivenessHold hold = loop->hold();
    int ran = 0;
    loop->every(100us,
                [&] {
                  if (loop->state() == LoopState::draining) hold.release();
                })
        .value()
        .detach();
    std::jthread worker{[&, door = loop->ingress()]() mutable {
      ASSERT_EQ(door.post([&ran] { ++ran; }), Admission::accepted);
      loop->shutdown(kPatience);
      ASSERT_EQ(door.post([] {}), Admission::closed);
      ASSERT_TRUE(loop->wait_closed(kPatience));
      EXPECT_EQ(loop->state(), LoopState::closed);
    }};
    EXPECT_EQ(loop->run().reason(), Reason::closed);
    worker.join();
    EXPECT_EQ(ran, 1);
  }
}

TEST(WaitClosed, AfterItReturnedTheLoopMayBeDestroyedByWhoWaited) {
  for (int round = 0; round < 100; ++round) {
    auto loop = std::make_unique<Loop>();
    Loop& named = *loop;
    std::latch started{1};
    std::atomic<bool> returned{false};
    std::jthread runner{[&] {
      LivenessHold hold = named.hold();
      started.count_down();
      const RunOutcome outcome = named.run();
      EXPECT_EQ(outcome.reason(), Reason::closed);
      hold.release();
      returned.store(true);
    }};
    started.wait();
    named.close();
    ASSERT_TRUE(named.wait_closed(kPatience));
    runner.join();  // the runner's hold must not outlive the loop
    EXPECT_TRUE(returned);
    loop.reset();
  }
}

}  // namespace
}  // namespace millrace
