#include "base/slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/test_seeds.h"

namespace millrace {
namespace {

TEST(Slab, FindsWhatWasInsertedUntilItIsErased) {
  Slab<std::string> slab{10};
  const SlabId id = slab.insert("hello").value();
  ASSERT_NE(slab.find(id), nullptr);
  EXPECT_EQ(*slab.find(id), "hello");
  EXPECT_EQ(slab.size(), 1u);
  EXPECT_TRUE(slab.erase(id));
  EXPECT_EQ(slab.find(id), nullptr);
  EXPECT_FALSE(slab.erase(id));
  EXPECT_EQ(slab.size(), 0u);
}

TEST(Slab, DefaultAndUnknownIdsNameNothing) {
  Slab<int> slab{10};
  EXPECT_EQ(slab.find(SlabId{}), nullptr);
  const SlabId id = slab.insert(1).value();
  EXPECT_EQ(slab.find(SlabId{}), nullptr);
  EXPECT_EQ(slab.find(SlabId{100'000, 1}), nullptr);
  EXPECT_EQ(slab.find(SlabId{id.slot, id.generation + 1}), nullptr);
}

TEST(Slab, ReusesASlotButNeverAName) {
  Slab<int> slab{10};
  const SlabId first = slab.insert(1).value();
  slab.erase(first);
  const SlabId second = slab.insert(2).value();
  EXPECT_EQ(second.slot, first.slot);
  EXPECT_NE(second.generation, first.generation);
  EXPECT_EQ(slab.find(first), nullptr);
  EXPECT_FALSE(slab.erase(first));
  EXPECT_EQ(*slab.find(second), 2);
}

TEST(Slab, ObjectsKeepTheirAddressWhileItGrows) {
  Slab<int> slab{10'000};
  const SlabId id = slab.insert(42).value();
  const int* at = slab.find(id);
  for (int i = 0; i < 5'000; ++i) static_cast<void>(slab.insert(i).value());
  EXPECT_EQ(slab.find(id), at);
  EXPECT_EQ(*at, 42);
}

TEST(Slab, RefusesAtItsLimitAndAcceptsAgainAfterAnErase) {
  Slab<int> slab{3};
  const SlabId first = slab.insert(0).value();
  static_cast<void>(slab.insert(1).value());
  static_cast<void>(slab.insert(2).value());
  EXPECT_FALSE(slab.insert(3).has_value());
  EXPECT_EQ(slab.size(), 3u);
  slab.erase(first);
  EXPECT_TRUE(slab.insert(3).has_value());
  EXPECT_FALSE(slab.insert(4).has_value());
}

TEST(Slab, IdsSurviveTheTripThroughBits) {
  const SlabId id{0x1234'5678, 0x9abc'def0};
  EXPECT_EQ(SlabId::from_bits(id.bits()), id);
}

TEST(Slab, ForEachVisitsInSlotOrderAndMayErase) {
  Slab<int> slab{1'000};
  for (int i = 0; i < 600; ++i) static_cast<void>(slab.insert(i).value());
  std::vector<int> seen;
  slab.for_each([&](SlabId id, int& value) {
    seen.push_back(value);
    if (value % 2 == 0) slab.erase(id);
  });
  EXPECT_EQ(seen.size(), 600u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(slab.size(), 300u);
}

TEST(Slab, AThrowingConstructorChangesNothing) {
  struct Picky {
    explicit Picky(bool refuse) {
      if (refuse) throw std::runtime_error("no");
    }
  };
  Slab<Picky> slab{2};
  EXPECT_THROW(static_cast<void>(slab.insert(true)), std::runtime_error);
  EXPECT_EQ(slab.size(), 0u);
  EXPECT_TRUE(slab.insert(false).has_value());
  EXPECT_TRUE(slab.insert(false).has_value());
}

// What an erased object destroys may look the slab up, erase its own id again and insert into the slot it leaves.
TEST(Slab, ADestructorMayReenterTheSlab) {
  struct Reentrant {
    Slab<Reentrant>* slab = nullptr;
    SlabId self;
    bool* found_itself = nullptr;
    bool insert = false;
    Reentrant() = default;
    Reentrant(Reentrant&& other) noexcept
        : slab(std::exchange(other.slab, nullptr)), self(other.self), found_itself(other.found_itself), insert(other.insert) {}
    ~Reentrant() {
      if (slab == nullptr) return;
      *found_itself = slab->find(self) != nullptr || slab->erase(self);
      if (insert) static_cast<void>(slab->insert());
    }
  };
  Slab<Reentrant> slab{10};
  const SlabId id = slab.insert().value();
  bool found_itself = true;
  Reentrant& object = *slab.find(id);
  object.slab = &slab;
  object.self = id;
  object.found_itself = &found_itself;
  object.insert = true;
  EXPECT_TRUE(slab.erase(id));
  EXPECT_FALSE(found_itself);
  EXPECT_EQ(slab.size(), 1u);
  EXPECT_EQ(slab.find(id), nullptr);
}

TEST(Slab, DestroysWhatIsLeftWithIt) {
  const auto token = std::make_shared<int>(1);
  {
    Slab<std::shared_ptr<int>> slab{10};
    static_cast<void>(slab.insert(token).value());
    const SlabId erased = slab.insert(token).value();
    EXPECT_EQ(token.use_count(), 3);
    slab.erase(erased);
    EXPECT_EQ(token.use_count(), 2);
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Slab, AgreesWithModel) {
  for (const std::uint64_t seed : testing::test_seeds(32)) {
    std::mt19937_64 random{seed};
    Slab<int> slab{300};
    std::map<std::uint64_t, int> model;
    std::vector<SlabId> ever;
    for (int step = 0; step < 2'000; ++step) {
      if (random() % 5 < 3) {
        const auto id = slab.insert(step);
        ASSERT_EQ(id.has_value(), model.size() < 300) << "seed " << seed;
        if (!id) continue;
        ASSERT_TRUE(model.emplace(id->bits(), step).second) << "a name came back, seed " << seed;
        ever.push_back(*id);
      } else if (!ever.empty()) {
        const SlabId id = ever[random() % ever.size()];
        ASSERT_EQ(slab.erase(id), model.erase(id.bits()) == 1) << "seed " << seed;
      }
      ASSERT_EQ(slab.size(), model.size()) << "seed " << seed;
      if (step % 100 != 0) continue;
      for (const SlabId id : ever) {
        const auto expected = model.find(id.bits());
        const int* found = slab.find(id);
        ASSERT_EQ(found != nullptr, expected != model.end()) << "seed " << seed;
        if (found != nullptr) {
          ASSERT_EQ(*found, expected->second) << "seed " << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace millrace
