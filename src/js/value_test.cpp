// Values and functions: what goes across the border between C++ and JavaScript, both ways.
#include <millrace/js/value.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/js/runtime.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Value, OutlivesItsRuntime) {
  Loop loop;
  Value kept, called;
  {
    auto runtime = Runtime::create(loop).value();
    kept = runtime->evaluate("({ a: 1 })").value();
    called = runtime->evaluate("(() => 1)").value();
    EXPECT_TRUE(kept.is_object());
  }
  EXPECT_FALSE(kept.is_object());
  EXPECT_FALSE(kept.is_undefined());
  EXPECT_FALSE(kept.to_boolean());
  EXPECT_EQ(kept.to_string().error().code(), Errc::closed);
  EXPECT_EQ(kept.to_number().error().code(), Errc::closed);
  EXPECT_EQ(kept.get("a").error().code(), Errc::closed);
  EXPECT_EQ(called.call().error().code(), Errc::closed);
  const Value moved = std::move(kept);
  EXPECT_FALSE(moved.is_object());
}

TEST(Value, OutlivesItsLoop) {
  Value kept;
  {
    Loop loop;
    auto runtime = Runtime::create(loop).value();
    kept = runtime->evaluate("({ a: 1 })").value();
  }
  EXPECT_EQ(kept.get("a").error().code(), Errc::closed);
}

TEST(Value, EmptyAnswersClosed) {
  const Value empty;
  EXPECT_FALSE(empty.is_object() || empty.is_undefined() || empty.to_boolean());
  EXPECT_EQ(empty.to_string().error().code(), Errc::closed);
  EXPECT_EQ(empty.call().error().code(), Errc::closed);
}

TEST(Value, MovesLeaveAnEmptyOne) {
  JsBench bench;
  Value a = bench.js->number(1);
  Value b = std::move(a);
  EXPECT_EQ(b.to_number(), 1);
  a = std::move(b);
  EXPECT_EQ(a.to_number(), 1);
  Value& self = a;
  a = std::move(self);
  a = bench.js->string("replaced");
  EXPECT_EQ(a.to_string().value(), "replaced");
}

TEST(Value, Get) {
  JsBench bench;
  Value object = bench.js->evaluate("({ plain: 1, get bad() { throw new TypeError('no') }, 'k\\u00e9y': 'x', ['']: 2 })").value();
  EXPECT_EQ(object.get("plain").value().to_number(), 1);
  EXPECT_TRUE(object.get("missing").value().is_undefined());
  EXPECT_EQ(object.get("k\xc3\xa9y").value().to_string().value(), "x");
  EXPECT_EQ(object.get("").value().to_number(), 2);
  EXPECT_EQ(object.get("bad").error().message(), "TypeError: no");
  EXPECT_EQ(bench.js->number(1).get("x").error().code(), Errc::invalid_argument);
  EXPECT_EQ(bench.js->evaluate("new Proxy({}, { get() { throw 'trap' } })").value().get("x").error().code(),
            Errc::javascript_error);
}

TEST(Value, Call) {
  JsBench bench;
  Value add =
      bench.js->evaluate("(function (a, b, c) { return [this === globalThis || this === undefined, a, b, String(c)].join() })")
          .value();
  std::vector<Value> arguments;
  arguments.push_back(bench.js->number(1));
  arguments.push_back(bench.js->string("\xe2\x82\xac"));
  arguments.push_back({});
  EXPECT_EQ(add.call(arguments).value().to_string().value(), "true,1,\xe2\x82\xac,undefined");
  EXPECT_EQ(bench.js->number(3).call().error().code(), Errc::invalid_argument);
  EXPECT_EQ(bench.js->evaluate("({})").value().call().error().code(), Errc::invalid_argument);
  EXPECT_EQ(bench.js->evaluate("(() => { throw new Error('inside') })").value().call().error().message(), "Error: inside");
  EXPECT_EQ(bench.js->evaluate("(class {})").value().call().error().context("name"), "TypeError");
  EXPECT_EQ(bench.js->evaluate("new Proxy(() => 5, {})").value().call().value().to_number(), 5);
}

TEST(Value, OfAnotherRuntimeIsRefused) {
  JsBench one, other;
  std::vector<Value> arguments;
  arguments.push_back(other.js->evaluate("({ x: 1 })").value());
  EXPECT_EQ(one.js->evaluate("((x) => x)").value().call(arguments).error().code(), Errc::invalid_argument);
  one.js->set_function("foreign", [&](std::span<const Value>) { return other.js->evaluate("({})"); }).value();
  EXPECT_THAT(one.eval("foreign()"), HasSubstr("another runtime"));
}

TEST(Value, DroppedWhileItIsBeingCalled) {
  JsBench bench;
  auto function = std::make_unique<Value>(bench.js->evaluate("((x) => { drop(); return 'still ' + x.y })").value());
  bench.js
      ->set_function("drop",
                     [&](std::span<const Value>) -> Result<Value> {
                       function.reset();
                       bench.js->collect_garbage();
                       return Value{};
                     })
      .value();
  std::vector<Value> arguments;
  arguments.push_back(bench.js->evaluate("({ y: 'here' })").value());
  EXPECT_EQ(function->call(arguments).value().to_string().value(), "still here");
}

TEST(SetFunction, ArgumentsAndResults) {
  JsBench bench;
  bench.js
      ->set_function("f",
                     [&](std::span<const Value> arguments) -> Result<Value> {
                       double sum = 0;
                       for (const Value& argument : arguments) sum += argument.to_number().value_or(1000);
                       return bench.js->number(sum);
                     })
      .value();
  EXPECT_EQ(bench.eval("f()"), "0");
  EXPECT_EQ(bench.eval("f(1, 2, 3)"), "6");
  EXPECT_EQ(bench.eval("f('x', {}, 1)"), "2001");
  EXPECT_EQ(bench.eval("f.name"), "f");
  EXPECT_EQ(bench.eval("f.call(null, 4) + f.apply({}, [1, 2]) + Reflect.apply(f, 1, [1])"), "8");
  EXPECT_EQ(bench.eval("f(...Array.from({ length: 5000 }, () => 1))"), "5000");
  EXPECT_EQ(bench.eval("[1, 2].map((x) => f(x)).join()"), "1,2");
  bench.js->set_function("f", [](std::span<const Value>) -> Result<Value> { return Value{}; }).value();
  EXPECT_EQ(bench.eval("f()"), "undefined") << "set again, the later one counts";
}

TEST(SetFunction, AnErrorBecomesAnErrorObjectAndComesBackItself) {
  JsBench bench;
  std::optional<Error> made;
  bench.js
      ->set_function("f",
                     [&](std::span<const Value>) -> Result<Value> {
                       made = Error(Errc::not_found, "no such row").wrap(Errc::full, "the table is full");
                       return fail(*made);
                     })
      .value();
  EXPECT_EQ(bench.eval("try { f() } catch (e) { [e instanceof Error, e.message, typeof e.code, e.correlationId.length, "
                       "e.cause.message].join('|') }"),
            "true|the table is full|string|36|no such row");
  const std::string id = bench.eval("try { f() } catch (e) { e.correlationId }");
  EXPECT_EQ(id, made->correlation_id().to_string());
  const Result<Value> back = bench.js->evaluate("f()");
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code(), Errc::javascript_error);
  EXPECT_TRUE(back.error().matches(Errc::full));
  EXPECT_TRUE(back.error().matches(Errc::not_found));
  EXPECT_EQ(back.error().correlation_id(), made->correlation_id());
  EXPECT_FALSE(bench.js->evaluate("throw new Error('mine')").error().matches(Errc::full));
}

TEST(SetFunction, ExceptionsOfCppNeverCrossTheEngine) {
  JsBench bench;
  struct Odd {};
  const auto define = [&](std::string_view name, NativeFunction function) {
    bench.js->set_function(name, std::move(function)).value();
  };
  define("standard", [](std::span<const Value>) -> Result<Value> { throw std::out_of_range("too far"); });
  define("carrier",
         [](std::span<const Value>) -> Result<Value> { throw ErrorException(Error(Errc::closed, "the door is closed")); });
  define("odd", [](std::span<const Value>) -> Result<Value> { throw Odd{}; });
  define("number", [](std::span<const Value>) -> Result<Value> { throw 42; });
  define("memory", [](std::span<const Value>) -> Result<Value> { throw std::bad_alloc(); });
  EXPECT_EQ(bench.eval("try { standard() } catch (e) { e instanceof Error && e.message }"), "too far");
  EXPECT_EQ(bench.eval("try { carrier() } catch (e) { e.message }"), "the door is closed");
  EXPECT_EQ(bench.eval("try { odd() } catch (e) { e instanceof Error }"), "true");
  EXPECT_EQ(
      bench.eval("let n = 0; for (const f of [standard, odd, number, memory]) try { [0].sort.call([1, 2], f) } catch { n++ } n"),
      "4");
  EXPECT_TRUE(bench.js->evaluate("carrier()").error().matches(Errc::closed));
  EXPECT_TRUE(bench.js->evaluate("standard()").error().matches(Errc::uncaught_exception));
  EXPECT_EQ(bench.js->run().exit_code, 0);
}

TEST(SetFunction, NestsTwentyDeepBothWays) {
  JsBench bench;
  bench.js
      ->set_function("down",
                     [&](std::span<const Value> arguments) -> Result<Value> {
                       const int depth = static_cast<int>(arguments[0].to_number().value());
                       bench.log.push_back(std::to_string(depth));
                       if (depth == 20) return depth % 2 == 0 ? fail(Errc::not_found, "the ground") : Result<Value>(Value{});
                       return bench.js->evaluate("queueMicrotask(() => log('m" + std::to_string(depth) + "')); down(" +
                                                 std::to_string(depth + 1) + ")");
                     })
      .value();
  const Result<Value> result = bench.js->evaluate("down(1)");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().matches(Errc::not_found));
  ASSERT_EQ(bench.log.size(), 39U);
  EXPECT_EQ(bench.log[19], "20");
  EXPECT_EQ(bench.log[20], "m1") << "no job before the outermost call returned";
  EXPECT_EQ(bench.log[38], "m19");
}

TEST(SetFunction, GlobalsThatRefuse) {
  JsBench bench;
  bench.eval("Object.defineProperty(globalThis, 'fixed', { value: 1 })");
  EXPECT_FALSE(bench.js->set_function("fixed", [](std::span<const Value>) -> Result<Value> { return Value{}; }));
  bench.eval("Object.defineProperty(globalThis, 'guarded', { configurable: true, set() { log('never') } })");
  EXPECT_TRUE(bench.js->set_function("guarded", [&](std::span<const Value>) -> Result<Value> { return bench.js->number(1); }));
  EXPECT_EQ(bench.eval("guarded()"), "1");
  EXPECT_THAT(bench.log, IsEmpty());
}

TEST(SetFunction, ManyFunctionsKeepTheirIdentity) {
  JsBench bench;
  for (int i = 0; i < 500; ++i)
    bench.js
        ->set_function("f" + std::to_string(i),
                       [&bench, i](std::span<const Value>) -> Result<Value> { return bench.js->number(i); })
        .value();
  EXPECT_EQ(bench.eval("let ok = 0; for (let i = 0; i < 500; i++) if (globalThis['f' + i]() === i) ok++; ok"), "500");
}

}  // namespace
}  // namespace millrace::js
