// SQLite's errors as ours.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::subset {

/// What SQLite said last on this connection.
/// Code      Errc::timed_out: another connection holds the database; Errc::full: the disk, or a limit of SQLite's; Errc::aborted: it was interrupted;
///           std::errc::permission_denied: it cannot be written; the system's, where it said one; else Errc::invalid_argument.
/// Context   `sqlite_code` (the extended number) and `code` (its name, "SQLITE_CONSTRAINT_UNIQUE"); of a constraint that was broken `constraint`, and `table` and `column`
///           where SQLite names them.
[[nodiscard]] Error sqlite_error(sqlite3* connection, std::string_view doing);
/// The same, with `sql` as without_literals() has it.
[[nodiscard]] Error sqlite_statement_error(sqlite3* connection, std::string_view sql);

/// "SQLITE_BUSY_SNAPSHOT". Extended codes that are rare have their plain name.
[[nodiscard]] std::string_view sqlite_code_name(int extended) noexcept;

/// `sql` with a question mark for each text, blob and number in it, so that it can be shown: what somebody's rows hold may stand there. Cut at kShownMax bytes.
[[nodiscard]] std::string without_literals(std::string_view sql);
inline constexpr std::size_t kShownMax = 4096;

}  // namespace millrace::subset
