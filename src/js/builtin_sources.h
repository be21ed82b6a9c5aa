// The JavaScript half of the runtime, compiled into the binary from src/js/builtins/*.js.
#pragma once

#include <span>
#include <string_view>

namespace millrace::js {

struct BuiltinSource {
  std::string_view id;  ///< file name without .js; `timers/promises` is `timers_promises`
  std::string_view source;
};

/// Generated at build time (cmake/embed_builtins.cmake).
[[nodiscard]] std::span<const BuiltinSource> builtin_sources() noexcept;
/// Of everything a transformed source depends on besides its text: the files of src/js/transform and acorn.
[[nodiscard]] std::string_view transform_digest() noexcept;

}  // namespace millrace::js
