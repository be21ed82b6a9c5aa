// TimerHook: told of every operation on a timer, for who keeps account of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/context.h>

namespace millrace {

/// Implemented by what keeps account of timers (observe::LoopAudit), and handed to a loop in LoopOptions. It may serve several loops, and outlives
/// them all.
/// Which     the timers of C++ (Loop::schedule(), schedule_at(), every()) and those of JavaScript on the loop (timeouts, intervals, and what built-ins arm
///           for a program, such as AbortSignal.timeout()). Immediates are no timers. The one timer of the loop on which JavaScript's lists wait, and the
///           engine's own, are not told: nobody has asked for them.
/// Order     that of the operations: created() before the call that arms it returns, fired() before its callback, and of an interval each time.
///           Every timer that was created is told of until it is over: a one-shot when it has fired, any other when it is cancelled; refresh()
///           begins it anew.
/// Once      an operation that changes nothing is none: cancelling a timer that is over, or for the second time.
/// Thread    the loop's.
/// Errors    exceptions are contained and counted (LoopFigures::observer_failures); the operation is done all the same.
/// Calling   it may use the loop, but neither schedule, cancel nor refresh timers.
/// Cost      without a hook one comparison with null for each operation. With one a virtual call, and what it does.
class TimerHook {
 public:
  enum class Source : std::uint8_t { loop, javascript };
  enum class Cancelled : std::uint8_t {
    by_program,  ///< by whoever has the handle
    by_closing,  ///< the loop was closed, the JavaScript program ended, or a limit ended an interval's callback
  };
  enum class Rejected : std::uint8_t {
    closed,  ///< the loop takes nothing more
    limit,   ///< LoopLimits::timers_max or SandboxPolicy::timers is reached
  };

  /// Valid during the call.
  struct Timer {
    Source source;
    /// No two timers of a loop have the same one. JavaScript: its number among the timers of its runtime, from 1 on, which is not what `+timer`
    /// gives. Zero: it was rejected.
    std::uint64_t id;
    Duration delay;        ///< as it was asked for; an interval's period
    bool repeats;          ///< an interval
    const Context& owner;  ///< the one that was current where it was created; empty: none was
    /// When it is to fire, on the loop's clock. fired(): when it was to. cancelled(): known of those that closing ends.
    std::optional<Instant> due{};
  };

  TimerHook() = default;
  TimerHook(const TimerHook&) = delete;
  TimerHook& operator=(const TimerHook&) = delete;
  virtual ~TimerHook() = default;

  virtual void created(const Timer& timer) = 0;
  virtual void fired(const Timer& timer) = 0;
  virtual void refreshed(const Timer& timer) = 0;
  virtual void cancelled(const Timer& timer, Cancelled how) = 0;
  /// It was asked for, and there is none.
  virtual void rejected(const Timer& timer, Rejected why) = 0;
};
[[nodiscard]] std::string_view to_string(TimerHook::Source source) noexcept;
[[nodiscard]] std::string_view to_string(TimerHook::Cancelled how) noexcept;
[[nodiscard]] std::string_view to_string(TimerHook::Rejected why) noexcept;

}  // namespace millrace
