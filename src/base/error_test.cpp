#include <millrace/error.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <stdexcept>

#include <millrace/result.h>

namespace millrace {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(Error, CarriesCodeAndMessage) {
  const Error error(Errc::full, "the queue is full");
  EXPECT_EQ(error.code(), make_error_code(Errc::full));
  EXPECT_EQ(error.code(), Errc::full);
  EXPECT_EQ(error.message(), "the queue is full");
  EXPECT_EQ(error.cause(), nullptr);
  EXPECT_TRUE(error.context().empty());
}

TEST(Error, OwnCodesHaveACategoryAndATextEach) {
  for (int code = static_cast<int>(Errc::closed); code <= static_cast<int>(Errc::timed_out); ++code) {
    const std::error_code made = make_error_code(static_cast<Errc>(code));
    EXPECT_STREQ(made.category().name(), "millrace");
    EXPECT_THAT(made.message(), Not(HasSubstr("unknown"))) << code;
  }
  EXPECT_EQ(make_error_code(static_cast<Errc>(999)).message(), "unknown code 999");
}

TEST(Error, SystemCodesKeepTheirErrno) {
  const Error error = Error::from_errno(EBADF, "epoll_ctl add");
  EXPECT_EQ(error.code(), std::error_code(EBADF, std::system_category()));
  EXPECT_EQ(error.code(), std::errc::bad_file_descriptor);
  EXPECT_THAT(error.message(), HasSubstr("epoll_ctl add"));
}

TEST(Error, ContextKeepsTheOrderInWhichFactsWereAdded) {
  const Error error = Error(Errc::closed, "m").with("z", "1").with("a", "2").with("z", "3");
  EXPECT_THAT(error.context(), ElementsAre(Pair("z", "1"), Pair("a", "2"), Pair("z", "3")));
  EXPECT_EQ(error.context("a"), "2");
  EXPECT_EQ(error.context("absent"), "");
}

TEST(Error, WithLeavesTheOriginalUntouchedAndKeepsTheIdentity) {
  const Error error(Errc::closed, "m");
  const Error more = error.with("k", "v");
  EXPECT_TRUE(error.context().empty());
  EXPECT_EQ(more.correlation_id(), error.correlation_id());
  EXPECT_EQ(more.code(), error.code());
}

TEST(Error, WrapKeepsTheCauseAndItsCorrelationId) {
  const Error inner = Error(Errc::invalid_descriptor, "not open").with("fd", "7");
  const Error outer = inner.wrap(Errc::closed, "the watch ended");
  EXPECT_EQ(outer.code(), Errc::closed);
  EXPECT_TRUE(outer.context().empty());
  ASSERT_NE(outer.cause(), nullptr);
  EXPECT_EQ(outer.cause()->message(), "not open");
  EXPECT_EQ(outer.cause()->context("fd"), "7");
  EXPECT_EQ(outer.correlation_id(), inner.correlation_id());
  EXPECT_EQ(outer.wrap(Errc::full, "again").with("k", "v").correlation_id(), inner.correlation_id());
}

TEST(Error, EveryFailureHasItsOwnCorrelationId) {
  EXPECT_NE(Error(Errc::closed, "m").correlation_id(), Error(Errc::closed, "m").correlation_id());
}

TEST(Error, MatchesItsOwnCodeAndThatOfAnyCause) {
  const Error error = Error::from_errno(EPIPE, "write").wrap(Errc::closed, "b").wrap(Errc::terminated, "c");
  EXPECT_TRUE(error.matches(Errc::terminated));
  EXPECT_TRUE(error.matches(Errc::closed));
  EXPECT_TRUE(error.matches(std::error_code(EPIPE, std::system_category())));
  EXPECT_FALSE(error.matches(Errc::full));
}

TEST(Error, OneLineFormHasCodeContextAndCauses) {
  const Error inner = Error(Errc::closed, "gone").with("fd", "7").with("state", "idle");
  EXPECT_EQ(Error(Errc::closed, "gone").to_string(), "gone (millrace:closed)");
  EXPECT_EQ(inner.to_string(), "gone (millrace:closed) [fd=7 state=idle]");
  EXPECT_EQ(inner.wrap(Errc::full, "outer").to_string(),
            "outer (millrace:full): caused by: gone (millrace:closed) [fd=7 state=idle]");
}

TEST(Error, LongFormHasTheCorrelationIdAndIndentsEachCause) {
  const Error inner = Error(Errc::closed, "gone").with("fd", "7");
  const Error outer = inner.wrap(Errc::full, "outer");
  EXPECT_EQ(outer.to_long_string(), "error " + outer.correlation_id().to_string() +
                                        "\n  outer\n    code: millrace:full\n"
                                        "    caused by: gone\n      code: millrace:closed\n      fd: 7\n");
}

TEST(Error, DescribesEveryKindOfException) {
  const auto caught = [](auto&& value) { return Error::from_exception(std::make_exception_ptr(value)); };
  const Error standard = caught(std::runtime_error("broken"));
  EXPECT_EQ(standard.code(), Errc::uncaught_exception);
  EXPECT_THAT(standard.message(), HasSubstr("broken"));
  EXPECT_EQ(caught(42).code(), Errc::uncaught_exception);
  EXPECT_FALSE(caught("text").message().empty());

  const Error known = Error(Errc::full, "full").with("limit", "3");
  const Error back = caught(ErrorException(known));
  EXPECT_EQ(back.code(), Errc::full);
  EXPECT_EQ(back.context("limit"), "3");
  EXPECT_EQ(back.correlation_id(), known.correlation_id());
}

TEST(Error, ExceptionTextIsTheOneLineForm) {
  const Error error = Error(Errc::full, "full").with("limit", "3");
  EXPECT_EQ(std::string(ErrorException(error).what()), error.to_string());
}

TEST(Error, CauseLivesAsLongAsTheCopyThatNamesIt) {
  const Error* cause = nullptr;
  Error keep(Errc::full, "placeholder");
  {
    const Error temporary = Error(Errc::closed, "inner").wrap(Errc::full, "outer");
    keep = temporary;
    cause = keep.cause();
  }
  EXPECT_EQ(cause->message(), "inner");
}

TEST(Result, FailGivesTheErrorAndValueThrowsIt) {
  const Result<int> result = fail(Errc::full, "no room");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), Errc::full);
  EXPECT_THROW(static_cast<void>(result.value()), std::bad_expected_access<Error>);
}

}  // namespace
}  // namespace millrace
