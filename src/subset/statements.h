// The statements that a plan sends to its source.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <millrace/subset/plan.h>

namespace millrace::subset {

/// What is read of a row when it is found: its key, and behind it the columns of every key that is followed to parents, each once. Of a table that is streamed nothing but these,
/// which may be none; and nobody looks for parents in one.
struct FoundColumns {
  ColumnList columns;   ///< the key's first
  std::size_t key = 0;  ///< how many these are
  /// For each foreign key of the table that is followed: its place in the schema, and where its columns are in `columns`.
  struct Parent {
    std::size_t foreign_key;
    ColumnList places;
  };
  std::vector<Parent> parents{};
};
[[nodiscard]] FoundColumns found_columns(const Plan& plan, std::size_t table);

/// Rows of a root: found_columns(). Not where there are none.
[[nodiscard]] std::string root_statement(const Plan& plan, const PlannedRoot& root);
/// found_columns() of rows by their keys.
[[nodiscard]] std::string expand_statement(const Plan& plan, std::size_t table);
/// found_columns() of the rows that refer by this key to rows of the parent; the list of keys is of the parent's columns.
[[nodiscard]] std::string children_statement(const Plan& plan, std::size_t foreign_key);
/// The fields of the parent's columns that the foreign key refers to, by the parent's keys.
[[nodiscard]] std::string referred_statement(const Plan& plan, std::size_t foreign_key);
/// The parent's key, and behind it the columns that the foreign key refers to, by fields of these.
[[nodiscard]] std::string parents_statement(const Plan& plan, std::size_t foreign_key);
/// Of which of such fields there is a row of the parent: sql::keys_there(). For fields that parents_statement() did not give back letter by letter.
[[nodiscard]] std::string present_statement(const Plan& plan, std::size_t foreign_key);

/// Where the columns `wanted` stand in `all`: of those that are among them, in their order.
[[nodiscard]] ColumnList places_in(const ColumnList& all, const ColumnList& wanted);
/// 0, 1, ..., count - 1.
[[nodiscard]] ColumnList first_places(std::size_t count);

/// What is read of a row when it is copied: PlannedTable::copied, and behind these the columns of its key that are not among them.
[[nodiscard]] ColumnList read_columns(const Plan& plan, std::size_t table);
/// `columns` of all rows, in the order of the key.
[[nodiscard]] std::string whole_statement(const Plan& plan, std::size_t table, const ColumnList& columns);
/// How many these are.
[[nodiscard]] std::string count_statement(const Plan& plan, std::size_t table);
/// `columns` by keys, in the order of the key.
[[nodiscard]] std::string read_statement(const Plan& plan, std::size_t table, const ColumnList& columns);
/// Likewise of a range of whole numbers, both ends in it.
[[nodiscard]] std::string range_statement(const Plan& plan, std::size_t table, const ColumnList& columns, std::int64_t first,
                                          std::int64_t last);

}  // namespace millrace::subset
