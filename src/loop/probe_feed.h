// What a loop keeps for its probe: whether it is on, and what is being measured.
#pragma once

#include <optional>
#include <utility>

#include <millrace/probe.h>

namespace millrace {

/// Loop thread. Cost while there is no probe, or one that is off: a load and a branch for each question.
class ProbeFeed {
 public:
  explicit ProbeFeed(Probe* probe) noexcept : probe_(probe) {}

  [[nodiscard]] bool exists() const noexcept { return probe_ != nullptr; }
  /// The probe while it is on, else null.
  [[nodiscard]] Probe* on() const noexcept { return on_; }
  /// True when this one is to be measured.
  [[nodiscard]] bool counts(Work work) noexcept { return on_ != nullptr && on_->count(work); }
  [[nodiscard]] bool measuring() const noexcept { return measuring_; }
  /// What on() should be.
  [[nodiscard]] Probe* wanted() const noexcept { return probe_ != nullptr && probe_->on() ? probe_ : nullptr; }
  /// Nothing is being measured afterwards.
  void turn(Probe* on) noexcept {
    on_ = on;
    measuring_ = false;
    context = {};
    tick_began_.reset();
  }

  // Of the task being measured.
  Work kind = Work::timer;
  Instant started{};
  std::optional<Duration> late;
  std::uint64_t jobs_before = 0;
  Context context;
  bool stamping = false;  ///< the door notes when posts come
  // Of the tick being measured.
  Duration slept{};
  Instant last_state{};

  void begin() noexcept { measuring_ = true; }
  void end() noexcept { measuring_ = false; }
  void begin_tick(Instant now) noexcept {
    tick_began_ = now;
    slept = {};
  }
  [[nodiscard]] std::optional<Instant> take_tick() noexcept { return std::exchange(tick_began_, std::nullopt); }

 private:
  Probe* probe_;
  Probe* on_ = nullptr;
  bool measuring_ = false;
  std::optional<Instant> tick_began_;
};

}  // namespace millrace
