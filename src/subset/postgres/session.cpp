#include "subset/postgres/session.h"

#include <optional>
#include <string>
#include <utility>

#include <millrace/async.h>

#include "subset/postgres/connection.h"
#include "subset/postgres/ids.h"
#include "subset/postgres/insertion.h"
#include "subset/postgres/rows.h"
#include "subset/postgres/schema_reader.h"
#include "subset/sql.h"

namespace millrace::subset {
namespace {

using ConnectionRef = std::shared_ptr<PostgresConnection>;
using Use = PostgresConnection::Use;

// What the calls of the session do. Each holds what it uses for itself: the session may go first.

Async<std::uint64_t> execute_on(Loop& /*loop*/, ConnectionRef connection, std::string sql) {
  const PostgresTurn turn(*connection);
  Lazy<PostgresConnection::Outcome> done = connection->execute(std::move(sql));
  co_return (co_await std::move(done)).touched;
}

Async<void> begin_on(Loop& /*loop*/, ConnectionRef connection) {
  const PostgresTurn turn(*connection);
  Lazy<PostgresConnection::Outcome> done = connection->execute("BEGIN READ WRITE");
  co_await std::move(done);
}

Async<void> commit_on(Loop& /*loop*/, ConnectionRef connection) {
  const PostgresTurn turn(*connection);
  Lazy<PostgresConnection::Outcome> done = connection->execute("COMMIT");
  const PostgresConnection::Outcome outcome = co_await std::move(done);
  // To COMMIT after an error PostgreSQL says ROLLBACK, and calls it a success.
  if (outcome.tag != "COMMIT")
    throw ErrorException(Error(Errc::aborted, "nothing was committed: a statement of the transaction had failed before"));
}

Async<void> rollback_on(Loop& /*loop*/, ConnectionRef connection) {
  const PostgresTurn turn(*connection);
  Lazy<PostgresConnection::Outcome> done = connection->execute("ROLLBACK");
  co_await std::move(done);
}

Async<void> begin_snapshot_on(Loop& /*loop*/, ConnectionRef connection, std::optional<std::string> snapshot) {
  const PostgresTurn turn(*connection);
  // Without a query of its own the moment would be that of the first one, whenever it comes.
  std::string sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ";
  sql += snapshot ? "SET TRANSACTION SNAPSHOT " + unwrap(sql::literal(Dialect::postgres, Value::of(*snapshot))) : "SELECT 1";
  std::optional<Error> failure;
  try {
    Lazy<PostgresConnection::Outcome> begun = connection->execute(std::move(sql));
    co_await std::move(begun);
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  if (!failure) co_return;
  try {
    Lazy<PostgresConnection::Outcome> ended = connection->execute("ROLLBACK");
    co_await std::move(ended);
  } catch (const ErrorException&) {
    // The connection is gone; the first error says why.
  }
  throw ErrorException(*std::move(failure));
}

Async<std::optional<std::string>> export_snapshot_on(Loop& /*loop*/, ConnectionRef connection) {
  const PostgresTurn turn(*connection);
  co_await connection->settle();
  // Outside of a transaction it would be over when its name arrives.
  if (!connection->in_transaction())
    throw ErrorException(Error(Errc::invalid_argument, "only a transaction has a snapshot to share"));
  Lazy<Page> read = fetch_postgres(connection, "SELECT pg_export_snapshot()", 1);
  const Page page = co_await std::move(read);
  co_return std::optional<std::string>(std::string(page.at(0, 0).text));
}

Async<Schema> read_schema_on(Loop& /*loop*/, ConnectionRef connection) {
  const PostgresTurn turn(*connection);
  Lazy<Schema> read = read_postgres_schema(connection);
  co_return co_await std::move(read);
}

Async<std::int64_t> reserve_on(Loop& /*loop*/, ConnectionRef connection, TableName table, std::string column, std::uint64_t count) {
  const PostgresTurn turn(*connection);
  Lazy<std::int64_t> reserved = reserve_postgres_ids(connection, std::move(table), std::move(column), count);
  co_return co_await std::move(reserved);
}

Async<void> advance_on(Loop& /*loop*/, ConnectionRef connection, TableName table, std::string column) {
  const PostgresTurn turn(*connection);
  Lazy<void> advanced = advance_postgres_ids(connection, std::move(table), std::move(column));
  co_await std::move(advanced);
}

using InsertionRef = std::shared_ptr<PostgresInsertion>;

Async<void> begin_insertion(Loop& /*loop*/, InsertionRef insertion) {
  const PostgresTurn turn(insertion->connection());
  co_await insertion->begin();
}

Async<void> write_insertion(Loop& /*loop*/, InsertionRef insertion, const Page& page) {
  const PostgresTurn turn(insertion->connection(), Use::insertion);
  co_await insertion->write(page);
}

Async<std::uint64_t> finish_insertion(Loop& /*loop*/, InsertionRef insertion) {
  const PostgresTurn turn(insertion->connection(), Use::insertion);
  co_return co_await insertion->finish();
}

class PostgresSession final : public Session {
 public:
  explicit PostgresSession(ConnectionRef connection) : connection_(std::move(connection)) {}
  ~PostgresSession() override { connection_->close(); }

  Loop& loop() const noexcept override { return connection_->loop(); }
  Dialect dialect() const noexcept override { return Dialect::postgres; }
  const std::string& name() const noexcept override { return connection_->name(); }

  Promise<Schema> read_schema() override { return read_schema_on(loop(), connection_); }
  Promise<void> begin_snapshot(std::optional<std::string> snapshot) override {
    return begin_snapshot_on(loop(), connection_, std::move(snapshot));
  }
  Promise<std::optional<std::string>> export_snapshot() override { return export_snapshot_on(loop(), connection_); }
  Promise<void> begin() override { return begin_on(loop(), connection_); }
  Promise<void> commit() override { return commit_on(loop(), connection_); }
  Promise<void> rollback() override { return rollback_on(loop(), connection_); }
  Promise<std::uint64_t> execute(std::string sql) override { return execute_on(loop(), connection_, std::move(sql)); }
  std::unique_ptr<Rows> query(Query query) override { return make_postgres_rows(connection_, std::move(query)); }

  Promise<void> begin_insert(Insertion insertion) override {
    auto begun = std::make_shared<PostgresInsertion>(connection_, std::move(insertion));
    // Else the one that is open stays: begin_insertion() refuses.
    if (connection_->use() == Use::none) insertion_ = begun;
    return begin_insertion(loop(), std::move(begun));
  }
  Promise<void> insert(const Page& page) override {
    if (!insertion_) return no_insertion<void>();
    return write_insertion(loop(), insertion_, page);
  }
  Promise<std::uint64_t> finish_insert() override {
    if (!insertion_) return no_insertion<std::uint64_t>();
    return finish_insertion(loop(), insertion_);
  }

  Promise<std::int64_t> reserve_ids(const TableName& table, const Column& column, std::uint64_t count) override {
    return reserve_on(loop(), connection_, table, column.name, count);
  }
  Promise<void> advance_ids(const TableName& table, const Column& column) override {
    return advance_on(loop(), connection_, table, column.name);
  }
  void cancel() noexcept override { connection_->cancel(); }

 private:
  template <typename T>
  Promise<T> no_insertion() const {
    return Promise<T>::rejected(loop(), Error(Errc::invalid_argument, "there is no insertion to go on with"));
  }

  ConnectionRef connection_;
  InsertionRef insertion_;
};

Async<std::unique_ptr<Session>> open_session(Loop& loop, PostgresOptions options) {
  Lazy<ConnectionRef> connected = connect_postgres(loop, std::move(options));
  ConnectionRef connection = co_await std::move(connected);
  co_return std::unique_ptr<Session>(std::make_unique<PostgresSession>(std::move(connection)));
}

}  // namespace

Promise<std::unique_ptr<Session>> open_postgres(Loop& loop, PostgresOptions options) {
  return open_session(loop, std::move(options));
}

}  // namespace millrace::subset
