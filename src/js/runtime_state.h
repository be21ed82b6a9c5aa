// Numbers that JavaScript and C++ share through one Float64Array, so that setting a timer crosses no border: the built-ins write
// what they need, C++ reads it after each entry. The slots are named again where the built-ins use them (timers.js, immediates.js,
// engine_work.js, event.js, async_context.js, loader_compile.js, message_port.js, slow_callbacks.js, task_queues.js) and loaded (runtime_core.cpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace millrace::js {

struct RuntimeState {
  enum Slot {
    kNextDeadline = 0,
    kTimerRefs = 1,
    kImmediates = 2,
    kImmediateRefs = 3,
    kEngineWork = 4,
    kExiting = 5,
    kNow = 6,
    kFrame = 7,
    kFollowsAwait = 8,
    kSlowAfter = 9,
    kSites = 10,
    kTimersRan = 11,
    kImmediatesRan = 12,
    kTicksRan = 13,
    kFollows = 14,
    kCheckpointEdges = 15,
    kTellsTimers = 16,
    kLoading = 17,
    kListening = 18,
    kSlots = 19
  };

  RuntimeState() noexcept { slots[kNextDeadline] = slots[kSlowAfter] = std::numeric_limits<double>::infinity(); }

  std::array<double, kSlots> slots{};

  /// Milliseconds since the runtime's origin of the earliest timer; infinity when there is none.
  [[nodiscard]] double next_deadline_ms() const noexcept { return slots[kNextDeadline]; }
  [[nodiscard]] double timer_refs() const noexcept { return slots[kTimerRefs]; }
  [[nodiscard]] double immediates() const noexcept { return slots[kImmediates]; }
  [[nodiscard]] bool timers_ref() const noexcept { return slots[kTimerRefs] > 0; }
  [[nodiscard]] bool immediates_wait() const noexcept { return slots[kImmediates] > 0; }
  [[nodiscard]] bool immediates_ref() const noexcept { return slots[kImmediateRefs] > 0; }
  /// Read by the built-ins that call into C++ which may have called back: they wait there for the engine to stop.
  void set_exiting(bool exiting) noexcept { slots[kExiting] = exiting ? 1 : 0; }
  /// Callbacks that began, and checkpoints that began or ended, in one number.
  [[nodiscard]] double step() const noexcept { return slots[kTimersRan] + slots[kImmediatesRan] + slots[kCheckpointEdges]; }
  [[nodiscard]] bool in_checkpoint() const noexcept { return (count(kCheckpointEdges) & 1) != 0; }
  void leave_checkpoint() noexcept {
    if (in_checkpoint()) slots[kCheckpointEdges]++;
  }
  /// A built-in is being loaded: stopped now, it would stay half of what it is.
  [[nodiscard]] bool loading() const noexcept { return slots[kLoading] > 0; }
  /// What built-ins take for the time without asking for it: milliseconds since the runtime's origin, never going back.
  void set_now(double ms) noexcept { slots[kNow] = std::max(slots[kNow], ms); }
  /// Whether texts that wait are rewritten for AsyncLocalStorage from now on (loader_compile.js).
  [[nodiscard]] bool follows_await() const noexcept { return slots[kFollowsAwait] != 0; }
  /// Which frame of async_context.js is the current one; 0 when there is none.
  [[nodiscard]] double frame() const noexcept { return slots[kFrame]; }
  /// From how many milliseconds on a callback is to be told, and how many timers share one that remembers where it was made. Infinity,
  /// zero: none.
  void set_slow_callbacks(double after_ms, double one_site_in) noexcept {
    slots[kSlowAfter] = after_ms;
    slots[kSites] = one_site_in;
  }
  /// Callbacks that have a context are to be followed (host_observe.cpp).
  void set_follows() noexcept { slots[kFollows] = 1; }
  /// Each operation on a timer is to be told (host_observe.cpp).
  void set_tells() noexcept { slots[kTellsTimers] = 1; }
  [[nodiscard]] std::uint64_t count(Slot slot) const noexcept { return static_cast<std::uint64_t>(slots[slot]); }
  [[nodiscard]] bool engine_works() const noexcept { return slots[kEngineWork] > 0; }
  /// Ports that wait for messages (message_port.js).
  [[nodiscard]] bool listens() const noexcept { return slots[kListening] > 0; }
};

}  // namespace millrace::js
