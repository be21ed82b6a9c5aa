// The arithmetic of an AdmissionPolicy, the same at the door and in a lane.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <millrace/admission.h>
#include <millrace/clock.h>

namespace millrace {

/// Holds up to `burst` tokens and gets `per_second` new ones. Refilled when asked, from the time that has passed.
class TokenBucket {
 public:
  TokenBucket(double per_second, std::size_t burst) noexcept
      : per_second_(per_second), burst_(static_cast<double>(std::max<std::size_t>(burst, 1))), tokens_(burst_) {}
  /// How many of `wanted` tokens there are. Nothing is taken yet.
  [[nodiscard]] std::size_t available(std::size_t wanted, Instant now) noexcept {
    if (filled_at_ && now > *filled_at_)
      tokens_ = std::min(burst_, tokens_ + std::chrono::duration<double>(now - *filled_at_).count() * per_second_);
    if (!filled_at_ || now > *filled_at_) filled_at_ = now;
    // A token that rounding left a hair short counts as whole.
    return tokens_ + kHair >= static_cast<double>(wanted) ? wanted : static_cast<std::size_t>(std::max(tokens_ + kHair, 0.0));
  }
  void take(std::size_t count) noexcept { tokens_ -= static_cast<double>(count); }

 private:
  static constexpr double kHair = 1e-6;
  double per_second_;
  double burst_;
  double tokens_;
  std::optional<Instant> filled_at_;
};

/// What a producer knows of how far the loop is. Both only grow; `held` counts what an InFlight keeps although its task returned.
struct Progress {
  std::uint64_t started = 0;
  std::uint64_t finished = 0;
  std::size_t held = 0;
};

/// How many of the tasks after `published` the bounds let in.
[[nodiscard]] inline std::size_t room(const AdmissionPolicy& policy, std::size_t limit, std::uint64_t published,
                                      const Progress& progress) noexcept {
  const auto left = [](std::uint64_t bound, std::uint64_t used) { return bound > used ? bound - used : 0; };
  const std::uint64_t depth = policy.depth_max == 0 ? limit : std::min(limit, policy.depth_max);
  std::uint64_t free = left(depth, published - progress.started);
  if (policy.in_flight_max != 0) free = std::min(free, left(policy.in_flight_max, published - progress.finished + progress.held));
  return static_cast<std::size_t>(free);
}
[[nodiscard]] inline bool valid(const AdmissionPolicy& policy) noexcept {
  return policy.tasks_per_second >= 0;
}  // false for a NaN too

}  // namespace millrace
