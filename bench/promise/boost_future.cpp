// Question: what does a continuation cost with boost::future, used as well as its manual allows?
// launch::sync runs a continuation where its future becomes ready, without a thread: inside set_value() or inside then(), so there is no
// queue to pay for, and a chain recurses. Without a loop there is nothing that a coroutine could await a turn of.
#define BOOST_THREAD_VERSION 4
#include <boost/thread/future.hpp>
#include <boost/version.hpp>

#include <string>

#include "sizes.h"

namespace millrace::bench {
namespace {

using Future = boost::future<int>;

int increment(int x) { return x + 1; }

Future end_of_chain(Future last) {
  for (std::size_t i = 0; i < kDepth; ++i) last = last.then(boost::launch::sync, [](Future done) { return increment(done.get()); });
  return last;
}

void measure_then_chain(std::size_t divisor) {
  const std::size_t chains = kChains / divisor;
  measure_passes("then_chain", "ns/link", chains * kDepth, [&] {
    for (std::size_t i = 0; i < chains; ++i) {
      boost::promise<int> root;
      Future last = end_of_chain(root.get_future());
      root.set_value(0);
      sink = last.get();
    }
  });
}

void measure_then_settled(std::size_t divisor) {
  const std::size_t count = kSteps / divisor;
  measure_passes("then_settled", "ns/reaction", count, [&] {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = boost::make_ready_future(value).then(boost::launch::sync, [](Future done) { return increment(done.get()); }).get();
    sink = value;
  });
}

void measure_state(std::size_t) {
  std::vector<boost::promise<int>> roots(kHeldChains);
  std::vector<Future> held(kHeldChains);
  const std::size_t heap_before = heap_bytes();
  const std::size_t news_before = count_news();
  for (std::size_t i = 0; i < kHeldChains; ++i) held[i] = end_of_chain(roots[i].get_future());
  report("state", "memory", "bytes/promise", per(heap_bytes() - heap_before, kHeldChains * kDepth));
  report("state", "allocations", "of one promise", per(count_news() - news_before, kHeldChains * kDepth));
  for (boost::promise<int>& root : roots) root.set_value(0);
}

constexpr Workload kWorkloads[] = {
    {"then_chain", measure_then_chain}, {"then_settled", measure_then_settled}, {"state", measure_state}};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const std::string version = std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000) + "." +
                              std::to_string(BOOST_VERSION % 100);
  const Group group{"", kWorkloads};
  return run_program({argv, static_cast<std::size_t>(argc)}, version.c_str(), {&group, 1});
}
