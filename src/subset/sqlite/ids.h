// Numbers for new rows.
#pragma once

#include <cstdint>

#include "subset/session.h"
#include "subset/sqlite/connection.h"

namespace millrace::subset {

/// As Session::reserve_ids(). Not in a transaction.
[[nodiscard]] Result<std::int64_t> reserve_sqlite_ids(SqliteConnection& connection, const TableName& table, const Column& column,
                                                      std::uint64_t count);
/// Errors: Errc::unsupported: `column` is not the row's number. Errc::not_found: there is no such table.
[[nodiscard]] Result<void> check_is_row_number(SqliteConnection& connection, const TableName& table, const Column& column);

}  // namespace millrace::subset
