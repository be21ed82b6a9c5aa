// The worker pool, everything at once: random jobs, aborts, timeouts and ends on real threads.
#include <millrace/worker_pool.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include <millrace/async.h>
#include <millrace/combinators.h>

#include "support/test_seeds.h"
#include "support/worker_functions.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using namespace testing;

TEST(WorkerPoolStress, EveryJobIsCompletedRejectedOrCancelledOnceHoweverItEnds) {
  for (const std::uint64_t seed : test_seeds(24)) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    std::atomic<int> functions = 0;
    int made = 0, fulfilled = 0, refused = 0;
    {
      auto loop = std::make_unique<Loop>();
      std::vector<AbortController> controllers;
      for (int i = 0; i < 8; ++i) controllers.emplace_back(*loop);
      WorkerPool pool{*loop, {.threads = 1 + random() % 4, .queue_max = 64}};
      std::vector<Promise<void>> settled;
      int rounds = 0;
      std::function<void()> round = [&] {
        for (int i = 0; i < 20; ++i) {
          JobOptions options;
          if (random() % 2 == 0) options.signal = controllers[random() % controllers.size()].signal();
          if (random() % 4 == 0) options.timeout = std::chrono::microseconds(random() % 300);
          ++made;
          settled.push_back(pool.run(
                                    [witness = Witness(functions), spins = random() % 2000,
                                     throws = random() % 5 == 0](const WorkerContext& context) {
                                      for (std::uint64_t spin = 0; spin < spins && !context.cancelled(); ++spin)
                                        if (spin % 256 == 0) std::this_thread::yield();
                                      if (throws) throw std::runtime_error("thrown");
                                      return spins;
                                    },
                                    options)
                                .then([&](std::uint64_t) { ++fulfilled; }, [&](const Error&) { ++refused; }));
        }
        if (random() % 2 == 0) controllers[random() % controllers.size()].abort();
        if (++rounds < 10) loop->immediate(round).value();
      };
      loop->immediate(round).value();
      const int end = static_cast<int>(random() % 4);
      if (end == 0) {
        loop->run();
        EXPECT_EQ(fulfilled + refused, made);
        EXPECT_EQ(pool.figures().pending, 0u);
      } else {
        static_cast<void>(loop->run_until([&] { return rounds >= 3; }));
        if (end == 1) loop->close();
        if (end == 2) loop.reset();
        if (end == 3) {
          EXPECT_TRUE(pool.close(1h));
        }
      }
      expect_conserved(pool);
      round = nullptr;
    }
    EXPECT_EQ(functions, made) << "every function is destroyed once";
  }
}

TEST(WorkerPoolStress, TenThousandRoundTripsLoseNothing) {
  Loop loop;
  WorkerPool pool{loop, {.threads = 3}};
  const auto body = [](WorkerPool& workers, int times) -> Async<long> {
    long sum = 0;
    for (int i = 0; i < times; ++i) sum += co_await workers.run([i] { return i; });
    co_return sum;
  };
  std::vector<Promise<long>> chains;
  for (int i = 0; i < 5; ++i) chains.push_back(body(pool, 2000));
  const auto sums = run_until(loop, all(loop, chains)).value();
  for (const long sum : sums) EXPECT_EQ(sum, 1999L * 2000 / 2);
  EXPECT_EQ(pool.figures().completed, 10'000u);
  EXPECT_LE(pool.figures().threads, 3u);
}

}  // namespace
}  // namespace millrace
