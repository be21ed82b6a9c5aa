#include <millrace/observe/ring_sink.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <deque>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/unique_fd.h"
#include "support/log_support.h"
#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

struct DumpFile {
  DumpFile() : fd(::memfd_create("dump", MFD_CLOEXEC)) {}
  [[nodiscard]] std::vector<std::string> lines() const {
    std::string text(1 << 20, '\0');
    const ssize_t size = ::pread(fd.get(), text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }
  UniqueFd fd;
};

TEST(RingSink, KeepsTheLastByNumberAndByBytes) {
  for (const std::uint64_t seed : millrace::testing::test_seeds(20)) {
    std::mt19937_64 random(seed);
    const std::size_t records_max = 1 + random() % 12;
    const std::size_t bytes_max = 512 + random() % 4096;
    RingSink ring(records_max, bytes_max);
    RecordingSink all;
    LogHub hub({.outputs = {{&ring}, {&all}}});
    const Logger log = hub.logger("test");
    for (int i = 0; i < 60; ++i) {
      const std::string text(random() % 300, 'x');
      log.info("record", field("text", text));
      // The model: as many of the last lines as fit, each padded to words and with its line break.
      std::deque<std::string> expected;
      std::size_t bytes = 0;
      for (auto line = all.lines().rbegin(); line != all.lines().rend() && expected.size() < records_max; ++line) {
        bytes += (line->size() + 1 + 7) / 8 * 8;
        if (bytes > bytes_max / 8 * 8) break;
        expected.push_front(*line);
      }
      ASSERT_EQ(ring.lines(), std::vector<std::string>(expected.begin(), expected.end())) << "seed " << seed << ", step " << i;
      const DumpFile file;
      ASSERT_EQ(ring.dump(file.fd.get()), expected.size());
      ASSERT_EQ(file.lines(), ring.lines());
    }
  }
}

TEST(RingSink, ALineLargerThanTheRingIsRefused) {
  RingSink ring(10, 100);
  LogHub hub({.outputs = {{&ring}}});
  hub.logger("test").info("this line has more than a hundred bytes");
  EXPECT_TRUE(ring.lines().empty());
  EXPECT_EQ(hub.figures().sinks[0].last_failure.value().code(), Errc::full);
}

TEST(RingSink, DumpsWhileOthersLog) {
  RingSink ring(16, 8192);
  LogHub hub({.outputs = {{&ring}}});
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    const Logger log = hub.logger("test");
    const std::string text(1500, 'y');
    while (!stop.load()) log.info("record", field("text", text), field("end", 1));
  });
  std::size_t whole = 0;
  for (int round = 0; round < 200 || (whole == 0 && round < 100'000); ++round) {
    const DumpFile file;
    const std::size_t said = ring.dump(file.fd.get());
    std::size_t complete = 0;
    for (const std::string& line : file.lines()) {
      if (!line.ends_with("}}")) continue;  // one that was overwritten meanwhile
      ASSERT_TRUE(Json::accept(line)) << line;
      ++complete;
    }
    ASSERT_EQ(complete, said);
    whole += complete;
  }
  stop = true;
  writer.join();
  EXPECT_GT(whole, 0U);
}

TEST(RingSink, DumpNeedsNoLockAndKeepsErrno) {
  RingSink ring;
  LogHub hub({.outputs = {{&ring}}});
  hub.logger("test").info("before the crash");
  errno = ERANGE;
  EXPECT_EQ(ring.dump(-1), 0U) << "a descriptor that cannot be written";
  EXPECT_EQ(errno, ERANGE);
}

#if !defined(__SANITIZE_THREAD__)  // which does not follow a child of fork()
RingSink* crashing = nullptr;
int crash_fd = -1;

TEST(RingSink, TellsFromInsideOfACrash) {
  const DumpFile file;
  const pid_t child = ::fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    RingSink ring;
    LogHub hub({.outputs = {{&ring}}});
    crashing = &ring;
    crash_fd = file.fd.get();
    std::signal(SIGABRT, [](int) {
      const std::size_t lines = crashing->dump(crash_fd);
      ::_exit(lines == 2 ? 0 : 1);
    });
    hub.logger("test").info("one");
    hub.logger("test").error("two");
    std::abort();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  const auto lines = file.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(Json::parse(lines[1])["body"], "two");
}
#endif

}  // namespace
}  // namespace millrace::observe
