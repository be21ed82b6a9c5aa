// What goes in comes out, by both ways of insertion; what does not fit is an error.
#include "subset/mariadb/insertion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/mariadb_test.h"

namespace millrace::subset {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using MariadbInsertions = MariadbTest;

constexpr std::string_view kEveryText = "a'b\"c\\d\ne\tf\r\x1a%_;-- \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";

void every_byte(Page& page, std::size_t row, std::size_t column) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  page.set_bytes(row, column, all);
}

/// Both ways of insertion: LOAD DATA, and INSERT where it is not wanted.
class MariadbInsertion : public MariadbTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    MariadbTest::SetUp();
    if (!IsSkipped()) session_ = open(GetParam());
  }
  void put(const Table& table, const Page& page) {
    const Result<std::uint64_t> taken = insert({.table = table.name, .columns = table.columns}, page);
    ASSERT_TRUE(taken) << taken.error().to_string();
    EXPECT_EQ(*taken, page.rows());
    EXPECT_EQ(count("Com_load"), GetParam() ? 1 : 0);
    EXPECT_EQ(count("Com_insert") == 0, GetParam()) << "LOAD DATA was not refused";
  }
  /// Statements of this session, as the server counts them.
  std::int64_t count(const std::string& kind) {
    const std::string text(read("SHOW SESSION STATUS LIKE '" + kind + "'").at(0, 1).text);
    return std::stoll(text);
  }
};
INSTANTIATE_TEST_SUITE_P(Ways, MariadbInsertion, ::testing::Values(false, true),
                         [](const auto& one) { return one.param ? "LoadData" : "Insert"; });

TEST_P(MariadbInsertion, EveryTypeComesBackAsItWent) {
  run("CREATE TABLE t (id BIGINT PRIMARY KEY, ti TINYINT, bo TINYINT(1), ub BIGINT UNSIGNED, ye YEAR, de DECIMAL(30,5), re DOUBLE, "
      "te TEXT, vc VARCHAR(300),"
      " lo LONGBLOB, vb VARBINARY(300), da DATE, dt DATETIME(6), ts TIMESTAMP(6) NULL, tm TIME(3), js JSON, uu UUID, en "
      "ENUM('a','it''s'), st SET('x','y'))");
  const Table table = this->table("t");
  Page page(19);
  for (std::size_t i = 0; i < 10; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i));
    if (i == 1) continue;  // nulls
    const bool low = i % 2 == 0;
    page.set(row, 1, std::int64_t{low ? -128 : 127});
    page.set(row, 2, std::int64_t{low ? 0 : 2});
    if (low)
      page.set_text(row, 3, "18446744073709551615");
    else
      page.set(row, 3, std::numeric_limits<std::int64_t>::max());
    page.set(row, 4, std::int64_t{2155});
    page.set_text(row, 5, low ? "-1234567890123456789012345.12345" : "0.00000");
    page.set(row, 6, low ? 0.1 + 0.2 : -1.7976931348623157e308);
    page.set_text(row, 7, low ? kEveryText : std::string_view("\\N"));
    page.set_text(row, 8, low ? std::string_view("") : std::string_view("NUL\0in it", 9));
    every_byte(page, row, 9);
    page.set_bytes(row, 10, low ? std::string_view("") : std::string_view("\xFF'\\\0", 4));
    page.set_text(row, 11, low ? "9999-12-31" : "0000-00-00");
    page.set_text(row, 12, low ? "1000-01-01 00:00:00.5" : "2026-01-31 23:59:59");
    page.set_text(row, 13, low ? "2026-03-29 02:30:00.000001+00" : "2001-01-01 00:00:00+00");
    page.set_text(row, 14, low ? "-838:59:59" : "23:59:59.25");
    page.set_text(row, 15, R"({"a": "x'\\ny"})");
    page.set_text(row, 16, "123e4567-e89b-12d3-a456-426655440000");
    page.set_text(row, 17, "it's");
    page.set_text(row, 18, "x,y");
  }
  put(table, page);
  expect_equal(read("SELECT * FROM t ORDER BY id"), page);
}

TEST_P(MariadbInsertion, LargeValuesComeBack) {
  run("CREATE TABLE t (id INT PRIMARY KEY, te LONGTEXT, bl LONGBLOB)");
  Page page(3);
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i));
    page.set_text(row, 1, std::string(i == 0 ? std::size_t{1} << 20 : 5, '\''));
    std::string bytes(i == 0 ? std::size_t{1} << 20 : 7, '\0');
    for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at * 7);
    page.set_bytes(row, 2, bytes);
  }
  put(table("t"), page);
  expect_equal(read("SELECT * FROM t ORDER BY id"), page);
}

TEST_P(MariadbInsertion, BitsAndFloatsComeBack) {
  run("CREATE TABLE t (id INT PRIMARY KEY, b BIT(9), f FLOAT, g POINT)");
  Page page(4);
  for (std::size_t i = 0; i < 9; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i));
    page.set_bytes(row, 1, std::string_view("\x01\x02", 2));
    page.set(row, 2, static_cast<double>(3.1415927F));
    page.set_bytes(row, 3, read("SELECT POINT(1, 2)").at(0, 0).text);
  }
  ASSERT_EQ(insert({.table = {.name = "t"}, .columns = table("t").columns}, page).value(), 9U);
  expect_equal(read("SELECT id, b, CAST(f AS DOUBLE), g FROM t ORDER BY id"), page);
}

TEST_P(MariadbInsertion, WhatDoesNotFitIsAnErrorAndNothingOfItStays) {
  struct Case {
    std::string_view type, value, code, column;
  };
  for (const Case& one :
       {Case{"VARCHAR(3)", "abcd", "1406", "v"}, Case{"VARCHAR(3)", "abc ", "1265", "v"}, Case{"INT", "12x", "1265", "v"},
        Case{"TINYINT", "300", "1264", "v"}, Case{"DECIMAL(5,2)", "1.239", "1265", "v"}, Case{"DATE", "2026-02-30", "1292", "v"},
        Case{"ENUM('a')", "bzz", "1265", "v"}, Case{"INT CHECK (v < 5)", "777777", "4025", ""}}) {
    SCOPED_TRACE(std::string(one.type) + " " + std::string(one.value));
    run("DROP TABLE IF EXISTS t; CREATE TABLE t (id INT PRIMARY KEY, v " + std::string(one.type) + ")");
    const Table table = this->table("t");
    Page page(2);
    for (std::size_t i = 0; i < 10; ++i) {
      const std::size_t row = page.add_row();
      page.set(row, 0, static_cast<std::int64_t>(i));
      if (i == 7) page.set_text(row, 1, one.value);
    }
    const Result<std::uint64_t> taken = insert({.table = table.name, .columns = table.columns}, page);
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().context("errno"), ::testing::AnyOf(std::string(one.code), "1366", "1292"));
    if (!one.column.empty()) {
      EXPECT_EQ(taken.error().context("column"), one.column);
    }
    EXPECT_THAT(taken.error().message(), Not(HasSubstr(std::string(one.value))));
    EXPECT_THAT(taken.error().context("sql"), HasSubstr("INSERT INTO `t` (`id`, `v`) VALUES "));
    EXPECT_EQ(read("SELECT COUNT(*) FROM t").at(0, 0).integer, 0);
  }
}

TEST_P(MariadbInsertion, ADuplicateNamesItsKeyAndAMissingParentItsConstraint) {
  run("CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), p INT, UNIQUE KEY by_name (name),"
      " CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (id))");
  const Table table = this->table("t");
  for (const bool duplicate : {true, false}) {
    Page page(3);
    for (std::size_t i = 0; i < 10; ++i) {
      const std::size_t row = page.add_row();
      page.set(row, 0, static_cast<std::int64_t>(i));
      page.set_text(row, 1, duplicate && i == 9 ? "secret3" : "secret" + std::to_string(i));
      if (!duplicate && i == 5) page.set(row, 2, std::int64_t{77});
    }
    const Result<std::uint64_t> taken = insert({.table = table.name, .columns = table.columns}, page);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().context("constraint"), duplicate ? "by_name" : "to_p");
    EXPECT_EQ(taken.error().context("sqlstate"), "23000");
    EXPECT_EQ(taken.error().context("errno"), duplicate ? "1062" : "1452");
    if (!duplicate) {
      EXPECT_EQ(taken.error().context("table"), "t");
    }
    EXPECT_THAT(taken.error().message(), Not(HasSubstr("secret")));
    if (duplicate) {
      EXPECT_THAT(taken.error().context("detail"), HasSubstr("secret3"));
    }
    EXPECT_EQ(read("SELECT COUNT(*) FROM t").at(0, 0).integer, 0);
  }
}

TEST_F(MariadbInsertions, NumbersThatItDoesNotHaveAreRefusedByTheirColumn) {
  run("CREATE TABLE t (a INT, d DOUBLE)");
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Page page(2);
    page.add_row();
    page.set(0, 1, value);
    const Result<std::uint64_t> taken = insert({.table = {.name = "t"}, .columns = table("t").columns}, page);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().context("column"), "d");
  }
}

TEST_F(MariadbInsertions, RowsThatAreThereAreSkippedOrUpdatedByTheirKeyOnly) {
  run("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20) UNIQUE, v INT); INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)");
  const Table table = this->table("t");
  const auto page_of = [](std::vector<std::tuple<int, std::string, int>> rows) {
    Page page(3);
    for (const auto& [id, name, v] : rows) {
      const std::size_t row = page.add_row();
      page.set(row, 0, std::int64_t{id});
      page.set_text(row, 1, name);
      page.set(row, 2, std::int64_t{v});
    }
    return page;
  };
  Insertion skip{.table = table.name, .columns = table.columns, .existing = Insertion::Existing::skip, .key = {0}};
  EXPECT_EQ(insert(skip, page_of({{1, "x", 9}, {3, "c", 3}, {4, "d", 4}})).value(), 2U);
  EXPECT_EQ(insert(skip, page_of({{1, "x", 9}})).value(), 0U);
  expect_equal(read("SELECT * FROM t ORDER BY id"), page_of({{1, "a", 1}, {2, "b", 2}, {3, "c", 3}, {4, "d", 4}}));
  Insertion update = skip;
  update.existing = Insertion::Existing::update;
  EXPECT_EQ(insert(update, page_of({{1, "x", 9}, {2, "b", 2}, {5, "e", 5}})).value(), 2U) << "one changed, one new, one as it was";
  EXPECT_EQ(insert(update, page_of({{1, "y", 9}})).value(), 1U);
  expect_equal(read("SELECT * FROM t ORDER BY id"), page_of({{1, "y", 9}, {2, "b", 2}, {3, "c", 3}, {4, "d", 4}, {5, "e", 5}}));
  for (const Insertion& one : {skip, update}) {
    const Result<std::uint64_t> taken = insert(one, page_of({{6, "f", 6}, {7, "b", 7}}));
    ASSERT_FALSE(taken) << "another row has that name";
    EXPECT_EQ(taken.error().context("errno"), "1242");
    EXPECT_EQ(read("SELECT COUNT(*) FROM t").at(0, 0).integer, 5);
  }
  Insertion without = skip;
  without.key.clear();
  EXPECT_TRUE(insert(without, page_of({{1, "x", 9}})).error().matches(Errc::invalid_argument));
  Insertion both = skip;
  EXPECT_FALSE(insert(both, page_of({{8, "h", 8}, {9, std::string(21, 'x'), 9}}))) << "other errors stay errors";
}

}  // namespace
}  // namespace millrace::subset
