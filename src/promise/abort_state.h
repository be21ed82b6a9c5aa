// AbortState: what the handles of one AbortSignal share. Sources (of controllers and timeouts) know their followers (made by
// any()); followers keep their sources alive, and a source is never a follower: the graph has two levels, whatever is nested.
//
//   pending -> marking -> aborted      taken once. A source: under its mutex, by abort(). A follower: by its source, under its
//                                      mutex, or by any() that makes it. Two sources at once: a compare-exchange finds the winner.
//   steps: not yet -> ran              loop thread. From there on no hook is taken.
//
// Who may touch what: the phase, the reason and the references are anybody's. A source's followers and its queue of steps are
// guarded by its mutex, of which a thread never holds two. Hooks and whether the steps ran belong to the loop thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include <millrace/abort.h>
#include <millrace/loop.h>

#include "base/intrusive_list.h"
#include "ingress/door.h"
#include "loop/core.h"

namespace millrace {

class AbortState {
 public:
  /// A source; its first reference is the caller's.
  explicit AbortState(Loop& loop) : AbortState(loop, loop.core().door()) {}
  AbortState(const AbortState&) = delete;
  AbortState& operator=(const AbortState&) = delete;

  /// A signal that is aborted already and has no steps. Any thread, as what follows.
  [[nodiscard]] static AbortSignal aborted_as(Loop& loop, const std::shared_ptr<Door>& door, const Error& reason);
  [[nodiscard]] static AbortSignal following(std::span<const AbortSignal> signals);
  [[nodiscard]] static Result<AbortSignal> after(Loop& loop, Duration delay);
  [[nodiscard]] static AbortSignal share(AbortState& state) noexcept {
    state.retain();
    return AbortSignal(&state);
  }
  /// A handle for the caller's reference.
  [[nodiscard]] static AbortSignal adopt(AbortState* state) noexcept { return AbortSignal(state); }
  [[nodiscard]] static AbortState* of(const AbortSignal& signal) noexcept { return signal.state_; }

  void retain() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  [[nodiscard]] const Error* reason() const noexcept {
    return phase_.load(std::memory_order_acquire) == Phase::aborted ? &*reason_ : nullptr;  // acquire; pairs with mark()
  }
  /// Of a source.
  bool abort(const Error& reason);

  // Loop thread.
  [[nodiscard]] bool takes_hooks() const noexcept;
  [[nodiscard]] bool add(AbortHook& hook) noexcept;
  void remove(AbortHook& hook) noexcept;
  [[nodiscard]] Loop& loop() const noexcept { return *loop_; }

  /// For tests: how many signals follow this one, and how many hooks wait.
  [[nodiscard]] std::size_t followers() const noexcept;
  [[nodiscard]] std::size_t hooks() const noexcept { return hooks_.size(); }
  [[nodiscard]] std::uint32_t references() const noexcept { return references_.load(std::memory_order_relaxed); }

 private:
  enum class Phase : std::uint8_t { pending, marking, aborted };
  /// That a follower follows a source. Lives in the follower's array, linked into the source's list under the source's mutex.
  struct Edge {
    ListHook link;
    AbortState* source = nullptr;  ///< one reference is ours; null: not used
    AbortState* follower = nullptr;
  };
  struct Timer;
  struct FireTimer;
  struct RunSteps;

  AbortState(Loop& loop, std::shared_ptr<Door> door) noexcept : loop_(&loop), door_(std::move(door)) {}
  ~AbortState();

  /// Inside run() or close(). Between two runs nobody can know who else is about to use the loop, so everybody is elsewhere.
  [[nodiscard]] bool on_loop_thread() const noexcept {
    return door_->loop_thread().load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// As LoopCore::on_loop_thread(): between two runs the loop is anybody's. Asks the door, which outlives the loop.
  void check_loop_thread() const noexcept;
  /// True: this call aborted it.
  bool mark(const Error& reason) noexcept;
  /// Under the mutex: marks this and its followers, and queues the steps of those.
  void mark_all(const Error& reason) noexcept;
  [[nodiscard]] bool try_retain() noexcept;
  void follow(const std::vector<AbortState*>& sources);
  /// What it followed forgets it, but is kept alive.
  void leave_sources() noexcept;
  [[nodiscard]] AbortState* take_queue() noexcept;
  /// DOM's "run the abort steps" for this and the queued followers. Loop thread.
  void run_all_steps() noexcept;
  void run_steps() noexcept;
  /// The loop has ended: nobody is called.
  void drop_steps() noexcept;
  void end_timer() noexcept;

  std::atomic<std::uint32_t> references_{1};
  std::atomic<Phase> phase_{Phase::pending};
  bool steps_ran_ = false;
  std::optional<Error> reason_;  ///< written once, before phase_ says aborted
  Loop* loop_;                   ///< used on its own thread inside run() only: this may outlive it
  std::shared_ptr<Door> door_;   ///< knows whose turn it is to use the loop, and whether there is a loop
  IntrusiveList<AbortHook, &AbortHook::link_> hooks_;

  // Of a source.
  mutable std::mutex mutex_;  // taken before the door's, when abort() posts; no user code under it
  IntrusiveList<Edge, &Edge::link> followers_;
  AbortState* queue_ = nullptr;  ///< followers whose steps are to run, each with a reference; linked through next_in_queue_
  std::shared_ptr<Timer> timer_;

  // Of a follower. Immutable once it is made, so any() reads it on any thread.
  std::unique_ptr<Edge[]> edges_;
  std::size_t edge_count_ = 0;
  AbortState* next_in_queue_ = nullptr;  ///< guarded by the mutex of the source that aborted it: it is queued once in its life
};

}  // namespace millrace
