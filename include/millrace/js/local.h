// Local: a JavaScript value on the C++ stack, as converters and the runtime pass it on.
#pragma once

#include <cstdint>

namespace millrace::js {

/// A JavaScript value in a local variable, a parameter or a result: one word that owns nothing.
/// Lifetime  inside the call that it came from. The collector looks at the stack, not at the heap, so a Local that is stored anywhere else
///           (a member, a vector, a lambda's capture) may point to freed memory: keep a Value there.
/// Empty     means "no value", which is not the same as undefined.
struct Local {
  const void* raw = nullptr;
  [[nodiscard]] explicit operator bool() const noexcept { return raw != nullptr; }
};

enum class Kind : std::uint8_t { undefined, null, boolean, number, string, symbol, bigint, object, function };

}  // namespace millrace::js
