// process.exit(): what had the word keeps it, nothing else of the program runs, and the loop stays usable.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Exit, InEvaluate) {
  JsBench bench;
  const Result<Value> value = bench.js->evaluate("log('before'); process.exit(3); log('never')");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code(), Errc::terminated);
  EXPECT_EQ(value.error().context("exit_code"), "3");
  EXPECT_EQ(bench.js->evaluate("log('never')").error().code(), Errc::terminated);
  EXPECT_EQ(bench.js->run_code("log('never')").error().code(), Errc::terminated);
  EXPECT_EQ(bench.js->run_main("/nowhere.js").error().code(), Errc::terminated);
  EXPECT_EQ(bench.js->set_function("f", [](std::span<const Value>) -> Result<Value> { return Value{}; }).error().code(),
            Errc::terminated);
  const RuntimeOutcome outcome = bench.js->run();
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_TRUE(outcome.finished);
  EXPECT_FALSE(outcome.error);
  EXPECT_EQ(bench.js->run().exit_code, 3) << "again";
  EXPECT_THAT(bench.log, ElementsAre("before"));
}

TEST(Exit, NothingOfTheProgramRunsAfterwards) {
  constexpr std::string_view kPending =
      "setTimeout(() => log('never'), 0); setImmediate(() => log('never')); setInterval(() => log('never'), 1); queueMicrotask(() "
      "=> log('never'));"
      "process.nextTick(() => log('never')); Promise.resolve().then(() => log('never')); (async () => { for (;;) { await null; "
      "log('never') } })();"
      "const registry = new FinalizationRegistry(() => log('never')); for (let i = 0; i < 100; i++) registry.register({}, i);";
  for (const std::string_view how :
       {"process.exit(5)", "try { process.exit(5) } catch { log('never') } finally { log('never') } log('never')",
        "for (;;) try { process.exit(5) } finally { for (;;) log('never') }",
        "new Proxy({}, { get() { process.exit(5) } }).x; log('never')", "({ get x() { process.exit(5) } }).x; log('never')",
        "[3, 1, 2].sort(() => process.exit(5)); log('never')", "'x'.replace(/x/, () => process.exit(5)); log('never')",
        "JSON.stringify({ toJSON() { process.exit(5) } }); log('never')",
        "new (class { constructor() { process.exit(5) } })(); log('never')",
        "(function* () { try { process.exit(5); yield } finally { log('never') } })().next(); log('never')",
        "`${{ toString() { process.exit(5) } }}`; log('never')",
        "Reflect.construct(Promise, [() => process.exit(5)]); log('never')",
        "process.on('exit', () => { process.nextTick(() => log('never')); setTimeout(() => log('never')); "
        "Promise.resolve().then(() => log('never')) }); process.exit(5)",
        "eval('process.exit(5)'); log('never')", "new Function('process.exit(5)')(); log('never')",
        "process.reallyExit(5); log('never')", "process.exitCode = 5; process.exit(); log('never')",
        "process.exit('5'); log('never')", "Array.from({ length: 3 }, () => process.exit(5)); log('never')"}) {
    SCOPED_TRACE(how);
    JsBench bench;
    EXPECT_EQ(bench.js->evaluate(std::string(kPending) + std::string(how)).error().code(), Errc::terminated);
    EXPECT_EQ(bench.js->run().exit_code, 5);
    bench.js->collect_garbage();
    static_cast<void>(bench.loop.run());
    bench.js.reset();
    static_cast<void>(bench.loop.run());
    EXPECT_THAT(bench.log, IsEmpty());
  }
}

TEST(Exit, FromEveryKindOfCallback) {
  for (const std::string_view how :
       {"setTimeout(() => { process.exit(5) }, 1)", "setInterval(() => { process.exit(5) }, 1)",
        "setImmediate(() => { process.exit(5) })", "process.nextTick(() => { process.exit(5) })",
        "queueMicrotask(() => { process.exit(5) })", "Promise.resolve().then(() => { process.exit(5) })",
        "(async () => { await null; process.exit(5) })()", "process.on('beforeExit', () => process.exit(5))",
        "process.on('exit', () => process.exit(5))",
        "process.on('uncaughtException', () => process.exit(5)); setTimeout(() => { throw 1 })",
        "process.on('unhandledRejection', () => process.exit(5)); Promise.reject(1)",
        "process.on('warning', () => process.exit(5)); process.emitWarning('w')"}) {
    SCOPED_TRACE(how);
    JsBench bench;
    const RuntimeOutcome outcome = bench.run(how);
    EXPECT_EQ(outcome.exit_code, 5);
    EXPECT_TRUE(outcome.finished);
    EXPECT_EQ(bench.js->evaluate("log('never')").error().code(), Errc::terminated);
    bench.js.reset();
    EXPECT_THAT(bench.log, IsEmpty());
  }
}

TEST(Exit, PendingJobsBehindIt) {
  JsBench bench;
  const RuntimeOutcome outcome = bench.run(
      "queueMicrotask(() => log('first')); queueMicrotask(() => { process.nextTick(() => log('never')); process.exit(2) });"
      "queueMicrotask(() => log('never')); Promise.resolve().then(() => log('never'))");
  EXPECT_EQ(outcome.exit_code, 2);
  bench.js.reset();
  EXPECT_THAT(bench.log, ElementsAre("first"));
}

TEST(Exit, InJavaScriptThatAHostFunctionCalled) {
  for (const std::string_view around :
       {"nested(); log('never')", "try { nested() } catch { log('never') } finally { log('never') } log('never')",
        "for (let i = 0; i < 1e9; i++) try { nested() } catch { log('never') }",
        "setTimeout(() => { try { nested() } finally { log('never') } }, 1)",
        "queueMicrotask(() => { nested(); log('never') }); queueMicrotask(() => log('never'))",
        "process.nextTick(() => nested()); process.nextTick(() => log('never'))", "[1, 2, 3].map(nested); log('never')",
        "[2, 1].sort(nested); log('never')", "new Promise(nested).then(() => log('never'), () => log('never'))"}) {
    SCOPED_TRACE(around);
    JsBench bench;
    int calls = 0;
    bench.js
        ->set_function("nested",
                       [&](std::span<const Value>) -> Result<Value> {
                         ++calls;
                         const Result<Value> inner = bench.js->evaluate("process.exit(8)");
                         EXPECT_EQ(inner.error().code(), Errc::terminated);
                         EXPECT_EQ(bench.js->evaluate("log('never')").error().code(), Errc::terminated) << "already on the way out";
                         return Value{};  // the host does not care
                       })
        .value();
    EXPECT_EQ(bench.run(around).exit_code, 8);
    EXPECT_EQ(calls, 1);
    bench.js.reset();
    EXPECT_THAT(bench.log, IsEmpty());
  }
}

TEST(Exit, TenLevelsDeep) {
  JsBench bench;
  bench.js
      ->set_function("down",
                     [&](std::span<const Value> arguments) -> Result<Value> {
                       const int depth = static_cast<int>(arguments[0].to_number().value());
                       return bench.js->evaluate(depth == 10
                                                     ? "process.exit(10)"
                                                     : "try { down(" + std::to_string(depth + 1) + ") } finally { log('never') }");
                     })
      .value();
  EXPECT_EQ(bench.js->evaluate("down(1)").error().code(), Errc::terminated);
  EXPECT_EQ(bench.js->run().exit_code, 10);
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(Exit, InANativeMicrotaskAmongJavaScriptJobs) {
  JsBench bench;
  bench.js
      ->set_function(
          "native",
          [&](std::span<const Value>) -> Result<Value> {
            bench.loop.queue_microtask([&] { static_cast<void>(bench.js->evaluate("log('in'); process.exit(3)")); }).value();
            bench.loop.queue_microtask(bench.note("native goes on")).value();
            return Value{};
          })
      .value();
  EXPECT_EQ(
      bench.run("queueMicrotask(() => log('first')); native(); queueMicrotask(() => log('never')); process.nextTick(() => {})")
          .exit_code,
      3);
  static_cast<void>(bench.loop.run());
  EXPECT_THAT(bench.log, ElementsAre("first", "in", "native goes on"));
}

TEST(Exit, InAnOutputHandler) {
  Runtime* runtime = nullptr;
  RuntimeOptions options;
  options.output = [&](int, std::string_view) { static_cast<void>(runtime->evaluate("process.exit(4)")); };
  JsBench bench{std::move(options)};
  runtime = bench.js.get();
  EXPECT_EQ(bench.run("try { console.log('x') } finally { log('never') } log('never')").exit_code, 4);
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(Exit, InValueOperations) {
  struct Case {
    std::string_view source;
    Error (*operation)(const Value&);
  };
  for (const Case& c : {Case{"({ toString() { process.exit(2) } })", [](const Value& v) { return v.to_string().error(); }},
                        {"({ get x() { process.exit(2) } })", [](const Value& v) { return v.get("x").error(); }},
                        {"(() => process.exit(2))", [](const Value& v) { return v.call().error(); }}}) {
    SCOPED_TRACE(c.source);
    JsBench bench;
    const Value value = bench.js->evaluate(c.source).value();
    EXPECT_EQ(c.operation(value).code(), Errc::terminated);
    EXPECT_EQ(c.operation(value).code(), Errc::terminated);
    EXPECT_TRUE(value.is_object()) << "values are still there";
    EXPECT_EQ(bench.js->run().exit_code, 2);
  }
}

TEST(Exit, NativeTasksOfTheLoopStillRun) {
  JsBench bench;
  bench.loop.schedule(std::chrono::milliseconds(5), bench.note("timer")).value().detach();
  bench.loop
      .immediate([&] {
        bench.loop.queue_microtask(bench.note("microtask")).value();
        bench.loop.next_tick(bench.note("tick")).value();
        static_cast<void>(
            bench.js->evaluate("setTimeout(() => log('never'), 1); setImmediate(() => log('never')); process.exit(1)"));
      })
      .value();
  bench.loop.immediate(bench.note("immediate")).value();
  EXPECT_EQ(bench.js->run().exit_code, 1);
  EXPECT_EQ(bench.loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_THAT(bench.log, ElementsAre("tick", "microtask", "immediate", "timer"));
}

TEST(Exit, CodesAreThoseOfAProcess) {
  struct Case {
    std::string_view source;
    int code;
  };
  for (const Case& c : {Case{"", 0},
                        {"process.exitCode = 9", 9},
                        {"process.exit(0)", 0},
                        {"process.exit(255)", 255},
                        {"process.exit(-1)", -1},
                        {"process.exitCode = 2; process.exit()", 2},
                        {"process.exitCode = 2; process.exit(0)", 0},
                        {"process.exit(2 ** 32 + 3)", 3},
                        {"process.exitCode = 2 ** 40 + 1", 1},
                        {"throw new Error('x')", 0},
                        {"setTimeout(() => { throw 1 })", 1},
                        {"process.on('uncaughtException', () => { throw 2 }); setTimeout(() => { throw 1 })", 7},
                        {"process.on('exit', () => { process.exitCode = 6 })", 6},
                        {"process.on('exit', () => { throw 1 })", 1},
                        {"process.abort()", 134}}) {
    SCOPED_TRACE(c.source);
    JsBench bench;
    EXPECT_EQ(bench.run(c.source).exit_code, c.code);
  }
}

TEST(Exit, ACodeThatIsNoneIsRefused) {
  JsBench bench;
  for (const std::string_view code : {"1.5", "'x'", "{}", "true", "NaN", "10n", "Symbol()", "''", "() => 1"})
    EXPECT_EQ(bench.eval("try { process.exit(" + std::string(code) +
                         "); 'no error' } catch (e) { e.name.slice(0, 5) === 'Range' || e.name.slice(0, 4) === 'Type' }"),
              "true")
        << code;
  EXPECT_EQ(bench.js->run().exit_code, 0);
}

}  // namespace
}  // namespace millrace::js
