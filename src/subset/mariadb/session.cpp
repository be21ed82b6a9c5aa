#include "subset/mariadb/session.h"

#include <optional>
#include <utility>

#include <millrace/async.h>

#include "subset/mariadb/connection.h"
#include "subset/mariadb/ids.h"
#include "subset/mariadb/insertion.h"
#include "subset/mariadb/opening.h"
#include "subset/mariadb/rows.h"
#include "subset/mariadb/schema_reader.h"

namespace millrace::subset {
namespace {

using mariadb::Connection;
using mariadb::InsertionRun;
using Shared = std::shared_ptr<Connection>;

Async<std::uint64_t> execute_in(Loop& /*loop*/, Shared connection, std::string sql) {
  const mariadb::Outcome outcome = co_await connection->run(std::move(sql));
  co_return outcome.touched;
}

Async<void> begin_in(Loop& /*loop*/, Shared connection, std::string sql) {
  connection->check();
  if (connection->in_transaction())
    throw ErrorException(
        Error(Errc::invalid_argument, "mariadb: a transaction is open already, and beginning another would commit it"));
  connection->doomed = false;
  static_cast<void>(co_await connection->run(std::move(sql)));
}

Async<void> commit_in(Loop& /*loop*/, Shared connection) {
  connection->check();
  // A statement that commits by itself (ALTER TABLE, ...) would have made two of what was to be one.
  if (!connection->in_transaction())
    throw ErrorException(
        Error(Errc::invalid_argument, "mariadb: there is no transaction to commit; a statement in between has ended it"));
  static_cast<void>(co_await connection->run("COMMIT"));
}

Async<void> rollback_in(Loop& /*loop*/, Shared connection) {
  static_cast<void>(co_await connection->run(std::string(Connection::kRollback)));
  connection->doomed = false;
}

Async<void> insert_in(Loop& /*loop*/, std::shared_ptr<InsertionRun> run, const Page& page) { co_await run->insert(page); }

class MariadbSession final : public Session {
 public:
  MariadbSession(Shared connection, std::string name) : connection_(std::move(connection)), name_(std::move(name)) {}
  ~MariadbSession() override {
    insertion_.reset();
    // What still waits ends; the connection itself goes with the last coroutine that has it.
    if (connection_.use_count() > 1) connection_->end(Error(Errc::closed, "mariadb: the session is closed"));
  }

  [[nodiscard]] Loop& loop() const noexcept override { return connection_->loop(); }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::mariadb; }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] Promise<Schema> read_schema() override { return mariadb::read_schema(loop(), connection_); }

  [[nodiscard]] Promise<void> begin_snapshot(std::optional<std::string> snapshot) override {
    if (snapshot) return Promise<void>::rejected(loop(), Error(Errc::unsupported, "mariadb: it has no snapshots to share"));
    return begin_in(loop(), connection_,
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
  }
  [[nodiscard]] Promise<std::optional<std::string>> export_snapshot() override {
    return Promise<std::optional<std::string>>::resolved(loop(), std::nullopt);
  }
  [[nodiscard]] Promise<void> begin() override { return begin_in(loop(), connection_, "START TRANSACTION"); }
  [[nodiscard]] Promise<void> commit() override { return commit_in(loop(), connection_); }
  [[nodiscard]] Promise<void> rollback() override {
    insertion_.reset();
    return rollback_in(loop(), connection_);
  }

  [[nodiscard]] Promise<std::uint64_t> execute(std::string sql) override { return execute_in(loop(), connection_, std::move(sql)); }
  [[nodiscard]] std::unique_ptr<Rows> query(Query query) override { return mariadb::make_rows(connection_, std::move(query)); }

  [[nodiscard]] Promise<void> begin_insert(Insertion insertion) override {
    try {
      connection_->check();
      insertion_ = std::make_shared<InsertionRun>(connection_, std::move(insertion));
    } catch (const ErrorException& thrown) {
      return Promise<void>::rejected(loop(), thrown.error());
    }
    return Promise<void>::resolved(loop());
  }
  [[nodiscard]] Promise<void> insert(const Page& page) override {
    if (!insertion_) return Promise<void>::rejected(loop(), not_begun());
    return insert_in(loop(), insertion_, page);
  }
  [[nodiscard]] Promise<std::uint64_t> finish_insert() override {
    if (!insertion_) return Promise<std::uint64_t>::rejected(loop(), not_begun());
    return Promise<std::uint64_t>::resolved(loop(), std::exchange(insertion_, nullptr)->taken());
  }

  [[nodiscard]] Promise<std::int64_t> reserve_ids(const TableName& table, const Column& column, std::uint64_t count) override {
    return mariadb::reserve_ids(loop(), connection_, table, column, count);
  }
  [[nodiscard]] Promise<void> advance_ids(const TableName& table, const Column& column) override {
    return mariadb::advance_ids(loop(), connection_, table, column);
  }
  void cancel() noexcept override { connection_->end(Error(Errc::aborted, "mariadb: the session was cancelled")); }

 private:
  static Error not_begun() { return {Errc::invalid_argument, "mariadb: rows for an insertion that was not begun"}; }

  Shared connection_;
  std::string name_;
  std::shared_ptr<InsertionRun> insertion_{};
};

Async<std::unique_ptr<Session>> open(Loop& loop, MariadbOptions options) {
  mariadb::Address address = unwrap(mariadb::parse_address(options.address));
  std::string name = address.name();
  const auto connection = std::make_shared<Connection>(loop);
  co_await mariadb::open_connection(connection, std::move(address), options.connect_limit);
  connection->takes_lines = connection->takes_lines && options.load_data;
  std::unique_ptr<Session> session = std::make_unique<MariadbSession>(connection, std::move(name));
  co_return session;
}

}  // namespace

Promise<std::unique_ptr<Session>> open_mariadb(Loop& loop, MariadbOptions options) { return open(loop, std::move(options)); }

}  // namespace millrace::subset
