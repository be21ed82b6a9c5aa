// Taking foreign keys and indexes away before many rows come, and building them again afterwards exactly as they were. PostgreSQL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::ddl {

/// To be run before bulk_query() and before what it gave, in each transaction that does so: definitions then name every schema, and mean the same in any session.
inline constexpr std::string_view kBulkSearchPath = "SET LOCAL search_path TO pg_catalog";

/// A query whose rows are what is taken away, in the order in which that is done; rebuilt from the last row to the first.
/// Columns   step ('foreign key' or 'index'), table and name (for people), drop (a statement), rebuild (one or several, with semicolons between them).
/// Takes     foreign keys of these tables and of all others to them, with NOT VALID, DEFERRABLE and actions as they are, and indexes of these tables; comments of both.
/// Leaves    primary keys, unique indexes and exclusion constraints: they say which rows are the same. Indexes of partitioned tables and those attached to them, those by which a
///           table is clustered or replicated, invalid ones, those with a tablespace or statistics of their own; foreign keys that a partition has from its parent.
/// Use       run the query, keep its rows where they outlive the process (the ledger), commit; then run all `drop` in one transaction, load, run all `rebuild` in one
///           transaction. A rebuild that was interrupted is run again as a whole: nothing of it was done. Locks: ACCESS EXCLUSIVE on each table until the transaction ends,
///           for a foreign key on its parent's, too. Needs the tables' owner, those of other tables that refer to them included.
/// Errors    Errc::invalid_argument: no tables, a name without a schema, one that cannot be said.
[[nodiscard]] Result<std::string> bulk_query(const std::vector<TableName>& tables);

}  // namespace millrace::subset::ddl
