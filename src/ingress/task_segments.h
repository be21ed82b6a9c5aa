// Where the tasks of the shared door wait: segments of one page that producers fill, the loop empties and both pass round, so that a task
// is never moved for the sake of its neighbours, is destroyed where it ran, and the memory in use follows the depth.
#pragma once

#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

#include <millrace/task.h>

namespace millrace {

struct alignas(64) TaskSegment {
  static constexpr std::size_t kSlots = 63;
  TaskSegment* next = nullptr;
  std::size_t depth = 0;  ///< of the stack that it is returned on, itself included
  alignas(64) std::byte storage[kSlots * sizeof(Task)];

  [[nodiscard]] Task* begin() noexcept { return reinterpret_cast<Task*>(storage); }
  [[nodiscard]] Task* end() noexcept { return begin() + kSlots; }
};
static_assert(sizeof(TaskSegment) == 4096);

/// Segments that the loop is done with. The loop returns one at a time, a producer under the latch takes them all at once, so that no
/// pointer to a segment is compared after its segment was taken.
class ReturnedSegments {
 public:
  /// A burst must not own memory for ever: this many wait for their next use, the rest is freed.
  static constexpr std::size_t kKept = 128;

  ReturnedSegments() = default;
  ReturnedSegments(const ReturnedSegments&) = delete;
  ReturnedSegments& operator=(const ReturnedSegments&) = delete;
  ~ReturnedSegments() { free_all(take_all()); }

  /// Loop thread.
  void put(TaskSegment* segment) noexcept {
    TaskSegment* top = top_.load(std::memory_order_acquire);
    do {
      segment->next = top;
      segment->depth = top == nullptr ? 1 : top->depth + 1;  // only the loop frees what lies here, and that is this thread
    } while (segment->depth <= kKept &&
             !top_.compare_exchange_weak(top, segment, std::memory_order_acq_rel, std::memory_order_acquire));
    if (segment->depth > kKept) delete segment;
  }
  /// A chain through `next`, or null. Whoever holds the latch.
  [[nodiscard]] TaskSegment* take_all() noexcept { return top_.exchange(nullptr, std::memory_order_acquire); }

  static void free_all(TaskSegment* segment) noexcept {
    while (segment != nullptr) delete std::exchange(segment, segment->next);
  }

 private:
  std::atomic<TaskSegment*> top_{nullptr};
};

}  // namespace millrace
