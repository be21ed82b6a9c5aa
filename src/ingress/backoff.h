// Waiting for somebody who needs a few nanoseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace millrace {

/// Tells the processor that this thread waits for another one.
inline void relax_processor() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// One wait after the other: first on the processor, longer each time and without touching memory, so that whoever owns the line gets
/// something done; then asleep, so that a thread which was interrupted while others wait for it gets to run, whatever their priorities.
/// Yielding in between was measured and costs more than it brings.
class Backoff {
 public:
  void wait() noexcept {
    if (++rounds_ <= kRounds) {
      for (int i = 0; i < pauses_; ++i) relax_processor();
      pauses_ = std::min(2 * pauses_, kPausesMax);
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds{50});
    }
  }
  [[nodiscard]] bool slept() const noexcept { return rounds_ > kRounds; }

 private:
  static constexpr int kRounds = 16;  // about 5 microseconds: a thousand times what the latch is held for
  static constexpr int kPausesMax = 16;
  int rounds_ = 0;
  int pauses_ = 1;
};

}  // namespace millrace
