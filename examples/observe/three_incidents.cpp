// Three things that go wrong in services, and which numbers of a loop say so. docs/metrics.md reads them one by one.
#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>
#include <vector>

#include <millrace/loop.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/promise.h>

using namespace std::chrono_literals;
using millrace::Loop;
using millrace::Task;
using millrace::Work;
using millrace::observe::LoopMetrics;
using millrace::observe::LoopSnapshot;

namespace {

/// Every task is measured, and its processor time too: these programs are short.
constexpr millrace::observe::LoopMetricsPolicy kEverything{.sampling = {1, 1, 1, 1, 1, 1}, .cpu_sampling = 1};

double ms(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }
const millrace::observe::Histogram& duration(const LoopSnapshot& loop, Work kind) {
  return loop.duration[static_cast<std::size_t>(kind)];
}
bool expect(bool holds, std::string_view what) {
  std::printf("  %s: %.*s\n", holds ? "yes" : "NO", static_cast<int>(what.size()), what.data());
  return holds;
}

/// A callback that reads a slow disk holds up everything else on the loop.
bool heartbeats_come_late() {
  std::puts("1. heartbeats come late");
  LoopMetrics metrics{kEverything};
  Loop loop{{.probe = &metrics}};
  int beats = 0;
  auto heartbeat = loop.every(5ms, [&] { ++beats; }).value();
  auto report = loop.every(40ms, [&] { loop.immediate([] { std::this_thread::sleep_for(60ms); }).value(); }).value();
  loop.run_for(400ms);
  const LoopSnapshot seen = metrics.snapshot();
  std::printf("  timer lateness p50 %.1f ms, max %.1f ms; longest timer callback %.3f ms, longest immediate %.1f ms\n",
              ms(seen.timer_lateness.quantile(0.5)), ms(seen.timer_lateness.max()), ms(duration(seen, Work::timer).max()),
              ms(duration(seen, Work::immediate).max()));
  return expect(seen.timer_lateness.max() >= 30'000'000, "timers are late") &
         expect(duration(seen, Work::immediate).max() >= 60'000'000, "and immediates are what takes long") &
         expect(seen.waiting >= 3, "by waiting, not by computing: work for a worker pool");
}

/// Callers are turned away while the loop sleeps: the limit is a rate, not the loop's strength.
bool callers_are_refused() {
  std::puts("2. callers are refused");
  LoopMetrics metrics{kEverything};
  Loop loop{{.probe = &metrics, .admission = {.tasks_per_second = 500, .burst = 10}}};
  const millrace::LivenessHold open = loop.hold();
  std::jthread callers([door = loop.ingress()](const std::stop_token& stop) mutable {
    while (!stop.stop_requested()) {
      for (int i = 0; i < 20; ++i) {
        Task request{[] {}};
        static_cast<void>(door.post(request));
      }
      std::this_thread::sleep_for(5ms);
    }
  });
  loop.run_for(300ms);
  const LoopSnapshot seen = metrics.snapshot();
  std::printf("  posts accepted %llu, throttled %llu, full %llu; utilization %.3f\n",
              static_cast<unsigned long long>(seen.figures.ingress_accepted),
              static_cast<unsigned long long>(seen.figures.refused_throttled),
              static_cast<unsigned long long>(seen.figures.refused_full), seen.utilization());
  return expect(seen.figures.refused_throttled > seen.figures.ingress_accepted, "most callers are throttled") &
         expect(seen.figures.refused_full == 0, "no queue is full") &
         expect(seen.utilization() < 0.5, "and the loop has time to spare");
}

/// Requests whose answer never comes are kept for ever.
bool memory_grows() {
  std::puts("3. memory grows");
  LoopMetrics metrics{kEverything};
  Loop loop{{.probe = &metrics}};
  std::vector<millrace::PromiseAndResolver<int>> forgotten;
  auto requests = loop.every(1ms, [&] { forgotten.push_back(millrace::make_promise<int>(loop)); }).value();
  std::vector<std::size_t> pending;
  for (int i = 0; i < 3; ++i) {
    loop.run_for(50ms);
    const LoopSnapshot seen = metrics.snapshot();
    pending.push_back(seen.depths.pending_promises);
    std::printf("  after %d ms: %zu promises pending, %zu timers, %zu posts\n", 50 * (i + 1), seen.depths.pending_promises,
                seen.depths.timers, seen.depths.posted);
  }
  return expect(pending[0] < pending[1] && pending[1] < pending[2],
                "promises are made faster than settled, and nothing else grows");
}

}  // namespace

int main() {
  const bool late = heartbeats_come_late();
  const bool refused = callers_are_refused();
  const bool grows = memory_grows();
  std::puts(late && refused && grows ? "three incidents, three causes" : "the numbers do not say what they should");
  return late && refused && grows ? 0 : 1;
}
