// Every way in which a job of the worker pool can be cancelled: an abort before, while and after its function runs; its timeout or deadline.
#include <millrace/worker_pool.h>

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "support/manual_loop.h"
#include "support/promise_checks.h"
#include "support/worker_functions.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

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

}  // namespace
}  // namespace millrace
