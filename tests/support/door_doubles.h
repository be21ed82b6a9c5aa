// What a door and its lanes are tried with.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>

#include <millrace/clock.h>
#include <millrace/poller.h>

namespace millrace::testing {

/// Counts wakes, and refuses as many as it is told to.
class WakerDouble final : public Waker {
 public:
  [[nodiscard]] bool wake() noexcept override {
    ++calls;
    return refuse.load() <= 0 || refuse.fetch_sub(1) <= 0;
  }
  std::atomic<int> calls{0};
  std::atomic<int> refuse{0};
};

/// Tells the time it is set to, and fails the test when it is read after that was forbidden.
struct WatchedClock final : Clock {
  [[nodiscard]] Instant now() const noexcept override {
    EXPECT_TRUE(allowed);
    ++reads;
    return at;
  }
  bool allowed = true;
  Instant at{};
  mutable int reads = 0;
};

constexpr std::size_t kNoBudget = std::size_t{1} << 30;

}  // namespace millrace::testing
