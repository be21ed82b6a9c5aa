#include <iostream>

#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>

using namespace millrace;
using namespace millrace::observe;

int main() {
  SteadyClock clock;
  SystemWallClock wall;
  SpanList spans;
  TracerOptions options;
  options.ids = std::make_unique<RandomSpanIds>(1);  // the same ids every time; leave it out in programs
  Tracer tracer({.clock = clock, .wall = wall, .sink = spans}, std::move(options));

  // What a request brought along; without a header, or with one that is malformed, a trace of its own begins.
  const std::string_view states[] = {"vendor=tea"};
  const auto came_in = extract_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", states);
  Span server = tracer.start("GET /tea", came_in.value_or(SpanContext{}), {.kind = SpanKind::server});

  // What a request of ours takes along.
  const TraceHeaders headers = inject_context(server.context());
  std::cout << "traceparent: " << headers.traceparent << std::endl << "tracestate: " << headers.tracestate << std::endl;
}
