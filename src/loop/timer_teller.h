// TimerTeller: what a loop with a TimerHook tells it. A loop without one has none of these, and pays a comparison with null.
#pragma once

#include <vector>

#include <millrace/timer_hook.h>

#include "time/timer_store.h"

namespace millrace {

class LoopCore;

/// Thread    the loop's. Lifetime: the core's.
class TimerTeller {
 public:
  TimerTeller(TimerHook& hook, LoopCore& core) noexcept : hook_(hook), core_(core) {}
  TimerTeller(const TimerTeller&) = delete;
  TimerTeller& operator=(const TimerTeller&) = delete;
  ~TimerTeller() = default;

  // Of timers in the loop's own store.
  void created(TimerId id, Instant due) noexcept;
  void fired(const DueTimer& due) noexcept;
  void refreshed(TimerId id, Instant due) noexcept;
  /// About to be.
  void cancelled(TimerId id) noexcept;
  void rejected(Duration delay, bool repeats, Instant due, TimerHook::Rejected why) noexcept;
  /// All that are armed end now, in the order of their deadlines. What their callables cancel while they are destroyed is over already.
  void closing() noexcept;

  /// For timers elsewhere, whose room knows them itself.
  [[nodiscard]] TimerHook& hook() noexcept { return hook_; }

  /// Timers that are armed from now on until the same is called with false serve the loop itself, or the room above.
  void set_quiet(bool quiet) noexcept { quiet_ = quiet; }

 private:
  [[nodiscard]] bool is_told(TimerId id) const noexcept;
  void forget(TimerId id) noexcept;
  template <typename Tell>
  void tell_of(TimerId id, std::optional<Instant> due, Tell tell) noexcept;

  TimerHook& hook_;
  LoopCore& core_;
  bool quiet_ = false;
  bool closed_ = false;
  std::vector<TimerId> untold_;  ///< live timers that are nobody's; very few
};

/// While it lives, timers that are armed on `core` are nobody's. Cost without a hook: two comparisons.
class [[nodiscard]] UntoldTimers {
 public:
  explicit UntoldTimers(LoopCore& core) noexcept;
  UntoldTimers(const UntoldTimers&) = delete;
  UntoldTimers& operator=(const UntoldTimers&) = delete;
  ~UntoldTimers() {
    if (teller_ != nullptr) teller_->set_quiet(false);
  }

 private:
  TimerTeller* teller_;
};

}  // namespace millrace
