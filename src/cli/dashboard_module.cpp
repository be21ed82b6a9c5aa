#include "cli/dashboard_module.h"

#include <bit>
#include <utility>

#include "cli/loaded_module.h"
#include "observe/dashboard/module.h"

namespace millrace::cli {

Result<std::unique_ptr<observe::Dashboard>> start_dashboard(observe::DashboardOptions options) {
  const Result<void*> start = load_from_module({.file = observe::kDashboardModuleFile,
                                                .version = observe::kDashboardVersionName,
                                                .start = observe::kDashboardStartName,
                                                .refusal = "there is no dashboard",
                                                .needs = "cpp-httplib is installed (libcpp-httplib-dev)"});
  if (!start) return fail(start.error());
  Result<std::unique_ptr<observe::Dashboard>> result;
  std::bit_cast<observe::DashboardStart> (*start)(options, result);
  if (!result) return fail(error_of_module(result.error()));
  return result;
}

}  // namespace millrace::cli
