// Resolvers and handles when their loop closes, and after it is gone.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/manual_loop.h"
#include "support/promise_checks.h"

namespace millrace {
namespace {

using namespace testing;

TEST(ResolverAtTheEnd, AnswersFalseAfterClose) {
  for (const bool loop_thread : {true, false}) {
    ManualLoop m;
    auto [a, resolve_a] = make_promise<int>(m.loop);
    auto [b, resolve_b] = make_promise<int>(m.loop);
    auto [c, resolve_c] = make_promise<int>(m.loop);
    auto [d, drop_d] = make_promise<int>(m.loop);
    m.loop.close();
    const auto late = [&] {
      EXPECT_FALSE(resolve_a.resolve(1));
      EXPECT_FALSE(resolve_b.reject(kBroken));
      EXPECT_FALSE(resolve_c.settle(1));
      const Resolver<int> gone = std::move(drop_d);
    };
    if (loop_thread)
      late();
    else
      elsewhere(late);
    for (const auto* each : {&a, &b, &c, &d}) EXPECT_TRUE(rejected_with(*each, Errc::closed));
  }
}

TEST(ResolverAtTheEnd, ASettlementThatTheClosingLoopHadAcceptedIsLostAndItsValueDestroyed) {
  const auto token = std::make_shared<int>(1);
  ManualLoop m;
  auto [promise, resolver] = make_promise<std::shared_ptr<int>>(m.loop);
  elsewhere([&] { EXPECT_TRUE(resolver.resolve(token)); });
  m.loop.close();
  EXPECT_TRUE(rejected_with(promise, Errc::closed));
  EXPECT_EQ(token.use_count(), 1);
}

TEST(ResolverAtTheEnd, OutlivesTheLoopOnAnotherThread) {
  std::optional<Resolver<std::string>> used, dropped;
  {
    ManualLoop m;
    used = make_promise<std::string>(m.loop).resolver;
    dropped = make_promise<std::string>(m.loop).resolver;
  }
  elsewhere([&] {
    EXPECT_FALSE(used->resolve("too late"));
    dropped.reset();
  });
}

TEST(ResolverAtTheEnd, HandlesOutliveTheLoopToo) {
  std::vector<Promise<std::string>> handles;
  {
    ManualLoop m;
    handles.push_back(Promise<std::string>::resolved(m.loop, "value"));
    handles.push_back(Promise<std::string>::rejected(m.loop, kBroken));
    handles.push_back(make_promise<std::string>(m.loop).promise);
    handles.push_back(handles[0].then([](const std::string& value) { return value; }));
    handles[1].ignore_rejection();
  }
  EXPECT_EQ(*handles[0].value(), "value");
  EXPECT_EQ(handles[1].error()->message(), "broken");
  for (std::size_t i = 2; i < 4; ++i) EXPECT_TRUE(handles[i].error() != nullptr);
  // What is attached now is rejected, and its callback is never called.
  const auto token = std::make_shared<int>(1);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto derived = handles[i].then([token](const std::string&) { FAIL(); }, [token](const Error&) { FAIL(); });
    EXPECT_TRUE(rejected_with(derived, Errc::closed));
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(ResolverAtTheEnd, HandlesAndResolversOfAGoneLoopAreReleasedByTwoThreadsAtOnce) {
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Promise<std::string>> handles;
    std::vector<Resolver<std::string>> resolvers;
    {
      ManualLoop m;
      for (int i = 0; i < 10; ++i) {
        auto [promise, resolver] = make_promise<std::string>(m.loop);
        handles.push_back(std::move(promise));
        resolvers.push_back(std::move(resolver));
      }
    }
    std::barrier start(2);
    std::jthread thread([&] {
      start.arrive_and_wait();
      for (std::size_t i = 0; i < resolvers.size(); ++i)
        if (i % 2 == 0) {
          EXPECT_FALSE(resolvers[i].resolve("too late"));
        }
      resolvers.clear();
    });
    start.arrive_and_wait();
    for (std::size_t i = 0; i < handles.size(); ++i) {
      const Promise<std::string> copy = handles[i];
      EXPECT_TRUE(rejected_with(copy, Errc::closed));
      EXPECT_TRUE(rejected_with(copy.then([](const std::string&) {}), Errc::closed));
    }
    handles.clear();
  }
}

enum class Ends { closed_by_a_settlement, closed_by_a_task, closed_by_another_thread, destroyed };

/// Four threads settle, or drop, while the loop ends: whatever comes first, every promise is settled once, and what an accepted settlement
/// said is what became of it unless the loop closed before.
struct Race {
  static constexpr std::size_t kThreads = 4, kEach = 25, kAll = kThreads * kEach;

  void make(Loop& loop) {
    for (std::size_t i = 0; i < kAll; ++i) {
      auto [promise, resolver] = make_promise<std::string>(loop);
      promise.then([this](const std::string&) { ++called; }, [this](const Error&) { ++called; });
      promises.push_back(std::move(promise));
      resolvers[i / kEach].push_back(std::move(resolver));
    }
  }
  void settle_everywhere() {
    for (std::size_t t = 0; t < kThreads; ++t)
      threads.emplace_back([this, t] {
        auto mine = std::move(resolvers[t]);
        start.arrive_and_wait();
        for (std::size_t i = 0; i < kEach; ++i) accepted[t * kEach + i] = settle(mine[i], i);
      });
  }
  static bool settle(Resolver<std::string>& resolver, std::size_t index) {
    if (index % 5 == 3) return resolver.reject(kBroken);
    if (index % 5 != 4) return resolver.resolve("a value that is on the heap");
    const Resolver<std::string> dropped = std::move(resolver);
    return true;
  }
  void run(Ends ends, std::size_t which) {
    Loop loop;
    const LivenessHold hold = loop.hold();
    make(loop);
    settle_everywhere();
    if (ends == Ends::closed_by_a_settlement) promises[which].result().then([&](const auto&) { loop.close(); });
    if (ends == Ends::closed_by_a_task) loop.immediate([&] { loop.close(); }).value();
    if (ends == Ends::closed_by_another_thread) {
      std::jthread closer([&] {
        start.arrive_and_wait();
        loop.close();
      });
      EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::closed);
      return;
    }
    start.arrive_and_wait();
    if (ends == Ends::destroyed)
      loop.run_for(Duration::zero());
    else
      EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::closed);
  }
  /// After the loop is gone.
  void check() {
    threads.clear();
    for (std::size_t i = 0; i < kAll; ++i) {
      const auto& promise = promises[i];
      ASSERT_FALSE(promise.pending());
      if (rejected_with(promise, Errc::closed)) {
        ++lost;
        continue;
      }
      ++won;
      EXPECT_TRUE(accepted[i]);
      if (i % kEach % 5 == 3) {
        EXPECT_TRUE(rejected_with(promise, Errc::invalid_argument));
      } else if (i % kEach % 5 == 4) {
        EXPECT_TRUE(rejected_with(promise, Errc::abandoned));
      } else {
        ASSERT_NE(promise.value(), nullptr);
        EXPECT_EQ(*promise.value(), "a value that is on the heap");
      }
    }
    EXPECT_LE(called, won) << "a callback of a promise that the end rejected is never called";
  }

  std::vector<Promise<std::string>> promises;
  std::array<std::vector<Resolver<std::string>>, kThreads> resolvers;
  std::array<bool, kAll> accepted{};
  std::size_t called = 0, won = 0, lost = 0;
  std::barrier<> start{kThreads + 1};
  std::vector<std::jthread> threads;
};

TEST(ResolverAtTheEnd, SettlementsRaceWithIt) {
  std::size_t won = 0, lost = 0;
  for (const Ends ends : {Ends::closed_by_a_settlement, Ends::closed_by_a_task, Ends::closed_by_another_thread, Ends::destroyed})
    for (std::size_t round = 0; round < 50; ++round) {
      SCOPED_TRACE(::testing::Message() << "end " << static_cast<int>(ends) << ", round " << round);
      Race race;
      race.run(ends, round * 7 % Race::kAll);
      race.check();
      won += race.won;
      lost += race.lost;
    }
  EXPECT_GT(won, 0u);
  EXPECT_GT(lost, 0u);
}

}  // namespace
}  // namespace millrace
