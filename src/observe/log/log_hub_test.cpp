#include <millrace/observe/log_hub.h>

#include <string>

#include <gtest/gtest.h>

#include "support/log_support.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

TEST(LogHub, LevelsArePerCategoryAndChangeAtRunTime) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .level = LogLevel::info});
  const Logger timer = hub.logger("timer");
  const Logger poll = hub.logger("poll");
  const Logger child = timer.child(field("a", 1));
  EXPECT_FALSE(timer.enabled(LogLevel::debug));
  ASSERT_TRUE(hub.set_level("timer", LogLevel::debug));
  EXPECT_TRUE(timer.enabled(LogLevel::debug));
  EXPECT_TRUE(child.enabled(LogLevel::debug)) << "a child has its parent's level";
  EXPECT_FALSE(poll.enabled(LogLevel::debug));
  hub.set_level(LogLevel::error);
  EXPECT_FALSE(poll.enabled(LogLevel::warn));
  EXPECT_TRUE(timer.enabled(LogLevel::debug)) << "has a level of its own";
  ASSERT_TRUE(hub.set_level("timer", std::nullopt));
  EXPECT_EQ(hub.level("timer"), LogLevel::error);
  ASSERT_TRUE(hub.set_level("later", LogLevel::off));
  EXPECT_FALSE(hub.logger("later").enabled(LogLevel::fatal)) << "set before its first logger";
  EXPECT_EQ(hub.level("never heard of"), LogLevel::error);
}

TEST(LogHub, CategoriesBeyondTheLimitShareALevel) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .categories_max = 2});
  const Logger a = hub.logger("a");
  const Logger b = hub.logger("b");
  const Logger c = hub.logger("c");
  EXPECT_EQ(hub.figures().shared_categories, 1U);
  c.info("still under its own name");
  EXPECT_EQ(sink.last().category, "c");
  const Result<void> refused = hub.set_level("c", LogLevel::off);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::full);
  hub.set_level(LogLevel::off);
  EXPECT_FALSE(c.enabled(LogLevel::fatal));
}

TEST(LogHub, EachSinkHasALevel) {
  RecordingSink all;
  RecordingSink some;
  LogHub hub({.outputs = {{&all, "all"}, {&some, "some", LogLevel::warn}}});
  const Logger log = hub.logger("test");
  log.info("one");
  log.warn("two");
  EXPECT_EQ(all.messages(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(some.messages(), std::vector<std::string>{"two"});
  EXPECT_EQ(hub.figures().sinks[1].below_level, 1U);
  EXPECT_EQ(hub.figures().sinks[1].name, "some");
}

TEST(LogHub, FailingSinksAreContainedAndCounted) {
  FailingSink failing;
  ThrowingSink throwing;
  RecordingSink good;
  LogHub hub({.outputs = {{&failing}, {&throwing}, {&good}}});
  for (int i = 0; i < 3; ++i) hub.logger("test").info("goes on");
  const LogFigures figures = hub.figures();
  EXPECT_EQ(figures.records, 3U);
  EXPECT_EQ(figures.sinks[0].failed, 3U);
  EXPECT_EQ(figures.sinks[0].last_failure.value().message(), "this sink always fails");
  EXPECT_EQ(figures.sinks[1].threw, 3U);
  EXPECT_EQ(figures.sinks[1].last_failure.value().message(), "this sink always throws");
  EXPECT_EQ(figures.sinks[2].written, 3U);
  EXPECT_EQ(good.size(), 3U);
  EXPECT_EQ(hub.flush().error().message(), "nor can it be flushed") << "the first error";
}

TEST(LogHub, ASinkThatLogsGetsNothingOfItButTheOthersDo) {
  ScriptedSink chatty;
  ScriptedSink also_chatty;
  RecordingSink good;
  LogHub hub({.outputs = {{&chatty}, {&also_chatty}, {&good}}});
  const Logger log = hub.logger("test");
  chatty.on_write = [&](const LogRecord&) { log.info("from the first"); };
  also_chatty.on_write = [&](const LogRecord&) { log.info("from the second"); };
  log.info("from outside");
  EXPECT_EQ(good.messages(),
            (std::vector<std::string>{"from the second", "from the first", "from the first", "from the second", "from outside"}));
  const LogFigures figures = hub.figures();
  EXPECT_EQ(figures.records, 5U);
  for (const LogSinkFigures& sink : figures.sinks) EXPECT_EQ(sink.written + sink.reentrant, 5U) << "every record is counted once";
  EXPECT_EQ(figures.sinks[2].written, 5U);
}

TEST(LogHub, AnotherHubIsNoReentry) {
  ScriptedSink forwarding;
  RecordingSink there;
  LogHub far({.outputs = {{&there}}});
  LogHub near({.outputs = {{&forwarding}}});
  forwarding.on_write = [&](const LogRecord& record) { far.logger("far").info(record.message); };
  near.logger("near").info("handed on");
  EXPECT_EQ(there.messages(), std::vector<std::string>{"handed on"});
}

TEST(LogHub, SlowSinksAreCounted) {
  ManualClock clock;
  ScriptedSink slow;
  LogHub hub({.outputs = {{&slow}}, .slow_after = 10ms, .clock = &clock});
  const Logger log = hub.logger("test");
  log.info("fast");
  slow.on_write = [&](const LogRecord&) { clock.advance(10ms); };
  log.info("just in time");
  EXPECT_EQ(hub.figures().sinks[0].slow, 0U);
  slow.on_write = [&](const LogRecord&) { clock.advance(11ms); };
  log.info("slow");
  EXPECT_EQ(hub.figures().sinks[0].slow, 1U);
  EXPECT_EQ(hub.figures().sinks[0].written, 3U);
}

TEST(LogHub, APlaceThatLogsTooOftenIsHeldBackAndSaysSoLater) {
  ManualClock clock;
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .rate_limit = LogRateLimit{.per_second = 1, .burst = 3}, .clock = &clock});
  const Logger log = hub.logger("test").child(field("bound", 1));
  const auto chatter = [&] { log.info("again", field("i", 1)); };
  for (int i = 0; i < 20; ++i) chatter();
  EXPECT_EQ(sink.size(), 3U) << "the burst";
  EXPECT_EQ(hub.figures().suppressed, 17U);
  log.info("another place");
  EXPECT_EQ(sink.size(), 4U);
  clock.advance(999ms);
  chatter();
  EXPECT_EQ(sink.size(), 4U);
  clock.advance(1ms);
  chatter();
  ASSERT_EQ(sink.size(), 6U);
  EXPECT_EQ(sink.record(4).message, "suppressed 18 records");
  EXPECT_EQ(sink.json(4)["attributes"].dump(), R"({"bound":1,"suppressed":18})");
  EXPECT_EQ(sink.record(4).category, "test");
  EXPECT_EQ(sink.record(4).source.line(), sink.record(5).source.line());
  EXPECT_EQ(sink.record(5).message, "again");
}

TEST(LogHub, FlushTellsWhatWasHeldBack) {
  ManualClock clock;
  RecordingSink sink;
  {
    LogHub hub({.outputs = {{&sink}}, .rate_limit = LogRateLimit{.per_second = 1, .burst = 1}, .clock = &clock});
    const Logger log = hub.logger("test");
    const auto chatter = [&] { log.info("again"); };
    for (int i = 0; i < 5; ++i) chatter();
    ASSERT_TRUE(hub.flush());
    EXPECT_EQ(sink.last().message, "suppressed 4 records");
    EXPECT_EQ(sink.last().category, "log");
    EXPECT_EQ(sink.last().source.line(), sink.record(0).source.line());
    ASSERT_TRUE(hub.flush());
    EXPECT_EQ(sink.size(), 2U) << "told once";
    chatter();
  }
  EXPECT_EQ(sink.last().message, "suppressed 1 records") << "at the end, too";
}

TEST(LogHub, FatalRecordsAreNeverHeldBack) {
  ManualClock clock;
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .rate_limit = LogRateLimit{.per_second = 1, .burst = 1}, .clock = &clock});
  for (int i = 0; i < 5; ++i) hub.logger("test").fatal("always");
  EXPECT_EQ(sink.size(), 5U);
}

TEST(LogHub, TheTimeIsThatOfTheCall) {
  ManualWallClock wall_clock(WallTime(1s));
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .wall_clock = &wall_clock});
  hub.logger("test").info("before", field("x", [&] {
                            wall_clock.set(WallTime(2s));
                            return 1;
                          }));
  EXPECT_EQ(sink.last().time, WallTime(1s));
}

}  // namespace
}  // namespace millrace::observe
