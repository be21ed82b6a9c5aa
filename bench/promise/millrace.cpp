// Question: what do reactions, coroutines and combinators cost on a Millrace loop, through its public headers alone?
#include <millrace/async.h>
#include <millrace/combinators.h>
#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/version.h>
#include <millrace/worker_pool.h>

#include "sizes.h"

namespace millrace::bench {
namespace {

int increment(int x) { return x + 1; }

/// One chain after the other: the last reaction of each begins the next, so that the loop is entered once.
struct Chains {
  Loop& loop;
  std::size_t left;

  void next() {
    if (left-- == 0) return;
    auto [root, resolver] = make_promise<int>(loop);
    Promise<int> last = std::move(root);
    for (std::size_t i = 0; i < kDepth; ++i) last = std::move(last).then([](int x) { return increment(x); });
    std::move(last).then([this](int x) {
      sink = x;
      next();
    });
    resolver.resolve(0);
  }
};

void measure_then_chain(std::size_t divisor) {
  Loop loop;
  const std::size_t chains = kChains / divisor;
  measure_passes("then_chain", "ns/link", chains * kDepth, [&] {
    Chains all{loop, chains};
    all.next();
    static_cast<void>(loop.run());
  });
}

/// Each reaction attaches the next.
struct Reactions {
  Promise<int> settled;
  std::size_t left;

  void attach() {
    settled.then([this](const int& x) {
      sink = x;
      if (--left > 0) attach();
    });
  }
};

void measure_then_settled(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kSteps / divisor;
  measure_passes("then_settled", "ns/reaction", count, [&] {
    Reactions reactions{Promise<int>::resolved(loop, 1), count};
    reactions.attach();
    static_cast<void>(loop.run());
  });
}

Async<> await_turns(Loop& /*loop*/, Promise<void> settled, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) co_await settled;
}

void measure_await_turn(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kSteps / divisor;
  measure_passes("await_turn", "ns/await", count, [&] {
    await_turns(loop, Promise<void>::resolved(loop), count);
    static_cast<void>(loop.run());
  });
}

Async<int> incremented(Loop& /*loop*/, int x) { co_return increment(x); }
Async<> await_calls(Loop& loop, std::size_t count) {
  int sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum = co_await incremented(loop, sum);
  sink = sum;
}

void measure_await_call(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kSteps / divisor;
  measure_passes("await_call", "ns/call", count, [&] {
    await_calls(loop, count);
    static_cast<void>(loop.run());
  });
}

/// Each input is fulfilled by a microtask of its own.
void measure_all(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kInputs / divisor;
  measure_passes("all", "ns/promise", count, [&] {
    std::vector<Promise<int>> inputs;
    inputs.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      auto [input, resolver] = make_promise<int>(loop);
      loop.queue_microtask([resolver = std::move(resolver), i]() mutable { resolver.resolve(static_cast<int>(i)); }).value();
      inputs.push_back(std::move(input));
    }
    all(loop, std::move(inputs)).then([](std::vector<int> values) { sink = static_cast<int>(values.size()); });
    static_cast<void>(loop.run());
  });
}

/// all() alone: its inputs were fulfilled before.
void measure_all_settled_inputs(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kInputs / divisor;
  std::vector<Promise<int>> inputs;
  for (std::size_t i = 0; i < count; ++i) inputs.push_back(Promise<int>::resolved(loop, static_cast<int>(i)));
  measure_passes("all_settled_inputs", "ns/promise", count, [&] {
    all(loop, inputs).then([](std::vector<int> values) { sink = static_cast<int>(values.size()); });
    static_cast<void>(loop.run());
  });
}

Async<> run_races(Loop& loop, const Promise<int>& long_lived, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sink = co_await race(long_lived, Promise<int>::resolved(loop, 1));
}
Async<> run_anys(Loop& loop, const Promise<int>& long_lived, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sink = co_await any(long_lived, Promise<int>::resolved(loop, 1));
}

template <auto kRun>
void measure_races(const char* workload, std::size_t divisor) {
  Loop loop;
  const auto [long_lived, resolver] = make_promise<int>(loop);
  measure_growth(workload, kRaces / divisor, [&](std::size_t count) {
    kRun(loop, long_lived, count);
    static_cast<void>(loop.run());
  });
}

/// As `then` costs where memory is there already: states and reactions of the pool, and whatever else is asked of operator new.
void measure_state(std::size_t) {
  struct Store {
    int* to;
    int operator()(int x) const { return *to = x; }
  };
  Loop loop;
  std::vector<Promise<int>> held(kHeldChains, Promise<int>::resolved(loop, 0));
  int last = 0;
  std::size_t heap = 0, pieces = 0, newed = 0;
  for (int round = 0; round < 2; ++round) {
    auto [root, resolver] = make_promise<int>(loop);
    held.assign(kHeldChains, root);
    const std::size_t heap_before = heap_bytes();
    const std::size_t live_before = promise_figures(loop).live;
    const std::size_t news_before = count_news();
    for (Promise<int>& end : held)
      for (std::size_t i = 0; i < kDepth; ++i) end = std::move(end).then(Store{&last});
    if (round == 0) heap = heap_bytes() - heap_before;  // the pool grew by this; the second round finds it free
    pieces = promise_figures(loop).live - live_before;
    newed = count_news() - news_before;
    resolver.resolve(round);
    static_cast<void>(loop.run());
  }
  report("state", "memory", "bytes/promise", per(heap, kHeldChains * kDepth));
  report("state", "allocations", "of one promise", per(pieces + newed, kHeldChains * kDepth));
}

/// One round trip after the other; the work itself is nothing.
struct RoundTrips {
  std::size_t left;
  Loop loop{};
  WorkerPool pool{loop};
  std::uint64_t start_ns = 0;
  std::vector<std::uint64_t> times_ns{};

  void begin() {
    start_ns = wall_ns();
    pool.run([] {}).then([this] { end(); });
  }
  void end() {
    times_ns.push_back(wall_ns() - start_ns);
    if (--left > 0) begin();
  }
};

void measure_offload(std::size_t divisor) {
  RoundTrips round_trips{.left = kOffloads / divisor};
  round_trips.begin();
  round_trips.loop.run();
  report("offload", "p50", "us", percentile(round_trips.times_ns, 0.5) / 1000);
  report("offload", "p99", "us", percentile(round_trips.times_ns, 0.99) / 1000);
}

constexpr Workload kWorkloads[] = {
    {"then_chain", measure_then_chain},
    {"then_settled", measure_then_settled},
    {"await_turn", measure_await_turn},
    {"await_call", measure_await_call},
    {"all", measure_all},
    {"all_settled_inputs", measure_all_settled_inputs},
    {"race", [](std::size_t d) { measure_races<run_races>("race", d); }},
    {"any", [](std::size_t d) { measure_races<run_anys>("any", d); }},
    {"state", measure_state},
    {"offload", measure_offload},
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const Group group{"", kWorkloads};
  return run_program({argv, static_cast<std::size_t>(argc)}, millrace::kVersion.data(), {&group, 1});
}
