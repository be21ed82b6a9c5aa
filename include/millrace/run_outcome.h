// The states of a loop and why its run() returned.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <millrace/error.h>

namespace millrace {

/// Where a loop is in its life. Edges:
///   idle -> running                       run() and its kin
///   running -> idle                       they return
///   idle, running -> stopping             stop()
///   stopping -> idle                      the run it ended returns
///   idle, running, stopping -> draining   shutdown()
///   any but closed -> closing -> closed   close(); draining when nothing is left, at its deadline, or when it fails
/// No other edge exists.
enum class LoopState : std::uint8_t { idle, running, stopping, draining, closing, closed };
[[nodiscard]] std::string_view to_string(LoopState state) noexcept;

/// Why run() returned.
class RunOutcome {
 public:
  enum class Reason : std::uint8_t {
    idle,       ///< nothing was left that keeps the loop alive
    stopped,    ///< stop()
    closed,     ///< close() or the end of a shutdown(), or the loop was closed already
    failed,     ///< a task threw and nobody handled it, or the system's wait failed: error() says which
    reached,    ///< run_until(): the condition holds
    timed_out,  ///< run_for(), run_until(): the time is over
  };
  explicit RunOutcome(Reason reason) noexcept : reason_(reason) {}
  explicit RunOutcome(Error error) : reason_(Reason::failed), error_(std::move(error)) {}
  [[nodiscard]] Reason reason() const noexcept { return reason_; }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  /// 0, or 1 when failed or when a policy said so (UnhandledRejections::warn_with_error_code): what main() returns.
  [[nodiscard]] int exit_code() const noexcept { return reason_ == Reason::failed ? 1 : exit_code_; }
  void set_exit_code(int code) noexcept { exit_code_ = code; }

 private:
  Reason reason_;
  int exit_code_ = 0;  ///< of a run that did not fail
  std::optional<Error> error_;
};
[[nodiscard]] std::string_view to_string(RunOutcome::Reason reason) noexcept;

}  // namespace millrace
