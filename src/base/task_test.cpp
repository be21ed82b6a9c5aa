#include <millrace/task.h>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace millrace {
namespace {

/// Counts how many of its kind live, however often it is moved.
class Counted {
 public:
  explicit Counted(int& live) noexcept : live_(&live) { ++*live_; }
  Counted(const Counted& other) noexcept : live_(other.live_) { ++*live_; }
  Counted(Counted&& other) noexcept : live_(other.live_) { ++*live_; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*live_; }

 private:
  int* live_;
};

template <std::size_t Bytes>
struct Payload {
  std::array<std::byte, Bytes> bytes{};
  void operator()() const {}
};
struct alignas(32) OverAligned {
  bool* aligned;
  void operator()() const { *aligned = reinterpret_cast<std::uintptr_t>(this) % 32 == 0; }
};
struct ThrowingMove {
  ThrowingMove() = default;
  ThrowingMove(const ThrowingMove&) = default;
  ThrowingMove(ThrowingMove&&) noexcept(false) {}
  void operator()() const {}
};

TEST(Task, IsOneCacheLine) {
  EXPECT_EQ(sizeof(Task), 64u);
  EXPECT_EQ(alignof(Task), 64u);
}

TEST(Task, StoresSmallAlignedNothrowMovableCallablesInline) {
  EXPECT_TRUE(Task::stores_inline<Payload<1>>);
  EXPECT_TRUE(Task::stores_inline<Payload<48>>);
  EXPECT_FALSE(Task::stores_inline<Payload<49>>);
  EXPECT_FALSE(Task::stores_inline<OverAligned>);
  EXPECT_FALSE(Task::stores_inline<ThrowingMove>);
  EXPECT_TRUE(Task::stores_inline<std::unique_ptr<int>>);
}

TEST(Task, StartsEmptyAndTellsWhetherItHoldsACallable) {
  Task task;
  EXPECT_FALSE(task);
  task = [] {};
  EXPECT_TRUE(task);
  task.reset();
  EXPECT_FALSE(task);
  task.reset();  // again: nothing left to do
  EXPECT_FALSE(task);
}

TEST(Task, MayBeCalledRepeatedlyAndKeepsItsState) {
  std::vector<int> seen;
  Task task{[&seen, n = 0]() mutable { seen.push_back(n++); }};
  task();
  task();
  Task moved{std::move(task)};
  moved();
  EXPECT_EQ(seen, (std::vector{0, 1, 2}));
}

TEST(Task, CarriesMoveOnlyCaptures) {
  int result = 0;
  Task task{[value = std::make_unique<int>(7), &result] { result = *value; }};
  Task moved{std::move(task)};
  EXPECT_FALSE(task);  // NOLINT(bugprone-use-after-move): the contract under test
  moved();
  EXPECT_EQ(result, 7);
}

TEST(Task, IgnoresWhatTheCallableReturns) {
  int calls = 0;
  Task task{[&calls] { return ++calls; }};
  task();
  EXPECT_EQ(calls, 1);
}

TEST(Task, AcceptsFunctionPointers) {
  static int calls;
  calls = 0;
  Task task{+[] { ++calls; }};
  task();
  EXPECT_EQ(calls, 1);
}

TEST(Task, LetsExceptionsThrough) {
  Task task{[] { throw std::runtime_error("no"); }};
  EXPECT_THROW(task(), std::runtime_error);
  EXPECT_TRUE(task);
}

template <typename MakeTask>
void expect_destroyed_once(MakeTask make_task) {
  int live = 0;
  {
    Task task = make_task(live);
    EXPECT_EQ(live, 1);
    Task moved{std::move(task)};
    EXPECT_EQ(live, 1);
    task = std::move(moved);
    EXPECT_EQ(live, 1);
    task();
    EXPECT_EQ(live, 1);
  }
  EXPECT_EQ(live, 0);
  {
    Task task = make_task(live);
    task.reset();
    EXPECT_EQ(live, 0);
  }
  {
    Task task = make_task(live);
    task = make_task(live);  // assignment destroys what was there
    EXPECT_EQ(live, 1);
    task = [] {};
    EXPECT_EQ(live, 0);
  }
  EXPECT_EQ(live, 0);
}

TEST(Task, DestroysAnInlineCallableExactlyOnce) {
  expect_destroyed_once([](int& live) { return Task{[counted = Counted(live)] {}}; });
}

TEST(Task, DestroysAnAllocatedCallableExactlyOnce) {
  expect_destroyed_once(
      [](int& live) { return Task{[counted = Counted(live), large = Payload<64>{}] { static_cast<void>(large); }}; });
}

TEST(Task, MovesAnAllocatedCallableWithoutCopyingIt) {
  const void* at = nullptr;
  Task task{[&at, large = Payload<64>{}] { at = &large; }};
  task();
  const void* before = at;
  Task moved{std::move(task)};
  moved();
  EXPECT_EQ(at, before);
}

TEST(Task, MovesTriviallyCopyableCapturesByValue) {
  std::array<int, 10> numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  int sum = 0;
  auto callable = [numbers, out = &sum] {
    for (int n : numbers) *out += n;
  };
  static_assert(std::is_trivially_copyable_v<decltype(callable)> && Task::stores_inline<decltype(callable)>);
  Task task{callable};
  numbers.fill(100);
  Task moved{std::move(task)};
  Task again;
  again = std::move(moved);
  again();
  EXPECT_EQ(sum, 45);
}

TEST(Task, SurvivesSelfMove) {
  int calls = 0;
  Task task{[&calls, keep = std::make_unique<int>(1)] { calls += *keep; }};
  Task& same = task;
  task = std::move(same);
  task();
  EXPECT_EQ(calls, 1);
}

TEST(Task, MovingAnEmptyTaskLeavesBothEmpty) {
  Task empty;
  Task moved{std::move(empty)};
  EXPECT_FALSE(moved);
  Task full{[] {}};
  full = std::move(moved);
  EXPECT_FALSE(full);
}

TEST(Task, KeepsTheAlignmentOfOverAlignedCallables) {
  bool aligned = false;
  Task task{OverAligned{&aligned}};
  Task moved{std::move(task)};
  moved();
  EXPECT_TRUE(aligned);
}

TEST(Task, LeavesNothingBehindWhenTheCallableThrowsOnConstruction) {
  struct Refuses {
    Refuses() = default;
    Refuses(const Refuses&) { throw std::runtime_error("copy"); }
    void operator()() const {}
  };
  const Refuses refuses;
  EXPECT_THROW(Task{refuses}, std::runtime_error);
}

#ifndef NDEBUG
TEST(TaskDeathTest, CallingAnEmptyTaskIsABrokenPrecondition) {
  Task task;
  EXPECT_DEATH(task(), "assertion failed");
}
#endif

}  // namespace
}  // namespace millrace
