// The `millrace` program.
#include <exception>
#include <string_view>

#include <cstdio>

#include "cli/audit_command.h"
#include "cli/options.h"
#include "cli/run_command.h"
#include "cli/subset_command.h"

int main(int argc, char** argv) {
  using namespace millrace::cli;
  try {
    if (argc > 1 && std::string_view(argv[1]) == "audit") return audit_command(argc - 1, argv + 1);
    if (argc > 1 && std::string_view(argv[1]) == "subset") return subset_command(argc - 1, argv + 1);
    const Parsed parsed = parse_command_line(argc, argv);
    if (parsed.version) return print_version();
    return parsed.run ? run_program(*parsed.run) : parsed.exit_code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace: %s\n", error.what());
    return 1;
  }
}
