// Sleeping on a word of memory: the kernel's futex where there is one (Linux).
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include <millrace/clock.h>
#include <millrace/result.h>

namespace millrace {

/// Thread    wait: one; wake: any. Cost: one system call each.
class Futex {
 public:
  [[nodiscard]] static bool available() noexcept;
  /// Blocks while `word` is `expected`, at most for `timeout`. Returns when woken, when the word differs, when the time is over, after
  /// a signal, and at times for no reason: the caller looks again. Errors: what the system refused.
  [[nodiscard]] static Result<void> wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                                         std::optional<Duration> timeout);
  /// False: the system refused.
  [[nodiscard]] static bool wake(const std::atomic<std::uint32_t>& word) noexcept;
};

}  // namespace millrace
