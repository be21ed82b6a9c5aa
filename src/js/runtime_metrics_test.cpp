// What a runtime counts, and how it is told.
#include <millrace/js/runtime_metrics.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <variant>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using millrace::testing::ManualLoop;

std::map<std::string, std::int64_t> read(const RuntimeMetrics& metrics) {
  observe::MetricSnapshot snapshot;
  observe::MetricWriter writer(snapshot);
  metrics.collect(writer);
  EXPECT_EQ(writer.refused(), 0U);
  std::map<std::string, std::int64_t> values;
  for (const observe::MetricFamily& family : snapshot.families)
    for (const observe::MetricPoint& point : family.points) {
      std::string name = family.info.name;
      for (const observe::Label& label : point.labels) name += " " + label.value;
      values[name] = std::get<std::int64_t>(point.value);
    }
  return values;
}

struct MetricsBench : ManualLoop {
  explicit MetricsBench(RuntimeMetricsOptions chosen = {}) : metrics(std::move(chosen)) {
    RuntimeOptions options;
    options.metrics = &metrics;
    options.on_uncaught = [](const UncaughtReport&) {};
    js = Runtime::create(loop, std::move(options)).value();
    js->set_function("native", [] {}).value();
  }
  RuntimeMetrics metrics;
  std::unique_ptr<Runtime> js;
};

TEST(RuntimeFigures, CountWhatRan) {
  MetricsBench b;
  const RuntimeFigures before = b.js->figures();
  b.js->evaluate(R"(
    for (let i = 0; i < 3; i++) setTimeout(() => native(), 5);
    for (let i = 0; i < 4; i++) setImmediate(() => {});
    for (let i = 0; i < 5; i++) process.nextTick(() => {});
    const every = setInterval(() => { if (++n === 2) clearInterval(every); }, 10);
    let n = 0;
    process.nextTick(() => process.nextTick(() => {}));
  )")
      .value();
  static_cast<void>(b.loop.run());
  const RuntimeFigures after = b.js->figures();
  EXPECT_EQ(after.timers - before.timers, 5U);
  EXPECT_EQ(after.immediates - before.immediates, 4U);
  EXPECT_EQ(after.next_ticks - before.next_ticks, 7U);
  EXPECT_EQ(after.calls - before.calls, 3U);
  EXPECT_GE(after.entries - before.entries, 5U) << "the script, the immediates, and three passes over timers";
  EXPECT_GE(after.cycles, 1U);
  b.js->collect_garbage();
  EXPECT_GT(b.js->figures().collections, before.collections);
}

TEST(RuntimeFigures, ErrorsThatNobodyTookCareOfAreCounted) {
  MetricsBench b;
  b.js->run_code("setTimeout(() => { throw new Error('x'); }, 1); Promise.reject(1).catch(() => {});").value();
  EXPECT_EQ(b.js->run().exit_code, 1);
  EXPECT_EQ(b.js->figures().uncaught, 1U);
}

TEST(RuntimeFigures, TheHeapIsToldInBytes) {
  MetricsBench b;
  b.js->collect_garbage();
  const RuntimeMemory before = b.js->memory();
  b.js->evaluate("globalThis.kept = []; for (let i = 0; i < 50000; i++) kept.push({ i }); globalThis.big = new Uint8Array(20e6);")
      .value();
  b.js->collect_garbage();  // what is outside of the heap is added up then
  const RuntimeMemory after = b.js->memory();
  EXPECT_GE(after.heap_capacity, after.heap_size);
  EXPECT_GT(before.objects, 1'000U);
  EXPECT_GE(after.objects, before.objects + 49'000) << "what the built-ins made at first may go meanwhile";
  EXPECT_GE(after.heap_size, before.heap_size + 50'000 * 16);
  EXPECT_GE(after.extra, before.extra + 20'000'000);
}

TEST(RuntimeMetrics, HasEveryFigureUnderItsName) {
  MetricsBench b({.labels = {{"runtime", "rules"}}});
  b.js->evaluate("setImmediate(native); process.nextTick(native)").value();
  static_cast<void>(b.loop.run());
  const RuntimeFigures figures = b.js->figures();
  auto values = read(b.metrics);
  EXPECT_EQ(values["millrace.js.runtimes rules"], 1);
  EXPECT_EQ(values["millrace.js.callbacks immediate rules"], 1);
  EXPECT_EQ(values["millrace.js.callbacks next_tick rules"], 1);
  EXPECT_EQ(values["millrace.js.callbacks timer rules"], 0);
  EXPECT_EQ(values["millrace.js.calls rules"], 2);
  EXPECT_EQ(values["millrace.js.entries rules"], static_cast<std::int64_t>(figures.entries));
  EXPECT_EQ(values["millrace.js.uncaught_errors rules"], 0);
  EXPECT_TRUE(values.contains("millrace.js.cycles rules"));
  EXPECT_TRUE(values.contains("millrace.js.gc.collections rules"));
  b.js.reset();
  values = read(b.metrics);
  EXPECT_EQ(values["millrace.js.runtimes rules"], 0);
  EXPECT_EQ(values["millrace.js.calls rules"], 2) << "counters stay";
}

TEST(RuntimeMetrics, TheHeapIsLookedAtAfterACollectionAndNotTooOften) {
  MetricsBench b({.memory_period = 10s});
  b.js->evaluate("1").value();
  EXPECT_FALSE(read(b.metrics).contains("millrace.js.memory.objects")) << "nobody had asked";
  b.js->collect_garbage();
  const std::int64_t first = read(b.metrics).at("millrace.js.memory.objects");
  EXPECT_GT(first, 1'000);
  b.js->evaluate("globalThis.kept = []; for (let i = 0; i < 5000; i++) kept.push({ i });").value();
  b.js->collect_garbage();
  EXPECT_EQ(read(b.metrics).at("millrace.js.memory.objects"), first) << "asked again within the period";
  b.clock.advance(10s);
  b.js->evaluate("1").value();
  EXPECT_GE(read(b.metrics).at("millrace.js.memory.objects"), first + 4'000);
  EXPECT_GT(read(b.metrics).at("millrace.js.memory.heap.used"), 0);
}

TEST(RuntimeMetrics, TheHeapIsLeftAloneWhenThePeriodIsZero) {
  MetricsBench b({.memory_period = 0s});
  for (int i = 0; i < 3; ++i) {
    b.js->evaluate("1").value();
    EXPECT_FALSE(read(b.metrics).contains("millrace.js.memory.objects"));
  }
}

TEST(RuntimeMetrics, MayBeCollectedWhileJavaScriptRuns) {
  MetricsBench b({.memory_period = 1ns});
  std::atomic<bool> done{false};
  std::thread reader([&] {
    std::int64_t last = 0;
    while (!done) {
      const std::int64_t now = read(b.metrics)["millrace.js.calls"];
      EXPECT_GE(now, last);
      last = now;
    }
  });
  for (int i = 0; i < 200; ++i) {
    b.js->evaluate("native(); setImmediate(native)").value();
    static_cast<void>(b.loop.run());
  }
  done = true;
  reader.join();
  EXPECT_EQ(read(b.metrics)["millrace.js.calls"], 400);
}

}  // namespace
}  // namespace millrace::js
