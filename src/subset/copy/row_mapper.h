// RowMapper: what a row of the source is in the target: new numbers, and NULL where it refers to what is not copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include <millrace/subset/page.h>
#include <millrace/subset/plan.h>

#include "subset/copy/id_map.h"

namespace millrace::subset {

/// What is known of all tables while they are copied.
struct Mapping {
  static constexpr std::size_t kMissingMax = 100'000;  ///< keys, of all tables together; more is Errc::full

  std::vector<IdMap> numbers{};                            ///< by table
  std::vector<std::unordered_set<std::string>> missing{};  ///< by table: keys that the source does not have, as key_text()
  std::size_t missing_count = 0;
  /// By foreign key that is not direct: fields of it of which the parent has no row in the source, as key_text(). Closure::kAbsentMax.
  std::vector<std::unordered_set<std::string>> absent{};

  /// Notes keys of rows that the source does not have; how many of them were not known. Errors: Errc::full with `table`, called `name`: kMissingMax.
  [[nodiscard]] Result<std::size_t> miss(std::size_t table, const Page& keys, const std::string& name);
  /// Notes fields of a foreign key.
  void lack(std::size_t foreign_key, const Page& fields);
};

/// Cost      for each field that is mapped: IdMap::find(). Nothing for others.
/// Errors    Errc::invalid_argument with `table`, `column`, `key`: it refers to what is not copied, and may not be NULL (or the job says that this is an error).
class RowMapper {
 public:
  /// `columns`  of the pages: statements.h, read_columns().
  RowMapper(const Plan& plan, std::size_t table, ColumnList columns);
  /// Changes all rows.
  [[nodiscard]] Result<void> apply(Page& rows, const Mapping& mapping) const;
  /// Changes one column of all rows: it holds what `column` of the table does.
  [[nodiscard]] Result<void> map_column(Page& rows, std::size_t place, std::size_t column, const Mapping& mapping) const;
  /// References to what is missing, of all keys whose columns are all in the page: NULL, or an error. apply() does this, too.
  [[nodiscard]] Result<void> null_missing(Page& rows, const Mapping& mapping) const;

 private:
  struct Key {
    std::size_t foreign_key;
    ColumnList places;  ///< of its columns in the page
    ColumnList nulls;   ///< of those that may be NULL
  };
  /// `places`  of the columns that refer to `parent`.
  [[nodiscard]] Error not_copied(const Page& rows, std::size_t row, const ColumnList& places, const std::string& parent) const;
  [[nodiscard]] std::string parent_of(std::size_t foreign_key) const;

  const Plan& plan_;
  std::size_t table_;
  ColumnList columns_;
  ColumnList key_places_{};
  ColumnList nulled_{};      ///< places that are NULL in the target
  std::vector<Key> keys_{};  ///< that are followed
};

/// Of fields as they are written, in any order of rows: the sum of a hash of each.
[[nodiscard]] std::uint64_t checksum(const Page& rows, std::size_t columns) noexcept;

}  // namespace millrace::subset
