// What people are shown of a schema.
#include <millrace/subset/describe.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::subset {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Table described_table(std::string name, std::vector<Column> more = {}) {
  Table made{.name = {.name = std::move(name)},
             .columns = {{.name = "id", .type = "INTEGER", .nullable = false}},
             .primary = UniqueKey{.columns = {0}}};
  made.columns.insert(made.columns.end(), more.begin(), more.end());
  return made;
}

Schema shop() {
  Schema schema{.tables = {described_table("customer", {{.name = "last_order", .type = "INTEGER"}}),
                           described_table("order", {{.name = "customer_id", .type = "INTEGER", .nullable = false}}),
                           described_table("product")}};
  schema.tables[0].rows = 1'234'567;
  schema.tables[2].primary.reset();
  schema.foreign_keys = {{.child = 1, .columns = {1}, .parent = 0, .parent_columns = {0}},
                         {.child = 0, .columns = {1}, .parent = 1, .parent_columns = {0}}};
  schema.left_out = {{{.name = "sales"}, "a view"}};
  return schema;
}

TEST(Describe, AShop) {
  const Schema schema = shop();
  EXPECT_EQ(describe("shop.db", schema, analyse(schema)),
            "shop.db: SQLite, 3 tables, 2 foreign keys\n"
            "\n"
            "Filled in this order, parents before their children:\n"
            "   1 | customer     1,234,567 rows\n"
            "     |   customer (last_order) -> order (id)\n"
            "     |     NULL first in customer (last_order), updated when its parent is there\n"
            "   2 | order                ? rows\n"
            "     |   order (customer_id) -> customer (id)\n"
            "   3   product              ? rows  no primary key\n"
            "\n"
            "1 circle (|): each is cut where it costs least.\n"
            "\n"
            "Left out:\n"
            "  sales: a view\n");
}

TEST(Describe, Nothing) { EXPECT_EQ(describe("empty.db", {}, {}), "empty.db: SQLite, 0 tables, 0 foreign keys\n"); }

TEST(Describe, NamesCannotMoveTheCursor) {
  const Schema schema{.tables = {described_table("a\x1b[2J\nb\xc2\x9b\\\xc3\xa9")}};
  const std::string text = describe("x\r", schema, analyse(schema));
  EXPECT_THAT(text, HasSubstr("a\\x1b[2J\\x0ab\\xc2\\x9b\\x5c\xc3\xa9"));
  EXPECT_THAT(text, HasSubstr("x\\x0d: SQLite"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Describe, WhatCannotBeLaterSaysWhy) {
  Schema schema = shop();
  schema.tables[0].columns[1].nullable = false;
  EXPECT_THAT(describe(schema, how_later(schema, 1)), HasSubstr("by one statement"));
  schema.foreign_keys[1].deferral = Deferral::possible;
  EXPECT_EQ(describe(schema, how_later(schema, 1)), "checked at the end of the transaction");
}

}  // namespace
}  // namespace millrace::subset
