// The engine seam on JavaScriptCore.
#include "js/engine.h"

#include <jsc/jsc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/scoped_flag.h"
#include "js/jsc/direct.h"
#include "js/jsc/event_source.h"
#include "js/jsc/spi.h"
#include "js/jsc/strings.h"

namespace millrace::js {
namespace {

JSValueRef raw(Local value) noexcept { return static_cast<JSValueRef>(value.raw); }
Local local(JSValueRef value) noexcept { return Local{value}; }
JSObjectRef as_object(Local value) noexcept { return const_cast<JSObjectRef>(raw(value)); }

}  // namespace

struct Engine::Impl {
  struct HostSlot {
    JSObjectRef object;
    HostFunction function;
    void* data;
  };

  JSContextGroupRef group = nullptr;
  JSGlobalContextRef context = nullptr;
  JSGlobalContextRef apart = nullptr;  ///< see compile_apart()
  Engine* engine = nullptr;
  Impl* next_on_thread = nullptr;
  spi::Symbols symbols{};
  Direct direct;
  Capabilities capabilities;
  bool terminating = false;
  bool blocked = false;
  bool opaque = false;  ///< nobody may look at cells, see EngineOptions::c_api_only
  std::uint8_t promise_type = 0;
  std::uint8_t proxy_type = 0;
  std::uint8_t uint8_type = 0;  ///< 0 when it does not tell
  bool proxy_fields = false;
  RootTable* roots = RootTable::make();
  JSClassRef host_class = nullptr;
  std::atomic<bool> collected{false};
  std::shared_ptr<FinalizedObjects> finalized = std::make_shared<FinalizedObjects>();
  std::uint8_t string_type = 0, object_type = 0, function_type = 0;  ///< of the most frequent cells; 0 is no object's
  void* leaf_data = nullptr;
  std::vector<HostSlot> slots;  ///< open addressing by object address; the collector does not move objects
  std::size_t slots_used = 0;

  [[nodiscard]] ThrownValue thrown(JSValueRef exception) const noexcept { return {local(exception), terminating}; }
  [[nodiscard]] bool is_promise(Local value) const noexcept {
    return capabilities.promise_inspection && JSValueIsObject(context, raw(value)) && spi::cell_type(raw(value)) == promise_type;
  }
  void add_slot(HostSlot slot);
  [[nodiscard]] const HostSlot* find_slot(JSObjectRef object) const noexcept;
  [[nodiscard]] JSValueRef syntax_error(JSStringRef source, JSStringRef url, int first_line) const;
  [[nodiscard]] JsResult<Local> compile_function(JSContextRef where, std::string_view body, std::string_view url,
                                                 std::span<const std::string_view> parameters) const;
  void find_capabilities();
  [[nodiscard]] bool check_value_words() const;
  void forget_cells() noexcept;
  static Impl* of(JSContextRef context) noexcept;
  /// `exception` is what it threw, or null.
  JSValueRef call(HostFunction function, void* data, std::size_t count, const JSValueRef arguments[],
                  JSValueRef& exception) noexcept;
  static JSValueRef call_host(JSContextRef context, JSObjectRef function, JSObjectRef self, std::size_t count,
                              const JSValueRef arguments[], JSValueRef* exception);
};

namespace {

// What one thread knows of its engines. The C API hands a host function nothing but the context and the function object, and the
// engine's run loop is one per thread; so these two facts cannot be handed in and live here, invisible outside this file.

/// All engines of this thread. Apart from the other, because every call looks at it.
thread_local constinit Engine::Impl* first_on_thread = nullptr;

struct ThreadEvents {
  EngineEventSource* source = nullptr;
  ~ThreadEvents() { delete source; }
};
thread_local ThreadEvents thread_events;
EngineEventSource& event_source_of_thread() {
  if (thread_events.source == nullptr) thread_events.source = new EngineEventSource;
  return *thread_events.source;
}

/// Once for the process, see spi.h.
bool prepare_collection_timers() {
  static const bool prepared = [] {
    const spi::Symbols symbols = spi::look_up_symbols();
    if (symbols.initialize_main_thread == nullptr || symbols.memory_pressure_handler == nullptr) return false;
    symbols.initialize_main_thread();
    symbols.memory_pressure_handler();
    return true;
  }();
  return prepared;
}

std::size_t hash_of(JSObjectRef object) noexcept {
  return (reinterpret_cast<std::uintptr_t>(object) >> 4) * 0x9e3779b97f4a7c15ULL >> 20;
}

/// What an object of host_class carries. The collector may finalize it on a thread of its own.
struct HostBox {
  std::unique_ptr<HostObject> host;
  std::shared_ptr<FinalizedObjects> finalized;
};

void finalize(void* data) noexcept {
  const std::unique_ptr<HostBox> box(static_cast<HostBox*>(data));
  if (box != nullptr) box->finalized->add(box->host.release());
}

}  // namespace

void Engine::Impl::add_slot(HostSlot slot) {
  if (slots_used * 2 >= slots.size()) {
    std::vector<HostSlot> old = std::exchange(slots, std::vector<HostSlot>(slots.empty() ? 128 : slots.size() * 2));
    slots_used = 0;
    for (const HostSlot& entry : old)
      if (entry.object != nullptr) add_slot(entry);
  }
  std::size_t i = hash_of(slot.object) & (slots.size() - 1);
  while (slots[i].object != nullptr) i = (i + 1) & (slots.size() - 1);
  slots[i] = slot;
  ++slots_used;
}

const Engine::Impl::HostSlot* Engine::Impl::find_slot(JSObjectRef object) const noexcept {
  if (slots.empty()) return nullptr;
  for (std::size_t i = hash_of(object) & (slots.size() - 1); slots[i].object != nullptr; i = (i + 1) & (slots.size() - 1))
    if (slots[i].object == object) return &slots[i];
  return nullptr;
}

Engine::Impl* Engine::Impl::of(JSContextRef context) noexcept {
  // Nearly always the first; a thread with several engines has a few.
  Impl* impl = first_on_thread;
  if (impl != nullptr && impl->context == context) return impl;
  const JSContextGroupRef group = JSContextGetGroup(context);
  while (impl != nullptr && impl->group != group) impl = impl->next_on_thread;
  return impl;
}

inline JSValueRef Engine::Impl::call(HostFunction function, void* data, std::size_t count, const JSValueRef arguments[],
                                     JSValueRef& exception) noexcept {
  HostCall call(*engine, data, reinterpret_cast<const void* const*>(arguments), count);
  // No C++ exception may unwind through the engine's frames.
  Local result{};
  try {
    result = function(call);
  } catch (const std::exception& error) {
    call.throw_value(engine->error(error.what(), "ERR_NATIVE_EXCEPTION"));
  } catch (...) {
    call.throw_value(engine->error("a C++ exception that is not a std::exception", "ERR_NATIVE_EXCEPTION"));
  }
  exception = raw(call.exception());
  return result ? raw(result) : JSValueMakeUndefined(context);
}

JSValueRef Engine::Impl::call_host(JSContextRef context, JSObjectRef function, JSObjectRef, std::size_t count,
                                   const JSValueRef arguments[], JSValueRef* exception) {
  Impl* impl = of(context);
  const HostSlot* slot = impl == nullptr ? nullptr : impl->find_slot(function);
  if (slot == nullptr) return JSValueMakeUndefined(context);  // its runtime is gone
  return impl->call(slot->function, slot->data, count, arguments, *exception);
}

const void* Engine::call_leaf(HostFunction function, const void* context, const void* const* frame) noexcept {
  const auto where = static_cast<JSContextRef>(context);
  const auto* values = reinterpret_cast<const JSValueRef*>(frame);
  Impl* impl = Impl::of(where);
  if (impl == nullptr) return JSValueMakeUndefined(where);
  JSValueRef exception = nullptr;
  const JSValueRef result =
      impl->call(function, impl->leaf_data, Direct::argument_count(values), values + spi::kFrameArguments, exception);
  return exception == nullptr ? result : impl->direct.throw_value(where, exception);
}

Local HostCall::at(std::size_t n) const noexcept { return n < count_ ? Local{arguments_[n]} : engine_.undefined(); }

void Engine::Impl::find_capabilities() {
  symbols = spi::look_up_symbols();
  capabilities.engine = "JavaScriptCore";
  capabilities.version = std::to_string(jsc_get_major_version()) + "." + std::to_string(jsc_get_minor_version()) + "." +
                         std::to_string(jsc_get_micro_version());
  capabilities.drain_inside_entry = symbols.drain_microtasks != nullptr;
  capabilities.termination = true;
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

/// Null when `source` parses. The engine puts the position into enumerable properties; they are hidden, as those of thrown errors
/// are.
JSValueRef Engine::Impl::syntax_error(JSStringRef source, JSStringRef url, int first_line) const {
  JSValueRef error = nullptr;
  if (JSCheckScriptSyntax(context, source, url, first_line, &error) || error == nullptr) return nullptr;
  const auto object = const_cast<JSObjectRef>(error);
  for (const char* key : {"line", "sourceURL"}) {
    const JscString name{std::string_view(key)};
    const JSValueRef value = JSObjectGetProperty(context, object, name.get(), nullptr);
    JSObjectDeleteProperty(context, object, name.get(), nullptr);
    JSObjectSetProperty(context, object, name.get(), value, kJSPropertyAttributeDontEnum, nullptr);
  }
  return error;
}

Engine::Engine(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<std::unique_ptr<Engine>> Engine::create(EngineOptions options) {
  auto impl = std::make_unique<Impl>();
  {
    // Only engine creation looks at the thread's default context; the engine remembers what it found.
    const EngineEventSource::Scope scope(event_source_of_thread());
    impl->group = JSContextGroupCreate();
    impl->context = impl->group == nullptr ? nullptr : JSGlobalContextCreateInGroup(impl->group, nullptr);
    prepare_collection_timers();
  }
  if (impl->context == nullptr) return fail(Errc::engine_failure, "JavaScriptCore did not create a context");
  JSContextGroupSetExecutionTimeLimit(impl->group, 1e6, [](JSContextRef, void*) { return false; }, nullptr);
  JSContextGroupClearExecutionTimeLimit(impl->group);  // from now on the watchdog exists, see spi.h
  auto engine = std::unique_ptr<Engine>(new Engine(std::move(impl)));
  engine->impl_->engine = engine.get();
  JSContextGroupAddMarkingConstraint(
      engine->impl_->group,
      [](JSMarkerRef marker, void* roots) {
        static_cast<RootTable*>(roots)->visit([marker](const void* value) {
          if (spi::ValueWord(value).is_cell()) marker->Mark(marker, static_cast<JSObjectRef>(const_cast<void*>(value)));
        });
      },
      engine->impl_->roots);
  JSContextGroupAddHeapFinalizer(
      engine->impl_->group,
      [](JSContextGroupRef, void* collected) {
        static_cast<std::atomic<bool>*>(collected)->store(true, std::memory_order_relaxed);
      },
      &engine->impl_->collected);
  JSClassDefinition host_class = kJSClassDefinitionEmpty;
  host_class.className = "Object";
  host_class.attributes = kJSClassAttributeNoAutomaticPrototype;
  host_class.finalize = [](JSObjectRef object) { finalize(JSObjectGetPrivate(object)); };
  engine->impl_->host_class = JSClassCreate(&host_class);
  engine->impl_->next_on_thread = std::exchange(first_on_thread, engine->impl_.get());
  const Entry entry(*engine);
  if (!engine->impl_->check_value_words())
    return fail(Errc::engine_failure, "this build of JavaScriptCore represents values in a way that Millrace does not know");
  engine->impl_->find_capabilities();
  if (options.drain_outside) engine->impl_->capabilities.drain_inside_entry = false;
  if (options.c_api_only) engine->impl_->forget_cells();
  return engine;
}

Engine::~Engine() {
  Impl** link = &first_on_thread;
  while (*link != nullptr && *link != impl_.get()) link = &(*link)->next_on_thread;
  MILLRACE_ASSERT(*link != nullptr);  // destroyed on another thread than the one that created it
  *link = impl_->next_on_thread;
  impl_->slots.clear();
  block_jobs();
  if (impl_->apart != nullptr) JSGlobalContextRelease(impl_->apart);
  JSGlobalContextRelease(impl_->context);
  JSContextGroupRelease(impl_->group);
  JSClassRelease(impl_->host_class);
  impl_->roots->detach();
  impl_->finalized->destroy_all();
}

Engine::Entry::Entry(Engine& engine) noexcept : engine_(engine) { JSLock(engine.impl_->context); }
Engine::Entry::~Entry() { JSUnlock(engine_.impl_->context); }

const Capabilities& Engine::capabilities() const noexcept { return impl_->capabilities; }

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

Local Engine::shared_numbers(std::span<double> numbers) const {
  return local(JSObjectMakeTypedArrayWithBytesNoCopy(
      impl_->context, kJSTypedArrayTypeFloat64Array, numbers.data(), numbers.size_bytes(), [](void*, void*) {}, nullptr, nullptr));
}

Local Engine::host_object(Local prototype, std::unique_ptr<HostObject> host) const {
  auto box = std::make_unique<HostBox>(std::move(host), impl_->finalized);
  const JSObjectRef made = JSObjectMake(impl_->context, impl_->host_class, box.get());
  if (made == nullptr) return {};
  static_cast<void>(box.release());  // the object's
  JSObjectSetPrototype(impl_->context, made, raw(prototype));
  return local(made);
}

HostObject* Engine::host_of(Local value) const noexcept {
  if (!value || !JSValueIsObjectOfClass(impl_->context, raw(value), impl_->host_class)) return nullptr;
  const auto* const box = static_cast<const HostBox*>(JSObjectGetPrivate(as_object(value)));
  return box == nullptr ? nullptr : box->host.get();
}

Local Engine::external_bytes(std::span<std::byte> memory, std::unique_ptr<HostObject> owner) const {
  auto box = std::make_unique<HostBox>(std::move(owner), impl_->finalized);
  // From here on the engine frees, even when it fails.
  return local(JSObjectMakeTypedArrayWithBytesNoCopy(
      impl_->context, kJSTypedArrayTypeUint8Array, memory.data(), memory.size(), [](void*, void* data) { finalize(data); },
      box.release(), nullptr));
}

void Engine::destroy_finalized() noexcept { impl_->finalized->destroy_all(); }

Engine::Deferred Engine::deferred_promise() const noexcept {
  JSObjectRef resolve = nullptr, reject = nullptr;
  const JSObjectRef promise = JSObjectMakeDeferredPromise(impl_->context, &resolve, &reject, nullptr);
  if (promise == nullptr) return {};
  return {local(promise), local(resolve), local(reject)};
}

RootTable& Engine::roots() const noexcept { return *impl_->roots; }
void Engine::keep_forever(Local value) {
  const Entry held(*this);
  impl_->roots->keep(value);
}

Engine::Weak Engine::weak(Local object) const { return {impl_->group, JSWeakCreate(impl_->group, as_object(object))}; }
Engine::Weak::~Weak() {
  if (reference_ != nullptr) JSWeakRelease(static_cast<JSContextGroupRef>(group_), static_cast<JSWeakRef>(reference_));
}
Local Engine::Weak::get() const noexcept {
  return reference_ == nullptr ? Local{} : local(JSWeakGetObject(static_cast<JSWeakRef>(reference_)));
}

Local Engine::shared_bytes(std::span<std::byte> memory) const {
  return local(JSObjectMakeTypedArrayWithBytesNoCopy(
      impl_->context, kJSTypedArrayTypeUint8Array, memory.data(), memory.size(), [](void*, void*) {}, nullptr, nullptr));
}

Local Engine::function(std::string_view name, HostFunction callback, void* data) {
  const JSObjectRef made = JSObjectMakeFunctionWithCallback(impl_->context, JscString(name).get(), &Impl::call_host);
  keep_forever(local(made));  // its address is a key for as long as the engine lives
  impl_->add_slot({made, callback, data});
  return local(made);
}

Local Engine::leaf_function(std::string_view name, LeafFunction leaf, void* data) {
  if (!impl_->direct.calls()) return function(name, leaf.function, data);
  MILLRACE_ASSERT(impl_->leaf_data == nullptr || impl_->leaf_data == data);
  impl_->leaf_data = data;
  return local(impl_->direct.function(name, reinterpret_cast<spi::NativeFunction>(leaf.entry)));
}

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

std::span<std::byte> Engine::bytes_of(Local value) const noexcept {
  if (!JSValueIsObject(impl_->context, raw(value))) return {};
  const JSObjectRef object = as_object(value);
  const JSTypedArrayType type = JSValueGetTypedArrayType(impl_->context, object, nullptr);
  if (type == kJSTypedArrayTypeNone) return {};
  if (type == kJSTypedArrayTypeArrayBuffer)
    return {static_cast<std::byte*>(JSObjectGetArrayBufferBytesPtr(impl_->context, object, nullptr)),
            JSObjectGetArrayBufferByteLength(impl_->context, object, nullptr)};
  auto* base = static_cast<std::byte*>(JSObjectGetTypedArrayBytesPtr(impl_->context, object, nullptr));
  if (base == nullptr) return {};
  return {base + JSObjectGetTypedArrayByteOffset(impl_->context, object, nullptr),
          JSObjectGetTypedArrayByteLength(impl_->context, object, nullptr)};
}

std::optional<std::size_t> Engine::uint8_length(Local value) const noexcept {
  const bool is_one = impl_->uint8_type != 0
                          ? cell(value).type() == impl_->uint8_type
                          : JSValueGetTypedArrayType(impl_->context, raw(value), nullptr) == kJSTypedArrayTypeUint8Array;
  if (!is_one) return std::nullopt;
  return JSObjectGetTypedArrayLength(impl_->context, as_object(value), nullptr);
}

Local Engine::bytes(std::span<const std::byte> copy_of) const {
  // Memory that the array takes over: asking it for its own would pin it, and a program may want to transfer it.
  void* memory = std::malloc(std::max<std::size_t>(copy_of.size(), 1));
  if (memory == nullptr) throw std::bad_alloc();
  if (!copy_of.empty()) std::memcpy(memory, copy_of.data(), copy_of.size());
  return local(JSObjectMakeTypedArrayWithBytesNoCopy(
      impl_->context, kJSTypedArrayTypeUint8Array, memory, copy_of.size(), [](void* bytes, void*) { std::free(bytes); }, nullptr,
      nullptr));
}

JsResult<Local> Engine::get(Local object, std::string_view key) const {
  JSValueRef exception = nullptr;
  const JSValueRef value = JSObjectGetProperty(impl_->context, as_object(object), JscString(key).get(), &exception);
  if (exception != nullptr) return std::unexpected(impl_->thrown(exception));
  return local(value);
}

JsResult<Local> Engine::get(Local object, Local key) const {
  JSValueRef exception = nullptr;
  const JSValueRef value = JSObjectGetPropertyForKey(impl_->context, as_object(object), raw(key), &exception);
  if (exception != nullptr) return std::unexpected(impl_->thrown(exception));
  return local(value);
}

JsResult<Local> Engine::assign(Local object, Local key, Local value) const {
  JSValueRef exception = nullptr;
  JSObjectSetPropertyForKey(impl_->context, as_object(object), raw(key), raw(value), kJSPropertyAttributeNone, &exception);
  if (exception != nullptr) return std::unexpected(impl_->thrown(exception));
  return value;
}

void Engine::set_prototype(Local object, Local prototype) const noexcept {
  JSObjectSetPrototype(impl_->context, as_object(object), raw(prototype));
}

bool Engine::has_bytes(Local value) const noexcept {
  return JSValueGetTypedArrayType(impl_->context, raw(value), nullptr) != kJSTypedArrayTypeNone;
}

JsResult<Local> Engine::get(Local object, std::uint32_t index) const {
  JSValueRef exception = nullptr;
  const JSValueRef value = JSObjectGetPropertyAtIndex(impl_->context, as_object(object), index, &exception);
  if (exception != nullptr) return std::unexpected(impl_->thrown(exception));
  return local(value);
}

void Engine::set(Local object, std::string_view key, Local value, bool enumerable) const {
  if (!object || kind(object) < Kind::object) return;  // it could not be made: no memory, or being stopped
  JSObjectSetProperty(impl_->context, as_object(object), JscString(key).get(), raw(value),
                      enumerable ? kJSPropertyAttributeNone : kJSPropertyAttributeDontEnum, nullptr);
}

void Engine::set(Local object, std::uint32_t index, Local value) const {
  JSObjectSetPropertyAtIndex(impl_->context, as_object(object), index, raw(value), nullptr);
}

JsResult<Local> Engine::evaluate(std::string_view source, std::string_view url, int first_line) {
  JSValueRef exception = nullptr;
  const JscString text(source), name(url);
  const JSValueRef value = JSEvaluateScript(impl_->context, text.get(), nullptr, name.get(), first_line, &exception);
  if (value != nullptr) return local(value);
  if (!impl_->terminating)
    if (const JSValueRef syntax = impl_->syntax_error(text.get(), name.get(), first_line)) exception = syntax;
  return std::unexpected(impl_->thrown(exception));
}

JsResult<Local> Engine::compile_function(std::string_view body, std::string_view url,
                                         std::span<const std::string_view> parameters) {
  return impl_->compile_function(impl_->context, body, url, parameters);
}

JsResult<Local> Engine::compile_apart(std::string_view body, std::string_view url, std::span<const std::string_view> parameters) {
  if (impl_->apart == nullptr) impl_->apart = JSGlobalContextCreateInGroup(impl_->group, nullptr);
  return impl_->compile_function(impl_->apart, body, url, parameters);
}

JsResult<Local> Engine::Impl::compile_function(JSContextRef where, std::string_view body, std::string_view url,
                                               std::span<const std::string_view> parameters) const {
  // JSObjectMakeFunction() would number lines from 3, so the function is an expression whose head shares line 1 with the body.
  std::string source = "(function (";
  for (const std::string_view parameter : parameters) source.append(parameter).append(", ");
  if (!parameters.empty()) source.resize(source.size() - 2);
  source.append(") {").append(body).append("\n})");
  JSValueRef exception = nullptr;
  const JscString name(url);
  const JSValueRef value = JSEvaluateScript(where, JscString(source).get(), nullptr, name.get(), 1, &exception);
  if (value != nullptr) return local(value);
  // The body alone gives the better message, unless it is only wrong as a function's body.
  if (const JSValueRef syntax = syntax_error(JscString(body).get(), name.get(), 1)) exception = syntax;
  return std::unexpected(thrown(exception));
}

JsResult<Local> Engine::call(Local callee, Local self, std::span<const Local> arguments) {
  JSValueRef exception = nullptr;
  const JSValueRef value =
      JSObjectCallAsFunction(impl_->context, as_object(callee), self ? as_object(self) : nullptr, arguments.size(),
                             reinterpret_cast<const JSValueRef*>(arguments.data()), &exception);
  if (value == nullptr) return std::unexpected(impl_->thrown(exception));
  return local(value);
}

void Engine::drain_microtasks() noexcept {
  if (impl_->symbols.drain_microtasks == nullptr || impl_->terminating) return;
  // A host function runs with the engine's lock dropped; draining needs it.
  JSLock(impl_->context);
  impl_->symbols.drain_microtasks(impl_->group);
  JSUnlock(impl_->context);
}

PromiseState Engine::promise_state(Local promise) const noexcept {
  if (!impl_->is_promise(promise)) return PromiseState::unknown;
  return static_cast<PromiseState>(impl_->symbols.promise_status(raw(promise), impl_->group));
}

Local Engine::promise_result(Local promise) const noexcept {
  const PromiseState state = promise_state(promise);
  if (state != PromiseState::fulfilled && state != PromiseState::rejected) return undefined();
  return local(impl_->symbols.promise_result(raw(promise), impl_->group));
}

bool Engine::promise_handled(Local promise) const noexcept {
  return impl_->is_promise(promise) && impl_->symbols.promise_is_handled(raw(promise), impl_->group);
}

void Engine::set_rejection_tracker(Local tracker) {
  JSGlobalContextSetUnhandledRejectionCallback(impl_->context, as_object(tracker), nullptr);
}

std::optional<Local> Engine::proxy_target(Local value) const noexcept {
  if (!impl_->capabilities.proxy_inspection || !JSValueIsObject(impl_->context, raw(value)) ||
      spi::cell_type(raw(value)) != impl_->proxy_type)
    return std::nullopt;
  if (impl_->proxy_fields && JSValueIsNull(impl_->context, spi::proxy_handler(raw(value)))) return null();
  const JSObjectRef target = JSObjectGetProxyTarget(as_object(value));
  return target == nullptr ? null() : local(target);  // a revoked one has none
}

void Engine::terminate() noexcept {
  impl_->terminating = true;
  JSContextGroupSetExecutionTimeLimit(
      impl_->group, 0, [](JSContextRef, void* data) { return static_cast<Impl*>(data)->terminating; }, impl_.get());
}

bool Engine::terminating() const noexcept { return impl_->terminating; }

void Engine::clear_termination() noexcept {
  impl_->terminating = false;
  JSContextGroupClearExecutionTimeLimit(impl_->group);
}

void Engine::block_jobs() noexcept {
  if (impl_->blocked || impl_->symbols.block_microtasks == nullptr) return;
  impl_->blocked = true;
  alignas(void*) std::byte scope[spi::kDelayScopeBytes];
  impl_->symbols.block_microtasks(scope, impl_->group);
  JSContextGroupRelease(impl_->group);  // the reference that the scope, never taken down, holds
}

bool Engine::take_collected() noexcept {
  return impl_->collected.load(std::memory_order_relaxed) && impl_->collected.exchange(false, std::memory_order_relaxed);
}

void Engine::collect_garbage() noexcept { JSSynchronousGarbageCollectForDebugging(impl_->context); }

Local Engine::memory_statistics() const { return local(JSGetMemoryUsageStatistics(impl_->context)); }

Engine::EventSource Engine::event_source() {
  return impl_->capabilities.event_source ? event_source_of_thread().query() : EventSource{};
}
void Engine::pump() noexcept {
  if (impl_->capabilities.event_source) event_source_of_thread().dispatch();
}

}  // namespace millrace::js
