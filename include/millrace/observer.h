// Observer: the one seam through which the loop tells what happens. Null by default, and then nothing is measured or paid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/error.h>

namespace millrace {

/// Where a loop sleeps while it has nothing to do.
enum class SleepMode : std::uint8_t { poller, futex };
[[nodiscard]] std::string_view to_string(SleepMode mode) noexcept;

/// The loop sleeps in another way than before.
struct SleepModeChange {
  SleepMode from;
  SleepMode to;
  std::string_view reason;  ///< "a descriptor was registered", "no descriptor is registered" or "the policy was changed"
  /// Mean time from a producer's wake to the loop running again, as far as it was measured in each mode. `after` is missing in the
  /// first report of a change; a second one follows when it was measured. Measured only while an observer is there, and only for the
  /// first wakes after a change.
  std::optional<Duration> latency_before;
  std::optional<Duration> latency_after;
};

/// Overridden by what wants to know. Thread: the loop thread, unless a member says otherwise.
/// Errors    an exception that leaves an observer is caught, counted (LoopFigures::observer_failures) and dropped.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// The loop moved between two named states (see LoopState). A stop() is told when the loop acts on it.
  virtual void loop_state_changed(std::string_view /*from*/, std::string_view /*to*/) {}
  /// A task threw and the loop's uncaught handler was asked, or the loop stops because there is none.
  virtual void task_failed(const Error& /*error*/) {}
  /// The operating system's wait failed; the loop stops and run() returns the error.
  virtual void poll_failed(const Error& /*error*/) {}
  /// See SleepModeChange; a detail for debugging.
  virtual void sleep_mode_changed(const SleepModeChange& /*change*/) {}
  /// A promise was rejected and nobody handles it. Told once a promise, when RejectionPolicy is, and also when no policy is asked any more
  /// because the loop ended first.
  virtual void rejection_unhandled(const Error& /*reason*/) {}
  /// close() found this many accepted tasks that never ran and gave them back to nobody: they were destroyed unrun.
  virtual void tasks_rejected(std::size_t /*count*/) {}
};

}  // namespace millrace
