// WallClock: what time of day it is, handed in like every clock.
#pragma once

#include <chrono>

namespace millrace::observe {

/// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Tells the time of day. It may be set, so it goes back and jumps: never measure with it. Thread: now() any thread.
class WallClock {
 public:
  WallClock() = default;
  WallClock(const WallClock&) = delete;
  WallClock& operator=(const WallClock&) = delete;
  virtual ~WallClock() = default;
  [[nodiscard]] virtual WallTime now() const noexcept = 0;
};

/// CLOCK_REALTIME. Cost: about 20 ns a call (vDSO, no system call).
class SystemWallClock final : public WallClock {
 public:
  [[nodiscard]] WallTime now() const noexcept override;
};

/// What `clock` says; null: SystemWallClock, for who is handed one or none.
[[nodiscard]] inline WallTime wall_now(const WallClock* clock) noexcept {
  return clock != nullptr ? clock->now() : SystemWallClock{}.now();
}

/// Stands where it was put. Thread: one; meant for tests and examples.
class ManualWallClock final : public WallClock {
 public:
  explicit ManualWallClock(WallTime start = WallTime{}) noexcept : now_(start) {}
  [[nodiscard]] WallTime now() const noexcept override { return now_; }
  void set(WallTime now) noexcept { now_ = now; }

 private:
  WallTime now_;
};

}  // namespace millrace::observe
