#include <millrace/result.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace millrace {
namespace {

TEST(Result, FailGivesTheErrorAndValueThrowsIt) {
  const Result<int> result = fail(Errc::full, "no room");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), Errc::full);
  EXPECT_THROW(static_cast<void>(result.value()), std::bad_expected_access<Error>);
}

TEST(Result, UnwrapMovesTheValueOut) {
  EXPECT_EQ(unwrap(Result<int>(7)), 7);
  Result<std::unique_ptr<std::string>> result = std::make_unique<std::string>("text");
  const std::unique_ptr<std::string> value = unwrap(std::move(result));
  EXPECT_EQ(*value, "text");
  EXPECT_EQ(*result, nullptr);
  EXPECT_NO_THROW(unwrap(Result<void>()));
  static_assert(std::is_void_v<decltype(unwrap(Result<void>()))>);
}

TEST(Result, UnwrapThrowsTheErrorOfAFailure) {
  const Error error = Error(Errc::full, "no room").with("limit", "3");
  const auto expect_thrown = [&](auto result) {
    try {
      static_cast<void>(unwrap(std::move(result)));
      ADD_FAILURE() << "nothing was thrown";
    } catch (const ErrorException& thrown) {
      EXPECT_EQ(thrown.error().code(), Errc::full);
      EXPECT_EQ(thrown.error().correlation_id(), error.correlation_id());
    }
  };
  expect_thrown(Result<int>(fail(error)));
  expect_thrown(Result<void>(fail(error)));
}

}  // namespace
}  // namespace millrace
