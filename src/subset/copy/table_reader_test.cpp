// Each row exactly once and in order, whatever a database answers.
#include "subset/copy/table_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "support/page_rows.h"
#include "support/plan_schema.h"
#include "support/scripted_session.h"

namespace millrace::subset {
namespace {

using millrace::testing::numbers_of;
using millrace::testing::numbers_page;
using millrace::testing::PlanSchema;
using millrace::testing::rows_page;
using millrace::testing::ScriptedAnswer;
using millrace::testing::ScriptedSession;
using millrace::testing::texts_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct TableReaderTest : ::testing::Test {
  /// Rows of the table "t": by a whole number `id`, or by two texts.
  void wants(std::initializer_list<std::int64_t> numbers, std::optional<std::uint64_t> estimate = {}) {
    PlanSchema made(Dialect::sqlite);
    made.table("t", {PlanSchema::identity()});
    made.schema.tables[0].rows = estimate;
    plan = make_plan({.roots = {{.table = "t"}}}, made.schema).value();
    keys = store->make(1, true).value();
    EXPECT_TRUE(keys->insert(numbers_page(numbers)));
    columns = {0};
  }
  /// Of a table that is streamed, and that has so many rows.
  void wants_all(std::uint64_t count, std::size_t rows_max = 2) {
    PlanSchema made(Dialect::postgres);
    made.table("t", {PlanSchema::identity()});
    plan = make_plan({.roots = {{.table = "t"}}}, made.schema).value();
    EXPECT_TRUE(plan.tables[0].streamed);
    columns = {0};
    reader.emplace(
        plan, nullptr, done.get(),
        TableReaderOptions{.table = 0, .columns = columns, .rows_max = rows_max, .bytes_max = 1'000'000, .count = count});
  }
  void wants_texts(const Page& texts) {
    PlanSchema made(Dialect::sqlite);
    made.table("t", {PlanSchema::words("a"), PlanSchema::words("b"), PlanSchema::number("n")}, {"b", "a"});
    plan = make_plan({.roots = {{.table = "t"}}}, made.schema).value();
    keys = store->make(2, false).value();
    EXPECT_TRUE(keys->insert(texts));
    columns = {0, 1, 2};
  }
  void start(std::size_t rows_max = 1'000, std::size_t bytes_max = std::size_t{1} << 20) {
    reader.emplace(plan, keys.get(), done.get(),
                   TableReaderOptions{.table = 0, .columns = columns, .rows_max = rows_max, .bytes_max = bytes_max});
  }
  void answer(Page rows, std::size_t piece = 1'000) { source.answers.push_back({.rows = std::move(rows), .piece = piece}); }
  Result<ReadPage> next() {
    ReadPage page;
    const Result<void> read = run_until(loop, reader->next(source, page));
    if (!read) return fail(read.error());
    return page;
  }
  std::string problem() {
    const Result<ReadPage> page = next();
    if (page) return "none";
    EXPECT_EQ(page.error().code(), Errc::invalid_argument);
    EXPECT_EQ(page.error().context("table"), "t");
    return std::string(page.error().message());
  }

  Loop loop;
  std::unique_ptr<KeyStore> store = KeyStore::open({}).value();
  std::unique_ptr<KeySet> keys, done;
  Plan plan;
  ColumnList columns;
  ScriptedSession source{loop};
  std::optional<TableReader> reader;
};

TEST_F(TableReaderTest, RowsAndTheirKeysInOrder) {
  wants({3, 1, 2});
  start();
  answer(numbers_page({1, 2, 3}));
  const ReadPage page = next().value();
  EXPECT_THAT(numbers_of(page.rows), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers_of(page.keys), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers_of(page.missing), IsEmpty());
  EXPECT_TRUE(page.last);
  ASSERT_EQ(source.asked.size(), 1u);
  EXPECT_THAT(source.asked[0].sql, HasSubstr("millrace_keys"));
  EXPECT_THAT(numbers_of(*source.asked[0].keys), ElementsAre(1, 2, 3));
}

TEST_F(TableReaderTest, AStreamedTableIsOneStatement) {
  wants_all(5);
  answer(numbers_page({2, 4, 5, 8, 9}), 1);
  const ReadPage first = next().value();
  EXPECT_THAT(numbers_of(first.rows), ElementsAre(2, 4));
  EXPECT_THAT(numbers_of(first.keys), ElementsAre(2, 4));
  EXPECT_FALSE(first.last);
  EXPECT_THAT(numbers_of(next().value().keys), ElementsAre(5, 8));
  const ReadPage last = next().value();
  EXPECT_THAT(numbers_of(last.keys), ElementsAre(9));
  EXPECT_THAT(numbers_of(last.missing), IsEmpty());
  EXPECT_TRUE(last.last);
  ASSERT_EQ(source.asked.size(), 1u);
  EXPECT_EQ(source.asked[0].sql, "SELECT t.\"id\" FROM \"t\" AS t ORDER BY t.\"id\"");
}

TEST_F(TableReaderTest, OfAStreamedTableWhatIsDoneIsLeftOut) {
  for (const std::size_t piece : {1u, 2u, 1'000u}) {
    done = store->make(1, true).value();
    ASSERT_TRUE(done->insert(numbers_page({2, 3, 7})));
    wants_all(5);
    answer(numbers_page({1, 2, 3, 4, 5}), piece);
    EXPECT_THAT(numbers_of(next().value().rows), ElementsAre(1, 4)) << piece;
    const ReadPage last = next().value();
    EXPECT_THAT(numbers_of(last.rows), ElementsAre(5)) << piece;
    EXPECT_THAT(numbers_of(last.keys), ElementsAre(5)) << piece;
    EXPECT_TRUE(last.last);
  }
}

TEST_F(TableReaderTest, AStreamThatIsNotWhatWasCountedIsAnError) {
  for (const std::uint64_t counted : {2u, 4u}) {
    wants_all(counted, 10);
    answer(numbers_page({1, 2, 3}));
    EXPECT_EQ(problem(), "the source gave 3 rows of t, and has counted " + std::to_string(counted));
  }
  wants_all(3, 10);
  answer(numbers_page({1, 3, 2}));
  EXPECT_THAT(problem(), HasSubstr("out of order: t 2"));
}

TEST_F(TableReaderTest, NothingWantedIsNothingAsked) {
  wants({});
  start();
  const ReadPage page = next().value();
  EXPECT_TRUE(page.last);
  EXPECT_TRUE(page.rows.empty());
  EXPECT_THAT(source.asked, IsEmpty());
}

TEST_F(TableReaderTest, WhatIsNotThereIsTold) {
  for (const auto& [there, missing] : std::vector<std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>>{
           {{2, 3, 4}, {1}}, {{1, 2, 4}, {3}}, {{1, 2, 3}, {4}}, {{2, 3}, {1, 4}}, {{}, {1, 2, 3, 4}}}) {
    for (const std::size_t piece : {1u, 1'000u}) {
      wants({1, 2, 3, 4});
      start();
      answer(numbers_page(there), piece);
      const ReadPage page = next().value();
      EXPECT_EQ(numbers_of(page.keys), there);
      EXPECT_EQ(numbers_of(page.missing), missing);
      EXPECT_TRUE(page.last);
    }
  }
}

TEST_F(TableReaderTest, RowsThatAreWrongAreErrors) {
  for (const auto& rows : std::vector<std::vector<std::int64_t>>{
           {2, 1, 3}, {1, 3, 2}, {1, 1, 2, 3}, {1, 2, 3, 3}, {1, 2, 3, 4}, {0, 1, 2, 3}, {1, 2, 9, 3}})
    for (const std::size_t piece : {1u, 1'000u}) {
      wants({1, 2, 3});
      start();
      answer(numbers_page(rows), piece);
      EXPECT_THAT(problem(), HasSubstr("not asked for, or out of order: t ")) << ::testing::PrintToString(rows) << piece;
    }
}

TEST_F(TableReaderTest, PagesHaveTheRowsThatTheyMayHave) {
  wants({1, 2, 3, 4, 5});
  start(2);
  answer(numbers_page({1, 2}));
  answer(numbers_page({3}));
  answer(numbers_page({5}));
  const ReadPage first = next().value();
  EXPECT_THAT(numbers_of(first.rows), ElementsAre(1, 2));
  EXPECT_FALSE(first.last);
  const ReadPage second = next().value();
  EXPECT_THAT(numbers_of(second.rows), ElementsAre(3, 5));
  EXPECT_THAT(numbers_of(second.missing), ElementsAre(4));
  const ReadPage third = next().value();
  EXPECT_TRUE(third.rows.empty());
  EXPECT_TRUE(third.last);
  ASSERT_EQ(source.asked.size(), 3u);
  EXPECT_THAT(numbers_of(*source.asked[1].keys), ElementsAre(3, 4));
  EXPECT_THAT(numbers_of(*source.asked[2].keys), ElementsAre(5));
}

TEST_F(TableReaderTest, AListIsNoLongerThanASessionTakes) {
  wants({});
  Page many(1);
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(Session::kKeysMax) + 5; ++i) many.set(many.add_row(), 0, i);
  ASSERT_TRUE(keys->insert(many));
  start(50'000, std::size_t{1} << 30);
  answer({});
  answer({});
  const ReadPage page = next().value();
  EXPECT_EQ(page.missing.rows(), many.rows());
  ASSERT_EQ(source.asked.size(), 2u);
  EXPECT_EQ(source.asked[0].keys->rows(), Session::kKeysMax);
  EXPECT_EQ(source.asked[1].keys->rows(), 5u);
}

TEST_F(TableReaderTest, PagesEndWithTheRowThatGoesBeyondTheirBytes) {
  wants_texts(rows_page(2, {{Value::of(std::string_view("x")), Value::of(std::string_view("a"))},
                            {Value::of(std::string_view("x")), Value::of(std::string_view("b"))},
                            {Value::of(std::string_view("x")), Value::of(std::string_view("c"))}}));
  start(1'000, 60);  // a row is 3 * 16 bytes and two letters
  Page rows(3);
  for (const std::string_view a : {"a", "b", "c"}) {
    const std::size_t row = rows.add_row();
    rows.set_text(row, 0, a);
    rows.set_text(row, 1, "x");
  }
  answer(rows);
  EXPECT_THAT(texts_of(next().value().rows), ElementsAre("a", "b"));
  const ReadPage second = next().value();
  EXPECT_THAT(texts_of(second.rows), ElementsAre("c"));
  EXPECT_TRUE(second.last);
  EXPECT_EQ(source.asked.size(), 1u);  // the statement goes on
}

TEST_F(TableReaderTest, WhatEarlierRunsCopiedIsNotAskedFor) {
  wants({1, 2, 3, 4});
  done = store->make(1, true).value();
  ASSERT_TRUE(done->insert(numbers_page({1, 2, 4})));
  start(2);
  answer(numbers_page({3}));
  const ReadPage page = next().value();
  EXPECT_THAT(numbers_of(page.rows), ElementsAre(3));
  EXPECT_TRUE(page.last);
  ASSERT_EQ(source.asked.size(), 1u);
  EXPECT_THAT(numbers_of(*source.asked[0].keys), ElementsAre(3));
}

TEST_F(TableReaderTest, DenseKeysAreReadAsRanges) {
  wants({10, 11, 14, 15}, 8);
  start();
  answer(numbers_page({10, 11, 12, 13, 15}));
  const ReadPage page = next().value();
  EXPECT_THAT(numbers_of(page.rows), ElementsAre(10, 11, 15));
  EXPECT_THAT(numbers_of(page.keys), ElementsAre(10, 11, 15));
  EXPECT_THAT(numbers_of(page.missing), ElementsAre(14));
  EXPECT_TRUE(page.last);
  EXPECT_THAT(source.asked[0].sql, HasSubstr("t.\"id\" >= 10 AND t.\"id\" <= 15"));
  EXPECT_FALSE(source.asked[0].keys.has_value());
}

TEST_F(TableReaderTest, SparseKeysAreReadAsLists) {
  wants({10, 500}, 1'000);
  start();
  answer(numbers_page({10, 500}));
  ASSERT_TRUE(next());
  EXPECT_TRUE(source.asked[0].keys.has_value());
}

TEST_F(TableReaderTest, RangesOutOfOrderAreErrorsHoweverTheyCome) {
  for (const auto& rows : std::vector<std::vector<std::int64_t>>{
           {20, 10}, {10, 20, 15}, {10, 15, 12, 20}, {10, 10, 20}, {10, 15, 15, 20}, {5, 10, 20}, {10, 20, 20}, {10, 20, 25}})
    for (const std::size_t piece : {1u, 2u, 1'000u}) {
      wants({10, 20}, 2);
      start();
      answer(numbers_page(rows), piece);
      EXPECT_THAT(problem(), HasSubstr("not asked for, or out of order")) << ::testing::PrintToString(rows) << " by " << piece;
    }
}

TEST_F(TableReaderTest, ARangeGoesOnOverPages) {
  wants({1, 2, 4, 5}, 6);
  start(2);
  answer(numbers_page({1, 2}), 1);
  answer(numbers_page({4, 5}), 1);
  EXPECT_THAT(numbers_of(next().value().rows), ElementsAre(1, 2));
  EXPECT_THAT(numbers_of(next().value().rows), ElementsAre(4, 5));
  const ReadPage end = next().value();
  EXPECT_TRUE(end.last && end.rows.empty());
  EXPECT_THAT(source.asked[1].sql, HasSubstr(">= 4 AND"));
}

Page text_rows(std::initializer_list<std::pair<std::string_view, std::string_view>> rows) {
  Page page(3);
  for (const auto& [a, b] : rows) {
    const std::size_t row = page.add_row();
    page.set_text(row, 0, a);
    page.set_text(row, 1, b);
    page.set(row, 2, static_cast<std::int64_t>(row));
  }
  return page;
}
Page text_keys(std::initializer_list<std::pair<std::string_view, std::string_view>> rows) {
  Page page(2);  // the key is (b, a)
  for (const auto& [a, b] : rows) {
    const std::size_t row = page.add_row();
    page.set_text(row, 0, b);
    page.set_text(row, 1, a);
  }
  return page;
}

TEST_F(TableReaderTest, TextsComeInWhateverOrderTheDatabaseHas) {
  wants_texts(text_keys({{"a", "x"}, {"B", "x"}, {"c", "y"}}));
  start();
  answer(text_rows({{"a", "x"}, {"c", "y"}, {"B", "x"}}));
  const ReadPage page = next().value();
  EXPECT_THAT(texts_of(page.rows, 0), ElementsAre("a", "c", "B"));
  EXPECT_THAT(texts_of(page.keys, 0), ElementsAre("x", "y", "x"));
  EXPECT_THAT(texts_of(page.keys, 1), ElementsAre("a", "c", "B"));
  EXPECT_TRUE(page.missing.empty());
}

TEST_F(TableReaderTest, TextsThatAreWrongAreErrors) {
  for (const auto& rows : {text_rows({{"a", "x"}, {"a", "x"}}), text_rows({{"a", "x"}, {"A", "x"}}), text_rows({{"x", "a"}})})
    for (const std::size_t piece : {1u, 1'000u}) {
      wants_texts(text_keys({{"a", "x"}, {"b", "x"}}));
      start();
      answer(rows, piece);
      EXPECT_THAT(problem(), HasSubstr("not asked for"));
    }
}

TEST_F(TableReaderTest, TextsThatAreNotThereAreTold) {
  wants_texts(text_keys({{"a", "x"}, {"b", "x"}, {"c", "x"}}));
  start();
  answer(text_rows({{"b", "x"}}));
  const ReadPage page = next().value();
  EXPECT_THAT(texts_of(page.missing, 1), ElementsAre("a", "c"));
  EXPECT_THAT(texts_of(page.missing, 0), ElementsAre("x", "x"));
}

TEST_F(TableReaderTest, AnErrorOfTheDatabaseIsNoShortAnswer) {
  wants({1, 2});
  start();
  source.answers.push_back({.rows = numbers_page({1}), .error = Error(Errc::closed, "the connection broke off")});
  const Result<ReadPage> page = next();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().message(), "the connection broke off");
}

TEST(KeyText, IsOneForEachKey) {
  const auto of = [](std::initializer_list<Value> fields) {
    ColumnList all(fields.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return key_text(rows_page(fields.size(), {fields}), 0, all);
  };
  const auto text = [](std::string_view value) { return Value::of(value); };
  const std::vector<std::string> texts{of({Value::of(std::int64_t{1})}),
                                       of({text("1")}),
                                       of({Value::of_bytes("1")}),
                                       of({Value::of(1.0)}),
                                       of({Value{}}),
                                       of({text("a"), text("bc")}),
                                       of({text("ab"), text("c")}),
                                       of({text("a"), Value{}}),
                                       of({Value{}, text("a")}),
                                       of({text("31,1"), text("")}),
                                       of({text(""), text("31,1")})};
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(texts[i], texts[k]) << i << " and " << k;
}

TEST(KeyText, ForPeople) {
  const Page page = rows_page(3, {{Value::of(std::int64_t{-7}), Value::of(std::string_view("O'x")), Value::of_bytes("\x01")}});
  EXPECT_EQ(key_for_people(page, 0, {0}), "-7");
  EXPECT_EQ(key_for_people(page, 0, {1, 0}), "('O''x', -7)");
  EXPECT_EQ(key_for_people(page, 0, {2}), "X'01'");
}

}  // namespace
}  // namespace millrace::subset
