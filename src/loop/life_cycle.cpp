#include "loop/life_cycle.h"

#include <algorithm>

#include <millrace/assert.h>

namespace millrace {

std::string_view to_string(LoopState state) noexcept {
  switch (state) {
    case LoopState::idle: return "idle";
    case LoopState::running: return "running";
    case LoopState::stopping: return "stopping";
    case LoopState::draining: return "draining";
    case LoopState::closing: return "closing";
    case LoopState::closed: return "closed";
  }
  return "unknown";
}

LifeCycle::Begin LifeCycle::begin_run() noexcept {
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  for (;;) {
    MILLRACE_ASSERT(!has_run(seen));
    switch (state_of(seen)) {
      case LoopState::idle:
        if (move(seen, LoopState::running, true)) return Begin::running;
        break;
      case LoopState::stopping:
        if (move(seen, LoopState::idle, true)) return Begin::stopped;
        break;
      case LoopState::draining:
        if (move(seen, LoopState::draining, true)) return Begin::draining;
        break;
      case LoopState::closing:
      case LoopState::closed: return Begin::closed;
      case LoopState::running: MILLRACE_ASSERT(false && "running without a run");
    }
  }
}

LifeCycle::End LifeCycle::end_run(bool drained) noexcept {
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  for (;;) {
    MILLRACE_ASSERT(has_run(seen));
    switch (state_of(seen)) {
      case LoopState::running:
        if (move(seen, LoopState::idle, true)) return End::ended;
        break;
      case LoopState::stopping:
        if (move(seen, LoopState::idle, true)) return End::stopped;
        break;
      case LoopState::draining:
        if (!drained) return End::draining;
        if (move(seen, LoopState::closing, true)) return End::closing;
        break;
      case LoopState::closing: return End::closing;
      case LoopState::idle:
      case LoopState::closed: MILLRACE_ASSERT(false && "a run in a state that has none");
    }
  }
}

bool LifeCycle::leave_run() noexcept {
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  while (!move(seen, state_of(seen), false)) {
  }
  return state_of(seen) == LoopState::closing;
}

bool LifeCycle::stop() noexcept {
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  while (state_of(seen) == LoopState::idle || state_of(seen) == LoopState::running)
    if (move(seen, LoopState::stopping, has_run(seen))) return true;
  return false;
}

void LifeCycle::fail() noexcept {
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  while (state_of(seen) == LoopState::running || state_of(seen) == LoopState::draining) {
    const LoopState to = state_of(seen) == LoopState::running ? LoopState::stopping : LoopState::closing;
    if (move(seen, to, true)) return;
  }
}

bool LifeCycle::drain(Instant deadline) noexcept {
  // The deadline first: who sees the state sees it.
  const Duration::rep asked = deadline.time_since_epoch().count();
  Duration::rep earliest = drain_deadline_.load(std::memory_order_acquire);
  while (asked < earliest && !drain_deadline_.compare_exchange_weak(earliest, asked, std::memory_order_seq_cst)) {
  }
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  for (;;) {
    switch (state_of(seen)) {
      case LoopState::idle:
      case LoopState::running:
      case LoopState::stopping:
        if (move(seen, LoopState::draining, has_run(seen))) return true;
        break;
      case LoopState::draining: return true;
      case LoopState::closing:
      case LoopState::closed: return false;
    }
  }
}

LifeCycle::Close LifeCycle::close() noexcept {
  std::uint32_t seen = word_.load(std::memory_order_seq_cst);
  while (state_of(seen) != LoopState::closing && state_of(seen) != LoopState::closed) {
    const bool run = has_run(seen);
    if (move(seen, LoopState::closing, run)) return run ? Close::run_does : Close::finish;
  }
  return Close::already;
}

void LifeCycle::closed() noexcept {
  MILLRACE_ASSERT(word_.load(std::memory_order_relaxed) == word_of(LoopState::closing, false));
  const std::lock_guard lock(mutex_);
  word_.store(word_of(LoopState::closed, false), std::memory_order_seq_cst);  // final: no edge leads away, so no exchange is needed
  closed_.notify_all();
}

bool LifeCycle::wait_closed(Duration time) noexcept {
  std::unique_lock lock(mutex_);
  const auto is_closed = [this] { return state() == LoopState::closed; };
  // Cut: the library computes an absolute time, which must not overflow.
  return closed_.wait_for(lock, std::min(time, Duration(std::chrono::hours(24 * 365 * 100))), is_closed);
}

}  // namespace millrace
