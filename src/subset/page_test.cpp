// Pages: what goes in comes out, and memory that is used again.
#include <millrace/subset/page.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "support/counted_news.h"

namespace millrace::subset {
namespace {

TEST(Value, EqualsByKindAndContent) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Value{}, Value{});
  EXPECT_EQ(Value::of(nan), Value::of(nan));
  EXPECT_NE(Value::of(0.0), Value::of(-0.0));
  EXPECT_NE(Value::of(std::int64_t{1}), Value::of(1.0));
  EXPECT_NE(Value::of(std::string_view("a")), Value::of_bytes("a"));
  EXPECT_NE(Value::of(std::string_view("")), Value{});
  EXPECT_EQ(Value::of(std::string_view("a\0b", 3)), Value::of(std::string_view("a\0b", 3)));
  EXPECT_NE(Value::of(std::string_view("a\0b", 3)), Value::of(std::string_view("a\0c", 3)));
}

TEST(Page, FieldsComeOutAsTheyWentIn) {
  Page page(6);
  EXPECT_EQ(page.add_row(), 0u);
  EXPECT_EQ(page.add_row(), 1u);
  page.set(0, 0, std::numeric_limits<std::int64_t>::min());
  page.set(0, 1, -0.0);
  page.set_text(0, 2, std::string_view("a\0b", 3));
  page.set_bytes(0, 3, "\xff");
  page.set_text(0, 4, "");
  EXPECT_EQ(page.at(0, 0), Value::of(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(page.at(0, 1), Value::of(-0.0));
  EXPECT_EQ(page.at(0, 2), Value::of(std::string_view("a\0b", 3)));
  EXPECT_EQ(page.at(0, 3), Value::of_bytes("\xff"));
  EXPECT_EQ(page.at(0, 4), Value::of(std::string_view()));
  EXPECT_TRUE(page.at(0, 5).is_null());
  for (std::size_t column = 0; column < 6; ++column) EXPECT_TRUE(page.at(1, column).is_null());  // a new row is of nulls
  for (std::size_t column = 0; column < 6; ++column) page.set(1, column, page.at(0, column));
  for (std::size_t column = 0; column < 6; ++column) EXPECT_EQ(page.at(1, column), page.at(0, column));
  page.set_null(0, 2);
  EXPECT_TRUE(page.at(0, 2).is_null());
}

TEST(Page, BytesAreThoseOfTextsAndFields) {
  Page page(2);
  EXPECT_EQ(page.bytes(), 0u);
  page.add_row();
  EXPECT_EQ(page.bytes(), 32u);
  page.set_text(0, 1, "hello");
  EXPECT_EQ(page.bytes(), 37u);
  page.clear();
  EXPECT_EQ(page.bytes(), 0u);
  EXPECT_TRUE(page.empty());
  EXPECT_EQ(page.columns(), 2u);
}

TEST(Page, SpaceIsWrittenByTheCaller) {
  Page page(2);
  page.add_row();
  page.set_text(0, 1, "before");
  std::memcpy(page.set_space(0, 0, ValueKind::bytes, 4), "abcd", 4);
  EXPECT_EQ(page.at(0, 0), Value::of_bytes("abcd"));
  EXPECT_EQ(page.at(0, 1), Value::of(std::string_view("before")));
  static_cast<void>(page.set_space(0, 1, ValueKind::text, 0));
  EXPECT_EQ(page.at(0, 1), Value::of(std::string_view()));
}

Page numbered_rows(std::int64_t count) {
  Page page(2);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, i);
    page.set_text(row, 1, "row " + std::to_string(i));
  }
  return page;
}

TEST(Page, AFilterKeepsRowsInTheirOrder) {
  Page page = numbered_rows(10);
  page.filter([&](std::size_t row) { return page.at(row, 0).integer % 3 == 1; });
  ASSERT_EQ(page.rows(), 3u);
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(page.at(row, 0).integer, static_cast<std::int64_t>(row) * 3 + 1);
    EXPECT_EQ(page.at(row, 1).text, "row " + std::to_string(row * 3 + 1));
  }
  EXPECT_EQ(page.add_row(), 3u);
  EXPECT_TRUE(page.at(3, 0).is_null());  // nothing of a row that is gone
  page.filter([](std::size_t) { return false; });
  EXPECT_TRUE(page.empty());
  page.filter([](std::size_t) { return true; });
  EXPECT_TRUE(page.empty());
}

TEST(Page, AFilterSeesEachRowOnceInOrder) {
  Page page = numbered_rows(5);
  std::vector<std::size_t> seen;
  page.filter([&](std::size_t row) {
    seen.push_back(row);
    EXPECT_EQ(page.at(row, 0).integer, static_cast<std::int64_t>(row));  // not moved yet
    return row % 2 == 0;
  });
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(Page, TheFirstColumnsAreKept) {
  Page page = numbered_rows(2);
  page.keep_columns(1);
  EXPECT_EQ(page.columns(), 1u);
  EXPECT_EQ(page.rows(), 2u);
  EXPECT_EQ(page.at(1, 0).integer, 1);
  page.add_row();
  EXPECT_TRUE(page.at(2, 0).is_null());
}

TEST(Page, RowsOfAnotherPageAreCopies) {
  Page copy(2);
  {
    const Page page = numbered_rows(3);
    copy.add_row_of(page, 2);
  }
  EXPECT_EQ(copy.at(0, 1).text, "row 2");
}

TEST(Page, OneThatIsUsedAgainAllocatesNothing) {
  Page page(3);
  const auto fill = [&page] {
    for (std::int64_t i = 0; i < 1'000; ++i) {
      const std::size_t row = page.add_row();
      page.set(row, 0, i);
      page.set_text(row, 1, "a text that is longer than what a small string holds");
      static_cast<void>(page.set_space(row, 2, ValueKind::bytes, 40));
    }
    page.filter([](std::size_t row) { return row % 2 == 0; });
  };
  fill();
  const std::uint64_t before = millrace::testing::news_so_far();
  for (int round = 0; round < 3; ++round) {
    page.clear();
    fill();
    page.reset(3);
    fill();
  }
  EXPECT_EQ(millrace::testing::news_so_far(), before);
  Page* const fresh = new Page(3);  // the count counts
  delete fresh;
  EXPECT_GT(millrace::testing::news_so_far(), before);
}

}  // namespace
}  // namespace millrace::subset
