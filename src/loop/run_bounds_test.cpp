// run_until() and run_for(): what ends a run besides stop() and close(), and that what is left keeps its order.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/callback_kinds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

constexpr auto kNever = [] { return false; };

/// Next-ticks and microtasks run inside one checkpoint, which nothing cuts.
bool is_job(const CallbackKind& kind) { return kind.name == "next tick" || kind.name == "microtask"; }

// run_until()

TEST(RunUntil, ReturnsAtOnceWhenTheConditionIsTrueAlready) {
  KindBench m;
  for (const CallbackKind& kind : kCallbackKinds) kind.enqueue(m, m.note("ran"));
  const Instant before = m.clock.now();
  for (int i = 0; i < 2; ++i) {
    const RunOutcome outcome = m.loop.run_until([] { return true; });
    EXPECT_EQ(outcome.reason(), Reason::reached);
    EXPECT_EQ(outcome.exit_code(), 0);
    EXPECT_FALSE(outcome.error());
  }
  EXPECT_EQ(m.log, Lines{});
  EXPECT_EQ(m.clock.now(), before);
  EXPECT_EQ(m.poller.waits(), 0u);
  EXPECT_EQ(m.loop.state(), LoopState::idle);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log.size(), kCallbackKinds.size());
}

TEST(RunUntil, TrueAlreadyOnAnEmptyLoopIsReachedNotIdle) {
  ManualLoop m;
  EXPECT_EQ(m.loop.run_until([] { return true; }).reason(), Reason::reached);
  EXPECT_EQ(m.loop.run_until([] { return true; }, 0ms).reason(), Reason::reached);
}

TEST(RunUntil, StopsExactlyAfterTheCallbackOfEachKindThatMadeItTrueAndItsCheckpoint) {
  constexpr int kEach = 4;
  for (const CallbackKind& kind : kCallbackKinds)
    for (int wanted = 1; wanted <= (is_single(kind) ? 1 : kEach); ++wanted) {
      SCOPED_TRACE(::testing::Message() << kind.name << " " << wanted);
      KindBench m;
      int ran = 0;
      Lines all;
      for (int i = 1; i <= (is_single(kind) ? 1 : kEach); ++i) {
        kind.enqueue(m, [&m, &ran, i] {
          ++ran;
          m.log.push_back("callback " + std::to_string(i));
          m.loop.queue_microtask(m.note("checkpoint " + std::to_string(i))).value();
        });
        all.push_back("callback " + std::to_string(i));
        all.push_back("checkpoint " + std::to_string(i));
      }
      EXPECT_EQ(m.loop.run_until([&] { return ran >= wanted; }).reason(), Reason::reached);
      if (is_job(kind)) {
        EXPECT_EQ(ran, kEach) << "a checkpoint is never cut";
        EXPECT_EQ(m.log.size(), all.size());
      } else {
        EXPECT_EQ(ran, wanted);
        EXPECT_EQ(m.log, Lines(all.begin(), all.begin() + 2 * wanted));
      }
      EXPECT_EQ(m.loop.state(), LoopState::idle);
      EXPECT_EQ(m.loop.run().reason(), Reason::idle);
      EXPECT_EQ(ran, is_single(kind) ? 1 : kEach);
      EXPECT_TRUE(is_job(kind) || m.log == all);
    }
}

TEST(RunUntil, StopsBeforeThePhasesThatComeLater) {
  for (std::size_t wanted = 0; wanted < kCallbackKinds.size(); ++wanted) {
    SCOPED_TRACE(kCallbackKinds[wanted].name);
    KindBench m;
    for (auto kind = kCallbackKinds.rbegin(); kind != kCallbackKinds.rend(); ++kind)
      kind->enqueue(m, m.note(std::string(kind->name)));
    const Lines order{"next tick", "microtask", "interval", "timer", "ingress", "readiness", "immediate", "closing"};
    const std::string last(kCallbackKinds[wanted].name);
    EXPECT_EQ(m.loop.run_until([&] { return std::find(m.log.begin(), m.log.end(), last) != m.log.end(); }).reason(),
              Reason::reached);
    // One checkpoint runs both kinds of jobs, and nothing cuts it.
    const auto end = std::find(order.begin(), order.end(), last == "next tick" ? "microtask" : last) + 1;
    EXPECT_EQ(m.log, Lines(order.begin(), end));
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, order);
  }
}

TEST(RunUntil, CutAnywhereTheOrderIsThatOfAnUncutRun) {
  constexpr int kEach = 3;
  const auto fill = [](KindBench& m) {
    for (const CallbackKind& kind : kCallbackKinds)
      for (int i = 0; i < (is_single(kind) ? 1 : kEach); ++i)
        kind.enqueue(m, [&m, line = std::string(kind.name) + " " + std::to_string(i)] {
          m.log.push_back(line);
          m.loop.queue_microtask(m.note(line + " checkpoint")).value();
        });
  };
  KindBench uncut;
  fill(uncut);
  ASSERT_EQ(uncut.loop.run().reason(), Reason::idle);
  for (std::size_t cut = 1; cut <= uncut.log.size(); ++cut) {
    SCOPED_TRACE(cut);
    KindBench m;
    fill(m);
    EXPECT_EQ(m.loop.run_until([&] { return m.log.size() >= cut; }).reason(), Reason::reached);
    EXPECT_GE(m.log.size(), cut);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, uncut.log);
  }
}

TEST(RunUntil, OneCallbackARunWorksOffEverything) {
  KindBench m;
  std::size_t ran = 0;
  for (int i = 0; i < 100; ++i) {
    m.loop.immediate([&ran] { ++ran; }).value();
    ASSERT_EQ(m.loop.ingress().post([&ran] { ++ran; }), Admission::accepted);
    m.loop.schedule(Duration{i}, [&ran] { ++ran; }).value().detach();
    m.loop.at_closing([&ran] { ++ran; }).value();
  }
  for (std::size_t wanted = 1; wanted <= 400; ++wanted) {
    ASSERT_EQ(m.loop.run_until([&] { return ran >= wanted; }).reason(), Reason::reached);
    ASSERT_EQ(ran, wanted);
  }
  EXPECT_FALSE(m.loop.alive());
}

TEST(RunUntil, IsIdleWhenNothingIsLeftThatCouldMakeItTrue) {
  ManualLoop m;
  EXPECT_EQ(m.loop.run_until(kNever).reason(), Reason::idle);
  m.loop.schedule(5ms, m.note("timer")).value().detach();
  EXPECT_EQ(m.loop.run_until(kNever).reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"timer"});
  EXPECT_EQ(m.loop.run_until(kNever, 1h).reason(), Reason::idle);
  EXPECT_EQ(m.ms(), 5) << "the time limit is not waited for";
}

TEST(RunUntil, TheLastCallbackOfAllMayMakeItTrue) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, m.note("ran"));
    EXPECT_EQ(m.loop.run_until([&m] { return !m.log.empty(); }).reason(), Reason::reached);
  }
}

TEST(RunUntil, AsksAfterEveryCallbackOnTheLoopThread) {
  KindBench m;
  std::size_t ran = 0;
  for (const CallbackKind& kind : kCallbackKinds)
    if (!is_job(kind)) kind.enqueue(m, [&ran] { ++ran; });
  std::set<std::size_t> seen;
  std::set<std::thread::id> threads;
  std::thread::id runner;
  std::jthread{[&] {
    runner = std::this_thread::get_id();
    EXPECT_EQ(m.loop
                  .run_until([&] {
                    seen.insert(ran);
                    threads.insert(std::this_thread::get_id());
                    return false;
                  })
                  .reason(),
              Reason::idle);
  }}.join();
  EXPECT_EQ(seen, (std::set<std::size_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(threads, std::set<std::thread::id>{runner});
}

TEST(RunUntil, TheCheckpointMayMakeItTrue) {
  ManualLoop m;
  bool done = false;
  m.loop.immediate([&] { m.loop.queue_microtask([&done] { done = true; }).value(); }).value();
  m.loop.immediate(m.note("next")).value();
  EXPECT_EQ(m.loop.run_until([&done] { return done; }).reason(), Reason::reached);
  EXPECT_EQ(m.log, Lines{});
}

TEST(RunUntil, AConditionThatThrowsEndsTheRunAsAnUncaughtExceptionWould) {
  for (const int throw_at : {0, 1, 2}) {
    SCOPED_TRACE(throw_at);
    ManualLoop m;
    for (int i = 1; i <= 3; ++i) m.loop.immediate(m.note(std::to_string(i))).value();
    const RunOutcome outcome = m.loop.run_until([&]() -> bool {
      if (m.log.size() >= static_cast<std::size_t>(throw_at)) throw std::runtime_error("condition broken");
      return false;
    });
    EXPECT_EQ(outcome.reason(), Reason::failed);
    EXPECT_EQ(outcome.exit_code(), 1);
    ASSERT_TRUE(outcome.error());
    EXPECT_TRUE(outcome.error()->matches(make_error_code(Errc::uncaught_exception)));
    EXPECT_NE(outcome.error()->to_string().find("condition broken"), std::string::npos) << outcome.error()->to_string();
    EXPECT_EQ(m.log.size(), static_cast<std::size_t>(throw_at));
    EXPECT_EQ(m.loop.state(), LoopState::idle);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle) << "the failure was told once";
    EXPECT_EQ(m.log, (Lines{"1", "2", "3"}));
  }
}

TEST(RunUntil, AFailureOfATaskWinsOverACondition) {
  ManualLoop m;
  bool done = false;
  m.loop
      .immediate([&done] {
        done = true;
        throw std::runtime_error("task");
      })
      .value();
  const RunOutcome outcome = m.loop.run_until([&done] { return done; });
  EXPECT_EQ(outcome.reason(), Reason::failed);
  EXPECT_EQ(outcome.error()->message(), "task");
}

TEST(RunUntil, TheTimeLimitEndsTheRunExactlyUnderAManualClock) {
  ManualLoop m;
  m.loop.every(10ms, m.note_time()).value().detach();
  EXPECT_EQ(m.loop.run_until(kNever, 35ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.log, (Lines{"10", "20", "30"}));
  EXPECT_EQ(m.clock.now(), m.at(35ms));
  EXPECT_EQ(m.loop.run_until([&m] { return m.log.size() == 5; }, 35ms).reason(), Reason::reached);
  EXPECT_EQ(m.log, (Lines{"10", "20", "30", "40", "50"}));
}

TEST(RunUntil, TheTimeLimitBoundsAHoldThatNobodyReleases) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  EXPECT_EQ(m.loop.run_until(kNever, 7ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.clock.now(), m.at(7ms));
}

TEST(RunUntil, ReturnsAfterTheCallbackThatRunsWhenTheTimeIsOver) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.clock.advance(20ms);
        m.log.push_back("long");
        m.loop.queue_microtask(m.note("checkpoint")).value();
      })
      .value();
  m.loop.immediate(m.note("next")).value();
  EXPECT_EQ(m.loop.run_until(kNever, 10ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.log, (Lines{"long", "checkpoint"}));
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, (Lines{"long", "checkpoint", "next"}));
}

TEST(RunUntil, ReachedInTheCallbackThatUsesUpTheTimeIsReached) {
  ManualLoop m;
  bool done = false;
  m.loop
      .immediate([&] {
        m.clock.advance(20ms);
        done = true;
      })
      .value();
  EXPECT_EQ(m.loop.run_until([&done] { return done; }, 10ms).reason(), Reason::reached);
}

TEST(RunUntil, APostFromAnotherThreadMakesItTrueWhileAHoldKeepsTheLoop) {
  for (int round = 0; round < 20; ++round) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    bool done = false;
    std::jthread producer{
        [&done, door = loop.ingress()]() mutable { EXPECT_EQ(door.post([&done] { done = true; }), Admission::accepted); }};
    EXPECT_EQ(loop.run_until([&done] { return done; }, kPatience).reason(), Reason::reached);
    EXPECT_TRUE(loop.alive());
  }
}

// run_for()

TEST(RunFor, ZeroRunsNothingAndLosesNothing) {
  for (const Duration time : {Duration{0}, Duration{-1s}, Duration::min()}) {
    KindBench m;
    for (const CallbackKind& kind : kCallbackKinds) kind.enqueue(m, m.note("ran"));
    const Instant before = m.clock.now();
    EXPECT_EQ(m.loop.run_for(time).reason(), Reason::timed_out);
    EXPECT_EQ(m.log, Lines{});
    EXPECT_EQ(m.clock.now(), before);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log.size(), kCallbackKinds.size());
  }
}

TEST(RunFor, ZeroDoesNotWaitForAHold) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  EXPECT_EQ(m.loop.run_for(0ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.ms(), 0);
}

TEST(RunFor, IsExactUnderAManualClockAndKeepsTheBeatAcrossRuns) {
  ManualLoop m;
  m.loop.every(10ms, m.note_time()).value().detach();
  for (int run = 1; run <= 4; ++run) {
    EXPECT_EQ(m.loop.run_for(25ms).reason(), Reason::timed_out);
    EXPECT_EQ(m.clock.now(), m.at(run * 25ms));
  }
  m.loop.stop();
  m.loop.run();
  ASSERT_GE(m.log.size(), 9u);  // whether one that is due when the time is over still runs is left open
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(m.log[i], std::to_string((i + 1) * 10));
}

TEST(RunFor, KeepsFractionsOfAMillisecond) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  EXPECT_EQ(m.loop.run_for(1'234'567ns).reason(), Reason::timed_out);
  EXPECT_EQ(m.clock.now(), m.at(1'234'567ns));
}

TEST(RunFor, EndsInTheMiddleOfALongQueueAndTheRestKeepsItsOrder) {
  constexpr int kTasks = 100;
  for (const CallbackKind& kind : kCallbackKinds) {
    if (is_single(kind)) continue;
    SCOPED_TRACE(kind.name);
    KindBench m{{.batch = {.time_max = Duration::zero()}}};
    std::vector<int> ran;
    for (int i = 0; i < kTasks; ++i)
      kind.enqueue(m, [&m, &ran, i] {
        ran.push_back(i);
        m.clock.advance(1ms);
      });
    EXPECT_EQ(m.loop.run_for(10ms).reason(), Reason::timed_out);
    EXPECT_EQ(ran.size(), is_job(kind) ? kTasks : 10u);
    if (!is_job(kind)) {
      EXPECT_EQ(m.loop.run_for(5ms).reason(), Reason::timed_out);
      EXPECT_EQ(ran.size(), 15u);
    }
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    ASSERT_EQ(ran.size(), static_cast<std::size_t>(kTasks));
    for (int i = 0; i < kTasks; ++i) EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
  }
}

TEST(RunFor, IsIdleWhenNothingIsLeftBeforeTheTimeIsOver) {
  ManualLoop m;
  EXPECT_EQ(m.loop.run_for(1h).reason(), Reason::idle);
  EXPECT_EQ(m.ms(), 0);
  m.loop.schedule(5ms, m.note("timer")).value().detach();
  EXPECT_EQ(m.loop.run_for(1h).reason(), Reason::idle);
  EXPECT_EQ(m.ms(), 5);
}

TEST(RunFor, AnEndlessTimeIsNoOverflow) {
  ManualLoop m;
  m.clock.advance(1h);
  m.loop.schedule(1h, m.note("timer")).value().detach();
  EXPECT_EQ(m.loop.run_for(Duration::max()).reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"timer"});
}

TEST(RunFor, EndsWithoutATimerOrAnythingElseThatWouldWakeIt) {
  Loop loop;
  const LivenessHold hold = loop.hold();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(loop.run_for(5ms).reason(), Reason::timed_out);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 5ms);
}

TEST(RunFor, CutsAnEndlessChainOfImmediates) {
  ManualLoop m;
  int ran = 0;
  std::function<void()> again = [&] {
    ++ran;
    m.clock.advance(1ms);
    m.loop.immediate([&again] { again(); }).value();
  };
  m.loop.immediate([&again] { again(); }).value();
  EXPECT_EQ(m.loop.run_for(10ms).reason(), Reason::timed_out);
  EXPECT_EQ(ran, 10);
}

TEST(RunFor, ItsBoundDoesNotReachIntoTheNextRun) {
  ManualLoop m;
  m.loop.schedule(50ms, m.note("timer")).value().detach();
  EXPECT_EQ(m.loop.run_for(10ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"timer"});
  m.loop.immediate(m.note("immediate")).value();
  EXPECT_FALSE(m.loop.run_once().value());
  EXPECT_EQ(m.log, (Lines{"timer", "immediate"}));
}

// With stop(), close() and shutdown()

TEST(RunBounds, AStopInACallbackIsStopped) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, [&m] { m.loop.stop(); });
    m.loop.schedule(1ms, m.note("later")).value().detach();
    EXPECT_EQ(m.loop.run_until(kNever, 1h).reason(), Reason::stopped);
    EXPECT_EQ(m.loop.state(), LoopState::idle);
    EXPECT_EQ(m.loop.run_for(1h).reason(), Reason::idle);
    EXPECT_EQ(m.log, Lines{"later"});
  }
}

TEST(RunBounds, AStopBeforeIsConsumedByAnyOfThem) {
  for (const bool until : {false, true}) {
    ManualLoop m;
    m.loop.immediate(m.note("ran")).value();
    m.loop.stop();
    EXPECT_EQ((until ? m.loop.run_until(kNever) : m.loop.run_for(1h)).reason(), Reason::stopped);
    EXPECT_EQ(m.log, Lines{});
    EXPECT_EQ((until ? m.loop.run_until(kNever) : m.loop.run_for(1h)).reason(), Reason::idle);
    EXPECT_EQ(m.log, Lines{"ran"});
  }
}

TEST(RunBounds, ACloseInACallbackIsClosed) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    bool done = false;
    kind.enqueue(m, [&] {
      done = true;
      m.loop.close();
    });
    m.loop.schedule(1ms, m.note("never")).value().detach();
    EXPECT_EQ(m.loop.run_until([&done] { return done; }, 1h).reason(), Reason::closed) << "closed is for good and goes first";
    EXPECT_EQ(m.loop.state(), LoopState::closed);
    EXPECT_EQ(m.log, Lines{});
  }
}

TEST(RunBounds, OnAClosedLoopAllAreClosedWithoutAsking) {
  ManualLoop m;
  m.loop.close();
  EXPECT_EQ(m.loop.run_until([] { return true; }).reason(), Reason::closed);
  EXPECT_EQ(m.loop.run_until(kNever, 1h).reason(), Reason::closed);
  EXPECT_EQ(m.loop.run_for(1h).reason(), Reason::closed);
  EXPECT_EQ(m.loop.run_for(0ms).reason(), Reason::closed);
  EXPECT_EQ(m.ms(), 0);
}

TEST(RunBounds, AShutdownInACallbackIsWorkedOffAndClosed) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, [&m] {
      m.loop.shutdown(1h);
      m.loop.immediate(m.note("immediate")).value();
    });
    EXPECT_EQ(m.loop.run_until(kNever, 2h).reason(), Reason::closed);
    EXPECT_EQ(m.log, Lines{"immediate"});
    EXPECT_EQ(m.loop.state(), LoopState::closed);
  }
}

TEST(RunBounds, ABoundMetDuringAShutdownLeavesTheRestToTheNextRun) {
  ManualLoop m;
  LivenessHold hold = m.loop.hold();
  m.loop.immediate(m.note("1")).value();
  m.loop.immediate(m.note("2")).value();
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.run_until([&m] { return m.log.size() == 1; }).reason(), Reason::reached);
  EXPECT_EQ(m.loop.state(), LoopState::draining);
  EXPECT_EQ(m.loop.run_for(5ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.ms(), 5);
  EXPECT_EQ(m.log, (Lines{"1", "2"}));
  EXPECT_EQ(m.loop.state(), LoopState::draining);
  hold.release();
  EXPECT_EQ(m.loop.run_for(1h).reason(), Reason::closed);
  EXPECT_EQ(m.loop.state(), LoopState::closed);
}

TEST(RunBounds, TheEarlierOfGraceAndTimeLimitDecides) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  m.loop.shutdown(20ms);
  EXPECT_EQ(m.loop.run_for(15ms).reason(), Reason::timed_out);
  EXPECT_EQ(m.ms(), 15);
  EXPECT_EQ(m.loop.run_for(15ms).reason(), Reason::closed);
  EXPECT_EQ(m.ms(), 20);
}

TEST(RunBounds, AConditionThatThrowsDuringAShutdownClosesAsAnyFailureDoes) {
  ManualLoop m;
  m.loop.immediate(m.note("1")).value();
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.run_until([]() -> bool { throw 1; }).reason(), Reason::failed);
  EXPECT_EQ(m.loop.state(), LoopState::closed);
}

TEST(RunBounds, AStopFromAnotherThreadEndsThem) {
  for (const bool until : {false, true}) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    std::jthread stopper{[&loop] {
      std::this_thread::sleep_for(2ms);
      loop.stop();
    }};
    EXPECT_EQ((until ? loop.run_until(kNever, kPatience) : loop.run_for(kPatience)).reason(), Reason::stopped);
  }
}

TEST(RunBounds, TheConditionMayCallTheLoop) {
  ManualLoop m;
  bool asked = false;
  EXPECT_EQ(m.loop
                .run_until([&] {
                  if (!std::exchange(asked, true)) m.loop.immediate(m.note("from the condition")).value();
                  return !m.log.empty();
                })
                .reason(),
            Reason::reached);
  EXPECT_EQ(m.log, Lines{"from the condition"});
  m.loop.immediate(m.note("never")).value();
  EXPECT_EQ(m.loop
                .run_until([&] {
                  m.loop.close();
                  return false;
                })
                .reason(),
            Reason::closed);
  EXPECT_EQ(m.log, Lines{"from the condition"});
}

}  // namespace
}  // namespace millrace
