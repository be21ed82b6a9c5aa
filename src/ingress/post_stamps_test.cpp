#include "ingress/post_stamps.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "ingress/door.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;

TEST(PostStamps, TakeOnlyWhatWasStampedForThatPost) {
  PostStamps stamps;
  EXPECT_EQ(stamps.next(), PostStamps::kNever);
  stamps.start(5);
  EXPECT_EQ(stamps.next(), 5U);
  stamps.stamp(5, Instant{1ms});
  EXPECT_EQ(stamps.next(), 6U) << "nothing is known of the pace so far";
  stamps.stamp(6, Instant{2ms});
  EXPECT_FALSE(stamps.take(4));
  ASSERT_TRUE(stamps.take(6)) << "one that was passed over is forgotten";
  EXPECT_FALSE(stamps.take(6)) << "once";
  stamps.stop();
  EXPECT_EQ(stamps.next(), PostStamps::kNever);
}

TEST(PostStamps, WhenTheLoopIsFarBehindTheOldestStay) {
  PostStamps stamps;
  stamps.start(0);
  for (std::uint64_t i = 0; i < 40; ++i) stamps.stamp(i, Instant{1ms * static_cast<int>(i)});
  int found = 0;
  for (std::uint64_t i = 0; i < 40; ++i)
    if (const auto stamp = stamps.take(i)) {
      EXPECT_EQ(stamp->at, Instant{1ms * static_cast<int>(i)});
      EXPECT_LT(i, 16U);
      ++found;
    }
  EXPECT_EQ(found, 16);
  stamps.stamp(40, Instant{40ms});
  const auto last = stamps.take(40);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->stands_for, 25U) << "those that found no place are stood for";
}

/// Nobody sleeps here.
struct NoWaker final : Waker {
  [[nodiscard]] bool wake() noexcept override { return true; }
};

struct StampedDoor {
  ManualClock clock;
  std::shared_ptr<Door> door = std::make_shared<Door>(std::make_shared<NoWaker>(), DoorOptions{.limit = 100, .clock = &clock});
  std::vector<std::optional<Duration>> waits;

  void post(Duration at) {
    clock.advance_to(Instant{at});
    Task task{[] {}};
    ASSERT_EQ(door->post(task), Admission::accepted);
  }
  void drain() {
    door->look();
    door->drain(100, [&](Task& task) {
      const auto stamp = door->stamp_of_running();
      waits.push_back(stamp ? std::optional(clock.now() - stamp->at) : std::nullopt);
      task();
      return true;
    });
  }
};

TEST(PostStamps, ADoorNotesWhenSlowPostsCame) {
  StampedDoor d;
  d.post(1ms);
  d.door->stamp_posts(true);
  d.post(2ms);
  d.post(5ms);
  d.clock.advance_to(Instant{9ms});
  d.drain();
  EXPECT_EQ(d.waits, (std::vector<std::optional<Duration>>{std::nullopt, 7ms, 4ms}));
  d.door->stamp_posts(false);
  d.waits.clear();
  d.post(10ms);
  d.drain();
  EXPECT_EQ(d.waits, (std::vector<std::optional<Duration>>{std::nullopt}));
}

TEST(PostStamps, OneOfABatchStandsForAllBeforeIt) {
  StampedDoor d;
  d.door->stamp_posts(true);
  for (int round = 0; round < 3; ++round) {
    d.clock.advance(1ms);
    std::vector<Task> tasks;
    for (int i = 0; i < 10; ++i) tasks.emplace_back([] {});
    ASSERT_EQ(d.door->post_batch(tasks).accepted, 10U);
  }
  std::uint64_t stood_for = 0;
  d.door->look();
  d.door->drain(100, [&](Task&) {
    if (const auto stamp = d.door->stamp_of_running()) stood_for += stamp->stands_for;
    return true;
  });
  EXPECT_EQ(stood_for, 21U) << "the first post of each batch is stamped";
}

TEST(PostStamps, InternalPostsAndLanesAreNotTakenForThoseOfTheDoor) {
  StampedDoor d;
  d.door->stamp_posts(true);
  d.post(1ms);
  Task task{[] {}};
  ASSERT_EQ(d.door->post_internal(task), Admission::accepted);
  auto lane = d.door->open_lane({.capacity = 4}).value();
  Task other{[] {}};
  ASSERT_EQ(lane->post(other, {}), Admission::accepted);
  d.clock.advance_to(Instant{3ms});
  d.drain();
  int stamped = 0;
  for (const auto& wait : d.waits) stamped += wait == 2ms;
  EXPECT_EQ(stamped, 1);
  EXPECT_EQ(d.waits.size(), 3U);
}

TEST(PostStamps, ARefusedPostLeavesNoStampForTheNext) {
  StampedDoor d;
  d.door->stamp_posts(true);
  for (int i = 0; i < 100; ++i) d.post(1ms);
  d.clock.advance_to(Instant{2ms});
  for (int i = 0; i < 100; ++i) {
    Task task{[] {}};
    ASSERT_EQ(d.door->post(task), Admission::full);
  }
  d.drain();
  d.waits.clear();
  d.post(500ms);
  d.clock.advance_to(Instant{501ms});
  d.drain();
  ASSERT_EQ(d.waits.size(), 1U);
  EXPECT_TRUE(!d.waits[0] || *d.waits[0] == 1ms);
}

}  // namespace
}  // namespace millrace
