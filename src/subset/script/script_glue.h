// The part of transforms that is JavaScript: what a module's default export means, and one call of it.
#pragma once

#include <string_view>

namespace millrace::subset {

/// An expression whose value is {accept, run}; script_thread.cpp calls both.
[[nodiscard]] std::string_view script_glue() noexcept;

/// What a module that imports "millrace:masks" gets.
inline constexpr std::string_view kMasksModule = "millrace:masks";
inline constexpr std::string_view kMasksSource = "export const mask = globalThis.mask;\nexport default mask;\n";

}  // namespace millrace::subset
