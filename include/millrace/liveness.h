// LivenessReport: what keeps a loop alive, and what else exists in it. For the question "why does this program not end?".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/poller.h>

namespace millrace {

/// A timer that is armed.
struct LiveTimer {
  Duration due_in;  ///< negative: it is late
  Duration delay;   ///< what it was armed with; the period of an interval
  bool interval;
  bool referenced;  ///< keeps the loop alive
  Context context;  ///< what its callback runs in, and so who made it, where a program puts that in its contexts
};

/// A descriptor that is watched.
struct LiveWatch {
  int fd;  ///< the loop's own duplicate of it
  Interest interest;
  bool referenced;
  Context context;
};

/// A plain value, of one moment.
struct LivenessReport {
  bool alive = false;              ///< a run goes on
  std::vector<LiveTimer> timers;   ///< those that are due first, in that order; at most as many as were asked for
  std::vector<LiveWatch> watches;  ///< at most as many as were asked for
  std::size_t timers_armed = 0;
  std::size_t timers_referenced = 0;
  std::size_t watches_registered = 0;
  std::size_t watches_referenced = 0;
  std::size_t posted = 0;  ///< accepted and not run
  std::size_t immediates = 0;
  std::size_t immediates_referenced = 0;
  std::size_t closing = 0;
  bool jobs = false;                 ///< next-ticks or microtasks wait
  std::size_t holds = 0;             ///< LivenessHolds: worker-pool jobs, signals, whatever a program holds
  std::size_t pending_promises = 0;  ///< native ones; they keep nothing alive

  /// Several lines, what keeps the loop alive first.
  [[nodiscard]] std::string to_string() const;
};

}  // namespace millrace
