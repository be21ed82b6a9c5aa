// A duration in the shape that system calls take.
#pragma once

#include <ctime>

#include <millrace/clock.h>

namespace millrace {

/// `duration` is not negative. Timespec: timespec, or a system interface's own struct of the same members.
template <typename Timespec = timespec>
[[nodiscard]] inline Timespec to_timespec(Duration duration) noexcept {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  Timespec time{};
  time.tv_sec = static_cast<decltype(time.tv_sec)>(seconds.count());
  time.tv_nsec = static_cast<decltype(time.tv_nsec)>((duration - seconds).count());
  return time;
}

}  // namespace millrace
