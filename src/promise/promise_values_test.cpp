// What becomes of values, captures, handles and memory.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using testing::Lines;
using testing::ManualLoop;

#ifdef __SANITIZE_THREAD__
constexpr int kDeep = 100'000;  // the sanitizer's own bookkeeping is what is slow there
#else
constexpr int kDeep = 1'000'000;
#endif

/// Counts on behalf of one value.
struct Traffic {
  int copies = 0;
  int moves = 0;
};
struct Counted {
  explicit Counted(Traffic& t, int v) : traffic(&t), value(v) {}
  Counted(const Counted& other) : traffic(other.traffic), value(other.value) { ++traffic->copies; }
  Counted(Counted&& other) noexcept : traffic(other.traffic), value(std::exchange(other.value, -1)) { ++traffic->moves; }
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&&) = delete;
  ~Counted() = default;
  Traffic* traffic;
  int value;
};

static_assert(std::is_copy_constructible_v<Promise<int>> && std::is_copy_constructible_v<Promise<void>>);
static_assert(!std::is_copy_constructible_v<Promise<std::unique_ptr<int>>> &&
              !std::is_copy_assignable_v<Promise<std::unique_ptr<int>>>);
static_assert(std::is_nothrow_move_constructible_v<Promise<std::unique_ptr<int>>>);
static_assert(!std::is_copy_constructible_v<Resolver<int>> && std::is_nothrow_move_constructible_v<Resolver<int>>);

// Values

TEST(PromiseValues, AreBuiltInPlaceAndSeenByEveryLvalueReactionWithoutACopy) {
  ManualLoop m;
  Traffic traffic;
  auto [promise, resolver] = make_promise<Counted>(m.loop);
  const Counted* seen[3] = {};
  promise.then([&](const Counted& value) { seen[0] = &value; });
  promise.then([&](const Counted& value) { seen[1] = &value; });
  EXPECT_TRUE(resolver.resolve(traffic, 7));
  promise.then([&](const Counted& value) { seen[2] = &value; });
  m.loop.run();
  ASSERT_NE(promise.value(), nullptr);
  for (const Counted* const each : seen) EXPECT_EQ(each, promise.value());
  EXPECT_EQ(promise.value()->value, 7);
  EXPECT_EQ(traffic.copies + traffic.moves, 0);
}

TEST(PromiseValues, AReactionToAnRvalueIsGivenTheValueItself) {
  ManualLoop m;
  Traffic traffic;
  const Counted* kept = nullptr;
  std::optional<Counted> taken;
  {
    auto [promise, resolver] = make_promise<Counted>(m.loop);
    resolver.resolve(traffic, 7);
    kept = promise.value();
    std::move(promise).then([&](Counted&& value) {
      EXPECT_EQ(&value, kept);
      taken.emplace(std::move(value));
    });
  }
  m.loop.run();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->value, 7);
  EXPECT_EQ(traffic.copies, 0);
  EXPECT_EQ(traffic.moves, 1) << "the callback's own";
}

TEST(PromiseValues, AreMovedAlongAChainOfRvalues) {
  ManualLoop m;
  Traffic traffic;
  auto [promise, resolver] = make_promise<Counted>(m.loop);
  const Promise<Counted> last = std::move(promise)
                                    .then([](Counted&& value) { return std::move(value); })
                                    .catch_error([&](const Error&) { return Counted(traffic, 0); })
                                    .finally([] {})
                                    .then([&](Counted value) { return Promise<Counted>::resolved(m.loop, std::move(value)); });
  resolver.resolve(traffic, 7);
  m.loop.run();
  ASSERT_NE(last.value(), nullptr);
  EXPECT_EQ(last.value()->value, 7);
  EXPECT_EQ(traffic.copies, 0);
}

TEST(PromiseValues, AReactionToAnRvalueIsGivenACopyWhileSomebodyElseHoldsThePromise) {
  ManualLoop m;
  Traffic traffic;
  auto [promise, resolver] = make_promise<Counted>(m.loop);
  int taken = 0;
  Promise(promise).then([&](Counted&& value) { taken = Counted(std::move(value)).value; });
  resolver.resolve(traffic, 7);
  m.loop.run();
  EXPECT_EQ(taken, 7);
  EXPECT_EQ(traffic.copies, 1);
  EXPECT_EQ(promise.value()->value, 7) << "the value of who holds it is whole";
}

TEST(PromiseValues, OfTwoRvalueReactionsTheFirstGetsACopyAndTheLastTheValue) {
  for (const bool settled_before : {false, true}) {
    ManualLoop m;
    Traffic traffic;
    std::vector<int> taken;
    const auto take = [&](Counted&& value) { taken.push_back(Counted(std::move(value)).value); };
    auto [promise, resolver] = make_promise<Counted>(m.loop);
    if (settled_before) resolver.resolve(traffic, 7);
    Promise second = promise;
    std::move(promise).then(take);
    std::move(second).then(take);
    if (!settled_before) resolver.resolve(traffic, 7);
    m.loop.run();
    EXPECT_EQ(taken, (std::vector{7, 7}));
    EXPECT_EQ(traffic.copies, 1) << settled_before;
  }
}

TEST(PromiseValues, FollowingAPromiseMovesUnlessItIsHeldElsewhere) {
  for (const bool held : {false, true}) {
    ManualLoop m;
    Traffic traffic;
    auto [outer, outer_resolver] = make_promise<Counted>(m.loop);
    auto [inner, inner_resolver] = make_promise<Counted>(m.loop);
    inner_resolver.resolve(traffic, 7);
    if (held)
      outer_resolver.resolve(inner);
    else
      outer_resolver.resolve(std::move(inner));
    m.loop.run();
    ASSERT_NE(outer.value(), nullptr);
    EXPECT_EQ(outer.value()->value, 7);
    EXPECT_EQ(traffic.copies, held ? 1 : 0);
    if (held) {
      EXPECT_EQ(inner.value()->value, 7);
    }
  }
}

TEST(PromiseValues, MayBeMoveOnlyThroughEveryKindOfReaction) {
  using Box = std::unique_ptr<int>;
  ManualLoop m;
  auto [promise, resolver] = make_promise<Box>(m.loop);
  auto [gate, opener] = make_promise<Box>(m.loop);
  const int* address = nullptr;
  int got = 0;
  Promise<Result<Box>> result = std::move(promise)
                                    .then([](Box&& box) { return std::move(box); })
                                    .then([](Box box) -> Result<Box> { return box; })
                                    .then([&gate = gate](Box box) {
                                      return std::move(gate).then([kept = std::move(box)](Box&& other) mutable {
                                        *kept += *other;
                                        return std::move(kept);
                                      });
                                    })
                                    .catch_error([](const Error&) { return std::make_unique<int>(0); })
                                    .finally([] {})
                                    .result();
  std::move(result).then([&](Result<Box>&& box) {
    got = **box;
    EXPECT_EQ(box->get(), address) << "one and the same all the way";
  });
  auto box = std::make_unique<int>(7);
  address = box.get();
  resolver.resolve(std::move(box));
  opener.resolve(std::make_unique<int>(1));
  m.loop.run();
  EXPECT_EQ(got, 8);
}

TEST(PromiseValues, OfAMoveOnlyTypeAreLookedAtByLvalueReactions) {
  ManualLoop m;
  const auto promise = Promise<std::unique_ptr<int>>::resolved(m.loop, std::make_unique<int>(7));
  int sum = 0;
  for (int i = 0; i < 2; ++i) promise.then([&](const std::unique_ptr<int>& value) { sum += *value; });
  m.loop.run();
  EXPECT_EQ(sum, 14);
  EXPECT_EQ(**promise.value(), 7);
}

TEST(PromiseValues, ThatThrowWhenCopiedRejectTheReactionInstead) {
  struct Fragile {
    Fragile() = default;
    Fragile(const Fragile&) { throw std::runtime_error("does not copy"); }
    Fragile(Fragile&&) noexcept = default;
  };
  ManualLoop m;
  const auto promise = Promise<Fragile>::resolved(m.loop);
  Lines errors;
  const auto note = [&](const Error& error) { errors.push_back(error.message()); };
  promise.then([](Fragile) {}).catch_error(note);
  Promise(promise).then([](Fragile&&) {}).catch_error(note);
  promise.catch_error([](const Error&) { return Fragile(); }).then([](const Fragile&) {}, note);
  m.loop.run();
  EXPECT_EQ(errors, (Lines{"does not copy", "does not copy", "does not copy"}));
  EXPECT_NE(promise.value(), nullptr);
}

// Lifetimes

TEST(PromiseLifetime, CapturesGoWhenTheCallbacksTurnIsOverThoughTheHandleStays) {
  for (const bool fulfil : {true, false}) {
    ManualLoop m;
    auto token = std::make_shared<int>(1);
    const std::weak_ptr<int> alive = token;
    auto [promise, resolver] = make_promise<int>(m.loop);
    auto [never, never_resolver] = make_promise<int>(m.loop);
    const auto plain = promise.then([token](int value) { return value; }, [token](const Error&) { return 0; });
    const auto caught = promise.catch_error([token](const Error&) { return 0; });
    const auto ended = promise.finally([token] {});
    const auto waiting = promise.then([token, never](int) { return never; }, [token, never](const Error&) { return never; });
    token.reset();
    if (fulfil)
      resolver.resolve(1);
    else
      resolver.reject(Error(Errc::full, "broken"));
    ended.ignore_rejection();
    EXPECT_FALSE(alive.expired());
    // The task's checkpoint, and not a later one, is where they are gone.
    m.loop.immediate([&] { EXPECT_TRUE(alive.expired()) << fulfil; }).value();
    m.loop.run();
    EXPECT_TRUE(waiting.pending() && !plain.pending() && !caught.pending() && !ended.pending());
  }
}

TEST(PromiseLifetime, ACallbackIsDestroyedBeforeTheNextReactionRuns) {
  ManualLoop m;
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> alive = token;
  const auto promise = Promise<int>::resolved(m.loop, 1);
  const auto first = promise.then([token = std::move(token)](int) { return *token; });
  const auto second = promise.then([&](int) { return alive.expired(); });
  m.loop.run();
  EXPECT_TRUE(second.value() != nullptr && *second.value());
}

TEST(PromiseLifetime, DroppingHandlesCancelsNothing) {
  ManualLoop m;
  Resolver<int> resolver = [&] {
    auto [promise, made] = make_promise<int>(m.loop);
    promise.then([&](int value) { return value + 1; }).then([&](int value) { m.log.push_back(std::to_string(value)); });
    promise.finally([&] { m.log.push_back("finally"); });
    std::move(promise).result().then([&](const Result<int>& result) { m.log.push_back("result " + std::to_string(*result)); });
    return std::move(made);
  }();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{});
  resolver.resolve(1);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"finally", "2", "result 1"}));
  EXPECT_EQ(promise_figures(m.loop).live, 0u);
}

TEST(PromiseLifetime, AValueGoesWithTheLastWhoHoldsIt) {
  ManualLoop m;
  const auto alive = std::make_shared<int>(1);
  {
    auto handle = Promise<std::shared_ptr<int>>::resolved(m.loop, alive);
    auto copy = handle;
    EXPECT_EQ(alive.use_count(), 2);
    copy.then([](const std::shared_ptr<int>&) {});
    handle = Promise<std::shared_ptr<int>>::resolved(m.loop, nullptr);
    m.loop.run();
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

// Depth: a chain of promises is settled and destroyed without recursion, whichever end goes first.

TEST(PromiseDepth, AMillionThensSettleAndAreDestroyed) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  for (int i = 0; i < kDeep; ++i) promise = std::move(promise).then([](int value) { return value + 1; });
  EXPECT_GE(promise_figures(m.loop).pending, static_cast<std::size_t>(kDeep));
  resolver.resolve(0);
  m.loop.run();
  ASSERT_NE(promise.value(), nullptr);
  EXPECT_EQ(*promise.value(), kDeep);
  EXPECT_EQ(promise_figures(m.loop).live, 1u);
}

TEST(PromiseDepth, AnErrorPassesThroughAMillionThens) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<void>(m.loop);
  for (int i = 0; i < kDeep; ++i) promise = std::move(promise).then([] {});
  promise.ignore_rejection();
  resolver.reject(Error(Errc::full, "broken"));
  m.loop.run();
  ASSERT_NE(promise.error(), nullptr);
  EXPECT_EQ(promise.error()->message(), "broken");
}

TEST(PromiseDepth, AMillionPromisesThatFollowEachOtherSettleAndAreDestroyed) {
  ManualLoop m;
  auto [first, resolver] = make_promise<int>(m.loop);
  auto innermost = std::move(resolver);
  Promise<int> last = first;
  for (int i = 0; i < kDeep; ++i) {
    auto [outer, outer_resolver] = make_promise<int>(m.loop);
    outer_resolver.resolve(std::move(last));
    last = std::move(outer);
  }
  m.loop.run();
  EXPECT_TRUE(last.pending());
  innermost.resolve(7);
  m.loop.run();
  ASSERT_NE(last.value(), nullptr);
  EXPECT_EQ(*last.value(), 7);
}

TEST(PromiseDepth, AMillionThensThatNeverSettleAreDestroyed) {
  for (const bool by_close : {false, true}) {
    ManualLoop m;
    auto [promise, resolver] = make_promise<int>(m.loop);
    auto end = std::move(promise);
    for (int i = 0; i < kDeep; ++i) end = std::move(end).then([](int value) { return value; });
    std::optional<Promise<int>> last = std::move(end);
    if (by_close) {
      m.loop.close();
      EXPECT_EQ(last->error()->code(), Errc::closed);
      continue;
    }
    last.reset();
    {
      const Resolver<int> gone = std::move(resolver);
    }
    set_rejection_policy(m.loop, {.mode = UnhandledRejections::none});
    m.loop.run();
    EXPECT_EQ(promise_figures(m.loop).live, 0u);
  }
}

// Memory

TEST(PromiseMemory, IsGivenBackByAMillionPromises) {
  ManualLoop m;
  const auto base = promise_figures(m.loop);
  EXPECT_EQ(base.live, 0u);
  int settled = 0;
  for (int round = 0; round < kDeep / 100; ++round) {
    m.loop
        .immediate([&] {
          for (int i = 0; i < 20; ++i) {
            auto [promise, resolver] = make_promise<int>(m.loop);
            auto inner = promise.then([&m](int value) { return Promise<int>::resolved(m.loop, value); });
            inner.finally([&settled] { ++settled; });
            resolver.resolve(i);
          }
        })
        .value();
    m.loop.run();
  }
  EXPECT_EQ(settled, kDeep / 5);
  EXPECT_EQ(promise_figures(m.loop).live, base.live);
  EXPECT_EQ(promise_figures(m.loop).pending, 0u);
}

TEST(PromiseMemory, OfPendingPromisesThatNobodyCanSettleIsGivenBack) {
  ManualLoop m;
  for (int i = 0; i < 100; ++i) {
    const auto promise = Promise<int>::pending(m.loop);
    promise.then([](int) {}).finally([] {});
    EXPECT_EQ(promise_figures(m.loop).pending, 3u);
  }
  m.loop.run();
  EXPECT_EQ(promise_figures(m.loop).live, 0u);
  EXPECT_EQ(promise_figures(m.loop).pending, 0u);
}

}  // namespace
}  // namespace millrace
