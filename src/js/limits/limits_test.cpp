// Limits: which piece of JavaScript is over which limit, by numbers alone.
#include "js/limits/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Limits::Time at(Duration wall, Duration cpu) { return {.wall = wall, .cpu = cpu}; }
Limits::Time at(Duration both) { return at(both, both); }

SandboxPolicy with_times(Duration evaluation, Duration callback, Duration checkpoint) {
  SandboxPolicy policy;
  policy.evaluation.wall = evaluation;
  policy.callback.wall = callback;
  policy.checkpoint.wall = checkpoint;
  return policy;
}

TEST(Limits, AnEvaluationIsTimedFromItsEntry) {
  Limits limits(with_times(100ms, 0ms, 0ms));
  limits.begins(Operation::evaluation, 0, 5s);
  EXPECT_EQ(limits.look(0, false, at(5s + 99ms)), std::nullopt);
  EXPECT_EQ(limits.look(0, false, at(5s + 100ms)), Limit::wall_time);
  limits.begins(Operation::evaluation, 0, 6s);
  EXPECT_EQ(limits.look(0, false, at(6s + 50ms)), std::nullopt) << "the next one begins anew";
}

TEST(Limits, ProcessorTimeAndWallTimeAreLimitedByThemselves) {
  SandboxPolicy policy;
  policy.evaluation = {.wall = 200ms, .cpu = 50ms};
  Limits limits(policy);
  limits.begins(Operation::evaluation, 0, 1s);
  EXPECT_EQ(limits.look(0, false, at(1s + 30ms, 10s + 25ms)), std::nullopt) << "the first, after one interval of computing";
  EXPECT_EQ(limits.look(0, false, at(1s + 199ms, 10s + 49ms)), std::nullopt);
  EXPECT_EQ(limits.look(0, false, at(1s + 60ms, 10s + 50ms)), Limit::cpu_time);
  EXPECT_EQ(limits.look(0, false, at(1s + 200ms, 10s + 1ms)), Limit::wall_time);
}

TEST(Limits, CallbacksOfOneEntryAreTimedEachForItself) {
  Limits limits(with_times(0ms, 100ms, 0ms));
  limits.begins(Operation::callback, 7, 0s);
  EXPECT_EQ(limits.look(8, false, at(90ms)), std::nullopt) << "the first: it counted itself when it began";
  EXPECT_EQ(limits.look(11, false, at(150ms)), std::nullopt) << "another one, since some time after 90 ms";
  EXPECT_EQ(limits.look(11, false, at(249ms)), std::nullopt);
  EXPECT_EQ(limits.look(11, false, at(250ms)), Limit::wall_time);
}

TEST(Limits, ACheckpointHasItsOwnLimit) {
  Limits limits(with_times(0ms, 1000ms, 50ms));
  limits.begins(Operation::callback, 0, 0s);
  EXPECT_EQ(limits.look(1, false, at(500ms)), std::nullopt);
  EXPECT_EQ(limits.look(2, true, at(525ms)), std::nullopt);
  EXPECT_EQ(limits.look(2, true, at(575ms)), Limit::wall_time);
  EXPECT_EQ(limits.operation(), Operation::checkpoint);
}

TEST(Limits, ProcessorTimeIsThatOfLooksAndWallTimeOfWhatIsShort) {
  Limits limits(with_times(1s, 1s, 1s));
  limits.begins(Operation::evaluation, 0, 0s);
  static_cast<void>(limits.look(0, false, at(30ms, 10s)));
  static_cast<void>(limits.look(0, false, at(90ms, 10s + 25ms)));  // others computed, too
  limits.ends(94ms);
  EXPECT_EQ(limits.usage().cpu_time, 25ms + 25ms + 4ms);
  limits.begins(Operation::callback, 0, 100ms);
  limits.ends(100ms + 300us);
  EXPECT_EQ(limits.usage().cpu_time, 25ms + 25ms + 4ms + 300us);
}

TEST(Limits, NothingIsLimitedByAPolicyWithoutLimits) {
  Limits limits{SandboxPolicy{}};
  limits.begins(Operation::evaluation, 0, 0s);
  EXPECT_EQ(limits.look(0, false, at(24h)), std::nullopt);
  EXPECT_TRUE(limits.take_output(std::uint64_t{1} << 40));
  EXPECT_FALSE(limits.wants_collection(std::uint64_t{1} << 40, std::uint64_t{1} << 40));
}

TEST(Limits, OutputUpToTheLastByte) {
  SandboxPolicy policy;
  policy.output_bytes = 10;
  Limits limits(policy);
  EXPECT_TRUE(limits.take_output(9));
  EXPECT_FALSE(limits.take_output(2));
  EXPECT_TRUE(limits.take_output(1)) << "what did not fit was not written";
  EXPECT_FALSE(limits.take_output(1));
  EXPECT_EQ(limits.usage().output_bytes, 10U);
}

TEST(Limits, AHeapIsJudgedByWhatIsAlive) {
  SandboxPolicy policy;
  policy.heap_bytes = 800;
  Limits limits(policy);
  EXPECT_FALSE(limits.heap_is_over(100, 50, 1000));
  EXPECT_FALSE(limits.wants_collection(800, 1000));
  EXPECT_TRUE(limits.wants_collection(801, 1000));
  EXPECT_FALSE(limits.heap_is_over(900, 800, 1000)) << "as much as it may";
  EXPECT_FALSE(limits.wants_collection(1000, 1000)) << "a heap that keeps room is not collected again and again";
  EXPECT_TRUE(limits.wants_collection(1001, 1000));
  EXPECT_TRUE(limits.wants_collection(0, 1401)) << "the process grew: strings and buffers are counted by a collection";
  EXPECT_TRUE(limits.heap_is_over(900, 801, 1000));
}

TEST(Limits, TheIntervalFitsTheShortestTime) {
  EXPECT_EQ(Limits(with_times(1s, 1s, 1s)).interval(), 25ms);
  EXPECT_EQ(Limits(with_times(1s, 20ms, 0ms)).interval(), 10ms);
  EXPECT_EQ(Limits(with_times(1us, 0ms, 0ms)).interval(), 1ms) << "no more than a thousand a second";
  EXPECT_EQ(Limits(SandboxPolicy{}).interval(), 25ms);
}

TEST(Limits, AReportIsOneLine) {
  SandboxPolicy policy = with_times(1500ms, 1s, 1s);
  policy.tenant = "shop 7";
  Limits limits(policy);
  limits.begins(Operation::evaluation, 0, 0s);
  limits.hit(Limit::wall_time, {"busy (loop.js:3)", "global code (loop.js:9)"});
  limits.hit(Limit::heap, {});
  const std::optional<LimitReport> report = limits.take_report();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->to_string(), "wall_time (1500 ms): evaluation, at busy (loop.js:3), tenant shop 7") << "the first counts";
  EXPECT_THAT(report->stack, ElementsAre("busy (loop.js:3)", "global code (loop.js:9)"));
  EXPECT_FALSE(limits.take_report());
  EXPECT_EQ(limits.usage().limits, 1U);
}

TEST(Limits, SizesAndTimesReadAsPeopleWriteThem) {
  EXPECT_EQ(bytes_text(128 << 20), "128 MiB");
  EXPECT_EQ(bytes_text(1000), "1000 bytes");
  EXPECT_EQ(bytes_text(std::uint64_t{3} << 30), "3 GiB");
  EXPECT_EQ(duration_text(1s), "1 s");
  EXPECT_EQ(duration_text(250ms), "250 ms");
  EXPECT_EQ(duration_text(1'000'001ns), "1000001 ns");
}

}  // namespace
}  // namespace millrace::js
