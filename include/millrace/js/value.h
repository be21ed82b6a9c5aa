// Value: a JavaScript value held from C++.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::js {

class RuntimeCore;

/// Keeps its value alive while it exists. Move-only.
/// Thread    the runtime's thread. Lifetime: may outlive the runtime; it is then empty, and operations answer Errc::closed.
/// Cost      a locked hash table entry each: for values that are kept, not for the thousands that pass by.
class Value {
 public:
  Value() noexcept = default;
  Value(Value&&) noexcept;
  Value& operator=(Value&&) noexcept;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value();

  [[nodiscard]] bool is_undefined() const;
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_boolean() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_object() const;  ///< functions too
  [[nodiscard]] bool is_function() const;
  /// JavaScript truthiness; false on an empty Value.
  [[nodiscard]] bool to_boolean() const;
  /// The number it is. Errors: Errc::invalid_argument when it is none; nothing is converted.
  [[nodiscard]] Result<double> to_number() const;
  /// As String(value), in UTF-8; may run JavaScript and answer its error.
  [[nodiscard]] Result<std::string> to_string() const;
  [[nodiscard]] Result<Value> get(std::string_view key) const;
  /// Calls it with `this` undefined. A checkpoint follows when the loop runs no callback just now.
  /// Errors: Errc::javascript_error with context name, message, stack; Errc::terminated after process.exit().
  Result<Value> call(std::span<const Value> arguments = {}) const;

 private:
  friend class RuntimeCore;
  Value(std::shared_ptr<RuntimeCore> core, const void* raw) noexcept;
  void swap(Value& other) noexcept;

  std::shared_ptr<RuntimeCore> core_;
  const void* raw_ = nullptr;
};

}  // namespace millrace::js
