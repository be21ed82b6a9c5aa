// Locks for a critical section of a few nanoseconds.
#pragma once

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace millrace::bench {

/// glibc's mutex that spins for a while before it sleeps.
class AdaptiveMutex {
 public:
  AdaptiveMutex() {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(&mutex_, &attributes);
    pthread_mutexattr_destroy(&attributes);
  }
  AdaptiveMutex(const AdaptiveMutex&) = delete;
  AdaptiveMutex& operator=(const AdaptiveMutex&) = delete;
  ~AdaptiveMutex() { pthread_mutex_destroy(&mutex_); }
  void lock() { pthread_mutex_lock(&mutex_); }
  void unlock() { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_;
};

/// Spins a bounded while, then sleeps on a futex: 0 free, 1 held, 2 held and somebody sleeps.
template <int Spins>
class SpinFutexLock {
 public:
  void lock() {
    std::uint32_t expected = 0;
    if (state_.compare_exchange_strong(expected, 1, std::memory_order_acquire)) return;
    lock_slowly();
  }
  void unlock() {
    if (state_.exchange(0, std::memory_order_release) == 2) syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

 private:
  [[gnu::noinline]] void lock_slowly() {
    for (int spin = 0; spin < Spins; ++spin) {
      __builtin_ia32_pause();
      std::uint32_t expected = 0;
      if (state_.load(std::memory_order_relaxed) == 0 && state_.compare_exchange_strong(expected, 1, std::memory_order_acquire))
        return;
    }
    while (state_.exchange(2, std::memory_order_acquire) != 0)
      syscall(SYS_futex, &state_, FUTEX_WAIT_PRIVATE, 2, nullptr, nullptr, 0);
  }
  std::atomic<std::uint32_t> state_{0};
};

/// Spins, then yields, then naps: nobody has to be woken, so releasing it is a plain store and a locked instruction is saved.
template <int Spins>
class SpinYieldLock {
 public:
  void lock() {
    if (held_.exchange(1, std::memory_order_acquire) == 0) return;
    lock_slowly();
  }
  void unlock() { held_.store(0, std::memory_order_release); }

 private:
  [[gnu::noinline]] void lock_slowly() {
    for (int round = 0;; ++round) {
      for (int spin = 0; spin < Spins; ++spin) {
        __builtin_ia32_pause();
        if (held_.load(std::memory_order_relaxed) == 0 && held_.exchange(1, std::memory_order_acquire) == 0) return;
      }
      if (round < 8) {
        sched_yield();
      } else {
        const timespec nap{0, 50'000};
        nanosleep(&nap, nullptr);
      }
    }
  }
  std::atomic<std::uint32_t> held_{0};
};

}  // namespace millrace::bench
