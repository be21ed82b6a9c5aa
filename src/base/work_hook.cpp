#include <millrace/work_hook.h>

namespace millrace {

std::string_view to_string(WorkHook::Kind kind) noexcept {
  switch (kind) {
    case WorkHook::Kind::timer: return "timer";
    case WorkHook::Kind::posted: return "posted";
    case WorkHook::Kind::readiness: return "readiness";
    case WorkHook::Kind::immediate: return "immediate";
    case WorkHook::Kind::closing: return "closing";
    case WorkHook::Kind::next_tick: return "next_tick";
    case WorkHook::Kind::microtask: return "microtask";
    case WorkHook::Kind::continuation: return "continuation";
    case WorkHook::Kind::worker_job: return "worker_job";
  }
  return "unknown";
}

}  // namespace millrace
