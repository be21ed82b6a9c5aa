// SlowCallbacks: every callback that took too long, with how long, how much of it was computing, and where it was made.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/site.h>
#include <millrace/observe/wall_clock.h>
#include <millrace/probe.h>

namespace millrace::observe {

/// A callback that took as long as the threshold, or longer.
struct SlowCallback {
  WallTime began;
  Work kind;
  /// False: a task of the loop, with the checkpoint after it. True: one callback of a JavaScript runtime's timers or immediates, with the
  /// jobs after it, of which one task of the loop may run many.
  bool javascript = false;
  Duration took;
  /// Processor time of it, known to an eighth of the threshold; nothing where it cannot be told from that of quick callbacks before it.
  std::optional<Duration> cpu;
  /// Where it was made. C++: what its context says (with_site()). JavaScript: where setTimeout() and the like were called, when this one was
  /// chosen by `site_sampling`.
  Site site;
  Context context;  ///< what it ran in
};

struct SlowCallbacksOptions {
  bool enabled = true;
  Duration threshold = std::chrono::milliseconds(50);
  /// The latest so many are kept for recent(). Zero: none.
  std::size_t kept_max = 64;
  /// Of the timers and immediates that JavaScript makes one in so many, at random, remembers where it was made. One: all. Zero: none.
  std::uint32_t site_sampling = 0;
  /// Called after each, on the loop thread, and its time is nobody's. Must not run the loop or JavaScript. Exceptions are counted and dropped. May be
  /// empty.
  std::function<void(const SlowCallback&)> on_slow{};
  /// Masks SlowCallback::site; one that cannot be masked counts as a failure and is left empty. The context is given as it is: it holds values of the program, not texts. Outlives
  /// this. Null: nothing is masked.
  const Redactor* redactor = nullptr;
};

struct SlowCallbacksFigures {
  std::uint64_t seen = 0;       ///< slow ones
  std::uint64_t forgotten = 0;  ///< of these, how many recent() has lost to later ones, or never kept
  std::uint64_t failures = 0;   ///< exceptions of on_slow, and slow ones that there was no memory for
};

/// The Probe that reports them. Hand it to one loop, alone or in a ProbeList beside LoopMetrics; for JavaScript also to the loop's runtime
/// (js::RuntimeOptions::slow_callbacks), which tells of its callbacks one by one; what it told is not told again as part of the task.
/// Complete    every task of the loop is timed while it is on, by the loop's clock. Not seen: the tick in which it was switched on, and jobs that were
///             queued while no run was in progress. A promise's continuation counts to the callback whose checkpoint it ran in, so its site is
///             that one's.
/// Thread      recent(), figures() and the setters: any. The loop, and its runtime, feed the rest. Lifetime: outlives the loop and the runtime.
/// Cost        off: a look at a flag each tick. On: two clock readings and two virtual calls a task, about 75 ns; a processor-time reading at most
///             each sixteenth of the threshold; no allocation for what is not slow. For a callback of JavaScript about 100 ns. A site of JavaScript
///             costs some 15 us where it is taken.
class SlowCallbacks final : public Probe {
 public:
  struct Clocks {
    const Clock* loop = nullptr;      ///< the loop's. Null: SteadyClock
    const WallClock* wall = nullptr;  ///< null: SystemWallClock
    /// The processor time of the calling thread, which is the loop's. Empty: CLOCK_THREAD_CPUTIME_ID.
    std::function<Duration()> cpu{};
  };
  explicit SlowCallbacks(SlowCallbacksOptions options = {}) : SlowCallbacks(std::move(options), Clocks{}) {}
  SlowCallbacks(SlowCallbacksOptions options, Clocks clocks);
  ~SlowCallbacks() override;

  /// The loop follows at its next tick.
  void enable(bool on) noexcept { set_on(on); }
  void set_threshold(Duration threshold) noexcept;
  [[nodiscard]] Duration threshold() const noexcept { return Duration(threshold_ns_.load(std::memory_order_relaxed)); }
  /// A runtime follows when it next enters JavaScript. What was made before keeps what it has.
  void set_site_sampling(std::uint32_t one_in) noexcept { site_sampling_.store(one_in, std::memory_order_relaxed); }
  [[nodiscard]] std::uint32_t site_sampling() const noexcept { return site_sampling_.load(std::memory_order_relaxed); }

  /// The latest, oldest first.
  [[nodiscard]] std::vector<SlowCallback> recent() const;
  [[nodiscard]] SlowCallbacksFigures figures() const noexcept;

  /// For who runs several callbacks in one task, and timed one of them: it ended just now. Shorter than the threshold: nothing happens.
  /// Loop thread, inside the task.
  void inner(Work kind, Duration took, Site site, Context context) noexcept;

  // What the loop calls; see Probe.
  void entered(Instant now) noexcept override;
  void left(Instant, const LoopFigures&, const LoopDepths&) noexcept override {}
  void closed(const LoopFigures&, const LoopDepths&) noexcept override {}
  void task_begins(Work kind) noexcept override;
  void task(const TaskMeasure& measure) noexcept override;
  void tick(Instant, Duration) noexcept override {}
  void post_waited(Instant, Duration, std::uint64_t) noexcept override {}
  void state(Instant, bool, const LoopFigures&, const LoopDepths&) noexcept override {}
  void woke(Instant now) noexcept override;

 private:
  struct Parts;
  /// Reads the processor time, so that what comes next is told from what was before.
  void read_cpu(Instant now) noexcept;
  void report(SlowCallback slow, Instant ended) noexcept;

  std::atomic<Duration::rep> threshold_ns_;
  std::atomic<std::uint32_t> site_sampling_;
  std::unique_ptr<Parts> parts_;
  // Loop thread.
  Instant read_again_{};  ///< a task that begins after this reads the processor time first
  Instant last_end_{};
  Duration claimed_{};  ///< of the running task, what inner() reported
};

}  // namespace millrace::observe
