// Promises across the border: identity, ticks, errors, and the ends of both sides.
#include <millrace/js/promise.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include <millrace/awaitables.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PromiseBorder, AsyncFunctionsOfCpp) {
  JsBench bench;
  bench.js
      ->set_function("later", [&](int n) { return sleep(bench.loop, std::chrono::milliseconds(5)).then([n] { return n + 1; }); })
      .value();
  bench.js
      ->set_function("fails",
                     [&]() -> Promise<int> { return Promise<int>::rejected(bench.loop, Error(Errc::not_found, "nothing there")); })
      .value();
  bench.run("(async () => { log(await later(1)); try { await fails() } catch (e) { log(e.message) } })()");
  EXPECT_THAT(bench.log, ElementsAre("2", "nothing there"));
}

Async<int> add_all(Loop& loop, std::vector<Promise<int>> inputs) {
  int sum = 0;
  for (Promise<int>& input : inputs) sum += co_await input;
  static_cast<void>(loop);
  co_return sum;
}

TEST(PromiseBorder, CoroutinesAwaitPromisesOfJavaScript) {
  JsBench bench;
  bench.js->set_function("addAll", [&](std::vector<Promise<int>> inputs) { return add_all(bench.loop, std::move(inputs)); })
      .value();
  bench.run(
      "addAll([1, Promise.resolve(2), new Promise((r) => setTimeout(r, 3, 4))]).then(log); addAll([Promise.reject(new "
      "TypeError('no'))]).catch((e) => log(e.name))");
  EXPECT_THAT(bench.log, ElementsAre("TypeError", "7"));
}

TEST(PromiseBorder, TheSamePromiseStaysTheSame) {
  JsBench bench;
  PromiseAndResolver<int> made = make_promise<int>(bench.loop);
  bench.js->set_function("get", [&] { return made.promise; }).value();
  bench.js->set_function("through", [](Promise<int> promise) { return promise; }).value();
  EXPECT_EQ(bench.eval("const p = get(); p === get() && p instanceof Promise && Object.getPrototypeOf(p) === Promise.prototype"),
            "true");
  EXPECT_EQ(bench.eval("const q = new Promise(() => {}); through(q) === q && through(p) === p"), "true");
  bench.js->set_function("same", [&](Promise<int> promise) { return promise.state().get() == made.promise.state().get(); }).value();
  EXPECT_EQ(bench.eval("same(p)"), "true");
  EXPECT_EQ(bench.eval("same(Promise.resolve(1))"), "false");
  made.resolver.resolve(1);
  EXPECT_EQ(bench.eval("get() === p"), "true") << "settled, too";
  bench.run("p.then(log)");
  EXPECT_THAT(bench.log, ElementsAre("1"));
}

TEST(PromiseBorder, AReasonKeepsItsIdentity) {
  JsBench bench;
  bench.js->set_function("through", [](Promise<Value> promise) { return promise.then([](const Value& value) { return value; }); })
      .value();
  bench.run(
      "const mine = new Error('mine'); through(Promise.reject(mine)).catch((e) => log(e === mine)); "
      "through(Promise.reject(5)).catch(log)");
  EXPECT_THAT(bench.log, ElementsAre("true", "5"));
}

TEST(PromiseBorder, SettledByCppItTakesNoExtraTick) {
  JsBench bench;
  PromiseAndResolver<int> made = make_promise<int>(bench.loop);
  bench.js->set_function("get", [&] { return made.promise; }).value();
  bench.js->set_function("settle", [&] { made.resolver.resolve(1); }).value();
  // As if JavaScript had settled it: its reaction is the first job of those that are queued here.
  bench.run("get().then(() => log('a')); queueMicrotask(() => log('before')); settle(); queueMicrotask(() => log('after'))");
  EXPECT_THAT(bench.log, ElementsAre("before", "a", "after"));
}

TEST(PromiseBorder, AwaitedByCppItTakesNoExtraTick) {
  JsBench bench;
  bench.js
      ->set_function("when",
                     [&](Promise<int> promise, std::string name) {
                       promise.then([&bench, name](int) { bench.log.push_back(name); }).ignore_rejection();
                     })
      .value();
  bench.run(
      "const p = Promise.resolve(1); p.then(() => log('js 1')); when(p, 'c++'); p.then(() => log('js 2')); "
      "(async () => { await p; log('await') })()");
  EXPECT_THAT(bench.log, ElementsAre("js 1", "c++", "js 2", "await"));
}

TEST(PromiseBorder, ThenablesRunInTheirOwnTurn) {
  JsBench bench;
  PromiseAndResolver<Value> made = make_promise<Value>(bench.loop);
  bench.js->set_function("get", [&] { return made.promise; }).value();
  bench.js
      ->set_function("settle",
                     [&](Value value) {
                       made.resolver.resolve(std::move(value));
                       bench.log.push_back("settled");
                     })
      .value();
  bench.run("get().then(log); settle({ get then() { log('then asked'); return (f) => f('followed') } })");
  EXPECT_THAT(bench.log, ElementsAre("settled", "then asked", "followed"));
}

TEST(PromiseBorder, ProxiesAreAskedInTheirOwnTurn) {
  JsBench bench;
  PromiseAndResolver<Value> made = make_promise<Value>(bench.loop);
  bench.js->set_function("get", [&] { return made.promise; }).value();
  bench.js
      ->set_function("settle",
                     [&](Value value) {
                       made.resolver.resolve(std::move(value));
                       bench.log.push_back("settled");
                     })
      .value();
  bench.run(
      "get().then(() => log('never'), log); settle(new Proxy({}, { get() { log('asked'); throw 'trap' }, has() { log('never') } "
      "}))");
  EXPECT_THAT(bench.log, ElementsAre("settled", "asked", "trap"));
}

TEST(PromiseBorder, WaitingForWhatNobodyCanSettleEnds) {
  JsBench bench;
  int abandoned = 0;
  bench.js
      ->set_function("when",
                     [&](Promise<int> promise) {
                       promise.catch_error([&](const Error& error) { return abandoned += error.code() == Errc::abandoned ? 1 : 0; })
                           .ignore_rejection();
                     })
      .value();
  bench.eval("(() => { for (let i = 0; i < 100; i++) when(new Promise(() => {})) })()");
  for (int i = 0; i < 4; ++i) {
    bench.eval("(function deep(n) { if (n > 0) deep(n - 1); })(500)");
    bench.js->collect_garbage();
    bench.eval("1");
  }
  EXPECT_GE(abandoned, 90) << "but for what an old stack still shows";
}

TEST(PromiseBorder, SettledFromAnotherThread) {
  JsBench bench;
  std::thread worker;
  bench.js
      ->set_function("work",
                     [&] {
                       PromiseAndResolver<std::string> made = make_promise<std::string>(bench.loop);
                       worker = std::thread([resolver = std::move(made.resolver)]() mutable { resolver.resolve("from afar"); });
                       return made.promise;
                     })
      .value();
  const LivenessHold hold = bench.loop.hold();
  bench.js->evaluate("work().then((text) => { log(text); globalThis.done = true })").value();
  worker.join();
  while (bench.log.empty()) static_cast<void>(bench.loop.run_for(std::chrono::milliseconds(1)));
  EXPECT_THAT(bench.log, ElementsAre("from afar"));
}

TEST(PromiseBorder, UnhandledRejectionsAreJavaScripts) {
  JsBench bench;
  bench.js->set_function("fails", [&] { return Promise<int>::rejected(bench.loop, Error(Errc::not_found, "nobody looks")); })
      .value();
  const RuntimeOutcome outcome = bench.run("process.on('unhandledRejection', (e) => log(e.message)); fails(); undefined");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(bench.log, ElementsAre("nobody looks"));
}

TEST(PromiseBorder, WhatDoesNotConvertRejects) {
  JsBench bench;
  bench.js->set_function("takes", [](Promise<int> promise) { return promise; }).value();
  bench.js->set_function("ends", [](Promise<int> promise) { return promise.then([](int n) { return n; }); }).value();
  EXPECT_EQ(bench.eval("takes('x')"), "TypeError: argument 1: expected a whole number, got the string \"x\"")
      << "no promise, so at once";
  bench.run("ends(Promise.resolve('x')).catch((e) => log(e.message))");
  EXPECT_THAT(bench.log, ElementsAre("expected a whole number, got the string \"x\""));
}

TEST(PromiseBorder, TheRuntimesEndRejectsWhatCppWaitsFor) {
  std::string told;
  Loop loop;
  {
    const auto js = Runtime::create(loop).value();
    const auto promise = js->evaluate("new Promise(() => {})").value().to<Promise<int>>().value();
    promise
        .catch_error([&](const Error& error) {
          told = error.message();
          return 0;
        })
        .ignore_rejection();
  }
  static_cast<void>(loop.run());
  EXPECT_THAT(told, HasSubstr("runtime ended"));
}

TEST(PromiseBorder, TheLoopsCloseLeavesJavaScriptAlone) {
  JsBench bench;
  bench.js->set_function("later", [&] { return sleep(bench.loop, std::chrono::milliseconds(5)); }).value();
  bench.eval("later().then(() => log('never'), () => log('never')); undefined");
  bench.loop.close();
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(PromiseBorder, HostileConstructorsAreErrors) {
  JsBench bench;
  bench.js->set_function("when", [](Promise<int> promise) { return promise.then([](int n) { return n; }); }).value();
  bench.run(
      "const p = Promise.resolve(1); Object.defineProperty(p, 'constructor', { get() { throw new Error('asked') } }); "
      "when(p).catch((e) => log(e.message))");
  EXPECT_THAT(bench.log, ElementsAre("asked"));
}

TEST(PromiseBorder, ThousandsLeaveNothingBehind) {
  JsBench bench;
  bench.js->set_function("one", [&](int n) { return Promise<int>::resolved(bench.loop, n); }).value();
  bench.js->set_function("back", [](Promise<int> promise) { return promise; }).value();
  static_cast<void>(
      bench.js->evaluate("(async () => { let sum = 0; for (let i = 0; i < 20000; i++) sum += await one(1) + await "
                         "back(Promise.resolve(1)); log(sum) })()"));
  EXPECT_THAT(bench.log, ElementsAre("40000"));
  bench.js->collect_garbage();
  for (int i = 0; i < 3; ++i) {
    bench.eval("one(1); undefined");
    bench.js->collect_garbage();
  }
  EXPECT_LT(promise_figures(bench.loop).live, 1000U);
}

}  // namespace
}  // namespace millrace::js
