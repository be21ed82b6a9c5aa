#include <millrace/detail/task_queue.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "support/test_seeds.h"

namespace millrace::detail {
namespace {

constexpr std::size_t kNoLimit = std::size_t{1} << 40;
/// How many tasks of TaskQueueTest a block takes: a header of eight bytes each, and two words of captures.
constexpr int kBlock = static_cast<int>((TaskQueue::kBlockBytes - 48) / 24);

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
    for (int i = 0; i < count; ++i) queue.run_front([](QueuedTask& task) { task(); });
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
  EXPECT_EQ(queue.capacity(), TaskQueue::kBlockBytes);
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
  EXPECT_FALSE(two.emplace([&calls] { ++calls; }));
  ASSERT_TRUE(refused);
  two.run_front([](QueuedTask& task) { task(); });
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
    const auto run_one = [&nested] { nested.run_front([](QueuedTask& task) { task(); }); };
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
  EXPECT_LE(queue.capacity(), 2 * TaskQueue::kBlockBytes);
}

TEST_F(TaskQueueTest, GivesABurstsMemoryBackDrainByDrain) {
  constexpr int kBurst = 1'000 * kBlock;
  push_range(0, kBurst);
  run(kBurst);
  const std::size_t peak = queue.capacity();
  EXPECT_GE(peak, std::size_t{24} * kBurst);
  std::size_t before = peak;
  for (int drain = 0; drain < 200; ++drain) {
    push(0);
    run(1);
    queue.drained();
    EXPECT_LE(queue.capacity(), before);
    before = queue.capacity();
  }
  EXPECT_LE(queue.capacity(), (TaskQueue::kSpareBlocks + 2) * TaskQueue::kBlockBytes);
}

TEST_F(TaskQueueTest, KeepsWhatEveryDrainNeeds) {
  for (int drain = 0; drain < 100; ++drain) {
    push_range(0, 20 * kBlock);
    run(20 * kBlock);
    queue.drained();
    ran.clear();
    EXPECT_GE(queue.capacity(), std::size_t{20} * kBlock * 24);
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
  EXPECT_THROW(static_cast<void>(queue.emplace(throws)), int);
  EXPECT_TRUE(queue.empty());
  push(5);
  run(1);
  EXPECT_EQ(ran, std::vector{5});
}

/// A capture of `Bytes` with `Alignment` that notices when it lies wrong, or when its bytes changed.
template <std::size_t Bytes, std::size_t Alignment>
struct Shaped {
  explicit Shaped(std::vector<int>* ran, int number) : log(ran), id(number) { std::ranges::fill(filling, static_cast<char>(id)); }
  void operator()() const {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(this) % Alignment, 0u);
    EXPECT_TRUE(std::ranges::all_of(filling, [this](char c) { return c == static_cast<char>(id); }));
    log->push_back(id);
  }
  alignas(Alignment) std::vector<int>* log;
  int id;
  std::array<char, Bytes - 12> filling{};
};

TEST_F(TaskQueueTest, KeepsCallablesOfEverySizeAlignmentAndContextSideBySide) {
  const ContextKey<int> key;
  auto token = std::make_shared<int>(1);
  std::mt19937_64 random{1};
  constexpr int kTasks = 5'000;
  for (int id = 0; id < kTasks; ++id) {
    const auto add = [&](auto callable) {
      if (random() % 3 != 0) {
        ASSERT_TRUE(queue.emplace(std::move(callable)));
        return;
      }
      Task task{std::move(callable)};
      if (random() % 2 == 0) task.set_context(Context{}.with(key, id));
      ASSERT_TRUE(queue.push(task));
    };
    switch (random() % 6) {
      case 0: add(Shaped<16, 8>{&ran, id}); break;
      case 1: add(Shaped<32, 16>{&ran, id}); break;
      case 2: add(Shaped<48, 16>{&ran, id}); break;
      case 3: add(Shaped<48, 8>{&ran, id}); break;
      case 4: add(Shaped<128, 16>{&ran, id}); break;  // on the heap
      default: add([this, id, token] { ran.push_back(id); });
    }
  }
  while (!queue.empty())
    queue.run_front([&](QueuedTask& task) {
      if (!task.has_context()) return task();
      Task whole = task.take();
      const std::size_t before = ran.size();
      whole();
      ASSERT_GT(ran.size(), before);
      EXPECT_EQ(*whole.context().find(key), ran.back());
    });
  expect_ran(0, kTasks);
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(TaskQueueTest, ADrainStopsWhereItIsToldAndGoesOnThere) {
  push_range(0, 10);
  queue.drain(3, [](QueuedTask& task) { return task(), true; });
  expect_ran(0, 3);
  queue.drain(100, [this](QueuedTask& task) { return task(), ran.size() < 2; });
  EXPECT_EQ(ran, (std::vector{3, 4}));
  ran.clear();
  queue.drain(100, [](QueuedTask& task) { return task(), true; });
  EXPECT_EQ(ran, (std::vector{5, 6, 7, 8, 9}));
  EXPECT_EQ(queue.pushed(), 10u);
  EXPECT_EQ(queue.taken(), 10u);
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
      ASSERT_GE(queue.capacity(), 24 * queue.size());
    }
    queue.clear();
  }
}

}  // namespace
}  // namespace millrace::detail
