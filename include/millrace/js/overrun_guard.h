// OverrunGuard: what a host does about JavaScript that is stuck where it cannot be interrupted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <millrace/clock.h>
#include <millrace/js/limits.h>
#include <millrace/result.h>

namespace millrace::js {

class Runtime;

/// Some built-ins of the engine do not look whether they are to stop: a regular expression, arithmetic with integers of a million bits, copying a
/// string of a gigabyte. And what they take of the system's memory is taken between two looks. The guard sees from a thread of its own that an
/// operation of a runtime with a policy is over its time, or the process too large, and nobody has ended it. It cannot end it either: what is done is
/// for the host to say. A program that runs nothing else ends itself, as `millrace run --sandbox` does; a service writes it down, takes no more
/// work, and lets its supervisor start another.
/// Cost      one thread, which wakes every `interval` and reads two numbers.
class OverrunGuard {
 public:
  struct Options {
    /// How long an operation may go on after its limit, without an interrupt that would have ended it.
    Duration grace = std::chrono::milliseconds(80);
    Duration interval = std::chrono::milliseconds(5);
    /// What the process may have in memory while JavaScript runs. Zero: as much as it likes.
    std::uint64_t resident_bytes = 0;
    /// On the guard's thread, once for each operation; the report has no stack. It must not touch the runtime but for its KillSwitch.
    std::function<void(const LimitReport&)> on_overrun{};
  };

  /// Thread    the runtime's. Lifetime: the guard may outlive the runtime, and is quiet then.
  /// Errors: Errc::invalid_argument: the runtime has no policy, there is no on_overrun, or the interval is not positive; the system's, when it has
  /// no thread.
  [[nodiscard]] static Result<std::unique_ptr<OverrunGuard>> start(Runtime& runtime, Options options);
  ~OverrunGuard();
  OverrunGuard(const OverrunGuard&) = delete;
  OverrunGuard& operator=(const OverrunGuard&) = delete;

 private:
  class Impl;
  explicit OverrunGuard(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace::js
