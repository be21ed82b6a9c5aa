// Calls from JavaScript into C++: which engine and which function they mean.
#include <exception>
#include <utility>

#include "js/jsc/engine_impl.h"
#include "js/jsc/strings.h"

namespace millrace::js {

namespace {

/// All engines of this thread. The C API hands a host function nothing but the context and the function object, so this fact cannot be handed
/// in and lives here, invisible outside this file.
thread_local constinit Engine::Impl* first_on_thread = nullptr;

std::size_t hash_of(JSObjectRef object) noexcept {
  return (reinterpret_cast<std::uintptr_t>(object) >> 4) * 0x9e3779b97f4a7c15ULL >> 20;
}

}  // namespace

void Engine::Impl::enlist() noexcept { next_on_thread = std::exchange(first_on_thread, this); }

void Engine::Impl::strike() noexcept {
  Impl** link = &first_on_thread;
  while (*link != nullptr && *link != this) link = &(*link)->next_on_thread;
  MILLRACE_ASSERT(*link != nullptr);  // destroyed on another thread than the one that created it
  *link = next_on_thread;
}

Engine::Impl* Engine::Impl::of(JSContextRef context) noexcept {
  // Nearly always the first; a thread with several engines has a few.
  Impl* impl = first_on_thread;
  if (impl != nullptr && impl->context == context) return impl;
  const JSContextGroupRef group = JSContextGetGroup(context);
  while (impl != nullptr && impl->group != group) impl = impl->next_on_thread;
  return impl;
}

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

}  // namespace millrace::js
