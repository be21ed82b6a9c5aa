// What the engine does several times faster when asked in its own words than through its C API (spi.h has the declarations). Found out
// once for each engine; who gets false or null here asks the C API.
#pragma once

#include <JavaScriptCore/JavaScript.h>

#include <span>
#include <string_view>

#include "js/jsc/spi.h"

namespace millrace::js {

class Direct {
 public:
  /// Believes only what answers rightly. Runs a few lines of JavaScript, so before any program does.
  void probe(JSContextGroupRef vm, JSGlobalContextRef context, const spi::Symbols& symbols);

  [[nodiscard]] bool calls() const noexcept { return calls_; }
  [[nodiscard]] bool strings() const noexcept { return strings_; }

  /// Needs calls(), and to be inside the engine. `call` is called with the engine's lock held, as the engine's own functions are.
  [[nodiscard]] JSObjectRef function(std::string_view name, spi::NativeFunction call) const;
  /// Of a call to such a function, without `this`.
  [[nodiscard]] static std::uint32_t argument_count(const JSValueRef* frame) noexcept {
    std::uint32_t with_this = 0;
    // The slot holds two 32-bit numbers, whatever its type says.
    // NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion)
    std::memcpy(&with_this, frame + spi::kFrameCount, sizeof with_this);
    return with_this - 1;
  }
  /// What such a function returns instead of a value, to throw.
  [[nodiscard]] JSValueRef throw_value(JSContextRef context, JSValueRef exception) const;

  /// A string of `size` characters, one byte each, U+0000 to U+00FF, that `fill` writes; null when it returns false. Needs strings().
  /// `fill` must not throw.
  [[nodiscard]] JSValueRef narrow_string(std::size_t size, bool (*fill)(void* with, char* to), void* with) const;
  [[nodiscard]] JSValueRef wide_string(std::size_t size, bool (*fill)(void* with, char16_t* to), void* with) const;
  /// Where the characters of a string value are; they stay there for as long as the value is reachable. Null without strings(), and when
  /// there is no memory to put its parts together.
  [[nodiscard]] const spi::StringHeader* header(JSValueRef string) const;

 private:
  [[nodiscard]] bool functions_answer() const;
  [[nodiscard]] bool strings_answer() const;
  void release(spi::StringHeader* string) const noexcept;
  void join(JSValueRef string) const;
  [[nodiscard]] JSValueRef value_of(const spi::StringPointer& text) const;

  JSContextGroupRef vm_ = nullptr;
  JSGlobalContextRef context_ = nullptr;
  spi::Symbols symbols_{};
  bool calls_ = false;
  bool strings_ = false;
};

}  // namespace millrace::js
