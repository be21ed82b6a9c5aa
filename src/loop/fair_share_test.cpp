// Loops that share a thread by weight.
#include <millrace/fair_share.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <millrace/loop.h>

namespace millrace {
namespace {

using namespace std::chrono_literals;

double ms_of(const FairShare::Member& member) { return std::chrono::duration<double, std::milli>(member.usage().used).count(); }

/// A loop whose callbacks take what they say they take, by the meter of the group.
struct Tenant {
  Tenant(FairShare& group, Duration& spent, Duration each, std::uint32_t weight = 1)
      : spent_(spent), each_(each), member(group.add(loop, weight).value()) {}
  /// Has always more to do.
  void be_busy() {
    ++callbacks;
    spent_ += each_;
    if (busy) loop.immediate([this] { be_busy(); }).value();
  }
  void start() {
    loop.immediate([this] { be_busy(); }).value();
    member.wake();
  }

  Loop loop;
  int callbacks = 0;
  bool busy = true;

 private:
  Duration& spent_;
  Duration each_;

 public:
  FairShare::Member member;
};

struct House {
  explicit House(FairShareOptions options = {}) : group(host, with_meter(std::move(options))) {}
  Tenant& add(Duration each, std::uint32_t weight = 1) {
    return *tenants.emplace_back(std::make_unique<Tenant>(group, spent, each, weight));
  }
  /// Until all of them together have used `time`.
  void run_for(Duration time) {
    const Duration end = spent + time;
    EXPECT_EQ(host.run_until([&] { return spent >= end; }, 20s).reason(), RunOutcome::Reason::reached);
  }
  FairShareOptions with_meter(FairShareOptions options) {
    if (!options.meter) options.meter = [this] { return spent; };
    return options;
  }

  Duration spent{};
  Loop host;
  FairShare group;
  std::vector<std::unique_ptr<Tenant>> tenants;
};

TEST(FairShare, EqualWeightsGetTheSame) {
  House house;
  for (int i = 0; i < 10; ++i) house.add(100us).start();
  house.run_for(10s);
  for (const auto& tenant : house.tenants) EXPECT_NEAR(ms_of(tenant->member), 1000, 6);
}

TEST(FairShare, WhoTakesLongWaitsLonger) {
  House house;
  Tenant& quick = house.add(10us);
  Tenant& slow = house.add(50ms);  // a hundred slices each
  quick.start();
  slow.start();
  house.run_for(10s);
  EXPECT_NEAR(ms_of(quick.member), 5000, 60);
  EXPECT_NEAR(ms_of(slow.member), 5000, 60);
  EXPECT_GT(quick.callbacks, 1000 * slow.callbacks);
}

TEST(FairShare, SharesAreAsWeightsAre) {
  House house;
  for (std::uint32_t weight = 1; weight <= 4; ++weight) house.add(100us, weight).start();
  house.run_for(10s);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(ms_of(house.tenants[i]->member), 1000.0 * static_cast<double>(i + 1), 6);
}

TEST(FairShare, AWeightMayChange) {
  House house;
  Tenant& one = house.add(100us);
  Tenant& other = house.add(100us);
  one.start();
  other.start();
  house.run_for(1s);
  ASSERT_TRUE(one.member.set_weight(3));
  const double before = ms_of(one.member);
  house.run_for(4s);
  EXPECT_NEAR(ms_of(one.member) - before, 3000, 6);
  EXPECT_EQ(one.member.set_weight(0).error().code(), Errc::invalid_argument);
}

TEST(FairShare, WhatWasNotUsedIsNotSavedUp) {
  House house;
  Tenant& busy = house.add(100us);
  Tenant& sleeper = house.add(100us);
  busy.start();
  house.run_for(5s);
  sleeper.start();  // level with the other from here on, not five seconds ahead
  house.run_for(2s);
  EXPECT_NEAR(ms_of(sleeper.member), 1000, 6);
}

TEST(FairShare, TheHostHasItsTurns) {
  House house({.turn = 5ms});
  for (int i = 0; i < 100; ++i) house.add(100us).start();
  std::vector<Duration> at;
  std::function<void()> look = [&] {
    at.push_back(house.spent);
    house.host.immediate([&] { look(); }).value();
  };
  look();
  house.run_for(1s);
  ASSERT_GT(at.size(), 100u);
  for (std::size_t i = 1; i < at.size(); ++i) EXPECT_LE(at[i] - at[i - 1], 5ms + 600us);
}

TEST(FairShare, TimersOfMembersWakeTheHost) {
  Loop host;
  FairShare group(host);
  Loop loop;
  FairShare::Member member = group.add(loop).value();
  int fired = 0;
  TimerHandle timer = loop.every(2ms, [&] { ++fired; }).value();
  member.wake();
  host.run_until([&] { return fired == 3; }, 10s);
  EXPECT_EQ(fired, 3);
  EXPECT_LT(member.usage().slices, 20u) << "it is not looked at while it waits";
}

TEST(FairShare, PostsFromOtherThreadsWakeTheHost) {
  Loop host;
  FairShare group(host);
  Loop loop;
  const FairShare::Member member = group.add(loop).value();
  const LivenessHold hold = host.hold();
  int ran = 0;
  std::jthread poster([door = loop.ingress(), &ran]() mutable {
    for (int i = 0; i < 100; ++i) {
      Task task([&ran] { ++ran; });
      while (door.post(task) != Admission::accepted) std::this_thread::yield();
      if (i % 10 == 0) std::this_thread::sleep_for(1ms);
    }
  });
  EXPECT_EQ(host.run_until([&] { return ran == 100; }, 10s).reason(), RunOutcome::Reason::reached);
}

TEST(FairShare, TheHostEndsWhenNoMemberIsAlive) {
  Loop host;
  FairShare group(host);
  Loop one, two;
  FairShare::Member first = group.add(one).value(), second = group.add(two).value();
  int fired = 0;
  TimerHandle timer = two.schedule(5ms, [&] { ++fired; }).value();
  second.wake();
  EXPECT_EQ(host.run().reason(), RunOutcome::Reason::idle);
  EXPECT_EQ(fired, 1);
}

TEST(FairShare, AMemberMayLeaveInItsOwnCallback) {
  House house;
  Tenant& stays = house.add(100us);
  Tenant& leaves = house.add(100us);
  stays.start();
  leaves.loop.immediate([&] { leaves.member = FairShare::Member(); }).value();
  leaves.loop.immediate([&] { ++leaves.callbacks; }).value();
  leaves.member.wake();
  house.run_for(1s);
  EXPECT_EQ(house.group.size(), 1u);
  EXPECT_FALSE(leaves.member.active());
  EXPECT_EQ(leaves.member.usage().slices, 0u);
  leaves.member.wake();  // harmless
  stays.busy = false;
  EXPECT_EQ(house.host.run().reason(), RunOutcome::Reason::idle);
}

TEST(FairShare, WhatEndsAMemberIsTold) {
  std::vector<const Loop*> ended;
  Loop host;
  FairShare group(host, {.on_ended = [&](Loop& loop, const Error&) { ended.push_back(&loop); }});
  Loop closes, goes_on;
  FairShare::Member first = group.add(closes).value(), second = group.add(goes_on).value();
  closes.immediate([&] { closes.close(); }).value();
  closes.immediate([] {}).value();
  int ran = 0;
  goes_on.immediate([&] { ++ran; }).value();
  first.wake();
  second.wake();
  host.run_for(50ms);
  EXPECT_THAT(ended, ::testing::ElementsAre(&closes));
  EXPECT_FALSE(first.active());
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(group.size(), 1u);
}

TEST(FairShare, RefusesWhatCannotBe) {
  Loop host, loop, closed;
  closed.close();
  FairShare group(host, {.members_max = 1});
  EXPECT_EQ(group.add(loop, 0).error().code(), Errc::invalid_argument);
  EXPECT_EQ(group.add(host).error().code(), Errc::invalid_argument);
  EXPECT_EQ(group.add(closed).error().code(), Errc::closed);
  const FairShare::Member member = group.add(loop).value();
  Loop other;
  EXPECT_EQ(group.add(other).error().code(), Errc::full);
}

TEST(FairShare, OneDoorThatIsFullShutsNoOther) {
  Loop host;
  FairShare group(host);
  Loop flooded({.admission = {.depth_max = 4}}), calm({.admission = {.depth_max = 4}});
  const FairShare::Member first = group.add(flooded).value(), second = group.add(calm).value();
  int refused = 0;
  Ingress flood = flooded.ingress(), door = calm.ingress();
  for (int i = 0; i < 100; ++i) {
    Task task([] {});
    refused += flood.post(task) == Admission::full ? 1 : 0;
  }
  EXPECT_EQ(refused, 96);
  int ran = 0;
  Task task([&] { ++ran; });
  EXPECT_EQ(door.post(task), Admission::accepted);
  const LivenessHold hold = host.hold();
  host.run_until([&] { return ran == 1; }, 10s);
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace millrace
