// Question: what does a span cost the thread that makes it, when it is not recorded and when it is?
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <utility>

#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>

namespace millrace::observe {
namespace {

/// Frees what it is given: the cost of making a span, without that of exporting it.
class Discard final : public SpanSink {
 public:
  void ended(std::unique_ptr<SpanData> span) noexcept override { span.reset(); }
};

class NoExport final : public SpanExporter {
 public:
  Result<ExportOutcome> export_spans(std::span<const std::unique_ptr<SpanData>> /*spans*/, Duration /*time_limit*/) override {
    return ExportOutcome{};
  }
};

struct Traced {
  SteadyClock clock;
  SystemWallClock wall;
  Discard discard;
  Tracer tracer;
  explicit Traced(std::unique_ptr<Sampler> sampler)
      : tracer({.clock = clock, .wall = wall, .sink = discard}, [&sampler] {
          TracerOptions options;
          options.sampler = std::move(sampler);
          return options;
        }()) {}
};

void span_never_started(benchmark::State& state) {
  for (auto _ : state) {
    Span span;
    span.set("http.request.method", "GET").set("n", 7);
    benchmark::DoNotOptimize(span);
  }
}
BENCHMARK(span_never_started);

void span_not_sampled(benchmark::State& state) {
  Traced t(sample_by_parent(sample_never()));
  for (auto _ : state) {
    Span span = t.tracer.start("request");
    span.set("http.request.method", "GET").set("n", 7);
    benchmark::DoNotOptimize(span);
  }
}
BENCHMARK(span_not_sampled);

void child_span_not_sampled(benchmark::State& state) {
  Traced t(sample_by_parent(sample_never()));
  const Span parent = t.tracer.start("request");
  const Context context = with_span(Context(), parent);
  for (auto _ : state) {
    Span span = t.tracer.start("query", context);
    span.set("db.system", "tea").set("n", 7);
    benchmark::DoNotOptimize(span);
  }
}
BENCHMARK(child_span_not_sampled);

void span_recorded(benchmark::State& state) {
  Traced t(sample_always());
  for (auto _ : state) {
    Span span = t.tracer.start("request");
    benchmark::DoNotOptimize(span);
  }
}
BENCHMARK(span_recorded);

void span_recorded_with_two_attributes(benchmark::State& state) {
  Traced t(sample_always());
  for (auto _ : state) {
    Span span = t.tracer.start("request");
    span.set("http.request.method", "GET").set("n", 7);
    benchmark::DoNotOptimize(span);
  }
}
BENCHMARK(span_recorded_with_two_attributes);

/// ended() alone: spans are made, and the exporter's thread frees them, outside of the time measured, as far as the cores allow.
void batch_ended(benchmark::State& state) {
  NoExport exporter;
  constexpr std::int64_t kRound = 1024;
  SpanBatch batch(exporter, {.queue_max = 2 * kRound, .batch_max = 2 * kRound, .interval = std::chrono::hours{1}});
  std::vector<std::unique_ptr<SpanData>> spans(kRound);
  while (state.KeepRunningBatch(kRound)) {
    state.PauseTiming();
    (void)batch.flush(std::chrono::seconds{10});
    for (auto& span : spans) span = std::make_unique<SpanData>();
    state.ResumeTiming();
    for (auto& span : spans) batch.ended(std::move(span));
  }
  if (batch.figures().dropped_full != 0) state.SkipWithError("the queue was full");
}
BENCHMARK(batch_ended);

}  // namespace
}  // namespace millrace::observe

BENCHMARK_MAIN();
