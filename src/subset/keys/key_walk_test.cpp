// A walk sees every key once and in order, though the caller's page is used again.
#include "subset/keys/key_walk.h"

#include <gmock/gmock.h>

#include <string>

namespace millrace::subset {
namespace {

TEST(KeyWalk, SeesEveryKeyOnceAndInOrder) {
  const std::unique_ptr<KeyStore> store = KeyStore::open({}).value();
  const std::unique_ptr<KeySet> set = store->make(2, false).value();
  Page keys(2);
  for (int number = 0; number < 25; ++number) {
    const std::size_t row = keys.add_row();
    keys.set_text(row, 0, "a text that is too long to be kept in place " + std::to_string(100 + number));
    keys.set(row, 1, std::int64_t{number});
  }
  ASSERT_EQ(set->insert(keys).value(), 25U);
  for (const std::size_t at_once : {1U, 7U, 25U, 26U}) {
    KeyWalk walk(*set);
    Page page(2);
    std::int64_t next = 0;
    while (walk.read(at_once, page).value() != 0) {
      for (std::size_t row = 0; row < page.rows(); ++row) EXPECT_EQ(page.at(row, 1).integer, next++);
      page.clear();
      page.set_text(page.add_row(), 0, "what overwrites the texts of the keys before, all of them and more of it");
      page.clear();
    }
    EXPECT_EQ(next, 25) << at_once;
    EXPECT_EQ(walk.read(at_once, page).value(), 0U);
  }
}

}  // namespace
}  // namespace millrace::subset
