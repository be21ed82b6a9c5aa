// What every sink promises (log_sink.h), asked of each: a case per promise, a kit per sink.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <millrace/observe/console_sink.h>
#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/queue_sink.h>
#include <millrace/observe/ring_sink.h>

#include "base/unique_fd.h"
#include "support/log_support.h"

#if __has_include(<spdlog/spdlog.h>)
#include <spdlog/sinks/base_sink.h>

#include <millrace/observe/spdlog_sink.h>
#define MILLRACE_TEST_SPDLOG
#endif

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

/// One sink, what arrived through it, and a way to break it.
class SinkKit {
 public:
  SinkKit() = default;
  SinkKit(const SinkKit&) = delete;
  SinkKit& operator=(const SinkKit&) = delete;
  virtual ~SinkKit() = default;
  [[nodiscard]] virtual LogSink& sink() = 0;
  /// The records that arrived, one entry each, in order; each contains its message. After a flush.
  [[nodiscard]] virtual std::vector<std::string> arrived() = 0;
  /// Whether an entry is a whole record.
  [[nodiscard]] virtual bool is_whole(const std::string& entry) = 0;
  /// From now on, where it can be arranged, the place that records go to refuses them; `false` ends that.
  virtual void break_it(bool broken) = 0;
  /// Whether what the sink sends to refuses is seen by the sink's caller; else the sink keeps it to itself.
  [[nodiscard]] virtual bool answers_failures() const { return true; }
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Where sinks with a descriptor write to: a file in memory, or, broken, a device that is always full.
class FdKit : public SinkKit {
 public:
  FdKit() : file_(::memfd_create("log", MFD_CLOEXEC)), given_(::dup(file_.get())) {}
  void break_it(bool broken) override {
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    ASSERT_NE(::dup2(broken ? full.get() : file_.get(), given_.get()), -1);
  }

 protected:
  [[nodiscard]] int fd() const { return given_.get(); }
  [[nodiscard]] std::string text() const {
    std::string text(static_cast<std::size_t>(::lseek(file_.get(), 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(file_.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return text;
  }

 private:
  UniqueFd file_, given_;
};

class JsonLinesKit final : public FdKit {
 public:
  LogSink& sink() override { return sink_; }
  std::vector<std::string> arrived() override { return split(text()); }
  bool is_whole(const std::string& entry) override { return Json::accept(entry); }

 private:
  JsonLinesSink sink_{fd()};
};

class ConsoleKit final : public FdKit {
 public:
  LogSink& sink() override { return sink_; }
  // Lines of errors are indented and belong to the record above.
  std::vector<std::string> arrived() override {
    std::vector<std::string> entries;
    for (std::string& line : split(text())) {
      if (line.starts_with("    ") && !entries.empty())
        entries.back() += '\n' + line;
      else
        entries.push_back(std::move(line));
    }
    return entries;
  }
  bool is_whole(const std::string& entry) override {
    return entry.starts_with("20") && entry.find(" [test] ") != std::string::npos;
  }

 private:
  ConsoleSink sink_{fd()};
};

class RingKit final : public SinkKit {
 public:
  LogSink& sink() override { return *sink_; }
  std::vector<std::string> arrived() override {
    std::vector<std::string> lines = sink_->lines();
    const UniqueFd file(::memfd_create("dump", MFD_CLOEXEC));
    EXPECT_EQ(sink_->dump(file.get()), lines.size());
    std::string dumped(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(file.get(), dumped.data(), dumped.size(), 0), static_cast<ssize_t>(dumped.size()));
    EXPECT_EQ(split(dumped), lines);
    return lines;
  }
  bool is_whole(const std::string& entry) override { return Json::accept(entry); }
  void break_it(bool) override {}  // it has nothing that could refuse

 private:
  std::unique_ptr<RingSink> sink_ = std::make_unique<RingSink>(10'000, 16U << 20);
};

class CallbackKit final : public SinkKit {
 public:
  LogSink& sink() override { return sink_; }
  std::vector<std::string> arrived() override { return kept_.lines(); }
  bool is_whole(const std::string& entry) override { return Json::accept(entry); }
  void break_it(bool broken) override { broken_ = broken; }

 private:
  std::atomic<bool> broken_ = false;
  RecordingSink kept_;
  CallbackSink sink_{[this](const LogRecord& record) {
    if (broken_) throw std::runtime_error("the host's logger is broken");
    kept_.write(record).value();
  }};
};

class QueueKit final : public SinkKit {
 public:
  LogSink& sink() override { return sink_; }
  std::vector<std::string> arrived() override { return kept_.lines(); }
  bool is_whole(const std::string& entry) override { return Json::accept(entry); }
  void break_it(bool broken) override {
    EXPECT_TRUE(sink_.flush(10s));  // what was logged before goes where it went before
    broken_ = broken;
  }
  bool answers_failures() const override { return false; }

 private:
  std::atomic<bool> broken_ = false;
  RecordingSink kept_;
  CallbackSink inner_{[this](const LogRecord& record) {
    if (broken_) throw std::runtime_error("the inner sink is broken");
    kept_.write(record).value();
  }};
  QueueSink sink_{inner_, {.records_max = 100'000, .bytes_max = 1U << 30}};
};

#ifdef MILLRACE_TEST_SPDLOG
class SpdlogKit final : public SinkKit {
 public:
  SpdlogKit() {
    logger_->set_level(spdlog::level::trace);
    logger_->set_error_handler([](const std::string&) {});
  }
  LogSink& sink() override { return sink_; }
  std::vector<std::string> arrived() override { return target_->messages; }
  bool is_whole(const std::string& entry) override { return Json::accept(entry); }
  void break_it(bool broken) override { target_->broken = broken; }
  bool answers_failures() const override { return false; }

 private:
  struct Target final : spdlog::sinks::base_sink<std::mutex> {
    void sink_it_(const spdlog::details::log_msg& message) override {
      if (broken) throw std::runtime_error("broken");
      messages.emplace_back(message.payload.data(), message.payload.size());
    }
    void flush_() override {}
    std::vector<std::string> messages;
    std::atomic<bool> broken = false;
  };
  std::shared_ptr<Target> target_ = std::make_shared<Target>();
  std::shared_ptr<spdlog::logger> logger_ = std::make_shared<spdlog::logger>("test", target_);
  SpdlogSink sink_{logger_, SpdlogSink::Form::json};
};
#endif

struct KitMaker {
  std::string name;
  std::function<std::unique_ptr<SinkKit>()> make;
};
template <typename Kit>
KitMaker maker(std::string name) {
  return {std::move(name), [] { return std::make_unique<Kit>(); }};
}

class SinkConformance : public ::testing::TestWithParam<KitMaker> {
 protected:
  std::unique_ptr<SinkKit> kit = GetParam().make();
  LogHub hub{{.outputs = {{&kit->sink(), "under test"}}, .level = LogLevel::trace}};
  Logger log = hub.logger("test");

  void expect_whole(std::size_t count) {
    ASSERT_TRUE(hub.flush(30s));
    const auto entries = kit->arrived();
    ASSERT_EQ(entries.size(), count);
    for (const std::string& entry : entries) EXPECT_TRUE(kit->is_whole(entry)) << entry.substr(0, 500);
  }
};

TEST_P(SinkConformance, EveryRecordArrivesOnceAndInOrder) {
  for (int i = 0; i < 300; ++i) log.info("record-" + std::to_string(i) + "-", field("i", i));
  expect_whole(300);
  const auto entries = kit->arrived();
  for (std::size_t i = 0; i < entries.size(); ++i)
    ASSERT_NE(entries[i].find("record-" + std::to_string(i) + "-"), std::string::npos) << entries[i];
  EXPECT_EQ(hub.figures().sinks[0].written, 300U);
}

TEST_P(SinkConformance, EveryLevelAndKindOfValueIsTaken) {
  for (const LogLevel level : {LogLevel::trace, LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::fatal})
    log.child(field("bound", "b"))
        .log(level, "all kinds", field("null", nullptr), field("yes", true), field("minus", -1), field("plus", 1U),
             field("half", 0.5), field("not", std::numeric_limits<double>::quiet_NaN()), field("wait", 1ms),
             field("id", CorrelationId{1, 2}), field("error", Error(Errc::closed, "inner\nlines").wrap(Errc::full, "outer")),
             field("object", object(field("list", list(1, "two", object(field("three", 3)))))), field("at", WallTime(1s)));
  log.info("");
  expect_whole(7);
}

TEST_P(SinkConformance, NoTextBreaksARecord) {
  std::size_t count = 0;
  for (int byte = 0; byte < 256; ++byte, ++count) {
    const std::string evil = "x" + std::string(1, static_cast<char>(byte)) + "\n\r{}\"" + std::string(1, static_cast<char>(byte));
    log.info(evil, field(evil, evil), field("error", Error(Errc::closed, evil).with(evil, evil)));
  }
  const std::string large(300'000, '\n');
  log.info("large", field("text", large));
  expect_whole(count + 1);
}

TEST_P(SinkConformance, RecordsOfSeveralThreadsArriveWhole) {
  constexpr int kThreads = 4;
  constexpr int kEach = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([this, t] {
      const Logger mine = log.child(field("thread", t));
      const std::string padding(static_cast<std::size_t>(t) * 3000, 'p');
      for (int i = 0; i < kEach; ++i) mine.info("t" + std::to_string(t) + "-" + std::to_string(i) + "-", field("padding", padding));
    });
  for (std::thread& thread : threads) thread.join();
  expect_whole(kThreads * kEach);
  const auto entries = kit->arrived();
  for (int t = 0; t < kThreads; ++t) {
    int next = 0;  // each thread's own records are in its order
    for (const std::string& entry : entries)
      if (next < kEach && entry.find("t" + std::to_string(t) + "-" + std::to_string(next) + "-") != std::string::npos) ++next;
    EXPECT_EQ(next, kEach) << "thread " << t;
  }
}

TEST_P(SinkConformance, AFailureIsContainedAndTheNextRecordArrives) {
  log.info("before");
  kit->break_it(true);
  for (int i = 0; i < 5; ++i) log.info("during");
  kit->break_it(false);
  log.info("after");
  ASSERT_TRUE(hub.flush(30s));
  const auto entries = kit->arrived();
  ASSERT_GE(entries.size(), 2U);
  EXPECT_NE(entries.front().find("before"), std::string::npos);
  EXPECT_NE(entries.back().find("after"), std::string::npos);
  const LogSinkFigures figures = hub.figures().sinks[0];
  EXPECT_EQ(figures.written + figures.failed + figures.threw, 7U);
  if (kit->answers_failures()) {
    EXPECT_EQ(figures.failed + figures.threw, 7U - entries.size()) << "what did not arrive is counted";
  }
}

TEST_P(SinkConformance, BadNeighboursDoNotMatter) {
  FailingSink failing;
  ThrowingSink throwing;
  ScriptedSink chatty;
  LogHub crowd({.outputs = {{&failing}, {&throwing}, {&chatty}, {&kit->sink()}, {&throwing}}});
  const Logger among = crowd.logger("test");
  chatty.on_write = [&](const LogRecord&) { among.info("from a neighbour"); };
  for (int i = 0; i < 10; ++i) among.info("from outside");
  EXPECT_FALSE(crowd.flush(30s));
  EXPECT_EQ(kit->arrived().size(), 20U);
  for (const LogSinkFigures& sink : crowd.figures().sinks)
    EXPECT_EQ(sink.written + sink.failed + sink.threw + sink.reentrant + sink.below_level, 20U);
}

TEST_P(SinkConformance, ALevelOfTheSinkHolds) {
  LogHub quiet({.outputs = {{&kit->sink(), "quiet", LogLevel::error}}, .level = LogLevel::trace});
  quiet.logger("test").warn("not this");
  quiet.logger("test").error("this");
  ASSERT_TRUE(quiet.flush(30s));
  ASSERT_EQ(kit->arrived().size(), 1U);
  EXPECT_EQ(quiet.figures().sinks[0].below_level, 1U);
}

TEST_P(SinkConformance, RecordsMadeByHandAreTaken) {
  const LogField number{"n", LogValue::of_integer(1)};
  LogRecord record;
  record.category = "test";
  record.message = "by hand";
  record.time = SystemWallClock{}.now();
  record.fields = {&number, 1};
  ASSERT_TRUE(kit->sink().write(StoredLogRecord(record).record()));
  expect_whole(1);
}

TEST_P(SinkConformance, FlushOfNothingIsDone) {
  EXPECT_TRUE(hub.flush(30s));
  EXPECT_TRUE(kit->arrived().empty());
}

std::vector<KitMaker> kits() {
  std::vector<KitMaker> all{maker<JsonLinesKit>("json_lines"), maker<ConsoleKit>("console"), maker<RingKit>("ring"),
                            maker<CallbackKit>("callback"), maker<QueueKit>("queue")};
#ifdef MILLRACE_TEST_SPDLOG
  all.push_back(maker<SpdlogKit>("spdlog"));
#endif
  return all;
}
INSTANTIATE_TEST_SUITE_P(Sinks, SinkConformance, ::testing::ValuesIn(kits()), [](const auto& kit) { return kit.param.name; });

}  // namespace
}  // namespace millrace::observe
