// A process that writes an audit log is killed at any moment: the chain is whole, and has all that was acknowledged.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <random>

#include "base/unique_fd.h"
#include "support/audit_files.h"
#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using testing::AuditFiles;
using testing::kAuditKey;

constexpr int kPipe = 3;
constexpr const char* kPathVariable = "MILLRACE_TEST_AUDIT_FILE";

// The process that is killed, started as another run of this program. It writes without end, and puts into the pipe each number that flush() has
// acknowledged.
TEST(AuditCrash, DISABLED_Writer) {
  const char* const path = std::getenv(kPathVariable);
  if (path == nullptr) GTEST_SKIP() << "started by AuditCrash.NothingAcknowledgedIsLost";
  const auto log = AuditLog::open(path, {.flush_window = 1ms, .key = std::string(kAuditKey)}).value();
  std::uint64_t last = log->head().sequence;
  for (std::uint64_t n = 1;; ++n) {
    static_cast<void>(log->append({.kind = "test.step", .actor = "tenant", .id = std::to_string(n)}));
    if (n % 7 != 0) continue;
    log->flush(20s).value();
    last = log->head().sequence;
    if (::write(kPipe, &last, sizeof last) != sizeof last) return;
  }
}

struct Killed {
  std::uint64_t acknowledged = 0;  ///< the latest sequence number
};

Killed run_and_kill(const std::string& path, std::chrono::microseconds after) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv(kPathVariable, path.c_str(), 1);
    ::dup2(writing.get(), kPipe);
    const int quiet = ::open("/dev/null", O_WRONLY);
    ::dup2(quiet, STDOUT_FILENO);
    ::execl("/proc/self/exe", "observe_test", "--gtest_also_run_disabled_tests", "--gtest_filter=AuditCrash.DISABLED_Writer",
            nullptr);
    ::_exit(127);
  }
  EXPECT_GT(child, 0);
  writing.reset();
  Killed killed;
  const auto read_one = [&] {
    std::uint64_t sequence = 0;
    if (::read(reading.get(), &sequence, sizeof sequence) != sizeof sequence) return false;
    killed.acknowledged = sequence;
    return true;
  };
  EXPECT_TRUE(read_one()) << "the writer did not start";
  const auto end = std::chrono::steady_clock::now() + after;
  for (auto left = end - std::chrono::steady_clock::now(); left > 0ns; left = end - std::chrono::steady_clock::now()) {
    pollfd waited{.fd = reading.get(), .events = POLLIN, .revents = 0};
    const timespec limit{.tv_sec = 0, .tv_nsec = static_cast<long>(std::chrono::nanoseconds(left).count())};
    if (::ppoll(&waited, 1, &limit, nullptr) > 0 && !read_one()) break;
  }
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
  while (read_one());  // what it had put into the pipe before
  return killed;
}

TEST(AuditCrash, NothingAcknowledgedIsLost) {
  const auto began = std::chrono::steady_clock::now();
  const AuditFiles files;
  const AuditExpectations expected{.key = std::string(kAuditKey)};
  std::uint64_t runs = 0;
  for (const std::uint64_t seed : testing::test_seeds(60)) {
    if (std::chrono::steady_clock::now() - began > 10s) break;
    std::mt19937_64 random(seed);
    const Killed killed = run_and_kill(files.path, std::chrono::microseconds(random() % 20'000));
    const AuditReport report = files.verify(expected);
    ASSERT_TRUE(report.verdict == AuditVerdict::whole || report.verdict == AuditVerdict::torn)
        << report.line << ": " << report.explanation << ", seed " << seed;
    ASSERT_GE(report.records, killed.acknowledged) << "seed " << seed;
    ++runs;
  }
  EXPECT_GE(runs, 5U);
  files.write(1, {.key = std::string(kAuditKey)});
  EXPECT_EQ(files.verify(expected).verdict, AuditVerdict::whole) << "and another process goes on";
}

}  // namespace
}  // namespace millrace::observe
