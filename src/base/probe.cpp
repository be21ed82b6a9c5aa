#include <millrace/probe.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

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

#if defined(__linux__)
void Probe::note_thread() noexcept { thread_number_.store(syscall(SYS_gettid), std::memory_order_relaxed); }
#else
void Probe::note_thread() noexcept {}
#endif

}  // namespace millrace
