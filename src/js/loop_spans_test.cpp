// Spans over JavaScript's own timers and immediates, made by the loop's hook.
#include <millrace/observe/loop_spans.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <millrace/js/runtime.h>
#include <millrace/observe/span_batch.h>
#include <millrace/scripted_poller.h>

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using namespace observe;
using ::testing::ElementsAre;

using Spans = std::vector<std::unique_ptr<SpanData>>;

std::vector<std::string> tree_of(const Spans& spans, SpanId below = {}, const std::string& indent = "") {
  std::vector<std::string> lines;
  for (const auto& span : spans) {
    if (span->parent != below) continue;
    lines.push_back(indent + span->name + (span->status == SpanStatus::error ? " failed: " + span->status_message : ""));
    for (std::string& line : tree_of(spans, span->context.span, indent + "  ")) lines.push_back(std::move(line));
  }
  return lines;
}

struct TracedBench {
  TracedBench() {
    js->set_function("spend", [this](double ms) { clock.advance(std::chrono::milliseconds(static_cast<int>(ms))); }).value();
    js->set_function("note", [this](std::string name) { tracer.start(name, loop.context()).end(); }).value();
  }
  static RuntimeOptions options() {
    RuntimeOptions options;
    options.on_uncaught = [](const UncaughtReport&) {};
    return options;
  }
  /// Runs `source`, a function's body, in the context of a span "request"; then the loop.
  std::vector<std::string> tree(const std::string& source, bool sampled = true) {
    const Function body = js->evaluate("(function () {" + source + "})").value().to<Function>().value();
    {
      Span request = tracer.start("request");
      SpanContext context = request.context();
      if (!sampled) context.flags = 0;
      const ContextScope scope(loop, with_span(Context(), context));
      static_cast<void>(body());
    }
    static_cast<void>(loop.run_for(10s));
    spans = list.take();
    return tree_of(spans);
  }
  ManualClock clock;
  ScriptedPoller poller{clock};
  ManualWallClock wall{WallTime(1'700'000'000s)};
  SpanList list;
  Tracer tracer{{.clock = clock, .wall = wall, .sink = list}};
  LoopSpans hook{tracer};
  Loop loop{{.clock = &clock, .poller = &poller, .work_hook = &hook}};
  std::unique_ptr<Runtime> js = Runtime::create(loop, options()).value();
  Spans spans;
};

TEST(JavaScriptSpans, ATimerIsAChildAndWhatItSchedulesIsBelowIt) {
  TracedBench b;
  EXPECT_THAT(b.tree("setTimeout(() => { spend(7); note('inside'); setImmediate(() => {}); }, 10); setTimeout(() => {}, 20);"),
              ElementsAre("request", "  timer", "    inside", "    immediate", "  timer"));
  const SpanData& first = *b.spans[2];
  EXPECT_EQ(first.name, "timer");
  EXPECT_EQ(first.end - first.start, 7ms);
  EXPECT_EQ(*first.find("millrace.work.kind"), SpanValue("timer"));
  EXPECT_EQ(*first.find("millrace.work.wait_ns"), SpanValue(0));
}

TEST(JavaScriptSpans, ACallbackThatThrowsSaysSo) {
  TracedBench b;
  b.js->evaluate("process.on('uncaughtException', () => {})").value();
  EXPECT_THAT(b.tree("setTimeout(() => { throw new Error('spilled'); }, 1);"),
              ElementsAre("request", "  timer failed: Error: spilled", "    immediate"))
      << "and the immediate that the runtime sets, so that the loop goes on after an error that was handled";
}

TEST(JavaScriptSpans, WorkOfNoTraceOrOneThatIsNotSampledHasNone) {
  TracedBench b;
  EXPECT_THAT(b.tree("setTimeout(() => setImmediate(() => {}), 1);", false), ElementsAre("request"));
  b.js->evaluate("setTimeout(() => setImmediate(() => {}), 1);").value();
  static_cast<void>(b.loop.run_for(1s));
  EXPECT_TRUE(b.list.take().empty());
}

TEST(JavaScriptSpans, ValuesOfAsyncLocalStorageStayBesideThem) {
  TracedBench b;
  b.js->run_code("globalThis.store = new (require('async_hooks').AsyncLocalStorage)(); globalThis.seen = [];").value();
  EXPECT_THAT(b.tree("store.run('tea', () => setTimeout(() => { seen.push(store.getStore()); setImmediate(() => "
                     "seen.push(store.getStore())); }, 1));"),
              ElementsAre("request", "  timer", "    immediate"));
  EXPECT_EQ(b.js->evaluate("seen.join()").value().to_string().value(), "tea,tea");
}

TEST(JavaScriptSpans, ProcessExitEndsTheSpanOfItsCallback) {
  TracedBench b;
  EXPECT_THAT(b.tree("setTimeout(() => { process.exit(0); }, 1);"), ElementsAre("request", "  timer"));
}

}  // namespace
}  // namespace millrace::js
