// The schema of the connection's database, from information_schema.
#pragma once

#include <memory>

#include <millrace/async.h>
#include <millrace/subset/schema.h>

#include "subset/mariadb/connection.h"

namespace millrace::subset::mariadb {

/// Tables in the catalogue's order of names; TableName::schema stays empty. A constant number of queries.
/// Left out  views, sequences, temporary tables; foreign keys to another database, to a table that is not there, or to columns that are no key (InnoDB allows that).
/// Keys      a unique index counts when it is of whole columns: no expression, no part of a text. The end of a period that the database adds to keys of system-versioned
///           tables is taken out: rows of now are unique without it.
/// json      MariaDB's JSON is a LONGTEXT with a check json_valid(); it is known by that.
/// generated columns that are computed, those of periods too
/// FLOAT     is real. The text that the server makes of a FLOAT has six digits, so who reads one exactly asks for `CAST(column AS DOUBLE)`.
/// Errors    the server's; what check() of schema.h finds wrong.
[[nodiscard]] Async<Schema> read_schema(Loop& loop, std::shared_ptr<Connection> connection);

}  // namespace millrace::subset::mariadb
