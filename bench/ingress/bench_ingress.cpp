// Question: which queue hands tasks from several threads to one at the lowest cost, with nothing else around it?
// All designs in one process, interleaved, so that drift hits all alike. Every task is executed and destroyed by the consumer.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "../core/common.h"
#include "latched_queue.h"
#include "locked_queues.h"
#include "lockfree_queues.h"
#include "paced.h"
#include "product.h"
#include "sleeper.h"

namespace millrace::bench {
namespace {

struct Load {
  std::size_t producers;
  std::size_t bytes;   ///< of a closure: 16 or 32
  std::size_t window;  ///< at most this many tasks wait; zero: no bound but the queue's own
};
struct Cost {
  double wall_ns;
  double cpu_ns;
};

struct Progress {
  std::size_t done = 0;
  alignas(64) std::atomic<std::size_t> seen{0};
};
template <std::size_t Words>
struct Closure {
  Progress* progress;
  std::uint64_t payload[Words];
  void operator()() const {
    if (++progress->done % 64 == 0) progress->seen.store(progress->done, std::memory_order_release);
  }
};

template <typename Queue, std::size_t Words>
Cost measure(const Load& load, std::size_t total) {
  Sleeper sleeper;
  const auto queue = std::make_unique<Queue>(sleeper);
  Progress progress;
  const std::size_t each = total / load.producers;
  total = each * load.producers;
  std::atomic<bool> go{false};
  std::atomic<std::size_t> ready{0};
  std::uint64_t end = 0;
  std::thread consumer([&] {
    if (load.producers == 1) pin_to_core(1);
    ++ready;
    while (progress.done < total)
      if (queue->drain() == 0) sleeper.sleep_while([&] { return queue->empty(); });
    end = wall_ns();
  });
  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < load.producers; ++p)
    producers.emplace_back([&] {
      if (load.producers == 1) pin_to_core(0);
      typename Queue::Producer producer(*queue);
      ++ready;
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (std::size_t i = 1; i <= each; ++i) {
        Closure<Words> closure{&progress, {}};
        for (std::uint64_t& word : closure.payload) word = i;
        producer.post(closure);
        if (load.window != 0 && i % 256 == 0)
          while (i * load.producers > progress.seen.load(std::memory_order_acquire) + load.window) std::this_thread::yield();
      }
      producer.flush();
    });
  while (ready < load.producers + 1) std::this_thread::yield();
  usleep(2000);
  const std::uint64_t cpu = process_cpu_ns();
  const std::uint64_t start = wall_ns();
  go = true;
  for (std::thread& producer : producers) producer.join();
  consumer.join();
  return {per(end - start, total), per(process_cpu_ns() - cpu, total)};
}

struct Design {
  const char* name;
  const char* kind;
  Cost (*measure)(const Load& load, std::size_t total);
};
template <typename Queue>
constexpr Design plain() {
  return {Queue::kName, "", [](const Load& load, std::size_t total) {
            return load.bytes == 16 ? measure<Queue, 1>(load, total) : measure<Queue, 3>(load, total);
          }};
}
template <typename Queue>
constexpr Design paced() {
  Design design = plain<Paced<Queue>>();
  design.kind = " (paced)";
  return design;
}
constexpr Design kDesigns[] = {
    plain<FirstDoor>(),     plain<FunctionSwap>(),     plain<LeanSwapMutex>(), plain<LeanSwapAdaptive>(), plain<LeanSwapSpin>(),
    plain<LeanSwapYield>(), paced<LeanSwapSpin>(),     plain<SegmentsMutex>(), plain<SegmentsAdaptive>(), plain<SegmentsSpin>(),
    paced<SegmentsSpin>(),  plain<ReservedSegments>(), plain<SlotRing>(),      paced<SlotRing>(),         plain<NodeQueue>(),
    plain<LatchedYields>(), plain<LatchedPauses>(),    paced<LatchedYields>(), paced<LatchedPauses>(),    paced<LatchedBig>(),
    plain<LanesOne>(),      paced<LanesOne>(),         plain<LanesBatch>(),    plain<ProductDoor>(),      plain<ProductDoorBatch>(),
    plain<ProductLane>(),   plain<ProductLaneBatch>(),
};
constexpr Load kLoads[] = {{1, 32, 0},    {1, 32, 8192}, {1, 16, 8192}, {2, 32, 0},
                           {2, 16, 8192}, {4, 32, 0},    {4, 32, 8192}, {4, 16, 8192}};

struct Spread {
  double median, low, high;
};
Spread spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 2], values.front(), values.back()};
}

void compete(const Load& load, std::size_t total, int repetitions, std::string_view only) {
  std::vector<std::vector<double>> wall(std::size(kDesigns)), cpu(std::size(kDesigns));
  for (int repetition = 0; repetition < repetitions; ++repetition)
    for (std::size_t d = 0; d < std::size(kDesigns); ++d) {
      if (d != 0 && std::string_view(kDesigns[d].name).find(only) == std::string_view::npos) continue;
      const Cost cost = kDesigns[d].measure(load, total);
      wall[d].push_back(cost.wall_ns);
      cpu[d].push_back(cost.cpu_ns);
    }
  std::printf("\n%zu producer%s, %zu-byte closures, %s; ns a task, median (least..most)\n", load.producers,
              load.producers == 1 ? "" : "s", load.bytes, load.window == 0 ? "no window" : "window of 8192");
  const double first = spread(wall[0]).median;
  for (std::size_t d = 0; d < std::size(kDesigns); ++d) {
    if (wall[d].empty()) continue;
    const Spread w = spread(wall[d]), c = spread(cpu[d]);
    char name[64];
    std::snprintf(name, sizeof name, "%s%s", kDesigns[d].name, kDesigns[d].kind);
    std::printf("  %-34s wall %6.1f (%5.1f..%6.1f)  x%.2f   cpu %6.1f (%5.1f..%6.1f)\n", name, w.median, w.low, w.high,
                w.median / first, c.median, c.low, c.high);
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace millrace::bench

/// bench_ingress [REPETITIONS [TASKS [PART OF A DESIGN'S NAME]]]; the first design always runs, as the measure of the others.
int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  const std::size_t total = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000;
  for (const millrace::bench::Load& load : millrace::bench::kLoads)
    millrace::bench::compete(load, std::max<std::size_t>(total, 1000), repetitions, argc > 3 ? argv[3] : "");
}
