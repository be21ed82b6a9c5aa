#include "ingress/door.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "support/descriptors.h"

namespace millrace {
namespace {

/// Counts wakes, and refuses as many as it is told to.
class WakerDouble final : public Waker {
 public:
  [[nodiscard]] bool wake() noexcept override {
    ++calls;
    return refuse.load() <= 0 || refuse.fetch_sub(1) <= 0;
  }
  std::atomic<int> calls{0};
  std::atomic<int> refuse{0};
};

struct DoorTest : ::testing::Test {
  std::shared_ptr<WakerDouble> waker = std::make_shared<WakerDouble>();

  static std::size_t run_all(Door& door) {
    std::vector<Task> tasks;
    const std::size_t count = door.take_all(tasks);
    for (Task& task : tasks) task();
    return count;
  }
};

Admission post(Door& door, Task task) { return door.post(task); }

TEST_F(DoorTest, HandsOutWhatWasPostedInOrder) {
  Door door{waker, 10};
  std::vector<int> ran;
  EXPECT_TRUE(door.empty());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(door, [&ran, i] { ran.push_back(i); }), Admission::accepted);
  EXPECT_FALSE(door.empty());
  EXPECT_EQ(run_all(door), 3u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2}));
  EXPECT_TRUE(door.empty());
  EXPECT_EQ(run_all(door), 0u);
}

TEST_F(DoorTest, MovesFromATaskOnlyWhenItAcceptsIt) {
  Door door{waker, 1};
  Ingress ingress{std::shared_ptr<Door>(&door, [](Door*) {})};
  Task first{[] {}};
  EXPECT_EQ(ingress.post(first), Admission::accepted);
  EXPECT_FALSE(first);
  const auto token = std::make_shared<int>(1);
  int ran = 0;
  Task second{[&ran, token] { ++ran; }};
  EXPECT_EQ(ingress.post(second), Admission::full);
  ASSERT_TRUE(second);
  second();  // untouched: still callable
  EXPECT_EQ(ran, 1);
  static_cast<void>(door.close());
  EXPECT_EQ(ingress.post(second), Admission::closed);
  EXPECT_EQ(ingress.post(std::move(second)), Admission::closed);
  ASSERT_TRUE(second);  // NOLINT(bugprone-use-after-move): a refused task is still the caller's
  second();
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(token.use_count(), 2);
}

TEST_F(DoorTest, RefusesExactlyAtItsLimit) {
  Door door{waker, 3};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  EXPECT_EQ(door.accepted(), 3u);
  EXPECT_EQ(door.refused(), 1u);
  EXPECT_EQ(run_all(door), 3u);
  door.set_backlog(0);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
}

TEST_F(DoorTest, WhatTheLoopStillHoldsCountsTowardTheLimit) {
  Door door{waker, 3};
  door.set_backlog(2);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  door.set_backlog(1);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
}

TEST_F(DoorTest, TakenTasksCountTowardTheLimitUntilTheLoopSaysOtherwise) {
  Door door{waker, 2};
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  std::vector<Task> taken;
  ASSERT_EQ(door.take_all(taken), 2u);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  door.set_backlog(1);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
}

TEST_F(DoorTest, CloseReturnsWhatWasNeverTakenAndIsIdempotent) {
  Door door{waker, 10};
  static_cast<void>(post(door, [] {}));
  static_cast<void>(post(door, [] {}));
  EXPECT_EQ(door.close().size(), 2u);
  EXPECT_TRUE(door.empty());
  EXPECT_EQ(door.close().size(), 0u);
  EXPECT_EQ(post(door, [] {}), Admission::closed);
  EXPECT_EQ(door.accepted(), 2u);
}

TEST_F(DoorTest, WakesNobodyWhileTheLoopIsAwake) {
  Door door{waker, 10};
  static_cast<void>(post(door, [] {}));
  door.wake();
  EXPECT_EQ(waker->calls, 0);
}

TEST_F(DoorTest, WakesASleepingLoopOnceHoweverManyPost) {
  Door door{waker, 10};
  door.bell().announce_sleep(SleepMode::poller);
  for (int i = 0; i < 5; ++i) static_cast<void>(post(door, [] {}));
  EXPECT_EQ(waker->calls, 1);
  door.bell().resume();
  door.bell().announce_sleep(SleepMode::poller);
  door.wake();
  EXPECT_EQ(waker->calls, 2);
}

TEST_F(DoorTest, ARefusedWakeIsCountedAndTheNextProducerTriesAgain) {
  Door door{waker, 10};
  waker->refuse = 2;
  door.bell().announce_sleep(SleepMode::poller);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);  // accepted all the same: it runs when the loop wakes
  EXPECT_EQ(door.bell().failed_rings(), 1u);
  static_cast<void>(post(door, [] {}));
  EXPECT_EQ(door.bell().failed_rings(), 2u);
  static_cast<void>(post(door, [] {}));
  EXPECT_EQ(door.bell().failed_rings(), 2u);
  EXPECT_EQ(waker->calls, 3);
  static_cast<void>(post(door, [] {}));  // signalled by now
  EXPECT_EQ(waker->calls, 3);
}

TEST_F(DoorTest, ARefusedPostWakesNobody) {
  Door door{waker, 0};
  door.bell().announce_sleep(SleepMode::poller);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  EXPECT_EQ(waker->calls, 0);
}

struct Posted {
  int producer;
  int number;
};

// Four producers against one consumer that takes, runs and finally closes while they still post.
TEST_F(DoorTest, KeepsEachProducersOrderAndLosesNothing) {
  constexpr int kProducers = 4;
  constexpr int kPosts = 5'000;
  Door door{waker, 500};
  std::vector<Posted> ran;
  std::latch start{kProducers + 1};
  std::atomic<int> accepted{0}, finished{0};
  std::vector<std::jthread> producers;
  for (int producer = 0; producer < kProducers; ++producer)
    producers.emplace_back([&, producer] {
      start.arrive_and_wait();
      for (int number = 0; number < kPosts;) {
        Task task{[&ran, producer, number] { ran.push_back({producer, number}); }};
        const Admission admission = door.post(task);
        if (admission == Admission::closed) break;
        if (admission == Admission::full) {
          std::this_thread::yield();
          continue;
        }
        ++accepted;
        ++number;
      }
      ++finished;
    });
  start.arrive_and_wait();
  std::size_t executed = 0;
  while (executed < kProducers * kPosts / 2) {
    executed += run_all(door);
    door.set_backlog(0);
  }
  const std::size_t rejected = door.close().size();
  producers.clear();
  EXPECT_EQ(finished, kProducers);
  EXPECT_EQ(door.accepted(), static_cast<std::uint64_t>(accepted.load()));
  EXPECT_EQ(door.accepted(), executed + rejected);
  EXPECT_EQ(ran.size(), executed);
  std::vector<int> next(kProducers, 0);
  for (const Posted& posted : ran) EXPECT_EQ(posted.number, next[static_cast<std::size_t>(posted.producer)]++);
}

/// A waker that owns its descriptor, as the real ones do.
class DescriptorWaker final : public Waker {
 public:
  [[nodiscard]] bool wake() noexcept override {
    const std::uint64_t one = 1;
    return ::write(fd.get(), &one, sizeof one) == sizeof one;
  }
  UniqueFd fd = testing::make_eventfd();
};

TEST_F(DoorTest, OwnsTheWakersDescriptorSoThatALateWakeReachesNobodyElse) {
  auto owner = std::make_shared<DescriptorWaker>();
  const int number = owner->fd.get();
  auto door = std::make_shared<Door>(owner, 10);
  owner.reset();  // the poller is gone
  Ingress late{door};
  static_cast<void>(door->close());
  door->bell().announce_sleep(SleepMode::poller);
  const UniqueFd bystander = testing::make_eventfd();
  EXPECT_NE(bystander.get(), number) << "the number is still taken";
  door->wake();
  std::uint64_t count = 0;
  EXPECT_EQ(::read(bystander.get(), &count, sizeof count), -1) << "nobody wrote to it";
  door.reset();
  EXPECT_TRUE(testing::is_open(number)) << "the last Ingress keeps it";
  late = Ingress{nullptr};
  EXPECT_FALSE(testing::is_open(number));
}

}  // namespace
}  // namespace millrace
