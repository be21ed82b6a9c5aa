// Modules of the program: parts that it loads only when they are asked for, since what they bring along would make every start slower.
#pragma once

#include <string>

#include <millrace/error.h>
#include <millrace/result.h>

namespace millrace::cli {

struct ModuleNames {
  const char* file;
  const char* version;  ///< of the function that tells the version, a `const char* ()`
  const char* start;    ///< of the one that is wanted
  const char* refusal;  ///< "there is no dashboard": what every message begins with
  const char* needs;    ///< with which package it is built, for who misses it
};

/// The function of that name in the module, which was built with this program: beside it, or in ../lib/millrace/ seen from it, in the build tree as where it is installed. The module stays
/// loaded until the process ends.
/// Errors    Errc::unsupported: the module is missing, does not load, or is of another version.
[[nodiscard]] Result<void*> load_from_module(const ModuleNames& names);

/// An error of a module as one of ours: its copy of the library has a category of its own, which would compare unequal.
[[nodiscard]] Error error_of_module(const Error& error);

}  // namespace millrace::cli
