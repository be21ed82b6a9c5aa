// What a loop says keeps it alive.
#include <millrace/liveness.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include <millrace/loop.h>

#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;

TEST(Liveness, OfAnEmptyLoopIsNothing) {
  ManualLoop m;
  const LivenessReport report = m.loop.liveness();
  EXPECT_FALSE(report.alive);
  EXPECT_EQ(report.to_string(), "nothing keeps the loop alive\n");
}

TEST(Liveness, ListsTimersTheNextFirst) {
  ManualLoop m;
  std::vector<TimerHandle> timers;
  for (const Duration delay : {30ms, 10ms, 20ms}) timers.push_back(m.loop.schedule(delay, [] {}).value());
  timers.push_back(m.loop.every(15ms, [] {}).value());
  timers.back().unref();
  m.clock.advance(12ms);
  const LivenessReport report = m.loop.liveness(3);
  ASSERT_EQ(report.timers.size(), 3U);
  EXPECT_EQ(report.timers_armed, 4U);
  EXPECT_EQ(report.timers_referenced, 3U);
  EXPECT_EQ(report.timers[0].due_in, -2ms);
  EXPECT_EQ(report.timers[0].delay, 10ms);
  EXPECT_EQ(report.timers[1].due_in, 3ms);
  EXPECT_TRUE(report.timers[1].interval);
  EXPECT_FALSE(report.timers[1].referenced);
  EXPECT_EQ(report.timers[2].due_in, 8ms);
  EXPECT_EQ(report.to_string(),
            "the loop is kept alive by\n"
            "  3 timers\n"
            "and there are, without keeping it alive\n"
            "  1 timer\n"
            "timers, the next first\n"
            "  late by 2 ms, armed for 10 ms\n"
            "  in 3 ms, every 15 ms, unreferenced\n"
            "  in 8 ms, armed for 20 ms\n"
            "    and 1 more\n");
}

TEST(Liveness, CancelledTimersAndThoseThatFiredAreGone) {
  ManualLoop m;
  std::vector<TimerHandle> timers;
  for (int i = 0; i < 3'000; ++i) timers.push_back(m.loop.schedule(1ms * (i % 700), [] {}).value());
  for (int i = 0; i < 3'000; i += 2) timers[static_cast<std::size_t>(i)].cancel();
  m.loop.run_for(350ms);
  const LivenessReport report = m.loop.liveness(10'000);
  EXPECT_EQ(report.timers.size(), report.timers_armed);
  Duration last = -1h;
  for (const LiveTimer& timer : report.timers) {
    EXPECT_GE(timer.due_in, last);
    last = timer.due_in;
  }
}

TEST(Liveness, SaysWhatAWatchWaitsForAndInWhichContext) {
  static constexpr ContextKey<int> kOwner;
  ManualLoop m;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  std::optional<WatchHandle> watch;
  {
    const ContextScope scope(m.loop, Context{}.with(kOwner, 7));
    watch = m.loop.watch(ends[0], Interest::readable, [](Readiness) {}).value();
    m.loop.schedule(5ms, [] {}).value().detach();
  }
  LivenessReport report = m.loop.liveness();
  ASSERT_EQ(report.watches.size(), 1U);
  EXPECT_EQ(report.watches[0].fd, m.poller.last_added_fd());
  EXPECT_EQ(report.watches[0].interest, Interest::readable);
  EXPECT_TRUE(report.watches[0].referenced);
  ASSERT_NE(report.watches[0].context.find(kOwner), nullptr);
  ASSERT_EQ(report.timers.size(), 1U);
  ASSERT_NE(report.timers[0].context.find(kOwner), nullptr);
  EXPECT_EQ(*report.timers[0].context.find(kOwner), 7);
  watch->modify(Interest::both).value();
  EXPECT_EQ(m.loop.liveness().watches[0].interest, Interest::both);
  watch.reset();
  EXPECT_EQ(m.loop.liveness().watches_registered, 0U);
  close(ends[0]);
  close(ends[1]);
}

TEST(Liveness, CountsWhatWaits) {
  ManualLoop m;
  Task task{[] {}};
  ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted);
  m.loop.immediate([] {}).value();
  m.loop.at_closing([] {}).value();
  m.loop.queue_microtask([] {}).value();
  const LivenessHold hold = m.loop.hold();
  EXPECT_EQ(m.loop.liveness().to_string(),
            "the loop is kept alive by\n"
            "  1 hold (worker-pool jobs, signals, LivenessHold)\n"
            "  1 posted task\n"
            "  1 immediate\n"
            "  1 closing callback\n"
            "  next-ticks or microtasks\n");
}

TEST(Liveness, MayBeAskedForInsideACallback) {
  ManualLoop m;
  std::size_t seen = 99;
  auto beat = m.loop
                  .every(5ms,
                         [&] {
                           seen = m.loop.liveness().timers_armed;
                           m.loop.stop();
                         })
                  .value();
  m.loop.run();
  EXPECT_EQ(seen, 0U) << "an interval is armed again when its callback returned";
}

}  // namespace
}  // namespace millrace
