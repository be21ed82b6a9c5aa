// How a program gets a Dashboard out of the module millrace_dashboard, which it loads when it is asked to: what serves HTTP brings TLS and
// compression libraries along that every other start of the program would pay for.
#pragma once

#include <memory>

#include <millrace/observe/dashboard.h>

namespace millrace::observe {

/// Dashboard::start(). Both sides are of one build: the module is asked for its version first.
using DashboardStart = void (*)(DashboardOptions& options, Result<std::unique_ptr<Dashboard>>& result);
inline constexpr const char* kDashboardStartName = "millrace_dashboard_start";
/// A text; the program's own kVersion is expected.
using DashboardVersion = const char* (*)();
inline constexpr const char* kDashboardVersionName = "millrace_dashboard_version";
inline constexpr const char* kDashboardModuleFile = "libmillrace_dashboard.so";

}  // namespace millrace::observe
