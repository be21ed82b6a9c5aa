#include "loop/sleeper.h"

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <utility>

#include "ingress/backoff.h"
#include "ingress/futex.h"

namespace millrace {
namespace {

constexpr int kLooksPerClockRead = 16;
constexpr int kWakesForALatency = 8;
constexpr int kWakesMeasured = 64;
constexpr int kMeanOf = 8;

}  // namespace

Sleeper::Sleeper(Poller& poller, Doorbell& bell, const Clock& clock, const SleepHost& host, SleepPolicy policy, Parts parts,
                 std::function<void(const SleepModeChange&)> tell)
    : poller_(poller), bell_(bell), clock_(clock), host_(host), policy_(policy), parts_(parts), tell_(std::move(tell)) {
  mode_ = mode_for(false);
  measure(static_cast<bool>(tell_));
}

SleepMode Sleeper::mode_for(bool watches) const noexcept {
  if (!Futex::available() || policy_.fast_path == FastPath::disabled) return SleepMode::poller;
  if (policy_.fast_path == FastPath::forced) return SleepMode::futex;
  return watches || !parts_.own_poller ? SleepMode::poller : SleepMode::futex;
}

Result<std::size_t> Sleeper::wait(std::span<ReadyEvent> out, std::optional<Duration> timeout, bool watches) {
  if (timeout && *timeout <= Duration::zero()) {
    if (!watches && !signal_may_wait_) return 0;  // nobody to ask about: spare the system call
    return poll(out, Duration::zero());
  }
  if (!parts_.own_clock || (policy_.spin_max <= Duration::zero() && policy_.timer_lead_max <= Duration::zero()))
    return sleep(out, timeout, watches);
  return sleep_precisely(out, timeout, watches);
}

Result<std::size_t> Sleeper::sleep_precisely(std::span<ReadyEvent> out, std::optional<Duration> timeout, bool watches) {
  std::optional<Instant> deadline;
  if (timeout) {
    const Instant now = clock_.now();
    deadline = *timeout < Instant::max() - now ? now + *timeout : Instant::max();
  }

  if (const Duration budget = spin_advice_.budget(policy_.spin_max); budget > Duration::zero()) {
    const Instant end = clock_.now() + budget;
    ++figures_.spins;
    if (auto found = spin(out, deadline ? std::min(end, *deadline) : end, watches)) {
      ++figures_.spin_hits;
      spin_advice_.hit();
      return *std::move(found);
    }
    if (deadline && clock_.now() >= *deadline) return poll(out, Duration::zero());
    spin_advice_.miss();
  }

  const Duration lead = lateness_.lead(policy_.timer_lead_max);
  const Instant began = clock_.now();
  if (deadline) timeout = std::max(*deadline - began - lead, Duration::zero());
  Result<std::size_t> ready = 0;
  bool slept = false;
  if (!timeout || *timeout > Duration::zero()) {
    ready = sleep(out, timeout, watches);
    slept = true;
    if (!ready) return ready;
  }
  const bool news = *ready > 0 || host_.has_news();
  const Instant now = clock_.now();
  if (news && slept) spin_advice_.slept(now - began, policy_.spin_max);
  if (deadline && !news) {
    if (slept && now > began + *timeout) lateness_.overslept(now - (began + *timeout));
    // Awake early, on purpose: the rest is too short to sleep through.
    if (lead > Duration::zero() && now < *deadline && *deadline - now <= lead)
      if (auto found = spin(out, *deadline, watches)) return *std::move(found);
  }
  return ready;
}

std::optional<Result<std::size_t>> Sleeper::spin(std::span<ReadyEvent> out, Instant until, bool watches) {
  for (;;) {
    for (int look = 0; look < kLooksPerClockRead; ++look) {
      if (host_.has_news()) return watches ? poll(out, Duration::zero()) : Result<std::size_t>{0};
      relax_processor();
    }
    if (watches) {
      Result<std::size_t> ready = poll(out, Duration::zero());
      if (!ready || *ready > 0) return ready;
    }
    if (clock_.now() >= until) return std::nullopt;
  }
}

Result<std::size_t> Sleeper::poll(std::span<ReadyEvent> out, std::optional<Duration> timeout) {
  ++figures_.waits;
  signal_may_wait_ = false;
  return poller_.wait(out, timeout);
}

Result<std::size_t> Sleeper::sleep(std::span<ReadyEvent> out, std::optional<Duration> timeout, bool watches) {
  ++figures_.sleeps;
  if (const SleepMode mode = mode_for(watches); mode != mode_) change_mode(mode);
  policy_changed_ = false;
  if (timeout && old_slack_ == std::nullopt) set_slack();
  bell_.announce_sleep(mode_);
  // The second look: a producer that published before our announcement saw no sleeper and woke nobody.
  const bool news = host_.has_news();
  Result<std::size_t> ready = 0;
  if (mode_ == SleepMode::poller) {
    ready = poll(out, news ? Duration::zero() : timeout);
  } else {
    ++figures_.futex_sleeps;
    if (auto slept = news ? Result<void>{} : bell_.sleep_on_futex(timeout); !slept) ready = fail(slept.error());
  }
  const bool woken = bell_.resume();
  if (woken && measuring_) measure_wake();
  return ready;
}

void Sleeper::announce_for_host() noexcept {
  bell_.announce_sleep(SleepMode::poller);
  announced_for_host_ = true;
}

void Sleeper::resume_from_host() noexcept {
  if (!std::exchange(announced_for_host_, false)) return;
  bell_.resume();
  signal_may_wait_ = true;
}

void Sleeper::set_policy(SleepPolicy policy) noexcept {
  policy_changed_ = policy_changed_ || policy.fast_path != policy_.fast_path;
  policy_ = policy;
  if (!old_slack_) return;
  if (policy_.timer_slack)
    set_slack();
  else
    restore_slack();
}

void Sleeper::change_mode(SleepMode mode) {
  ++figures_.mode_changes;
  const SleepMode from = std::exchange(mode_, mode);
  const bool by_policy = std::exchange(policy_changed_, false);
  if (!tell_) return;
  const std::string_view reason = by_policy                   ? "the policy was changed"
                                  : mode == SleepMode::poller ? "a descriptor was registered"
                                                              : "no descriptor is registered";
  SleepModeChange change{from, mode, reason, latency_[static_cast<std::size_t>(from)].mean, std::nullopt};
  latency_[static_cast<std::size_t>(mode)].samples = 0;
  measure(true);
  unmeasured_ = change;
  tell_(change);
}

void Sleeper::measure(bool on) noexcept {
  if (on) static_cast<void>(bell_.take_ring_time());  // an old one
  measuring_ = on;
  bell_.note_ring_times(on);
}

void Sleeper::measure_wake() noexcept {
  const std::optional<Instant> rung = bell_.take_ring_time();
  if (!rung) return;
  Latency& latency = latency_[static_cast<std::size_t>(mode_)];
  const Duration took = std::max(SteadyClock{}.now() - *rung, Duration::zero());
  latency.mean = latency.mean ? *latency.mean + (took - *latency.mean) / kMeanOf : took;
  if (++latency.samples >= kWakesMeasured) measure(false);  // known well enough until the place changes
  if (latency.samples < kWakesForALatency || !unmeasured_) return;
  SleepModeChange change = *std::exchange(unmeasured_, std::nullopt);
  change.latency_after = latency.mean;
  tell_(change);
}

#if defined(__linux__)
void Sleeper::set_slack() noexcept {
  if (!policy_.timer_slack) return;
  const long current = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
  if (current <= 0) return;
  if (!old_slack_) old_slack_ = current;
  prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(std::max<Duration::rep>(policy_.timer_slack->count(), 1)), 0, 0, 0);
}

void Sleeper::restore_slack() noexcept {
  if (const std::optional<long> slack = std::exchange(old_slack_, std::nullopt))
    prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(*slack), 0, 0, 0);
}
#else
void Sleeper::set_slack() noexcept {}
void Sleeper::restore_slack() noexcept {}
#endif

}  // namespace millrace
