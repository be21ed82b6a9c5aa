// AsyncLocalStorage and the loop's Context: what either carries is there wherever the work ends up, on both sides of the border.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <millrace/js/convert.h>
#include <millrace/js/function.h>
#include <millrace/js/promise.h>
#include <millrace/promise.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using millrace::testing::text_of;
using ::testing::ElementsAre;

constexpr ContextKey<std::string> kRequest;

/// With `store` and `other`, two AsyncLocalStorages; `show(label)`, which logs their values and the C++ request; and `later(callback)`, which calls
/// it from a task of the loop.
struct ContextBench : JsBench {
  ContextBench() {
    js->run_code(
          "const { AsyncLocalStorage } = require('async_hooks');"
          "globalThis.store = new AsyncLocalStorage(); globalThis.other = new AsyncLocalStorage()")
        .value();
    js->set_function("note", [this](const std::string& label, const std::string& values) { note(label, values); }).value();
    js->set_function("later", [this](Function callback) {
        return loop.immediate([callback = std::move(callback)] { static_cast<void>(callback.invoke<void>()); });
      }).value();
    eval("globalThis.show = (label) => note(label, `${store.getStore()} ${other.getStore()}`)");
  }
  void note(const std::string& label, const std::string& values) {
    const std::string* const request = loop.context().find(kRequest);
    log.push_back(label + ": " + values + " " + (request == nullptr ? "-" : *request));
  }
  void in_request(const std::string& name, const std::string& source) {
    const ContextScope scope(loop, loop.context().with(kRequest, name));
    eval(source);
  }
};

TEST(ContextBridge, CppWorkCarriesTheStoresOfWhoScheduledIt) {
  ContextBench bench;
  bench.run(
      "store.run(1, () => { show('in'); later(() => show('later')) }); store.run(2, () => later(() => show('again'))); show('out');"
      "later(() => show('none'))");
  EXPECT_THAT(bench.log, ElementsAre("in: 1 undefined -", "out: undefined undefined -", "later: 1 undefined -",
                                     "again: 2 undefined -", "none: undefined undefined -"));
}

TEST(ContextBridge, JavaScriptWorkCarriesTheContextOfWhoScheduledIt) {
  ContextBench bench;
  bench.in_request(
      "r1",
      "setTimeout(() => show('timer'), 5); setImmediate(() => show('immediate')); process.nextTick(() => show('tick'));"
      "queueMicrotask(() => show('microtask')); Promise.resolve().then(() => show('then')); show('now')");
  bench.in_request("r2", "setTimeout(() => show('timer 2'), 4); store.run('s', () => setTimeout(() => show('both'), 3))");
  bench.eval("setTimeout(() => show('plain'), 2)");
  bench.js->run();
  EXPECT_THAT(bench.log,
              ElementsAre("now: undefined undefined r1", "tick: undefined undefined r1", "microtask: undefined undefined r1",
                          "then: undefined undefined r1", "immediate: undefined undefined r1", "plain: undefined undefined -",
                          "both: s undefined r2", "timer 2: undefined undefined r2", "timer: undefined undefined r1"));
}

TEST(ContextBridge, BothGrowAlongOneChainOfWork) {
  ContextBench bench;
  bench.js
      ->set_function("within",
                     [&bench](const std::string& name, const Function& callback) {
                       const ContextScope scope(bench.loop, bench.loop.context().with(kRequest, name));
                       callback.invoke<void>().value();
                     })
      .value();
  bench.run(
      "store.run('a', () => within('r', () => { show('1'); other.run('b', () => later(() => { show('2');"
      "  within('q', () => setTimeout(() => { show('3'); store.exit(() => later(() => show('4'))) }, 1)); show('5') })); show('6') "
      "}));"
      "show('7')");
  EXPECT_THAT(bench.log, ElementsAre("1: a undefined r", "6: a undefined r", "7: undefined undefined -", "2: a b r", "5: a b r",
                                     "3: a b q", "4: undefined b q"));
}

TEST(ContextBridge, JavaScriptUpTheStackHasItsFrameBack) {
  ContextBench bench;
  bench.js
      ->set_function("empty",
                     [&bench](const Function& callback) {
                       const ContextScope scope(bench.loop, Context{});
                       callback.invoke<void>().value();
                     })
      .value();
  bench.run("store.run(1, () => { empty(() => show('inside')); show('after') })");
  EXPECT_THAT(bench.log, ElementsAre("inside: undefined undefined -", "after: 1 undefined -"));
}

TEST(ContextBridge, PromisesOfCppResumeInTheFrameThatWaits) {
  ContextBench bench;
  auto [promise, resolver] = make_promise<int>(bench.loop);
  bench.js->set_function("number", [shared = promise]() -> Promise<int> { return shared; }).value();
  bench.eval("store.run(1, () => number().then(() => show('one'))); store.run(2, () => number().then(() => show('two')))");
  bench.in_request("r", "number().then(() => show('three'))");
  resolver.resolve(5);
  bench.js->run();
  EXPECT_THAT(bench.log, ElementsAre("one: 1 undefined -", "two: 2 undefined -", "three: undefined undefined r"));
}

TEST(ContextBridge, NativeMicrotasksAmongJobsHaveTheirOwn) {
  ContextBench bench;
  bench.js
      ->set_function("native",
                     [&bench](const std::string& label) {
                       return bench.loop.queue_microtask([&bench, label] { bench.eval("show('" + label + "')"); });
                     })
      .value();
  bench.run(
      "store.run(1, () => { native('a'); queueMicrotask(() => show('b')) }); native('c'); store.run(2, () => queueMicrotask(() => "
      "show('d')))");
  EXPECT_THAT(bench.log, ElementsAre("a: 1 undefined -", "b: 1 undefined -", "c: undefined undefined -", "d: 2 undefined -"));
}

TEST(ContextBridge, RuntimesOfOneThreadKeepTheirStoresApart) {
  ContextBench a, b;
  a.js->set_function("cross", [&b] { b.eval("show('b')"); }).value();
  a.run("store.run(1, () => { cross(); show('a') })");
  EXPECT_THAT(b.log, ElementsAre("b: undefined undefined -"));
  EXPECT_THAT(a.log, ElementsAre("a: 1 undefined -"));
}

TEST(ContextBridge, WhatIsStoredGoesWithTheWork) {
  ContextBench bench;
  bench.eval(
      "globalThis.refs = []; (() => { for (let i = 0; i < 100; i++) { const value = { i }; refs.push(new WeakRef(value));"
      "store.run(value, () => later(() => {})) } })()");
  bench.loop.run();
  bench.eval("((f) => { for (let i = 0; i < 1000; i++) f(i) })((x) => x)");
  bench.js->collect_garbage();
  EXPECT_THAT(bench.eval("refs.filter((ref) => ref.deref() === undefined).length > 90"), "true");
}

}  // namespace
}  // namespace millrace::js
