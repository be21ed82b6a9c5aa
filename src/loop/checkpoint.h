// The checkpoint: next-ticks, then microtasks, repeated until both are empty (docs/semantics.md, rules 1 to 4 and 34).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <millrace/detail/loop_queues.h>
#include <millrace/task.h>
#include <millrace/work_hook.h>

#include "loop/extension.h"
#include "loop/guest.h"

namespace millrace {

/// Runs one task and contains what it throws.
class TaskRunner {
 public:
  virtual void run_guarded(Task& task, WorkHook::Kind kind) noexcept = 0;
  /// For an exception caught elsewhere, inside its handler.
  virtual void report_current_exception() noexcept = 0;

 protected:
  ~TaskRunner() = default;
};

/// Thread: loop thread. A job that queues jobs extends the running checkpoint; there is no cap (rule 31).
class Checkpoint {
 public:
  /// The queues outlive it. Once they are not open any more, no further job starts.
  Checkpoint(TaskRunner& runner, detail::LoopQueues& queues) noexcept
      : runner_(runner), queues_(queues), ticks_{queues.next_ticks}, microtasks_{queues.microtasks} {}

  /// False at the limit; the task is then untouched.
  [[nodiscard]] bool push(CheckpointPhase queue, Task& task) { return of(queue).queue.push(task); }
  /// Drains everything. Called inside a running drain it does nothing: that drain will come to the new jobs.
  void run() noexcept;
  [[nodiscard]] bool empty() const noexcept {
    return ticks_.queue.empty() && microtasks_.queue.empty() && (guest_ == nullptr || !guest_->has_jobs()) && !has_news();
  }
  void clear() noexcept;

  /// Null detaches. The guest outlives its attachment.
  void attach(Guest* guest) noexcept {
    MILLRACE_ASSERT(guest == nullptr || guest_ == nullptr);
    guest_ = guest;
  }
  [[nodiscard]] Guest* guest() const noexcept { return guest_; }

  /// Null detaches. The extension outlives its attachment.
  void extend(LoopExtension* extension) noexcept { extension_ = extension; }

  // For the guest (see guest.h).

  /// How many native tasks of this queue wait without a token; they count as covered from now on.
  [[nodiscard]] std::size_t take_uncovered(CheckpointPhase queue) noexcept {
    Queue& q = of(queue);
    const std::size_t uncovered = q.uncovered();
    q.covered_until = q.queue.pushed();
    return uncovered;
  }
  [[nodiscard]] bool has_uncovered() const noexcept { return ticks_.uncovered() > 0 || microtasks_.uncovered() > 0; }
  /// Runs the `count` oldest tasks of this queue, which a token stood for.
  void run_covered(CheckpointPhase queue, std::size_t count) noexcept;
  /// The guest lost its tokens (it was terminated): what they covered waits without a token again, in its old order.
  void uncover_all() noexcept { ticks_.covered_until = microtasks_.covered_until = 0; }

  [[nodiscard]] std::uint64_t checkpoints() const noexcept { return checkpoints_; }
  [[nodiscard]] std::uint64_t ran(CheckpointPhase queue) const noexcept {
    const Queue& q = queue == CheckpointPhase::next_ticks ? ticks_ : microtasks_;
    return q.queue.taken() - q.cleared;
  }

 private:
  struct Queue {
    detail::TaskQueue& queue;
    std::uint64_t covered_until = 0;  ///< a guest's token stands for what waits of this many that were ever queued
    std::uint64_t cleared = 0;        ///< never ran
    [[nodiscard]] std::size_t uncovered() const noexcept {
      return static_cast<std::size_t>(queue.pushed() - std::max(covered_until, queue.taken()));
    }
    [[nodiscard]] bool covered() const noexcept { return covered_until > queue.taken(); }
  };
  Queue& of(CheckpointPhase queue) noexcept { return queue == CheckpointPhase::next_ticks ? ticks_ : microtasks_; }
  void run(detail::QueuedTask& task) noexcept;
  void run_guarded(detail::QueuedTask task) noexcept;
  [[nodiscard]] WorkHook::Kind kind_of(const Queue& waiting) const noexcept {
    return &waiting == &ticks_ ? WorkHook::Kind::next_tick : WorkHook::Kind::microtask;
  }
  /// False when the guest woke up and must take over from here.
  [[nodiscard]] bool drain_native(Queue& queue) noexcept;

  [[nodiscard]] bool has_news() const noexcept { return extension_ != nullptr && extension_->has_news(); }
  [[nodiscard]] bool open() const noexcept { return queues_.open.load(std::memory_order_relaxed); }

  TaskRunner& runner_;
  detail::LoopQueues& queues_;
  Queue ticks_;
  Queue microtasks_;
  Guest* guest_ = nullptr;
  LoopExtension* extension_ = nullptr;
  WorkHook::Kind kind_ = WorkHook::Kind::microtask;  ///< of what is being drained; here, where it costs nothing for each
  bool draining_ = false;
  std::uint64_t checkpoints_ = 0;
};

}  // namespace millrace
