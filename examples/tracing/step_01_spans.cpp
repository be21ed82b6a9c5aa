#include <iostream>

#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>

using namespace millrace;
using namespace millrace::observe;

int main() {
  SteadyClock clock;
  SystemWallClock wall;
  SpanList spans;  // keeps them in memory: for tests, and for this example
  Tracer tracer({.clock = clock, .wall = wall, .sink = spans});

  {
    Span request = tracer.start("GET /tea", Context(), {.kind = SpanKind::server});
    request.set("http.request.method", "GET").set("tea.cups", 2);
    const Context context = with_span(Context(), request);  // hand this on to whatever works for the request

    Span query = tracer.start("find tea", context, {.kind = SpanKind::client});
    query.record_error(Error(Errc::not_found, "no tea left"));
  }  // spans end here, the inner one first

  for (const auto& span : spans.take()) {
    std::cout << span->name << ": " << to_string(span->kind) << ", " << to_string(span->status);
    std::cout << (span->parent.valid() ? ", below another" : ", the first of its trace") << std::endl;
  }
}
