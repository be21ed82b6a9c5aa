// Context as a value; how it follows work is tested in loop/context_test.cpp.
#include <millrace/context.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/named_context.h"

namespace millrace {
namespace {
using testing::name_in;
using testing::name_key;
using testing::named;

constinit ContextKey<std::string> other_key;
constinit ContextKey<int> number_key;
constinit ContextKey<std::shared_ptr<int>> token_key;

TEST(Context, IsEmptyAtFirstAndFindsNothing) {
  const Context empty;
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.find(name_key), nullptr);
  EXPECT_TRUE(empty == Context{});
}

TEST(Context, WithAddsAValueAndLeavesTheOriginalAlone) {
  const Context base = named("a");
  const Context more = base.with(number_key, 7);
  EXPECT_EQ(*more.find(name_key), "a");
  EXPECT_EQ(*more.find(number_key), 7);
  EXPECT_EQ(base.find(number_key), nullptr);
  EXPECT_FALSE(more.empty());
  EXPECT_FALSE(base == more);
}

TEST(Context, KeysOfOneTypeAreDistinct) {
  const Context both = named("a").with(other_key, "b");
  EXPECT_EQ(*both.find(name_key), "a");
  EXPECT_EQ(*both.find(other_key), "b");
}

TEST(Context, ANewValueShadowsTheOldOne) {
  const Context first = named("first");
  const Context second = first.with(other_key, "between").with(name_key, "second");
  EXPECT_EQ(*second.find(name_key), "second");
  EXPECT_EQ(*second.find(other_key), "between");
  EXPECT_EQ(*first.find(name_key), "first");
}

TEST(Context, EqualityIsIdentityNotValue) {
  const Context one = named("a"), another = named("a");
  const Context copy = one;  // NOLINT(performance-unnecessary-copy-initialization): the contract under test
  EXPECT_TRUE(one == copy);
  EXPECT_FALSE(one == another);
  EXPECT_EQ(one.find(name_key), copy.find(name_key)) << "a copy shares the value";
}

TEST(Context, AMoveLeavesAnEmptyContextAndAssignmentMayBeToItself) {
  Context one = named("a");
  Context two = std::move(one);
  EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): the contract under test
  EXPECT_EQ(name_in(two), "a");
  Context& alias = two;
  two = alias;
  EXPECT_EQ(name_in(two), "a");
  two = Context{};
  EXPECT_TRUE(two.empty());
}

TEST(Context, MayHoldWhatOnlyMoves) {
  static constinit ContextKey<std::unique_ptr<int>> key;
  const Context context = Context{}.with(key, std::make_unique<int>(3));
  EXPECT_EQ(**context.find(key), 3);
}

TEST(Context, AValueLivesAsLongAsAnyContextThatHoldsIt) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  Context base = Context{}.with(token_key, std::move(token));
  Context derived = base.with(number_key, 1);
  base = Context{};
  EXPECT_FALSE(freed.expired());
  derived = Context{};
  EXPECT_TRUE(freed.expired());
}

TEST(Context, AChainOfAHundredThousandIsDestroyedWithoutDeepRecursion) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  Context chain = Context{}.with(token_key, std::move(token));
  Context half;
  for (int i = 0; i < 100'000; ++i) {
    chain = chain.with(number_key, i);
    if (i == 50'000) half = chain;
  }
  EXPECT_EQ(*chain.find(number_key), 99'999);
  EXPECT_NE(chain.find(token_key), nullptr);
  chain = Context{};
  EXPECT_EQ(*half.find(number_key), 50'000);
  EXPECT_FALSE(freed.expired());
  half = Context{};
  EXPECT_TRUE(freed.expired());
}

TEST(Context, IsCountedAcrossThreads) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  {
    Context shared = Context{}.with(token_key, std::move(token));
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([shared] {
        for (int i = 0; i < 5'000; ++i) {
          const Context derived = shared.with(number_key, i);
          const Context copy = derived;  // NOLINT(performance-unnecessary-copy-initialization)
          ASSERT_EQ(**copy.find(token_key), 1);
        }
      });
  }
  EXPECT_TRUE(freed.expired());
}

}  // namespace
}  // namespace millrace
