// Guest: a language runtime that lives on the loop and has job queues of its own, which must merge with the native ones.
#pragma once

namespace millrace {

/// Which queue a checkpoint goes on with.
enum class CheckpointPhase { next_ticks, microtasks };

/// Implemented by the js room. At most one per loop. Thread: loop thread.
///
/// How two worlds share one FIFO: native tasks stay in the native queues. Whenever control passes from C++ to the guest (a call into
/// it, or a return to it), the guest first covers the native tasks that wait: it puts one token for all of them into its own queue
/// (Checkpoint::take_uncovered()). When the token's turn comes, it runs exactly those (Checkpoint::run_covered()). A turn in which
/// the guest never ran needs no token and costs nothing.
class Guest {
 public:
  Guest() = default;
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  virtual ~Guest() = default;

  /// True when the guest ran since its last drain() ended, so that its queues may hold jobs.
  [[nodiscard]] virtual bool has_jobs() const noexcept = 0;
  /// Runs jobs of both worlds until all queues are empty, beginning with `phase`.
  virtual void drain(CheckpointPhase phase) noexcept = 0;
};

}  // namespace millrace
