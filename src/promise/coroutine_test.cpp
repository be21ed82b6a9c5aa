#include <millrace/async.h>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using testing::Lines;
using testing::ManualLoop;

/// Counts how many of its kind live: in frames, to see that they go.
struct MovedGuest {
  explicit MovedGuest(int& counter) : count(&counter) { ++*count; }
  MovedGuest(MovedGuest&& other) noexcept : count(other.count) { ++*count; }
  MovedGuest(const MovedGuest&) = delete;
  MovedGuest& operator=(const MovedGuest&) = delete;
  ~MovedGuest() { --*count; }
  int* count;
};

Async<int> plus_one(Loop& /*loop*/, Promise<int> before) { co_return co_await before + 1; }

TEST(AsyncTest, RunsAtOnceUpToItsFirstAwait) {
  ManualLoop m;
  auto [gate, open] = make_promise<void>(m.loop);
  const auto body = [&](Loop& /*loop*/) -> Async<int> {
    m.log.push_back("begin");
    co_await gate;
    m.log.push_back("end");
    co_return 5;
  };
  const Async<int> made = body(m.loop);
  EXPECT_EQ(m.log, Lines{"begin"});
  EXPECT_TRUE(made.pending());
  open.resolve();
  EXPECT_EQ(m.log, Lines{"begin"}) << "always a microtask later";
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"begin", "end"}));
  ASSERT_NE(made.value(), nullptr);
  EXPECT_EQ(*made.value(), 5);
}

TEST(AsyncTest, AwaitingASettledPromiseTakesOneMicrotask) {
  ManualLoop m;
  const auto settled = Promise<int>::resolved(m.loop, 1);
  const auto body = [&](Loop& /*loop*/) -> Async<> {
    for (int i = 1; i <= 3; ++i) {
      co_await settled;
      m.log.push_back("await " + std::to_string(i));
    }
  };
  const Async<> made = body(m.loop);
  struct Marker {
    ManualLoop* m;
    int left;
    void operator()() const {
      m->log.push_back("mark " + std::to_string(4 - left));
      if (left > 1) m->loop.queue_microtask(Marker{m, left - 1}).value();
    }
  };
  m.loop.queue_microtask(Marker{&m, 3}).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"await 1", "mark 1", "await 2", "mark 2", "await 3", "mark 3"}));
}

TEST(AsyncTest, ReturningAPromiseFollowsItThreeMicrotasksLater) {
  ManualLoop m;
  const auto settled = Promise<int>::resolved(m.loop, 9);
  const auto body = [&](Loop& /*loop*/) -> Async<int> { co_return settled; };
  const Async<int> made = body(m.loop);
  int turns = 0;
  struct Turn {
    ManualLoop* m;
    int* turns;
    const Async<int>* made;
    void operator()() const {
      ++*turns;
      if (made->pending()) m->loop.queue_microtask(*this).value();
    }
  };
  m.loop.queue_microtask(Turn{&m, &turns, &made}).value();
  m.loop.run();
  EXPECT_EQ(turns, 2) << "the job that begins to wait, and the reaction";
  EXPECT_EQ(*made.value(), 9);
}

TEST(AsyncTest, AThrownExceptionRejectsAndIsRethrownWhereItIsAwaited) {
  ManualLoop m;
  const auto fails = [](Loop& /*loop*/) -> Async<int> {
    throw std::out_of_range("far");
    co_return 1;
  };
  const auto waits = [&](Loop& loop) -> Async<> {
    try {
      co_await fails(loop);
    } catch (const std::out_of_range& error) {
      m.log.push_back(error.what());
    }
  };
  const Async<> made = waits(m.loop);
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"far"}) << "with its type";
  EXPECT_EQ(made.status(), PromiseStatus::fulfilled);
}

TEST(AsyncTest, MoveOnlyValuesTravel) {
  ManualLoop m;
  const auto makes = [](Loop& /*loop*/) -> Async<std::unique_ptr<int>> { co_return std::make_unique<int>(4); };
  const auto takes = [&](Loop& loop) -> Async<int> { co_return *co_await makes(loop); };
  const Async<int> made = takes(m.loop);
  m.loop.run();
  EXPECT_EQ(*made.value(), 4);
}

TEST(AsyncTest, CloseDestroysEveryFrameThatWaits) {
  int guests = 0;
  std::optional<Promise<int>> outer;
  {
    ManualLoop m;
    auto [gate, open] = make_promise<int>(m.loop);
    const auto inner = [&guests](Loop& /*loop*/, Promise<int> waits) -> Async<int> {
      const MovedGuest guest{guests};
      co_return co_await waits;
    };
    const auto lazy = [&guests](Promise<int> waits) -> Lazy<int> {
      const MovedGuest guest{guests};
      co_return co_await waits;
    };
    const auto middle = [&](Loop& loop) -> Async<int> {
      const MovedGuest guest{guests};
      co_return co_await inner(loop, gate) + co_await lazy(gate);
    };
    const auto other = [&](Loop& /*loop*/) -> Async<int> {
      const MovedGuest guest{guests};
      co_return co_await lazy(gate);
    };
    outer = middle(m.loop);
    const Async<int> second = other(m.loop);
    m.loop.run_once(Duration::zero()).value();
    EXPECT_EQ(guests, 4);
    m.loop.close();
    EXPECT_EQ(guests, 0);
    EXPECT_TRUE(outer->error()->matches(make_error_code(Errc::closed)));
    EXPECT_FALSE(open.resolve(1));
  }
  EXPECT_EQ(outer->status(), PromiseStatus::rejected) << "outlives its loop";
}

TEST(AsyncTest, ADeepChainOfAwaitsUnwindsWithoutAStack) {
  ManualLoop m;
  auto [first, open] = make_promise<int>(m.loop);
  Promise<int> last = first;
  constexpr int kDepth = 100'000;
  for (int i = 0; i < kDepth; ++i) last = plus_one(m.loop, std::move(last));
  open.resolve(0);
  m.loop.run();
  EXPECT_EQ(*last.value(), kDepth);
}

TEST(AsyncTest, ADeepChainOfAwaitsIsClosedWithoutAStack) {
  ManualLoop m;
  auto [first, open] = make_promise<int>(m.loop);
  Promise<int> last = first;
  for (int i = 0; i < 100'000; ++i) last = plus_one(m.loop, std::move(last));
  m.loop.close();
  EXPECT_EQ(last.error()->code(), make_error_code(Errc::closed));
}

TEST(LazyTest, RunsOnlyWhenAwaitedAndCostsNoMicrotask) {
  ManualLoop m;
  const auto lazy = [&](int value) -> Lazy<int> {
    m.log.push_back("lazy");
    co_return value;
  };
  const auto body = [&](Loop& /*loop*/) -> Async<int> {
    Lazy<int> waits = lazy(2);
    m.log.push_back("made");
    const int sum = co_await std::move(waits) + co_await lazy(3);
    m.log.push_back("sum");
    co_return sum;
  };
  const Async<int> made = body(m.loop);
  EXPECT_EQ(m.log, (Lines{"made", "lazy", "lazy", "sum"}));
  EXPECT_EQ(*made.value(), 5);
}

TEST(LazyTest, ThrowsItsOwnExceptionAndStartsAsAPromise) {
  ManualLoop m;
  const auto lazy = []() -> Lazy<> {
    throw std::runtime_error("no");
    co_return;
  };
  const Async<> made = lazy().start(m.loop);
  ASSERT_NE(made.error(), nullptr);
  EXPECT_EQ(made.error()->message(), "no");
  made.ignore_rejection();
  m.loop.run();
}

TEST(LazyTest, DroppedUnstartedItNeverRuns) {
  int guests = 0;
  {
    const auto lazy = [](MovedGuest guest) -> Lazy<int> { co_return *guest.count; };
    const Lazy<int> dropped = lazy(MovedGuest{guests});
    EXPECT_EQ(guests, 1);
  }
  EXPECT_EQ(guests, 0);
}

}  // namespace
}  // namespace millrace
