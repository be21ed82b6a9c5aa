// Fields as plain text: what files of several kinds share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "subset/words.h"

namespace millrace::subset {

/// As few digits as can be read back: "0.1", "1e+300". NaN, Infinity, -Infinity.
void append_real(std::string& to, double value);
/// RFC 4648, 4: with padding.
void append_base64(std::string& to, std::string_view bytes);
/// Nothing: it is not what append_base64() writes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// 64 bits of `bytes`: FNV-1a. Finds what a crash has torn, and protects from nobody.
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes) noexcept;
/// 16 hexadecimal digits.
[[nodiscard]] std::string hash_text(std::string_view bytes);

}  // namespace millrace::subset
