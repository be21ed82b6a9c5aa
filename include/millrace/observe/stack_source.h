// StackSource: who can say what a thread is doing in a language of its own, such as a JavaScript runtime.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Asked by a StallDetector, beside the thread's native stack.
class StackSource {
 public:
  StackSource() = default;
  StackSource(const StackSource&) = delete;
  StackSource& operator=(const StackSource&) = delete;
  virtual ~StackSource() = default;

  /// At most `frames_max` frames, innermost first: "function (file:line)". Waits for them at most for `time_limit`.
  /// Errors    Errc::not_found: nothing of the language runs; Errc::timed_out; Errc::unsupported: switched off. The message says which.
  /// Thread    any but the one that is asked about; one at a time.
  [[nodiscard]] virtual Result<std::vector<std::string>> take(std::size_t frames_max, Duration time_limit) = 0;
};

}  // namespace millrace::observe
