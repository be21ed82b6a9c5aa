// Schemas for tests of plans, put together by names.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/assert.h>
#include <millrace/subset/schema.h>

namespace millrace::testing {

/// Tables and keys by name. Mistakes in names are mistakes of the test: assertions.
struct PlanSchema {
  using Names = std::vector<std::string>;

  explicit PlanSchema(subset::Dialect dialect = subset::Dialect::postgres) { schema.dialect = dialect; }

  static subset::Column number(std::string name) {
    return {.name = std::move(name), .type = "bigint", .nullable = false, .kind = subset::ColumnClass::integer};
  }
  static subset::Column maybe(std::string name) {
    subset::Column made = number(std::move(name));
    made.nullable = true;
    return made;
  }
  /// Numbers that the database makes.
  static subset::Column identity(std::string name = "id") {
    subset::Column made = number(std::move(name));
    made.identity = true;
    return made;
  }
  static subset::Column words(std::string name, std::string type = "text") {
    return {.name = std::move(name), .type = std::move(type), .nullable = false, .kind = subset::ColumnClass::text};
  }

  PlanSchema& table(subset::TableName name, std::vector<subset::Column> columns, const Names& primary = {"id"}) {
    schema.tables.push_back({.name = std::move(name), .columns = std::move(columns)});
    if (!primary.empty()) schema.tables.back().primary = subset::UniqueKey{.columns = columns_of(schema.tables.back(), primary)};
    return *this;
  }
  PlanSchema& table(const char* name, std::vector<subset::Column> columns, const Names& primary = {"id"}) {
    return table(subset::TableName{.name = name}, std::move(columns), primary);
  }
  PlanSchema& unique(const std::string& of, const Names& columns) {
    subset::Table& one = schema.tables[place(of)];
    one.unique.push_back({.columns = columns_of(one, columns)});
    return *this;
  }
  /// Called "<child>_<first column>".
  PlanSchema& refers(const std::string& child, const Names& columns, const std::string& parent,
                     const Names& parent_columns = {"id"}) {
    const std::size_t from = place(child), to = place(parent);
    schema.foreign_keys.push_back({.name = child + "_" + columns[0],
                                   .child = from,
                                   .columns = columns_of(schema.tables[from], columns),
                                   .parent = to,
                                   .parent_columns = columns_of(schema.tables[to], parent_columns)});
    return *this;
  }

  [[nodiscard]] std::size_t place(std::string_view name) const {
    const auto at = std::ranges::find_if(schema.tables, [&](const subset::Table& one) { return one.name.to_string() == name; });
    MILLRACE_ASSERT(at != schema.tables.end());
    return static_cast<std::size_t>(at - schema.tables.begin());
  }
  [[nodiscard]] static std::size_t column(const subset::Table& table, std::string_view name) {
    const auto at = std::ranges::find(table.columns, name, &subset::Column::name);
    MILLRACE_ASSERT(at != table.columns.end());
    return static_cast<std::size_t>(at - table.columns.begin());
  }
  [[nodiscard]] static subset::ColumnList columns_of(const subset::Table& table, const Names& names) {
    subset::ColumnList places;
    for (const std::string& name : names) places.push_back(column(table, name));
    return places;
  }

  subset::Schema schema{};
};

}  // namespace millrace::testing
