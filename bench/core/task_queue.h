// The queue that users of libuv, libev and libevent write themselves, because those libraries bring a wake-up but no queue: a mutex
// around a vector that the loop swaps out whole.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace millrace::bench {

class TaskQueue {
 public:
  /// True when it was empty: then, and only then, somebody has to wake the loop. Thread: any.
  template <typename F>
  [[nodiscard]] bool push(F f) {
    const std::lock_guard lock(mutex_);
    const bool was_empty = waiting_.empty();
    waiting_.emplace_back(std::move(f));
    return was_empty;
  }
  /// Loop thread.
  void run_all() {
    {
      const std::lock_guard lock(mutex_);
      running_.swap(waiting_);
    }
    for (auto& task : running_) task();
    running_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
  std::vector<std::function<void()>> running_;
};

/// The same for one thread: no lock.
class LocalTaskQueue {
 public:
  /// True when it was empty.
  template <typename F>
  [[nodiscard]] bool push(F f) {
    waiting_.emplace_back(std::move(f));
    return waiting_.size() == 1;
  }
  void run_all() {
    running_.swap(waiting_);
    for (auto& task : running_) task();
    running_.clear();
  }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  std::vector<std::function<void()>> waiting_;
  std::vector<std::function<void()>> running_;
};

}  // namespace millrace::bench
