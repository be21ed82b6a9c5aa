#include <millrace/error_match.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>

namespace millrace {
namespace {

TEST(ErrorMatch, RunsTheFirstArmWhoseCodeIsFound) {
  const auto name = [](const Error& error) {
    return match(error, on(Errc::full, [](const Error& e) { return "full: " + e.message(); }),
                 on(Errc::closed, [](const Error& e) { return "closed: " + e.message(); }),
                 otherwise([](const Error& e) { return "otherwise: " + e.message(); }));
  };
  EXPECT_EQ(name(Error(Errc::full, "a")), "full: a");
  EXPECT_EQ(name(Error(Errc::closed, "b")), "closed: b");
  EXPECT_EQ(name(Error(Errc::terminated, "c")), "otherwise: c");
  EXPECT_EQ(name(Error(Errc::terminated, "inner").wrap(Errc::not_found, "outer")), "otherwise: outer");
}

TEST(ErrorMatch, ArmsAreTriedInTheOrderWrittenNotInThatOfTheChain) {
  const Error error = Error(Errc::full, "inner").with("limit", "3").wrap(Errc::closed, "outer");
  const auto limit = [](const Error& e) { return std::string(e.context("limit")); };
  EXPECT_EQ(match(error, on(Errc::full, limit), on(Errc::closed, limit), otherwise([] { return std::string("none"); })), "3")
      << "the handler is given the cause that has the code";
  EXPECT_EQ(match(error, on(Errc::closed, limit), on(Errc::full, limit), otherwise([] { return std::string("none"); })), "");
}

TEST(ErrorMatch, RunsOneHandlerAndOnlyIt) {
  int full = 0;
  int closed = 0;
  const auto count = [&](const Error& error) {
    match(error, on(Errc::full, [&] { ++full; }), on(Errc::closed, [&] { ++closed; }));
  };
  count(Error(Errc::full, "inner").wrap(Errc::closed, "outer"));
  EXPECT_EQ(full, 1);
  EXPECT_EQ(closed, 0);
  count(Error(Errc::terminated, "named by no arm"));
  EXPECT_EQ(full, 1);
  EXPECT_EQ(closed, 0);
}

TEST(ErrorMatch, TakesCodesOfEveryCategoryAndConditions) {
  const Error refused = Error::from_errno(ECONNREFUSED, "connect").wrap(Errc::closed, "outer");
  EXPECT_TRUE(match(refused, on(std::error_code(ECONNREFUSED, std::system_category()), [] { return true; }),
                    otherwise([] { return false; })));
  EXPECT_TRUE(match(refused, on(std::errc::connection_refused, [] { return true; }), otherwise([] { return false; })));
  EXPECT_FALSE(match(refused, on(std::errc::timed_out, [] { return true; }), otherwise([] { return false; })));
}

TEST(ErrorMatch, GivesTheCommonTypeOfTheHandlers) {
  const Error error(Errc::full, "m");
  const auto result = match(error, on(Errc::full, [] { return 1; }), otherwise([] { return 2.5; }));
  static_assert(std::is_same_v<decltype(result), const double>);
  EXPECT_EQ(result, 1.0);
  EXPECT_EQ(*match(error, on(Errc::closed, [] { return std::make_unique<int>(1); }),
                   otherwise([owned = std::make_unique<int>(2)]() mutable { return std::move(owned); })),
            2);
  EXPECT_EQ(match(error, otherwise([] { return 3; })), 3);
  const std::string text = "kept by the caller";
  static_assert(std::is_same_v<decltype(match(error, otherwise([&]() -> const std::string& { return text; }))), std::string>);
}

TEST(ErrorMatch, DoesNotLookAtReasons) {
  const Error error = Error::aggregate(Errc::all_rejected, "m", {Error(Errc::full, "reason")});
  EXPECT_TRUE(match(error, on(Errc::full, [] { return false; }), otherwise([] { return true; })));
}

TEST(ErrorMatch, AHandlersExceptionIsTheCallers) {
  EXPECT_THROW(match(Error(Errc::full, "m"), on(Errc::full, [](const Error& e) { e.raise(); })), ErrorException);
}

}  // namespace
}  // namespace millrace
