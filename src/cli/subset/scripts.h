// The transforms of a job that are written in JavaScript.
#pragma once

#include <memory>
#include <vector>

#include <millrace/loop.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>
#include <millrace/subset/plan.h>
#include <millrace/subset/transform.h>

namespace millrace::cli {

/// Loads Job::script. What it writes with console goes to standard error, through `redactor`, which outlives what is made; null: as it is.
/// Errors    its own; Errc::unsupported: a build without JavaScript.
[[nodiscard]] Result<std::vector<std::shared_ptr<subset::Transformer>>> make_scripts(Loop& loop, const subset::Plan& plan,
                                                                                     const observe::Redactor* redactor);

}  // namespace millrace::cli
