#include "time/timer_store.h"

#include <limits>
#include <utility>

namespace millrace {
namespace {
constexpr std::uint32_t kRenewalsMax = (1U << 16) - 1;
}  // namespace

TimerState& TimerStore::existing(TimerId id) noexcept {
  TimerState* found = cells_.find(id);
  MILLRACE_ASSERT(found != nullptr);
  return *found;
}

void TimerStore::push_new(TimerId id, Instant deadline) {
  TimerState& state = cells_.state(id.slot);
  try {
    push(id, state, deadline);
  } catch (...) {
    cells_.erase(id.slot, state);
    throw;
  }
}

void TimerStore::rearm(TimerId id, Instant deadline) {
  TimerState& state = existing(id);
  disarm(state);
  push(id, state, deadline);
}

void TimerStore::disarm(TimerId id) { disarm(existing(id)); }

void TimerStore::disarm(TimerState& state) noexcept {
  if (state.armed == 0) return;
  state.armed = 0;
  armed_ref_ -= state.ref;
  if (state.renewals == kRenewalsMax) {
    ladder_.abandon();
    ladder_.sweep();  // it has left nothing behind, so its stamps may begin anew
    state.renewals = 0;
    return;
  }
  ++state.renewals;
  ladder_.abandon();
}

void TimerStore::clear() noexcept {
  for (const TimerId id : cells_.ids()) erase(id);
}

void TimerStore::set_ref(TimerId id, bool ref) noexcept {
  TimerState& state = existing(id);
  if ((state.ref != 0) == ref) return;
  state.ref = ref;
  if (state.armed != 0) armed_ref_ += ref ? 1 : std::size_t(-1);
}

std::optional<Instant> TimerStore::next_deadline() {
  const std::optional<TimerLadder::Key> key = ladder_.next_key();
  if (!key) return std::nullopt;
  return to_instant(*key);
}

void TimerStore::begin_pass(Instant now) { ladder_.begin_pass(to_key(now)); }

std::optional<DueTimer> TimerStore::pop_due() {
  const std::optional<TimerEntry> entry = ladder_.pop();
  if (!entry) return std::nullopt;
  TimerState& state = cells_.state(entry->slot);
  state.armed = 0;
  armed_ref_ -= state.ref;
  return DueTimer{{entry->slot, state.generation}, to_instant(entry->key)};
}

}  // namespace millrace
