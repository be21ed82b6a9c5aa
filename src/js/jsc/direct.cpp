#include "js/jsc/direct.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <string_view>

#include "js/jsc/strings.h"

namespace millrace::js {
namespace {

bool is_in_parts(JSValueRef string) noexcept { return (spi::string_bits(string) & spi::kStringValueNotJoined) != 0; }

/// Its callee, when it was called with a number and a string.
JSValueRef answer_callee(JSContextRef context, const JSValueRef* frame) {
  if (Direct::argument_count(frame) != 2 || !JSValueIsNumber(context, frame[spi::kFrameArguments]) ||
      !JSValueIsString(context, frame[spi::kFrameArguments + 1]))
    return JSValueMakeUndefined(context);
  return frame[spi::kFrameCallee];
}

JSValueRef answer_wrongly(JSContextRef context, const JSValueRef*) { return JSValueMakeUndefined(context); }

/// Throws its first argument in the words of the Direct whose address, a number, is the second. Called only once answer_callee() has
/// shown that arguments are where they are looked for.
JSValueRef answer_by_throwing(JSContextRef context, const JSValueRef* frame) {
  const double address = JSValueToNumber(context, frame[spi::kFrameArguments + 1], nullptr);
  return std::bit_cast<const Direct*>(static_cast<std::uintptr_t>(address))->throw_value(context, frame[spi::kFrameArguments]);
}

}  // namespace

void Direct::probe(JSContextGroupRef vm, JSGlobalContextRef context, const spi::Symbols& symbols) {
  vm_ = vm, context_ = context, symbols_ = symbols;
  strings_ = symbols_.make_narrow_string != nullptr && symbols_.make_wide_string != nullptr &&
             symbols_.make_string_value != nullptr && symbols_.destroy_string != nullptr && strings_answer();
  calls_ = strings_ && symbols_.make_native_function != nullptr && symbols_.refuse_construction != nullptr &&
           symbols_.throw_exception != nullptr && functions_answer();
}

bool Direct::strings_answer() const {
  std::span<unsigned char> narrow;
  std::span<char16_t> wide;
  const spi::StringPointer first = symbols_.make_narrow_string(3, narrow), second = symbols_.make_wide_string(3, wide);
  const auto as_made = [](const spi::StringHeader* made, const void* characters, std::uint32_t owners, bool is_narrow) {
    return made != nullptr && made->references == owners * spi::kStringReference && made->length == 3 &&
           made->characters == characters && ((made->flags & spi::kStringIsNarrow) != 0) == is_narrow;
  };
  if (!as_made(first.string, narrow.data(), 1, true) || !as_made(second.string, wide.data(), 1, false)) return false;
  std::ranges::copy(std::string_view("m\xe9x"), narrow.begin());
  std::ranges::copy(std::u16string_view(u"m\u00e9x"), wide.begin());
  const JSValueRef one = symbols_.make_string_value(vm_, *first.string);
  const JSValueRef other = symbols_.make_string_value(vm_, *second.string);
  if (!as_made(first.string, narrow.data(), 2, true) || !as_made(second.string, wide.data(), 2, false)) return false;
  release(first.string), release(second.string);
  const JSValueRef expected = JSValueMakeString(context_, JscString("m\xc3\xa9x").get());
  // A text of this length is not joined before somebody asks for it.
  const JSValueRef parts =
      JSEvaluateScript(context_, JscString("(part => part + part)('a text of some length')").get(), nullptr, nullptr, 1, nullptr);
  return JSValueIsStrictEqual(context_, one, expected) && JSValueIsStrictEqual(context_, other, expected) &&
         spi::string_header(one) == first.string && spi::string_header(other) == second.string && !is_in_parts(one) &&
         parts != nullptr && is_in_parts(parts) && (join(parts), !is_in_parts(parts));
}

bool Direct::functions_answer() const {
  constexpr std::string_view kProbe =
      "(right, wrong, throws, self) => {"
      "  if (right.name !== 'probe' || right(7, 'x') !== right || wrong(7, 'x') !== undefined) return false;"
      "  try { throws(right, self) } catch (thrown) { return thrown === right } }";
  // An address has at most 53 bits, which a number keeps.
  const auto self = static_cast<double>(reinterpret_cast<std::uintptr_t>(this));
  const std::array<JSValueRef, 4> arguments{function("probe", &answer_callee), function("probe", &answer_wrongly),
                                            function("probe", &answer_by_throwing), JSValueMakeNumber(context_, self)};
  const JSValueRef probe = JSEvaluateScript(context_, JscString(kProbe).get(), nullptr, nullptr, 1, nullptr);
  if (probe == nullptr) return false;
  const JSValueRef right =
      JSObjectCallAsFunction(context_, const_cast<JSObjectRef>(probe), nullptr, arguments.size(), arguments.data(), nullptr);
  return right != nullptr && JSValueToBoolean(context_, right);
}

JSObjectRef Direct::function(std::string_view name, spi::NativeFunction call) const {
  std::span<unsigned char> characters;
  const spi::StringPointer text = symbols_.make_narrow_string(name.size(), characters);
  std::ranges::copy(name, characters.begin());
  const JSObjectRef made = symbols_.make_native_function(vm_, context_, 0, static_cast<const void*>(&text.string), call, 0, 0,
                                                         symbols_.refuse_construction, nullptr);
  release(text.string);
  return made;
}

void Direct::release(spi::StringHeader* string) const noexcept {
  const auto before = std::atomic_ref(string->references).fetch_sub(spi::kStringReference, std::memory_order_relaxed);
  // Of the shortest strings the engine has its own, and does not keep ours.
  if (before == spi::kStringReference) symbols_.destroy_string(string);
}

JSValueRef Direct::throw_value(JSContextRef context, JSValueRef exception) const {
  symbols_.throw_exception(vm_, context, exception);
  return nullptr;
}

JSValueRef Direct::narrow_string(std::size_t size, bool (*fill)(void* with, char* to), void* with) const {
  std::span<unsigned char> characters;
  const spi::StringPointer text = symbols_.make_narrow_string(size, characters);
  if (fill(with, reinterpret_cast<char*>(characters.data()))) return value_of(text);
  release(text.string);
  return nullptr;
}

JSValueRef Direct::wide_string(std::size_t size, bool (*fill)(void* with, char16_t* to), void* with) const {
  std::span<char16_t> characters;
  const spi::StringPointer text = symbols_.make_wide_string(size, characters);
  if (fill(with, characters.data())) return value_of(text);
  release(text.string);
  return nullptr;
}

JSValueRef Direct::value_of(const spi::StringPointer& text) const {
  // A callback of the C API runs without the lock, and allocating needs it. Where it is held already, this counts.
  JSLock(context_);
  const JSValueRef value = symbols_.make_string_value(vm_, *text.string);
  release(text.string);
  JSUnlock(context_);
  return value;
}

void Direct::join(JSValueRef string) const {
  // What the C API copies, it puts together first, and the value keeps that. Unlike the engine's own function it leaves no exception.
  const JscString joined(JSValueToStringCopy(context_, string, nullptr));
}

const spi::StringHeader* Direct::header(JSValueRef string) const {
  if (!strings_) return nullptr;
  if (is_in_parts(string)) join(string);
  return is_in_parts(string) ? nullptr : spi::string_header(string);
}

}  // namespace millrace::js
