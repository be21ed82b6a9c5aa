#include "subset/files/sql_script.h"

#include <algorithm>

#include "subset/files/plain_text.h"
#include "subset/sql.h"

namespace millrace::subset {
namespace {

std::string statements(const std::vector<std::string>& all) {
  std::string made;
  for (const std::string& one : all) {
    made += one;
    made += one.ends_with(';') ? "\n" : ";\n";
  }
  return made;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

/// `literal`, a text in quotes with line breaks of CR LF in it perhaps, without a CR: sqlite3 and mariadb read scripts by lines, and take a CR at the end of one for a part of it.
std::string without_returns(Dialect dialect, std::string literal, std::string_view text) {
  if (literal.find('\r') == std::string::npos) return literal;
  switch (dialect) {
    case Dialect::mariadb: return replaced(std::move(literal), "\r", "\\r");
    case Dialect::postgres: return "E" + replaced(replaced(std::move(literal), "\\", "\\\\"), "\r", "\\r");
    case Dialect::sqlite: break;
  }
  // SQLite has no such words; a mark that is not in the text is put in their place, and taken out again by the database.
  std::string mark = "\\r";
  while (text.find(mark) != std::string_view::npos) mark += 'r';
  return "replace(" + replaced(std::move(literal), "\r", mark) + ", '" + mark + "', char(13))";
}

}  // namespace

Result<void> SqlScript::check(const std::vector<TargetTable>& tables) const {
  for (const TargetTable& table : tables) {
    const auto named = quoted(dialect_, table.name);
    if (!named) return fail(Error(named.error()).with("table", table.name.to_string()));
    for (const Column& column : table.columns)
      if (const auto name = quoted(dialect_, column.name); !name)
        return fail(Error(name.error()).with("table", table.name.to_string()).with("column", column.name));
    if (existing_ == ExistingRows::update && dialect_ != Dialect::mariadb && !table.source.primary)
      return fail(
          Error(Errc::invalid_argument, "files: rows that are there already cannot be updated in a table without a primary key")
              .with("table", table.name.to_string()));
  }
  return {};
}

std::string SqlScript::opening(const TargetTable& /*table*/) const {
  std::string made = "-- Rows that Millrace copied, as one transaction for ";
  switch (dialect_) {
    case Dialect::sqlite: return made + "SQLite: sqlite3 -bail FILE < SCRIPT\nBEGIN;\n" + statements(parts_.prologue);
    case Dialect::postgres:
      return made + "PostgreSQL: psql -v ON_ERROR_STOP=1 -f SCRIPT\nBEGIN;\nSET LOCAL client_encoding = 'UTF8';\n" +
             "SET LOCAL standard_conforming_strings = on;\n" + statements(parts_.prologue);
    case Dialect::mariadb:
      // A table that is made ends a transaction, so these come before it.
      return made + "MariaDB: mariadb DATABASE < SCRIPT\nSET NAMES utf8mb4;\nSET @millrace_sql_mode = @@SESSION.sql_mode;\n" +
             "SET @millrace_time_zone = @@SESSION.time_zone;\nSET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO';\n" +
             "SET SESSION time_zone = '+00:00';\n" + statements(parts_.prologue) + "START TRANSACTION;\n";
  }
  return made;
}

Result<void> SqlScript::append_field(const TargetTable& table, std::size_t at, const Value& value, std::string& to) const {
  const Column& column = table.columns[at];
  Value said = value;
  if (value.kind == ValueKind::text && !is_utf8(value.text)) {
    if (dialect_ != Dialect::sqlite) return fail(field_error(table, at, std::string(kNotUtf8)));
    const Result<std::string> bytes = sql::literal(dialect_, Value::of_bytes(value.text));
    if (!bytes) return fail(bytes.error());
    ((to += "CAST(") += *bytes) += " AS TEXT)";
    return {};
  }
  // MariaDB's moments have no zone: the session's counts, and this one's is UTC.
  const bool moment = column.kind == ColumnClass::timestamp_tz || column.kind == ColumnClass::timestamp;
  if (dialect_ == Dialect::mariadb && moment && value.kind == ValueKind::text && value.text.ends_with("+00"))
    said.text.remove_suffix(3);
  // PostgreSQL gives a literal its column's type itself, and says when it does not fit, where a cast would cut it. Only truth has to be said as such.
  const bool typed = dialect_ == Dialect::postgres && column.kind == ColumnClass::boolean;
  const Result<std::string> made = sql::literal(dialect_, said, typed ? &column : nullptr);
  if (!made) return fail(Error(made.error()).with("table", table.name.to_string()).with("column", column.name));
  to += said.kind == ValueKind::text ? without_returns(dialect_, *made, said.text) : *made;
  return {};
}

std::string SqlScript::insert_into(const TargetTable& table) const {
  std::string made = "INSERT INTO " + sql::name(dialect_, table.name) + " (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) (made += i > 0 ? ", " : "") += sql::name(dialect_, table.columns[i].name);
  made += ")";
  if (dialect_ == Dialect::postgres && std::ranges::any_of(table.columns, &Column::always)) made += " OVERRIDING SYSTEM VALUE";
  return made + " VALUES";
}

std::string SqlScript::on_conflict(const TargetTable& table) const {
  if (existing_ == ExistingRows::error) return {};
  const ColumnList key = table.source.primary ? table.source.primary->columns : ColumnList{};
  const auto name = [&](std::size_t column) { return sql::name(dialect_, table.columns[column].name); };
  std::string sets;
  for (std::size_t i = 0; i < table.columns.size() && existing_ == ExistingRows::update; ++i) {
    if (std::ranges::find(key, i) != key.end()) continue;
    sets += sets.empty() ? "" : ", ";
    sets += name(i) + (dialect_ == Dialect::mariadb ? " = VALUES(" + name(i) + ")" : " = excluded." + name(i));
  }
  if (dialect_ == Dialect::mariadb) {
    // INSERT IGNORE would also hide rows that do not fit; a field set to itself changes nothing.
    if (sets.empty()) sets = name(key.empty() ? 0 : key[0]) + " = " + name(key.empty() ? 0 : key[0]);
    return "\nON DUPLICATE KEY UPDATE " + sets;
  }
  std::string made = "\nON CONFLICT ";
  for (std::size_t i = 0; i < key.size(); ++i) (made += i == 0 ? "(" : ", ") += name(key[i]);
  if (!key.empty()) made += ") ";
  return made + (sets.empty() ? "DO NOTHING" : "DO UPDATE SET " + sets);
}

Result<void> SqlScript::append_rows(const TargetTable& table, const Page& page, std::size_t& row, std::string& to) const {
  to += insert_into(table);
  const std::string end = on_conflict(table) + ";\n";
  const std::size_t begun = to.size();
  std::string fields;
  for (std::size_t count = 0; row < page.rows() && count < kScriptRowsMax; ++row, ++count) {
    fields = count > 0 ? ",\n(" : "\n(";
    for (std::size_t column = 0; column < page.columns(); ++column) {
      if (column > 0) fields += ", ";
      if (auto done = append_field(table, column, page.at(row, column), fields); !done) return done;
    }
    fields += ')';
    if (count > 0 && to.size() - begun + fields.size() + end.size() > kScriptBytesMax) break;
    to += fields;
  }
  to += end;
  return {};
}

Result<void> SqlScript::append_patches(const TargetTable& table, const ColumnList& key, const ColumnList& columns, const Page& page,
                                       std::size_t& row, std::string& to) const {
  const std::string begin = "UPDATE " + sql::name(dialect_, table.name) + " SET ";
  for (; row < page.rows() && to.size() < kChunkBytes; ++row) {
    to += begin;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ((to += i > 0 ? ", " : "") += sql::name(dialect_, table.columns[columns[i]].name)) += " = ";
      if (auto done = append_field(table, columns[i], page.at(row, key.size() + i), to); !done) return done;
    }
    for (std::size_t i = 0; i < key.size(); ++i) {
      const Value value = page.at(row, i);
      (to += i > 0 ? " AND " : " WHERE ") += sql::name(dialect_, table.columns[key[i]].name);
      to += value.is_null() ? " IS " : " = ";
      if (auto done = append_field(table, key[i], value, to); !done) return done;
    }
    to += ";\n";
  }
  return {};
}

std::string SqlScript::checks_later() const {
  switch (dialect_) {
    case Dialect::sqlite: return "PRAGMA defer_foreign_keys = ON;\n";  // until COMMIT
    case Dialect::postgres: return "SET CONSTRAINTS ALL DEFERRED;\n";
    case Dialect::mariadb: return "SET SESSION foreign_key_checks = 0;\n";
  }
  return {};
}

std::string SqlScript::checks_now() const {
  switch (dialect_) {
    case Dialect::sqlite: return {};
    case Dialect::postgres: return "SET CONSTRAINTS ALL IMMEDIATE;\n";
    case Dialect::mariadb: return "SET SESSION foreign_key_checks = 1;\n";
  }
  return {};
}

std::string SqlScript::ending(const std::vector<TargetTable>& tables) const {
  if (dialect_ == Dialect::mariadb)
    return "COMMIT;\n" + statements(parts_.epilogue) + "SET SESSION sql_mode = @millrace_sql_mode;\n" +
           "SET SESSION time_zone = @millrace_time_zone;\n";
  std::string made;
  for (const TargetTable& table : tables) {
    // SQLite and MariaDB number on from the greatest they have seen.
    if (dialect_ != Dialect::postgres) break;
    for (const Column& column : table.columns) {
      if (!column.identity || column.kind != ColumnClass::integer) continue;
      const auto text = [this](const std::string& name) {
        return sql::literal(dialect_, Value::of(std::string_view(name))).value();
      };
      const std::string table_name = sql::name(dialect_, table.name);
      const std::string sequence = "pg_get_serial_sequence(" + text(table_name) + ", " + text(column.name) + ")";
      // Neither backwards, nor anything where there is no sequence: a function given NULL does nothing.
      made += "SELECT setval(" + sequence + ", GREATEST((SELECT max(" + sql::name(dialect_, column.name) + ") FROM " + table_name +
              "), pg_sequence_last_value(" + sequence + "::regclass)));\n";
    }
  }
  return made + statements(parts_.epilogue) + "COMMIT;\n";
}

}  // namespace millrace::subset
