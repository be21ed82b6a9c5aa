// The context a callback runs in, what the hook hears of it, and traces of where promises were made.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_loop.h"
#include "support/named_context.h"
#include "support/promise_checks.h"

namespace millrace {
namespace {

using testing::kBroken;
using testing::Lines;
using testing::ManualLoop;
using testing::name_in;
using testing::named;

/// A callback for any value or error that notes the name of the context it runs in.
auto note_name(ManualLoop& m, const std::string& prefix = "") {
  return [&m, prefix](const auto&...) { m.log.push_back(prefix + name_in(m.loop.context())); };
}

TEST(PromiseContext, IsThatOfThenWhoeverSettlesAndWhenever) {
  for (const bool settled_before : {false, true})
    for (const bool fulfil : {false, true}) {
      SCOPED_TRACE(::testing::Message() << "settled before: " << settled_before << ", fulfilled: " << fulfil);
      ManualLoop m;
      auto [promise, resolver] = make_promise<int>(m.loop);
      const auto settle = [&m, &resolver = resolver, fulfil] {
        const ContextScope scope(m.loop, named("settler"));
        fulfil ? resolver.resolve(1) : resolver.reject(kBroken);
      };
      if (settled_before) settle();
      promise.then(note_name(m, "none "), note_name(m, "none "));
      {
        const ContextScope scope(m.loop, named("a"));
        promise.then(note_name(m, "then "), note_name(m, "then "));
      }
      {
        const ContextScope scope(m.loop, named("b"));
        promise.finally(note_name(m, "finally ")).ignore_rejection();
      }
      if (!settled_before) settle();
      const ContextScope host(m.loop, named("host"));
      m.loop.run();
      EXPECT_EQ(m.log, (Lines{"none -", "then a", "finally b"}));
      EXPECT_EQ(name_in(m.loop.context()), "host");
    }
}

TEST(PromiseContext, IsInheritedByWhatACallbackAttachesAndSchedules) {
  ManualLoop m;
  const auto promise = Promise<int>::resolved(m.loop, 1);
  {
    const ContextScope scope(m.loop, named("a"));
    promise
        .then([&](int) {
          promise.then(note_name(m, "then "));
          m.loop.queue_microtask(note_name(m, "microtask ")).value();
          m.loop.immediate(note_name(m, "immediate ")).value();
          return promise;
        })
        .then(note_name(m, "chained "));
  }
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"then a", "microtask a", "chained a", "immediate a"}));
}

TEST(PromiseContext, OfEachReactionOfOnePromiseIsItsOwn) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  for (const char* name : {"a", "b", "a", "c"}) {
    const ContextScope scope(m.loop, named(name));
    promise.then(note_name(m));
    promise.then([](int) { throw std::runtime_error("does not keep the loop in it"); }).ignore_rejection();
  }
  promise.then(note_name(m));
  resolver.resolve(1);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"a", "b", "a", "c", "-"}));
}

TEST(PromiseContext, IsLetGoWhenTheReactionHasRunOrNeverWill) {
  static constinit ContextKey<std::shared_ptr<int>> key;
  for (const bool settle : {true, false}) {
    const auto token = std::make_shared<int>(1);
    ManualLoop m;
    auto [promise, resolver] = make_promise<int>(m.loop);
    const auto derived = [&m, &token, &promise = promise] {
      const ContextScope scope(m.loop, Context{}.with(key, token));
      return promise.then([](int) {});
    }();
    EXPECT_EQ(token.use_count(), 2);
    if (settle) {
      resolver.resolve(1);
      m.loop.run();
    } else {
      m.loop.close();
    }
    EXPECT_EQ(token.use_count(), 1) << settle;
    EXPECT_FALSE(derived.pending());
  }
}

struct HookDouble final : ContextHook {
  [[nodiscard]] Context capture(const Context& current) override {
    ++captures;
    return adds.empty() ? current : adds;
  }
  void switched(const Context& from, const Context& to) override {
    EXPECT_TRUE(from == mirror) << "a switch does not begin where the one before it ended";
    mirror = to;
    heard.push_back(name_in(from) + " > " + name_in(to));
  }
  Context mirror, adds;
  Lines heard;
  int captures = 0;
};

TEST(PromiseContext, TheHookHearsTheSwitchToEachReactionAndBack) {
  HookDouble hook;
  ManualLoop m{{.context_hook = &hook}};
  auto [promise, resolver] = make_promise<int>(m.loop);
  {
    const ContextScope scope(m.loop, named("a"));
    promise.then([&](int) { EXPECT_EQ(name_in(hook.mirror), "a"); });
  }
  promise.then([&](int) { EXPECT_EQ(name_in(hook.mirror), "-"); });
  {
    const ContextScope scope(m.loop, named("b"));
    promise.then([&](int) { EXPECT_EQ(name_in(hook.mirror), "b"); });
  }
  hook.heard.clear();
  resolver.resolve(1);
  m.loop.run();
  EXPECT_EQ(hook.heard, (Lines{"- > a", "a > -", "- > b", "b > -"}));
}

TEST(PromiseContext, TheHookDecidesWhatAReactionTakesAlong) {
  HookDouble hook;
  ManualLoop m{{.context_hook = &hook}};
  const auto promise = Promise<int>::resolved(m.loop, 1);
  hook.adds = named("from the hook");
  promise.then(note_name(m));
  EXPECT_EQ(hook.captures, 1);
  hook.adds = Context{};
  promise.then(note_name(m));
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"from the hook", "-"}));
}

// Traces

/// The `created` of what a loop reports while `program` runs and after it, with traces of `frames` and `reactions`.
Lines created_by(std::size_t frames, std::size_t reactions, const std::function<void(Loop&)>& program) {
  ManualLoop m;
  Lines created;
  set_promise_traces(m.loop, frames, reactions);
  set_rejection_policy(m.loop, {.on_unhandled = [&](const UnhandledRejection& report) { created.push_back(report.created); }});
  program(m.loop);
  m.loop.run();
  return created;
}
std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1; }
std::size_t mentions(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}
void reject_directly(Loop& loop) { static_cast<void>(Promise<void>::rejected(loop, kBroken)); }
void reject_after_three_reactions(Loop& loop) {
  Promise<void>::resolved(loop).then([] {}).then([] { throw ErrorException(kBroken); }).then([] {});
}

TEST(PromiseTraces, AreEmptyUnlessAskedFor) {
  EXPECT_EQ(created_by(0, 8, reject_directly), Lines{""});
  EXPECT_EQ(created_by(0, 8, reject_after_three_reactions), Lines{""});
}

TEST(PromiseTraces, SayWhereAPromiseWasMadeAFrameALine) {
  const Lines few = created_by(2, 8, reject_directly), many = created_by(6, 8, reject_directly);
  ASSERT_EQ(few.size(), 1u);
  ASSERT_EQ(many.size(), 1u);
  EXPECT_NE(few[0], "");
  EXPECT_EQ(mentions(many[0], "reaction"), 0u) << many[0];
  EXPECT_GT(lines_of(many[0]), lines_of(few[0])) << few[0] << "\nand\n" << many[0];
}

TEST(PromiseTraces, SayThroughHowManyReactionsAPromiseCameToBe) {
  const Lines all = created_by(2, 8, reject_after_three_reactions);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_GE(mentions(all[0], "reaction"), 1u) << all[0];
  // A bound of one shows less of the way than a bound of eight.
  const Lines one = created_by(2, 1, reject_after_three_reactions);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_GE(mentions(one[0], "reaction"), 1u) << one[0];
  EXPECT_LT(lines_of(one[0]), lines_of(all[0])) << one[0] << "\nand\n" << all[0];
}

TEST(PromiseTraces, MayBeSwitchedOnAndOffWhilePromisesLive) {
  const Lines created = created_by(0, 8, [](Loop& loop) {
    auto before = make_promise<void>(loop);
    set_promise_traces(loop, 4);
    auto during = make_promise<void>(loop);
    before.resolver.reject(kBroken);
    during.resolver.reject(kBroken);
    static_cast<void>(loop.immediate([&loop] {
      set_promise_traces(loop, 4);
      auto lost = make_promise<void>(loop);
      set_promise_traces(loop, 0);
      lost.resolver.reject(kBroken);
    }));
  });
  ASSERT_EQ(created.size(), 3u);
  EXPECT_EQ(created[0], "") << "made before anybody asked";
  EXPECT_NE(created[1], "");
  EXPECT_EQ(created[2], "") << "what is known is forgotten with the wish to know";
}

TEST(PromiseTraces, CostNoMemoryOnceThePromisesAreGone) {
  ManualLoop m;
  set_promise_traces(m.loop, 4);
  for (int i = 0; i < 1'000; ++i) {
    Promise<int>::resolved(m.loop, i).then([](int value) { return value; }).finally([] {});
    m.loop.run();
  }
  EXPECT_EQ(promise_figures(m.loop).live, 0u);
}

// Promises that wait

TEST(PendingPromises, AreCountedWithoutTraces) {
  ManualLoop m;
  EXPECT_TRUE(pending_promises(m.loop).empty());
  const auto first = make_promise<int>(m.loop), second = make_promise<int>(m.loop);
  const std::vector<PendingPromises> found = pending_promises(m.loop);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].created, "");
  EXPECT_EQ(found[0].count, 2u);
  EXPECT_FALSE(found[0].never_settles);
  EXPECT_TRUE(pending_promises(m.loop, 0).empty());
}

constexpr std::size_t kReachesTheTest = 16;  // frames
[[gnu::noinline]] PromiseAndResolver<int> made_here(Loop& loop) { return make_promise<int>(loop); }
[[gnu::noinline]] PromiseAndResolver<int> made_there(Loop& loop) { return make_promise<int>(loop); }

TEST(PendingPromises, AreToldByWhereTheyWereMadeTheMostFirst) {
  ManualLoop m;
  set_promise_traces(m.loop, kReachesTheTest);
  std::vector<PromiseAndResolver<int>> made;
  for (int i = 0; i < 3; ++i) made.push_back(made_here(m.loop));
  for (int i = 0; i < 5; ++i) made.push_back(made_there(m.loop));
  std::vector<PendingPromises> found = pending_promises(m.loop);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].count, 5u);
  EXPECT_EQ(found[1].count, 3u);
  EXPECT_NE(found[0].created, "");
  EXPECT_NE(found[0].created, found[1].created);
  EXPECT_EQ(pending_promises(m.loop, 1).size(), 1u);
  for (int i = 0; i < 3; ++i) made[static_cast<std::size_t>(i)].resolver.resolve(i);
  found = pending_promises(m.loop);
  ASSERT_EQ(found.size(), 1u) << "those that are settled wait no more";
  EXPECT_EQ(found[0].count, 5u);
}

TEST(PendingPromises, ThatFollowEachOtherInACircleAreNamedFirst) {
  ManualLoop m;
  set_promise_traces(m.loop, kReachesTheTest);
  std::vector<PromiseAndResolver<int>> many;
  for (int i = 0; i < 10; ++i) many.push_back(made_there(m.loop));
  auto a = make_promise<int>(m.loop), b = make_promise<int>(m.loop), leads_there = make_promise<int>(m.loop);
  a.resolver.resolve(b.promise);
  b.resolver.resolve(a.promise);
  leads_there.resolver.resolve(a.promise);
  auto open = made_here(m.loop);
  auto follows_open = made_here(m.loop);
  follows_open.resolver.resolve(open.promise);
  m.loop.run();
  std::size_t never = 0, may = 0;
  const std::vector<PendingPromises> found = pending_promises(m.loop);
  for (const PendingPromises& place : found) (place.never_settles ? never : may) += place.count;
  EXPECT_EQ(never, 3u);
  EXPECT_EQ(may, 12u);
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(found[0].never_settles) << "before the place with ten";
}

TEST(PendingPromises, ALongWayIsWalkedOnce) {
  ManualLoop m;
  set_promise_traces(m.loop, 1);
  constexpr std::size_t kLong = 20'000;  // walked from each of them anew, it would take minutes
  std::vector<PromiseAndResolver<int>> made;
  for (std::size_t i = 0; i < kLong; ++i) {
    made.push_back(make_promise<int>(m.loop));
    if (i > 0) made[i].resolver.resolve(made[i - 1].promise);
  }
  m.loop.run();
  std::size_t count = 0;
  for (const PendingPromises& place : pending_promises(m.loop)) {
    count += place.count;
    EXPECT_FALSE(place.never_settles);
  }
  EXPECT_EQ(count, kLong);
}

}  // namespace
}  // namespace millrace
