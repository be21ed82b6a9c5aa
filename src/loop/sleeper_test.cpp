// What the sleeper learns from how spinning and sleeping went.
#include "loop/sleeper.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace millrace {
namespace {
using namespace std::chrono_literals;

TEST(SpinAdvice, GivesTheWholeBudgetUntilItMissedAFewTimes) {
  SpinAdvice advice;
  EXPECT_EQ(advice.budget(50us), 50us);
  EXPECT_EQ(advice.budget(0us), 0us);
  int misses = 0;
  for (; advice.budget(50us) > 0us; ++misses) {
    EXPECT_EQ(advice.budget(50us), 50us);
    ASSERT_LT(misses, 100) << "spins for ever in vain";
    advice.miss();
  }
  EXPECT_GT(misses, 1) << "one miss is no habit";
  for (int i = 0; i < 1'000'000; ++i) advice.miss();
  EXPECT_EQ(advice.budget(50us), 0us);
}

TEST(SpinAdvice, AHitForgivesAllMisses) {
  SpinAdvice fresh;
  int bound = 0;
  for (; fresh.budget(50us) > 0us; ++bound) fresh.miss();
  SpinAdvice advice;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < bound - 1; ++i) advice.miss();
    EXPECT_EQ(advice.budget(50us), 50us);
    advice.hit();
  }
}

TEST(SpinAdvice, AShortSleepMakesItSpinAgainAndALongOneDoesNot) {
  SpinAdvice advice;
  for (int i = 0; i < 100; ++i) advice.miss();
  advice.slept(51us, 50us);
  advice.slept(1h, 50us);
  EXPECT_EQ(advice.budget(50us), 0us);
  advice.slept(10us, 50us);
  EXPECT_EQ(advice.budget(50us), 50us);
}

TEST(LatenessAdvice, LearnsASteadyLatenessAndForgetsIt) {
  LatenessAdvice advice;
  EXPECT_EQ(advice.lead(1ms), 0us);
  for (int i = 0; i < 100; ++i) advice.overslept(60us);
  EXPECT_GE(advice.lead(1ms), 45us);
  EXPECT_LE(advice.lead(1ms), 75us);
  for (int i = 0; i < 1'000; ++i) advice.overslept(2us);
  EXPECT_LE(advice.lead(1ms), 5us);
  EXPECT_GE(advice.lead(1ms), 0us);
}

TEST(LatenessAdvice, IsBoundedByTheMaximum) {
  LatenessAdvice advice;
  for (int i = 0; i < 100; ++i) advice.overslept(1s);
  EXPECT_EQ(advice.lead(200us), 200us);
  EXPECT_EQ(advice.lead(0us), 0us);
  for (int i = 0; i < 10'000; ++i) advice.overslept(0us);
  EXPECT_LE(advice.lead(200us), 1us) << "one bad time is not for ever";
}

TEST(LatenessAdvice, CoversAboutFourOfFive) {
  LatenessAdvice advice;
  std::uint64_t state = 1;
  const auto next = [&state] {  // 0 to 99 us, evenly
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return std::chrono::duration_cast<Duration>(std::chrono::microseconds{static_cast<long>((state >> 33) % 100)});
  };
  for (int i = 0; i < 1'000; ++i) advice.overslept(next());
  int covered = 0;
  constexpr int kSamples = 10'000;
  for (int i = 0; i < kSamples; ++i) {
    const Duration late = next();
    covered += late <= advice.lead(1s) ? 1 : 0;
    advice.overslept(late);
  }
  EXPECT_GE(covered, kSamples * 60 / 100);
  EXPECT_LE(covered, kSamples * 95 / 100);
}

}  // namespace
}  // namespace millrace
