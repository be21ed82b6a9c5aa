// How much posted work one tick does: BatchPolicy seen from the loop, and the meter that watches the time.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "loop/batch_meter.h"
#include "support/callback_kinds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;
using Why = BatchExceeded::Reason;

/// A manual clock that counts how often it is read.
class CountingClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const noexcept override {
    ++reads;
    return now_;
  }
  void advance(Duration by) { now_ += by; }
  mutable int reads = 0;

 private:
  Instant now_{};
};

// BatchMeter

TEST(BatchMeter, TasksThatAreSlowAlikeExceedTheLimitByOneAtMost) {
  constexpr Duration kLimit = 5ms;
  for (const Duration cost :
       {Duration{1us}, Duration{7us}, Duration{49us}, Duration{50us}, Duration{51us}, Duration{77us}, Duration{100us},
        Duration{333us}, Duration{1ms}, Duration{1'700us}, Duration{4'999'999ns}, kLimit, Duration{5'000'001ns}, Duration{1s}}) {
    SCOPED_TRACE(cost.count());
    CountingClock clock;
    BatchMeter meter{clock, kLimit};
    Duration used{};
    do {
      clock.advance(cost);
      used += cost;
      ASSERT_LT(used, kLimit + cost) << "went on for more than one task";
    } while (!meter.over());
    EXPECT_GE(used, kLimit) << "cut too early";
    EXPECT_EQ(meter.elapsed(), used);
  }
}

TEST(BatchMeter, ABatchThatTurnsSlowAllAtOnceExceedsTheLimitByItsStretch) {
  for (const int fast : {1, 10, 64, 65, 500}) {
    SCOPED_TRACE(fast);
    CountingClock clock;
    BatchMeter meter{clock, 5ms};
    for (int i = 0; i < fast; ++i) ASSERT_FALSE(meter.over());
    int slow = 0;
    do {
      clock.advance(10ms);
      ASSERT_LE(++slow, BatchMeter::kStretchMax);
    } while (!meter.over());
  }
}

TEST(BatchMeter, ReadsTheClockOnceInSixtyFourShortTasks) {
  constexpr int kTasks = 64'000;
  for (const Duration cost : {Duration{0}, Duration{1}, Duration{50}}) {
    SCOPED_TRACE(cost.count());
    CountingClock clock;
    BatchMeter meter{clock, 1h};
    for (int i = 0; i < kTasks; ++i) {
      clock.advance(cost);
      ASSERT_FALSE(meter.over());
    }
    EXPECT_LE(clock.reads, kTasks / 64 + 8);
    EXPECT_GE(clock.reads, kTasks / 64) << "a reading at least every 64 tasks";
  }
}

TEST(BatchMeter, ReadsTheClockMoreOftenOnlyWhenTheEndIsNear) {
  CountingClock clock;
  BatchMeter meter{clock, 5ms};
  int ran = 0;
  do {
    clock.advance(1us);
    ++ran;
  } while (!meter.over());
  EXPECT_EQ(ran, 5'000);
  EXPECT_LE(clock.reads, 5'000 / 64 + 24);
}

TEST(BatchMeter, ALimitWithoutEndIsNeverOver) {
  CountingClock clock;
  BatchMeter meter{clock, Duration::max()};
  for (int i = 0; i < 1'000; ++i) {
    clock.advance(1h);
    ASSERT_FALSE(meter.over());
  }
}

// BatchPolicy

/// Posts tasks that note their number; the first of them is `from`.
struct BatchBench : KindBench {
  using KindBench::KindBench;
  std::vector<int> ran;
  void post(int count, Duration cost = Duration::zero()) {
    for (int i = 0; i < count; ++i)
      ASSERT_EQ(loop.ingress().post([this, n = posted++, cost] {
        ran.push_back(n);
        clock.advance(cost);
      }),
                Admission::accepted);
  }
  void expect_all_in_order() const {
    ASSERT_EQ(ran.size(), static_cast<std::size_t>(posted));
    for (int i = 0; i < posted; ++i) ASSERT_EQ(ran[static_cast<std::size_t>(i)], i);
  }
  int posted = 0;
};

struct Heard {
  Why reason;
  std::size_t ran, left;
  Duration elapsed;
  bool operator==(const Heard&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Heard& heard) {
    return out << to_string(heard.reason) << " ran " << heard.ran << " left " << heard.left << " elapsed " << heard.elapsed.count();
  }
};
auto hear_into(std::vector<Heard>& heard) {
  return [&heard](const BatchExceeded& exceeded) {
    heard.push_back({exceeded.reason, exceeded.ran, exceeded.left, exceeded.elapsed});
  };
}

TEST(BatchExceeded, HasANameForEachReason) {
  EXPECT_EQ(to_string(Why::tasks), "tasks");
  EXPECT_EQ(to_string(Why::time), "time");
}

TEST(BatchPolicy, TasksMaxBoundsEachTickAndEachCutIsTold) {
  std::vector<Heard> heard;
  BatchBench m{{.batch = {.tasks_max = 3, .on_exceeded = hear_into(heard)}}};
  m.post(10);
  for (const std::size_t ran : {3u, 6u, 9u}) {
    EXPECT_TRUE(m.loop.run_once().value());
    EXPECT_EQ(m.ran.size(), ran);
  }
  EXPECT_FALSE(m.loop.run_once().value());
  m.expect_all_in_order();
  EXPECT_EQ(heard, (std::vector<Heard>{{Why::tasks, 3, 7, 0ms}, {Why::tasks, 3, 4, 0ms}, {Why::tasks, 3, 1, 0ms}}));
  EXPECT_EQ(m.loop.figures().batches_cut_by_tasks, 3u);
  EXPECT_EQ(m.loop.figures().batches_cut_by_time, 0u);
}

TEST(BatchPolicy, ABatchThatEmptiesTheQueueIsNotCut) {
  std::vector<Heard> heard;
  BatchBench m{{.batch = {.tasks_max = 3, .time_max = 3ms, .on_exceeded = hear_into(heard)}}};
  m.post(3);
  m.loop.run();
  m.post(3, 1ms);
  m.loop.run();
  m.post(1, 1h);
  m.loop.run();
  m.expect_all_in_order();
  EXPECT_EQ(heard, std::vector<Heard>{});
  EXPECT_EQ(m.loop.figures().batches_cut_by_tasks + m.loop.figures().batches_cut_by_time, 0u);
}

TEST(BatchPolicy, TimeMaxBoundsEachTickToWithinOneTask) {
  std::vector<Heard> heard;
  BatchBench m{{.batch = {.time_max = 5ms, .on_exceeded = hear_into(heard)}}};
  m.post(20, 1ms);
  std::size_t before = 0, ticks = 0;
  for (; m.loop.run_once().value(); ++ticks) {
    const std::size_t batch = m.ran.size() - before;
    before = m.ran.size();
    EXPECT_GE(batch, 5u);
    EXPECT_LE(batch, 6u);
  }
  m.expect_all_in_order();
  ASSERT_EQ(heard.size(), ticks);
  std::size_t ran = 0;
  for (const Heard& cut : heard) {
    ran += cut.ran;
    EXPECT_EQ(cut.reason, Why::time);
    EXPECT_EQ(cut.left, 20 - ran);
    EXPECT_EQ(cut.elapsed, cut.ran * Duration{1ms});
  }
  EXPECT_EQ(m.loop.figures().batches_cut_by_time, ticks);
  EXPECT_EQ(m.loop.figures().batches_cut_by_tasks, 0u);
}

TEST(BatchPolicy, AtLeastOneTaskRunsPerTick) {
  BatchBench m{{.batch = {.tasks_max = 1, .time_max = Duration{1}}}};
  m.post(5, 1h);
  for (std::size_t ran = 1; ran <= 5; ++ran) {
    EXPECT_EQ(m.loop.run_once().value(), ran < 5);
    EXPECT_EQ(m.ran.size(), ran);
  }
}

TEST(BatchPolicy, ZeroTimeIsNoBound) {
  BatchBench m{{.batch = {.tasks_max = 2'000, .time_max = Duration::zero()}}};
  m.post(1'000, 1h);
  EXPECT_FALSE(m.loop.run_once().value());
  m.expect_all_in_order();
}

TEST(BatchPolicy, MayBeChangedAtAnyTime) {
  BatchBench m{{.batch = {.tasks_max = 2}}};
  m.post(20);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.ran.size(), 2u);
  m.loop.set_batch_policy({.tasks_max = 5});
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.ran.size(), 7u);
  m.loop.immediate([&m] { m.loop.set_batch_policy({.tasks_max = 1}); }).value();
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.ran.size(), 12u);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.ran.size(), 13u);
  m.loop.set_batch_policy({});
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  m.expect_all_in_order();
}

TEST(BatchPolicy, APostedTaskMayChangeIt) {
  BatchBench m{{.batch = {.tasks_max = 4}}};
  ASSERT_EQ(m.loop.ingress().post([&m] { m.loop.set_batch_policy({.tasks_max = 2, .time_max = 1h}); }), Admission::accepted);
  m.post(20);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  m.expect_all_in_order();
}

TEST(BatchPolicy, OnExceededMayChangeThePolicyItIsPartOf) {
  std::optional<BatchBench> m;
  const auto token = std::make_shared<int>(0);
  m.emplace(LoopOptions{.batch = {.tasks_max = 2, .on_exceeded = [&m, token](const BatchExceeded& exceeded) {
                                    m->loop.set_batch_policy({.tasks_max = 100});
                                    *token += static_cast<int>(exceeded.ran);  // what it captured lives until it returns
                                    m->log.push_back("after " + std::to_string(*token));
                                  }}});
  m->post(20);
  EXPECT_EQ(m->loop.run().reason(), Reason::idle);
  m->expect_all_in_order();
  EXPECT_EQ(m->log, Lines{"after 2"});
  EXPECT_EQ(token.use_count(), 1) << "the replaced policy is freed";
  EXPECT_EQ(m->loop.figures().batches_cut_by_tasks, 1u);
}

TEST(BatchPolicy, OnExceededMayPostAndSchedule) {
  std::optional<BatchBench> m;
  m.emplace(LoopOptions{.batch = {.tasks_max = 2, .on_exceeded = [&m](const BatchExceeded&) {
                                    m->post(1);
                                    m->loop.immediate(m->note("immediate")).value();
                                  }}});
  m->post(5);
  EXPECT_EQ(m->loop.run().reason(), Reason::idle);
  m->expect_all_in_order();
  EXPECT_GT(m->posted, 5);
  EXPECT_EQ(m->log.size(), static_cast<std::size_t>(m->posted - 5)) << "one of each, each time it was told";
  EXPECT_EQ(m->log.size(), m->loop.figures().batches_cut_by_tasks);
}

TEST(BatchPolicy, WhatOnExceededThrowsIsContainedAndCounted) {
  int handled = 0;
  BatchBench m{{.batch = {.tasks_max = 2, .on_exceeded = [](const BatchExceeded&) { throw std::runtime_error("on_exceeded"); }},
                .on_uncaught = [&handled](const Error&) { ++handled; }}};
  m.post(7);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  m.expect_all_in_order();
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(m.loop.figures().observer_failures, 3u);
  EXPECT_EQ(m.loop.figures().uncaught, 0u);
}

TEST(BatchPolicy, OnExceededMayStopOrCloseTheLoop) {
  for (const bool close : {false, true}) {
    std::optional<BatchBench> m;
    m.emplace(LoopOptions{
        .batch = {.tasks_max = 2, .on_exceeded = [&m, close](const BatchExceeded&) { close ? m->loop.close() : m->loop.stop(); }}});
    m->post(5);
    m->loop.immediate(m->note("immediate")).value();
    EXPECT_EQ(m->loop.run().reason(), close ? Reason::closed : Reason::stopped);
    EXPECT_EQ(m->ran, (std::vector{0, 1}));
    EXPECT_EQ(m->log, Lines{});
    EXPECT_EQ(m->loop.figures().rejected, close ? 3u : 0u);
    if (close) continue;
    m->loop.set_batch_policy({});
    EXPECT_EQ(m->loop.run().reason(), Reason::idle);
    m->expect_all_in_order();
  }
}

TEST(BatchPolicy, ATaskThatThrowsCountsAndTheRestKeepsItsOrder) {
  std::vector<Heard> heard;
  int handled = 0;
  BatchBench m{
      {.batch = {.tasks_max = 2, .on_exceeded = hear_into(heard)}, .on_uncaught = [&handled](const Error&) { ++handled; }}};
  ASSERT_EQ(m.loop.ingress().post([] { throw 1; }), Admission::accepted);
  m.post(3);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(handled, 1);
  m.expect_all_in_order();
  EXPECT_EQ(heard, (std::vector<Heard>{{Why::tasks, 2, 2, 0ms}}));
}

TEST(BatchPolicy, WhatIsPostedMeanwhileComesBehindWhatIsLeft) {
  BatchBench m{{.batch = {.tasks_max = 3}}};
  for (int i = 0; i < 10; ++i) {
    const int n = m.posted++;
    ASSERT_EQ(m.loop.ingress().post([&m, n] {
      m.ran.push_back(n);
      m.post(1);
    }),
              Admission::accepted);
  }
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.posted, 20);
  m.expect_all_in_order();
}

// Producers cannot starve the rest: a long queue of slow tasks, all on manual time.
TEST(BatchPolicy, ALongQueueDelaysATimerAndReadinessByOneBatchAtMost) {
  constexpr Duration kTask = 1ms;
  const BatchPolicy policy;
  BatchBench m;
  m.post(100'000, kTask);
  std::optional<Instant> timer, ready;
  std::vector<Instant> beats;
  m.loop.schedule(10ms, [&] { timer = m.clock.now(); }).value().detach();
  m.loop.every(10ms, [&] { beats.push_back(m.clock.now()); }).value().detach();
  m.watch = m.loop.watch(m.event.get(), Interest::readable, [&](Readiness) { ready = m.clock.now(); }).value();
  m.poller.script(m.at(12ms), m.poller.last_added_fd(), {.readable = true});
  m.loop.schedule(99'990ms, [&m] { m.watch.close(); }).value().detach();
  EXPECT_EQ(m.loop.run_until([&m] { return m.ran.size() == 100'000; }).reason(), Reason::reached);
  m.expect_all_in_order();
  ASSERT_TRUE(timer && ready);
  EXPECT_GE(*timer, m.at(10ms));
  EXPECT_LE(*timer, m.at(10ms) + policy.time_max + kTask);
  EXPECT_GE(*ready, m.at(12ms));
  EXPECT_LE(*ready, m.at(12ms) + policy.time_max + kTask);
  ASSERT_GE(beats.size(), 9'990u) << "no beat was skipped";
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const Instant due = m.at((static_cast<Duration::rep>(i) + 1) * Duration{10ms});
    ASSERT_GE(beats[i], due);
    ASSERT_LE(beats[i], due + policy.time_max + kTask);
  }
}

TEST(BatchPolicy, ShortTasksAreBoundedByTheirNumber) {
  BatchBench m;
  m.post(10'000);
  std::size_t at_first_timer = 0;
  m.loop.schedule(1ms, [&] { at_first_timer = m.ran.size(); }).value().detach();
  ASSERT_EQ(m.loop.ingress().post([] {}), Admission::accepted);
  m.loop.immediate([&m] { m.clock.advance(1ms); }).value();
  m.loop.run();
  m.expect_all_in_order();
  EXPECT_EQ(at_first_timer, BatchPolicy{}.tasks_max);
}

}  // namespace
}  // namespace millrace
