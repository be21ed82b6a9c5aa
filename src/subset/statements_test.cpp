// The statements of a plan, letter by letter in each dialect.
#include "subset/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/plan_schema.h"

namespace millrace::subset {
namespace {

using millrace::testing::PlanSchema;
using ::testing::ElementsAre;

/// Keys: 0 line -> order, with children; 1 line -> product by its other key.
Plan statement_plan(Dialect dialect, ChildRule lines = {.of = "order", .table = "line"}) {
  PlanSchema made(dialect);
  made.table("order", {PlanSchema::identity(), PlanSchema::words("note")})
      .table("product", {PlanSchema::identity(), PlanSchema::words("sku", "character varying(12)")})
      .unique("product", {"sku"})
      .table("line",
             {PlanSchema::number("order_id"),
              PlanSchema::number("no"),
              PlanSchema::words("sku", "character varying(12)"),
              {.name = "twice", .type = "bigint", .generated = true}},
             {"order_id", "no"})
      .refers("line", {"order_id"}, "order")
      .refers("line", {"sku"}, "product", {"sku"});
  return make_plan({.roots = {{.table = "order"}}, .children = {lines}}, made.schema).value();
}
constexpr std::size_t kOrder = 0, kProduct = 1, kLine = 2, kToOrder = 0, kToProduct = 1;

TEST(Statements, WhatIsFoundOfARowIsItsKeyAndThatOfItsParents) {
  const Plan plan = statement_plan(Dialect::sqlite);
  const FoundColumns found = found_columns(plan, kLine);
  EXPECT_EQ(found.columns, (ColumnList{0, 1, 2}));  // each once
  EXPECT_EQ(found.key, 2u);
  ASSERT_EQ(found.parents.size(), 2u);
  EXPECT_EQ(found.parents[0].foreign_key, kToOrder);
  EXPECT_EQ(found.parents[0].places, (ColumnList{0}));
  EXPECT_EQ(found.parents[1].places, (ColumnList{2}));
  EXPECT_TRUE(found_columns(plan, kProduct).parents.empty());
}

TEST(Statements, KeysThatAreNotFollowedAreNotRead) {
  Plan plan = statement_plan(Dialect::sqlite);
  plan.keys[kToProduct].parents = PlannedKey::Parents::nulled;
  EXPECT_EQ(found_columns(plan, kLine).columns, (ColumnList{0, 1}));
}

TEST(Statements, Roots) {
  const Plan plan = statement_plan(Dialect::postgres);
  EXPECT_EQ(root_statement(plan, {.table = kOrder}), "SELECT t.\"id\" FROM \"order\" AS t");
  EXPECT_EQ(root_statement(plan, {.table = kOrder, .where = "a = 1 OR b"}),
            "SELECT t.\"id\" FROM \"order\" AS t WHERE (a = 1 OR b)");
  EXPECT_EQ(root_statement(plan, {.table = kLine, .where = "no > 1", .limit = 5, .order = "no DESC"}),
            "SELECT t.\"order_id\", t.\"no\", t.\"sku\" FROM \"line\" AS t WHERE (no > 1)"
            " ORDER BY no DESC, t.\"order_id\", t.\"no\" LIMIT 5");
  EXPECT_EQ(root_statement(statement_plan(Dialect::mariadb), {.table = kOrder, .limit = 0}),
            "SELECT t.`id` FROM `order` AS t ORDER BY t.`id` LIMIT 0");
}

TEST(Statements, RowsByTheirKeys) {
  EXPECT_EQ(expand_statement(statement_plan(Dialect::sqlite), kLine),
            "SELECT t.\"order_id\", t.\"no\", t.\"sku\" FROM \"line\" AS t"
            " WHERE (t.\"order_id\", t.\"no\") IN (SELECT k0, k1 FROM temp.millrace_keys)");
  EXPECT_EQ(expand_statement(statement_plan(Dialect::mariadb), kOrder),
            "SELECT t.`id` FROM `order` AS t WHERE t.`id` IN (/*millrace keys*/)");
}

TEST(Statements, Children) {
  EXPECT_EQ(children_statement(statement_plan(Dialect::postgres), kToOrder),
            "SELECT t.\"order_id\", t.\"no\", t.\"sku\" FROM \"line\" AS t WHERE t.\"order_id\" = ANY($1::bigint[])");
  EXPECT_EQ(
      children_statement(statement_plan(Dialect::sqlite, {.of = "order", .table = "line", .where = "no > 1 OR no = 0"}), kToOrder),
      "SELECT t.\"order_id\", t.\"no\", t.\"sku\" FROM \"line\" AS t"
      " WHERE t.\"order_id\" IN (SELECT k0 FROM temp.millrace_keys) AND (no > 1 OR no = 0)");
}

TEST(Statements, ChildrenWithALimitForEachParent) {
  EXPECT_EQ(children_statement(statement_plan(Dialect::mariadb,
                                              {.of = "order", .table = "line", .where = "no > 1", .limit = 3, .order = "no DESC"}),
                               kToOrder),
            "SELECT t.`order_id`, t.`no`, t.`sku` FROM (SELECT t.`order_id`, t.`no`, t.`sku`,"
            " row_number() OVER (PARTITION BY t.`order_id` ORDER BY no DESC, t.`order_id`, t.`no`) AS millrace_row"
            " FROM `line` AS t WHERE t.`order_id` IN (/*millrace keys*/) AND (no > 1)) AS t WHERE millrace_row <= 3");
}

TEST(Statements, ParentsThatAreReferredToByAnotherKey) {
  const Plan plan = statement_plan(Dialect::postgres);
  EXPECT_FALSE(plan.keys[kToProduct].direct);
  EXPECT_EQ(parents_statement(plan, kToProduct),
            "SELECT t.\"id\", t.\"sku\" FROM \"product\" AS t WHERE t.\"sku\" = ANY($1::character varying[])");
  EXPECT_EQ(referred_statement(plan, kToProduct), "SELECT t.\"sku\" FROM \"product\" AS t WHERE t.\"id\" = ANY($1::bigint[])");
}

TEST(Statements, RowsAsTheyAreCopied) {
  const Plan plan = statement_plan(Dialect::sqlite);
  EXPECT_EQ(read_columns(plan, kLine), (ColumnList{0, 1, 2}));  // nothing computed
  EXPECT_EQ(
      read_statement(plan, kOrder, read_columns(plan, kOrder)),
      "SELECT t.\"id\", t.\"note\" FROM \"order\" AS t WHERE t.\"id\" IN (SELECT k0 FROM temp.millrace_keys) ORDER BY t.\"id\"");
  EXPECT_EQ(range_statement(statement_plan(Dialect::mariadb), kOrder, {1, 0}, -5, 7),
            "SELECT t.`note`, t.`id` FROM `order` AS t WHERE t.`id` >= -5 AND t.`id` <= 7 ORDER BY t.`id`");
}

TEST(Statements, AKeyThatIsNoColumnIsReadBehindThem) {
  PlanSchema made(Dialect::sqlite);
  made.table("log", {PlanSchema::words("what")}, {});
  made.schema.tables[0].row_identity = Column{.name = "rowid", .type = "INTEGER", .nullable = false, .kind = ColumnClass::integer};
  const Plan plan = make_plan({.roots = {{.table = "log"}}}, made.schema).value();
  EXPECT_EQ(read_columns(plan, 0), (ColumnList{0, 1}));
  EXPECT_EQ(range_statement(plan, 0, read_columns(plan, 0), 1, 9),
            "SELECT t.\"what\", t.\"rowid\" FROM \"log\" AS t WHERE t.\"rowid\" >= 1 AND t.\"rowid\" <= 9 ORDER BY t.\"rowid\"");
}

/// MariaDB says a float in six digits, unless it is made a double.
TEST(Statements, FloatsOfMariaDbAreReadWithAllTheirDigits) {
  PlanSchema made(Dialect::mariadb);
  Column ratio{.name = "ratio", .type = "float(7,3)", .nullable = false, .kind = ColumnClass::real};
  made.table("shop", {ratio}, {"ratio"})
      .table("sale", {PlanSchema::identity(), ratio, {.name = "exact", .type = "double", .kind = ColumnClass::real}})
      .refers("sale", {"ratio"}, "shop", {"ratio"});
  const Plan plan =
      make_plan({.roots = {{.table = "sale"}}, .children = {{.of = "shop", .table = "sale", .limit = 1}}}, made.schema).value();
  EXPECT_EQ(root_statement(plan, plan.roots[0]), "SELECT t.`id`, CAST(t.`ratio` AS DOUBLE) FROM `sale` AS t");
  EXPECT_EQ(
      read_statement(plan, 1, {0, 1, 2}),
      "SELECT t.`id`, CAST(t.`ratio` AS DOUBLE), t.`exact` FROM `sale` AS t WHERE t.`id` IN (/*millrace keys*/) ORDER BY t.`id`");
  // What is inside has to have the name that is asked for outside.
  EXPECT_EQ(children_statement(plan, 0),
            "SELECT t.`id`, CAST(t.`ratio` AS DOUBLE) FROM (SELECT t.`id`, t.`ratio`, row_number() OVER (PARTITION BY t.`ratio` "
            "ORDER BY t.`id`)"
            " AS millrace_row FROM `sale` AS t WHERE t.`ratio` IN (/*millrace keys*/)) AS t WHERE millrace_row <= 1");
}

TEST(Statements, AllOfThemForWhoWantsToSee) {
  std::vector<std::string> purposes;
  for (const PlannedStatement& one : statements(statement_plan(Dialect::sqlite))) purposes.push_back(one.purpose);
  EXPECT_THAT(purposes, ElementsAre("rows of order to begin with", "rows of line that refer to those of order",
                                    "keys of product that line refers to", "of which fields of line there is a row of product",
                                    "rows of order", "rows of product", "parents of rows of line", "rows of line"));
}

}  // namespace
}  // namespace millrace::subset
