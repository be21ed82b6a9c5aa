// Another event loop waits for ours: Poller::wait_fd() and prepare_foreign_wait().
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <poll.h>

#include <thread>

#include "support/descriptors.h"
#include "support/poller_subjects.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::make_eventfd;

class ForeignWait : public testing::PollerSuite {
 protected:
  void SetUp() override {
    PollerSuite::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(poller.wait_fd());
    fd_ = *poller.wait_fd();
  }
  /// What the other loop would see within `longest`.
  bool readable(std::chrono::milliseconds longest = 0ms) {
    EXPECT_TRUE(poller.prepare_foreign_wait());
    return host_sees(longest);
  }
  bool host_sees(std::chrono::milliseconds longest) {
    EXPECT_EQ(poller.wait_fd(), fd_) << "the other loop registered this number";
    pollfd host{.fd = fd_, .events = POLLIN, .revents = 0};
    EXPECT_GE(::poll(&host, 1, static_cast<int>(longest.count())), 0);
    return host.revents != 0;
  }

 private:
  int fd_ = -1;
};
INSTANTIATE_TEST_SUITE_P(System, ForeignWait, ::testing::Values(testing::SubjectMaker{"epoll", "epoll", make_epoll_poller}),
                         testing::subject_title);
INSTANTIATE_TEST_SUITE_P(IoUring, ForeignWait, testing::kRingPollers, testing::subject_title);

TEST(NoForeignWait, PollAndScriptedHaveNoDescriptorToShow) {
  const auto poll = make_poll_poller().value();
  ManualClock clock;
  ScriptedPoller scripted{clock};
  for (Poller* poller : {poll.get(), static_cast<Poller*>(&scripted)}) {
    EXPECT_FALSE(poller->wait_fd());
    EXPECT_TRUE(poller->prepare_foreign_wait());
  }
}

TEST_P(ForeignWait, IsReadableExactlyWhileAWaitWouldReportSomething) {
  EXPECT_FALSE(readable());
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  EXPECT_FALSE(readable(5ms));
  ASSERT_EQ(::eventfd_write(fd.get(), 1), 0);
  EXPECT_TRUE(host_sees(5s)) << "without a system call of ours";
  EXPECT_TRUE(readable()) << "preparing again must not take it away";
  EXPECT_EQ(wait(), 1u);
  EXPECT_TRUE(readable()) << "it was reported, not dealt with";
  EXPECT_TRUE(readable());
  EXPECT_EQ(wait(), 1u);
  eventfd_t count = 0;
  ASSERT_EQ(::eventfd_read(fd.get(), &count), 0);
  EXPECT_FALSE(readable());
  EXPECT_EQ(wait(), 0u);
  EXPECT_FALSE(readable());
}

TEST_P(ForeignWait, AWakeFromAnotherThreadMakesItReadable) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(readable());
    std::jthread other{[waker = poller.waker()] {
      std::this_thread::sleep_for(2ms);
      EXPECT_TRUE(waker->wake());
    }};
    EXPECT_TRUE(host_sees(5s));
    EXPECT_EQ(wait(), 0u);
  }
  ASSERT_TRUE(poller.waker()->wake());
  EXPECT_TRUE(readable());
  EXPECT_EQ(wait(), 0u);
  EXPECT_FALSE(readable());
}

TEST_P(ForeignWait, WhatDidNotFitStaysVisible) {
  const UniqueFd first = make_eventfd(1), second = make_eventfd(1);
  ASSERT_TRUE(poller.add(first.get(), Interest::readable, 1));
  ASSERT_TRUE(poller.add(second.get(), Interest::readable, 2));
  std::array<ReadyEvent, 1> one;
  ASSERT_EQ(poller.wait(one, 1s).value(), 1u);
  const UniqueFd& reported = one[0].token == 1 ? first : second;
  const UniqueFd& kept_back = one[0].token == 1 ? second : first;
  ASSERT_TRUE(poller.remove(reported.get()));
  EXPECT_TRUE(readable());
  ASSERT_TRUE(poller.remove(kept_back.get()));
  EXPECT_FALSE(readable());
}

TEST_P(ForeignWait, RemovalAndChangeAreSilent) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  EXPECT_FALSE(readable());
  ASSERT_TRUE(poller.modify(fd.get(), Interest::none, 1));
  EXPECT_FALSE(readable());
  ASSERT_TRUE(poller.remove(fd.get()));
  EXPECT_FALSE(readable());
  ASSERT_EQ(::eventfd_write(fd.get(), 1), 0);
  EXPECT_FALSE(host_sees(5ms));
}

TEST_P(ForeignWait, AHalfClosedPeerOfAWriterIsSilent) {
  const testing::SocketPair sockets;
  std::array<char, 4096> bytes{};
  while (::write(sockets.near.get(), bytes.data(), bytes.size()) > 0) {
  }
  ASSERT_TRUE(poller.add(sockets.near.get(), Interest::writable, 1));
  ASSERT_EQ(::shutdown(sockets.far.get(), SHUT_WR), 0);
  EXPECT_FALSE(readable(2ms));
  while (::read(sockets.far.get(), bytes.data(), bytes.size()) > 0) {
  }
  EXPECT_TRUE(host_sees(5s));
  EXPECT_EQ(wait(), 1u);
}

TEST_P(ForeignWait, FollowsThePollerToAnotherThread) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  EXPECT_FALSE(readable());
  std::jthread{[&] {
    EXPECT_EQ(wait(), 0u);
    EXPECT_FALSE(readable());
    EXPECT_EQ(::eventfd_write(fd.get(), 1), 0);
    EXPECT_TRUE(host_sees(5s));
  }}.join();
  EXPECT_TRUE(readable());
  EXPECT_EQ(wait(), 1u);
}

}  // namespace
}  // namespace millrace
