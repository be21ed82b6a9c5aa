#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using testing::ManualLoop;
using Lines = std::vector<std::string>;

TEST(PromiseTest, ReactionsAreAlwaysAsynchronousAndInOrder) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  promise.then([&](const int& value) { m.log.push_back("first " + std::to_string(value)); });
  promise.then([&](const int& value) { m.log.push_back("second " + std::to_string(value)); });
  EXPECT_TRUE(resolver.resolve(7));
  EXPECT_EQ(promise.status(), PromiseStatus::fulfilled);
  promise.then([&](const int& value) { m.log.push_back("late " + std::to_string(value)); });
  EXPECT_EQ(m.log, Lines{});
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"first 7", "second 7", "late 7"}));
}

TEST(PromiseTest, AStateWithItsReactionIsOneAllocationOfNinetySixBytes) {
  struct Pointer {
    int* to;
    int operator()(const int& value) const { return *to = value; }
  };
  EXPECT_LE(sizeof(detail::ThenState<int, int, false, Pointer, detail::None>), 96u);
}

}  // namespace
}  // namespace millrace
