// Numbers of identity columns.
#pragma once

#include <cstdint>
#include <memory>

#include "subset/postgres/connection.h"
#include "subset/session.h"

namespace millrace::subset {

/// How long others that draw numbers may keep us waiting, and be kept waiting by us, before the slow way is taken.
inline constexpr int kLockLimitMs = 1'000;
inline constexpr int kDrawAttempts = 8;                 ///< to get consecutive numbers in the slow way
inline constexpr std::uint64_t kDrawMax = 100'000'000;  ///< numbers drawn one by one

/// As Session::reserve_ids(). Errors beside: Errc::unsupported: a sequence whose step is not 1; Errc::full: it has not so many left.
[[nodiscard]] Lazy<std::int64_t> reserve_postgres_ids(std::shared_ptr<PostgresConnection> connection, TableName table,
                                                      std::string column, std::uint64_t count);
/// As Session::advance_ids(). Within a transaction it counts the rows that this one has written.
[[nodiscard]] Lazy<void> advance_postgres_ids(std::shared_ptr<PostgresConnection> connection, TableName table, std::string column);

}  // namespace millrace::subset
