#include <millrace/subset/dependencies.h>

#include <algorithm>
#include <array>
#include <queue>

#include "subset/circle.h"
#include "subset/strong_components.h"

namespace millrace::subset {
namespace {

std::uint64_t cost_of(LaterBy how) noexcept {
  // One circle that is written together costs more than any number of those that are not.
  constexpr std::array<std::uint64_t, 3> kCosts{1, 4, 1'000'000};
  return kCosts[static_cast<std::size_t>(how)];
}

/// Keys between different tables, each as an edge from the child to the parent.
std::vector<std::vector<std::size_t>> parents_of(const Schema& schema) {
  std::vector<std::vector<std::size_t>> parents(schema.tables.size());
  for (const ForeignKey& key : schema.foreign_keys)
    if (key.child != key.parent) parents[key.child].push_back(key.parent);
  return parents;
}

/// Orders the tables of one component and says what is left for later. `place`: for each table of the schema, for its number in the component.
Component make_component(const Schema& schema, std::vector<std::size_t> tables, const std::vector<std::size_t>& keys,
                         std::vector<std::size_t>& place) {
  std::ranges::sort(tables, {}, [&](std::size_t table) -> const TableName& { return schema.tables[table].name; });
  for (std::size_t i = 0; i < tables.size(); ++i) place[tables[i]] = i;

  Component component;
  std::vector<CircleEdge> edges;
  for (const std::size_t key : keys) {
    const ForeignKey& foreign = schema.foreign_keys[key];
    if (foreign.child == foreign.parent)
      component.self_references.push_back(key);
    else
      edges.push_back({.child = place[foreign.child], .parent = place[foreign.parent], .cost = cost_of(how_later(schema, key).by)});
  }
  std::vector<std::size_t> position(tables.size());
  const std::vector<std::size_t> order = cheapest_order(tables.size(), edges);
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = i;
    component.tables.push_back(tables[order[i]]);
  }
  for (const std::size_t key : keys) {
    const ForeignKey& foreign = schema.foreign_keys[key];
    if (foreign.child != foreign.parent && position[place[foreign.parent]] > position[place[foreign.child]])
      component.later.push_back(how_later(schema, key));
  }
  return component;
}

}  // namespace

std::string_view to_string(LaterBy how) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"deferred_check", "null_first", "together"};
  return kNames[static_cast<std::size_t>(how)];
}

ColumnList nullable_columns(const Schema& schema, std::size_t foreign_key) {
  const ForeignKey& key = schema.foreign_keys[foreign_key];
  const Table& child = schema.tables[key.child];
  ColumnList nulls;
  for (const std::size_t column : key.columns) {
    const bool in_primary = child.primary && std::ranges::find(child.primary->columns, column) != child.primary->columns.end();
    if (child.columns[column].nullable && !child.columns[column].generated && !in_primary) nulls.push_back(column);
  }
  return nulls;
}

LaterKey how_later(const Schema& schema, std::size_t foreign_key) {
  if (schema.foreign_keys[foreign_key].deferral != Deferral::none)
    return {.foreign_key = foreign_key, .by = LaterBy::deferred_check};
  ColumnList nulls = nullable_columns(schema, foreign_key);
  if (nulls.empty()) return {.foreign_key = foreign_key, .by = LaterBy::together};
  return {.foreign_key = foreign_key, .by = LaterBy::null_first, .null_columns = std::move(nulls)};
}

std::vector<std::size_t> Dependencies::order() const {
  std::vector<std::size_t> all;
  for (const Component& component : components) all.insert(all.end(), component.tables.begin(), component.tables.end());
  return all;
}

Dependencies analyse(const Schema& schema) {
  const std::vector<std::vector<std::size_t>> parents = parents_of(schema);
  const StrongComponents strong = strong_components(parents);
  const std::size_t count = strong.members.size();

  // Between components there are no circles: count what each waits for, and take what waits for nothing, the least name first.
  std::vector<std::vector<std::size_t>> keys(count), children(count);
  std::vector<std::size_t> waits(count, 0);
  for (std::size_t key = 0; key < schema.foreign_keys.size(); ++key) {
    const std::size_t child = strong.component_of[schema.foreign_keys[key].child];
    const std::size_t parent = strong.component_of[schema.foreign_keys[key].parent];
    if (child == parent) {
      keys[child].push_back(key);
    } else {
      children[parent].push_back(child);
      ++waits[child];
    }
  }
  std::vector<const TableName*> least(count);
  for (std::size_t i = 0; i < count; ++i)
    least[i] = &schema
                    .tables[std::ranges::min(strong.members[i], {},
                                             [&](std::size_t t) -> const TableName& { return schema.tables[t].name; })]
                    .name;
  const auto later_name = [&](std::size_t a, std::size_t b) { return *least[a] > *least[b]; };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later_name)> ready(later_name);
  for (std::size_t i = 0; i < count; ++i)
    if (waits[i] == 0) ready.push(i);

  Dependencies found;
  std::vector<std::size_t> place(schema.tables.size());
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    found.components.push_back(make_component(schema, strong.members[next], keys[next], place));
    for (const std::size_t child : children[next])
      if (--waits[child] == 0) ready.push(child);
  }
  return found;
}

}  // namespace millrace::subset
