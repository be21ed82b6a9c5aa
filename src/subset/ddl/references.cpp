#include "subset/ddl/references.h"

#include <algorithm>
#include <set>

namespace millrace::subset::ddl {

References::References(const Schema& schema, Dialect target) : schema_(schema), keys_(schema.tables.size()) {
  for (ForeignKey key : schema_.foreign_keys) {
    if (target == Dialect::mariadb) in_order_of_parent(key);
    keys_[key.child].push_back(std::move(key));
  }
}

void References::in_order_of_parent(ForeignKey& key) const {
  const Table& parent = schema_.tables[key.parent];
  const auto same_columns = [&](const ColumnList& columns) {
    return columns.size() == key.parent_columns.size() && std::ranges::is_permutation(columns, key.parent_columns);
  };
  const ColumnList* order = nullptr;
  if (parent.primary && same_columns(parent.primary->columns)) order = &parent.primary->columns;
  for (const UniqueKey& unique : parent.unique)
    if (order == nullptr && same_columns(unique.columns)) order = &unique.columns;
  if (order == nullptr) return;
  ColumnList columns;
  for (const std::size_t column : *order)
    columns.push_back(
        key.columns[static_cast<std::size_t>(std::ranges::find(key.parent_columns, column) - key.parent_columns.begin())]);
  key.columns = std::move(columns);
  key.parent_columns = *order;
}

std::size_t References::index_columns(const Place& place) const {
  const Table& table = schema_.tables[place.first];
  std::size_t most = 0;
  const auto look = [&](const ColumnList& columns) {
    if (std::ranges::find(columns, place.second) != columns.end()) most = std::max(most, columns.size());
  };
  if (table.primary) look(table.primary->columns);
  for (const UniqueKey& key : table.unique) look(key.columns);
  for (const ForeignKey& key : keys_[place.first]) look(key.columns);
  return most;
}

Place References::parent_of(const Place& place) const {
  for (const ForeignKey& key : keys_[place.first])
    if (const auto found = std::ranges::find(key.columns, place.second); found != key.columns.end())
      return {key.parent, key.parent_columns[static_cast<std::size_t>(found - key.columns.begin())]};
  return place;
}

Place References::referred(Place place) const {
  std::set<Place> seen;
  while (seen.insert(place).second) place = parent_of(place);
  Place least = place;  // of the circle, or of one alone
  for (Place next = parent_of(place); next != place; next = parent_of(next)) least = std::min(least, next);
  return least;
}

}  // namespace millrace::subset::ddl
