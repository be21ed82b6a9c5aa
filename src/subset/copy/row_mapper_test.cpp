// Rows as they are in the target.
#include "subset/copy/row_mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "subset/copy/table_reader.h"
#include "subset/statements.h"
#include "support/page_rows.h"
#include "support/plan_schema.h"

namespace millrace::subset {
namespace {

using millrace::testing::numbers_page;
using millrace::testing::PlanSchema;
using millrace::testing::rows_page;
using ::testing::HasSubstr;

constexpr auto kNumber = [](std::int64_t value) { return Value::of(value); };

/// visit -> person, which may be NULL; visit -> place, which may not; visit -> season by two columns, of which one may be NULL.
PlanSchema mapper_schema() {
  PlanSchema made;
  made.table("person", {PlanSchema::identity()})
      .table("place", {PlanSchema::identity()})
      .table("season", {PlanSchema::number("year"), PlanSchema::number("part")}, {"year", "part"})
      .table("visit", {PlanSchema::identity(), PlanSchema::maybe("person"), PlanSchema::number("place"), PlanSchema::number("year"),
                       PlanSchema::maybe("part")})
      .refers("visit", {"person"}, "person")
      .refers("visit", {"place"}, "place")
      .refers("visit", {"year", "part"}, "season", {"year", "part"});
  return made;
}
constexpr std::size_t kPerson = 0, kPlace = 1, kSeason = 2, kVisit = 3;

struct RowMapperTest : ::testing::Test {
  void plan_with(Job job) {
    job.roots = {{.table = "visit"}};
    plan = make_plan(std::move(job), mapper_schema().schema).value();
    mapping.numbers.resize(plan.tables.size());
    mapping.missing.resize(plan.tables.size());
  }
  Result<void> apply(Page& rows) const { return RowMapper(plan, kVisit, read_columns(plan, kVisit)).apply(rows, mapping); }
  void number(std::size_t table, std::initializer_list<std::int64_t> keys, std::int64_t first) {
    std::unique_ptr<KeySet> set = store->make(1, true).value();
    ASSERT_TRUE(set->insert(numbers_page(keys)));
    mapping.numbers[table].add(std::move(set), first);
  }
  void lack(std::size_t table, const Page& key) {
    ColumnList all;
    for (std::size_t i = 0; i < key.columns(); ++i) all.push_back(i);
    mapping.missing[table].insert(key_text(key, 0, all));
    ++mapping.missing_count;
  }
  static Page visit(std::int64_t id, Value person, std::int64_t place, std::int64_t year, Value part) {
    return rows_page(5, {{kNumber(id), person, kNumber(place), kNumber(year), part}});
  }
  std::unique_ptr<KeyStore> store = KeyStore::open({}).value();
  Plan plan;
  Mapping mapping;
};

TEST_F(RowMapperTest, NothingIsChangedWhereNothingIsToBe) {
  plan_with({});
  Page rows = visit(1, kNumber(2), 3, 2026, kNumber(1));
  ASSERT_TRUE(apply(rows));
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(rows.at(0, i), visit(1, kNumber(2), 3, 2026, kNumber(1)).at(0, i));
}

TEST_F(RowMapperTest, WhatIsNotCopiedIsNull) {
  Job job;
  job.tables["person"].rows = RowChoice::none;
  job.tables["season"].rows = RowChoice::none;
  job.tables["place"].rows = RowChoice::target;
  plan_with(job);
  Page rows = visit(1, kNumber(2), 3, 2026, kNumber(1));
  ASSERT_TRUE(apply(rows));
  EXPECT_TRUE(rows.at(0, 1).is_null());
  EXPECT_EQ(rows.at(0, 2), kNumber(3));
  EXPECT_EQ(rows.at(0, 3), kNumber(2026));  // may not be NULL, and one that is is enough
  EXPECT_TRUE(rows.at(0, 4).is_null());
}

TEST_F(RowMapperTest, NewNumbersInTheKeyAndInWhatRefersToIt) {
  plan_with({.keys = KeyPolicy::map});
  number(kPerson, {2, 9}, 100);
  number(kPlace, {3}, 200);
  number(kVisit, {1, 4}, 300);
  Page rows = visit(1, kNumber(9), 3, 2026, kNumber(1));
  rows.add_row_of(visit(4, {}, 3, 2026, {}), 0);
  ASSERT_TRUE(apply(rows));
  EXPECT_EQ(rows.at(0, 0), kNumber(300));
  EXPECT_EQ(rows.at(0, 1), kNumber(101));
  EXPECT_EQ(rows.at(0, 2), kNumber(200));
  EXPECT_EQ(rows.at(0, 3), kNumber(2026));
  EXPECT_EQ(rows.at(1, 0), kNumber(301));
  EXPECT_TRUE(rows.at(1, 1).is_null());
}

TEST_F(RowMapperTest, ANumberThatIsNotCopiedIsAnErrorThatNamesTheRow) {
  plan_with({.keys = KeyPolicy::map});
  number(kVisit, {1}, 300);
  number(kPlace, {3}, 200);
  Page rows = visit(1, kNumber(9), 3, 2026, kNumber(1));
  const Result<void> applied = apply(rows);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code(), Errc::invalid_argument);
  EXPECT_EQ(applied.error().context("table"), "visit");
  EXPECT_EQ(applied.error().context("column"), "person");
  EXPECT_THAT(std::string(applied.error().message()), HasSubstr("refers by person to 9 of person"));
}

TEST_F(RowMapperTest, TheErrorsKeyIsThatOfTheSource) {
  plan_with({.keys = KeyPolicy::map});
  number(kVisit, {1}, 300);
  Page rows = visit(1, {}, 3, 2026, {});
  const Result<void> applied = apply(rows);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().context("column"), "place");
  EXPECT_EQ(applied.error().context("key"), "1");  // 300 is nowhere yet: nobody could look it up
}

TEST_F(RowMapperTest, MissingRowsAreNullWhereTheJobSaysSoAndTheyMayBe) {
  plan_with({.missing = MissingParents::null});
  lack(kPerson, numbers_page({9}));
  lack(kSeason, rows_page(2, {{kNumber(2026), kNumber(1)}}));
  Page rows = visit(1, kNumber(9), 3, 2026, kNumber(1));
  rows.add_row_of(visit(2, kNumber(8), 3, 2026, kNumber(2)), 0);
  ASSERT_TRUE(apply(rows));
  EXPECT_TRUE(rows.at(0, 1).is_null());
  EXPECT_EQ(rows.at(0, 3), kNumber(2026));
  EXPECT_TRUE(rows.at(0, 4).is_null());
  EXPECT_EQ(rows.at(1, 1), kNumber(8));
  EXPECT_EQ(rows.at(1, 4), kNumber(2));
  lack(kPlace, numbers_page({3}));
  const Result<void> applied = apply(rows);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().context("column"), "place");
  EXPECT_EQ(applied.error().context("key"), "1");
}

TEST_F(RowMapperTest, FieldsThatNoParentHasAreNullOrAnErrorThatNamesTheRow) {
  PlanSchema made;
  made.table("country", {PlanSchema::identity(), PlanSchema::words("code"), PlanSchema::words("name")})
      .unique("country", {"code"})
      .unique("country", {"name", "code"})
      .table("city", {PlanSchema::identity(), PlanSchema::words("must"), PlanSchema::maybe("code"), PlanSchema::words("name")})
      .refers("city", {"must"}, "country", {"code"})
      .refers("city", {"name", "code"}, "country", {"name", "code"});
  const auto text = [](std::string_view said) { return Value::of(said); };
  const auto city = [&](std::int64_t id, std::string_view must, std::string_view code) {
    return rows_page(4, {{kNumber(id), text(must), text(code), text("n")}});
  };
  const auto mapped = [&](MissingParents missing, Page& rows) {
    plan = make_plan({.roots = {{.table = "city"}}, .missing = missing}, made.schema).value();
    mapping.missing.resize(plan.tables.size());
    mapping.absent.resize(plan.keys.size());
    return RowMapper(plan, 1, read_columns(plan, 1)).apply(rows, mapping);
  };
  mapping.absent.resize(2);
  mapping.lack(0, rows_page(1, {{text("YY")}}));
  mapping.lack(1, rows_page(2, {{text("n"), text("XX")}}));
  Page rows = city(1, "XX", "YY");  // what another reference lacks
  rows.add_row_of(city(2, "FR", "XX"), 0);
  rows.add_row_of(city(3, "FR", "xx"), 0);  // other letters are another field
  ASSERT_TRUE(mapped(MissingParents::null, rows));
  EXPECT_EQ(rows.at(0, 1), text("XX"));
  EXPECT_EQ(rows.at(0, 2), text("YY"));
  EXPECT_TRUE(rows.at(1, 2).is_null());
  EXPECT_EQ(rows.at(1, 3), text("n"));
  EXPECT_EQ(rows.at(2, 2), text("xx"));
  rows = city(4, "FR", "XX");
  const Result<void> refused = mapped(MissingParents::error, rows);
  ASSERT_FALSE(refused);
  EXPECT_THAT(std::string(refused.error().message()),
              HasSubstr("city 4 refers by name, code to ('n', 'XX') of country (name, code)"));
  EXPECT_EQ(refused.error().context("column"), "name, code");
  EXPECT_EQ(refused.error().context("key"), "4");
  rows = city(5, "YY", "FR");
  const Result<void> must = mapped(MissingParents::null, rows);
  ASSERT_FALSE(must) << "it may not be NULL";
  EXPECT_THAT(std::string(must.error().message()), HasSubstr("city 5 refers by must to 'YY' of country (code)"));
}

TEST_F(RowMapperTest, AReferenceThatIsInPartInThePageIsLeftAlone) {
  plan_with({.missing = MissingParents::null});
  lack(kSeason, numbers_page({1}));  // as if a part were the whole
  Page rows = rows_page(2, {{kNumber(1), kNumber(1)}});
  ASSERT_TRUE(RowMapper(plan, kVisit, {0, 4}).null_missing(rows, mapping));
  EXPECT_EQ(rows.at(0, 1), kNumber(1));
}

TEST_F(RowMapperTest, AMissingNumberIsNullToo) {
  plan_with({.keys = KeyPolicy::map, .missing = MissingParents::null});
  number(kVisit, {1}, 300);
  number(kPlace, {3}, 200);
  number(kPerson, {9}, 100);  // the closure knows it, and the source does not have it
  lack(kPerson, numbers_page({9}));
  Page rows = visit(1, kNumber(9), 3, 2026, {});
  ASSERT_TRUE(apply(rows));
  EXPECT_TRUE(rows.at(0, 1).is_null());
}

TEST(RowChecksum, IsTheSameInAnyOrder) {
  const Page rows = rows_page(2, {{kNumber(1), Value::of(std::string_view("a"))}, {kNumber(2), {}}, {kNumber(3), Value::of(1.5)}});
  Page turned(2);
  for (const std::size_t row : {2u, 0u, 1u}) turned.add_row_of(rows, row);
  EXPECT_EQ(checksum(rows, 2), checksum(turned, 2));
  EXPECT_EQ(checksum(Page(2), 2), 0u);
}

TEST(RowChecksum, IsThatOfPagesTogether) {
  const Page both = rows_page(1, {{kNumber(1)}, {kNumber(2)}});
  EXPECT_EQ(checksum(both, 1), checksum(numbers_page({1}), 1) + checksum(numbers_page({2}), 1));
}

TEST(RowChecksum, DiffersForDifferentRows) {
  const auto of = [](std::initializer_list<Value> fields) { return checksum(rows_page(fields.size(), {fields}), fields.size()); };
  const auto text = [](std::string_view value) { return Value::of(value); };
  const std::vector<std::uint64_t> sums{of({Value{}}),
                                        of({kNumber(0)}),
                                        of({Value::of(0.0)}),
                                        of({Value::of(-0.0)}),
                                        of({text("")}),
                                        of({Value::of_bytes("")}),
                                        of({kNumber(1)}),
                                        of({text("1")}),
                                        of({text("a")}),
                                        of({text(std::string_view("a\0", 2))}),
                                        of({text(std::string_view("\0a", 2))}),
                                        of({text("abcdefgh")}),
                                        of({text("abcdefghi")}),
                                        of({text("abcdefgi")}),
                                        of({Value::of_bytes("abcdefgh")}),
                                        of({kNumber(1), kNumber(2)}),
                                        of({kNumber(2), kNumber(1)}),
                                        of({text("ab"), text("c")}),
                                        of({text("a"), text("bc")}),
                                        of({text("abc"), text("")}),
                                        of({Value{}, kNumber(1)}),
                                        of({kNumber(1), Value{}})};
  for (std::size_t i = 0; i < sums.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(sums[i], sums[k]) << i << " and " << k;
}

TEST(RowChecksum, OnlyTheFirstColumnsCount) {
  EXPECT_EQ(checksum(rows_page(2, {{kNumber(1), kNumber(2)}}), 1), checksum(numbers_page({1}), 1));
}

}  // namespace
}  // namespace millrace::subset
