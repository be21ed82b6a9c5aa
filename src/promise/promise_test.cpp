// What then(), catch_error(), finally() and result() do and when; values and lifetimes are in promise_values_test.cpp, random programs
// against ECMAScript in promise_model_test.cpp.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/manual_loop.h"
#include "support/promise_checks.h"

namespace millrace {
namespace {

using testing::kBroken;
using testing::Lines;
using testing::ManualLoop;

/// Appends "1", "2", ... to the log, one a microtask, from now on: what else is in the log then shows how many microtasks it took.
void mark_turns(ManualLoop& m, int turn = 1, int turns = 6) {
  m.loop
      .queue_microtask([&m, turn, turns] {
        m.log.push_back(std::to_string(turn));
        if (turn < turns) mark_turns(m, turn + 1, turns);
      })
      .value();
}
template <typename T>
void log_outcome(ManualLoop& m, const Promise<T>& promise) {
  promise.then([&m](const auto&...) { m.log.push_back("value"); },
               [&m](const Error& error) { m.log.push_back("error " + error.message()); });
}
/// "fulfilled 7", "rejected broken", "pending".
std::string state_of(const Promise<int>& promise) {
  if (promise.value() != nullptr) return "fulfilled " + std::to_string(*promise.value());
  if (promise.error() != nullptr) return "rejected " + promise.error()->message();
  return promise.pending() ? "pending" : "nothing at all";
}

TEST(Promise, IsOneAllocationOfNinetySixBytesWithItsReaction) {
  struct Pointer {
    int* to;
    int operator()(const int& value) const { return *to = value; }
  };
  EXPECT_LE(sizeof(detail::ThenState<int, int, false, Pointer, detail::None>), 96u);
}

// Asynchrony and order

TEST(Promise, ReactionsAreAlwaysAsynchronousAndInOrder) {
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

TEST(Promise, AReactionAttachedInsideACallbackWaitsForItsOwnTurn) {
  ManualLoop m;
  const auto promise = Promise<int>::resolved(m.loop, 1);
  promise.then([&](const int&) {
    promise.then([&](const int&) { m.log.push_back("inner"); });
    m.log.push_back("first");
  });
  promise.then([&](const int&) { m.log.push_back("second"); });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"first", "second", "inner"}));
}

TEST(Promise, ReactionsOfSeveralPromisesRunInTheOrderOfSettlingAndTicksBetweenDrains) {
  ManualLoop m;
  auto [a, resolve_a] = make_promise<int>(m.loop);
  auto [b, resolve_b] = make_promise<int>(m.loop);
  a.then([&](int) { m.log.push_back("a1"); });
  b.then([&](int) {
    m.log.push_back("b1");
    m.loop.next_tick(m.note("tick")).value();
    m.loop.queue_microtask(m.note("microtask")).value();
  });
  a.then([&](int) { m.log.push_back("a2"); });
  b.then([&](int) { m.log.push_back("b2"); });
  resolve_b.resolve(1);
  m.loop.queue_microtask(m.note("between")).value();
  resolve_a.resolve(1);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"b1", "b2", "between", "a1", "a2", "microtask", "tick"}));
}

TEST(Promise, TheFirstSettlementWins) {
  using Step = std::function<bool(ManualLoop&, Resolver<int>&)>;
  struct Settlement {
    std::string name;
    Step step;
    std::string becomes;
  };
  const std::vector<Settlement> all{
      {"resolve", [](auto&, auto& resolver) { return resolver.resolve(1); }, "fulfilled 1"},
      {"reject", [](auto&, auto& resolver) { return resolver.reject(kBroken); }, "rejected broken"},
      {"settle with a value", [](auto&, auto& resolver) { return resolver.settle(2); }, "fulfilled 2"},
      {"settle with an error", [](auto&, auto& resolver) { return resolver.settle(fail(kBroken)); }, "rejected broken"},
      {"follow a settled one", [](auto& m, auto& resolver) { return resolver.resolve(Promise<int>::resolved(m.loop, 3)); },
       "fulfilled 3"},
      {"follow for ever", [](auto& m, auto& resolver) { return resolver.resolve(Promise<int>::pending(m.loop)); }, "pending"},
      {"reject_current_exception",
       [](auto&, auto& resolver) {
         try {
           throw std::runtime_error("thrown");
         } catch (...) {
           return resolver.reject_current_exception();
         }
       },
       "rejected thrown"},
  };
  for (const Settlement& first : all)
    for (const Settlement& second : all) {
      SCOPED_TRACE(first.name + ", then " + second.name);
      ManualLoop m;
      auto [promise, resolver] = make_promise<int>(m.loop);
      promise.ignore_rejection();
      EXPECT_TRUE(resolver);
      EXPECT_TRUE(first.step(m, resolver));
      EXPECT_FALSE(resolver);
      EXPECT_FALSE(second.step(m, resolver));
      m.loop.run();
      EXPECT_EQ(state_of(promise), first.becomes);
    }
}

// Turns: measured with Node, which counts as ECMA-262 27.2.2.2 NewPromiseResolveThenableJob and 27.2.5.3 Promise.prototype.finally say.

TEST(Promise, TakesAsManyMicrotasksAsEcmaScript) {
  struct Case {
    std::string name;
    std::function<void(ManualLoop&)> start;
    Lines log;
  };
  const auto resolved = [](ManualLoop& m) { return Promise<int>::resolved(m.loop, 5); };
  const auto rejected = [](ManualLoop& m) { return Promise<int>::rejected(m.loop, kBroken); };
  const Lines at_once{"value", "1", "2", "3", "4", "5", "6"}, after_one{"1", "value", "2", "3", "4", "5", "6"},
      after_two{"1", "2", "value", "3", "4", "5", "6"}, after_three{"1", "2", "3", "value", "4", "5", "6"};
  const std::vector<Case> cases{
      {"settled", [&](ManualLoop& m) { log_outcome(m, resolved(m)); }, at_once},
      {"resolve(promise)",
       [&](ManualLoop& m) {
         auto [promise, resolver] = make_promise<int>(m.loop);
         resolver.resolve(resolved(m));
         log_outcome(m, promise);
       },
       after_two},
      {"resolve(promise that is rejected)",
       [&](ManualLoop& m) {
         auto [promise, resolver] = make_promise<int>(m.loop);
         resolver.resolve(rejected(m));
         log_outcome(m, promise);
       },
       after_two},
      {"callback returns a value", [&](ManualLoop& m) { log_outcome(m, resolved(m).then([](int) { return 1; })); }, after_one},
      {"callback returns a Result", [&](ManualLoop& m) { log_outcome(m, resolved(m).then([](int) -> Result<int> { return 1; })); },
       after_one},
      {"callback returns a promise",
       [&](ManualLoop& m) { log_outcome(m, resolved(m).then([&, resolved](int) { return resolved(m); })); }, after_three},
      {"callback throws",
       [&](ManualLoop& m) { log_outcome(m, resolved(m).then([](int) -> int { throw std::runtime_error("broken"); })); }, after_one},
      {"catch_error passes the value",
       [&](ManualLoop& m) { log_outcome(m, resolved(m).catch_error([](const Error&) { return 1; })); }, after_one},
      {"then passes the error", [&](ManualLoop& m) { log_outcome(m, rejected(m).then([](int) {})); }, after_one},
      {"result", [&](ManualLoop& m) { log_outcome(m, rejected(m).result()); }, after_one},
      {"finally", [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([] {})); }, after_three},
      {"finally returns a value", [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([] { return 1; })); }, after_three},
      {"finally returns a promise",
       [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([&, resolved] { return resolved(m); })); }, after_three},
      {"finally returns a result", [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([] { return Result<int>(1); })); },
       after_three},
      {"finally returns an error",
       [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([] { return Result<void>(fail(kBroken)); })); }, after_three},
      {"finally of an error", [&](ManualLoop& m) { log_outcome(m, rejected(m).finally([] {})); }, after_three},
      {"finally throws", [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([] { throw std::runtime_error("broken"); })); },
       after_one},
      {"finally returns a rejected promise",
       [&](ManualLoop& m) { log_outcome(m, resolved(m).finally([&, rejected] { return rejected(m); })); }, after_three},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ManualLoop m;
    c.start(m);
    mark_turns(m);
    m.loop.run();
    Lines log = m.log;
    for (std::string& line : log)
      if (line == "error broken") line = "value";
    EXPECT_EQ(log, c.log);
  }
}

TEST(Promise, FollowsAPromiseThatIsStillPending) {
  for (const bool fulfil : {true, false}) {
    ManualLoop m;
    auto [inner, inner_resolver] = make_promise<int>(m.loop);
    auto [outer, outer_resolver] = make_promise<int>(m.loop);
    EXPECT_TRUE(outer_resolver.resolve(inner));
    outer.ignore_rejection();
    m.loop.run();
    EXPECT_TRUE(outer.pending());
    if (fulfil)
      inner_resolver.resolve(3);
    else
      inner_resolver.reject(kBroken);
    EXPECT_TRUE(outer.pending()) << "it hears of it in a microtask";
    m.loop.run();
    EXPECT_EQ(state_of(outer), fulfil ? "fulfilled 3" : "rejected broken");
  }
}

TEST(Promise, ResolvedWithItselfIsRejected) {
  ManualLoop m;
  auto [direct, resolver] = make_promise<int>(m.loop);
  direct.ignore_rejection();
  EXPECT_TRUE(resolver.resolve(direct));
  ASSERT_NE(direct.error(), nullptr) << "at once, as a TypeError is";
  EXPECT_EQ(direct.error()->code(), Errc::self_resolution);

  std::optional<Promise<int>> own;
  const Promise<int> returned = Promise<int>::resolved(m.loop, 1).then([&own](int) { return *own; });
  own = returned;
  returned.ignore_rejection();
  m.loop.run();
  ASSERT_NE(returned.error(), nullptr);
  EXPECT_EQ(returned.error()->code(), Errc::self_resolution);
}

// What callbacks return and throw

TEST(Promise, ATypeFollowsFromWhatACallbackReturns) {
  ManualLoop m;
  const auto promise = Promise<int>::resolved(m.loop, 1);
  const auto is = []<typename T>(const Promise<T>&, std::type_identity<T>) { return true; };
  EXPECT_TRUE(is(promise.then([](int) { return std::string("text"); }), std::type_identity<std::string>{}));
  EXPECT_TRUE(is(promise.then([](int) {}), std::type_identity<void>{}));
  EXPECT_TRUE(is(promise.then([&](int) { return Promise<long>::resolved(m.loop, 2L); }), std::type_identity<long>{}));
  EXPECT_TRUE(is(promise.then([](int) -> Result<bool> { return true; }), std::type_identity<bool>{}));
  EXPECT_TRUE(is(promise.then([](int) -> Result<void> { return {}; }), std::type_identity<void>{}));
  EXPECT_TRUE(is(promise.result(), std::type_identity<Result<int>>{}));
  m.loop.run();
}

TEST(Promise, OfNothingFulfilsRejectsAndChains) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<void>(m.loop);
  promise.then([&] { m.log.push_back("then"); }).then([&] { m.log.push_back("next"); });
  promise.finally([&] { m.log.push_back("finally"); });
  promise.catch_error([&](const Error&) { m.log.push_back("never"); });
  promise.result().then([&](const Result<void>& result) { m.log.push_back(result ? "result" : "no result"); });
  EXPECT_EQ(promise.value(), nullptr);
  EXPECT_TRUE(resolver.resolve());
  EXPECT_NE(promise.value(), nullptr);
  Promise<void>::rejected(m.loop, kBroken).then([] {}).catch_error([&](const Error& error) { m.log.push_back(error.message()); });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"then", "finally", "next", "result", "broken"}));
  EXPECT_EQ(promise_figures(m.loop).unhandled, 0u);
}

TEST(Promise, WhatACallbackThrowsRejects) {
  ManualLoop m;
  const auto promise = Promise<int>::resolved(m.loop, 1);
  const auto log = [&](const Error& error) { m.log.push_back(error.message() + (error.code() == Errc::full ? " full" : "")); };
  promise.then([](int) { throw std::runtime_error("exception"); }).catch_error(log);
  promise.then([](int) { throw ErrorException(Error(Errc::full, "own")); }).catch_error(log);
  promise.then([](int) -> Result<void> { return fail(Errc::full, "result"); }).catch_error(log);
  promise.then([](int) -> Promise<void> { throw std::runtime_error("instead of a promise"); }).catch_error(log);
  Promise<void>::rejected(m.loop, kBroken).catch_error([](const Error& e) { throw ErrorException(e); }).catch_error(log);
  Promise<void>::rejected(m.loop, kBroken)
      .catch_error([](const Error&) -> Result<void> { return fail(Errc::full, "again"); })
      .catch_error(log);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"exception", "own full", "result full", "instead of a promise", "broken", "again full"}));
  EXPECT_EQ(m.loop.figures().uncaught, 0u);
}

TEST(Promise, ThenCallsOneOfItsTwoCallbacks) {
  for (const bool fulfil : {true, false}) {
    ManualLoop m;
    const auto source = fulfil ? Promise<int>::resolved(m.loop, 1) : Promise<int>::rejected(m.loop, kBroken);
    // What one of them throws is not the other's business.
    const Promise<int> derived = source.then(
        [&](int) -> int {
          m.log.push_back("value");
          throw std::runtime_error("from value");
        },
        [&](const Error&) -> int {
          m.log.push_back("error");
          throw std::runtime_error("from error");
        });
    derived.ignore_rejection();
    m.loop.run();
    EXPECT_EQ(m.log, Lines{fulfil ? "value" : "error"});
    EXPECT_EQ(state_of(derived), fulfil ? "rejected from value" : "rejected from error");
  }
}

TEST(Promise, CatchErrorPutsAValueInTheErrorsPlace) {
  ManualLoop m;
  const auto rejected = Promise<int>::rejected(m.loop, kBroken);
  const auto value = rejected.catch_error([](const Error&) { return 1; });
  const auto promise = rejected.catch_error([&](const Error&) { return Promise<int>::resolved(m.loop, 2); });
  const auto result = rejected.catch_error([](const Error&) -> Result<int> { return 3; });
  const auto unused = Promise<int>::resolved(m.loop, 4).catch_error([&](const Error&) {
    m.log.push_back("never");
    return 0;
  });
  m.loop.run();
  EXPECT_EQ(state_of(value), "fulfilled 1");
  EXPECT_EQ(state_of(promise), "fulfilled 2");
  EXPECT_EQ(state_of(result), "fulfilled 3");
  EXPECT_EQ(state_of(unused), "fulfilled 4");
  EXPECT_EQ(m.log, Lines{});
}

TEST(Promise, ResultTurnsAnErrorIntoAValue) {
  ManualLoop m;
  const auto good = Promise<int>::resolved(m.loop, 1).result();
  const auto lvalue = Promise<int>::rejected(m.loop, kBroken);
  const auto bad = lvalue.result();
  m.loop.run();
  ASSERT_TRUE(good.value() != nullptr && bad.value() != nullptr) << "neither is rejected";
  EXPECT_EQ(good.value()->value(), 1);
  EXPECT_EQ(bad.value()->error().message(), "broken");
  EXPECT_EQ(promise_figures(m.loop).unhandled, 0u) << "it is a handler";
}

TEST(Promise, FinallyPassesTheOutcomeOnUnlessItFailsItself) {
  struct Ending {
    std::string name;
    std::function<Promise<int>(ManualLoop&, const Promise<int>&)> attach;
    std::string instead;  ///< empty: the outcome passes
  };
  const std::vector<Ending> endings{
      {"nothing", [](auto&, const auto& p) { return p.finally([] {}); }, ""},
      {"a value", [](auto&, const auto& p) { return p.finally([] { return std::string("ignored"); }); }, ""},
      {"a promise", [](auto& m, const auto& p) { return p.finally([&m] { return Promise<int>::resolved(m.loop, 9); }); }, ""},
      {"a promise of nothing", [](auto& m, const auto& p) { return p.finally([&m] { return Promise<void>::resolved(m.loop); }); },
       ""},
      {"a rejected promise",
       [](auto& m, const auto& p) {
         return p.finally([&m] { return Promise<void>::rejected(m.loop, Error(Errc::full, "rejected inside")); });
       },
       "rejected rejected inside"},
      {"throws", [](auto&, const auto& p) { return p.finally([] { throw std::runtime_error("thrown inside"); }); },
       "rejected thrown inside"},
      {"rvalue", [](auto&, const auto& p) { return Promise<int>(p).finally([] {}); }, ""},
  };
  for (const bool fulfil : {true, false})
    for (const Ending& ending : endings) {
      SCOPED_TRACE(ending.name + (fulfil ? " after a value" : " after an error"));
      ManualLoop m;
      const auto source = fulfil ? Promise<int>::resolved(m.loop, 1) : Promise<int>::rejected(m.loop, kBroken);
      const Promise<int> derived = ending.attach(m, source);
      derived.ignore_rejection();
      m.loop.run();
      EXPECT_EQ(state_of(derived), !ending.instead.empty() ? ending.instead : fulfil ? "fulfilled 1" : "rejected broken");
      EXPECT_EQ(promise_figures(m.loop).unhandled, 0u) << "what happens inside is nobody else's";
    }
}

TEST(Promise, FinallyWaitsForThePromiseItReturns) {
  for (const bool fulfil : {true, false}) {
    ManualLoop m;
    auto [gate, opener] = make_promise<void>(m.loop);
    const auto source = fulfil ? Promise<int>::resolved(m.loop, 1) : Promise<int>::rejected(m.loop, kBroken);
    const Promise<int> derived = source.finally([&gate = gate] { return gate; });
    derived.ignore_rejection();
    m.loop.run();
    EXPECT_TRUE(derived.pending());
    opener.resolve();
    m.loop.run();
    EXPECT_EQ(state_of(derived), fulfil ? "fulfilled 1" : "rejected broken");
  }
}

}  // namespace
}  // namespace millrace
