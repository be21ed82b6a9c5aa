#include <millrace/subset/schema.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace millrace::subset {
namespace {

Error wrong(std::string message, const Table& table, std::string_view key = {}) {
  Error error = Error(Errc::invalid_argument, "schema: " + std::move(message)).with("table", table.name.to_string());
  return key.empty() ? error : error.with("key", std::string(key));
}

bool all_there(const ColumnList& columns, const Table& table) noexcept {
  return !columns.empty() && std::ranges::all_of(columns, [&](std::size_t column) { return column < table.columns.size(); });
}

bool each_once(ColumnList columns) {
  std::ranges::sort(columns);
  return std::ranges::adjacent_find(columns) == columns.end();
}

bool is_key_of(const ColumnList& columns, const Table& table) {
  ColumnList sorted = columns;
  std::ranges::sort(sorted);
  const auto is_it = [&](const UniqueKey& key) {
    ColumnList of_key = key.columns;
    std::ranges::sort(of_key);
    return of_key == sorted;
  };
  return (table.primary && is_it(*table.primary)) || std::ranges::any_of(table.unique, is_it);
}

Result<void> check_table(const Table& table) {
  if (table.columns.empty()) return fail(wrong("a table without columns", table));
  if (table.columns.size() > Schema::kColumnsMax)
    return fail(Error(Errc::full, "schema: a table with more than kColumnsMax columns").with("table", table.name.to_string()));
  std::set<std::string_view> names;
  for (const Column& column : table.columns) {
    if (column.name.empty()) return fail(wrong("a column without a name", table));
    if (!names.insert(column.name).second) return fail(wrong("two columns named '" + column.name + "'", table));
  }
  const auto check_key = [&](const UniqueKey& key) -> Result<void> {
    if (!all_there(key.columns, table)) return fail(wrong("a key without columns, or with one that is not there", table, key.name));
    if (!each_once(key.columns)) return fail(wrong("a key with a column twice", table, key.name));
    return {};
  };
  if (table.primary)
    if (const Result<void> checked = check_key(*table.primary); !checked) return checked;
  for (const UniqueKey& key : table.unique)
    if (const Result<void> checked = check_key(key); !checked) return checked;
  return {};
}

Result<void> check_foreign_key(const Schema& schema, const ForeignKey& key) {
  if (key.child >= schema.tables.size() || key.parent >= schema.tables.size())
    return fail(Error(Errc::invalid_argument, "schema: a foreign key of a table that is not there").with("key", key.name));
  const Table& child = schema.tables[key.child];
  const Table& parent = schema.tables[key.parent];
  if (!all_there(key.columns, child))
    return fail(wrong("a foreign key without columns, or with one that is not there", child, key.name));
  if (key.columns.size() != key.parent_columns.size())
    return fail(wrong("a foreign key with more columns on one side than on the other", child, key.name));
  if (!all_there(key.parent_columns, parent) || !is_key_of(key.parent_columns, parent))
    return fail(
        wrong("a foreign key whose columns at '" + parent.name.to_string() + "' are neither its primary key nor a unique one",
              child, key.name));
  return {};
}

}  // namespace

std::string_view to_string(ColumnClass kind) noexcept {
  constexpr std::array<std::string_view, 15> kNames{"integer", "boolean", "decimal",     "real",      "text",
                                                    "bytes",   "date",    "time",        "timestamp", "timestamp_tz",
                                                    "uuid",    "json",    "enumeration", "any",       "other"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Dialect dialect) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"sqlite", "postgres", "mariadb"};
  return kNames[static_cast<std::size_t>(dialect)];
}

std::string TableName::to_string() const { return schema.empty() ? name : schema + '.' + name; }

Result<std::string> quoted(Dialect dialect, std::string_view name) {
  if (name.empty() || name.contains('\0')) return fail(Errc::invalid_argument, "quoted: an empty name, or one with a NUL, is none");
  const char quote = dialect == Dialect::mariadb ? '`' : '"';
  std::string text(1, quote);
  for (const char c : name) {
    if (c == quote) text += quote;
    text += c;
  }
  return text + quote;
}

Result<std::string> quoted(Dialect dialect, const TableName& name) {
  Result<std::string> own = quoted(dialect, std::string_view(name.name));
  if (!own || name.schema.empty()) return own;
  Result<std::string> schema = quoted(dialect, std::string_view(name.schema));
  if (!schema) return schema;
  return *schema + '.' + *own;
}

Result<void> check(const Schema& schema) {
  if (schema.tables.size() > Schema::kTablesMax || schema.foreign_keys.size() > Schema::kForeignKeysMax)
    return fail(Errc::full, "schema: more than kTablesMax tables, or kForeignKeysMax foreign keys");
  std::set<TableName> names;
  for (const Table& table : schema.tables) {
    if (table.name.name.empty()) return fail(wrong("a table without a name", table));
    if (!names.insert(table.name).second) return fail(wrong("two tables of one name", table));
    if (const Result<void> checked = check_table(table); !checked) return checked;
  }
  for (const ForeignKey& key : schema.foreign_keys)
    if (const Result<void> checked = check_foreign_key(schema, key); !checked) return checked;
  return {};
}

}  // namespace millrace::subset
