#include "loop/checkpoint.h"

#include <limits>
#include <utility>

namespace millrace {

void Checkpoint::run() noexcept {
  if (draining_ || empty()) return;
  draining_ = true;
  ++checkpoints_;
  CheckpointPhase phase = CheckpointPhase::next_ticks;
  while (!empty() && open()) {
    if (guest_ != nullptr && guest_->has_jobs()) {
      guest_->drain(phase);
      phase = CheckpointPhase::next_ticks;
      continue;
    }
    // The order is the contract: all next-ticks, then all microtasks, and only then look at next-ticks again.
    if (phase == CheckpointPhase::next_ticks && !drain_native(ticks_)) continue;
    phase = CheckpointPhase::microtasks;
    if (!drain_native(microtasks_)) continue;
    phase = CheckpointPhase::next_ticks;
    if (ticks_.queue.empty() && microtasks_.queue.empty() && open() && has_news()) extension_->checkpoint_drained();
  }
  ticks_.queue.drained();
  microtasks_.queue.drained();
  draining_ = false;
}

/// Inlined by force: the parts of `task` then live in registers.
[[gnu::always_inline]] inline void Checkpoint::run(detail::QueuedTask& task) noexcept {
  if (!queues_.plain || task.has_context()) [[unlikely]]
    return run_guarded(std::move(task));
  try {
    task();
  } catch (...) {
    runner_.report_current_exception();
  }
  task.reset();  // what it captured goes before anybody looks what there is to do next
}

void Checkpoint::run_guarded(detail::QueuedTask task) noexcept {
  Task whole = task.take();
  runner_.run_guarded(whole, kind_);
}

bool Checkpoint::drain_native(Queue& waiting) noexcept {
  if (!open()) return true;
  bool guest_woke = false;
  const WorkHook::Kind before = std::exchange(kind_, kind_of(waiting));
  waiting.queue.drain(std::numeric_limits<std::size_t>::max(), [this, &guest_woke](detail::QueuedTask& task) {
    run(task);
    guest_woke = guest_ != nullptr && guest_->has_jobs();
    return !guest_woke && open();
  });
  kind_ = before;
  return !guest_woke;
}

void Checkpoint::run_covered(CheckpointPhase phase, std::size_t count) noexcept {
  Queue& waiting = of(phase);
  // A termination may have taken tokens back in the middle of this one, hence the second condition.
  if (!waiting.covered() || !open()) return;
  const WorkHook::Kind before = std::exchange(kind_, kind_of(waiting));
  waiting.queue.drain(count, [this, &waiting](detail::QueuedTask& task) {
    run(task);
    return waiting.covered() && open();
  });
  kind_ = before;
}

void Checkpoint::clear() noexcept {
  for (Queue* queue : {&ticks_, &microtasks_}) {
    queue->cleared += queue->queue.size();
    queue->queue.clear();
  }
  uncover_all();
}

}  // namespace millrace
