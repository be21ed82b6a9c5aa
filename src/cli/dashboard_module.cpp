#include "cli/dashboard_module.h"

#include <dlfcn.h>

#include <bit>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <millrace/version.h>

#include "observe/dashboard/module.h"

namespace millrace::cli {

namespace {

/// An error of the module as one of ours: its copy of the library has a category of its own, which would compare unequal.
Error ours(const Error& error) {
  const std::error_category& category = make_error_code(Errc::closed).category();
  const bool same_name = std::string_view(error.code().category().name()) == category.name();
  Error result(same_name ? std::error_code(error.code().value(), category) : error.code(), error.message());
  for (const auto& [key, value] : error.context()) result = result.with(key, value);
  return result;
}

}  // namespace

Result<std::unique_ptr<observe::Dashboard>> start_dashboard(observe::DashboardOptions options) {
  namespace fs = std::filesystem;
  const auto refused = [](const std::string& reason) { return fail(Errc::unsupported, "there is no dashboard: " + reason); };
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return refused("where this program is cannot be found out: " + error.message());
  const fs::path file = program.parent_path().parent_path() / "lib" / "millrace" / observe::kDashboardModuleFile;
  if (!fs::exists(file, error))
    return refused(file.string() + " is missing. It is built with the program where cpp-httplib is installed (libcpp-httplib-dev)");
  // Never closed: a thread-local or a handler of a library it brought along may be used as long as the process lives.
  void* const module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) return refused(::dlerror());
  void* const version = ::dlsym(module, observe::kDashboardVersionName);
  void* const start = ::dlsym(module, observe::kDashboardStartName);
  if (version == nullptr || start == nullptr) return refused(file.string() + " is another library of that name");
  if (const std::string_view built = std::bit_cast<observe::DashboardVersion>(version)(); built != kVersion)
    return refused(file.string() + " is of version " + std::string(built) + ", and this program of " + std::string(kVersion));
  Result<std::unique_ptr<observe::Dashboard>> result;
  std::bit_cast<observe::DashboardStart>(start)(options, result);
  if (!result) return fail(ours(result.error()));
  return result;
}

}  // namespace millrace::cli
