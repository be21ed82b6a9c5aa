#include "subset/statements.h"

#include <algorithm>
#include <numeric>

#include "subset/sql.h"

namespace millrace::subset {
namespace {

std::string from(const Plan& plan, std::size_t table) {
  return " FROM " + sql::name(plan.schema.dialect, plan.schema.tables[table].name) + " AS t";
}

std::string select(const Plan& plan, std::size_t table, const ColumnList& columns) {
  std::string made;
  for (const std::size_t place : columns)
    made += (made.empty() ? "SELECT " : ", ") + sql::selected(plan.schema.dialect, plan.schema.tables[table].columns[place]);
  return made;
}

std::string by_key(const Plan& plan, std::size_t table) {
  return " ORDER BY " + sql::names(plan.schema.dialect, plan.schema.tables[table], plan.tables[table].key, "t");
}

/// The rule's order first, and the key behind it, so that the same rows come each time.
std::string in_order(const Plan& plan, std::size_t table, const std::string& order) {
  const std::string key = sql::names(plan.schema.dialect, plan.schema.tables[table], plan.tables[table].key, "t");
  return " ORDER BY " + (order.empty() ? key : order + ", " + key);
}

}  // namespace

FoundColumns found_columns(const Plan& plan, std::size_t table) {
  FoundColumns found;
  if (!plan.tables[table].streamed) found = {.columns = plan.tables[table].key, .key = plan.tables[table].key.size()};
  const auto place_of = [&](std::size_t column) {
    const auto at = std::ranges::find(found.columns, column);
    if (at != found.columns.end()) return static_cast<std::size_t>(at - found.columns.begin());
    found.columns.push_back(column);
    return found.columns.size() - 1;
  };
  for (std::size_t key = 0; key < plan.keys.size(); ++key) {
    const ForeignKey& foreign = plan.schema.foreign_keys[key];
    if (foreign.child != table || plan.keys[key].parents != PlannedKey::Parents::followed) continue;
    if (plan.tables[foreign.parent].streamed) continue;
    FoundColumns::Parent parent{.foreign_key = key, .places = {}};
    for (const std::size_t column : foreign.columns) parent.places.push_back(place_of(column));
    found.parents.push_back(std::move(parent));
  }
  return found;
}

std::string root_statement(const Plan& plan, const PlannedRoot& root) {
  std::string made = select(plan, root.table, found_columns(plan, root.table).columns) + from(plan, root.table);
  if (!root.where.empty()) made += " WHERE (" + root.where + ")";
  if (!root.limit) return made;
  return made + in_order(plan, root.table, root.order) + " LIMIT " + std::to_string(*root.limit);
}

std::string expand_statement(const Plan& plan, std::size_t table) {
  return select(plan, table, found_columns(plan, table).columns) + from(plan, table) +
         sql::key_list(plan.schema.dialect, plan.schema.tables[table], plan.tables[table].key);
}

std::string children_statement(const Plan& plan, std::size_t foreign_key) {
  const ForeignKey& foreign = plan.schema.foreign_keys[foreign_key];
  const PlannedChildren& rule = *plan.keys[foreign_key].children;
  const ColumnList columns = found_columns(plan, foreign.child).columns;
  std::string rest =
      from(plan, foreign.child) + sql::key_list(plan.schema.dialect, plan.schema.tables[foreign.child], foreign.columns);
  if (!rule.where.empty()) rest += " AND (" + rule.where + ")";
  if (!rule.limit) return select(plan, foreign.child, columns) + rest;
  const Dialect dialect = plan.schema.dialect;
  const Table& child = plan.schema.tables[foreign.child];
  // Casts outside only: what they give has no name.
  return select(plan, foreign.child, columns) + " FROM (SELECT " + sql::names(dialect, child, columns, "t") +
         ", row_number() OVER (PARTITION BY " + sql::names(dialect, child, foreign.columns, "t") +
         in_order(plan, foreign.child, rule.order) + ") AS millrace_row" + rest +
         ") AS t WHERE millrace_row <= " + std::to_string(*rule.limit);
}

std::string referred_statement(const Plan& plan, std::size_t foreign_key) {
  const ForeignKey& foreign = plan.schema.foreign_keys[foreign_key];
  return select(plan, foreign.parent, foreign.parent_columns) + from(plan, foreign.parent) +
         sql::key_list(plan.schema.dialect, plan.schema.tables[foreign.parent], plan.tables[foreign.parent].key);
}

std::string parents_statement(const Plan& plan, std::size_t foreign_key) {
  const ForeignKey& foreign = plan.schema.foreign_keys[foreign_key];
  ColumnList columns = plan.tables[foreign.parent].key;
  columns.insert(columns.end(), foreign.parent_columns.begin(), foreign.parent_columns.end());
  return select(plan, foreign.parent, columns) + from(plan, foreign.parent) +
         sql::key_list(plan.schema.dialect, plan.schema.tables[foreign.parent], foreign.parent_columns);
}

std::string present_statement(const Plan& plan, std::size_t foreign_key) {
  const ForeignKey& foreign = plan.schema.foreign_keys[foreign_key];
  return sql::keys_there(plan.schema.dialect, plan.schema.tables[foreign.parent], foreign.parent_columns);
}

ColumnList places_in(const ColumnList& all, const ColumnList& wanted) {
  ColumnList places;
  for (const std::size_t column : wanted)
    if (const auto at = std::ranges::find(all, column); at != all.end())
      places.push_back(static_cast<std::size_t>(at - all.begin()));
  return places;
}

ColumnList first_places(std::size_t count) {
  ColumnList places(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

ColumnList read_columns(const Plan& plan, std::size_t table) {
  ColumnList columns = plan.tables[table].copied;
  for (const std::size_t column : plan.tables[table].key)
    if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
  return columns;
}

std::string whole_statement(const Plan& plan, std::size_t table, const ColumnList& columns) {
  return select(plan, table, columns) + from(plan, table) + by_key(plan, table);
}

std::string count_statement(const Plan& plan, std::size_t table) { return "SELECT count(*)" + from(plan, table); }

std::string read_statement(const Plan& plan, std::size_t table, const ColumnList& columns) {
  return select(plan, table, columns) + from(plan, table) +
         sql::key_list(plan.schema.dialect, plan.schema.tables[table], plan.tables[table].key) + by_key(plan, table);
}

std::string range_statement(const Plan& plan, std::size_t table, const ColumnList& columns, std::int64_t first, std::int64_t last) {
  const std::string key = sql::names(plan.schema.dialect, plan.schema.tables[table], plan.tables[table].key, "t");
  return select(plan, table, columns) + from(plan, table) + " WHERE " + key + " >= " + std::to_string(first) + " AND " + key +
         " <= " + std::to_string(last) + by_key(plan, table);
}

std::vector<PlannedStatement> statements(const Plan& plan) {
  std::vector<PlannedStatement> all;
  const auto name = [&](std::size_t table) { return plan.schema.tables[table].name.to_string(); };
  for (const PlannedRoot& root : plan.roots)
    if (!found_columns(plan, root.table).columns.empty())
      all.push_back({.purpose = plan.tables[root.table].streamed ? "what all rows of " + name(root.table) + " refer to"
                                                                 : "rows of " + name(root.table) + " to begin with",
                     .sql = root_statement(plan, root)});
  for (std::size_t key = 0; key < plan.keys.size(); ++key) {
    const ForeignKey& foreign = plan.schema.foreign_keys[key];
    if (!plan.tables[foreign.child].reached || !plan.tables[foreign.parent].reached) continue;
    if (plan.keys[key].children && !plan.tables[foreign.child].streamed)
      all.push_back({.purpose = "rows of " + name(foreign.child) + " that refer to those of " + name(foreign.parent),
                     .sql = children_statement(plan, key)});
    if (plan.keys[key].parents == PlannedKey::Parents::followed && !plan.keys[key].direct &&
        !plan.tables[foreign.parent].streamed) {
      all.push_back({.purpose = "keys of " + name(foreign.parent) + " that " + name(foreign.child) + " refers to",
                     .sql = parents_statement(plan, key)});
      all.push_back({.purpose = "of which fields of " + name(foreign.child) + " there is a row of " + name(foreign.parent),
                     .sql = present_statement(plan, key)});
    }
  }
  for (const Component& component : plan.dependencies.components) {
    for (const std::size_t table : component.tables) {
      if (plan.tables[table].streamed) {
        all.push_back({.purpose = "how many rows " + name(table) + " has", .sql = count_statement(plan, table)});
        all.push_back({.purpose = "rows of " + name(table), .sql = whole_statement(plan, table, read_columns(plan, table))});
        continue;
      }
      if (!found_columns(plan, table).parents.empty())
        all.push_back({.purpose = "parents of rows of " + name(table), .sql = expand_statement(plan, table)});
      all.push_back({.purpose = "rows of " + name(table), .sql = read_statement(plan, table, read_columns(plan, table))});
    }
  }
  return all;
}

}  // namespace millrace::subset
