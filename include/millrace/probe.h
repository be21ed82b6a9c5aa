// Probe: the seam through which a loop is measured. Where Observer hears of rare events, a Probe is asked for every task, so the part of it
// that runs every time is inlined and counts; clocks are read only for what sampling chose.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/loop_figures.h>

namespace millrace {

/// What a loop is measured by: its tasks, by the phase that runs them, and its ticks.
enum class Work : std::uint8_t { timer, posted, readiness, immediate, closing, tick };
inline constexpr std::size_t kWorkKinds = 6;
[[nodiscard]] std::string_view to_string(Work work) noexcept;

/// How much waits in a loop, at one moment.
struct LoopDepths {
  std::size_t timers = 0;  ///< handles that exist, armed or not
  std::size_t watches = 0;
  std::size_t posted = 0;  ///< accepted and not run, internal ones and those of lanes included
  std::size_t immediates = 0;
  std::size_t closing = 0;
  std::size_t pending_promises = 0;  ///< native ones
  std::size_t holds = 0;             ///< LivenessHolds, those of worker-pool jobs included
};

/// What the thread of a loop does.
enum class Activity : std::uint8_t { outside, working, asleep };  ///< outside: no run is in progress

/// A task that was measured: its callback and the checkpoint after it.
struct TaskMeasure {
  Work kind;
  Instant started;
  Duration took;
  std::uint64_t microtasks;      ///< native next-ticks and microtasks of its checkpoint
  std::optional<Duration> late;  ///< timers: how long after its deadline it started
  Context context{};             ///< what it ran in
};

class ProbeList;

/// Implemented by what measures a loop (observe::LoopMetrics); handed to it in LoopOptions, and outlives it. One probe serves one loop, and
/// several serve one in a ProbeList.
/// Thread    the loop thread calls; on(), serial(), activity() and thread_number() may be read anywhere. Nothing of it throws.
/// Cost      per task while it is on: a counter's load, addition and store, and a countdown; about 1 ns. What was chosen costs two clock
///           readings and a virtual call more.
class Probe {
 public:
  Probe() = default;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  virtual ~Probe() = default;

  /// Looked at once a tick. While it is false, the loop does nothing else with the probe.
  [[nodiscard]] bool on() const noexcept { return on_.load(std::memory_order_relaxed) != 0; }
  /// Counts; true when this one is to be measured.
  [[nodiscard]] bool count(Work work) noexcept {
    serial_.store(serial_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::uint32_t& left = left_[static_cast<std::size_t>(work)];
    return left != 0 && --left == 0;
  }
  /// Changes with every task and tick: one that stands still while the loop is not asleep is stuck in a callback.
  [[nodiscard]] std::uint64_t serial() const noexcept { return told().serial_.load(std::memory_order_relaxed); }

  [[nodiscard]] Activity activity() const noexcept { return told().activity_.load(std::memory_order_relaxed); }
  /// The system's number of the thread of the latest run, for signals and traces; zero before the first.
  [[nodiscard]] std::int64_t thread_number() const noexcept { return told().thread_number_.load(std::memory_order_relaxed); }
  /// What the loop does from now on.
  void note(Activity activity) noexcept { activity_.store(activity, std::memory_order_relaxed); }
  void note_thread() noexcept;

  /// A run begins on this thread, or a probe was switched on while one goes on.
  virtual void entered(Instant now) noexcept = 0;
  /// The run is over, or the probe was switched off in it.
  virtual void left(Instant now, const LoopFigures& figures, const LoopDepths& depths) noexcept = 0;
  /// The loop has closed: its last figures. No run is in progress.
  virtual void closed(const LoopFigures& figures, const LoopDepths& depths) noexcept = 0;
  /// A task that count() chose is about to run.
  virtual void task_begins(Work kind) noexcept = 0;
  /// It ran.
  virtual void task(const TaskMeasure& measure) noexcept = 0;
  /// A tick that count() chose: from its beginning to that of the next, without the time asleep.
  virtual void tick(Instant began, Duration took) noexcept = 0;
  /// A post that waited at the shared door, chosen by the door.
  virtual void post_waited(Instant ran, Duration waited, std::uint64_t stands_for) noexcept = 0;
  /// Before the loop sleeps, and about every kStatePeriod while it does not.
  virtual void state(Instant now, bool sleeps, const LoopFigures& figures, const LoopDepths& depths) noexcept = 0;
  /// The loop woke up.
  virtual void woke(Instant now) noexcept = 0;

  static constexpr Duration kStatePeriod = std::chrono::milliseconds(1);

 protected:
  void set_on(bool on) noexcept;
  /// Zero: never. Loop thread.
  void choose_in(Work work, std::uint32_t distance) noexcept { left_[static_cast<std::size_t>(work)] = distance; }

 private:
  friend class ProbeList;
  /// The one that the loop tells: this, or the list that this is a member of.
  [[nodiscard]] const Probe& told() const noexcept {
    const Probe* const list = list_.load(std::memory_order_relaxed);
    return list == nullptr ? *this : *list;
  }

  alignas(64) std::atomic<std::uint64_t> serial_{0};
  std::array<std::uint32_t, kWorkKinds> left_{};
  std::atomic<std::uint32_t> on_{0};  ///< of a list: how many members are
  std::atomic<Probe*> list_{nullptr};
  std::atomic<Activity> activity_{Activity::outside};
  std::atomic<std::int64_t> thread_number_{0};
};

}  // namespace millrace
