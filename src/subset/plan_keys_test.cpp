// By what a plan tells rows apart, and what it says of jobs that it does not understand.
#include <millrace/subset/plan.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "subset/plan_names.h"
#include "support/plan_schema.h"

namespace millrace::subset {
namespace {

using millrace::testing::PlanSchema;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Result<Plan> plan_of(const PlanSchema& made, Job job) { return make_plan(std::move(job), made.schema); }
Result<Plan> plan_whole(const PlanSchema& made, Job job = {}) {
  job.others = RowChoice::all;
  return plan_of(made, std::move(job));
}
std::string complaint(const Result<Plan>& made) { return made ? "" : std::string(made.error().message()); }

TEST(PlanKeys, ThePrimaryKeyThenAUniqueOneThenWhatTheDatabaseHas) {
  PlanSchema made(Dialect::sqlite);
  made.table("primary", {PlanSchema::identity(), PlanSchema::words("name")})
      .table("unique", {PlanSchema::maybe("a"), PlanSchema::words("b"), PlanSchema::words("c")}, {})
      .unique("unique", {"a"})  // two rows may have NULL there
      .unique("unique", {"c", "b"})
      .table("neither", {PlanSchema::words("a")}, {});
  made.schema.tables[2].row_identity = Column{.name = "rowid", .type = "INTEGER", .nullable = false, .kind = ColumnClass::integer};
  const Plan plan = plan_whole(made).value();
  EXPECT_EQ(plan.tables[0].key, (ColumnList{0}));
  EXPECT_TRUE(plan.tables[0].whole_numbers);
  EXPECT_EQ(plan.tables[1].key, (ColumnList{2, 1}));
  EXPECT_FALSE(plan.tables[1].whole_numbers);
  EXPECT_EQ(plan.tables[2].key, (ColumnList{1}));
  EXPECT_TRUE(plan.tables[2].whole_numbers);
  EXPECT_EQ(plan.schema.tables[2].columns.back().name, "rowid");
  EXPECT_EQ(plan.tables[2].copied, (ColumnList{0}));  // it is no column
}

TEST(PlanKeys, ATableWithoutAKeyIsAnErrorWhenItIsReached) {
  PlanSchema made;
  made.table("log", {PlanSchema::maybe("at"), PlanSchema::words("what")}, {}).table("note", {PlanSchema::identity()});
  EXPECT_THAT(complaint(plan_whole(made)),
              AllOf(HasSubstr("log has no key"), HasSubstr("table.log.key"), HasSubstr("rows = \"none\"")));
  EXPECT_EQ(complaint(plan_of(made, {.roots = {{.table = "note"}}})), "");
  Job job;
  job.tables["log"] = {.rows = RowChoice::all, .key = {"what", "at"}};
  const Plan plan = plan_of(made, job).value();
  EXPECT_EQ(plan.tables[0].key, (ColumnList{1, 0}));
  job.tables["log"].key = {"what", "wen"};
  EXPECT_THAT(complaint(plan_of(made, job)), HasSubstr("log has no column 'wen'"));
}

TEST(PlanKeys, WholeNumbersAreThoseThatNothingElseCanBe) {
  const auto of = [](Dialect dialect, Column column) {
    PlanSchema made(dialect);
    made.table("t", {std::move(column)});
    return plan_whole(made).value().tables[0].whole_numbers;
  };
  EXPECT_TRUE(of(Dialect::postgres, PlanSchema::number("id")));
  EXPECT_TRUE(of(Dialect::mariadb, PlanSchema::number("id")));
  EXPECT_FALSE(of(Dialect::sqlite, PlanSchema::number("id")));  // INT PRIMARY KEY takes texts
  EXPECT_TRUE(of(Dialect::sqlite, PlanSchema::identity()));
  EXPECT_FALSE(of(Dialect::postgres, PlanSchema::words("id")));
  Column beyond = PlanSchema::number("id");
  for (const char* const type : {"bigint(20) unsigned", "bigint(20) unsigned zerofill"}) {
    beyond.type = type;
    EXPECT_FALSE(of(Dialect::mariadb, beyond)) << type;
  }
}

TEST(PlanKeys, SmallNumbersWithoutSignAreWholeNumbersAndCanBeMapped) {
  PlanSchema made(Dialect::mariadb);
  made.table("t", {PlanSchema::identity()});
  made.schema.tables[0].columns[0].type = "int(10) unsigned";
  const Plan plan = plan_whole(made, {.keys = KeyPolicy::map}).value();
  EXPECT_TRUE(plan.tables[0].whole_numbers);
  EXPECT_EQ(plan.tables[0].mapped, 0u);
}

TEST(PlanErrors, AllOfThemInOneWithTheNearestName) {
  PlanSchema made;
  made.table("customer", {PlanSchema::identity(), PlanSchema::words("email")}).table("product", {PlanSchema::identity()});
  made.schema.left_out = {{{.schema = "public", .name = "sales"}, "a view"}};
  Job job{.roots = {{.table = "costumer"}, {.table = "sales"}}};
  job.tables["prodct"] = {};
  job.tables["customer"].columns["emial"] = {.mask = "redact"};
  job.references = {{.table = "product", .columns = {"ident"}, .parent = "customer"}};
  const std::string all = complaint(plan_of(made, job));
  EXPECT_THAT(all, HasSubstr("there is no table 'costumer' (did you mean 'customer'?)"));
  EXPECT_THAT(all, HasSubstr("'sales' cannot be copied: a view"));
  EXPECT_THAT(all, HasSubstr("there is no table 'prodct' (did you mean 'product'?)"));
  EXPECT_THAT(all, HasSubstr("customer has no column 'emial' (did you mean 'email'?)"));
  EXPECT_THAT(all, HasSubstr("product has no column 'ident'"));
  EXPECT_EQ(std::ranges::count(all, '\n'), 4);
}

TEST(PlanErrors, AreNotMoreThanAPersonReads) {
  PlanSchema made;
  made.table("t", {PlanSchema::identity()});
  Job job;
  for (std::size_t i = 0; i < kPlanErrorsMax + 3; ++i) job.roots.push_back({.table = "none" + std::to_string(i)});
  const std::string all = complaint(plan_of(made, job));
  EXPECT_THAT(all, AllOf(HasSubstr("'none0'"), HasSubstr("'none19'"), Not(HasSubstr("'none20'")), HasSubstr("and 3 more")));
}

TEST(PlanNames, ANameOfTwoSchemasIsAmbiguous) {
  PlanSchema made;
  made.table(TableName{.schema = "shop", .name = "order"}, {PlanSchema::identity()})
      .table(TableName{.schema = "old", .name = "order"}, {PlanSchema::identity()})
      .table(TableName{.schema = "shop", .name = "User"}, {PlanSchema::identity()});
  EXPECT_THAT(complaint(plan_of(made, {.roots = {{.table = "order"}}})),
              HasSubstr("'order' could be any of shop.order, old.order"));
  EXPECT_EQ(plan_of(made, {.roots = {{.table = "old.order"}}}).value().roots[0].table, 1u);
  EXPECT_EQ(plan_of(made, {.roots = {{.table = "User"}}}).value().roots[0].table, 2u);
  EXPECT_EQ(plan_of(made, {.roots = {{.table = "user"}}}).value().roots[0].table, 2u);  // only one fits
  EXPECT_EQ(plan_of(made, {.roots = {{.table = "SHOP.USER"}}}).value().roots[0].table, 2u);
}

TEST(PlanNames, TheExactNameIsBeforeThoseThatDifferInCase) {
  PlanSchema made;
  made.table("item", {PlanSchema::identity(), PlanSchema::words("Name"), PlanSchema::words("name")})
      .table("Item", {PlanSchema::identity()});
  EXPECT_EQ(plan_of(made, {.roots = {{.table = "Item"}}}).value().roots[0].table, 1u);
  EXPECT_THAT(complaint(plan_of(made, {.roots = {{.table = "ITEM"}}})), HasSubstr("could be any of item, Item"));
  PlanErrors errors;
  EXPECT_EQ(find_column(made.schema.tables[0], "name", "x", errors), 2u);
  EXPECT_FALSE(errors.any());
  EXPECT_FALSE(find_column(made.schema.tables[0], "NAME", "x", errors).has_value());
  EXPECT_TRUE(errors.any());
}

TEST(PlanNames, TwoRulesForOneTableAreOneTooMany) {
  PlanSchema made;
  made.table(TableName{.schema = "shop", .name = "order"}, {PlanSchema::identity()});
  Job job{.roots = {{.table = "order"}}};
  job.tables["order"] = {};
  job.tables["shop.order"] = {};
  EXPECT_THAT(complaint(plan_of(made, job)), HasSubstr("there is another rule for shop.order"));
}

TEST(Plan, WhatCheckSaysOfTheSchemaIsSaid) {
  PlanSchema made;
  made.table("t", {PlanSchema::identity()}).table("t", {PlanSchema::identity()});
  const Result<Plan> plan = plan_whole(made);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().context("table"), "t");
}

}  // namespace
}  // namespace millrace::subset
