// PolicyDecision: what a sandbox's policy decided about a program, for who keeps account of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <millrace/js/sandbox.h>

namespace millrace::js {

/// Valid during the call that tells it.
struct PolicyDecision {
  enum class Kind : std::uint8_t {
    applied,     ///< a runtime was made with this policy
    denied,      ///< a right that it does not have was asked for; the program saw an error with code ERR_DENIED
    refused,     ///< more than a count or size of it; the program saw a RangeError with code ERR_LIMIT
    ended,       ///< a limit ended an operation
    killed,      ///< a KillSwitch stopped the program
    suppressed,  ///< `count` denials and refusals more than are told one by one
  };

  Kind kind;
  std::string_view tenant;  ///< SandboxPolicy::tenant
  /// denied: the right, refused: the limit, as SandboxPolicy has its name; ended: to_string(Limit). Else empty.
  std::string_view name{};
  /// denied: what asked for it; refused: what there was too much of. Written by us or by the program, as the name of a module: of any length.
  std::string_view what{};
  std::uint64_t count = 0;
  const SandboxPolicy* policy = nullptr;  ///< applied
  const LimitReport* report = nullptr;    ///< ended, killed
};
[[nodiscard]] std::string_view to_string(PolicyDecision::Kind kind) noexcept;

/// Told of each decision, RuntimeOptions::on_policy_decision.
/// Which     what is decided while a program runs. What a policy leaves away is asked for by nobody: a program that looks for WebAssembly or a global
///           name finds nothing there, and eval() throws the engine's EvalError; the decision about these is in `applied`.
/// Rate      a program may provoke denials without end: kDecisionsPerSecond of them are told in a second of the loop's clock. The others are
///           counted, and told as one `suppressed` with the next denial or refusal after that second, or when the runtime ends. Everything else is always told.
/// Thread    the loop's. JavaScript may be on the stack, for denied and refused: it must not use the runtime.
/// Errors    exceptions are contained and counted (LoopFigures::observer_failures).
using PolicyListener = std::function<void(const PolicyDecision& decision)>;
inline constexpr std::uint64_t kDecisionsPerSecond = 100;

}  // namespace millrace::js
