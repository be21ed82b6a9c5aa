// The queue behind microtasks, next-ticks, immediates and closing callbacks: one thread, FIFO, built and run in place.
// Not for users; it is a header because scheduling a microtask is worth inlining into the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include <millrace/assert.h>
#include <millrace/task.h>

namespace millrace::detail {

/// One task of a TaskQueue while it runs. Thread: loop thread. Lifetime: the call it is handed to.
class QueuedTask {
 public:
  QueuedTask(const Task::Operations& operations, void* callable, ContextNode* context) noexcept
      : operations_(&operations), callable_(callable), context_(context) {}
  QueuedTask(QueuedTask&& other) noexcept
      : operations_(std::exchange(other.operations_, nullptr)),
        callable_(other.callable_),
        context_(std::exchange(other.context_, nullptr)) {}
  QueuedTask(const QueuedTask&) = delete;
  QueuedTask& operator=(const QueuedTask&) = delete;
  ~QueuedTask() { reset(); }

  void operator()() {
    operations_->invoke(callable_);
    if (operations_->ends_by_call) operations_ = nullptr;
  }
  [[nodiscard]] bool has_context() const noexcept { return context_ != nullptr; }
  [[nodiscard]] Context context() const noexcept {
    retain(context_);
    return ContextHandoff::adopt(context_);
  }
  /// Destroys the callable, what it captured and the context.
  void reset() noexcept {
    if (operations_ != nullptr && operations_->manage != nullptr) operations_->manage(callable_, nullptr);
    operations_ = nullptr;
    if (context_ != nullptr) release(std::exchange(context_, nullptr));
  }
  /// The same as a Task, which may outlive the call.
  [[nodiscard]] Task take() noexcept {
    return Task::adopt(*std::exchange(operations_, nullptr), callable_, std::exchange(context_, nullptr));
  }

 private:
  const Task::Operations* operations_;
  void* callable_;
  ContextNode* context_;
};

/// Records of 16 to 72 bytes, as long as their callables need, side by side in a list of blocks. A task is built in its record, runs
/// there and is destroyed there: it never moves, also not when the queue grows.
/// Memory    none before the first use; then a block at a time. A drained block is kept for the next one. After a burst, drained() gives
///           an eighth of what is kept back each time, down to kSpareBlocks.
/// Errors    false at `limit`; std::bad_alloc without memory, or what building the callable throws. Nothing is queued then.
/// Cost      a few instructions; one allocation per block while the queue grows, none at a steady depth.
/// Re-entry  a running task may push, and may run others; it must not clear().
class TaskQueue {
 public:
  static constexpr std::size_t kBlockBytes = 8192 - 16;  ///< of records
  static constexpr std::size_t kSpareBlocks = 8;

  explicit TaskQueue(std::size_t limit) noexcept : limit_(limit) {}
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;
  ~TaskQueue();

  /// Queues a task that is built from `callable`, which is not a Task, in its place.
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Task>)
  [[nodiscard]] bool emplace(F&& callable) {
    if (size() >= limit_) return false;
    emplace_beyond_limit(std::forward<F>(callable));
    return true;
  }
  /// For what is bounded by something else.
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Task>)
  void emplace_beyond_limit(F&& callable) {
    constexpr const Task::Operations& operations = Task::operations_of<std::remove_cvref_t<F>>();
    std::byte* const record = claim(sizeof(Header), operations.alignment);
    Task::construct_at(record + sizeof(Header), std::forward<F>(callable));
    commit(record, sizeof(Header), operations, 0);
  }
  /// As emplace_beyond_limit(), with what an F of at most Task::kInlineBytes is made of: it is never moved.
  template <typename F, typename... Args>
    requires(Task::stores_inline<F>)
  void build_beyond_limit(Args&&... args) {
    constexpr const Task::Operations& operations = Task::operations_of<F>();
    std::byte* const record = claim(sizeof(Header), operations.alignment);
    ::new (static_cast<void*>(record + sizeof(Header))) F(std::forward<Args>(args)...);
    commit(record, sizeof(Header), operations, 0);
  }
  /// False at the limit, and the task is untouched.
  [[nodiscard]] bool push(Task& task) {
    MILLRACE_DEBUG_ASSERT(task);
    if (size() >= limit_) return false;
    const Task::Operations& operations = *task.operations();
    const bool in_context = task.has_context();
    const std::size_t head = in_context ? 2 * sizeof(Header) : sizeof(Header);
    std::byte* const record = claim(head, operations.alignment);
    if (in_context) ::new (record + sizeof(Header)) ContextNode*(task.release_context());
    task.extract_to(record + head);
    commit(record, head, operations, in_context ? kInContext : 0);
    return true;
  }

  /// Takes the oldest tasks out, one by one, and calls `run(queued_task)` on each, until it returns false or `count` of them ran, or the
  /// queue is empty. `run` does not throw. size() does not count the running one.
  template <typename Run>
  void drain(std::size_t count, Run&& run) noexcept {
    if (in_place_) [[unlikely]]
      return drain_moved(count, run);
    in_place_ = true;
    for (; count > 0 && taken_ != pushed_; --count) {
      QueuedTask task = take_front(false);
      const bool more = run(task);
      task.reset();
      if (!more) break;
    }
    in_place_ = false;
    settle();
  }
  template <typename Run>
  void run_front(Run&& run) noexcept {
    MILLRACE_DEBUG_ASSERT(!empty());
    drain(1, [&run](QueuedTask& task) {
      run(task);
      return true;
    });
  }

  /// Call when the work of a burst may be over: decides whether memory goes back.
  void drained() noexcept {
    if (spare_count_ > kSpareBlocks) trim();
  }
  /// Destroys what waits, oldest first.
  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept { return pushed_ == taken_; }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(pushed_ - taken_); }
  /// How many were ever queued, and how many of these were taken out to run or to be cleared.
  [[nodiscard]] std::uint64_t pushed() const noexcept { return pushed_; }
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
  /// The bytes of records that the memory held now has room for.
  [[nodiscard]] std::size_t capacity() const noexcept { return blocks_ * kBlockBytes; }

 private:
  /// A record: header, context if there is one, callable, rounded up to 8 bytes. The header: the address of the callable's operations,
  /// and in its low bits how many words the callable takes, so that the way from one record to the next does not lead through the
  /// operations.
  using Header = std::uintptr_t;
  static constexpr Header kInContext = 1;
  static constexpr Header kPadding = 2;  ///< alone: eight bytes that align the record behind them
  static constexpr int kWordsShift = 2;
  static constexpr Header kBits = 31;
  static constexpr std::size_t kRecordMax = 2 * sizeof(Header) + Task::kInlineBytes + sizeof(Header);
  static_assert(alignof(Task::Operations) > kBits && Task::kInlineBytes / sizeof(Header) < 8);

  struct Block {
    Block* next;
    std::byte* end;  ///< of its last record, once a later block has records
    alignas(16) std::byte records[kBlockBytes];
  };
  static_assert(sizeof(Block) == 8192);

  /// Room for the largest record at the end, its callable aligned behind `head` bytes.
  [[nodiscard]] std::byte* claim(std::size_t head, std::size_t alignment) {
    if (room_ < kRecordMax) [[unlikely]]
      add_block();
    if (alignment > alignof(Header) && reinterpret_cast<std::uintptr_t>(tail_ + head) % alignment != 0) {
      ::new (tail_) Header(kPadding);
      return tail_ + sizeof(Header);
    }
    return tail_;
  }
  void commit(std::byte* record, std::size_t head, const Task::Operations& operations, Header bits) noexcept {
    const Header words = (operations.bytes + sizeof(Header) - 1) / sizeof(Header);
    ::new (record) Header(reinterpret_cast<Header>(&operations) | words << kWordsShift | bits);
    std::byte* const end = record + head + words * sizeof(Header);
    room_ -= static_cast<std::size_t>(end - tail_);
    tail_ = end;
    ++pushed_;
  }
  [[nodiscard]] QueuedTask take_front(bool nested) noexcept {
    ++taken_;
    if (head_ == head_block_->end) [[unlikely]]
      leave_block(nested);
    Header header = *std::launder(reinterpret_cast<Header*>(head_));
    if (header == kPadding) [[unlikely]] {
      head_ += sizeof(Header);
      header = *std::launder(reinterpret_cast<Header*>(head_));
    }
    head_ += sizeof(Header);
    ContextNode* context = nullptr;
    if ((header & kInContext) != 0) [[unlikely]] {
      context = *std::launder(reinterpret_cast<ContextNode**>(head_));
      head_ += sizeof(Header);
    }
    void* const callable = head_;
    head_ += ((header & kBits) >> kWordsShift) * sizeof(Header);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): a pointer and its length in one word is the point of it
    return {*reinterpret_cast<const Task::Operations*>(header & ~kBits), callable, context};
  }
  /// A task further up the stack runs in place, maybe in this very block. So these tasks move to the stack, and no block is used again
  /// until that one returns.
  template <typename Run>
  void drain_moved(std::size_t count, Run& run) noexcept {
    for (; count > 0 && taken_ != pushed_; --count) {
      Task moved = take_front(true).take();
      alignas(16) std::byte room[Task::kInlineBytes];
      ContextNode* const context = moved.release_context();
      const Task::Operations& operations = *moved.operations();
      moved.extract_to(room);
      QueuedTask task{operations, room, context};
      if (!run(task)) return;
    }
  }
  /// Between two tasks, none of which runs in place.
  void settle() noexcept {
    if (deferred_ != nullptr) [[unlikely]]
      recycle();
    if (taken_ == pushed_ && head_block_ != nullptr) start_over();
  }
  void start_over() noexcept {
    while (head_block_ != tail_block_) [[unlikely]]
      leave_block(false);
    head_ = tail_ = head_block_->records;
    room_ = kBlockBytes;
  }
  void add_block();
  void leave_block(bool nested) noexcept;
  void keep(Block* block) noexcept;
  void recycle() noexcept;
  void trim() noexcept;

  std::byte* head_ = nullptr;
  std::byte* tail_ = nullptr;
  std::size_t room_ = 0;  ///< behind tail_
  std::uint64_t pushed_ = 0;
  std::uint64_t taken_ = 0;
  std::size_t limit_;
  Block* head_block_ = nullptr;
  Block* tail_block_ = nullptr;
  bool in_place_ = false;
  Block* deferred_ = nullptr;  ///< drained below a running task
  Block* spare_ = nullptr;
  std::size_t spare_count_ = 0;
  std::size_t least_spare_ = 0;  ///< since the last trim: what no drain needed
  std::size_t blocks_ = 0;
};

}  // namespace millrace::detail
