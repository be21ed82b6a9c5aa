#include "ingress/lane.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "ingress/door.h"
#include "support/door_doubles.h"

namespace millrace {
namespace {

using testing::kNoBudget;
using testing::WakerDouble;
using testing::WatchedClock;

struct LaneTest : ::testing::Test {
  std::shared_ptr<WakerDouble> waker = std::make_shared<WakerDouble>();
  std::shared_ptr<Door> door = std::make_shared<Door>(waker, DoorOptions{.limit = 1000, .lanes_max = 4});
  std::vector<int> ran;

  Lane open(LaneOptions options = {}) { return Ingress(door).open_lane(options).value(); }
  Task note(int number) {
    return Task{[this, number] { ran.push_back(number); }};
  }
  std::size_t run_all(std::size_t budget = kNoBudget) {
    door->look();
    return door->drain(budget, [](Task& task) {
      task();
      return true;
    });
  }
  std::size_t reject_all() {
    const std::size_t said = door->close();
    std::size_t shown = 0;
    door->hand_back([&shown](Task&) { ++shown; });
    EXPECT_EQ(said, shown);
    return shown;
  }
};

TEST_F(LaneTest, RunsWhatWasPostedInOrder) {
  Lane lane = open();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(lane.post(note(i)), Admission::accepted);
  EXPECT_FALSE(door->empty());
  EXPECT_EQ(run_all(), 3u);
  EXPECT_TRUE(door->empty());
  EXPECT_EQ(ran, (std::vector{0, 1, 2}));
  EXPECT_EQ(door->figures().accepted, 3u);
}

TEST_F(LaneTest, HoldsExactlyItsCapacityRoundedUp) {
  struct Case {
    std::size_t asked, capacity;
  };
  for (const auto& [asked, capacity] : {Case{1, 1}, Case{2, 2}, Case{3, 4}, Case{64, 64}, Case{100, 128}}) {
    SCOPED_TRACE(asked);
    Lane lane = open({.capacity = asked});
    EXPECT_EQ(lane.capacity(), capacity);
    for (int round = 0; round < 5; ++round) {  // round and round the ring
      for (std::size_t i = 0; i < capacity; ++i) ASSERT_EQ(lane.post(note(0)), Admission::accepted);
      Task refused = note(0);
      EXPECT_EQ(lane.post(refused), Admission::full);
      EXPECT_TRUE(refused);
      ASSERT_EQ(run_all(1), 1u);
      EXPECT_EQ(lane.post(refused), Admission::accepted);
      EXPECT_FALSE(refused);
      EXPECT_EQ(lane.post(note(0)), Admission::full);
      EXPECT_EQ(run_all(), capacity);
    }
  }
}

TEST_F(LaneTest, ABatchIsTheLongestPrefixThatFits) {
  Lane lane = open({.capacity = 8});
  std::array<Task, 6> tasks;
  for (int i = 0; i < 6; ++i) tasks[static_cast<std::size_t>(i)] = note(i);
  door->bell().announce_sleep(SleepMode::poller);
  EXPECT_EQ(lane.post_batch(tasks).accepted, 6u);
  EXPECT_EQ(waker->calls, 1);
  door->bell().resume();
  for (int i = 0; i < 6; ++i) tasks[static_cast<std::size_t>(i)] = note(6 + i);
  const BatchAdmission answer = lane.post_batch(tasks);
  EXPECT_EQ(answer.accepted, 2u);
  EXPECT_EQ(answer.reason, Admission::full);
  EXPECT_FALSE(tasks[1]);
  EXPECT_TRUE(tasks[2]);
  EXPECT_EQ(lane.post_batch(std::span(tasks).subspan(2)).accepted, 0u);
  EXPECT_EQ(lane.post_batch({}).reason, Admission::accepted);
  EXPECT_EQ(run_all(), 8u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(LaneTest, RefusesCapacitiesAndRatesThatAreNone) {
  const Ingress ingress(door);
  Ingress opener = ingress;
  for (const std::size_t capacity : {std::size_t{0}, LaneState::kCapacityMax + 1})
    EXPECT_TRUE(opener.open_lane({.capacity = capacity}).error().matches(make_error_code(Errc::invalid_argument)));
  EXPECT_TRUE(opener.open_lane({.admission = {.tasks_per_second = -1}}).error().matches(make_error_code(Errc::invalid_argument)));
  EXPECT_EQ(opener.open_lane({.capacity = LaneState::kCapacityMax}).value().capacity(), LaneState::kCapacityMax);
}

TEST_F(LaneTest, NoMoreLanesThanTheLimitAndAPlaceIsFreeOnceTheLoopHasLooked) {
  std::vector<Lane> lanes;
  for (int i = 0; i < 4; ++i) lanes.push_back(open());
  Ingress opener(door);
  EXPECT_TRUE(opener.open_lane().error().matches(make_error_code(Errc::full)));
  EXPECT_EQ(lanes.back().post(note(1)), Admission::accepted);
  door->bell().announce_sleep(SleepMode::poller);
  lanes.pop_back();
  EXPECT_EQ(waker->calls, 1) << "the loop is told that there is a lane to collect";
  door->bell().resume();
  EXPECT_TRUE(opener.open_lane().error().matches(make_error_code(Errc::full))) << "it still holds a task";
  EXPECT_EQ(run_all(), 1u);
  EXPECT_TRUE(door->empty());
  EXPECT_TRUE(opener.open_lane());
  EXPECT_EQ(door->figures().accepted, 1u) << "of a lane that is gone";
}

TEST_F(LaneTest, AnOpenLaneWithoutTasksKeepsNobodyAwake) {
  Lane lane = open();
  EXPECT_TRUE(door->empty());
  EXPECT_EQ(run_all(), 0u);
}

TEST_F(LaneTest, ClosedByItsOwnerStillRunsWhatItAccepted) {
  const auto token = std::make_shared<int>(1);
  {
    Lane lane = open();
    EXPECT_EQ(lane.post(note(1)), Admission::accepted);
    EXPECT_EQ(lane.post(Task{[token] {}}), Admission::accepted);
  }
  EXPECT_FALSE(door->empty());
  EXPECT_EQ(run_all(), 2u);
  EXPECT_EQ(ran, std::vector{1});
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_TRUE(door->empty());
}

TEST_F(LaneTest, ClosedByTheLoopAnswersClosedAndHandsTheRestBack) {
  const auto token = std::make_shared<int>(1);
  Lane lane = open({.capacity = 4});
  EXPECT_EQ(lane.post(Task{[token] {}}), Admission::accepted);
  EXPECT_EQ(lane.post(Task{[token] {}}), Admission::accepted);
  EXPECT_EQ(reject_all(), 2u);
  EXPECT_EQ(token.use_count(), 1);
  std::array<Task, 5> tasks;
  for (Task& task : tasks) task = note(1);
  for (int i = 0; i < 3; ++i) {  // with room and without
    EXPECT_EQ(lane.post(tasks[0]), Admission::closed);
    const BatchAdmission answer = lane.post_batch(tasks);
    EXPECT_EQ(answer.accepted, 0u);
    EXPECT_EQ(answer.reason, Admission::closed);
  }
  for (const Task& task : tasks) EXPECT_TRUE(task);
  EXPECT_TRUE(Ingress(door).open_lane().error().matches(make_error_code(Errc::closed)));
  EXPECT_EQ(door->figures().accepted, 2u);
  EXPECT_EQ(door->figures().refused_closed, 6u);
}

TEST_F(LaneTest, OutlivesTheLoopsHoldOnTheDoor) {
  const auto token = std::make_shared<int>(1);
  std::optional<Lane> lane = open();
  EXPECT_EQ(lane->post(Task{[token] {}}), Admission::accepted);
  const std::weak_ptr<Door> gone = door;
  door.reset();  // a lane keeps its door, so that a late wake is safe
  EXPECT_EQ(lane->post(Task{[token] {}}), Admission::accepted);
  EXPECT_FALSE(gone.expired());
  lane.reset();
  EXPECT_TRUE(gone.expired());
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(LaneTest, AMovedFromLaneIsClosedAndTheOtherWorks) {
  Lane first = open({.capacity = 2});
  Lane second = std::move(first);
  Task task = note(1);
  // NOLINTBEGIN(bugprone-use-after-move): what a moved-from lane answers is the question
  EXPECT_EQ(first.post(task), Admission::closed);
  EXPECT_EQ(first.post_batch({&task, 1}).reason, Admission::closed);
  EXPECT_EQ(first.post_batch({}).reason, Admission::accepted);
  EXPECT_EQ(first.capacity(), 0u);
  EXPECT_TRUE(task);
  EXPECT_EQ(second.post(task), Admission::accepted);
  first = std::move(second);
  EXPECT_EQ(second.post(note(2)), Admission::closed);
  EXPECT_EQ(first.post(note(2)), Admission::accepted);
  // NOLINTEND(bugprone-use-after-move)
  Lane& self = first;
  first = std::move(self);
  EXPECT_EQ(first.capacity(), 2u);
  first = open({.capacity = 8});  // the replaced lane closes; what it accepted still runs
  EXPECT_EQ(run_all(), 2u);
  EXPECT_EQ(ran, (std::vector{1, 2}));
  EXPECT_EQ(first.post(note(3)), Admission::accepted);
  EXPECT_EQ(run_all(), 1u);
}

TEST_F(LaneTest, ATaskMayPostToItsOwnLaneAndDestroyIt) {
  std::optional<Lane> lane = open({.capacity = 4});
  EXPECT_EQ(lane->post([&] {
    EXPECT_EQ(lane->post(note(1)), Admission::accepted);
    lane.reset();
  }),
            Admission::accepted);
  EXPECT_EQ(run_all(), 1u);
  EXPECT_EQ(run_all(), 1u);
  EXPECT_EQ(ran, std::vector{1});
}

TEST_F(LaneTest, ATaskMayAskForMoreAfterItDestroyedTheLaneItRunsIn) {
  std::optional<Lane> lane = open({.capacity = 1});
  const auto token = std::make_shared<int>(1);
  EXPECT_EQ(lane->post([&, token] {
    lane.reset();
    EXPECT_TRUE(door->empty());
    EXPECT_EQ(*token, 1) << "its captures are still there";
  }),
            Admission::accepted);
  EXPECT_EQ(run_all(), 1u);
  EXPECT_TRUE(door->empty());
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(LaneTest, ATaskMayOpenALane) {
  std::optional<Lane> inner;
  Lane outer = open();
  EXPECT_EQ(outer.post([&] {
    inner = open();
    EXPECT_EQ(inner->post(note(1)), Admission::accepted);
  }),
            Admission::accepted);
  EXPECT_EQ(run_all(), 1u);
  EXPECT_FALSE(door->empty());
  EXPECT_EQ(run_all(), 1u);
}

TEST_F(LaneTest, OneFloodedLaneDoesNotStarveTheOthers) {
  Lane flood = open(), calm = open();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(flood.post(note(0)), Admission::accepted);
  EXPECT_EQ(calm.post(note(1)), Admission::accepted);
  EXPECT_EQ(Ingress(door).post(note(2)), Admission::accepted);
  EXPECT_EQ(run_all(100), 100u);
  EXPECT_EQ(std::ranges::count(ran, 1), 1);
  EXPECT_EQ(std::ranges::count(ran, 2), 1);
  EXPECT_EQ(door->backlog(), 902u);
}

TEST_F(LaneTest, EverybodyGetsATurnHoweverSmallTheBudget) {
  std::vector<Lane> lanes;
  for (int i = 0; i < 4; ++i) lanes.push_back(open());
  Ingress shared(door);
  for (int round = 0; round < 10; ++round) {
    EXPECT_EQ(shared.post(note(0)), Admission::accepted);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(lanes[static_cast<std::size_t>(i)].post(note(i + 1)), Admission::accepted);
  }
  for (int i = 0; i < 25; ++i) EXPECT_EQ(run_all(1), 1u);
  for (int source = 0; source < 5; ++source) EXPECT_EQ(std::ranges::count(ran, source), 5) << source;
  EXPECT_EQ(run_all(), 25u);
}

TEST_F(LaneTest, AnInternalTaskInterruptsALanesTurn) {
  Lane lane = open();
  EXPECT_EQ(lane.post([&] {
    Task task = note(0);
    EXPECT_EQ(door->post_internal(task), Admission::accepted);
  }),
            Admission::accepted);
  EXPECT_EQ(lane.post(note(1)), Admission::accepted);
  EXPECT_EQ(run_all(), 3u);
  EXPECT_EQ(ran, (std::vector{0, 1}));
}

TEST_F(LaneTest, ItsPolicyNarrowsItsDepthAndWhatIsInFlight) {
  Lane narrow = open({.capacity = 8, .admission = {.depth_max = 3}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(narrow.post(note(i)), Admission::accepted);
  EXPECT_EQ(narrow.post(note(3)), Admission::full);
  EXPECT_EQ(run_all(), 3u);
  Lane held_lane = open({.capacity = 8, .admission = {.in_flight_max = 1}});
  std::optional<InFlight> held;
  EXPECT_EQ(held_lane.post([&] { held = door->hold_running(); }), Admission::accepted);
  EXPECT_EQ(held_lane.post(note(4)), Admission::full);
  EXPECT_EQ(run_all(), 1u);
  EXPECT_EQ(held_lane.post(note(4)), Admission::full);
  held.reset();
  EXPECT_EQ(held_lane.post(note(4)), Admission::accepted);
  EXPECT_EQ(door->figures().refused_full, 3u);
}

/// Fails the test when it is read after it was forbidden.
TEST_F(LaneTest, ItsRateIsItsOwnAndNoClockIsReadAfterTheLoopClosed) {
  using namespace std::chrono_literals;
  WatchedClock clock;
  door = std::make_shared<Door>(waker, DoorOptions{.limit = 10, .clock = &clock});
  Lane slow = open({.admission = {.tasks_per_second = 4, .burst = 2}}), free = open();
  std::array<Task, 5> tasks;
  for (Task& task : tasks) task = note(1);
  BatchAdmission answer = slow.post_batch(tasks);
  EXPECT_EQ(answer.accepted, 2u);
  EXPECT_EQ(answer.reason, Admission::throttled);
  EXPECT_EQ(slow.post(tasks[2]), Admission::throttled);
  EXPECT_TRUE(tasks[2]);
  EXPECT_EQ(free.post(note(2)), Admission::accepted);
  clock.at += 250ms;
  EXPECT_EQ(slow.post(tasks[2]), Admission::accepted);
  EXPECT_EQ(slow.post(tasks[3]), Admission::throttled);
  EXPECT_EQ(door->figures().refused_throttled, 3u);
  EXPECT_EQ(reject_all(), 4u);
  clock.allowed = false;
  EXPECT_EQ(slow.post(tasks[3]), Admission::closed);
}

TEST_F(LaneTest, ItsTasksRunInTheContextItWasOpenedIn) {
  static constexpr ContextKey<int> key;
  const Context outer = Context().with(key, 1);
  Lane lane = Ingress(door).with_context(outer).open_lane().value();
  Task with_own{[] {}};
  with_own.set_context(Context().with(key, 2));
  EXPECT_EQ(lane.post([] {}), Admission::accepted);
  EXPECT_EQ(lane.post(with_own), Admission::accepted);
  std::vector<int> values;
  door->look();
  door->drain(kNoBudget, [&values](Task& task) {
    values.push_back(*task.take_context().find(key));
    return true;
  });
  EXPECT_EQ(values, (std::vector{1, 2}));
}

// Two lanes and the shared door against one loop that runs, opens its lanes late and closes in the middle.
TEST_F(LaneTest, ConservesEveryTaskAgainstAClosingLoop) {
  constexpr int kRounds = 10;
  constexpr int kTasks = 1000;
  for (int round = 0; round < kRounds; ++round) {
    auto loop = std::make_shared<Door>(waker, DoorOptions{.limit = 100, .lanes_max = 8});
    const auto token = std::make_shared<int>(1);
    std::atomic<int> accepted{0};
    std::array<std::vector<int>, 2> order;
    std::vector<std::jthread> producers;
    for (int producer = 0; producer < 2; ++producer)
      producers.emplace_back([&, producer] {
        Result<Lane> lane = Ingress(loop).open_lane({.capacity = 64});
        if (!lane) return;
        for (int number = 0; number < kTasks;) {
          Task task{[&order, producer, number, token] { order[static_cast<std::size_t>(producer)].push_back(number); }};
          const Admission answer = lane->post(task);
          if (answer == Admission::closed) return;
          if (answer == Admission::full) {
            std::this_thread::yield();
            continue;
          }
          ++accepted;
          if (++number % 100 == 0) *lane = Ingress(loop).open_lane({.capacity = 64}).value_or(Lane());
        }
      });
    std::size_t executed = 0;
    while (executed < kTasks / 2) {
      loop->look();
      executed += loop->drain(50, [](Task& task) {
        task();
        return true;
      });
    }
    const std::size_t rejected = loop->close();
    loop->hand_back([](Task&) {});
    producers.clear();
    EXPECT_EQ(loop->figures().accepted, static_cast<std::uint64_t>(accepted.load()));
    EXPECT_EQ(executed + rejected, static_cast<std::size_t>(accepted.load()));
    EXPECT_EQ(order[0].size() + order[1].size(), executed);
    EXPECT_EQ(token.use_count(), 1);
  }
}

// A loop that really sleeps, and lanes that must wake it.
TEST_F(LaneTest, NoPublicationIsSleptThrough) {
  class Sleep final : public Waker {
   public:
    [[nodiscard]] bool wake() noexcept override {
      wakes.release();
      return true;
    }
    std::counting_semaphore<> wakes{0};
  };
  const auto sleep = std::make_shared<Sleep>();
  auto loop = std::make_shared<Door>(sleep, DoorOptions{.limit = 100, .lanes_max = 8});
  constexpr int kTasks = 1'000;
  std::atomic<int> echoed{0};
  std::jthread producer([&] {
    Lane lane = Ingress(loop).open_lane({.capacity = 4}).value();
    Ingress shared(loop);
    for (int i = 0; i < kTasks; ++i) {
      Task task{[&echoed] { echoed.fetch_add(1, std::memory_order_release); }};
      ASSERT_EQ(i % 2 == 0 ? lane.post(task) : shared.post(task), Admission::accepted);
      while (echoed.load(std::memory_order_acquire) != i + 1) std::this_thread::yield();
    }
  });
  int executed = 0;
  while (executed < kTasks) {
    loop->look();
    executed += static_cast<int>(loop->drain(10, [](Task& task) {
      task();
      return true;
    }));
    if (executed == kTasks) break;
    loop->bell().announce_sleep(SleepMode::poller);
    if (loop->empty()) {
      ASSERT_TRUE(sleep->wakes.try_acquire_for(std::chrono::seconds{20})) << "slept through " << executed;
    }
    loop->bell().resume();
  }
  producer.join();
}

}  // namespace
}  // namespace millrace
