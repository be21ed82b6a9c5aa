// A growable FIFO ring of tasks for one thread: no atomics, no allocation at a steady depth.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include <millrace/assert.h>

namespace millrace {

/// Size      starts at 1,024 slots on first use, doubles when full, halves after kQuietDrains drains in a row that used less than a
///           quarter, so that a burst does not own memory for ever.
/// Order     FIFO, across growth and shrinking.
/// Errors    push() is false at `limit`, and the value is untouched.
/// Cost      push and pop: one move of T. Growth: one allocation and a move of what is live.
template <typename T>
class Ring {
 public:
  static constexpr std::size_t kInitial = 1024;
  static constexpr int kQuietDrains = 16;

  explicit Ring(std::size_t limit) noexcept : limit_(limit) {}
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  [[nodiscard]] bool push(T& value) {
    if (size_ >= limit_) return false;
    if (size_ == capacity_) {
      const std::size_t grown = capacity_ == 0 ? kInitial : capacity_ * 2;
      move_into(std::make_unique<T[]>(grown), grown);
    }
    slots_[(head_ + size_) & (capacity_ - 1)] = std::move(value);
    ++size_;
    if (size_ > peak_) peak_ = size_;
    return true;
  }
  /// The oldest, moved out; the slot keeps nothing of it.
  [[nodiscard]] T pop() noexcept {
    MILLRACE_DEBUG_ASSERT(size_ > 0);
    T value = std::move(slots_[head_]);
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
    return value;
  }
  /// Call when a drain ended: decides whether a past burst's memory goes back. Without memory for the smaller ring it keeps the
  /// large one.
  void drained() noexcept {
    if (capacity_ <= kInitial) return;
    quiet_ = peak_ <= capacity_ / 4 ? quiet_ + 1 : 0;
    peak_ = size_;
    if (quiet_ < kQuietDrains || size_ > capacity_ / 4) return;
    quiet_ = 0;
    if (std::unique_ptr<T[]> smaller{new (std::nothrow) T[capacity_ / 2]}) move_into(std::move(smaller), capacity_ / 2);
  }
  void clear() noexcept {
    while (size_ > 0) static_cast<void>(pop());
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  void move_into(std::unique_ptr<T[]> fresh, std::size_t capacity) noexcept {
    for (std::size_t i = 0; i < size_; ++i) fresh[i] = std::move(slots_[(head_ + i) & (capacity_ - 1)]);
    slots_ = std::move(fresh);
    capacity_ = capacity;
    head_ = 0;
  }

  std::unique_ptr<T[]> slots_;
  std::size_t capacity_ = 0;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::size_t limit_;
  std::size_t peak_ = 0;
  int quiet_ = 0;
};

}  // namespace millrace
