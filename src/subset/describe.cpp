#include <millrace/subset/describe.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "subset/words.h"

namespace millrace::subset {
namespace {

std::string dialect_name(Dialect dialect) {
  constexpr std::array<const char*, 3> kNames{"SQLite", "PostgreSQL", "MariaDB"};
  return kNames[static_cast<std::size_t>(dialect)];
}

void add_table(std::string& text, const Schema& schema, std::size_t at, std::size_t number, std::size_t width, bool in_circle) {
  const Table& table = schema.tables[at];
  const std::string name = shown(table.name);
  std::array<char, 32> place{};
  std::snprintf(place.data(), place.size(), "%4zu %c ", number, in_circle ? '|' : ' ');
  text.append(place.data()).append(name).append(width - std::min(width, name.size()), ' ');
  std::string rows = table.rows ? grouped(*table.rows) : "?";
  text.append("  ").append(12 - std::min<std::size_t>(12, rows.size()), ' ').append(rows).append(" rows");
  if (!table.primary) text += "  no primary key";
  text += '\n';
}

}  // namespace

std::string describe(const Schema& schema, const ForeignKey& key) {
  const Table& child = schema.tables[key.child];
  const Table& parent = schema.tables[key.parent];
  return shown(child.name) + " (" + names_of(child, key.columns) + ") -> " + shown(parent.name) + " (" +
         names_of(parent, key.parent_columns) + ')';
}

std::string describe(const Schema& schema, const LaterKey& later) {
  const ForeignKey& key = schema.foreign_keys[later.foreign_key];
  const Table& child = schema.tables[key.child];
  switch (later.by) {
    case LaterBy::deferred_check: return "checked at the end of the transaction";
    case LaterBy::null_first:
      return "NULL first in " + shown(child.name) + " (" + names_of(child, later.null_columns) +
             "), updated when its parent is there";
    case LaterBy::together: break;
  }
  return "written together with its parent by one statement, or with this check switched off: its columns cannot be NULL, and it "
         "cannot be deferred";
}

std::string describe(std::string_view title, const Schema& schema, const Dependencies& dependencies) {
  std::string text = shown(title) + ": " + dialect_name(schema.dialect) + ", " + counted(schema.tables.size(), "table") + ", " +
                     counted(schema.foreign_keys.size(), "foreign key") + '\n';
  std::size_t width = 0, circles = 0;
  for (const Table& table : schema.tables) width = std::max(width, std::min<std::size_t>(40, shown(table.name).size()));
  std::vector<std::vector<std::size_t>> keys_of(schema.tables.size());
  for (std::size_t key = 0; key < schema.foreign_keys.size(); ++key) keys_of[schema.foreign_keys[key].child].push_back(key);

  if (!schema.tables.empty()) text += "\nFilled in this order, parents before their children:\n";
  std::size_t number = 0;
  for (const Component& component : dependencies.components) {
    const bool circle = component.tables.size() > 1;
    circles += circle ? 1 : 0;
    for (const std::size_t at : component.tables) {
      add_table(text, schema, at, ++number, width, circle);
      for (const std::size_t key : keys_of[at]) {
        text.append(circle ? "     |   " : "         ").append(describe(schema, schema.foreign_keys[key])).append("\n");
        const auto later = std::ranges::find(component.later, key, &LaterKey::foreign_key);
        if (later != component.later.end()) text.append("     |     ").append(describe(schema, *later)).append("\n");
      }
    }
  }
  if (circles > 0) text += "\n" + counted(circles, "circle") + " (|): each is cut where it costs least.\n";
  if (!schema.left_out.empty()) text += "\nLeft out:\n";
  for (const LeftOut& one : schema.left_out) text += "  " + shown(one.name) + ": " + shown(one.reason) + '\n';
  return text;
}

}  // namespace millrace::subset
