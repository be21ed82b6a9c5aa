// The timer hook: every operation on a timer is told, once, in order.
#include <millrace/timer_hook.h>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "support/manual_loop.h"
#include "support/named_context.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using namespace testing;

/// Writes down what it is told, with the timers numbered as they come.
struct TimerHookDouble final : TimerHook {
  void created(const Timer& timer) override { tell("created", timer); }
  void fired(const Timer& timer) override { tell("fired", timer); }
  void refreshed(const Timer& timer) override { tell("refreshed", timer); }
  void cancelled(const Timer& timer, Cancelled how) override { tell("cancelled " + std::string(to_string(how)), timer); }
  void rejected(const Timer& timer, Rejected why) override {
    EXPECT_EQ(timer.id, 0U);
    heard.push_back("rejected " + std::string(to_string(why)) + ' ' + std::to_string(timer.delay / 1ms));
  }
  void tell(std::string what, const Timer& timer) {
    EXPECT_EQ(timer.source, Source::loop);
    auto known = std::ranges::find(ids, timer.id);
    if (known == ids.end()) known = ids.insert(ids.end(), timer.id);
    what += ' ' + std::to_string(known - ids.begin() + 1);
    if (details) {
      what += ' ' + std::to_string(timer.delay / 1ms) + (timer.repeats ? " repeats" : "");
      what += timer.due ? " due " + std::to_string(timer.due->time_since_epoch() / 1ms) : "";
      what += ' ' + name_in(timer.owner);
    }
    heard.push_back(std::move(what));
    if (throws) throw std::runtime_error("hook");
  }
  std::vector<std::uint64_t> ids;
  Lines heard;
  bool details = false;
  bool throws = false;
};

TEST(TimerHook, HearsEachOperationOnceAndBeforeTheCallback) {
  TimerHookDouble hook;
  ManualLoop m{{.timer_hook = &hook}};
  m.loop.schedule(10ms, [&] { hook.heard.push_back("one-shot runs"); }).value().detach();
  TimerHandle cancelled = m.loop.schedule(20ms, [] {}).value();
  TimerHandle interval;
  int turns = 0;
  interval = m.loop
                 .every(15ms,
                        [&] {
                          hook.heard.push_back("interval runs");
                          if (++turns == 2) interval.cancel();
                        })
                 .value();
  cancelled.cancel();
  cancelled.cancel();
  m.loop.run();
  EXPECT_EQ(hook.heard, (Lines{"created 1", "created 2", "created 3", "cancelled by_program 2", "fired 1", "one-shot runs",
                               "fired 3", "interval runs", "fired 3", "interval runs", "cancelled by_program 3"}));
}

TEST(TimerHook, SaysWhichTimerAndWhose) {
  TimerHookDouble hook;
  hook.details = true;
  ManualLoop m{{.timer_hook = &hook}};
  TimerHandle timer;
  {
    const ContextScope scope(m.loop, named("a"));
    timer = m.loop.schedule(10ms, [] {}).value();
    m.loop.every(20ms, [&m] { m.loop.stop(); }).value().detach();
  }
  m.loop.schedule_at(Instant(5ms), [] {}).value().detach();
  timer.refresh_at(Instant(7ms));
  m.loop.run();
  EXPECT_EQ(hook.heard,
            (Lines{"created 1 10 due 10 a", "created 2 20 repeats due 20 a", "created 3 5 due 5 -", "refreshed 1 10 due 7 a",
                   "fired 3 5 due 5 -", "fired 1 10 due 7 a", "fired 2 20 repeats due 20 a"}));
}

TEST(TimerHook, WhatChangesNothingIsNotTold) {
  TimerHookDouble hook;
  ManualLoop m{{.timer_hook = &hook}};
  {
    TimerHandle fired = m.loop.schedule(1ms, [] {}).value();
    TimerHandle own;
    own = m.loop.schedule(2ms, [&own] { own.cancel(); }).value();
    m.loop.run();
    EXPECT_EQ(hook.heard, (Lines{"created 1", "created 2", "fired 1", "fired 2"})) << "it has fired, so nothing is cancelled";
    fired.refresh();
    EXPECT_EQ(hook.heard.back(), "refreshed 1");
  }
  EXPECT_EQ(hook.heard.back(), "cancelled by_program 1") << "dropping the handle cancels one that is armed anew";
  EXPECT_EQ(hook.heard.size(), 6U);
}

TEST(TimerHook, AnIntervalThatRearmsItselfInItsCallbackIsOneTimer) {
  TimerHookDouble hook;
  ManualLoop m{{.timer_hook = &hook}};
  TimerHandle timer;
  timer = m.loop
              .every(10ms,
                     [&] {
                       if (hook.heard.size() < 4) return timer.refresh();
                       timer.cancel();
                       timer.refresh();
                     })
              .value();
  m.loop.run();
  EXPECT_EQ(hook.heard, (Lines{"created 1", "fired 1", "refreshed 1", "fired 1", "cancelled by_program 1"}));
}

TEST(TimerHook, RefusalsAreTold) {
  TimerHookDouble hook;
  ManualLoop m{{.timer_hook = &hook, .limits = {.timers_max = 1}}};
  const TimerHandle first = m.loop.schedule(1ms, [] {}).value();
  EXPECT_FALSE(m.loop.schedule(2ms, [] {}));
  EXPECT_FALSE(m.loop.every(3ms, [] {}));
  m.loop.close();
  EXPECT_FALSE(m.loop.schedule(4ms, [] {}));
  EXPECT_EQ(hook.heard,
            (Lines{"created 1", "rejected limit 2", "rejected limit 3", "cancelled by_closing 1", "rejected closed 4"}));
}

TEST(TimerHook, ClosingEndsWhatIsArmedAndNothingTwice) {
  TimerHookDouble hook;
  std::optional<TimerHandle> kept;
  {
    ManualLoop m{{.timer_hook = &hook}};
    m.loop.schedule(20ms, [] {}).value().detach();
    TimerHandle inner = m.loop.schedule(10ms, [] {}).value();
    // Its destructor cancels the other while the store is cleared.
    m.loop.schedule(30ms, [held = std::move(inner)] { static_cast<void>(held); }).value().detach();
    kept = m.loop.schedule(5ms, [] {}).value();
    m.loop.run_for(6ms);
    kept.reset();
    EXPECT_EQ(hook.heard.size(), 5U);
    hook.heard.clear();
  }
  EXPECT_EQ(hook.heard, (Lines{"cancelled by_closing 2", "cancelled by_closing 1", "cancelled by_closing 3"}));
}

TEST(TimerHook, ItsExceptionsAreContained) {
  TimerHookDouble hook;
  hook.throws = true;
  ManualLoop m{{.timer_hook = &hook}};
  m.loop.schedule(1ms, m.note("ran")).value().detach();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"ran"});
  EXPECT_EQ(m.loop.figures().observer_failures, 2U);
}

}  // namespace
}  // namespace millrace
