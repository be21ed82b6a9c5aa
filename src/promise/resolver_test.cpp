// Who settles a promise, from which thread, and what if nobody does. What happens when the loop ends is in resolver_close_test.cpp.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/manual_loop.h"
#include "support/named_context.h"
#include "support/promise_checks.h"

namespace millrace {
namespace {

using namespace testing;

// From other threads

TEST(Resolver, SettlesAtOnceOnTheLoopThreadAndInATaskFromElsewhere) {
  ManualLoop m;
  auto [here, resolve_here] = make_promise<int>(m.loop);
  auto [there, resolve_there] = make_promise<int>(m.loop);
  EXPECT_TRUE(resolve_here.resolve(1));
  EXPECT_FALSE(here.pending());
  elsewhere([&] { EXPECT_TRUE(resolve_there.resolve(2)); });
  EXPECT_FALSE(resolve_there);
  EXPECT_TRUE(there.pending());
  EXPECT_TRUE(m.loop.alive()) << "a settlement under way is work";
  m.loop.run();
  ASSERT_NE(there.value(), nullptr);
  EXPECT_EQ(*there.value(), 2);
}

struct Large {
  std::array<char, 1000> bytes{};
  std::shared_ptr<int> token;
};

TEST(Resolver, CarriesEveryKindOfOutcomeAcross) {
  ManualLoop m;
  auto [number, number_resolver] = make_promise<int>(m.loop);
  auto [nothing, nothing_resolver] = make_promise<void>(m.loop);
  auto [text, text_resolver] = make_promise<std::string>(m.loop);
  auto [large, large_resolver] = make_promise<Large>(m.loop);
  auto [box, box_resolver] = make_promise<std::unique_ptr<int>>(m.loop);
  auto [failure, failure_resolver] = make_promise<int>(m.loop);
  auto [thrown, thrown_resolver] = make_promise<std::unique_ptr<int>>(m.loop);
  auto [good, good_resolver] = make_promise<std::unique_ptr<int>>(m.loop);
  auto [bad, bad_resolver] = make_promise<void>(m.loop);
  for (const auto* each : {&failure}) each->ignore_rejection();
  thrown.ignore_rejection();
  bad.ignore_rejection();
  const auto token = std::make_shared<int>(1);
  elsewhere([&] {
    EXPECT_TRUE(number_resolver.resolve(1));
    EXPECT_TRUE(nothing_resolver.resolve());
    EXPECT_TRUE(text_resolver.resolve(3U, 'x')) << "built from arguments";
    Large value{.token = token};
    value.bytes.back() = 'z';
    EXPECT_TRUE(large_resolver.resolve(std::move(value)));
    EXPECT_TRUE(box_resolver.resolve(std::make_unique<int>(5)));
    EXPECT_TRUE(failure_resolver.reject(kBroken));
    try {
      throw std::runtime_error("thrown");
    } catch (...) {
      EXPECT_TRUE(thrown_resolver.reject_current_exception());
    }
    EXPECT_TRUE(good_resolver.settle(std::make_unique<int>(8)));
    EXPECT_TRUE(bad_resolver.settle(fail(kBroken)));
  });
  m.loop.run();
  EXPECT_EQ(*number.value(), 1);
  EXPECT_NE(nothing.value(), nullptr);
  EXPECT_EQ(*text.value(), "xxx");
  EXPECT_EQ(large.value()->bytes.back(), 'z');
  EXPECT_EQ(token.use_count(), 2) << "moved, not copied";
  EXPECT_EQ(**box.value(), 5);
  EXPECT_EQ(failure.error()->message(), "broken");
  EXPECT_EQ(failure.error()->correlation_id(), kBroken.correlation_id());
  EXPECT_EQ(thrown.error()->message(), "thrown");
  EXPECT_EQ(**good.value(), 8);
  EXPECT_EQ(bad.error()->message(), "broken");
}

TEST(Resolver, AValueThatCannotBeBuiltLeavesItAsItWas) {
  struct Fragile {
    Fragile() = default;
    explicit Fragile(bool) { throw std::runtime_error("cannot be built"); }
  };
  for (const bool loop_thread : {true, false}) {
    ManualLoop m;
    auto [promise, resolver] = make_promise<Fragile>(m.loop);
    const auto try_twice = [&resolver = resolver] {
      EXPECT_THROW(resolver.resolve(true), std::runtime_error);
      EXPECT_TRUE(resolver);
      EXPECT_TRUE(resolver.resolve());
    };
    if (loop_thread)
      try_twice();
    else
      elsewhere(try_twice);
    m.loop.run();
    EXPECT_NE(promise.value(), nullptr) << loop_thread;
  }
}

TEST(Resolver, EachSettlementFromElsewhereIsACallbackWithItsOwnCheckpoint) {  // docs/semantics.md, rule 32
  ManualLoop m;
  auto [first, first_resolver] = make_promise<int>(m.loop);
  auto [second, second_resolver] = make_promise<int>(m.loop);
  const auto look = [&](const std::string& line) {
    return [&m, &second = second, line] { m.log.push_back(line + (second.pending() ? "" : ", and the second is seen")); };
  };
  first.then([&](int) {
    look("first")();
    m.loop.queue_microtask(look("microtask")).value();
    m.loop.next_tick(look("tick")).value();
  });
  second.then([&](int) { look("second")(); });
  elsewhere([&] {
    first_resolver.resolve(1);
    second_resolver.resolve(2);
  });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"first", "microtask", "tick", "second, and the second is seen"}));
  EXPECT_EQ(m.loop.figures().checkpoints, 2u);
}

TEST(Resolver, ASettlementFromElsewhereOvertakesWhatWaitsAtTheDoor) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  promise.then([&](int) { m.log.push_back("settled"); });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(m.loop.ingress().post(m.note("post")), Admission::accepted);
  elsewhere([&] { resolver.resolve(1); });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"settled", "post", "post", "post"}));
}

TEST(Resolver, SettlementsFromOneThreadKeepTheirOrder) {
  ManualLoop m;
  std::vector<Resolver<int>> resolvers;
  std::vector<int> settled;
  for (int i = 0; i < 100; ++i) {
    auto [promise, resolver] = make_promise<int>(m.loop);
    promise.then([&](int value) { settled.push_back(value); });
    resolvers.push_back(std::move(resolver));
  }
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) order.push_back(i * 37 % 100);
  elsewhere([&] {
    for (const int i : order) resolvers[static_cast<std::size_t>(i)].resolve(i);
  });
  m.loop.run();
  EXPECT_EQ(settled, order);
}

TEST(Resolver, SettlementsAndReactionsAreNotSubjectToLimits) {
  ManualLoop m{{.limits = {.ingress_max = 1, .queue_max = 1}}};
  std::vector<Resolver<int>> resolvers;
  std::vector<Promise<int>> promises;
  int settled = 0;
  for (int i = 0; i < 200; ++i) {
    auto [promise, resolver] = make_promise<int>(m.loop);
    promise.then([&](int) { ++settled; });
    promise.then([&](int) { ++settled; });
    promises.push_back(std::move(promise));
    resolvers.push_back(std::move(resolver));
  }
  EXPECT_EQ(m.loop.ingress().post([] {}), Admission::accepted);
  EXPECT_EQ(m.loop.ingress().post([] {}), Admission::full);
  m.loop.queue_microtask([] {}).value();
  EXPECT_EQ(m.loop.queue_microtask([] {}).error().code(), Errc::full);
  elsewhere([&] {
    for (std::size_t i = 0; i < 100; ++i) EXPECT_TRUE(resolvers[i].resolve(1)) << i;
  });
  for (std::size_t i = 100; i < 200; ++i) EXPECT_TRUE(resolvers[i].resolve(1)) << i;
  m.loop.run();
  EXPECT_EQ(settled, 400);
  for (const auto& promise : promises) EXPECT_NE(promise.value(), nullptr);
}

TEST(Resolver, WakesALoopThatSleeps) {
  Loop loop;
  auto [promise, resolver] = make_promise<int>(loop);
  LivenessHold hold = loop.hold();
  promise.then([&](int) { hold.release(); });
  std::optional<std::jthread> thread;
  // Begun by a task, so that the settlement comes while the loop runs: before it sleeps, or after.
  loop.immediate([&] { thread.emplace([&] { resolver.resolve(1); }); }).value();
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_NE(promise.value(), nullptr);
}

TEST(Resolver, RunsReactionsInTheContextOfThenNotOfTheSettlement) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<int>(m.loop);
  {
    const ContextScope scope(m.loop, named("then"));
    promise.then([&](int) { m.log.push_back(name_in(m.loop.context())); });
  }
  const ContextScope scope(m.loop, named("host"));
  elsewhere([&] { resolver.resolve(1); });
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"then"});
}

// Abandoned

TEST(Resolver, DroppedUnusedRejectsThePromise) {
  for (const bool loop_thread : {true, false}) {
    for (const bool handle_given_up : {true, false}) {
      SCOPED_TRACE(::testing::Message() << (loop_thread ? "loop thread" : "other thread")
                                        << (handle_given_up ? ", handle given up" : ", handle held"));
      ManualLoop m;
      auto made = make_promise<int>(m.loop);
      std::optional<Resolver<int>> resolver = std::move(made.resolver);
      std::optional<Promise<int>> source = std::move(made.promise);
      const Promise<int> derived = handle_given_up ? std::move(*source).then([](int value) { return value; })
                                                   : source->then([](int value) { return value; });
      derived.ignore_rejection();
      if (handle_given_up) source.reset();
      if (loop_thread)
        resolver.reset();
      else
        elsewhere([&] { resolver.reset(); });
      m.loop.run();
      EXPECT_TRUE(rejected_with(derived, Errc::abandoned)) << "who waits hears of it";
      if (source) {
        EXPECT_TRUE(rejected_with(*source, Errc::abandoned));
      }
    }
  }
}

TEST(Resolver, DroppedWhenNobodyCanHearOfItIsNoUnhandledRejection) {
  for (const bool loop_thread : {true, false}) {
    ManualLoop m;
    std::optional<Resolver<int>> resolver = make_promise<int>(m.loop).resolver;
    if (loop_thread)
      resolver.reset();
    else
      elsewhere([&] { resolver.reset(); });
    EXPECT_EQ(m.loop.run().reason(), RunOutcome::Reason::idle);
    EXPECT_EQ(promise_figures(m.loop).unhandled, 0u);
    EXPECT_EQ(promise_figures(m.loop).live, 0u);
  }
}

TEST(Resolver, DroppedAfterItSettledChangesNothing) {
  ManualLoop m;
  auto [plain, plain_resolver] = make_promise<int>(m.loop);
  auto [following, following_resolver] = make_promise<int>(m.loop);
  auto [other, other_resolver] = make_promise<int>(m.loop);
  {
    Resolver<int> first = std::move(plain_resolver);
    first.resolve(1);
    Resolver<int> second = std::move(following_resolver);
    second.resolve(other);
  }
  m.loop.run();
  EXPECT_EQ(*plain.value(), 1);
  EXPECT_TRUE(following.pending());
  other_resolver.resolve(2);
  m.loop.run();
  EXPECT_EQ(*following.value(), 2);
}

TEST(Resolver, ThatIsAssignedAnotherAbandonsItsOwn) {
  ManualLoop m;
  auto [first, resolver] = make_promise<int>(m.loop);
  auto [second, second_resolver] = make_promise<int>(m.loop);
  first.ignore_rejection();
  resolver = std::move(second_resolver);
  EXPECT_TRUE(rejected_with(first, Errc::abandoned));
  EXPECT_TRUE(second.pending());
  EXPECT_FALSE(second_resolver);
  EXPECT_FALSE(second_resolver.resolve(1));
  EXPECT_TRUE(resolver.resolve(2));
  EXPECT_EQ(*second.value(), 2);
}

}  // namespace
}  // namespace millrace
