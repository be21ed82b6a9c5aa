// Session: one connection to a database, driven by a loop. What the closure, the reader, the writer and the ledger know of a database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/abort.h>
#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/subset/job.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

/// A statement that gives rows.
struct Query {
  /// Where `keys` is given, the statement has what sql::key_list() of its dialect made of it.
  std::string sql;
  /// Keys to look up, at most Session::kKeysMax; columns as in sql::key_list(). Has to live until the Rows are at their end.
  const Page* keys = nullptr;
};

/// What one statement gives, in pieces. One at a time for a session, which takes nothing else until the rows are at their end or given up.
class Rows {
 public:
  Rows() = default;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  /// Given up before the end: what is still to come is thrown away by the session's next call.
  virtual ~Rows() = default;

  /// Appends rows to `page`, whose columns it sets when it is empty, until it has `rows_max` rows or, with the row that goes beyond it, `bytes_max` bytes. False when these
  /// were the last: the database said that it is done, and gave as many as it said.
  /// Errors    what the database says; a connection that broke off; Errc::invalid_argument: a field that cannot be understood. Never a short answer.
  [[nodiscard]] virtual Promise<bool> next(Page& page, std::size_t rows_max, std::size_t bytes_max) = 0;
};

/// Rows that go into one table, as one statement where the database can (COPY).
struct Insertion {
  TableName table;
  std::vector<Column> columns;  ///< as the target has them, in the order of the pages' columns
  using Existing = ExistingRows;
  Existing existing = Existing::error;
  ColumnList key{};  ///< by which a row is recognised, for skip and update: places in `columns`
};

/// Kept by one loop and used on its thread; one call at a time, each after the promise of the one before has settled.
/// Errors    carry `sql` (without fields) and, where the database says, `table`, `column`, `constraint`, `sqlstate` in their context; never a field's content but under `detail`.
///           Errc::closed after close(), Errc::aborted after cancel().
/// Blocking  nothing on the loop's thread: sockets are waited for by the loop, SQLite and other calls that block have a thread of their own.
class Session {
 public:
  static constexpr std::size_t kKeysMax = 10'000;

  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  /// Ends it; what is not committed is rolled back by the database.
  virtual ~Session() = default;

  [[nodiscard]] virtual Loop& loop() const noexcept = 0;
  [[nodiscard]] virtual Dialect dialect() const noexcept = 0;
  /// For people, without passwords: "postgres://host:5432/shop".
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;

  /// What the database says of its tables. Not while rows are open.
  [[nodiscard]] virtual Promise<Schema> read_schema() = 0;

  /// A transaction that reads one moment's state and writes nothing.
  /// `snapshot`  one that export_snapshot() of another session gave.
  [[nodiscard]] virtual Promise<void> begin_snapshot(std::optional<std::string> snapshot) = 0;
  /// What other sessions can begin with while this one's transaction lasts; nothing where the database has no such thing.
  [[nodiscard]] virtual Promise<std::optional<std::string>> export_snapshot() = 0;
  /// A transaction that writes.
  [[nodiscard]] virtual Promise<void> begin() = 0;
  [[nodiscard]] virtual Promise<void> commit() = 0;
  [[nodiscard]] virtual Promise<void> rollback() = 0;

  /// A statement without rows; how many it touched. Several, with semicolons between them, where the database takes them.
  [[nodiscard]] virtual Promise<std::uint64_t> execute(std::string sql) = 0;
  [[nodiscard]] virtual std::unique_ptr<Rows> query(Query query) = 0;

  /// Opens an insertion; pages go in by insert(), and finish_insert() tells how many rows the database took. Between them nothing else is called.
  [[nodiscard]] virtual Promise<void> begin_insert(Insertion insertion) = 0;
  /// The page has to live until the promise settles.
  [[nodiscard]] virtual Promise<void> insert(const Page& page) = 0;
  [[nodiscard]] virtual Promise<std::uint64_t> finish_insert() = 0;

  /// Reserves `count` numbers that nobody else gets for the identity column `column` and returns the first; consecutive. Outside of a transaction: it has one of its own
  /// where it needs one, and what is reserved and never used is a gap. Where a database cannot reserve (SQLite without AUTOINCREMENT), somebody who inserts at the same time
  /// makes an insertion fail, never go wrong.
  /// Errors    Errc::unsupported: the column is none that the database numbers.
  [[nodiscard]] virtual Promise<std::int64_t> reserve_ids(const TableName& table, const Column& column, std::uint64_t count) = 0;
  /// After rows with numbers of their own: what the database numbers next is beyond all there are.
  [[nodiscard]] virtual Promise<void> advance_ids(const TableName& table, const Column& column) = 0;

  /// Ends what is under way, soon, with Errc::aborted; the session is of no use afterwards.
  virtual void cancel() noexcept = 0;
};

/// All rows of a statement that gives few. At most `rows_max`; more is Errc::full.
[[nodiscard]] Promise<Page> fetch(Session& session, Query query, std::size_t rows_max);

}  // namespace millrace::subset
