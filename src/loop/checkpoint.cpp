#include "loop/checkpoint.h"

#include <algorithm>

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
  }
  ticks_.queue.drained();
  microtasks_.queue.drained();
  draining_ = false;
}

bool Checkpoint::drain_native(Queue& waiting) noexcept {
  while (!waiting.queue.empty() && open()) {
    run_front(waiting);
    if (guest_ != nullptr && guest_->has_jobs()) return false;
  }
  return true;
}

void Checkpoint::run_covered(CheckpointPhase phase, std::size_t count) noexcept {
  Queue& waiting = of(phase);
  // A termination may have taken tokens back in the middle of this one, hence the second condition.
  for (; count > 0 && waiting.covered > 0 && open(); --count) run_front(waiting);
}

void Checkpoint::run_front(Queue& waiting) noexcept {
  if (waiting.covered > 0) --waiting.covered;
  ++waiting.ran;
  waiting.queue.run_front([this](Task& task) {
    if (!queues_.plain || task.has_context()) return runner_.run_guarded(task);
    try {
      task();
    } catch (...) {
      runner_.report_current_exception();
    }
  });
}

void Checkpoint::clear() noexcept {
  ticks_.queue.clear();
  microtasks_.queue.clear();
  uncover_all();
}

}  // namespace millrace
