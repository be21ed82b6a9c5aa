// Base64 as Infra defines it for atob() and btoa(): https://infra.spec.whatwg.org/#forgiving-base64
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace millrace::js {

[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }
/// With padding. `to` has room for base64_size(from.size()).
void base64_encode(std::span<const std::uint8_t> from, char* to) noexcept;

/// How many bytes are in text that is as base64_encode() writes it; nothing when it is not, by its length.
[[nodiscard]] std::optional<std::size_t> base64_plain_size(std::span<const std::uint8_t> from) noexcept;
/// Decodes such text, fast. False when it is something else, which base64_decode() may understand.
[[nodiscard]] bool base64_decode_plain(std::span<const std::uint8_t> from, std::span<char> to) noexcept;

enum class Base64Error : std::uint8_t {
  character,  ///< one that is not of the alphabet, or padding where none belongs
  length,     ///< a last group of one character, which holds no whole byte
};
struct Base64Result {
  std::size_t written = 0;
  std::optional<Base64Error> error;
};
/// Skips ASCII whitespace; padding may be missing, and bits that are left over are ignored.
/// `to` has room for a byte per character.
Base64Result base64_decode(std::span<const std::uint8_t> from, std::uint8_t* to) noexcept;

}  // namespace millrace::js
