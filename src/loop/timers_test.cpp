// Loop::schedule(), Loop::every() and TimerHandle under a manual clock (docs/semantics.md, rules 9 to 11, 16 and 17).
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::Lines;
using testing::ManualLoop;
using Reason = RunOutcome::Reason;

TEST(Timers, FireByDeadlineThenCallOrder) {
  struct Case {
    std::string name;
    std::vector<int> delays_ms, fires;
  };
  for (const Case& c : {Case{"earlier first", {20, 10}, {1, 0}}, Case{"ties keep call order", {5, 5, 5}, {0, 1, 2}},
                        Case{"zero is due now", {1, 0}, {1, 0}}, Case{"negative is zero", {1, -7, 0}, {1, 2, 0}}}) {
    SCOPED_TRACE(c.name);
    ManualLoop m;
    std::vector<int> fired;
    int n = 0;
    for (const int delay : c.delays_ms) {
      m.loop.schedule(milliseconds{delay}, [&fired, n] { fired.push_back(n); }).value().detach();
      ++n;
    }
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(fired, c.fires);
  }
}

TEST(Timers, LongDelaysFireExactlyOnTimeWithNoOtherActivity) {
  for (const Duration delay : {Duration{999ms}, Duration{1s}, Duration{1500ms}, Duration{49 * 24h}, Duration{365 * 24h}}) {
    ManualLoop m;
    m.clock.advance(3ms);
    Instant fired_at{};
    m.loop.schedule(delay, [&] { fired_at = m.clock.now(); }).value().detach();
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(fired_at, m.at(3ms + delay));
    EXPECT_EQ(m.loop.figures().sleeps, 1u);
  }
}

TEST(Timers, KeepFractionsOfAMillisecond) {
  ManualLoop m;
  Instant fired_at{};
  m.loop.schedule(1'500'001ns, [&] { fired_at = m.clock.now(); }).value().detach();
  m.loop.run();
  EXPECT_EQ(fired_at, m.at(1'500'001ns));
}

TEST(Timers, AnEndlessDelayIsCutToTheEndOfTime) {
  for (const Duration start : {Duration{0}, Duration{5s}, Duration{-5s}}) {
    SCOPED_TRACE(start.count());
    ManualClock clock{Instant{start}};
    ScriptedPoller poller{clock};
    Loop loop{{.clock = &clock, .poller = &poller}};
    int fired = 0;
    auto timer = loop.schedule(Duration::max(), [&] { ++fired; }).value();
    auto sooner = loop.schedule(1h, [&timer] { timer.refresh(); }).value();
    EXPECT_EQ(loop.run().reason(), Reason::idle);
    EXPECT_EQ(fired, 1);
    EXPECT_GE(clock.now(), Instant{Duration::max() - 5s});
  }
}

TEST(Timers, CountTheDelayFromTheCallNotFromTheTick) {
  ManualLoop m;
  m.loop
      .schedule(0ms,
                [&m] {
                  m.clock.advance(20ms);
                  m.loop.schedule(5ms, m.note_time()).value().detach();
                })
      .value()
      .detach();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"25"});
}

TEST(Timers, ATimerArmedInATimerWaitsForTheNextPass) {
  ManualLoop m;
  int left = 3;
  std::function<void()> arm_again = [&] {
    m.log.push_back("timer");
    m.loop.immediate(m.note("immediate")).value();
    if (--left > 0) m.loop.schedule(0ms, [&arm_again] { arm_again(); }).value().detach();
  };
  m.loop.schedule(0ms, [&arm_again] { arm_again(); }).value().detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"timer", "immediate", "timer", "immediate", "timer", "immediate"}));
}

TEST(Timers, ALatePassFiresEverythingDueInOrder) {
  ManualLoop m;
  for (const int delay : {30, 10, 20}) m.loop.schedule(milliseconds{delay}, m.note(std::to_string(delay))).value().detach();
  m.clock.advance(25ms);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.log, (Lines{"10", "20"}));
}

// Intervals.

TEST(Intervals, KeepTheirBeatWhateverTheWorkCosts) {
  ManualLoop m;
  TimerHandle interval;
  interval = m.loop
                 .every(50ms,
                        [&] {
                          m.log.push_back(std::to_string(m.ms()));
                          m.clock.advance(20ms);
                          if (m.log.size() == 3) interval.cancel();
                        })
                 .value();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, (Lines{"50", "100", "150"}));
}

TEST(Intervals, SkipMissedPeriodsInsteadOfBursting) {
  ManualLoop m;
  TimerHandle interval;
  interval = m.loop
                 .every(10ms,
                        [&] {
                          m.log.push_back(std::to_string(m.ms()));
                          if (m.log.size() == 1) m.clock.advance(35ms);  // 20, 30 and 40 are missed
                          if (m.log.size() == 3) interval.cancel();
                        })
                 .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"10", "50", "60"}));
}

TEST(Intervals, APeriodBelowANanosecondStillLetsEverythingElseRun) {
  for (const Duration period : {Duration{0}, Duration{-1s}}) {
    ManualLoop m;
    TimerHandle interval;
    int fired = 0;
    interval = m.loop
                   .every(period,
                          [&] {
                            m.clock.advance(1us);
                            if (++fired == 3) interval.cancel();
                          })
                   .value();
    m.loop.schedule(1us, m.note("timer")).value().detach();
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(fired, 3);
    EXPECT_EQ(m.log, Lines{"timer"});
  }
}

TEST(Intervals, APeriodBeyondTheEndOfTimeIsCutToThat) {
  constexpr Duration kHuge = Duration::max() / 3 * 2;
  ManualLoop m;
  std::vector<Instant> fired;
  TimerHandle interval;
  interval = m.loop
                 .every(kHuge,
                        [&] {
                          fired.push_back(m.clock.now());
                          if (fired.size() == 2) interval.cancel();
                        })
                 .value();
  m.loop.run();
  EXPECT_EQ(fired, (std::vector{m.at(kHuge), Instant::max()}));
}

TEST(Intervals, AreActiveWithinTheirOwnCallbackAndGoneAfterCancel) {
  ManualLoop m;
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  TimerHandle interval;
  interval = m.loop
                 .every(10ms,
                        [&m, &interval, &freed, token = std::move(token)] {
                          EXPECT_TRUE(interval.active());
                          interval.cancel();
                          EXPECT_FALSE(interval.active());
                          EXPECT_FALSE(freed.expired()) << "in use until the callback returns";
                          m.loop.queue_microtask([&m, &freed] { m.log.push_back(freed.expired() ? "freed" : "kept"); }).value();
                        })
                 .value();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"freed"});
  EXPECT_EQ(m.loop.figures().timers_fired, 1u);
}

TEST(Intervals, RefreshInTheirOwnCallbackStartsANewGrid) {
  ManualLoop m;
  TimerHandle interval;
  interval = m.loop
                 .every(10ms,
                        [&] {
                          m.log.push_back(std::to_string(m.ms()));
                          if (m.log.size() == 1) {
                            m.clock.advance(5ms);
                            interval.refresh();
                          }
                          if (m.log.size() == 3) interval.cancel();
                        })
                 .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"10", "25", "35"}));
}

TEST(Intervals, ADetachedOneRunsUntilTheLoopEnds) {
  ManualLoop m;
  m.loop.every(10ms, m.note_time()).value().detach();
  m.loop.schedule(35ms, [&m] { m.loop.stop(); }).value().detach();
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  EXPECT_EQ(m.log, (Lines{"10", "20", "30"}));
}

// Handles.

TEST(TimerHandle, AnEmptyOneDoesNothing) {
  TimerHandle handle;
  handle.cancel();
  handle.detach();
  handle.refresh();
  handle.unref();
  EXPECT_FALSE(handle.active());
  EXPECT_FALSE(handle.has_ref());
}

TEST(TimerHandle, CancelFreesTheCapturesAtOnceAndIsIdempotent) {
  ManualLoop m;
  const auto token = std::make_shared<int>(1);
  auto timer = m.loop.schedule(1ms, [token] {}).value();
  EXPECT_TRUE(timer.active());
  timer.cancel();
  timer.cancel();
  EXPECT_FALSE(timer.active());
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.loop.figures().timers_fired, 0u);
}

TEST(TimerHandle, DroppingOrReplacingItCancels) {
  ManualLoop m;
  {
    const TimerHandle dropped = m.loop.schedule(1ms, m.note("dropped")).value();
  }
  TimerHandle handle = m.loop.schedule(1ms, m.note("replaced")).value();
  handle = m.loop.schedule(2ms, m.note("kept")).value();
  TimerHandle moved = std::move(handle);
  EXPECT_FALSE(handle.active());  // NOLINT(bugprone-use-after-move): the contract under test
  EXPECT_TRUE(moved.active());
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"kept"});
}

TEST(TimerHandle, CancelsTheNextTimerOfTheSamePass) {
  ManualLoop m;
  TimerHandle next;
  auto first = m.loop
                   .schedule(5ms,
                             [&] {
                               m.log.push_back("first");
                               next.cancel();
                             })
                   .value();
  next = m.loop.schedule(5ms, m.note("next")).value();
  auto last = m.loop.schedule(5ms, m.note("last")).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"first", "last"}));
}

TEST(TimerHandle, CancelsFromTheCheckpointOfAnEarlierTimer) {
  ManualLoop m;
  TimerHandle next;
  auto first = m.loop.schedule(5ms, [&] { m.loop.queue_microtask([&next] { next.cancel(); }).value(); }).value();
  next = m.loop.schedule(5ms, m.note("next")).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{});
}

TEST(TimerHandle, MayBeDestroyedInItsOwnCallback) {
  ManualLoop m;
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  std::optional<TimerHandle> timer;
  timer = m.loop
              .schedule(1ms,
                        [&m, &timer, token = std::move(token)] {
                          timer.reset();
                          m.log.push_back(std::to_string(*token));  // the captures live until the callback returns
                        })
              .value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"1"});
  EXPECT_TRUE(freed.expired());
}

TEST(TimerHandle, MayBeOwnedByItsOwnCallback) {
  ManualLoop m;
  auto timer = std::make_shared<TimerHandle>();
  *timer = m.loop
               .schedule(1ms,
                         [&m, timer] {
                           timer->cancel();
                           m.log.push_back("fired");
                         })
               .value();
  const std::weak_ptr<TimerHandle> freed = std::exchange(timer, nullptr);
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"fired"});
  EXPECT_TRUE(freed.expired());
}

TEST(TimerHandle, RefreshStartsTheFullDelayAgain) {
  ManualLoop m;
  auto timer = m.loop.schedule(10ms, m.note_time("timer ")).value();
  auto other = m.loop.schedule(5ms, [&timer] { timer.refresh(); }).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"timer 15"});
}

TEST(TimerHandle, RefreshOrdersAsIfScheduledByThisCall) {
  ManualLoop m;
  auto first = m.loop.schedule(10ms, m.note("first")).value();
  auto second = m.loop.schedule(10ms, m.note("second")).value();
  first.refresh();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"second", "first"}));
}

TEST(TimerHandle, RefreshRearmsAOneShotThatHasFired) {
  ManualLoop m;
  auto timer = m.loop.schedule(10ms, m.note_time()).value();
  m.loop.run();
  EXPECT_FALSE(timer.active());
  EXPECT_FALSE(m.loop.alive());
  m.clock.advance(5ms);
  timer.refresh();
  EXPECT_TRUE(timer.active());
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"10", "25"}));
}

TEST(TimerHandle, RefreshInTheOwnCallbackFiresAgainButNotInTheSamePass) {
  ManualLoop m;
  TimerHandle timer;
  timer = m.loop
              .schedule(0ms,
                        [&] {
                          m.log.push_back("timer");
                          if (m.log.size() < 4) timer.refresh();
                          m.loop.immediate(m.note("immediate")).value();
                        })
              .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"timer", "immediate", "timer", "immediate", "timer", "immediate"}));
}

TEST(TimerHandle, CancelAfterRefreshInTheOwnCallbackWins) {
  ManualLoop m;
  TimerHandle timer;
  timer = m.loop
              .schedule(1ms,
                        [&] {
                          m.log.push_back("timer");
                          timer.refresh();
                          timer.cancel();
                        })
              .value();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"timer"});
}

TEST(TimerHandle, DetachLetsTheTimerRunAndFreeItself) {
  ManualLoop m;
  const auto token = std::make_shared<int>(1);
  TimerHandle timer = m.loop.schedule(1ms, [&m, token] { m.log.push_back("fired"); }).value();
  timer.detach();
  EXPECT_FALSE(timer.active());
  timer.cancel();  // empty: cannot reach it any more
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"fired"});
  EXPECT_EQ(token.use_count(), 1);
}

TEST(TimerHandle, DetachInTheOwnCallbackOrAfterItFreesTheTimer) {
  ManualLoop m;
  const auto token = std::make_shared<int>(1);
  TimerHandle inside;
  inside = m.loop.schedule(1ms, [&inside, token] { inside.detach(); }).value();
  TimerHandle after = m.loop.schedule(1ms, [token] {}).value();
  m.loop.run();
  EXPECT_EQ(token.use_count(), 2);
  after.detach();
  EXPECT_EQ(token.use_count(), 1);
}

TEST(TimerHandle, AnUnreferencedTimerDoesNotKeepTheLoopAliveButFiresWhileItIs) {
  ManualLoop m;
  auto timer = m.loop.schedule(5ms, m.note("unreferenced")).value();
  EXPECT_TRUE(timer.has_ref());
  timer.unref();
  timer.unref();
  EXPECT_FALSE(timer.has_ref());
  EXPECT_FALSE(m.loop.alive());
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.ms(), 0);
  auto other = m.loop.schedule(10ms, m.note("other")).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unreferenced", "other"}));
  timer.refresh();
  EXPECT_FALSE(m.loop.alive()) << "still unreferenced";
  timer.ref();
  EXPECT_TRUE(m.loop.alive());
}

TEST(TimerHandle, AtTheLimitNothingIsScheduledAndRecycledTimersMakeRoom) {
  ManualLoop m{{.limits = {.timers_max = 2}}};
  auto first = m.loop.schedule(1ms, m.note("first")).value();
  auto second = m.loop.every(1h, [] {}).value();
  const auto token = std::make_shared<int>(1);
  const auto refused = m.loop.schedule(1ms, [token] {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::full);
  EXPECT_EQ(token.use_count(), 1);
  second.cancel();
  EXPECT_TRUE(m.loop.schedule(1ms, [] {}).has_value());
}

TEST(TimerHandle, OutOfAClosedLoopNothingCanBeReachedAndNothingBreaks) {
  ManualLoop m;
  const auto token = std::make_shared<int>(1);
  auto timer = m.loop.schedule(1ms, [token] {}).value();
  m.loop.close();
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_FALSE(timer.active());
  timer.refresh();
  timer.unref();
  EXPECT_FALSE(timer.has_ref());
  timer.cancel();
  EXPECT_EQ(m.loop.schedule(1ms, [] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.every(1ms, [] {}).error().code(), Errc::closed);
}

TEST(ScheduleAt, CountsFromTheInstantItIsGivenAndReadsNoClock) {
  ManualLoop m;
  m.loop
      .schedule(10ms,
                [&m] {
                  m.clock.advance(5ms);  // the callback takes time; its tick began at 10
                  m.loop.schedule_at(m.loop.now() + 20ms, m.note_time("at ")).value().detach();
                  m.loop.schedule(20ms, m.note_time("after ")).value().detach();
                })
      .value()
      .detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"at 30", "after 35"}));
}

TEST(ScheduleAt, ADeadlineThatHasPassedFiresInTheNextPassBehindWhatWasDue) {
  ManualLoop m;
  m.loop.schedule(10ms, [&m] { m.loop.schedule_at(Instant{}, m.note("past")).value().detach(); }).value().detach();
  m.loop
      .schedule(10ms,
                [&m] {
                  m.log.push_back("due");
                  m.loop.immediate(m.note("immediate")).value();
                })
      .value()
      .detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"due", "immediate", "past"}));
}

TEST(TimerHandle, RefreshAtArmsAnewForThatInstantInTheOrderOfTheCall) {
  ManualLoop m;
  auto first = m.loop.schedule_at(m.loop.now() + 5ms, m.note_time("first ")).value();
  auto second = m.loop.schedule_at(m.loop.now() + 30ms, m.note_time("second ")).value();
  first.refresh_at(m.loop.now() + 30ms);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"second 30", "first 30"}));
  first.refresh_at(m.loop.now() + 10ms);  // a one-shot that has fired
  m.loop.run();
  EXPECT_EQ(m.log.back(), "first 40");
}

TEST(TimerHandle, RefreshAtOfAnIntervalGoesOnFromThere) {
  ManualLoop m;
  TimerHandle interval = m.loop
                             .every(10ms,
                                    [&] {
                                      m.note_time("")();
                                      if (m.log.size() == 3) interval.cancel();
                                    })
                             .value();
  interval.refresh_at(m.loop.now() + 3ms);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"3", "13", "23"}));
}

TEST(TimerHandle, RefreshAtOnNothingIsNothing) {
  ManualLoop m;
  TimerHandle empty;
  empty.refresh_at(m.loop.now());
  auto timer = m.loop.schedule(1ms, m.note("never")).value();
  m.loop.close();
  timer.refresh_at(m.loop.now());
  EXPECT_EQ(m.log, Lines{});
}

}  // namespace
}  // namespace millrace
