#include <millrace/detail/sampler.h>

#include <gtest/gtest.h>

#include <cstdint>

namespace millrace::detail {
namespace {
using namespace std::chrono_literals;

/// What becomes of `events` events that come one every `pace`.
struct Sampled {
  Sampled(Sampler::Settings settings, Duration pace, std::uint64_t events) {
    Sampler sampler{7};
    sampler.set(settings);
    std::uint64_t next = 0;
    for (std::uint64_t event = 0; event < events; ++event) {
      if (event != next) continue;
      ++chosen;
      stood_for += sampler.weight();
      const std::uint32_t distance = sampler.next(Instant{pace * static_cast<Duration::rep>(event)});
      distance_max = std::max(distance_max, distance);
      next += distance;
    }
  }
  std::uint64_t chosen = 0;
  std::uint64_t stood_for = 0;
  std::uint32_t distance_max = 0;
};

TEST(Sampler, TakesAllOfWhatIsSlow) {
  const Sampled slow({.distance_max = 64, .gap = 20us}, 20us, 10'000);
  EXPECT_EQ(slow.chosen, 10'000U);
  EXPECT_EQ(slow.stood_for, 10'000U);
}

TEST(Sampler, KeepsTheGapBetweenWhatIsFast) {
  const Sampled fast({.distance_max = 64, .gap = 20us}, 1us, 1'000'000);
  EXPECT_NEAR(static_cast<double>(fast.chosen), 1'000'000 / 16.0, 2'000) << "16 us is the power of two below the gap";
}

TEST(Sampler, GoesNoFartherThanToldHoweverFast) {
  const Sampled fast({.distance_max = 64, .gap = 20us}, 1ns, 1'000'000);
  EXPECT_NEAR(static_cast<double>(fast.chosen), 1'000'000 / 64.0, 500);
  EXPECT_LT(fast.distance_max, 128U);
  EXPECT_GT(fast.distance_max, 100U) << "at random distances";
  EXPECT_EQ(Sampled({.distance_max = 1, .gap = 20us}, 1ns, 1'000).chosen, 1'000U);
}

TEST(Sampler, WhatIsChosenStandsForAllOthers) {
  for (const Duration pace : {1ns, 100ns, 1'000ns, 7'000ns, 50'000ns}) {
    const Sampled sampled({.distance_max = 256, .gap = 20us}, pace, 1'000'000);
    EXPECT_NEAR(static_cast<double>(sampled.stood_for), 1'000'000, 25'000) << pace.count();
  }
}

TEST(Sampler, FollowsAChangeOfPaceWithinAFewSamples) {
  Sampler sampler{3};
  sampler.set({.distance_max = 1 << 16, .gap = 20us});
  Instant now{};
  std::uint32_t distance = 1;
  for (int i = 0; i < 100; ++i) distance = sampler.next(now += Duration{10} * distance);
  EXPECT_GE(sampler.weight(), 1024U);
  int needed = 0;
  for (; sampler.weight() > 1 && needed < 100; ++needed) distance = sampler.next(now += 1ms * distance);
  EXPECT_LE(needed, 6) << "slow events are few: each that is left out is missed";
}

TEST(Sampler, AClockThatStandsStillChangesNothing) {
  Sampler sampler{3};
  sampler.set({});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(sampler.next(Instant{}), 1U);
}

}  // namespace
}  // namespace millrace::detail
