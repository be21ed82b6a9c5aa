#include "loop/checkpoint.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace millrace {
namespace {
using Lines = std::vector<std::string>;
constexpr auto kTicks = CheckpointPhase::next_ticks;
constexpr auto kMicrotasks = CheckpointPhase::microtasks;

struct CheckpointTest : ::testing::Test, TaskRunner {
  detail::LoopQueues queues{100};
  Checkpoint checkpoint{*this, queues};
  Lines log;

  void run_guarded(Task& task, WorkHook::Kind) noexcept override { task(); }
  void report_current_exception() noexcept override { log.push_back("threw"); }

  void push(CheckpointPhase queue, Task task) { ASSERT_TRUE(checkpoint.push(queue, task)); }
  auto note(std::string line) {
    return [this, text = std::move(line)] { log.push_back(text); };
  }
};

TEST_F(CheckpointTest, RunsAllTicksThenAllMicrotasks) {
  push(kMicrotasks, note("m1"));
  push(kTicks, note("t1"));
  push(kMicrotasks, note("m2"));
  push(kTicks, note("t2"));
  EXPECT_FALSE(checkpoint.empty());
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"t1", "t2", "m1", "m2"}));
  EXPECT_TRUE(checkpoint.empty());
}

TEST_F(CheckpointTest, ATickQueuedByATickRunsBeforeAnyMicrotask) {
  push(kMicrotasks, note("m"));
  push(kTicks, [this] {
    log.push_back("t1");
    push(kTicks, note("t2"));
  });
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"t1", "t2", "m"}));
}

TEST_F(CheckpointTest, ATickQueuedByAMicrotaskWaitsForTheRemainingMicrotasks) {
  push(kMicrotasks, [this] {
    log.push_back("mt1");
    push(kTicks, note("tick"));
    push(kMicrotasks, note("mt2"));
  });
  push(kMicrotasks, note("mtB"));
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"mt1", "mtB", "mt2", "tick"}));
}

TEST_F(CheckpointTest, GoesRoundUntilBothQueuesAreEmptyWithoutACap) {
  int rounds = 0;
  std::function<void()> again = [&] {
    if (++rounds == 10'000) return;
    push(rounds % 2 == 0 ? kTicks : kMicrotasks, [&again] { again(); });
  };
  push(kTicks, [&again] { again(); });
  checkpoint.run();
  EXPECT_EQ(rounds, 10'000);
  EXPECT_EQ(checkpoint.ran(kTicks) + checkpoint.ran(kMicrotasks), 10'000u);
  EXPECT_EQ(checkpoint.checkpoints(), 1u);
}

TEST_F(CheckpointTest, ARunInsideARunLeavesTheJobsToTheOuterOne) {
  push(kMicrotasks, [this] {
    push(kMicrotasks, note("inner"));
    checkpoint.run();
    log.push_back("outer");
  });
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"outer", "inner"}));
}

TEST_F(CheckpointTest, AnEmptyOneIsNotCounted) {
  checkpoint.run();
  EXPECT_EQ(checkpoint.checkpoints(), 0u);
}

TEST_F(CheckpointTest, StartsNoFurtherJobOnceTheLoopIsClosing) {
  push(kTicks, [this] { queues.open = false; });
  push(kTicks, note("t2"));
  push(kMicrotasks, note("m"));
  checkpoint.run();
  EXPECT_EQ(log, Lines{});
  checkpoint.clear();
  EXPECT_TRUE(checkpoint.empty());
}

TEST_F(CheckpointTest, EachQueueHasTheLimitAndARefusedTaskIsUntouched) {
  for (const auto queue : {kTicks, kMicrotasks}) {
    for (int i = 0; i < 100; ++i) push(queue, [] {});
    Task extra{note("extra")};
    EXPECT_FALSE(checkpoint.push(queue, extra));
    EXPECT_TRUE(extra);
  }
}

/// A guest with one job queue, which covers native microtasks with tokens as guest.h asks of it.
class GuestDouble final : public Guest {
 public:
  explicit GuestDouble(Checkpoint& checkpoint) : checkpoint_(checkpoint) {}
  /// A guest job, queued from C++: control passes to the guest, so it covers first.
  void enqueue(std::function<void()> job) {
    cover();
    jobs_.push_back(std::move(job));
  }
  void lose_everything() {
    jobs_.clear();
    checkpoint_.uncover_all();
  }
  [[nodiscard]] bool has_jobs() const noexcept override { return !jobs_.empty(); }
  void drain(CheckpointPhase) noexcept override {
    ++drains;
    for (cover(); !jobs_.empty(); cover()) {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }
  int drains = 0;

 private:
  void cover() {
    if (const std::size_t count = checkpoint_.take_uncovered(kMicrotasks); count > 0)
      jobs_.push_back([this, count] { checkpoint_.run_covered(kMicrotasks, count); });
  }
  Checkpoint& checkpoint_;
  std::deque<std::function<void()>> jobs_;
};

struct GuestTest : CheckpointTest {
  GuestDouble guest{checkpoint};
  void SetUp() override { checkpoint.attach(&guest); }
  void TearDown() override { checkpoint.attach(nullptr); }
};

TEST_F(GuestTest, NativeAndGuestJobsAreOneFifo) {
  push(kMicrotasks, note("native 1"));
  push(kMicrotasks, note("native 2"));
  guest.enqueue(note("guest 1"));
  push(kMicrotasks, note("native 3"));
  guest.enqueue(note("guest 2"));
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"native 1", "native 2", "guest 1", "native 3", "guest 2"}));
  EXPECT_TRUE(checkpoint.empty());
}

TEST_F(GuestTest, AGuestWithoutJobsIsNotAsked) {
  push(kMicrotasks, note("native"));
  checkpoint.run();
  EXPECT_EQ(guest.drains, 0);
  EXPECT_EQ(log, Lines{"native"});
}

TEST_F(GuestTest, AGuestThatANativeJobWakesTakesOver) {
  push(kMicrotasks, [this] {
    log.push_back("native 1");
    guest.enqueue(note("guest"));
    push(kMicrotasks, note("native 3"));
  });
  push(kMicrotasks, note("native 2"));
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"native 1", "native 2", "guest", "native 3"}));
}

TEST_F(GuestTest, WhatALostTokenCoveredStillRunsInItsOldOrder) {
  push(kMicrotasks, note("native 1"));
  guest.enqueue(note("guest"));
  push(kMicrotasks, note("native 2"));
  EXPECT_TRUE(checkpoint.has_uncovered());
  guest.lose_everything();
  checkpoint.run();
  EXPECT_EQ(log, (Lines{"native 1", "native 2"}));
  EXPECT_FALSE(checkpoint.has_uncovered());
}

TEST_F(GuestTest, ASecondGuestIsABug) {
  GuestDouble second{checkpoint};
  EXPECT_DEATH(checkpoint.attach(&second), "assertion failed");
}

}  // namespace
}  // namespace millrace
