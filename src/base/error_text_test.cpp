#include <millrace/error.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

namespace millrace {
namespace {
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

TEST(ErrorText, OneLineFormHasCodeContextAndCauses) {
  const Error inner = Error(Errc::closed, "gone").with("fd", "7").with("state", "idle");
  EXPECT_EQ(Error(Errc::closed, "gone").to_string(), "gone (millrace:closed)");
  EXPECT_EQ(inner.to_string(), "gone (millrace:closed) [fd=7 state=idle]");
  EXPECT_EQ(inner.wrap(Errc::full, "outer").to_string(),
            "outer (millrace:full): caused by: gone (millrace:closed) [fd=7 state=idle]");
}

TEST(ErrorText, LongFormHasTheCorrelationIdAndIndentsEachCause) {
  const Error inner = Error(Errc::closed, "gone").with("fd", "7");
  const Error outer = inner.wrap(Errc::full, "outer");
  EXPECT_EQ(outer.to_long_string(), "error " + outer.correlation_id().to_string() +
                                        "\n  outer\n    code: millrace:full\n"
                                        "    caused by: gone\n      code: millrace:closed\n      fd: 7\n");
}

TEST(ErrorText, OneLineFormStaysOneLine) {
  const Error error = Error(Errc::closed, "a\nb\r\nc").with("stack", "at f\nat g");
  EXPECT_EQ(error.to_string(), R"(a\nb\r\nc (millrace:closed) [stack=at f\nat g])");
}

TEST(ErrorText, LongFormIndentsTheLinesOfAText) {
  const Error error = Error(Errc::closed, "a\nb").with("stack", "at f\nat g");
  EXPECT_EQ(error.to_long_string(),
            "error " + error.correlation_id().to_string() + "\n  a\n    b\n    code: millrace:closed\n    stack: at f\n    at g\n");
}

TEST(ErrorText, OneLineFormNamesARetryThatMayHelp) {
  struct Case {
    RetryHint hint;
    const char* text;
  };
  for (const Case& c : {Case{{.retryable = false}, "m (millrace:full)"}, Case{{.retryable = true}, "m (millrace:full, retryable)"},
                        Case{{.retryable = true, .after = 0ns}, "m (millrace:full, retryable at once)"},
                        Case{{.retryable = true, .after = 2s}, "m (millrace:full, retryable after 2s)"},
                        Case{{.retryable = true, .after = 1'500ms}, "m (millrace:full, retryable after 1500ms)"},
                        Case{{.retryable = true, .after = 20us}, "m (millrace:full, retryable after 20us)"},
                        Case{{.retryable = true, .after = 1'000'001ns}, "m (millrace:full, retryable after 1000001ns)"}})
    EXPECT_EQ(Error(Errc::full, "m").with_retry(c.hint).to_string(), c.text);
}

TEST(ErrorText, BothFormsShowTheHintInForceOnce) {
  const Error inner = Error(Errc::full, "inner").with_retry({.retryable = true, .after = 50ms});
  const Error outer = inner.wrap(Errc::closed, "outer");
  EXPECT_EQ(outer.to_string(), "outer (millrace:closed, retryable after 50ms): caused by: inner (millrace:full)");
  EXPECT_EQ(outer.to_long_string(), "error " + outer.correlation_id().to_string() +
                                        "\n  outer\n    code: millrace:closed\n    retryable after 50ms\n"
                                        "    caused by: inner\n      code: millrace:full\n");
  const Error taken_back = outer.with_retry({.retryable = false});
  EXPECT_THAT(taken_back.to_string(), Not(HasSubstr("retryable")));
  EXPECT_THAT(taken_back.to_long_string(), HasSubstr("    not retryable\n    caused by"));
}

TEST(ErrorText, OneLineFormShowsTheReasonsOfAnAggregate) {
  const Error reason = Error(Errc::closed, "gone").with("fd", "7").wrap(Errc::full, "first");
  const Error again = Error(Errc::closed, "second").with_retry({.retryable = true});
  const Error error = Error::aggregate(Errc::all_rejected, "nobody won", {reason, again});
  const std::string text =
      "nobody won (millrace:all rejected): 2 errors: {first (millrace:full): caused by: gone (millrace:closed) [fd=7]; "
      "second (millrace:closed, retryable)}";
  EXPECT_EQ(error.to_string(), text);
  EXPECT_EQ(error.wrap(Errc::closed, "outer").to_string(), "outer (millrace:closed): caused by: " + text);
  EXPECT_EQ(Error::aggregate(Errc::all_rejected, "m", {}).to_string(), "m (millrace:all rejected)");
}

TEST(ErrorText, OneLineFormCountsTheReasonsInsideReasons) {
  const Error inside = Error::aggregate(Errc::full, "inside", {Error(Errc::closed, "hidden")});
  EXPECT_EQ(Error::aggregate(Errc::full, "outside", {inside}).to_string(),
            "outside (millrace:full): 1 error: {inside (millrace:full): 1 error}");
}

TEST(ErrorText, OneLineFormLimitsTheReasons) {
  const std::vector<Error> exactly(Error::kReasonsInLine, Error(Errc::full, "r"));
  EXPECT_THAT(Error::aggregate(Errc::closed, "m", exactly).to_string(),
              AllOf(HasSubstr(": 8 errors: {r (millrace:full); "), EndsWith("; r (millrace:full)}")));
  std::vector<Error> more = exactly;
  more.emplace_back(Errc::full, "unseen");
  more.emplace_back(Errc::full, "unseen");
  EXPECT_THAT(Error::aggregate(Errc::closed, "m", more).to_string(),
              AllOf(HasSubstr(": 10 errors: {r (millrace:full); "), EndsWith("; r (millrace:full); and 2 more}"),
                    Not(HasSubstr("unseen"))));
}

TEST(ErrorText, OneLineFormKeepsTheOuterCausesAndTheInnermost) {
  const auto chain = [](std::size_t causes) {
    Error error(Errc::full, "innermost");
    for (std::size_t i = 1; i <= causes; ++i) error = error.wrap(Errc::closed, "#" + std::to_string(causes - i));
    return error.to_string();
  };
  EXPECT_THAT(chain(Error::kCausesInLine), Not(HasSubstr("left out")));
  EXPECT_THAT(chain(Error::kCausesInLine + 1),
              AllOf(Not(HasSubstr("left out")), EndsWith("#16 (millrace:closed): caused by: innermost (millrace:full)")));
  EXPECT_THAT(chain(Error::kCausesInLine + 2),
              EndsWith("#16 (millrace:closed): caused by: (1 cause left out): caused by: innermost (millrace:full)"));
  EXPECT_THAT(chain(100), EndsWith("#16 (millrace:closed): caused by: (83 causes left out): caused by: innermost (millrace:full)"));
}

TEST(ErrorText, LongFormNumbersAndIndentsEveryReason) {
  const Error first = Error(Errc::closed, "gone").with("fd", "7").wrap(Errc::full, "first");
  const Error nested = Error::aggregate(Errc::full, "second", {Error(Errc::closed, "deep")});
  const Error error = Error::aggregate(Errc::all_rejected, "nobody won", {first, nested}).wrap(Errc::closed, "outer");
  const auto id = [](const Error& of) { return of.correlation_id().to_string(); };
  EXPECT_EQ(error.to_long_string(),
            "error " + id(error) +
                "\n  outer\n    code: millrace:closed\n"
                "    caused by: nobody won\n      code: millrace:all rejected\n"
                "      1. first\n        code: millrace:full\n        correlation id: " +
                id(first) +
                "\n        caused by: gone\n          code: millrace:closed\n          fd: 7\n"
                "      2. second\n        code: millrace:full\n        correlation id: " +
                id(nested) +
                "\n        1. deep\n          code: millrace:closed\n          correlation id: " + id(nested.errors()[0]) + "\n");
}

TEST(ErrorText, LongFormShowsEveryReason) {
  const std::vector<Error> reasons(3 * Error::kReasonsInLine, Error::from_errno(EAGAIN, "read"));
  const std::string text = Error::aggregate(Errc::all_rejected, "m", reasons).to_long_string();
  for (std::size_t i = 1; i <= reasons.size(); ++i) EXPECT_THAT(text, HasSubstr("    " + std::to_string(i) + ". read: ")) << i;
  EXPECT_THAT(text, HasSubstr("      retryable\n"));
}

}  // namespace
}  // namespace millrace
