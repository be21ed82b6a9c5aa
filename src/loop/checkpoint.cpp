#include "loop/checkpoint.h"

#include <algorithm>

namespace millrace {

void Checkpoint::run() noexcept {
  if (draining_ || empty()) return;
  draining_ = true;
  ++checkpoints_;
  CheckpointPhase phase = CheckpointPhase::next_ticks;
  while (!empty() && !runner_.closing()) {
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
  }
  ticks_.ring.drained();
  microtasks_.ring.drained();
  draining_ = false;
}

bool Checkpoint::drain_native(Queue& queue) noexcept {
  while (!queue.ring.empty() && !runner_.closing()) {
    run_front(queue);
    if (guest_ != nullptr && guest_->has_jobs()) return false;
  }
  return true;
}

void Checkpoint::run_covered(CheckpointPhase phase, std::size_t count) noexcept {
  Queue& queue = of(phase);
  // A termination may have taken tokens back in the middle of this one, hence the second condition.
  for (; count > 0 && queue.covered > 0 && !runner_.closing(); --count) run_front(queue);
}

void Checkpoint::run_front(Queue& queue) noexcept {
  Task task = queue.ring.pop();
  if (queue.covered > 0) --queue.covered;
  ++queue.ran;
  runner_.run_guarded(task);
}

void Checkpoint::clear() noexcept {
  ticks_.ring.clear();
  microtasks_.ring.clear();
  uncover_all();
}

}  // namespace millrace
