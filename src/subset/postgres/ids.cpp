#include "subset/postgres/ids.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "subset/postgres/rows.h"
#include "subset/sql.h"

namespace millrace::subset {
namespace {

using ConnectionRef = std::shared_ptr<PostgresConnection>;

struct Sequence {
  std::string name;  ///< quoted
  std::int64_t step = 1;
  bool own = false;  ///< we may alter it
};

std::string literal(std::string_view text) { return unwrap(sql::literal(Dialect::postgres, Value::of(text))); }
/// For functions that take a sequence.
std::string reference(const Sequence& sequence) { return literal(sequence.name) + "::regclass"; }

Lazy<void> run(ConnectionRef connection, std::string sql) {
  Lazy<PostgresConnection::Outcome> done = connection->execute(std::move(sql));
  co_await std::move(done);
}

/// The error that a statement ends with, as a value: what is done about it waits for the database, which a handler of exceptions cannot.
Lazy<std::optional<Error>> try_run(ConnectionRef connection, std::string sql) {
  std::optional<Error> failure;
  try {
    co_await run(connection, std::move(sql));
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  co_return failure;
}

bool out_of_numbers(const Error& error) {
  const std::string_view state = error.context("sqlstate");
  return state == "2200H" || state == "22003";
}

/// What the column's numbers come from: the sequence of its identity, or that of its default when this is nothing but nextval().
Lazy<Sequence> find_sequence(ConnectionRef connection, TableName table, std::string column) {
  const std::string of_table = literal(sql::name(Dialect::postgres, table)) + "::regclass";
  std::string statement =
      "SELECT n.nspname, s.relname, q.seqincrement, pg_has_role(s.relowner, 'USAGE') FROM pg_attribute a CROSS JOIN LATERAL ("
      "SELECT d.objid AS id FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND "
      "d.refobjid = a.attrelid "
      "AND d.refobjsubid = a.attnum AND d.deptype = 'i' AND a.attidentity <> '' "
      "UNION ALL SELECT d.refobjid FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid "
      "AND "
      "d.refclassid = 'pg_class'::regclass WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum AND a.attidentity = '' AND "
      "pg_get_expr(f.adbin, f.adrelid) ~ '^nextval\\(''.*''::regclass\\)$') AS used JOIN pg_class s ON s.oid = used.id AND "
      "s.relkind = 'S' "
      "JOIN pg_sequence q ON q.seqrelid = s.oid JOIN pg_namespace n ON n.oid = s.relnamespace WHERE a.attrelid = " +
      of_table + " AND a.attname = " + literal(column);
  Lazy<Page> found = fetch_postgres(connection, std::move(statement), 10);
  const Page page = co_await std::move(found);
  if (page.rows() != 1)
    throw ErrorException(Error(Errc::unsupported, "the column is none that the database numbers")
                             .with("table", table.to_string())
                             .with("column", column));
  const TableName name{.schema = std::string(page.at(0, 0).text), .name = std::string(page.at(0, 1).text)};
  co_return Sequence{.name = sql::name(Dialect::postgres, name), .step = page.at(0, 2).integer, .own = page.at(0, 3).integer != 0};
}

/// Altering a sequence, be it to what it is, locks it against everybody's nextval() until the transaction ends: what is read meanwhile stays true.
/// The limit holds for the rest of the transaction or savepoint.
std::string lock_statement(const Sequence& sequence) {
  return "SET LOCAL lock_timeout = " + std::to_string(kLockLimitMs) + "; ALTER SEQUENCE " + sequence.name + " INCREMENT BY " +
         std::to_string(sequence.step);
}

/// Nothing: somebody has the sequence and does not let go.
Lazy<std::optional<std::int64_t>> reserve_locked(ConnectionRef connection, Sequence sequence, std::uint64_t count) {
  co_await run(connection, "BEGIN");
  std::optional<Error> failure = co_await try_run(connection, lock_statement(sequence));
  std::optional<std::int64_t> first;
  if (!failure) {
    try {
      const std::string id = reference(sequence);
      std::string statement = "SELECT setval(" + id + ", nextval(" + id + ") + " + std::to_string(count - 1) + ")";
      Lazy<Page> drawn = fetch_postgres(connection, std::move(statement), 1);
      const Page page = co_await std::move(drawn);
      first = page.at(0, 0).integer - static_cast<std::int64_t>(count - 1);
      co_await run(connection, "COMMIT");
      co_return first;
    } catch (const ErrorException& exception) {
      failure = exception.error();
    }
  }
  co_await try_run(connection, "ROLLBACK");
  if (failure->context("sqlstate") == "55P03") co_return std::nullopt;
  throw ErrorException(*std::move(failure));
}

/// Numbers drawn one by one are ours whatever others do; whether they are consecutive shows afterwards.
Lazy<std::int64_t> reserve_drawn(ConnectionRef connection, Sequence sequence, std::uint64_t count) {
  if (count > kDrawMax) throw ErrorException(Error(Errc::full, "more numbers than can be drawn one by one (kDrawMax)"));
  for (int attempt = 0; attempt < kDrawAttempts; ++attempt) {
    std::string statement = "SELECT min(n), max(n), count(*) FROM (SELECT nextval(" + reference(sequence) +
                            ") AS n FROM generate_series(1, " + std::to_string(count) + ")) AS drawn";
    Lazy<Page> drawn = fetch_postgres(connection, std::move(statement), 1);
    const Page page = co_await std::move(drawn);
    const std::int64_t first = page.at(0, 0).integer;
    if (page.at(0, 1).integer - first == static_cast<std::int64_t>(count - 1) &&
        page.at(0, 2).integer == static_cast<std::int64_t>(count))
      co_return first;
  }
  throw ErrorException(Error(std::make_error_code(std::errc::resource_deadlock_would_occur),
                             "others draw numbers from " + sequence.name + " all the time: there are never enough consecutive ones")
                           .with_retry({.retryable = true}));
}

/// Draws numbers until they are beyond `least`: slow, and right beside whoever else draws.
Lazy<void> draw_beyond(ConnectionRef connection, Sequence sequence, std::int64_t least) {
  for (;;) {
    Lazy<Page> read = fetch_postgres(connection, "SELECT last_value, is_called FROM " + sequence.name, 1);
    const Page now = co_await std::move(read);
    const std::int64_t last = now.at(0, 0).integer;
    if (last > least || (last == least && now.at(0, 1).integer != 0)) co_return;
    const auto steps = static_cast<std::uint64_t>(sequence.step);
    // A sequence that nobody has asked yet gives its last_value first.
    const std::uint64_t distance = last < least ? static_cast<std::uint64_t>(least) - static_cast<std::uint64_t>(last) : 0;
    const std::uint64_t missing = (distance + steps - 1) / steps + (now.at(0, 1).integer != 0 ? 0U : 1U);
    if (missing > kDrawMax)
      throw ErrorException(
          Error(Errc::unsupported, "the sequence " + sequence.name + " is far behind its column, and only its owner may set it"));
    Lazy<Page> drawn = fetch_postgres(
        connection, "SELECT max(nextval(" + reference(sequence) + ")) FROM generate_series(1, " + std::to_string(missing) + ")", 1);
    co_await std::move(drawn);
  }
}

}  // namespace

Lazy<std::int64_t> reserve_postgres_ids(ConnectionRef connection, TableName table, std::string column, std::uint64_t count) {
  if (count == 0 || count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    throw ErrorException(Error(Errc::invalid_argument, "so many numbers cannot be reserved: " + std::to_string(count)));
  co_await connection->settle();
  if (connection->in_transaction())
    throw ErrorException(Error(Errc::invalid_argument, "numbers are reserved outside of a transaction"));
  Lazy<Sequence> found = find_sequence(connection, std::move(table), column);
  const Sequence sequence = co_await std::move(found);
  if (sequence.step != 1)
    throw ErrorException(
        Error(Errc::unsupported, "the sequence " + sequence.name + " does not count by one").with("column", column));
  std::optional<Error> failure;
  try {
    if (sequence.own) {
      Lazy<std::optional<std::int64_t>> locked = reserve_locked(connection, sequence, count);
      if (const std::optional<std::int64_t> first = co_await std::move(locked)) co_return *first;
    }
    Lazy<std::int64_t> drawn = reserve_drawn(connection, sequence, count);
    co_return co_await std::move(drawn);
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  if (out_of_numbers(*failure))
    throw ErrorException(failure->wrap(Errc::full, "the sequence " + sequence.name + " has not so many numbers left"));
  throw ErrorException(*std::move(failure));
}

Lazy<void> advance_postgres_ids(ConnectionRef connection, TableName table, std::string column) {
  co_await connection->settle();
  Lazy<Sequence> found = find_sequence(connection, table, column);
  const Sequence sequence = co_await std::move(found);
  if (sequence.step < 1)
    throw ErrorException(Error(Errc::unsupported, "the sequence " + sequence.name + " counts downwards").with("column", column));
  const bool inside = connection->in_transaction();
  std::optional<Error> failure;
  if (sequence.own) {
    co_await run(connection, inside ? "SAVEPOINT millrace_ids" : "BEGIN");
    failure = co_await try_run(connection, lock_statement(sequence));
    if (!failure)
      failure = co_await try_run(connection, "SELECT setval(" + reference(sequence) + ", m) FROM (SELECT max(" +
                                                 sql::name(Dialect::postgres, column) + ")::bigint AS m FROM " +
                                                 sql::name(Dialect::postgres, table) + ") AS t, " + sequence.name +
                                                 " AS s WHERE m > s.last_value OR (m = s.last_value AND NOT s.is_called)");
    if (!failure) {
      co_await run(connection, inside ? "RELEASE SAVEPOINT millrace_ids; SET LOCAL lock_timeout = DEFAULT" : "COMMIT");
      co_return;
    }
    co_await try_run(connection, inside ? "ROLLBACK TO SAVEPOINT millrace_ids" : "ROLLBACK");
    if (failure->context("sqlstate") != "55P03") throw ErrorException(*std::move(failure));
  }
  Lazy<Page> read = fetch_postgres(
      connection, "SELECT max(" + sql::name(Dialect::postgres, column) + ")::bigint FROM " + sql::name(Dialect::postgres, table),
      1);
  const Page greatest = co_await std::move(read);
  if (greatest.at(0, 0).is_null()) co_return;
  Lazy<void> drawn = draw_beyond(connection, sequence, greatest.at(0, 0).integer);
  co_await std::move(drawn);
}

}  // namespace millrace::subset
