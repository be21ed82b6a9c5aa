#include <millrace/observe/log_observer.h>

#include <gtest/gtest.h>

#include "support/log_support.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

struct CountingObserver final : Observer {
  int told = 0;
  void loop_state_changed(std::string_view, std::string_view) override { ++told; }
  void task_failed(const Error&) override { ++told; }
  void poll_failed(const Error&) override { ++told; }
  void sleep_mode_changed(const SleepModeChange&) override { ++told; }
  void rejection_unhandled(const Error&) override { ++told; }
  void tasks_rejected(std::size_t) override { ++told; }
};

TEST(LogObserver, SaysWhatTheLoopTells) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .level = LogLevel::trace});
  CountingObserver next;
  LogObserver observer(hub, 4, &next);
  const Error error(Errc::uncaught_exception, "thrown");

  struct Case {
    std::string_view category;
    LogLevel level;
    std::string_view message;
    std::string attributes;
    CorrelationId id;
  };
  const auto expect = [&](const Case& c) {
    SCOPED_TRACE(c.message);
    EXPECT_EQ(sink.last().category, c.category);
    EXPECT_EQ(sink.last().level, c.level);
    EXPECT_EQ(sink.last().message, c.message);
    EXPECT_EQ(sink.last().ids, (LogIds{.loop = 4, .correlation = c.id}));
    if (!c.attributes.empty()) {
      EXPECT_EQ(sink.last_attributes(), Json::parse(c.attributes));
    } else {
      EXPECT_EQ(sink.last_attributes()["error"]["message"], "thrown");
    }
  };
  observer.loop_state_changed("idle", "running");
  expect({"loop", LogLevel::debug, "loop state changed", R"({"from":"idle","to":"running"})", {}});
  observer.task_failed(error);
  expect({"loop", LogLevel::error, "task failed", "", error.correlation_id()});
  observer.poll_failed(error);
  expect({"poll", LogLevel::error, "poll failed", "", error.correlation_id()});
  observer.sleep_mode_changed({SleepMode::futex, SleepMode::poller, "a descriptor was registered", 1500ns, std::nullopt});
  expect(
      {"poll",
       LogLevel::debug,
       "sleep mode changed",
       R"({"from":"futex","to":"poller","reason":"a descriptor was registered","latency_before":0.0000015,"latency_after":null})",
       {}});
  observer.rejection_unhandled(error);
  expect({"promise", LogLevel::error, "unhandled rejection", "", error.correlation_id()});
  observer.tasks_rejected(3);
  expect({"ingress", LogLevel::warn, "tasks rejected", R"({"count":3})", {}});
  EXPECT_EQ(next.told, 6);
}

}  // namespace
}  // namespace millrace::observe
