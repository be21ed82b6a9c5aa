// Files as the target of a copy.
#pragma once

#include <memory>

#include <millrace/loop.h>
#include <millrace/result.h>
#include <millrace/subset/job.h>

#include "subset/copy/endpoints.h"
#include "subset/target.h"

namespace millrace::subset {

/// CSV, JSON lines or a script. A script is in the source's dialect, and begins with the tables where the job says so.
[[nodiscard]] Result<std::unique_ptr<Target>> open_files(Loop& loop, const Endpoint& endpoint, const Job& job, Schema source);

}  // namespace millrace::subset
