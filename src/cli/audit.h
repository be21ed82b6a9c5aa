// `millrace run --audit`: timers and policy decisions of the program in an audit log.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <millrace/clock.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>

namespace millrace {
struct LoopOptions;
}
namespace millrace::js {
struct LimitReport;
struct RuntimeOptions;
}  // namespace millrace::js

namespace millrace::cli {

struct AuditRequest {
  std::string file;
  std::string key_file;  ///< empty: no key
  Duration flush_window = std::chrono::milliseconds(100);
};

/// As given on the command line; nothing: no audit log. Errors: Errc::invalid_argument, in words for who typed it.
[[nodiscard]] Result<std::optional<AuditRequest>> audit_request(const std::string& file, const std::string& key_file,
                                                                const std::string& flush);

/// Made before the loop, and gone after it. Errors of writing go to standard error.
class ProgramAudit {
 public:
  /// `program`: what the records say is run; `tenant`: whom it is for; `redactor`: asked about all of it, may be null, and outlives this.
  /// Errors: those of AuditLog::open() and read_audit_key().
  [[nodiscard]] static Result<std::unique_ptr<ProgramAudit>> open(const AuditRequest& request, const observe::Redactor* redactor,
                                                                  const std::string& program, const std::string& tenant);
  ~ProgramAudit();
  ProgramAudit(const ProgramAudit&) = delete;
  ProgramAudit& operator=(const ProgramAudit&) = delete;

  void complete(LoopOptions& options);
  void complete(js::RuntimeOptions& options);
  /// The process ends because of it, and nothing of the program runs any more. Thread: any.
  void overrun(const js::LimitReport& report);
  /// The program has ended. Waits a bounded time until all of it is durable, and says when it is not.
  /// Returns the exit code of the process: `exit_code`, or 1 in place of 0 when records are missing. Thread: any.
  int end(int exit_code);

 private:
  struct Parts;
  explicit ProgramAudit(std::unique_ptr<Parts> parts) noexcept;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::cli
