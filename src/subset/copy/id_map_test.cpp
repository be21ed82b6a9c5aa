// New numbers by old ones.
#include "subset/copy/id_map.h"

#include <gtest/gtest.h>

#include "support/page_rows.h"

namespace millrace::subset {
namespace {

using millrace::testing::numbers_page;

struct IdMapTest : ::testing::Test {
  std::unique_ptr<KeySet> set_of(std::initializer_list<std::int64_t> numbers) const {
    std::unique_ptr<KeySet> set = store->make(1, true).value();
    EXPECT_TRUE(set->insert(numbers_page(numbers)));
    return set;
  }
  std::unique_ptr<KeyStore> store = KeyStore::open({}).value();
};

TEST_F(IdMapTest, NumbersAreConsecutiveInTheOrderOfTheKeys) {
  const std::unique_ptr<KeySet> keys = set_of({900, -5, 7});
  IdMap map;
  map.add(*keys, 100);
  EXPECT_EQ(map.find(-5).value(), 100);
  EXPECT_EQ(map.find(7).value(), 101);
  EXPECT_EQ(map.find(900).value(), 102);
  EXPECT_FALSE(map.find(8).value().has_value());
}

TEST_F(IdMapTest, OneWithoutPiecesKnowsNothing) { EXPECT_FALSE(IdMap().find(1).value().has_value()); }

TEST_F(IdMapTest, PiecesHaveNumbersOfTheirOwn) {
  IdMap map;
  map.add(set_of({1, 3}), 50);
  map.add(set_of({2, 4}), 1'000);
  EXPECT_EQ(map.find(1).value(), 50);
  EXPECT_EQ(map.find(2).value(), 1'000);
  EXPECT_EQ(map.find(3).value(), 51);
  EXPECT_EQ(map.find(4).value(), 1'001);
}

TEST_F(IdMapTest, ThePieceThatCameFirstIsRight) {
  // What an earlier run wrote stands before what this one would give.
  const std::unique_ptr<KeySet> all = set_of({1, 2, 3});
  IdMap map;
  map.add(set_of({2}), 7);
  map.add(*all, 20);
  EXPECT_EQ(map.find(2).value(), 7);
  EXPECT_EQ(map.find(3).value(), 22);
}

TEST_F(IdMapTest, AnErrorOfTheSetIsAnError) {
  const std::unique_ptr<KeySet> texts = store->make(1, false).value();
  IdMap map;
  map.add(*texts, 1);
  const auto found = map.find(1);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), Errc::unsupported);
}

}  // namespace
}  // namespace millrace::subset
