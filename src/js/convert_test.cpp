// Conversions both ways: what arrives, what is refused, and what the refusal says.
#include <millrace/js/convert.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <unordered_map>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};
struct Path {
  std::string name;
  std::vector<Point> points;
  std::optional<std::string> note;
  int width = 1;
  bool operator==(const Path&) const = default;
};
enum class Color { red, green };
enum class Level : std::uint8_t { low = 1, high = 200 };

}  // namespace

template <>
inline constexpr auto fields<Point> = described(field("x", &Point::x), field("y", &Point::y));
template <>
inline constexpr auto fields<Path> = described(field("name", &Path::name), field("points", &Path::points),
                                               field("note", &Path::note), field_or_default("width", &Path::width));
template <>
inline constexpr auto enumerators<Color> = named<Color>({{"red", Color::red}, {"green", Color::green}});

namespace {

using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Evaluates `source` and converts what it gives.
template <typename T>
Result<T> read(JsBench& bench, std::string_view source) {
  return bench.js->evaluate(source).value().to<T>();
}
template <typename T>
std::string refusal(JsBench& bench, std::string_view source) {
  const Result<T> value = read<T>(bench, source);
  return value ? "<accepted>" : value.error().message();
}
/// What `value` is in JavaScript, by an expression over `v`.
template <typename T>
std::string seen(JsBench& bench, const T& value, const std::string& expression) {
  bench.js->global().set("v", value).value();
  return bench.eval(expression);
}

TEST(Convert, NumbersKeepTheirValue) {
  JsBench bench;
  EXPECT_EQ(read<double>(bench, "-0.5"), -0.5);
  EXPECT_TRUE(std::signbit(read<double>(bench, "-0").value()));
  EXPECT_TRUE(std::isnan(read<double>(bench, "NaN").value()));
  EXPECT_EQ(read<double>(bench, "-Infinity"), -INFINITY);
  EXPECT_EQ(read<float>(bench, "0.5"), 0.5F);
  EXPECT_EQ(read<int>(bench, "-2147483648"), std::numeric_limits<int>::min());
  EXPECT_EQ(read<std::uint32_t>(bench, "4294967295"), 4294967295U);
  EXPECT_EQ(read<std::int8_t>(bench, "-128"), -128);
  EXPECT_EQ(seen(bench, 5e-324, "v === 5e-324"), "true");
  EXPECT_EQ(seen(bench, -0.0, "Object.is(v, -0)"), "true");
  EXPECT_EQ(seen(bench, 4294967295U, "v"), "4294967295");
}

TEST(Convert, IntegersThatDoNotFitAreRefused) {
  JsBench bench;
  EXPECT_EQ(refusal<std::int8_t>(bench, "128"), "expected a whole number from -128 to 127, got 128");
  EXPECT_EQ(refusal<std::uint32_t>(bench, "-1"), "expected a whole number from 0 to 4294967295, got -1");
  EXPECT_EQ(refusal<int>(bench, "1.5"), "expected a whole number from -2147483648 to 2147483647, got 1.5");
  EXPECT_THAT(refusal<int>(bench, "NaN"), HasSubstr("got nan"));
  EXPECT_EQ(refusal<int>(bench, "'7'"), "expected a whole number, got the string \"7\"");
  EXPECT_EQ(refusal<int>(bench, "7n"), "expected a whole number, got the bigint 7n");
}

TEST(Convert, SixtyFourBitsAreExact) {
  JsBench bench;
  EXPECT_EQ(read<std::int64_t>(bench, "-9007199254740991"), -9007199254740991);
  EXPECT_EQ(read<std::int64_t>(bench, "-(2n ** 63n)"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read<std::uint64_t>(bench, "2n ** 64n - 1n"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_THAT(refusal<std::int64_t>(bench, "2n ** 63n"), HasSubstr("a BigInt of 64 bits with sign"));
  EXPECT_THAT(refusal<std::uint64_t>(bench, "-1n"), HasSubstr("a BigInt of 64 bits without sign"));
  EXPECT_THAT(refusal<std::uint64_t>(bench, "9007199254740992"), HasSubstr("got 9007199254740992")) << "no longer exact";
  EXPECT_EQ(seen(bench, std::int64_t{9007199254740991}, "typeof v"), "number");
  EXPECT_EQ(seen(bench, std::int64_t{9007199254740992}, "`${typeof v} ${v}`"), "bigint 9007199254740992");
  EXPECT_EQ(seen(bench, std::numeric_limits<std::uint64_t>::max(), "v === 2n ** 64n - 1n"), "true");
}

TEST(Convert, BooleansAreNotTruthiness) {
  JsBench bench;
  EXPECT_EQ(read<bool>(bench, "true"), true);
  EXPECT_EQ(refusal<bool>(bench, "1"), "expected a boolean, got the number 1");
  EXPECT_EQ(seen(bench, false, "v === false"), "true");
}

TEST(Convert, StringsInBothForms) {
  JsBench bench;
  EXPECT_EQ(read<std::string>(bench, "'a\\0b\\u{1f600}'"), std::string("a\0b\xf0\x9f\x98\x80", 7));
  EXPECT_EQ(read<std::string>(bench, "'\\ud800'"), "\xef\xbf\xbd") << "a lone surrogate";
  EXPECT_EQ(read<std::u16string>(bench, "'\\ud800x'"), std::u16string({0xd800, u'x'}));
  EXPECT_EQ(seen(bench, std::u16string({0xdc00}), "v.charCodeAt(0).toString(16)"), "dc00");
  EXPECT_EQ(seen(bench, "literal", "v"), "literal");
  EXPECT_EQ(seen(bench, std::string_view("\xff"), "v === '\\ufffd'"), "true");
  EXPECT_EQ(refusal<std::string>(bench, "null"), "expected a string, got null");
  EXPECT_EQ(refusal<std::string>(bench, "new String('x')"), "expected a string, got an object of class String");
}

TEST(Convert, NothingIsUndefinedOrNull) {
  JsBench bench;
  EXPECT_EQ(read<std::optional<int>>(bench, "undefined"), std::nullopt);
  EXPECT_EQ(read<std::optional<int>>(bench, "null"), std::nullopt);
  EXPECT_EQ(read<std::optional<int>>(bench, "3"), 3);
  EXPECT_EQ(refusal<std::optional<int>>(bench, "'x'"), "expected a whole number, got the string \"x\"");
  EXPECT_EQ(seen(bench, std::optional<int>(), "v"), "undefined");
  EXPECT_EQ(seen(bench, nullptr, "v === null"), "true");
  EXPECT_EQ(seen(bench, std::monostate(), "v === undefined"), "true");
}

TEST(Convert, TheFirstAlternativeThatFits) {
  JsBench bench;
  using Either = std::variant<int, std::string, std::vector<int>>;
  EXPECT_EQ(read<Either>(bench, "5"), Either(5));
  EXPECT_EQ(read<Either>(bench, "'5'"), Either("5"));
  EXPECT_EQ(read<Either>(bench, "[1, 2]"), Either(std::vector{1, 2}));
  EXPECT_THAT(refusal<Either>(bench, "[1, 'x']"), HasSubstr("none of the alternatives fits: expected a whole number"));
  EXPECT_THAT(refusal<Either>(bench, "[1, 'x']"), HasSubstr("[1]: expected a whole number, got the string \"x\""));
  EXPECT_EQ(refusal<Either>(bench, "({ get length() { throw new Error('asked') } })").substr(0, 5), "none ")
      << "no array, so not asked";
  EXPECT_EQ(seen(bench, Either("text"), "v"), "text");
}

TEST(Convert, SequencesElementByElement) {
  JsBench bench;
  EXPECT_EQ(read<std::vector<std::vector<int>>>(bench, "[[1], [], [2, 3]]"), (std::vector<std::vector<int>>{{1}, {}, {2, 3}}));
  EXPECT_EQ(refusal<std::vector<std::vector<int>>>(bench, "[[1], [2, null]]"), "[1][1]: expected a whole number, got null");
  EXPECT_EQ(refusal<std::vector<int>>(bench, "({ length: 1, 0: 1 })"), "expected an array, got an object");
  EXPECT_EQ(refusal<std::vector<int>>(bench, "[1, , 2]"), "[1]: expected a whole number, got undefined");
  std::vector<std::string> many;
  for (int i = 0; i < 10'000; ++i) many.push_back(std::to_string(i));
  bench.js->global().set("v", many).value();
  EXPECT_EQ(bench.js->global().get<std::vector<std::string>>("v").value(), many);
  EXPECT_EQ(bench.eval("Array.isArray(v) && v.length"), "10000");
  EXPECT_EQ((read<std::array<int, 2>>(bench, "[1, 2]")), (std::array{1, 2}));
  EXPECT_EQ((refusal<std::pair<int, std::string>>(bench, "[1]")), "expected 2 elements, got 1");
  EXPECT_EQ((read<std::tuple<int, std::string, bool>>(bench, "[1, 'a', true]")), std::tuple(1, "a", true));
  EXPECT_EQ((refusal<std::tuple<int, std::string>>(bench, "[1, 2]")), "[1]: expected a string, got the number 2");
  EXPECT_EQ(seen(bench, std::tuple(1, "two", true), "JSON.stringify(v)"), R"([1,"two",true])");
}

TEST(Convert, MapsAreObjectsOrMaps) {
  JsBench bench;
  EXPECT_EQ((read<std::map<std::string, int>>(bench, "({ b: 2, a: 1, [Symbol('s')]: 3 })")),
            (std::map<std::string, int>{{"a", 1}, {"b", 2}}));
  EXPECT_EQ((refusal<std::map<std::string, int>>(bench, "({ a: 1, b: 'x' })")),
            ".b: expected a whole number, got the string \"x\"");
  EXPECT_EQ(seen(bench, std::map<std::string, int>{{"a", 1}, {"__proto__", 2}},
                 "JSON.stringify(v) + (Object.getPrototypeOf(v) === Object.prototype)"),
            R"({"__proto__":2,"a":1}true)");
  EXPECT_EQ((read<std::map<int, std::string>>(bench, "new Map([[2, 'b'], [1, 'a']])")),
            (std::map<int, std::string>{{1, "a"}, {2, "b"}}));
  EXPECT_EQ((refusal<std::map<int, int>>(bench, "({})")), "expected a Map, got an object");
  EXPECT_EQ((refusal<std::map<int, int>>(bench, "new Map([[1, 1], ['x', 2]])")),
            "key 1: expected a whole number, got the string \"x\"");
  EXPECT_EQ(seen(bench, std::unordered_map<int, bool>{{7, true}}, "v instanceof Map && v.get(7)"), "true");
}

TEST(Convert, TimeIsDatesAndMilliseconds) {
  JsBench bench;
  using std::chrono::milliseconds;
  using std::chrono::system_clock;
  EXPECT_EQ(read<system_clock::time_point>(bench, "new Date(1234)"), system_clock::time_point(milliseconds(1234)));
  EXPECT_EQ(read<system_clock::time_point>(bench, "new Date(-1)"), system_clock::time_point(milliseconds(-1)));
  EXPECT_EQ(refusal<system_clock::time_point>(bench, "new Date(NaN)"), "expected a valid Date, got an invalid one");
  EXPECT_EQ(refusal<system_clock::time_point>(bench, "1234"), "expected a Date, got the number 1234");
  EXPECT_EQ(seen(bench, system_clock::time_point(milliseconds(86'400'000)), "v.toISOString()"), "1970-01-02T00:00:00.000Z");
  EXPECT_EQ(read<std::chrono::microseconds>(bench, "1.5"), std::chrono::microseconds(1500));
  EXPECT_EQ(seen(bench, std::chrono::seconds(2), "v"), "2000");
  EXPECT_THAT(refusal<std::chrono::nanoseconds>(bench, "1e300"), HasSubstr("expected a whole number"));
}

TEST(Convert, DescribedStructsAreObjects) {
  JsBench bench;
  EXPECT_EQ(read<Point>(bench, "({ x: 1, y: 2, z: 3 })"), (Point{1, 2}));
  EXPECT_EQ(refusal<Point>(bench, "({ x: 1 })"), ".y: expected a number, got undefined");
  EXPECT_EQ(refusal<Path>(bench, "({ name: 'p', points: [{ x: 1, y: 2 }, { x: 1, y: 'up' }] })"),
            ".points[1].y: expected a number, got the string \"up\"");
  EXPECT_EQ(read<Path>(bench, "({ name: 'p', points: [] })"), (Path{.name = "p", .points = {}, .note = {}, .width = 1}));
  EXPECT_EQ(seen(bench, Path{"p", {{1, 2}}, std::nullopt, 3}, "JSON.stringify(v)"),
            R"({"name":"p","points":[{"x":1,"y":2}],"width":3})");
  EXPECT_EQ(refusal<Point>(bench, "null"), "expected an object, got null");
}

TEST(Convert, AGetterThatThrowsIsItsError) {
  JsBench bench;
  const Result<Point> point = read<Point>(bench, "({ get x() { throw new RangeError('no x') } })");
  ASSERT_FALSE(point);
  EXPECT_EQ(point.error().code(), Errc::javascript_error);
  EXPECT_EQ(point.error().message(), "RangeError: no x");
}

TEST(Convert, SettersOnObjectPrototypeSeeNothing) {
  JsBench bench;
  bench.eval(
      "globalThis.taken = []; Object.defineProperty(Object.prototype, 'x', { set(v) { taken.push(v) }, configurable: true })");
  EXPECT_EQ(seen(bench, Point{1, 2}, "`${v.x} ${Object.hasOwn(v, 'x')} ${taken.length}`"), "1 true 0");
}

TEST(Convert, EnumsByNameOrNumber) {
  JsBench bench;
  EXPECT_EQ(read<Color>(bench, "'green'"), Color::green);
  EXPECT_EQ(refusal<Color>(bench, "'blue'"), "expected one of 'red', 'green', got the string \"blue\"");
  EXPECT_EQ(seen(bench, Color::red, "v"), "red");
  EXPECT_EQ(read<Level>(bench, "200"), Level::high);
  EXPECT_THAT(refusal<Level>(bench, "256"), HasSubstr("from 0 to 255"));
  EXPECT_EQ(seen(bench, Level::low, "v"), "1");
}

TEST(Convert, FunctionsBothWays) {
  JsBench bench;
  const auto add = read<std::function<int(int, int)>>(bench, "(a, b) => a + b").value();
  EXPECT_EQ(add(2, 3), 5);
  EXPECT_EQ(seen(bench, std::function<std::string(std::string)>([](std::string s) { return s + "!"; }), "v('hello')"), "hello!");
  const auto thrower = read<std::function<void()>>(bench, "() => { throw new TypeError('mine') }").value();
  try {
    thrower();
    FAIL() << "nothing was thrown";
  } catch (const ErrorException& thrown) {
    EXPECT_EQ(thrown.error().message(), "TypeError: mine");
  }
  EXPECT_EQ(refusal<std::function<void()>>(bench, "({})"), "expected a function, got an object");
}

TEST(Convert, FunctionsOfAnEndedRuntimeThrow) {
  std::function<int()> held;
  {
    JsBench bench;
    held = read<std::function<int()>>(bench, "() => 1").value();
  }
  EXPECT_THROW(held(), ErrorException);
}

TEST(Convert, BytesWithoutACopy) {
  JsBench bench;
  auto memory = std::make_shared<std::vector<std::byte>>(std::size_t{4}, std::byte{7});
  const std::weak_ptr watched = memory;
  bench.js
      ->set_function("share",
                     [memory](Scope& scope) mutable {
                       const std::span<std::byte> bytes = *memory;
                       return scope.bytes(bytes, std::move(memory));
                     })
      .value();
  bench.eval("globalThis.view = share(); view[0] = 9; undefined");
  EXPECT_EQ((*memory)[0], std::byte{9}) << "the same memory";
  memory.reset();
  EXPECT_FALSE(watched.expired()) << "the view keeps it";
  EXPECT_EQ(bench.eval("view.join()"), "9,7,7,7");
  std::size_t sum = 0;
  bench.js
      ->set_function("sum",
                     [&](std::span<const std::byte> bytes) {
                       sum = 0;
                       for (const std::byte byte : bytes) sum += std::to_integer<std::size_t>(byte);
                     })
      .value();
  bench.eval("sum(view.subarray(1, 3))");
  EXPECT_EQ(sum, 14U);
  EXPECT_EQ(bench.eval("sum(new Uint16Array([256, 1]).buffer); undefined"), "undefined");
  EXPECT_EQ(sum, 2U);
  EXPECT_THAT(bench.eval("sum('text')"), HasSubstr("argument 1: expected a typed array or ArrayBuffer, got the string \"text\""));
}

TEST(Convert, LargeMapsCross) {
  JsBench bench;
  std::map<std::string, int> names;
  std::map<int, int> numbers;
  for (int i = 0; i < 70'000; ++i) names.emplace("k" + std::to_string(i), i), numbers.emplace(i, i);
  EXPECT_EQ(seen(bench, names, "Object.keys(v).length + ' ' + v.k69999"), "70000 69999");
  EXPECT_EQ((bench.js->global().get<std::map<std::string, int>>("v").value()), names);
  EXPECT_EQ(seen(bench, numbers, "v.size + ' ' + v.get(69999)"), "70000 69999");
  EXPECT_EQ((bench.js->global().get<std::map<int, int>>("v").value()), numbers);
}

TEST(Convert, TimeOutsideOfItsTypeIsRefused) {
  JsBench bench;
  EXPECT_THAT(refusal<std::chrono::system_clock::time_point>(bench, "new Date(8.64e15)"), HasSubstr("expected a whole number"));
  EXPECT_THAT((refusal<std::chrono::duration<unsigned, std::milli>>(bench, "-1")), HasSubstr("from 0"));
  EXPECT_THAT(refusal<float>(bench, "1e300"), HasSubstr("got 1"));
}

TEST(Convert, HostileValuesAreDescribedWithoutRunningTheirCode) {
  JsBench bench;
  EXPECT_EQ(refusal<int>(bench, "new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })"),
            "expected a whole number, got a Proxy");
  EXPECT_EQ(refusal<int>(bench, "({ get constructor() { throw 1 } })"), "expected a whole number, got an object");
  EXPECT_EQ(refusal<int>(bench, "Object.create(new Proxy({}, { getOwnPropertyDescriptor() { throw 1 } }))"),
            "expected a whole number, got an object");
  EXPECT_EQ((refusal<std::map<std::string, int>>(bench, "[1]")), "expected an object, got an array");
  EXPECT_EQ(refusal<int>(bench, "Symbol('s')"), "expected a whole number, got a symbol");
  EXPECT_THAT(refusal<int>(bench, "'x'.repeat(1000)"), HasSubstr("xxx..."));
}

}  // namespace
}  // namespace millrace::js
