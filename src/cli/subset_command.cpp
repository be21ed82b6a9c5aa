#include "cli/subset_command.h"

#include <bit>
#include <cstdio>

#include "cli/loaded_module.h"
#include "cli/subset/command.h"

namespace millrace::cli {

int subset_command(int argc, const char* const* argv) {
  const Result<void*> command = load_from_module({.file = kSubsetModuleFile,
                                                  .version = kSubsetVersionName,
                                                  .start = kSubsetCommandName,
                                                  .refusal = "there are no subsets",
                                                  .needs = "SQLite is installed (libsqlite3-dev)"});
  if (!command) {
    std::fprintf(stderr, "millrace: %s\n", command.error().to_string().c_str());
    return 1;
  }
  return std::bit_cast<SubsetCommand>(*command)(argc, argv);
}

}  // namespace millrace::cli
