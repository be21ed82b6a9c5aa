#include "cli/sandbox.h"

#include <cstdio>
#include <cstdlib>

#include <millrace/observe/redacted.h>

#include "cli/audit.h"
#include "cli/policy_file.h"

namespace millrace::cli {

Result<SandboxRequest> sandbox_request(const std::optional<std::string>& sandbox, const std::string& time_limit,
                                       const std::string& memory_limit) {
  SandboxRequest request;
  if (sandbox) {
    Result<js::SandboxPolicy> policy = read_policy(*sandbox);
    if (!policy) return fail(Errc::invalid_argument, "--sandbox: " + std::string(policy.error().message()));
    request.policy = std::move(*policy);
  } else if (!time_limit.empty() || !memory_limit.empty()) {
    // Limits alone: the program is trusted and may do what it likes, only not for ever.
    js::SandboxPolicy all;
    all.eval = all.web_assembly = all.shared_memory = all.files = all.modules = all.system = true;
    all.builtin_modules = {"*"};
    request.policy = std::move(all);
  }
  if (!time_limit.empty()) {
    const Result<Duration> time = parse_duration(time_limit);
    if (!time || *time <= Duration::zero())
      return fail(Errc::invalid_argument, "--time-limit: '" + time_limit + "' is no time: 500ms, 2s, 1min");
    request.policy->evaluation = request.policy->callback = request.policy->checkpoint = {.wall = *time, .cpu = *time};
  }
  if (!memory_limit.empty()) {
    const Result<std::uint64_t> bytes = parse_bytes(memory_limit);
    if (!bytes || *bytes == 0)
      return fail(Errc::invalid_argument, "--memory-limit: '" + memory_limit + "' is no size: 64MiB, 1GiB");
    request.policy->heap_bytes = *bytes;
  }
  if (request.policy) request.policy->after_limit = js::AfterLimit::end;
  return request;
}

void print_limit(const js::LimitReport& report, const observe::Redactor* redactor) {
  std::fprintf(stderr, "millrace: stopped by the limit %s\n", observe::redacted(report.to_string(), redactor).c_str());
}

Result<std::unique_ptr<js::OverrunGuard>> guard_process(js::Runtime& runtime, const js::SandboxPolicy& policy,
                                                        const observe::Redactor* redactor, ProgramAudit* audit) {
  // The engine lets garbage grow to as much as is alive, and more where it is young.
  constexpr std::uint64_t kHeapShare = 3, kProgram = std::uint64_t{96} << 20;
  js::OverrunGuard::Options options;
  if (policy.heap_bytes != 0) options.resident_bytes = policy.heap_bytes * kHeapShare + kProgram;
  options.on_overrun = [code = policy.limit_exit_code, redactor, audit](const js::LimitReport& report) {
    js::LimitReport told = report;
    told.stack = {"a built-in of the engine that cannot be interrupted"};
    print_limit(told, redactor);
    if (audit != nullptr) {
      audit->overrun(told);
      static_cast<void>(audit->end(code));
    }
    std::_Exit(code);
  };
  return js::OverrunGuard::start(runtime, std::move(options));
}

}  // namespace millrace::cli
