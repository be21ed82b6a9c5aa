// Sampler: chooses which of many alike events are measured, so that measuring costs the same share of time whether they are fast or slow.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include <millrace/clock.h>

namespace millrace::detail {

/// Numbers whose mean is given, at random: 1 to 2 * mean - 1, each as likely as the others.
class RandomDistance {
 public:
  explicit RandomDistance(std::uint64_t seed) noexcept : state_(seed | 1) {}
  [[nodiscard]] std::uint32_t next(std::uint32_t mean) noexcept {
    if (mean <= 1) return 1;
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return 1 + static_cast<std::uint32_t>((state_ >> 32) % (2 * std::uint64_t{mean} - 1));
  }

 private:
  std::uint64_t state_;
};

/// Every event is chosen while they come slower than one in `gap`; faster ones are chosen at random distances that keep that pace, at
/// least one in `distance_max`. Random, so that a pattern in the events does not meet the same one every time.
/// Thread    none of its own.
class Sampler {
 public:
  struct Settings {
    std::uint32_t distance_max = 64;
    Duration gap = std::chrono::microseconds(20);
  };
  explicit Sampler(std::uint64_t seed) noexcept : random_(seed) {}

  void set(Settings settings) noexcept {
    settings.distance_max = std::clamp<std::uint32_t>(settings.distance_max, 1, 1U << 20);
    settings_ = settings;
    mean_ = distance_ = 1;
    known_ = false;
  }
  /// How many events the one chosen now stands for: the mean distance when it was chosen.
  [[nodiscard]] std::uint32_t weight() const noexcept { return mean_; }
  /// Chooses the next event: the one so many events after the one chosen now, which happens at `now`.
  [[nodiscard]] std::uint32_t next(Instant now) noexcept {
    if (known_ && now > last_) {
      // In powers of two, and at most four times the pace of before: one slow event among fast ones says little.
      const Duration::rep pace = std::max<Duration::rep>((now - last_).count() / distance_, 1);
      const auto wanted = static_cast<std::uint64_t>(std::max<Duration::rep>(settings_.gap.count() / pace, 1));
      const std::uint64_t bounded =
          std::clamp<std::uint64_t>(std::bit_floor(wanted), std::max(mean_ / 4, 1U), std::uint64_t{mean_} * 4);
      mean_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(bounded, settings_.distance_max));
    }
    known_ = true;
    last_ = now;
    distance_ = random_.next(mean_);
    return distance_;
  }

 private:
  Settings settings_;
  RandomDistance random_;
  Instant last_{};
  std::uint32_t mean_ = 1;
  std::uint32_t distance_ = 1;
  bool known_ = false;
};

}  // namespace millrace::detail
