// Making values, and finding out what one is.
#include <algorithm>
#include <string>

#include "js/jsc/engine_impl.h"
#include "js/jsc/strings.h"

namespace millrace::js {

Local Engine::undefined() const noexcept { return local(JSValueMakeUndefined(impl_->context)); }
Local Engine::null() const noexcept { return local(JSValueMakeNull(impl_->context)); }
Local Engine::boolean(bool value) const noexcept { return local(JSValueMakeBoolean(impl_->context, value)); }
Local Engine::number(double value) const noexcept { return {spi::ValueWord(value).raw()}; }
Local Engine::string(std::string_view utf8) const {
  const Utf8Facts facts = look_at_utf8(utf8);
  if (facts.is_ascii) return narrow_string(utf8);
  const auto decode = [&](char16_t* to) { return decode_valid_utf8(utf8, {to, facts.utf16_units}); };
  if (facts.utf16_units <= utf8.size())
    if (const Local valid = wide_string(facts.utf16_units, decode)) return valid;
  return string(utf8_to_utf16(utf8));
}
Local Engine::narrow_string(std::string_view latin1) const {
  return narrow_string(latin1.size(), [latin1](char* to) { return std::ranges::copy(latin1, to), true; });
}
Local Engine::string(std::u16string_view units) const {
  return wide_string(units.size(), [units](char16_t* to) { return std::ranges::copy(units, to), true; });
}
Local Engine::make_narrow(std::size_t size, bool (*fill)(void* with, char* to), void* with) const {
  if (impl_->direct.strings()) return local(impl_->direct.narrow_string(size, fill, with));
  std::string text(size, '\0');
  if (!fill(with, text.data())) return {};
  if (is_ascii(text)) return local(JSValueMakeString(impl_->context, JscString(text).get()));
  return string(latin1_to_utf16(text));
}
Local Engine::make_wide(std::size_t size, bool (*fill)(void* with, char16_t* to), void* with) const {
  if (impl_->direct.strings()) return local(impl_->direct.wide_string(size, fill, with));
  std::u16string text(size, u'\0');
  if (!fill(with, text.data())) return {};
  const JscString made(JSStringCreateWithCharacters(reinterpret_cast<const JSChar*>(text.data()), size));
  return local(JSValueMakeString(impl_->context, made.get()));
}
Local Engine::bigint(std::int64_t value) const noexcept { return local(JSBigIntCreateWithInt64(impl_->context, value, nullptr)); }
Local Engine::bigint(std::uint64_t value) const noexcept { return local(JSBigIntCreateWithUInt64(impl_->context, value, nullptr)); }
Local Engine::date(double milliseconds) const noexcept {
  const JSValueRef argument = JSValueMakeNumber(impl_->context, milliseconds);
  return local(JSObjectMakeDate(impl_->context, 1, &argument, nullptr));
}
Local Engine::object() const { return local(JSObjectMake(impl_->context, nullptr, nullptr)); }
Local Engine::global() const noexcept { return local(JSContextGetGlobalObject(impl_->context)); }

Local Engine::array(std::span<const Local> elements) const {
  static_assert(sizeof(Local) == sizeof(JSValueRef));
  return local(JSObjectMakeArray(impl_->context, elements.size(), reinterpret_cast<const JSValueRef*>(elements.data()), nullptr));
}

Local Engine::error(std::string_view message, std::string_view code) const {
  const JSValueRef text = JSValueMakeString(impl_->context, JscString(message).get());
  const Local made = local(JSObjectMakeError(impl_->context, 1, &text, nullptr));
  if (!made) return undefined();  // out of memory, or being stopped
  if (!code.empty()) set(made, "code", string(code));
  return made;
}

Engine::Deferred Engine::deferred_promise() const noexcept {
  JSObjectRef resolve = nullptr, reject = nullptr;
  const JSObjectRef promise = JSObjectMakeDeferredPromise(impl_->context, &resolve, &reject, nullptr);
  if (promise == nullptr) return {};
  return {local(promise), local(resolve), local(reject)};
}

Local HostCall::at(std::size_t n) const noexcept { return n < count_ ? Local{arguments_[n]} : engine_.undefined(); }

Kind Engine::kind(Local value) const noexcept {
  const spi::ValueWord word(value.raw);
  if (word.is_number()) return Kind::number;
  if (!word.is_cell()) {
    if (word.bits == spi::ValueWord::kUndefined) return Kind::undefined;
    return word.bits == spi::ValueWord::kNull ? Kind::null : Kind::boolean;
  }
  const std::uint8_t type = spi::cell_type(raw(value));
  if (type == impl_->string_type) return Kind::string;
  if (type == impl_->object_type) return Kind::object;
  if (type == impl_->function_type) return Kind::function;
  switch (JSValueGetType(impl_->context, raw(value))) {
    case kJSTypeString: return Kind::string;
    case kJSTypeSymbol: return Kind::symbol;
    case kJSTypeObject: return JSObjectIsFunction(impl_->context, as_object(value)) ? Kind::function : Kind::object;
    default: return Kind::bigint;
  }
}

Engine::Cell Engine::cell(Local value) const noexcept {
  return {!impl_->opaque && JSValueIsObject(impl_->context, raw(value)) ? spi::cell_header(raw(value)) : 0};
}

bool Engine::to_boolean(Local value) const noexcept { return JSValueToBoolean(impl_->context, raw(value)); }

bool Engine::strictly_equal(Local a, Local b) const noexcept { return JSValueIsStrictEqual(impl_->context, raw(a), raw(b)); }

double Engine::number_of(Local value) const noexcept {
  const spi::ValueWord word(value.raw);
  return word.is_number() ? word.number() : __builtin_nan("");
}

TextView::TextView(const Engine& engine, Local string) {
  const Engine::Impl& impl = *engine.impl_;
  if (!JSValueIsString(impl.context, raw(string))) return;
  if (const spi::StringHeader* header = impl.direct.header(raw(string))) {
    if ((header->flags & spi::kStringIsNarrow) != 0)
      narrow_ = {static_cast<const char*>(header->characters), header->length};
    else
      wide_ = {static_cast<const char16_t*>(header->characters), header->length};
    return;
  }
  copy_ = JscString(JSValueToStringCopy(impl.context, raw(string), nullptr)).to_utf16();
  wide_ = copy_;
}

std::string Engine::string_of(Local value) const {
  const TextView text(*this, value);
  return text.is_narrow() ? latin1_to_utf8(text.narrow()) : utf16_to_utf8(text.wide());
}

std::u16string Engine::string16_of(Local value) const {
  const TextView text(*this, value);
  return text.is_narrow() ? latin1_to_utf16(text.narrow()) : std::u16string(text.wide());
}

std::optional<std::int64_t> Engine::int64_of(Local bigint) const noexcept {
  if (!JSValueIsBigInt(impl_->context, raw(bigint))) return std::nullopt;
  const std::int64_t value = JSValueToInt64(impl_->context, raw(bigint), nullptr);  // its lower 64 bits
  if (JSValueCompareInt64(impl_->context, raw(bigint), value, nullptr) != kJSRelationConditionEqual) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> Engine::uint64_of(Local bigint) const noexcept {
  if (!JSValueIsBigInt(impl_->context, raw(bigint))) return std::nullopt;
  const std::uint64_t value = JSValueToUInt64(impl_->context, raw(bigint), nullptr);
  if (JSValueCompareUInt64(impl_->context, raw(bigint), value, nullptr) != kJSRelationConditionEqual) return std::nullopt;
  return value;
}

bool Engine::is_array(Local value) const noexcept { return JSValueIsArray(impl_->context, raw(value)); }
bool Engine::is_date(Local value) const noexcept { return JSValueIsDate(impl_->context, raw(value)); }
bool Engine::is_promise(Local value) const noexcept { return impl_->is_promise(value); }

JsResult<std::string> Engine::to_text(Local value) const {
  JSValueRef exception = nullptr;
  const JSStringRef text = JSValueToStringCopy(impl_->context, raw(value), &exception);
  if (text == nullptr) return std::unexpected(impl_->thrown(exception));
  return JscString(text).to_utf8();
}

std::optional<std::size_t> Engine::uint8_length(Local value) const noexcept {
  const bool is_one = impl_->uint8_type != 0
                          ? cell(value).type() == impl_->uint8_type
                          : JSValueGetTypedArrayType(impl_->context, raw(value), nullptr) == kJSTypedArrayTypeUint8Array;
  if (!is_one) return std::nullopt;
  return JSObjectGetTypedArrayLength(impl_->context, as_object(value), nullptr);
}

}  // namespace millrace::js
