#include "subset/mariadb/ids.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "subset/mariadb/encode.h"
#include "subset/mariadb/rows.h"
#include "subset/mariadb/types.h"
#include "subset/sql.h"

namespace millrace::subset::mariadb {
namespace {

struct Numbering {
  std::int64_t next = 1;      ///< what the database would give
  std::int64_t greatest = 0;  ///< that a row has
  std::int64_t limit = 0;     ///< of the column's type
};

std::string literal(const std::string& text) {
  std::string made;
  append_literal(Value::of(std::string_view(text)), nullptr, made);
  return made;
}

Lazy<Page> few_rows(std::shared_ptr<Connection> connection, std::string sql) {
  const std::unique_ptr<Rows> rows = make_rows(std::move(connection), {.sql = std::move(sql)});
  Page page;
  while (co_await rows->next(page, Page::kRowsMax, std::numeric_limits<std::size_t>::max())) {
  }
  co_return page;
}

/// Numbers beyond 64 bits with sign come as text: they are as good as the end.
std::int64_t number(const Value& value) noexcept {
  if (value.kind == ValueKind::text) return std::numeric_limits<std::int64_t>::max();
  return value.integer;
}

Error about(Errc code, std::string what, const TableName& table, const Column& column) {
  return Error(code, "mariadb: " + std::move(what)).with("table", table.to_string()).with("column", column.name);
}

Lazy<Numbering> look(std::shared_ptr<Connection> connection, TableName table, Column column) {
  const std::string schema = table.schema.empty() ? "DATABASE()" : literal(table.schema);
  const Page found =
      co_await few_rows(connection,
                        "SELECT t.TABLE_NAME, c.COLUMN_NAME, t.AUTO_INCREMENT, c.COLUMN_TYPE FROM information_schema.TABLES t"
                        " JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME"
                        " WHERE t.TABLE_SCHEMA = " +
                            schema + " AND t.TABLE_NAME = " + literal(table.name) + " AND c.TABLE_SCHEMA = " + schema +
                            " AND c.TABLE_NAME = " + literal(table.name) + " AND c.EXTRA LIKE '%auto_increment%'");
  Numbering numbering;
  for (std::size_t row = 0; row < found.rows(); ++row) {
    // The catalogue does not tell A from a.
    if (found.at(row, 0).text != table.name || found.at(row, 1).text != column.name) continue;
    numbering.limit = greatest_id(found.at(row, 3).text);
    if (!found.at(row, 2).is_null()) numbering.next = std::max<std::int64_t>(number(found.at(row, 2)), 1);
  }
  if (numbering.limit == 0)
    throw ErrorException(about(Errc::unsupported, "the database does not number this column", table, column));
  const std::string name = sql::name(Dialect::mariadb, std::string_view(column.name));
  const Page greatest = co_await few_rows(connection, "SELECT MAX(" + name + ") FROM " + sql::name(Dialect::mariadb, table));
  if (!greatest.empty() && !greatest.at(0, 0).is_null()) numbering.greatest = std::max<std::int64_t>(number(greatest.at(0, 0)), 0);
  co_return numbering;
}

Lazy<void> set_next(std::shared_ptr<Connection> connection, TableName table, std::int64_t next) {
  static_cast<void>(
      co_await connection->run("ALTER TABLE " + sql::name(Dialect::mariadb, table) + " AUTO_INCREMENT = " + std::to_string(next)));
}

Lazy<std::int64_t> reserve_locked(std::shared_ptr<Connection> connection, TableName table, Column column, std::uint64_t count) {
  const Numbering numbering = co_await look(connection, table, column);
  const bool at_end = numbering.greatest == std::numeric_limits<std::int64_t>::max();
  const std::int64_t first = at_end ? numbering.greatest : std::max(numbering.next, numbering.greatest + 1);
  const auto left = numbering.limit >= first ? static_cast<std::uint64_t>(numbering.limit - first) : 0;
  // One more stays free: what the database gives next has to be a number of the column, too.
  if (at_end || count > left)
    throw ErrorException(about(Errc::full, "the column's type has no " + std::to_string(count) + " numbers left", table, column));
  if (count != 0) co_await set_next(connection, table, first + static_cast<std::int64_t>(count));
  co_return first;
}

void refuse_in_transaction(const Connection& connection, const TableName& table, const Column& column) {
  if (connection.in_transaction())
    throw ErrorException(
        about(Errc::invalid_argument, "numbers cannot be reserved in a transaction: it would be committed", table, column));
}

}  // namespace

Async<std::int64_t> reserve_ids(Loop& /*loop*/, std::shared_ptr<Connection> connection, TableName table, Column column,
                                std::uint64_t count) {
  refuse_in_transaction(*connection, table, column);
  const std::string name = sql::name(Dialect::mariadb, table);
  static_cast<void>(co_await connection->run("LOCK TABLES " + name + " WRITE"));
  std::optional<Error> wrong;
  std::int64_t first = 0;
  try {
    first = co_await reserve_locked(connection, table, column, count);
  } catch (const ErrorException& thrown) {
    wrong = thrown.error();
  }
  if (wrong) connection->check();
  static_cast<void>(co_await connection->run("UNLOCK TABLES"));
  if (wrong) throw ErrorException(*wrong);
  co_return first;
}

Async<void> advance_ids(Loop& /*loop*/, std::shared_ptr<Connection> connection, TableName table, Column column) {
  const Numbering numbering = co_await look(connection, table, column);
  if (numbering.next > numbering.greatest || numbering.greatest >= numbering.limit) co_return;
  refuse_in_transaction(*connection, table, column);
  co_await set_next(connection, table, numbering.greatest + 1);
}

}  // namespace millrace::subset::mariadb
