#include "subset/sqlite/connection.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

namespace millrace::subset {

Error sqlite_error(sqlite3* connection, std::string_view doing) {
  const int code = sqlite3_errcode(connection) & 0xff;
  const std::string text = "sqlite: " + std::string(doing) + ": " + sqlite3_errmsg(connection);
  const auto with_number = [&](Error error) {
    return error.with("sqlite_code", std::to_string(sqlite3_extended_errcode(connection)));
  };
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return with_number({Errc::timed_out, text + " (another connection holds it)"});
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return with_number({Errc::invalid_argument, text});
    case SQLITE_FULL:
    case SQLITE_TOOBIG: return with_number({Errc::full, text});
    case SQLITE_NOMEM: return with_number(Error(std::make_error_code(std::errc::not_enough_memory), text));
    default: break;
  }
  if (const int system = sqlite3_system_errno(connection); system != 0 && (code == SQLITE_CANTOPEN || code == SQLITE_IOERR))
    return with_number(Error(std::error_code(system, std::system_category()), text));
  return with_number({Errc::invalid_argument, text});
}

Result<bool> SqliteStatement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return fail(sqlite_error(sqlite3_db_handle(statement_.get()), sqlite3_sql(statement_.get())));
  }
}

std::string_view SqliteStatement::text(int column) const noexcept {
  const unsigned char* const text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void SqliteStatement::bind(int parameter, std::string_view text) noexcept {
  sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

Result<SqliteConnection> SqliteConnection::open_to_read(const SqliteSource& source) {
  if (source.path.empty() || source.path.contains('\0'))
    return fail(Errc::invalid_argument, "sqlite: a path is not empty, and has no NUL in it");
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(source.path.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (raw == nullptr)
    return fail(Error(std::make_error_code(std::errc::not_enough_memory), "sqlite: a connection could not be made"));
  SqliteConnection connection(raw);
  if (opened != SQLITE_OK) {
    const Error error = sqlite_error(raw, "opening it");
    const bool missing = sqlite3_system_errno(raw) == ENOENT;
    return fail((missing ? Error(Errc::not_found, "sqlite: there is no file of that name") : error).with("path", source.path));
  }
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(source.busy_limit).count();
  sqlite3_busy_timeout(raw, static_cast<int>(std::clamp<std::int64_t>(limit, 0, std::numeric_limits<int>::max())));
  // Functions and tables of the database's own text are not to be trusted.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return connection;
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
    return fail(sqlite_error(connection_.get(), sql));
  return SqliteStatement(statement);
}

Result<void> SqliteConnection::run(std::string_view sql) {
  Result<SqliteStatement> statement = prepare(sql);
  if (!statement) return fail(statement.error());
  for (;;) {
    const Result<bool> row = statement->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
  }
}

}  // namespace millrace::subset
