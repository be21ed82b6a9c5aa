// Admission: who may hand work to a loop, how much, and what the answer is. Refusing never blocks and never loses the task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace {

/// The answer at the door. Refused: the task is still the caller's, untouched.
enum class Admission : std::uint8_t {
  accepted,   ///< will run, or is reported rejected when the loop closes first
  full,       ///< a depth or in-flight bound is reached
  throttled,  ///< AdmissionPolicy::tasks_per_second is used up for now
  closed,     ///< the loop is shutting down, closed or gone
};
[[nodiscard]] std::string_view to_string(Admission answer) noexcept;

/// What a batch was answered: the first `accepted` tasks were taken, in order; `reason` says why the others were not.
struct BatchAdmission {
  std::size_t accepted = 0;
  Admission reason = Admission::accepted;  ///< accepted: all were taken
};

/// Narrows what a door or a lane takes. Zero means no bound of that kind; LoopLimits::ingress_max and a lane's capacity always hold.
struct AdmissionPolicy {
  /// Tasks that wait to be run. The one that runs does not wait; in a lane, it does until the lane's turn ends.
  std::size_t depth_max = 0;
  /// Tasks accepted and not finished: waiting, running, or kept in flight by an InFlight after they returned.
  std::size_t in_flight_max = 0;
  /// A token bucket: it fills at this rate and holds `burst` tokens, at least one; a task takes one. Negative rates are refused.
  double tasks_per_second = 0;
  std::size_t burst = 1;
};

/// What happened at the doors of one loop since it was made. accepted == executed + rejected + waiting, always. Refusals count calls: a
/// batch that was cut short is one.
struct AdmissionFigures {
  std::uint64_t accepted = 0;
  std::uint64_t refused_full = 0;
  std::uint64_t refused_throttled = 0;
  std::uint64_t refused_closed = 0;
};

}  // namespace millrace
