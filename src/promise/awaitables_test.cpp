#include <millrace/awaitables.h>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include <millrace/async.h>
#include <millrace/combinators.h>

#include "base/unique_fd.h"
#include "support/manual_loop.h"
#include "support/promise_checks.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::Lines;
using testing::ManualLoop;

TEST(SleepTest, TakesItsTime) {
  ManualLoop m;
  const auto body = [&](Loop& loop) -> Async<> {
    co_await sleep(loop, 20ms);
    m.note_time("a")();
    co_await sleep(loop, 5ms);
    m.note_time("b")();
  };
  const Async<> made = body(m.loop);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"a20", "b25"}));
}

TEST(SleepTest, AbortEndsItAtOnceAndTakesTheTimerAway) {
  ManualLoop m;
  AbortController controller{m.loop};
  const Promise<void> slept = sleep(m.loop, 1h, controller.signal());
  m.loop.schedule(3ms, [&controller] { controller.abort(); }).value().detach();
  slept.ignore_rejection();
  m.loop.run();
  EXPECT_EQ(m.ms(), 3) << "nothing else keeps the loop alive";
  EXPECT_EQ(code_of(slept.error()), make_error_code(Errc::aborted));
  const Promise<void> late = sleep(m.loop, 1h, controller.signal());
  late.ignore_rejection();
  EXPECT_EQ(code_of(late.error()), make_error_code(Errc::aborted));
  m.loop.run();
  EXPECT_EQ(m.ms(), 3);
}

TEST(SleepTest, OnAClosedLoopIsRejected) {
  ManualLoop m;
  const Promise<void> waits = sleep(m.loop, 1ms);
  m.loop.close();
  EXPECT_EQ(code_of(waits.error()), make_error_code(Errc::closed));
  const Promise<void> late = sleep(m.loop, 1ms);
  EXPECT_EQ(code_of(late.error()), make_error_code(Errc::closed));
}

TEST(NextTurnTest, LetsTimersAndPostsComeFirst) {
  ManualLoop m;
  const auto body = [&](Loop& loop) -> Async<> {
    for (int i = 0; i < 3; ++i) {
      co_await next_turn(loop);
      m.log.push_back("turn");
    }
  };
  const Async<> made = body(m.loop);
  m.loop.schedule(0ms, m.note("timer")).value().detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"timer", "turn", "turn", "turn"}));
}

struct ReadyTest : ::testing::Test {
  void SetUp() override {
    std::array<int, 2> pair{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
    ours = UniqueFd{pair[0]};
    theirs = UniqueFd{pair[1]};
  }
  Loop loop;
  UniqueFd ours;
  UniqueFd theirs;
};

TEST_F(ReadyTest, IsFulfilledOnceAndUnregisters) {
  const auto body = [&](Loop& l) -> Async<int> {
    int reads = 0;
    for (char byte = 0; byte != 'z';) {
      co_await ready(l, ours.get(), Interest::readable);
      if (::read(ours.get(), &byte, 1) == 1) ++reads;
    }
    co_return reads;
  };
  const Async<int> made = body(loop);
  EXPECT_EQ(::write(theirs.get(), "abz", 3), 3);
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_EQ(*made.value(), 3);
}

TEST_F(ReadyTest, AbortEndsTheRegistration) {
  AbortController controller{loop};
  const Promise<Readiness> waits = ready(loop, ours.get(), Interest::readable, controller.signal());
  waits.ignore_rejection();
  loop.immediate([&controller] { controller.abort(Error(Errc::timed_out, "too slow")); }).value();
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_EQ(code_of(waits.error()), make_error_code(Errc::timed_out));
}

TEST_F(ReadyTest, ABadDescriptorIsARejection) {
  const int number = ours.get();
  ours = UniqueFd{};
  const Promise<Readiness> waits = ready(loop, number, Interest::readable);
  waits.ignore_rejection();
  EXPECT_EQ(code_of(waits.error()), make_error_code(Errc::invalid_descriptor));
  loop.run();
}

TEST(AbortableTest, WhatComesFirstWins) {
  ManualLoop m;
  AbortController controller{m.loop};
  auto [promise, resolver] = make_promise<std::string>(m.loop);
  const auto stopped = abortable(promise, controller.signal());
  const auto untouched = abortable(promise, AbortSignal{});
  stopped.ignore_rejection();
  m.loop
      .immediate([&] {
        controller.abort();
        EXPECT_EQ(code_of(stopped.error()), make_error_code(Errc::aborted)) << "at once";
        resolver.resolve("late");
      })
      .value();
  m.loop.run();
  EXPECT_EQ(*untouched.value(), "late");
  EXPECT_EQ(code_of(stopped.error()), make_error_code(Errc::aborted));
}

TEST(WithinTest, RejectsWhenTheTimeIsOverAndLeavesNoTimerOtherwise) {
  ManualLoop m;
  auto [never, resolver] = make_promise<void>(m.loop);
  const Promise<void> late = within(m.loop, never, 50ms);
  late.ignore_rejection();
  const Promise<int> quick = within(m.loop, Promise<int>::resolved(m.loop, 1), 1h);
  const LivenessHold hold = m.loop.hold();
  m.loop.run_until([&late] { return !late.pending(); });
  EXPECT_EQ(m.ms(), 50);
  EXPECT_EQ(code_of(late.error()), make_error_code(Errc::timed_out));
  EXPECT_EQ(*quick.value(), 1);
}

TEST(WhenAbortedTest, IsFulfilledWithTheReason) {
  ManualLoop m;
  AbortController controller{m.loop};
  const Promise<Error> told = when_aborted(m.loop, controller.signal());
  controller.abort(Error(Errc::not_found, "because"));
  m.loop.run();
  EXPECT_EQ(told.value()->message(), "because");
  const Promise<Error> again = when_aborted(m.loop, controller.signal());
  EXPECT_EQ(again.value()->message(), "because");
}

}  // namespace
}  // namespace millrace
