// Where and how a loop sleeps: the futex, the poller, spinning first, waking early. Real threads and real time (docs/hazards.md, 1, 4 and 10).
#include "loop/sleeper.h"

#include <sys/prctl.h>
#include <time.h>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <millrace/loop.h>

#include "support/descriptors.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::Pipe;
using testing::real_now;
using Reason = RunOutcome::Reason;

/// Far longer than anything here takes; a lost wake ends as a failure, not as a hang.
constexpr Duration kPatience = 20s;

/// Sleeps once, until a timer. On a machine so busy that the timer is due before the loop could sleep: again.
void sleep_once(Loop& loop) {
  const std::uint64_t before = loop.figures().sleeps;
  const Instant until = real_now() + kPatience;
  while (loop.figures().sleeps == before && real_now() < until) {
    auto timer = loop.schedule(1ms, [&loop] { loop.stop(); }).value();
    ASSERT_EQ(loop.run().reason(), Reason::stopped);
  }
  ASSERT_GT(loop.figures().sleeps, before);
}

/// The far side of many sleeps: posts, waits for the answer, posts again.
class Pinger {
 public:
  Pinger(Loop& loop, int rounds) : rounds_(rounds), thread_{[this, door = loop.ingress()]() mutable { play(door); }} {}
  [[nodiscard]] bool done() const { return done_.load(std::memory_order_acquire) >= rounds_; }
  [[nodiscard]] int answered() const { return done_.load(std::memory_order_acquire); }

 private:
  void play(Ingress& door) {
    const Instant until = real_now() + kPatience;
    for (int round = 1; round <= rounds_; ++round) {
      if (door.post([this] { done_.fetch_add(1, std::memory_order_release); }) != Admission::accepted) return;
      for (int spins = 0; done_.load(std::memory_order_acquire) < round; ++spins) {
        if (spins % 64 == 63) std::this_thread::yield();
        if (spins % 65'536 == 65'535 && real_now() > until) return;
      }
    }
  }
  int rounds_;
  std::atomic<int> done_{0};
  std::jthread thread_;
};

void play_rounds(Loop& loop, int rounds) {
  const LivenessHold hold = loop.hold();
  const Pinger pinger(loop, rounds);
  ASSERT_EQ(loop.run_until([&pinger] { return pinger.done(); }, kPatience).reason(), Reason::reached)
      << pinger.answered() << " of " << rounds << " answered";
}

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

// SpinAdvice and LatenessAdvice

TEST(SpinAdvice, GivesTheWholeBudgetUntilItMissedAFewTimes) {
  SpinAdvice advice;
  EXPECT_EQ(advice.budget(50us), 50us);
  EXPECT_EQ(advice.budget(0us), 0us);
  int misses = 0;
  for (; advice.budget(50us) > 0us; ++misses) {
    EXPECT_EQ(advice.budget(50us), 50us);
    ASSERT_LT(misses, 100) << "spins for ever in vain";
    advice.miss();
  }
  EXPECT_GT(misses, 1) << "one miss is no habit";
  for (int i = 0; i < 1'000'000; ++i) advice.miss();
  EXPECT_EQ(advice.budget(50us), 0us);
}

TEST(SpinAdvice, AHitForgivesAllMisses) {
  SpinAdvice fresh;
  int bound = 0;
  for (; fresh.budget(50us) > 0us; ++bound) fresh.miss();
  SpinAdvice advice;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < bound - 1; ++i) advice.miss();
    EXPECT_EQ(advice.budget(50us), 50us);
    advice.hit();
  }
}

TEST(SpinAdvice, AShortSleepMakesItSpinAgainAndALongOneDoesNot) {
  SpinAdvice advice;
  for (int i = 0; i < 100; ++i) advice.miss();
  advice.slept(51us, 50us);
  advice.slept(1h, 50us);
  EXPECT_EQ(advice.budget(50us), 0us);
  advice.slept(10us, 50us);
  EXPECT_EQ(advice.budget(50us), 50us);
}

TEST(LatenessAdvice, LearnsASteadyLatenessAndForgetsIt) {
  LatenessAdvice advice;
  EXPECT_EQ(advice.lead(1ms), 0us);
  for (int i = 0; i < 100; ++i) advice.overslept(60us);
  EXPECT_GE(advice.lead(1ms), 45us);
  EXPECT_LE(advice.lead(1ms), 75us);
  for (int i = 0; i < 1'000; ++i) advice.overslept(2us);
  EXPECT_LE(advice.lead(1ms), 5us);
  EXPECT_GE(advice.lead(1ms), 0us);
}

TEST(LatenessAdvice, IsBoundedByTheMaximum) {
  LatenessAdvice advice;
  for (int i = 0; i < 100; ++i) advice.overslept(1s);
  EXPECT_EQ(advice.lead(200us), 200us);
  EXPECT_EQ(advice.lead(0us), 0us);
  for (int i = 0; i < 10'000; ++i) advice.overslept(0us);
  EXPECT_LE(advice.lead(200us), 1us) << "one bad time is not for ever";
}

TEST(LatenessAdvice, CoversAboutFourOfFive) {
  LatenessAdvice advice;
  std::uint64_t state = 1;
  const auto next = [&state] {  // 0 to 99 us, evenly
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return std::chrono::duration_cast<Duration>(std::chrono::microseconds{static_cast<long>((state >> 33) % 100)});
  };
  for (int i = 0; i < 1'000; ++i) advice.overslept(next());
  int covered = 0;
  constexpr int kSamples = 10'000;
  for (int i = 0; i < kSamples; ++i) {
    const Duration late = next();
    covered += late <= advice.lead(1s) ? 1 : 0;
    advice.overslept(late);
  }
  EXPECT_GE(covered, kSamples * 60 / 100);
  EXPECT_LE(covered, kSamples * 95 / 100);
}

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

// Spinning

TEST(Spin, AnswersPostsAndCountsItself) {
  Loop loop{{.sleep = {.spin_max = 50us}}};
  play_rounds(loop, 2'000);
  const LoopFigures figures = loop.figures();
  EXPECT_GT(figures.spins, 0u);
  EXPECT_LE(figures.spin_hits, figures.spins);
  EXPECT_EQ(figures.failed_wakes, 0u);
}

TEST(Spin, FindsPostsThatComeSoonWithoutASleep) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "the one who posts needs a core of its own";
  Loop loop{{.sleep = {.spin_max = 1ms}}};
  const Instant until = real_now() + kPatience;
  while (loop.figures().spin_hits == 0 && real_now() < until) play_rounds(loop, 50);
  EXPECT_GT(loop.figures().spin_hits, 0u);
}

TEST(Spin, IsNeverDoneUnlessAskedFor) {
  Loop loop;
  play_rounds(loop, 200);
  EXPECT_EQ(loop.figures().spins, 0u);
  EXPECT_EQ(loop.figures().spin_hits, 0u);
}

TEST(Spin, SeesDescriptorsAndStopsToo) {
  Loop loop{{.sleep = {.spin_max = 2ms}}};
  Pipe pipe;
  int got = 0;
  WatchHandle watch =
      loop.watch(pipe.read_end.get(), Interest::readable, [&](Readiness) { got += static_cast<int>(pipe.read().size()); }).value();
  std::jthread writer{[&] {
    for (int i = 0; i < 20; ++i) {
      pipe.write();
      std::this_thread::sleep_for(100us);
    }
  }};
  EXPECT_EQ(loop.run_until([&got] { return got == 20; }, kPatience).reason(), Reason::reached);
  writer.join();
  std::jthread stopper{[&loop] { loop.stop(); }};
  EXPECT_EQ(loop.run_for(kPatience).reason(), Reason::stopped);
}

TEST(Spin, DoesNotDelayATimerNorFireItEarly) {
  Loop loop{{.sleep = {.spin_max = 5ms}}};
  for (int i = 0; i < 20; ++i) {
    const Instant due = real_now() + 1ms;
    loop.schedule(1ms, [due] { EXPECT_GE(real_now(), due); }).value().detach();
    ASSERT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
  }
}

Duration thread_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + Duration{time.tv_nsec};
}

TEST(Spin, AnIdleLoopStopsSpinningByItself) {
  Loop loop{{.sleep = {.spin_max = 50us}}};
  auto beat = loop.every(10ms, [] {}).value();
  const Duration before = thread_time();
  EXPECT_EQ(loop.run_for(300ms).reason(), Reason::timed_out);
  EXPECT_LT(thread_time() - before, 20ms);
  EXPECT_LE(loop.figures().spins, 10u) << "it goes on spinning in vain";
}

TEST(Spin, StandsAsideOnAClockThatWasHandedIn) {
  ManualClock clock;
  Loop loop{{.clock = &clock, .sleep = {.spin_max = 50us, .timer_lead_max = 50us}}};
  const LivenessHold hold = loop.hold();
  std::jthread producer{
      [&loop, door = loop.ingress()]() mutable { EXPECT_EQ(door.post([&loop] { loop.stop(); }), Admission::accepted); }};
  EXPECT_EQ(loop.run().reason(), Reason::stopped) << "a clock that stands still must not make it spin for ever";
}

// Waking early

TEST(TimerLead, NeverStartsATimerEarly) {
  for (const FastPath path : {FastPath::forced, FastPath::disabled}) {
    Loop loop{{.sleep = {.fast_path = path, .timer_lead_max = 200us}}};
    for (int i = 0; i < 60; ++i) {
      const Duration delay = 300us + i * Duration{23us};
      const Instant due = real_now() + delay;
      loop.schedule(delay, [due] { EXPECT_GE(real_now(), due); }).value().detach();
      ASSERT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
    }
    EXPECT_EQ(loop.figures().timers_fired, 60u);
  }
}

TEST(TimerLead, PostsAreStillAnsweredMeanwhile) {
  Loop loop{{.sleep = {.timer_lead_max = 5ms}}};
  auto beat = loop.every(200us, [] {}).value();
  play_rounds(loop, 1'000);
}

// Timer slack

/// Runs `check` on a thread whose timer slack is `slack`.
void with_slack(unsigned long slack, const std::function<void()>& check) {
  std::jthread{[&] {
    ASSERT_EQ(::prctl(PR_SET_TIMERSLACK, slack, 0, 0, 0), 0);
    check();
  }}.join();
}
long slack_now() { return ::prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0); }

TEST(TimerSlack, IsSetInsideARunAndPutBackHoweverItEnds) {
  for (const FastPath path : {FastPath::forced, FastPath::disabled})
    for (const int how : {0, 1, 2, 3, 4, 5}) {
      SCOPED_TRACE(how);
      with_slack(77'000, [path, how] {
        Loop loop{{.sleep = {.fast_path = path, .timer_slack = 3us}}};
        loop.schedule(500us,
                      [&loop, how] {
                        EXPECT_TRUE(loop.figures().sleeps == 0 || slack_now() == 3'000) << slack_now();
                        if (how == 1) loop.stop();
                        if (how == 2) loop.close();
                        if (how == 3) throw 1;
                        if (how == 4) loop.shutdown(0ms);
                      })
            .value()
            .detach();
        if (how == 5) {
          EXPECT_TRUE(loop.run_once(1ms));
        } else {
          loop.run_for(kPatience);
        }
        EXPECT_EQ(slack_now(), 77'000);
      });
    }
}

TEST(TimerSlack, IsLeftAloneWhenNothingIsAskedFor) {
  with_slack(77'000, [] {
    Loop loop{{.sleep = {.timer_slack = std::nullopt}}};
    loop.schedule(500us, [] { EXPECT_EQ(slack_now(), 77'000); }).value().detach();
    EXPECT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
    EXPECT_EQ(slack_now(), 77'000);
  });
}

TEST(TimerSlack, IsThatOfTheThreadThatRuns) {
  Loop loop;
  for (const unsigned long slack : {77'000UL, 88'000UL})
    with_slack(slack, [&loop, slack] {
      sleep_once(loop);
      EXPECT_EQ(slack_now(), static_cast<long>(slack));
    });
}

TEST(TimerSlack, FollowsAPolicyThatIsChangedInARun) {
  with_slack(77'000, [] {
    Loop loop{{.sleep = {.timer_slack = 3us}}};
    std::vector<long> seen;
    TimerHandle interval;
    interval = loop.every(500us,
                          [&] {
                            seen.push_back(slack_now());
                            if (seen.size() == 1) loop.set_sleep_policy({.timer_slack = 5us}).value();
                            if (seen.size() == 3) interval.cancel();
                          })
                   .value();
    EXPECT_EQ(loop.run_for(kPatience).reason(), Reason::idle);
    EXPECT_EQ(slack_now(), 77'000);
    ASSERT_EQ(seen.size(), 3u);
    EXPECT_EQ(seen[0], 3'000);
    EXPECT_EQ(seen[2], 5'000);
  });
}

}  // namespace
}  // namespace millrace
