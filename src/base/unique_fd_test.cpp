#include "base/unique_fd.h"

#include <gtest/gtest.h>

#include "support/descriptors.h"

namespace millrace {
namespace {
using testing::is_open;
using testing::make_eventfd;

TEST(UniqueFd, OnlyMinusOneIsEmpty) {
  EXPECT_FALSE(UniqueFd{});
  EXPECT_EQ(UniqueFd{}.get(), -1);
  const testing::BorrowedZero borrowed;
  {
    const UniqueFd zero{0};  // a descriptor like any other
    EXPECT_TRUE(zero);
  }
  EXPECT_FALSE(is_open(0));
}

TEST(UniqueFd, ClosesOnceAtTheEndOfItsLife) {
  int number = -1;
  {
    const UniqueFd fd = make_eventfd();
    number = fd.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, MovesLeaveAnEmptyOwner) {
  UniqueFd fd = make_eventfd();
  const int number = fd.get();
  UniqueFd moved{std::move(fd)};
  EXPECT_FALSE(fd);  // NOLINT(bugprone-use-after-move): the contract under test
  EXPECT_EQ(moved.get(), number);
  UniqueFd replaced = make_eventfd();
  const int old = replaced.get();
  replaced = std::move(moved);
  EXPECT_FALSE(is_open(old));
  EXPECT_EQ(replaced.get(), number);
  replaced.reset();
  replaced.reset();
  EXPECT_FALSE(is_open(number));
}

}  // namespace
}  // namespace millrace
