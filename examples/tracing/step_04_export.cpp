#include <iostream>

#include <millrace/observe/otlp_http.h>
#include <millrace/observe/trace.h>

using namespace millrace;
using namespace millrace::observe;
using namespace std::chrono_literals;

int main() {
  // Where OTEL_EXPORTER_OTLP_ENDPOINT and the others say; nobody listens at the port that is the default here.
  OtlpEnvironment defaults;
  defaults.http.traces_url = "http://127.0.0.1:1/v1/traces";
  defaults.sender.retry.attempts_max = 1;
  const OtlpEnvironment settings = otlp_from_environment(process_environment(), defaults).value();

  // Declared in the order in which they lean on each other: the tracer first to go, the transport last.
  const auto transport = make_otlp_http(settings.http).value();
  const auto pause = make_otlp_pause();
  OtlpSender sender(OtlpResource::from_environment(process_environment(), "tea-shop").value(), *transport, *pause, settings.sender);
  SpanBatch batch(sender);
  SteadyClock clock;
  SystemWallClock wall;
  TracerOptions options;
  options.sampler = sample_by_parent(sample_limited(sample_ratio(0.5), 100, 100));
  Tracer tracer({.clock = clock, .wall = wall, .sink = batch}, std::move(options));

  for (int i = 0; i < 64; ++i) tracer.start("pour").end();

  if (const auto shut = batch.shutdown(5s); !shut) std::cout << shut.error().message() << std::endl;
  const SpanBatchFigures figures = batch.figures();
  std::cout << "some were sampled: " << std::boolalpha << (figures.accepted > 0 && figures.accepted < 64) << std::endl;
  std::cout << "did not arrive: " << (figures.failed == figures.accepted ? "all of them" : "some") << std::endl;
}
