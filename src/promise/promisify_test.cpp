// promisify(): a blocking function as one that returns a promise.
#include <millrace/worker_pool.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "support/manual_loop.h"
#include "support/worker_functions.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using namespace testing;

int add(int a, int b) { return a + b; }

TEST(Promisify, MapsArgumentsToAPromise) {
  Loop loop;
  WorkerPool pool{loop};
  const auto sum = promisify(pool, add);
  static_assert(std::is_same_v<decltype(sum(1, 2)), Promise<int>>);
  EXPECT_EQ(run_until(loop, sum(1, 2)).value(), 3);
  EXPECT_EQ(run_until(loop, sum(3, 4)).value(), 7);
  const auto length = promisify(pool, &std::string::size);
  EXPECT_EQ(run_until(loop, length(std::string("four"))).value(), 4u);
}

TEST(Promisify, TakesArgumentsByValueAndReferencesByRef) {
  Loop loop;
  WorkerPool pool{loop};
  Blocker blocker;
  std::string given = "given";
  int referred = 1;
  const auto use = promisify(pool, [&blocker](const std::string& text, int& number, std::unique_ptr<int> owned) {
    blocker.go.wait();
    ++number;
    return text + std::to_string(*owned);
  });
  const Promise<std::string> promise = use(given, std::ref(referred), std::make_unique<int>(5));
  given = "changed";
  blocker.go.count_down();
  EXPECT_EQ(run_until(loop, promise).value(), "given5");
  EXPECT_EQ(referred, 2);
}

TEST(Promisify, PassesTheContextOrTheStopTokenFirst) {
  Loop loop;
  WorkerPool pool{loop};
  const auto with_context =
      promisify(pool, [](const WorkerContext& context, int value) { return context.cancelled() ? 0 : value; });
  const auto with_token = promisify(pool, [](std::stop_token token, int value) { return token.stop_possible() ? value : 0; });
  EXPECT_EQ(run_until(loop, with_context(5)).value(), 5);
  EXPECT_EQ(run_until(loop, with_token(6)).value(), 6);
}

TEST(Promisify, ATimeoutBeginsWithEachCall) {
  ManualLoop m;
  WorkerPool pool{m.loop, {.threads = 4}};
  const auto wait = promisify(pool, [](const WorkerContext& context, int) { until_cancelled(context); }, {.timeout = 10ms});
  std::vector<Promise<void>> promises;
  const auto call = [&] { promises.push_back(wait(0).catch_error([&m](const Error&) { m.note_time()(); })); };
  call();
  m.loop.schedule(4ms, call).value().detach();
  m.loop.run_until([&m] { return m.log.size() == 2; });
  EXPECT_EQ(m.log, (Lines{"10", "14"}));
}

}  // namespace
}  // namespace millrace
