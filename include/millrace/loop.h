// Loop: timers, posted work, readiness, immediates and microtasks on one thread, in the order that JavaScript programs rely on.
//
// One tick runs the phases: timers, ingress, readiness, immediates, closing. After every callback a checkpoint drains the
// next-tick queue and the microtask queue until both are empty. docs/semantics.md has every rule and the test that shows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/ingress.h>
#include <millrace/observer.h>
#include <millrace/poller.h>
#include <millrace/readiness.h>
#include <millrace/result.h>
#include <millrace/task.h>
#include <millrace/timer.h>

namespace millrace {

class LoopCore;

/// Where a loop is in its life. Edges: idle -> running (run); idle, running -> stopping (stop); running, stopping -> idle (run
/// returns); running, stopping -> closing (close inside run) -> closed; idle, stopping -> closed (close). No other edge exists.
enum class LoopState : std::uint32_t { idle, running, stopping, closing, closed };
[[nodiscard]] std::string_view to_string(LoopState state) noexcept;

/// Named bounds. At each the call that would pass it answers Errc::full (or Admission::full) and changes nothing.
struct LoopLimits {
  std::uint32_t timers_max = 1U << 24;
  std::uint32_t watches_max = 1U << 20;
  std::size_t ingress_max = 1U << 20;
  /// How many posted tasks one tick runs at most; the rest keep their order and run next tick, after timers had their turn.
  std::size_t ingress_batch_max = 4096;
  /// Immediates, closing callbacks, next-ticks and microtasks waiting at once, each.
  std::size_t queue_max = std::size_t{1} << 28;
};

/// Decides what happens after a task threw: return to go on with the next task. Loop thread.
using UncaughtHandler = std::function<void(const Error&)>;

/// What a loop works with. Everything pointed to outlives the loop; null means the loop makes and owns the usual one.
struct LoopOptions {
  Clock* clock = nullptr;        ///< null: SteadyClock
  Poller* poller = nullptr;      ///< null: epoll
  Observer* observer = nullptr;  ///< null: nothing is observed and nothing is paid
  LoopLimits limits{};
  UncaughtHandler on_uncaught{};  ///< empty: the first uncaught exception stops the loop and run() returns it
};

/// Why run() returned.
class RunOutcome {
 public:
  enum class Reason : std::uint8_t {
    idle,     ///< nothing was left that keeps the loop alive
    stopped,  ///< stop()
    closed,   ///< close(), or the loop was closed already
    failed,   ///< a task threw and nobody handled it, or the system's wait failed: error() says which
  };
  explicit RunOutcome(Reason reason) noexcept : reason_(reason) {}
  explicit RunOutcome(Error error) : reason_(Reason::failed), error_(std::move(error)) {}
  [[nodiscard]] Reason reason() const noexcept { return reason_; }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  /// 0, or 1 when failed: what main() returns.
  [[nodiscard]] int exit_code() const noexcept { return reason_ == Reason::failed ? 1 : 0; }

 private:
  Reason reason_;
  std::optional<Error> error_;
};

/// Counts since construction. Loop thread.
struct LoopFigures {
  std::uint64_t ticks = 0;
  std::uint64_t timers_fired = 0;
  std::uint64_t ingress_tasks = 0;
  std::uint64_t readiness_callbacks = 0;
  std::uint64_t immediates = 0;
  std::uint64_t closing_callbacks = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t next_ticks = 0;  ///< native ones
  std::uint64_t microtasks = 0;  ///< native ones
  std::uint64_t waits = 0;       ///< calls of the poller
  std::uint64_t sleeps = 0;      ///< of those, how many could block
  std::uint64_t uncaught = 0;
  std::uint64_t failed_wakes = 0;
  std::uint64_t observer_failures = 0;
  std::uint64_t rejected = 0;  ///< accepted posts that close() destroyed unrun
};

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

/// Thread    Whoever holds `Loop&` is on the loop thread: the one in run() while it runs, and between two runs any one thread at
///           a time.
///           Only ingress() handles, stop() and state() may be used elsewhere. Debug builds check.
/// Re-entry  every member may be called from any callback, except run() and the destructor.
class Loop {
 public:
  /// Throws ErrorException when the system refuses a descriptor for the poller.
  explicit Loop(LoopOptions options = {});
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Closes. Not from inside a callback.
  ~Loop();

  /// Runs ticks until nothing keeps the loop alive, or until stop() or close(). May be called again after it returned, from any
  /// thread.
  /// Alive     referenced timers, watches and immediates, posted tasks, closing callbacks and LivenessHolds. A post that arrives
  ///           after run() decided to return stays queued for the next run().
  RunOutcome run();
  /// One pass over all phases, waiting for readiness at most `wait` (zero: not at all). True: something still keeps the loop alive.
  /// Errors    as run(); Errc::closed on a closed loop.
  [[nodiscard]] Result<bool> run_once(Duration wait = Duration::zero());

  /// run() returns after the current callback and its checkpoint. What is queued stays queued, and the loop may run again.
  /// Before run(): the next run() returns at once. Sticky until a run() consumed it; many calls count as one. Thread: any.
  void stop() noexcept;
  /// Ends for good: run() returns after the current callback, every later call answers Errc::closed, what is left is destroyed
  /// unrun and counted in LoopFigures::rejected. Idempotent.
  void close();
  [[nodiscard]] LoopState state() const noexcept;  ///< any thread
  /// True while anything keeps the loop alive.
  [[nodiscard]] bool alive() const noexcept;

  /// The clock's time when this tick began; the same for everything in one phase.
  [[nodiscard]] Instant now() const noexcept;

  /// Runs `task` once, no earlier than `delay` after this call.
  /// Delay     negative means zero; fractions of a millisecond are kept; beyond about 290 years it is cut to that.
  /// Order     equal deadlines run in call order. Never in the timers pass that is running now.
  /// Errors    Errc::closed after close(), Errc::full at LoopLimits::timers_max. On error nothing was scheduled.
  /// Cost      O(log n) in live timers and one clock read; no allocation while a recycled node is free.
  /// Source    https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers
  [[nodiscard]] Result<TimerHandle> schedule(Duration delay, Task task);
  /// Runs `task` every `period`, first after one period. Starts stay on the grid start + n * period: they do not drift, and
  /// periods missed while something else ran are skipped, not made up. A period below 1 ns counts as 1 ns. Otherwise as schedule().
  [[nodiscard]] Result<TimerHandle> every(Duration period, Task task);

  /// Runs `task` in the immediates phase of this tick, or of the next when queued by an immediate. Keeps the loop alive.
  /// Errors: Errc::closed, Errc::full.
  [[nodiscard]] Result<void> immediate(Task task);
  /// Runs `task` in the closing phase of this tick, after immediates. Keeps the loop alive. Errors: Errc::closed, Errc::full.
  [[nodiscard]] Result<void> at_closing(Task task);

  /// Runs `task` in the checkpoint that follows the current callback, in FIFO order with promise jobs of a JavaScript runtime on
  /// this loop. From outside a callback: in the first checkpoint of the next tick. Errors: Errc::closed, Errc::full.
  [[nodiscard]] Result<void> queue_microtask(Task task);
  /// As queue_microtask(), but before the microtasks that wait, as process.nextTick does.
  [[nodiscard]] Result<void> next_tick(Task task);

  /// Calls `callback` whenever `fd` is ready for `interest`, once per tick while it stays ready.
  /// Errors    Errc::invalid_descriptor (not open), Errc::unsupported (regular files), Errc::invalid_argument (no interest),
  ///           Errc::full, Errc::closed, or the system's errno. On error nothing is left behind.
  /// Cost      two system calls; see WatchHandle for lifetime.
  [[nodiscard]] Result<WatchHandle> watch(int fd, Interest interest, std::function<void(Readiness)> callback);

  /// The door for other threads. Copy it as often as needed.
  [[nodiscard]] Ingress ingress() const noexcept;
  [[nodiscard]] LivenessHold hold() noexcept;
  [[nodiscard]] LoopFigures figures() const noexcept;
  [[nodiscard]] std::string_view poller_name() const noexcept;

  /// For the rooms built on the loop; not part of the promise to users.
  [[nodiscard]] LoopCore& core() noexcept { return *core_; }

 private:
  std::unique_ptr<LoopCore> core_;
};

}  // namespace millrace
