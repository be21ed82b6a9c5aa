// The engine seam on JavaScriptCore: an engine's life, running code, jobs, stopping, and what the engine does by itself.
#include "js/engine.h"

#include <jsc/jsc.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

#include "base/scoped_flag.h"
#include "js/jsc/backtrace.h"
#include "js/jsc/engine_impl.h"
#include "js/jsc/event_source.h"
#include "js/jsc/strings.h"

namespace millrace::js {

namespace {

// The engine's run loop is one per thread, so what drives it is, too. It cannot be handed in and lives here, invisible outside this file.
struct ThreadEvents {
  EngineEventSource* source = nullptr;
  ~ThreadEvents() { delete std::exchange(source, nullptr); }
};
thread_local ThreadEvents thread_events;
EngineEventSource& event_source_of_thread() {
  if (thread_events.source == nullptr) thread_events.source = new EngineEventSource;
  return *thread_events.source;
}

}  // namespace

void Engine::Impl::limit_time(double seconds) noexcept {
  JSContextGroupSetExecutionTimeLimit(
      group, seconds,
      [](JSContextRef, void* data) {
        Impl& impl = *static_cast<Impl*>(data);
        impl.stop_asked = false;
        if (impl.terminating) return true;
        if (impl.interrupt_every > Duration::zero()) {
          const ScopedFlag inside{impl.in_interrupt};
          impl.interrupt(impl.interrupt_data);
        }
        if (impl.terminating) return true;
        impl.limit_time();  // the engine would begin to count anew with the next entry only
        return false;
      },
      this);
}

void Engine::Impl::limit_time() noexcept {
  if (interrupt_every > Duration::zero())
    limit_time(std::chrono::duration<double>(interrupt_every).count());
  else
    JSContextGroupClearExecutionTimeLimit(group);
}

namespace {
// Options of the engine are the process's, and nobody may change them once it runs.
std::atomic<bool> engine_began{false};
constexpr const char* kPollingTraps = "usePollingTraps";
}  // namespace

bool Engine::prepare_interrupts() noexcept {
  gboolean polls = FALSE;
  if (jsc_options_get_boolean(kPollingTraps, &polls) && polls) return true;
  if (engine_began.exchange(true)) return false;
  return jsc_options_set_boolean(kPollingTraps, TRUE) != FALSE;
}

bool Engine::disable_idle_collections() noexcept {
  void (*disable)() = nullptr;
  spi::find(disable, "JSDisableGCTimer");
  if (disable == nullptr) return false;
  {
    // Where the heap is, is found by its timers.
    const EngineEventSource::Scope scope(event_source_of_thread());
    const JSGlobalContextRef context = JSGlobalContextCreate(nullptr);
    if (context == nullptr) return false;
    HeapProbe().look_for(JSContextGetGroup(context), context);
    JSGlobalContextRelease(context);
  }
  disable();
  return true;
}

Engine::Engine(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<std::unique_ptr<Engine>> Engine::create(EngineOptions options) {
  if (options.sure_interrupts) prepare_interrupts();
  engine_began.store(true);
  auto impl = std::make_unique<Impl>();
  {
    // Only engine creation looks at the thread's default context; the engine remembers what it found.
    const EngineEventSource::Scope scope(event_source_of_thread());
    impl->group = JSContextGroupCreate();
    impl->context = impl->group == nullptr ? nullptr : JSGlobalContextCreateInGroup(impl->group, nullptr);
    Impl::prepare_collection_timers();
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
      [](JSContextGroupRef, void* data) {
        auto& ours = *static_cast<Impl*>(data);
        ours.collections.fetch_add(1, std::memory_order_relaxed);
        ours.collected.store(true, std::memory_order_relaxed);
      },
      engine->impl_.get());
  engine->impl_->host_class = Impl::make_host_class();
  engine->impl_->enlist();
  const Entry entry(*engine);
  if (!engine->impl_->check_value_words())
    return fail(Errc::engine_failure, "this build of JavaScriptCore represents values in a way that Millrace does not know");
  engine->impl_->find_capabilities();
  if (options.drain_outside) engine->impl_->capabilities.drain_inside_entry = false;
  if (options.c_api_only) engine->impl_->forget_cells();
  return engine;
}

Engine::~Engine() {
  event_source_of_thread().strike(this);
  impl_->strike();
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
  // There, its answer ends what runs. And not twice at a time: two timers of the watchdog's that go off together make the engine's assertions fail.
  if (!impl_->in_interrupt && !std::exchange(impl_->stop_asked, true)) impl_->limit_time(0);
}

bool Engine::terminating() const noexcept { return impl_->terminating; }

void Engine::clear_termination() noexcept {
  impl_->terminating = impl_->stop_asked = false;
  impl_->limit_time();
}

void Engine::set_interrupt(Duration every, void (*asked)(void* data), void* data) noexcept {
  impl_->interrupt_every = every;
  impl_->interrupt = asked;
  impl_->interrupt_data = data;
  if (!impl_->terminating && !impl_->in_interrupt) impl_->limit_time();  // there, it is done when the interrupt is over
}

void Engine::block_jobs() noexcept {
  if (impl_->blocked || impl_->symbols.block_microtasks == nullptr) return;
  impl_->blocked = true;
  alignas(void*) std::byte scope[spi::kDelayScopeBytes];
  impl_->symbols.block_microtasks(scope, impl_->group);
  JSContextGroupRelease(impl_->group);  // the reference that the scope, never taken down, holds
}

std::vector<Engine::Frame> Engine::stack(std::size_t frames_max) const {
  return frames_of(JscString(JSContextCreateBacktrace(impl_->context, static_cast<unsigned>(frames_max))).to_utf8());
}

bool Engine::take_collected() noexcept {
  return impl_->collected.load(std::memory_order_relaxed) && impl_->collected.exchange(false, std::memory_order_relaxed);
}

std::uint64_t Engine::collections() const noexcept { return impl_->collections.load(std::memory_order_relaxed); }

void Engine::collect_garbage() noexcept { JSSynchronousGarbageCollectForDebugging(impl_->context); }

Engine::HeapSize Engine::heap_size() const {
  if (!std::exchange(impl_->heap_looked_for, true)) impl_->heap.look_for(impl_->group, impl_->context);
  if (impl_->heap) return {.occupied = impl_->heap.occupied(), .alive = impl_->heap.alive()};
  const Local statistics = memory_statistics();
  const auto figure = [&](std::string_view name) {
    const JsResult<Local> value = get(statistics, name);
    return value ? static_cast<std::uint64_t>(std::max(0.0, number_of(*value))) : 0;
  };
  return {.occupied = figure("heapCapacity"), .alive = figure("heapSize") + figure("extraMemorySize")};
}

void Engine::forbid_eval(std::string_view message) noexcept {
  JSGlobalContextSetEvalEnabled(impl_->context, false, JscString(message).get());
}

Local Engine::memory_statistics() const { return local(JSGetMemoryUsageStatistics(impl_->context)); }

Engine::EventSource Engine::event_source() {
  if (!impl_->capabilities.event_source || !event_source_of_thread().watches(this)) return {};
  return event_source_of_thread().query();
}
void Engine::share_events(void (*look)(void* data), void* data) { event_source_of_thread().enlist(this, look, data); }
void Engine::pump() noexcept {
  if (impl_->capabilities.event_source) event_source_of_thread().dispatch();
}

}  // namespace millrace::js
