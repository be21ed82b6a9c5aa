#include "subset/sqlite/ids.h"

#include <algorithm>
#include <limits>
#include <string>

#include "subset/sql.h"
#include "subset/sqlite/schema_reader.h"

namespace millrace::subset {
namespace {

/// As the database spells it.
Result<std::string> spelled(SqliteConnection& connection, const TableName& table) {
  Result<SqliteStatement> find =
      connection.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE");
  if (!find) return fail(find.error());
  find->bind(1, table.name);
  const Result<bool> found = find->step();
  if (!found) return fail(found.error());
  if (!*found) return fail(Error(Errc::not_found, "sqlite: there is no such table").with("table", table.to_string()));
  return std::string(find->text(0));
}

Result<std::int64_t> greatest(SqliteConnection& connection, std::string_view sql, const std::string* name) {
  Result<SqliteStatement> find = connection.prepare(sql);
  if (!find) return fail(find.error());
  if (name != nullptr) find->bind(1, *name);
  const Result<bool> found = find->step();
  if (!found) return fail(found.error());
  return *found ? std::max<std::int64_t>(find->integer(0), 0) : 0;  // numbers that SQLite gives begin with one
}

Result<std::int64_t> behind(std::int64_t last, std::uint64_t count, const TableName& table) {
  const auto left = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - last);
  if (left == 0 || count > left)
    return fail(Error(Errc::full, "sqlite: there are not so many numbers left")
                    .with("table", table.to_string())
                    .with("left", std::to_string(left)));
  return last + 1;
}

struct Numbered {
  SqliteConnection& connection;
  const TableName& table;
  const std::string name;  ///< the table's, as the database spells it
  const std::string last_row;

  [[nodiscard]] Result<std::int64_t> note(std::uint64_t count) const {
    const Result<std::int64_t> row = greatest(connection, last_row, nullptr);
    if (!row) return row;
    const Result<std::int64_t> noted = greatest(connection, "SELECT max(seq) FROM main.sqlite_sequence WHERE name = ?1", &name);
    if (!noted) return noted;
    const Result<std::int64_t> first = behind(std::max(*row, *noted), count, table);
    if (!first) return first;
    const std::int64_t last = *first + static_cast<std::int64_t>(count) - 1;
    for (const std::string_view sql :
         {"UPDATE main.sqlite_sequence SET seq = ?2 WHERE name = ?1",
          "INSERT INTO main.sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_sequence WHERE "
          "name = ?1)"}) {
      Result<SqliteStatement> write = connection.prepare(sql);
      if (!write) return fail(write.error());
      write->bind(1, name);
      write->bind(2, last);
      if (const Result<bool> done = write->step(); !done) return fail(done.error());
    }
    return first;
  }
};

}  // namespace

Result<void> check_is_row_number(SqliteConnection& connection, const TableName& table, const Column& column) {
  const Result<std::string> name = spelled(connection, table);
  if (!name) return fail(name.error());
  // A primary key of one column that needs no index, in a table whose rows are numbered.
  Result<SqliteStatement> find = connection.prepare(
      "SELECT c.name FROM pragma_table_list(?1) AS t, pragma_table_info(?1) AS c WHERE t.schema = 'main' AND t.wr = 0 AND c.pk > 0 "
      "AND (SELECT count(*) FROM pragma_table_info(?1) WHERE pk > 0) = 1 "
      "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk')");
  if (!find) return fail(find.error());
  find->bind(1, *name);
  const Result<bool> found = find->step();
  if (!found) return fail(found.error());
  if (!*found || folded(find->text(0)) != folded(column.name))
    return fail(Error(Errc::unsupported, "sqlite: the column is not the row's number, so that the database gives no value to it")
                    .with("table", table.to_string())
                    .with("column", column.name));
  return {};
}

Result<std::int64_t> reserve_sqlite_ids(SqliteConnection& connection, const TableName& table, const Column& column,
                                        std::uint64_t count) {
  if (count == 0) return fail(Errc::invalid_argument, "sqlite: no numbers are wanted");
  if (const Result<void> checked = check_is_row_number(connection, table, column); !checked) return fail(checked.error());
  const Result<std::string> name = spelled(connection, table);
  if (!name) return fail(name.error());
  const std::string last_row =
      "SELECT max(" + sql::name(Dialect::sqlite, column.name) + ") FROM main." + sql::name(Dialect::sqlite, *name);
  int remembers = 0;
  if (sqlite3_table_column_metadata(connection.get(), "main", name->c_str(), column.name.c_str(), nullptr, nullptr, nullptr,
                                    nullptr, &remembers) != SQLITE_OK)
    return fail(sqlite_error(connection.get(), "asking how a column is numbered"));
  if (remembers == 0) {
    const Result<std::int64_t> last = greatest(connection, last_row, nullptr);
    return last ? behind(*last, count, table) : last;
  }
  if (const auto begun = connection.run("BEGIN IMMEDIATE"); !begun) return fail(begun.error());
  Result<std::int64_t> first = Numbered{connection, table, *name, last_row}.note(count);
  if (first)
    if (const auto committed = connection.run("COMMIT"); !committed) first = fail(committed.error());
  if (!first && !connection.idle()) static_cast<void>(connection.run("ROLLBACK"));
  return first;
}

}  // namespace millrace::subset
