// What a job means for a schema.
#include <millrace/subset/plan.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/plan_schema.h"

namespace millrace::subset {
namespace {

using millrace::testing::PlanSchema;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// country <- customer <- purchase <- line -> product; purchase -> coupon, which may be NULL; note refers to nothing.
PlanSchema plan_shop(Dialect dialect = Dialect::postgres) {
  PlanSchema made(dialect);
  made.table("country", {PlanSchema::words("code")}, {"code"})
      .table("customer", {PlanSchema::identity(), PlanSchema::words("country")})
      .table("coupon", {PlanSchema::identity()})
      .table("purchase", {PlanSchema::identity(), PlanSchema::number("customer_id"), PlanSchema::maybe("coupon_id")})
      .table("product", {PlanSchema::identity(), PlanSchema::words("name")})
      .table("line", {PlanSchema::number("purchase_id"), PlanSchema::number("number"), PlanSchema::number("product_id")},
             {"purchase_id", "number"})
      .table("note", {PlanSchema::identity()});
  made.refers("customer", {"country"}, "country", {"code"})
      .refers("purchase", {"customer_id"}, "customer")
      .refers("purchase", {"coupon_id"}, "coupon")
      .refers("line", {"purchase_id"}, "purchase")
      .refers("line", {"product_id"}, "product");
  return made;
}
Job job_from(std::string root) { return {.roots = {{.table = std::move(root)}}}; }
Plan planned(Job job, const PlanSchema& shop) { return make_plan(std::move(job), shop.schema).value(); }
std::string refusal(Job job, const PlanSchema& shop) {
  const Result<Plan> made = make_plan(std::move(job), shop.schema);
  if (made) return "";
  EXPECT_EQ(made.error().code(), Errc::invalid_argument);
  return std::string(made.error().message());
}
std::set<std::string> reached_of(const Plan& plan) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < plan.tables.size(); ++i)
    if (plan.tables[i].reached) names.insert(plan.schema.tables[i].name.to_string());
  return names;
}
std::vector<std::string> order_of(const Plan& plan) {
  std::vector<std::string> names;
  for (const std::size_t table : plan.dependencies.order()) names.push_back(plan.schema.tables[table].name.to_string());
  return names;
}
const PlannedKey& key_of(const Plan& plan, std::string_view name) {
  for (std::size_t i = 0; i < plan.keys.size(); ++i)
    if (plan.schema.foreign_keys[i].name == name) return plan.keys[i];
  ADD_FAILURE() << "no key " << name;
  return plan.keys.front();
}
/// Which table's new numbers go through a column: its name, or nothing.
std::string numbers_in(const Plan& plan, const PlanSchema& shop, const std::string& table, const std::string& column) {
  const std::size_t place = shop.place(table);
  const std::optional<std::size_t>& by = plan.mapped_by[place][PlanSchema::column(plan.schema.tables[place], column)];
  return by ? plan.schema.tables[*by].name.to_string() : "";
}

TEST(Plan, ParentsAreReachedAndChildrenAreNot) {
  const PlanSchema shop = plan_shop();
  EXPECT_THAT(reached_of(planned(job_from("purchase"), shop)), UnorderedElementsAre("purchase", "customer", "country", "coupon"));
  EXPECT_THAT(reached_of(planned(job_from("note"), shop)), ElementsAre("note"));
}

TEST(Plan, TheOrderHasParentsFirstAndNothingThatIsNotReached) {
  const PlanSchema shop = plan_shop();
  EXPECT_THAT(order_of(planned(job_from("purchase"), shop)), ElementsAre("country", "coupon", "customer", "purchase"));
}

TEST(Plan, ARootKeepsItsConditionLimitAndOrder) {
  const PlanSchema shop = plan_shop();
  const Plan plan =
      planned({.roots = {{.table = "customer", .where = "id < 5", .limit = 3, .order = "id DESC"}, {.table = "note"}}}, shop);
  ASSERT_EQ(plan.roots.size(), 2u);
  EXPECT_EQ(plan.roots[0].table, shop.place("customer"));
  EXPECT_EQ(plan.roots[0].where, "id < 5");
  EXPECT_EQ(plan.roots[0].limit, 3u);
  EXPECT_EQ(plan.roots[0].order, "id DESC");
  EXPECT_FALSE(plan.roots[0].whole());
  EXPECT_TRUE(plan.roots[1].whole());
}

TEST(Plan, TablesThatAreCopiedWholeAreRoots) {
  const PlanSchema shop = plan_shop();
  Job job;
  job.tables["product"].rows = RowChoice::all;
  const Plan one = planned(job, shop);
  EXPECT_THAT(reached_of(one), ElementsAre("product"));
  ASSERT_EQ(one.roots.size(), 1u);
  EXPECT_TRUE(one.roots[0].whole());
  EXPECT_EQ(reached_of(planned({.others = RowChoice::all}, shop)).size(), 7u);
}

TEST(Plan, WholeTablesThatNobodyAsksByKeyAreStreamed) {
  const auto streamed = [](PlanSchema made, Job job) {
    std::string names;
    const Plan plan = make_plan(std::move(job), made.schema).value();
    for (std::size_t place = 0; place < plan.tables.size(); ++place)
      if (plan.tables[place].streamed) names += plan.schema.tables[place].name.to_string() + " ";
    return names;
  };
  PlanSchema shop;
  shop.table("a", {PlanSchema::identity()})
      .table("b", {PlanSchema::identity(), PlanSchema::number("a")})
      .table("c", {PlanSchema::identity(), PlanSchema::number("b")})
      .refers("b", {"a"}, "a")
      .refers("c", {"b"}, "b");
  const Job all{.others = RowChoice::all, .bulk = true};
  EXPECT_EQ(streamed(shop, all), "c ") << "a key that nobody vouches for may refer to what is not there, which is to be told";
  for (ForeignKey& key : shop.schema.foreign_keys) key.proven = true;
  EXPECT_EQ(streamed(shop, all), "a b c ");
  EXPECT_EQ(streamed(shop, {.others = RowChoice::all}), "c ") << "nobody else compares the rows";
  EXPECT_EQ(streamed(shop, {.others = RowChoice::all, .missing = MissingParents::null, .bulk = true}), "c ");
  EXPECT_EQ(streamed(shop, {.roots = {{.table = "b"}}}), "b ");
  EXPECT_EQ(streamed(shop, {.roots = {{.table = "b", .where = "true"}}}), "");
  EXPECT_EQ(streamed(shop, {.roots = {{.table = "b", .limit = 7}}}), "");
  EXPECT_EQ(streamed(shop, {.roots = {{.table = "b"}}, .all_children = true}), "")
      << "the keys of b are what rows of c are found by";
  EXPECT_EQ(streamed(shop, {.others = RowChoice::all, .keys = KeyPolicy::map, .bulk = true}), "")
      << "new numbers are counted by keys";
  EXPECT_EQ(streamed(shop, {.tables = {{"c", {.rows = RowChoice::all, .key = {"id"}}}}, .others = RowChoice::all, .bulk = true}),
            "a b ")
      << "nobody vouches for a key that somebody named";
  EXPECT_EQ(streamed(shop, {.coordinator = "postgres://x/y", .others = RowChoice::all, .bulk = true}), "");
  shop.schema.dialect = Dialect::sqlite;
  EXPECT_EQ(streamed(shop, all), "");
}

TEST(Plan, AJobWithoutRowsToBeginWithIsNone) {
  EXPECT_THAT(refusal({}, plan_shop()), HasSubstr("no row to begin with"));
  Job job = job_from("note");
  job.tables["note"].rows = RowChoice::none;
  EXPECT_THAT(refusal(job, plan_shop()), HasSubstr("note is not copied"));
}

TEST(Plan, ChildrenAreFollowedWhereAsked) {
  const PlanSchema shop = plan_shop();
  Job job = job_from("purchase");
  job.children = {{.of = "purchase", .table = "line", .where = "number > 1", .limit = 2, .order = "number DESC"}};
  const Plan plan = planned(job, shop);
  EXPECT_THAT(reached_of(plan), UnorderedElementsAre("purchase", "customer", "country", "coupon", "line", "product"));
  const PlannedKey& key = key_of(plan, "line_purchase_id");
  ASSERT_TRUE(key.children.has_value());
  EXPECT_EQ(key.children->where, "number > 1");
  EXPECT_EQ(key.children->limit, 2u);
  EXPECT_EQ(key.children->order, "number DESC");
  EXPECT_FALSE(key_of(plan, "line_product_id").children.has_value());
}

TEST(Plan, AllChildrenFollowsEveryKeyThatIsCopiedOnBothSides) {
  const PlanSchema shop = plan_shop();
  Job job = job_from("product");
  job.all_children = true;
  EXPECT_EQ(reached_of(planned(job, shop)).size(), 6u);  // all but note
  job.tables["line"].rows = RowChoice::none;
  EXPECT_THAT(reached_of(planned(job, shop)), ElementsAre("product"));
}

TEST(Plan, AChildRuleThatIsNotClearSaysWhatIsMissing) {
  PlanSchema shop = plan_shop();
  shop.table("gift", {PlanSchema::identity(), PlanSchema::number("giver"), PlanSchema::number("taker")})
      .refers("gift", {"giver"}, "customer")
      .refers("gift", {"taker"}, "customer");
  Job job = job_from("customer");
  job.children = {{.of = "customer", .table = "gift"}};
  EXPECT_THAT(refusal(job, shop), AllOf(HasSubstr("2 such foreign keys"), HasSubstr("columns")));
  job.children[0].columns = {"taker"};
  const Plan plan = planned(job, shop);
  EXPECT_FALSE(key_of(plan, "gift_giver").children.has_value());
  EXPECT_TRUE(key_of(plan, "gift_taker").children.has_value());
  job.children = {{.of = "product", .table = "customer"}};
  EXPECT_THAT(refusal(job, shop), HasSubstr("no such foreign key"));
}

TEST(Plan, ReferencesThatTheDatabaseDoesNotKnowAreFollowed) {
  PlanSchema shop = plan_shop();
  shop.table("mail", {PlanSchema::identity(), PlanSchema::maybe("to_customer")});
  Job job = job_from("mail");
  job.references = {{.table = "mail", .columns = {"to_customer"}, .parent = "customer"}};
  const Plan plan = planned(job, shop);
  EXPECT_THAT(reached_of(plan), UnorderedElementsAre("mail", "customer", "country"));
  ASSERT_EQ(plan.schema.foreign_keys.size(), shop.schema.foreign_keys.size() + 1);
  EXPECT_TRUE(plan.keys.back().virtual_key);
  EXPECT_TRUE(plan.keys.back().direct);
  EXPECT_EQ(plan.schema.foreign_keys.back().parent_columns, (ColumnList{0}));
  EXPECT_THAT(order_of(plan), ElementsAre("country", "customer", "mail"));
}

TEST(Plan, AReferenceHasToLeadToAKey) {
  const PlanSchema shop = plan_shop();
  Job job = job_from("note");
  job.references = {{.table = "note", .columns = {"id"}, .parent = "product", .parent_columns = {"name"}},
                    {.table = "note", .columns = {"id"}, .parent = "line"},
                    {.table = "note", .columns = {}, .parent = "product"}};
  EXPECT_THAT(refusal(job, shop),
              AllOf(HasSubstr("product are no primary or unique key"), HasSubstr("1 columns cannot refer to 2 of line"),
                    HasSubstr("0 columns cannot refer to 1 of product")));
}

TEST(Plan, WhatRefersToATableThatIsNotCopied) {
  const PlanSchema shop = plan_shop();
  Job job = job_from("purchase");
  job.tables["coupon"].rows = RowChoice::none;  // may be NULL
  const Plan nulled = planned(job, shop);
  EXPECT_EQ(key_of(nulled, "purchase_coupon_id").parents, PlannedKey::Parents::nulled);
  EXPECT_FALSE(reached_of(nulled).contains("coupon"));
  job.tables["customer"].rows = RowChoice::none;  // may not
  EXPECT_THAT(refusal(job, shop),
              AllOf(HasSubstr("purchase (customer_id) -> customer (id) may not be NULL"), HasSubstr("rows = \"target\"")));
  job.tables["customer"].rows = RowChoice::target;
  const Plan kept = planned(job, shop);
  EXPECT_EQ(key_of(kept, "purchase_customer_id").parents, PlannedKey::Parents::as_is);
  EXPECT_THAT(reached_of(kept), ElementsAre("purchase"));
}

TEST(Plan, ATableThatNobodyNeedsMayBeLeftOutWhateverRefersToIt) {
  const PlanSchema shop = plan_shop();
  Job job = job_from("note");
  job.tables["customer"].rows = RowChoice::none;  // purchase may not be without, but no row of it is copied
  EXPECT_EQ(refusal(job, shop), "");
}

TEST(Plan, IgnoredKeysAreNullWhereTheyMayBeAndElseAsTheyAre) {
  const PlanSchema shop = plan_shop();
  Job job = job_from("purchase");
  job.tables["purchase"].ignore = {"purchase_coupon_id", "customer_id"};  // by the key's name, and by its column's
  const Plan plan = planned(job, shop);
  EXPECT_EQ(key_of(plan, "purchase_coupon_id").parents, PlannedKey::Parents::nulled);
  EXPECT_EQ(key_of(plan, "purchase_customer_id").parents, PlannedKey::Parents::as_is);
  EXPECT_THAT(reached_of(plan), ElementsAre("purchase"));
  job.tables["purchase"].ignore = {"nothing"};
  EXPECT_THAT(refusal(job, shop), HasSubstr("no foreign key 'nothing'"));
}

TEST(Plan, OnlyColumnsThatAreNotComputedAreCopied) {
  PlanSchema shop = plan_shop();
  shop.schema.tables[shop.place("product")].columns.push_back({.name = "twice", .type = "bigint", .generated = true});
  const Plan plan = planned(job_from("product"), shop);
  EXPECT_EQ(plan.tables[shop.place("product")].copied, (ColumnList{0, 1}));
}

TEST(Plan, AKeyIsDirectWhenItsFieldsAreTheParentsKeyLetterByLetter) {
  PlanSchema shop = plan_shop();
  shop.unique("product", {"name"});
  shop.table("tag", {PlanSchema::identity(), PlanSchema::words("product_name")})
      .refers("tag", {"product_name"}, "product", {"name"});
  const Plan plan = planned({.others = RowChoice::all}, shop);
  EXPECT_TRUE(key_of(plan, "purchase_customer_id").direct);
  EXPECT_TRUE(key_of(plan, "customer_country").direct);              // PostgreSQL's text
  EXPECT_FALSE(key_of(plan, "tag_product_name").direct);             // a key, and not the one that tells rows apart
  for (const Dialect dialect : {Dialect::sqlite, Dialect::mariadb})  // their texts may be equal in other letters
    EXPECT_FALSE(key_of(planned({.others = RowChoice::all}, plan_shop(dialect)), "customer_country").direct);
}

TEST(Plan, NewNumbersGoOnThroughEverythingThatRefersToThem) {
  PlanSchema shop = plan_shop();
  shop.table("part", {PlanSchema::identity(), PlanSchema::number("purchase_id"), PlanSchema::number("line_number")})
      .refers("part", {"purchase_id", "line_number"}, "line", {"purchase_id", "number"});
  const Plan plan = planned({.others = RowChoice::all, .keys = KeyPolicy::map}, shop);
  EXPECT_EQ(plan.tables[shop.place("purchase")].mapped, 0u);
  EXPECT_EQ(numbers_in(plan, shop, "purchase", "id"), "purchase");
  EXPECT_EQ(numbers_in(plan, shop, "purchase", "customer_id"), "customer");
  EXPECT_EQ(numbers_in(plan, shop, "line", "purchase_id"), "purchase");
  EXPECT_EQ(numbers_in(plan, shop, "line", "number"), "");
  EXPECT_EQ(numbers_in(plan, shop, "part", "purchase_id"), "purchase");  // by way of the key of line, which has two columns
  EXPECT_EQ(numbers_in(plan, shop, "part", "line_number"), "");
  EXPECT_FALSE(plan.tables[shop.place("line")].mapped.has_value());
  EXPECT_FALSE(plan.tables[shop.place("country")].mapped.has_value());
}

TEST(Plan, NewNumbersGoThroughCirclesAndToTheTableItself) {
  PlanSchema shop;
  shop.table("person", {PlanSchema::identity(), PlanSchema::maybe("boss"), PlanSchema::maybe("team")})
      .table("team", {PlanSchema::identity(), PlanSchema::number("head")})
      .refers("person", {"boss"}, "person")
      .refers("person", {"team"}, "team")
      .refers("team", {"head"}, "person");
  Job job = job_from("team");
  job.tables["person"].keys = KeyPolicy::map;
  const Plan plan = planned(job, shop);
  EXPECT_EQ(numbers_in(plan, shop, "person", "boss"), "person");
  EXPECT_EQ(numbers_in(plan, shop, "team", "head"), "person");
  EXPECT_EQ(numbers_in(plan, shop, "person", "team"), "");
  ASSERT_EQ(plan.dependencies.components.size(), 1u);
  EXPECT_EQ(plan.dependencies.components[0].tables.size(), 2u);
  EXPECT_EQ(plan.dependencies.components[0].self_references, std::vector<std::size_t>{0});
  ASSERT_EQ(plan.dependencies.components[0].later.size(), 1u);
  EXPECT_EQ(plan.schema.foreign_keys[plan.dependencies.components[0].later[0].foreign_key].name, "person_team");
}

TEST(Plan, APolicyOfATableIsAbovethatOfTheJob) {
  const PlanSchema shop = plan_shop();
  Job job{.others = RowChoice::all, .keys = KeyPolicy::map};
  job.tables["customer"] = {.rows = RowChoice::all, .keys = KeyPolicy::keep};
  EXPECT_EQ(numbers_in(planned(job, shop), shop, "purchase", "customer_id"), "");
  job.tables["country"] = {.rows = RowChoice::all, .keys = KeyPolicy::map};
  EXPECT_THAT(refusal(job, shop), HasSubstr("table.country.keys: only a key of one column whose numbers the database makes"));
}

/// Two columns that two tables' new numbers would go into, both in the same one.
PlanSchema two_sources_of_numbers() {
  PlanSchema shop;
  for (const char* const name : {"a", "b", "c"}) shop.table(name, {PlanSchema::identity()});
  for (const char* const name : {"x", "y"})
    shop.table(name, {PlanSchema::number("id"), PlanSchema::number("both")})
        .refers(name, {"both"}, "a")
        .refers(name, {"both"}, "b");
  return shop;
}

TEST(Plan, AColumnCannotHaveNewNumbersOfTwoTables) {
  Job job{.roots = {{.table = "x"}, {.table = "y"}}, .keys = KeyPolicy::map};
  EXPECT_THAT(refusal(job, two_sources_of_numbers()), AllOf(HasSubstr("x (both) would have new numbers of both a and b"),
                                                            HasSubstr("y (both) would have new numbers of both a and b")));
  job.tables["b"].keys = KeyPolicy::keep;
  EXPECT_EQ(refusal(job, two_sources_of_numbers()), "");
}

TEST(Plan, TablesThatAreNotReachedAreNobodysProblem) {
  Job job = job_from("c");
  job.keys = KeyPolicy::map;
  EXPECT_EQ(refusal(job, two_sources_of_numbers()), "");
}

}  // namespace
}  // namespace millrace::subset
