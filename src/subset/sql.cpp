#include "subset/sql.h"

#include <array>
#include <charconv>
#include <cmath>

#include "subset/words.h"

namespace millrace::subset::sql {
namespace {

std::string hex(std::string_view bytes) {
  std::string made;
  append_hex(made, bytes);
  return made;
}

std::string quoted_text(Dialect dialect, std::string_view text) {
  std::string made = "'";
  for (const char c : text) {
    if (c == '\'' || (c == '\\' && dialect == Dialect::mariadb)) made += c;
    made += c;
  }
  return made + '\'';
}

/// The type without its length: a cast to varchar(3) cuts in silence, and the cut text would be another row's key.
std::string unbounded(const std::string& type) {
  if (type.starts_with("character(")) return "bpchar" + type.substr(type.find(')') + 1);
  if (type.starts_with("bit(")) return "bit varying" + type.substr(type.find(')') + 1);  // bit is bit(1)
  const std::size_t open = type.find('('), close = type.find(')');
  if (type.find('"') != std::string::npos || open == std::string::npos || close == std::string::npos) return type;
  return type.substr(0, open) + type.substr(close + 1);
}

Result<std::string> real_literal(Dialect dialect, double value) {
  if (std::isfinite(value)) {
    std::array<char, 32> digits{};
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::scientific).ptr;
    std::string made(
        digits.data(),
        static_cast<std::size_t>(end - digits.data()));  // with an exponent, which makes it a floating-point number everywhere
    return dialect == Dialect::postgres ? "'" + made + "'::double precision" : made;
  }
  const std::string sign = value < 0 ? "-" : "";
  if (dialect == Dialect::postgres)
    return "'" + (std::isnan(value) ? std::string("NaN") : sign + "Infinity") + "'::double precision";
  if (dialect == Dialect::sqlite && !std::isnan(value)) return sign + "9e999";
  return fail(Errc::invalid_argument, std::string(to_string(dialect)) + " has no number like " + std::to_string(value));
}

}  // namespace

Result<std::string> literal(Dialect dialect, const Value& value, const Column* column) {
  const bool typed = dialect == Dialect::postgres && column != nullptr;
  const auto with_type = [&](std::string made) { return typed ? made + "::" + unbounded(column->type) : made; };
  switch (value.kind) {
    case ValueKind::null: return with_type("NULL");
    case ValueKind::integer: {
      if (typed && column->kind == ColumnClass::boolean) return std::string(value.integer != 0 ? "true" : "false");
      return typed ? with_type("'" + std::to_string(value.integer) + "'") : std::to_string(value.integer);
    }
    case ValueKind::real: return real_literal(dialect, value.real);
    case ValueKind::text:
      if (value.text.find('\0') != std::string_view::npos) {
        if (dialect == Dialect::sqlite) return "CAST(X'" + hex(value.text) + "' AS TEXT)";
        return fail(Errc::invalid_argument, "a text with a NUL cannot be said in a statement");
      }
      return with_type(quoted_text(dialect, value.text));
    case ValueKind::bytes:
      return dialect == Dialect::postgres ? "'\\x" + hex(value.text) + "'::bytea" : "X'" + hex(value.text) + "'";
  }
  return fail(Errc::invalid_argument, "a field of no kind");
}

std::string name(Dialect dialect, std::string_view name) { return quoted(dialect, name).value(); }
std::string name(Dialect dialect, const TableName& name) { return quoted(dialect, name).value(); }

std::string names(Dialect dialect, const Table& table, const ColumnList& columns, std::string_view alias) {
  std::string made;
  for (const std::size_t column : columns) {
    if (!made.empty()) made += ", ";
    if (!alias.empty()) (made += alias) += '.';
    made += name(dialect, table.columns[column].name);
  }
  return made;
}

std::string selected(Dialect dialect, const Column& column) {
  const std::string made = "t." + name(dialect, column.name);
  return dialect == Dialect::mariadb && column.type.starts_with("float") ? "CAST(" + made + " AS DOUBLE)" : made;
}

std::string key_list(Dialect dialect, const Table& table, const ColumnList& columns) {
  const std::string all = names(dialect, table, columns, "t");
  const bool one = columns.size() == 1;
  const std::string side = one ? all : "(" + all + ")";
  switch (dialect) {
    case Dialect::mariadb: return " WHERE " + side + " IN (" + std::string(kKeysMarker) + ")";
    case Dialect::sqlite: {
      // IN, and no JOIN: the keys are walked through and the table's index is asked, whatever the planner thinks of temporary tables.
      std::string keys;
      for (std::size_t i = 0; i < columns.size(); ++i) keys += (i == 0 ? "k" : ", k") + std::to_string(i);
      return " WHERE " + side + " IN (SELECT " + keys + " FROM temp.millrace_keys)";
    }
    case Dialect::postgres: {
      if (one) return " WHERE " + all + " = ANY($1::" + unbounded(table.columns[columns[0]].type) + "[])";
      std::string arrays, keys, condition;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const Column& column = table.columns[columns[i]];
        const std::string comma = i == 0 ? "" : ", ";
        arrays += comma + "$" + std::to_string(i + 1) + "::" + unbounded(column.type) + "[]";
        keys += comma + "k" + std::to_string(i);
        condition += (i == 0 ? "t." : " AND t.") + name(dialect, column.name) + " = millrace_keys.k" + std::to_string(i);
      }
      return " JOIN unnest(" + arrays + ") AS millrace_keys (" + keys + ") ON " + condition;
    }
  }
  return {};
}

std::string keys_there(Dialect dialect, const Table& table, const ColumnList& columns) {
  const std::string from = " FROM " + name(dialect, table.name) + " AS t";
  // Literals, each compared with the column itself: a list that is a table would bring a collation of its own.
  if (dialect == Dialect::mariadb) return "SELECT " + std::string(kKeyPlaceMarker) + from + key_list(dialect, table, columns);
  std::string arrays, keys, condition;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.columns[columns[i]];
    const std::string number = std::to_string(i);
    arrays += (i == 0 ? "$" : ", $") + std::to_string(i + 1) + "::" + unbounded(column.type) + "[]";
    keys += "k" + number + ", ";
    condition += (i == 0 ? " WHERE t." : " AND t.") + name(dialect, column.name) + " = millrace_keys.k" + number;
  }
  const std::string all = dialect == Dialect::sqlite ? "SELECT millrace_keys.rowid FROM temp.millrace_keys"
                                                     : "SELECT millrace_keys.place FROM unnest(" + arrays +
                                                           ") WITH ORDINALITY AS millrace_keys (" + keys + "place)";
  return all + " WHERE EXISTS (SELECT 1" + from + condition + ")";
}

Result<std::string> after(Dialect dialect, const Table& table, const ColumnList& columns, const std::vector<Value>& last) {
  std::vector<std::string> literals;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Result<std::string> made = literal(dialect, last[i], &table.columns[columns[i]]);
    if (!made) return made;
    literals.push_back(*std::move(made));
  }
  const auto named = [&](std::size_t i) { return "t." + name(dialect, table.columns[columns[i]].name); };
  if (columns.size() == 1) return named(0) + " > " + literals[0];
  if (dialect != Dialect::mariadb) {
    std::string all;
    for (std::size_t i = 0; i < literals.size(); ++i) all += (i == 0 ? "" : ", ") + literals[i];
    return "(" + names(dialect, table, columns, "t") + ") > (" + all + ")";
  }
  // MariaDB uses no index for a comparison of rows; the first condition gives it one.
  std::string rest = named(columns.size() - 1) + " > " + literals.back();
  for (std::size_t i = columns.size() - 1; i-- > 0;)
    rest = "(" + named(i) + " > " + literals[i] + " OR (" + named(i) + " = " + literals[i] + " AND " + rest + "))";
  return named(0) + " >= " + literals[0] + " AND " + rest;
}

}  // namespace millrace::subset::sql
