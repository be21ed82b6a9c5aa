#include "cli/loaded_module.h"

#include <dlfcn.h>

#include <bit>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <millrace/version.h>

namespace millrace::cli {

Error error_of_module(const Error& error) {
  const std::error_category& category = make_error_code(Errc::closed).category();
  const bool same_name = std::string_view(error.code().category().name()) == category.name();
  Error result(same_name ? std::error_code(error.code().value(), category) : error.code(), error.message());
  for (const auto& [key, value] : error.context()) result = result.with(key, value);
  return result;
}

Result<void*> load_from_module(const ModuleNames& names) {
  namespace fs = std::filesystem;
  const auto refused = [&](const std::string& reason) {
    return fail(Errc::unsupported, std::string(names.refusal) + ": " + reason);
  };
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return refused("where this program is cannot be found out: " + error.message());
  // The programs that this one becomes stand where the modules do.
  fs::path file = program.parent_path() / names.file;
  if (!fs::exists(file, error)) file = program.parent_path().parent_path() / "lib" / "millrace" / names.file;
  if (!fs::exists(file, error)) return refused(file.string() + " is missing. It is built with the program where " + names.needs);
  // Never closed: a thread-local or a handler of a library it brought along may be used as long as the process lives.
  void* const module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) return refused(::dlerror());
  void* const version = ::dlsym(module, names.version);
  void* const start = ::dlsym(module, names.start);
  if (version == nullptr || start == nullptr) return refused(file.string() + " is another library of that name");
  using Version = const char* (*)();
  if (const std::string_view built = std::bit_cast<Version>(version)(); built != kVersion)
    return refused(file.string() + " is of version " + std::string(built) + ", and this program of " + std::string(kVersion));
  return start;
}

}  // namespace millrace::cli
