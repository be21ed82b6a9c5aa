// shutdown(), wait_closed() and what is told of them: every caller, at every moment, any number of times (docs/hazards.md, 2 and 20 to 23).
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/callback_kinds.h"
#include "support/test_seeds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::CallbackKind;
using testing::kCallbackKinds;
using testing::KindBench;
using testing::Lines;
using testing::ManualLoop;
using testing::test_seeds;
using Reason = RunOutcome::Reason;

/// Far longer than anything here takes; what never comes ends as a failure, not as a hang.
constexpr Duration kPatience = 20s;

bool is_single(const CallbackKind& kind) { return kind.name == "readiness" || kind.name == "interval"; }

void expect_refused(Ingress door) {
  Task late{[] {}};
  EXPECT_EQ(door.post(late), Admission::closed);
  EXPECT_TRUE(late) << "the task was not handed back";
}

/// Writes down the edges it hears.
struct EdgeObserver final : Observer {
  Lines heard;
  std::size_t rejected = 0;
  std::function<void(std::string_view)> on_state;
  void loop_state_changed(std::string_view from, std::string_view to) override {
    heard.push_back(std::string(from) + " > " + std::string(to));
    if (on_state) on_state(to);
  }
  void tasks_rejected(std::size_t count) override { rejected += count; }

  /// Only edges that LoopState lists, one joined to the next, from idle on.
  void expect_a_walk_over_listed_edges() const {
    static const std::set<std::string> kListed{"idle > running",  "running > idle",    "idle > stopping",    "running > stopping",
                                               "stopping > idle", "idle > draining",   "running > draining", "stopping > draining",
                                               "idle > closing",  "running > closing", "stopping > closing", "draining > closing",
                                               "closing > closed"};
    std::string at = "idle";
    for (const std::string& edge : heard) {
      EXPECT_TRUE(kListed.contains(edge)) << edge << " is no edge";
      EXPECT_EQ(edge.substr(0, edge.find(' ')), at) << edge << " does not begin where the edge before it ended";
      at = edge.substr(edge.rfind(' ') + 1);
    }
  }
};

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

// What the observer hears

TEST(LoopObserver, HearsEachEdgeOfALifeExactlyOnce) {
  struct Case {
    std::string_view name;
    std::function<void(ManualLoop&)> live;
    Lines edges;
  };
  const auto callback = [](ManualLoop& m, auto act) { m.loop.immediate([&m, act] { act(m.loop); }).value(); };
  for (const Case& c : {
           Case{"a run", [](ManualLoop& m) { m.loop.run(); }, {"idle > running", "running > idle"}},
           Case{"two runs",
                [](ManualLoop& m) {
                  m.loop.run();
                  m.loop.run();
                },
                {"idle > running", "running > idle", "idle > running", "running > idle"}},
           Case{"a stop before a run",
                [](ManualLoop& m) {
                  m.loop.stop();
                  m.loop.stop();
                  m.loop.run();
                },
                {"idle > stopping", "stopping > idle"}},
           Case{"a stop in a run",
                [&](ManualLoop& m) {
                  callback(m, [](Loop& loop) { loop.stop(); });
                  m.loop.run();
                },
                {"idle > running", "running > stopping", "stopping > idle"}},
           Case{"a shutdown before a run",
                [](ManualLoop& m) {
                  m.loop.shutdown(1h);
                  m.loop.shutdown(1ms);
                  m.loop.run();
                  m.loop.run();
                },
                {"idle > draining", "draining > closing", "closing > closed"}},
           Case{"a shutdown worked off by two runs",
                [](ManualLoop& m) {
                  const LivenessHold hold = m.loop.hold();
                  m.loop.shutdown(10ms);
                  m.loop.run_for(5ms);
                  m.loop.run();
                },
                {"idle > draining", "draining > closing", "closing > closed"}},
           Case{"a shutdown in a run",
                [&](ManualLoop& m) {
                  callback(m, [](Loop& loop) { loop.shutdown(1h); });
                  m.loop.run();
                },
                {"idle > running", "running > draining", "draining > closing", "closing > closed"}},
           Case{"a shutdown in a run that ends before it is worked off",
                [&](ManualLoop& m) {
                  const LivenessHold hold = m.loop.hold();
                  callback(m, [](Loop& loop) { loop.shutdown(10ms); });
                  m.loop.run_for(5ms);
                  m.loop.run();
                },
                {"idle > running", "running > draining", "draining > closing", "closing > closed"}},
           Case{"a close without a run", [](ManualLoop& m) { m.loop.close(); }, {"idle > closing", "closing > closed"}},
           Case{"a close in a run",
                [&](ManualLoop& m) {
                  callback(m, [](Loop& loop) { loop.close(); });
                  m.loop.run();
                },
                {"idle > running", "running > closing", "closing > closed"}},
           Case{"a close of a drain",
                [&](ManualLoop& m) {
                  callback(m, [](Loop& loop) { loop.close(); });
                  m.loop.shutdown(1h);
                  m.loop.run();
                },
                {"idle > draining", "draining > closing", "closing > closed"}},
           Case{"a failure",
                [&](ManualLoop& m) {
                  callback(m, [](Loop&) { throw 1; });
                  m.loop.run();
                },
                {"idle > running", "running > stopping", "stopping > idle"}},
           Case{"a failed drain",
                [&](ManualLoop& m) {
                  callback(m, [](Loop&) { throw 1; });
                  m.loop.shutdown(1h);
                  m.loop.run();
                },
                {"idle > draining", "draining > closing", "closing > closed"}},
       }) {
    SCOPED_TRACE(c.name);
    EdgeObserver observer;
    ManualLoop m{{.observer = &observer}};
    c.live(m);
    EXPECT_EQ(observer.heard, c.edges);
    observer.expect_a_walk_over_listed_edges();
    m.loop.close();
    observer.expect_a_walk_over_listed_edges();
    EXPECT_EQ(observer.heard.back(), "closing > closed");
    EXPECT_EQ(std::count(observer.heard.begin(), observer.heard.end(), "closing > closed"), 1);
  }
}

TEST(LoopObserver, MayShutDownALoopThatBegins) {
  std::optional<ManualLoop> m;
  EdgeObserver observer;
  observer.on_state = [&m](std::string_view to) {
    if (to == "running") m->loop.shutdown(1h);
  };
  m.emplace(LoopOptions{.observer = &observer});
  m->loop.immediate(m->note("immediate")).value();
  EXPECT_EQ(m->loop.run().reason(), Reason::closed);
  EXPECT_EQ(m->log, Lines{"immediate"});
  observer.expect_a_walk_over_listed_edges();
}

// wait_closed()

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

// Between any two steps of a run

/// A manual clock that acts at its n-th reading: the loop reads it at many points of a tick, so that what other threads would ask for
/// arrives at each of them.
class MeddlingClock final : public Clock {
 public:
  explicit MeddlingClock(const ManualClock& clock) : clock_(clock) {}
  [[nodiscard]] Instant now() const noexcept override {
    if (--until_act_ == 0) act();
    return clock_.now();
  }
  void arm(int reading, std::function<void()> what) {
    until_act_ = reading;
    act = std::move(what);
  }
  [[nodiscard]] bool acted() const { return until_act_ <= 0; }

 private:
  const ManualClock& clock_;
  mutable int until_act_ = 0;
  std::function<void()> act;
};

TEST(LifeCycleWindows, AStopShutdownOrCloseAtEachReadingOfTheClockEndsTheRunAtOnce) {
  struct Case {
    std::string_view name;
    void (*ask)(Loop&);
    Reason reason;
    bool drain_first;
  };
  for (const Case& c : {Case{"stop", [](Loop& loop) { loop.stop(); }, Reason::stopped, false},
                        Case{"shutdown", [](Loop& loop) { loop.shutdown(0ms); }, Reason::closed, false},
                        Case{"close", [](Loop& loop) { loop.close(); }, Reason::closed, false},
                        Case{"an earlier deadline", [](Loop& loop) { loop.shutdown(0ms); }, Reason::closed, true},
                        Case{"close of a drain", [](Loop& loop) { loop.close(); }, Reason::closed, true}}) {
    int reading = 1;
    for (bool acted = true; acted; ++reading) {
      ASSERT_LT(reading, 1'000);
      SCOPED_TRACE(::testing::Message() << c.name << " at reading " << reading);
      ManualClock time;
      MeddlingClock clock{time};
      ScriptedPoller poller{time};
      Loop loop{{.clock = &clock, .poller = &poller}};
      LivenessHold hold = loop.hold();
      auto interval = loop.every(1h, [] {}).value();
      for (int i = 0; i < 3; ++i) ASSERT_EQ(loop.ingress().post([] {}), Admission::accepted);
      loop.immediate([] {}).value();
      auto end = loop.schedule(90min,
                               [&hold, &interval] {
                                 interval.cancel();
                                 hold.release();
                               })
                     .value();
      if (c.drain_first) loop.shutdown(100h);
      Instant asked_at;
      clock.arm(reading, [&] {
        asked_at = time.now();
        c.ask(loop);
      });
      const RunOutcome outcome = loop.run();
      acted = clock.acted();
      if (!acted) break;
      if (outcome.reason() == Reason::idle) {  // the last reading came with the decision to return
        EXPECT_EQ(loop.state(), c.reason == Reason::stopped ? LoopState::stopping : LoopState::draining);
        continue;
      }
      EXPECT_EQ(outcome.reason(), c.reason);
      EXPECT_EQ(time.now(), asked_at) << "the loop slept on";
    }
    EXPECT_GT(reading, 5) << "too few readings to have shown anything";
  }
}

// Other threads

TEST(ShutdownThreads, WhileTheLoopSleepsWakesIt) {
  for (const bool watches : {false, true})
    for (const bool hold_it : {false, true}) {
      Loop loop;
      testing::Pipe pipe;
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

// The request arrives when the loop is about to sleep, asleep, or up again.
TEST(ShutdownThreads, IsSeenAtAnyMomentOfARun) {
  for (int round = 0; round < 200; ++round) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    std::atomic<bool> go{false};
    std::jthread other{[&] {
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (int delay = round % 50; delay > 0; --delay) static_cast<void>(testing::real_now());
      loop.shutdown(0ms);
    }};
    auto slept_on = loop.schedule(kPatience, [&loop] { loop.stop(); }).value();
    const Instant began = testing::real_now();
    go.store(true, std::memory_order_release);
    ASSERT_EQ(loop.run().reason(), Reason::closed) << "round " << round;
    ASSERT_LT(testing::real_now() - began, kPatience / 2) << "a lost wake in round " << round;
  }
}

TEST(ShutdownThreads, AnEarlierDeadlineIsSeenAtAnyMomentOfADrain) {
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    loop.shutdown(1h);
    std::atomic<bool> go{false};
    std::jthread other{[&] {
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (int delay = round % 50; delay > 0; --delay) static_cast<void>(testing::real_now());
      loop.shutdown(0ms);
    }};
    auto slept_on = loop.schedule(kPatience, [&loop] { loop.stop(); }).value();
    const Instant began = testing::real_now();
    go.store(true, std::memory_order_release);
    ASSERT_EQ(loop.run().reason(), Reason::closed) << "round " << round;
    ASSERT_LT(testing::real_now() - began, kPatience / 2) << "a lost wake in round " << round;
  }
}

TEST(ShutdownThreads, ACloseIsSeenAtAnyMomentOfARun) {
  for (int round = 0; round < 200; ++round) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    std::atomic<bool> go{false};
    std::jthread other{[&] {
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (int delay = round % 50; delay > 0; --delay) static_cast<void>(testing::real_now());
      loop.close();
    }};
    auto slept_on = loop.schedule(kPatience, [&loop] { loop.stop(); }).value();
    const Instant began = testing::real_now();
    go.store(true, std::memory_order_release);
    ASSERT_EQ(loop.run().reason(), Reason::closed) << "round " << round;
    ASSERT_LT(testing::real_now() - began, kPatience / 2) << "a lost wake in round " << round;
    other.join();
    ASSERT_EQ(loop.state(), LoopState::closed);
  }
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
          for (auto delay = after; delay > 0; --delay) static_cast<void>(testing::real_now());
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
            for (auto delay = after; delay > 0; --delay) static_cast<void>(testing::real_now());
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
