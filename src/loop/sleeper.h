// The sleeper: how a loop waits when it has nothing to do. In the poller, on a futex, spinning first, or up to a deadline.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/loop_options.h>
#include <millrace/poller.h>

#include "ingress/doorbell.h"

namespace millrace {

/// Learns from how spinning and sleeping went, so that the next decision is better. Plain arithmetic on instants, no system.
class SpinAdvice {
 public:
  /// How long to look for work before the next sleep; zero: sleep at once.
  [[nodiscard]] Duration budget(Duration spin_max) const noexcept { return misses_ < kMissesMax ? spin_max : Duration::zero(); }
  void hit() noexcept { misses_ = 0; }
  void miss() noexcept {
    if (misses_ < kMissesMax) ++misses_;
  }
  /// A sleep that ended by work after `slept`: shorter than a spin would have lasted means that spinning pays again.
  void slept(Duration slept, Duration spin_max) noexcept {
    if (slept <= spin_max) misses_ = 0;
  }

 private:
  static constexpr int kMissesMax = 4;
  int misses_ = 0;
};

/// How much too late timed sleeps end: about what four of five do not exceed.
class LatenessAdvice {
 public:
  [[nodiscard]] Duration lead(Duration lead_max) const noexcept { return std::min(lead_, lead_max); }
  /// In steps that do not depend on how far off it was: one wake-up that was late by milliseconds says nothing about the next.
  void overslept(Duration by) noexcept {
    const Duration step = std::max(lead_ / 32, kStepMin);
    lead_ = by > lead_ ? lead_ + 4 * step : std::max(lead_ - step, Duration::zero());
  }

 private:
  static constexpr Duration kStepMin{500};
  Duration lead_{};
};

/// What the sleeper must ask its loop.
class SleepHost {
 public:
  /// True when posted work waits or the run must end: sequentially consistent, as the announcement is.
  [[nodiscard]] virtual bool has_news() const noexcept = 0;

 protected:
  ~SleepHost() = default;
};

struct SleepFigures {
  std::uint64_t waits = 0;
  std::uint64_t sleeps = 0;
  std::uint64_t futex_sleeps = 0;
  std::uint64_t spins = 0;
  std::uint64_t spin_hits = 0;
  std::uint64_t mode_changes = 0;
};

/// Thread: loop thread.
class Sleeper {
 public:
  /// Which parts were handed in and may be stand-ins.
  struct Parts {
    bool own_poller;  ///< no: it must be used for every sleep
    bool own_clock;   ///< no: it may stand still, so nothing spins until it says so
  };
  /// `tell` hears of changes, and must contain what it throws; when it is empty nothing is measured.
  Sleeper(Poller& poller, Doorbell& bell, const Clock& clock, const SleepHost& host, SleepPolicy policy, Parts parts,
          std::function<void(const SleepModeChange&)> tell);

  /// Waits for readiness, posts, or the time-out, whichever comes first; nothing means for ever. Fills `out`.
  /// `watches`: descriptors are registered.
  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout, bool watches);

  /// Announces a sleep that somebody else's loop does for us: until resume_from_host(), a post makes the poller's descriptor readable.
  void announce_for_host() noexcept;
  /// Ends that. The next wait asks the poller, so that a signal which came meanwhile, or comes late, does not stay.
  void resume_from_host() noexcept;

  void set_policy(SleepPolicy policy) noexcept;
  [[nodiscard]] const SleepPolicy& policy() const noexcept { return policy_; }
  [[nodiscard]] const SleepFigures& figures() const noexcept { return figures_; }
  /// The thread's timer slack as it was before wait() changed it. Call when a run ends.
  void restore_slack() noexcept;

 private:
  [[nodiscard]] Result<std::size_t> poll(std::span<ReadyEvent> out, std::optional<Duration> timeout);
  [[nodiscard]] Result<std::size_t> sleep(std::span<ReadyEvent> out, std::optional<Duration> timeout, bool watches);
  /// With the spinning and the early waking that the policy asks for.
  [[nodiscard]] Result<std::size_t> sleep_precisely(std::span<ReadyEvent> out, std::optional<Duration> timeout, bool watches);
  /// Looks for work until `until`; nothing: it was in vain.
  [[nodiscard]] std::optional<Result<std::size_t>> spin(std::span<ReadyEvent> out, Instant until, bool watches);
  [[nodiscard]] SleepMode mode_for(bool watches) const noexcept;
  void change_mode(SleepMode mode);
  void measure(bool on) noexcept;
  void measure_wake() noexcept;
  void set_slack() noexcept;

  Poller& poller_;
  Doorbell& bell_;
  const Clock& clock_;
  const SleepHost& host_;
  SleepPolicy policy_;
  Parts parts_;
  std::function<void(const SleepModeChange&)> tell_;

  SleepMode mode_ = SleepMode::poller;
  bool measuring_ = false;
  bool policy_changed_ = false;
  bool announced_for_host_ = false;
  bool signal_may_wait_ = false;
  SpinAdvice spin_advice_;
  LatenessAdvice lateness_;
  SleepFigures figures_;
  std::optional<long> old_slack_;

  struct Latency {
    std::optional<Duration> mean;
    int samples = 0;
  };
  std::array<Latency, 2> latency_{};           ///< by SleepMode
  std::optional<SleepModeChange> unmeasured_;  ///< told once; its latency_after is still missing
};

}  // namespace millrace
