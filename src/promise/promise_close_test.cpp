// What close() does to promises, and what a closed loop says to new ones. Resolvers on other threads are in resolver_close_test.cpp.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using testing::Lines;
using testing::ManualLoop;

template <typename T>
[[nodiscard]] bool is_closed(const Promise<T>& promise) {
  return promise.error() != nullptr && promise.error()->code() == Errc::closed;
}
/// Calls a function when the callable that captured it is destroyed.
auto when_destroyed(auto function) {
  struct Caller {
    decltype(function) call;
    explicit Caller(decltype(function) f) : call(std::move(f)) {}
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;
    ~Caller() { call(); }
  };
  return std::make_shared<const Caller>(std::move(function));
}

TEST(PromiseClose, RejectsWhatIsPendingOldestFirstAndDestroysTheCallbacksUnrun) {
  ManualLoop m;
  std::vector<Promise<int>> promises;
  std::vector<Resolver<int>> resolvers;
  std::vector<Promise<void>> derived;
  for (int i = 0; i < 3; ++i) {
    auto [promise, resolver] = make_promise<int>(m.loop);
    promises.push_back(std::move(promise));
    resolvers.push_back(std::move(resolver));
  }
  // Attached in another order than that of the promises, which is the one that counts.
  for (const std::size_t i : {2U, 0U, 1U}) {
    const auto look = [&m, &promises, i] {
      std::string line = std::to_string(i) + " goes:";
      for (const auto& promise : promises) line += is_closed(promise) ? " closed" : " pending";
      m.log.push_back(std::move(line));
    };
    derived.push_back(promises[i].then([&m, token = when_destroyed(look)](int) { m.log.push_back("called"); },
                                       [&m](const Error&) { m.log.push_back("called"); }));
  }
  m.loop.close();
  EXPECT_EQ(m.log, (Lines{"0 goes: closed pending pending", "1 goes: closed closed pending", "2 goes: closed closed closed"}));
  for (const auto& each : derived) EXPECT_TRUE(is_closed(each));
  EXPECT_EQ(promise_figures(m.loop).pending, 0u);
}

TEST(PromiseClose, InsideACallbackComesAfterItAndNothingElseRuns) {
  ManualLoop m;
  const auto promise = Promise<int>::resolved(m.loop, 1);
  auto [pending, resolver] = make_promise<int>(m.loop);
  const auto closing = promise.then([&m, &pending = pending](int) {
    m.log.push_back("first");
    m.loop.close();
    m.log.push_back(pending.pending() ? "pending until the callback is over" : "rejected already");
    return 1;
  });
  const auto second = promise.then([&](int) { m.log.push_back("second"); });
  const auto chained = closing.then([&](int) { m.log.push_back("chained"); });
  const auto waiting = pending.then([&](int) { m.log.push_back("waiting"); });
  EXPECT_EQ(m.loop.run().reason(), RunOutcome::Reason::closed);
  EXPECT_EQ(m.log, (Lines{"first", "pending until the callback is over"}));
  EXPECT_NE(closing.value(), nullptr) << "what a callback returned counts";
  EXPECT_TRUE(is_closed(pending) && is_closed(second) && is_closed(chained) && is_closed(waiting));
}

TEST(PromiseClose, RejectsWhoFollowsAndWhoWaitsForItsTurn) {
  ManualLoop m;
  auto [inner, inner_resolver] = make_promise<int>(m.loop);
  auto [outer, outer_resolver] = make_promise<int>(m.loop);
  auto [queued, queued_resolver] = make_promise<int>(m.loop);
  outer_resolver.resolve(inner);
  m.loop.run();  // now it waits for inner
  queued_resolver.resolve(Promise<int>::resolved(m.loop, 1));
  const auto turn = Promise<int>::resolved(m.loop, 1).then([](int value) { return value; });
  m.loop.close();
  EXPECT_TRUE(is_closed(inner) && is_closed(outer) && is_closed(queued) && is_closed(turn));
}

TEST(PromiseClose, TellsNobodyOfWhatItRejects) {
  struct Hearing final : Observer {
    void rejection_unhandled(const Error&) override { ++told; }
    void task_failed(const Error&) override { ++told; }
    int told = 0;
  } observer;
  {
    ManualLoop m{{.observer = &observer}};
    auto [promise, resolver] = make_promise<int>(m.loop);
    const auto derived = promise.finally([] {});
    m.loop.close();
    const auto later = promise.then([](int) {});
  }
  EXPECT_EQ(observer.told, 0);
}

TEST(PromiseClose, CapturesMaySettleOtherPromisesWhileTheyGo) {
  ManualLoop m;
  {
    auto [first, first_resolver] = make_promise<int>(m.loop);
    auto [second, second_resolver] = make_promise<int>(m.loop);
    auto [third, third_resolver] = make_promise<int>(m.loop);
    const auto settle = [&m, resolver = std::make_shared<Resolver<int>>(std::move(third_resolver))] {
      resolver->resolve(3);
      static_cast<void>(Promise<int>::resolved(m.loop, 1).then([](int) {}));
    };
    // Going, the callback drops one resolver, which rejects a promise that nobody handles, and uses the other.
    first.then([owned = std::move(second_resolver), token = when_destroyed(settle)](int) {});
    m.loop.close();
    EXPECT_TRUE(is_closed(first) && !second.pending() && !third.pending());
  }
  EXPECT_EQ(promise_figures(m.loop).live, 0u) << "nothing is kept for a report that nobody will hear";
}

TEST(PromiseClose, APromiseMadeOnAClosedLoopIsRejectedFromTheStart) {
  ManualLoop m;
  const auto before = Promise<int>::resolved(m.loop, 7);
  m.loop.close();
  auto [made, resolver] = make_promise<int>(m.loop);
  const auto token = std::make_shared<int>(1);
  EXPECT_TRUE(is_closed(made));
  EXPECT_FALSE(resolver.resolve(1));
  EXPECT_TRUE(is_closed(Promise<int>::resolved(m.loop, 1)));
  EXPECT_TRUE(is_closed(Promise<int>::rejected(m.loop, Error(Errc::full, "broken"))));
  EXPECT_TRUE(is_closed(Promise<int>::pending(m.loop)));
  EXPECT_TRUE(is_closed(before.then([token](int value) { return value; }, [token](const Error&) { return 0; })));
  EXPECT_TRUE(is_closed(before.catch_error([token](const Error&) { return 0; })));
  EXPECT_TRUE(is_closed(before.finally([token] {})));
  EXPECT_TRUE(is_closed(before.result()));
  EXPECT_TRUE(is_closed(made.then([token](int) {})));
  EXPECT_EQ(token.use_count(), 1) << "no callback waits for a turn that does not come";
  EXPECT_EQ(*before.value(), 7) << "what was settled stays";
  EXPECT_EQ(promise_figures(m.loop).pending, 0u);
  EXPECT_EQ(promise_figures(m.loop).unhandled, 0u);
}

TEST(PromiseClose, AHomeThatBeginsOnAClosedLoopIsClosedToo) {
  ManualLoop m;
  m.loop.close();
  EXPECT_TRUE(is_closed(Promise<int>::resolved(m.loop, 1)));
}

TEST(PromiseClose, AShutdownSettlesWhatItCanBeforeTheRestIsRejected) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  auto [never, never_resolver] = make_promise<int>(m.loop);
  const auto chained = promise.then([&](int value) { m.log.push_back(std::to_string(value)); });
  m.loop
      .immediate([&m, &resolver = resolver] {
        m.log.push_back("immediate");
        resolver.resolve(1);
      })
      .value();
  m.loop.shutdown(std::chrono::seconds(1));
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate", "1"}));
  EXPECT_NE(chained.value(), nullptr);
  EXPECT_TRUE(is_closed(never));
}

TEST(PromiseClose, APendingPromiseDoesNotKeepALoopAlive) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  promise.then([](int) {});
  EXPECT_FALSE(m.loop.alive());
  EXPECT_EQ(m.loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_TRUE(promise.pending());
}

}  // namespace
}  // namespace millrace
