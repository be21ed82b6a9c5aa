// The queue behind microtasks, next-ticks, immediates and closing callbacks: one thread, FIFO, built and run in place.
// Not for users; it is a header because scheduling a microtask is worth inlining into the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include <millrace/assert.h>
#include <millrace/task.h>

namespace millrace::detail {

/// Blocks of kBlockTasks slots in a list. A task is built in its slot, runs there and is destroyed there: it never moves, also not when
/// the queue grows.
/// Memory    none before the first use; then a block at a time. A drained block is kept for the next one. After a burst, drained() gives
///           an eighth of what is kept back each time, down to kSpareBlocks.
/// Errors    claim() is null at `limit`; std::bad_alloc without memory. Nothing is queued then.
/// Cost      a few instructions; one allocation per kBlockTasks tasks while the queue grows, none at a steady depth.
/// Re-entry  a running task may push, and may run others; it must not clear().
class TaskQueue {
 public:
  static constexpr std::size_t kBlockTasks = 256;
  static constexpr std::size_t kSpareBlocks = 4;

  explicit TaskQueue(std::size_t limit) noexcept : limit_(limit) {}
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;
  ~TaskQueue();

  /// Where the next task is to be built, unless it is refused; commit() then queues it.
  [[nodiscard]] void* claim() {
    if (size_ >= limit_) return nullptr;
    if (tail_slot_ == kBlockTasks) add_block();
    return tail_block_->slot(tail_slot_);
  }
  void commit() noexcept {
    ++tail_slot_;
    ++size_;
  }
  /// False at the limit, and the task is untouched.
  [[nodiscard]] bool push(Task& task) {
    void* slot = claim();
    if (slot == nullptr) return false;
    ::new (slot) Task(std::move(task));
    commit();
    return true;
  }

  /// Takes the oldest task out, calls `run(task)` on it and destroys it. `run` does not throw. size() does not count the running one.
  template <typename Run>
  void run_front(Run&& run) noexcept {
    MILLRACE_DEBUG_ASSERT(size_ > 0);
    Block* const block = head_block_;
    Task* const task = std::launder(static_cast<Task*>(block->slot(head_slot_)));
    --size_;
    const bool last_of_block = ++head_slot_ == kBlockTasks;
    if (last_of_block) {
      head_block_ = block->next;  // null: the next push makes one
      head_slot_ = head_block_ == nullptr ? kBlockTasks : 0;
      if (head_block_ == nullptr) tail_block_ = nullptr;
    }
    if (in_place_) [[unlikely]] {
      // A task further up the stack runs in place, maybe in this very block, so the block must stay until that one returns.
      Task moved = std::move(*task);
      task->~Task();
      if (last_of_block) defer(block);
      run(moved);
      return;
    }
    in_place_ = true;
    run(*task);
    task->~Task();
    in_place_ = false;
    if (last_of_block || deferred_ != nullptr) [[unlikely]]
      recycle(last_of_block ? block : nullptr);
  }

  /// Call when a drain ended: decides whether memory of a past burst goes back.
  void drained() noexcept {
    if (spare_count_ > kSpareBlocks) trim();
  }
  /// Destroys what waits, oldest first.
  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// How many tasks the memory held now has room for.
  [[nodiscard]] std::size_t capacity() const noexcept { return blocks_ * kBlockTasks; }

 private:
  struct Block {
    alignas(Task) std::byte bytes[kBlockTasks * sizeof(Task)];
    Block* next;
    [[nodiscard]] void* slot(std::size_t index) noexcept { return bytes + index * sizeof(Task); }
  };
  void add_block();
  void defer(Block* block) noexcept;
  void recycle(Block* block) noexcept;
  void keep(Block* block) noexcept;
  void trim() noexcept;

  Block* head_block_ = nullptr;
  std::size_t head_slot_ = kBlockTasks;
  Block* tail_block_ = nullptr;
  std::size_t tail_slot_ = kBlockTasks;
  std::size_t size_ = 0;
  std::size_t limit_;
  bool in_place_ = false;
  Block* deferred_ = nullptr;  ///< drained below a running task
  Block* spare_ = nullptr;
  std::size_t spare_count_ = 0;
  std::size_t least_spare_ = 0;  ///< since the last trim: what no drain needed
  std::size_t blocks_ = 0;
};

}  // namespace millrace::detail
