// The profile web under a manual clock, where delays are exact; what it prints is shown by the programs in tests/web.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RuntimeOptions web_options() {
  RuntimeOptions options;
  options.profile = Profile::web;
  return options;
}

/// `at(name)` logs the name with the time; `work(ms)` takes that long.
struct WebBench : JsBench {
  WebBench() : JsBench(web_options()) {
    js->set_function("work", [this](double ms) { clock.advance(std::chrono::milliseconds(static_cast<int>(ms))); }).value();
    js->evaluate("function at(name) { log(name + '@' + performance.now()) }").value();
  }
};

TEST(WebProfile, IsNotTheDefault) {
  JsBench node;
  EXPECT_EQ(node.eval("[typeof process, typeof self, typeof reportError, typeof addEventListener].join()"),
            "object,undefined,undefined,undefined");
  JsBench web(web_options());
  EXPECT_EQ(web.eval("[typeof process, typeof self, typeof reportError, typeof addEventListener].join()"),
            "undefined,object,function,function");
}

TEST(WebProfile, DelaysAreWebIdlLongs) {
  WebBench bench;
  bench.run(
      "setTimeout(at, 1, 'one'); setTimeout(at, 0, 'zero'); setTimeout(at, -5, 'negative'); setTimeout(at, NaN, 'nan'); "
      "setTimeout(at, 2.9, "
      "'fraction'); setTimeout(at, 2 ** 31, 'wraps below zero'); setTimeout(at, 2 ** 32 + 7, 'wraps'); setTimeout(at, '0x3', "
      "'text');"
      "setTimeout(at, 2 ** 31 - 1, 'longest')");
  EXPECT_THAT(bench.log, ElementsAre("zero@0", "negative@0", "nan@0", "wraps below zero@0", "one@1", "fraction@2", "text@3",
                                     "wraps@7", "longest@2147483647"));
}

TEST(WebProfile, ATimerOfZeroIsNeverInThePassThatArmedIt) {
  WebBench bench;
  bench.js->set_function("host", [&bench] { bench.loop.immediate(bench.note("immediate")).value(); }).value();
  bench.run("setTimeout(() => { at('first'); setTimeout(at, 0, 'inner'); host() }, 0); setTimeout(at, 0, 'second')");
  EXPECT_THAT(bench.log, ElementsAre("first@0", "second@0", "immediate", "inner@0"));
}

TEST(WebProfile, NestedTimersAreSlowedDown) {
  for (const std::string_view nest :
       {"(function again() { at(n); if (n++ < 9) setTimeout(again, 0) })()",
        "(async () => { for (; n < 10; n++) { at(n); await new Promise((done) => setTimeout(done, 0)) } })()",
        "at(n++); const i = setInterval(() => { at(n); if (n++ === 9) clearInterval(i) }, 0)"}) {
    SCOPED_TRACE(nest);
    WebBench bench;
    bench.run("let n = 0; " + std::string(nest));
    EXPECT_THAT(bench.log, ElementsAre("0@0", "1@0", "2@0", "3@0", "4@0", "5@0", "6@0", "7@4", "8@8", "9@12"));
  }
}

TEST(WebProfile, LongerDelaysAndOtherTasksAreNotSlowedDown) {
  WebBench bench;
  bench.js
      ->set_function(
          "host",
          [&bench] {
            bench.loop.immediate([&bench] { static_cast<void>(bench.eval("setTimeout(at, 1, 'from a task')")); }).value();
          })
      .value();
  bench.run(
      "let n = 0; (function again() { if (n++ < 9) setTimeout(again, 0); else { at('deep'); setTimeout(at, 5, 'five'); "
      "setTimeout(at, 1, "
      "'one'); host() } })()");
  EXPECT_THAT(bench.log, ElementsAre("deep@12", "from a task@13", "one@16", "five@17"));
}

TEST(WebProfile, IntervalsKeepTheirGrid) {
  WebBench bench;
  bench.run("let n = 0; const i = setInterval(() => { at('i'); work(20); if (++n === 9) clearInterval(i) }, 50)");
  EXPECT_THAT(bench.log, ElementsAre("i@50", "i@100", "i@150", "i@200", "i@250", "i@300", "i@350", "i@400", "i@450"));
}

TEST(WebProfile, AnIntervalCanEndInItsOwnMicrotask) {
  WebBench bench;
  bench.run("const i = setInterval(() => { at('i'); Promise.resolve().then(() => clearInterval(i)); throw 1 }, 10)");
  EXPECT_THAT(bench.log, ElementsAre("i@10"));
  EXPECT_EQ(bench.ms(), 10) << "nothing is left that would keep the loop";
}

TEST(WebProfile, AReportGoesToTheHostAndTheProgramGoesOn) {
  WebBench bench;
  const RuntimeOutcome outcome = bench.run(
      "setTimeout(() => { throw new TypeError('thrown') }, 1); setTimeout(() => { Promise.reject(new Error('refused')) }, 2);"
      "setTimeout(() => { reportError('told'); at('after') }, 3); queueMicrotask(() => { throw 'job' }); setTimeout(at, 4, 'end')");
  EXPECT_THAT(bench.log, ElementsAre("after@3", "end@4"));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(outcome.finished);
  ASSERT_EQ(bench.uncaught.size(), 4U);
  EXPECT_THAT(bench.uncaught[0].text, ::testing::HasSubstr("Uncaught 'job'"));
  EXPECT_THAT(bench.uncaught[1].text, ::testing::HasSubstr("TypeError: thrown"));
  EXPECT_EQ(bench.uncaught[1].origin, "uncaughtException");
  EXPECT_THAT(bench.uncaught[2].text, ::testing::HasSubstr("Error: refused"));
  EXPECT_EQ(bench.uncaught[2].origin, "unhandledRejection");
  EXPECT_THAT(bench.uncaught[3].text, ::testing::HasSubstr("Uncaught 'told'"));
}

TEST(WebProfile, PreventedErrorsAreNobodysBusiness) {
  WebBench bench;
  const RuntimeOutcome outcome = bench.run(
      "onerror = () => true; onunhandledrejection = () => false;"
      "setTimeout(() => { throw 1 }); Promise.reject(2); reportError(3); queueMicrotask(() => { throw 4 })");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(bench.uncaught, IsEmpty());
}

TEST(WebProfile, AHostHandlerThatThrowsChangesNothing) {
  RuntimeOptions options = web_options();
  options.on_uncaught = [](const UncaughtReport&) { throw std::runtime_error("host"); };
  JsBench bench(std::move(options));
  EXPECT_EQ(bench.run("setTimeout(() => { throw 1 }); setTimeout(() => log('next'), 1)").exit_code, 1);
  EXPECT_THAT(bench.log, ElementsAre("next"));
}

TEST(WebProfile, NoErrorIsLostWhereTheStackEnds) {
  WebBench bench;
  bench.run(
      "let thrown = 0; const target = new EventTarget(); target.addEventListener('x', () => { thrown++; throw new Error('deep') });"
      "(function sink() { try { sink() } catch {} if (thrown < 100) try { target.dispatchEvent(new Event('x')) } catch {} })();"
      "setTimeout(() => log(thrown))");
  EXPECT_THAT(bench.log, ElementsAre("100"));
  const auto deep =
      std::ranges::count_if(bench.uncaught, [](const UncaughtReport& report) { return report.text.contains("deep"); });
  EXPECT_GE(deep, 100);
}

TEST(WebProfile, ModulesAreModulesAndScriptsAreScripts) {
  WebBench bench;
  EXPECT_EQ(bench.eval("var shared = 1; typeof require + typeof module + (this === self)"), "undefinedundefinedtrue");
  EXPECT_TRUE(bench.js->run_code("log(typeof require, shared)"));
  EXPECT_THAT(bench.log, ElementsAre("undefined 1"));
  bench.run("import('node:fs').catch((error) => log(error.code))");
  EXPECT_EQ(bench.log.back(), "ERR_UNKNOWN_BUILTIN_MODULE");
}

}  // namespace
}  // namespace millrace::js
