// How long the calling thread has computed.
#pragma once

#include <time.h>

#include <millrace/clock.h>

namespace millrace {

/// Cost: a system call.
inline Duration thread_cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace millrace
