#include <algorithm>
#include <string>
#include <string_view>

#include <millrace/subset/describe.h>
#include <millrace/subset/plan.h>

#include "subset/words.h"

namespace millrace::subset {
namespace {

std::string rule_text(const std::string& where, const std::optional<std::uint64_t>& limit, const std::string& order) {
  std::string text;
  if (!where.empty()) text += " where " + shown(where);
  if (!order.empty()) text += " in the order of " + shown(order);
  if (limit) text += ", at most " + grouped(*limit);
  return text;
}

std::string what_of(const Plan& plan, std::size_t place) {
  const PlannedTable& planned = plan.tables[place];
  const Table& table = plan.schema.tables[place];
  std::string text = "told apart by " + names_of(table, planned.key);
  if (planned.rows == RowChoice::all) text = "every row; " + text;
  if (planned.mapped) text += "; new numbers in the target";
  if (planned.truncate) text += "; the target's rows are deleted before";
  return text;
}

std::string fate_of(const Plan& plan, std::size_t key) {
  const PlannedKey& planned = plan.keys[key];
  const ForeignKey& foreign = plan.schema.foreign_keys[key];
  std::string text = planned.virtual_key ? "; said by the plan" : "";
  if (planned.parents == PlannedKey::Parents::nulled) text += "; not copied, NULL in the target";
  if (planned.parents == PlannedKey::Parents::as_is) text += "; not copied, as it is in the target";
  if (planned.children)
    text += "; and back: rows of " + shown(plan.schema.tables[foreign.child].name) +
            rule_text(planned.children->where, planned.children->limit, planned.children->order) +
            (planned.children->limit ? " of each" : "");
  return text;
}

}  // namespace

std::string describe(std::string_view title, const Plan& plan) {
  const Schema& schema = plan.schema;
  const auto reached = static_cast<std::uint64_t>(std::ranges::count_if(plan.tables, &PlannedTable::reached));
  std::string text = shown(title) + ": " + std::to_string(reached) + " of " + counted(schema.tables.size(), "table") +
                     " in the plan\n\nBegins with:\n";
  for (const PlannedRoot& root : plan.roots)
    text += "  " + shown(schema.tables[root.table].name) +
            (root.whole() ? ": every row" : rule_text(root.where, root.limit, root.order)) + '\n';
  text += "\nFilled in this order, parents before their children:\n";
  std::size_t number = 0;
  for (const Component& component : plan.dependencies.components) {
    const bool circle = component.tables.size() > 1;
    const std::string margin = circle ? "     | " : "       ";
    for (const std::size_t place : component.tables) {
      const Table& table = schema.tables[place];
      const std::string count = std::to_string(++number);
      text += std::string(4 - std::min<std::size_t>(4, count.size()), ' ') + count + (circle ? " | " : "   ") + shown(table.name) +
              "  (" + (table.rows ? "about " + grouped(*table.rows) : std::string("?")) + " rows there)\n";
      text += margin + "  " + what_of(plan, place) + '\n';
      for (std::size_t key = 0; key < plan.keys.size(); ++key) {
        if (schema.foreign_keys[key].child != place) continue;
        text += margin + "  " + describe(schema, schema.foreign_keys[key]) + fate_of(plan, key) + '\n';
        const auto later = std::ranges::find(component.later, key, &LaterKey::foreign_key);
        if (later != component.later.end() && !plan.keys[key].virtual_key)
          text += margin + "    " + describe(schema, *later) + '\n';
      }
    }
  }
  std::string others;
  for (std::size_t place = 0; place < plan.tables.size(); ++place) {
    if (plan.tables[place].reached) continue;
    const RowChoice rows = plan.tables[place].rows;
    others += "  " + shown(schema.tables[place].name) +
              (rows == RowChoice::none     ? ": says the plan"
               : rows == RowChoice::target ? ": the target has its rows"
                                           : ": no row of it is referred to") +
              '\n';
  }
  for (const LeftOut& one : schema.left_out) others += "  " + shown(one.name) + ": " + shown(one.reason) + '\n';
  if (!others.empty()) text += "\nNot copied:\n" + others;
  for (const std::string& warning : plan.warnings) text += "\nNote: " + shown(warning) + '\n';
  return text;
}

}  // namespace millrace::subset
