// A process that writes files ends at any moment: the next run makes them what an uninterrupted one makes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "subset/files/file_target.h"
#include "subset/files/files_for_test.h"
#include "support/temporary_folder.h"
#include "support/test_seeds.h"

namespace millrace::subset {
namespace {

using namespace files_for_test;
using testing::TemporaryFolder;

/// Nothing is made durable: a process that ends loses nothing that it wrote, and what a power cut loses is Crash's matter.
class NoSync : public FileCalls {
 public:
  int sync(int /*fd*/) override { return 0; }
  int sync_folder(int /*fd*/) override { return 0; }
};

Result<void> copy_into(FileKind kind, const std::filesystem::path& folder, FileCalls* calls = nullptr) {
  Loop loop;
  NoSync quick;
  return SmallCopy(loop, *make_file_target(loop, small_options(kind, folder, calls != nullptr ? calls : &quick)).value()).run();
}

/// The machine up to its n-th call. That one is done in part, if it writes; from then on nothing happens. Of what was not made durable, power_cut() loses or spoils a part.
class Crash final : public FileCalls {
 public:
  Crash(std::uint64_t calls, std::uint64_t seed) : left_(calls), random_(seed) {}

  ssize_t write_at(int fd, std::string_view text, std::uint64_t offset) override {
    if (gone()) {
      if (std::exchange(in_part_, false)) {
        remember(fd);
        static_cast<void>(FileCalls::write_at(fd, text.substr(0, random_() % (text.size() + 1)), offset));
      }
      errno = EIO;
      return -1;
    }
    remember(fd);
    return FileCalls::write_at(fd, text, offset);
  }
  int sync(int fd) override {
    if (gone()) return refuse();
    durable_[path_of(fd)] = size_of(fd);
    return 0;
  }
  int sync_folder(int /*fd*/) override { return gone() ? refuse() : 0; }
  int truncate(int fd, std::uint64_t size) override {
    if (gone()) return refuse();
    remember(fd);
    // A cut that is not made durable may be undone by a power cut only as far as what was there; here it lasts.
    std::uint64_t& durable = durable_[path_of(fd)];
    durable = std::min(durable, size);
    return FileCalls::truncate(fd, size);
  }
  void power_cut() {
    for (const auto& [path, durable] : durable_) {
      const std::uint64_t size = std::filesystem::file_size(path);
      if (size <= durable) continue;
      const std::uint64_t kept = durable + random_() % (size - durable + 1);
      std::filesystem::resize_file(path, kept);
      std::string text = read_all(path);
      if (random_() % 2 == 0)
        for (std::uint64_t i = durable + random_() % (kept - durable + 1); i < kept; ++i)
          text[i] = durable > 0 && random_() % 4 == 0 ? static_cast<char>(random_()) : '\0';
      write_all_of(path, text);
    }
  }
  [[nodiscard]] bool over() const noexcept { return over_; }

 private:
  bool gone() {
    if (over_) return true;
    if (left_-- > 0) return false;
    over_ = in_part_ = true;
    return true;
  }
  int refuse() {
    in_part_ = false;
    errno = EIO;
    return -1;
  }
  static std::string path_of(int fd) { return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string(); }
  static std::uint64_t size_of(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
  }
  void remember(int fd) { durable_.try_emplace(path_of(fd), size_of(fd)); }

  std::uint64_t left_;
  std::mt19937_64 random_;
  bool over_ = false, in_part_ = false;
  std::map<std::string, std::uint64_t> durable_;
};

TEST(FileCrash, AtEveryCallIsMadeUpForByTheNextRun) {
  for (const FileKind kind : kFileKinds) {
    TemporaryFolder plain;
    copy_into(kind, plain.path).value();
    const auto expected = contents(small_place(kind, plain.path));
    std::uint64_t cut = 0;
    for (bool over = true; over; ++cut) {
      for (const bool power : {false, true}) {
        SCOPED_TRACE(std::string(to_string(kind)) + " cut " + std::to_string(cut) + (power ? " power" : ""));
        TemporaryFolder folder;
        Crash crash(cut, cut * 2 + (power ? 1 : 0));
        const auto first = copy_into(kind, folder.path, &crash);
        over = crash.over();
        EXPECT_EQ(first.has_value(), !over);
        if (power) crash.power_cut();
        copy_into(kind, folder.path).value();
        EXPECT_EQ(contents(small_place(kind, folder.path)), expected);
      }
    }
    EXPECT_GT(cut, 30U);
  }
}

TEST(FileCrash, AgainAndAgainAtRandomMomentsLosesAndRepeatsNothing) {
  std::map<FileKind, std::map<std::string, std::string>> expected;
  for (const FileKind kind : kFileKinds) {
    TemporaryFolder plain;
    copy_into(kind, plain.path).value();
    expected[kind] = contents(small_place(kind, plain.path));
  }
  for (const std::uint64_t seed : testing::test_seeds(200)) {
    std::mt19937_64 random(seed);
    const FileKind kind = kFileKinds[random() % 3];
    TemporaryFolder folder;
    for (int run = 0;; ++run) {
      ASSERT_LT(run, 1000) << "seed " << seed;
      Crash crash(random() % 25, random());
      if (copy_into(kind, folder.path, &crash)) break;
      if (random() % 2 == 0) crash.power_cut();
    }
    EXPECT_EQ(contents(small_place(kind, folder.path)), expected[kind]) << "seed " << seed;
  }
}

TEST(FileCrash, ThatTearsTheLedgerAnywhereIsMadeUpFor) {
  TemporaryFolder folder;
  copy_into(FileKind::csv, folder.path).value();
  const auto files = small_place(FileKind::csv, folder.path);
  const auto expected = contents(files);
  const std::filesystem::path path = files / ".millrace-ledger";
  const std::string ledger = read_all(path);
  for (const std::uint64_t seed : testing::test_seeds(100)) {
    std::mt19937_64 random(seed);
    const std::size_t header = ledger.find('\n') + 1;
    const std::size_t cut = header + random() % (ledger.size() - header);
    write_all_of(path, ledger.substr(0, cut) + std::string(random() % 3, static_cast<char>(random())));
    copy_into(FileKind::csv, folder.path).value();
    EXPECT_EQ(contents(files), expected) << "seed " << seed;
    EXPECT_EQ(read_all(path), ledger) << "seed " << seed;
  }
}

constexpr const char* kFolderVariable = "MILLRACE_TEST_FILES_FOLDER";
constexpr const char* kKindVariable = "MILLRACE_TEST_FILES_KIND";

/// The process ends in the midst of it, where its parent does not end it before.
class Slow final : public NoSync {
 public:
  ssize_t write_at(int fd, std::string_view text, std::uint64_t offset) override {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    return FileCalls::write_at(fd, text.substr(0, 1 + text.size() / 2), offset);
  }
};

// The process that is killed, started as another run of this program.
TEST(FileCrash, DISABLED_Writer) {
  const char* const folder = std::getenv(kFolderVariable);
  const char* const kind = std::getenv(kKindVariable);
  if (folder == nullptr || kind == nullptr) GTEST_SKIP() << "started by FileCrash.ByAKillIsMadeUpFor";
  Slow slow;
  static_cast<void>(copy_into(kFileKinds[std::atoi(kind)], folder, &slow));
}

TEST(FileCrash, ByAKillIsMadeUpFor) {
  int killed = 0;
  for (const std::uint64_t seed : testing::test_seeds(12)) {
    std::mt19937_64 random(seed);
    const int at = static_cast<int>(random() % 3);
    const FileKind kind = kFileKinds[at];
    TemporaryFolder plain, folder;
    copy_into(kind, plain.path).value();
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv(kFolderVariable, folder.path.c_str(), 1);
      ::setenv(kKindVariable, std::to_string(at).c_str(), 1);
      const int quiet = ::open("/dev/null", O_WRONLY);
      ::dup2(quiet, STDOUT_FILENO);
      ::execl("/proc/self/exe", "subset_files_test", "--gtest_also_run_disabled_tests", "--gtest_filter=FileCrash.DISABLED_Writer",
              nullptr);
      ::_exit(127);
    }
    ASSERT_GT(child, 0);
    // From its first file on, somewhere in what takes it some milliseconds.
    const std::filesystem::path begun = small_place(kind, folder.path) / (kind == FileKind::sql ? "out.sql" : "customer.csv");
    const std::filesystem::path begun_json = folder.path / "out/customer.jsonl";
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(begun) && !std::filesystem::exists(begun_json) && std::chrono::steady_clock::now() < limit)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 8000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 127) << "the writer did not start";
    killed += WIFSIGNALED(status) ? 1 : 0;
    copy_into(kind, folder.path).value();
    EXPECT_EQ(contents(small_place(kind, folder.path)), contents(small_place(kind, plain.path))) << "seed " << seed;
  }
  EXPECT_GT(killed, 0) << "every writer was done before it was killed";
}

}  // namespace
}  // namespace millrace::subset
