#include <iostream>

#include <millrace/loop.h>
#include <millrace/observe/loop_spans.h>
#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>

using namespace millrace;
using namespace millrace::observe;
using namespace std::chrono_literals;

int main() {
  SteadyClock clock;
  SystemWallClock wall;
  SpanList spans;
  Tracer tracer({.clock = clock, .wall = wall, .sink = spans});
  LoopSpans loop_spans(tracer);  // a span for each piece of work that belongs to a trace
  LoopOptions options;
  options.clock = &clock;
  options.work_hook = &loop_spans;
  Loop loop(options);

  {
    Span request = tracer.start("request");
    // What is scheduled in this block runs in this context, and so does what that schedules.
    const ContextScope scope(loop, with_span(Context(), request));
    const auto later = [&loop, &tracer] {
      tracer.start("query", loop.context()).end();
      loop.immediate([] {}).value();
    };
    loop.schedule(1ms, later).value().detach();
  }
  const int exit_code = loop.run().exit_code();

  const auto all = spans.take();
  for (const auto& span : all)
    for (const auto& above : all)
      if (span->parent == above->context.span) std::cout << span->name << ", below " << above->name << std::endl;
  return exit_code;
}
