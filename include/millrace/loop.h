// Loop: timers, posted work, readiness, immediates and microtasks on one thread, in the order that JavaScript programs rely on.
//
// One tick runs the phases: timers, ingress, readiness, immediates, closing. After every callback a checkpoint drains the
// next-tick queue and the microtask queue until both are empty. docs/semantics.md has every rule and the test that shows it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/detail/loop_queues.h>
#include <millrace/in_flight.h>
#include <millrace/ingress.h>
#include <millrace/liveness.h>
#include <millrace/loop_figures.h>
#include <millrace/loop_options.h>
#include <millrace/readiness.h>
#include <millrace/remote_watch.h>
#include <millrace/result.h>
#include <millrace/run_outcome.h>
#include <millrace/task.h>
#include <millrace/timer.h>

namespace millrace {

class Loop;
class LoopCore;

/// Keeps a loop alive while it exists. Loop thread; the loop outlives it.
class [[nodiscard]] LivenessHold {
 public:
  LivenessHold() noexcept = default;
  explicit LivenessHold(LoopCore* core) noexcept;
  LivenessHold(LivenessHold&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  LivenessHold& operator=(LivenessHold&& other) noexcept {
    LivenessHold(std::move(other)).swap(*this);
    return *this;
  }
  ~LivenessHold() { release(); }
  void release() noexcept;
  void swap(LivenessHold& other) noexcept { std::swap(core_, other.core_); }

 private:
  LoopCore* core_ = nullptr;
};

/// Makes `context` the loop's current one for the rest of a block: work scheduled there takes it along.
/// Thread    loop thread; the loop outlives it. Scopes end in the opposite order of their beginning.
class [[nodiscard]] ContextScope {
 public:
  ContextScope(Loop& loop, Context context);
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope();

 private:
  LoopCore* core_;
  Context previous_;
};

/// Thread    Whoever holds `Loop&` is on the loop thread: the one in run() while it runs, and between two runs any one thread at
///           a time. Only ingress() handles, stop(), shutdown(), close(), wait_closed(), watch_remotely() and state() may be used
///           elsewhere. Debug builds check.
/// Re-entry  every member may be called from any callback, except run() with its kin, wait_closed() and the destructor.
class Loop {
 public:
  /// Throws ErrorException when the system refuses a descriptor for the poller.
  explicit Loop(LoopOptions options = {});
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Closes. Not from inside a callback.
  ~Loop();

  // Life cycle

  /// Runs ticks until nothing keeps the loop alive, or until stop() or close(). May be called again after it returned, from any
  /// thread.
  /// Alive     referenced timers, watches and immediates, posted tasks, closing callbacks and LivenessHolds. A post that arrives
  ///           after run() decided to return stays queued for the next run().
  RunOutcome run();
  /// As run(), but returns Reason::reached after the callback, and its checkpoint, that made `done()` true; at once when it is true
  /// already. `time_limit`: returns Reason::timed_out after the callback that runs when it is over.
  /// `done`    is asked after every callback, on the loop thread. An exception that leaves it ends the run as an uncaught one would.
  /// A loop with nothing left to do returns Reason::idle: nobody on this thread could make the condition true any more. Take a
  /// LivenessHold when another thread will.
  RunOutcome run_until(const std::function<bool()>& done, std::optional<Duration> time_limit = std::nullopt);
  /// As run(), for at most `time`. Reason::timed_out when it is over, after the current callback and its checkpoint.
  RunOutcome run_for(Duration time);
  /// One pass over all phases, waiting for readiness at most `wait` (zero: not at all). True: something still keeps the loop alive.
  /// Errors    as run(); Errc::closed on a closed loop.
  [[nodiscard]] Result<bool> run_once(Duration wait = Duration::zero());

  /// run() returns after the current callback and its checkpoint. What is queued stays queued, and the loop may run again.
  /// Before run(): the next run() returns at once. Sticky until a run() consumed it; many calls count as one. On a loop that is
  /// shutting down or closed it does nothing. Thread: any.
  void stop() noexcept;
  /// Ends gracefully. From now on posts are refused (Admission::closed), except internal ones. What was accepted before, immediates,
  /// microtasks, closing callbacks and what LivenessHolds stand for is worked off by the run() in progress, or by the next one; timers
  /// and watches go on meanwhile but are not waited for. When nothing is left, or `grace` is over, the loop closes.
  /// N callers: the earliest deadline counts. Never waits; see wait_closed(). Thread: any, also inside a callback.
  void shutdown(Duration grace);
  /// Ends for good, now: run() returns after the current callback, every later call answers Errc::closed, what is left is destroyed
  /// unrun and counted in LoopFigures::rejected. While a run() is in progress its thread does that when it ends, and the call does not
  /// wait for it; otherwise the caller's thread does, which is then the one thread that uses the loop. Idempotent. Thread: any, also
  /// inside a callback.
  void close();
  /// Blocks until the loop is closed.
  /// Errors    Errc::timed_out; Errc::would_block_forever when called on the loop thread inside a callback, which would wait for itself.
  /// Thread    any other. The loop must not be destroyed before it returned.
  [[nodiscard]] Result<void> wait_closed(Duration time_limit);
  [[nodiscard]] LoopState state() const noexcept;  ///< any thread
  /// True while anything keeps the loop alive.
  [[nodiscard]] bool alive() const noexcept;

  /// The clock's time when this tick began; the same for everything in one phase.
  [[nodiscard]] Instant now() const noexcept;

  // Scheduling

  /// Runs `task` once, no earlier than `delay` after this call.
  /// Delay     negative means zero; fractions of a millisecond are kept; beyond about 290 years it is cut to that.
  /// Order     equal deadlines run in call order. Never in the timers pass that is running now.
  /// Errors    Errc::closed after close(), Errc::full at LoopLimits::timers_max. On error nothing was scheduled.
  /// Cost      O(1) amortized and one clock read; no allocation while recycled memory is free. Firing: O(log64 n) amortized. 44 bytes a
  ///           timer with captures of up to 16 bytes, 64 more for larger ones.
  /// Source    https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers
  [[nodiscard]] Result<TimerHandle> schedule(Duration delay, Task task);
  /// Runs `task` once, no earlier than `deadline` on the loop's clock. `now() + delay` is the cheap way to many timers: it reads no
  /// clock, and counts the delay from the beginning of the tick, as libev and libuv do. refresh() starts from the refresh, with what
  /// was left when this was called, rounded up to a microsecond. Otherwise as schedule().
  [[nodiscard]] Result<TimerHandle> schedule_at(Instant deadline, Task task);
  /// Runs `task` every `period`, first after one period. Starts stay on the grid start + n * period: they do not drift, and
  /// periods missed while something else ran are skipped, not made up. A period below 1 ns counts as 1 ns. Otherwise as schedule().
  [[nodiscard]] Result<TimerHandle> every(Duration period, Task task);

  /// Runs `task` in the immediates phase of this tick, or of the next when queued by an immediate. Keeps the loop alive.
  /// Errors: Errc::closed, Errc::full.
  template <typename F>
    requires std::is_constructible_v<Task, F>
  [[nodiscard]] Result<void> immediate(F&& task);
  /// Runs `task` in the closing phase of this tick, after immediates. Keeps the loop alive. Errors: Errc::closed, Errc::full.
  template <typename F>
    requires std::is_constructible_v<Task, F>
  [[nodiscard]] Result<void> at_closing(F&& task);

  /// Runs `task` in the checkpoint that follows the current callback, in FIFO order with promise jobs of a JavaScript runtime on
  /// this loop. From outside a callback: in the first checkpoint of the next tick. Errors: Errc::closed, Errc::full.
  template <typename F>
    requires std::is_constructible_v<Task, F>
  [[nodiscard]] Result<void> queue_microtask(F&& task);
  /// As queue_microtask(), but before the microtasks that wait, as process.nextTick does.
  template <typename F>
    requires std::is_constructible_v<Task, F>
  [[nodiscard]] Result<void> next_tick(F&& task);

  /// Calls `callback` whenever `fd` is ready for `interest`, once per tick while it stays ready.
  /// Errors    Errc::invalid_descriptor (not open), Errc::unsupported (regular files), Errc::invalid_argument (no interest),
  ///           Errc::full, Errc::closed, or the system's errno. On error nothing is left behind.
  /// Cost      two system calls; see WatchHandle for lifetime.
  [[nodiscard]] Result<WatchHandle> watch(int fd, Interest interest, std::function<void(Readiness)> callback);

  /// As watch(), from any thread. Waits until the loop has registered it, at most for `time_limit`; on the loop thread it does not wait.
  /// The callback runs on the loop thread, and not before this returned.
  /// Errors    as watch(); Errc::timed_out when the loop did not come to it in time. On error nothing is left behind, and nothing will
  ///           be registered later.
  /// Cost      a post, a wake of the loop and of the caller, and what watch() costs. Lifetime: the loop outlives the call.
  [[nodiscard]] Result<RemoteWatch> watch_remotely(int fd, Interest interest, std::function<void(Readiness)> callback,
                                                   Duration time_limit = std::chrono::seconds(5));

  /// The door for other threads. Copy it as often as needed.
  [[nodiscard]] Ingress ingress() const noexcept;
  [[nodiscard]] LivenessHold hold() noexcept;
  /// From inside a posted task: it counts as in flight until the result is destroyed (AdmissionPolicy::in_flight_max). Elsewhere, and in
  /// an internal task: empty.
  [[nodiscard]] InFlight keep_in_flight();

  // Policies, changeable at any time

  /// What the shared door takes from now on; what waits stays. Errors: Errc::invalid_argument, nothing changed.
  [[nodiscard]] Result<void> set_admission_policy(AdmissionPolicy policy);
  void set_batch_policy(BatchPolicy policy);
  /// Waiting as before stays in effect for a wait that is under way. Errc::unsupported: forced fast path while descriptors are
  /// registered; nothing changed.
  [[nodiscard]] Result<void> set_sleep_policy(SleepPolicy policy);

  // Context

  /// What the running callback runs in, and what work scheduled now takes along. Empty between callbacks unless a ContextScope says
  /// otherwise.
  [[nodiscard]] const Context& context() const noexcept;

  // Inside another loop: wait for fd() and timeout() there, then run_once() here.

  /// A descriptor that is readable when the loop has something to do. It belongs to the loop.
  /// Errors    Errc::unsupported: this poller has none, or the fast path is forced.
  [[nodiscard]] Result<int> fd();
  /// How long the host may wait before it calls run_once(): nothing means until fd() is readable. Call it after the last change to the
  /// loop and right before waiting: from this call until the next run, a post makes fd() readable.
  [[nodiscard]] std::optional<Duration> timeout();

  [[nodiscard]] LoopFigures figures() const noexcept;
  /// What keeps this loop alive, and what else exists in it. The first `listed_max` timers and watches are listed one by one.
  /// Cost      a look at every timer. Errors: std::bad_alloc. From another thread: post_internal() a task that asks.
  [[nodiscard]] LivenessReport liveness(std::size_t listed_max = 20);
  [[nodiscard]] std::string_view poller_name() const noexcept;

  /// For the rooms built on the loop; not part of the promise to users.
  [[nodiscard]] LoopCore& core() noexcept { return *core_; }

 private:
  enum class Queue : std::uint8_t { next_ticks, microtasks, immediates, closing };
  /// With the checks, contexts and errors that the inlined way leaves out.
  [[nodiscard]] Result<void> push(Queue queue, Task& task);
  template <typename F>
  [[nodiscard]] Result<void> push(Queue name, detail::TaskQueue& queue, F&& callable) {
    if (queues_->try_push(queue, std::forward<F>(callable))) [[likely]]  // else it is untouched
      return {};
    Task task(std::forward<F>(callable));  // NOLINT(bugprone-use-after-move): see above
    return push(name, task);
  }

  std::unique_ptr<LoopCore> core_;
  detail::LoopQueues* queues_;
};

template <typename F>
  requires std::is_constructible_v<Task, F>
Result<void> Loop::immediate(F&& task) {
  return push(Queue::immediates, queues_->immediates, std::forward<F>(task));
}
template <typename F>
  requires std::is_constructible_v<Task, F>
Result<void> Loop::at_closing(F&& task) {
  return push(Queue::closing, queues_->closing, std::forward<F>(task));
}
template <typename F>
  requires std::is_constructible_v<Task, F>
Result<void> Loop::queue_microtask(F&& task) {
  return push(Queue::microtasks, queues_->microtasks, std::forward<F>(task));
}
template <typename F>
  requires std::is_constructible_v<Task, F>
Result<void> Loop::next_tick(F&& task) {
  return push(Queue::next_ticks, queues_->next_ticks, std::forward<F>(task));
}

}  // namespace millrace
