// What every poller of the system promises and only a system can show: level triggering, real descriptors, tokens, fairness.
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "support/descriptors.h"
#include "support/poller_subjects.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::make_eventfd;
using testing::Pipe;
using testing::real_now;
using testing::SocketPair;

class SystemPoller : public testing::PollerSuite {
 protected:
  /// The tokens of one wait.
  std::set<std::uint64_t> tokens(Duration timeout = Duration::zero()) {
    std::set<std::uint64_t> seen;
    const std::size_t count = wait(timeout);
    for (std::size_t i = 0; i < count; ++i) seen.insert(events[i].token);
    return seen;
  }
};
using Tokens = std::set<std::uint64_t>;

MILLRACE_ALL_POLLERS(SystemPoller);

std::set<int> open_descriptor_numbers() {
  std::set<int> open;
  for (int fd = 0; fd < 256; ++fd)
    if (testing::is_open(fd)) open.insert(fd);
  return open;
}

TEST_P(SystemPoller, AClosedDescriptorIsInvalid) {
  UniqueFd fd = make_eventfd();
  const int number = fd.get();
  fd.reset();
  EXPECT_EQ(poller.add(number, Interest::readable, 1).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller.modify(number, Interest::readable, 1).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller.remove(number).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller.add(-1, Interest::readable, 1).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller.remove(1'000'000).error().code(), Errc::invalid_descriptor);
}

TEST_P(SystemPoller, ARegularFileIsUnsupported) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
  EXPECT_EQ(poller.add(::fileno(file.get()), Interest::readable, 1).error().code(), Errc::unsupported);
}

TEST_P(SystemPoller, ADirectoryIsUnsupported) {
  const UniqueFd directory{::open("/", O_RDONLY | O_CLOEXEC)};
  EXPECT_EQ(poller.add(directory.get(), Interest::readable, 1).error().code(), Errc::unsupported);
}

TEST_P(SystemPoller, RefusalsKeepTheirErrno) {
  const UniqueFd fd = make_eventfd();
  EXPECT_EQ(poller.modify(fd.get(), Interest::readable, 1).error().code(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(poller.remove(fd.get()).error().code(), std::errc::no_such_file_or_directory);
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  EXPECT_EQ(poller.add(fd.get(), Interest::readable, 1).error().code(), std::errc::file_exists);
  EXPECT_EQ(poller.wait({}, Duration::zero()).error().code(), std::errc::invalid_argument);
}

TEST_P(SystemPoller, StaysReadyUntilItIsDealtWith) {
  Pipe pipe;
  ASSERT_TRUE(poller.add(pipe.read_end.get(), Interest::readable, 1));
  pipe.write();
  pipe.write();
  EXPECT_EQ(wait(), 1u);
  EXPECT_EQ(wait(1s), 1u);
  char byte = 0;
  ASSERT_EQ(::read(pipe.read_end.get(), &byte, 1), 1);
  EXPECT_EQ(wait(), 1u) << "half of it is left";
  ASSERT_EQ(::read(pipe.read_end.get(), &byte, 1), 1);
  EXPECT_EQ(wait(), 0u);
  pipe.write();
  EXPECT_EQ(wait(1s), 1u);
}

TEST_P(SystemPoller, AModifyOfWhatIsReadyAsksAgain) {
  const SocketPair sockets;
  const int fd = sockets.near.get();
  ASSERT_TRUE(poller.add(fd, Interest::writable, 1));
  EXPECT_EQ(tokens(), Tokens{1});
  ASSERT_TRUE(poller.modify(fd, Interest::readable, 2));
  EXPECT_EQ(tokens(), Tokens{});
  ASSERT_TRUE(poller.modify(fd, Interest::none, 3));
  EXPECT_EQ(tokens(), Tokens{});
  ASSERT_TRUE(poller.modify(fd, Interest::writable, 4));
  EXPECT_EQ(tokens(), Tokens{4});
}

TEST_P(SystemPoller, AHalfClosedPeerIsAHangUpThatCanBeRead) {
  const SocketPair sockets;
  ASSERT_TRUE(poller.add(sockets.near.get(), Interest::readable, 1));
  ASSERT_EQ(::shutdown(sockets.far.get(), SHUT_WR), 0);
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.hang_up);
  EXPECT_TRUE(events[0].ready.readable);
  EXPECT_FALSE(events[0].ready.writable);
}

TEST_P(SystemPoller, WhoOnlyWritesIsNotToldOfAHalfClosedPeer) {
  const SocketPair sockets;
  const int fd = sockets.near.get();
  std::array<char, 4096> bytes{};
  while (::write(fd, bytes.data(), bytes.size()) > 0) {
  }
  ASSERT_TRUE(poller.add(fd, Interest::writable, 1));
  ASSERT_EQ(::shutdown(sockets.far.get(), SHUT_WR), 0);
  for (int i = 0; i < 3; ++i) {
    const Instant before = real_now();
    EXPECT_EQ(wait(2ms), 0u);
    EXPECT_GE(real_now() - before, 2ms);
  }
  while (::read(sockets.far.get(), bytes.data(), bytes.size()) > 0) {
  }
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(wait(1s), 1u) << "and still learns that it may write, as long as it may";
    EXPECT_TRUE(events[0].ready.writable);
    EXPECT_FALSE(events[0].ready.readable);
  }
  ASSERT_TRUE(poller.modify(fd, Interest::both, 2));
  ASSERT_EQ(wait(1s), 1u);
  EXPECT_TRUE(events[0].ready.writable);
  EXPECT_TRUE(events[0].ready.hang_up);
}

TEST_P(SystemPoller, AClosedPeerIsAHangUpAndWritable) {
  SocketPair sockets;
  ASSERT_TRUE(poller.add(sockets.near.get(), Interest::readable, 1));
  sockets.far.reset();
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.hang_up);
  EXPECT_TRUE(events[0].ready.readable);
  EXPECT_TRUE(events[0].ready.writable);
}

TEST_P(SystemPoller, AWriteEndWithoutReaderIsAnErrorAndWritable) {
  Pipe pipe;
  ASSERT_TRUE(poller.add(pipe.write_end.get(), Interest::writable, 1));
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.writable);
  EXPECT_FALSE(events[0].ready.error);
  pipe.read_end.reset();
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.error);
  EXPECT_TRUE(events[0].ready.writable);
}

TEST_P(SystemPoller, ServesEverybodyInTurn) {
  const std::array fds{make_eventfd(1), make_eventfd(1), make_eventfd(1)};
  for (std::size_t i = 0; i < fds.size(); ++i) ASSERT_TRUE(poller.add(fds[i].get(), Interest::readable, i));
  std::map<std::uint64_t, int> served;
  std::array<ReadyEvent, 1> one;
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(poller.wait(one, 1s).value(), 1u);
    ++served[one[0].token];
  }
  for (std::size_t i = 0; i < fds.size(); ++i) EXPECT_EQ(served[i], 10);
}

// Two are ready and one fits: the other is known to the poller, and nothing of it may be seen after its remove().
TEST_P(SystemPoller, ARemovedTokenIsNeverSeenAgainEvenIfItsNumberIs) {
  std::array fds{make_eventfd(1), make_eventfd(1)};
  const int numbers[]{fds[0].get(), fds[1].get()};
  for (std::size_t i = 0; i < fds.size(); ++i) ASSERT_TRUE(poller.add(numbers[i], Interest::readable, i));
  std::array<ReadyEvent, 1> one;
  ASSERT_EQ(poller.wait(one, 1s).value(), 1u);
  const std::uint64_t reported = one[0].token;
  const std::uint64_t kept_back = 1 - reported;
  ASSERT_TRUE(poller.remove(numbers[kept_back]));
  fds[kept_back].reset();
  UniqueFd successor = make_eventfd();
  ASSERT_EQ(successor.get(), numbers[kept_back]) << "the lowest free number";
  ASSERT_TRUE(poller.add(successor.get(), Interest::readable, 99));
  EXPECT_EQ(tokens(), Tokens{reported});
  EXPECT_EQ(tokens(), Tokens{reported});
  ASSERT_EQ(::eventfd_write(successor.get(), 1), 0);
  EXPECT_EQ(tokens(), (Tokens{reported, 99}));
}

TEST_P(SystemPoller, AnEventThatArrivedBeforeARemoveIsGone) {
  UniqueFd fd = make_eventfd();
  const int number = fd.get();
  ASSERT_TRUE(poller.add(number, Interest::readable, 1));
  EXPECT_EQ(wait(), 0u);                     // the system knows of it now
  ASSERT_EQ(::eventfd_write(number, 1), 0);  // and has an answer
  ASSERT_TRUE(poller.remove(number));        // that nobody wants any more
  ASSERT_TRUE(poller.add(number, Interest::none, 2));
  EXPECT_EQ(tokens(), Tokens{});
  ASSERT_TRUE(poller.modify(number, Interest::readable, 3));
  EXPECT_EQ(tokens(), Tokens{3});
}

TEST_P(SystemPoller, ARemovedSocketTellsItsPeerOfItsClose) {
  SocketPair sockets;
  ASSERT_TRUE(poller.add(sockets.near.get(), Interest::readable, 1));
  EXPECT_EQ(wait(), 0u);
  ASSERT_TRUE(poller.remove(sockets.near.get()));
  sockets.near.reset();
  char byte = 0;
  EXPECT_EQ(::read(sockets.far.get(), &byte, 1), 0) << "nobody may keep the socket open";
}

TEST_P(SystemPoller, ACloseWithoutRemoveHarmsNobodyElse) {
  UniqueFd forgotten = make_eventfd(1);
  const int number = forgotten.get();
  const UniqueFd other = make_eventfd(1);
  ASSERT_TRUE(poller.add(number, Interest::readable, 1));
  ASSERT_TRUE(poller.add(other.get(), Interest::readable, 2));
  forgotten.reset();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(tokens().contains(2));
  static_cast<void>(poller.remove(number));  // whatever it answers
  const UniqueFd successor = make_eventfd(1);
  ASSERT_EQ(successor.get(), number);
  ASSERT_TRUE(poller.add(number, Interest::readable, 3));
  EXPECT_EQ(tokens(), (Tokens{2, 3}));
}

TEST_P(SystemPoller, AnIdleDescriptorClosedWithoutRemoveDoesNotEndTheWait) {
  UniqueFd forgotten = make_eventfd();
  const int number = forgotten.get();
  ASSERT_TRUE(poller.add(number, Interest::readable, 1));
  EXPECT_EQ(wait(), 0u);
  forgotten.reset();
  const Instant before = real_now();
  EXPECT_EQ(wait(2ms), 0u);
  EXPECT_GE(real_now() - before, 2ms);
  static_cast<void>(poller.remove(number));
  const UniqueFd successor = make_eventfd(1);
  ASSERT_EQ(successor.get(), number);
  ASSERT_TRUE(poller.add(number, Interest::readable, 2));
  EXPECT_EQ(tokens(), Tokens{2});
}

TEST_P(SystemPoller, WakesBeyondWhatTheSystemCountsAreOneWake) {
  const auto waker = poller.waker();
  for (int i = 0; i < 70'000; ++i) ASSERT_TRUE(waker->wake());  // a pipe holds 65,536
  EXPECT_EQ(wait(std::nullopt), 0u);
  const Instant before = real_now();
  EXPECT_EQ(wait(1ms), 0u);
  EXPECT_GE(real_now() - before, 1ms);
}

TEST_P(SystemPoller, ItsDescriptorsAreClosedByExec) {
  const std::set<int> before = open_descriptor_numbers();
  const std::unique_ptr<testing::Subject> another = GetParam().make();
  for (const int fd : open_descriptor_numbers()) EXPECT_TRUE(before.contains(fd) || (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0) << fd;
}

TEST_P(SystemPoller, ClosesWhatItOpenedExceptTheWakersDescriptorsWhileSomebodyHoldsThem) {
  subject.reset();
  const std::set<int> before = open_descriptor_numbers();
  std::unique_ptr<testing::Subject> another = GetParam().make();
  auto waker = another->poller().waker();
  const UniqueFd fd = make_eventfd(1);
  ASSERT_TRUE(another->poller().add(fd.get(), Interest::readable, 1));
  ASSERT_EQ(another->poller().wait(events, 1s).value(), 1u);
  another.reset();
  const std::size_t wakers = GetParam().name == "poll" ? 2 : 1;
  EXPECT_EQ(open_descriptor_numbers().size(), before.size() + wakers + 1);
  waker.reset();
  EXPECT_EQ(open_descriptor_numbers().size(), before.size() + 1);
}

}  // namespace
}  // namespace millrace
