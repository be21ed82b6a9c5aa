// One word is the producers' lock, the count of tasks published and the wake protocol's announcement; the consumer only reads it.
#pragma once

#include <sched.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include <millrace/task.h>

#include "sleeper.h"

namespace millrace::bench {

/// Pauses that grow to `Most`, for `Rounds` rounds, then naps.
template <int Most, int Rounds>
struct Pauses {
  int waits = 0;
  int pauses = 1;
  void operator()() {
    if (++waits <= Rounds) {
      for (int i = 0; i < pauses; ++i) __builtin_ia32_pause();
      if (pauses < Most) pauses *= 2;
    } else {
      const timespec nap{0, 50'000};
      nanosleep(&nap, nullptr);
    }
  }
};
/// A hundred single pauses, a hundred yields, then naps.
struct Yields {
  int waits = 0;
  void operator()() {
    if (++waits <= 100) {
      __builtin_ia32_pause();
    } else if (waits <= 200) {
      sched_yield();
    } else {
      const timespec nap{0, 50'000};
      nanosleep(&nap, nullptr);
    }
  }
};
/// Taking the latch is the only locked instruction of a post. A consumer that finds it taken does not sleep, so the order "announce, look
/// again" against "take the latch, look at the gate" loses no wake, and publishing is a plain store that lets the latch go as well.
template <std::size_t Slots, typename Wait>
class LatchedSegments {
 public:
  explicit LatchedSegments(Sleeper& sleeper) : sleeper_(sleeper) {
    tail_ = head_ = new Segment;
    next_ = at_ = tail_->slot(0);
    end_ = stop_ = tail_->slot(Slots);
  }
  LatchedSegments(const LatchedSegments&) = delete;
  LatchedSegments& operator=(const LatchedSegments&) = delete;
  ~LatchedSegments() {
    free_all(head_);
    free_all(spare_);
    free_all(returned_.load());
  }
  struct Producer {
    explicit Producer(LatchedSegments& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      Task task(std::move(f));
      queue.post(task);
    }
    void flush() {}
    LatchedSegments& queue;
  };
  std::size_t drain() {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    const std::uint64_t count = (word >> 1) - taken_;
    if (count == 0) return 0;
    for (std::uint64_t left = count; left > 0; --left) {
      if (at_ == stop_) next_segment();
      (*at_)();
      at_++->~Task();
    }
    taken_ += count;
    finished_.store(taken_, std::memory_order_release);
    return count;
  }
  bool empty() const { return word_.load(std::memory_order_seq_cst) == taken_ << 1; }

 private:
  struct alignas(64) Segment {
    Segment* next = nullptr;
    alignas(64) std::byte storage[Slots * sizeof(Task)];
    Task* slot(std::size_t i) { return reinterpret_cast<Task*>(storage) + i; }
  };
  [[gnu::noinline]] void post(Task& task) {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    if ((word & 1) != 0 || !word_.compare_exchange_strong(word, word | 1, std::memory_order_seq_cst)) word = latch_slowly();
    const std::uint64_t count = word >> 1;
    if (count - finished_seen_ >= kLimit) {
      finished_seen_ = finished_.load(std::memory_order_acquire);
      if (count - finished_seen_ >= kLimit) std::abort();
    }
    if (next_ == end_) grow();
    ::new (static_cast<void*>(next_++)) Task(std::move(task));
    word_.store((count + 1) << 1, std::memory_order_release);
    sleeper_.wake();
  }
  [[gnu::noinline]] std::uint64_t latch_slowly() {
    for (Wait wait;; wait()) {
      std::uint64_t word = word_.load(std::memory_order_relaxed);
      if ((word & 1) == 0 && word_.compare_exchange_strong(word, word | 1, std::memory_order_seq_cst)) return word;
    }
  }
  void next_segment() {
    Segment* const done = std::exchange(head_, head_->next);
    at_ = head_->slot(0);
    stop_ = head_->slot(Slots);
    Segment* top = returned_.load(std::memory_order_relaxed);
    do done->next = top;
    while (!returned_.compare_exchange_weak(top, done, std::memory_order_release, std::memory_order_relaxed));
  }
  [[gnu::noinline]] void grow() {
    if (spare_ == nullptr) spare_ = returned_.exchange(nullptr, std::memory_order_acquire);
    Segment* segment = spare_;
    if (segment == nullptr)
      segment = new Segment;
    else
      spare_ = segment->next;
    segment->next = nullptr;
    tail_->next = segment;
    tail_ = segment;
    next_ = segment->slot(0);
    end_ = segment->slot(Slots);
  }
  static void free_all(Segment* segment) {
    while (segment != nullptr) delete std::exchange(segment, segment->next);
  }
  static constexpr std::size_t kLimit = std::size_t{1} << 24;
  Sleeper& sleeper_;
  alignas(64) std::atomic<std::uint64_t> word_{0};
  Task* next_;
  Task* end_;
  std::uint64_t finished_seen_ = 0;
  Segment* tail_;
  Segment* spare_ = nullptr;
  alignas(64) std::atomic<Segment*> returned_{nullptr};
  std::atomic<std::uint64_t> finished_{0};
  std::uint64_t taken_ = 0;
  Segment* head_;
  Task* at_;
  Task* stop_;
};
struct LatchedYields : LatchedSegments<63, Yields> {
  using LatchedSegments::LatchedSegments;
  static constexpr const char* kName = "latched segments, yields";
};
struct LatchedPauses : LatchedSegments<63, Pauses<16, 16>> {
  using LatchedSegments::LatchedSegments;
  static constexpr const char* kName = "latched segments, pauses";
};
struct LatchedBig : LatchedSegments<255, Pauses<16, 16>> {
  using LatchedSegments::LatchedSegments;
  static constexpr const char* kName = "latched segments of 255";
};

}  // namespace millrace::bench
