#include <millrace/error.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace millrace {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::chrono_literals;

static_assert(sizeof(Error) == sizeof(void*) && std::is_nothrow_copy_constructible_v<Error>);
static_assert(std::is_nothrow_move_constructible_v<Error> && std::is_nothrow_move_assignable_v<Error>);

// The codes are part of what users store and send: appended to, never renumbered.
static_assert(static_cast<int>(Errc::closed) == 1 && static_cast<int>(Errc::timed_out) == 13);
static_assert(static_cast<int>(Errc::aborted) == 14 && static_cast<int>(Errc::all_rejected) == 18);

TEST(Error, CarriesCodeAndMessage) {
  const Error error(Errc::full, "the queue is full");
  EXPECT_EQ(error.code(), make_error_code(Errc::full));
  EXPECT_EQ(error.code(), Errc::full);
  EXPECT_EQ(error.message(), "the queue is full");
  EXPECT_EQ(error.cause(), nullptr);
  EXPECT_TRUE(error.context().empty());
}

TEST(Error, OwnCodesHaveACategoryAndATextEach) {
  for (int code = static_cast<int>(Errc::closed); code <= static_cast<int>(Errc::all_rejected); ++code) {
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

TEST(Error, AssignmentKeepsBothSidesUsable) {
  Error first(Errc::closed, "first");
  Error second(Errc::full, "second");
  first = second;
  EXPECT_EQ(first.message(), "second");
  EXPECT_EQ(second.message(), "second");
  const Error& alias = first;
  first = alias;
  EXPECT_EQ(first.message(), "second");
  second = std::move(first);
  EXPECT_EQ(second.message(), "second");
  first = Error(Errc::closed, "used again after a move");
  EXPECT_EQ(first.message(), "used again after a move");
}

TEST(Error, MatchesAConditionAcrossCategories) {
  const Error system = Error::from_errno(ETIMEDOUT, "connect").wrap(Errc::closed, "outer");
  EXPECT_TRUE(system.matches(std::errc::timed_out));
  EXPECT_FALSE(system.matches(std::errc::connection_refused));
  EXPECT_TRUE(Error(std::make_error_code(std::errc::timed_out), "generic").matches(std::errc::timed_out));
}

TEST(Error, FindInChainGivesTheOutermostThatHasTheCode) {
  const Error error = Error(Errc::full, "inner").wrap(Errc::full, "outer").wrap(Errc::closed, "outermost");
  ASSERT_NE(error.find_in_chain(Errc::full), nullptr);
  EXPECT_EQ(error.find_in_chain(Errc::full)->message(), "outer");
  EXPECT_EQ(error.find_in_chain(Errc::closed), &error);
  EXPECT_EQ(error.find_in_chain(Errc::terminated), nullptr);
}

TEST(RetryHint, WithoutAStatementTheAnswerIsNo) {
  const Error error(Errc::full, "full");
  EXPECT_EQ(error.retry_hint(), std::nullopt);
  EXPECT_FALSE(error.retryable());
  EXPECT_EQ(error.retry_after(), std::nullopt);
}

TEST(RetryHint, IsStatedOnACopyWithTheSameIdentity) {
  const Error error = Error(Errc::full, "full").with("limit", "3");
  const Error hinted = error.with_retry({.retryable = true, .after = 50ms});
  EXPECT_FALSE(error.retryable());
  EXPECT_TRUE(hinted.retryable());
  EXPECT_EQ(hinted.retry_after(), 50ms);
  EXPECT_EQ(hinted.correlation_id(), error.correlation_id());
  EXPECT_EQ(hinted.context("limit"), "3");
  EXPECT_FALSE(hinted.with_retry({.retryable = false}).retryable()) << "the last statement of one error counts";
}

TEST(RetryHint, NormalisesWhatMakesNoSense) {
  const Error error(Errc::full, "full");
  EXPECT_EQ(error.with_retry({.retryable = true, .after = -1ns}).retry_after(), 0ns);
  EXPECT_EQ(error.with_retry({.retryable = false, .after = 1s}).retry_hint(), (RetryHint{.retryable = false}));
}

TEST(RetryHint, OutermostStatementWinsElseTheCausesIsInherited) {
  using Hint = std::optional<RetryHint>;
  const RetryHint yes{.retryable = true, .after = 1s};
  const RetryHint later{.retryable = true, .after = 2s};
  const RetryHint no{.retryable = false};
  struct Case {
    std::string_view name;
    Hint inner, middle, outer, in_force;
  };
  for (const Case& c : {Case{"nobody says anything", {}, {}, {}, {}}, Case{"inherited through two", yes, {}, {}, yes},
                        Case{"the middle wins", yes, later, {}, later}, Case{"the outer wins", yes, no, later, later},
                        Case{"a wrapper may take it back", yes, {}, no, no}, Case{"a wrapper may promise it", no, {}, yes, yes}}) {
    SCOPED_TRACE(c.name);
    const auto state = [](const Error& error, const Hint& hint) { return hint ? error.with_retry(*hint) : error; };
    const Error inner = state(Error(Errc::full, "inner"), c.inner);
    const Error middle = state(inner.wrap(Errc::closed, "middle"), c.middle);
    const Error outer = state(middle.wrap(Errc::terminated, "outer"), c.outer);
    EXPECT_EQ(outer.retry_hint(), c.in_force);
    EXPECT_EQ(outer.retryable(), c.in_force && c.in_force->retryable);
    EXPECT_EQ(outer.retry_after(), c.in_force ? c.in_force->after : std::nullopt);
  }
}

TEST(RetryHint, IsStatedForErrnosThatPassByThemselves) {
  for (const int number : {EAGAIN, EBUSY, ETIMEDOUT, EMFILE, ENFILE, ENOBUFS, ECONNREFUSED, ECONNRESET, ECONNABORTED, ENETDOWN,
                           ENETUNREACH, ENETRESET, EHOSTDOWN, EHOSTUNREACH})
    EXPECT_EQ(Error::from_errno(number, "call").retry_hint(), (RetryHint{.retryable = true})) << number;
  EXPECT_EQ(Error::from_errno(EINTR, "call").retry_hint(), (RetryHint{.retryable = true, .after = 0ns}));
  for (const int number : {0, EBADF, EINVAL, EACCES, ENOENT, EPIPE, ENOMEM, 99'999})
    EXPECT_EQ(Error::from_errno(number, "call").retry_hint(), std::nullopt) << number;
}

TEST(AggregateError, HoldsItsReasonsInInputOrder) {
  const Error first(Errc::full, "first");
  const Error second = Error(Errc::closed, "second").with("fd", "7");
  const Error error = Error::aggregate(Errc::all_rejected, "nobody won", {first, second});
  EXPECT_EQ(error.code(), Errc::all_rejected);
  EXPECT_EQ(error.message(), "nobody won");
  EXPECT_EQ(error.cause(), nullptr);
  ASSERT_EQ(error.errors().size(), 2U);
  EXPECT_EQ(error.errors()[0].message(), "first");
  EXPECT_EQ(error.errors()[1].context("fd"), "7");
  EXPECT_THAT(first.errors(), IsEmpty());
  EXPECT_THAT(error.wrap(Errc::closed, "outer").errors(), IsEmpty());
  EXPECT_EQ(error.with("k", "v").errors().size(), 2U);
  EXPECT_THAT(Error::aggregate(Errc::all_rejected, "no input", {}).errors(), IsEmpty());
}

TEST(AggregateError, HasAnIdOfItsOwnAndSoHasEachReason) {
  const Error reason(Errc::full, "reason");
  const Error error = Error::aggregate(Errc::all_rejected, "nobody won", {reason});
  EXPECT_NE(error.correlation_id(), reason.correlation_id());
  EXPECT_EQ(error.errors()[0].correlation_id(), reason.correlation_id());
  EXPECT_EQ(error.wrap(Errc::closed, "outer").correlation_id(), error.correlation_id());
}

TEST(AggregateError, ReasonsNeitherMatchNorLendTheirRetryHint) {
  const Error error = Error::aggregate(Errc::all_rejected, "nobody won", {Error::from_errno(EAGAIN, "read")});
  EXPECT_TRUE(error.matches(Errc::all_rejected));
  EXPECT_FALSE(error.matches(std::error_code(EAGAIN, std::system_category())));
  EXPECT_FALSE(error.retryable());
  EXPECT_TRUE(error.errors()[0].retryable());
}

TEST(AggregateError, FindSearchesThisThenReasonsInOrderThenCause) {
  const auto leaf = [](std::string message) { return Error(Errc::full, std::move(message)); };
  const Error inside = Error::aggregate(Errc::all_rejected, "inside", {Error(Errc::closed, "other"), leaf("in the inner one")});
  const Error cause_of_first = leaf("cause of the first reason").wrap(Errc::closed, "first reason");
  struct Case {
    std::string_view name;
    Error error;
    const char* found;  // null: nothing
  };
  const std::vector<Case> cases{
      {"itself before all others", Error::aggregate(Errc::full, "itself", {leaf("reason")}), "itself"},
      {"a reason before the next one", Error::aggregate(Errc::closed, "m", {inside, leaf("last")}), "in the inner one"},
      {"the cause of a reason before the next one", Error::aggregate(Errc::closed, "m", {cause_of_first, leaf("last")}),
       "cause of the first reason"},
      {"the last reason", Error::aggregate(Errc::closed, "m", {Error(Errc::closed, "a"), Error(Errc::closed, "b"), leaf("last")}),
       "last"},
      {"a reason of the cause", Error::aggregate(Errc::closed, "m", {leaf("deep")}).wrap(Errc::terminated, "outer"), "deep"},
      {"nothing", Error::aggregate(Errc::closed, "m", {Error(Errc::closed, "a").wrap(Errc::closed, "b")}), nullptr}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Error* found = c.error.find(Errc::full);
    ASSERT_EQ(found == nullptr, c.found == nullptr);
    EXPECT_EQ(found != nullptr ? found->message() : "", c.found != nullptr ? c.found : "");
  }
  const Error refused = Error::aggregate(Errc::closed, "m", {Error::from_errno(ECONNREFUSED, "connect")});
  EXPECT_EQ(refused.find(std::errc::connection_refused), &refused.errors()[0]);
}

// Runs `work` where a recursion over ten thousand errors cannot succeed: 25 bytes of stack for each.
void on_a_small_stack(std::function<void()> work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &work), 0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}
constexpr int kDeep = 10'000;

TEST(DeepErrors, ChainsOfCausesPrintMatchAndEndWithoutRecursion) {
  on_a_small_stack([] {
    Error error = Error(Errc::full, "innermost").with_retry({.retryable = true});
    for (int i = 0; i < kDeep; ++i) error = error.wrap(Errc::closed, "cause " + std::to_string(i));
    EXPECT_TRUE(error.matches(Errc::full));
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.to_string(), HasSubstr("innermost"));
    EXPECT_LT(error.to_string().size(), 1'500U);
    const std::string text = error.to_long_string();
    EXPECT_THAT(text, HasSubstr("caused by: innermost\n"));
    EXPECT_EQ(std::ranges::count(text, '\n'), 1 + 2 * (kDeep + 1) + 1) << "a line for the id, two for each error, one for the hint";
    EXPECT_LT(text.size(), 250U * kDeep) << "the indent must not grow with the depth for ever";
    error = Error(Errc::closed, "lets go of the chain");
  });
}

TEST(DeepErrors, AggregatesInsideAggregatesPrintAndEndWithoutRecursion) {
  on_a_small_stack([] {
    Error error(Errc::full, "innermost");
    for (int i = 0; i < kDeep; ++i)
      error = Error::aggregate(Errc::all_rejected, "level", {std::move(error), Error(Errc::closed, "sibling")});
    ASSERT_NE(error.find(Errc::full), nullptr);
    EXPECT_EQ(error.find(Errc::full)->message(), "innermost");
    EXPECT_EQ(error.find(Errc::terminated), nullptr);
    EXPECT_THAT(error.to_long_string(), HasSubstr("1. innermost\n"));
    EXPECT_LT(error.to_string().size(), 500U);
    error = Error(Errc::closed, "lets go of all of them");
  });
}

TEST(DeepErrors, EndOfAChainSparesWhatOthersStillHold) {
  const auto make = [] {
    Error error(Errc::full, "innermost");
    std::vector<Error> held;
    for (int i = 0; i < 100; ++i) {
      error = error.wrap(Errc::closed, std::to_string(i));
      if (i % 10 == 0) held.push_back(error);
    }
    return held;
  };
  std::vector<Error> held = make();
  while (!held.empty()) {
    const int depth = 10 * static_cast<int>(held.size() - 1);
    EXPECT_EQ(held.back().message(), std::to_string(depth));
    EXPECT_EQ(held.back().find(Errc::full)->message(), "innermost");
    held.pop_back();
  }
}

TEST(Error, CopiesMayBeMadeAndDroppedOnSeveralThreadsAtOnce) {
  const Error error = Error::aggregate(Errc::all_rejected, "m", {Error(Errc::full, "reason")}).wrap(Errc::closed, "outer");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([mine = error] {
      for (int round = 0; round < 2'000; ++round) {
        const Error copy = mine.wrap(Errc::terminated, "wrapped");
        const Error cause = *copy.cause();
        ASSERT_TRUE(cause.find(Errc::full) != nullptr);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(error.cause()->errors()[0].message(), "reason");
}

}  // namespace
}  // namespace millrace
