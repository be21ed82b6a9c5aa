// Hexadecimal digits as trace headers have them: lower case, of a fixed number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::observe {

inline void put_hex(std::string& text, std::uint64_t value, unsigned digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  while (digits-- > 0) text.push_back(kDigits[(value >> (4 * digits)) & 0xf]);
}

/// Null when a character is no lower-case digit. At most 16 characters.
[[nodiscard]] inline std::optional<std::uint64_t> parse_hex(std::string_view digits) noexcept {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c >= '0' && c <= '9')
      value = (value << 4) | static_cast<std::uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      value = (value << 4) | static_cast<std::uint64_t>(c - 'a' + 10);
    else
      return std::nullopt;
  }
  return value;
}

}  // namespace millrace::observe
