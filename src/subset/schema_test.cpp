// Schemas that are one, and those that are not.
#include <millrace/subset/schema.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::subset {
namespace {

using ::testing::HasSubstr;

Table table(std::string name) {
  return {.name = {.name = std::move(name)},
          .columns = {{.name = "id", .type = "INTEGER", .nullable = false}, {.name = "parent", .type = "INTEGER"}},
          .primary = UniqueKey{.columns = {0}}};
}
Schema two_tables() {
  return {.tables = {table("order"), table("user")},
          .foreign_keys = {{.name = "of", .child = 0, .columns = {1}, .parent = 1, .parent_columns = {0}}}};
}
std::string problem_of(const Schema& schema) {
  const Result<void> checked = check(schema);
  return checked ? "" : checked.error().to_string();
}

TEST(Schema, OneThatIs) {
  EXPECT_EQ(problem_of({}), "");
  EXPECT_EQ(problem_of(two_tables()), "");
}

TEST(Schema, ParentsAreFoundByAnyKeyInAnyOrderOfItsColumns) {
  Schema schema = two_tables();
  schema.tables[1].primary.reset();
  schema.tables[1].unique = {{.name = "both", .columns = {1, 0}}};
  schema.foreign_keys[0].columns = {0, 1};
  schema.foreign_keys[0].parent_columns = {0, 1};
  EXPECT_EQ(problem_of(schema), "");
}

TEST(Schema, WhatIsWrongIsNamed) {
  const auto with = [](auto change) {
    Schema schema = two_tables();
    change(schema);
    return problem_of(schema);
  };
  EXPECT_THAT(with([](Schema& s) { s.tables[1].name.name = "order"; }), HasSubstr("two tables of one name"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].name.name = ""; }), HasSubstr("a table without a name"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].columns.clear(); }), HasSubstr("a table without columns"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].columns[1].name = "id"; }), HasSubstr("two columns named 'id'"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].columns[1].name = ""; }), HasSubstr("a column without a name"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].primary->columns = {2}; }),
              HasSubstr("a key without columns, or with one that is not there"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].unique = {{.columns = {0, 0}}}; }), HasSubstr("a key with a column twice"));
  EXPECT_THAT(with([](Schema& s) { s.foreign_keys[0].parent = 2; }), HasSubstr("a table that is not there"));
  EXPECT_THAT(with([](Schema& s) { s.foreign_keys[0].columns = {}; }), HasSubstr("a foreign key without columns"));
  EXPECT_THAT(with([](Schema& s) { s.foreign_keys[0].parent_columns = {0, 1}; }), HasSubstr("more columns on one side"));
  EXPECT_THAT(with([](Schema& s) { s.foreign_keys[0].parent_columns = {1}; }),
              HasSubstr("neither its primary key nor a unique one"));
  EXPECT_THAT(with([](Schema& s) { s.tables[1].columns.resize(Schema::kColumnsMax + 1, {.name = "x", .type = ""}); }),
              HasSubstr("more than kColumnsMax"));
  const Result<void> checked = check([] {
    Schema schema = two_tables();
    schema.foreign_keys[0].parent_columns = {1};
    return schema;
  }());
  EXPECT_EQ(checked.error().context("table"), "order");
  EXPECT_EQ(checked.error().context("key"), "of");
}

TEST(Schema, NamesAreQuotedWhateverIsInThem) {
  EXPECT_EQ(quoted(Dialect::sqlite, "user").value(), "\"user\"");
  EXPECT_EQ(quoted(Dialect::postgres, "a\"b").value(), "\"a\"\"b\"");
  EXPECT_EQ(quoted(Dialect::mariadb, "a`b\"c").value(), "`a``b\"c`");
  EXPECT_EQ(quoted(Dialect::postgres, TableName{.schema = "My Shop", .name = "Order"}).value(), "\"My Shop\".\"Order\"");
  EXPECT_EQ(quoted(Dialect::postgres, TableName{.name = "Order"}).value(), "\"Order\"");
  EXPECT_FALSE(quoted(Dialect::sqlite, ""));
  EXPECT_FALSE(quoted(Dialect::sqlite, std::string_view("a\0b", 3)));
  EXPECT_FALSE(quoted(Dialect::sqlite, TableName{.schema = std::string("\0", 1), .name = "x"}));
}

}  // namespace
}  // namespace millrace::subset
