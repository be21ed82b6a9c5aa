// Several probes on one loop.
#include <millrace/probe_list.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include <millrace/observe/loop_metrics.h>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using millrace::testing::ManualLoop;
using ::testing::ElementsAre;

/// Chooses every `stride`-th task of each kind.
class Strider final : public Probe {
 public:
  explicit Strider(std::uint32_t stride, bool on = true) : stride_(stride) {
    turn(on);
    for (const Work kind : {Work::timer, Work::posted, Work::immediate}) choose_in(kind, stride);
    choose_in(Work::tick, 1);
  }
  void turn(bool on) { set_on(on); }
  void entered(Instant) noexcept override { lines.emplace_back("entered"); }
  void left(Instant, const LoopFigures&, const LoopDepths&) noexcept override { lines.emplace_back("left"); }
  void closed(const LoopFigures&, const LoopDepths&) noexcept override { lines.emplace_back("closed"); }
  void task_begins(Work) noexcept override { ++begun; }
  void task(const TaskMeasure& measure) noexcept override {
    lines.push_back(std::string(to_string(measure.kind)) + " " + std::to_string(measure.took / 1ms));
    choose_in(measure.kind, stride_);
  }
  void tick(Instant, Duration) noexcept override {
    ++ticks;
    choose_in(Work::tick, 1);
  }
  void post_waited(Instant, Duration, std::uint64_t) noexcept override { ++waits; }
  void state(Instant, bool, const LoopFigures&, const LoopDepths&) noexcept override { ++states; }
  void woke(Instant) noexcept override {}

  std::vector<std::string> lines;
  int begun = 0;
  int ticks = 0;
  int waits = 0;
  int states = 0;

 private:
  std::uint32_t stride_;
};

/// An immediate for each of these durations in milliseconds.
void run(ManualLoop& m, std::initializer_list<int> durations) {
  for (const int ms : durations) m.loop.immediate([&m, ms] { m.clock.advance(std::chrono::milliseconds(ms)); }).value();
  m.loop.run();
}

TEST(ProbeList, EachMemberHearsOfWhatItChose) {
  Strider all(1), third(3), second(2), none(0);
  ProbeList list{&all, &third, &second, &none};
  ManualLoop m{{.probe = &list}};
  run(m, {1, 2, 3, 4, 5, 6, 7});
  EXPECT_THAT(all.lines, ElementsAre("entered", "immediate 1", "immediate 2", "immediate 3", "immediate 4", "immediate 5",
                                     "immediate 6", "immediate 7", "left"));
  EXPECT_THAT(third.lines, ElementsAre("entered", "immediate 3", "immediate 6", "left"));
  EXPECT_THAT(second.lines, ElementsAre("entered", "immediate 2", "immediate 4", "immediate 6", "left"));
  EXPECT_THAT(none.lines, ElementsAre("entered", "left"));
  EXPECT_EQ(third.begun, 2);
  EXPECT_EQ(all.ticks, 1) << "measured as the run ended";
}

TEST(ProbeList, ChoosesNoMoreOftenThanItsMembers) {
  Strider third(3), fifth(5);
  ProbeList list{&third, &fifth};
  ManualLoop m{{.probe = &list}};
  for (int run_number = 0; run_number < 2; ++run_number) run(m, {1, 2, 3, 4, 5, 6, 7});
  EXPECT_THAT(third.lines,
              ElementsAre("entered", "immediate 3", "immediate 6", "left", "entered", "immediate 2", "immediate 5", "left"));
  EXPECT_THAT(fifth.lines, ElementsAre("entered", "immediate 5", "left", "entered", "immediate 3", "left"))
      << "as alone: the count goes on";
  EXPECT_EQ(list.serial(), 16U) << "fourteen tasks and two ticks";
  EXPECT_EQ(third.serial(), list.serial());
}

TEST(ProbeList, AMemberThatIsSwitchedIsFollowed) {
  Strider always(1), sometimes(1, false);
  ProbeList list{&always, &sometimes};
  ManualLoop m{{.probe = &list}};
  m.loop.schedule(10ms, [&] { sometimes.turn(true); }).value().detach();
  m.loop.schedule(20ms, [] {}).value().detach();
  m.loop.schedule(30ms, [&] { sometimes.turn(false); }).value().detach();
  m.loop.schedule(40ms, [] {}).value().detach();
  m.loop.run();
  EXPECT_THAT(sometimes.lines, ElementsAre("entered", "timer 0", "timer 0", "left"));
  EXPECT_EQ(always.begun, 4);
}

TEST(ProbeList, IsOnWhileAMemberIs) {
  Strider a(1, false), b(1, false);
  ProbeList list{&a, &b};
  EXPECT_FALSE(list.on());
  a.turn(true);
  a.turn(true);
  b.turn(true);
  EXPECT_TRUE(list.on());
  a.turn(false);
  EXPECT_TRUE(list.on());
  b.turn(false);
  EXPECT_FALSE(list.on());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&probe = t % 2 == 0 ? a : b] {
      for (int i = 0; i < 10'000; ++i) probe.turn(i % 2 == 0);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(list.on()) << "whoever was last, both are off";
}

TEST(ProbeList, OneThatIsAllOffHearsNothing) {
  Strider a(1, false);
  ProbeList list{&a};
  ManualLoop m{{.probe = &list}};
  run(m, {1});
  EXPECT_THAT(a.lines, ElementsAre());
}

observe::LoopSnapshot snapshot_after(observe::LoopMetrics& metrics, Probe& probe) {
  ManualLoop m{{.probe = &probe}};
  for (int i = 0; i < 5'000; ++i) m.loop.immediate([&m] { m.clock.advance(1us); }).value();
  m.loop.run();
  return metrics.snapshot();
}

TEST(ProbeList, MetricsCountAsAlone) {
  observe::LoopMetrics metrics, listed;
  Strider all(1);
  ProbeList list{&listed, &all};
  const observe::LoopSnapshot alone = snapshot_after(metrics, metrics);
  const observe::LoopSnapshot together = snapshot_after(listed, list);
  const auto immediate = static_cast<std::size_t>(Work::immediate);
  EXPECT_EQ(alone.duration[immediate].count(), together.duration[immediate].count()) << "chosen at the same distances";
  EXPECT_GT(alone.duration[immediate].count(), 4'000U);
  EXPECT_EQ(alone.serial, together.serial);
  EXPECT_EQ(alone.figures.immediates, together.figures.immediates);
  EXPECT_EQ(all.begun, 5'000);
}

}  // namespace
}  // namespace millrace
