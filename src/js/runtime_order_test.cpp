// When JavaScript runs: jobs of both worlds in one order, timers on a clock that tests move, what keeps the loop alive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "js/runtime_core.h"
#include "support/js_bench.h"
#include "support/test_seeds.h"

namespace millrace::js {
namespace {

using millrace::testing::add_log;
using millrace::testing::JsBench;
using millrace::testing::Lines;
using millrace::testing::test_seeds;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// `nm(name)` and `nt(name)` let JavaScript queue a C++ microtask and a C++ next-tick that write their name.
struct OrderBench : JsBench {
  OrderBench() {
    js->set_function("nm", [this](std::span<const Value> arguments) -> Result<Value> {
        loop.queue_microtask(note(millrace::testing::text_of(arguments[0]))).value();
        return Value{};
      }).value();
    js->set_function("nt", [this](std::span<const Value> arguments) -> Result<Value> {
        loop.next_tick(note(millrace::testing::text_of(arguments[0]))).value();
        return Value{};
      }).value();
  }
};

TEST(Order, NativeAndJavaScriptMicrotasksAreOneFifo) {
  OrderBench bench;
  bench.eval(
      "queueMicrotask(() => log('j1')); nm('n1'); Promise.resolve().then(() => log('p1')); nm('n2'); nm('n3'); queueMicrotask(() "
      "=> log('j2'))");
  EXPECT_THAT(bench.log, ElementsAre("j1", "n1", "p1", "n2", "n3", "j2"));
}

TEST(Order, NativeAndJavaScriptTicksAreOneFifo) {
  OrderBench bench;
  bench.eval(
      "queueMicrotask(() => log('job')); nt('n1'); process.nextTick(log, 'j1'); nt('n2'); nt('n3'); process.nextTick(log, 'j2'); "
      "nm('nm')");
  EXPECT_THAT(bench.log, ElementsAre("n1", "j1", "n2", "n3", "j2", "job", "nm"));
}

TEST(Order, FromANativeTask) {
  OrderBench bench;
  bench.loop
      .immediate([&] {
        bench.loop.queue_microtask(bench.note("n1")).value();
        bench.eval("queueMicrotask(() => log('j1')); process.nextTick(log, 'jt')");
        bench.loop.queue_microtask(bench.note("n2")).value();
        bench.loop.next_tick(bench.note("nt")).value();
        bench.eval("queueMicrotask(() => log('j2'))");
        bench.loop.queue_microtask(bench.note("n3")).value();
      })
      .value();
  bench.js->run();
  EXPECT_THAT(bench.log, ElementsAre("jt", "nt", "n1", "j1", "n2", "j2", "n3"));
}

TEST(Order, NativeMicrotasksThatCallJavaScript) {
  OrderBench bench;
  bench.loop
      .queue_microtask([&] {
        bench.log.push_back("n1");
        bench.eval("queueMicrotask(() => log('j1')); process.nextTick(log, 't1')");
        bench.loop.queue_microtask(bench.note("n3")).value();
        bench.loop.next_tick(bench.note("t2")).value();
      })
      .value();
  bench.loop.queue_microtask(bench.note("n2")).value();
  bench.js->run();
  EXPECT_THAT(bench.log, ElementsAre("n1", "n2", "j1", "n3", "t1", "t2")) << "rule 3: the remaining microtasks first";
}

TEST(Order, NativeTicksThatCallJavaScript) {
  OrderBench bench;
  bench.loop
      .next_tick([&] {
        bench.log.push_back("n1");
        bench.eval("queueMicrotask(() => log('m1')); process.nextTick(log, 't2')");
        bench.loop.next_tick(bench.note("t3")).value();
      })
      .value();
  bench.loop.next_tick(bench.note("t1")).value();
  bench.loop.queue_microtask(bench.note("m0")).value();
  bench.js->run();
  EXPECT_THAT(bench.log, ElementsAre("n1", "t1", "t2", "t3", "m0", "m1")) << "rule 4: ticks of ticks before any microtask";
}

TEST(Order, JavaScriptMicrotaskQueuesNativeTicks) {
  OrderBench bench;
  bench.eval(
      "queueMicrotask(() => { log('m1'); nt('t1'); process.nextTick(log, 't2'); nm('m3') }); queueMicrotask(() => log('m2'))");
  EXPECT_THAT(bench.log, ElementsAre("m1", "m2", "m3", "t1", "t2"));
}

TEST(Order, OutputHandlersQueueInPlace) {
  std::vector<std::string>* lines = nullptr;
  Loop* loop = nullptr;
  RuntimeOptions options;
  options.output = [&](int, std::string_view) { loop->queue_microtask([&] { lines->push_back("from output"); }).value(); };
  JsBench bench{std::move(options)};
  lines = &bench.log;
  loop = &bench.loop;
  bench.eval("queueMicrotask(() => log('m1')); console.log(); queueMicrotask(() => log('m2'))");
  EXPECT_THAT(bench.log, ElementsAre("m1", "from output", "m2"));
}

// A random program of jobs that queue jobs, in both languages, against a model with two plain queues.
class RandomJobs {
 public:
  RandomJobs(JsBench& bench, std::uint64_t seed) : bench_(bench), state_(seed) {
    bench.js
        ->set_function("job",
                       [this](std::span<const Value> arguments) -> Result<Value> {
                         run(static_cast<int>(arguments[0].to_number().value()));
                         return Value{};
                       })
        .value();
    bench.eval(
        "function tick(n) { process.nextTick(job, n) } function micro(n) { queueMicrotask(() => job(n)) }"
        "function promise(n) { Promise.resolve(n).then(job) }");
  }
  /// What job `id` does is a pure function of the id, so that the model can do the same.
  std::vector<std::pair<int, int>> children(int id) const {  // (kind, id)
    std::vector<std::pair<int, int>> result;
    std::uint64_t x = (state_ + static_cast<std::uint64_t>(id)) * 0x9e3779b97f4a7c15ULL;
    x ^= x >> 29;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 32;
    const int count = id == 0 ? 4 : static_cast<int>(x % 3);
    for (int i = 0; i < count; ++i) {
      const int child = id * 4 + i + 1;
      if (child < 3000) result.emplace_back(static_cast<int>((x >> (8 + 4 * i)) % 5), child);
    }
    return result;
  }
  void run(int id) {
    bench_.log.push_back(std::to_string(id));
    for (const auto& [kind, child] : children(id)) {
      const std::string n = std::to_string(child);
      switch (kind) {
        case 0: bench_.loop.next_tick([this, c = child] { run(c); }).value(); break;
        case 1: bench_.loop.queue_microtask([this, c = child] { run(c); }).value(); break;
        case 2: bench_.eval("tick(" + n + ")"); break;
        case 3: bench_.eval("micro(" + n + ")"); break;
        default: bench_.eval("promise(" + n + ")"); break;
      }
    }
  }
  std::vector<std::string> model() const {
    std::vector<std::string> lines;
    std::deque<int> ticks, jobs;
    const auto visit = [&](int id) {
      lines.push_back(std::to_string(id));
      for (const auto& [kind, child] : children(id)) (kind == 0 || kind == 2 ? ticks : jobs).push_back(child);
    };
    visit(0);
    while (!ticks.empty() || !jobs.empty()) {
      while (!ticks.empty()) {
        const int id = ticks.front();
        ticks.pop_front();
        visit(id);
      }
      while (!jobs.empty()) {
        const int id = jobs.front();
        jobs.pop_front();
        visit(id);
      }
    }
    return lines;
  }

 private:
  JsBench& bench_;
  std::uint64_t state_;
};

TEST(Order, AgreesWithAModelOfTwoQueues) {
  for (const std::uint64_t seed : test_seeds(40)) {
    JsBench bench;
    RandomJobs jobs{bench, seed};
    bench.loop.immediate([&] { jobs.run(0); }).value();
    bench.js->run();
    ASSERT_EQ(bench.log, jobs.model()) << "seed " << seed;
  }
}

TEST(Order, AThrowInANativeJobLeavesTheOthers) {
  OrderBench bench;
  bench.js
      ->set_function("bad",
                     [&](std::span<const Value>) -> Result<Value> {
                       bench.loop.queue_microtask([] { throw std::runtime_error("native"); }).value();
                       return Value{};
                     })
      .value();
  bench.loop.immediate([&] { bench.eval("queueMicrotask(() => log('m1')); bad(); queueMicrotask(() => log('m2'))"); }).value();
  const RuntimeOutcome outcome = bench.js->run();
  ASSERT_TRUE(outcome.error) << "the loop has no handler for C++ exceptions";
  EXPECT_THAT(bench.log, ElementsAre("m1", "m2"));
}

// Timers.

struct TimerBench : JsBench {
  TimerBench() {
    js->set_function("at", [this](std::span<const Value> arguments) -> Result<Value> {
        log.push_back(millrace::testing::text_of(arguments[0]) + "@" + std::to_string(ms()));
        return Value{};
      }).value();
    js->set_function("work", [this](std::span<const Value> arguments) -> Result<Value> {
        clock.advance(std::chrono::milliseconds(static_cast<int>(arguments[0].to_number().value())));
        return Value{};
      }).value();
  }
};

TEST(JsTimers, FireExactly) {
  TimerBench bench;
  bench.run(
      "setTimeout(at, 10, 'ten'); setTimeout(at, 0, 'zero'); setTimeout(at, 1, 'one'); setTimeout(at, 2.9, 'fraction'); "
      "setTimeout(at, 86400000, 'day')");
  EXPECT_THAT(bench.log, ElementsAre("zero@1", "one@1", "fraction@2", "ten@10", "day@86400000"));
}

TEST(JsTimers, HugeAndNegativeDelays) {
  TimerBench bench;
  bench.run(
      "setTimeout(at, 2 ** 31 - 1, 'longest'); setTimeout(at, 2 ** 31, 'overflow'); setTimeout(at, -5, 'negative'); setTimeout(at, "
      "NaN, 'nan');"
      "setTimeout(at, Infinity, 'infinity'); setTimeout(at, Number.MAX_VALUE, 'huge')");
  EXPECT_THAT(bench.log, ElementsAre("overflow@1", "negative@1", "nan@1", "infinity@1", "huge@1", "longest@2147483647"));
}

TEST(JsTimers, IntervalsKeepTheirGrid) {
  TimerBench bench;
  bench.run("let n = 0; const i = setInterval(() => { at('i'); work(20); if (++n === 4) clearInterval(i) }, 50)");
  EXPECT_THAT(bench.log, ElementsAre("i@50", "i@100", "i@150", "i@200"));
}

TEST(JsTimers, AMissedPeriodIsNotMadeUpByABurst) {
  TimerBench bench;
  bench.run("let n = 0; const i = setInterval(() => { at('i'); if (n === 0) work(175); if (++n === 4) clearInterval(i) }, 50)");
  ASSERT_EQ(bench.log.size(), 4U);
  EXPECT_EQ(bench.log[0], "i@50");
  EXPECT_EQ(bench.log[1], "i@225") << "late, at once";
  EXPECT_EQ(bench.log[2], "i@275");
}

TEST(JsTimers, DeadlineOrderWhenTheLoopIsLate) {
  TimerBench bench;
  bench.run(
      "setTimeout(at, 50, 'A'); setTimeout(at, 80, 'C'); setTimeout(() => { setTimeout(at, 40, 'B'); work(200) }, 20);"
      "setTimeout(at, 50, 'A2'); setTimeout(at, 80, 'C2')");
  EXPECT_THAT(bench.log, ElementsAre("A@220", "A2@220", "B@220", "C@220", "C2@220"));
}

TEST(JsTimers, ImmediateAndZeroTimeoutFromTheMainScriptAreFixed) {
  for (int round = 0; round < 20; ++round) {
    TimerBench bench;
    bench.run("setTimeout(at, 0, 'timeout'); setImmediate(at, 'immediate')");
    ASSERT_THAT(bench.log, ElementsAre("immediate@0", "timeout@1"));
  }
}

TEST(JsTimers, ImmediateBeforeTimeoutFromATimer) {
  TimerBench bench;
  bench.run("setTimeout(() => { setTimeout(at, 0, 'timeout'); setImmediate(at, 'immediate') }, 5)");
  EXPECT_THAT(bench.log, ElementsAre("immediate@5", "timeout@6"));
}

TEST(JsTimers, NeverInThePassThatArmedThem) {
  TimerBench bench;
  bench.run("setTimeout(() => { at('first'); setTimeout(at, 1, 'inner'); setImmediate(at, 'immediate'); work(10) }, 1)");
  EXPECT_THAT(bench.log, ElementsAre("first@1", "immediate@11", "inner@11"));
}

TEST(JsTimers, AgreeWithAModelUnderClockJumps) {
  for (const std::uint64_t seed : test_seeds(20)) {
    TimerBench bench;
    bench.js
        ->set_function("jump",
                       [&, state = seed](std::span<const Value>) mutable -> Result<Value> {
                         state = state * 6364136223846793005ULL + 1;
                         bench.clock.advance(std::chrono::milliseconds(state >> 33 & 127));
                         return Value{};
                       })
        .value();
    bench.run("let seed = " + std::to_string(seed % 1000003 + 1) +
              "; const random = (n) => (seed = (seed * 48271) % 2147483647) % n;"
              "const ms = () => Number(process.hrtime.bigint() / 1000000n); let last = [0, 0], fired = 0; const wrong = [];"
              "for (let i = 0; i < 200; i++) { const d = 1 + random(300), due = ms() + d;"
              "  setTimeout(() => { fired++; if (ms() < due) wrong.push('early'); "
              "    if (due < last[0] || (due === last[0] && i < last[1])) wrong.push('order'); last = [due, i]; if (random(3) === "
              "0) jump() }, d) }"
              "process.on('exit', () => log(fired, wrong.length))");
    ASSERT_EQ(bench.log, Lines{"200 0"}) << seed;
  }
}

TEST(JsTimers, ClearedRefreshedAndUnreferenced) {
  TimerBench bench;
  bench.run(
      "const a = setTimeout(at, 10, 'a'); const b = setTimeout(at, 10, 'b'); const c = setTimeout(at, 10, 'c');"
      "clearTimeout(b); setTimeout(() => c.refresh(), 5); setTimeout(at, 12, 'end'); setTimeout(at, 1000, 'never').unref()");
  EXPECT_THAT(bench.log, ElementsAre("a@10", "end@12", "c@15"));
  EXPECT_EQ(bench.ms(), 15);
}

// Liveness.

TEST(JsLiveness, UnreferencedThingsDoNotKeepTheLoop) {
  JsBench bench;
  EXPECT_EQ(
      bench.run("setTimeout(log, 5, 'never').unref(); setInterval(log, 5, 'never').unref(); setImmediate(log, 'never').unref()")
          .exit_code,
      0);
  EXPECT_EQ(bench.ms(), 0);
}

TEST(JsLiveness, ReferencingAgainKeepsIt) {
  JsBench bench;
  bench.run("const t = setTimeout(log, 5, 'timer').unref(); t.ref(); const i = setImmediate(log, 'immediate').unref(); i.ref()");
  EXPECT_THAT(bench.log, ElementsAre("immediate", "timer"));
}

TEST(JsLiveness, CountsSurviveEveryOrderOfRefUnrefClear) {
  for (const std::uint64_t seed : test_seeds(60)) {
    JsBench bench;
    bench.eval(
        "let seed = " + std::to_string(seed % 1000003 + 1) +
        "; const random = (n) => (seed = (seed * 48271) % 2147483647) % n; const all = [];"
        "for (let i = 0; i < 300; i++) { switch (random(7)) { case 0: all.push(setTimeout(() => {}, random(20))); break; case 1: "
        "all.push(setImmediate(() => {})); break;"
        " case 2: all.push(setInterval(() => {}, 1 + random(5)).unref()); break; default: { const h = all[random(all.length || "
        "1)]; if (h) switch (random(5)) {"
        " case 0: h.unref(); break; case 1: if (!h._repeat) h.ref(); break; case 2: clearTimeout(h); clearImmediate(h); break;"
        " case 3: h.refresh?.(); break; case 4: h.unref().unref(); break } } } }");
    const RuntimeOutcome outcome = bench.js->run();
    ASSERT_TRUE(outcome.finished && !outcome.error) << "seed " << seed;
    ASSERT_LE(bench.ms(), 60) << "seed " << seed;
  }
}

TEST(JsLiveness, BeforeExitMayScheduleMore) {
  JsBench bench;
  bench.run(
      "let n = 0; process.on('beforeExit', () => { log('before', ++n); if (n < 3) setTimeout(log, 5, 'more'); else "
      "process.nextTick(log, 'tick') });"
      "process.on('exit', (code) => log('exit', code))");
  EXPECT_THAT(bench.log, ElementsAre("before 1", "more", "before 2", "more", "before 3", "tick", "exit 0"));
}

TEST(JsLiveness, NativeWorkKeepsTheProgram) {
  JsBench bench;
  bench.loop.schedule(7ms, [&] { bench.eval("log('native timer')"); }).value().detach();
  bench.run("process.on('exit', () => log('exit'))");
  EXPECT_THAT(bench.log, ElementsAre("native timer", "exit"));
}

TEST(JsLiveness, StoppedFromOutsideAndRunAgain) {
  Loop loop;
  auto runtime = Runtime::create(loop).value();
  std::vector<std::string> lines;
  add_log(*runtime, lines);
  static_cast<void>(
      runtime->evaluate("process.exitCode = 3; let stopped = false; const i = setInterval(() => { if (stopped) { log('again'); "
                        "clearInterval(i) } }, 1)"));
  std::jthread stopper{[&loop] {
    std::this_thread::sleep_for(30ms);
    loop.stop();
  }};
  RuntimeOutcome outcome = runtime->run();
  EXPECT_FALSE(outcome.finished);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_TRUE(runtime->evaluate("stopped = true"));
  outcome = runtime->run();
  EXPECT_TRUE(outcome.finished);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(lines, Lines{"again"});
}

TEST(JsLiveness, StopLeavesJobsForTheNextRun) {
  JsBench bench;
  bench.js
      ->set_function("stop",
                     [&](std::span<const Value>) -> Result<Value> {
                       bench.loop.stop();
                       return Value{};
                     })
      .value();
  bench.eval("setTimeout(() => { stop(); queueMicrotask(() => log('same checkpoint')); setImmediate(log, 'next run') }, 1)");
  EXPECT_FALSE(bench.js->run().finished);
  EXPECT_THAT(bench.log, ElementsAre("same checkpoint"));
  EXPECT_TRUE(bench.js->run().finished);
  EXPECT_THAT(bench.log, ElementsAre("same checkpoint", "next run"));
}

// The way for engines that can only drain at their outermost unlock.

struct OutsideBench : millrace::testing::ManualLoop {
  OutsideBench() : core(std::make_shared<RuntimeCore>(loop, options(), Engine::create({.drain_outside = true}).value())) {
    core->start().value();
    core->set_function("log", detail::make_callable([this](const Value& line) { log.push_back(millrace::testing::text_of(line)); }))
        .value();
  }
  ~OutsideBench() { core->shut_down(); }
  RuntimeOptions options() {
    RuntimeOptions result;
    result.on_uncaught = [this](const UncaughtReport& report) { log.push_back(report.origin); };
    return result;
  }
  int run(std::string_view source) {
    static_cast<void>(core->evaluate(source, "test"));
    return core->run().exit_code;
  }
  std::shared_ptr<RuntimeCore> core;
};

TEST(DrainOutside, IsReported) {
  OutsideBench bench;
  EXPECT_FALSE(bench.core->engine()->capabilities().drain_inside_entry);
}

TEST(DrainOutside, TicksBeforeMicrotasksAfterEveryCallback) {
  OutsideBench bench;
  bench.run(
      "const jobs = (n) => { queueMicrotask(() => log(n + ' micro')); process.nextTick(() => log(n + ' tick')); "
      "Promise.resolve().then(() => log(n + ' promise')) };"
      "jobs('script'); setTimeout(() => jobs('t1'), 1); setTimeout(() => jobs('t2'), 1); setImmediate(() => jobs('i1')); "
      "setImmediate(() => jobs('i2'))");
  EXPECT_EQ(bench.log, (Lines{"script tick", "script micro", "script promise", "i1 tick", "i1 micro", "i1 promise", "i2 tick",
                              "i2 micro", "i2 promise", "t1 tick", "t1 micro", "t1 promise", "t2 tick", "t2 micro", "t2 promise"}));
}

TEST(DrainOutside, RepeatsUntilEmptyAndMergesNativeJobs) {
  OutsideBench bench;
  bench.core->set_function("nm", detail::make_callable([&] { bench.loop.queue_microtask(bench.note("native")).value(); })).value();
  bench.run(
      "queueMicrotask(() => { log('m1'); process.nextTick(() => { log('tick'); queueMicrotask(() => log('m3')) }) }); nm(); "
      "queueMicrotask(() => log('m2'))");
  EXPECT_EQ(bench.log, (Lines{"m1", "native", "m2", "tick", "m3"}));
}

TEST(DrainOutside, RejectionsAndExit) {
  OutsideBench bench;
  EXPECT_EQ(bench.run("process.on('exit', (c) => log('exit ' + c)); Promise.reject(1); const p = Promise.reject(2); "
                      "queueMicrotask(() => p.catch(() => log('caught')))"),
            1);
  EXPECT_EQ(bench.log, (Lines{"caught", "unhandledRejection", "exit 1"}));
  OutsideBench second;
  EXPECT_EQ(second.run("queueMicrotask(() => { log('m'); process.exit(4) }); setTimeout(() => log('never'))"), 4);
  ASSERT_FALSE(second.log.empty());
  EXPECT_EQ(second.log[0], "m") << "promise jobs behind it may still run on such an engine, timers do not";
}

}  // namespace
}  // namespace millrace::js
