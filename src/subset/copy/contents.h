// What is in a table of a target, for comparing it with what was written.
#pragma once

#include <millrace/async.h>

#include "subset/session.h"
#include "subset/target.h"

namespace millrace::subset {

/// Whether fields come back from the target as they were read from the source: the same kind of database, and columns of the same types.
[[nodiscard]] bool comes_back(Dialect source, const TargetTable& table, Dialect target);

/// Cost: a count; with `checksum` the whole table is read. The session and the table outlive it.
[[nodiscard]] Async<Target::Contents> read_contents(Session& session, const TargetTable& table, bool checksum);

}  // namespace millrace::subset
