// Value: a JavaScript value held from C++. Function and Object: the same with what only these can do.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <millrace/error.h>
#include <millrace/js/local.h>
#include <millrace/result.h>

namespace millrace::js {

class RuntimeCore;
class RemoteValue;
class Scope;
struct Root;
template <typename T>
struct Convert;

/// Keeps its value alive while it exists. Copies refer to the same value.
/// Thread    the runtime's thread, destruction included.
/// Lifetime  may outlive the runtime; it is then empty, and operations answer Errc::closed.
/// Cost      one word; making one takes a slot of a free list, copying and destroying counts. No lock, and nothing of the engine.
/// Errors    what JavaScript throws is Errc::javascript_error with context name, message and stack and with its `cause` chain; the thrown value itself
///           is in js::Exception (Error::exception_as). Errc::terminated after process.exit().
class Value {
 public:
  Value() noexcept = default;
  Value(const Value& other) noexcept;
  Value(Value&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  Value& operator=(Value other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~Value();

  [[nodiscard]] bool is_undefined() const;
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_boolean() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_object() const;  ///< functions too
  [[nodiscard]] bool is_function() const;
  /// False on an empty Value.
  [[nodiscard]] bool is_kind(Kind kind) const;
  /// The same value, as === sees it; two NaN are not.
  [[nodiscard]] bool strictly_equals(const Value& other) const;
  /// JavaScript truthiness; false on an empty Value.
  [[nodiscard]] bool to_boolean() const;
  /// The number it is. Errors: Errc::invalid_argument when it is none; nothing is converted.
  [[nodiscard]] Result<double> to_number() const;
  /// As String(value), in UTF-8; may run JavaScript and answer its error.
  [[nodiscard]] Result<std::string> to_string() const;
  /// The value as a T, by the rules of <millrace/js/convert.h>: a number is not made of a string. Errors: Errc::invalid_argument that says what
  /// was expected, what there was, and where inside the value.
  template <typename T>
  [[nodiscard]] Result<T> to() const;

  [[nodiscard]] Result<Value> get(std::string_view key) const;
  [[nodiscard]] Result<Value> get(std::uint32_t index) const;
  template <typename T, typename Key>
  [[nodiscard]] Result<T> get(const Key& key) const;
  /// Sets a property as an assignment would.
  Result<void> set(std::string_view key, const Value& value) const;
  template <typename T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Value>)
  Result<void> set(std::string_view key, T&& value) const;
  [[nodiscard]] Result<bool> has(std::string_view key) const;
  /// Own enumerable string keys, in JavaScript's order.
  [[nodiscard]] Result<std::vector<std::string>> keys() const;

  /// Calls it with `this` undefined. A checkpoint follows when the loop runs no callback just now.
  Result<Value> call(std::span<const Value> arguments = {}) const;
  Result<Value> call_with(const Value& self, std::span<const Value> arguments) const;
  /// Converts the arguments, calls, and converts the result to R: `f.invoke<double>(1, "two")`. R void ignores the result.
  template <typename R = Value, typename... Args>
  Result<R> invoke(Args&&... arguments) const;
  /// The same for the method `name`, with this value as `this`.
  template <typename R = Value, typename... Args>
  Result<R> invoke_method(std::string_view name, Args&&... arguments) const;

  [[nodiscard]] RuntimeCore* core() const noexcept;  ///< for the js room; null: empty

 private:
  friend class RuntimeCore;
  friend class Scope;
  friend class RemoteValue;
  explicit Value(Root* owned) noexcept : root_(owned) {}
  [[nodiscard]] Local local() const noexcept;

  Root* root_ = nullptr;
};

/// A Value that is an object: `value.to<Object>()` says so when it is none. Functions, arrays and everything else with properties are objects.
class Object : public Value {
 public:
  Object() noexcept = default;

 private:
  template <typename T>
  friend struct Convert;
  explicit Object(Value value) noexcept : Value(std::move(value)) {}
};

/// A Value that can be called: `value.to<Function>()`.
class Function : public Value {
 public:
  Function() noexcept = default;
  /// invoke(), as a call.
  template <typename R = Value, typename... Args>
  Result<R> operator()(Args&&... arguments) const;

 private:
  template <typename T>
  friend struct Convert;
  explicit Function(Value value) noexcept : Value(std::move(value)) {}
};

/// What JavaScript threw, as an exception of C++: kept in the Error that reports it, so that the same value arrives when the Error goes back.
/// Thread    thrown() is the runtime's thread's; the exception may be copied and destroyed anywhere.
class Exception : public ErrorException {
 public:
  Exception(Error error, const Value& thrown);
  /// Empty once its runtime is gone.
  [[nodiscard]] Value thrown() const;

 private:
  std::shared_ptr<RemoteValue> thrown_;
};

}  // namespace millrace::js
