// Functions of C++ called by JavaScript and the other way round: arguments, results, errors and their identity, lifetime.
#include <millrace/js/function.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

int twice(int n) { return 2 * n; }

TEST(Function, ParametersSayWhatIsTaken) {
  JsBench bench;
  bench.js->set_function("add", [](double a, double b) { return a + b; }).value();
  bench.js->set_function("twice", &twice).value();
  bench.js
      ->set_function("greet",
                     [](std::string_view name, std::optional<int> times) {
                       std::string text;
                       for (int i = 0; i < times.value_or(1); ++i) text.append("hi ").append(name).append(" ");
                       return text;
                     })
      .value();
  EXPECT_EQ(bench.eval("add(1, 2.5)"), "3.5");
  EXPECT_EQ(bench.eval("add(1, 2, 'ignored')"), "3");
  EXPECT_EQ(bench.eval("[add.name, add.length, twice.length, greet.length].join()"), "add,2,1,2");
  EXPECT_EQ(bench.eval("twice(21)"), "42");
  EXPECT_EQ(bench.eval("greet('you') + greet('all', 2)"), "hi you hi all hi all ");
  EXPECT_THAT(bench.eval("new add(1, 2)"), HasSubstr("TypeError")) << "no constructor";
}

TEST(Function, WhatDoesNotFitIsThrownBeforeTheCall) {
  JsBench bench;
  int calls = 0;
  bench.js->set_function("take", [&](int, std::vector<std::string>) { ++calls; }).value();
  EXPECT_EQ(bench.eval("take(1)"), "TypeError: argument 2: expected an array, got undefined");
  EXPECT_EQ(bench.eval("take(1, ['a', 2])"), "TypeError: argument 2[1]: expected a string, got the number 2");
  EXPECT_EQ(bench.eval("take(2.5, [])"), "RangeError: argument 1: expected a whole number from -2147483648 to 2147483647, got 2.5");
  EXPECT_EQ(bench.eval("try { take('x') } catch (e) { `${e instanceof TypeError} ${e.code}` }"), "true ERR_INVALID_ARG_TYPE");
  EXPECT_EQ(calls, 0);
}

TEST(Function, RestScopeAndThis) {
  JsBench bench;
  bench.js
      ->set_function("sum",
                     [](int first, const Rest<int>& others) {
                       for (const int each : others) first += each;
                       return first;
                     })
      .value();
  bench.js->set_function("me", [](Scope& scope, This self) { return scope.keep(self.value); }).value();
  EXPECT_EQ(bench.eval("[sum(1), sum(1, 2), sum(1, 2, 3, 4, 5, 6, 7), sum.length].join()"), "1,3,28,1");
  EXPECT_EQ(bench.eval("sum(1, 2, 'x')"), "TypeError: argument 3: expected a whole number, got the string \"x\"");
  EXPECT_EQ(bench.eval("const o = { me }; o.me() === o && me() === undefined"), "true");
}

TEST(Function, FiveAndMoreParameters) {
  JsBench bench;
  bench.js->set_function("four", [](int a, int b, int c, int d) { return a * 1000 + b * 100 + c * 10 + d; }).value();
  bench.js->set_function("six", [](int a, int b, int c, int d, int e, int f) { return a + b + c + d + e + f; }).value();
  EXPECT_EQ(bench.eval("four(1, 2, 3, 4) + six(1, 2, 3, 4, 5, 6)"), "1255");
}

TEST(Function, NothingIsUndefined) {
  JsBench bench;
  bench.js->set_function("nothing", [] {}).value();
  bench.js
      ->set_function("maybe",
                     [](bool yes) -> Result<void> {
                       if (yes) return {};
                       return fail(Errc::not_found, "no");
                     })
      .value();
  EXPECT_EQ(bench.eval("nothing() === undefined && maybe(true) === undefined"), "true");
  EXPECT_EQ(bench.eval("maybe(false)"), "Error: no");
}

TEST(Function, ExceptionsBecomeErrorsOfTheNearestType) {
  JsBench bench;
  bench.js
      ->set_function("throws",
                     [](int which) {
                       switch (which) {
                         case 0: throw std::runtime_error("plain");
                         case 1: throw std::out_of_range("far");
                         case 2: throw std::invalid_argument("wrong");
                         default: throw 5;
                       }
                     })
      .value();
  const std::string_view tell =
      "try { throws(n) } catch (e) { `${e.constructor.name} ${e.message} ${e.exception} ${Object.keys(e)}` }";
  bench.eval("var n = 0");
  EXPECT_EQ(bench.eval(tell), "Error plain std::runtime_error code,correlationId");
  bench.eval("n = 1");
  EXPECT_EQ(bench.eval(tell), "RangeError far std::out_of_range code,correlationId");
  bench.eval("n = 2");
  EXPECT_EQ(bench.eval(tell), "TypeError wrong std::invalid_argument code,correlationId");
  bench.eval("n = 3");
  EXPECT_EQ(bench.eval(tell), "Error an exception that is not a std::exception int code,correlationId");
}

TEST(Function, CausesCrossBothWays) {
  JsBench bench;
  bench.js
      ->set_function("fails", []() -> Result<int> { return fail(Error(Errc::timed_out, "inner").wrap(Errc::aborted, "outer")); })
      .value();
  EXPECT_EQ(bench.eval(
                "try { fails() } catch (e) { `${e.message} <- ${e.cause.message}, ${e.correlationId === e.cause.correlationId}` }"),
            "outer <- inner, true");
  const Result<Value> thrown =
      bench.js->evaluate("throw new Error('outer', { cause: new RangeError('inner', { cause: 'root' }) })");
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().message(), "Error: outer");
  ASSERT_NE(thrown.error().cause(), nullptr);
  EXPECT_EQ(thrown.error().cause()->message(), "RangeError: inner");
  ASSERT_NE(thrown.error().cause()->cause(), nullptr);
  EXPECT_EQ(thrown.error().cause()->cause()->message(), "'root'");
}

TEST(Function, ACyclicCauseIsCut) {
  JsBench bench;
  const Result<Value> thrown = bench.js->evaluate("const e = new Error('again'); e.cause = e; throw e");
  ASSERT_FALSE(thrown);
  int depth = 0;
  for (const Error* at = &thrown.error(); at != nullptr; at = at->cause()) ++depth;
  EXPECT_LE(depth, 20);
  EXPECT_GT(depth, 2);
}

TEST(Function, AThrownValueKeepsItsIdentityThroughCpp) {
  JsBench bench;
  bench.js->set_function("through", [](Function f) { return f(); }).value();
  EXPECT_EQ(
      bench.eval(
          "const mine = new TypeError('mine'); let got; try { through(() => { throw mine }) } catch (e) { got = e } got === mine"),
      "true");
  EXPECT_EQ(bench.eval("try { through(() => { throw 7 }) } catch (e) { got = e } got === 7"), "true");
  bench.js
      ->set_function("wraps",
                     [](Function f) -> Result<Value> {
                       Result<Value> result = f();
                       if (!result) return fail(result.error().wrap(Errc::aborted, "while calling you"));
                       return result;
                     })
      .value();
  EXPECT_EQ(bench.eval("try { wraps(() => { throw mine }) } catch (e) { `${e.message} <- ${e.cause === mine}` }"),
            "while calling you <- true");
}

TEST(Function, TheThrownValueIsInTheError) {
  JsBench bench;
  const Result<Value> thrown = bench.js->evaluate("throw { answer: 42 }");
  ASSERT_FALSE(thrown);
  const auto* exception = thrown.error().exception_as<Exception>();
  ASSERT_NE(exception, nullptr);
  EXPECT_EQ(exception->thrown().get<int>("answer"), 42);
}

TEST(Function, AnErrorMayEndOnAnotherThread) {
  JsBench bench;
  auto thrown = std::make_unique<Result<Value>>(bench.js->evaluate("throw new Error('travels')"));
  Error error = thrown->error();
  thrown.reset();
  std::thread([error = std::move(error)]() mutable { EXPECT_EQ(Error(std::move(error)).context("message"), "travels"); }).join();
  EXPECT_EQ(bench.eval("1 + 1"), "2");
}

TEST(Function, ErrorsOutliveTheirRuntime) {
  std::optional<Error> error;
  {
    JsBench bench;
    error = bench.js->evaluate("throw new Error('late')").error();
  }
  EXPECT_EQ(error->context("message"), "late");
  EXPECT_EQ(error->exception_as<Exception>()->thrown().core(), nullptr);
  std::thread([error = std::exchange(error, std::nullopt)]() mutable { error.reset(); }).join();
}

TEST(Function, CallsIntoJavaScript) {
  JsBench bench;
  const Value f = bench.js->evaluate("(function (a, b) { return [this === undefined ? 'none' : this.name, a, b].join() })").value();
  EXPECT_EQ(f.invoke<std::string>(1, "two").value(), ",1,two") << "a sloppy function sees globalThis";
  const Value strict = bench.js->evaluate("(function (a) { 'use strict'; return this === undefined })").value();
  EXPECT_EQ(strict.invoke<bool>(1), true);
  EXPECT_EQ(strict.invoke<bool>(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), true);
  const Value object = bench.js->evaluate("({ name: 'o', hello(who) { return `${who} from ${this.name}` } })").value();
  EXPECT_EQ(object.invoke_method<std::string>("hello", "you").value(), "you from o");
  EXPECT_EQ(object.invoke_method("missing").error().message(), ".missing: expected a function, got undefined");
  EXPECT_EQ(f.to<Function>().value()(3, 4)->to<std::string>().value(), ",3,4");
  EXPECT_EQ(bench.js->evaluate("1").value().to<Function>().error().message(), "expected a function, got the number 1");
}

TEST(Function, ReentersAsDeepAsItLikes) {
  JsBench bench;
  bench.js
      ->set_function("down",
                     [](Function self, int n) -> Result<int> {
                       if (n == 0) return 0;
                       Result<int> below = self.invoke<int>(self, n - 1);
                       if (!below) return below;
                       return *below + 1;
                     })
      .value();
  EXPECT_EQ(bench.eval("down(down, 200)"), "200");
}

TEST(Function, WhatAFunctionCapturesGoesWithIt) {
  JsBench bench;
  auto captured = std::make_shared<int>(5);
  const std::weak_ptr watched = captured;
  bench.js->global().set("made", std::function<int()>([captured = std::move(captured)] { return *captured; })).value();
  EXPECT_EQ(bench.eval("made()"), "5");
  bench.eval("made = undefined; (function deep(n) { if (n > 0) deep(n - 1); })(500)");  // overwrites what is left on the stack
  for (int i = 0; i < 5 && !watched.expired(); ++i) {
    bench.js->collect_garbage();
    bench.eval("(function deep(n) { if (n > 0) deep(n - 1); })(500)");
  }
  EXPECT_TRUE(watched.expired());
}

TEST(Function, WhatFunctionsCaptureGoesWithTheRuntime) {
  auto captured = std::make_shared<int>(5);
  const std::weak_ptr watched = captured;
  {
    JsBench bench;
    bench.js
        ->set_function("made", [captured = std::move(captured), value = bench.js->evaluate("({})").value()] { return *captured; })
        .value();
    EXPECT_FALSE(watched.expired());
  }
  EXPECT_TRUE(watched.expired());
}

TEST(Function, ExitInsideACallEndsTheProgramThere) {
  JsBench bench;
  bench.js->set_function("call", [](Function f) { return f(); }).value();
  const RuntimeOutcome outcome = bench.run("try { call(() => process.exit(3)); log('after'); } finally { log('finally'); }");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(bench.log, ::testing::IsEmpty());
}

TEST(Function, TamperingBeforeItsFirstUseChangesNothing) {
  JsBench bench;
  bench.eval(
      "Array.prototype[Symbol.iterator] = () => { throw new Error('asked') }; Object.defineProperty(Object.prototype, 'code', { "
      "value: 1 });"
      "Object.defineProperty(Object.prototype, 'value', { get() { throw new Error('asked') }, configurable: true });");
  bench.js->set_function("fails", [](int) -> Result<int> { return fail(Errc::not_found, "no"); }).value();
  EXPECT_EQ(bench.eval("try { fails(1) } catch (e) { `${e.message} ${Object.hasOwn(e, 'code')}` }"), "no true");
  EXPECT_EQ(bench.eval("fails({})"), "TypeError: argument 1: expected a whole number, got an object");
}

TEST(Function, BytesAreReadWhenNothingCanResizeThemAnyMore) {
  JsBench bench;
  std::size_t seen = 99;
  bench.js->set_function("take", [&](std::span<const std::byte> bytes, std::map<std::string, int>) { seen = bytes.size(); })
      .value();
  bench.eval(
      "const b = new ArrayBuffer(64, { maxByteLength: 64 }); take(new Uint8Array(b), { get x() { b.resize(0); return 1 } })");
  EXPECT_EQ(seen, 0U);
}

TEST(Function, ValuesStayWithTheirRuntime) {
  JsBench one, two;
  const Value foreign = two.js->evaluate("({})").value();
  const Value function = one.js->evaluate("(function () { return 1 })").value();
  EXPECT_EQ(function.call_with(foreign, {}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(function.invoke(foreign).error().code(), Errc::invalid_argument);
}

TEST(Value, RootsAreCheapAndHold) {
  JsBench bench;
  std::vector<Value> held;
  for (int i = 0; i < 1000; ++i) held.push_back(bench.js->evaluate(i % 2 == 0 ? "({ n: 1 })" : "'text' + 1").value());
  const Value object = bench.js->evaluate("({ n: 7 })").value();
  const Value text = bench.js->evaluate("'te' + Math.random().toString()").value();
  const std::string before = text.to_string().value();
  std::vector<Value> copies(50'000, object);
  std::vector<Value> simple;  // in no heap: the collector must not be shown them
  for (const std::string_view source : {"1", "-0.5", "NaN", "undefined", "null", "true", "false", "4294967296", "10n"})
    simple.push_back(bench.js->evaluate(source).value());
  bench.js->collect_garbage();
  bench.eval("let trash = []; for (let i = 0; i < 1e5; i++) trash.push({ i }); trash = undefined");
  bench.js->collect_garbage();
  EXPECT_EQ(object.get<int>("n"), 7);
  EXPECT_EQ(text.to_string().value(), before);
  EXPECT_TRUE(copies.back().strictly_equals(object));
  copies.clear();
  EXPECT_EQ(held[0].get<int>("n"), 1);
  EXPECT_EQ(held[1].to<std::string>().value(), "text1");
}

TEST(Value, WhatNobodyHoldsIsCollected) {
  JsBench bench;
  bench.eval("globalThis.seen = []");
  {
    std::vector<Value> held;
    for (int i = 0; i < 100; ++i)
      held.push_back(bench.js->evaluate("(() => { const o = {}; seen.push(new WeakRef(o)); return o })()").value());
    bench.js->collect_garbage();
    EXPECT_EQ(bench.eval("seen.filter((ref) => ref.deref() === undefined).length"), "0");
  }
  bench.eval("(function deep(n) { if (n > 0) deep(n - 1); })(500)");
  bench.js->collect_garbage();
  EXPECT_GE(std::stoi(bench.eval("seen.filter((ref) => ref.deref() === undefined).length")), 90)
      << "but for what an old stack still shows";
}

TEST(Value, PropertiesAndKeys) {
  JsBench bench;
  const Value object = bench.js->evaluate("globalThis.o = { b: 1, a: [10, 20] }").value();
  EXPECT_THAT(object.keys().value(), ElementsAre("b", "a"));
  EXPECT_EQ(object.get("a").value().get<int>(1U), 20);
  object.set("c", std::vector{1, 2}).value();
  EXPECT_EQ(bench.eval("JSON.stringify(o)"), R"({"b":1,"a":[10,20],"c":[1,2]})");
  EXPECT_EQ(object.has("c"), true);
  EXPECT_EQ(object.has("d"), false);
  EXPECT_EQ(bench.js->evaluate("1").value().keys().error().code(), Errc::invalid_argument);
  EXPECT_EQ(bench.js->evaluate("Object.freeze({})").value().set("x", 1).has_value(), true) << "as an assignment in sloppy code";
}

TEST(Runtime, TwoRuntimesOnTwoThreads) {
  std::vector<std::thread> threads;
  std::array<std::string, 2> results;
  for (std::size_t i = 0; i < results.size(); ++i)
    threads.emplace_back([i, &results] {
      Loop loop;
      const auto js = Runtime::create(loop).value();
      std::string line;
      js->set_function("tell", [&](std::string text) { line += text; }).value();
      js->evaluate("let n = 0; const t = setInterval(() => { tell(String(++n)); if (n === 5) clearInterval(t) }, 1)").value();
      static_cast<void>(js->run());
      results[i] = line;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(results[0], "12345");
  EXPECT_EQ(results[1], "12345");
}

}  // namespace
}  // namespace millrace::js
