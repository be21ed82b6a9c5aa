#include <millrace/observe/work_spans.h>

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include <millrace/observe/span_batch.h>

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

struct WorkSpansOf : ::testing::Test {
  ManualClock clock{Instant(5s)};
  ManualWallClock wall{WallTime(1'700'000'000s)};
  SpanList list;
  Tracer tracer{{.clock = clock, .wall = wall, .sink = list}};
};

TEST_F(WorkSpansOf, FinishedWorkIsASpanUnderItsContext) {
  WorkSpans work(tracer);
  Span request = tracer.start("request");
  const Context context = with_span(Context(), request);
  work.finished({.kind = WorkKind::timer,
                 .context = context,
                 .began = clock.now() - 20ms,
                 .ended = clock.now() - 5ms,
                 .queued = clock.now() - 120ms});
  auto spans = list.take();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0]->name, "timer");
  EXPECT_EQ(spans[0]->parent, request.context().span);
  EXPECT_EQ(spans[0]->start, WallTime(1'700'000'000s - 20ms));
  EXPECT_EQ(spans[0]->end - spans[0]->start, 15ms);
  EXPECT_EQ(*spans[0]->find("millrace.work.kind"), SpanValue("timer"));
  EXPECT_EQ(*spans[0]->find("millrace.work.wait_ns"), SpanValue(100'000'000));
}

TEST_F(WorkSpansOf, FailedWorkTellsWhy) {
  WorkSpans work(tracer, {.roots = true, .shortest = 1s});
  const Error error(Errc::uncaught_exception, "spilled");
  const WorkDone quick{
      .kind = WorkKind::worker_job, .context = Context(), .began = clock.now(), .ended = clock.now(), .name = "pour"};
  work.finished(quick);
  EXPECT_TRUE(list.take().empty());  // shorter than what is wanted
  WorkDone failed = quick;
  failed.error = &error;
  work.finished(failed);
  auto spans = list.take();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0]->name, "pour");
  EXPECT_EQ(spans[0]->status, SpanStatus::error);
}

TEST_F(WorkSpansOf, WorkOfNoTraceIsASpanOnlyWhenRootsAreWanted) {
  for (const bool roots : {false, true}) {
    WorkSpans work(tracer, {.roots = roots});
    work.finished({.kind = WorkKind::task, .context = Context(), .began = clock.now(), .ended = clock.now()});
    EXPECT_EQ(list.take().size(), roots ? 1u : 0u);
    {
      auto started = work.began(WorkKind::task, Context());
    }
    EXPECT_EQ(list.take().size(), roots ? 1u : 0u);
  }
}

TEST_F(WorkSpansOf, WorkOfATraceThatIsNotSampledIsLeftOut) {
  WorkSpans work(tracer, {.roots = true});
  const Context context = with_span(Context(), SpanContext{.trace = {1, 1}, .span = {1}, .state = {}});
  work.finished({.kind = WorkKind::task, .context = context, .began = clock.now(), .ended = clock.now()});
  const auto started = work.began(WorkKind::task, context);
  EXPECT_EQ(started.run_in, context);
  EXPECT_FALSE(started.span.recording());
  EXPECT_TRUE(list.take().empty());
}

TEST_F(WorkSpansOf, WhatBegunWorkStartsIsBelowIt) {
  WorkSpans work(tracer);
  Span request = tracer.start("request");
  auto job = work.began(WorkKind::fetch, with_span(Context(), request), "GET /leaf", clock.now() - 7ms);
  EXPECT_EQ(*span_in(job.run_in), job.span.context());
  tracer.start("inner", job.run_in).end();
  clock.advance(3ms);
  job.span.end();
  auto spans = list.take();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0]->parent, spans[1]->context.span);
  EXPECT_EQ(spans[1]->parent, request.context().span);
  EXPECT_EQ(spans[1]->name, "GET /leaf");
  EXPECT_EQ(spans[1]->end - spans[1]->start, 3ms);
  EXPECT_EQ(*spans[1]->find("millrace.work.wait_ns"), SpanValue(7'000'000));
}

}  // namespace
}  // namespace millrace::observe
