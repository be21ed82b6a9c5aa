#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "subset/keys/key_set.h"
#include "support/test_seeds.h"

namespace millrace::subset {
namespace {

using millrace::testing::test_seeds;

void expect_same(const Page& a, const Page& b) {
  ASSERT_EQ(a.rows(), b.rows());
  ASSERT_EQ(a.columns(), b.columns());
  for (std::size_t row = 0; row < a.rows(); ++row)
    for (std::size_t column = 0; column < a.columns(); ++column)
      ASSERT_EQ(a.at(row, column), b.at(row, column)) << row << ' ' << column;
}
void expect_round_trip(const Page& keys) {
  Page decoded;
  const Result<void> result = decode_keys(encode_keys(keys), decoded);
  ASSERT_TRUE(result) << result.error().to_string();
  expect_same(decoded, keys);
}
Page random_keys(std::mt19937_64& random) {
  const std::size_t columns = 1 + random() % 3;
  Page keys(columns);
  for (std::size_t left = random() % 50; left > 0; --left) {
    const std::size_t row = keys.add_row();
    for (std::size_t column = 0; column < columns; ++column) switch (random() % 5) {
        case 0: break;
        case 1: keys.set(row, column, static_cast<std::int64_t>(random() >> random() % 64)); break;
        case 2: keys.set(row, column, static_cast<double>(random()) / 3); break;
        case 3: keys.set_text(row, column, std::string(random() % 200, '\0')); break;
        default: keys.set_bytes(row, column, "\xff\x80");
      }
  }
  return keys;
}
Page ascending(std::mt19937_64& random) {
  Page keys(1);
  std::int64_t key = static_cast<std::int64_t>(random() % 1'000) - 500;
  for (std::size_t left = 1 + random() % 300; left > 0; --left) {
    keys.set(keys.add_row(), 0, key);
    key += random() % 4 == 0 ? static_cast<std::int64_t>(random() >> (10 + random() % 50)) + 1 : 1;
  }
  return keys;
}

TEST(KeyCodec, BringsBackWhatWasEncoded) {
  std::mt19937_64 random(test_seeds(1).front());
  for (int round = 0; round < 200; ++round) {
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(random_keys(random)));
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(ascending(random)));
  }
  expect_round_trip(Page());
  expect_round_trip(Page(3));
  Page extremes(1);
  for (const std::int64_t key :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0}, std::numeric_limits<std::int64_t>::max()})
    extremes.set(extremes.add_row(), 0, key);
  expect_round_trip(extremes);
}

TEST(KeyCodec, NumbersInARowTakeFewBytes) {
  Page keys(1);
  for (std::int64_t key = 0; key < 50'000; ++key) keys.set(keys.add_row(), 0, 1'000'000'000 + key);
  EXPECT_LE(encode_keys(keys).size(), 20U);
  expect_round_trip(keys);
  keys.clear();
  for (std::int64_t key = 0; key < 50'000; ++key) keys.set(keys.add_row(), 0, key * 3);
  EXPECT_LE(encode_keys(keys).size(), 50'020U);
  expect_round_trip(keys);
}

TEST(KeyCodec, AppendsToAPageOfAsManyColumns) {
  Page keys(1);
  keys.set(keys.add_row(), 0, std::int64_t{7});
  const std::string encoded = encode_keys(keys);
  ASSERT_TRUE(decode_keys(encoded, keys));
  EXPECT_EQ(keys.rows(), 2U);
  EXPECT_EQ(keys.at(1, 0), Value::of(std::int64_t{7}));
  Page two(2);
  two.add_row();
  EXPECT_EQ(decode_keys(encoded, two).error().code(), Errc::invalid_argument);
  while (keys.rows() < Page::kRowsMax) keys.add_row();
  EXPECT_EQ(decode_keys(encoded, keys).error().code(), Errc::full);
  EXPECT_EQ(keys.rows(), Page::kRowsMax);
}

TEST(KeyCodec, RefusesWhatIsNoList) {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view name, bytes;
  };
  for (const Case& c : {Case{"nothing", ""sv}, Case{"another version", "\2\0\1\2"sv}, Case{"no form", "\1\0\1"sv},
                        Case{"another form", "\1\0\1\3"sv}, Case{"more than a page", "\1\xc1\x84\x3d\1\1\0\0\xc0\x84\x3d"sv},
                        Case{"too many columns", "\1\0\x41\2"sv}, Case{"rows without columns", "\1\1\0\2"sv},
                        Case{"a byte too many", "\1\1\1\2\0\0"sv}, Case{"fewer fields than rows", "\1\2\1\2\0"sv},
                        Case{"another kind", "\1\1\1\2\5"sv}, Case{"text that ends early", "\1\1\1\2\3\5abc"sv},
                        Case{"a number in more bytes than it needs", "\1\1\1\2\1\x80\0"sv},
                        Case{"a number of 65 bits", "\1\1\1\2\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"sv},
                        Case{"a run beyond the rows", "\1\2\1\1\0\0\1"sv},
                        Case{"a number beyond the greatest", "\1\2\1\1\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0"sv},
                        Case{"ascending in two columns", "\1\1\2\1\0"sv}}) {
    SCOPED_TRACE(c.name);
    Page page(1);
    const Result<void> result = decode_keys(c.bytes, page);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Errc::invalid_argument);
    EXPECT_EQ(page.rows(), 0U);
  }
}

TEST(KeyCodec, SurvivesAnyBytes) {
  std::mt19937_64 random(test_seeds(1).front());
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = encode_keys(round % 2 == 0 ? random_keys(random) : ascending(random));
    for (std::size_t left = random() % 4; left > 0; --left) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    Page page;
    if (!decode_keys(bytes, page)) {
      ASSERT_EQ(page.rows(), 0U);
      continue;
    }
    ++accepted;
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(page));
  }
  EXPECT_GT(accepted, 1'000U);
  EXPECT_LT(accepted, 20'000U);
}

}  // namespace
}  // namespace millrace::subset
