// AbortSignal::any(): follows whichever source aborts first, with flat memory however many come and go.
#include <millrace/abort.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/abort_checks.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;

TEST(AbortAny, OfNothingIsEmpty) {
  EXPECT_TRUE(AbortSignal::any({}).empty());
  EXPECT_TRUE(AbortSignal::any({AbortSignal{}, AbortSignal{}}).empty());
}

TEST(AbortAny, FollowsWhicheverAbortsFirst) {
  for (const bool first : {true, false}) {
    ManualLoop m;
    AbortController a(m.loop), b(m.loop);
    const AbortSignal both = AbortSignal::any({a.signal(), AbortSignal{}, b.signal()});
    EXPECT_FALSE(both.aborted());
    const auto registration = both.on_abort([&m](const Error& reason) { m.log.push_back(reason.message()); });
    inside(m, [&] {
      (first ? a : b).abort(because("winner"));
      (first ? b : a).abort(because("loser"));
    });
    EXPECT_EQ(m.log, Lines{"winner"});
    EXPECT_EQ(both.reason()->message(), "winner");
  }
}

TEST(AbortAny, OfAnAbortedOneIsAbortedAlreadyWithTheFirstSuchReason) {
  ManualLoop m;
  AbortController pending(m.loop);
  const AbortSignal both = AbortSignal::any(
      {pending.signal(), AbortSignal::aborted_with(m.loop, because("one")), AbortSignal::aborted_with(m.loop, because("two"))});
  ASSERT_TRUE(both.aborted());
  EXPECT_EQ(both.reason()->message(), "one");
  EXPECT_FALSE(both.on_abort(m.note("never")).active());
  EXPECT_EQ(state_of(pending.signal()).followers(), 0u);
}

TEST(AbortAny, CountsDuplicatesOnce) {
  ManualLoop m;
  AbortController a(m.loop), b(m.loop);
  for (const std::size_t copies : {1u, 3u, 40u}) {  // few are compared, many are sorted
    std::vector<AbortSignal> signals;
    for (std::size_t i = 0; i < copies; ++i) {
      signals.push_back(b.signal());
      signals.push_back(a.signal());
    }
    const AbortSignal both = AbortSignal::any(signals);
    EXPECT_EQ(state_of(a.signal()).followers(), 1u);
    EXPECT_EQ(state_of(b.signal()).followers(), 1u);
    const AbortSignal nested = AbortSignal::any({both, a.signal(), both});
    EXPECT_EQ(state_of(a.signal()).followers(), 2u);
    EXPECT_EQ(state_of(both).followers(), 0u) << "flattened";
  }
  EXPECT_EQ(state_of(a.signal()).followers(), 0u);
}

TEST(AbortAny, MarksEverySignalBeforeAnyCallbackAndCallsTheSourceFirstThenFollowersInOrder) {
  ManualLoop m;
  AbortController source(m.loop);
  const AbortSignal first = AbortSignal::any({source.signal()});
  const AbortSignal nested = AbortSignal::any({first});
  const AbortSignal last = AbortSignal::any({nested, source.signal()});
  const auto note = [&](std::string name) {
    return [&, name](const Error& reason) {
      EXPECT_EQ(reason.message(), "x");
      EXPECT_TRUE(source.signal().aborted() && first.aborted() && nested.aborted() && last.aborted());
      m.log.push_back(name);
    };
  };
  const auto r4 = last.on_abort(note("last"));
  const auto r3 = nested.on_abort(note("nested"));
  const auto r2 = first.on_abort(note("first"));
  const auto r1 = source.signal().on_abort(note("source 1"));
  const auto r0 = source.signal().on_abort(note("source 2"));
  inside(m, [&] { source.abort(because("x")); });
  EXPECT_EQ(m.log, (Lines{"source 1", "source 2", "first", "nested", "last"}));
}

TEST(AbortAny, ACallbackOfTheSourceMayDropAFollower) {
  ManualLoop m;
  AbortController source(m.loop);
  AbortSignal follower = AbortSignal::any({source.signal()});
  AbortRegistration of_follower = follower.on_abort(m.note("dropped"));
  AbortSignal other = AbortSignal::any({source.signal()});
  const auto of_other = other.on_abort(m.note("other"));
  const auto of_source = source.signal().on_abort([&] {
    of_follower = {};
    follower = {};
    other = {};
  });
  inside(m, [&] { source.abort(); });
  EXPECT_EQ(m.log, Lines{"other"});
}

TEST(AbortAny, KeepsItsSourcesAliveWhileItHasHandlesOrHooks) {
  ManualLoop m;
  AbortRegistration registration;
  {
    const AbortSignal timeout = AbortSignal::timeout(m.loop, 10ms).value();
    registration = AbortSignal::any({AbortSignal::any({timeout})}).on_abort(m.note_time("aborted "));
  }
  auto busy = m.loop.schedule(20ms, [] {}).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"aborted 10"});
}

TEST(AbortAny, AMillionOnOneLongLivedSignalLeaveNothingBehind) {
  ManualLoop m;
  AbortController longlived(m.loop);
  AbortController other(m.loop);
  const AbortSignal intermediate = AbortSignal::any({longlived.signal()});
  std::size_t most = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const AbortSignal signal = AbortSignal::any({longlived.signal(), other.signal(), intermediate});
    if (i % 100'000 == 0) {
      const auto registration = signal.on_abort([] {});
      most = std::max(most, state_of(longlived.signal()).followers());
    }
  }
  EXPECT_EQ(most, 2u);
  EXPECT_EQ(state_of(longlived.signal()).followers(), 1u) << "the intermediate one";
  EXPECT_EQ(state_of(other.signal()).followers(), 0u);
  EXPECT_EQ(state_of(other.signal()).references(), 1u) << "its controller";
  EXPECT_EQ(state_of(longlived.signal()).references(), 2u) << "its controller, and the intermediate one";
}

TEST(AbortAny, AnAbortedFollowerIsForgottenByItsOtherSources) {
  ManualLoop m;
  AbortController one(m.loop), other(m.loop);
  const AbortSignal both = AbortSignal::any({one.signal(), other.signal()});
  inside(m, [&] { one.abort(); });
  EXPECT_EQ(state_of(one.signal()).followers(), 0u);
  EXPECT_EQ(state_of(other.signal()).followers(), 0u);
}

}  // namespace
}  // namespace millrace
