// Where a loop sleeps, the futex or the poller, what is told of it, and what wakes it. Real threads and real time (docs/hazards.md). How
// soon it answers is in sleep_latency_test.cpp.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/sleeping_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

// Which way

TEST(FastPath, AutomaticSleepsOnTheFutexWhileNoDescriptorIsRegistered) {
  Loop loop;
  sleep_once(loop);
  LoopFigures figures = loop.figures();
  EXPECT_GE(figures.sleeps, 1u);
  EXPECT_EQ(figures.futex_sleeps, figures.sleeps);
  EXPECT_EQ(figures.waits, 0u);
  Pipe pipe;
  {
    const WatchHandle watch = loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
    sleep_once(loop);
    EXPECT_EQ(loop.figures().futex_sleeps, figures.futex_sleeps) << "a descriptor needs the poller";
    EXPECT_GT(loop.figures().sleeps, figures.sleeps);
  }
  figures = loop.figures();
  sleep_once(loop);
  EXPECT_EQ(loop.figures().futex_sleeps - figures.futex_sleeps, loop.figures().sleeps - figures.sleeps);
  EXPECT_GT(loop.figures().futex_sleeps, figures.futex_sleeps);
}

TEST(FastPath, AutomaticUsesAPollerThatWasHandedIn) {
  const std::unique_ptr<Poller> poller = make_epoll_poller().value();
  Loop loop{{.poller = poller.get()}};
  sleep_once(loop);
  EXPECT_GE(loop.figures().sleeps, 1u);
  EXPECT_EQ(loop.figures().futex_sleeps, 0u);
}

TEST(FastPath, DisabledSleepsInThePollerAlways) {
  Loop loop{{.sleep = {.fast_path = FastPath::disabled}}};
  sleep_once(loop);
  play_rounds(loop, 100);
  EXPECT_GE(loop.figures().sleeps, 1u);
  EXPECT_EQ(loop.figures().futex_sleeps, 0u);
}

TEST(FastPath, ForcedSleepsOnTheFutexAlwaysAndRefusesWatches) {
  const std::unique_ptr<Poller> poller = make_epoll_poller().value();
  for (Poller* handed_in : {static_cast<Poller*>(nullptr), poller.get()}) {
    Loop loop{{.poller = handed_in, .sleep = {.fast_path = FastPath::forced}}};
    Pipe pipe;
    const auto token = std::make_shared<int>(1);
    const auto refused = loop.watch(pipe.read_end.get(), Interest::readable, [token](Readiness) {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::unsupported);
    EXPECT_EQ(token.use_count(), 1) << "nothing is left behind";
    EXPECT_FALSE(loop.alive());
    sleep_once(loop);
    play_rounds(loop, 100);
    EXPECT_EQ(loop.figures().futex_sleeps, loop.figures().sleeps);
    EXPECT_GE(loop.figures().sleeps, 1u);
    ASSERT_TRUE(loop.set_sleep_policy({.fast_path = FastPath::automatic}));
    EXPECT_TRUE(loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}));
  }
}

TEST(FastPath, CannotBeForcedWhileDescriptorsAreRegisteredAndThenNothingChanges) {
  Loop loop;
  Pipe pipe;
  bool called = false;
  WatchHandle watch;
  watch = loop.watch(pipe.read_end.get(), Interest::readable,
                     [&](Readiness) {
                       called = true;
                       watch.close();
                     })
              .value();
  watch.unref();
  for (int i = 0; i < 2; ++i) {
    const Result<void> refused = loop.set_sleep_policy({.fast_path = FastPath::forced, .spin_max = 50us});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::unsupported);
    watch.ref();
  }
  pipe.write();
  EXPECT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
  EXPECT_TRUE(called);
  EXPECT_EQ(loop.figures().spins, 0u);
  sleep_once(loop);
  EXPECT_EQ(loop.figures().spins, 0u) << "the refused policy is in effect";
  EXPECT_TRUE(loop.set_sleep_policy({.fast_path = FastPath::forced})) << "the watch is closed";
}

TEST(FastPath, MayBeChangedInACallback) {
  Loop loop;
  Pipe pipe;
  int step = 0;
  TimerHandle interval;
  interval = loop.every(1ms,
                        [&] {
                          switch (++step) {
                            case 1: EXPECT_TRUE(loop.set_sleep_policy({.fast_path = FastPath::disabled})); break;
                            case 2: EXPECT_TRUE(loop.set_sleep_policy({.fast_path = FastPath::forced})); break;
                            case 3: EXPECT_FALSE(loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {})); break;
                            case 4: EXPECT_TRUE(loop.set_sleep_policy({.spin_max = 20us, .timer_lead_max = 20us})); break;
                            default: interval.cancel();
                          }
                        })
                 .value();
  EXPECT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
  EXPECT_EQ(step, 5);
}

// What is told of changes

struct ModeObserver final : Observer {
  struct Change {
    SleepMode from, to;
    std::string reason;
    std::optional<Duration> before, after;
  };
  std::vector<Change> heard;
  void sleep_mode_changed(const SleepModeChange& change) override {
    heard.push_back({change.from, change.to, std::string(change.reason), change.latency_before, change.latency_after});
  }
};

TEST(SleepMode, HasANameEach) {
  EXPECT_EQ(to_string(SleepMode::poller), "poller");
  EXPECT_EQ(to_string(SleepMode::futex), "futex");
}

TEST(SleepMode, NothingIsToldWhileItStaysTheSame) {
  for (const FastPath path : {FastPath::automatic, FastPath::disabled, FastPath::forced}) {
    ModeObserver observer;
    Loop loop{{.observer = &observer, .sleep = {.fast_path = path}}};
    for (int i = 0; i < 3; ++i) sleep_once(loop);
    play_rounds(loop, 50);
    EXPECT_EQ(observer.heard.size(), 0u);
    EXPECT_EQ(loop.figures().sleep_mode_changes, 0u);
  }
}

TEST(SleepMode, EachChangeIsToldWithItsReason) {
  ModeObserver observer;
  Loop loop{{.observer = &observer}};
  Pipe pipe;
  sleep_once(loop);
  const auto expect_change = [&](std::size_t count, SleepMode from, SleepMode to, std::string_view reason) {
    ASSERT_EQ(observer.heard.size(), count);
    EXPECT_EQ(observer.heard.back().from, from);
    EXPECT_EQ(observer.heard.back().to, to);
    EXPECT_EQ(observer.heard.back().reason, reason);
    EXPECT_EQ(observer.heard.back().after, std::nullopt);
    EXPECT_EQ(loop.figures().sleep_mode_changes, count);
  };
  {
    WatchHandle watch = loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
    watch.unref();
    sleep_once(loop);
    expect_change(1, SleepMode::futex, SleepMode::poller, "a descriptor was registered");
  }
  sleep_once(loop);
  expect_change(2, SleepMode::poller, SleepMode::futex, "no descriptor is registered");
  ASSERT_TRUE(loop.set_sleep_policy({.fast_path = FastPath::disabled}));
  sleep_once(loop);
  expect_change(3, SleepMode::futex, SleepMode::poller, "the policy was changed");
  ASSERT_TRUE(loop.set_sleep_policy({.fast_path = FastPath::automatic}));
  sleep_once(loop);
  expect_change(4, SleepMode::poller, SleepMode::futex, "the policy was changed");
}

TEST(SleepMode, APolicyThatChangedSomethingElseIsNotTheReason) {
  ModeObserver observer;
  Loop loop{{.observer = &observer}};
  Pipe pipe;
  sleep_once(loop);
  ASSERT_TRUE(loop.set_sleep_policy({.spin_max = 1us}));
  sleep_once(loop);
  WatchHandle watch = loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
  watch.unref();
  sleep_once(loop);
  ASSERT_EQ(observer.heard.size(), 1u);
  EXPECT_EQ(observer.heard[0].reason, "a descriptor was registered");
}

TEST(SleepMode, ASecondReportFollowsWithTheLatencyThatWasMeasured) {
  ModeObserver observer;
  Loop loop{{.observer = &observer}};
  Pipe pipe;
  play_rounds(loop, 500);  // so that there is a latency from before
  WatchHandle watch = loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
  watch.unref();
  const Instant until = real_now() + kPatience;
  while (observer.heard.size() < 2 && real_now() < until) play_rounds(loop, 100);
  ASSERT_EQ(observer.heard.size(), 2u);
  const ModeObserver::Change &first = observer.heard[0], &second = observer.heard[1];
  EXPECT_EQ(first.after, std::nullopt);
  ASSERT_TRUE(second.after);
  EXPECT_GT(*second.after, 0ns);
  EXPECT_LT(*second.after, kPatience);
  EXPECT_EQ(first.before, second.before);
  EXPECT_GT(first.before.value_or(1ns), 0ns);
  for (const ModeObserver::Change* change : {&first, &second}) {
    EXPECT_EQ(change->from, SleepMode::futex);
    EXPECT_EQ(change->to, SleepMode::poller);
    EXPECT_EQ(change->reason, "a descriptor was registered");
  }
  play_rounds(loop, 200);
  EXPECT_EQ(observer.heard.size(), 2u) << "told once";
  EXPECT_EQ(loop.figures().sleep_mode_changes, 1u) << "the second report is no second change";
}

// Waking

TEST(SleepWake, PostsAndStopsWakeFromEitherPlace) {
  for (const FastPath path : {FastPath::forced, FastPath::disabled, FastPath::automatic}) {
    SCOPED_TRACE(static_cast<int>(path));
    Loop loop{{.sleep = {.fast_path = path}}};
    play_rounds(loop, 5'000);
    const LivenessHold hold = loop.hold();
    for (int i = 0; i < 5; ++i) {
      std::jthread stopper{[&loop] {
        std::this_thread::sleep_for(500us);
        loop.stop();
      }};
      ASSERT_EQ(loop.run_for(kPatience).reason(), Reason::stopped);
    }
    EXPECT_EQ(loop.figures().failed_wakes, 0u);
  }
}

TEST(SleepWake, WhileDescriptorsComeAndGoNothingIsLost) {
  Loop loop;
  Pipe pipe;
  WatchHandle watch;
  TimerHandle toggle;
  int toggles = 0;
  toggle = loop.every(50us,
                      [&] {
                        ++toggles;
                        if (watch.active())
                          watch.close();
                        else
                          watch = loop.watch(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
                      })
               .value();
  play_rounds(loop, 3'000);
  toggle.cancel();
  EXPECT_EQ(loop.figures().failed_wakes, 0u);
}

TEST(SleepWake, LongTimersFireOnTheFutexAndNeverEarly) {
  Loop loop{{.sleep = {.fast_path = FastPath::forced}}};
  std::vector<Duration> fired;
  const Instant began = real_now();
  for (const Duration delay : {Duration{1'500ms}, Duration{999ms}, Duration{1s}})
    loop.schedule(delay,
                  [&fired, delay, began] {
                    EXPECT_GE(real_now() - began, delay);
                    fired.push_back(delay);
                  })
        .value()
        .detach();
  EXPECT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
  EXPECT_EQ(fired, (std::vector<Duration>{999ms, 1s, 1'500ms}));
  EXPECT_EQ(loop.figures().futex_sleeps, loop.figures().sleeps);
  EXPECT_LE(loop.figures().sleeps, 30u) << "it wakes for nothing";
}

}  // namespace
}  // namespace millrace
