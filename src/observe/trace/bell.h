// Wakes one thread that waits, from others that must not wait themselves.
#pragma once

#include <semaphore.h>

#include <algorithm>
#include <ctime>

#include <millrace/assert.h>
#include <millrace/clock.h>

#include "base/timespec.h"

namespace millrace::observe {

/// A POSIX semaphore: ringing takes no lock, so whoever rings is never held up by a thread that lost its processor. It publishes nothing:
/// what the ringing is about goes through atomics of its own.
class Bell {
 public:
  Bell() { MILLRACE_ASSERT(sem_init(&semaphore_, 0, 0) == 0); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell() { sem_destroy(&semaphore_); }

  /// Thread    any.
  void ring() noexcept { sem_post(&semaphore_); }
  /// Waits for a ring, at most `time_limit`; several rings may end several waits. A signal may end it early.
  void wait(Duration time_limit) noexcept {
    timespec until{};
    clock_gettime(CLOCK_MONOTONIC, &until);
    const Duration at =
        std::chrono::seconds{until.tv_sec} + Duration{until.tv_nsec} + std::clamp(time_limit, Duration::zero(), kLongest);
    until = to_timespec(at);
    (void)sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &until);
  }

 private:
  static constexpr Duration kLongest = std::chrono::hours{24};  // far from overflow; a wait may end early anyway
  sem_t semaphore_{};
};

}  // namespace millrace::observe
