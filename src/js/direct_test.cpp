// Leaf functions, strings and what is built on them: called and made directly, and through the engine's C API alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "js/runtime_core.h"
#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::JsBench;
using namespace std::chrono_literals;

class BothWays : public ::testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<Engine> engine_ = Engine::create({.c_api_only = GetParam()}).value();
  std::optional<Engine::Entry> entry_{std::in_place, *engine_};

  Local evaluate(std::string_view source) {
    const JsResult<Local> value = engine_->evaluate(source, "test");
    EXPECT_TRUE(value) << source;
    return value ? *value : engine_->undefined();
  }
  /// String(f(function)), or what it threw.
  std::string call(std::string_view f, Local function) {
    const JsResult<Local> result = engine_->call(evaluate(f), {}, std::array{function});
    return engine_->to_text(result ? *result : result.error().value).value_or("<no text>");
  }
};
INSTANTIATE_TEST_SUITE_P(, BothWays, ::testing::Values(false, true),
                         [](const auto& way) { return way.param ? "CApiOnly" : "AsFound"; });

Local join(HostCall& call) {
  std::string all = std::to_string(call.count()) + ":";
  for (std::size_t i = 0; i < call.count() + 1; ++i) all += call.engine().to_text(call.at(i)).value_or("?") + ",";
  return call.engine().string(all + *static_cast<std::string*>(call.data()));
}
Local nothing(HostCall&) { return {}; }
Local throw_error(HostCall& call) {
  call.throw_value(call.engine().error("refused", "ERR_REFUSED"));
  return {};
}
Local throw_exception(HostCall&) { throw std::runtime_error("from C++"); }

TEST_P(BothWays, LeafFunctionsTakeReturnAndThrow) {
  std::string data = "data";
  const Local joining = engine_->leaf_function("joining", leaf<join>(), &data);
  EXPECT_EQ(call("f => f()", joining), "0:undefined,data");
  EXPECT_EQ(call("f => f(1, 'two', null)", joining), "3:1,two,null,undefined,data");
  EXPECT_EQ(call("f => f.call(9, 1)", joining), "1:1,undefined,data");
  EXPECT_EQ(call("f => { let all = ''; for (let i = 0; i < 20000; i++) all = f(i); return all }", joining),
            "1:19999,undefined,data");
  EXPECT_EQ(call("f => f.name", joining), "joining");
  EXPECT_THAT(call("f => { try { new f() } catch (e) { return e.name } }", joining), "TypeError");
  EXPECT_EQ(call("f => f()", engine_->leaf_function("nothing", leaf<nothing>(), &data)), "undefined");
  const Local refusing = engine_->leaf_function("refusing", leaf<throw_error>(), &data);
  EXPECT_EQ(call("f => { try { f() } catch (e) { return e.code + e.message } }", refusing), "ERR_REFUSEDrefused");
  EXPECT_EQ(call("f => f()", refusing), "Error: refused");
  EXPECT_EQ(call("f => { let n = 0; for (let i = 0; i < 20000; i++) try { f() } catch { n++ } return n }", refusing), "20000");
  EXPECT_EQ(call("f => { try { f() } catch (e) { return e.code } }", engine_->leaf_function("x", leaf<throw_exception>(), &data)),
            "ERR_NATIVE_EXCEPTION");
}

Local make_text(HostCall& call) { return call.engine().narrow_string("made of " + call.engine().string_of(call.at(0))); }

/// A program can make JavaScript run inside of a leaf function: an error gets its properties by assignment.
TEST_P(BothWays, LeafFunctionsBearJavaScriptInside) {
  std::string data;
  const Local refusing = engine_->leaf_function("refusing", leaf<throw_error>(), &data);
  const auto keep = [&](std::string_view name, Local function) { engine_->set(engine_->global(), name, function); };
  keep("leafText", engine_->leaf_function("leafText", leaf<make_text>(), &data));
  keep("text", engine_->function("text", make_text, &data));
  const JsResult<Local> told = engine_->call(evaluate(R"(refuse => {
    const codes = [];
    Object.defineProperty(Error.prototype, 'code', {
      configurable: true,
      set(code) {
        codes.push(text(code.slice(1) + code + code.repeat(20)), leafText(text(code) + [1]), text(leafText(code)));
        if (codes.length === 30) throw new Error('of the setter');
      },
    });
    for (let i = 0; i < 2000; i++) try { refuse() } catch (e) { if (e.message !== 'refused') throw e }
    delete Error.prototype.code;
    return codes.length + new Set(codes).size + codes[5997] + codes[5998] + codes[5999];
  })"),
                                             {}, std::array{refusing});
  ASSERT_TRUE(told);
  std::string codes = "RR_REFUSED";
  for (int i = 0; i < 21; ++i) codes += "ERR_REFUSED";
  EXPECT_EQ(engine_->string_of(*told), "6003made of " + codes + "made of made of ERR_REFUSED1made of made of ERR_REFUSED");
}

TEST_P(BothWays, EnginesOfOneThreadKeepTheirOwnData) {
  std::string ours = "ours", theirs = "theirs";
  const Local function = engine_->leaf_function("f", leaf<join>(), &ours);
  engine_->keep_forever(function);
  entry_.reset();  // a thread is in one engine at a time
  const auto other = Engine::create({.c_api_only = GetParam()}).value();
  {
    const Engine::Entry entry(*other);
    EXPECT_EQ(other->string_of(*other->call(other->leaf_function("f", leaf<join>(), &theirs), {}, {})), "0:undefined,theirs");
  }
  entry_.emplace(*engine_);
  EXPECT_EQ(call("f => f()", function), "0:undefined,ours");
}

TEST_P(BothWays, StringsKeepTheirCharacters) {
  using namespace std::string_view_literals;
  for (const std::string_view latin1 : {""sv, "a"sv, "\0"sv, "ab"sv, "a\0b"sv, "\xe9"sv, "caf\xe9"sv, "\xff\x80"sv}) {
    const Local made = engine_->narrow_string(latin1);
    const TextView text(*engine_, made);
    ASSERT_EQ(text.size(), latin1.size());
    for (std::size_t i = 0; i < latin1.size(); ++i)
      EXPECT_EQ(text.is_narrow() ? static_cast<unsigned char>(text.narrow()[i]) : text.wide()[i],
                static_cast<unsigned char>(latin1[i]));
  }
  for (const std::u16string& units : {std::u16string(), std::u16string(u"\u20ac"), std::u16string(u"a\u20ac\0z", 4),
                                      std::u16string(1, char16_t{0xd800}), std::u16string(u"ascii")}) {
    const Local made = engine_->string(units);
    const TextView text(*engine_, made);
    EXPECT_EQ(text.is_narrow() ? std::u16string(text.narrow().begin(), text.narrow().end()) : std::u16string(text.wide()), units);
  }
  EXPECT_EQ(engine_->string_of(engine_->string("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xff")),
            "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xef\xbf\xbd");
  EXPECT_FALSE(engine_->narrow_string(3, [](char*) { return false; }));
  EXPECT_FALSE(engine_->wide_string(3, [](char16_t*) { return false; }));
}

TEST_P(BothWays, TextViewSeesJoinedAndCutStrings) {
  const auto text_of = [&](std::string_view source) { return engine_->string_of(evaluate(source)); };
  EXPECT_EQ(text_of("'x'.repeat(40) + Math.PI"), std::string(40, 'x') + "3.141592653589793");
  EXPECT_EQ(text_of("('\\u20ac' + 'y'.repeat(40)).slice(1)"), std::string(40, 'y'));
  EXPECT_EQ(text_of("'0123456789'.repeat(10).substring(5, 60).substring(3)").substr(0, 4), "8901");
  EXPECT_EQ(text_of("let all = ''; for (let i = 0; i < 100; i++) all += i % 10; all").size(), 100U);
  for (const char* source : {"1", "null", "({})", "Symbol('s')", "[]"})
    EXPECT_EQ(TextView(*engine_, evaluate(source)).size(), 0U) << source;
}

TEST_P(BothWays, Uint8LengthTellsOtherValuesApart) {
  const auto length_of = [&](std::string_view source) { return engine_->uint8_length(evaluate(source)); };
  EXPECT_EQ(length_of("new Uint8Array(5)"), 5U);
  EXPECT_EQ(length_of("new Uint8Array(new ArrayBuffer(9), 2, 3)"), 3U);
  EXPECT_EQ(length_of("new (class extends Uint8Array {})(4)"), 4U);
  EXPECT_EQ(length_of("const r = new ArrayBuffer(4, { maxByteLength: 9 }); const v = new Uint8Array(r); r.resize(9); v"), 9U);
  EXPECT_EQ(length_of("const b = new Uint8Array(5); b.buffer.transfer(); b"), 0U);
  for (const char* source :
       {"1", "null", "'text'", "({})", "[1]", "new Int8Array(1)", "new Uint8ClampedArray(1)", "new ArrayBuffer(1)",
        "new DataView(new ArrayBuffer(1))", "new Proxy(new Uint8Array(1), {})", "Uint8Array.prototype"})
    EXPECT_EQ(length_of(source), std::nullopt) << source;
}

/// What tests/js checks as found is also true without looking into the engine.
TEST(CApiOnly, ProgramsCheckThemselves) {
  const std::filesystem::path programs = std::filesystem::path(__FILE__).parent_path() / "../../tests/js";
  for (const char* name : {"base64", "crypto_random", "encoding", "performance", "structured_clone", "structured_clone_graph"}) {
    Loop loop;
    RuntimeOptions options;
    std::string printed;
    options.output = [&](int, std::string_view bytes) { printed += bytes; };
    const auto core = std::make_shared<RuntimeCore>(loop, std::move(options), Engine::create({.c_api_only = true}).value());
    core->start().value();
    core->run_main((programs / (std::string(name) + "_test.js")).string()).value();
    EXPECT_EQ(core->run().exit_code, 0) << name;
    EXPECT_EQ(printed, std::string(name) + ": ok\n");
    core->shut_down();
  }
}

TEST(Performance, TellsTheTimeOfTheLoopsClock) {
  JsBench bench;
  EXPECT_EQ(bench.eval("performance.now()"), "0");
  bench.clock.advance(1'500'250ns);
  EXPECT_EQ(bench.eval("performance.now()"), "1.50025");
  EXPECT_EQ(bench.eval("performance.now() === performance.now()"), "true");
  bench.run("setTimeout(() => log(performance.now()), 250)");
  EXPECT_THAT(bench.log, ::testing::ElementsAre("251"));
}

TEST(Performance, TimeOriginIsTheWallClockAtTheStart) {
  const auto now = [] {
    return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
  };
  const double before = now();
  JsBench bench;
  const double after = now();
  const double origin = std::stod(bench.eval("performance.timeOrigin"));
  EXPECT_GE(origin, before - 1);
  EXPECT_LE(origin, after + 1);
}

}  // namespace
}  // namespace millrace::js
