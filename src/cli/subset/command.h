// The module that `millrace subset` is in: databases bring libraries along that every other start of the program would pay for.
#pragma once

namespace millrace::cli {

/// The command, `argv[0]` being the word `subset`. Prints all itself and never throws. Exit codes: 0; 1: it did not work; 2: bad usage.
using SubsetCommand = int (*)(int argc, const char* const* argv);
inline constexpr const char* kSubsetCommandName = "millrace_subset_command";
inline constexpr const char* kSubsetVersionName = "millrace_subset_version";
inline constexpr const char* kSubsetModuleFile = "libmillrace_subset.so";

}  // namespace millrace::cli
