// The order of one tick: phases, checkpoints, and what keeps the loop going (docs/semantics.md, rules 1 to 4, 13 to 15).
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "loop/core.h"
#include "support/callback_kinds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

TEST(Loop, RunsItsPhasesInOrder) {
  KindBench m;
  for (auto kind = kCallbackKinds.rbegin(); kind != kCallbackKinds.rend(); ++kind)  // asked for in the opposite order
    kind->enqueue(m, m.note(std::string(kind->name)));
  EXPECT_EQ(m.loop.run_once().value(), false);
  EXPECT_EQ(m.log, (Lines{"next tick", "microtask", "interval", "timer", "ingress", "readiness", "immediate", "closing"}));
  EXPECT_EQ(m.loop.figures().ticks, 1u);
}

TEST(LoopCheckpoint, FollowsEveryCallbackNotEveryPhase) {
  for (const CallbackKind& kind : kCallbackKinds) {
    if (kind.name == "next tick" || kind.name == "microtask") continue;
    SCOPED_TRACE(kind.name);
    KindBench m;
    const auto callback = [&m] {
      m.log.push_back("callback");
      m.loop.queue_microtask(m.note("microtask")).value();
      m.loop.next_tick(m.note("tick")).value();
    };
    if (kind.name == "readiness" || kind.name == "interval") {
      kind.enqueue(m, callback);  // one of them at a time on this bench
      EXPECT_EQ(m.loop.run().reason(), Reason::idle);
      EXPECT_EQ(m.log, (Lines{"callback", "tick", "microtask"}));
      continue;
    }
    kind.enqueue(m, callback);
    kind.enqueue(m, callback);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, (Lines{"callback", "tick", "microtask", "callback", "tick", "microtask"}));
  }
}

TEST(Loop, RunsACheckpointBetweenTwoReadyDescriptors) {
  ManualLoop m;
  const UniqueFd fd = make_eventfd();
  std::vector<WatchHandle> watches;
  for (int i = 0; i < 2; ++i) {
    watches.push_back(m.loop
                          .watch(fd.get(), Interest::readable,
                                 [&m, i](Readiness) {
                                   m.log.push_back(std::to_string(i));
                                   m.loop.queue_microtask(m.note("microtask")).value();
                                 })
                          .value());
    m.poller.script(m.at(0ms), m.poller.last_added_fd(), {.readable = true});
  }
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.log, (Lines{"0", "microtask", "1", "microtask"}));
}

TEST(Loop, OrdersMicrotasksAndTicksWithinOneCallback) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.loop
            .queue_microtask([&m] {
              m.log.push_back("mt1");
              m.loop.next_tick(m.note("tick")).value();
              m.loop.queue_microtask(m.note("mt2")).value();
            })
            .value();
        m.loop.queue_microtask(m.note("mtB")).value();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"mt1", "mtB", "mt2", "tick"}));
  m.log.clear();
  m.loop
      .immediate([&m] {
        m.loop.queue_microtask(m.note("m")).value();
        m.loop
            .next_tick([&m] {
              m.log.push_back("t1");
              m.loop.next_tick(m.note("t2")).value();
            })
            .value();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"t1", "t2", "m"}));
}

TEST(Loop, RunsJobsQueuedOutsideACallbackFirstInTheNextTick) {
  ManualLoop m;
  m.loop.schedule(0ms, m.note("timer")).value().detach();
  m.loop.queue_microtask(m.note("microtask")).value();
  m.loop.next_tick(m.note("tick")).value();
  EXPECT_TRUE(m.loop.alive());
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"tick", "microtask", "timer"}));
}

TEST(Loop, RunsAnImmediateQueuedByAnImmediateInTheNextTick) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.log.push_back("immediate 1");
        m.loop.immediate(m.note("immediate 3")).value();
        m.loop.at_closing(m.note("closing")).value();
      })
      .value();
  m.loop.immediate(m.note("immediate 2")).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate 1", "immediate 2", "closing", "immediate 3"}));
  EXPECT_EQ(m.loop.figures().ticks, 2u);
}

TEST(Loop, RunsAClosingCallbackQueuedByOneInTheNextTick) {
  ManualLoop m;
  m.loop
      .at_closing([&m] {
        m.loop.at_closing(m.note("closing")).value();
        m.loop.immediate(m.note("immediate")).value();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate", "closing"}));
}

TEST(Loop, RunsAnImmediateBeforeATimerWhenBothComeFromATimer) {
  ManualLoop m;
  m.loop
      .schedule(0ms,
                [&m] {
                  m.loop.schedule(0ms, m.note("timer")).value().detach();
                  m.loop.immediate(m.note("immediate")).value();
                })
      .value()
      .detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate", "timer"}));
}

TEST(Loop, RunsAnImmediateBeforeATimerWhenBothComeFromReadiness) {
  KindBench m;
  kCallbackKinds[5].enqueue(m, [&m] {
    m.loop.schedule(0ms, m.note("timer")).value().detach();
    m.loop.immediate(m.note("immediate")).value();
  });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate", "timer"}));
}

TEST(Loop, RunsAnElapsedTimerBeforeTheNextRoundOfImmediates) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.loop.immediate(m.note("immediate")).value();
        m.loop.schedule(1ms, m.note("timer")).value().detach();
        m.clock.advance(1ms);
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"timer", "immediate"}));
}

TEST(Loop, DoesNotSleepWhileAnImmediateWaits) {
  ManualLoop m;
  m.loop.schedule(10ms, m.note_time("timer ")).value().detach();
  m.loop.immediate([&m] { m.loop.immediate(m.note_time("immediate ")).value(); }).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate 0", "timer 10"}));
}

TEST(Loop, NowStandsStillWithinATick) {
  ManualLoop m;
  std::vector<Instant> seen;
  m.loop
      .schedule(5ms,
                [&] {
                  seen.push_back(m.loop.now());
                  m.clock.advance(3ms);
                  seen.push_back(m.loop.now());
                  m.loop.immediate([&] { seen.push_back(m.loop.now()); }).value();
                })
      .value()
      .detach();
  m.loop.run();
  EXPECT_EQ(seen, (std::vector{m.at(5ms), m.at(5ms), m.at(5ms)}));
}

// What keeps a loop alive.

TEST(Loop, EndsWhenNothingKeepsItAlive) {
  ManualLoop m;
  EXPECT_FALSE(m.loop.alive());
  const RunOutcome outcome = m.loop.run();
  EXPECT_EQ(outcome.reason(), Reason::idle);
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(m.poller.waits(), 0u);
}

TEST(Loop, IsKeptAliveByEveryKindOfWork) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, m.note("ran"));
    EXPECT_TRUE(m.loop.alive());
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, Lines{"ran"});
    EXPECT_FALSE(m.loop.alive());
  }
}

TEST(Loop, IsKeptAliveByAHoldUntilItIsReleased) {
  ManualLoop m;
  LivenessHold hold = m.loop.hold();
  LivenessHold moved = std::move(hold);
  EXPECT_TRUE(m.loop.alive());
  auto timer = m.loop
                   .schedule(5ms,
                             [&] {
                               m.log.push_back("release");
                               moved.release();
                               moved.release();  // again: nothing left to do
                             })
                   .value();
  timer.unref();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"release"});
  {
    LivenessHold scoped = m.loop.hold();
    EXPECT_TRUE(m.loop.alive());
    scoped = LivenessHold{};
    EXPECT_FALSE(m.loop.alive());
  }
}

TEST(Loop, ReportsAWaitThatCouldNeverEndOnTheScriptedPoller) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  const RunOutcome outcome = m.loop.run();
  EXPECT_EQ(outcome.reason(), Reason::failed);
  EXPECT_EQ(outcome.error()->code(), Errc::would_block_forever);
}

TEST(Loop, RunOnceWaitsNoLongerThanItMay) {
  ManualLoop m;
  auto timer = m.loop.schedule(50ms, m.note("timer")).value();
  EXPECT_EQ(m.loop.run_once().value(), true);
  EXPECT_EQ(m.ms(), 0);
  EXPECT_EQ(m.loop.run_once(20ms).value(), true);
  EXPECT_EQ(m.ms(), 20);
  EXPECT_EQ(m.loop.run_once(100ms).value(), true);
  EXPECT_EQ(m.ms(), 50);  // the wait is behind the timers of its tick
  EXPECT_EQ(m.loop.run_once().value(), false);
  EXPECT_EQ(m.log, Lines{"timer"});
}

TEST(Loop, RefusesWhatPassesAQueuesLimitAndTheRestRuns) {
  ManualLoop m{{.limits = {.queue_max = 2}}};
  const auto fill = [&m](auto push) {
    EXPECT_TRUE(push(m.note("ran")));
    EXPECT_TRUE(push(m.note("ran")));
    EXPECT_EQ(push(m.note("never")).error().code(), Errc::full);
  };
  fill([&m](Task task) { return m.loop.immediate(std::move(task)); });
  fill([&m](Task task) { return m.loop.at_closing(std::move(task)); });
  fill([&m](Task task) { return m.loop.queue_microtask(std::move(task)); });
  fill([&m](Task task) { return m.loop.next_tick(std::move(task)); });
  m.loop.run();
  EXPECT_EQ(m.log, Lines(8, "ran"));
}

TEST(Loop, CountsWhatItDoes) {
  KindBench m;
  for (const CallbackKind& kind : kCallbackKinds) kind.enqueue(m, m.note("ran"));
  m.loop.schedule(5ms, [] {}).value().detach();
  m.loop.run();
  const LoopFigures figures = m.loop.figures();
  EXPECT_EQ(figures.timers_fired, 3u);
  EXPECT_EQ(figures.ingress_tasks, 1u);
  EXPECT_EQ(figures.readiness_callbacks, 1u);
  EXPECT_EQ(figures.immediates, 1u);
  EXPECT_EQ(figures.closing_callbacks, 1u);
  EXPECT_EQ(figures.next_ticks, 1u);
  EXPECT_EQ(figures.microtasks, 1u);
  EXPECT_EQ(figures.checkpoints, 1u);
  EXPECT_EQ(figures.waits, m.poller.waits());
  EXPECT_EQ(figures.sleeps, 1u);
  EXPECT_EQ(figures.uncaught + figures.failed_wakes + figures.observer_failures + figures.rejected, 0u);
}

TEST(Loop, NamesItsPoller) {
  ManualLoop m;
  EXPECT_EQ(m.loop.poller_name(), "scripted");
  EXPECT_EQ(Loop{}.poller_name(), "epoll");
}

TEST(Microtasks, AFloodOfTenMillionTakesNoMoreMemoryThanWhatWaits) {
  ManualLoop m;
  std::size_t left = 10'000'000;
  std::size_t most = 0;
  struct Step {
    ManualLoop* m;
    std::size_t* left;
    std::size_t* most;
    void operator()() const {
      *most = std::max(*most, m->loop.core().queues().microtasks.capacity());
      if (--*left > 0) m->loop.queue_microtask(*this).value();
    }
  };
  m.loop.queue_microtask(Step{&m, &left, &most}).value();
  m.loop.run();
  EXPECT_EQ(left, 0u);
  EXPECT_LE(most, 2 * detail::TaskQueue::kBlockBytes);
  EXPECT_EQ(m.loop.figures().microtasks, 10'000'000u);
}

}  // namespace
}  // namespace millrace
