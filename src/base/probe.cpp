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

void Probe::set_on(bool on) noexcept {
  // By what it was before, so that of two threads only one changes the list's number.
  if ((on_.exchange(on ? 1 : 0, std::memory_order_relaxed) != 0) == on) return;
  Probe* const list = list_.load(std::memory_order_relaxed);
  if (list == nullptr) return;
  if (on)
    list->on_.fetch_add(1, std::memory_order_relaxed);
  else
    list->on_.fetch_sub(1, std::memory_order_relaxed);
}

#if defined(__linux__)
void Probe::note_thread() noexcept { thread_number_.store(syscall(SYS_gettid), std::memory_order_relaxed); }
#else
void Probe::note_thread() noexcept {}
#endif

}  // namespace millrace
