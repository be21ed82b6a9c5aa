// UTF-8: which bytes are characters, and what stands for those that are none. Every room has the Encoding Standard's rule: one U+FFFD for
// each maximal part of a character that was begun, and for each byte that begins none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;
inline constexpr std::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

/// What a text begins with.
struct Utf8Character {
  char32_t code;       ///< U+FFFD for what is no character
  std::uint8_t bytes;  ///< that it takes, or that one U+FFFD stands for: 1 to 4
  bool valid;          ///< false: no character; a U+FFFD that was written is one
};

/// The first character of `text`, which is not empty.
/// Cost      a few nanoseconds. Always inlined: a result that is put together for a return makes decoding a text a quarter slower.
/// Source    https://encoding.spec.whatwg.org/#utf-8-decoder; Unicode, table 3-7 and "U+FFFD Substitution of Maximal Subparts"
[[nodiscard, gnu::always_inline]] constexpr Utf8Character first_character(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) -> std::uint32_t { return static_cast<std::uint8_t>(text[i]); };
  // Whether there is an i-th byte, and it is one of these.
  const auto is_in = [&](std::size_t i, std::uint32_t low, std::uint32_t high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const auto none_in = [](std::uint8_t bytes) { return Utf8Character{kReplacementCharacter, bytes, false}; };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  if (first < 0xC2 || first > 0xF4) return none_in(1);
  // What the second byte may be rules out overlong forms, surrogates and what lies beyond U+10FFFF; every later one is 80 to BF.
  if (first < 0xE0) {
    if (!is_in(1, 0x80, 0xBF)) return none_in(1);
    return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2, true};
  }
  if (first < 0xF0) {
    if (!is_in(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF)) return none_in(1);
    if (!is_in(2, 0x80, 0xBF)) return none_in(2);
    return {(first & 0xF) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3, true};
  }
  if (!is_in(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)) return none_in(1);
  if (!is_in(2, 0x80, 0xBF)) return none_in(2);
  if (!is_in(3, 0x80, 0xBF)) return none_in(3);
  return {(first & 0x7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4, true};
}

/// Bytes that a character takes. `code` is at most U+10FFFF.
[[nodiscard]] constexpr std::size_t utf8_length(char32_t code) noexcept {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
/// Writes them to `to`, which has room. The answer is their end. `code` is no surrogate: that would be no UTF-8.
constexpr char* put_utf8(char* to, char32_t code) noexcept {
  const auto put = [&to](char32_t byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) return put(code), to;
  if (code < 0x800) return put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F)), to;
  if (code < 0x10000) return put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F)), to;
  return put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F)),
         to;
}

/// `text` with U+FFFD for what is no character.
[[nodiscard]] std::string mended_utf8(std::string_view text);
/// The same in place. Cost: nothing is copied when all of it is UTF-8.
void mend_utf8(std::string& text);

/// `text`, cut to at most `bytes_max` bytes without breaking a character. Of what is no UTF-8, at most three bytes more go than need be.
[[nodiscard]] constexpr std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  // A byte 10xxxxxx continues a character that began before; no character has more than three of them.
  for (int back = 0; back < 3 && end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80; ++back) --end;
  return text.substr(0, end);
}
/// The same in place. Whether `text` was longer.
inline bool shorten_utf8(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return false;
  text.resize(cut_utf8(text, bytes_max).size());
  return true;
}

}  // namespace millrace
