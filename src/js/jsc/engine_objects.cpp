// Properties, bytes, and objects of either language that hold one of the other.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "js/jsc/engine_impl.h"
#include "js/jsc/strings.h"

namespace millrace::js {

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

Local Engine::shared_numbers(std::span<double> numbers) const {
  return local(JSObjectMakeTypedArrayWithBytesNoCopy(
      impl_->context, kJSTypedArrayTypeFloat64Array, numbers.data(), numbers.size_bytes(), [](void*, void*) {}, nullptr, nullptr));
}

Local Engine::shared_bytes(std::span<std::byte> memory) const {
  return local(JSObjectMakeTypedArrayWithBytesNoCopy(
      impl_->context, kJSTypedArrayTypeUint8Array, memory.data(), memory.size(), [](void*, void*) {}, nullptr, nullptr));
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

bool Engine::has_bytes(Local value) const noexcept {
  return JSValueGetTypedArrayType(impl_->context, raw(value), nullptr) != kJSTypedArrayTypeNone;
}

namespace {

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

JSClassRef Engine::Impl::make_host_class() {
  JSClassDefinition definition = kJSClassDefinitionEmpty;
  definition.className = "Object";
  definition.attributes = kJSClassAttributeNoAutomaticPrototype;
  definition.finalize = [](JSObjectRef object) { finalize(JSObjectGetPrivate(object)); };
  return JSClassCreate(&definition);
}

Local Engine::host_object(Local prototype, std::unique_ptr<HostObject> host) const {
  auto box = std::make_unique<HostBox>(std::move(host), impl_->finalized);
  const JSObjectRef made = JSObjectMake(impl_->context, impl_->host_class, box.get());
  if (made == nullptr) return {};
  static_cast<void>(box.release());  // the object's
  if (prototype) JSObjectSetPrototype(impl_->context, made, raw(prototype));
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

}  // namespace millrace::js
