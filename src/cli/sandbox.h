// What `--sandbox` and the limits of the command line come to.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <millrace/js/overrun_guard.h>
#include <millrace/js/runtime.h>
#include <millrace/observe/redactor.h>

namespace millrace::cli {

class ProgramAudit;

struct SandboxRequest {
  std::optional<js::SandboxPolicy> policy;
};

/// As given: empty for what was not. Errors: Errc::invalid_argument, in words for who typed it.
[[nodiscard]] Result<SandboxRequest> sandbox_request(const std::optional<std::string>& sandbox, const std::string& time_limit,
                                                     const std::string& memory_limit);

/// The line that tells people which limit ended the program.
void print_limit(const js::LimitReport& report, const observe::Redactor* redactor);

/// Ends the process where the engine cannot be interrupted: nothing else runs in it. `audit`, which outlives the guard, is told first; may be null.
[[nodiscard]] Result<std::unique_ptr<js::OverrunGuard>> guard_process(js::Runtime& runtime, const js::SandboxPolicy& policy,
                                                                      const observe::Redactor* redactor, ProgramAudit* audit);

}  // namespace millrace::cli
