// Names of what observers and figures tell.
#include <millrace/loop_options.h>
#include <millrace/run_outcome.h>

namespace millrace {

std::string_view to_string(BatchExceeded::Reason reason) noexcept {
  return reason == BatchExceeded::Reason::time ? "time" : "tasks";
}

std::string_view to_string(RunOutcome::Reason reason) noexcept {
  switch (reason) {
    case RunOutcome::Reason::idle: return "idle";
    case RunOutcome::Reason::stopped: return "stopped";
    case RunOutcome::Reason::closed: return "closed";
    case RunOutcome::Reason::failed: return "failed";
    case RunOutcome::Reason::reached: return "reached";
    case RunOutcome::Reason::timed_out: return "timed out";
  }
  return "unknown";
}

}  // namespace millrace
