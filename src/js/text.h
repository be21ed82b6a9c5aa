// UTF-8, UTF-16 and single bytes, with the replacement character for what is malformed (WHATWG Encoding, "replacement" error mode).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace millrace::js {

[[nodiscard]] bool is_ascii(std::string_view bytes) noexcept;
[[nodiscard]] std::u16string utf8_to_utf16(std::string_view utf8);
[[nodiscard]] std::string utf16_to_utf8(std::u16string_view utf16);
/// From one byte per character, U+0000 to U+00FF.
[[nodiscard]] std::string latin1_to_utf8(std::string_view latin1);
[[nodiscard]] std::u16string latin1_to_utf16(std::string_view latin1);

// The same into memory of the caller's, and what else decoders need.

struct Decoded {
  std::size_t units;  ///< written to `to`
  bool malformed;     ///< something was replaced
};
/// `to` has room for utf8.size() units.
Decoded decode_utf8(std::string_view utf8, char16_t* to) noexcept;
/// `to` has room for (bytes.size() + 1) / 2 units.
Decoded decode_utf16(std::string_view bytes, bool big_endian, char16_t* to) noexcept;
/// `to` has room for bytes.size() units. Every byte has a meaning.
Decoded decode_windows_1252(std::string_view bytes, char16_t* to) noexcept;

struct Utf8Facts {
  std::size_t utf16_units;  ///< if it is well-formed; else, some number
  bool is_ascii;
};
[[nodiscard]] Utf8Facts look_at_utf8(std::string_view utf8) noexcept;
/// False, and something written, when it is not well-formed.
[[nodiscard]] bool decode_valid_utf8(std::string_view utf8, std::span<char16_t> to) noexcept;

struct Encoded {
  std::size_t read, written;
};
/// As many whole characters as fit; never half of a surrogate pair.
Encoded encode_utf8(std::u16string_view utf16, std::span<char> to) noexcept;
/// From one byte per character, U+0000 to U+00FF.
Encoded encode_utf8(std::string_view latin1, std::span<char> to) noexcept;
[[nodiscard]] std::size_t utf8_size(std::u16string_view utf16) noexcept;
[[nodiscard]] std::size_t utf8_size(std::string_view latin1) noexcept;

}  // namespace millrace::js
