// Tells when a batch of tasks has used up its time, reading the clock as seldom as the tasks are short.
#pragma once

#include <algorithm>

#include <millrace/clock.h>

namespace millrace {

/// Call over() after each task. Cost: a countdown, and a clock read at least every kStretchMax tasks.
/// Accuracy  the next reading comes after half of the time that is left, at the pace of the last stretch; so tasks that are slow alike
///           exceed the limit by one, and a batch that turns slow all at once by kStretchMax.
class BatchMeter {
 public:
  static constexpr Duration::rep kStretchMax = 64;

  BatchMeter(const Clock& clock, Duration limit) noexcept : clock_(clock), limit_(limit), start_(clock.now()), last_(start_) {}

  [[nodiscard]] bool over() noexcept {
    if (--left_in_stretch_ > 0) return false;
    const Instant now = clock_.now();
    elapsed_ = now - start_;
    if (elapsed_ >= limit_) return true;
    const Duration pace = std::max((now - last_) / stretch_, Duration{1});
    stretch_ = std::clamp<Duration::rep>((limit_ - elapsed_) / (pace * 2), 1, kStretchMax);
    left_in_stretch_ = stretch_;
    last_ = now;
    return false;
  }
  /// At the latest reading.
  [[nodiscard]] Duration elapsed() const noexcept { return elapsed_; }

 private:
  const Clock& clock_;
  Duration limit_;
  Instant start_;
  Instant last_;
  Duration elapsed_{};
  Duration::rep stretch_ = 1;
  Duration::rep left_in_stretch_ = 1;
};

}  // namespace millrace
