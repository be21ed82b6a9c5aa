#include "cli/subset/plan_json.h"

#include <nlohmann/json.hpp>

namespace millrace::cli {
namespace {

using Json = nlohmann::ordered_json;
using subset::ColumnList;
using subset::Table;

Json names_of(const Table& table, const ColumnList& columns) {
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
  if (table.primary) json["primary"] = names_of(table, table.primary->columns);
  for (const subset::UniqueKey& key : table.unique) json["unique"].push_back(names_of(table, key.columns));
  return json;
}

}  // namespace

std::string plan_json(const subset::Schema& schema, const subset::Dependencies& dependencies) {
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
                                    {"columns", names_of(child, key.columns)},
                                    {"parent", parent.name.to_string()},
                                    {"parent_columns", names_of(parent, key.parent_columns)}});
  }
  for (const subset::Component& component : dependencies.components) {
    Json one{{"tables", Json::array()}, {"later", Json::array()}, {"self_references", component.self_references}};
    for (const std::size_t table : component.tables) one["tables"].push_back(schema.tables[table].name.to_string());
    for (const subset::LaterKey& later : component.later) {
      const Table& child = schema.tables[schema.foreign_keys[later.foreign_key].child];
      one["later"].push_back(
          {{"foreign_key", later.foreign_key}, {"by", to_string(later.by)}, {"null_columns", names_of(child, later.null_columns)}});
    }
    json["components"].push_back(std::move(one));
  }
  for (const subset::LeftOut& one : schema.left_out)
    json["left_out"].push_back({{"name", one.name.to_string()}, {"reason", one.reason}});
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace millrace::cli
