// LoopAudit: the operations on a loop's timers as records of an audit log.
#pragma once

#include <functional>
#include <string>

#include <millrace/context.h>
#include <millrace/observe/audit_log.h>
#include <millrace/timer_hook.h>

namespace millrace::observe {

struct LoopAuditOptions {
  /// The actor of records whose timer has no other.
  std::string actor{};
  /// Whom a timer belongs to, by the context it was created in: a tenant, a user. Empty, or what it answers is: `actor`. On the loop's thread.
  std::function<std::string(const Context& owner)> actor_of{};
};

/// The TimerHook that writes records. Hand it to a loop in LoopOptions, or to several.
/// Kind        "timer.created", "timer.fired", "timer.refreshed", "timer.cancelled", "timer.rejected". Id: "loop:7" or "javascript:7".
/// Fields      delay_ms, repeats; due_ns on the loop's clock, where it is known; how it was cancelled, why it was rejected; trace, span and
///             correlation_id, when the timer's context has them.
/// Full queue  the record is lost, counted, and told by the log; the loop does not wait, unless AuditOptions::wait_when_full says so.
/// Thread      the loop's. Lifetime: the log outlives it; see TimerHook for its own. Cost: that of AuditLog::append().
class LoopAudit final : public TimerHook {
 public:
  explicit LoopAudit(AuditLog& log, LoopAuditOptions options = {}) : log_(&log), options_(std::move(options)) {}

  void created(const Timer& timer) override { write("timer.created", timer, {}, {}); }
  void fired(const Timer& timer) override { write("timer.fired", timer, {}, {}); }
  void refreshed(const Timer& timer) override { write("timer.refreshed", timer, {}, {}); }
  void cancelled(const Timer& timer, Cancelled how) override { write("timer.cancelled", timer, "how", to_string(how)); }
  void rejected(const Timer& timer, Rejected why) override { write("timer.rejected", timer, "why", to_string(why)); }

 private:
  void write(std::string_view kind, const Timer& timer, std::string_view more, std::string_view text);

  AuditLog* log_;
  LoopAuditOptions options_;
};

}  // namespace millrace::observe
