#include <iostream>

#include <millrace/loop.h>
#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>
#include <millrace/observe/work_spans.h>

using namespace millrace;
using namespace millrace::observe;
using namespace std::chrono_literals;

int main() {
  Loop loop;
  SteadyClock clock;
  SystemWallClock wall;
  SpanList spans;
  Tracer tracer({.clock = clock, .wall = wall, .sink = spans});
  WorkSpans work(tracer);

  Span request = tracer.start("request");
  const SpanId request_id = request.context().span;
  {
    // What is scheduled in this block runs in this context, and so does what that schedules.
    const ContextScope scope(loop, with_span(Context(), request));
    const auto first = [&loop, &tracer, &work] {
      const auto began = tracer.clock().now();
      const auto second = [&loop, &tracer] { tracer.start("much later", loop.context()).end(); };
      loop.schedule(1ms, second).value().detach();
      work.finished({.kind = WorkKind::timer, .context = loop.context(), .began = began, .ended = tracer.clock().now()});
    };
    loop.schedule(1ms, first).value().detach();
  }
  const int exit_code = loop.run().exit_code();

  for (const auto& span : spans.take())
    std::cout << span->name << (span->parent == request_id ? ", below the request" : "") << std::endl;
  return exit_code;
}
