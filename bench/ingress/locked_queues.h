// Queues under one lock: swapped out whole as a vector, or cut off as a chain of segments.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <millrace/task.h>

#include "locks.h"
#include "sleeper.h"

namespace millrace::bench {

/// What users of other loops write: std::function, whose inline buffer holds 16 bytes.
class FunctionSwap {
 public:
  static constexpr const char* kName = "mutex+function";
  explicit FunctionSwap(Sleeper& sleeper) : sleeper_(sleeper) {}
  struct Producer {
    explicit Producer(FunctionSwap& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      bool was_empty;
      {
        const std::lock_guard lock(queue.mutex_);
        was_empty = queue.waiting_.empty();
        queue.waiting_.emplace_back(f);
        if (was_empty) queue.count_.store(1, std::memory_order_seq_cst);
      }
      if (was_empty) queue.sleeper_.wake();
    }
    void flush() {}
    FunctionSwap& queue;
  };
  std::size_t drain() {
    {
      const std::lock_guard lock(mutex_);
      running_.swap(waiting_);
      count_.store(0, std::memory_order_relaxed);
    }
    for (auto& task : running_) task();
    const std::size_t count = running_.size();
    running_.clear();
    return count;
  }
  bool empty() const { return count_.load(std::memory_order_seq_cst) == 0; }

 private:
  Sleeper& sleeper_;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_, running_;
  std::atomic<std::size_t> count_{0};
};

/// The first door: a count for every task, a look at the gate for every task, the backlog stored for every task.
class FirstDoor {
 public:
  static constexpr const char* kName = "mutex+swap (first door)";
  explicit FirstDoor(Sleeper& sleeper) : sleeper_(sleeper) {}
  struct Producer {
    explicit Producer(FirstDoor& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      Task task(std::move(f));
      queue.post(task);
    }
    void flush() {}
    FirstDoor& queue;
  };
  std::size_t drain() {
    if (empty()) return 0;
    {
      const std::lock_guard lock(mutex_);
      running_.swap(waiting_);
      backlog_.store(running_.size(), std::memory_order_relaxed);
      count_.store(0, std::memory_order_seq_cst);
    }
    const std::size_t count = running_.size();
    for (std::size_t i = 0; i < count; ++i) {
      Task task = std::move(running_[i]);
      backlog_.store(count - i - 1, std::memory_order_relaxed);
      task();
    }
    running_.clear();
    return count;
  }
  bool empty() const { return count_.load(std::memory_order_seq_cst) == 0; }

 private:
  [[gnu::noinline]] void post(Task& task) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() + backlog_.load(std::memory_order_relaxed) > kLimit) std::abort();
      waiting_.push_back(std::move(task));
      accepted_.fetch_add(1, std::memory_order_relaxed);
      count_.store(waiting_.size(), std::memory_order_seq_cst);
    }
    sleeper_.wake();
  }
  static constexpr std::size_t kLimit = std::size_t{1} << 24;
  Sleeper& sleeper_;
  alignas(64) std::mutex mutex_;
  std::vector<Task> waiting_;
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> accepted_{0};
  alignas(64) std::atomic<std::size_t> backlog_{0};
  std::vector<Task> running_;
};

/// The same without what need not be there: two locked instructions for a post, a third when the queue was empty.
template <typename Lock>
class LeanSwap {
 public:
  explicit LeanSwap(Sleeper& sleeper) : sleeper_(sleeper) {}
  struct Producer {
    explicit Producer(LeanSwap& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      Task task(std::move(f));
      queue.post(task);
    }
    void flush() {}
    LeanSwap& queue;
  };
  std::size_t drain() {
    if (empty()) return 0;
    {
      const std::lock_guard lock(lock_);
      running_.swap(waiting_);
      count_.store(0, std::memory_order_relaxed);
    }
    const std::size_t count = running_.size();
    for (Task& task : running_) {
      task();
      task.reset();
    }
    finished_.store(finished_.load(std::memory_order_relaxed) + count, std::memory_order_release);
    running_.clear();
    return count;
  }
  bool empty() const { return count_.load(std::memory_order_seq_cst) == 0; }

 private:
  [[gnu::noinline]] void post(Task& task) {
    {
      const std::lock_guard lock(lock_);
      if (accepted_ - finished_seen_ >= kLimit) {
        finished_seen_ = finished_.load(std::memory_order_acquire);
        if (accepted_ - finished_seen_ >= kLimit) std::abort();
      }
      const bool was_empty = waiting_.empty();
      waiting_.push_back(std::move(task));
      ++accepted_;
      if (was_empty) count_.store(1, std::memory_order_seq_cst);
    }
    sleeper_.wake();
  }
  static constexpr std::size_t kLimit = std::size_t{1} << 24;
  Sleeper& sleeper_;
  alignas(64) Lock lock_;
  std::vector<Task> waiting_;
  std::uint64_t accepted_ = 0;
  std::uint64_t finished_seen_ = 0;
  std::atomic<std::size_t> count_{0};
  alignas(64) std::vector<Task> running_;
  std::atomic<std::uint64_t> finished_{0};
};
struct LeanSwapMutex : LeanSwap<std::mutex> {
  using LeanSwap::LeanSwap;
  static constexpr const char* kName = "lean swap, std::mutex";
};
struct LeanSwapAdaptive : LeanSwap<AdaptiveMutex> {
  using LeanSwap::LeanSwap;
  static constexpr const char* kName = "lean swap, adaptive mutex";
};
struct LeanSwapSpin : LeanSwap<SpinFutexLock<100>> {
  using LeanSwap::LeanSwap;
  static constexpr const char* kName = "lean swap, spin+futex";
};
struct LeanSwapYield : LeanSwap<SpinYieldLock<100>> {
  using LeanSwap::LeanSwap;
  static constexpr const char* kName = "lean swap, spin+yield";
};

/// A chain of segments that the consumer cuts off whole and gives back one by one: nothing is moved when it grows, a task is destroyed
/// where it ran, and the memory in use follows the depth.
template <typename Lock, std::size_t Slots>
class SegmentChain {
 public:
  explicit SegmentChain(Sleeper& sleeper) : sleeper_(sleeper) {
    tail_ = head_ = new Segment;
    next_ = tail_->slot(0);
    end_ = tail_->slot(Slots);
  }
  SegmentChain(const SegmentChain&) = delete;
  SegmentChain& operator=(const SegmentChain&) = delete;
  ~SegmentChain() {
    free_all(head_);
    free_all(spare_);
    free_all(returned_.load());
  }
  struct Producer {
    explicit Producer(SegmentChain& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      Task task(std::move(f));
      queue.post(task);
    }
    void flush() {}
    SegmentChain& queue;
  };
  std::size_t drain() {
    if (empty()) return 0;
    Segment* segment;
    Task* stop;
    {
      const std::lock_guard lock(lock_);
      segment = head_;
      stop = next_;
      head_ = tail_ = take_spare();
      next_ = tail_->slot(0);
      end_ = tail_->slot(Slots);
      count_.store(0, std::memory_order_relaxed);
    }
    std::size_t count = 0;
    while (segment != nullptr) {
      Segment* const next = segment->next;
      Task* const end = next == nullptr ? stop : segment->slot(Slots);
      for (Task* task = segment->slot(0); task != end; ++task) {
        (*task)();
        task->~Task();
      }
      count += static_cast<std::size_t>(end - segment->slot(0));
      Segment* top = returned_.load(std::memory_order_relaxed);
      do segment->next = top;
      while (!returned_.compare_exchange_weak(top, segment, std::memory_order_release, std::memory_order_relaxed));
      segment = next;
    }
    finished_.store(finished_.load(std::memory_order_relaxed) + count, std::memory_order_release);
    return count;
  }
  bool empty() const { return count_.load(std::memory_order_seq_cst) == 0; }

 private:
  struct alignas(64) Segment {
    Segment* next = nullptr;
    alignas(64) std::byte storage[Slots * sizeof(Task)];
    Task* slot(std::size_t i) { return reinterpret_cast<Task*>(storage) + i; }
  };
  [[gnu::noinline]] void post(Task& task) {
    {
      const std::lock_guard lock(lock_);
      if (accepted_ - finished_seen_ >= kLimit) {
        finished_seen_ = finished_.load(std::memory_order_acquire);
        if (accepted_ - finished_seen_ >= kLimit) std::abort();
      }
      if (next_ == end_) grow();
      const bool was_empty = next_ == head_->slot(0);
      ::new (static_cast<void*>(next_++)) Task(std::move(task));
      ++accepted_;
      if (was_empty) count_.store(1, std::memory_order_seq_cst);
    }
    sleeper_.wake();
  }
  [[gnu::noinline]] void grow() {
    Segment* const segment = take_spare();
    tail_->next = segment;
    tail_ = segment;
    next_ = segment->slot(0);
    end_ = segment->slot(Slots);
  }
  Segment* take_spare() {
    if (spare_ == nullptr) spare_ = returned_.exchange(nullptr, std::memory_order_acquire);
    if (spare_ == nullptr) return new Segment;
    Segment* const segment = std::exchange(spare_, spare_->next);
    segment->next = nullptr;
    return segment;
  }
  static void free_all(Segment* segment) {
    while (segment != nullptr) delete std::exchange(segment, segment->next);
  }
  static constexpr std::size_t kLimit = std::size_t{1} << 24;
  Sleeper& sleeper_;
  alignas(64) Lock lock_;
  Task* next_;
  Task* end_;
  Segment* head_;
  std::uint64_t accepted_ = 0;
  std::uint64_t finished_seen_ = 0;
  std::atomic<std::size_t> count_{0};
  alignas(64) Segment* tail_;
  Segment* spare_ = nullptr;
  alignas(64) std::atomic<Segment*> returned_{nullptr};
  std::atomic<std::uint64_t> finished_{0};
};
struct SegmentsMutex : SegmentChain<std::mutex, 63> {
  using SegmentChain::SegmentChain;
  static constexpr const char* kName = "segments of 63, std::mutex";
};
struct SegmentsAdaptive : SegmentChain<AdaptiveMutex, 63> {
  using SegmentChain::SegmentChain;
  static constexpr const char* kName = "segments of 63, adaptive";
};
struct SegmentsSpin : SegmentChain<SpinFutexLock<100>, 63> {
  using SegmentChain::SegmentChain;
  static constexpr const char* kName = "segments of 63, spin+futex";
};
struct SegmentsYield : SegmentChain<SpinYieldLock<100>, 63> {
  using SegmentChain::SegmentChain;
  static constexpr const char* kName = "segments of 63, spin+yield";
};
struct BigSegmentsSpin : SegmentChain<SpinFutexLock<100>, 255> {
  using SegmentChain::SegmentChain;
  static constexpr const char* kName = "segments of 255, spin+futex";
};

}  // namespace millrace::bench
