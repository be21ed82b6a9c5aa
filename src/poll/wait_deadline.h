// When a wait must end, for the pollers that may have to wait in more than one system call.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include <millrace/clock.h>

namespace millrace {

/// A time-out pinned to the clock, so that waiting again after a spurious return neither adds time nor ends early.
/// Cost: one look at the clock (20 ns, no system call) when made with a positive time-out and at each question, else none.
class WaitDeadline {
 public:
  /// The longest single sleep: fits every system call's own unit, and a wait that outlasts it sleeps again.
  static constexpr Duration kLongestNap = std::chrono::hours{24};

  explicit WaitDeadline(std::optional<Duration> timeout) : forever_(!timeout), zero_(timeout && *timeout <= Duration::zero()) {
    if (forever_ || zero_) return;
    const TimePoint now = Clock::now();
    end_ = *timeout > TimePoint::max() - now ? TimePoint::max() : now + *timeout;
  }

  [[nodiscard]] bool is_now() const noexcept { return zero_; }
  [[nodiscard]] bool is_never() const noexcept { return forever_; }
  [[nodiscard]] bool passed() const noexcept { return zero_ || (!forever_ && Clock::now() >= end_); }
  /// How long the next system call may sleep: zero to kLongestNap.
  [[nodiscard]] Duration next_nap() const noexcept {
    if (zero_) return Duration::zero();
    if (forever_) return kLongestNap;
    return std::clamp<Duration>(end_ - Clock::now(), Duration::zero(), kLongestNap);
  }

 private:
  using Clock = std::chrono::steady_clock;  // the clock the kernel's time-outs run on
  using TimePoint = std::chrono::time_point<Clock, Duration>;
  bool forever_;
  bool zero_;
  TimePoint end_{};
};

}  // namespace millrace
