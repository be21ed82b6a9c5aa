#include <millrace/observe/dashboard_frame.h>

#include <gtest/gtest.h>

namespace millrace::observe {
namespace {
using namespace std::chrono_literals;

/// What a loop would tell: a timer of this duration and lateness.
void ran(LoopMetrics& metrics, Duration took, Duration late) {
  metrics.task_begins(Work::timer);
  metrics.task({.kind = Work::timer, .started = Instant{}, .took = took, .microtasks = 0, .late = late});
}

struct Loop {
  ManualClock clock;
  LoopMetrics metrics{{.sampling = {1, 1, 1, 1, 1, 1}}, {.loop = &clock, .cpu = [] { return Duration{}; }}};
  ManualWallClock wall{WallTime(5s)};
};

TEST(LoopFrames, TellWhatCameSinceTheFrameBefore) {
  Loop loop;
  loop.metrics.entered(loop.clock.now());
  ran(loop.metrics, 1ms, 2ms);
  LoopFrames frames(loop.metrics, &loop.wall);
  ran(loop.metrics, 4ms, 8ms);
  ran(loop.metrics, 4ms, 8ms);
  DashboardFrame frame = frames.take();
  EXPECT_EQ(frame.time, WallTime(5s));
  EXPECT_GT(frame.span, Duration::zero());
  EXPECT_EQ(frame.task_duration.count(), 2U);
  EXPECT_NEAR(static_cast<double>(frame.task_duration.quantile(0.5)), 4e6, 4e6 / 128);
  EXPECT_NEAR(static_cast<double>(frame.timer_lateness.max()), 8e6, 8e6 / 128);
  EXPECT_EQ(frame.post_wait.count(), 0U);
  frame = frames.take();
  EXPECT_EQ(frame.task_duration.count(), 0U) << "nothing ran meanwhile";
}

TEST(LoopFrames, UtilizationIsThatOfTheSpan) {
  Loop loop;
  loop.metrics.entered(loop.clock.now());
  loop.clock.advance(10s);
  loop.metrics.state(loop.clock.now(), true, {}, {});  // worked for ten seconds, and sleeps
  loop.metrics.woke(loop.clock.now());
  LoopFrames frames(loop.metrics, &loop.wall);
  loop.clock.advance(1s);
  loop.metrics.state(loop.clock.now(), true, {.ticks = 30, .timers_fired = 7}, {.timers = 3});
  loop.clock.advance(3s);
  loop.metrics.woke(loop.clock.now());
  const DashboardFrame frame = frames.take();
  EXPECT_DOUBLE_EQ(frame.utilization, 0.25);
  EXPECT_EQ(frame.figures.ticks, 30U);
  EXPECT_EQ(frame.depths.timers, 3U);
  EXPECT_GT(frame.tasks_per_second, 0);
}

TEST(LoopFrames, OfALoopThatDoesNotRunAreEmpty) {
  Loop loop;
  LoopFrames frames(loop.metrics);
  const DashboardFrame frame = frames.take();
  EXPECT_EQ(frame.utilization, 0);
  EXPECT_EQ(frame.task_duration.count(), 0U);
  EXPECT_GT(frame.time, WallTime(1'600'000'000s));
}

}  // namespace
}  // namespace millrace::observe
