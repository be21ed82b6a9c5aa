#include "ingress/door.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "support/descriptors.h"
#include "support/door_doubles.h"

namespace millrace {
namespace {

using testing::kNoBudget;
using testing::WakerDouble;
using testing::WatchedClock;

std::size_t run_all(Door& door, std::size_t budget = kNoBudget) {
  door.look();
  return door.drain(budget, [](Task& task) {
    task();
    return true;
  });
}
/// What close() leaves: how many there were.
std::size_t reject_all(Door& door) {
  const std::size_t said = door.close();
  std::size_t shown = 0;
  door.hand_back([&shown](Task& task) {
    EXPECT_TRUE(task);
    ++shown;
  });
  EXPECT_EQ(said, shown);
  return shown;
}
Admission post(Door& door, Task task) { return door.post(task); }

struct DoorTest : ::testing::Test {
  std::shared_ptr<WakerDouble> waker = std::make_shared<WakerDouble>();
  std::vector<int> ran;
  Task note(int number) {
    return Task{[this, number] { ran.push_back(number); }};
  }
};

TEST_F(DoorTest, HandsOutWhatWasPostedInOrder) {
  Door door{waker, {.limit = 10}};
  EXPECT_TRUE(door.empty());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(door, note(i)), Admission::accepted);
  EXPECT_FALSE(door.empty());
  EXPECT_EQ(run_all(door), 3u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2}));
  EXPECT_TRUE(door.empty());
  EXPECT_EQ(run_all(door), 0u);
}

TEST_F(DoorTest, KeepsOrderAcrossSegments) {
  constexpr int kTasks = 5 * static_cast<int>(TaskSegment::kSlots) + 1;
  Door door{waker, {.limit = 1000}};
  std::vector<int> expected;
  for (int round = 0; round < 3; ++round) {  // the second round fills segments that were emptied
    for (int i = 0; i < kTasks; ++i) {
      ASSERT_EQ(post(door, note(i)), Admission::accepted);
      expected.push_back(i);
      if (i % 40 == 0) run_all(door, 30);
    }
    run_all(door);
  }
  EXPECT_EQ(ran, expected);
}

TEST_F(DoorTest, GivesBackTheMemoryOfABurst) {
  constexpr int kTasks = static_cast<int>(TaskSegment::kSlots * ReturnedSegments::kKept * 3);
  Door door{waker, {.limit = kTasks}};
  const auto token = std::make_shared<int>(1);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kTasks; ++i) ASSERT_EQ(post(door, [token] {}), Admission::accepted);
    EXPECT_EQ(run_all(door), static_cast<std::size_t>(kTasks));
    EXPECT_EQ(token.use_count(), 1);
  }
}

TEST_F(DoorTest, MovesFromATaskOnlyWhenItAcceptsIt) {
  Door door{waker, {.limit = 1}};
  Ingress ingress{std::shared_ptr<Door>(&door, [](Door*) {})};
  Task first{[] {}};
  EXPECT_EQ(ingress.post(first), Admission::accepted);
  EXPECT_FALSE(first);
  const auto token = std::make_shared<int>(1);
  int count = 0;
  Task second{[&count, token] { ++count; }};
  EXPECT_EQ(ingress.post(second), Admission::full);
  ASSERT_TRUE(second);
  second();  // untouched: still callable
  EXPECT_EQ(count, 1);
  EXPECT_EQ(ingress.post_internal(first = Task{[] {}}), Admission::accepted);
  EXPECT_EQ(ingress.post_internal(second), Admission::full);
  static_cast<void>(reject_all(door));
  EXPECT_EQ(ingress.post(second), Admission::closed);
  EXPECT_EQ(ingress.post_internal(second), Admission::closed);
  EXPECT_EQ(ingress.post_batch({&second, 1}).reason, Admission::closed);
  EXPECT_EQ(ingress.post(std::move(second)), Admission::closed);
  ASSERT_TRUE(second);  // NOLINT(bugprone-use-after-move): a refused task is still the caller's
  second();
  EXPECT_EQ(count, 2);
  EXPECT_EQ(token.use_count(), 2);
}

TEST_F(DoorTest, RefusesExactlyAtItsLimit) {
  for (const std::size_t limit : {1u, 2u, 63u, 64u, 200u}) {
    SCOPED_TRACE(limit);
    Door door{waker, {.limit = limit}};
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < limit; ++i) ASSERT_EQ(post(door, [] {}), Admission::accepted);
      EXPECT_EQ(post(door, [] {}), Admission::full);
      EXPECT_EQ(run_all(door, 1), 1u);
      EXPECT_EQ(post(door, [] {}), Admission::accepted);
      EXPECT_EQ(post(door, [] {}), Admission::full);
      EXPECT_EQ(run_all(door), limit);
    }
    EXPECT_EQ(door.figures().accepted, 3 * (limit + 1));
    EXPECT_EQ(door.figures().refused_full, 6u);
  }
}

TEST_F(DoorTest, ATaskThatRunsDoesNotWait) {
  Door door{waker, {.limit = 1}};
  EXPECT_EQ(post(door,
                 [&door] {
                   EXPECT_EQ(post(door, [] {}), Admission::accepted);
                   EXPECT_EQ(post(door, [] {}), Admission::full);
                 }),
            Admission::accepted);
  EXPECT_EQ(run_all(door), 1u) << "what is posted meanwhile waits for the next drain";
  EXPECT_FALSE(door.empty());
  EXPECT_EQ(run_all(door), 1u);
}

TEST_F(DoorTest, ABudgetLeavesTheRestAndSaysHowMuch) {
  Door door{waker, {.limit = 10}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(post(door, note(i)), Admission::accepted);
  EXPECT_EQ(run_all(door, 2), 2u);
  EXPECT_EQ(door.backlog(), 3u);
  EXPECT_FALSE(door.empty());
  std::size_t stopped_after = door.drain(kNoBudget, [](Task& task) {
    task();
    return false;
  });
  EXPECT_EQ(stopped_after, 1u);
  EXPECT_EQ(door.backlog(), 2u);
  EXPECT_EQ(run_all(door), 2u);
  EXPECT_EQ(door.backlog(), 0u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4}));
}

TEST_F(DoorTest, ABatchIsAdmittedAsALongestPrefixAndStaysTogether) {
  Door door{waker, {.limit = 150}};
  std::vector<Task> tasks(100);
  for (int i = 0; i < 100; ++i) tasks[static_cast<std::size_t>(i)] = note(i);
  door.bell().announce_sleep(SleepMode::poller);
  BatchAdmission answer = door.post_batch(tasks);
  EXPECT_EQ(answer.accepted, 100u);
  EXPECT_EQ(answer.reason, Admission::accepted);
  EXPECT_EQ(waker->calls, 1);
  door.bell().resume();
  for (const Task& task : tasks) EXPECT_FALSE(task);
  for (int i = 0; i < 100; ++i) tasks[static_cast<std::size_t>(i)] = note(100 + i);
  answer = door.post_batch(tasks);
  EXPECT_EQ(answer.accepted, 50u);
  EXPECT_EQ(answer.reason, Admission::full);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(static_cast<bool>(tasks[i]), i >= 50);
  EXPECT_EQ(door.post_batch(tasks).accepted, 0u);
  EXPECT_EQ(door.post_batch({}).reason, Admission::accepted);
  EXPECT_EQ(run_all(door), 150u);
  for (int i = 0; i < 150; ++i) EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
}

TEST_F(DoorTest, InternalTasksGoBeforeAllOthersWhenTheyCome) {
  Door door{waker, {.limit = 10}};
  EXPECT_EQ(post(door,
                 [&] {
                   ran.push_back(1);
                   Task task = note(2);
                   EXPECT_EQ(door.post_internal(task), Admission::accepted);
                 }),
            Admission::accepted);
  EXPECT_EQ(post(door, note(3)), Admission::accepted);
  Task task = note(0);
  EXPECT_EQ(door.post_internal(task), Admission::accepted);
  EXPECT_FALSE(task);
  EXPECT_EQ(run_all(door), 4u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3}));
}

TEST_F(DoorTest, InternalTasksPassAFloodAndAPolicy) {
  ManualClock clock;
  Door door{waker, {.limit = 2, .policy = {.depth_max = 1, .tasks_per_second = 1, .burst = 1}, .clock = &clock}};
  EXPECT_EQ(post(door, note(2)), Admission::accepted);
  EXPECT_EQ(post(door, note(3)), Admission::full);
  for (int i = 0; i < 2; ++i) {
    Task task = note(i);
    EXPECT_EQ(door.post_internal(task), Admission::accepted);
  }
  Task task = note(9);
  EXPECT_EQ(door.post_internal(task), Admission::full) << "its own bound";
  EXPECT_EQ(run_all(door, 1), 1u);
  EXPECT_EQ(door.post_internal(task), Admission::accepted);
  EXPECT_EQ(run_all(door), 3u);
  EXPECT_EQ(ran, (std::vector{0, 1, 9, 2}));
}

TEST_F(DoorTest, DepthIsNarrowedByThePolicyAndWidenedByTheNext) {
  Door door{waker, {.limit = 5, .policy = {.depth_max = 2}}};
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  door.set_policy({.depth_max = 1});
  run_all(door, 1);
  EXPECT_EQ(post(door, [] {}), Admission::full) << "one waits, and one may";
  door.set_policy({});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full) << "the limit holds always";
  door.set_policy({.depth_max = 100});
  EXPECT_EQ(post(door, [] {}), Admission::full);
}

TEST_F(DoorTest, InFlightCountsWhatRunsAndWhatIsHeldAfterwards) {
  Door door{waker, {.limit = 10, .policy = {.in_flight_max = 2}}};
  std::vector<InFlight> held;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(post(door,
                   [&] {
                     EXPECT_EQ(post(door, [] {}), Admission::full) << "two are in flight, this one among them";
                     held.push_back(door.hold_running());
                   }),
              Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  EXPECT_EQ(run_all(door), 2u);
  EXPECT_EQ(post(door, [] {}), Admission::full) << "both returned, and both are held";
  held.pop_back();
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
  EXPECT_EQ(run_all(door), 1u);
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  std::thread([&held] { held.clear(); }).join();  // let go from anywhere
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(post(door, [] {}), Admission::full);
}

TEST_F(DoorTest, ATokenBucketIsFilledByTheClockItWasGiven) {
  using namespace std::chrono_literals;
  ManualClock clock;
  Door door{waker, {.limit = 100, .policy = {.tasks_per_second = 10, .burst = 3}, .clock = &clock}};
  const auto accepted = [&door] {
    int count = 0;
    while (post(door, [] {}) == Admission::accepted) ++count;
    return count;
  };
  EXPECT_EQ(accepted(), 3) << "the burst";
  clock.advance(99ms);
  EXPECT_EQ(accepted(), 0);
  clock.advance(1ms);
  EXPECT_EQ(accepted(), 1);
  clock.advance(1h);
  EXPECT_EQ(accepted(), 3) << "the bucket holds no more";
  int steadily = 0;
  for (int i = 0; i < 100; ++i) {
    clock.advance(30ms);
    steadily += accepted();
  }
  EXPECT_EQ(steadily, 30);
  std::vector<Task> tasks(5);
  for (Task& task : tasks) task = Task{[] {}};
  clock.advance(200ms);
  const BatchAdmission answer = door.post_batch(tasks);
  EXPECT_EQ(answer.accepted, 2u);
  EXPECT_EQ(answer.reason, Admission::throttled);
  EXPECT_TRUE(tasks[2]);
  door.set_policy({.tasks_per_second = 1, .burst = 0});
  EXPECT_EQ(accepted(), 1) << "a bucket holds one token at least";
  door.set_policy({});
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(door.figures().refused_throttled, 106u);
}

TEST_F(DoorTest, AClockIsReadOnlyForARateAndNeverAfterClose) {
  WatchedClock clock;
  Door door{waker, {.limit = 10, .clock = &clock}};
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(clock.reads, 0);
  door.set_policy({.tasks_per_second = 100, .burst = 10});
  EXPECT_EQ(post(door, [] {}), Admission::accepted);
  EXPECT_EQ(clock.reads, 1);
  EXPECT_EQ(reject_all(door), 2u);
  clock.allowed = false;
  EXPECT_EQ(post(door, [] {}), Admission::closed);
  door.set_policy({.tasks_per_second = 1});
  EXPECT_EQ(post(door, [] {}), Admission::closed);
}

TEST_F(DoorTest, CloseCountsWhatNeverRanAndIsIdempotent) {
  Door door{waker, {.limit = 10}};
  EXPECT_EQ(door.close(), 0u);
  EXPECT_EQ(door.close(), 0u);
  Door other{waker, {.limit = 200}};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(post(other, note(i)), Admission::accepted);
  EXPECT_EQ(run_all(other, 10), 10u);
  Task internal = note(1000);
  EXPECT_EQ(other.post_internal(internal), Admission::accepted);
  EXPECT_EQ(other.close(), 91u);
  EXPECT_FALSE(other.empty());
  ran.clear();
  other.hand_back([](Task& task) { task(); });
  ASSERT_EQ(ran.size(), 91u);
  EXPECT_EQ(ran[0], 1000);
  for (std::size_t i = 1; i < ran.size(); ++i) EXPECT_EQ(ran[i], static_cast<int>(i) + 9);
  EXPECT_TRUE(other.empty());
  EXPECT_EQ(other.close(), 0u);
  EXPECT_EQ(post(other, [] {}), Admission::closed);
  EXPECT_EQ(other.figures().accepted, 101u);
  EXPECT_EQ(other.figures().refused_closed, 1u);
}

TEST_F(DoorTest, RefusesFromAnyThreadAndStillDrainsWhatWaits) {
  const auto door = std::make_shared<Door>(waker, DoorOptions{.limit = 10});
  Lane lane = Ingress(door).open_lane().value();
  EXPECT_EQ(post(*door, note(1)), Admission::accepted);
  EXPECT_EQ(lane.post(note(2)), Admission::accepted);
  std::jthread([&door] { door->refuse(); }).join();
  door->refuse();
  EXPECT_EQ(post(*door, note(3)), Admission::closed);
  EXPECT_FALSE(Ingress(door).open_lane());
  Task settles = note(0);
  EXPECT_EQ(door->post_internal(settles), Admission::accepted);
  EXPECT_EQ(door->look(), 3u);
  EXPECT_EQ(lane.post(note(3)), Admission::closed) << "once the loop has looked";
  EXPECT_EQ(run_all(*door), 3u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2}));
  EXPECT_TRUE(door->empty());
  EXPECT_EQ(reject_all(*door), 0u);
  EXPECT_EQ(door->post_internal(settles = note(4)), Admission::closed);
}

TEST_F(DoorTest, WhatADestroyedTaskPostsIsRefused) {
  struct PostsWhenDestroyed {
    Door* door;
    int* refused;
    bool armed = true;
    PostsWhenDestroyed(Door* d, int* r) : door(d), refused(r) {}
    PostsWhenDestroyed(PostsWhenDestroyed&& other) noexcept
        : door(other.door), refused(other.refused), armed(std::exchange(other.armed, false)) {}
    ~PostsWhenDestroyed() {
      if (armed && post(*door, [] {}) == Admission::closed) ++*refused;
    }
    void operator()() const {}
  };
  int refused = 0;
  Door door{waker, {.limit = 10}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(door, PostsWhenDestroyed(&door, &refused)), Admission::accepted);
  EXPECT_EQ(reject_all(door), 3u);
  EXPECT_EQ(refused, 3);
}

TEST_F(DoorTest, FreesEveryCaptureExactlyOnceHoweverItEnds) {
  const auto token = std::make_shared<int>(1);
  {
    Door door{waker, {.limit = 200}};
    for (int i = 0; i < 150; ++i) EXPECT_EQ(post(door, [token] {}), Admission::accepted);
    for (int i = 0; i < 3; ++i) {
      Task task{[token] {}};
      EXPECT_EQ(door.post_internal(task), Admission::accepted);
    }
    EXPECT_EQ(run_all(door, 70), 70u);
    EXPECT_EQ(token.use_count(), 1 + 83);
  }  // neither closed nor drained
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(DoorTest, ATaskRunsInTheContextOfItsHandleUnlessItHasItsOwn) {
  static constexpr ContextKey<int> key;
  const auto door = std::make_shared<Door>(waker, DoorOptions{.limit = 10});
  const Context outer = Context().with(key, 1);
  const Context own = Context().with(key, 2);
  Ingress ingress = Ingress(door).with_context(outer);
  Task plain{[] {}}, with_own{[] {}}, internal{[] {}}, refused{[] {}};
  with_own.set_context(own);
  std::array<Task, 1> batch{Task{[] {}}};
  EXPECT_EQ(ingress.post(plain), Admission::accepted);
  EXPECT_EQ(ingress.post(with_own), Admission::accepted);
  EXPECT_EQ(ingress.post_internal(internal), Admission::accepted);
  EXPECT_EQ(ingress.post_batch(batch).accepted, 1u);
  EXPECT_EQ(Ingress(door).post(Task{[] {}}), Admission::accepted);
  std::vector<int> values;
  EXPECT_EQ(door->look(), 5u) << "internal ones count as one";
  door->drain(kNoBudget, [&values](Task& task) {
    const Context context = task.take_context();
    const int* value = context.find(key);
    values.push_back(value == nullptr ? 0 : *value);
    return true;
  });
  EXPECT_EQ(values, (std::vector{1, 1, 2, 1, 0}));
  static_cast<void>(reject_all(*door));
  EXPECT_EQ(ingress.post(refused), Admission::closed);
  EXPECT_FALSE(refused.has_context());
}

TEST_F(DoorTest, WakesNobodyWhileTheLoopIsAwake) {
  Door door{waker, {.limit = 10}};
  static_cast<void>(post(door, [] {}));
  door.wake();
  EXPECT_EQ(waker->calls, 0);
}

TEST_F(DoorTest, WakesASleepingLoopOnceHoweverManyPost) {
  Door door{waker, {.limit = 10}};
  door.bell().announce_sleep(SleepMode::poller);
  for (int i = 0; i < 5; ++i) static_cast<void>(post(door, [] {}));
  EXPECT_EQ(waker->calls, 1);
  door.bell().resume();
  door.bell().announce_sleep(SleepMode::poller);
  door.wake();
  EXPECT_EQ(waker->calls, 2);
}

TEST_F(DoorTest, ARefusedWakeIsCountedAndTheNextProducerTriesAgain) {
  Door door{waker, {.limit = 10}};
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
  Door door{waker, {.limit = 0}};
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
  Door door{waker, {.limit = 500}};
  std::vector<Posted> executed;
  std::latch start{kProducers + 1};
  std::atomic<int> accepted{0}, finished{0};
  std::vector<std::jthread> producers;
  for (int producer = 0; producer < kProducers; ++producer)
    producers.emplace_back([&, producer] {
      start.arrive_and_wait();
      for (int number = 0; number < kPosts;) {
        std::array<Task, 3> tasks;
        const std::size_t count = number % 2 == 0 ? 1 : 3;
        for (std::size_t i = 0; i < count; ++i)
          tasks[i] = Task{[&executed, producer, n = number + static_cast<int>(i)] { executed.push_back({producer, n}); }};
        const BatchAdmission answer = door.post_batch(std::span(tasks).first(count));
        accepted += static_cast<int>(answer.accepted);
        number += static_cast<int>(answer.accepted);
        if (answer.reason == Admission::closed) break;
        if (answer.reason == Admission::full) std::this_thread::yield();
      }
      ++finished;
    });
  start.arrive_and_wait();
  std::size_t count = 0;
  while (count < kProducers * kPosts / 2) count += run_all(door, 100);
  const std::size_t rejected = reject_all(door);
  producers.clear();
  EXPECT_EQ(finished, kProducers);
  EXPECT_EQ(door.figures().accepted, static_cast<std::uint64_t>(accepted.load()));
  EXPECT_EQ(door.figures().accepted, count + rejected);
  EXPECT_EQ(executed.size(), count);
  std::vector<int> next(kProducers, 0);
  for (const Posted& posted : executed) EXPECT_EQ(posted.number, next[static_cast<std::size_t>(posted.producer)]++);
}

// Two threads pass a baton: each post happens before the other's next, so all of them have one order.
TEST_F(DoorTest, PostsThatAreOrderedAcrossThreadsRunInThatOrder) {
  constexpr int kPosts = 300;
  Door door{waker, {.limit = kPosts}};
  std::atomic<int> baton{0};
  std::vector<std::jthread> posters;
  for (int poster = 0; poster < 2; ++poster)
    posters.emplace_back([&, poster] {
      for (int number = poster; number < kPosts; number += 2) {
        while (baton.load(std::memory_order_acquire) != number) std::this_thread::yield();
        EXPECT_EQ(post(door, note(number)), Admission::accepted);
        baton.store(number + 1, std::memory_order_release);
      }
    });
  std::size_t executed = 0;
  while (executed < kPosts) executed += run_all(door);
  posters.clear();
  for (int i = 0; i < kPosts; ++i) ASSERT_EQ(ran[static_cast<std::size_t>(i)], i);
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
  auto door = std::make_shared<Door>(owner, DoorOptions{.limit = 10});
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
