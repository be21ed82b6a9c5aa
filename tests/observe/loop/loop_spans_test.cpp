// The trees of spans that loops make by themselves.
#include <millrace/observe/loop_spans.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <source_location>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <millrace/async.h>
#include <millrace/awaitables.h>
#include <millrace/observe/site.h>
#include <millrace/observe/span_batch.h>
#include <millrace/promise.h>
#include <millrace/scripted_poller.h>
#include <millrace/worker_pool.h>

#include "support/counted_news.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = WorkHook::Kind;

using Spans = std::vector<std::unique_ptr<SpanData>>;

/// One line a span, children below their parent and indented, siblings in the order in which they ended.
std::vector<std::string> tree_of(const Spans& spans, SpanId below = {}, const std::string& indent = "") {
  std::vector<std::string> lines;
  for (const auto& span : spans) {
    if (span->parent != below) continue;
    lines.push_back(indent + span->name);
    for (std::string& line : tree_of(spans, span->context.span, indent + "  ")) lines.push_back(std::move(line));
  }
  return lines;
}

/// On a loop whose time waiting moves.
struct SpanBench {
  /// Calls `schedule` in the context of a span "request", then runs the loop until nothing is left.
  template <typename Schedule>
  std::vector<std::string> tree(Schedule schedule) {
    {
      Span request = tracer.start("request");
      const ContextScope scope(loop, with_span(Context(), request));
      schedule();
    }
    static_cast<void>(loop.run());
    spans = list.take();
    return tree_of(spans);
  }
  [[nodiscard]] const SpanData& named(std::string_view name) const {
    const auto found = std::ranges::find_if(spans, [name](const auto& span) { return span->name == name; });
    return **found;  // a test that names one that is not there fails before
  }
  ManualClock clock;
  ScriptedPoller poller{clock};
  ManualWallClock wall{WallTime(1'700'000'000s)};
  SpanList list;
  Tracer tracer{{.clock = clock, .wall = wall, .sink = list}};
  LoopSpans hook{tracer};
  std::vector<std::string> uncaught;
  Loop loop{{.clock = &clock, .poller = &poller, .work_hook = &hook, .on_uncaught = [this](const Error& error) {
               uncaught.push_back(error.message());
             }}};
  Spans spans;
};

TEST(LoopSpans, ATimerMadeInASpanIsItsChildAndWhatItSchedulesIsBelowIt) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] {
    b.loop.schedule(10ms, [&b] { b.loop.schedule(5ms, [] {}).value().detach(); }).value().detach();
    b.loop.schedule(20ms, [&b] { b.clock.advance(7ms); }).value().detach();
  }),
              ElementsAre("request", "  timer", "    timer", "  timer"));
  const SpanData& last = *b.spans.back();
  EXPECT_EQ(last.end - last.start, 7ms);
  EXPECT_EQ(*last.find("millrace.work.kind"), SpanValue("timer"));
  EXPECT_EQ(*last.find("millrace.work.wait_ns"), SpanValue(0));
}

TEST(LoopSpans, EveryKindOfWorkHasItsName) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] {
    b.loop.immediate([] {}).value();
    b.loop.at_closing([] {}).value();
    b.loop.next_tick([] {}).value();
    b.loop.queue_microtask([] {}).value();
  }),
              ElementsAre("request", "  next_tick", "  microtask", "  immediate", "  closing"));
}

TEST(LoopSpans, JobsAreBelowTheCallbackThatQueuedThem) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] {
    b.loop
        .immediate([&b] {
          b.loop.queue_microtask([&b] { b.loop.next_tick([] {}).value(); }).value();
          b.loop.immediate([] {}).value();
        })
        .value();
  }),
              ElementsAre("request", "  immediate", "    microtask", "      next_tick", "    immediate"));
}

TEST(LoopSpans, EachStartOfAnIntervalIsASpanBesideTheOthers) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] {
    auto handle = std::make_shared<TimerHandle>();
    *handle = b.loop
                  .every(10ms,
                         [handle, n = 0]() mutable {
                           if (++n == 3) handle->cancel();
                         })
                  .value();
  }),
              ElementsAre("request", "  timer", "  timer", "  timer"));
}

TEST(LoopSpans, APostFromAnotherThreadKeepsItsParent) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] {
    const Context context = b.loop.context();
    std::thread([&b, &context, ingress = b.loop.ingress()]() mutable {
      Task task{[&b] { b.loop.immediate([] {}).value(); }};
      task.set_context(context);
      ASSERT_EQ(ingress.post(task), Admission::accepted);
    }).join();
  }),
              ElementsAre("request", "  posted", "    immediate"));
}

TEST(LoopSpans, ContinuationsOfPromisesLieBesideEachOther) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] {
    Promise<int>::resolved(b.loop, 1)
        .then([&b](int) {
          b.loop.immediate([] {}).value();
          return 2;
        })
        .then([](int) {});
  }),
              ElementsAre("request", "  continuation", "  continuation", "  immediate"));
}

Async<void> steps(Loop& loop, Tracer& tracer) {
  co_await sleep(loop, 10ms);
  tracer.start("between", loop.context()).end();
  co_await sleep(loop, 10ms);
}

TEST(LoopSpans, TheStepsOfACoroutineLieBesideEachOther) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] { steps(b.loop, b.tracer).ignore_rejection(); }),
              ElementsAre("request", "  timer", "  between", "  continuation", "  timer", "  continuation"));
}

TEST(LoopSpans, WorkThatThrowsSaysSo) {
  SpanBench b;
  EXPECT_THAT(b.tree([&] { b.loop.immediate([] { throw std::runtime_error("spilled"); }).value(); }),
              ElementsAre("request", "  immediate"));
  EXPECT_EQ(b.named("immediate").status, SpanStatus::error);
  EXPECT_EQ(b.named("immediate").status_message, "spilled");
  EXPECT_THAT(b.uncaught, ElementsAre("spilled"));
}

TEST(LoopSpans, TheWaitAndThePlaceAreTold) {
  SpanBench b;
  const auto here = std::source_location::current();
  const auto schedule = [&b] {
    b.loop.schedule(10ms, [&b] { b.clock.advance(30ms); }).value().detach();
    const ContextScope scope(b.loop, with_site(b.loop.context()));  // three lines below `here`
    b.loop.schedule(15ms, [&b] { b.loop.immediate([] {}).value(); }).value().detach();
  };
  EXPECT_THAT(b.tree(schedule), ElementsAre("request", "  timer", "  timer", "    immediate"));
  const SpanData& late = *b.spans[2];
  EXPECT_EQ(*late.find("millrace.work.wait_ns"), SpanValue(25'000'000));
  EXPECT_EQ(*late.find("code.line.number"), SpanValue(std::int64_t{here.line()} + 3));
  EXPECT_NE(late.find("code.file.path"), nullptr);
  EXPECT_EQ(b.spans[1]->find("code.line.number"), nullptr);
}

TEST(LoopSpans, OnlyTheKindsThatAreWanted) {
  SpanBench b;
  b.hook.set_kinds(WorkKinds::none().with(Kind::immediate));
  EXPECT_THAT(b.tree([&] { b.loop.schedule(1ms, [&b] { b.loop.immediate([] {}).value(); }).value().detach(); }),
              ElementsAre("request", "  immediate"));
  b.hook.set_kinds(WorkKinds::all().without(Kind::timer));
  EXPECT_TRUE(b.hook.kinds().has(Kind::closing));
  EXPECT_FALSE(b.hook.kinds().has(Kind::timer));
}

TEST(LoopSpans, WorkOfNoTraceHasNone) {
  SpanBench b;
  b.loop.immediate([] {}).value();
  {
    const ContextScope scope(b.loop, with_site(Context()));
    b.loop.immediate([] {}).value();
  }
  static_cast<void>(b.loop.run());
  EXPECT_THAT(b.list.take(), IsEmpty());
}

TEST(LoopSpans, OfATraceThatIsNotSampledThereIsNoneAndNothingIsAllocated) {
  SpanBench b;
  const Context unsampled = with_span(Context(), SpanContext{.trace = {1, 1}, .span = {1}, .state = {}});
  const std::uint64_t before = millrace::testing::news_so_far();
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(b.hook.begins({.kind = Kind::timer, .context = unsampled}), nullptr);
  EXPECT_EQ(millrace::testing::news_so_far(), before);
  int ran = 0;
  {
    const ContextScope scope(b.loop, unsampled);
    b.loop.immediate([&ran] { ++ran; }).value();
  }
  static_cast<void>(b.loop.run());
  EXPECT_EQ(ran, 1);
  EXPECT_THAT(b.list.take(), IsEmpty());
}

TEST(LoopSpans, OfARemoteParentTheSamplerDecides) {
  for (const bool taken : {false, true}) {
    ManualClock clock;
    const ManualWallClock wall;
    SpanList list;
    TracerOptions options;
    options.sampler = sample_by_parent(sample_never(), taken ? sample_always() : sample_never());
    Tracer tracer({.clock = clock, .wall = wall, .sink = list}, std::move(options));
    LoopSpans hook(tracer);
    const Context remote = with_span(Context(), SpanContext{.trace = {1, 1}, .span = {1}, .remote = true, .state = {}});
    const auto running = hook.begins({.kind = Kind::timer, .context = remote});
    EXPECT_EQ(running != nullptr, taken);
  }
}

/// With threads, so by real time.
struct ThreadBench {
  SteadyClock clock;
  SystemWallClock wall;
  SpanList list;
  Tracer tracer{{.clock = clock, .wall = wall, .sink = list}};
  LoopSpans hook{tracer};
  Loop loop{{.clock = &clock, .work_hook = &hook}};
  WorkerPool pool{loop, {.threads = 1}};
};

TEST(LoopSpans, AWorkersJobIsAChildAndWhatItMakesIsBelowIt) {
  ThreadBench b;
  {
    Span request = b.tracer.start("request");
    const ContextScope scope(b.loop, with_span(Context(), request));
    b.pool
        .run([&b](const WorkerContext& context) {
          b.tracer.start("query", context.context()).end();
          return 7;
        })
        .then([&b](int) { b.tracer.start("answer", b.loop.context()).end(); });
    b.pool.run([]() -> int { throw std::runtime_error("no tea"); }).ignore_rejection();
  }
  static_cast<void>(b.loop.run());
  const Spans spans = b.list.take();
  const auto jobs = std::ranges::count_if(spans, [](const auto& span) { return span->name == "worker_job"; });
  EXPECT_EQ(jobs, 2);
  std::vector<std::string> lines = tree_of(spans);
  std::ranges::sort(lines);
  EXPECT_THAT(lines, ElementsAre("    query", "  answer", "  continuation", "  worker_job", "  worker_job", "request"));
  for (const auto& span : spans) {
    if (span->name != "worker_job") continue;
    ASSERT_NE(span->find("millrace.work.wait_ns"), nullptr);
    EXPECT_EQ(span->status_message, span->status == SpanStatus::error ? "no tea" : "");
  }
  EXPECT_EQ(std::ranges::count_if(spans, [](const auto& span) { return span->status == SpanStatus::error; }), 1);
}

TEST(LoopSpans, ManyWorkersAndPostsMakeThemTogether) {
  ThreadBench b;
  WorkerPool many{b.loop, {.threads = 4}};
  std::atomic<int> ran{0};
  {
    Span request = b.tracer.start("request");
    const ContextScope scope(b.loop, with_span(Context(), request));
    for (int i = 0; i < 200; ++i) {
      many.run([&ran] { ++ran; }).ignore_rejection();
      b.loop.immediate([&ran] { ++ran; }).value();
    }
  }
  static_cast<void>(b.loop.run());
  EXPECT_EQ(ran, 400);
  EXPECT_EQ(b.list.take().size(), 401U);
}

}  // namespace
}  // namespace millrace::observe
