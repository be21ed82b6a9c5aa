// References: the foreign keys of a schema's tables as the target says them, and what follows from them for the types of their columns.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <millrace/subset/schema.h>

namespace millrace::subset::ddl {

using Place = std::pair<std::size_t, std::size_t>;  ///< a table and a column of it

/// Lifetime  the schema, which check() let through, outlives it.
class References {
 public:
  /// For MariaDB the columns of each key are put into the order of the parent's: it looks for an index that begins with them as they stand.
  References(const Schema& schema, Dialect target);

  /// Those of which the table is the child, in the order of the schema.
  [[nodiscard]] const std::vector<ForeignKey>& of(std::size_t table) const noexcept { return keys_[table]; }
  /// How many columns the widest key, unique key or foreign key has that the column is in; 0: it is in none.
  [[nodiscard]] std::size_t index_columns(const Place& place) const;
  /// What the column refers to in the end, through parents that are children themselves; itself when it refers to nothing. Of a circle the least, so that all that lead there
  /// have one type.
  [[nodiscard]] Place referred(Place place) const;

 private:
  void in_order_of_parent(ForeignKey& key) const;
  [[nodiscard]] Place parent_of(const Place& place) const;

  const Schema& schema_;
  std::vector<std::vector<ForeignKey>> keys_{};  ///< by child
};

}  // namespace millrace::subset::ddl
