#include <millrace/observe/queue_sink.h>

#include <semaphore>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/log_support.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

/// Waits at every record until it is let go on, so that a test decides what the queue holds.
class GateSink final : public LogSink {
 public:
  Result<void> write(const LogRecord& record) override {
    arrived.release();
    gate.acquire();
    return kept.write(record);
  }
  Result<void> flush(Duration) override {
    ++flushes;
    return {};
  }
  void open(std::ptrdiff_t times = 1'000'000) { gate.release(times); }
  std::counting_semaphore<> arrived{0};
  std::counting_semaphore<> gate{0};
  std::atomic<int> flushes{0};
  RecordingSink kept;
};

TEST(QueueSink, KeepsOrderAndFlushWaits) {
  GateSink inner;
  inner.open();
  QueueSink queue(inner);
  LogHub hub({.outputs = {{&queue}}});
  const Logger log = hub.logger("test").child(field("bound", std::string("of a child")));
  std::vector<std::string> expected;
  for (int i = 0; i < 500; ++i) {
    expected.push_back("record " + std::to_string(i));
    log.info(expected.back(), field("i", i));
  }
  ASSERT_TRUE(hub.flush());
  EXPECT_EQ(inner.kept.messages(), expected);
  EXPECT_EQ(inner.flushes, 1);
  EXPECT_EQ(inner.kept.last_attributes().dump(), R"({"bound":"of a child","i":499})");
  EXPECT_EQ(queue.figures().written, 500U);
}

TEST(QueueSink, DropsTheNewestAndSaysHowMany) {
  GateSink inner;
  QueueSink queue(inner, {.records_max = 3});
  LogHub hub({.outputs = {{&queue}}});
  const Logger log = hub.logger("test");
  log.info("a");
  inner.arrived.acquire();  // in hand: counts as waiting
  for (const char* const name : {"b", "c", "dropped", "dropped"}) log.info(name);
  EXPECT_EQ(queue.figures().dropped, 2U);
  EXPECT_EQ(queue.figures().waiting, 3U);
  EXPECT_EQ(hub.figures().sinks[0].failed, 2U);
  EXPECT_EQ(hub.figures().sinks[0].last_failure.value().code(), Errc::full);
  inner.open(1);
  inner.arrived.acquire();
  log.info("d");
  inner.open();
  ASSERT_TRUE(hub.flush());
  EXPECT_EQ(inner.kept.messages(), (std::vector<std::string>{"a", "b", "c", "2 records dropped", "d"}));
  EXPECT_EQ(inner.kept.record(3).category, "log");
  EXPECT_EQ(inner.kept.json(3)["attributes"]["dropped"], 2);
}

TEST(QueueSink, SaysWhatItDroppedEvenWhenNothingFollows) {
  GateSink inner;
  QueueSink queue(inner, {.records_max = 1});
  LogHub hub({.outputs = {{&queue}}});
  hub.logger("test").info("a");
  hub.logger("test").info("dropped");
  inner.open();
  ASSERT_TRUE(queue.flush(5s));
  EXPECT_EQ(inner.kept.messages(), (std::vector<std::string>{"a", "1 records dropped"}));
}

TEST(QueueSink, BytesAreLimitedToo) {
  GateSink inner;
  QueueSink queue(inner, {.records_max = 1000, .bytes_max = 50'000});
  LogHub hub({.outputs = {{&queue}}});
  const std::string large(20'000, 'x');
  for (int i = 0; i < 5; ++i) hub.logger("test").info("large", field("text", large));
  EXPECT_GE(queue.figures().dropped, 2U);
  EXPECT_GE(queue.figures().queued, 2U);
  inner.open();
}

TEST(QueueSink, ASlowSinkMakesNobodyWait) {
  GateSink inner;  // closed: as slow as can be
  QueueSink queue(inner, {.records_max = 2, .close_limit = 10ms});
  LogHub hub({.outputs = {{&queue}}});
  for (int i = 0; i < 100; ++i) hub.logger("test").info("does not wait");
  const Result<void> flushed = hub.flush(20ms);
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code(), Errc::timed_out);
  inner.open();
}

TEST(QueueSink, FailuresAndReentryOfTheInnerSinkStayInside) {
  ScriptedSink inner;
  QueueSink queue(inner);
  RecordingSink other;
  LogHub hub({.outputs = {{&queue}, {&other}}});
  const Logger log = hub.logger("test");
  inner.on_write = [&](const LogRecord& record) {
    if (record.message == "log") log.info("from inside");
    if (record.message == "throw") throw std::runtime_error("from inside");
  };
  log.info("log");
  log.info("throw");
  log.info("fine");
  ASSERT_TRUE(hub.flush());
  EXPECT_EQ(queue.figures().reentrant, 1U);
  EXPECT_EQ(queue.figures().failed, 1U);
  EXPECT_EQ(queue.figures().written, 2U);
  EXPECT_EQ(other.size(), 4U) << "the others hear what the inner sink said";
}

TEST(QueueSink, TheEndWritesWhatIsQueuedWithinItsLimit) {
  GateSink inner;
  inner.open();
  {
    QueueSink queue(inner);
    LogHub hub({.outputs = {{&queue}}, .slow_after = std::nullopt});
    for (int i = 0; i < 100; ++i) hub.logger("test").info("x");
  }
  EXPECT_EQ(inner.kept.size(), 100U);

  ScriptedSink slow;
  std::atomic<int> written = 0;
  slow.on_write = [&](const LogRecord&) {
    ++written;
    std::this_thread::sleep_for(5ms);  // the limit of the destructor is real time
  };
  {
    QueueSink queue(slow, {.close_limit = 1ms});
    for (int i = 0; i < 1000; ++i) {
      LogRecord record;
      record.message = "by hand";
      ASSERT_TRUE(queue.write(record));
    }
  }
  EXPECT_LT(written, 1000);
  EXPECT_GT(written, 0);
}

}  // namespace
}  // namespace millrace::observe
