// Callout: something of a user's that other threads call, and that its owner may withdraw meanwhile.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::observe {

/// Thread    any. Cost: an uncontended mutex to enter and one to leave; it is not held during the call.
class Callout {
 public:
  Callout() = default;
  Callout(const Callout&) = delete;
  Callout& operator=(const Callout&) = delete;

  /// Whether the thing may be called; then leave() must follow. Errors: std::bad_alloc.
  [[nodiscard]] bool enter() {
    const std::lock_guard lock(mutex_);
    if (withdrawn_) return false;
    inside_.push_back(std::this_thread::get_id());
    return true;
  }
  void leave() noexcept {
    const std::lock_guard lock(mutex_);
    inside_.erase(std::ranges::find(inside_, std::this_thread::get_id()));
    // Told under the lock: the one who waits may destroy this object as soon as it sees that nobody is inside.
    left_.notify_all();
  }
  /// Nobody enters any more; waits until all others have left. A thread that is inside itself does not wait for itself.
  void withdraw() noexcept {
    std::unique_lock lock(mutex_);
    withdrawn_ = true;
    const auto self = std::this_thread::get_id();
    left_.wait(lock, [this, self] { return std::ranges::all_of(inside_, [self](std::thread::id id) { return id == self; }); });
  }

  /// Leaves when it goes out of scope.
  class Visit {
   public:
    explicit Visit(Callout& callout) : callout_(callout.enter() ? &callout : nullptr) {}
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
      if (callout_ != nullptr) callout_->leave();
    }
    [[nodiscard]] explicit operator bool() const noexcept { return callout_ != nullptr; }

   private:
    Callout* callout_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  std::vector<std::thread::id> inside_;
  bool withdrawn_ = false;
};

}  // namespace millrace::observe
