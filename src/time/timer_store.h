// Live timers: who they are and what they call (TimerCells), and in which order they are due (TimerLadder).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <millrace/clock.h>
#include <millrace/task.h>

#include "time/timer_cells.h"
#include "time/timer_ladder.h"

namespace millrace {

/// A timer whose time has come, with the deadline it had.
struct DueTimer {
  TimerId id;
  Instant deadline;
};

/// Order     pop_due() yields by deadline, and in order of arming where deadlines are equal.
/// Pass      pop_due() yields what was armed before begin_pass() and is due at its instant, then nothing.
/// Errors    arm() returns nothing at the limit. Out of memory: std::bad_alloc, from arm, rearm, pop_due and next_deadline; a timer
///           that was armed stays armed, but for one that rearm() could not arm anew.
/// Cost      arm, rearm, disarm, erase, find: O(1) amortized; no allocation while recycled memory is free. pop_due, next_deadline:
///           O(log64 n) amortized, most of it done for many timers at once. None depends on how far the clock moved.
/// Memory    44 bytes a timer, with a callable of up to 16 bytes, no context, and a delay that is a whole number below 2^30 of
///           nanoseconds, micro-, milliseconds or seconds; 64 more for any other. Disarming an armed timer leaves 16 bytes behind until
///           there are more of these than armed timers, and 1,024. Chunks without timers are given back.
/// Thread    loop thread.
class TimerStore {
 public:
  explicit TimerStore(std::uint32_t limit) noexcept : cells_(limit), ladder_(cells_) {}
  TimerStore(const TimerStore&) = delete;
  TimerStore& operator=(const TimerStore&) = delete;
  ~TimerStore() { clear(); }

  /// Takes the task only when it succeeds. An interval's period is its delay.
  [[nodiscard]] std::optional<TimerId> arm(Instant deadline, Duration delay, bool interval, Task& task) {
    const TimerId id = cells_.insert(delay, interval, task);
    if (id == TimerId{}) return std::nullopt;
    push_new(id, deadline);
    return id;
  }
  /// Arms an existing, unarmed or armed timer anew. Order: as if it had just been armed.
  void rearm(TimerId id, Instant deadline);
  /// Takes it out of the order of deadlines; the timer stays.
  void disarm(TimerId id);
  /// Ends the timer and frees what its callable captured.
  bool erase(TimerId id) noexcept {
    TimerState* state = cells_.find(id);
    if (state == nullptr) return false;
    erase(id, *state);
    return true;
  }
  /// As erase(), but a timer whose callback is on the stack is only disarmed and marked: who called it erases it.
  void cancel(TimerId id) noexcept {
    TimerState* state = cells_.find(id);
    if (state == nullptr) return;
    if (state->firing == 0) return erase(id, *state);
    state->cancelled = 1;
    disarm(*state);
  }
  void clear() noexcept;
  /// Valid until the timer is erased.
  [[nodiscard]] TimerState* find(TimerId id) noexcept { return cells_.find(id); }
  void set_ref(TimerId id, bool ref) noexcept;

  // Of timers that exist.
  [[nodiscard]] Duration delay(TimerId id) const noexcept { return cells_.delay(id.slot); }
  /// Calls its callable where it is, which it does not leave however many timers are armed meanwhile.
  void call(TimerId id) { cells_.call(id.slot); }
  /// Its task, when it is one of those that can carry a context; otherwise null.
  [[nodiscard]] Task* task_with_context(TimerId id) const noexcept { return cells_.boxed(id.slot); }

  /// Exact. Ends the pass.
  [[nodiscard]] std::optional<Instant> next_deadline();
  void begin_pass(Instant now);
  /// The first that is due, disarmed; it stays until it is erased. Nothing: the pass is over.
  [[nodiscard]] std::optional<DueTimer> pop_due();

  /// Calls `visit(id, deadline)` for the `count` armed timers that are due first, in the order of their deadlines.
  /// Cost      a look at every timer, and memory for all of them: for reports. Errors: std::bad_alloc.
  template <typename Visit>
  void for_each_armed_first(std::size_t count, Visit visit) {
    std::vector<TimerEntry> entries;
    entries.reserve(armed());
    ladder_.for_each([&entries](const TimerEntry& entry) { entries.push_back(entry); });
    count = std::min(count, entries.size());
    std::ranges::partial_sort(entries, entries.begin() + static_cast<std::ptrdiff_t>(count), {}, &TimerEntry::key);
    for (const TimerEntry& entry : std::span(entries).first(count))
      visit(TimerId{entry.slot, cells_.state(entry.slot).generation}, to_instant(entry.key));
  }

  [[nodiscard]] std::size_t armed() const noexcept { return ladder_.size(); }
  [[nodiscard]] std::size_t armed_ref() const noexcept { return armed_ref_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return cells_.size(); }
  /// For tests: the bytes of the chunks, and entries in the order of deadlines, current or left behind.
  [[nodiscard]] std::size_t chunk_bytes() const noexcept { return cells_.bytes(); }
  [[nodiscard]] std::size_t entries() const noexcept { return ladder_.entries(); }

 private:
  [[nodiscard]] TimerState& existing(TimerId id) noexcept;
  void push_new(TimerId id, Instant deadline);
  void push(TimerId id, TimerState& state, Instant deadline) {
    ladder_.push({.key = to_key(deadline), .slot = id.slot, .stamp = state.stamp()});
    state.armed = 1;
    armed_ref_ += state.ref;
  }
  /// Ascending, as deadlines are.
  [[nodiscard]] static TimerLadder::Key to_key(Instant deadline) noexcept {
    return static_cast<std::uint64_t>(deadline.time_since_epoch().count()) ^ kSign;
  }
  [[nodiscard]] static Instant to_instant(TimerLadder::Key key) noexcept {
    return Instant{Duration{static_cast<Duration::rep>(key ^ kSign)}};
  }
  static constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  void erase(TimerId id, TimerState& state) noexcept {
    if (state.armed != 0) {
      state.armed = 0;
      armed_ref_ -= state.ref;
      ladder_.abandon();
    }
    cells_.erase(id.slot, state);
  }
  void disarm(TimerState& state) noexcept;

  TimerCells cells_;
  TimerLadder ladder_;
  std::size_t armed_ref_ = 0;
};

}  // namespace millrace
