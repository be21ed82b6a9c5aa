#include <millrace/clock.h>

#include <gtest/gtest.h>

#include <chrono>

namespace millrace {
namespace {
using namespace std::chrono_literals;

TEST(ManualClock, StandsStillUntilTold) {
  ManualClock clock{Instant{5s}};
  EXPECT_EQ(clock.now(), Instant{5s});
  EXPECT_EQ(clock.now(), Instant{5s});
  clock.advance(1ns);
  EXPECT_EQ(clock.now(), Instant{5s + 1ns});
  clock.advance_to(Instant{7s});
  EXPECT_EQ(clock.now(), Instant{7s});
}

TEST(ManualClock, NeverGoesBack) {
  ManualClock clock{Instant{5s}};
  clock.advance(-1s);
  clock.advance(0s);
  clock.advance_to(Instant{4s});
  EXPECT_EQ(clock.now(), Instant{5s});
}

TEST(SteadyClock, NeverGoesBack) {
  const SteadyClock clock;
  Instant last = clock.now();
  for (int i = 0; i < 10'000; ++i) {
    const Instant now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(SteadyClock, TellsNanosecondsOfTheMonotonicClock) {
  const SteadyClock clock;
  const auto before = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC too, on Linux
  const Duration now = clock.now().time_since_epoch();
  const auto after = std::chrono::steady_clock::now().time_since_epoch();
  EXPECT_GE(now, before);
  EXPECT_LE(now, after);
}

}  // namespace
}  // namespace millrace
