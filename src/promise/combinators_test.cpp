#include <millrace/combinators.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using testing::Lines;
using testing::ManualLoop;

struct CombinatorsTest : ::testing::Test {
  ManualLoop m;
  std::vector<Promise<int>> promises;
  std::vector<Resolver<int>> resolvers;

  void make(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto [promise, resolver] = make_promise<int>(m.loop);
      promises.push_back(std::move(promise));
      resolvers.push_back(std::move(resolver));
    }
  }
  static Error failure(const std::string& message) { return {Errc::not_found, message}; }
};

TEST_F(CombinatorsTest, AllHasTheValuesInInputOrder) {
  make(3);
  const auto result = all(m.loop, promises);
  resolvers[2].resolve(30);
  resolvers[0].resolve(10);
  m.loop.run();
  EXPECT_TRUE(result.pending());
  resolvers[1].resolve(20);
  m.loop.run();
  EXPECT_EQ(*result.value(), (std::vector{10, 20, 30}));
}

TEST_F(CombinatorsTest, AllTakesTheFirstRejectionAndTheRestCountsAsHandled) {
  make(3);
  const auto result = all(m.loop, promises);
  resolvers[1].reject(failure("first"));
  resolvers[0].reject(failure("second"));
  result.ignore_rejection();
  m.loop.run();
  EXPECT_EQ(result.error()->message(), "first");
  resolvers[2].reject(failure("third"));
  EXPECT_EQ(m.loop.run().reason(), RunOutcome::Reason::idle) << "no unhandled rejection";
}

TEST_F(CombinatorsTest, EmptyInputs) {
  EXPECT_EQ(*all(m.loop, promises).value(), std::vector<int>{});
  EXPECT_TRUE(all_settled(m.loop, promises).value()->empty());
  EXPECT_TRUE(race(m.loop, promises).pending());
  const auto none = any(m.loop, promises);
  ASSERT_NE(none.error(), nullptr);
  EXPECT_EQ(none.error()->code(), make_error_code(Errc::all_rejected));
  none.ignore_rejection();
}

TEST_F(CombinatorsTest, AllOfVoidIsVoid) {
  std::vector<Promise<void>> inputs{Promise<void>::resolved(m.loop), Promise<void>::resolved(m.loop)};
  const Promise<void> result = all(m.loop, inputs);
  m.loop.run();
  EXPECT_EQ(result.status(), PromiseStatus::fulfilled);
}

TEST_F(CombinatorsTest, AllOfSeveralTypesIsATuple) {
  auto number = Promise<int>::resolved(m.loop, 1);
  auto text = Promise<std::unique_ptr<std::string>>::resolved(m.loop, std::make_unique<std::string>("two"));
  auto nothing = Promise<void>::resolved(m.loop);
  const auto result = all(number, std::move(text), nothing);
  m.loop.run();
  ASSERT_NE(result.value(), nullptr);
  EXPECT_EQ(std::get<0>(*result.value()), 1);
  EXPECT_EQ(*std::get<1>(*result.value()), "two");
}

TEST_F(CombinatorsTest, AllSettledHasEveryOutcome) {
  make(2);
  const auto result = all_settled(m.loop, promises);
  resolvers[1].reject(failure("no"));
  resolvers[0].resolve(1);
  m.loop.run();
  const auto& outcomes = *result.value();
  EXPECT_EQ(outcomes[0].value(), 1);
  EXPECT_EQ(outcomes[1].error().message(), "no");
}

TEST_F(CombinatorsTest, AnyTakesTheFirstValueOrEveryReasonInInputOrder) {
  make(3);
  const auto won = any(m.loop, promises);
  resolvers[0].reject(failure("a"));
  resolvers[2].resolve(3);
  m.loop.run();
  EXPECT_EQ(*won.value(), 3);

  promises.clear();
  resolvers.clear();
  make(3);
  const auto lost = any(m.loop, promises);
  lost.ignore_rejection();
  for (const std::size_t i : {2U, 0U, 1U}) resolvers[i].reject(failure(std::to_string(i)));
  m.loop.run();
  ASSERT_EQ(lost.error()->errors().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(lost.error()->errors()[i].message(), std::to_string(i));
}

TEST_F(CombinatorsTest, RaceOfSeveralTypesSaysWhoWon) {
  auto [slow, resolver] = make_promise<int>(m.loop);
  const auto result = race(slow, Promise<std::string>::resolved(m.loop, "quick"));
  m.loop.run();
  EXPECT_EQ(result.value()->index(), 1u);
  EXPECT_EQ(std::get<1>(*result.value()), "quick");
}

TEST_F(CombinatorsTest, ALongLivedPromiseKeepsNothingOfTheRacesItLost) {
  auto [shutdown, resolver] = make_promise<int>(m.loop);
  const std::size_t live = promise_figures(m.loop).live;
  for (int i = 0; i < 100'000; ++i) {
    const auto first = race(shutdown, Promise<int>::resolved(m.loop, i));
    const auto second = any(shutdown, Promise<int>::resolved(m.loop, i));
    m.loop.run();
    ASSERT_EQ(*first.value(), i);
    ASSERT_EQ(*second.value(), i);
  }
  EXPECT_EQ(promise_figures(m.loop).live, live);
}

TEST_F(CombinatorsTest, TheResultSettlesInTheReactionOfTheDecidingInput) {
  make(2);
  const auto result = all(m.loop, promises);
  result.then([this](const std::vector<int>&) { m.log.push_back("all"); });
  resolvers[0].resolve(1);
  resolvers[1].resolve(2);
  promises[1].then([this](const int&) { m.log.push_back("second input"); });
  m.loop.queue_microtask(m.note("marker")).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"second input", "marker", "all"}));
}

TEST_F(CombinatorsTest, CloseEndsThem) {
  make(2);
  const auto result = all(m.loop, promises);
  const auto winner = race(m.loop, promises);
  m.loop.close();
  EXPECT_EQ(result.error()->code(), make_error_code(Errc::closed));
  EXPECT_EQ(winner.error()->code(), make_error_code(Errc::closed));
  const auto late = all(m.loop, promises);
  EXPECT_EQ(late.error()->code(), make_error_code(Errc::closed));
}

}  // namespace
}  // namespace millrace
