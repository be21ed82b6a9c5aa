#include "cli/subset/plan_json.h"

#include <array>

#include <nlohmann/json.hpp>

namespace millrace::cli {
namespace {

using Json = nlohmann::ordered_json;
using subset::ColumnList;
using subset::Table;

Json column_names(const Table& table, const ColumnList& columns) {
  Json names = Json::array();
  for (const std::size_t column : columns) names.push_back(table.columns[column].name);
  return names;
}

Json table_json(const Table& table) {
  Json json{{"name", table.name.to_string()},
            {"rows", nullptr},
            {"columns", Json::array()},
            {"primary", nullptr},
            {"unique", Json::array()}};
  if (table.rows) json["rows"] = *table.rows;
  for (const subset::Column& column : table.columns)
    json["columns"].push_back({{"name", column.name},
                               {"type", column.type},
                               {"nullable", column.nullable},
                               {"generated", column.generated},
                               {"identity", column.identity}});
  if (table.primary) json["primary"] = column_names(table, table.primary->columns);
  for (const subset::UniqueKey& key : table.unique) json["unique"].push_back(column_names(table, key.columns));
  return json;
}

Json schema_json(const subset::Schema& schema, const subset::Dependencies& dependencies) {
  Json json{{"dialect", to_string(schema.dialect)},
            {"tables", Json::array()},
            {"foreign_keys", Json::array()},
            {"components", Json::array()},
            {"left_out", Json::array()}};
  for (const Table& table : schema.tables) json["tables"].push_back(table_json(table));
  for (const subset::ForeignKey& key : schema.foreign_keys) {
    const Table& child = schema.tables[key.child];
    const Table& parent = schema.tables[key.parent];
    json["foreign_keys"].push_back({{"child", child.name.to_string()},
                                    {"columns", column_names(child, key.columns)},
                                    {"parent", parent.name.to_string()},
                                    {"parent_columns", column_names(parent, key.parent_columns)}});
  }
  for (const subset::Component& component : dependencies.components) {
    Json one{{"tables", Json::array()}, {"later", Json::array()}, {"self_references", component.self_references}};
    for (const std::size_t table : component.tables) one["tables"].push_back(schema.tables[table].name.to_string());
    for (const subset::LaterKey& later : component.later) {
      const Table& child = schema.tables[schema.foreign_keys[later.foreign_key].child];
      one["later"].push_back({{"foreign_key", later.foreign_key},
                              {"by", to_string(later.by)},
                              {"null_columns", column_names(child, later.null_columns)}});
    }
    json["components"].push_back(std::move(one));
  }
  for (const subset::LeftOut& one : schema.left_out)
    json["left_out"].push_back({{"name", one.name.to_string()}, {"reason", one.reason}});
  return json;
}

std::string text_of(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

Json limit_json(const std::optional<std::uint64_t>& limit) { return limit ? Json(*limit) : Json(nullptr); }

std::string_view word(subset::RowChoice rows) {
  constexpr std::array<std::string_view, 4> kWords{"referred", "all", "none", "target"};
  return kWords[static_cast<std::size_t>(rows)];
}
std::string_view word(subset::PlannedKey::Parents parents) {
  constexpr std::array<std::string_view, 3> kWords{"followed", "null", "as_is"};
  return kWords[static_cast<std::size_t>(parents)];
}

}  // namespace

std::string plan_json(const subset::Schema& schema, const subset::Dependencies& dependencies) {
  return text_of(schema_json(schema, dependencies));
}

std::string plan_json(const subset::Plan& plan) {
  Json json = schema_json(plan.schema, plan.dependencies);
  json["roots"] = Json::array();
  for (const subset::PlannedRoot& root : plan.roots)
    json["roots"].push_back({{"table", plan.schema.tables[root.table].name.to_string()},
                             {"where", root.where},
                             {"limit", limit_json(root.limit)},
                             {"order", root.order}});
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const subset::PlannedTable& table = plan.tables[i];
    json["tables"][i]["plan"] = {{"rows", word(table.rows)},
                                 {"reached", table.reached},
                                 {"key", column_names(plan.schema.tables[i], table.key)},
                                 {"new_keys", table.mapped.has_value()},
                                 {"truncate", table.truncate}};
  }
  for (std::size_t i = 0; i < plan.keys.size(); ++i) {
    const subset::PlannedKey& key = plan.keys[i];
    Json children = nullptr;
    if (key.children)
      children = {{"where", key.children->where}, {"limit", limit_json(key.children->limit)}, {"order", key.children->order}};
    json["foreign_keys"][i]["plan"] = {{"parents", word(key.parents)}, {"virtual", key.virtual_key}, {"children", children}};
  }
  json["statements"] = Json::array();
  for (const subset::PlannedStatement& one : statements(plan))
    json["statements"].push_back({{"purpose", one.purpose}, {"sql", one.sql}});
  json["warnings"] = plan.warnings;
  return text_of(json);
}

}  // namespace millrace::cli
