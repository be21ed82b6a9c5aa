#include "cli/subset_command.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <millrace/version.h>

namespace millrace::cli {

int subset_command(int argc, const char* const* argv) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    std::fprintf(stderr, "millrace: there are no subsets: where this program is cannot be found out: %s\n",
                 error.message().c_str());
    return 1;
  }
  // The version is in the name: a program of another one is another program.
  const std::string file =
      (program.parent_path().parent_path() / "lib" / "millrace" / ("millrace-subset-" + std::string(kVersion))).string();
  std::vector<const char*> words(argv, argv + argc);
  words.push_back(nullptr);
  ::execv(file.c_str(), const_cast<char* const*>(words.data()));
  std::fprintf(stderr,
               "millrace: there are no subsets: %s: %s. It is built with the program where SQLite is installed (libsqlite3-dev)\n",
               file.c_str(), std::strerror(errno));
  return 1;
}

}  // namespace millrace::cli
