// What only a real system shows: kinds of descriptors, signals and real time.
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

#include "support/descriptors.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::make_eventfd;
using testing::Pipe;
using testing::real_now;
using testing::SocketPair;

struct EpollPollerTest : ::testing::Test {
  std::unique_ptr<Poller> poller = make_epoll_poller().value();
  std::array<ReadyEvent, 16> events{};

  std::size_t wait(std::optional<Duration> timeout = Duration::zero()) { return poller->wait(events, timeout).value(); }
};

TEST_F(EpollPollerTest, AClosedDescriptorIsInvalid) {
  UniqueFd fd = make_eventfd();
  const int number = fd.get();
  fd.reset();
  EXPECT_EQ(poller->add(number, Interest::readable, 1).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller->modify(number, Interest::readable, 1).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller->remove(number).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(poller->add(-1, Interest::readable, 1).error().code(), Errc::invalid_descriptor);
}

TEST_F(EpollPollerTest, ARegularFileIsUnsupported) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
  const auto added = poller->add(::fileno(file.get()), Interest::readable, 1);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code(), Errc::unsupported);
}

TEST_F(EpollPollerTest, ADoubleRegistrationKeepsItsErrno) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller->add(fd.get(), Interest::readable, 1));
  EXPECT_EQ(poller->add(fd.get(), Interest::readable, 1).error().code(), std::errc::file_exists);
}

TEST_F(EpollPollerTest, StaysReadyUntilItIsDealtWith) {
  Pipe pipe;
  ASSERT_TRUE(poller->add(pipe.read_end.get(), Interest::readable, 1));
  pipe.write();
  EXPECT_EQ(wait(), 1u);
  EXPECT_EQ(wait(), 1u);
  EXPECT_EQ(pipe.read(), "x");
  EXPECT_EQ(wait(), 0u);
}

TEST_F(EpollPollerTest, AHalfClosedPeerIsAHangUpThatCanBeRead) {
  const SocketPair sockets;
  ASSERT_TRUE(poller->add(sockets.near.get(), Interest::readable, 1));
  ASSERT_EQ(::shutdown(sockets.far.get(), SHUT_WR), 0);
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.hang_up);
  EXPECT_TRUE(events[0].ready.readable);
}

TEST_F(EpollPollerTest, AWriteEndWithoutReaderIsAnErrorAndWritable) {
  Pipe pipe;
  ASSERT_TRUE(poller->add(pipe.write_end.get(), Interest::writable, 1));
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.writable);
  EXPECT_FALSE(events[0].ready.error);
  pipe.read_end.reset();
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.error);
  EXPECT_TRUE(events[0].ready.writable);
}

TEST_F(EpollPollerTest, SleepsForFractionsOfAMillisecond) {
  Duration shortest = 1s;
  for (int i = 0; i < 50; ++i) {
    const Instant before = real_now();
    EXPECT_EQ(wait(100us), 0u);
    const Duration slept = real_now() - before;
    EXPECT_GE(slept, 100us);
    shortest = std::min(shortest, slept);
  }
  EXPECT_LT(shortest, 1ms) << "needs epoll_pwait2 (Linux 5.11)";
}

TEST_F(EpollPollerTest, AcceptsAnEndlessTimeOut) {
  ASSERT_TRUE(poller->waker()->wake());
  EXPECT_EQ(wait(Duration::max()), 0u);
}

TEST_F(EpollPollerTest, ASignalEndsTheWaitWithoutAnError) {
  static std::atomic<int> signals{0};
  struct sigaction action{};
  action.sa_handler = [](int) { ++signals; };
  struct sigaction saved{};
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &saved), 0);
  std::atomic<bool> returned{false};
  std::jthread sender{[&returned, waiter = ::pthread_self()] {
    while (!returned) {  // until one arrives inside the wait
      ::pthread_kill(waiter, SIGUSR1);
      std::this_thread::yield();
    }
  }};
  EXPECT_EQ(wait(std::nullopt), 0u);  // value() would throw on an error
  returned = true;
  sender.join();
  EXPECT_GT(signals, 0);
  ASSERT_EQ(::sigaction(SIGUSR1, &saved, nullptr), 0);
}

TEST_F(EpollPollerTest, AWakeIsTrueAlsoWhenTheCounterIsFull) {
  const auto waker = poller->waker();
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(waker->wake());
  EXPECT_EQ(wait(std::nullopt), 0u);
  EXPECT_EQ(wait(), 0u);
}

TEST_F(EpollPollerTest, ClosesWhatItOpenedExceptTheWakersDescriptorWhileSomebodyHoldsIt) {
  const auto count_open = [] {
    int open = 0;
    for (int fd = 0; fd < 256; ++fd) open += testing::is_open(fd) ? 1 : 0;
    return open;
  };
  poller.reset();
  const int before = count_open();
  poller = make_epoll_poller().value();
  auto waker = poller->waker();
  poller.reset();
  EXPECT_EQ(count_open(), before + 1);
  waker.reset();
  EXPECT_EQ(count_open(), before);
}

}  // namespace
}  // namespace millrace
