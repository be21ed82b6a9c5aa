// SQLite's handles as owners, and its errors as ours.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/subset/sqlite_schema.h>

namespace millrace::subset {

/// One prepared statement. Lifetime: the connection's.
class SqliteStatement {
 public:
  explicit SqliteStatement(sqlite3_stmt* statement) noexcept : statement_(statement) {}

  /// The first row, or the next: false when there is none. Errors: SQLite's.
  [[nodiscard]] Result<bool> step();
  // Of the row. NULL is the empty text, or zero.
  [[nodiscard]] std::string_view text(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] bool is_null(int column) const noexcept { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  void bind(int parameter, std::string_view text) noexcept;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Thread: one at a time.
class SqliteConnection {
 public:
  /// Only for reading. Errors: as read_sqlite_schema().
  [[nodiscard]] static Result<SqliteConnection> open_to_read(const SqliteSource& source);
  /// Errors: SQLite's.
  [[nodiscard]] Result<SqliteStatement> prepare(std::string_view sql);
  /// A statement without rows that anybody wants.
  [[nodiscard]] Result<void> run(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
  };
  explicit SqliteConnection(sqlite3* connection) noexcept : connection_(connection) {}
  std::unique_ptr<sqlite3, Close> connection_;
};

/// What SQLite said last on this connection.
[[nodiscard]] Error sqlite_error(sqlite3* connection, std::string_view doing);

}  // namespace millrace::subset
