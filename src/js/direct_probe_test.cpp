// What Direct makes of an engine that lacks some of what it looks for, or answers in another way: it leaves that to the C API.
#include <gtest/gtest.h>

#include "js/engine.h"
#include "js/jsc/direct.h"

namespace millrace::js {
namespace {

class DirectProbe : public ::testing::Test {
 protected:
  DirectProbe() = default;
  ~DirectProbe() override {
    JSGlobalContextRelease(context_);
    JSContextGroupRelease(vm_);
  }
  [[nodiscard]] Direct probe(const spi::Symbols& symbols) const {
    Direct direct;
    JSLock(context_);
    direct.probe(vm_, context_, symbols);
    JSUnlock(context_);
    return direct;
  }

  JSContextGroupRef vm_ = JSContextGroupCreate();
  JSGlobalContextRef context_ = JSGlobalContextCreateInGroup(vm_, nullptr);
  const spi::Symbols found_ = spi::look_up_symbols();
};

TEST_F(DirectProbe, FindsWhatTheEngineSaysItHas) {
  const Direct direct = probe(found_);
  const auto engine = Engine::create().value();
  EXPECT_EQ(direct.calls(), engine->capabilities().direct_calls);
  EXPECT_EQ(direct.strings(), engine->capabilities().direct_strings);
}

TEST_F(DirectProbe, WithoutAFunctionForStringsThereAreNeither) {
  if (!probe(found_).strings()) GTEST_SKIP() << "no direct strings with this engine";
  for (int missing = 0; missing < 4; ++missing) {
    spi::Symbols symbols = found_;
    if (missing == 0) symbols.make_narrow_string = nullptr;
    if (missing == 1) symbols.make_wide_string = nullptr;
    if (missing == 2) symbols.make_string_value = nullptr;
    if (missing == 3) symbols.destroy_string = nullptr;
    EXPECT_FALSE(probe(symbols).strings()) << missing;
    EXPECT_FALSE(probe(symbols).calls()) << missing;
  }
}

TEST_F(DirectProbe, WithoutAFunctionForCallsThereAreStrings) {
  if (!probe(found_).calls()) GTEST_SKIP() << "no direct calls with this engine";
  for (int missing = 0; missing < 3; ++missing) {
    spi::Symbols symbols = found_;
    if (missing == 0) symbols.make_native_function = nullptr;
    if (missing == 1) symbols.refuse_construction = nullptr;
    if (missing == 2) symbols.throw_exception = nullptr;
    EXPECT_TRUE(probe(symbols).strings()) << missing;
    EXPECT_FALSE(probe(symbols).calls()) << missing;
  }
}

TEST_F(DirectProbe, BelievesNoOtherAnswer) {
  if (!probe(found_).calls()) GTEST_SKIP() << "no direct calls with this engine";
  spi::Symbols symbols = found_;
  // A value that does not hold the string: it could not be found there later.
  symbols.make_string_value = [](JSContextGroupRef, spi::StringHeader&) { return JSValueMakeNull(nullptr); };
  EXPECT_FALSE(probe(symbols).strings());
  symbols = found_;
  // Functions that are called in another way.
  symbols.make_native_function = [](JSContextGroupRef, JSContextRef context, unsigned, const void*, spi::NativeFunction,
                                    std::uint8_t, std::uint8_t, spi::NativeFunction, const void*) {
    return JSObjectMakeFunctionWithCallback(
        context, nullptr, [](JSContextRef where, JSObjectRef, JSObjectRef, std::size_t, const JSValueRef*, JSValueRef*) {
          return JSValueMakeUndefined(where);
        });
  };
  EXPECT_TRUE(probe(symbols).strings());
  EXPECT_FALSE(probe(symbols).calls());
  symbols = found_;
  // An exception that gets lost.
  symbols.throw_exception = [](JSContextGroupRef, JSContextRef, JSValueRef) -> void* { return nullptr; };
  EXPECT_TRUE(probe(symbols).strings());
  EXPECT_FALSE(probe(symbols).calls());
}

}  // namespace
}  // namespace millrace::js
