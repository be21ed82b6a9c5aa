// The worker pool: every order in which the pool, the loop and the functions may end.
#include <millrace/worker_pool.h>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <thread>

#include <millrace/async.h>

#include "support/manual_loop.h"
#include "support/promise_checks.h"
#include "support/worker_functions.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

// The end of the loop.

TEST(WorkerPoolAndLoop, AStoppedLoopTakesOutcomesWhenItRunsAgain) {
  Loop loop;
  WorkerPool pool{loop};
  const Promise<int> promise = pool.run([&loop] {
    loop.stop();
    return 1;
  });
  EXPECT_EQ(loop.run().reason(), Reason::stopped);
  EXPECT_EQ(run_until(loop, promise).value(), 1);
}

TEST(WorkerPoolAndLoop, CloseRejectsWhatWaitsAndWhatRunsAndLaterOutcomesAreNoOps) {
  std::atomic<int> functions = 0, values = 0;
  Loop loop;
  WorkerPool pool{loop, {.threads = 1}};
  std::latch entered{1};
  const auto running = pool.run([&](const WorkerContext& context) {
    entered.count_down();
    until_cancelled(context);
    return Witness(values);
  });
  const Promise<void> waiting = pool.run([witness = Witness(functions)] {});
  entered.wait();
  loop.close();
  EXPECT_EQ(code_of(running.error()), make_error_code(Errc::closed));
  EXPECT_EQ(code_of(waiting.error()), make_error_code(Errc::closed));
  EXPECT_EQ(functions, 1) << "destroyed uncalled";
  EXPECT_TRUE(pool.close(1h));
  EXPECT_EQ(values, 1) << "destroyed";
  const Promise<void> late = pool.run([witness = Witness(functions)] {});
  EXPECT_EQ(code_of(late.error()), make_error_code(Errc::closed));
  EXPECT_EQ(functions, 2);
  EXPECT_EQ(pool.figures().cancelled, 2u);
  EXPECT_EQ(pool.figures().rejected, 1u);
  expect_conserved(pool);
}

TEST(WorkerPoolAndLoop, OutcomesThatWaitAtTheDoorOfALoopThatClosesAreDestroyed) {
  std::atomic<int> values = 0;
  {
    Loop loop;
    WorkerPool pool{loop, {.threads = 1}};
    const auto promise = pool.run([&values] { return Witness(values); });
    while (loop.figures().ingress_accepted == 0) std::this_thread::yield();
    loop.close();
    EXPECT_EQ(code_of(promise.error()), make_error_code(Errc::closed));
  }
  EXPECT_EQ(values, 1);
}

TEST(WorkerPoolAndLoop, ThePoolMayOutliveTheLoop) {
  std::atomic<int> values = 0;
  auto loop = std::make_unique<Loop>();
  AbortController controller{*loop};
  WorkerPool pool{*loop, {.threads = 2}};
  std::latch entered{1};
  const auto promise = pool.run(
      [&](const WorkerContext& context) {
        entered.count_down();
        until_cancelled(context);
        return Witness(values);
      },
      {.signal = controller.signal(), .timeout = 1h});
  entered.wait();
  loop.reset();
  EXPECT_EQ(code_of(promise.error()), make_error_code(Errc::closed));
  EXPECT_TRUE(pool.close(1h));
  EXPECT_EQ(values, 1);
  EXPECT_EQ(pool.figures().cancelled, 1u);
}

TEST(WorkerPoolAndLoop, APoolOnAClosedLoopRefuses) {
  Loop loop;
  loop.close();
  WorkerPool pool{loop};
  EXPECT_EQ(code_of(pool.run([] {}).error()), make_error_code(Errc::closed));
  EXPECT_EQ(pool.figures().threads, 0u);
  expect_conserved(pool);
}

TEST(WorkerPoolAndLoop, AShutdownWaitsForFunctionsWithinItsGrace) {
  Loop loop;
  WorkerPool pool{loop};
  std::latch entered{1};
  const Promise<int> in_time = pool.run([&] {
    entered.count_down();
    return 1;
  });
  entered.wait();
  loop.shutdown(1h);
  EXPECT_EQ(loop.run().reason(), Reason::closed);
  EXPECT_NE(in_time.value(), nullptr);
}

TEST(WorkerPoolAndLoop, AFunctionMayStopShutDownOrCloseTheLoop) {
  for (const int way : {0, 1, 2, 3}) {
    SCOPED_TRACE(way);
    Loop loop;
    WorkerPool pool{loop, {.threads = 1}};
    std::latch ours_is_done{1};  // a loop that closes settles its promises where close() is called; nobody else may hold one then
    const Promise<void> promise = pool.run([&loop, &ours_is_done, way] {
      ours_is_done.wait();
      if (way == 0) loop.stop();
      if (way == 1) loop.shutdown(Duration::zero());
      if (way == 2) loop.shutdown(1h);
      if (way == 3) loop.close();
    });
    promise.ignore_rejection();
    ours_is_done.count_down();
    EXPECT_EQ(loop.run().reason(), way == 0 ? Reason::stopped : Reason::closed);
    if (way == 2) {
      EXPECT_NE(promise.value(), nullptr) << "a graceful end waits for the function that asked for it";
    }
  }
}

TEST(WorkerPoolAndLoop, AFunctionMayCloseALoopThatDoesNotRun) {
  for (const bool destroys : {false, true}) {
    SCOPED_TRACE(destroys);
    auto loop = std::make_unique<Loop>();
    WorkerPool pool{*loop, {.threads = 1}};
    std::latch done{1};
    const Promise<int> promise = pool.run([&](const WorkerContext& context) {
      if (destroys)
        loop.reset();
      else
        loop->close();
      EXPECT_TRUE(context.cancelled());
      done.count_down();
      return 1;
    });
    done.wait();  // the worker was the one thread that used the loop
    EXPECT_EQ(code_of(promise.error()), make_error_code(Errc::closed));
  }
}

TEST(WorkerPoolAndLoop, AFunctionMayDestroyALoopThatOwnsThePool) {
  // The coroutine's frame goes with the loop, and the pool with the frame, on the pool's own thread.
  auto loop = std::make_unique<Loop>();
  std::latch done{1};
  std::atomic<int> values = 0;
  std::atomic<bool> started = false;
  const auto body = [&](Loop& l) -> Async<> {
    WorkerPool pool{l, {.threads = 2}};
    const Promise<int> other = pool.run([](const WorkerContext& context) {
      until_cancelled(context);
      return 2;
    });
    static_cast<void>(co_await pool.run([&](const WorkerContext& context) {
      while (!started) std::this_thread::yield();
      loop.reset();
      EXPECT_TRUE(context.cancelled());
      Witness value(values);
      done.count_down();
      return value;
    }));
    ADD_FAILURE() << "the loop is gone";
  };
  const Async<> made = body(*loop);
  started = true;
  done.wait();
  EXPECT_EQ(code_of(made.error()), make_error_code(Errc::closed));
  while (values == 0) std::this_thread::yield();  // the thread was left to end by itself
}

// The end of the pool.

TEST(WorkerPoolEnd, RejectsWhatIsPendingBeforeItWaitsForWhatRuns) {
  ManualLoop m;
  std::atomic<int> functions = 0, values = 0;
  std::optional<Promise<Witness>> running;
  std::optional<Promise<void>> waiting;
  {
    WorkerPool pool{m.loop, {.threads = 1}};
    std::latch entered{1};
    running = pool.run([&](const WorkerContext& context) {
      entered.count_down();
      until_cancelled(context);  // comes only because it is told before the pool waits
      return Witness(values);
    });
    waiting = pool.run([witness = Witness(functions)] {});
    entered.wait();
  }
  EXPECT_EQ(functions, 1);
  EXPECT_EQ(values, 1);
  EXPECT_EQ(code_of(running->error()), make_error_code(Errc::abandoned));
  EXPECT_EQ(code_of(waiting->error()), make_error_code(Errc::abandoned));
  running->ignore_rejection();
  waiting->ignore_rejection();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
}

TEST(WorkerPoolEnd, AnOutcomeOnItsWayFindsNobody) {
  Loop loop;
  std::atomic<int> values = 0;
  std::optional<Promise<Witness>> promise;
  {
    WorkerPool pool{loop, {.threads = 1}};
    promise = pool.run([&values] { return Witness(values); });
    while (loop.figures().ingress_accepted == 0) std::this_thread::yield();
  }
  promise->ignore_rejection();
  EXPECT_EQ(code_of(promise->error()), make_error_code(Errc::abandoned));
  loop.run();
  EXPECT_EQ(values, 1);
}

TEST(WorkerPoolEnd, CloseWaitsAsLongAsItIsToldAndDetachesNothing) {
  Loop loop;
  Blocker blocker;
  WorkerPool pool{loop, {.threads = 1}};
  const Promise<int> promise = pool.run(blocker.function());
  promise.ignore_rejection();
  blocker.entered.wait();
  for (const Duration limit : {Duration::zero(), Duration{-1}, Duration{1ms}}) {
    const Result<void> closed = pool.close(limit);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code(), Errc::timed_out);
    EXPECT_EQ(closed.error().context("running"), "1");
  }
  EXPECT_EQ(code_of(promise.error()), make_error_code(Errc::abandoned));
  EXPECT_EQ(pool.figures().threads, 1u) << "still the pool's";
  const Promise<void> late = pool.run([] {});
  late.ignore_rejection();
  EXPECT_EQ(code_of(late.error()), make_error_code(Errc::closed));
  blocker.go.count_down();
  EXPECT_TRUE(pool.close(Duration::max()));
  EXPECT_TRUE(pool.close(Duration::zero())) << "idempotent";
  EXPECT_EQ(pool.figures().threads, 0u);
  loop.run();
}

TEST(WorkerPoolEnd, CloseOnAThreadOfThePoolDoesNotWaitForItself) {
  // Between two runs the loop, and so the pool, is any one thread's; here the worker's.
  Loop loop;
  WorkerPool pool{loop, {.threads = 1}};
  std::latch done{1};
  const Promise<int> promise = pool.run([&](const WorkerContext& context) {
    const Result<void> closed = pool.close(1h);
    EXPECT_EQ(closed.error().code(), Errc::would_block_forever);
    EXPECT_TRUE(context.cancelled());
    done.count_down();
    return 1;
  });
  done.wait();
  EXPECT_TRUE(pool.close(1h));
  promise.ignore_rejection();
  loop.run();
}

}  // namespace
}  // namespace millrace
