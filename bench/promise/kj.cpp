// Question: what do reactions and combinators cost with KJ (Cap'n Proto), used as well as its manual allows?
// A KJ promise has one consumer and runs its callbacks when its own value is waited for; the loop is entered once for a chain. Its
// long-lived promise is a fork, of which each race gets a branch.
#include <capnp/common.h>
#include <kj/async.h>
#include <kj/vector.h>

#include <string>

#include "sizes.h"

namespace millrace::bench {
namespace {

int increment(int x) { return x + 1; }

struct Loop {
  kj::EventLoop loop;
  kj::WaitScope scope{loop};
};

kj::Promise<int> end_of_chain(kj::Promise<int> root) {
  for (std::size_t i = 0; i < kDepth; ++i) root = root.then([](int x) { return increment(x); });
  return root;
}

void measure_then_chain(std::size_t divisor) {
  Loop loop;
  const std::size_t chains = kChains / divisor;
  measure_passes("then_chain", "ns/link", chains * kDepth, [&] {
    for (std::size_t i = 0; i < chains; ++i) {
      auto root = kj::newPromiseAndFulfiller<int>();
      kj::Promise<int> last = end_of_chain(kj::mv(root.promise));
      root.fulfiller->fulfill(0);
      sink = last.wait(loop.scope);
    }
  });
}

void measure_then_settled(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kSteps / divisor;
  measure_passes("then_settled", "ns/reaction", count, [&] {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = kj::Promise<int>(value).then([](int x) { return increment(x); }).wait(loop.scope);
    sink = value;
  });
}

void measure_all(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kInputs / divisor;
  measure_passes("all", "ns/promise", count, [&] {
    auto inputs = kj::heapArrayBuilder<kj::Promise<int>>(count);
    for (std::size_t i = 0; i < count; ++i) inputs.add(kj::evalLater([i] { return static_cast<int>(i); }));
    sink = kj::joinPromises(inputs.finish()).wait(loop.scope).back();
  });
}

void measure_all_settled_inputs(std::size_t divisor) {
  Loop loop;
  const std::size_t count = kInputs / divisor;
  std::vector<std::uint64_t> times_ns;
  for (int pass = 0; pass <= kPasses; ++pass) {
    auto inputs = kj::heapArrayBuilder<kj::Promise<int>>(count);
    for (std::size_t i = 0; i < count; ++i) inputs.add(kj::Promise<int>(static_cast<int>(i)));
    const std::uint64_t start = thread_cpu_ns();
    sink = kj::joinPromises(inputs.finish()).wait(loop.scope).back();
    if (pass > 0) times_ns.push_back(thread_cpu_ns() - start);
  }
  report("all_settled_inputs", "time", "ns/promise", percentile(times_ns, 0.5) / static_cast<double>(count));
}

void measure_race(std::size_t divisor) {
  Loop loop;
  auto long_lived = kj::newPromiseAndFulfiller<int>();
  auto fork = long_lived.promise.fork();
  measure_growth("race", kRaces / divisor, [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) sink = fork.addBranch().exclusiveJoin(kj::Promise<int>(1)).wait(loop.scope);
  });
}

void measure_state(std::size_t) {
  Loop loop;
  kj::Vector<kj::Promise<int>> held;
  kj::Vector<kj::PromiseFulfillerPair<int>> roots;
  held.reserve(kHeldChains);
  roots.reserve(kHeldChains);
  const std::size_t heap_before = heap_bytes();
  const std::size_t news_before = count_news();
  for (std::size_t i = 0; i < kHeldChains; ++i) {
    roots.add(kj::newPromiseAndFulfiller<int>());
    held.add(end_of_chain(kj::mv(roots.back().promise)));
  }
  report("state", "memory", "bytes/promise", per(heap_bytes() - heap_before, kHeldChains * kDepth));
  report("state", "allocations", "of one promise", per(count_news() - news_before, kHeldChains * kDepth));
}

constexpr Workload kWorkloads[] = {
    {"then_chain", measure_then_chain},
    {"then_settled", measure_then_settled},
    {"all", measure_all},
    {"all_settled_inputs", measure_all_settled_inputs},
    {"race", measure_race},
    {"state", measure_state},
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const std::string version =
      std::to_string(CAPNP_VERSION_MAJOR) + "." + std::to_string(CAPNP_VERSION_MINOR) + "." + std::to_string(CAPNP_VERSION_MICRO);
  const Group group{"", kWorkloads};
  return run_program({argv, static_cast<std::size_t>(argc)}, version.c_str(), {&group, 1});
}
