#include "observe/log/rate_limit.h"

#include <array>

#include <gtest/gtest.h>

namespace millrace::observe::detail {
namespace {

using namespace std::chrono_literals;

// Places of as many lines as the tests need.
// clang-format off
const std::array kPlaces{
    std::source_location::current(),
    std::source_location::current(),
    std::source_location::current(),
    std::source_location::current(),
};
// clang-format on

Instant at(Duration time) { return Instant(time); }

TEST(RateLimiter, GivesABurstAndThenTheRate) {
  RateLimiter limiter({.per_second = 100, .burst = 5});
  int admitted = 0;
  for (int ms = 0; ms < 1000; ++ms) admitted += limiter.admit(kPlaces[0], at(1ms * ms)).admitted ? 1 : 0;
  EXPECT_EQ(admitted, 5 + 99) << "the burst, and one each 10 ms";
  admitted = 0;
  for (int i = 0; i < 100; ++i) admitted += limiter.admit(kPlaces[0], at(1h)).admitted ? 1 : 0;
  EXPECT_EQ(admitted, 5) << "what was not used does not add up beyond the burst";
}

TEST(RateLimiter, PlacesAreApartUntilTheTableIsFull) {
  RateLimiter limiter({.per_second = 1, .burst = 1, .places_max = 2});
  EXPECT_TRUE(limiter.admit(kPlaces[0], at(0s)).admitted);
  EXPECT_TRUE(limiter.admit(kPlaces[1], at(0s)).admitted);
  const auto third = limiter.admit(kPlaces[2], at(0s));
  EXPECT_TRUE(third.admitted);
  EXPECT_TRUE(third.shared);
  EXPECT_FALSE(limiter.admit(kPlaces[3], at(0s)).admitted) << "shares the allowance of the third";
  EXPECT_FALSE(limiter.admit(kPlaces[0], at(0s)).admitted);
  EXPECT_FALSE(limiter.admit(kPlaces[0], at(0s)).shared) << "keeps its entry";
  const auto taken = limiter.take_suppressed();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].place.line(), kPlaces[0].line());
  EXPECT_EQ(taken[0].count, 2U);
  EXPECT_TRUE(taken[1].shared);
  EXPECT_EQ(taken[1].count, 1U);
  EXPECT_TRUE(limiter.take_suppressed().empty());
}

TEST(RateLimiter, OddLimitsStayInRange) {
  for (const double per_second : {0.0, -1.0, 1e-300, 1e300}) {
    RateLimiter limiter({.per_second = per_second, .burst = UINT32_MAX, .places_max = 0});
    EXPECT_TRUE(limiter.admit(kPlaces[0], at(0s)).admitted) << per_second;
    EXPECT_TRUE(limiter.admit(kPlaces[0], at(0s)).shared);
  }
  RateLimiter none({.per_second = 1, .burst = 0});
  EXPECT_TRUE(none.admit(kPlaces[0], at(0s)).admitted) << "a burst of nothing would be silence: it is one";
}

}  // namespace
}  // namespace millrace::observe::detail
