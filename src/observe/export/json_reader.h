// Reads as much JSON as the replies of a collector need. By hand, although our tests have a library for JSON: this is part of millrace::observe,
// which every user builds and which needs nothing but the standard library. The tests hold the reader to what that library says.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::observe {

/// Deeper objects and arrays are refused, so that no reply can use up the stack.
inline constexpr std::size_t kJsonDepthMax = 32;

/// Told of each text, number, true, false and null, and of the keys on the way to it. Texts come without their quotes and escapes, the others as
/// they are written. What is inside of an array is not told.
using JsonScalar = std::function<void(std::span<const std::string> path, std::string_view value)>;

/// Whether `text` is one well-formed object. Half a surrogate pair becomes U+FFFD.
/// Source    RFC 8259
[[nodiscard]] bool read_json_object(std::string_view text, const JsonScalar& on_scalar);

}  // namespace millrace::observe
