// Ten million promises leave nothing behind, and neither does a coroutine that is cancelled at any of its suspension points.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <millrace/async.h>
#include <millrace/awaitables.h>
#include <millrace/combinators.h>
#include <millrace/task_scope.h>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using testing::ManualLoop;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kScale = 50;  // the sanitizers keep what was freed, and are slow; they look for themselves
#else
constexpr int kScale = 1;
#endif

std::size_t heap_bytes() {
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  return ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
#else
  return 0;
#endif
}

/// Runs `round` until about `promises` were made, `each` a round, and compares what lives after the first rounds with what lives after the
/// last.
template <typename Round>
void expect_flat(ManualLoop& m, std::int64_t promises, std::int64_t each, Round round) {
  const std::int64_t rounds = promises / each / kScale;
  for (int i = 0; i < 10; ++i) round();
  const std::size_t live = promise_figures(m.loop).live;
  const std::size_t heap = heap_bytes();
  for (std::int64_t i = 0; i < rounds; ++i) round();
  EXPECT_EQ(promise_figures(m.loop).live, live);
  EXPECT_EQ(promise_figures(m.loop).pending, 0u);
  EXPECT_LE(heap_bytes(), heap + 64 * 1024);
}

TEST(PromiseLeakTest, SixMillionInChains) {
  ManualLoop m;
  std::int64_t sum = 0;
  expect_flat(m, 6'000'000, 1'000, [&] {
    auto [first, resolver] = make_promise<std::int64_t>(m.loop);
    Promise<std::int64_t> last = std::move(first);
    for (int i = 0; i < 998; ++i) last = std::move(last).then([](std::int64_t value) { return value + 1; });
    std::move(last).then([&sum](std::int64_t value) { sum += value; });
    resolver.resolve(0);
    m.loop.run();
  });
  EXPECT_GT(sum, 0);
}

TEST(PromiseLeakTest, TwoMillionInRacesAgainstOneThatStaysPending) {
  ManualLoop m;
  auto [shutdown, resolver] = make_promise<int>(m.loop);
  {
    const auto pending = promise_figures(m.loop).pending;
    ASSERT_EQ(pending, 1u);
  }
  int wins = 0;
  const auto round = [&] {
    auto [quick, settles] = make_promise<int>(m.loop);
    race(shutdown, quick).then([&wins](const int& value) { wins += value; });
    any(shutdown, quick);
    settles.resolve(1);
    m.loop.run();
  };
  for (int i = 0; i < 10; ++i) round();
  const std::size_t live = promise_figures(m.loop).live;
  const std::size_t heap = heap_bytes();
  for (int i = 0; i < 500'000 / kScale; ++i) round();
  EXPECT_EQ(promise_figures(m.loop).live, live);
  EXPECT_LE(heap_bytes(), heap + 64 * 1024);
  EXPECT_EQ(wins, 10 + 500'000 / kScale);
}

TEST(PromiseLeakTest, TwoMillionInAbortedScopes) {
  ManualLoop m;
  const LivenessHold hold = m.loop.hold();
  const auto child = [](Loop& loop, AbortSignal signal) -> Async<> { co_await sleep(loop, 1h, std::move(signal)); };
  int ended = 0;
  expect_flat(m, 2'000'000, 40, [&] {
    bool done = false;
    {
      TaskScope scope{m.loop};
      for (int i = 0; i < 10; ++i) scope.spawn(child(m.loop, scope.signal()));
      scope.cancel();
      scope.join().catch_error([&](const Error&) { ++ended, done = true; });
    }
    m.loop.run_until([&done] { return done; });
  });
  EXPECT_GT(ended, 0);
}

/// Counts how many of its kind live in frames.
struct CopiedGuest {
  explicit CopiedGuest(int& counter) : count(&counter) { ++*count; }
  CopiedGuest(const CopiedGuest& other) : count(other.count) { ++*count; }
  CopiedGuest& operator=(const CopiedGuest&) = delete;
  ~CopiedGuest() { --*count; }
  int* count;
};

/// A program that waits in every way there is.
struct Program {
  ManualLoop m;
  int guests = 0;
  AbortController controller{m.loop};

  Lazy<int> lazy(int turns) {
    const CopiedGuest guest{guests};
    for (int i = 0; i < turns; ++i) co_await next_turn(m.loop);
    co_return turns;
  }
  Async<int> child(Loop& loop, AbortSignal signal) {
    const CopiedGuest guest{guests};
    co_await sleep(loop, 1ms, signal);
    co_return co_await lazy(2);
  }
  Async<> body(Loop& loop, TaskScope& scope) {
    const CopiedGuest guest{guests};
    const AbortSignal signal = scope.signal();
    scope.spawn(child(loop, signal));
    co_await child(loop, signal);
    std::vector<Promise<int>> children;
    for (int i = 0; i < 3; ++i) children.push_back(child(loop, signal));
    co_await all(loop, children);
    // Named, because GCC 12 destroys the captures of a lambda that is written inside a co_await expression twice.
    const auto zero = [guest] { return 0; };
    co_await race(child(loop, signal), sleep(loop, 5ms, signal).then(zero));
    co_await any(child(loop, signal), child(loop, signal));
    auto [promise, resolver] = make_promise<int>(loop);
    loop.immediate([r = std::move(resolver), guest]() mutable { r.resolve(1); }).value();
    co_await abortable(promise, signal);
    const auto nothing = [guest] {};
    co_await std::move(promise).finally(nothing);
  }
  Async<> start() {
    return in_scope(m.loop, controller.signal(), [this](TaskScope& scope) { return body(m.loop, scope); });
  }
};

/// Runs the program once for each of its turns, and calls `end` when that turn is over.
template <typename End>
void expect_no_frame_after(End end) {
  int turns = 0;
  for (bool completed = false; !completed; ++turns) {
    ASSERT_LT(turns, 1'000);
    SCOPED_TRACE(turns);
    Program program;
    const Async<> made = program.start();
    made.ignore_rejection();
    for (int turn = 0; turn < turns && program.m.loop.alive(); ++turn) static_cast<void>(program.m.loop.run_once(1h).value());
    completed = !made.pending();
    end(program);
    EXPECT_FALSE(made.pending());
    EXPECT_EQ(program.guests, 0);
  }
  EXPECT_GT(turns, 10) << "the program has that many places to stop at";
}

TEST(CoroutineCancellationTest, AbortAtEveryTurnLeavesNoFrame) {
  expect_no_frame_after([](Program& program) {
    program.controller.abort();
    program.m.loop.run();
  });
}

TEST(CoroutineCancellationTest, CloseAtEveryTurnLeavesNoFrame) {
  expect_no_frame_after([](Program& program) { program.m.loop.close(); });
}

TEST(CoroutineCancellationTest, CloseAtEveryMicrotaskLeavesNoFrame) {
  std::uint64_t steps = 0;
  for (bool completed = false; !completed; ++steps) {
    ASSERT_LT(steps, 10'000u);
    SCOPED_TRACE(steps);
    Program program;
    const Async<> made = program.start();
    made.ignore_rejection();
    // A microtask that requeues itself sees every place between two others.
    struct Closer {
      Program* program;
      std::uint64_t left;
      void operator()() const {
        if (left == 0) return program->m.loop.close();
        if (const std::uint64_t next = left - 1; program->m.loop.alive())
          static_cast<void>(program->m.loop.queue_microtask(Closer{program, next}));
      }
    };
    program.m.loop.queue_microtask(Closer{&program, steps}).value();
    // As many turns as microtasks, or the closer would starve the timers it waits for.
    program.m.loop.run_until([&] { return program.m.loop.figures().microtasks > steps + 400; });
    completed = steps > 400;
    program.m.loop.close();
    EXPECT_FALSE(made.pending());
    EXPECT_EQ(program.guests, 0);
  }
}

}  // namespace
}  // namespace millrace
