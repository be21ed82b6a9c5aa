// Who keeps what alive, and several runtimes in one process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

#include <unistd.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::add_log;
using millrace::testing::JsBench;
using millrace::testing::Lines;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

double resident_mb() {
  std::ifstream statm{"/proc/self/statm"};
  double size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

/// Whether resident memory says anything: the sanitizers keep freed memory for a while, and shadow the rest.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kResidentCounts = false;
#else
constexpr bool kResidentCounts = true;
#endif

/// A real loop, as finalizers and WebAssembly need real descriptors and time.
struct RealBench {
  RealBench() : js(Runtime::create(loop).value()) { add_log(*js, log); }
  std::string eval(std::string_view source) {
    Result<Value> value = js->evaluate(source);
    return value ? millrace::testing::text_of(*value) : value.error().message();
  }
  Loop loop;
  std::vector<std::string> log;
  std::unique_ptr<Runtime> js;
};

/// Clears what a conservative collector might still find on the stack.
[[gnu::noinline]] void scrub_stack() {
  volatile char junk[16384];
  for (volatile char& byte : junk) byte = 0;
}

TEST(Memory, FinalizationRegistryRunsOnTheLoop) {
  RealBench bench;
  bench.eval(
      "globalThis.registry = new FinalizationRegistry((held) => { log(held); queueMicrotask(() => log('job')); process.nextTick(() "
      "=> log('tick')) });"
      "(() => { for (let i = 0; i < 50; i++) registry.register({ i }, 'gone') })()");
  EXPECT_FALSE(bench.loop.alive()) << "a registry keeps nothing alive";
  scrub_stack();
  bench.js->collect_garbage();
  EXPECT_THAT(bench.log, ::testing::IsEmpty()) << "never inside the collection";
  EXPECT_EQ(bench.js->run().exit_code, 0);
  EXPECT_GE(std::count(bench.log.begin(), bench.log.end(), "gone"), 40);
  EXPECT_GE(std::count(bench.log.begin(), bench.log.end(), "tick"), 40);
}

TEST(Memory, FinalizersMayScheduleMore) {
  RealBench bench;
  bench.eval(
      "globalThis.registry = new FinalizationRegistry(() => { registry = null; setTimeout(log, 5, 'timer') });"
      "(() => { for (let i = 0; i < 50; i++) registry.register({ i }, 'gone') })()");
  scrub_stack();
  bench.js->collect_garbage();
  EXPECT_EQ(bench.js->run().exit_code, 0);
  EXPECT_THAT(bench.log, ::testing::Contains("timer"));
}

// Under the thread sanitizer every page that the collector gives back costs milliseconds of the kernel's time.
#ifdef __SANITIZE_THREAD__
constexpr std::chrono::milliseconds kAllocateFor{100};
#else
constexpr std::chrono::milliseconds kAllocateFor{2500};
#endif

TEST(Memory, TheEnginesOwnCollectionTimersFire) {
  // The engine collects in idle time, by timers on its run loop; with a few seconds of allocation, all of them fire.
  for (const bool on_another_thread : {true, false}) {
    const auto program = [] {
      RealBench bench;
      bench.eval("let keep = [], n = 0; const end = Date.now() + " + std::to_string(kAllocateFor.count()) +
                 "; const i = setInterval(() => { for (let k = 0; k < 20000; k++) keep.push({ k });"
                 "if (++n % 20 === 0) keep = []; if (Date.now() > end) { clearInterval(i); log('survived') } }, 5)");
      EXPECT_EQ(bench.js->run().exit_code, 0);
      EXPECT_THAT(bench.log, ElementsAre("survived"));
    };
    if (on_another_thread)
      std::jthread{program};
    else
      program();
  }
}

TEST(Memory, PendingWorkCountsWhatTheLoopSeesAsOne) {
  RealBench bench;
  EXPECT_EQ(bench.js->pending_work().timers_referenced, 0U);
  bench.eval(
      "globalThis.t = [1, 2, 3].map((n) => setTimeout(() => {}, 60_000 + n)); t[2].unref(); setImmediate(() => {}); "
      "setImmediate(() => {});");
  EXPECT_EQ(bench.js->pending_work().timers_referenced, 2U);
  EXPECT_EQ(bench.js->pending_work().immediates, 2U);
  bench.eval("t.forEach(clearTimeout);");
  EXPECT_EQ(bench.js->pending_work().timers_referenced, 0U);
}

TEST(Memory, WaitingTimersAreToldByTheirDelay) {
  RealBench bench;
  EXPECT_TRUE(bench.js->waiting_timers().value().empty());
  bench.eval(R"(
    globalThis.t = [setInterval(() => {}, 60_000), setTimeout(() => {}, 60_000).unref(), setTimeout(() => {}, 30_000), setTimeout(() => {}, 90_000)];
    Array.prototype.push = Array.prototype.map = undefined;
    Object.defineProperty(Array.prototype, '0', { set() { throw new Error('a program must not be asked'); }, configurable: true });)");
  const std::vector<WaitingTimers> waiting = bench.js->waiting_timers().value();
  ASSERT_EQ(waiting.size(), 3U);
  EXPECT_EQ(waiting[0].delay, 30s);
  EXPECT_GT(waiting[0].due_in, 20s);
  EXPECT_LE(waiting[0].due_in, 30s);
  const auto minute = std::ranges::find(waiting, Duration(60s), &WaitingTimers::delay);
  ASSERT_NE(minute, waiting.end());
  EXPECT_EQ(minute->timers, 2U);
  EXPECT_EQ(minute->referenced, 1U);
  EXPECT_EQ(minute->intervals, 1U);
  EXPECT_EQ(bench.js->waiting_timers(1).value().size(), 1U);
}

TEST(Memory, WeakRef) {
  RealBench bench;
  bench.eval("globalThis.refs = []; (() => { for (let i = 0; i < 100; i++) refs.push(new WeakRef({ i })) })()");
  bench.eval("0");
  scrub_stack();
  bench.js->collect_garbage();
  EXPECT_EQ(bench.eval("refs.filter((r) => r.deref() === undefined).length > 90"), "true");
}

TEST(Memory, AsynchronousWebAssemblyKeepsTheLoopAlive) {
  RealBench bench;
  // (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
  bench.eval(
      "const bytes = new "
      "Uint8Array([0,97,115,109,1,0,0,0,1,7,1,96,2,127,127,1,127,3,2,1,0,7,7,1,3,97,100,100,0,0,10,9,1,7,0,32,0,32,1,106,11]);"
      "WebAssembly.instantiate(bytes).then(({ instance }) => log('sum', instance.exports.add(2, 40)));"
      "WebAssembly.compile(bytes).then((m) => WebAssembly.instantiate(m)).then((i) => log('twice', i.exports.add(1, 1)));"
      "WebAssembly.instantiate(new Uint8Array([1, 2, 3])).catch((e) => log('refused', e.name))");
  EXPECT_TRUE(bench.loop.alive());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(bench.js->run().exit_code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_THAT(bench.log, UnorderedElementsAre("sum 42", "twice 2", "refused CompileError"));
  EXPECT_FALSE(bench.loop.alive());
}

TEST(Memory, AtomicsWaitAsyncIsPumped) {
  RealBench bench;
  if (bench.eval("typeof SharedArrayBuffer + typeof Atomics.waitAsync") != "functionfunction")
    GTEST_SKIP() << "no shared memory in this build";
  bench.eval(
      "const a = new Int32Array(new SharedArrayBuffer(8)); const { value } = Atomics.waitAsync(a, 0, 0); value.then((v) => log(v));"
      "setTimeout(() => Atomics.notify(a, 0), 5); setTimeout(() => log('end'), 200)");
  bench.js->run();
  EXPECT_THAT(bench.log, ElementsAre("ok", "end"));
}

TEST(Memory, ValuesHeldByCppLiveAndDieWithTheirHandle) {
  RealBench bench;
  bench.eval(
      "globalThis.registry = new FinalizationRegistry((n) => log(n)); globalThis.make = (n) => { const o = { n, big: new "
      "Array(1000).fill(n) }; registry.register(o, n); return () => o.n }");
  std::vector<Value> held;
  for (int i = 0; i < 100; ++i) held.push_back(bench.js->evaluate("make(" + std::to_string(i) + ")").value());
  scrub_stack();
  bench.js->collect_garbage();
  bench.js->run_code("0").value();
  static_cast<void>(bench.loop.run_once());
  EXPECT_THAT(bench.log, ::testing::IsEmpty());
  for (std::size_t i = 0; i < held.size(); ++i) EXPECT_EQ(held[i].call().value().to_number(), static_cast<double>(i));
  held.erase(held.begin(), held.begin() + 90);
  bench.eval("((f) => { for (let i = 0; i < 1000; i++) f(i) })((x) => x)");
  scrub_stack();
  bench.js->collect_garbage();
  static_cast<void>(bench.js->run());
  EXPECT_GE(bench.log.size(), 80U);
  EXPECT_LE(bench.log.size(), 90U);
}

TEST(Memory, FiredAndClearedTimersLetTheirClosuresGo) {
  for (const std::string_view how :
       {"setTimeout(f, 0, o)", "clearTimeout(setTimeout(f, 1e6, o))", "setImmediate(f, o)", "clearImmediate(setImmediate(f, o))",
        "process.nextTick(f, o)", "queueMicrotask(() => f(o))", "{ const t = setInterval(() => { f(o); clearInterval(t) }, 1) }",
        "clearTimeout(+setTimeout(f, 1e6, o))", "setTimeout(f, 1e6, o).unref().close()", "Promise.resolve(o).then(f)",
        "Promise.reject(o).catch(f)"}) {
    SCOPED_TRACE(how);
    RealBench bench;
    bench.eval(
        "globalThis.registry = new FinalizationRegistry(() => log('gone')); globalThis.f = () => {};"
        "(() => { for (let i = 0; i < 100; i++) { const o = { i }; registry.register(o, i); " +
        std::string(how) + " } })()");
    bench.eval("setTimeout(() => {}, 30)");
    while (bench.loop.run_once(50ms).value()) {
    }
    bench.eval("((g) => { for (let i = 0; i < 1000; i++) g(i) })((x) => x)");
    scrub_stack();
    bench.js->collect_garbage();
    EXPECT_EQ(bench.js->run().exit_code, 0);
    EXPECT_GE(bench.log.size(), 90U);
  }
}

TEST(Memory, HundredThousandClearedTimersCostNothing) {
  RealBench bench;
  const auto round = [&] {
    bench.eval(
        "for (let i = 0; i < 100000; i++) clearTimeout(setTimeout(() => {}, 1000 + i % 1000));"
        "for (let i = 0; i < 100000; i++) clearImmediate(setImmediate(() => {}))");
    static_cast<void>(bench.loop.run_once());
    bench.js->collect_garbage();
  };
  round();
  round();
  const double before = resident_mb();
  for (int i = 0; i < 5; ++i) round();
  if (kResidentCounts) {
    EXPECT_LT(resident_mb() - before, 20);
  }
}

TEST(Memory, FunctionsThatHoldValuesAreReleasedWithTheRuntime) {
  Loop loop;
  auto watched = std::make_shared<int>(1);
  {
    auto runtime = Runtime::create(loop).value();
    auto value = std::make_shared<Value>(runtime->evaluate("({})").value());
    runtime->set_function("f", [value, watched](std::span<const Value>) -> Result<Value> { return Value{}; }).value();
  }
  EXPECT_EQ(watched.use_count(), 1) << "a function that keeps a Value of its own runtime must not keep everything alive for ever";
}

TEST(Memory, LocalsInListsSurviveCollections) {
  // A thousand arguments and file names, made while the collector runs often.
  RuntimeOptions options;
  options.arguments.assign(20000, "an argument that is long enough to be a heap string of its own: ");
  for (std::size_t i = 0; i < options.arguments.size(); ++i) options.arguments[i] += std::to_string(i);
  JsBench bench{std::move(options)};
  EXPECT_EQ(bench.eval("process.argv.length"), "20000");
  EXPECT_EQ(bench.eval("process.argv.every((a, i) => i === 0 || a.endsWith(' ' + i))"), "true");
}

TEST(Runtimes, OneAfterTheOtherDoNotAddUp) {
  const auto round = [] {
    Loop loop;
    auto runtime = Runtime::create(loop).value();
    static_cast<void>(runtime->evaluate(
        "globalThis.kept = []; for (let i = 0; i < 20000; i++) kept.push({ i, text: 'x' + i });"
        "setTimeout(() => console, 1); new FinalizationRegistry(() => {}).register({}, 1); Promise.resolve().then(() => {})"));
    EXPECT_EQ(runtime->run().exit_code, 0);
  };
  for (int i = 0; i < 5; ++i) round();
  const double before = resident_mb();
  for (int i = 0; i < 20; ++i) round();
  const double growth = resident_mb() - before;
  if (kResidentCounts) {
    EXPECT_LT(growth, 20) << "MB over 20 runtimes";
  }
}

TEST(Runtimes, TwoThreadsAtOnce) {
  const auto work = [](int id, std::string& result) {
    Loop loop;
    auto runtime = Runtime::create(loop).value();
    std::vector<std::string> lines;
    add_log(*runtime, lines);
    static_cast<void>(
        runtime->evaluate("const registry = new FinalizationRegistry(() => {}); let n = 0; const i = setInterval(() => { for (let "
                          "k = 0; k < 1000; k++) registry.register({ k }, k);"
                          "if (++n === 50) { clearInterval(i); log('done', " +
                          std::to_string(id) +
                          ") } }, 1);"
                          "(async () => { for (let k = 0; k < 5000; k++) await k; log('async') })()"));
    runtime->collect_garbage();
    EXPECT_EQ(runtime->run().exit_code, 0);
    for (const std::string& line : lines) result += line + ";";
  };
  for (int round = 0; round < 3; ++round) {
    std::string one, two;
    {
      std::jthread a{[&] { work(1, one); }};
      std::jthread b{[&] { work(2, two); }};
    }
    EXPECT_EQ(one, "async;done 1;");
    EXPECT_EQ(two, "async;done 2;");
  }
}

TEST(Runtimes, TwoOnOneThreadTakeTurns) {
  RealBench one, two;
  const std::string program =
      "let n = 0; globalThis.registry = new FinalizationRegistry((x) => { total++ }); var total = 0;"
      "const i = setInterval(() => { (() => { for (let k = 0; k < 200; k++) registry.register({ k }, k) })(); process.nextTick(() "
      "=> log('tick'));"
      "  queueMicrotask(() => log('job')); if (++n === 20) { clearInterval(i); log('done') } }, 1)";
  one.eval(program);
  two.eval(program);
  for (int i = 0; i < 2000 && (one.loop.alive() || two.loop.alive()); ++i) {
    static_cast<void>(one.loop.run_once(1ms));
    static_cast<void>(two.loop.run_once(1ms));
    if (i % 10 == 0) one.js->collect_garbage(), two.js->collect_garbage();
  }
  EXPECT_EQ(one.js->run().exit_code, 0);
  EXPECT_EQ(two.js->run().exit_code, 0);
  ASSERT_EQ(one.log.size(), 41U);
  EXPECT_EQ(one.log, two.log);
  EXPECT_EQ(one.log[0], "tick");
  EXPECT_EQ(one.log[1], "job");
  EXPECT_EQ(one.log[38], "done");
}

TEST(Runtimes, TwoOnOneThreadCallEachOther) {
  RealBench one, two;
  const auto link = [](RealBench& from, RealBench& to) {
    from.js
        ->set_function("other",
                       [&from, &to](std::span<const Value> arguments) -> Result<Value> {
                         return from.js->string(to.eval(arguments[0].to_string().value()));
                       })
        .value();
  };
  link(one, two);
  link(two, one);
  EXPECT_EQ(one.eval("var mine = 'one'; other(`var mine = 'two'; other('mine') + mine`) + mine"), "onetwoone");
  one.loop
      .immediate([&] {
        EXPECT_EQ(one.eval("process.nextTick(() => log('tick')); queueMicrotask(() => log('job')); other(`process.nextTick(() => "
                           "log('tick')); other(\"mine + process.pid\"); Object.keys({ a: 1 })[0] + mine`)"),
                  "atwo");
        EXPECT_THAT(one.log, ::testing::IsEmpty());
        EXPECT_THAT(two.log, ElementsAre("tick"));
      })
      .value();
  EXPECT_EQ(one.js->run().exit_code, 0);
  EXPECT_THAT(one.log, ElementsAre("tick", "job"));
}

TEST(Runtimes, StoppedOnesShareAThread) {
  RealBench one, two;
  for (RealBench* bench : {&one, &two}) {
    bench->js
        ->set_function("stop",
                       [bench](std::span<const Value>) -> Result<Value> {
                         bench->loop.stop();
                         return Value{};
                       })
        .value();
    bench->eval(
        "let n = 0; const i = setInterval(() => { const name = 'key' + n; log(name, ({ [name]: n })[name], Object.keys({ alpha: 1 "
        "})[0]); stop(); if (++n === 5) clearInterval(i) }, 1)");
  }
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(one.js->run().finished);
    EXPECT_FALSE(two.js->run().finished);
  }
  EXPECT_TRUE(one.js->run().finished);
  EXPECT_TRUE(two.js->run().finished);
  EXPECT_EQ(one.log.size(), 5U);
  EXPECT_EQ(one.log, two.log);
}

TEST(Runtimes, OfManyOnOneThreadTheOldestWatchTheEngine) {
  if (!RealBench().js->capabilities().event_source) GTEST_SKIP() << "this engine has no events to watch";
  constexpr std::size_t kWatchers = 64, kMore = 4;
  const auto watching = [](RealBench& bench) { return bench.loop.liveness().watches_registered > 0; };
  std::vector<std::unique_ptr<RealBench>> benches;
  for (std::size_t i = 0; i < kWatchers + kMore; ++i) benches.push_back(std::make_unique<RealBench>());
  for (std::size_t i = 0; i < benches.size(); ++i) EXPECT_EQ(watching(*benches[i]), i < kWatchers) << i;
  benches[kWatchers + 1].reset();  // one that does not watch: nobody takes its place
  benches[0].reset();
  benches[7].reset();
  EXPECT_TRUE(watching(*benches[kWatchers]));
  EXPECT_TRUE(watching(*benches[kWatchers + 2]));
  EXPECT_FALSE(watching(*benches[kWatchers + 3]));
}

TEST(Runtimes, OneEndsWhileTheOtherGoesOn) {
  RealBench one;
  one.eval("setTimeout(log, 5, 'one goes on')");
  {
    RealBench two;
    two.eval(
        "setTimeout(log, 1000, 'never'); globalThis.registry = new FinalizationRegistry(() => log('never')); (() => { for (let i = "
        "0; i < 50; i++) registry.register({}, 1) })()");
    two.js->collect_garbage();
    EXPECT_EQ(two.eval("process.exit(2)"), "JavaScript was stopped");
    EXPECT_EQ(two.js->run().exit_code, 2);
  }
  EXPECT_EQ(one.js->run().exit_code, 0);
  EXPECT_THAT(one.log, ElementsAre("one goes on"));
}

}  // namespace
}  // namespace millrace::js
