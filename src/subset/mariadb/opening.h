// How a connection is opened, and what is set in it.
#pragma once

#include <memory>

#include <millrace/async.h>

#include "subset/mariadb/address.h"
#include "subset/mariadb/connection.h"

namespace millrace::subset::mariadb {

/// Connects, and sets the session so that it reads and writes what is there and nothing else: UTF-8, UTC, strict, without limits of rows.
/// Errors    as open_mariadb().
[[nodiscard]] Lazy<void> open_connection(std::shared_ptr<Connection> connection, Address address, Duration limit);

}  // namespace millrace::subset::mariadb
