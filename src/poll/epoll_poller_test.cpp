// What epoll alone promises; the rest is in system_poller_test.cpp.
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "support/descriptors.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::real_now;

TEST(EpollPoller, SleepsForFractionsOfAMillisecond) {
  const auto poller = make_epoll_poller();
  if (!poller) GTEST_SKIP() << poller.error().to_string();
  std::array<ReadyEvent, 1> events{};
  Duration shortest = 1s;
  for (int i = 0; i < 50; ++i) {
    const Instant before = real_now();
    EXPECT_EQ((*poller)->wait(events, 100us).value(), 0u);
    const Duration slept = real_now() - before;
    EXPECT_GE(slept, 100us);
    shortest = std::min(shortest, slept);
  }
  EXPECT_LT(shortest, 1ms) << "needs epoll_pwait2 (Linux 5.11)";
}

}  // namespace
}  // namespace millrace
