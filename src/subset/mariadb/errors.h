// What a server said, as an Error of ours: its numbers as context, and fields of rows only under `detail`.
#pragma once

#include <string>
#include <string_view>

#include <millrace/error.h>

namespace millrace::subset::mariadb {

/// What the database said. `number` 2000 to 2999 and 5000 to 5999 are the client library's own.
struct Said {
  unsigned number = 0;
  std::string_view sqlstate{};
  std::string_view text{};
};

/// Code      Errc::full (too big, no space), not_found (no such table, column, database), timed_out (a lock, a limit of the server's), permission_denied (std::errc),
///           connection_reset (std::errc: it broke off; retryable), else invalid_argument. Lock waits and deadlocks are retryable: the whole transaction.
/// Context   `sql` as without_fields() has it, `errno`, `sqlstate`, and where the text says them `table`, `column`, `constraint`; `detail`: the text.
[[nodiscard]] Error error_of(const Said& said, std::string_view sql);
/// True: the connection is of no more use.
[[nodiscard]] bool is_lost(unsigned number) noexcept;
/// True: the server has rolled back the whole transaction.
[[nodiscard]] bool ends_transaction(unsigned number) noexcept;

/// A statement with ? in the place of its literals, at most kSqlShownMax bytes.
inline constexpr std::size_t kSqlShownMax = 1'000;
[[nodiscard]] std::string without_fields(std::string_view sql);

}  // namespace millrace::subset::mariadb
