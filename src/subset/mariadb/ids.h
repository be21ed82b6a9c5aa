// Numbers of auto_increment columns.
#pragma once

#include <cstdint>
#include <memory>

#include <millrace/async.h>
#include <millrace/subset/schema.h>

#include "subset/mariadb/connection.h"

namespace millrace::subset::mariadb {

/// Under LOCK TABLES, which waits for transactions that have touched the table, and commits one of this session: so outside of one. The right to ALTER is needed.
/// Errors    as Session::reserve_ids(); Errc::full: the column's type has not so many numbers left; Errc::invalid_argument: in a transaction.
[[nodiscard]] Async<std::int64_t> reserve_ids(Loop& loop, std::shared_ptr<Connection> connection, TableName table, Column column,
                                              std::uint64_t count);
[[nodiscard]] Async<void> advance_ids(Loop& loop, std::shared_ptr<Connection> connection, TableName table, Column column);

}  // namespace millrace::subset::mariadb
