#include <millrace/observe/loop_metrics.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace millrace::observe {
namespace {
using namespace std::chrono_literals;

/// Metrics with clocks that stand still, fed by hand.
struct Fed {
  explicit Fed(LoopMetricsPolicy policy = {}) : metrics(policy, {.loop = &clock, .cpu = [this] { return cpu; }}) {}

  void run_task(Work kind, Duration took, Duration cpu_time = {}, std::optional<Duration> late = std::nullopt,
                std::uint64_t jobs = 0) {
    if (!metrics.count(kind)) return;
    metrics.task_begins(kind);
    const Instant started = clock.now();
    clock.advance(took);
    cpu += cpu_time;
    metrics.task({.kind = kind, .started = started, .took = took, .microtasks = jobs, .late = late});
  }

  ManualClock clock;
  Duration cpu{};
  LoopMetrics metrics;
};

const Histogram& durations(const LoopSnapshot& snapshot, Work kind) { return snapshot.duration[static_cast<std::size_t>(kind)]; }

TEST(LoopMetrics, TellsWhenItWasMadeByTheWallClockItWasGiven) {
  const ManualWallClock wall_clock{WallTime{5s}};
  EXPECT_EQ(LoopMetrics({}, {.wall = &wall_clock}).created(), WallTime{5s});
  const WallTime before = SystemWallClock{}.now();
  EXPECT_GE(LoopMetrics().created(), before);
}

TEST(LoopMetrics, CountsWhatItIsToldByKind) {
  Fed f;
  f.metrics.entered(f.clock.now());
  f.run_task(Work::timer, 3ms, {}, 1ms, 2);
  f.run_task(Work::timer, 5ms, {}, 2ms);
  f.run_task(Work::readiness, 7ms);
  f.metrics.post_waited(f.clock.now(), 9ms, 4);
  f.metrics.tick(f.clock.now(), 11ms);
  const LoopSnapshot snapshot = f.metrics.snapshot();
  EXPECT_EQ(durations(snapshot, Work::timer).count(), 2U);
  EXPECT_EQ(durations(snapshot, Work::timer).sum(), 8'000'000U);
  EXPECT_EQ(durations(snapshot, Work::readiness).max(), 7'000'000U);
  EXPECT_EQ(durations(snapshot, Work::posted).count(), 0U);
  EXPECT_EQ(durations(snapshot, Work::tick).max(), 11'000'000U);
  EXPECT_EQ(snapshot.timer_lateness.sum(), 3'000'000U);
  EXPECT_EQ(snapshot.microtasks.sum(), 2U);
  EXPECT_EQ(snapshot.microtasks.count(), 3U);
  EXPECT_EQ(snapshot.post_wait.count(), 4U) << "the one that was stamped stands for four";
}

TEST(LoopMetrics, WhatIsLeftOutIsStoodFor) {
  Fed f{{.sampling = {64, 64, 64, 64, 64, 64}, .gap = 20us}};
  f.metrics.entered(f.clock.now());
  constexpr int kTasks = 400'000;
  for (int i = 0; i < kTasks; ++i) {
    f.clock.advance(100ns);
    f.run_task(Work::posted, 0ns);
  }
  const LoopSnapshot snapshot = f.metrics.snapshot();
  EXPECT_NEAR(static_cast<double>(durations(snapshot, Work::posted).count()), kTasks, kTasks * 0.03);
  EXPECT_EQ(snapshot.serial, static_cast<std::uint64_t>(kTasks));
}

TEST(LoopMetrics, TimeIsActiveOrIdleUntilNow) {
  Fed f;
  const auto at = [&](Duration time) {
    f.clock.advance_to(Instant{time});
    return f.clock.now();
  };
  EXPECT_EQ(f.metrics.snapshot().utilization(), 0);
  f.metrics.entered(at(10ms));
  f.metrics.state(at(13ms), true, {}, {});
  at(15ms);
  LoopSnapshot snapshot = f.metrics.snapshot();
  EXPECT_EQ(snapshot.active, 3ms);
  EXPECT_EQ(snapshot.idle, 2ms) << "it sleeps on";
  EXPECT_TRUE(snapshot.asleep);
  f.metrics.woke(at(19ms));
  at(20ms);
  snapshot = f.metrics.snapshot();
  EXPECT_EQ(snapshot.active, 4ms);
  EXPECT_EQ(snapshot.idle, 6ms);
  EXPECT_EQ(snapshot.utilization(), 0.4);
  EXPECT_FALSE(snapshot.asleep);
  f.metrics.left(at(21ms), {}, {});
  at(90ms);
  snapshot = f.metrics.snapshot();
  EXPECT_EQ(snapshot.active, 5ms) << "no run is in progress";
  EXPECT_EQ(snapshot.idle, 6ms);
  EXPECT_FALSE(snapshot.running);
}

TEST(LoopMetrics, TheLatestFiguresAreKept) {
  Fed f;
  f.metrics.entered(f.clock.now());
  f.metrics.state(f.clock.now(), false, {.ticks = 5}, {.timers = 7});
  EXPECT_EQ(f.metrics.snapshot().figures.ticks, 5U);
  EXPECT_EQ(f.metrics.snapshot().depths.timers, 7U) << "and stay while nothing newer is told";
  f.metrics.state(f.clock.now(), false, {.ticks = 6}, {.timers = 8});
  EXPECT_EQ(f.metrics.snapshot().figures.ticks, 6U);
  EXPECT_EQ(f.metrics.snapshot().depths.timers, 8U);
}

TEST(LoopMetrics, TimeNeverGoesBack) {
  Fed f;
  f.metrics.entered(f.clock.now());
  f.metrics.state(f.clock.now(), true, {}, {});
  f.clock.advance(10ms);
  EXPECT_EQ(f.metrics.snapshot().idle, 10ms);
  f.metrics.woke(Instant{4ms});  // it woke before the snapshot, and was told after it
  EXPECT_EQ(f.metrics.snapshot().idle, 10ms);
  EXPECT_EQ(f.metrics.snapshot().active, 6ms);
}

TEST(LoopMetrics, TheLastFiguresOfAClosedLoopAreKept) {
  Fed f;
  f.metrics.entered(f.clock.now());
  f.metrics.left(f.clock.now(), {}, {.posted = 3});
  f.clock.advance(1h);
  f.metrics.closed({.rejected = 3}, {});
  const LoopSnapshot seen = f.metrics.snapshot();
  EXPECT_EQ(seen.figures.rejected, 3U);
  EXPECT_EQ(seen.depths.posted, 0U);
  EXPECT_EQ(seen.active, 0ms);
  EXPECT_FALSE(seen.running);
}

TEST(LoopMetrics, ProcessorTimeTellsComputingFromWaiting) {
  Fed f{{.cpu_sampling = 1}};
  f.metrics.entered(f.clock.now());
  f.run_task(Work::timer, 10ms, 9ms);
  f.run_task(Work::timer, 10ms, 1ms);
  f.run_task(Work::timer, 10ms, 5ms);
  f.run_task(Work::timer, 40us, 40us);
  const LoopSnapshot snapshot = f.metrics.snapshot();
  EXPECT_EQ(snapshot.cpu_bound, 2U);
  EXPECT_EQ(snapshot.waiting, 1U);
  EXPECT_EQ(snapshot.cpu.count(), 4U);
  EXPECT_EQ(snapshot.cpu.sum(), 15'040'000U);
}

TEST(LoopMetrics, ProcessorTimeIsMeasuredAsSeldomAsTold) {
  Fed f{{.cpu_sampling = 4}};
  f.metrics.entered(f.clock.now());
  for (int i = 0; i < 8'000; ++i) f.run_task(i % 2 == 0 ? Work::timer : Work::posted, 1ms, i % 2 == 0 ? 1ms : 0ms);
  const LoopSnapshot seen = f.metrics.snapshot();
  EXPECT_NEAR(static_cast<double>(seen.cpu.count()), 8'000, 500) << "each that was measured stands for four";
  EXPECT_NEAR(static_cast<double>(seen.cpu_bound), static_cast<double>(seen.waiting), 800)
      << "and not every one of them is of one kind";
  Fed none{{.cpu_sampling = 0}};
  none.metrics.entered(none.clock.now());
  none.run_task(Work::timer, 1ms, 1ms);
  EXPECT_EQ(none.metrics.snapshot().cpu.count(), 0U);
}

TEST(LoopMetrics, APolicyIsFollowedAtTheNextState) {
  Fed f;
  f.metrics.entered(f.clock.now());
  f.run_task(Work::timer, 1ms);
  LoopMetricsPolicy policy = f.metrics.policy();
  policy.sampling[static_cast<std::size_t>(Work::timer)] = 0;
  f.metrics.set_policy(policy);
  f.metrics.state(f.clock.now(), false, {}, {});
  f.run_task(Work::timer, 1ms);
  f.run_task(Work::posted, 1ms);
  EXPECT_EQ(durations(f.metrics.snapshot(), Work::timer).count(), 1U);
  EXPECT_EQ(durations(f.metrics.snapshot(), Work::posted).count(), 1U);
  policy.enabled = false;
  f.metrics.set_policy(policy);
  EXPECT_FALSE(f.metrics.on());
}

TEST(LoopMetrics, SnapshotsFromManyThreadsLoseNothingAndAreNeverTorn) {
  LoopMetrics metrics{{.sampling = {1, 1, 1, 1, 1, 1}, .gap = Duration{1}, .cpu_sampling = 0}};
  metrics.entered(Instant{});
  constexpr int kTasks = 20'000;
  std::atomic<bool> done{false};
  const auto look = [&] {
    while (!done) {
      const LoopSnapshot snapshot = metrics.snapshot();
      EXPECT_EQ(durations(snapshot, Work::timer).count(), snapshot.timer_lateness.count());
      EXPECT_EQ(durations(snapshot, Work::timer).count(), snapshot.microtasks.count());
    }
  };
  std::thread first(look);
  std::thread second(look);
  for (int i = 0; i < kTasks; ++i) {
    if (!metrics.count(Work::timer)) continue;
    metrics.task_begins(Work::timer);
    metrics.task(
        {.kind = Work::timer, .started = Instant{Duration{i * 100}}, .took = Duration{i}, .microtasks = 1, .late = Duration{1}});
  }
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(durations(metrics.snapshot(), Work::timer).count(), static_cast<std::uint64_t>(kTasks));
}

}  // namespace
}  // namespace millrace::observe
