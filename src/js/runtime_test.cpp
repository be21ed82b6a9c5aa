// Runtime: what programs run in. What goes across the border to C++ is in value_test.cpp.
#include <millrace/js/runtime.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::add_log;
using millrace::testing::JsBench;
using millrace::testing::Lines;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Runtime, OnePerLoop) {
  Loop loop;
  {
    const auto first = Runtime::create(loop);
    ASSERT_TRUE(first);
    const auto second = Runtime::create(loop);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Errc::invalid_argument);
    EXPECT_EQ((*first)->evaluate("1 + 1").value().to_number(), 2);
  }
  EXPECT_TRUE(Runtime::create(loop)) << "the first one is gone";
}

TEST(Runtime, NeedsAnOpenLoop) {
  Loop loop;
  loop.close();
  const auto runtime = Runtime::create(loop);
  ASSERT_FALSE(runtime);
  EXPECT_EQ(runtime.error().code(), Errc::closed);
}

TEST(Runtime, SurvivesItsLoopBeingClosed) {
  JsBench bench;
  bench.eval("setTimeout(() => log('never'), 5); setInterval(() => log('never'), 5).unref(); setImmediate(() => log('never'))");
  bench.loop.close();
  EXPECT_EQ(
      bench.eval("setTimeout(() => log('never'), 1); setImmediate(() => log('never')); process.nextTick(() => log('never')); 7"),
      "7");
  const RuntimeOutcome outcome = bench.js->run();
  EXPECT_FALSE(outcome.finished);
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(Runtime, ClosedFromInsideItsOwnCallback) {
  JsBench bench;
  bench.js
      ->set_function("close",
                     [&](std::span<const Value>) -> Result<Value> {
                       bench.loop.close();
                       return Value{};
                     })
      .value();
  bench.run(
      "setTimeout(() => { close(); log('same callback'); setTimeout(() => log('never')); }, 1); setTimeout(() => log('never'), 2)");
  EXPECT_THAT(bench.log, ElementsAre("same callback"));
  EXPECT_EQ(bench.loop.state(), LoopState::closed);
}

TEST(Runtime, EvaluatesValuesOfEveryKind) {
  JsBench bench;
  struct Case {
    std::string_view source, text;
    bool undefined, null, boolean, number, string, object, function, truthy;
  };
  for (const Case& c : {
           Case{"undefined", "undefined", true, false, false, false, false, false, false, false},
           {"null", "null", false, true, false, false, false, false, false, false},
           {"true", "true", false, false, true, false, false, false, false, true},
           {"false", "false", false, false, true, false, false, false, false, false},
           {"0", "0", false, false, false, true, false, false, false, false},
           {"-0", "0", false, false, false, true, false, false, false, false},
           {"NaN", "NaN", false, false, false, true, false, false, false, false},
           {"1.5", "1.5", false, false, false, true, false, false, false, true},
           {"''", "", false, false, false, false, true, false, false, false},
           {"'\\u00e9\\u{1f600}'", "\xc3\xa9\xf0\x9f\x98\x80", false, false, false, false, true, false, false, true},
           {"'\\ud800'", "\xef\xbf\xbd", false, false, false, false, true, false, false, true},
           {"'a\\0b'.length", "3", false, false, false, true, false, false, false, true},
           {"({})", "[object Object]", false, false, false, false, false, true, false, true},
           {"[1, [2, 3]]", "1,2,3", false, false, false, false, false, true, false, true},
           {"(() => 1)", "() => 1", false, false, false, false, false, true, true, true},
           {"10n ** 20n", "100000000000000000000", false, false, false, false, false, false, false, true},
           {"0n", "0", false, false, false, false, false, false, false, false},
       }) {
    SCOPED_TRACE(c.source);
    Result<Value> value = bench.js->evaluate(c.source);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->to_string().value(), c.text);
    EXPECT_EQ(value->is_undefined(), c.undefined);
    EXPECT_EQ(value->is_null(), c.null);
    EXPECT_EQ(value->is_boolean(), c.boolean);
    EXPECT_EQ(value->is_number(), c.number);
    EXPECT_EQ(value->to_number().has_value(), c.number);
    EXPECT_EQ(value->is_string(), c.string);
    EXPECT_EQ(value->is_object(), c.object);
    EXPECT_EQ(value->is_function(), c.function);
    EXPECT_EQ(value->to_boolean(), c.truthy);
  }
  EXPECT_EQ(bench.js->evaluate("'12'").value().to_number().error().code(), Errc::invalid_argument) << "nothing is converted";
  EXPECT_EQ(bench.js->evaluate("Symbol('s')").value().to_string().error().code(), Errc::javascript_error);
}

TEST(Runtime, ScriptsShareOneGlobalScope) {
  JsBench bench;
  bench.eval("var a = 1; let b = 2; function c() { return a + b; }");
  EXPECT_EQ(bench.eval("c()"), "3");
  EXPECT_EQ(bench.eval("this === globalThis"), "true");
  EXPECT_THAT(bench.eval("let b = 3"), HasSubstr("SyntaxError"));
}

TEST(Runtime, SyntaxErrorsSayWhere) {
  JsBench bench;
  const Result<Value> value = bench.js->evaluate("var ok = 1;\n\nvar = 2;", "broken.js");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code(), Errc::syntax_error);
  EXPECT_EQ(value.error().context("name"), "SyntaxError");
  EXPECT_EQ(value.error().context("file"), "broken.js");
  EXPECT_EQ(value.error().context("line"), "3");
}

TEST(Runtime, ThrownErrorsKeepNameMessageAndStack) {
  JsBench bench;
  const Result<Value> value =
      bench.js->evaluate("function inner() {\n  throw new RangeError('too far');\n}\ninner()", "thrower.js");
  ASSERT_FALSE(value);
  const Error& error = value.error();
  EXPECT_EQ(error.code(), Errc::javascript_error);
  EXPECT_EQ(error.message(), "RangeError: too far");
  EXPECT_EQ(error.context("name"), "RangeError");
  EXPECT_EQ(error.context("message"), "too far");
  EXPECT_EQ(error.context("file"), "thrower.js");
  EXPECT_EQ(error.context("line"), "2");
  EXPECT_THAT(std::string(error.context("stack")), HasSubstr("thrower.js:2"));
  EXPECT_THAT(std::string(error.context("stack")), HasSubstr("thrower.js:4"));
}

TEST(Runtime, WhateverIsThrownBecomesAnError) {
  JsBench bench;
  for (const std::string_view thrown :
       {"null",
        "undefined",
        "'text'",
        "42",
        "Symbol('s')",
        "10n",
        "{}",
        "[1]",
        "() => {}",
        "Object.create(null)",
        "new Proxy({}, {})",
        "(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy })()",
        "(() => { const r = Proxy.revocable(function () {}, {}); r.revoke(); return r.proxy })()",
        "new Proxy(new Error('x'), new Proxy({}, { get() { throw 1 } }))",
        "Object.defineProperty(new Error('x'), 'stack', { get() { throw new Error('s') } })",
        "Object.defineProperty(new Error('x'), 'name', { get() { throw new Error('n') } })",
        "Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('m') } })",
        "Object.assign(new Error('x'), { name: Symbol('n'), message: { toString() { throw 1 } }, stack: 5, correlationId: {} })",
        "Object.defineProperty(new Error('x'), 'stack', { get() { for (let i = 0; i < 3; i++) setTimeout(() => log('armed'), i); "
        "return 's' } })",
        "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw 4 }, toString() { throw 5 } })",
        "Object.setPrototypeOf(new Error('x'), null)",
        "new AggregateError([new Error('a'), null], 'many')",
        "(() => { const e = new Error('x'); e.cause = e; return e })()"}) {
    SCOPED_TRACE(thrown);
    const Result<Value> value = bench.js->evaluate("throw " + (thrown == "{}" ? "({})" : std::string(thrown)));
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code(), Errc::javascript_error);
    EXPECT_EQ(bench.eval("1 + 1"), "2");
  }
  EXPECT_THAT(bench.js->evaluate("throw 'text'").error().message(), HasSubstr("text"));
  EXPECT_THAT(bench.js->evaluate("throw Object.defineProperty(new Error('x'), 'stack', { get() { throw 1 } })").error().message(),
              HasSubstr("x"));
  bench.js->run();
  EXPECT_THAT(bench.log, ::testing::Contains("armed")) << "what a getter scheduled counts";
}

TEST(Runtime, AGetterOfAThrownErrorMayEndTheProgram) {
  JsBench bench;
  const Result<Value> value = bench.js->evaluate(
      "process.nextTick(() => log('never')); queueMicrotask(() => log('never'));"
      "throw Object.defineProperty(new Error('x'), 'message', { get() { process.exit(6) } })");
  ASSERT_FALSE(value);
  EXPECT_EQ(bench.js->evaluate("log('never')").error().code(), Errc::terminated);
  EXPECT_EQ(bench.js->run().exit_code, 6);
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(Runtime, EvaluatesInsideEveryKindOfCallback) {
  JsBench bench;
  const auto script = [&](std::string name) {
    return [&bench, name] {
      bench.eval("log('" + name + "'); queueMicrotask(() => log('" + name + " job')); process.nextTick(() => log('" + name +
                 " tick'))");
    };
  };
  bench.loop.schedule(Duration::zero(), script("timer")).value().detach();
  bench.loop.immediate(script("immediate")).value();
  bench.loop.at_closing(script("closing")).value();
  static_cast<void>(bench.loop.ingress().post(Task{script("post")}));
  bench.loop.queue_microtask(script("microtask")).value();
  bench.loop.next_tick(script("tick")).value();
  EXPECT_EQ(bench.js->run().exit_code, 0);
  EXPECT_THAT(bench.log, ElementsAre("tick", "tick tick", "microtask", "tick job", "microtask job", "microtask tick", "timer",
                                     "timer tick", "timer job", "post", "post tick", "post job", "immediate", "immediate tick",
                                     "immediate job", "closing", "closing tick", "closing job"));
}

TEST(Runtime, WritesWhereItIsTold) {
  JsBench bench;
  bench.eval(
      "console.log('to one', { a: 1 }); console.error('to two'); process.stdout.write('raw\\u20ac'); process.stderr.write(new "
      "Uint8Array([65, 66]).subarray(1))");
  EXPECT_EQ(bench.out, "to one { a: 1 }\nraw\xe2\x82\xac");
  EXPECT_EQ(bench.err, "to two\nB");
}

TEST(Runtime, AnOutputThatThrowsIsTheProgramsError) {
  RuntimeOptions options;
  options.output = [](int, std::string_view) { throw std::runtime_error("the pipe broke"); };
  JsBench bench{std::move(options)};
  EXPECT_EQ(bench.eval("try { process.stdout.write('x') } catch (e) { e.message }"), "the pipe broke");
  EXPECT_EQ(bench.eval("console.log('x'); 'console goes on'"), "console goes on");
}

TEST(Runtime, TellsOfUncaughtErrors) {
  JsBench bench;
  const RuntimeOutcome outcome =
      bench.run("setTimeout(() => { throw new TypeError('nobody') }, 1); setTimeout(() => log('never'), 2)");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(outcome.finished);
  ASSERT_EQ(bench.uncaught.size(), 1U);
  EXPECT_EQ(bench.uncaught[0].origin, "uncaughtException");
  EXPECT_THAT(bench.uncaught[0].text, HasSubstr("TypeError: nobody"));
  EXPECT_THAT(bench.log, IsEmpty());
  EXPECT_EQ(bench.err, "");

  JsBench rejected;
  EXPECT_EQ(rejected.run("Promise.reject(new Error('r'))").exit_code, 1);
  ASSERT_EQ(rejected.uncaught.size(), 1U);
  EXPECT_EQ(rejected.uncaught[0].origin, "unhandledRejection");
}

TEST(Runtime, AnUncaughtHandlerThatThrowsStillEndsTheProgram) {
  RuntimeOptions options;
  options.on_uncaught = [](const UncaughtReport&) { throw std::runtime_error("reporting failed"); };
  JsBench bench{std::move(options)};
  const RuntimeOutcome outcome = bench.run(
      "process.on('exit', (code) => log('exit', code)); setTimeout(() => { throw 1 }, 1); setTimeout(() => log('never'), 2)");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(bench.log, ElementsAre("exit 1"));
}

TEST(Runtime, AnUncaughtHandlerMayUseTheRuntime) {
  Loop loop;
  std::unique_ptr<Runtime> runtime;
  std::vector<std::string> lines;
  RuntimeOptions options;
  options.on_uncaught = [&](const UncaughtReport&) {
    lines.push_back(millrace::testing::text_of(runtime->evaluate("state.text").value()));
  };
  runtime = Runtime::create(loop, std::move(options)).value();
  static_cast<void>(runtime->evaluate("globalThis.state = { text: 'seen' }; setTimeout(() => { throw 1 })"));
  EXPECT_EQ(runtime->run().exit_code, 1);
  EXPECT_EQ(lines, Lines{"seen"});
}

TEST(Runtime, UnhandledRejectionModes) {
  struct Case {
    UnhandledRejections mode;
    int exit_code;
    std::size_t reports;
    bool warned;
  };
  for (const Case& c : {Case{UnhandledRejections::throw_error, 1, 1, false},
                        {UnhandledRejections::strict, 1, 1, false},
                        {UnhandledRejections::warn, 0, 0, true},
                        {UnhandledRejections::none, 0, 0, false},
                        {UnhandledRejections::warn_with_error_code, 1, 0, true}}) {
    SCOPED_TRACE(static_cast<int>(c.mode));
    RuntimeOptions options;
    options.unhandled_rejections = c.mode;
    JsBench bench{std::move(options)};
    EXPECT_EQ(bench.run("Promise.reject(new Error('r'))").exit_code, c.exit_code);
    EXPECT_EQ(bench.uncaught.size(), c.reports);
    EXPECT_EQ(bench.err.find("UnhandledPromiseRejectionWarning") != std::string::npos, c.warned) << bench.err;
  }
}

TEST(Runtime, NamesOfManyScriptsAreKeptForExcerpts) {
  JsBench bench;
  static_cast<void>(bench.js->evaluate("function thrower() {\n  throw new Error('shown')\n}", "first.js"));
  EXPECT_EQ(bench.run("setTimeout(() => thrower(), 1)").exit_code, 1);
  ASSERT_EQ(bench.uncaught.size(), 1U);
  EXPECT_THAT(bench.uncaught[0].text, StartsWith("first.js:2\n  throw new Error('shown')\n"));
}

TEST(Runtime, SaysWhatItCanDo) {
  JsBench bench;
  const Capabilities can = bench.js->capabilities();
  EXPECT_EQ(can.engine, "JavaScriptCore");
  EXPECT_TRUE(can.drain_inside_entry && can.promise_inspection && can.proxy_inspection && can.termination && can.event_source);
}

TEST(RuntimeDeathTest, IsNotDestroyedByItsOwnJavaScript) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        JsBench bench;
        bench.js
            ->set_function("destroy",
                           [&](std::span<const Value>) -> Result<Value> {
                             bench.js.reset();
                             return Value{};
                           })
            .value();
        bench.eval("destroy()");
      },
      "");
}

TEST(Runtime, MayBeDestroyedInACallbackOfTheLoop) {
  Loop loop;
  auto runtime = Runtime::create(loop).value();
  std::vector<std::string> lines;
  add_log(*runtime, lines);
  static_cast<void>(runtime->evaluate(
      "setTimeout(() => log('never'), 50); setImmediate(() => log('immediate')); setInterval(() => log('never'), 50)"));
  loop.immediate([&] {
        static_cast<void>(runtime->evaluate("queueMicrotask(() => log('never')); setImmediate(() => log('never'))"));
        runtime.reset();
        lines.push_back("destroyed");
      })
      .value();
  loop.immediate([&] { lines.push_back("the loop goes on"); }).value();
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_EQ(lines, (Lines{"immediate", "destroyed", "the loop goes on"}));
}

}  // namespace
}  // namespace millrace::js
