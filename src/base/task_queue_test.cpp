#include <millrace/detail/task_queue.h>

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "support/test_seeds.h"

namespace millrace::detail {
namespace {

constexpr std::size_t kNoLimit = std::size_t{1} << 40;
constexpr int kBlock = static_cast<int>(TaskQueue::kBlockTasks);

/// A queue of tasks that write their number into `ran`.
struct TaskQueueTest : ::testing::Test {
  TaskQueue queue{kNoLimit};
  std::vector<int> ran;

  void push(int number) {
    Task task{[this, number] { ran.push_back(number); }};
    ASSERT_TRUE(queue.push(task));
    ASSERT_FALSE(task);
  }
  void push_range(int from, int to) {
    for (int i = from; i < to; ++i) push(i);
  }
  void run(int count) {
    for (int i = 0; i < count; ++i) queue.run_front([](Task& task) { task(); });
  }
  void expect_ran(int from, int to) {
    ASSERT_EQ(ran.size(), static_cast<std::size_t>(to - from));
    for (int i = from; i < to; ++i) ASSERT_EQ(ran[static_cast<std::size_t>(i - from)], i);
    ran.clear();
  }
};

TEST_F(TaskQueueTest, TakesNoMemoryBeforeItsFirstUse) {
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.capacity(), 0u);
  push(0);
  EXPECT_EQ(queue.capacity(), TaskQueue::kBlockTasks);
}

TEST_F(TaskQueueTest, IsFifoAroundABlockWhereverTheHeadStands) {
  for (const int head : {0, 1, kBlock / 2, kBlock - 1, kBlock})
    for (const int count : {1, kBlock - 1, kBlock, kBlock + 1, 2 * kBlock - 1, 2 * kBlock, 2 * kBlock + 1, 5 * kBlock}) {
      SCOPED_TRACE(::testing::Message() << "head " << head << ", count " << count);
      push_range(0, head);
      run(head);
      expect_ran(0, head);
      push_range(0, count);
      EXPECT_EQ(queue.size(), static_cast<std::size_t>(count));
      run(count);
      expect_ran(0, count);
      EXPECT_TRUE(queue.empty());
    }
}

TEST_F(TaskQueueTest, RefusesAtItsLimitAndLeavesTheTaskUntouched) {
  TaskQueue two{2};
  int calls = 0;
  for (int i = 0; i < 2; ++i) {
    Task task{[&calls] { ++calls; }};
    EXPECT_TRUE(two.push(task));
  }
  Task refused{[&calls] { ++calls; }};
  EXPECT_FALSE(two.push(refused));
  EXPECT_EQ(two.claim(), nullptr);
  ASSERT_TRUE(refused);
  two.run_front([](Task& task) { task(); });
  EXPECT_TRUE(two.push(refused));
  two.clear();
  EXPECT_EQ(calls, 1);
}

TEST_F(TaskQueueTest, NeverMovesATaskThatWaitsOrRuns) {
  struct Watched {
    explicit Watched(TaskQueueTest* t) : test(t) {}
    Watched(Watched&& other) noexcept : test(other.test), moves(other.moves + 1) {}
    void operator()() {
      const int moves_before = moves;
      EXPECT_LE(moves, 2) << "into the task, and into the queue";
      test->push_range(0, 3 * kBlock);  // grows the queue under the running task
      EXPECT_EQ(moves, moves_before);
      test->ran.push_back(-1);
    }
    TaskQueueTest* test;
    int moves = 0;
  };
  push_range(0, kBlock - 1);
  Task watched{Watched{this}};
  ASSERT_TRUE(queue.push(watched));
  push_range(0, 2 * kBlock);  // grows it over the waiting one
  run(kBlock - 1);
  expect_ran(0, kBlock - 1);
  run(1);
  EXPECT_EQ(ran, std::vector{-1});
}

TEST_F(TaskQueueTest, ATaskMayRunOthersOfItsQueueAlsoBeyondItsBlock) {
  for (const int before : {0, kBlock - 2, kBlock - 1}) {
    SCOPED_TRACE(before);
    TaskQueue nested{kNoLimit};
    std::vector<int> order;
    const auto add = [&nested](auto callable) {
      Task task{callable};
      ASSERT_TRUE(nested.push(task));
    };
    const auto run_one = [&nested] { nested.run_front([](Task& task) { task(); }); };
    for (int i = 0; i < before; ++i) add([] {});
    auto token = std::make_shared<int>(7);
    add([&, token] {
      for (int i = 0; i < 2 * kBlock; ++i) run_one();
      order.push_back(*token);  // its captures outlive what it ran
    });
    for (int i = 0; i < 2 * kBlock; ++i) add([] {});
    add([&order] { order.push_back(8); });
    for (int i = 0; i < before; ++i) run_one();
    run_one();
    EXPECT_EQ(nested.size(), 1u);
    run_one();
    EXPECT_EQ(order, (std::vector{7, 8}));
    EXPECT_EQ(token.use_count(), 1);
  }
}

TEST_F(TaskQueueTest, AFullCycleAtASteadyDepthAllocatesNothing) {
  push_range(0, 3);
  for (int i = 0; i < 10 * kBlock; ++i) {
    push(i);
    run(1);
  }
  EXPECT_LE(queue.capacity(), 2 * TaskQueue::kBlockTasks);
}

TEST_F(TaskQueueTest, GivesABurstsMemoryBackDrainByDrain) {
  constexpr int kBurst = 1'000 * kBlock;
  push_range(0, kBurst);
  run(kBurst);
  const std::size_t peak = queue.capacity();
  EXPECT_GE(peak, static_cast<std::size_t>(kBurst));
  std::size_t before = peak;
  for (int drain = 0; drain < 200; ++drain) {
    push(0);
    run(1);
    queue.drained();
    EXPECT_LE(queue.capacity(), before);
    before = queue.capacity();
  }
  EXPECT_LE(queue.capacity(), (TaskQueue::kSpareBlocks + 2) * TaskQueue::kBlockTasks);
}

TEST_F(TaskQueueTest, KeepsWhatEveryDrainNeeds) {
  for (int drain = 0; drain < 100; ++drain) {
    push_range(0, 20 * kBlock);
    run(20 * kBlock);
    queue.drained();
    ran.clear();
    EXPECT_GE(queue.capacity(), 20 * TaskQueue::kBlockTasks);
  }
}

TEST_F(TaskQueueTest, ClearAndDestructorFreeWhatTheTasksCaptured) {
  auto token = std::make_shared<int>(1);
  {
    TaskQueue scoped{kNoLimit};
    for (int i = 0; i < 3 * kBlock; ++i) {
      Task task{[token] {}};
      ASSERT_TRUE(scoped.push(task));
    }
    scoped.clear();
    EXPECT_EQ(token.use_count(), 1);
    EXPECT_TRUE(scoped.empty());
    Task task{[token] {}};
    ASSERT_TRUE(scoped.push(task));
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(TaskQueueTest, ACallableThatThrowsWhileItIsBuiltQueuesNothing) {
  struct Throws {
    Throws() = default;
    Throws(const Throws&) { throw 1; }
    void operator()() const {}
  };
  const Throws throws;
  void* slot = queue.claim();
  EXPECT_THROW(::new (slot) Task(throws), int);
  EXPECT_TRUE(queue.empty());
  push(5);
  run(1);
  EXPECT_EQ(ran, std::vector{5});
}

TEST_F(TaskQueueTest, AgreesWithADeque) {
  for (const std::uint64_t seed : millrace::testing::test_seeds(8)) {
    SCOPED_TRACE(::testing::Message() << "MILLRACE_SEED=" << seed);
    std::mt19937_64 random{seed};
    std::deque<int> model;
    int next = 0;
    for (int step = 0; step < 300; ++step) {
      const int count = static_cast<int>(random() % (2 * kBlock));
      if (random() % 2 == 0) {
        for (int i = 0; i < count; ++i) {
          model.push_back(next);
          push(next++);
        }
      } else {
        for (int i = 0; i < count && !model.empty(); ++i) {
          run(1);
          ASSERT_EQ(ran, std::vector{model.front()});
          ran.clear();
          model.pop_front();
        }
        queue.drained();
      }
      ASSERT_EQ(queue.size(), model.size());
      ASSERT_GE(queue.capacity(), queue.size());
    }
    queue.clear();
  }
}

}  // namespace
}  // namespace millrace::detail
