// What a loop tells its probe, and when.
#include <millrace/probe.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include <millrace/loop.h>

#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;

/// Chooses everything and writes down what it hears.
class ProbeDouble final : public Probe {
 public:
  explicit ProbeDouble(bool on = true) { turn(on); }
  void turn(bool on) {
    set_on(on);
    for (std::size_t i = 0; i < kWorkKinds; ++i)
      choose_in(static_cast<Work>(i), on && i != static_cast<std::size_t>(Work::tick) ? 1 : 0);
  }
  void measure_ticks() { choose_in(Work::tick, 1); }
  void never(Work kind) { choose_in(kind, 0); }

  void entered(Instant) noexcept override { lines.emplace_back("entered"); }
  void left(Instant, const LoopFigures&, const LoopDepths&) noexcept override { lines.emplace_back("left"); }
  void closed(const LoopFigures& figures, const LoopDepths&) noexcept override {
    lines.push_back("closed, rejected " + std::to_string(figures.rejected));
  }
  void task_begins(Work kind) noexcept override { choose_in(kind, 1); }
  void task(const TaskMeasure& measure) noexcept override {
    lines.push_back(std::string(to_string(measure.kind)) + " " + ms(measure.took) +
                    (measure.late ? " late " + ms(*measure.late) : "") +
                    (measure.microtasks > 0 ? " jobs " + std::to_string(measure.microtasks) : ""));
  }
  void tick(Instant, Duration took) noexcept override {
    choose_in(Work::tick, 1);
    ticks.push_back(took);
  }
  void post_waited(Instant, Duration waited, std::uint64_t stands_for) noexcept override {
    lines.push_back("waited " + ms(waited) + " x" + std::to_string(stands_for));
  }
  void state(Instant, bool sleeps, const LoopFigures& figures, const LoopDepths& depths) noexcept override {
    if (sleeps) lines.emplace_back("sleeps");
    last_figures = figures;
    last_depths = depths;
    ++states;
  }
  void woke(Instant) noexcept override { lines.emplace_back("woke"); }

  static std::string ms(Duration duration) { return std::to_string(duration / 1ms); }
  std::vector<std::string> lines;
  std::vector<Duration> ticks;
  LoopFigures last_figures;
  LoopDepths last_depths;
  int states = 0;
};

TEST(Probe, HearsOfEveryKindOfTask) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  m.loop.schedule(0ms, [&] { m.clock.advance(2ms); }).value().detach();
  Task posted{[&] { m.clock.advance(3ms); }};
  ASSERT_EQ(m.loop.ingress().post(posted), Admission::accepted);
  m.loop.immediate([&] { m.clock.advance(4ms); }).value();
  m.loop.at_closing([&] { m.clock.advance(5ms); }).value();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "timer 2 late 0", "posted 3", "immediate 4", "closing 5", "left"}));
}

TEST(Probe, ATaskIsItsCallbackAndTheCheckpointAfterIt) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  m.loop
      .immediate([&] {
        m.clock.advance(1ms);
        m.loop.next_tick([&] { m.clock.advance(2ms); }).value();
        m.loop.queue_microtask([&] { m.clock.advance(4ms); }).value();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "immediate 7 jobs 2", "left"}));
}

TEST(Probe, LatenessOfATimerIsFromItsDeadlineToItsStart) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  m.loop.schedule(10ms, [&] { m.clock.advance(7ms); }).value().detach();
  m.loop.schedule(12ms, [] {}).value().detach();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "sleeps", "woke", "timer 7 late 0", "timer 0 late 5", "left"}));
}

TEST(Probe, ReadinessAndSleepAreTold) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  {
    std::optional<WatchHandle> watch = m.loop.watch(pipe_ends[0], Interest::readable, [&](Readiness) { watch.reset(); }).value();
    m.poller.script(Instant{5ms}, m.poller.last_added_fd(), Readiness{.readable = true});
    m.loop.run();
  }
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  EXPECT_EQ(probe.lines, (Lines{"entered", "sleeps", "woke", "readiness 0", "left"}));
}

TEST(Probe, ATickIsMeasuredWithoutItsSleep) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  probe.measure_ticks();
  m.loop.schedule(10ms, [&] { m.clock.advance(3ms); }).value().detach();
  m.loop.schedule(20ms, [&] { m.clock.advance(4ms); }).value().detach();
  m.loop.run();
  EXPECT_EQ(probe.ticks, (std::vector<Duration>{0ms, 3ms, 4ms})) << "the first only sleeps";
  m.loop.immediate([&] { m.clock.advance(5ms); }).value();
  m.loop.run();
  ASSERT_EQ(probe.ticks.size(), 4U) << "the next run is measured, too";
  EXPECT_EQ(probe.ticks[3], 5ms);
}

TEST(Probe, DepthsAndFiguresAreOfTheMomentBeforeTheSleep) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  m.loop.schedule(10ms, [] {}).value().detach();
  m.loop.schedule(10ms, [] {}).value().detach();
  Task first{[&] {
    for (int i = 0; i < 3; ++i) {
      Task more{[] {}};
      static_cast<void>(m.loop.ingress().post(more));
    }
  }};
  ASSERT_EQ(m.loop.ingress().post(first), Admission::accepted);
  const LivenessHold hold = m.loop.hold();
  static_cast<void>(m.loop.run_once(1ms));
  EXPECT_EQ(probe.last_depths.posted, 3U) << "told as the run ended";
  EXPECT_EQ(probe.last_depths.timers, 2U);
  EXPECT_EQ(probe.last_depths.holds, 1U);
  EXPECT_EQ(probe.last_figures.ingress_accepted, 4U);
  EXPECT_EQ(probe.last_figures.ingress_tasks, 1U);
}

TEST(Probe, APostsWaitIsMeasured) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  m.loop
      .immediate([&] {
        Task task{[] {}};
        static_cast<void>(m.loop.ingress().post(task));
        m.clock.advance(6ms);
      })
      .value();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "immediate 6", "waited 6 x1", "posted 0", "left"}));
}

TEST(Probe, OneThatIsOffHearsNothing) {
  ProbeDouble probe{false};
  ManualLoop m{{.probe = &probe}};
  m.loop.immediate([] {}).value();
  m.loop.run();
  EXPECT_EQ(probe.lines, Lines{});
  EXPECT_EQ(probe.serial(), 0U);
}

TEST(Probe, SwitchedDuringARunItIsFollowedAtTheNextTick) {
  ProbeDouble probe{false};
  ManualLoop m{{.probe = &probe}};
  m.loop
      .immediate([&] {
        probe.turn(true);
        m.loop
            .immediate([&] {
              m.clock.advance(1ms);
              probe.turn(false);
              m.loop.immediate([] {}).value();
            })
            .value();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "immediate 1", "left"})) << "and the task in which it was switched off is still told";
  EXPECT_EQ(probe.activity(), Activity::outside);
}

TEST(Probe, TheSerialMovesWithEveryTaskMeasuredOrNot) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  probe.never(Work::immediate);
  for (int i = 0; i < 5; ++i) m.loop.immediate([] {}).value();
  m.loop.run();
  EXPECT_EQ(probe.serial(), 6U) << "five tasks and a tick";
  EXPECT_EQ(probe.lines, (Lines{"entered", "left"}));
}

TEST(Probe, ATaskThatThrowsOrClosesTheLoopIsStillTold) {
  ProbeDouble probe;
  std::vector<std::string> uncaught;
  ManualLoop m{{.probe = &probe, .on_uncaught = [&](const Error& error) { uncaught.push_back(error.message()); }}};
  m.loop.immediate([] { throw std::runtime_error("no"); }).value();
  m.loop.immediate([&] { m.loop.close(); }).value();
  m.loop.immediate([] {}).value();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "immediate 0", "immediate 0", "left", "closed, rejected 0"}));
  EXPECT_EQ(uncaught.size(), 1U);
}

TEST(Probe, HearsWhatCloseRejected) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  for (int i = 0; i < 3; ++i) {
    Task task{[] {}};
    ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted);
  }
  m.loop.close();
  EXPECT_EQ(probe.lines, (Lines{"closed, rejected 3"}));
}

TEST(Probe, SwitchedOffBetweenRunsItLeavesNoStampsBehind) {
  ProbeDouble probe;
  ManualLoop m{{.probe = &probe}};
  m.loop.immediate([] {}).value();
  m.loop.run();
  probe.turn(false);
  m.loop.immediate([] {}).value();
  m.loop.run();
  probe.turn(true);
  Task task{[] {}};
  ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted);
  probe.lines.clear();
  m.loop.run();
  EXPECT_EQ(probe.lines, (Lines{"entered", "posted 0", "left"})) << "the post came while nobody noted when";
}

}  // namespace
}  // namespace millrace
