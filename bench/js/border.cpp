// Question: what does crossing the border between C++ and JavaScript cost through Millrace, and what through the engine's own C API?
//
//   bench_js_border WORKLOAD        Runtime::set_function with a typed lambda; Function::invoke in a callback of the loop
//   bench_js_border bare WORKLOAD   JSObjectMakeFunctionWithCallback and JSObjectCallAsFunction as their documentation shows them, names of
//                                   properties made into strings once; nothing is checked, nothing is caught
#include <JavaScriptCore/JavaScript.h>

#include <array>
#include <span>
#include <string>
#include <vector>

#include <millrace/js/runtime.h>
#include <millrace/version.h>

#include "core/common.h"
#include "core/program.h"

namespace millrace::bench {
namespace {

constexpr std::size_t kCalls = 500'000;
constexpr std::size_t kStructs = 100'000;
constexpr std::size_t kVectors = 1'000;
constexpr std::size_t kVectorSize = 1'000;
constexpr int kPasses = 5;

/// One pass to warm up, then kPasses. What is reported is the median of their CPU times.
template <typename Pass>
void measure(const char* workload, std::size_t count, Pass pass) {
  pass(count);
  std::vector<std::uint64_t> times_ns(kPasses);
  for (std::uint64_t& time_ns : times_ns) {
    const std::uint64_t start = thread_cpu_ns();
    pass(count);
    time_ns = thread_cpu_ns() - start;
  }
  report(workload, "time", "ns/call", percentile(times_ns, 0.5) / static_cast<double>(count));
}

/// What was computed must be what is right: a benchmark of calls that do not arrive would be fast.
void expect(double got, double wanted) {
  if (got == wanted) return;
  std::fprintf(stderr, "a call gave %g where %g is right\n", got, wanted);
  std::exit(1);
}

struct Item {
  double id = 0;
  std::string name;
  double price = 0;
  int count = 0;
  bool active = false;
};
/// The same, by way of names that are made anew each time.
struct UncachedItem : Item {};
const Item kItem{7, "a name", 2.5, 3, true};
std::vector<double> numbers() {
  std::vector<double> list(kVectorSize);
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = 0.5 + static_cast<double>(i);
  return list;
}
constexpr double kSumOfNumbers = kVectorSize * kVectorSize / 2.0;

// The JavaScript of both sides. `host` is the function of C++.
constexpr const char* kAdd = "(function (a, b) { return a + b })";
constexpr const char* kPriceOf = "(function (item) { return item.active ? item.price * item.count : 0 })";
constexpr const char* kLastOf = "(function (list) { return list[list.length - 1] })";
constexpr const char* kCallAdd = "(function (n) { let sum = 0; for (let i = 0; i < n; i++) sum = host(sum, 1); return sum })";
constexpr const char* kCallPriceOf =
    "(function (n) { let sum = 0; for (let i = 0; i < n; i++) sum += host({ id: 7, name: 'a name', price: 2.5, count: 3, active: "
    "true }); return sum })";
constexpr const char* kCallSumOf =
    "(function (n) { const list = []; for (let i = 0; i < 1000; i++) list.push(i + 0.5);"
    "let sum = 0; for (let i = 0; i < n; i++) sum += host(list); return sum })";

}  // namespace
}  // namespace millrace::bench

template <>
inline constexpr auto millrace::js::fields<millrace::bench::Item> =
    described(field("id", &millrace::bench::Item::id), field("name", &millrace::bench::Item::name),
              field("price", &millrace::bench::Item::price), field("count", &millrace::bench::Item::count),
              field("active", &millrace::bench::Item::active));
template <>
struct millrace::js::Convert<millrace::bench::UncachedItem> {
  static Local to(Scope& scope, const millrace::bench::UncachedItem& item) {
    return scope.object(std::array{scope.string("id"), scope.number(item.id), scope.string("name"), scope.string(item.name),
                                   scope.string("price"), scope.number(item.price), scope.string("count"), scope.number(item.count),
                                   scope.string("active"), scope.boolean(item.active)});
  }
};

namespace millrace::bench {
namespace {

// ---- Millrace ----------------------------------------------------------------------------------------------------------

struct Millrace {
  Loop loop;
  std::unique_ptr<js::Runtime> js = js::Runtime::create(loop).value();

  js::Function function(const char* source) { return unwrap(unwrap(js->evaluate(source)).to<js::Function>()); }

  /// JavaScript calls `host`.
  template <typename Host>
  void from_js(const char* workload, const char* caller, std::size_t count, double each, Host host) {
    unwrap(js->set_function("host", host));
    const js::Function call = function(caller);
    measure(workload, count,
            [&](std::size_t n) { expect(unwrap(call.invoke<double>(static_cast<double>(n))), each * static_cast<double>(n)); });
  }
  /// C++ calls `callee`, all passes in one callback of the loop.
  template <typename... Args>
  void from_cpp(const char* workload, const char* callee, std::size_t count, double wanted, const Args&... arguments) {
    const js::Function call = function(callee);
    unwrap(loop.schedule({}, [&] {
      measure(workload, count, [&](std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) expect(unwrap(call.invoke<double>(arguments...)), wanted);
      });
    })).detach();
    static_cast<void>(loop.run());
  }
};

const Workload kOurs[] = {
    {"js_calls_cpp",
     [](std::size_t d) { Millrace().from_js("js_calls_cpp", kCallAdd, kCalls / d, 1, [](double a, double b) { return a + b; }); }},
    {"cpp_calls_js", [](std::size_t d) { Millrace().from_cpp("cpp_calls_js", kAdd, kCalls / d, 3.0, 1.0, 2.0); }},
    {"struct_to_cpp",
     [](std::size_t d) {
       Millrace().from_js("struct_to_cpp", kCallPriceOf, kStructs / d, 7.5,
                          [](const Item& item) { return item.active ? item.price * item.count : 0; });
     }},
    {"struct_to_js", [](std::size_t d) { Millrace().from_cpp("struct_to_js", kPriceOf, kStructs / d, 7.5, kItem); }},
    {"vector_to_cpp",
     [](std::size_t d) {
       Millrace().from_js("vector_to_cpp", kCallSumOf, std::max<std::size_t>(kVectors / d, 10), kSumOfNumbers,
                          [](const std::vector<double>& list) {
                            double sum = 0;
                            for (const double number : list) sum += number;
                            return sum;
                          });
     }},
    {"vector_to_js",
     [](std::size_t d) {
       Millrace().from_cpp("vector_to_js", kLastOf, std::max<std::size_t>(kVectors / d, 10), kVectorSize - 0.5, numbers());
     }},
};
const Workload kOursUncached[] = {
    {"struct_to_js", [](std::size_t d) { Millrace().from_cpp("struct_to_js", kPriceOf, kStructs / d, 7.5, UncachedItem{kItem}); }},
};

// ---- The C API ---------------------------------------------------------------------------------------------------------

struct Name {
  explicit Name(const char* text) : string(JSStringCreateWithUTF8CString(text)) {}
  Name(const Name&) = delete;
  Name& operator=(const Name&) = delete;
  ~Name() { JSStringRelease(string); }
  JSStringRef string;
};
struct ItemNames {
  Name id{"id"}, name{"name"}, price{"price"}, count{"count"}, active{"active"}, length{"length"};
};
const ItemNames& names() {
  static const ItemNames made;
  return made;
}

struct Bare {
  JSGlobalContextRef context = JSGlobalContextCreate(nullptr);
  Bare() = default;
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() { JSGlobalContextRelease(context); }

  JSObjectRef function(const char* source) {
    const JSValueRef made = JSEvaluateScript(context, Name(source).string, nullptr, nullptr, 1, nullptr);
    JSValueProtect(context, made);
    return JSValueToObject(context, made, nullptr);
  }
  void from_js(const char* workload, const char* caller, std::size_t count, double each, JSObjectCallAsFunctionCallback host) {
    const Name name("host");
    JSObjectSetProperty(context, JSContextGetGlobalObject(context), name.string,
                        JSObjectMakeFunctionWithCallback(context, name.string, host), kJSPropertyAttributeNone, nullptr);
    const JSObjectRef call = function(caller);
    measure(workload, count, [&](std::size_t n) {
      const JSValueRef argument = JSValueMakeNumber(context, static_cast<double>(n));
      const JSValueRef result = JSObjectCallAsFunction(context, call, nullptr, 1, &argument, nullptr);
      expect(JSValueToNumber(context, result, nullptr), each * static_cast<double>(n));
    });
  }
  /// `make(context, arguments)` fills in the arguments of a call.
  template <std::size_t Count, typename Make>
  void from_cpp(const char* workload, const char* callee, std::size_t count, double wanted, Make make) {
    const JSObjectRef call = function(callee);
    measure(workload, count, [&](std::size_t n) {
      for (std::size_t i = 0; i < n; ++i) {
        std::array<JSValueRef, Count> arguments{};
        make(context, arguments);
        const JSValueRef result = JSObjectCallAsFunction(context, call, nullptr, Count, arguments.data(), nullptr);
        expect(JSValueToNumber(context, result, nullptr), wanted);
      }
    });
  }
};

JSValueRef add(JSContextRef context, JSObjectRef, JSObjectRef, std::size_t, const JSValueRef arguments[], JSValueRef*) {
  return JSValueMakeNumber(context,
                           JSValueToNumber(context, arguments[0], nullptr) + JSValueToNumber(context, arguments[1], nullptr));
}

std::string text_of(JSContextRef context, JSValueRef value) {
  const JSStringRef string = JSValueToStringCopy(context, value, nullptr);
  std::string text(JSStringGetMaximumUTF8CStringSize(string), '\0');
  text.resize(JSStringGetUTF8CString(string, text.data(), text.size()) - 1);
  JSStringRelease(string);
  return text;
}

Item item_of(JSContextRef context, JSValueRef value) {
  const JSObjectRef object = JSValueToObject(context, value, nullptr);
  const auto get = [&](const Name& name) { return JSObjectGetProperty(context, object, name.string, nullptr); };
  return {.id = JSValueToNumber(context, get(names().id), nullptr),
          .name = text_of(context, get(names().name)),
          .price = JSValueToNumber(context, get(names().price), nullptr),
          .count = static_cast<int>(JSValueToNumber(context, get(names().count), nullptr)),
          .active = JSValueToBoolean(context, get(names().active))};
}

JSValueRef object_of(JSContextRef context, const Item& item) {
  const JSObjectRef object = JSObjectMake(context, nullptr, nullptr);
  const auto set = [&](const Name& name, JSValueRef value) {
    JSObjectSetProperty(context, object, name.string, value, kJSPropertyAttributeNone, nullptr);
  };
  set(names().id, JSValueMakeNumber(context, item.id));
  set(names().name, JSValueMakeString(context, Name(item.name.c_str()).string));
  set(names().price, JSValueMakeNumber(context, item.price));
  set(names().count, JSValueMakeNumber(context, item.count));
  set(names().active, JSValueMakeBoolean(context, item.active));
  return object;
}

JSValueRef price_of(JSContextRef context, JSObjectRef, JSObjectRef, std::size_t, const JSValueRef arguments[], JSValueRef*) {
  const Item item = item_of(context, arguments[0]);
  return JSValueMakeNumber(context, item.active ? item.price * item.count : 0);
}

JSValueRef sum_of(JSContextRef context, JSObjectRef, JSObjectRef, std::size_t, const JSValueRef arguments[], JSValueRef*) {
  const JSObjectRef array = JSValueToObject(context, arguments[0], nullptr);
  const double length = JSValueToNumber(context, JSObjectGetProperty(context, array, names().length.string, nullptr), nullptr);
  std::vector<double> list;
  for (unsigned i = 0; i < static_cast<unsigned>(length); ++i)
    list.push_back(JSValueToNumber(context, JSObjectGetPropertyAtIndex(context, array, i, nullptr), nullptr));
  double sum = 0;
  for (const double number : list) sum += number;
  return JSValueMakeNumber(context, sum);
}

const Workload kBare[] = {
    {"js_calls_cpp", [](std::size_t d) { Bare().from_js("js_calls_cpp", kCallAdd, kCalls / d, 1, &add); }},
    {"cpp_calls_js",
     [](std::size_t d) {
       Bare().from_cpp<2>("cpp_calls_js", kAdd, kCalls / d, 3, [](JSContextRef context, auto& arguments) {
         arguments = {JSValueMakeNumber(context, 1), JSValueMakeNumber(context, 2)};
       });
     }},
    {"struct_to_cpp", [](std::size_t d) { Bare().from_js("struct_to_cpp", kCallPriceOf, kStructs / d, 7.5, &price_of); }},
    {"struct_to_js",
     [](std::size_t d) {
       Bare().from_cpp<1>("struct_to_js", kPriceOf, kStructs / d, 7.5,
                          [](JSContextRef context, auto& arguments) { arguments = {object_of(context, kItem)}; });
     }},
    {"vector_to_cpp",
     [](std::size_t d) {
       Bare().from_js("vector_to_cpp", kCallSumOf, std::max<std::size_t>(kVectors / d, 10), kSumOfNumbers, &sum_of);
     }},
    {"vector_to_js",
     [](std::size_t d) {
       Bare().from_cpp<1>("vector_to_js", kLastOf, std::max<std::size_t>(kVectors / d, 10), kVectorSize - 0.5,
                          [list = numbers()](JSContextRef context, auto& arguments) {
                            std::vector<JSValueRef> values;  // numbers: nothing that the collector would have to see
                            values.reserve(list.size());
                            for (const double number : list) values.push_back(JSValueMakeNumber(context, number));
                            arguments = {JSObjectMakeArray(context, values.size(), values.data(), nullptr)};
                          });
     }},
};

}  // namespace
}  // namespace millrace::bench

int main(int count, char** values) {
  using namespace millrace::bench;
  const std::span arguments(values, static_cast<std::size_t>(count));
  if (count > 1 && std::string_view(values[1]) == "bare") {
    const Group group{"", kBare};
    return run_program(arguments.subspan(1), MILLRACE_BENCH_JSC_VERSION, std::span(&group, 1));
  }
  const Group groups[] = {{"", kOurs}, {"uncached", kOursUncached}};
  return run_program(arguments, std::string(millrace::kVersion).c_str(), groups);
}
