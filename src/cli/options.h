// What the command line asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <millrace/js/runtime.h>

#include "cli/audit.h"
#include "cli/observation.h"
#include "cli/redaction.h"
#include "cli/sandbox.h"

namespace millrace::cli {

struct RunRequest {
  std::string file;                    ///< empty: `code` is run
  std::optional<std::string> code;     ///< -e
  std::vector<std::string> arguments;  ///< after the file or code
  std::vector<std::string> flags;      ///< ours, as given: process.execArgv
  js::Profile profile = js::Profile::node;
  js::UnhandledRejections unhandled_rejections = js::UnhandledRejections::throw_error;
  bool warnings = true;
  std::string module_root = "/";
  bool expose_gc = false;
  bool follow_await = true;
  ObserveRequest observe;
  SandboxRequest sandbox;
  std::optional<observe::RedactionRules> redaction;  ///< of all that the host writes
  std::optional<AuditRequest> audit;
};

/// Either something to do, or an exit code because everything was said already (help, bad usage).
struct Parsed {
  std::optional<RunRequest> run;
  bool version = false;
  int exit_code = 0;
};

/// Prints help and usage errors itself. Exit code 2: bad usage.
[[nodiscard]] Parsed parse_command_line(int argc, const char* const* argv);

}  // namespace millrace::cli
