#include "cli/audit.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

#include <millrace/js/runtime.h>
#include <millrace/observe/loop_audit.h>

#include "cli/policy_file.h"

namespace millrace::cli {
namespace {

using observe::AuditField;

/// A program that does more than the disk takes is slowed down, rather than its records lost.
constexpr Duration kWaitWhenFull = std::chrono::milliseconds(100);
constexpr Duration kEndLimit = std::chrono::seconds(5);

void say(std::string_view what) { std::fprintf(stderr, "millrace: audit log: %.*s\n", static_cast<int>(what.size()), what.data()); }

std::string rights_of(const js::SandboxPolicy& policy) {
  std::string rights;
  const auto right = [&rights](bool given, std::string_view name) {
    if (given) rights.append(rights.empty() ? "" : " ").append(name);
  };
  right(policy.eval, "eval");
  right(policy.web_assembly, "web_assembly");
  right(policy.shared_memory, "shared_memory");
  right(policy.files, "files");
  right(policy.modules, "modules");
  right(policy.system, "system");
  right(policy.workers, "workers");
  return rights;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : " ").append(name);
  return text;
}

double ms(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

void record_policy(observe::AuditLog& log, const js::PolicyDecision& decision) {
  const js::SandboxPolicy& policy = *decision.policy;
  const std::string rights = rights_of(policy), modules = joined(policy.builtin_modules), globals = joined(policy.globals);
  const std::array<AuditField, 17> fields{{{"evaluation_ms", ms(policy.evaluation.wall)},
                                           {"evaluation_cpu_ms", ms(policy.evaluation.cpu)},
                                           {"callback_ms", ms(policy.callback.wall)},
                                           {"callback_cpu_ms", ms(policy.callback.cpu)},
                                           {"checkpoint_ms", ms(policy.checkpoint.wall)},
                                           {"checkpoint_cpu_ms", ms(policy.checkpoint.cpu)},
                                           {"heap_bytes", policy.heap_bytes},
                                           {"output_bytes", policy.output_bytes},
                                           {"timers", policy.timers},
                                           {"tasks", policy.tasks},
                                           {"string_length", policy.string_length},
                                           {"array_length", policy.array_length},
                                           {"buffer_bytes", policy.buffer_bytes},
                                           {"rights", std::string_view(rights)},
                                           {"builtin_modules", std::string_view(modules)},
                                           {"globals", std::string_view(globals)},
                                           {"frozen_intrinsics", policy.frozen_intrinsics}}};
  static_cast<void>(log.append({.kind = "policy.applied", .actor = decision.tenant, .fields = fields}));
}

void record_end(observe::AuditLog& log, std::string_view kind, std::string_view tenant, const js::LimitReport& report) {
  const std::array<AuditField, 4> fields{
      {{"limit", js::to_string(report.limit)},
       {"operation", js::to_string(report.operation)},
       {"value", std::string_view(report.value)},
       {"at", report.stack.empty() ? std::string_view() : std::string_view(report.stack.front())}}};
  static_cast<void>(log.append({.kind = kind, .actor = tenant, .fields = fields}));
}

void record_decision(observe::AuditLog& log, const js::PolicyDecision& decision) {
  using Kind = js::PolicyDecision::Kind;
  const std::string kind = "policy." + std::string(to_string(decision.kind));
  switch (decision.kind) {
    case Kind::applied: return record_policy(log, decision);
    case Kind::ended:
    case Kind::killed: return record_end(log, kind, decision.tenant, *decision.report);
    case Kind::denied:
    case Kind::refused: {
      const std::array<AuditField, 2> fields{
          {{decision.kind == Kind::denied ? "right" : "limit", decision.name}, {"what", decision.what}}};
      static_cast<void>(log.append({.kind = kind, .actor = decision.tenant, .fields = fields}));
      return;
    }
    case Kind::suppressed: {
      const std::array<AuditField, 1> fields{{{"count", decision.count}}};
      static_cast<void>(log.append({.kind = kind, .actor = decision.tenant, .fields = fields}));
    }
  }
}

}  // namespace

struct ProgramAudit::Parts {
  Parts(std::unique_ptr<observe::AuditLog> opened, std::string whose)
      : log(std::move(opened)), tenant(std::move(whose)), timers(*log, {.actor = tenant, .actor_of = {}}) {}
  std::unique_ptr<observe::AuditLog> log;
  std::string tenant;
  observe::LoopAudit timers;
};

Result<std::optional<AuditRequest>> audit_request(const std::string& file, const std::string& key_file, const std::string& flush) {
  if (file.empty()) {
    if (key_file.empty() && flush.empty()) return std::optional<AuditRequest>();
    return fail(Errc::invalid_argument, "--audit-key-file and --audit-flush say how an audit log is written: add --audit=FILE");
  }
  AuditRequest request{.file = file, .key_file = key_file};
  if (!flush.empty()) {
    const Result<Duration> window = parse_duration(flush);
    if (!window || *window < Duration::zero() || *window > std::chrono::minutes(1))
      return fail(Errc::invalid_argument, "--audit-flush: '" + flush + "' is no time up to a minute: 10ms, 1s");
    request.flush_window = *window;
  }
  return std::optional(std::move(request));
}

ProgramAudit::ProgramAudit(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
ProgramAudit::~ProgramAudit() = default;

Result<std::unique_ptr<ProgramAudit>> ProgramAudit::open(const AuditRequest& request, const observe::Redactor* redactor,
                                                         const std::string& program, const std::string& tenant) {
  observe::AuditOptions options;
  options.flush_window = request.flush_window;
  options.redactor = redactor;
  options.wait_when_full = kWaitWhenFull;
  options.on_error = [](std::string_view error) {
    say(error.empty() ? std::string("it can be written again") : std::string(error) + "; it is kept, and tried again");
  };
  if (!request.key_file.empty()) {
    Result<std::string> key = observe::read_audit_key(request.key_file);
    if (!key) return fail(std::move(key.error()));
    options.key = std::move(*key);
  }
  Result<std::unique_ptr<observe::AuditLog>> log = observe::AuditLog::open(request.file, std::move(options));
  if (!log) return fail(std::move(log.error()));
  static_cast<void>((*log)->append({.kind = "program.started", .actor = tenant, .id = program}));
  return std::unique_ptr<ProgramAudit>(new ProgramAudit(std::make_unique<Parts>(std::move(*log), tenant)));
}

void ProgramAudit::complete(LoopOptions& options) { options.timer_hook = &parts_->timers; }

void ProgramAudit::complete(js::RuntimeOptions& options) {
  options.on_policy_decision = [log = parts_->log.get()](const js::PolicyDecision& decision) { record_decision(*log, decision); };
}

void ProgramAudit::overrun(const js::LimitReport& report) { record_end(*parts_->log, "policy.ended", parts_->tenant, report); }

int ProgramAudit::end(int exit_code) {
  observe::AuditLog& log = *parts_->log;
  const std::array<AuditField, 1> fields{{{"exit_code", std::int64_t{exit_code}}}};
  static_cast<void>(log.append({.kind = "program.ended", .actor = parts_->tenant, .fields = fields}));
  const Result<void> closed = log.close(kEndLimit);
  const std::uint64_t lost = log.figures().lost;
  if (!closed) say(closed.error().message());
  if (lost > 0) say(std::to_string(lost) + " records were lost; the log says where");
  return exit_code == 0 && (!closed || lost > 0) ? 1 : exit_code;
}

}  // namespace millrace::cli
