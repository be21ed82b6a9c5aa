// Clocks are handed in, never reached for: real time in programs, time that tests move in tests.
#pragma once

#include <chrono>

namespace millrace {

using Duration = std::chrono::nanoseconds;

/// Marks the time points of a Clock; its own epoch is arbitrary, so instants of two clocks do not compare.
struct ClockTag {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ClockTag>;
  static constexpr bool is_steady = true;
};
using Instant = ClockTag::time_point;

/// Tells the time. Never goes back. Thread: now() any thread.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const noexcept = 0;
};

/// CLOCK_MONOTONIC: nanoseconds that do not move while the machine sleeps. Cost: about 20 ns a call (vDSO, no system call).
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const noexcept override;
};

/// Stands still until told otherwise. Thread: one; meant for tests and simulation.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = Instant{}) noexcept : now_(start) {}
  [[nodiscard]] Instant now() const noexcept override { return now_; }
  /// Negative durations are ignored: a clock never goes back.
  void advance(Duration by) noexcept {
    if (by > Duration::zero()) now_ += by;
  }
  void advance_to(Instant to) noexcept {
    if (to > now_) now_ = to;
  }

 private:
  Instant now_;
};

}  // namespace millrace
