#include "observe/dashboard/module.h"

#include <string>
#include <utility>

#include <millrace/version.h>

extern "C" {
__attribute__((visibility("default"))) void millrace_dashboard_start(
    millrace::observe::DashboardOptions& options, millrace::Result<std::unique_ptr<millrace::observe::Dashboard>>& result);
__attribute__((visibility("default"))) const char* millrace_dashboard_version();
}

static_assert(std::is_same_v<decltype(&millrace_dashboard_start), millrace::observe::DashboardStart>);
static_assert(std::is_same_v<decltype(&millrace_dashboard_version), millrace::observe::DashboardVersion>);

void millrace_dashboard_start(millrace::observe::DashboardOptions& options,
                              millrace::Result<std::unique_ptr<millrace::observe::Dashboard>>& result) {
  try {
    result = millrace::observe::Dashboard::start(std::move(options));
  } catch (...) {
    result = millrace::fail(millrace::Error::from_exception(std::current_exception()));
  }
}

const char* millrace_dashboard_version() {
  static const std::string version(millrace::kVersion);
  return version.c_str();
}
