// SQLite's handles as owners.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/subset/page.h>
#include <millrace/subset/sqlite_schema.h>

#include "subset/sqlite/errors.h"

namespace millrace::subset {

/// One prepared statement. Lifetime: the connection's.
class SqliteStatement {
 public:
  explicit SqliteStatement(sqlite3_stmt* statement) noexcept : statement_(statement) {}

  /// The first row, or the next: false when there is none. Errors: SQLite's.
  [[nodiscard]] Result<bool> step();
  /// To the beginning, for new values.
  void reset() noexcept { sqlite3_reset(statement_.get()); }
  [[nodiscard]] int columns() const noexcept { return sqlite3_column_count(statement_.get()); }

  // Of the row. NULL is the empty text, or zero.
  [[nodiscard]] std::string_view text(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] bool is_null(int column) const noexcept { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

  void bind(int parameter, std::string_view text) noexcept;
  void bind(int parameter, std::int64_t value) noexcept { sqlite3_bind_int64(statement_.get(), parameter, value); }
  /// Texts and bytes are not copied: they live until another value is bound. A NaN is NULL, as SQLite has none. False: no memory, or too long.
  [[nodiscard]] bool bind(int parameter, const Value& value) noexcept;
  void forget_values() noexcept { sqlite3_clear_bindings(statement_.get()); }
  /// What SQLite said last, with `sql` in its context.
  [[nodiscard]] Error error() const;
  [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Thread: one at a time.
class SqliteConnection {
 public:
  enum class Access : std::uint8_t { read, write, create };
  /// Errors: as read_sqlite_schema(), and std::errc::permission_denied: the file cannot be written.
  [[nodiscard]] static Result<SqliteConnection> open(const std::string& path, Access access);
  /// Only for reading, and waits for who holds the database. Errors: as read_sqlite_schema().
  [[nodiscard]] static Result<SqliteConnection> open_to_read(const SqliteSource& source);
  /// One statement. Errors: SQLite's; Errc::invalid_argument: there is none, or there is more.
  [[nodiscard]] Result<SqliteStatement> prepare(std::string_view sql);
  /// Statements without rows that anybody wants, with semicolons between them. How many rows they touched.
  [[nodiscard]] Result<std::uint64_t> run(std::string_view sql);
  /// False: a transaction is under way.
  [[nodiscard]] bool idle() const noexcept { return sqlite3_get_autocommit(connection_.get()) != 0; }
  [[nodiscard]] sqlite3* get() const noexcept { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
  };
  explicit SqliteConnection(sqlite3* connection) noexcept : connection_(connection) {}
  /// The first statement of `sql`, which is then what follows. Nothing: there was none.
  [[nodiscard]] Result<std::optional<SqliteStatement>> prepare_first(std::string_view& sql);
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace millrace::subset
