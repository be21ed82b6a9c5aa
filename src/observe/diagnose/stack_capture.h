// Asks another thread of this process, by a signal, what it is doing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Owns the handling of one signal. One capture at a time.
class StackCapture {
 public:
  virtual ~StackCapture() = default;
  /// The frames of the thread with this number, innermost first, without those of the capture itself.
  /// Errors    Errc::not_found: there is no such thread. Errc::timed_out: it did not answer. Errc::full: too many asked before have not answered yet.
  [[nodiscard]] virtual Result<std::vector<std::string>> take(std::int64_t thread_number, std::size_t frames_max,
                                                              Duration time_limit) = 0;

  /// Errors    Errc::invalid_argument, Errc::full: the signal has a handler; Errc::unsupported; the system's.
  [[nodiscard]] static Result<std::unique_ptr<StackCapture>> on_signal(int signal);
};

}  // namespace millrace::observe
