// What is promised for any thread, on real threads: for the thread sanitizer, and for counts that must come out exactly.
#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <millrace/observe/queue_sink.h>
#include <millrace/observe/ring_sink.h>

#include "support/log_support.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

TEST(LogThreads, LoggingWhileLevelsChangeAndFiguresAreRead) {
  RecordingSink recording;
  RingSink ring(64, 16'384);
  QueueSink queue(recording, {.records_max = 100'000, .bytes_max = 1U << 30});
  LogHub hub({.outputs = {{&ring}, {&queue}}, .rate_limit = LogRateLimit{.per_second = 1e9, .burst = 1'000'000}});
  const Logger base = hub.logger("base");
  std::atomic<bool> stop = false;
  std::thread changer([&] {
    for (int i = 0; !stop.load(); ++i) {
      EXPECT_TRUE(hub.set_level("toggled", i % 2 == 0 ? LogLevel::off : LogLevel::trace));
      hub.set_level(LogLevel::info);
      const LogFigures figures = hub.figures();  // once: between two looks more is logged
      EXPECT_LE(figures.sinks[0].written, figures.records);
      static_cast<void>(ring.lines());
      static_cast<void>(hub.flush(1s));
    }
  });
  constexpr std::uint64_t kThreads = 3;
  constexpr std::uint64_t kEach = 300;
  std::atomic<std::uint64_t> toggled_on = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      const Logger shared_child = base.child(field("thread", t));
      const Logger toggled = hub.logger("toggled");
      for (std::uint64_t i = 0; i < kEach; ++i) {
        shared_child.info("always", field("i", i), [&](LogFields& f) { f.add("lazy", std::to_string(i)); });
        toggled.info("sometimes", [&](LogFields&) { ++toggled_on; });
        static_cast<void>(hub.logger("made by " + std::to_string(i % 7)));
      }
    });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  changer.join();
  ASSERT_TRUE(hub.flush(30s));
  const LogFigures figures = hub.figures();
  EXPECT_EQ(figures.records, kThreads * kEach + toggled_on);
  EXPECT_EQ(figures.sinks[0].written, figures.records);
  EXPECT_EQ(recording.size(), figures.records);
}

TEST(LogThreads, NothingIsLostByTheRateLimitUncounted) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .rate_limit = LogRateLimit{.per_second = 2000, .burst = 10, .places_max = 1}});
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kEach = 2000;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      const Logger log = hub.logger("test");
      for (std::uint64_t i = 0; i < kEach; ++i) {
        log.info("one place");
        log.info("another, without an entry");
      }
    });
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(hub.flush());
  std::uint64_t said = 0;
  std::uint64_t told = 0;
  for (std::size_t i = 0; i < sink.size(); ++i) {
    const LogRecord& record = sink.record(i);
    if (record.message.starts_with("suppressed"))
      told += record.fields[0].value.as_unsigned();
    else
      ++said;
  }
  EXPECT_EQ(said + told, kThreads * kEach * 2);
  EXPECT_EQ(hub.figures().suppressed, told);
  EXPECT_GT(told, 0U);
}

}  // namespace
}  // namespace millrace::observe
