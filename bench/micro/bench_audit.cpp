// Question: what does a record of an audit log cost who appends it, and how many does the log's thread take?
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <millrace/loop.h>
#include <millrace/observe/loop_audit.h>

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

struct Audited {
  explicit Audited(AuditOptions options) {
    std::string pattern = (std::filesystem::temp_directory_path() / "millrace-bench-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    log = AuditLog::open(folder + "/audit.jsonl", std::move(options)).value();
  }
  Audited(const Audited&) = delete;
  Audited& operator=(const Audited&) = delete;
  ~Audited() {
    log.reset();
    std::filesystem::remove_all(folder);
  }
  std::string folder;
  std::unique_ptr<AuditLog> log;
};

AuditOptions options_with(bool keyed) {
  AuditOptions options;
  if (keyed) options.key = "a key of sixteen bytes, and more";
  options.wait_when_full = 10s;
  return options;
}

AuditAdmission append_one(AuditLog& log) {
  const std::array<AuditField, 3> fields{{{"delay_ms", 10.0}, {"repeats", false}, {"due_ns", std::int64_t{123'456'789'012}}}};
  return log.append({.kind = "timer.created", .actor = "tenant", .id = "javascript:7", .fields = fields});
}

/// What the caller pays while the queue has room: groups of what half of it holds, each waited for outside of the measurement.
void append_with_room(benchmark::State& state) {
  Audited a(options_with(state.range(0) != 0));
  int in_group = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(append_one(*a.log));
    if (++in_group < 30'000) continue;
    state.PauseTiming();
    a.log->flush(10s).value();
    in_group = 0;
    state.ResumeTiming();
  }
}
BENCHMARK(append_with_room)->ArgName("keyed")->Arg(0)->Arg(1);

/// Without end: the log's thread is what is waited for.
void append_and_write(benchmark::State& state) {
  Audited a(options_with(state.range(0) != 0));
  for (auto _ : state) benchmark::DoNotOptimize(append_one(*a.log));
  a.log->flush(10s).value();
}
BENCHMARK(append_and_write)->ArgName("keyed")->Arg(0)->Arg(1)->UseRealTime();

/// A timer of the loop, set and cancelled, with nobody told (0), and in the log (1): two records each.
void timer_set_and_cancelled(benchmark::State& state) {
  Audited a(options_with(false));
  LoopAudit audit(*a.log);
  Loop loop({.timer_hook = state.range(0) != 0 ? &audit : nullptr});
  for (auto _ : state) {
    TimerHandle timer = loop.schedule(1s, [] {}).value();
    benchmark::DoNotOptimize(timer);
  }
}
BENCHMARK(timer_set_and_cancelled)->ArgName("audited")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace millrace::observe

BENCHMARK_MAIN();
