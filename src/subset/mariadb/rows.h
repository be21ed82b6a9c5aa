// Rows of a statement, as the connection gives them.
#pragma once

#include <memory>

#include "subset/mariadb/connection.h"
#include "subset/session.h"

namespace millrace::subset::mariadb {

/// The statement is sent by the first next(). While nobody calls next() the server waits, for its net_write_timeout at most, which opening makes long.
[[nodiscard]] std::unique_ptr<Rows> make_rows(std::shared_ptr<Connection> connection, Query query);

}  // namespace millrace::subset::mariadb
