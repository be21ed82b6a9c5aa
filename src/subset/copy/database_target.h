// A database as the target of a copy.
#pragma once

#include <memory>

#include <millrace/subset/job.h>

#include "subset/session.h"
#include "subset/target.h"

namespace millrace::subset {

/// `session`  one that may write.
/// `source`   as open_target() has it (endpoints.h).
[[nodiscard]] std::unique_ptr<Target> make_database_target(std::unique_ptr<Session> session, Job job, Schema source);

}  // namespace millrace::subset
