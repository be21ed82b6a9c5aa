// `millrace audit`: looks at audit logs.
#pragma once

namespace millrace::cli {

/// `argv[0]` is the word `audit`. Prints all itself. Exit codes: 0: whole, or shown; 1: not, or it cannot be read; 2: bad usage.
[[nodiscard]] int audit_command(int argc, const char* const* argv);

}  // namespace millrace::cli
