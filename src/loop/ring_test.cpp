#include "loop/ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>

#include "support/test_seeds.h"

namespace millrace {
namespace {

constexpr std::size_t kNoLimit = std::size_t{1} << 40;
using Ints = Ring<int>;

void push_range(Ints& ring, int from, int to) {
  for (int i = from; i < to; ++i) ASSERT_TRUE(ring.push(i));
}
void expect_range(Ints& ring, int from, int to) {
  for (int i = from; i < to; ++i) ASSERT_EQ(ring.pop(), i);
}

TEST(Ring, TakesNoMemoryBeforeItsFirstUse) {
  Ints ring{kNoLimit};
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.capacity(), 0u);
  push_range(ring, 0, 1);
  EXPECT_EQ(ring.capacity(), Ints::kInitial);
}

TEST(Ring, IsFifoAroundItsCapacityWhereverTheHeadStands) {
  constexpr int kCapacity = static_cast<int>(Ints::kInitial);
  for (const int head : {0, 1, kCapacity / 2, kCapacity - 1})
    for (const int count : {kCapacity - 1, kCapacity, kCapacity + 1, 2 * kCapacity, 2 * kCapacity + 1}) {
      SCOPED_TRACE(::testing::Message() << "head " << head << ", count " << count);
      Ints ring{kNoLimit};
      push_range(ring, 0, head);
      expect_range(ring, 0, head);
      push_range(ring, 0, count);
      EXPECT_EQ(ring.size(), static_cast<std::size_t>(count));
      EXPECT_EQ(ring.capacity() > Ints::kInitial, count > kCapacity);
      expect_range(ring, 0, count);
      EXPECT_TRUE(ring.empty());
    }
}

TEST(Ring, RefusesAtItsLimitAndLeavesTheValueUntouched) {
  Ring<std::unique_ptr<int>> ring{2};
  for (int i = 0; i < 2; ++i) {
    auto value = std::make_unique<int>(i);
    EXPECT_TRUE(ring.push(value));
    EXPECT_EQ(value, nullptr);
  }
  auto refused = std::make_unique<int>(2);
  EXPECT_FALSE(ring.push(refused));
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(*ring.pop(), 0);
  EXPECT_TRUE(ring.push(refused));
}

TEST(Ring, ASlotKeepsNothingOfWhatWasPopped) {
  Ring<std::shared_ptr<int>> ring{10};
  auto token = std::make_shared<int>(1);
  std::weak_ptr<int> freed = token;
  ASSERT_TRUE(ring.push(token));
  ring.pop().reset();
  EXPECT_TRUE(freed.expired());
}

TEST(Ring, ClearDestroysWhatIsLeft) {
  Ring<std::shared_ptr<int>> ring{10};
  const auto token = std::make_shared<int>(1);
  for (int i = 0; i < 3; ++i) {
    auto copy = token;
    ASSERT_TRUE(ring.push(copy));
  }
  ring.clear();
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Ring, GivesABurstsMemoryBackAfterEnoughQuietDrains) {
  Ints ring{kNoLimit};
  push_range(ring, 0, 5'000);
  expect_range(ring, 0, 5'000);
  ring.drained();
  const std::size_t grown = ring.capacity();
  ASSERT_EQ(grown, 8'192u);
  for (int drain = 1; drain <= Ints::kQuietDrains; ++drain) {
    EXPECT_EQ(ring.capacity(), grown) << drain;
    push_range(ring, 0, 10);
    expect_range(ring, 0, 10);
    ring.drained();
  }
  EXPECT_EQ(ring.capacity(), grown / 2);
  for (int drain = 0; drain < 10 * Ints::kQuietDrains; ++drain) ring.drained();
  EXPECT_EQ(ring.capacity(), Ints::kInitial);
}

TEST(Ring, ABusyDrainStartsTheCountAgain) {
  Ints ring{kNoLimit};
  push_range(ring, 0, 2'000);
  expect_range(ring, 0, 2'000);
  ring.drained();
  for (int round = 0; round < 3; ++round) {
    for (int drain = 1; drain < Ints::kQuietDrains; ++drain) ring.drained();
    push_range(ring, 0, 1'500);
    expect_range(ring, 0, 1'500);
    ring.drained();
    EXPECT_EQ(ring.capacity(), 2'048u);
  }
}

TEST(Ring, KeepsItsOrderWhenItShrinksWithEntriesInside) {
  Ints ring{kNoLimit};
  push_range(ring, 0, 2'000);
  expect_range(ring, 0, 1'900);  // 100 stay, and the head is far in
  for (int drain = 0; drain <= Ints::kQuietDrains; ++drain) ring.drained();
  EXPECT_EQ(ring.capacity(), Ints::kInitial);
  push_range(ring, 2'000, 2'500);
  expect_range(ring, 1'900, 2'500);
}

/// Cannot be allocated while `refuse` is set.
struct Scarce {
  static inline bool refuse = false;
  static void* operator new[](std::size_t bytes) { return refuse ? throw std::bad_alloc() : ::operator new[](bytes); }
  static void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
    return refuse ? nullptr : ::operator new[](bytes, std::nothrow);
  }
  static void operator delete[](void* at) noexcept { ::operator delete[](at); }
  int value = 0;
};

TEST(Ring, WithoutMemoryItRefusesToGrowButNeverFailsToShrink) {
  Ring<Scarce> ring{kNoLimit};
  for (int i = 0; i < 2'048; ++i) {
    Scarce value{i};
    ASSERT_TRUE(ring.push(value));
  }
  Scarce::refuse = true;
  Scarce extra{7};
  EXPECT_THROW(static_cast<void>(ring.push(extra)), std::bad_alloc);
  EXPECT_EQ(ring.size(), 2'048u);
  for (int i = 0; i < 2'048; ++i) ASSERT_EQ(ring.pop().value, i);
  for (int drain = 0; drain <= Ring<Scarce>::kQuietDrains; ++drain) EXPECT_NO_THROW(ring.drained());
  Scarce::refuse = false;
  EXPECT_TRUE(ring.push(extra));
  EXPECT_EQ(ring.pop().value, 7);
}

TEST(Ring, AgreesWithModel) {
  for (const std::uint64_t seed : testing::test_seeds(32)) {
    std::mt19937_64 random{seed};
    Ints ring{6'000};
    std::deque<int> model;
    for (int step = 0, next = 0; step < 60; ++step) {
      const auto burst = static_cast<int>(random() % (random() % 4 == 0 ? 5'000 : 50));
      for (int i = 0; i < burst; ++i) {
        const bool pushed = ring.push(next);
        ASSERT_EQ(pushed, model.size() < 6'000) << "seed " << seed;
        if (pushed) model.push_back(next++);
      }
      for (std::size_t left = random() % 3 == 0 ? model.size() : random() % (model.size() + 1); left > 0; --left) {
        ASSERT_EQ(ring.pop(), model.front()) << "seed " << seed;
        model.pop_front();
      }
      ring.drained();
      ASSERT_EQ(ring.size(), model.size()) << "seed " << seed;
    }
  }
}

#ifndef NDEBUG
TEST(RingDeathTest, PoppingFromAnEmptyRingIsABrokenPrecondition) {
  Ints ring{10};
  EXPECT_DEATH(static_cast<void>(ring.pop()), "assertion failed");
}
#endif

}  // namespace
}  // namespace millrace
