// What statements are made of, in each dialect.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::sql {

/// MariaDB: where the session writes the keys' literals. In SQLite keys stand in the table temp.millrace_keys (k0, k1, ...), in PostgreSQL in the arrays $1, $2, ...
inline constexpr std::string_view kKeysMarker = "/*millrace keys*/";
/// MariaDB: where the session writes a key's place, from 1. A statement that has it is written once for each key, and all of them together with UNION ALL.
inline constexpr std::string_view kKeyPlaceMarker = "/*millrace key place*/";

/// A field as a literal. `column`, where it is known, gives PostgreSQL the type.
/// Text      in quotes; NUL cannot be said by PostgreSQL and MariaDB's comparisons, and is Errc::invalid_argument there when the field is text.
[[nodiscard]] Result<std::string> literal(Dialect dialect, const Value& value, const Column* column = nullptr);
/// A name that schema's check() let through: quoted().value().
[[nodiscard]] std::string name(Dialect dialect, std::string_view name);
[[nodiscard]] std::string name(Dialect dialect, const TableName& name);
/// "a", "b", each with `alias` and a dot before it when there is one.
[[nodiscard]] std::string names(Dialect dialect, const Table& table, const ColumnList& columns, std::string_view alias = {});

/// A column of `t` as it is read: a float of MariaDB as a double, since it writes a float with six digits, of which not every float can be read back.
[[nodiscard]] std::string selected(Dialect dialect, const Column& column);

/// ` JOIN ... ON ...` or ` WHERE ...` behind a `FROM table AS t`: rows whose `columns` are among the session's keys. What follows is said with ` AND ` or ` ORDER BY`.
/// Begins with a space. After it a condition may follow with " AND (...)".
[[nodiscard]] std::string key_list(Dialect dialect, const Table& table, const ColumnList& columns);
/// A whole statement: of which of the session's keys there is a row with these `columns`. It gives their places among the keys, from 1, in any order.
[[nodiscard]] std::string keys_there(Dialect dialect, const Table& table, const ColumnList& columns);
/// `(a, b) > (1, 'x')`, in the form whose index the database uses: rows after `last` in the order of `columns`.
[[nodiscard]] Result<std::string> after(Dialect dialect, const Table& table, const ColumnList& columns,
                                        const std::vector<Value>& last);

}  // namespace millrace::subset::sql
