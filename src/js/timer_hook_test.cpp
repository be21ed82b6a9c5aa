// What a loop's TimerHook is told of JavaScript's timers: each operation, once, with whom the timer belongs to.
#include <millrace/timer_hook.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/js_bench.h"
#include "support/named_context.h"

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using millrace::testing::Lines;
using millrace::testing::name_in;
using millrace::testing::named;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::StartsWith;

struct Listener final : TimerHook {
  void created(const Timer& timer) override { tell("created", timer); }
  void fired(const Timer& timer) override { tell("fired", timer); }
  void refreshed(const Timer& timer) override { tell("refreshed", timer); }
  void cancelled(const Timer& timer, Cancelled how) override { tell(how == Cancelled::by_program ? "cancelled" : "ended", timer); }
  void rejected(const Timer& timer, Rejected why) override {
    heard.push_back("rejected " + std::string(to_string(why)) + ' ' + std::to_string(timer.delay / 1ms));
  }
  void tell(std::string what, const Timer& timer) {
    what += timer.source == Source::javascript ? " " : " loop ";
    what += std::to_string(timer.id);
    if (details) {
      what += ' ' + std::to_string(timer.delay / 1ms) + (timer.repeats ? " repeats" : "");
      if (timer.due) what += " in " + std::to_string((*timer.due - origin) / 1ms);
      what += ' ' + name_in(timer.owner);
    }
    heard.push_back(std::move(what));
  }
  Lines heard;
  bool details = false;
  Instant origin{};
};

/// A runtime on a loop with that hook.
struct HookBench {
  explicit HookBench(RuntimeOptions options = {}) : js(Runtime::create(loop, std::move(options)).value()) {
    hook.heard.clear();
    hook.origin = clock.now();
  }
  std::string eval(std::string_view source) {
    const Result<Value> value = js->evaluate(source);
    return value ? millrace::testing::text_of(*value) : value.error().to_string();
  }
  Listener hook;
  ManualClock clock;
  ScriptedPoller poller{clock};
  Loop loop{{.clock = &clock, .poller = &poller, .timer_hook = &hook}};
  std::unique_ptr<Runtime> js;
};

TEST(TimersTold, EachOperationOfAProgramIsOneRecord) {
  HookBench b;
  b.eval(R"(
    setTimeout(() => {}, 10);
    const cancelled = setTimeout(() => {}, 20);
    clearTimeout(cancelled); clearTimeout(cancelled);
    let turns = 0;
    const interval = setInterval(() => { if (++turns === 2) { clearInterval(interval); clearInterval(interval); } }, 15);
    setImmediate(() => {});
    queueMicrotask(() => {});
  )");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard,
              ElementsAre("created 1", "created 2", "cancelled 2", "created 3", "fired 1", "fired 3", "fired 3", "cancelled 3"))
      << "the loop's own timer, on which these wait, is nobody's";
}

TEST(TimersTold, DelaysAndDeadlinesAreThoseOfTheProgram) {
  HookBench b;
  b.hook.details = true;
  b.eval("const t = setTimeout(() => {}, 10); setInterval(() => {}, 5).unref(); t.refresh()");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard,
              ElementsAre("created 1 10 in 10 -", "created 2 5 repeats in 5 -", "refreshed 1 10 in 10 -",
                          "fired 2 5 repeats in 5 -", "fired 1 10 in 10 -", "fired 2 5 repeats in 10 -", "ended 2 5 repeats -"));
}

TEST(TimersTold, ARefreshedTimerIsToldAgain) {
  HookBench b;
  b.eval("let n = 0; const t = setTimeout(() => { if (++n === 1) t.refresh(); }, 10)");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "fired 1", "refreshed 1", "fired 1"));
}

TEST(TimersTold, WhatFiredIsNotCancelled) {
  HookBench b;
  b.eval("const t = setTimeout(() => clearTimeout(t), 1); const u = setTimeout(() => {}, 1); setTimeout(() => clearTimeout(u), 2)");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "created 2", "created 3", "fired 1", "fired 2", "fired 3"));
}

TEST(TimersTold, ThoseOfBuiltInsArePartOfTheProgram) {
  HookBench b;
  b.js->run_code("globalThis.s = AbortSignal.timeout(5); setTimeout(() => {}, 10); require('timers/promises').setTimeout(3)")
      .value();
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "created 2", "created 3", "fired 3", "fired 1", "fired 2"));
}

TEST(TimersTold, AnEndWithTimersArmedIsTold) {
  HookBench b;
  b.eval("setTimeout(() => {}, 50); setInterval(() => process.exit(3), 5)");
  EXPECT_EQ(b.js->run().exit_code, 3);
  EXPECT_THAT(b.hook.heard, ::testing::UnorderedElementsAre("created 1", "created 2", "fired 2", "ended 1", "ended 2"));
  b.hook.heard.clear();
  b.js.reset();
  b.loop.close();
  EXPECT_THAT(b.hook.heard, ElementsAre());
}

TEST(TimersTold, ARuntimeThatIsDestroyedEndsItsTimers) {
  HookBench b;
  b.eval("setTimeout(() => {}, 50)");
  b.js.reset();
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "ended 1"));
}

TEST(TimersTold, ASandboxRefuses) {
  RuntimeOptions options;
  options.sandbox.emplace().timers = 1;
  HookBench b(std::move(options));
  b.eval("setTimeout(() => {}, 5); try { setTimeout(() => {}, 6) } catch {} try { setInterval(() => {}, 7) } catch {}");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "rejected limit 6", "rejected limit 7", "fired 1"));
}

TEST(TimersTold, AnIntervalThatALimitEndsIsOver) {
  RuntimeOptions options;
  options.sandbox.emplace().callback.wall = 60ms;
  HookBench b(std::move(options));
  b.eval("setInterval(() => { for (;;); }, 5)");
  b.loop.run();
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "fired 1", "ended 1"));
}

TEST(TimersTold, TheOwnerIsTheContextInWhichItWasMade) {
  HookBench b;
  b.hook.details = true;
  {
    const ContextScope scope(b.loop, named("shop"));
    b.eval("globalThis.t = setTimeout(() => {}, 5); globalThis.u = setTimeout(() => {}, 6)");
  }
  b.eval("clearTimeout(u)");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard,
              ElementsAre("created 1 5 in 5 shop", "created 2 6 in 6 shop", "cancelled 2 6 shop", "fired 1 5 in 5 shop"));
}

TEST(TimersTold, AProgramCannotGiveItsTimersOtherNumbers) {
  HookBench b;
  b.eval(R"(
    const t = setTimeout(() => {}, 5);
    for (const key of [...Object.getOwnPropertySymbols(t), ...Object.keys(t)])
      if (typeof t[key] === 'number' && key !== '_idleTimeout' && key !== '_idleStart') try { t[key] = 77; } catch {}
    WeakMap.prototype.get = () => 77; WeakMap.prototype.set = () => { throw 1 };
    setTimeout(() => {}, 6);
  )");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "created 2", "fired 1", "fired 2"));
}

TEST(TimersTold, InTheProfileWebToo) {
  RuntimeOptions options;
  options.profile = Profile::web;
  HookBench b(std::move(options));
  b.eval("setTimeout(() => {}, 0); const id = setInterval(() => clearInterval(id), 5); clearTimeout(setTimeout(() => {}, 9))");
  static_cast<void>(b.js->run());
  EXPECT_THAT(b.hook.heard, ElementsAre("created 1", "created 2", "created 3", "cancelled 3", "fired 1", "fired 2", "cancelled 2"));
}

}  // namespace
}  // namespace millrace::js
