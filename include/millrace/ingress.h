// Ingress: the door through which any thread hands work to a loop. Lane: a private entrance for one producer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <millrace/admission.h>
#include <millrace/context.h>
#include <millrace/result.h>
#include <millrace/task.h>

namespace millrace {

class Door;
class LaneState;

struct LaneOptions {
  /// Tasks that may wait in the lane; rounded up to a power of two, 1 to 1,048,576. A slot is 64 bytes, allocated when the lane opens.
  /// Tasks run in their slots, and the slots of one turn (at most 64 tasks) are free when it ends.
  std::size_t capacity = 1024;
  AdmissionPolicy admission{};
};

/// A bounded queue with one producer, its owner, that shares no cache line with other producers.
/// Order     FIFO within the lane. Between lanes and the shared door there is no order; each tick every lane with work gets a turn.
/// Thread    one at a time, any. May outlive the loop; posting then answers closed, and so does a lane that was moved from.
/// Lifetime  destroying the lane closes it; what it accepted still runs.
class [[nodiscard]] Lane {
 public:
  Lane() noexcept = default;
  Lane(Lane&&) noexcept = default;
  Lane& operator=(Lane&& other) noexcept;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane();

  /// Hands `task` to the loop. Moved from only when accepted.
  /// Cost      one move of 64 bytes and one atomic exchange on a line of its own; a system call only when the loop sleeps; never an
  ///           allocation. A rate in LaneOptions::admission adds a lock and a clock read, a bound on what is in flight a shared line.
  [[nodiscard]] Admission post(Task& task);
  [[nodiscard]] Admission post(Task&& task) { return post(task); }
  /// Hands over as many of `tasks` as have room, published together: one atomic exchange and at most one wake for all.
  [[nodiscard]] BatchAdmission post_batch(std::span<Task> tasks);
  [[nodiscard]] std::size_t capacity() const noexcept;

 private:
  friend class Ingress;
  Lane(std::shared_ptr<Door> door, std::shared_ptr<LaneState> state, Context context) noexcept
      : door_(std::move(door)), state_(std::move(state)), context_(std::move(context)) {}
  std::shared_ptr<Door> door_;        // whom to wake
  std::shared_ptr<LaneState> state_;  // null: moved from
  Context context_;
};

/// A copyable handle to one loop's door. May outlive the loop; posting then answers closed.
/// Thread    any. Order: one linearizable FIFO for all threads; posts from one thread run in that thread's order.
class Ingress {
 public:
  explicit Ingress(std::shared_ptr<Door> door) noexcept : door_(std::move(door)) {}

  /// Hands `task` to the loop. Moved from only when accepted, so a refused task is still the caller's.
  /// Cost      one locked instruction, one move of 64 bytes; a system call only when the loop sleeps; no allocation at a steady
  ///           depth of up to 8,000 tasks, a page for every 63 beyond. Never blocks on the loop. Out of memory: std::bad_alloc, nothing
  ///           was posted. A rate in the loop's AdmissionPolicy adds a clock read; that Clock must not post.
  [[nodiscard]] Admission post(Task& task);
  [[nodiscard]] Admission post(Task&& task) { return post(task); }
  /// Hands over the longest prefix of `tasks` that is admitted, next to each other in the FIFO, with one locked instruction and at most
  /// one wake for all. Out of memory: std::bad_alloc, nothing was posted.
  [[nodiscard]] BatchAdmission post_batch(std::span<Task> tasks);
  /// As post(), before everything that waits at the shared door or in lanes and not subject to an AdmissionPolicy: for settlements and
  /// control that must get through a flood. FIFO among themselves; one that arrives while the loop runs posted tasks runs next. Bound:
  /// LoopLimits::ingress_max of them. Cost: a mutex.
  [[nodiscard]] Admission post_internal(Task& task);
  [[nodiscard]] Admission post_internal(Task&& task) { return post_internal(task); }

  /// A private entrance for one producer. Errors: Errc::full at LoopLimits::lanes_max, Errc::closed, Errc::invalid_argument.
  [[nodiscard]] Result<Lane> open_lane(LaneOptions options = {});

  /// A handle whose posts run in `context`; lanes opened through it too. A task that has a context of its own keeps it.
  [[nodiscard]] Ingress with_context(Context context) const;

 private:
  std::shared_ptr<Door> door_;
  Context context_;
};

}  // namespace millrace
