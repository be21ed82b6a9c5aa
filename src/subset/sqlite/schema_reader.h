// What an SQLite catalogue says, read on a connection that is there.
#pragma once

#include <string>
#include <string_view>

#include <millrace/result.h>
#include <millrace/subset/schema.h>

#include "subset/sqlite/connection.h"
#include "subset/words.h"

namespace millrace::subset {

/// As read_sqlite_schema() (millrace/subset/sqlite_schema.h), in the transaction that is under way; when there is none, in one of its own.
[[nodiscard]] Result<Schema> read_schema_of(SqliteConnection& connection);

}  // namespace millrace::subset
