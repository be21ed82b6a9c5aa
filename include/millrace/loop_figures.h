// What a loop counted since it was made.
#pragma once

#include <cstdint>

namespace millrace {

/// Counts since construction. Loop thread. Always on: each is one increment of a number that nobody else reads.
/// Conservation: ingress_accepted == ingress_tasks + rejected + what still waits.
struct LoopFigures {
  std::uint64_t ticks = 0;
  std::uint64_t timers_fired = 0;
  std::uint64_t ingress_tasks = 0;     ///< posted tasks that ran, from the shared door, the internal one and lanes
  std::uint64_t ingress_accepted = 0;  ///< posted tasks that were accepted
  std::uint64_t rejected = 0;          ///< of those, how many close() destroyed unrun
  std::uint64_t refused_full = 0;      ///< refusals, not tasks: one for each call that was refused, whole or in part
  std::uint64_t refused_throttled = 0;
  std::uint64_t refused_closed = 0;
  std::uint64_t batches_cut_by_tasks = 0;
  std::uint64_t batches_cut_by_time = 0;
  std::uint64_t readiness_callbacks = 0;
  std::uint64_t immediates = 0;
  std::uint64_t closing_callbacks = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t next_ticks = 0;    ///< native ones
  std::uint64_t microtasks = 0;    ///< native ones
  std::uint64_t waits = 0;         ///< calls of the poller
  std::uint64_t sleeps = 0;        ///< announced sleeps, in the poller or on the futex
  std::uint64_t futex_sleeps = 0;  ///< of those, on the futex
  std::uint64_t spins = 0;         ///< how often the loop looked for work before it slept (SleepPolicy::spin_max)
  std::uint64_t spin_hits = 0;     ///< of those, how often work came
  std::uint64_t sleep_mode_changes = 0;
  std::uint64_t uncaught = 0;
  std::uint64_t failed_wakes = 0;
  std::uint64_t observer_failures = 0;
};

}  // namespace millrace
