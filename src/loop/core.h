// What a Loop is made of. The public face is include/millrace/loop.h; the phases are in loop.cpp, one tick on one screen.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include <millrace/loop.h>

#include "ingress/door.h"
#include "loop/checkpoint.h"
#include "loop/ring.h"
#include "loop/watch_table.h"
#include "time/timer_store.h"

namespace millrace {

#define MILLRACE_ASSERT_LOOP_THREAD(core) MILLRACE_DEBUG_ASSERT((core).on_loop_thread())

class LoopCore final : private TaskRunner {
 public:
  explicit LoopCore(LoopOptions options);
  ~LoopCore();

  // Life cycle (life_cycle.cpp)
  RunOutcome run();
  [[nodiscard]] Result<bool> run_once(Duration wait);
  void stop() noexcept;
  void close();
  [[nodiscard]] LoopState state() const noexcept { return state_.load(std::memory_order_acquire); }
  [[nodiscard]] bool alive() const noexcept;
  void hold() noexcept { ++holds_; }
  void release() noexcept { --holds_; }
  [[nodiscard]] bool on_loop_thread() const noexcept {
    const std::thread::id owner = owner_.load(std::memory_order_relaxed);
    return owner == std::thread::id{} || owner == std::this_thread::get_id();
  }

  // Scheduling (loop.cpp)
  [[nodiscard]] Result<TimerId> arm_timer(Duration delay, Duration period, Task task);
  /// At an absolute instant; for rooms that keep their own order of deadlines.
  [[nodiscard]] Result<TimerId> arm_timer_at(Instant deadline, Task task);
  void cancel_timer(TimerId id) noexcept;
  void detach_timer(TimerId id) noexcept;
  void refresh_timer(TimerId id);
  [[nodiscard]] Result<void> push_immediate(Task task);
  [[nodiscard]] Result<void> push_closing(Task task);
  [[nodiscard]] Result<void> push_job(CheckpointPhase queue, Task task);
  [[nodiscard]] Result<SlabId> watch(int fd, Interest interest, WatchTable::Callback callback);

  /// Runs one task to completion and then a checkpoint: what every phase does, offered to rooms that bring macrotasks of their own.
  void run_macrotask(Task& task) noexcept;

  /// Changes how many of the waiting immediates do not keep the loop alive, for a guest whose immediates can be unreferenced.
  void unref_immediates(int change) noexcept { unref_immediates_ += static_cast<std::size_t>(change); }
  [[nodiscard]] bool in_tick() const noexcept { return in_tick_; }

  [[nodiscard]] Clock& clock() noexcept { return *clock_; }
  [[nodiscard]] Instant now() const noexcept { return now_; }
  [[nodiscard]] TimerStore& timers() noexcept { return timers_; }
  [[nodiscard]] WatchTable& watches() noexcept { return watches_; }
  [[nodiscard]] Checkpoint& checkpoint() noexcept { return checkpoint_; }
  [[nodiscard]] const std::shared_ptr<Door>& door() const noexcept { return door_; }
  [[nodiscard]] LoopFigures figures() const noexcept;
  [[nodiscard]] std::string_view poller_name() const noexcept { return poller_->name(); }

 private:
  static constexpr std::size_t kEventsMax = 256;

  void tick(std::optional<Duration> longest_wait);
  void run_due_timers();
  void drain_ingress();
  void dispatch_readiness(std::optional<Duration> longest_wait);
  void run_queue(Ring<Task>& queue, std::uint64_t& counter);
  void fire(TimerId id);
  void finish_firing(TimerId id);
  [[nodiscard]] std::optional<Duration> time_to_wait(std::optional<Duration> longest_wait) const;
  [[nodiscard]] Result<std::size_t> wait_for_events(std::optional<Duration> timeout);

  void run_guarded(Task& task) noexcept override;
  [[nodiscard]] bool closing() const noexcept override {
    const LoopState state = this->state();
    return state == LoopState::closing || state == LoopState::closed;
  }
  /// True when the current phase must end: stop, close or failure.
  [[nodiscard]] bool leaving() const noexcept { return state() != LoopState::running; }
  void report_uncaught(const Error& error) noexcept;
  void fail_run(const Error& error) noexcept;

  [[nodiscard]] bool move_state(LoopState from, LoopState to) noexcept;
  /// The calling thread is the loop thread from now on.
  void adopt() noexcept { owner_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
  /// A run() is on this thread's stack; in_tick_ tells it also after stop() or close().
  [[nodiscard]] bool inside_run() const noexcept { return in_tick_ || (state() == LoopState::running && on_loop_thread()); }
  [[nodiscard]] bool enter_running() noexcept;
  [[nodiscard]] RunOutcome leave_running(bool entered) noexcept;
  void finish_close() noexcept;
  [[nodiscard]] Error closed_error(std::string_view operation) const;
  template <typename Call>
  void observe(Call call) noexcept {
    if (observer_ == nullptr) return;
    try {
      call(*observer_);
    } catch (...) {
      ++figures_.observer_failures;
    }
  }

  LoopLimits limits_;
  UncaughtHandler on_uncaught_;
  Observer* observer_;
  std::unique_ptr<Clock> owned_clock_;
  std::unique_ptr<Poller> owned_poller_;
  Clock* clock_;
  Poller* poller_;

  std::atomic<LoopState> state_{LoopState::idle};
  std::atomic<std::thread::id> owner_;
  Instant now_;
  TimerStore timers_;
  std::shared_ptr<Door> door_;
  std::vector<Task> backlog_;     ///< taken from the door
  std::size_t backlog_next_ = 0;  ///< the first of it that has not run
  WatchTable watches_;
  std::array<ReadyEvent, kEventsMax> events_;
  Ring<Task> immediates_;
  std::size_t unref_immediates_ = 0;
  Ring<Task> closing_;
  Checkpoint checkpoint_;
  std::size_t holds_ = 0;
  bool in_tick_ = false;  ///< a tick is on the stack: close() must wait for run() to return
  std::optional<Error> failure_;
  mutable LoopFigures figures_;
};

}  // namespace millrace
