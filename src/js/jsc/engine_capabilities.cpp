// What this build of JavaScriptCore can do beyond its C API, found out by asking it about values that are known.
#include <jsc/jsc.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>

#include "js/jsc/engine_impl.h"
#include "js/jsc/strings.h"

namespace millrace::js {

bool Engine::Impl::prepare_collection_timers() {
  static const bool prepared = [] {
    const spi::Symbols symbols = spi::look_up_symbols();
    if (symbols.initialize_main_thread == nullptr || symbols.memory_pressure_handler == nullptr) return false;
    symbols.initialize_main_thread();
    symbols.memory_pressure_handler();
    return true;
  }();
  return prepared;
}

void Engine::Impl::find_capabilities() {
  symbols = spi::look_up_symbols();
  capabilities.engine = "JavaScriptCore";
  capabilities.version = std::to_string(jsc_get_major_version()) + "." + std::to_string(jsc_get_minor_version()) + "." +
                         std::to_string(jsc_get_micro_version());
  capabilities.drain_inside_entry = symbols.drain_microtasks != nullptr;
  capabilities.termination = true;
  capabilities.sure_interrupts = Engine::prepare_interrupts();
  capabilities.event_source = prepare_collection_timers();
  direct.probe(group, context, symbols);
  capabilities.direct_calls = direct.calls();
  capabilities.direct_strings = direct.strings();
  // One script for all samples: compiling many small ones would take a millisecond of start-up.
  enum Sample : unsigned {
    object,
    function,
    array,
    symbol,
    bigint,
    text,
    constructor,
    proxy_of_function,
    map,
    error,
    promise_heir,
    class_,
    fulfilled,
    pending,
    handler,
    proxy,
    revoked
  };
  const JscString script(
      "((Heir, target, handler, revocable) => (revocable.revoke(),"
      " [{}, () => {}, [], Symbol(), 10n, 'text', Object, new Proxy(() => {}, {}), new Map, new Error, "
      "Object.create(Promise.prototype),"
      "  class {}, Promise.resolve(7), new Heir(() => {}), handler, new Proxy(target, handler), revocable.proxy]))"
      "(class extends Promise {}, {}, {}, Proxy.revocable({}, {}))");
  const JSValueRef samples = JSEvaluateScript(context, script.get(), nullptr, nullptr, 1, nullptr);
  if (samples == nullptr) return;
  const auto sample = [&](Sample which) {
    return JSObjectGetPropertyAtIndex(context, const_cast<JSObjectRef>(samples), which, nullptr);
  };
  const auto type_of = [&](Sample which) { return spi::cell_type(sample(which)); };
  // Each is believed only when it tells known values of its kind and known other objects apart.
  const auto tells_apart = [&](std::uint8_t type, std::initializer_list<Sample> others) {
    return std::ranges::none_of(others, [&](Sample other) { return type_of(other) == type; });
  };
  const auto only = [&](Sample which, std::initializer_list<Sample> others) {
    return tells_apart(type_of(which), others) ? type_of(which) : std::uint8_t{0};
  };
  string_type = type_of(text);
  object_type = only(object, {function, array, symbol, bigint, text, constructor, proxy_of_function});
  function_type = only(function, {object, array, symbol, bigint, text, proxy});
  proxy_type = type_of(proxy);
  promise_type = type_of(fulfilled);
  proxy_fields =
      spi::proxy_handler(sample(proxy)) == sample(handler) && spi::proxy_handler(sample(revoked)) == JSValueMakeNull(context);
  capabilities.proxy_inspection =
      tells_apart(proxy_type, {object, array, map, fulfilled}) && spi::cell_type(JSContextGetGlobalObject(context)) != proxy_type;
  const auto array_type = [this](JSTypedArrayType type) {
    const JSObjectRef array = JSObjectMakeTypedArray(context, type, 1, nullptr);
    return array == nullptr ? std::uint8_t{0} : spi::cell_type(array);
  };
  const std::uint8_t bytes = array_type(kJSTypedArrayTypeUint8Array);
  if (bytes == array_type(kJSTypedArrayTypeUint8Array) && bytes != array_type(kJSTypedArrayTypeInt8Array) &&
      bytes != array_type(kJSTypedArrayTypeUint8ClampedArray) && bytes != array_type(kJSTypedArrayTypeUint16Array) &&
      bytes != type_of(handler) && bytes != proxy_type)
    uint8_type = bytes;
  if (symbols.promise_status == nullptr || symbols.promise_is_handled == nullptr || symbols.promise_result == nullptr) return;
  capabilities.promise_inspection = tells_apart(promise_type, {object, array, class_, map, error, proxy, promise_heir}) &&
                                    type_of(pending) == promise_type && symbols.promise_status(sample(pending), group) == 0 &&
                                    symbols.promise_status(sample(fulfilled), group) == 1 &&
                                    !symbols.promise_is_handled(sample(pending), group) &&
                                    JSValueToNumber(context, symbols.promise_result(sample(fulfilled), group), nullptr) == 7;
}

bool Engine::Impl::check_value_words() const {
  using spi::ValueWord;
  for (const double number : {0.0, 1.0, -1.0, 2147483647.0, -2147483648.0, 2147483648.0, 0.5, -1e300, 5e-324, 9007199254740993.0}) {
    const ValueWord word(JSValueMakeNumber(context, number));
    if (!word.is_number() || word.is_cell() || word.number() != number || word.bits != ValueWord(number).bits) return false;
  }
  const ValueWord nan(JSValueMakeNumber(context, __builtin_nan(""))), negative_zero(JSValueMakeNumber(context, -0.0));
  if (!nan.is_number() || nan.number() == nan.number() || nan.bits != ValueWord(-__builtin_nan("1")).bits) return false;
  if (!std::signbit(negative_zero.number()) || negative_zero.bits != ValueWord(-0.0).bits) return false;
  const JscString text("text");
  for (const JSValueRef cell : {JSValueMakeString(context, text.get()), static_cast<JSValueRef>(JSContextGetGlobalObject(context)),
                                JSValueMakeSymbol(context, text.get())})
    if (!ValueWord(cell).is_cell() || ValueWord(cell).is_number()) return false;
  return ValueWord(JSValueMakeUndefined(context)).bits == ValueWord::kUndefined &&
         ValueWord(JSValueMakeNull(context)).bits == ValueWord::kNull &&
         ValueWord(JSValueMakeBoolean(context, true)).bits == ValueWord::kTrue &&
         ValueWord(JSValueMakeBoolean(context, false)).bits == ValueWord::kFalse;
}

void Engine::Impl::forget_cells() noexcept {
  direct = {};
  uint8_type = 0;
  opaque = true;
  capabilities.direct_calls = capabilities.direct_strings = false;
}

}  // namespace millrace::js
