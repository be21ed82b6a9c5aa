// Times of a SandboxPolicy: whatever never ends is ended in time, cannot catch that, and the same runtime goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using millrace::testing::JsBench;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr Duration kSlack = 1500ms;  // what the machine may take beyond what is promised
constexpr auto kLimit = 400ms;       // a program of a few lines is not to reach it, however slow the machine is just now
#else
constexpr Duration kSlack = 400ms;
constexpr auto kLimit = 150ms;
#endif
// Before anything else of this program makes a runtime.
const bool prepared = prepare_for_sandboxes().has_value();

constexpr Duration kPromised = 100ms;

struct Sandbox : JsBench {
  explicit Sandbox(SandboxPolicy policy = times()) : JsBench(options(std::move(policy))) {}
  static SandboxPolicy times() {
    SandboxPolicy policy;
    policy.evaluation = policy.callback = policy.checkpoint = {.wall = kLimit, .cpu = kLimit};
    return policy;
  }
  RuntimeOptions options(SandboxPolicy policy) {
    policy.on_limit = [this](const LimitReport& report) { reports.push_back(report); };
    RuntimeOptions options;
    options.sandbox = std::move(policy);
    return options;
  }
  std::vector<LimitReport> reports;
};

struct Endless {
  const char* name;
  const char* source;
  Operation operation = Operation::evaluation;
  Duration more{};  ///< for what the engine does not interrupt
};
void PrintTo(const Endless& endless, std::ostream* out) { *out << endless.name; }

class EndlessProgram : public ::testing::TestWithParam<Endless> {};

TEST_P(EndlessProgram, IsEndedAndTheRuntimeGoesOn) {
  Sandbox sandbox;
  const auto began = std::chrono::steady_clock::now();
  const Result<Value> value = sandbox.js->evaluate(GetParam().source, "attack.js");
  sandbox.loop.run();  // timers and immediates
  const Duration took = std::chrono::steady_clock::now() - began;
  ASSERT_EQ(sandbox.reports.size(), 1U) << (value ? "it ended by itself" : value.error().message());
  const LimitReport& report = sandbox.reports.front();
  EXPECT_TRUE(report.limit == Limit::wall_time || report.limit == Limit::cpu_time) << report.to_string();
  EXPECT_EQ(report.operation, GetParam().operation) << report.to_string();
  EXPECT_GE(took, kLimit);
  EXPECT_LE(took, kLimit + kPromised + GetParam().more + kSlack);
  if (report.operation == Operation::evaluation) {
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code(), Errc::terminated);
    EXPECT_THAT(std::string(value.error().message()), HasSubstr("_time (" + std::to_string(kLimit.count()) + " ms): evaluation"));
  }
  EXPECT_THAT(sandbox.log, IsEmpty()) << "nothing of the program ran after it was ended";
  EXPECT_EQ(sandbox.eval("globalThis.survived = 6 * 7"), "42");
  EXPECT_EQ(
      sandbox.eval("setTimeout(() => log('timer'), 1); setImmediate(() => log('immediate')); process.nextTick(() => log('tick'));"
                   "Promise.resolve().then(() => log('job')); survived"),
      "42");
  sandbox.loop.run();
  EXPECT_THAT(sandbox.log, ElementsAre("tick", "job", "immediate", "timer")) << "and only what is new";
  EXPECT_EQ(sandbox.reports.size(), 1U);
}

constexpr Endless kPrograms[] = {
    {"Plain", "for (;;);"},
    {"Catch", "for (;;) { try { for (;;); } catch { log('caught') } }"},
    {"Finally", "try { for (;;); } finally { log('finally') }"},
    {"NestedFinally", "for (;;) try { for (;;); } finally { continue }"},
    {"FinallyRecursion", "(function f() { try { f() } finally { f() } })()"},
    {"Generator", "function* g() { for (;;) yield 1 } for (const x of g());"},
    {"GeneratorReturn", "function* g() { try { yield 1 } finally { for (;;); } } for (const x of g()) break;"},
    {"Getter", "({ get x() { for (;;); } }).x"},
    {"Proxy", "new Proxy({}, { get() { for (;;); } }).x"},
    {"ToString", "`${{ toString() { for (;;); } }}`"},
    {"ToPrimitive", "+{ [Symbol.toPrimitive]() { for (;;); } }"},
    {"Comparator", "[2, 1].sort(() => { for (;;); })"},
    {"Replace", "'x'.replace('x', () => { for (;;); })"},
    {"Reviver", "JSON.parse('[1]', () => { for (;;); })"},
    {"ToJson", "JSON.stringify({ toJSON() { for (;;); } })"},
    {"Iterator", "[...{ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }].length"},
    {"ArrayFrom", "Array.from({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }, () => 0)"},
    {"GenericFill", "Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0)"},
    {"GenericIncludes", "Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)"},
    {"MapWhileItGrows", "const m = new Map([[0, 0]]); for (const [k] of m) { m.delete(k); m.set(k + 1, 0) }"},
    {"Label", "a: for (;;) { b: for (;;) continue a }"},
    {"With", "with ({}) for (;;);"},
    {"RegExpMany", "for (;;) /(a+)+$/.test('a'.repeat(18) + 'b')"},
    {"RegExp", "/(a+)+$/.test('a'.repeat(40) + 'b'); for (;;);", Operation::evaluation, 1s},
    {"Thenables", "const t = { then(r) { r(t) } }; Promise.resolve(t)", Operation::checkpoint},
    {"Then", "Promise.resolve().then(function f() { return Promise.resolve().then(f) })", Operation::checkpoint},
    {"Await", "(async () => { for (;;) await 0 })()", Operation::checkpoint},
    {"AsyncIterator", "(async () => { for await (const x of (async function* () { for (;;) yield 1 })()); })()",
     Operation::checkpoint},
    {"Microtasks", "queueMicrotask(function f() { queueMicrotask(f) })", Operation::checkpoint},
    {"NextTicks", "process.nextTick(function f() { process.nextTick(f) })", Operation::checkpoint},
    {"Mixed", "process.nextTick(function f() { Promise.resolve().then(() => process.nextTick(f)) })", Operation::checkpoint},
    {"JobThatHangs", "Promise.resolve().then(() => { for (;;); })", Operation::checkpoint},
    {"Timer", "setTimeout(() => { for (;;); }, 1)", Operation::callback},
    {"Interval", "setInterval(() => { for (;;); }, 1)", Operation::callback},
    {"Immediate", "setImmediate(() => { for (;;); })", Operation::callback},
    {"JobOfATimer", "setTimeout(() => { Promise.resolve().then(() => { for (;;); }) }, 1)", Operation::checkpoint},
    {"Inspect", "console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } })"},
    {"PrepareStackTrace", "Error.prepareStackTrace = () => { for (;;); }; new Error('x').stack; for (;;);"},
    {"EventListener", "const t = new EventTarget(); t.addEventListener('x', () => { for (;;); }); t.dispatchEvent(new Event('x'))"},
};
INSTANTIATE_TEST_SUITE_P(Time, EndlessProgram, ::testing::ValuesIn(kPrograms),
                         [](const auto& program) { return program.param.name; });

TEST(SandboxTime, InterruptsAreSure) {
  ASSERT_TRUE(prepared);
  Sandbox sandbox;
  EXPECT_TRUE(sandbox.js->capabilities().sure_interrupts);
  EXPECT_TRUE(prepare_for_sandboxes()) << "again, and it is so already";
}

TEST(SandboxTime, JustUnderTheLimitNothingHappens) {
  SandboxPolicy policy;
  policy.evaluation = policy.callback = {.wall = 1s, .cpu = 1s};
  Sandbox sandbox(policy);
  EXPECT_EQ(sandbox.eval("const end = Date.now() + 700; while (Date.now() < end); 'done'"), "done");
  sandbox.eval("setTimeout(() => { const end = Date.now() + 700; while (Date.now() < end); log('timer') }, 1)");
  sandbox.loop.run();
  EXPECT_THAT(sandbox.log, ElementsAre("timer"));
  EXPECT_THAT(sandbox.reports, IsEmpty());
}

TEST(SandboxTime, ManyShortCallbacksOfOneTurnAreNotOneLongOne) {
  Sandbox sandbox;
  sandbox.eval(
      "for (let i = 0; i < 8; i++) setTimeout(() => { const end = Date.now() + 40; while (Date.now() < end); log(i) }, 1)");
  sandbox.loop.run();
  EXPECT_EQ(sandbox.log.size(), 8U);
  EXPECT_THAT(sandbox.reports, IsEmpty());
}

TEST(SandboxTime, AReportSaysWhatRanAndWhere) {
  Sandbox sandbox;
  sandbox.js->evaluate("function inner() { for (;;); }\nfunction outer() { inner(); }\nouter();", "shop.js");
  ASSERT_EQ(sandbox.reports.size(), 1U);
  EXPECT_THAT(sandbox.reports[0].stack, Contains(HasSubstr("inner (shop.js:1)")));
  EXPECT_THAT(sandbox.reports[0].stack, Contains(HasSubstr("outer (shop.js:2)")));
}

TEST(SandboxTime, OtherTimersOfTheSameTurnGoOn) {
  Sandbox sandbox;
  sandbox.eval("setTimeout(() => log('before'), 1); setTimeout(() => { for (;;); }, 1); setTimeout(() => log('after'), 1)");
  sandbox.loop.run();
  EXPECT_THAT(sandbox.log, ElementsAre("before", "after"));
  EXPECT_EQ(sandbox.reports.size(), 1U);
}

TEST(SandboxTime, APolicyMayEndTheProgram) {
  SandboxPolicy policy = Sandbox::times();
  policy.after_limit = AfterLimit::end;
  Sandbox sandbox(policy);
  sandbox.eval("setTimeout(() => { for (;;); }, 1); setTimeout(() => log('never'), 2)");
  const RuntimeOutcome outcome = sandbox.js->run();
  EXPECT_EQ(outcome.exit_code, 124);
  ASSERT_TRUE(outcome.limit);
  EXPECT_EQ(outcome.limit->operation, Operation::callback);
  EXPECT_THAT(sandbox.log, IsEmpty());
  EXPECT_EQ(sandbox.js->evaluate("1").error().code(), Errc::terminated);
}

TEST(SandboxTime, InCxxThatJavaScriptHasCalledAllOfItEnds) {
  Sandbox sandbox;
  sandbox.js->set_function("run", [&](std::string text) { return sandbox.eval(text); }).value();
  sandbox.js->evaluate("try { run('for (;;);') } catch { log('caught') } finally { log('finally') } log('after')");
  EXPECT_EQ(sandbox.reports.size(), 1U);
  EXPECT_THAT(sandbox.log, IsEmpty());
  EXPECT_EQ(sandbox.eval("1 + 1"), "2");
}

TEST(SandboxTime, JobsThatATickLeavesBehindAreLimited) {
  Sandbox sandbox;
  sandbox.eval("process.nextTick(() => { function next() { Promise.resolve().then(next); } next(); for (;;); })");
  EXPECT_EQ(sandbox.reports.size(), 2U) << "the tick, then the chain that it began";
  EXPECT_EQ(sandbox.eval("Promise.resolve().then(() => log('job')); 1 + 1"), "2");
  EXPECT_THAT(sandbox.log, ElementsAre("job"));
}

TEST(SandboxTime, AProgramThatIsEndedAgainAndAgainIsOver) {
  Sandbox sandbox;
  sandbox.eval("process.nextTick(function hang() { Promise.resolve().then(() => process.nextTick(hang)); for (;;); })");
  EXPECT_EQ(sandbox.reports.size(), 3U);
  EXPECT_EQ(sandbox.js->evaluate("1").error().code(), Errc::terminated);
}

TEST(KillSwitch, EndsARunningProgramFromAnotherThread) {
  JsBench bench;
  const KillSwitch kill = bench.js->kill_switch();
  std::jthread other([kill] {
    std::this_thread::sleep_for(60ms);
    kill.kill("the user has left");
  });
  const Result<Value> value = bench.js->evaluate("for (;;);");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code(), Errc::terminated);
  EXPECT_THAT(std::string(value.error().message()), HasSubstr("killed (the user has left)"));
  const RuntimeOutcome outcome = bench.js->run();
  EXPECT_EQ(outcome.exit_code, 124);
  EXPECT_EQ(outcome.limit->limit, Limit::killed);
}

TEST(KillSwitch, EndsAProgramThatWaits) {
  JsBench bench;
  bench.eval("setTimeout(() => log('never'), 1)");
  bench.js->kill_switch().kill("enough");
  EXPECT_EQ(bench.js->run().exit_code, 124);
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(KillSwitch, MayOutliveItsRuntime) {
  std::optional<KillSwitch> kill;
  {
    JsBench bench;
    kill = bench.js->kill_switch();
  }
  kill->kill("too late");
}

// What a program uses first is loaded then. Stopped in the middle of that, it would be half there for ever.
TEST(SandboxTime, ABuiltinThatIsBeingLoadedIsWholeAfterwards) {
  for (int before_ms = 0; before_ms <= 24; before_ms += 3) {
    Sandbox sandbox;
    const std::string busy = "const t = Date.now(); while (Date.now() - t < " + std::to_string(kLimit.count() - before_ms) + "); ";
    static_cast<void>(sandbox.js->evaluate(busy + "new URL('x:/y'); new TextDecoder(); structuredClone({}); for (;;);"));
    ASSERT_EQ(sandbox.reports.size(), 1u);
    EXPECT_EQ(sandbox.eval("new URL('x:/y').href + new TextDecoder().decode(new Uint8Array([65])) + structuredClone([1, 2])"),
              "x:/yA1,2")
        << before_ms << " ms before the limit";
  }
}

}  // namespace
}  // namespace millrace::js
