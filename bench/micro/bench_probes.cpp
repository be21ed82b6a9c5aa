// Question: what does a task cost more while the loop is measured, by whom, and while its work is followed by spans?
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>

#include <millrace/loop.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/observe/loop_spans.h>
#include <millrace/observe/slow_callbacks.h>
#include <millrace/observe/span_data.h>
#include <millrace/observe/trace.h>
#include <millrace/probe_list.h>

namespace millrace::observe {
namespace {

constexpr int kTasks = 1'000;

/// Immediates that do next to nothing, in `context`.
void run_tasks(benchmark::State& state, LoopOptions options, const Context& context = {}) {
  Loop loop(std::move(options));
  std::uint64_t ran = 0;
  for (auto _ : state) {
    {
      const ContextScope scope(loop, context);
      for (int i = 0; i < kTasks; ++i) loop.immediate([&ran] { ++ran; }).value();
    }
    static_cast<void>(loop.run());
  }
  benchmark::DoNotOptimize(ran);
  state.SetItemsProcessed(state.iterations() * kTasks);
}

void no_probe(benchmark::State& state) { run_tasks(state, {}); }
BENCHMARK(no_probe);

void metrics(benchmark::State& state) {
  LoopMetrics metrics;
  run_tasks(state, {.probe = &metrics});
}
BENCHMARK(metrics);

void metrics_in_a_list(benchmark::State& state) {
  LoopMetrics metrics;
  ProbeList list{&metrics};
  run_tasks(state, {.probe = &list});
}
BENCHMARK(metrics_in_a_list);

void slow_callbacks(benchmark::State& state) {
  SlowCallbacks slow;
  run_tasks(state, {.probe = &slow});
}
BENCHMARK(slow_callbacks);

void slow_callbacks_and_metrics(benchmark::State& state) {
  LoopMetrics metrics;
  SlowCallbacks slow;
  ProbeList list{&metrics, &slow};
  run_tasks(state, {.probe = &list});
}
BENCHMARK(slow_callbacks_and_metrics);

class Discard final : public SpanSink {
 public:
  void ended(std::unique_ptr<SpanData> span) noexcept override { span.reset(); }
};

struct Followed {
  SteadyClock clock;
  SystemWallClock wall;
  Discard discard;
  Tracer tracer{{.clock = clock, .wall = wall, .sink = discard}};
  LoopSpans spans{tracer};
  [[nodiscard]] static Context context(bool sampled) {
    SpanContext parent{.trace = {1, 1}, .span = {1}, .state = {}};
    if (sampled) parent.flags = TraceFlags::kSampled;
    return with_span(Context(), parent);
  }
};

void tasks_with_a_context(benchmark::State& state) { run_tasks(state, {}, Followed::context(false)); }
BENCHMARK(tasks_with_a_context);

void spans_of_no_trace(benchmark::State& state) {
  Followed f;
  run_tasks(state, {.clock = &f.clock, .work_hook = &f.spans});
}
BENCHMARK(spans_of_no_trace);

void spans_not_sampled(benchmark::State& state) {
  Followed f;
  run_tasks(state, {.clock = &f.clock, .work_hook = &f.spans}, Followed::context(false));
}
BENCHMARK(spans_not_sampled);

void spans_recorded(benchmark::State& state) {
  Followed f;
  run_tasks(state, {.clock = &f.clock, .work_hook = &f.spans}, Followed::context(true));
}
BENCHMARK(spans_recorded);

}  // namespace
}  // namespace millrace::observe

BENCHMARK_MAIN();
