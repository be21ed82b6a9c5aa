// Errors and exceptions: what becomes of one when it is carried as the other.
#include <millrace/error.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include <millrace/result.h>

namespace millrace {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

template <typename E>
Error describe(const E& exception) {
  return Error::from_exception(std::make_exception_ptr(exception));
}

// What an exception_ptr cannot be made of directly: exceptions thrown while others are handled.
template <typename Function>
Error describe_thrown(Function function) {
  try {
    function();
  } catch (...) {
    return Error::from_exception(std::current_exception());
  }
  return Error(Errc::not_found, "nothing was thrown");
}

struct Refused : std::runtime_error {
  explicit Refused(int at) : std::runtime_error("refused"), line(at) {}
  int line;
};

struct OwnError : ErrorException {
  explicit OwnError(Error error) : ErrorException(std::move(error)) {}
};

TEST(ErrorException, DescribesEveryKindOfException) {
  const Error standard = describe(std::runtime_error("broken"));
  EXPECT_EQ(standard.code(), Errc::uncaught_exception);
  EXPECT_THAT(standard.message(), HasSubstr("broken"));
  EXPECT_EQ(describe(42).code(), Errc::uncaught_exception);
  EXPECT_FALSE(describe(std::string("text")).message().empty());

  const Error known = Error(Errc::full, "full").with("limit", "3");
  const Error back = describe(ErrorException(known));
  EXPECT_EQ(back.code(), Errc::full);
  EXPECT_EQ(back.context("limit"), "3");
  EXPECT_EQ(back.correlation_id(), known.correlation_id());
}

TEST(ErrorException, ExceptionTextIsTheOneLineForm) {
  const Error error = Error(Errc::full, "full").with("limit", "3");
  EXPECT_EQ(std::string(ErrorException(error).what()), error.to_string());
}

TEST(ErrorException, NoExceptionIsAnErrorToo) {
  EXPECT_EQ(Error::from_exception(nullptr).code(), Errc::invalid_argument);
  EXPECT_EQ(Error::from_exception(nullptr).exception(), nullptr);
}

TEST(ErrorException, KeepsTheCodeOfASystemError) {
  const Error error = describe(std::system_error(ECONNREFUSED, std::system_category(), "connect"));
  EXPECT_EQ(error.code(), std::error_code(ECONNREFUSED, std::system_category()));
  EXPECT_THAT(error.message(), HasSubstr("connect"));
  EXPECT_TRUE(error.retryable()) << "the hint of from_errno() holds for the same errno";
  EXPECT_TRUE(describe(std::system_error(std::make_error_code(std::errc::interrupted))).retryable());
  EXPECT_FALSE(describe(std::system_error(make_error_code(static_cast<Errc>(EAGAIN)))).retryable()) << "not an errno";
  EXPECT_EQ(describe(std::filesystem::filesystem_error("stat", std::make_error_code(std::errc::permission_denied))).code(),
            std::errc::permission_denied);
}

TEST(ErrorException, OutOfMemoryHasACodeThatMatchesThatOfTheSystem) {
  const Error error = describe(std::bad_alloc());
  EXPECT_EQ(error.code(), std::make_error_code(std::errc::not_enough_memory));
  EXPECT_TRUE(error.matches(std::errc::not_enough_memory));
  EXPECT_TRUE(Error::from_errno(ENOMEM, "mmap").matches(std::errc::not_enough_memory));
  EXPECT_NE(error.exception_as<std::bad_alloc>(), nullptr);
}

TEST(ErrorException, KeepsTheTypeOfTheException) {
  const Error error = describe(Refused(42));
  ASSERT_NE(error.exception_as<Refused>(), nullptr);
  EXPECT_EQ(error.exception_as<Refused>()->line, 42);
  EXPECT_NE(error.exception_as<std::runtime_error>(), nullptr) << "a base will do";
  EXPECT_EQ(error.exception_as<std::logic_error>(), nullptr);
  EXPECT_EQ(Error(Errc::full, "describes no exception").exception_as<std::exception>(), nullptr);
  ASSERT_NE(describe(7).exception_as<int>(), nullptr);
  EXPECT_EQ(*describe(8).exception_as<int>(), 8) << "the temporary lives to the end of the expression";
}

TEST(ErrorException, FindsTheOutermostExceptionAmongTheCauses) {
  const Error inner = describe(Refused(1));
  const Error outer = inner.wrap(Errc::full, "a").with("k", "v").wrap(Errc::closed, "b");
  EXPECT_EQ(outer.exception(), nullptr);
  ASSERT_NE(outer.exception_as<Refused>(), nullptr);
  EXPECT_EQ(outer.exception_as<Refused>(), inner.exception_as<Refused>()) << "the same object, not a copy";
  const Error reasons = Error::aggregate(Errc::all_rejected, "m", {inner});
  EXPECT_EQ(reasons.exception_as<Refused>(), nullptr) << "reasons are no causes";
}

TEST(ErrorException, ExceptionLivesAsLongAsTheErrorThatNamesIt) {
  static int alive = 0;
  struct Counted {
    Counted() { ++alive; }
    Counted(const Counted&) { ++alive; }
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --alive; }
  };
  Error keep = describe_thrown([] { throw Counted(); });
  EXPECT_EQ(alive, 1);
  keep = keep.wrap(Errc::closed, "outer");
  EXPECT_NE(keep.exception_as<Counted>(), nullptr);
  EXPECT_EQ(alive, 1);
  keep = Error(Errc::closed, "another");
  EXPECT_EQ(alive, 0);
}

TEST(ErrorException, RaiseRethrowsTheOriginalElseAnErrorException) {
  const Error described = describe(Refused(42));
  const Error stated = described.with("k", "v").with_retry({.retryable = true});
  for (const Error& error : {described, stated}) {
    try {
      error.raise();
    } catch (const Refused& original) {
      EXPECT_EQ(&original, described.exception_as<Refused>());
    } catch (...) {
      ADD_FAILURE() << "of another type";
    }
  }
  const Error wrapped = described.wrap(Errc::closed, "outer");
  try {
    wrapped.raise();
  } catch (const ErrorException& raised) {
    EXPECT_EQ(raised.error().message(), "outer");
    EXPECT_EQ(raised.error().correlation_id(), wrapped.correlation_id());
    EXPECT_NE(raised.error().exception_as<Refused>(), nullptr);
  }
}

TEST(ErrorException, DerivedTypesAreKeptAndGiveBackTheirError) {
  const Error inside = Error(Errc::full, "full").with("limit", "3");
  const Error back = describe(OwnError(inside));
  EXPECT_EQ(back.correlation_id(), inside.correlation_id());
  EXPECT_EQ(back.context("limit"), "3");
  EXPECT_NE(back.exception_as<OwnError>(), nullptr);
  EXPECT_THROW(back.raise(), OwnError);
  EXPECT_EQ(describe(ErrorException(inside)).exception(), nullptr) << "it would tell nothing that the Error does not";

  const Error original = describe(Refused(42));
  EXPECT_THROW(describe(OwnError(original)).raise(), Refused) << "the original is what is kept";
}

TEST(ErrorException, ValueOfAFailedResultGivesBackItsError) {
  const Result<int> result = fail(Error(Errc::full, "no room").with("limit", "3"));
  const Error error = describe_thrown([&] { static_cast<void>(result.value()); });
  EXPECT_EQ(error.code(), Errc::full);
  EXPECT_EQ(error.context("limit"), "3");
  EXPECT_EQ(error.correlation_id(), result.error().correlation_id());
}

TEST(ErrorException, NestedExceptionsBecomeCauses) {
  const Error error = describe_thrown([] {
    try {
      try {
        throw std::system_error(ENOENT, std::system_category(), "open");
      } catch (...) {
        std::throw_with_nested(Refused(7));
      }
    } catch (...) {
      std::throw_with_nested(std::runtime_error("no configuration"));
    }
  });
  EXPECT_EQ(error.message(), "no configuration");
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_EQ(error.cause()->message(), "refused");
  ASSERT_NE(error.cause()->cause(), nullptr);
  EXPECT_EQ(error.cause()->cause()->code(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(error.cause()->cause()->cause(), nullptr);
  EXPECT_EQ(error.correlation_id(), error.cause()->cause()->correlation_id()) << "one failure, one id";
  ASSERT_NE(error.exception_as<Refused>(), nullptr);
  EXPECT_EQ(error.exception_as<Refused>()->line, 7);
  EXPECT_NE(error.exception_as<std::nested_exception>(), nullptr);
}

TEST(ErrorException, ANestedExceptionNeedNotBeAStandardOne) {
  struct Plain {};
  const Error error = describe_thrown([] {
    try {
      throw 7;
    } catch (...) {
      std::throw_with_nested(Plain());
    }
  });
  EXPECT_EQ(error.code(), Errc::uncaught_exception);
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_NE(error.cause()->exception_as<int>(), nullptr);
}

TEST(ErrorException, NestedErrorsKeepTheIdOfTheInnermost) {
  const Error inner = Error(Errc::closed, "inner");
  const auto nest = [&](const Error& outer) {
    return describe_thrown([&] {
      try {
        throw ErrorException(inner);
      } catch (...) {
        std::throw_with_nested(ErrorException(outer));
      }
    });
  };
  const Error gained = nest(Error(Errc::full, "outer").with("k", "v"));
  EXPECT_EQ(gained.code(), Errc::full);
  EXPECT_EQ(gained.context("k"), "v");
  ASSERT_NE(gained.cause(), nullptr);
  EXPECT_EQ(gained.cause()->message(), "inner");
  EXPECT_EQ(gained.correlation_id(), inner.correlation_id());

  const Error own = Error(Errc::terminated, "own cause").wrap(Errc::full, "outer");
  EXPECT_EQ(nest(own).cause()->message(), "own cause");
  EXPECT_EQ(nest(own).correlation_id(), own.correlation_id());
}

TEST(ErrorException, AnAggregateThrownOverAnotherExceptionHasReasonsAndACause) {
  const Error error = describe_thrown([] {
    try {
      throw ErrorException(Error(Errc::closed, "the cause"));
    } catch (...) {
      std::throw_with_nested(ErrorException(Error::aggregate(Errc::all_rejected, "outer", {Error(Errc::full, "a reason")})));
    }
  });
  ASSERT_NE(error.find(Errc::full), nullptr);
  EXPECT_EQ(error.find(Errc::full)->message(), "a reason");
  ASSERT_NE(error.find(Errc::closed), nullptr) << "the cause is searched after the reasons";
  EXPECT_EQ(error.find(Errc::closed)->message(), "the cause");
  EXPECT_EQ(error.to_string(),
            "outer (millrace:all rejected): 1 error: {a reason (millrace:full)}: caused by: the cause (millrace:closed)");
  const std::string text = error.to_long_string();
  EXPECT_LT(text.find("    1. a reason\n"), text.find("    caused by: the cause\n"));
}

TEST(ErrorException, NestingIsFollowedToABound) {
  const auto levels = [](int nested) {
    std::exception_ptr chain = std::make_exception_ptr(std::runtime_error("innermost"));
    for (int i = 0; i < nested; ++i) {
      try {
        try {
          std::rethrow_exception(chain);
        } catch (...) {
          std::throw_with_nested(std::runtime_error("outer"));
        }
      } catch (...) {
        chain = std::current_exception();
      }
    }
    return Error::from_exception(chain);
  };
  const auto causes = [](const Error& error) {
    int count = 0;
    for (const Error* cause = error.cause(); cause != nullptr; cause = cause->cause()) ++count;
    return count;
  };
  EXPECT_EQ(causes(levels(Error::kNestedMax - 1)), Error::kNestedMax - 1);
  EXPECT_EQ(causes(levels(Error::kNestedMax)), Error::kNestedMax);
  EXPECT_EQ(causes(levels(Error::kNestedMax + 1)), Error::kNestedMax);
  EXPECT_THAT(levels(Error::kNestedMax).to_string(), HasSubstr("innermost"));
  EXPECT_THAT(levels(Error::kNestedMax + 1).to_string(), Not(HasSubstr("innermost")));
}

}  // namespace
}  // namespace millrace
