// shutdown(): in every callback, at every moment, any number of times (docs/hazards.md).
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/callback_kinds.h"
#include "support/edge_observer.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

void expect_refused(Ingress door) {
  Task late{[] {}};
  EXPECT_EQ(door.post(late), Admission::closed);
  EXPECT_TRUE(late) << "the task was not handed back";
}

// Before run()

TEST(Shutdown, BeforeRunIsWorkedOffByTheNextRun) {
  KindBench m;
  for (const CallbackKind& kind : kCallbackKinds)
    if (kind.name != "timer" && !is_single(kind)) kind.enqueue(m, m.note(std::string(kind.name)));
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.state(), LoopState::draining);
  expect_refused(m.loop.ingress());
  EXPECT_EQ(m.log, Lines{});
  const RunOutcome outcome = m.loop.run();
  EXPECT_EQ(outcome.reason(), Reason::closed);
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(m.log, (Lines{"next tick", "microtask", "ingress", "immediate", "closing"}));
  EXPECT_EQ(m.loop.state(), LoopState::closed);
  EXPECT_EQ(m.ms(), 0);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.loop.figures().rejected, 0u);
}

TEST(Shutdown, BeforeRunOfAnEmptyLoopClosesWithoutWaiting) {
  for (const Duration grace : {Duration{1h}, Duration{0}, Duration{-1s}, Duration::max(), Duration::min()}) {
    SCOPED_TRACE(grace.count());
    ManualLoop m;
    m.clock.advance(1h);
    m.loop.shutdown(grace);
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    EXPECT_EQ(m.loop.state(), LoopState::closed);
    EXPECT_EQ(m.poller.waits(), 0u);
  }
}

TEST(Shutdown, ByRunOnceIsWorkedOffTickByTick) {
  ManualLoop m;
  int left = 3;
  std::function<void()> again = [&] {
    m.log.push_back(std::to_string(left));
    if (--left > 0) m.loop.immediate([&again] { again(); }).value();
  };
  m.loop.immediate([&again] { again(); }).value();
  m.loop.shutdown(1h);
  EXPECT_TRUE(m.loop.run_once().value());
  EXPECT_EQ(m.loop.state(), LoopState::draining);
  EXPECT_TRUE(m.loop.run_once().value());
  for (int i = 0; i < 2 && m.loop.state() != LoopState::closed; ++i) static_cast<void>(m.loop.run_once());
  EXPECT_EQ(m.loop.state(), LoopState::closed);
  EXPECT_EQ(m.loop.run_once().error().code(), Errc::closed);
  EXPECT_EQ(m.log, (Lines{"3", "2", "1"}));
}

TEST(Shutdown, AfterAStopThatNobodyConsumedDrains) {
  ManualLoop m;
  m.loop.immediate(m.note("immediate")).value();
  m.loop.stop();
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.state(), LoopState::draining);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"immediate"});
}

// Inside a callback

TEST(Shutdown, InEachKindOfCallbackWorksOffWhatIsThereAndWhatComes) {
  for (const bool stop_first : {false, true})
    for (const CallbackKind& kind : kCallbackKinds) {
      SCOPED_TRACE(::testing::Message() << kind.name << (stop_first ? ", after stop()" : ""));
      KindBench m;
      Ingress door = m.loop.ingress();
      m.loop.schedule(1h, m.note("never: a timer")).value().detach();
      const WatchHandle watch = m.loop.watch(m.event.get(), Interest::writable, [](Readiness) {}).value();
      kind.enqueue(m, [&m, &door, stop_first] {
        m.log.push_back("callback");
        ASSERT_EQ(door.post(m.note("accepted before")), Admission::accepted);
        if (stop_first) m.loop.stop();
        m.loop.shutdown(1h);
        m.loop.shutdown(2h);
        EXPECT_EQ(m.loop.state(), LoopState::draining);
        expect_refused(door);
        m.loop.queue_microtask(m.note("microtask")).value();
        m.loop.next_tick(m.note("next tick")).value();
        m.loop.at_closing(m.note("closing")).value();
        m.loop.immediate([&m] { m.loop.immediate(m.note("second immediate")).value(); }).value();
      });
      m.loop.immediate(m.note("waiting immediate")).value();
      ASSERT_EQ(door.post(m.note("waiting post")), Admission::accepted);
      EXPECT_EQ(m.loop.run().reason(), Reason::closed);
      EXPECT_EQ(m.loop.state(), LoopState::closed);
      EXPECT_EQ(m.ms(), 0) << "timers are not waited for";
      std::sort(m.log.begin(), m.log.end());
      EXPECT_EQ(m.log, (Lines{"accepted before", "callback", "closing", "microtask", "next tick", "second immediate",
                              "waiting immediate", "waiting post"}));
      EXPECT_EQ(m.loop.figures().rejected, 0u);
      EXPECT_EQ(m.poller.registered(), 0u);
      EXPECT_FALSE(watch.active());
    }
}

TEST(Shutdown, InTheLastCallbackOfARunClosesInThatRun) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, [&m] { m.loop.shutdown(1h); });
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    EXPECT_EQ(m.loop.state(), LoopState::closed);
  }
}

TEST(Shutdown, WorksOffALongQueueOfPostsInOrder) {
  constexpr int kPosts = 1'000;
  ManualLoop m{{.batch = {.tasks_max = 7}}};
  std::vector<int> ran;
  for (int i = 0; i < kPosts; ++i)
    ASSERT_EQ(m.loop.ingress().post([&m, &ran, i] {
      ran.push_back(i);
      if (i == 10) m.loop.shutdown(1h);
      if (i % 100 == 0) m.loop.immediate(m.note("immediate")).value();
    }),
              Admission::accepted);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  ASSERT_EQ(ran.size(), static_cast<std::size_t>(kPosts));
  EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
  EXPECT_EQ(m.log.size(), 10u);
  EXPECT_EQ(m.loop.figures().ingress_tasks, static_cast<std::uint64_t>(kPosts));
}

// What is waited for, and for how long

TEST(Shutdown, WaitsForLivenessHoldsAndServesTimersAndWatchesMeanwhile) {
  KindBench m;
  LivenessHold hold = m.loop.hold();
  m.loop.every(10ms, m.note_time("interval ")).value().detach();
  m.watch = m.loop.watch(m.event.get(), Interest::readable, [&m](Readiness) { m.note_time("watch ")(); }).value();
  m.poller.script(m.at(15ms), m.poller.last_added_fd(), {.readable = true});
  m.loop.schedule(25ms, [&hold] { hold.release(); }).value().detach();
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, (Lines{"interval 10", "watch 15", "interval 20"}));
  EXPECT_EQ(m.ms(), 25);
}

TEST(Shutdown, NewTimersAndWatchesMayBeMadeWhileItWaits) {
  KindBench m;
  LivenessHold hold = m.loop.hold();
  m.loop.shutdown(1h);
  m.loop
      .schedule(5ms,
                [&m] {
                  m.watch = m.loop.watch(m.event.get(), Interest::readable, [&m](Readiness) { m.note_time("watch ")(); }).value();
                  m.poller.script(m.at(7ms), m.poller.last_added_fd(), {.readable = true});
                })
      .value()
      .detach();
  m.loop.schedule(10ms, [&hold] { hold.release(); }).value().detach();
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"watch 7"});
}

TEST(Shutdown, DoesNotWaitForTimersAndWatchesAlone) {
  KindBench m;
  m.loop.every(10ms, m.note("never")).value().detach();
  m.watch = m.loop.watch(m.event.get(), Interest::readable, [](Readiness) {}).value();
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.ms(), 0);
  EXPECT_EQ(m.log, Lines{});
}

TEST(Shutdown, AHoldThatIsNeverReleasedIsWaitedForUntilTheDeadlineAndNoLonger) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  m.loop.every(10ms, m.note_time()).value().detach();
  m.loop.shutdown(35ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.clock.now(), m.at(35ms));
  EXPECT_EQ(m.log, (Lines{"10", "20", "30"}));
  EXPECT_EQ(m.loop.state(), LoopState::closed);
}

TEST(Shutdown, TheEarliestOfAllDeadlinesCounts) {
  struct Case {
    Duration first, second, second_at, closes_at;
  };
  for (const Case& c : {Case{50ms, 10ms, 0ms, 10ms}, Case{10ms, 50ms, 0ms, 10ms}, Case{50ms, 10ms, 30ms, 40ms},
                        Case{50ms, 30ms, 30ms, 50ms}, Case{Duration::max(), 1ms, 30ms, 31ms}, Case{50ms, 0ms, 30ms, 30ms},
                        Case{50ms, -1h, 30ms, 30ms}, Case{50ms, Duration::max(), 30ms, 50ms}}) {
    SCOPED_TRACE(::testing::Message() << c.first.count() << " then " << c.second.count() << " at " << c.second_at.count());
    ManualLoop m;
    const LivenessHold hold = m.loop.hold();
    m.loop.shutdown(c.first);
    if (c.second_at == 0ms)
      m.loop.shutdown(c.second);
    else
      m.loop.schedule(c.second_at, [&] { m.loop.shutdown(c.second); }).value().detach();
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    EXPECT_EQ(m.clock.now(), m.at(c.closes_at));
  }
}

TEST(Shutdown, TheGraceBeginsWithTheCallNotWithTheRun) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  m.loop.shutdown(20ms);
  m.clock.advance(15ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.ms(), 20);
}

TEST(Shutdown, WhatIsLeftAtTheDeadlineIsRejectedCountedAndFreed) {
  const auto token = std::make_shared<int>(1);
  EdgeObserver observer;
  ManualLoop m{{.observer = &observer, .batch = {.tasks_max = 1}}};
  int ran = 0;
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(m.loop.ingress().post([&, token] {
      ++ran;
      m.clock.advance(10ms);
    }),
              Admission::accepted);
  m.loop.shutdown(35ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(ran, 4);
  const LoopFigures figures = m.loop.figures();
  EXPECT_EQ(figures.rejected, 6u);
  EXPECT_EQ(observer.rejected, 6u);
  EXPECT_EQ(figures.ingress_accepted, figures.ingress_tasks + figures.rejected);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Shutdown, AnEndlessChainOfImmediatesIsCutByTheDeadline) {
  ManualLoop m;
  const auto token = std::make_shared<int>(1);
  int ran = 0;
  std::function<void()> again = [&] {
    ++ran;
    m.clock.advance(1ms);
    m.loop.immediate([&again, token] { again(); }).value();
  };
  m.loop.immediate([&again] { again(); }).value();
  m.loop.shutdown(35ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(ran, 35);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Shutdown, TheDeadlineCutsALongQueueOfEachKindToo) {
  for (const CallbackKind& kind : kCallbackKinds) {
    if (is_single(kind) || kind.name == "next tick" || kind.name == "microtask") continue;  // a checkpoint is never cut
    SCOPED_TRACE(kind.name);
    KindBench m{{.batch = {.time_max = Duration::zero()}}};
    const LivenessHold hold = m.loop.hold();
    int ran = 0;
    for (int i = 0; i < 100; ++i)
      kind.enqueue(m, [&] {
        ++ran;
        m.clock.advance(1ms);
      });
    m.loop.shutdown(10ms);
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    EXPECT_EQ(ran, 10) << "the grace was over after the tenth";
  }
}

TEST(Shutdown, WithoutGraceRunsNothingMore) {
  KindBench m;
  for (const CallbackKind& kind : kCallbackKinds) kind.enqueue(m, m.note("never"));
  const LivenessHold hold = m.loop.hold();
  m.loop.shutdown(0ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{});
  EXPECT_EQ(m.loop.figures().rejected, 1u);
}

// Failure, stop() and close() on the way

TEST(Shutdown, AFailureWhileDrainingClosesAndRejectsTheRest) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    const LivenessHold hold = m.loop.hold();
    kind.enqueue(m, [&m] {
      ASSERT_NE(m.loop.state(), LoopState::closed);
      throw std::runtime_error("broken");
    });
    m.loop.at_closing(m.note("never")).value();
    m.loop.shutdown(1h);
    const RunOutcome outcome = m.loop.run();
    EXPECT_EQ(outcome.reason(), Reason::failed);
    EXPECT_EQ(outcome.error()->message(), "broken");
    EXPECT_EQ(m.loop.state(), LoopState::closed);
    EXPECT_EQ(m.log, Lines{});
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    const LoopFigures figures = m.loop.figures();
    EXPECT_EQ(figures.ingress_accepted, figures.ingress_tasks + figures.rejected);
  }
}

TEST(Shutdown, AFailureThatIsHandledDoesNotCutIt) {
  ManualLoop m{{.on_uncaught = [](const Error&) {}}};
  m.loop.immediate([] { throw 1; }).value();
  m.loop.immediate(m.note("next")).value();
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"next"});
}

TEST(Shutdown, AFailedWaitWhileDrainingCloses) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  m.loop.shutdown(1h);
  m.poller.fail_nth("wait", 1, Error::from_errno(ENOMEM, "epoll_wait"));
  EXPECT_EQ(m.loop.run().reason(), Reason::failed);
  EXPECT_EQ(m.loop.state(), LoopState::closed);
}

TEST(Shutdown, AStopMeanwhileIsNothing) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.loop.stop();
        EXPECT_EQ(m.loop.state(), LoopState::draining);
        m.loop.immediate(m.note("later")).value();
      })
      .value();
  m.loop.shutdown(1h);
  m.loop.stop();
  EXPECT_EQ(m.loop.state(), LoopState::draining);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"later"});
}

TEST(Shutdown, ACloseMeanwhileEndsItNow) {
  for (const bool in_callback : {false, true}) {
    ManualLoop m;
    ASSERT_EQ(m.loop.ingress().post(m.note("never")), Admission::accepted);
    m.loop.schedule(0ms, [&m] { m.loop.close(); }).value().detach();
    m.loop.shutdown(1h);
    if (!in_callback) m.loop.close();
    EXPECT_EQ(m.loop.run().reason(), Reason::closed);
    EXPECT_EQ(m.log, Lines{});
    EXPECT_EQ(m.loop.figures().rejected, 1u);
  }
}

TEST(Shutdown, OnAClosedLoopIsNothing) {
  ManualLoop m;
  m.loop.close();
  m.loop.shutdown(1h);
  m.loop.shutdown(0ms);
  EXPECT_EQ(m.loop.state(), LoopState::closed);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
}

TEST(Shutdown, InACallbackThatClosedIsNothing) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.loop.close();
        m.loop.shutdown(1h);
        EXPECT_EQ(m.loop.state(), LoopState::closing);
      })
      .value();
  m.loop.immediate(m.note("never")).value();
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{});
}

TEST(Shutdown, ThenDestroyedWithoutARunDestroysWhatWaits) {
  const auto token = std::make_shared<int>(1);
  EdgeObserver observer;
  auto m = std::make_unique<KindBench>(LoopOptions{.observer = &observer});
  for (const CallbackKind& kind : kCallbackKinds) kind.enqueue(*m, [token] { FAIL() << "ran"; });
  Ingress door = m->loop.ingress();
  m->loop.shutdown(1h);
  m->watch = {};
  m->interval = {};
  m.reset();
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(observer.rejected, 1u);
  expect_refused(door);
  observer.expect_a_walk_over_listed_edges();
  EXPECT_EQ(observer.heard.back(), "closing > closed");
}

}  // namespace
}  // namespace millrace
