// The `millrace` program.
#include <exception>

#include <cstdio>

#include "cli/options.h"
#include "cli/run_command.h"

int main(int argc, char** argv) {
  using namespace millrace::cli;
  try {
    const Parsed parsed = parse_command_line(argc, argv);
    if (parsed.version) return print_version();
    return parsed.run ? run_program(*parsed.run) : parsed.exit_code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace: %s\n", error.what());
    return 1;
  }
}
