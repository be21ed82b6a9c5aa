#include <millrace/js/value.h>

#include <array>
#include <utility>

#include <millrace/js/function.h>
#include <millrace/js/remote_function.h>

#include "js/runtime_core.h"

namespace millrace::js {
namespace {

Error empty_error(std::string_view operation) {
  return Error(Errc::closed, std::string(operation) + ": the value is empty, or its runtime is destroyed");
}

}  // namespace

Value::Value(const Value& other) noexcept : root_(other.root_) {
  if (root_ != nullptr) RootTable::retain(*root_);
}
Value::~Value() {
  if (root_ != nullptr) RootTable::release(*root_);
}
RuntimeCore* Value::core() const noexcept { return root_ == nullptr ? nullptr : root_->table->core(); }
Local Value::local() const noexcept { return root_ == nullptr ? Local{} : Local{root_->raw.load(std::memory_order_relaxed)}; }

bool Value::is_kind(Kind kind) const {
  RuntimeCore* const core = this->core();
  return core != nullptr && core->read([&](Engine& engine) { return engine.kind(local()) == kind; });
}
bool Value::is_undefined() const { return is_kind(Kind::undefined); }
bool Value::is_null() const { return is_kind(Kind::null); }
bool Value::is_boolean() const { return is_kind(Kind::boolean); }
bool Value::is_number() const { return is_kind(Kind::number); }
bool Value::is_string() const { return is_kind(Kind::string); }
bool Value::is_object() const { return is_kind(Kind::object) || is_function(); }
bool Value::is_function() const { return is_kind(Kind::function); }

bool Value::strictly_equals(const Value& other) const {
  RuntimeCore* const core = this->core();
  return core != nullptr && core == other.core() &&
         core->read([&](Engine& engine) { return engine.strictly_equal(local(), other.local()); });
}

bool Value::to_boolean() const {
  RuntimeCore* const core = this->core();
  return core != nullptr && core->read([&](Engine& engine) { return engine.to_boolean(local()); });
}

Result<double> Value::to_number() const {
  RuntimeCore* const core = this->core();
  if (core == nullptr) return fail(empty_error("to_number"));
  if (!is_number()) return fail(Errc::invalid_argument, "to_number: the value is not a number");
  return core->read([&](Engine& engine) { return engine.number_of(local()); });
}

Result<std::string> Value::to_string() const {
  RuntimeCore* const core = this->core();
  if (core == nullptr) return fail(empty_error("to_string"));
  return core->to_text(local());
}

Result<Value> Value::get(std::string_view key) const {
  return detail::inside_for<Value>(*this, "get", [&](Scope& scope) -> Result<Value> {
    if (scope.kind(local()) < Kind::object)
      return fail(Error(Errc::invalid_argument, "get: the value is not an object").with("key", std::string(key)));
    const Result<Local> property = scope.get(local(), key);
    if (!property) return fail(property.error());
    return scope.keep(*property);
  });
}

Result<Value> Value::get(std::uint32_t index) const {
  return detail::inside_for<Value>(*this, "get", [&](Scope& scope) -> Result<Value> {
    if (scope.kind(local()) < Kind::object)
      return fail(Error(Errc::invalid_argument, "get: the value is not an object").with("index", std::to_string(index)));
    const Result<Local> property = scope.get(local(), index);
    if (!property) return fail(property.error());
    return scope.keep(*property);
  });
}

Result<void> Value::set(std::string_view key, const Value& value) const {
  return detail::inside_for<void>(*this, "set", [&](Scope& scope) -> Result<void> {
    if (scope.kind(local()) < Kind::object)
      return fail(Error(Errc::invalid_argument, "set: the value is not an object").with("key", std::string(key)));
    if (value.root_ != nullptr && value.core() != core())
      return fail(Errc::invalid_argument, "set: the property's value belongs to another runtime, or its runtime is destroyed");
    return scope.set(local(), key, scope.value(value));
  });
}

Result<bool> Value::has(std::string_view key) const {
  return detail::inside_for<bool>(*this, "has", [&](Scope& scope) -> Result<bool> {
    if (scope.kind(local()) < Kind::object)
      return fail(Error(Errc::invalid_argument, "has: the value is not an object").with("key", std::string(key)));
    return scope.has(local(), key);
  });
}

Result<std::vector<std::string>> Value::keys() const {
  return detail::inside_for<std::vector<std::string>>(*this, "keys", [&](Scope& scope) -> Result<std::vector<std::string>> {
    if (scope.kind(local()) < Kind::object) return fail(Errc::invalid_argument, "keys: the value is not an object");
    return scope.keys(local());
  });
}

Result<Value> Value::call(std::span<const Value> arguments) const { return call_with(Value(), arguments); }

Result<Value> Value::call_with(const Value& self, std::span<const Value> arguments) const {
  RuntimeCore* const core = this->core();
  if (core == nullptr) return fail(empty_error("call"));
  return core->call(*this, self, arguments);
}

/// The root is dropped where its table's loop thread comes by.
struct RemoteValue::Shared {
  explicit Shared(Root& kept) noexcept : root(kept) {}
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { root.table->give_up(root); }
  Root& root;
};

RemoteValue::RemoteValue(const Value& value) {
  if (RuntimeCore* const core = value.core()) shared_ = std::make_shared<Shared>(*core->keep_root(value.local()));
}

Value RemoteValue::get() const {
  RuntimeCore* const core = shared_ == nullptr ? nullptr : shared_->root.table->core();
  return core == nullptr ? Value() : core->keep({shared_->root.raw.load(std::memory_order_relaxed)});
}

Exception::Exception(Error error, const Value& thrown)
    : ErrorException(std::move(error)), thrown_(std::make_shared<RemoteValue>(thrown)) {}

Value Exception::thrown() const { return thrown_->get(); }

namespace detail {

Result<void> inside(const Value& value, std::string_view operation, void (*body)(Scope& scope, void* context), void* context) {
  RuntimeCore* const core = value.core();
  if (core == nullptr) return fail(empty_error(operation));
  return core->inside(operation, [&](Scope& scope) -> Result<void> {
    body(scope, context);
    return {};
  });
}

Ingress ingress_of(const Value& value) {
  RuntimeCore* const core = value.core();
  if (core == nullptr) throw ErrorException(empty_error("RemoteFunction"));
  return core->public_loop().ingress();
}

}  // namespace detail

}  // namespace millrace::js
