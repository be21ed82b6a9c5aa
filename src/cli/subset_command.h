// `millrace subset`: a part of a database.
#pragma once

namespace millrace::cli {

/// `argv[0]` is the word `subset`. Prints all itself. Exit codes: 0; 1: it did not work, or there is no module for it; 2: bad usage.
[[nodiscard]] int subset_command(int argc, const char* const* argv);

}  // namespace millrace::cli
