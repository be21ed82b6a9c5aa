// AuditLog: what reaches the file and when, and what becomes of what does not.
#include <millrace/observe/audit_log.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "support/audit_files.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using testing::AuditFiles;
using ::testing::HasSubstr;
using testing::kAuditKey;

constexpr Duration kSoon = 20s;  // a loaded machine's disk, too

TEST(AuditLog, ARecordIsALineOfJson) {
  const AuditFiles files;
  ManualWallClock clock(WallTime(1'700'000'000'123'456'789ns));
  {
    const auto log = files.open({.clock = &clock});
    const std::array<AuditField, 5> fields{{{"text", "line\nend \"quoted\""},
                                            {"small", std::int64_t{-5}},
                                            {"large", std::uint64_t{1} << 63},
                                            {"ratio", 0.25},
                                            {"yes", true}}};
    EXPECT_EQ(log->append({.kind = "order.placed", .actor = "shop", .id = "o-1", .fields = fields}), AuditAdmission::accepted);
    EXPECT_EQ(log->append({.kind = "order.sent"}), AuditAdmission::accepted);
    log->flush(kSoon).value();
    EXPECT_EQ(log->figures().accepted, 2U);
    EXPECT_EQ(log->figures().durable, 3U) << "with audit.opened";
    EXPECT_EQ(log->head().sequence, 3U);
    EXPECT_THAT(files.lines().back(), HasSubstr(log->head().hash));
  }
  const std::vector<std::string> lines = files.lines();
  ASSERT_EQ(lines.size(), 4U);
  const nlohmann::json record = nlohmann::json::parse(lines[1]);
  EXPECT_EQ(record["seq"], 2);
  EXPECT_EQ(record["time"], "2023-11-14T22:13:20.123456789Z");
  EXPECT_EQ(record["kind"], "order.placed");
  EXPECT_EQ(record["actor"], "shop");
  EXPECT_EQ(record["id"], "o-1");
  EXPECT_EQ(record["fields"]["text"], "line\nend \"quoted\"");
  EXPECT_EQ(record["fields"]["small"], -5);
  EXPECT_EQ(record["fields"]["large"], std::uint64_t{1} << 63);
  EXPECT_EQ(record["fields"]["ratio"], 0.25);
  EXPECT_EQ(record["fields"]["yes"], true);
  EXPECT_EQ(record["prev"], nlohmann::json::parse(lines[0])["hash"]);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["kind"], "audit.opened");
  EXPECT_EQ(nlohmann::json::parse(lines[0])["fields"]["algorithm"], "sha256");
  EXPECT_EQ(nlohmann::json::parse(lines[3])["kind"], "audit.closed");
}

TEST(AuditLog, TheFileIsItsOwnersOnly) {
  const AuditFiles files;
  files.write(1);
  struct stat facts{};
  ASSERT_EQ(::stat(files.path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST(AuditLog, AnotherOpeningGoesOnWithTheChain) {
  const AuditFiles files;
  for (int i = 0; i < 3; ++i) files.write(4);
  const AuditReport report = files.verify();
  EXPECT_EQ(report.verdict, AuditVerdict::whole) << report.explanation;
  EXPECT_EQ(report.records, 18U);
  EXPECT_EQ(files.count("audit.opened"), 3);
}

TEST(AuditLog, ATornLastLineIsCutOffAndToldWhereverItWasTorn) {
  const AuditFiles files;
  files.write(2, {.key = std::string(kAuditKey)});
  const std::string text = files.text();
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  for (std::size_t size = last; size < text.size(); ++size) {
    SCOPED_TRACE(size);
    files.set_text(text.substr(0, size));
    const AuditReport before = files.verify({.key = std::string(kAuditKey)});
    ASSERT_EQ(before.verdict, size == last ? AuditVerdict::whole : AuditVerdict::torn) << before.explanation;
    ASSERT_EQ(before.torn_bytes, size - last);
    {
      const auto log = files.open({.key = std::string(kAuditKey)});
      ASSERT_EQ(log->figures().recovered_bytes, size - last);
    }
    const AuditReport report = files.verify({.key = std::string(kAuditKey)});
    ASSERT_EQ(report.verdict, AuditVerdict::whole) << report.explanation;
    ASSERT_EQ(report.recovered, size == last ? 0U : 1U);
    if (size > last) {
      ASSERT_EQ(files.count(R"("kind":"audit.recovered","fields":{"bytes":)" + std::to_string(size - last)), 1);
    }
  }
}

TEST(AuditLog, ATornFirstLineIsCutOffToo) {
  const AuditFiles files;
  files.write(0);
  const std::string text = files.text();
  for (const std::size_t size : {std::size_t{1}, std::size_t{9}, std::size_t{40}}) {
    files.set_text(text.substr(0, size));
    files.write(1);
    EXPECT_EQ(files.verify().verdict, AuditVerdict::whole);
    EXPECT_EQ(files.verify().recovered, 1U);
  }
  files.set_text(std::string(100, '\0'));  // what some file systems leave after a loss of power
  files.write(1);
  EXPECT_EQ(files.verify().verdict, AuditVerdict::whole);
}

TEST(AuditLog, WhatIsNoLogOfThisKeyIsRefusedAndStaysAsItIs) {
  const AuditFiles files;
  const auto refused = [&](std::string_view what, AuditOptions options = {}) {
    const std::string before = files.text();
    const Result<std::unique_ptr<AuditLog>> log = AuditLog::open(files.path, std::move(options));
    ASSERT_FALSE(log) << what;
    EXPECT_EQ(log.error().code(), Errc::invalid_argument) << what;
    EXPECT_EQ(files.text(), before) << what;
  };
  files.set_text("my letters, without a line end");
  refused("another file");
  files.set_text("my letters\n");
  refused("another file, with a line");
}

TEST(AuditLog, ATamperedEndIsRefused) {
  const AuditFiles files;
  files.write(5);
  const std::vector<std::string> lines = files.lines();
  std::vector<std::string> tampered = lines;
  tampered.back().replace(tampered.back().find("accepted"), 8, "Accepted");
  files.set_lines(tampered);
  EXPECT_EQ(AuditLog::open(files.path).error().code(), Errc::invalid_argument);
  tampered = lines;
  tampered.erase(tampered.end() - 2);
  files.set_lines(tampered);
  EXPECT_EQ(AuditLog::open(files.path).error().code(), Errc::invalid_argument);
  files.set_lines(lines);
  EXPECT_EQ(AuditLog::open(files.path, {.key = std::string(kAuditKey)}).error().code(), Errc::invalid_argument) << "another key";
  EXPECT_TRUE(AuditLog::open(files.path));
}

TEST(AuditLog, AFileHasOneWriter) {
  const AuditFiles files;
  auto log = files.open();
  const Result<std::unique_ptr<AuditLog>> second = AuditLog::open(files.path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Errc::full);
  EXPECT_THAT(second.error().to_string(), HasSubstr("one writer"));
  log->close(kSoon).value();
  EXPECT_TRUE(AuditLog::open(files.path)) << "a closed one writes no more";
}

TEST(AuditLog, BadOptionsAreRefused) {
  const AuditFiles files;
  EXPECT_EQ(AuditLog::open(files.path, {.key = "short"}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(AuditLog::open(files.path, {.key = std::string(5000, 'k')}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(AuditLog::open(files.path, {.records_max = 0}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(AuditLog::open("/dev/null").error().code(), Errc::invalid_argument) << "no regular file";
  EXPECT_EQ(AuditLog::open(files.path + "/x").error().code(), std::error_code(ENOENT, std::system_category()));
}

TEST(AuditLog, RecordsAreDurableAfterTheirWindowWithoutAFlush) {
  const AuditFiles files;
  const auto log = files.open({.flush_window = 5ms});
  log->flush(kSoon).value();
  static_cast<void>(log->append({.kind = "test.step"}));
  for (const auto end = std::chrono::steady_clock::now() + kSoon; log->figures().waiting > 0;) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(files.count("test.step"), 1);
}

TEST(AuditLog, AFullQueueLosesAndTellsHowMany) {
  const AuditFiles files;
  const auto log = files.open({.flush_window = 1h, .records_max = 10});
  log->flush(kSoon).value();
  // Half of the queue wakes the thread, so it is kept busy by nobody but these.
  std::uint64_t full = 0;
  for (int i = 0; i < 100'000; ++i) full += log->append({.kind = "test.step"}) == AuditAdmission::full ? 1U : 0U;
  ASSERT_GT(full, 0U) << "the disk is faster than the test";
  EXPECT_EQ(log->figures().lost, full);
  log->close(kSoon).value();
  const AuditReport report = files.verify();
  EXPECT_EQ(report.verdict, AuditVerdict::whole) << report.explanation;
  EXPECT_EQ(report.lost, full) << "the file says so itself";
  EXPECT_EQ(files.count("test.step"), static_cast<int>(100'000 - full));
}

TEST(AuditLog, WhoMayWaitLosesNothing) {
  const AuditFiles files;
  const auto log = files.open({.flush_window = 1h, .records_max = 10, .wait_when_full = kSoon});
  for (int i = 0; i < 500; ++i) ASSERT_EQ(log->append({.kind = "test.step"}), AuditAdmission::accepted);
  log->close(kSoon).value();
  EXPECT_EQ(files.count("test.step"), 500);
}

TEST(AuditLog, BytesOfTheQueueAreBoundedToo) {
  const AuditFiles files;
  const auto log = files.open({.flush_window = 1h, .bytes_max = 100});
  log->flush(kSoon).value();
  const std::string text(kAuditTextBytesMax, 'x');
  EXPECT_EQ(log->append({.kind = "test.step", .id = text}), AuditAdmission::full);
  EXPECT_EQ(log->append({.kind = "test.step"}), AuditAdmission::accepted);
}

TEST(AuditLog, LongTextsAndManyFieldsAreCutAndSaySo) {
  const AuditFiles files;
  const std::string text = std::string(kAuditTextBytesMax - 1, 'x') + "\u00e4\u00e4";  // the cut goes through a character
  std::vector<AuditField> fields;
  for (std::size_t i = 0; i < kAuditFieldsMax + 3; ++i) fields.push_back({"n", std::uint64_t{i}});
  {
    const auto log = files.open();
    static_cast<void>(log->append({.kind = "test.step", .id = text, .fields = fields}));
  }
  const nlohmann::json record = nlohmann::json::parse(files.lines()[1]);
  EXPECT_EQ(record["id"], std::string(kAuditTextBytesMax - 1, 'x') + "... (4 bytes more)");
  EXPECT_EQ(record["fields"]["fields_left_out"], 3);
}

struct Masking final : Redactor {
  [[nodiscard]] bool redact(std::string_view text, std::string& out) const override {
    const std::size_t at = text.find("secret");
    if (at == std::string_view::npos) return false;
    out = std::string(text).replace(at, 6, "***");
    return true;
  }
  [[nodiscard]] bool hides(std::string_view name) const noexcept override { return name == "password"; }
  [[nodiscard]] std::string_view mask() const noexcept override { return "[hidden]"; }
};

TEST(AuditLog, TheRedactorSeesEveryTextFirst) {
  const AuditFiles files;
  const Masking masking;
  {
    const auto log = files.open({.redactor = &masking});
    const std::array<AuditField, 3> fields{{{"password", "1234"}, {"note", "a secret word"}, {"other", "plain"}}};
    static_cast<void>(log->append({.kind = "test.step", .actor = "secret", .id = "x secret", .fields = fields}));
    const std::array<AuditField, 1> number{{{"password", std::int64_t{1234}}}};
    static_cast<void>(log->append({.kind = "test.step", .fields = number}));
  }
  EXPECT_EQ(files.count("secret"), 0);
  EXPECT_EQ(files.count("1234"), 0) << "a number by its name, too";
  const nlohmann::json record = nlohmann::json::parse(files.lines()[1]);
  EXPECT_EQ(record["actor"], "***");
  EXPECT_EQ(record["fields"]["password"], "[hidden]");
  EXPECT_EQ(record["fields"]["note"], "a *** word");
  EXPECT_EQ(record["fields"]["other"], "plain");
}

/// Files of this process may not grow beyond `bytes` while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(AuditLog, WhatCannotBeWrittenIsKeptToldAndWrittenLater) {
  const AuditFiles files;
  std::mutex mutex;
  std::vector<std::string> errors;
  const auto log = files.open({.flush_window = 1ms, .on_error = [&](std::string_view error) {
                                 const std::lock_guard lock(mutex);
                                 errors.emplace_back(error);
                               }});
  static_cast<void>(log->append({.kind = "test.before"}));
  log->flush(kSoon).value();
  const std::string before = files.text();
  {
    const FileSizeLimit limit(before.size() + 100);  // a part of the next line fits
    static_cast<void>(log->append({.kind = "test.step"}));
    const Result<void> flushed = log->flush(50ms);
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code(), Errc::timed_out);
    EXPECT_THAT(flushed.error().to_string(), HasSubstr("cannot be written"));
    const AuditLogFigures figures = log->figures();
    EXPECT_GE(figures.failures, 1U);
    EXPECT_THAT(figures.error, HasSubstr("File too large"));
    EXPECT_EQ(figures.waiting, 1U);
    EXPECT_EQ(figures.durable, 2U);
    static_cast<void>(log->append({.kind = "test.step"}));
  }
  log->flush(kSoon).value();
  EXPECT_EQ(log->figures().error, "");
  EXPECT_EQ(files.text().substr(0, before.size()), before);
  EXPECT_EQ(files.count("test.step"), 2);
  EXPECT_EQ(files.verify().verdict, AuditVerdict::whole);
  const std::lock_guard lock(mutex);
  ASSERT_EQ(errors.size(), 2U) << "the first of several, and the end of them";
  EXPECT_THAT(errors[0], HasSubstr("File too large"));
  EXPECT_EQ(errors[1], "");
}

TEST(AuditLog, ClosingWithAFullDiskIsBoundedAndSaysWhy) {
  const AuditFiles files;
  files.write(1);
  const std::string before = files.text();
  const FileSizeLimit limit(before.size());
  const auto log = files.open({.flush_window = 1ms});
  const auto began = std::chrono::steady_clock::now();
  const Result<void> closed = log->close(30ms);
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().to_string(), HasSubstr("File too large"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, kSoon);
  EXPECT_EQ(files.text(), before) << "no half of a line stays";
}

TEST(AuditLog, AClosedLogTakesNothingMore) {
  const AuditFiles files;
  const auto log = files.open();
  log->close(kSoon).value();
  EXPECT_EQ(log->append({.kind = "test.step"}), AuditAdmission::closed);
  log->flush(kSoon).value();
  log->close(kSoon).value();
  EXPECT_EQ(files.count("audit.closed"), 1);
}

TEST(AuditLog, ThreadsKeepTheirOwnOrderAndTheChainIsOne) {
  const AuditFiles files;
  constexpr int kThreads = 4, kEach = 2000;
  {
    const auto log = files.open({.flush_window = 1ms});
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&log, t] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          const std::array<AuditField, 1> field{{{"n", i}}};
          ASSERT_EQ(log->append({.kind = "test.step", .actor = std::string(1, static_cast<char>('a' + t)), .fields = field}),
                    AuditAdmission::accepted);
          if (i % 500 == 0) log->flush(kSoon).value();
        }
      });
    threads.clear();
    EXPECT_GT(log->figures().flushes, 1U);
  }
  EXPECT_EQ(files.verify().verdict, AuditVerdict::whole);
  std::map<std::string, int> next;
  for (const std::string& line : files.lines()) {
    const nlohmann::json record = nlohmann::json::parse(line);
    if (record["kind"] == "test.step") {
      ASSERT_EQ(record["fields"]["n"], next[record["actor"]]++);
    }
  }
  for (const auto& [actor, count] : next) EXPECT_EQ(count, kEach) << actor;
}

TEST(AuditKey, IsReadFromAFileThatIsItsOwnersOnly) {
  const AuditFiles files;
  files.set_text("0123456789abcdef\n");
  ASSERT_EQ(::chmod(files.path.c_str(), 0600), 0);
  EXPECT_EQ(read_audit_key(files.path).value(), "0123456789abcdef");
  ASSERT_EQ(::chmod(files.path.c_str(), 0640), 0);
  EXPECT_EQ(read_audit_key(files.path).error().code(), Errc::invalid_argument);
  ASSERT_EQ(::chmod(files.path.c_str(), 0600), 0);
  files.set_text("short\n");
  EXPECT_EQ(read_audit_key(files.path).error().code(), Errc::invalid_argument);
  EXPECT_EQ(read_audit_key(files.path + ".none").error().code(), std::error_code(ENOENT, std::system_category()));
}

}  // namespace
}  // namespace millrace::observe
