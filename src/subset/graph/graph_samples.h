// Schemas that are worth drawing, for tests.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <utility>

#include <millrace/subset/dependencies.h>

namespace millrace::subset::testing {

inline std::size_t add_table(Schema& schema, std::string name) {
  schema.tables.push_back({.name = {.name = std::move(name)},
                           .columns = {{.name = "id", .type = "int", .nullable = false}},
                           .primary = UniqueKey{.columns = {0}},
                           .rows = 1'000 * (schema.tables.size() + 1)});
  return schema.tables.size() - 1;
}

/// Through a new column of the child's.
inline void refer(Schema& schema, std::size_t child, std::size_t parent, bool nullable = false) {
  std::vector<Column>& columns = schema.tables[child].columns;
  columns.push_back({.name = "ref_" + std::to_string(columns.size()), .type = "int", .nullable = nullable});
  schema.foreign_keys.push_back({.name = "fk_" + std::to_string(schema.foreign_keys.size()),
                                 .child = child,
                                 .columns = {columns.size() - 1},
                                 .parent = parent,
                                 .parent_columns = {0}});
}

/// Shops with circles: a store has a manager among its staff, who belong to a store; a self reference; tables apart.
inline Schema shop() {
  Schema schema;
  for (const char* name : {"country", "address", "store", "staff", "customer", "rental", "settings"}) add_table(schema, name);
  refer(schema, 1, 0);
  refer(schema, 2, 3, true);  // store.manager
  refer(schema, 2, 1);
  refer(schema, 3, 2);
  refer(schema, 3, 1);
  refer(schema, 3, 3, true);  // staff.boss
  refer(schema, 4, 2);
  refer(schema, 4, 1);
  refer(schema, 5, 4);
  refer(schema, 5, 3);
  refer(schema, 5, 0);  // over all columns
  return schema;
}

/// Most tables refer to earlier ones, some to later ones, some to themselves, some to nobody.
inline Schema random_schema(std::uint64_t seed, std::size_t tables) {
  std::mt19937_64 random(seed);
  Schema schema;
  for (std::size_t i = 0; i < tables; ++i) add_table(schema, "t" + std::to_string(i) + std::string(random() % 30, 'x'));
  for (std::size_t i = 0; i < tables; ++i)
    for (std::size_t keys = random() % 4; keys > 0; --keys) {
      const bool any = random() % 12 == 0;
      refer(schema, i, random() % (any ? tables : i + 1), random() % 2 == 0);
    }
  return schema;
}

}  // namespace millrace::subset::testing
