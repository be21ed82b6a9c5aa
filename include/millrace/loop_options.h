// What a loop is made with: named limits, policies, and the parts it works with. All plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include <millrace/admission.h>
#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/observer.h>
#include <millrace/poller.h>
#include <millrace/probe.h>
#include <millrace/timer_hook.h>
#include <millrace/work_hook.h>

namespace millrace {

/// Named bounds. At each the call that would pass it answers Errc::full (or Admission::full) and changes nothing.
struct LoopLimits {
  std::uint32_t timers_max = 1U << 24;
  std::uint32_t watches_max = 1U << 20;
  /// Posted tasks that wait at the shared door, and as many internal ones.
  std::size_t ingress_max = 1U << 20;
  std::size_t lanes_max = 1024;
  /// Immediates, closing callbacks, next-ticks and microtasks waiting at once, each.
  std::size_t queue_max = std::size_t{1} << 28;
};

/// Why a batch of posted tasks ended before the queue was empty.
struct BatchExceeded {
  enum class Reason : std::uint8_t { tasks, time };
  Reason reason;
  std::size_t ran;   ///< in this batch
  std::size_t left;  ///< taken from the door and waiting for the next tick
  Duration elapsed;  ///< zero for Reason::tasks
};
[[nodiscard]] std::string_view to_string(BatchExceeded::Reason reason) noexcept;

/// How much posted work one tick does before timers and readiness have their turn again. What is left keeps its order and runs next
/// tick. At least one task runs per tick.
/// Cost      a clock read when a batch of more than one begins, and then whenever half of the time that is left must be over at the
///           pace so far, at least every 64 tasks. A batch therefore exceeds `time_max` by one task when tasks are alike, and by at
///           most 64 that turned slow all at once.
struct BatchPolicy {
  std::size_t tasks_max = 4096;
  Duration time_max = std::chrono::milliseconds(5);  ///< zero: no bound
  /// Told after each batch that was cut; loop thread; its exceptions are contained and counted. May be empty.
  std::function<void(const BatchExceeded&)> on_exceeded{};
};

/// Where a loop without descriptors sleeps.
enum class FastPath : std::uint8_t {
  automatic,  ///< on a futex while no descriptor is registered, else in the poller; a poller that was handed in is always used
  disabled,   ///< always in the poller
  forced,     ///< always on a futex; watch() answers Errc::unsupported. Where there is no futex: as disabled
};

/// How a loop waits when it has nothing to do.
struct SleepPolicy {
  FastPath fast_path = FastPath::automatic;
  /// Before sleeping, look for posted work again and again for at most this long: a post that comes meanwhile costs its sender no
  /// system call and is answered in less than a microsecond. Adaptive: while posts do not come that soon, the loop sleeps at once. A
  /// core is used during the spin, so give it to loops that have one to themselves. 50 us is a good value. Zero: never.
  Duration spin_max = Duration::zero();
  /// Wake this much before a timer's deadline at most and spin until it, so that a timer starts on time rather than when the system
  /// got round to it. How much is needed is learned from the delay of past wake-ups. Zero: never.
  Duration timer_lead_max = Duration::zero();
  /// The kernel may delay a timed sleep by the thread's timer slack, usually 50 us. Before its first timed sleep run() sets this slack on
  /// its thread, and puts the old one back when it returns; nothing: it is left alone. Linux.
  std::optional<Duration> timer_slack = Duration{1};
};

/// Decides what happens after a task threw: return to go on with the next task. Loop thread.
using UncaughtHandler = std::function<void(const Error&)>;

/// What a loop works with. Everything pointed to outlives the loop; null means the loop makes and owns the usual one.
struct LoopOptions {
  Clock* clock = nullptr;           ///< null: SteadyClock
  Poller* poller = nullptr;         ///< null: what make_poller() chooses
  Observer* observer = nullptr;     ///< null: nothing is observed and nothing is paid
  Probe* probe = nullptr;           ///< null: nothing is measured and nothing is paid; one loop's own
  WorkHook* work_hook = nullptr;    ///< null: work is followed by nobody; may serve several loops
  TimerHook* timer_hook = nullptr;  ///< null: operations on timers are told to nobody; may serve several loops
  LoopLimits limits{};
  AdmissionPolicy admission{};  ///< of the shared door; a lane has its own
  BatchPolicy batch{};
  SleepPolicy sleep{};
  ContextHook* context_hook = nullptr;  ///< null: contexts travel, nobody is told
  UncaughtHandler on_uncaught{};        ///< empty: the first uncaught exception stops the loop and run() returns it
};

}  // namespace millrace
