// Loads what serves the dashboard, when it is asked for.
#pragma once

#include <memory>

#include <millrace/observe/dashboard.h>
#include <millrace/result.h>

namespace millrace::cli {

/// Dashboard::start() of the module that was built with this program: in ../lib/millrace/ seen from it, in the build tree as where it is
/// installed. The module stays loaded until the process ends.
/// Errors    Errc::unsupported: the module is missing, does not load, or is of another version; those of Dashboard::start().
[[nodiscard]] Result<std::unique_ptr<observe::Dashboard>> start_dashboard(observe::DashboardOptions options);

}  // namespace millrace::cli
