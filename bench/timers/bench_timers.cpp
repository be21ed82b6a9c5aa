// Question: which way of keeping timers is the cheapest at 10, 1,000 and 1,000,000 live ones? Deadlines are given, no clock is read.
// `bench_timers check` first compares each candidate with a sorted map; `bench_timers [runs]` prints the table of medians.
#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../core/common.h"
#include "heap.h"
#include "ladder.h"
#include "wheel.h"

namespace millrace::bench {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kStart = 50'000 * kMs;  // the clock of a machine that has run for a while

std::size_t calls = 0;
constexpr Callback kCount{[](void* count) { ++*static_cast<std::size_t*>(count); }, &calls};

std::int64_t below(Rng& random, std::int64_t limit) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
}

/// ns per operation, or bytes; medians are formed over runs.
using Figures = std::map<std::string, std::vector<double>>;

/// Small sets are filled and emptied again and again.
std::size_t rounds_for(std::size_t live) { return std::max<std::size_t>(1, 200'000 / live); }

/// What reading the clock twice takes by itself: more than ten timers do.
std::uint64_t clock_cost_ns() {
  const std::uint64_t start = thread_cpu_ns();
  for (int i = 0; i < 9'999; ++i) static_cast<void>(thread_cpu_ns());
  return (thread_cpu_ns() - start) / 10'000;
}
double per_timer(std::uint64_t total, std::size_t live, std::size_t rounds) {
  return per(total - std::min(total, rounds * clock_cost_ns()), live * rounds);
}

/// Time-outs of requests: 1 s to 1 h, cancelled in another order.
template <typename C>
void add_cancel(std::size_t live, Figures& figures) {
  Rng random;
  std::vector<std::int64_t> deadlines(live);
  std::vector<std::uint32_t> order(live);
  for (std::size_t i = 0; i < live; ++i) {
    deadlines[i] = kStart + 1'000 * kMs + below(random, 3'600'000) * kMs;
    order[i] = static_cast<std::uint32_t>(i);
  }
  for (std::size_t i = live - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
  std::vector<TimerId> ids(live);
  const std::size_t rounds = rounds_for(live);
  std::uint64_t add_ns = 0;
  std::uint64_t cancel_ns = 0;
  const std::size_t heap_before = heap_bytes();
  C timers;
  std::size_t heap_full = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::uint64_t start = thread_cpu_ns();
    for (std::size_t i = 0; i < live; ++i) ids[i] = timers.add(deadlines[i], kCount);
    const std::uint64_t added = thread_cpu_ns();
    if (round == 0) heap_full = heap_bytes();
    const std::uint64_t cancel_start = thread_cpu_ns();
    for (const std::uint32_t i : order) timers.cancel(ids[i]);
    cancel_ns += thread_cpu_ns() - cancel_start;
    add_ns += added - start;
  }
  figures["add"].push_back(per_timer(add_ns, live, rounds));
  figures["cancel"].push_back(per_timer(cancel_ns, live, rounds));
  figures["bytes"].push_back(per(heap_full - heap_before, live));
}

/// All overdue; 0 ms: 1 to 100 ms at random, as seen by a clock that moves 50 ns from one add to the next.
template <typename C>
void add_fire(std::size_t live, std::int64_t same_ms, const char* name, Figures& figures) {
  Rng random;
  C timers;
  const std::size_t rounds = rounds_for(live);
  std::uint64_t fire_ns = 0;
  std::int64_t now = kStart;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < live; ++i, now += 50)
      static_cast<void>(timers.add(now + (same_ms != 0 ? same_ms : 1 + below(random, 100)) * kMs, kCount));
    now += 101 * kMs;
    const std::uint64_t start = thread_cpu_ns();
    if (timers.fire(now) != live) give_up("fire: not all were due");
    fire_ns += thread_cpu_ns() - start;
  }
  figures[name].push_back(per_timer(fire_ns, live, rounds));
}

/// Idle time-outs of connections: any of them starts its 30 s again.
template <typename C>
void rearm(std::size_t live, Figures& figures) {
  Rng random;
  C timers;
  std::int64_t now = kStart;
  std::vector<TimerId> ids;
  for (std::size_t i = 0; i < live; ++i) ids.push_back(timers.add(now + 30'000 * kMs, kCount));
  const std::size_t rounds = std::max<std::size_t>(200'000, live);
  const std::uint64_t start = thread_cpu_ns();
  for (std::size_t i = 0; i < rounds; ++i, now += 50) timers.rearm(ids[random() % live], now + 30'000 * kMs);
  figures["rearm"].push_back(per(thread_cpu_ns() - start, rounds));
}

/// Time goes on: what is due fires, and as many with 1 ms to 10 s are added. A step is the mean time between two timers.
template <typename C>
void turnover(std::size_t live, Figures& figures) {
  Rng random;
  C timers;
  std::int64_t now = kStart;
  const auto add_one = [&] { static_cast<void>(timers.add(now + kMs + below(random, 10'000 * kMs), kCount)); };
  for (std::size_t i = 0; i < live; ++i) add_one();
  const std::int64_t step = std::max<std::int64_t>(5'000 * kMs / static_cast<std::int64_t>(live), 20'000);
  std::size_t fired = 0;
  const std::size_t enough = std::max<std::size_t>(200'000, live);
  const std::uint64_t start = thread_cpu_ns();
  while (fired < enough) {
    now += step;
    const std::size_t due = timers.fire(now);
    for (std::size_t i = 0; i < due; ++i) add_one();
    fired += due;
  }
  figures["turnover"].push_back(per(thread_cpu_ns() - start, fired));
}

template <typename C>
void measure(std::size_t live, Figures& figures) {
  add_cancel<C>(live, figures);
  add_fire<C>(live, 0, "fire", figures);
  add_fire<C>(live, 10, "fire same", figures);
  rearm<C>(live, figures);
  turnover<C>(live, figures);
}

template <typename C>
void print(std::size_t live, std::size_t runs) {
  Figures figures;
  for (std::size_t run = 0; run < runs; ++run) measure<C>(live, figures);
  std::printf("| %zu | %s |", live, C::kName);
  for (const char* name : {"add", "cancel", "fire", "fire same", "rearm", "turnover", "bytes"}) {
    std::vector<double>& values = figures[name];
    std::ranges::sort(values);
    std::printf(" %.1f |", values[values.size() / 2]);
  }
  std::puts("");
  std::fflush(stdout);
}

/// Random steps, compared with a sorted map.
template <typename C>
bool agrees(std::uint64_t seed) {
  struct Model {
    std::map<std::pair<std::int64_t, std::uint64_t>, std::uint64_t> armed;
    std::vector<std::uint64_t> fired;
  };
  struct Witness {
    Model* model;
    std::uint64_t number;
  };
  std::mt19937_64 random{seed};
  C timers;
  Model model;
  std::vector<std::pair<TimerId, std::pair<std::int64_t, std::uint64_t>>> known;
  std::vector<std::unique_ptr<Witness>> witnesses;
  std::int64_t now = kStart;
  std::uint64_t sequence = 0;
  const auto deadline = [&] { return now + static_cast<std::int64_t>(random() % (std::uint64_t{1} << (1 + random() % 45))); };
  for (int step = 0; step < 20'000; ++step) {
    const auto dice = random() % 100;
    if (dice < 55 || known.empty()) {
      witnesses.push_back(std::make_unique<Witness>(&model, sequence));
      const std::int64_t at = deadline();
      const auto fired = [](void* self) {
        static_cast<Witness*>(self)->model->fired.push_back(static_cast<Witness*>(self)->number);
      };
      known.emplace_back(timers.add(at, {fired, witnesses.back().get()}), std::pair{at, sequence});
      model.armed.emplace(std::pair{at, sequence}, sequence);
      ++sequence;
    } else if (dice < 75) {
      const auto& [id, key] = known[random() % known.size()];
      if (timers.cancel(id) != (model.armed.erase(key) == 1)) return false;
    } else if (dice < 90) {
      auto& [id, key] = known[random() % known.size()];
      const auto found = model.armed.find(key);
      if (found == model.armed.end()) continue;
      const std::uint64_t number = found->second;
      model.armed.erase(found);
      key = {deadline(), sequence++};
      timers.rearm(id, key.first);
      model.armed.emplace(key, number);
    } else {
      now += static_cast<std::int64_t>(random() % (std::uint64_t{1} << (1 + random() % 40)));
      model.fired.clear();
      const std::size_t count = timers.fire(now);
      if (count != model.fired.size()) return false;
      for (const std::uint64_t number : model.fired) {
        if (model.armed.empty() || model.armed.begin()->second != number || model.armed.begin()->first.first > now) return false;
        model.armed.erase(model.armed.begin());
      }
      if (!model.armed.empty() && model.armed.begin()->first.first <= now) return false;
    }
  }
  return true;
}

template <typename C>
bool check() {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    if (!agrees<C>(seed)) return std::printf("%s disagrees, seed %lu\n", C::kName, static_cast<unsigned long>(seed)) < 0;
  return true;
}

template <typename... C>
int compare(std::string_view what) {
  if (what == "check") return (check<C>() && ...) ? 0 : 1;
  const long runs = what.empty() ? 5 : std::max(1L, std::strtol(what.data(), nullptr, 10));
  std::puts(
      "| live | candidate | add | cancel | fire | fire same | rearm | turnover | bytes |\n|--:|---|--:|--:|--:|--:|--:|--:|--:|");
  for (const std::size_t live : {std::size_t{10}, std::size_t{1'000}, std::size_t{1'000'000}})
    (print<C>(live, static_cast<std::size_t>(runs)), ...);
  return 0;
}

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  return compare<Heap, LinkedWheel, ArrayWheel, Ladder>(argc > 1 ? argv[1] : "");
}
