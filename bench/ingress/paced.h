// A consumer that, having found a few tasks, waits for more before it looks again: its look takes a line from a producer at work.
#pragma once

#include <cstddef>

namespace millrace::bench {

template <typename Queue>
class Paced : public Queue {
 public:
  using Queue::Queue;
  static constexpr const char* kName = Queue::kName;
  std::size_t drain() {
    if (few_)
      for (int i = 0; i < 16; ++i) __builtin_ia32_pause();
    const std::size_t count = Queue::drain();
    few_ = count >= 2 && count < 64;
    return count;
  }

 private:
  bool few_ = false;
};

}  // namespace millrace::bench
