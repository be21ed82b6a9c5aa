// Orders of tables: every row finds its parents, or it is said how.
#include <millrace/subset/dependencies.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace millrace::subset {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Tables by name; keys as "child -> parent", of a column of their own each.
struct Draft {
  std::size_t table(const std::string& name) {
    if (const auto known = places.find(name); known != places.end()) return known->second;
    schema.tables.push_back({.name = {.name = name},
                             .columns = {{.name = "id", .type = "INTEGER", .nullable = false}},
                             .primary = UniqueKey{.columns = {0}}});
    return places[name] = schema.tables.size() - 1;
  }
  std::size_t key(const std::string& child, const std::string& parent, bool nullable = false, Deferral deferral = Deferral::none) {
    const std::size_t from = table(child), to = table(parent);
    std::vector<Column>& columns = schema.tables[from].columns;
    columns.push_back({.name = "k" + std::to_string(columns.size()), .type = "INTEGER", .nullable = nullable});
    schema.foreign_keys.push_back(
        {.child = from, .columns = {columns.size() - 1}, .parent = to, .parent_columns = {0}, .deferral = deferral});
    return schema.foreign_keys.size() - 1;
  }
  [[nodiscard]] std::vector<std::string> order() const {
    std::vector<std::string> names;
    for (const std::size_t at : analyse(schema).order()) names.push_back(schema.tables[at].name.name);
    return names;
  }
  Schema schema;
  std::map<std::string, std::size_t> places;
};

TEST(Dependencies, OfNothing) { EXPECT_THAT(analyse({}).components, IsEmpty()); }

TEST(Dependencies, ParentsComeFirstAndNamesDecideTheRest) {
  Draft draft;
  draft.key("item", "order");
  draft.key("item", "product");
  draft.key("order", "user");
  draft.table("alone");
  EXPECT_THAT(draft.order(), ElementsAre("alone", "product", "user", "order", "item"));
}

TEST(Dependencies, ASelfReferenceIsACircleOfOne) {
  Draft draft;
  const std::size_t self = draft.key("employee", "employee");
  const Dependencies found = analyse(draft.schema);
  ASSERT_EQ(found.components.size(), 1U);
  EXPECT_TRUE(found.components[0].cyclic());
  EXPECT_THAT(found.components[0].self_references, ElementsAre(self));
  EXPECT_THAT(found.components[0].later, IsEmpty());
}

TEST(Dependencies, ACircleIsCutWhereAColumnMayBeNull) {
  Draft draft;
  draft.key("order", "customer");
  const std::size_t best = draft.key("customer", "order", true);
  const Dependencies found = analyse(draft.schema);
  ASSERT_EQ(found.components.size(), 1U);
  EXPECT_THAT(draft.order(), ElementsAre("customer", "order"));
  EXPECT_THAT(found.components[0].later,
              ElementsAre(LaterKey{.foreign_key = best, .by = LaterBy::null_first, .null_columns = {1}}));
}

TEST(Dependencies, ADeferredCheckIsCheaperThanAnUpdate) {
  Draft draft;
  draft.key("order", "customer", true);
  const std::size_t deferrable = draft.key("customer", "order", false, Deferral::possible);
  EXPECT_THAT(analyse(draft.schema).components.at(0).later,
              ElementsAre(LaterKey{.foreign_key = deferrable, .by = LaterBy::deferred_check}));
}

TEST(Dependencies, AHardCircleSaysSo) {
  Draft draft;
  draft.key("a", "b");
  draft.key("b", "c");
  draft.key("c", "a");
  const Dependencies found = analyse(draft.schema);
  ASSERT_EQ(found.components.size(), 1U);
  ASSERT_EQ(found.components[0].later.size(), 1U) << "one of three";
  EXPECT_EQ(found.components[0].later[0].by, LaterBy::together);
}

TEST(Dependencies, ColumnsOfThePrimaryKeyAndGeneratedOnesCannotBeNullFirst) {
  Draft draft;
  draft.key("a", "b");
  const std::size_t back = draft.key("b", "a", true);
  Table& b = draft.schema.tables[draft.table("b")];
  EXPECT_EQ(how_later(draft.schema, back).by, LaterBy::null_first);
  b.columns[1].generated = true;
  EXPECT_EQ(how_later(draft.schema, back).by, LaterBy::together);
  b.columns[1].generated = false;
  b.primary->columns = {0, 1};
  EXPECT_EQ(how_later(draft.schema, back).by, LaterBy::together);
}

TEST(Dependencies, OfACompositeKeyOnlyWhatMayBeNullIs) {
  Draft draft;
  const std::size_t key = draft.key("line", "order", true);
  Table& order = draft.schema.tables[draft.table("order")];
  order.columns.push_back({.name = "shop", .type = "INTEGER", .nullable = false});
  order.primary->columns = {0, 1};
  Table& line = draft.schema.tables[draft.table("line")];
  line.columns.push_back({.name = "shop", .type = "INTEGER", .nullable = false});
  draft.schema.foreign_keys[key].columns = {1, 2};
  draft.schema.foreign_keys[key].parent_columns = {0, 1};
  ASSERT_TRUE(check(draft.schema));
  EXPECT_EQ(how_later(draft.schema, key), (LaterKey{.foreign_key = key, .by = LaterBy::null_first, .null_columns = {1}}));
}

TEST(Dependencies, TheOrderInWhichTablesAreGivenDoesNotMatter) {
  Draft one, other;
  one.key("a", "b", true), one.key("b", "c", true), one.key("c", "a", true), one.key("d", "a"), one.key("b", "e");
  other.key("b", "e"), other.key("d", "a"), other.key("c", "a", true), other.key("a", "b", true), other.key("b", "c", true);
  EXPECT_EQ(one.order(), other.order());
}

TEST(Dependencies, OfRandomSchemasEveryKeyIsSatisfiedOrNamed) {
  std::mt19937 random(42);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int round = 0; round < 300; ++round) {
    Draft draft;
    const std::size_t tables = 1 + random() % 40;
    for (std::size_t i = 0; i < tables; ++i) draft.table("t" + std::to_string(i));
    for (std::size_t i = random() % (tables * 2 + 1); i > 0; --i)
      draft.key("t" + std::to_string(random() % tables), "t" + std::to_string(random() % tables), random() % 2 == 0,
                random() % 4 == 0 ? Deferral::possible : Deferral::none);
    ASSERT_TRUE(check(draft.schema));
    const Dependencies found = analyse(draft.schema);
    const std::vector<std::size_t> order = found.order();
    ASSERT_EQ(std::set(order.begin(), order.end()).size(), tables) << "each once";
    ASSERT_EQ(order.size(), tables);
    std::vector<std::size_t> position(tables);
    for (std::size_t i = 0; i < tables; ++i) position[order[i]] = i;
    std::set<std::size_t> later, self;
    for (const Component& component : found.components) {
      for (const LaterKey& key : component.later) later.insert(key.foreign_key);
      self.insert(component.self_references.begin(), component.self_references.end());
    }
    for (std::size_t i = 0; i < draft.schema.foreign_keys.size(); ++i) {
      const ForeignKey& key = draft.schema.foreign_keys[i];
      EXPECT_EQ(self.contains(i), key.child == key.parent);
      if (key.child != key.parent) {
        EXPECT_EQ(later.contains(i), position[key.parent] > position[key.child]);
      }
    }
  }
}

TEST(Dependencies, OfAHundredThousandTables) {
  Draft draft;
  constexpr std::size_t kTables = 100'000;  // walked recursively, a chain of these would end the stack
  for (std::size_t i = 0; i + 1 < kTables; ++i) {
    draft.table("t");
    draft.schema.tables.back().name.name = "t" + std::to_string(i);
    draft.places.clear();
  }
  draft.table("last");
  for (std::size_t i = 0; i + 1 < kTables; ++i)
    draft.schema.foreign_keys.push_back({.child = i, .columns = {0}, .parent = i + 1, .parent_columns = {0}});
  const std::vector<std::size_t> order = analyse(draft.schema).order();
  ASSERT_EQ(order.size(), kTables);
  EXPECT_EQ(order.front(), kTables - 1);
  EXPECT_EQ(order.back(), 0U);
}

}  // namespace
}  // namespace millrace::subset
