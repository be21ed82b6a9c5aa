// What only the scripted poller promises (include/millrace/scripted_poller.h).
#include <millrace/scripted_poller.h>

#include <gtest/gtest.h>

#include <array>

namespace millrace {
namespace {
using namespace std::chrono_literals;

struct ScriptedPollerTest : ::testing::Test {
  ManualClock clock;
  ScriptedPoller poller{clock};
  std::array<ReadyEvent, 16> events{};

  std::size_t wait(std::optional<Duration> timeout) { return poller.wait(events, timeout).value(); }
  static Instant at(Duration since_epoch) { return Instant{since_epoch}; }
};

TEST_F(ScriptedPollerTest, WaitingMovesTheClockToTheTimeOut) {
  EXPECT_EQ(wait(49 * 24h), 0u);
  EXPECT_EQ(clock.now(), at(49 * 24h));
  EXPECT_EQ(poller.waits(), 1u);
}

TEST_F(ScriptedPollerTest, WaitingMovesTheClockToTheNextEventWhenThatIsSooner) {
  ASSERT_TRUE(poller.add(5, Interest::readable, 1));
  poller.script(at(30ms), 5, {.readable = true});
  poller.script(at(10ms), 5, {.readable = true});
  EXPECT_EQ(wait(20ms), 1u);
  EXPECT_EQ(clock.now(), at(10ms));
  EXPECT_EQ(wait(std::nullopt), 1u);
  EXPECT_EQ(clock.now(), at(30ms));
}

TEST_F(ScriptedPollerTest, AnEventAnswersOnce) {
  ASSERT_TRUE(poller.add(5, Interest::readable, 1));
  poller.script(at(0ms), 5, {.readable = true});
  EXPECT_EQ(wait(0ms), 1u);
  EXPECT_EQ(wait(0ms), 0u);
}

TEST_F(ScriptedPollerTest, AnEventWaitsForSomebodyInterested) {
  poller.script(at(1ms), 5, {.readable = true});
  EXPECT_EQ(wait(2ms), 0u);
  EXPECT_EQ(clock.now(), at(2ms)) << "an event of nobody does not end the wait";
  ASSERT_TRUE(poller.add(5, Interest::readable, 1));
  EXPECT_EQ(wait(0ms), 1u);
}

TEST_F(ScriptedPollerTest, AnEventNobodyAsksForDoesNotEndTheWait) {
  ASSERT_TRUE(poller.add(5, Interest::writable, 1));
  poller.script(at(10ms), 5, {.readable = true});
  EXPECT_EQ(wait(20ms), 0u);
  EXPECT_EQ(clock.now(), at(20ms));
}

TEST_F(ScriptedPollerTest, RefusesToHang) {
  const auto waited = poller.wait(events, std::nullopt);
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code(), Errc::would_block_forever);
}

TEST_F(ScriptedPollerTest, CountsWakes) {
  EXPECT_TRUE(poller.waker()->wake());
  EXPECT_TRUE(poller.waker()->wake());
  EXPECT_EQ(poller.wakes(), 2u);
}

TEST_F(ScriptedPollerTest, FailsTheNthNextCallOfAnOperation) {
  const Error error = Error::from_errno(ENOMEM, "scripted");
  for (const std::string operation : {"add", "modify", "remove", "wait"}) {
    SCOPED_TRACE(operation);
    const auto call = [&] {
      if (operation == "wait") return poller.wait(events, Duration::zero()).has_value();
      static_cast<void>(operation == "add" ? poller.remove(5) : poller.add(5, Interest::readable, 1));
      if (operation == "add") return poller.add(5, Interest::readable, 1).has_value();
      if (operation == "modify") return poller.modify(5, Interest::readable, 1).has_value();
      return poller.remove(5).has_value();
    };
    EXPECT_TRUE(call());
    poller.fail_nth(operation, 2, error);
    EXPECT_TRUE(call());
    EXPECT_FALSE(call());
    EXPECT_TRUE(call());
  }
}

TEST_F(ScriptedPollerTest, TellsTheNumberItWasLastGiven) {
  EXPECT_EQ(poller.last_added_fd(), -1);
  ASSERT_TRUE(poller.add(5, Interest::readable, 1));
  EXPECT_FALSE(poller.add(5, Interest::readable, 1));
  ASSERT_TRUE(poller.add(0, Interest::readable, 1));
  EXPECT_EQ(poller.last_added_fd(), 0);
  EXPECT_EQ(poller.registered(), 2u);
}

}  // namespace
}  // namespace millrace
