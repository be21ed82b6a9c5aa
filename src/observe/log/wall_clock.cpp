#include <millrace/observe/wall_clock.h>

#include <ctime>

namespace millrace::observe {

WallTime SystemWallClock::now() const noexcept {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return WallTime(std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec});
}

}  // namespace millrace::observe
