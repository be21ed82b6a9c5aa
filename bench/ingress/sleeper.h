// How every design of this competition puts its consumer to sleep: the same protocol, so that only the queues differ.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace millrace::bench {

class Sleeper {
 public:
  /// Producer, after publishing with a sequentially consistent operation.
  void wake() {
    if (asleep_.load(std::memory_order_seq_cst) == 0) return;
    if (asleep_.exchange(0, std::memory_order_seq_cst) != 0)
      syscall(SYS_futex, &asleep_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }
  /// Consumer: announces, looks again through `empty`, blocks.
  template <typename Empty>
  void sleep_while(Empty empty) {
    asleep_.store(1, std::memory_order_seq_cst);
    if (empty()) syscall(SYS_futex, &asleep_, FUTEX_WAIT_PRIVATE, 1, nullptr, nullptr, 0);
    asleep_.store(0, std::memory_order_seq_cst);
  }

 private:
  alignas(64) std::atomic<std::uint32_t> asleep_{0};
};

}  // namespace millrace::bench
