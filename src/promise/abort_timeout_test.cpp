// AbortSignal::timeout(): aborts on time, keeps no loop alive, and leaves no timer behind.
#include <millrace/abort.h>

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>

#include "support/abort_checks.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

TEST(AbortTimeout, AbortsAfterItsDelayWithTheReason) {
  ManualLoop m;
  const AbortSignal signal = AbortSignal::timeout(m.loop, 15ms).value();
  const auto registration = signal.on_abort(m.note_time("timed out "));
  auto before = m.loop.schedule(14ms, [&] { EXPECT_FALSE(signal.aborted()); }).value();
  auto after = m.loop.schedule(15ms, [&] { EXPECT_TRUE(signal.aborted()); }).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"timed out 15"});
  ASSERT_TRUE(signal.aborted());
  EXPECT_EQ(signal.reason()->code(), Errc::timed_out);
  EXPECT_EQ(signal.reason()->context("timeout_ns"), "15000000");
}

TEST(AbortTimeout, NegativeIsZeroAndDoesNotAbortBeforeTheLoopRan) {
  ManualLoop m;
  const AbortSignal signal = AbortSignal::timeout(m.loop, -5ms).value();
  EXPECT_FALSE(signal.aborted());
  inside(m, [] {});
  EXPECT_TRUE(signal.aborted());
  EXPECT_EQ(signal.reason()->context("timeout_ns"), "0");
}

TEST(AbortTimeout, DoesNotKeepTheLoopAlive) {
  ManualLoop m;
  const AbortSignal signal = AbortSignal::timeout(m.loop, 1h).value();
  EXPECT_FALSE(m.loop.alive());
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.ms(), 0);
  EXPECT_FALSE(signal.aborted());
}

TEST(AbortTimeout, IsCancelledWithTheLastHandle) {
  ManualLoop m({.limits = {.timers_max = 1}});
  inside(m, [&] {
    for (int i = 0; i < 3; ++i) {
      AbortSignal signal = AbortSignal::timeout(m.loop, 1h).value();
      const AbortSignal copy = signal;
      signal = {};
      EXPECT_EQ(AbortSignal::timeout(m.loop, 1h).error().code(), Errc::full);
      const AbortSignal follower = AbortSignal::any({copy});
    }
  });
  EXPECT_EQ(m.loop.figures().ingress_accepted, 0u) << "cancelled at once";
}

TEST(AbortTimeout, DroppedOutsideOfRunItsTimerIsCancelledByAPost) {
  ManualLoop m({.limits = {.timers_max = 1, .ingress_max = 1}});
  ASSERT_EQ(m.loop.ingress().post_internal(m.note("internal")), Admission::accepted);  // the door is full
  AbortSignal signal = AbortSignal::timeout(m.loop, 1h).value();
  std::thread([dropped = std::move(signal)] {}).join();
  EXPECT_EQ(AbortSignal::timeout(m.loop, 1h).error().code(), Errc::full);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_TRUE(AbortSignal::timeout(m.loop, 1h).has_value());
}

TEST(AbortTimeout, ACallbackMayDropTheSignal) {
  ManualLoop m;
  std::optional<AbortSignal> signal = AbortSignal::timeout(m.loop, 1ms).value();
  AbortRegistration registration;
  registration = signal->on_abort([&](const Error& reason) {
    signal.reset();
    registration = {};
    m.log.push_back(reason.code().message());
  });
  auto busy = m.loop.schedule(2ms, [] {}).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"timed out"});
}

TEST(AbortTimeout, OnAClosedLoopIsRefused) {
  ManualLoop m;
  m.loop.close();
  EXPECT_EQ(AbortSignal::timeout(m.loop, 1ms).error().code(), Errc::closed);
}

TEST(AbortTimeout, AHundredThousandLeaveNoTimerBehind) {
  ManualLoop m({.limits = {.timers_max = 2}});
  inside(m, [&] {
    for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(AbortSignal::timeout(m.loop, 1h).has_value());
  });
}

}  // namespace
}  // namespace millrace
