#include "subset/sqlite/errors.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace millrace::subset {
namespace {

Error of_code(sqlite3* connection, std::string text) {
  const int code = sqlite3_errcode(connection) & 0xff;
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Errc::timed_out, text + " (another connection holds it)"};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return {Errc::invalid_argument, std::move(text)};
    case SQLITE_FULL:
    case SQLITE_TOOBIG: return {Errc::full, std::move(text)};
    case SQLITE_INTERRUPT: return {Errc::aborted, std::move(text)};
    case SQLITE_READONLY:
    case SQLITE_PERM: return {std::make_error_code(std::errc::permission_denied), std::move(text)};
    case SQLITE_NOMEM: return {std::make_error_code(std::errc::not_enough_memory), std::move(text)};
    default: break;
  }
  if (const int system = sqlite3_system_errno(connection); system != 0 && (code == SQLITE_CANTOPEN || code == SQLITE_IOERR))
    return {std::error_code(system, std::system_category()), std::move(text)};
  return {Errc::invalid_argument, std::move(text)};
}

/// "UNIQUE constraint failed: t.a, t.b", "CHECK constraint failed: name", "FOREIGN KEY constraint failed".
Error with_constraint(Error error, std::string_view said) {
  constexpr std::string_view kFailed = " constraint failed";
  const std::size_t at = said.find(kFailed);
  if (at == std::string_view::npos) return error;
  const std::string_view kind = said.substr(0, at);
  std::string_view rest = said.substr(at + kFailed.size());
  if (!rest.starts_with(": ")) return error.with("constraint", std::string(kind));
  rest.remove_prefix(2);
  constexpr std::string_view kIndex = "index '";
  if (rest.starts_with(kIndex) && rest.ends_with('\''))
    return error.with("constraint", std::string(rest.substr(kIndex.size(), rest.size() - kIndex.size() - 1)));
  if (kind == "CHECK") return error.with("constraint", std::string(rest));
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return error.with("constraint", std::string(rest));
  // Each column is said with its table: once is enough.
  const std::string table(rest.substr(0, dot));
  std::string columns;
  for (std::string_view left = rest; !left.empty();) {
    const std::size_t end = left.find(", " + table + ".");
    columns.append(columns.empty() ? "" : ", ").append(left.substr(0, end).substr(std::min(table.size() + 1, left.size())));
    left = end == std::string_view::npos ? std::string_view() : left.substr(end + 2);
  }
  return error.with("constraint", std::string(kind)).with("table", table).with("column", columns);
}

struct Named {
  int code;
  std::string_view name;
};
constexpr std::array kExtended = {
    Named{SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"},
    Named{SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY"},
    Named{SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"},
    Named{SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"},
    Named{SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY"},
    Named{SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"},
    Named{SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"},
    Named{SQLITE_CONSTRAINT_DATATYPE, "SQLITE_CONSTRAINT_DATATYPE"},
    Named{SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT"},
    Named{SQLITE_BUSY_RECOVERY, "SQLITE_BUSY_RECOVERY"},
    Named{SQLITE_READONLY_DIRECTORY, "SQLITE_READONLY_DIRECTORY"},
    Named{SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED"},
    Named{SQLITE_READONLY_RECOVERY, "SQLITE_READONLY_RECOVERY"},
    Named{SQLITE_READONLY_CANTINIT, "SQLITE_READONLY_CANTINIT"},
    Named{SQLITE_IOERR_READ, "SQLITE_IOERR_READ"},
    Named{SQLITE_IOERR_SHORT_READ, "SQLITE_IOERR_SHORT_READ"},
    Named{SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE"},
    Named{SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC"},
    Named{SQLITE_CANTOPEN_ISDIR, "SQLITE_CANTOPEN_ISDIR"},
    Named{SQLITE_CORRUPT_INDEX, "SQLITE_CORRUPT_INDEX"},
};
constexpr std::array<std::string_view, 29> kPlain = {
    "SQLITE_OK",       "SQLITE_ERROR",      "SQLITE_INTERNAL", "SQLITE_PERM",      "SQLITE_ABORT",  "SQLITE_BUSY",
    "SQLITE_LOCKED",   "SQLITE_NOMEM",      "SQLITE_READONLY", "SQLITE_INTERRUPT", "SQLITE_IOERR",  "SQLITE_CORRUPT",
    "SQLITE_NOTFOUND", "SQLITE_FULL",       "SQLITE_CANTOPEN", "SQLITE_PROTOCOL",  "SQLITE_EMPTY",  "SQLITE_SCHEMA",
    "SQLITE_TOOBIG",   "SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_MISUSE",    "SQLITE_NOLFS",  "SQLITE_AUTH",
    "SQLITE_FORMAT",   "SQLITE_RANGE",      "SQLITE_NOTADB",   "SQLITE_NOTICE",    "SQLITE_WARNING"};

bool begins_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool in_name(char c) noexcept { return begins_name(c) || is_digit(c) || c == '$'; }

/// Behind the quoted thing that begins at `at`; a quote that is doubled is inside.
std::size_t behind_quotes(std::string_view sql, std::size_t at) noexcept {
  const char end = sql[at] == '[' ? ']' : sql[at];
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != end) continue;
    if (end == ']' || i + 1 == sql.size() || sql[i + 1] != end) return i + 1;
    ++i;
  }
  return sql.size();
}

}  // namespace

std::string_view sqlite_code_name(int extended) noexcept {
  if (const auto found = std::ranges::find(kExtended, extended, &Named::code); found != kExtended.end()) return found->name;
  const auto plain = static_cast<std::size_t>(extended & 0xff);
  return plain < kPlain.size() ? kPlain[plain] : "SQLITE_UNKNOWN";
}

std::string without_literals(std::string_view sql) {
  std::string shown;
  for (std::size_t at = 0; at < sql.size() && shown.size() < kShownMax;) {
    const char c = sql[at];
    std::size_t end = at + 1;
    bool literal = false;
    if (c == '\'' || ((c == 'x' || c == 'X') && at + 1 < sql.size() && sql[at + 1] == '\'')) {
      end = behind_quotes(sql, c == '\'' ? at : at + 1);
      literal = true;
    } else if (c == '"' || c == '`' || c == '[') {
      end = behind_quotes(sql, at);
    } else if (begins_name(c) || c == '?' || c == ':' || c == '@' || c == '$') {
      while (end < sql.size() && in_name(sql[end])) ++end;
    } else if (is_digit(c) || (c == '.' && at + 1 < sql.size() && is_digit(sql[at + 1]))) {
      while (end < sql.size() && (in_name(sql[end]) || sql[end] == '.' ||
                                  ((sql[end] == '+' || sql[end] == '-') && (sql[end - 1] == 'e' || sql[end - 1] == 'E'))))
        ++end;
      literal = true;
    }
    if (literal)
      shown += '?';
    else
      shown += sql.substr(at, end - at);
    at = end;
  }
  if (shown.size() > kShownMax) shown.resize(kShownMax);
  return shown;
}

Error sqlite_error(sqlite3* connection, std::string_view doing) {
  const std::string said = sqlite3_errmsg(connection);
  const int extended = sqlite3_extended_errcode(connection);
  Error error = of_code(connection, "sqlite: " + std::string(doing) + (doing.empty() ? "" : ": ") + said)
                    .with("sqlite_code", std::to_string(extended))
                    .with("code", std::string(sqlite_code_name(extended)));
  return (extended & 0xff) == SQLITE_CONSTRAINT ? with_constraint(std::move(error), said) : error;
}

Error sqlite_statement_error(sqlite3* connection, std::string_view sql) {
  return sqlite_error(connection, {}).with("sql", without_literals(sql));
}

}  // namespace millrace::subset
