#include "observe/log/line_output.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/log_support.h"
#include "support/temporary_folder.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using detail::LineOutput;

struct Ends {
  UniqueFd ours, theirs;
};
Ends sockets(int type) {
  std::array<int, 2> fds{};
  EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds.data()), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}
Ends pipe_ends(int flags) {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC | flags), 0);
  return {UniqueFd(fds[1]), UniqueFd(fds[0])};
}
std::string read_some(int fd, std::size_t at_most = 1 << 20) {
  std::string text(at_most, '\0');
  const ssize_t size = ::read(fd, text.data(), text.size());
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}
std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Each write(2) to a socket of this kind is one message, so that the reader can count them.
TEST(JsonLinesSink, WritesEachRecordAtOnceHoweverLarge) {
  const Ends pair = sockets(SOCK_SEQPACKET);
  JsonLinesSink sink(pair.ours.get());
  LogHub hub({.outputs = {{&sink}}});
  const Logger log = hub.logger("test");
  for (const std::size_t size : {0UL, 10UL, 3'000UL, 100'000UL}) {
    const std::string text(size, 'x');
    log.info("message", field("text", text));
    const std::string packet = read_some(pair.theirs.get());
    ASSERT_FALSE(packet.empty());
    EXPECT_EQ(packet.find('\n'), packet.size() - 1);
    EXPECT_EQ(Json::parse(packet)["attributes"]["text"], text);
  }
  EXPECT_EQ(hub.figures().sinks[0].written, 4U);
}

TEST(LineOutput, CompletesWhatTheSystemTookInParts) {
  const Ends pair = pipe_ends(O_NONBLOCK);
  LineOutput output(pair.ours.get(), {.patience = 10s});
  const std::string line = std::string(1'000'000, 'x') + '\n';  // more than any pipe holds
  std::string read;
  std::thread reader([&] {
    while (read.size() < line.size()) read += read_some(pair.theirs.get(), 50'000);
  });
  EXPECT_TRUE(output.write_line(line));
  reader.join();
  EXPECT_EQ(read, line);
}

TEST(LineOutput, ASlowReaderCostsOnlyThePatienceAndTheTornLineIsEnded) {
  const Ends pair = pipe_ends(O_NONBLOCK);
  LineOutput output(pair.ours.get(), {.patience = 20ms});
  const std::string line = std::string(1'000'000, 'x') + '\n';
  const Result<void> refused = output.write_line(line);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::timed_out);
  ASSERT_FALSE(output.write_line("lost\n")) << "the pipe is still full";
  std::string read;
  for (std::string part; !(part = read_some(pair.theirs.get())).empty();) read += part;
  EXPECT_EQ(read.find('\n'), std::string::npos);
  EXPECT_TRUE(output.write_line("next\n"));
  EXPECT_EQ(read_some(pair.theirs.get()), "\nnext\n");
  EXPECT_TRUE(output.write_line("whole\n"));
  EXPECT_EQ(read_some(pair.theirs.get()), "whole\n");
}

TEST(LineOutput, AReaderThatIsGoneIsAnErrorNotASignal) {
  Ends pipe = pipe_ends(0);
  Ends socket = sockets(SOCK_STREAM);
  for (Ends* const pair : {&pipe, &socket}) {
    LineOutput output(pair->ours.get(), {});
    pair->theirs.reset();
    const Result<void> result = output.write_line("nobody\n");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), std::errc::broken_pipe);
  }
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0) << "the signal is taken back";
}

TEST(LineOutput, SystemErrorsAreAnswered) {
  UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  LineOutput to_full(full.get(), {});
  EXPECT_EQ(to_full.write_line("x\n").error().code(), std::errc::no_space_on_device);
  LineOutput to_nothing(-1, {});
  EXPECT_EQ(to_nothing.write_line("x\n").error().code(), std::errc::bad_file_descriptor);
  EXPECT_EQ(to_nothing.reopen().error().code(), Errc::unsupported);
}

TEST(JsonLinesSink, AppendsToAFileAndOpensItAgain) {
  const millrace::testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path / "log";
  std::ofstream(path) << "there before\n";
  auto sink = JsonLinesSink::open(path).value();
  LogHub hub({.outputs = {{sink.get()}}});
  const Logger log = hub.logger("test");
  log.info("one");
  std::filesystem::rename(path, folder.path / "log.1");
  log.info("two");
  ASSERT_TRUE(sink->reopen());
  log.info("three");
  const auto count_lines = [](const std::string& text) { return std::ranges::count(text, '\n'); };
  EXPECT_EQ(count_lines(read_file(folder.path / "log.1")), 3);
  EXPECT_EQ(count_lines(read_file(path)), 1);
  EXPECT_EQ(std::filesystem::status(path).permissions() & std::filesystem::perms::others_all, std::filesystem::perms::none);
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_FALSE(sink->reopen());
  log.info("four");
  EXPECT_EQ(hub.figures().sinks[0].written, 4U) << "the old file stays in use";
}

TEST(JsonLinesSink, AFileThatCannotBeOpenedIsNamed) {
  const auto refused = JsonLinesSink::open("/no/such/folder/log");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context("path"), "/no/such/folder/log");
}

}  // namespace
}  // namespace millrace::observe
