#include "subset/sqlite/connection.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

namespace millrace::subset {

Error SqliteStatement::error() const {
  return sqlite_statement_error(sqlite3_db_handle(statement_.get()), sqlite3_sql(statement_.get()));
}

Result<bool> SqliteStatement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return fail(error());
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

bool SqliteStatement::bind(int parameter, const Value& value) noexcept {
  // SQLite takes a null pointer for NULL, also when nothing is to be read there.
  const char* const text = value.text.empty() ? "" : value.text.data();
  const auto bound = [&] {
    switch (value.kind) {
      case ValueKind::null: return sqlite3_bind_null(statement_.get(), parameter);
      case ValueKind::integer: return sqlite3_bind_int64(statement_.get(), parameter, value.integer);
      case ValueKind::real: return sqlite3_bind_double(statement_.get(), parameter, value.real);
      case ValueKind::text:
        return sqlite3_bind_text64(statement_.get(), parameter, text, value.text.size(), SQLITE_STATIC, SQLITE_UTF8);
      case ValueKind::bytes: return sqlite3_bind_blob64(statement_.get(), parameter, text, value.text.size(), SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
  };
  return bound() == SQLITE_OK;
}

Result<SqliteConnection> SqliteConnection::open(const std::string& path, Access access) {
  if (path.empty() || path.contains('\0')) return fail(Errc::invalid_argument, "sqlite: a path is not empty, and has no NUL in it");
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (access == Access::create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  if (raw == nullptr)
    return fail(Error(std::make_error_code(std::errc::not_enough_memory), "sqlite: a connection could not be made"));
  SqliteConnection connection(raw);
  if (opened != SQLITE_OK) {
    const Error error = sqlite_error(raw, "opening it");
    const bool missing = sqlite3_system_errno(raw) == ENOENT && access != Access::create;
    return fail((missing ? Error(Errc::not_found, "sqlite: there is no file of that name") : error).with("path", path));
  }
  // Asked for writing, SQLite takes a file that can only be read without a word.
  if (access != Access::read && sqlite3_db_readonly(raw, "main") == 1)
    return fail(Error(std::make_error_code(std::errc::permission_denied), "sqlite: the file cannot be written").with("path", path));
  // Functions and tables of the database's own text are not to be trusted.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return connection;
}

Result<SqliteConnection> SqliteConnection::open_to_read(const SqliteSource& source) {
  Result<SqliteConnection> connection = open(source.path, Access::read);
  if (!connection) return connection;
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(source.busy_limit).count();
  sqlite3_busy_timeout(connection->get(), static_cast<int>(std::clamp<std::int64_t>(limit, 0, std::numeric_limits<int>::max())));
  return connection;
}

Result<std::optional<SqliteStatement>> SqliteConnection::prepare_first(std::string_view& sql) {
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return fail(Errc::full, "sqlite: a statement of more than 2 GiB");
  if (sql.contains('\0')) return fail(Error(Errc::invalid_argument, "sqlite: a statement with a NUL in it"));
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, &rest) != SQLITE_OK)
    return fail(sqlite_statement_error(connection_.get(), sql));
  sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
  if (statement == nullptr) return std::optional<SqliteStatement>();
  return std::optional<SqliteStatement>(SqliteStatement(statement));
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
  std::string_view rest = sql;
  Result<std::optional<SqliteStatement>> statement = prepare_first(rest);
  if (!statement) return fail(statement.error());
  const bool more = rest.find_first_not_of(" \t\r\n;") != std::string_view::npos;
  if (!*statement || more)
    return fail(
        Error(Errc::invalid_argument, more ? "sqlite: one statement is wanted, and there are several" : "sqlite: no statement")
            .with("sql", without_literals(sql)));
  return **std::move(statement);
}

Result<std::uint64_t> SqliteConnection::run(std::string_view sql) {
  std::uint64_t touched = 0;
  while (!sql.empty()) {
    Result<std::optional<SqliteStatement>> statement = prepare_first(sql);
    if (!statement) return fail(statement.error());
    if (!*statement) break;  // what is left is space and comments
    // What a statement that changes nothing leaves is the number of the one before.
    const std::int64_t before = sqlite3_total_changes64(connection_.get());
    for (;;) {
      const Result<bool> row = (*statement)->step();
      if (!row) return fail(row.error());
      if (!*row) break;
    }
    if (sqlite3_total_changes64(connection_.get()) != before)
      touched += static_cast<std::uint64_t>(sqlite3_changes64(connection_.get()));
  }
  return touched;
}

}  // namespace millrace::subset
