#include <millrace/observe/loop_metrics.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <millrace/detail/sampler.h>

#include "base/thread_cpu_time.h"
#include "observe/metrics/two_sides.h"

namespace millrace::observe {

namespace {

using millrace::detail::RandomDistance;
using millrace::detail::Sampler;

std::uint64_t count_of(Duration duration) noexcept {
  return static_cast<std::uint64_t>(std::max<Duration::rep>(duration.count(), 0));
}

/// What is counted between two snapshots. The same shape serves for the totals.
struct Counts {
  Counts() {
    for (Histogram& histogram : duration) histogram.reserve();
    for (Histogram* histogram : {&timer_lateness, &post_wait, &microtasks, &cpu}) histogram->reserve();
  }
  /// Takes over what `other` counted, and empties it.
  void take(Counts& other) {
    for (std::size_t i = 0; i < kWorkKinds; ++i) take(duration[i], other.duration[i]);
    take(timer_lateness, other.timer_lateness);
    take(post_wait, other.post_wait);
    take(microtasks, other.microtasks);
    take(cpu, other.cpu);
    cpu_bound += std::exchange(other.cpu_bound, 0);
    waiting += std::exchange(other.waiting, 0);
    active += std::exchange(other.active, Duration::zero());
    idle += std::exchange(other.idle, Duration::zero());
    if (std::exchange(other.edge_told, false)) {
      last_edge = other.last_edge;
      running = other.running;
      asleep = other.asleep;
    }
    if (!std::exchange(other.state_told, false)) return;
    figures = other.figures;
    depths = other.depths;
    last_state = other.last_state;
  }

  /// At `now` the loop began to do something else: to run or not, to sleep or not.
  void edge(Instant now, bool is_running, bool is_asleep) noexcept {
    edge_told = true;
    last_edge = now;
    running = is_running;
    asleep = is_asleep;
  }
  void state(Instant now, const LoopFigures& told, const LoopDepths& told_depths) noexcept {
    state_told = true;
    last_state = now;
    figures = told;
    depths = told_depths;
  }

  std::array<Histogram, kWorkKinds> duration;
  Histogram timer_lateness;
  Histogram post_wait;
  Histogram microtasks;
  Histogram cpu;
  std::uint64_t cpu_bound = 0;
  std::uint64_t waiting = 0;
  Duration active{};
  Duration idle{};
  // The latest, if any was told.
  bool edge_told = false;
  Instant last_edge{};  ///< until when active and idle are counted
  bool running = false;
  bool asleep = false;
  bool state_told = false;
  Instant last_state{};
  LoopFigures figures;
  LoopDepths depths;

 private:
  static void take(Histogram& into, Histogram& from) {
    into.merge(from);
    from.clear();
  }
};

}  // namespace

struct LoopMetrics::Parts {
  Parts(LoopMetricsPolicy chosen, Clocks clocks) : policy(std::move(chosen)), clock(clocks.loop), cpu_clock(std::move(clocks.cpu)) {
    if (clock == nullptr) clock = &own_clock;
    if (!cpu_clock) cpu_clock = thread_cpu_time;
  }

  mutable std::mutex policy_mutex;  // leaf
  LoopMetricsPolicy policy;         // guarded by policy_mutex
  std::atomic<std::uint64_t> policy_version{1};

  SteadyClock own_clock;
  const Clock* clock;
  std::function<Duration()> cpu_clock;

  // Loop thread.
  std::uint64_t applied_version = 0;
  std::array<Sampler, kWorkKinds> samplers{Sampler{11}, Sampler{22}, Sampler{33}, Sampler{44}, Sampler{55}, Sampler{66}};
  std::array<bool, kWorkKinds> measured{};
  std::uint32_t cpu_sampling = 0;
  std::uint32_t until_cpu = 0;
  RandomDistance cpu_distance{77};
  std::optional<Duration> cpu_before;
  Instant last_edge{};
  TwoSides<Counts> sides;

  // Readers, in turn.
  std::mutex readers;
  Counts totals;      // guarded by readers, as what follows
  bool owed = false;  ///< a side was swapped out and never taken
  Duration shown_active{};
  Duration shown_idle{};
  [[nodiscard]] bool collect_side();
};

LoopMetrics::LoopMetrics(LoopMetricsPolicy policy, Clocks clocks)
    : created_(wall_now(clocks.wall)), parts_(std::make_unique<Parts>(policy, std::move(clocks))) {
  set_on(policy.enabled);
}

LoopMetrics::~LoopMetrics() = default;

void LoopMetrics::set_policy(const LoopMetricsPolicy& policy) {
  const std::lock_guard lock(parts_->policy_mutex);
  parts_->policy = policy;
  parts_->policy_version.fetch_add(1, std::memory_order_release);  // pairs with apply_policy()
  set_on(policy.enabled);
}

LoopMetricsPolicy LoopMetrics::policy() const {
  const std::lock_guard lock(parts_->policy_mutex);
  return parts_->policy;
}

void LoopMetrics::apply_policy() noexcept {
  Parts& parts = *parts_;
  const std::uint64_t version = parts.policy_version.load(std::memory_order_acquire);
  if (version == parts.applied_version) return;
  parts.applied_version = version;
  const LoopMetricsPolicy policy = this->policy();
  for (std::size_t i = 0; i < kWorkKinds; ++i) {
    parts.measured[i] = policy.sampling[i] != 0;
    if (parts.measured[i]) parts.samplers[i].set({.distance_max = policy.sampling[i], .gap = policy.gap});
    choose_in(static_cast<Work>(i), parts.measured[i] ? 1 : 0);
  }
  parts.cpu_sampling = policy.cpu_sampling;
  parts.until_cpu = policy.cpu_sampling == 0 ? 0 : parts.cpu_distance.next(policy.cpu_sampling);
}

std::uint32_t LoopMetrics::chosen_again(Work kind, Instant now) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  const std::uint32_t stood_for = parts_->samplers[index].weight();
  choose_in(kind, parts_->measured[index] ? parts_->samplers[index].next(now) : 0);
  return stood_for;
}

void LoopMetrics::entered(Instant now) noexcept {
  apply_policy();
  parts_->last_edge = now;
  parts_->sides.write([now](Counts& counts) { counts.edge(now, true, false); });
}

void LoopMetrics::left(Instant now, const LoopFigures& figures, const LoopDepths& depths) noexcept {
  state(now, false, figures, depths);
  parts_->sides.write([now](Counts& counts) { counts.edge(now, false, false); });
}

void LoopMetrics::closed(const LoopFigures& figures, const LoopDepths& depths) noexcept {
  parts_->sides.write([&](Counts& counts) { counts.state(parts_->last_edge, figures, depths); });
}

void LoopMetrics::task_begins(Work) noexcept {
  Parts& parts = *parts_;
  parts.cpu_before.reset();
  if (parts.until_cpu == 0 || --parts.until_cpu != 0) return;
  parts.until_cpu = parts.cpu_distance.next(parts.cpu_sampling);
  parts.cpu_before = parts.cpu_clock();
}

void LoopMetrics::task(const TaskMeasure& measure) noexcept {
  Parts& parts = *parts_;
  std::optional<Duration> cpu;
  if (parts.cpu_before) cpu = parts.cpu_clock() - *parts.cpu_before;
  const std::uint32_t stands_for = chosen_again(measure.kind, measure.started);
  parts.sides.write([&](Counts& counts) {
    counts.duration[static_cast<std::size_t>(measure.kind)].record(count_of(measure.took), stands_for);
    counts.microtasks.record(measure.microtasks, stands_for);
    if (measure.late) counts.timer_lateness.record(count_of(*measure.late), stands_for);
    if (!cpu) return;
    const std::uint64_t weight = std::uint64_t{stands_for} * std::max(parts.cpu_sampling, 1U);
    counts.cpu.record(count_of(*cpu), weight);
    if (measure.took < LoopSnapshot::kClassifiedMin) return;
    (*cpu * 2 >= measure.took ? counts.cpu_bound : counts.waiting) += weight;
  });
}

void LoopMetrics::tick(Instant began, Duration took) noexcept {
  const std::uint32_t stands_for = chosen_again(Work::tick, began);
  parts_->sides.write(
      [&](Counts& counts) { counts.duration[static_cast<std::size_t>(Work::tick)].record(count_of(took), stands_for); });
}

void LoopMetrics::post_waited(Instant, Duration waited, std::uint64_t stands_for) noexcept {
  parts_->sides.write([&](Counts& counts) { counts.post_wait.record(count_of(waited), stands_for); });
}

void LoopMetrics::state(Instant now, bool sleeps, const LoopFigures& figures, const LoopDepths& depths) noexcept {
  apply_policy();
  const Duration active = now - std::exchange(parts_->last_edge, now);
  parts_->sides.write([&](Counts& counts) {
    counts.active += active;
    counts.edge(now, true, sleeps);
    counts.state(now, figures, depths);
  });
}

void LoopMetrics::woke(Instant now) noexcept {
  const Duration idle = now - std::exchange(parts_->last_edge, now);
  parts_->sides.write([&](Counts& counts) {
    counts.idle += idle;
    counts.edge(now, true, false);
  });
}

/// Adds the side that was swapped out to the totals. False: the loop is still inside it.
bool LoopMetrics::Parts::collect_side() {
  const auto give_up = std::chrono::steady_clock::now() + kSnapshotWaitMax;
  for (;;) {
    if (Counts* side = sides.taken()) {
      totals.take(*side);
      owed = false;
      return true;
    }
    if (std::chrono::steady_clock::now() >= give_up) return false;
    std::this_thread::yield();
  }
}

LoopSnapshot LoopMetrics::snapshot() const {
  Parts& parts = *parts_;
  const std::lock_guard lock(parts.readers);
  const Instant now = parts.clock->now();  // before the swap: what is counted reaches at least as far
  if (!parts.owed || parts.collect_side()) {
    parts.sides.swap();
    parts.owed = true;
    static_cast<void>(parts.collect_side());
  }
  const Counts& totals = parts.totals;
  LoopSnapshot snapshot{.figures = totals.figures,
                        .depths = totals.depths,
                        .duration = totals.duration,
                        .timer_lateness = totals.timer_lateness,
                        .post_wait = totals.post_wait,
                        .microtasks = totals.microtasks,
                        .cpu = totals.cpu,
                        .cpu_bound = totals.cpu_bound,
                        .waiting = totals.waiting,
                        .active = totals.active,
                        .idle = totals.idle,
                        .last_state = totals.last_state,
                        .running = totals.running,
                        .asleep = totals.asleep,
                        .serial = serial()};
  if (totals.running) {
    const Duration since = std::max(now - totals.last_edge, Duration::zero());
    (totals.asleep ? snapshot.idle : snapshot.active) += since;
  }
  // A sum that only grows. What was added for the time that goes on may turn out to have been the other kind.
  parts.shown_active = snapshot.active = std::max(snapshot.active, parts.shown_active);
  parts.shown_idle = snapshot.idle = std::max(snapshot.idle, parts.shown_idle);
  return snapshot;
}

double LoopSnapshot::utilization() const noexcept {
  const Duration all = active + idle;
  return all <= Duration::zero() ? 0 : static_cast<double>(active.count()) / static_cast<double>(all.count());
}

}  // namespace millrace::observe
