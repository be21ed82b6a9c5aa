// What PostgreSQL and libpq say, as an Error.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::subset {

/// `sql` with every text in quotes as '?', cut after kSqlShownMax bytes: texts may be fields.
inline constexpr std::size_t kSqlShownMax = 2'000;
[[nodiscard]] std::string without_texts(std::string_view sql);

/// A result that says what went wrong. Context: sqlstate, table, column, constraint, sql; `detail` has all that may quote fields.
/// Code      Errc::not_found: no such database, table, ...; Errc::unsupported; Errc::full: the server is out of something; Errc::aborted: cancelled there;
///           std::errc::permission_denied; std::errc::resource_deadlock_would_occur: another transaction was in the way; std::errc::connection_reset: the server ends;
///           Errc::invalid_argument: everything else. The last two but one, and Errc::full, may be retried.
[[nodiscard]] Error postgres_error(const PGresult* result, std::string_view sql);
/// The connection is gone. May be retried.
[[nodiscard]] Error connection_lost(std::string_view name, std::string_view said);

/// libpq's messages end with a line break.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace millrace::subset
