// The worker pool: what comes back and on which thread, order, context and bounds. How jobs are cancelled is in
// worker_pool_cancel_test.cpp, what happens at the end of the pool or the loop in worker_pool_close_test.cpp.
#include <millrace/worker_pool.h>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/async.h>
#include <millrace/combinators.h>

#include "support/manual_loop.h"
#include "support/worker_functions.h"

namespace millrace {
namespace {

using namespace testing;
using Reason = RunOutcome::Reason;

static_assert(!std::is_copy_constructible_v<WorkerPool> && !std::is_move_constructible_v<WorkerPool>);

// What comes back.

TEST(WorkerPool, RunsElsewhereAndSettlesOnTheLoopThread) {
  Loop loop;
  WorkerPool pool{loop, {.threads = 2}};
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there, settled;
  pool.run([&there] {
        there = std::this_thread::get_id();
        return 7;
      })
      .then([&settled](int value) {
        EXPECT_EQ(value, 7);
        settled = std::this_thread::get_id();
      });
  EXPECT_EQ(loop.run().reason(), Reason::idle) << "a pending promise of the pool keeps the loop alive";
  EXPECT_EQ(settled, here);
  EXPECT_NE(there, here);
  EXPECT_NE(there, std::thread::id{});
}

TEST(WorkerPool, EachOutcomeIsACallbackOfItsOwn) {
  ManualLoop m;
  WorkerPool pool{m.loop, {.threads = 1}};
  const Promise<void> first = pool.run([] {});
  const Promise<void> second = pool.run([] {});
  first.then([&m] {
    m.log.emplace_back("first");
    m.loop.queue_microtask(m.note("microtask of the first")).value();
  });
  second.then(m.note("second"));
  while (m.loop.figures().ingress_accepted < 2) std::this_thread::yield();  // both wait at the door
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"first", "microtask of the first", "second"}));
}

TEST(WorkerPool, PromisesWhatTheFunctionReturns) {
  Loop loop;
  WorkerPool pool{loop};
  static_assert(std::is_same_v<decltype(pool.run([] {})), Promise<void>>);
  static_assert(std::is_same_v<decltype(pool.run([] { return std::make_unique<int>(); })), Promise<std::unique_ptr<int>>>);
  static_assert(std::is_same_v<decltype(pool.run([]() -> Result<long> { return 1; })), Promise<long>>);
  static_assert(std::is_same_v<decltype(pool.run([]() -> Result<void> { return {}; })), Promise<void>>);
  EXPECT_TRUE(run_until(loop, pool.run([] {})));
  EXPECT_EQ(*run_until(loop, pool.run([owned = std::make_unique<int>(3)]() mutable { return std::move(owned); })).value(), 3);
  EXPECT_EQ(run_until(loop, pool.run([]() -> Result<long> { return 4; })).value(), 4);
  EXPECT_EQ(run_until(loop, pool.run([]() -> Result<long> { return fail(Errc::not_found, "no row"); })).error().message(),
            "no row");
  EXPECT_TRUE(run_until(loop, pool.run([]() -> Result<void> { return {}; })));
  EXPECT_EQ(run_until(loop, pool.run(+[] { return std::string("of a function pointer"); })).value(), "of a function pointer");
}

TEST(WorkerPool, AnExceptionRejectsAndKeepsItsType) {
  Loop loop;
  WorkerPool pool{loop};
  struct Special : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto failed = run_until(loop, pool.run([]() -> int { throw Special("exactly this"); }));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Errc::uncaught_exception);
  const auto* special = failed.error().exception_as<Special>();
  ASSERT_NE(special, nullptr);
  EXPECT_STREQ(special->what(), "exactly this");
  EXPECT_EQ(run_until(loop, pool.run([] { throw ErrorException(Error(Errc::not_found, "typed")); })).error().code(),
            Errc::not_found);
  EXPECT_FALSE(run_until(loop, pool.run([] { throw 5; })));
  EXPECT_EQ(pool.figures().completed, 3u);
}

TEST(WorkerPool, AValueThatCannotBeMovedRejects) {
  struct Heavy {
    Heavy() = default;
    Heavy(const Heavy&) = delete;
    Heavy(Heavy&& other) : moves(other.moves + 1) {
      if (moves == 2) throw std::runtime_error("too heavy");  // the first is into the job
    }
    Heavy& operator=(Heavy&&) = delete;
    ~Heavy() = default;
    int moves = 0;
  };
  Loop loop;
  WorkerPool pool{loop};
  EXPECT_EQ(run_until(loop, pool.run([] { return Heavy{}; })).error().message(), "too heavy");
}

TEST(WorkerPool, MovesValuesAndNeverCopiesThem) {
  struct Counted {
    explicit Counted(std::atomic<int>& c) : copies(&c) {}
    Counted(const Counted& other) : copies(other.copies) { ++*copies; }
    Counted(Counted&&) noexcept = default;
    Counted& operator=(const Counted&) = delete;
    Counted& operator=(Counted&&) noexcept = default;
    ~Counted() = default;
    std::atomic<int>* copies;
  };
  std::atomic<int> copies = 0;
  Loop loop;
  WorkerPool pool{loop};
  EXPECT_TRUE(run_until(loop, pool.run([value = Counted(copies)]() mutable { return std::move(value); })));
  EXPECT_EQ(copies, 0);
}

TEST(WorkerPool, ARejectionThatNobodyHandlesIsTold) {
  std::vector<std::string> uncaught;
  Loop loop{{.on_uncaught = [&uncaught](const Error& error) { uncaught.push_back(error.to_string()); }}};
  WorkerPool pool{loop};
  static_cast<void>(pool.run([] { throw std::runtime_error("forgotten"); }));
  loop.run();
  ASSERT_EQ(uncaught.size(), 1u);
  EXPECT_NE(uncaught[0].find("forgotten"), std::string::npos);
}

TEST(WorkerPool, IsAwaitedInCoroutines) {
  Loop loop;
  WorkerPool pool{loop, {.threads = 2}};
  const auto body = [](WorkerPool& workers) -> Async<int> {
    int sum = 0;
    for (int i = 1; i <= 10; ++i) sum += co_await workers.run([i] { return i; });
    try {
      co_await workers.run([] { throw std::out_of_range("far"); });
    } catch (const std::out_of_range&) {
      sum += 100;
    }
    co_return sum;
  };
  EXPECT_EQ(run_until(loop, Promise<int>(body(pool))).value(), 155);
  EXPECT_EQ(pool.figures().threads, 1u) << "one after the other needs one thread";
}

TEST(WorkerPool, DestroysTheFunctionWhereItRanAndTheValueOnTheLoopThread) {
  std::atomic<int> functions = 0, values = 0;
  std::thread::id ran, function_gone, value_gone;
  {
    Loop loop;
    WorkerPool pool{loop, {.threads = 1}};
    EXPECT_TRUE(run_until(loop, pool.run([&, witness = Witness(functions, &function_gone)] {
      ran = std::this_thread::get_id();
      return Witness(values, &value_gone);
    })));
  }
  EXPECT_EQ(functions, 1);
  EXPECT_EQ(function_gone, ran);
  EXPECT_EQ(values, 1);
  EXPECT_EQ(value_gone, std::this_thread::get_id());
}

// Threads.

TEST(WorkerPoolThreads, AreStartedWhenAJobFindsNoneFreeAndNeverMoreThanAsked) {
  Loop loop;
  WorkerPool pool{loop, {.threads = 2}};
  EXPECT_EQ(pool.figures().threads, 0u);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(run_until(loop, pool.run([] {})));
  EXPECT_EQ(pool.figures().threads, 1u);
  std::array<Blocker, 3> blockers;
  std::vector<Promise<int>> promises;
  for (Blocker& blocker : blockers) promises.push_back(pool.run(blocker.function()));
  blockers[0].entered.wait();
  blockers[1].entered.wait();
  EXPECT_EQ(pool.figures().threads, 2u);
  EXPECT_EQ(pool.figures().running, 2u);
  EXPECT_EQ(pool.figures().waiting, 1u);
  for (Blocker& blocker : blockers) blocker.go.count_down();
  EXPECT_TRUE(run_until(loop, all(loop, promises)));
  EXPECT_EQ(pool.figures().threads, 2u);
  EXPECT_EQ(pool.figures().running, 0u);
}

TEST(WorkerPoolThreads, HaveANameAndTakeNoSignals) {
  Loop loop;
  WorkerPool pool{loop, {.threads = 1, .name = "blocking"}};
  const auto look = [] {
#ifdef __linux__
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    EXPECT_STREQ(name, "blocking-1");
#endif
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
    EXPECT_EQ(sigismember(&blocked, SIGUSR2), 1);
    EXPECT_EQ(sigismember(&blocked, SIGSEGV), 0);
  };
  EXPECT_TRUE(run_until(loop, pool.run(look)));
  sigset_t here;
  pthread_sigmask(SIG_BLOCK, nullptr, &here);
  EXPECT_EQ(sigismember(&here, SIGTERM), 0) << "of the thread that started them nothing has changed";
}

TEST(WorkerPoolThreads, AnIdlePoolEndsWithoutOne) {
  Loop loop;
  const WorkerPool pool{loop};
  EXPECT_FALSE(loop.alive());
  EXPECT_EQ(loop.run().reason(), Reason::idle);
}

TEST(WorkerPoolOrder, FunctionsStartInTheOrderOfRun) {
  Loop loop;
  WorkerPool pool{loop, {.threads = 1}};
  std::vector<int> started;
  std::vector<Promise<void>> promises;
  for (int i = 0; i < 100; ++i) promises.push_back(pool.run([&started, i] { started.push_back(i); }));
  EXPECT_TRUE(run_until(loop, all(loop, promises)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(started[static_cast<std::size_t>(i)], i);
}

TEST(WorkerPoolContext, IsThatOfTheCall) {
  static const ContextKey<int> kRequest;
  Loop loop;
  WorkerPool pool{loop, {.threads = 1}};
  std::optional<Promise<int>> inside;
  {
    const ContextScope scope{loop, Context{}.with(kRequest, 42)};
    inside = pool.run([](const WorkerContext& worker) { return *worker.context().find(kRequest); });
  }
  EXPECT_EQ(run_until(loop, *inside).value(), 42);
  EXPECT_TRUE(run_until(loop, pool.run([](const WorkerContext& worker) { return worker.context().empty(); })).value());
}

// Bounds.

TEST(WorkerPoolBounds, RejectAsFullWhenTheQueueIsAndFunctionsAreDestroyed) {
  for (const std::size_t queue_max : {0U, 2U}) {
    SCOPED_TRACE(queue_max);
    Loop loop;
    Blocker blocker;
    std::atomic<int> destroyed = 0;
    WorkerPool pool{loop, {.threads = 1, .queue_max = queue_max}};
    std::vector<Promise<int>> accepted{pool.run(blocker.function())};  // whether its thread has taken it yet makes no difference
    for (std::size_t i = 0; i < queue_max; ++i) accepted.push_back(pool.run([] { return 2; }));
    const Promise<int> refused = pool.run([witness = Witness(destroyed)] { return 3; });
    refused.ignore_rejection();
    ASSERT_NE(refused.error(), nullptr);
    EXPECT_EQ(refused.error()->code(), Errc::full);
    EXPECT_EQ(refused.error()->context("limit"), "WorkerPoolOptions::queue_max");
    EXPECT_EQ(destroyed, 1);
    EXPECT_EQ(pool.figures().rejected, 1u);
    blocker.go.count_down();
    EXPECT_TRUE(run_until(loop, accepted.front()));
    EXPECT_TRUE(run_until(loop, all(loop, accepted)));
    EXPECT_EQ(run_until(loop, pool.run([] { return 4; })).value(), 4) << "an outcome that was seen has left its place";
    expect_conserved(pool);
  }
}

}  // namespace
}  // namespace millrace
