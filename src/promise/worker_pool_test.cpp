// The worker pool: what comes back and on which thread, order, bounds, every way in which a job can be cancelled, and every order in which the
// pool, the loop and the functions may end.
#include <millrace/worker_pool.h>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/async.h>
#include <millrace/combinators.h>

#include "support/manual_loop.h"
#include "support/test_seeds.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using testing::Lines;
using testing::ManualLoop;
using testing::test_seeds;
using Reason = RunOutcome::Reason;

static_assert(!std::is_copy_constructible_v<WorkerPool> && !std::is_move_constructible_v<WorkerPool>);

std::error_code code_of(const Error* error) { return error == nullptr ? std::error_code{} : error->code(); }

/// A function that says when it runs, and returns when it is let go or cancelled.
struct Blocker {
  std::latch entered{1};
  std::latch go{1};
  [[nodiscard]] auto function() {
    return [this](const WorkerContext&) {
      entered.count_down();
      go.wait();
      return 1;
    };
  }
};
/// Returns when it is cancelled.
void until_cancelled(const WorkerContext& context) {
  while (!context.cancelled()) std::this_thread::yield();
}
/// Tells of its destruction, and where.
struct Witness {
  explicit Witness(std::atomic<int>& d, std::thread::id* w = nullptr) : destroyed(&d), where(w) {}
  Witness(Witness&& other) noexcept : destroyed(std::exchange(other.destroyed, nullptr)), where(other.where) {}
  Witness& operator=(Witness&&) = delete;
  ~Witness() {
    if (destroyed == nullptr) return;
    if (where != nullptr) *where = std::this_thread::get_id();
    ++*destroyed;
  }
  std::atomic<int>* destroyed;
  std::thread::id* where;
};
void expect_conserved(const WorkerPool& pool) {
  const WorkerPoolFigures figures = pool.figures();
  EXPECT_EQ(figures.submitted, figures.completed + figures.rejected + figures.cancelled + figures.pending);
}

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

// Aborts.

TEST(WorkerPoolAbort, BeforeTheStartRemovesTheJobAtOnce) {
  ManualLoop m;
  Blocker blocker;
  std::atomic<int> destroyed = 0;
  WorkerPool pool{m.loop, {.threads = 1, .queue_max = 1}};
  const Promise<int> first = pool.run(blocker.function());
  blocker.entered.wait();
  AbortController controller{m.loop};
  const Promise<void> aborted =
      pool.run([witness = Witness(destroyed)] { ADD_FAILURE() << "must not run"; }, {.signal = controller.signal()});
  aborted.ignore_rejection();
  m.loop
      .immediate([&] {
        controller.abort(Error(Errc::aborted, "changed my mind"));
        ASSERT_NE(aborted.error(), nullptr) << "at once";
        EXPECT_EQ(aborted.error()->message(), "changed my mind");
        EXPECT_EQ(destroyed, 1);
        EXPECT_EQ(pool.figures().waiting, 0u);
        EXPECT_EQ(pool.figures().cancelled, 1u);
        pool.run([] {}).ignore_rejection();  // there is room again
        EXPECT_EQ(pool.figures().rejected, 0u);
      })
      .value();
  static_cast<void>(m.loop.run_once());
  blocker.go.count_down();
}

TEST(WorkerPoolAbort, WhileRunningRejectsAtOnceTellsTheFunctionAndDropsWhatItReturns) {
  std::atomic<int> values = 0;
  std::thread::id ran, gone;
  Loop loop;
  AbortController controller{loop};
  {
    WorkerPool pool{loop, {.threads = 1}};
    std::latch entered{1};
    std::latch checked{1};
    const auto promise = pool.run(
        [&](const WorkerContext& context) {
          EXPECT_FALSE(context.cancelled());
          ran = std::this_thread::get_id();
          entered.count_down();
          until_cancelled(context);
          checked.wait();
          return Witness(values, &gone);
        },
        {.signal = controller.signal()});
    promise.ignore_rejection();
    loop.immediate([&] {
          entered.wait();
          controller.abort(Error(Errc::aborted, "enough"));
          EXPECT_EQ(promise.error()->message(), "enough");
        })
        .value();
    EXPECT_EQ(loop.run().reason(), Reason::idle) << "nobody waits for the function any more";
    EXPECT_EQ(pool.figures().running, 1u) << "it keeps its thread until it returns";
    EXPECT_EQ(pool.figures().cancelled, 1u);
    EXPECT_EQ(pool.figures().pending, 0u);
    checked.count_down();
  }
  EXPECT_EQ(values, 1);
  EXPECT_EQ(gone, ran);
}

TEST(WorkerPoolAbort, AfterTheFunctionEndedButBeforeItsOutcomeArrivedStillWins) {
  ManualLoop m;
  WorkerPool pool{m.loop, {.threads = 1}};
  AbortController controller{m.loop};
  const Promise<int> promise = pool.run([] { return 1; }, {.signal = controller.signal()});
  promise.ignore_rejection();
  m.loop
      .immediate([&] {
        while (m.loop.figures().ingress_accepted == 0) std::this_thread::yield();
        controller.abort();
      })
      .value();
  static_cast<void>(m.loop.run_once());
  EXPECT_TRUE(promise.error() != nullptr || promise.value() != nullptr);
  m.loop.run();
  expect_conserved(pool);
}

TEST(WorkerPoolAbort, OnASignalThatIsAbortedAlreadyNothingRuns) {
  ManualLoop m;
  std::atomic<int> destroyed = 0;
  WorkerPool pool{m.loop};
  const AbortSignal aborted = AbortSignal::aborted_with(m.loop, Error(Errc::aborted, "before"));
  const Promise<void> promise = pool.run([witness = Witness(destroyed)] {}, {.signal = aborted});
  promise.ignore_rejection();
  EXPECT_EQ(promise.error()->message(), "before");
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(pool.figures().threads, 0u);
  EXPECT_EQ(pool.figures().rejected, 1u);
}

TEST(WorkerPoolAbort, AFinishedJobLeavesItsSignal) {
  Loop loop;
  AbortController controller{loop};
  WorkerPool pool{loop};
  EXPECT_TRUE(run_until(loop, pool.run([] {}, {.signal = controller.signal()})));
  controller.abort();
  loop.run();
  EXPECT_EQ(pool.figures().completed, 1u);
  EXPECT_EQ(pool.figures().cancelled, 0u);
}

TEST(WorkerPoolAbort, AStopTokenWakesAFunctionThatWaits) {
  Loop loop;
  AbortController controller{loop};
  WorkerPool pool{loop};
  std::latch entered{1};
  std::atomic<bool> woken = false;
  const Promise<void> promise = pool.run(
      [&](std::stop_token stop) {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        entered.count_down();
        changed.wait(lock, stop, [] { return false; });
        woken = stop.stop_requested();
      },
      {.signal = controller.signal()});
  promise.ignore_rejection();
  loop.immediate([&] {
        entered.wait();
        controller.abort();
      })
      .value();
  loop.run();
  EXPECT_TRUE(pool.close(1h));
  EXPECT_TRUE(woken);
  EXPECT_EQ(code_of(promise.error()), make_error_code(Errc::aborted));
}

TEST(WorkerPoolAbort, WhatAFunctionCapturedMayUseThePoolWhileItIsDestroyed) {
  ManualLoop m;
  WorkerPool pool{m.loop, {.threads = 1}};
  Blocker blocker;
  const Promise<int> first = pool.run(blocker.function());
  blocker.entered.wait();
  AbortController controller{m.loop};
  struct Again {
    explicit Again(WorkerPool& p) : pool(&p) {}
    Again(Again&& other) noexcept : pool(std::exchange(other.pool, nullptr)) {}
    Again& operator=(Again&&) = delete;
    ~Again() {
      if (pool != nullptr) pool->run([] {}).ignore_rejection();
    }
    WorkerPool* pool;
  };
  pool.run([again = Again(pool)] {}, {.signal = controller.signal()}).ignore_rejection();
  m.loop.immediate([&] { controller.abort(); }).value();
  static_cast<void>(m.loop.run_once());
  EXPECT_EQ(pool.figures().submitted, 3u);
  EXPECT_EQ(pool.figures().waiting, 1u);
  blocker.go.count_down();
}

// Time.

TEST(WorkerPoolTime, IsCountedFromRunAlsoForAJobThatWaits) {
  struct Case {
    std::string_view name;
    JobOptions options;
    long rejected_at_ms;
  };
  for (const Case& c : {Case{"timeout", {.timeout = 20ms}, 25}, Case{"deadline", {.deadline = Instant{30ms}}, 30},
                        Case{"the earlier: timeout", {.timeout = 20ms, .deadline = Instant{30ms}}, 25},
                        Case{"the earlier: deadline", {.timeout = 50ms, .deadline = Instant{30ms}}, 30}})
    for (const bool runs : {true, false}) {
      SCOPED_TRACE(std::string(c.name) + (runs ? " of one that runs" : " of one that waits"));
      ManualLoop m;
      Blocker blocker;
      std::optional<Promise<int>> first;
      WorkerPool pool{m.loop, {.threads = 1}};
      m.clock.advance(5ms);
      if (!runs) {
        first = pool.run(blocker.function());
        blocker.entered.wait();
      }
      const Promise<int> limited = pool.run(
          [](const WorkerContext& context) {
            until_cancelled(context);
            return 1;
          },
          c.options);
      limited.catch_error([&m](const Error& error) {
        m.log.push_back(error.code().message());
        m.note_time("at ")();
        return 0;
      });
      m.loop.run_until([&limited] { return !limited.pending(); });
      static_cast<void>(m.loop.run_once());
      EXPECT_EQ(m.log, (Lines{"timed out", "at " + std::to_string(c.rejected_at_ms)}));
      EXPECT_EQ(pool.figures().cancelled, 1u);
      blocker.go.count_down();
    }
}

TEST(WorkerPoolTime, ThatIsOverAlreadyRefusesTheJob) {
  ManualLoop m;
  m.clock.advance(10ms);
  WorkerPool pool{m.loop};
  for (const JobOptions& options : {JobOptions{.timeout = 0ms}, JobOptions{.timeout = -1ms}, JobOptions{.deadline = Instant{10ms}},
                                    JobOptions{.timeout = 1h, .deadline = Instant{3ms}}}) {
    const Promise<void> promise = pool.run([] { ADD_FAILURE() << "must not run"; }, options);
    promise.ignore_rejection();
    EXPECT_EQ(code_of(promise.error()), make_error_code(Errc::timed_out));
  }
  EXPECT_EQ(pool.figures().threads, 0u);
  EXPECT_EQ(pool.figures().rejected, 4u);
}

TEST(WorkerPoolTime, LeavesNoTimerWhenTheJobEndsInTime) {
  Loop loop{{.limits = {.timers_max = 1}}};
  WorkerPool pool{loop};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run_until(loop, pool.run([] {}, {.timeout = 1h})));
  EXPECT_FALSE(loop.alive());
  const TimerHandle taken = loop.schedule(1h, [] {}).value();
  EXPECT_EQ(run_until(loop, pool.run([] {}, {.timeout = 1h})).error().code(), Errc::full) << "of the loop's timers";
  expect_conserved(pool);
}

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
    const Promise<void> promise = pool.run([&loop, way] {
      if (way == 0) loop.stop();
      if (way == 1) loop.shutdown(Duration::zero());
      if (way == 2) loop.shutdown(1h);
      if (way == 3) loop.close();
    });
    promise.ignore_rejection();
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

// promisify()

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

// Everything at once.

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
