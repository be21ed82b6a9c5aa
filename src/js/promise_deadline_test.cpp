// Promises of JavaScript that C++ waits for too long, and the report of what waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <millrace/js/promise.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using WaitsFor = PendingCrossings::WaitsFor;

RuntimeOptions watching(Duration deadline, bool sites = false) {
  RuntimeOptions options;
  options.promises = {.deadline = deadline, .sites = sites};
  return options;
}

/// Keeps the loop alive, as a server's listening socket would.
struct Service : JsBench {
  explicit Service(RuntimeOptions options) : JsBench(std::move(options)), hold(loop.hold()) {}
  Promise<int> wait_for(std::string_view source) { return js->evaluate(source, "app.js").value().to<Promise<int>>().value(); }
  void pass(Duration time) {
    clock.advance(time);
    static_cast<void>(loop.run_once(Duration::zero()));
  }
  LivenessHold hold;
};

TEST(PromiseDeadline, WhatIsNotSettledInTimeIsRejected) {
  Service service(watching(100ms));
  Promise<int> never = service.wait_for("new Promise(() => {})");
  service.pass(99ms);
  EXPECT_EQ(never.status(), PromiseStatus::pending);
  service.pass(1ms);
  ASSERT_EQ(never.status(), PromiseStatus::rejected);
  EXPECT_EQ(never.error()->code(), Errc::timed_out);
  EXPECT_THAT(never.error()->message(), HasSubstr("100 ms"));
  EXPECT_EQ(service.js->pending_promises().size(), 0u);
}

TEST(PromiseDeadline, EachHasItsOwn) {
  Service service(watching(100ms));
  Promise<int> first = service.wait_for("new Promise(() => {})");
  service.pass(60ms);
  Promise<int> second = service.wait_for("new Promise(() => {})");
  service.pass(60ms);
  EXPECT_EQ(first.status(), PromiseStatus::rejected);
  EXPECT_EQ(second.status(), PromiseStatus::pending);
  service.pass(60ms);
  EXPECT_EQ(second.status(), PromiseStatus::rejected);
}

TEST(PromiseDeadline, WhatIsSettledInTimeIsNotTouched) {
  Service service(watching(100ms));
  Promise<int> soon = service.wait_for("new Promise((resolve) => setTimeout(resolve, 50, 7))");
  service.pass(50ms);
  ASSERT_EQ(soon.status(), PromiseStatus::fulfilled);
  EXPECT_EQ(*soon.value(), 7);
  service.pass(100ms);
  EXPECT_EQ(*soon.value(), 7);
}

TEST(PromiseDeadline, JavaScriptGoesOnAndMaySettleLate) {
  Service service(watching(100ms));
  Promise<int> late = service.wait_for(
      "globalThis.slow = new Promise((resolve) => { globalThis.end = resolve; }); slow.then((v) => log('js', v)); slow");
  service.pass(100ms);
  ASSERT_EQ(late.status(), PromiseStatus::rejected);
  service.eval("end(5)");
  static_cast<void>(service.loop.run_once(Duration::zero()));
  EXPECT_THAT(service.log, ElementsAre("js 5"));
  EXPECT_EQ(late.error()->code(), Errc::timed_out);
}

TEST(PromiseDeadline, AfterItTheTwoAreStrangers) {
  Service service(watching(100ms));
  Promise<int> late = service.wait_for("globalThis.slow = new Promise((resolve) => { globalThis.end = resolve; })");
  service.pass(100ms);
  ASSERT_EQ(late.status(), PromiseStatus::rejected);
  // Handed over again it has all of the time again.
  Promise<int> again = service.wait_for("slow");
  EXPECT_EQ(again.status(), PromiseStatus::pending);
  // What C++ gave up goes to JavaScript as what it is there.
  service.js->set_function("given_up", [late] { return late; }).value();
  EXPECT_EQ(service.eval("const mine = given_up(); mine.catch((e) => log(e.code)); mine === slow"), "false");
  service.eval("end(5)");
  service.pass(1ms);
  ASSERT_EQ(again.status(), PromiseStatus::fulfilled);
  EXPECT_EQ(*again.value(), 5);
  EXPECT_THAT(service.log, SizeIs(1));
}

TEST(PromiseDeadline, DoesNotKeepTheLoopAlive) {
  JsBench bench(watching(1h));
  Promise<int> never = bench.js->evaluate("new Promise(() => {})").value().to<Promise<int>>().value();
  EXPECT_TRUE(bench.js->run().finished);
  EXPECT_EQ(never.status(), PromiseStatus::pending);
  bench.js.reset();
  EXPECT_EQ(never.error()->code(), Errc::closed);
}

TEST(PromiseDeadline, ZeroIsForEver) {
  Service service({});
  Promise<int> never = service.wait_for("new Promise(() => {})");
  service.pass(24h);
  EXPECT_EQ(never.status(), PromiseStatus::pending);
}

TEST(PromiseDeadline, WhatWasCollectedFreesItsNumber) {
  Service service(watching(100ms));
  for (int round = 0; round < 50; ++round) {
    Promise<int> never = service.wait_for("new Promise(() => {})");
    service.pass(100ms);
    ASSERT_EQ(never.status(), PromiseStatus::rejected);
    if (round % 10 == 9) service.js->collect_garbage();
  }
  service.js->collect_garbage();
  Promise<int> next = service.wait_for("Promise.resolve(3)");
  service.pass(1ms);
  EXPECT_EQ(*next.value(), 3);
}

TEST(PromiseDeadline, ManyShortOnesWithALongDeadlineLeaveNothingBehind) {
  Service service(watching(1h));
  for (int i = 0; i < 1'000; ++i) {
    Promise<int> soon = service.wait_for("Promise.resolve(1)");
    static_cast<void>(service.loop.run_once(Duration::zero()));
    ASSERT_EQ(soon.status(), PromiseStatus::fulfilled);
  }
  EXPECT_THAT(service.js->pending_promises(), IsEmpty());
  Promise<int> never = service.wait_for("new Promise(() => {})");
  service.pass(1h);
  EXPECT_EQ(never.status(), PromiseStatus::rejected);
}

TEST(PromiseDeadline, TellsWhereThePromiseCameFrom) {
  Service service(watching(100ms, true));
  Promise<int> never = service.wait_for("new Promise(() => {})");
  service.pass(100ms);
  EXPECT_EQ(never.error()->context("site"), "evaluation of app.js");
}

// The report

TEST(PendingCrossings, AreToldForBothSides) {
  Service service(watching(100ms, true));
  const PromiseAndResolver<int> of_host = make_promise<int>(service.loop);
  std::vector<Promise<int>> kept;
  service.js->set_function("fromHost", [&] { return of_host.promise; }).value();
  service.js->set_function("toHost", [&](Promise<int> promise) { kept.push_back(promise); }).value();
  service.js->evaluate("function ask() {\n  return fromHost();\n}\nask();", "ask.js").value();
  service.js
      ->evaluate(
          "function give() {\n  toHost(new Promise(() => {}));\n}\nfunction all() {\n  for (let i = 0; i < 3; i++) "
          "give();\n}\nall();",
          "give.js")
      .value();
  service.pass(40ms);
  const std::vector<PendingCrossings> found = service.js->pending_promises();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].waits_for, WaitsFor::javascript);
  EXPECT_EQ(found[0].count, 3u);
  EXPECT_EQ(found[0].oldest, 40ms);
  EXPECT_EQ(found[0].due_in, 60ms);
  ASSERT_THAT(found[0].site, SizeIs(3));
  EXPECT_EQ(found[0].site[0], "give (give.js:2)");
  EXPECT_THAT(found[0].site[1], StartsWith("all (give.js:"));
  EXPECT_THAT(found[0].to_string(),
              StartsWith("3 promises of JavaScript that the host waits for, the oldest for 0.04 s, at give (give.js:2) < all"));
  EXPECT_EQ(found[1].waits_for, WaitsFor::host);
  EXPECT_EQ(found[1].count, 1u);
  EXPECT_EQ(found[1].due_in, std::nullopt);
  EXPECT_EQ(found[1].site.at(0), "ask (ask.js:2)");
  EXPECT_THAT(service.js->pending_promises(1), SizeIs(1));
}

TEST(PendingCrossings, AFunctionThatTheHostCalledIsNamed) {
  Service service(watching({}, true));
  service.js->evaluate("async function fetchUser() { await new Promise(() => {}); }").value();
  const auto fetch_user = service.js->global().get("fetchUser").value().to<Function>().value();
  Promise<int> never = fetch_user.operator()<Promise<int>>().value();
  const std::vector<PendingCrossings> found = service.js->pending_promises();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].site, ElementsAre("call of fetchUser"));
}

TEST(PendingCrossings, WithoutSitesAreCountedOnly) {
  Service service({});
  Promise<int> one = service.wait_for("new Promise(() => {})"), two = service.wait_for("new Promise(() => {})");
  const std::vector<PendingCrossings> found = service.js->pending_promises();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].count, 2u);
  EXPECT_THAT(found[0].site, IsEmpty());
  EXPECT_EQ(found[0].due_in, std::nullopt);
}

}  // namespace
}  // namespace millrace::js
