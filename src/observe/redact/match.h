// What the detectors of a redactor share: places in a line, and what stands for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace::observe::detail {

/// Bytes of a line that must not leave. Order: none; they may overlap.
struct RedactionMatch {
  std::size_t begin;
  std::size_t end;
  std::uint32_t mask;  ///< which of the redactor's masks stands for them
};
/// Allocates only when something matches.
using RedactionMatches = std::vector<RedactionMatch>;

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept { return is_upper(c) || is_lower(c); }
[[nodiscard]] constexpr bool is_alnum(char c) noexcept { return is_digit(c) || is_letter(c); }
/// A part of a character of UTF-8 that is not ASCII.
[[nodiscard]] constexpr bool is_wide(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }
[[nodiscard]] constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

/// Where one of two characters is next, or npos. Faster than find_first_of(), which asks for each character anew.
[[nodiscard]] constexpr std::size_t find_either(std::string_view text, char a, char b, std::size_t at) noexcept {
  for (; at < text.size(); ++at)
    if (text[at] == a || text[at] == b) return at;
  return std::string_view::npos;
}

}  // namespace millrace::observe::detail
