#include <millrace/probe.h>

namespace millrace {

std::string_view to_string(Work work) noexcept {
  switch (work) {
    case Work::timer: return "timer";
    case Work::posted: return "posted";
    case Work::readiness: return "readiness";
    case Work::immediate: return "immediate";
    case Work::closing: return "closing";
    case Work::tick: return "tick";
  }
  return "unknown";
}

}  // namespace millrace
