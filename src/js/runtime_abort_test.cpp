// AbortSignal on a clock of our own, and what it keeps alive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Clears what a conservative collector might still find on the stack, then collects.
[[gnu::noinline]] void collect(Runtime& js) {
  volatile char junk[16384];
  for (volatile char& byte : junk) byte = 0;
  js.evaluate("((f) => { for (let i = 0; i < 1000; i++) f(i) })((x) => x)").value();
  js.collect_garbage();
}

/// With `at(name)`, which logs it and the time.
struct AbortBench : JsBench {
  AbortBench() {
    js->set_function("at", [this](std::span<const Value> arguments) -> Result<Value> {
        log.push_back(millrace::testing::text_of(arguments[0]) + "@" + std::to_string(ms()));
        return Value{};
      }).value();
    // Signals are made by the hundred: a conservative collector may keep a few of them.
    eval("globalThis.make = (n, f) => Array.from({ length: n }, (_, i) => new WeakRef(f(i)))");
    eval("globalThis.gone = (refs) => refs.filter((ref) => ref.deref() === undefined).length");
  }
};

TEST(JsAbort, TimeoutsFireExactlyAndInOrder) {
  AbortBench bench;
  bench.run(
      "const on = (ms) => { AbortSignal.timeout(ms).onabort = () => at(ms) };"
      "on(30); on(0); on(10); on(10); setTimeout(() => {}, 1000)");
  EXPECT_THAT(bench.log, ElementsAre("0@1", "10@10", "10@10", "30@30"));
}

TEST(JsAbort, LongTimeoutsAreNotEarly) {
  AbortBench bench;
  bench.run(
      "const on = (ms) => { AbortSignal.timeout(ms).onabort = () => at(ms) };"
      "on(2 ** 31 - 1); on(2 ** 31 + 7); on(2 ** 53 - 1);"
      "setTimeout(() => setTimeout(() => {}, 20), 2 ** 31 - 1)");
  EXPECT_THAT(bench.log, ElementsAre("2147483647@2147483647", "2147483655@2147483655"));
}

TEST(JsAbort, TimeoutsKeepNoLoopAlive) {
  AbortBench bench;
  EXPECT_EQ(bench.run("AbortSignal.timeout(10).onabort = () => log('never')").exit_code, 0);
  EXPECT_THAT(bench.log, IsEmpty());
  EXPECT_EQ(bench.ms(), 0);
}

TEST(JsAbort, ATimeoutNobodyWaitsForIsCollected) {
  AbortBench bench;
  bench.eval("globalThis.alone = make(200, () => AbortSignal.timeout(60000))");
  bench.eval("globalThis.followed = make(200, () => { const s = AbortSignal.timeout(60000); AbortSignal.any([s]); return s })");
  bench.eval(
      "globalThis.left = make(200, () => { const s = AbortSignal.timeout(60000), f = () => {};"
      "s.addEventListener('abort', f); s.removeEventListener('abort', f); return s })");
  collect(*bench.js);
  EXPECT_EQ(bench.eval("gone(alone) > 150"), "true");
  EXPECT_EQ(bench.eval("gone(followed) > 150"), "true");
  EXPECT_EQ(bench.eval("gone(left) > 150"), "true");
}

TEST(JsAbort, ACollectedTimeoutTakesItsTimerAlong) {
  Loop loop;  // a real one: finalizers run when the engine's descriptors say so
  std::vector<std::string> log;
  const std::unique_ptr<Runtime> js = Runtime::create(loop).value();
  millrace::testing::add_log(*js, log);
  js->evaluate("for (let i = 0; i < 200; i++) AbortSignal.timeout(150 + i)").value();
  collect(*js);
  js->evaluate("setTimeout(() => log(process.loopFigures().timersFired), 400)").value();
  EXPECT_EQ(js->run().exit_code, 0);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_LT(std::stoi(log[0]), 100) << "of two hundred timers with deadlines of their own";
}

TEST(JsAbort, ATimeoutSomebodyWaitsForIsKept) {
  AbortBench bench;
  bench.eval("AbortSignal.timeout(10).addEventListener('abort', () => at('listener'))");
  bench.eval("AbortSignal.timeout(20).onabort = () => at('handler')");
  bench.eval("AbortSignal.any([AbortSignal.timeout(30)]).onabort = () => at('any')");
  bench.eval(
      "globalThis.target = new EventTarget(); target.addEventListener('x', () => log('removed'), { signal: AbortSignal.timeout(40) "
      "})");
  bench.js
      ->run_code("require('timers/promises').setTimeout(1000, 0, { signal: AbortSignal.timeout(50) }).catch(() => at('promise'))")
      .value();
  collect(*bench.js);
  bench.run("setTimeout(() => target.dispatchEvent(new Event('x')), 60)");
  EXPECT_THAT(bench.log, ElementsAre("listener@10", "handler@20", "any@30", "promise@50"));
}

TEST(JsAbort, ALongLivedSourceKeepsNoDeadSignal) {
  AbortBench bench;
  bench.eval("globalThis.source = new AbortController(), globalThis.other = new AbortController()");
  bench.eval("globalThis.dropped = make(200, () => AbortSignal.any([source.signal, other.signal]))");
  bench.eval(
      "globalThis.left = make(200, () => { const s = AbortSignal.any([source.signal]), f = () => {};"
      "s.addEventListener('abort', f); s.removeEventListener('abort', f); return s })");
  bench.eval(
      "globalThis.done = make(200, () => { const c = new AbortController(), s = AbortSignal.any([source.signal, c.signal]);"
      "s.onabort = () => {}; c.abort(); return s })");
  collect(*bench.js);
  EXPECT_EQ(bench.eval("gone(dropped) > 150"), "true");
  EXPECT_EQ(bench.eval("gone(left) > 150"), "true") << "its listener left";
  EXPECT_EQ(bench.eval("gone(done) > 150"), "true") << "it aborted for another reason";
}

TEST(JsAbort, AListenerThatLeftLeavesNothingAtItsSignal) {
  AbortBench bench;
  bench.eval("globalThis.source = new AbortController(), globalThis.target = new EventTarget()");
  bench.eval(
      "globalThis.left = make(200, (i) => { const f = () => {}; target.addEventListener('x', f, { signal: source.signal, once: "
      "true });"
      "if (i % 2) target.removeEventListener('x', f); return f })");
  bench.eval("target.dispatchEvent(new Event('x'))");
  collect(*bench.js);
  EXPECT_EQ(bench.eval("gone(left) > 150"), "true");
}

TEST(JsAbort, ASignalOfAnyWithListenersIsKeptByItsSource) {
  AbortBench bench;
  bench.eval("globalThis.source = new AbortController()");
  bench.eval(
      "globalThis.kept = make(100, (i) => { const s = AbortSignal.any([AbortSignal.any([source.signal])]);"
      "s.addEventListener('abort', () => log(i)); return s })");
  collect(*bench.js);
  EXPECT_EQ(bench.eval("gone(kept)"), "0");
  bench.eval("source.abort()");
  ASSERT_EQ(bench.log.size(), 100U);
  EXPECT_EQ(bench.log.front(), "0");
  EXPECT_EQ(bench.log.back(), "99");
  collect(*bench.js);
  EXPECT_EQ(bench.eval("gone(kept) > 50"), "true");
}

TEST(JsAbort, AnEventsTimeIsThatOfItsCallbackOrOfTheLatestLookAtTheClock) {
  AbortBench bench;
  bench.js
      ->set_function("work",
                     [&bench](std::span<const Value> arguments) -> Result<Value> {
                       bench.clock.advance(std::chrono::milliseconds(static_cast<int>(arguments[0].to_number().value())));
                       return Value{};
                     })
      .value();
  bench.run(
      "const stamp = () => new Event('x').timeStamp;"
      "setTimeout(() => { log(stamp()); work(5); process.uptime(); log(stamp()); work(5); log(stamp(), stamp()) }, 20);"
      "setTimeout(() => log(stamp()), 100)");
  EXPECT_THAT(bench.log, ElementsAre("20", "25", "25 30", "100"));
}

}  // namespace
}  // namespace millrace::js
