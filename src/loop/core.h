// What a Loop is made of. The public face is include/millrace/loop.h; the phases are in tick.cpp, one tick on one screen.
#pragma once

#include <array>
#include <atomic>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/detail/loop_queues.h>
#include <millrace/liveness.h>
#include <millrace/loop.h>

#include "ingress/door.h"
#include "loop/checkpoint.h"
#include "loop/extension.h"
#include "loop/life_cycle.h"
#include "loop/probe_feed.h"
#include "loop/remote_watch.h"
#include "loop/sleeper.h"
#include "loop/timer_teller.h"
#include "loop/watch_table.h"
#include "time/timer_store.h"

namespace millrace {

#define MILLRACE_ASSERT_LOOP_THREAD(core) MILLRACE_DEBUG_ASSERT((core).on_loop_thread())

/// `from + by`, cut to the end of time; `by` is not negative.
[[nodiscard]] inline Instant later(Instant from, Duration by) noexcept {
  const bool may_pass_the_end = from > Instant{};
  return may_pass_the_end && by > Instant::max() - from ? Instant::max() : from + by;
}

class LoopCore final : private TaskRunner, private SleepHost {
 public:
  explicit LoopCore(LoopOptions options);
  ~LoopCore();

  // Running and ending (run.cpp)
  RunOutcome run();
  /// Both bounds are optional.
  RunOutcome run_until(const std::function<bool()>* done, std::optional<Duration> time_limit);
  [[nodiscard]] Result<bool> run_once(Duration wait);
  void stop() noexcept;
  void shutdown(Duration grace);
  void close();
  [[nodiscard]] Result<void> wait_closed(Duration time_limit);
  [[nodiscard]] LoopState state() const noexcept { return life_.state(); }
  [[nodiscard]] bool alive() const noexcept;
  void hold() noexcept { ++holds_; }
  void release() noexcept { --holds_; }
  [[nodiscard]] bool on_loop_thread() const noexcept {
    const std::thread::id owner = owner_.load(std::memory_order_relaxed);
    return owner == std::thread::id{} || owner == std::this_thread::get_id();
  }

  // Scheduling (schedule.cpp)
  [[nodiscard]] Result<TimerId> arm_timer(Duration delay, bool interval, Task& task);
  [[nodiscard]] Result<TimerId> arm_timer_at(Instant deadline, Task task);
  void detach_timer(TimerId id) noexcept;
  void cancel_timer(TimerId id) noexcept {
    if (timer_teller_ != nullptr) [[unlikely]]
      timer_teller_->cancelled(id);
    timers_.cancel(id);
  }
  void refresh_timer(TimerId id);
  void refresh_timer_at(TimerId id, Instant deadline);
  [[nodiscard]] Result<void> push_immediate(Task& task);
  [[nodiscard]] Result<void> push_closing(Task& task);
  [[nodiscard]] Result<void> push_job(CheckpointPhase queue, Task& task);
  [[nodiscard]] Result<SlabId> watch(int fd, Interest interest, WatchTable::Callback callback);

  /// Any thread (remote_watch.cpp).
  [[nodiscard]] Result<std::shared_ptr<RemoteWatchState>> watch_remotely(int fd, Interest interest, WatchTable::Callback callback,
                                                                         Duration time_limit);

  /// Takes the room above's extension. At most once.
  void extend(std::unique_ptr<LoopExtension> extension);
  [[nodiscard]] LoopExtension* extension() const noexcept { return extension_.get(); }
  /// What a task's exception goes through: the observer, the uncaught handler, or the end of the run.
  void report_uncaught(const Error& error) noexcept;
  void tell_observer(const std::function<void(Observer&)>& tell) noexcept { observe(tell); }
  /// An error has ended this run.
  [[nodiscard]] bool failing() const noexcept { return failure_.has_value(); }
  /// What work that is scheduled now takes along.
  [[nodiscard]] Context captured_context() noexcept;
  /// What RunOutcome::exit_code() says of a run that did not fail.
  void set_exit_code(int code) noexcept { exit_code_ = code; }

  /// Runs one task to completion and then a checkpoint: what every phase does, offered to rooms that bring macrotasks of their own.
  void run_macrotask(Task& task, WorkHook::Kind kind) noexcept;
  [[nodiscard]] LivenessReport liveness(std::size_t listed_max);
  [[nodiscard]] LoopDepths depths(const LoopFigures& counted) const noexcept;
  /// Null: no hook, or it does not follow this work. Otherwise the work runs in the context that it says.
  [[nodiscard]] std::unique_ptr<WorkHook::Running> follow(WorkHook::Kind kind, const Context& context,
                                                          std::optional<Instant> due = {}) noexcept {
    if (work_hook_ == nullptr || context.empty()) [[likely]]
      return nullptr;
    std::unique_ptr<WorkHook::Running> running;
    contain([&] { running = work_hook_->begins({.kind = kind, .context = context, .due = due}); });
    return running;
  }
  [[nodiscard]] WorkHook* work_hook() const noexcept { return work_hook_; }
  /// Null: nobody is told of timers.
  [[nodiscard]] TimerTeller* timer_teller() const noexcept { return timer_teller_.get(); }

  /// Ends an exception of user code that was called from inside a larger operation, which goes on: rethrown by a next-tick, where it is
  /// uncaught on its own (docs/semantics.md, rule 21). When that is refused, on a closed loop or at the limit, it is counted as uncaught
  /// and the observer is told, but no handler is called.
  void raise_later(const std::exception_ptr& exception) noexcept;

  /// Changes how many of the waiting immediates do not keep the loop alive, for a guest whose immediates can be unreferenced.
  void unref_immediates(int change) noexcept { unref_immediates_ += static_cast<std::size_t>(change); }
  [[nodiscard]] bool in_tick() const noexcept { return in_tick_; }

  /// Processor time of this loop's run that was spent for others, too: FairShare charges nobody for it.
  void set_aside(Duration time) noexcept { set_aside_ += time; }
  [[nodiscard]] Duration take_set_aside() noexcept { return std::exchange(set_aside_, Duration::zero()); }

  // Policies, contexts and foreign loops
  void set_batch_policy(BatchPolicy policy);
  [[nodiscard]] Result<void> set_sleep_policy(SleepPolicy policy);
  [[nodiscard]] Result<void> set_admission_policy(const AdmissionPolicy& policy);
  [[nodiscard]] const Context& context() const noexcept { return context_; }
  void switch_context(Context to) noexcept;
  [[nodiscard]] Result<int> foreign_fd();
  [[nodiscard]] std::optional<Duration> foreign_timeout();

  [[nodiscard]] Clock& clock() noexcept { return *clock_; }
  [[nodiscard]] Instant now() const noexcept { return now_; }
  [[nodiscard]] TimerStore& timers() noexcept { return timers_; }
  [[nodiscard]] WatchTable& watches() noexcept { return watches_; }
  [[nodiscard]] detail::LoopQueues& queues() noexcept { return queues_; }
  [[nodiscard]] Checkpoint& checkpoint() noexcept { return checkpoint_; }
  [[nodiscard]] const std::shared_ptr<Door>& door() const noexcept { return door_; }
  [[nodiscard]] LoopFigures figures() const noexcept;
  [[nodiscard]] std::string_view poller_name() const noexcept { return poller_->name(); }

  /// Runs code that is not ours and whose exceptions have nowhere to go: counted and dropped.
  template <typename Call>
  void contain(Call call) noexcept {
    try {
      call();
    } catch (...) {
      ++figures_.observer_failures;
    }
  }

 private:
  static constexpr std::size_t kEventsMax = 256;

  void tick(std::optional<Duration> longest_wait);
  void run_due_timers();
  void drain_ingress();
  void dispatch_readiness(std::optional<Duration> longest_wait);
  void run_queue(detail::TaskQueue& queue, std::uint64_t& counter, Work kind);
  /// Waits for readiness, or for anything else; the only call that may sleep.
  [[nodiscard]] Result<std::size_t> wait(std::optional<Duration> timeout);
  void fire(const DueTimer& due);
  void finish_firing(const DueTimer& due);
  [[nodiscard]] std::optional<Duration> time_to_wait(std::optional<Duration> longest_wait);

  // For the probe (probing.cpp). Nothing of it is called while there is none that is on.
  void begin_posted(const Task& task) noexcept;
  void begin_measuring(Work kind, std::optional<Instant> due, Context context) noexcept;
  void end_measuring() noexcept;
  /// Follows the probe's switch, and measures ticks.
  void look_at_probe() noexcept;
  /// The run ends, or the probe was switched off in it.
  void leave_probe() noexcept;
  void tell_probe_state(Instant now, bool sleeps) noexcept;
  [[nodiscard]] std::uint64_t jobs_ran() const noexcept {
    return checkpoint_.ran(CheckpointPhase::next_ticks) + checkpoint_.ran(CheckpointPhase::microtasks);
  }
  [[nodiscard]] static Result<void> check_watch(std::string_view operation, int fd, Interest interest,
                                                const WatchTable::Callback& callback);
  void register_remotely(Interest interest, const std::shared_ptr<RemoteWatchState>& state);
  /// From here on a change of the state, or of a shutdown's deadline, is news that forbids sleeping.
  void note_life() noexcept {
    seen_state_ = state();
    seen_drain_deadline_ = life_.drain_deadline();
  }
  [[nodiscard]] bool has_news() const noexcept override;
  /// What every macrotask ends with: its checkpoint, and a look at the bounds of this run.
  void finish_macrotask() noexcept;
  void look_at_bounds() noexcept;

  void run_guarded(Task& task, WorkHook::Kind kind) noexcept override { run_guarded(task, kind, std::nullopt); }
  void run_guarded(Task& task, WorkHook::Kind kind, std::optional<Instant> due) noexcept;
  /// Calls, and reports what is thrown.
  template <typename Call>
  void run_contained(Call&& call) noexcept {
    try {
      call();
    } catch (...) {
      report_current_exception();
    }
  }
  void run_followed(Task& task, std::unique_ptr<WorkHook::Running> followed) noexcept;
  void report_current_exception() noexcept override;
  [[nodiscard]] Result<TimerId> arm_timer_at(Instant deadline, Duration delay, bool interval, Task& task);
  [[nodiscard]] std::unexpected<Error> refuse_timer(Instant deadline, Duration delay, bool interval, Error error) noexcept;
  void rearm_timer(TimerId id, Instant deadline);
  /// Gives the task the context it is scheduled in.
  void stamp(Task& task) noexcept {
    if (!context_.empty() || context_hook_ != nullptr) stamp_slowly(task);
  }
  void stamp_slowly(Task& task) noexcept;
  [[nodiscard]] bool closing() const noexcept {
    const LoopState state = this->state();
    return state == LoopState::closing || state == LoopState::closed;
  }
  /// True when the current phase must end: stop, close, failure, or a bound of this run.
  [[nodiscard]] bool leaving() const noexcept { return !life_.may_run() || bound_met_; }
  void fail_run(const Error& error) noexcept;

  /// The calling thread is the loop thread from now on.
  void adopt() noexcept {
    owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    if (extension_ != nullptr) extension_->adopted();
  }
  /// A run() is on this thread's stack.
  [[nodiscard]] bool inside_run() const noexcept { return in_run_ && on_loop_thread(); }
  /// stopped, closed: this run ends before it begins.
  [[nodiscard]] LifeCycle::Begin begin_run() noexcept;
  /// The state this run would end in.
  [[nodiscard]] LifeCycle::End find_end() noexcept;
  [[nodiscard]] RunOutcome end_run(LifeCycle::End found) noexcept;
  /// Nothing is left that a shutdown works off.
  [[nodiscard]] bool drained() const noexcept;
  /// A run goes on: something keeps the loop alive, or a shutdown is not finished.
  [[nodiscard]] bool has_work() const noexcept;
  /// Tells the observer of the edge from what it last heard of. Loop thread.
  void tell_state(LoopState to) noexcept;
  void finish_close() noexcept;
  [[nodiscard]] Error closed_error(std::string_view operation) const;
  template <typename Call>
  void observe(Call call) noexcept {
    if (observer_ != nullptr) contain([&] { call(*observer_); });
  }

  /// What else than an empty loop ends a run.
  struct Bounds {
    const std::function<bool()>* done = nullptr;
    std::optional<Instant> deadline;
    RunOutcome::Reason met = RunOutcome::Reason::idle;
  };

  LoopLimits limits_;
  Duration set_aside_{};
  BatchPolicy batch_;
  UncaughtHandler on_uncaught_;
  Observer* observer_;
  ContextHook* context_hook_;
  WorkHook* work_hook_;
  std::unique_ptr<TimerTeller> timer_teller_;
  ProbeFeed probe_;
  std::unique_ptr<Clock> owned_clock_;
  std::unique_ptr<Poller> owned_poller_;
  Clock* clock_;
  Poller* poller_;

  LifeCycle life_;
  LoopState told_state_ = LoopState::idle;  ///< what the observer heard last
  LoopState seen_state_ = LoopState::idle;  ///< when this tick decided how long to wait
  Instant seen_drain_deadline_;             ///< likewise
  bool in_run_ = false;
  Bounds* bounds_ = nullptr;  ///< of the run in progress, when it has any
  bool bound_met_ = false;
  Context context_;
  Instant now_;
  TimerStore timers_;
  std::shared_ptr<Door> door_;
  std::atomic<std::thread::id>& owner_ = door_->loop_thread();
  Sleeper sleeper_;
  WatchTable watches_;
  std::array<ReadyEvent, kEventsMax> events_;
  detail::LoopQueues queues_;
  std::size_t unref_immediates_ = 0;
  Checkpoint checkpoint_;
  std::size_t holds_ = 0;
  bool in_tick_ = false;  ///< a tick is on the stack
  std::optional<Error> failure_;
  int exit_code_ = 0;
  mutable LoopFigures figures_;
  std::unique_ptr<LoopExtension> extension_;
};

}  // namespace millrace
