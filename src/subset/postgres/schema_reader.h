// Reads the catalogue of a PostgreSQL database.
#pragma once

#include <memory>

#include <millrace/subset/schema.h>

#include "subset/postgres/connection.h"

namespace millrace::subset {

/// As Session::read_schema(). Six statements, whatever the database has, in one transaction that reads; in the open one when there is one.
/// Tables     all of the user's schemas, in the order of their names. A partitioned table is one table, its partitions are none. Tables of which others inherit in the
///            old way are left out, for reading them gives their children's rows, too; so are tables that belong to an extension, views, materialized views, foreign
///            tables. Temporary tables are not told of.
/// Identity   a column that is GENERATED ... AS IDENTITY, or whose default is nextval() and nothing else.
/// Keys       the primary key first, then all unique indexes of columns that hold for the whole table. Foreign keys of single partitions are left out.
/// Rows       what the last ANALYZE or VACUUM saw.
[[nodiscard]] Lazy<Schema> read_postgres_schema(std::shared_ptr<PostgresConnection> connection);

}  // namespace millrace::subset
