// The Schema of an SQLite database.
#pragma once

#include <string>

#include <millrace/clock.h>
#include <millrace/result.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

struct SqliteSource {
  std::string path;
  /// How long another connection that holds the database is waited for, at each step.
  Duration busy_limit = std::chrono::seconds(5);
};

/// What the database says of its tables, at one moment: all is read in one transaction, and nothing is written.
/// Keys      every foreign key can be deferred here (PRAGMA defer_foreign_keys). A table without a primary key has none, although SQLite numbers its rows.
///           A column that is the row's number is an identity. A foreign key without columns of the parent means its primary key.
/// Left out  views, virtual tables and what these keep their data in; and, under the child's name with the reason, foreign keys whose parent is not there
///           or has no such key, which SQLite lets anybody declare.
/// Rows      what ANALYZE has counted, else the greatest row number, else nothing.
/// Order     tables by name; columns as declared; a table's foreign keys as declared.
/// Thread    any. Blocks: hand it to a WorkerPool.
/// Errors    Errc::not_found: there is no such file; Errc::invalid_argument: it is no database, or is encrypted or damaged; Errc::timed_out: it is locked;
///           Errc::full: one of Schema's limits; the system's, where a file cannot be read; else Errc::invalid_argument with SQLite's own words.
///           All have `path` in their context.
[[nodiscard]] Result<Schema> read_sqlite_schema(const SqliteSource& source);

}  // namespace millrace::subset
