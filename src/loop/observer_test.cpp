// What an observer hears of a loop's life, failures and rejections, and what it may do meanwhile.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "support/edge_observer.h"
#include "support/manual_loop.h"
#include "support/observer_double.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

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

TEST(LoopObserver, HearsFailuresAndRejections) {
  ObserverDouble observer;
  ManualLoop m{{.observer = &observer, .on_uncaught = [](const Error&) {}}};
  m.loop.immediate([] { throw std::runtime_error("broken"); }).value();
  m.loop.run();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(m.loop.ingress().post([] {}), Admission::accepted);
  m.loop.close();
  EXPECT_EQ(observer.heard, (Lines{"idle > running", "task failed: broken", "running > idle", "idle > closing", "rejected: 3",
                                   "closing > closed"}));
  EXPECT_EQ(m.loop.figures().rejected, 3u);
}

TEST(LoopObserver, HearsTheStatesOfACloseInsideRun) {
  ObserverDouble observer;
  ManualLoop m{{.observer = &observer}};
  m.loop.immediate([&m] { m.loop.close(); }).value();
  m.loop.run();
  EXPECT_EQ(observer.heard, (Lines{"idle > running", "running > closing", "closing > closed"}));
}

TEST(LoopObserver, ThatThrowsIsContainedAndCounted) {
  ObserverDouble observer;
  observer.throws = true;
  ManualLoop m{{.observer = &observer, .on_uncaught = [](const Error&) {}}};
  m.loop.immediate([] { throw std::runtime_error("broken"); }).value();
  m.loop.immediate(m.note("next")).value();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"next"});
  EXPECT_EQ(m.loop.ingress().post([] {}), Admission::accepted);
  m.loop.close();
  EXPECT_EQ(m.loop.figures().observer_failures, observer.heard.size());
  EXPECT_EQ(observer.heard.size(), 6u);
}

TEST(LoopObserver, MayCallTheLoopFromWhereverItRuns) {
  EdgeObserver observer;
  ManualLoop m{{.observer = &observer}};
  m.loop.immediate(m.note("immediate")).value();
  observer.on_state = [&m](std::string_view to) {
    if (to == "running") m.loop.next_tick(m.note("observer")).value();
  };
  std::jthread{[&m] { EXPECT_EQ(m.loop.run().reason(), Reason::idle); }}.join();
  EXPECT_EQ(m.log, (Lines{"observer", "immediate"}));
}

TEST(LoopObserver, MayStopOrCloseALoopThatBegins) {
  EdgeObserver observer;
  ManualLoop m{{.observer = &observer}};
  m.loop.immediate(m.note("never")).value();
  observer.on_state = [&m](std::string_view to) {
    if (to == "running") m.loop.stop();
  };
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  observer.on_state = [&m](std::string_view to) {
    if (to == "running") m.loop.close();
  };
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{});
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

}  // namespace
}  // namespace millrace
