// `millrace run` and `millrace -e`.
#pragma once

#include "cli/options.h"

namespace millrace::cli {

/// Runs the program to its end. Returns the exit code of the process.
[[nodiscard]] int run_program(const RunRequest& request);
/// Prints versions and the engine's capability report.
[[nodiscard]] int print_version();

}  // namespace millrace::cli
