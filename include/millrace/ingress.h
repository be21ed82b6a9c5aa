// Ingress: the door through which any thread hands work to a loop.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <millrace/task.h>

namespace millrace {

class Door;

/// The answer at the door.
enum class Admission : std::uint8_t {
  accepted,  ///< will run, or is reported rejected when the loop closes first
  full,      ///< LoopLimits::ingress_max tasks wait already; the task was handed back untouched
  closed,    ///< the loop is closed or gone; the task was handed back untouched
};

/// A copyable handle to one loop's door. May outlive the loop; posting then answers closed.
/// Thread    any. Order: one FIFO for all threads; posts from one thread run in that thread's order.
class Ingress {
 public:
  explicit Ingress(std::shared_ptr<Door> door) noexcept : door_(std::move(door)) {}

  /// Hands `task` to the loop. Moved from only when accepted, so a refused task is still the caller's.
  /// Cost      one uncontended lock, one move of 64 bytes; a system call only when the loop sleeps; no allocation at a steady
  ///           depth.
  ///           Never blocks on the loop. Out of memory: std::bad_alloc, nothing was posted.
  [[nodiscard]] Admission post(Task& task);
  [[nodiscard]] Admission post(Task&& task) { return post(task); }

 private:
  std::shared_ptr<Door> door_;
};

}  // namespace millrace
