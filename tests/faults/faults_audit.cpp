// Every system call of an audit log refused once: it is not opened and says why, or nothing of it is lost; and what the file had stays.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>

#include "faults/sweep.h"
#include "support/audit_files.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using testing::AuditFiles;
using testing::Fault;
using testing::FaultPlan;
using testing::kAuditKey;

constexpr std::array kErrors{EINTR, EIO, ENOSPC, EACCES};
constexpr Duration kSoon = 20s;
constexpr int kSteps = 3;

/// The life of a log: opened, written to in three groups, closed.
struct Life {
  explicit Life(const std::string& path) {
    Result<std::unique_ptr<AuditLog>> log = AuditLog::open(path, {.flush_window = 1ms, .key = std::string(kAuditKey)});
    if (!log) {
      refusal = log.error();
      return;
    }
    for (int i = 0; i < kSteps; ++i) {
      static_cast<void>((*log)->append({.kind = "test.life"}));
      const Result<void> flushed = (*log)->flush(kSoon);
      EXPECT_TRUE(flushed) << flushed.error().to_string();
    }
    const Result<void> closed = (*log)->close(kSoon);
    EXPECT_TRUE(closed) << closed.error().to_string();
    failures = (*log)->figures().failures;
  }
  std::optional<Error> refusal;
  std::uint64_t failures = 0;
};

/// `before`: what is in the file; empty: there is none.
void sweep_life(const AuditFiles& files, const std::string& before) {
  const AuditExpectations with_key{.key = std::string(kAuditKey)};
  const auto begin = [&] {
    std::filesystem::remove(files.path);
    if (!before.empty()) files.set_text(before);
  };
  const std::string whole = before.substr(0, before.rfind('\n') + 1);
  bool refused_once = false, failed_once = false;
  testing::sweep(
      kErrors,
      [&] {
        begin();
        const Life life(files.path);
        ASSERT_FALSE(life.refusal) << life.refusal->to_string();
      },
      [&](const Fault& fault) {
        begin();
        {
          const FaultPlan plan{fault};
          const Life life(files.path);
          refused_once |= life.refusal.has_value();
          failed_once |= life.failures > 0;
          if (life.refusal) {
            EXPECT_TRUE(testing::tells(*life.refusal, fault.error)) << life.refusal->to_string();
            EXPECT_EQ(files.count("test.life"), 0);
          } else {
            EXPECT_EQ(files.count("test.life"), kSteps) << "nothing is lost, nothing is twice";
            const AuditReport report = files.verify(with_key);
            EXPECT_EQ(report.verdict, AuditVerdict::whole) << report.explanation;
          }
        }
        EXPECT_TRUE(files.text().starts_with(whole)) << "what was there is still there";
        files.write(1, {.key = std::string(kAuditKey)});  // and another one goes on
        const AuditReport report = files.verify(with_key);
        EXPECT_EQ(report.verdict, AuditVerdict::whole) << report.explanation;
      });
  EXPECT_TRUE(refused_once && failed_once) << "both ways of failing were seen";
}

TEST(AuditFaults, OfANewFile) {
  const AuditFiles files;
  sweep_life(files, "");
}

TEST(AuditFaults, OfAFileWithATornEnd) {
  const AuditFiles files;
  files.write(2, {.key = std::string(kAuditKey)});
  const std::string text = files.text();
  sweep_life(files, text.substr(0, text.size() - 50));
}

}  // namespace
}  // namespace millrace::observe
