// What ends JavaScript that its host does not trust: names and reports of limits, and the switch that stops it from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/clock.h>

namespace millrace::js {

/// What ended JavaScript. It cannot be caught: neither `catch` nor `finally` of the program runs.
enum class Limit : std::uint8_t {
  wall_time,  ///< an operation took too long
  cpu_time,   ///< an operation used the processor too long
  heap,       ///< what is alive after a full collection is more than the heap may hold
  output,     ///< the program wrote more than it may
  killed,     ///< KillSwitch::kill()
};
/// "wall_time", as policies and reports have it.
[[nodiscard]] std::string_view to_string(Limit limit) noexcept;

/// A piece of JavaScript that is timed by itself.
enum class Operation : std::uint8_t {
  evaluation,  ///< what the host runs or calls: a script, a module, a function
  callback,    ///< of a timer, an immediate, or of an object of C++
  checkpoint,  ///< next-ticks and promise jobs together, to the end of both queues
};
[[nodiscard]] std::string_view to_string(Operation operation) noexcept;

/// Time of one operation. Zero: as long as it likes.
struct TimeLimit {
  Duration wall{};
  Duration cpu{};
};

/// One operation that was ended.
struct LimitReport {
  Limit limit = Limit::killed;
  Operation operation = Operation::evaluation;
  /// The limit as the policy has it: "1 s", "128 MiB"; for `killed` the reason that was given.
  std::string value{};
  /// What ran, innermost first: "function (file:line)"; lines of the text that the engine was given. Empty where JavaScript was in none.
  std::vector<std::string> stack{};
  std::string tenant{};  ///< SandboxPolicy::tenant

  /// One line: "wall_time (1 s): evaluation, at busy (loop.js:3)".
  [[nodiscard]] std::string to_string() const;
};

namespace detail {
struct KillState;
}

/// Stops a runtime from any thread.
class KillSwitch {
 public:
  explicit KillSwitch(std::shared_ptr<detail::KillState> state) noexcept : state_(std::move(state)) {}
  /// JavaScript that runs ends within the interval of the interrupts (SandboxPolicy::interrupt_interval), and no other begins: the runtime ends
  /// as with an exit, with SandboxPolicy::limit_exit_code. What waits in C++ that JavaScript has called ends when that returns. Idempotent; the
  /// first reason counts.
  /// Thread    any, also after the runtime is gone, when nothing happens. Wakes the loop.
  void kill(std::string_view reason) const noexcept;

 private:
  std::shared_ptr<detail::KillState> state_;
};

}  // namespace millrace::js
