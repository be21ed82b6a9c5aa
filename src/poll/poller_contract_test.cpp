// What every Poller promises (include/millrace/poller.h), asked of the system's and of the scripted one alike.
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/descriptors.h"
#include "support/poller_subjects.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::make_eventfd;
using testing::Pipe;
using testing::SocketPair;

class PollerContract : public testing::PollerSuite {};
MILLRACE_ALL_POLLERS(PollerContract);
INSTANTIATE_TEST_SUITE_P(Scripted, PollerContract, ::testing::Values(testing::SubjectMaker{"scripted", "scripted", nullptr}),
                         testing::subject_title);

TEST_P(PollerContract, HasAName) { EXPECT_EQ(poller.name(), GetParam().name); }

TEST_P(PollerContract, ReportsAPipeThatCanBeReadUnderItsToken) {
  Pipe pipe;
  ASSERT_TRUE(poller.add(pipe.read_end.get(), Interest::readable, 77));
  EXPECT_EQ(wait(), 0u);
  pipe.write();
  subject->became(pipe.read_end.get(), {.readable = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_EQ(events[0].token, 77u);
  EXPECT_TRUE(events[0].ready.readable);
  EXPECT_FALSE(events[0].ready.writable || events[0].ready.hang_up || events[0].ready.error);
}

TEST_P(PollerContract, ReportsOnlyWhatWasAskedFor) {
  const SocketPair sockets;
  ASSERT_TRUE(poller.add(sockets.near.get(), Interest::writable, 1));
  ASSERT_EQ(::write(sockets.far.get(), "x", 1), 1);
  subject->became(sockets.near.get(), {.readable = true, .writable = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.writable);
  EXPECT_FALSE(events[0].ready.readable);
}

TEST_P(PollerContract, ReportsSeveralAtOnce) {
  const UniqueFd first = make_eventfd(1), second = make_eventfd(1), third = make_eventfd();
  std::uint64_t token = 10;
  for (const UniqueFd* fd : {&first, &second, &third}) ASSERT_TRUE(poller.add(fd->get(), Interest::readable, token++));
  subject->became(first.get(), {.readable = true});
  subject->became(second.get(), {.readable = true});
  ASSERT_EQ(wait(), 2u);
  EXPECT_EQ(events[0].token + events[1].token, 21u);
}

TEST_P(PollerContract, KeepsWhatDoesNotFitForTheNextWait) {
  const UniqueFd first = make_eventfd(1), second = make_eventfd(1);
  ASSERT_TRUE(poller.add(first.get(), Interest::readable, 1));
  ASSERT_TRUE(poller.add(second.get(), Interest::readable, 2));
  subject->became(first.get(), {.readable = true});
  subject->became(second.get(), {.readable = true});
  std::array<ReadyEvent, 1> one;
  ASSERT_EQ(poller.wait(one, Duration::zero()).value(), 1u);
  const std::uint64_t token = one[0].token;
  ASSERT_TRUE(poller.remove(token == 1 ? first.get() : second.get()));
  ASSERT_EQ(poller.wait(one, Duration::zero()).value(), 1u);
  EXPECT_NE(one[0].token, token);
}

TEST_P(PollerContract, ReportsHangUpAsReadableWithoutBeingAsked) {
  Pipe pipe;
  ASSERT_TRUE(poller.add(pipe.read_end.get(), Interest::none, 5));
  pipe.write_end.reset();
  subject->became(pipe.read_end.get(), {.hang_up = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.hang_up);
  EXPECT_TRUE(events[0].ready.readable);
  EXPECT_TRUE(events[0].ready.writable);
}

TEST_P(PollerContract, ReportsAnErrorAsWritableSoThatTheWriteFindsTheReason) {
  Pipe pipe;
  ASSERT_TRUE(poller.add(pipe.write_end.get(), Interest::readable, 5));
  pipe.read_end.reset();
  subject->became(pipe.write_end.get(), {.error = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_TRUE(events[0].ready.error);
  EXPECT_TRUE(events[0].ready.writable);
}

TEST_P(PollerContract, ModifyChangesInterestAndToken) {
  const SocketPair sockets;
  const int fd = sockets.near.get();
  ASSERT_TRUE(poller.add(fd, Interest::readable, 1));
  ASSERT_EQ(wait(), 0u);
  ASSERT_TRUE(poller.modify(fd, Interest::both, 2));
  subject->became(fd, {.writable = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_EQ(events[0].token, 2u);
  EXPECT_TRUE(events[0].ready.writable);
  EXPECT_FALSE(events[0].ready.readable);
}

TEST_P(PollerContract, ReportsNothingAfterRemove) {
  const UniqueFd fd = make_eventfd(1);
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  subject->became(fd.get(), {.readable = true});
  ASSERT_TRUE(poller.remove(fd.get()));
  EXPECT_EQ(wait(), 0u);
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 2));  // and it may come back
  ASSERT_EQ(wait(), 1u);
  EXPECT_EQ(events[0].token, 2u);
}

TEST_P(PollerContract, RefusesASecondRegistrationAndKeepsTheFirst) {
  const UniqueFd fd = make_eventfd(1);
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  const auto second = poller.add(fd.get(), Interest::readable, 2);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().context("fd"), std::to_string(fd.get()));
  subject->became(fd.get(), {.readable = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_EQ(events[0].token, 1u);
}

TEST_P(PollerContract, RefusesToChangeOrRemoveWhatIsNotRegistered) {
  const UniqueFd fd = make_eventfd(1);
  EXPECT_FALSE(poller.modify(fd.get(), Interest::readable, 1));
  EXPECT_FALSE(poller.remove(fd.get()));
  EXPECT_EQ(wait(), 0u);
}

TEST_P(PollerContract, WatchesDescriptorZeroLikeAnyOther) {
  const UniqueFd event = make_eventfd(1);
  zero.put(event);
  EXPECT_TRUE(poller.add(0, Interest::readable, 9));
  subject->became(0, {.readable = true});
  EXPECT_EQ(wait(), 1u);
  EXPECT_EQ(events[0].token, 9u);
  EXPECT_TRUE(poller.remove(0));
}

TEST_P(PollerContract, NeverReturnsEarlyOnTimeAlone) {
  for (const Duration timeout :
       {Duration{1}, Duration{100us}, Duration{999'999ns}, Duration{1ms}, Duration{2'500us}, Duration{999ms}}) {
    const Instant before = subject->now();
    EXPECT_EQ(wait(timeout), 0u);
    EXPECT_GE(subject->now() - before, timeout);
  }
}

TEST_P(PollerContract, DoesNotReturnEarlyForReadinessNobodyAskedFor) {
  const SocketPair sockets;
  ASSERT_TRUE(poller.add(sockets.near.get(), Interest::readable, 1));
  subject->became(sockets.near.get(), {.writable = true});
  const Instant before = subject->now();
  EXPECT_EQ(wait(2ms), 0u);
  EXPECT_GE(subject->now() - before, 2ms);
}

TEST_P(PollerContract, DoesNotBlockOnZero) {
  const Instant before = subject->now();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(wait(Duration::zero()), 0u);
  EXPECT_LT(subject->now() - before, 1s);
}

TEST_P(PollerContract, AWakeFromAnotherThreadEndsAWaitThatHasNoTimeOut) {
  std::jthread other{[waker = poller.waker()] { EXPECT_TRUE(waker->wake()); }};
  if (GetParam().name == "scripted") other.join();  // it never blocks, so the wake comes first
  EXPECT_EQ(wait(std::nullopt), 0u);
}

TEST_P(PollerContract, AWakeBeforeTheWaitIsRemembered) {
  ASSERT_TRUE(poller.waker()->wake());
  EXPECT_EQ(wait(std::nullopt), 0u);
}

TEST_P(PollerContract, TwoWakesEndOneWait) {
  const auto waker = poller.waker();
  ASSERT_TRUE(waker->wake());
  ASSERT_TRUE(waker->wake());
  EXPECT_EQ(wait(std::nullopt), 0u);
  const Instant before = subject->now();
  EXPECT_EQ(wait(1ms), 0u);
  EXPECT_GE(subject->now() - before, 1ms) << "the second wake must be gone";
}

TEST_P(PollerContract, AWakeDoesNotHideReadiness) {
  const UniqueFd fd = make_eventfd(1);
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 3));
  subject->became(fd.get(), {.readable = true});
  ASSERT_TRUE(poller.waker()->wake());
  ASSERT_EQ(wait(std::nullopt), 1u);
  EXPECT_EQ(events[0].token, 3u);
}

TEST_P(PollerContract, AWakeDuringTheWaitIsNoEvent) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 3));
  std::jthread other{[waker = poller.waker()] {
    std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(waker->wake());
  }};
  if (GetParam().name == "scripted") other.join();
  EXPECT_EQ(wait(std::nullopt), 0u);
}

TEST_P(PollerContract, AcceptsAnEndlessTimeOut) {
  ASSERT_TRUE(poller.waker()->wake());
  EXPECT_EQ(wait(Duration::max()), 0u);
}

TEST_P(PollerContract, RefusesTheTokenItKeepsForItself) {
  const UniqueFd fd = make_eventfd(1);
  EXPECT_EQ(poller.add(fd.get(), Interest::readable, Poller::kReservedToken).error().code(), Errc::invalid_argument);
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, Poller::kReservedToken - 1));
  EXPECT_EQ(poller.modify(fd.get(), Interest::readable, Poller::kReservedToken).error().code(), Errc::invalid_argument);
  subject->became(fd.get(), {.readable = true});
  ASSERT_EQ(wait(), 1u);
  EXPECT_EQ(events[0].token, Poller::kReservedToken - 1);
}

TEST_P(PollerContract, KeepsAThousandDescriptorsApart) {
  testing::allow_descriptors(1'200);
  std::vector<UniqueFd> fds;
  for (std::uint64_t token = 0; token < 1'000; ++token) {
    fds.push_back(make_eventfd());
    ASSERT_TRUE(poller.add(fds.back().get(), Interest::readable, token));
  }
  EXPECT_EQ(wait(), 0u);
  for (const std::size_t chosen : {std::size_t{0}, std::size_t{500}, std::size_t{999}}) {
    ASSERT_EQ(::eventfd_write(fds[chosen].get(), 1), 0);
    subject->became(fds[chosen].get(), {.readable = true});
    ASSERT_EQ(wait(), 1u);
    EXPECT_EQ(events[0].token, chosen);
    eventfd_t count = 0;
    ASSERT_EQ(::eventfd_read(fds[chosen].get(), &count), 0);
  }
  EXPECT_EQ(wait(), 0u);
  for (const UniqueFd& fd : fds) ASSERT_TRUE(poller.remove(fd.get()));
  EXPECT_EQ(wait(), 0u);
}

TEST_P(PollerContract, ReportsEachOfAThousandThatAreReadyAtOnce) {
  testing::allow_descriptors(1'200);
  std::vector<UniqueFd> fds;
  for (std::uint64_t token = 0; token < 1'000; ++token) {
    fds.push_back(make_eventfd(1));
    ASSERT_TRUE(poller.add(fds.back().get(), Interest::readable, token));
    subject->became(fds.back().get(), {.readable = true});
  }
  std::vector<int> reported(fds.size(), 0);
  for (std::size_t seen = 0, waits = 0; seen < fds.size(); ++waits) {
    ASSERT_LE(waits, fds.size() / events.size() + 1) << "the others must come before those reported already";
    const std::size_t count = wait();
    for (std::size_t i = 0; i < count; ++i) seen += ++reported[events[i].token] == 1 ? 1U : 0U;
  }
}

TEST_P(PollerContract, AddingAndRemovingOverAndOverLeavesNothing) {
  const UniqueFd fd = make_eventfd(1);
  for (std::uint64_t round = 0; round < 10'000; ++round) {
    ASSERT_TRUE(poller.add(fd.get(), Interest::readable, round));
    ASSERT_TRUE(poller.modify(fd.get(), Interest::both, round));
    ASSERT_TRUE(poller.remove(fd.get()));
  }
  EXPECT_EQ(wait(), 0u);
}

TEST_P(PollerContract, ALateWakeReachesNobodyElsesDescriptor) {
  const auto waker = poller.waker();
  subject.reset();
  const UniqueFd bystander = make_eventfd();
  static_cast<void>(waker->wake());
  std::uint64_t count = 0;
  EXPECT_EQ(::read(bystander.get(), &count, sizeof count), -1);
}

}  // namespace
}  // namespace millrace
