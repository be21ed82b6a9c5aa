// How soon a loop answers from its sleep: spinning first, waking early, the timer slack. Real threads and real time.
#include <millrace/loop.h>

#include <sys/prctl.h>
#include <time.h>

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "support/sleeping_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

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
