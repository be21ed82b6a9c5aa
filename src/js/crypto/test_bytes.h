// Vectors as texts, for tests.
#pragma once

#include <string>
#include <string_view>

#include "js/crypto/ssl.h"

namespace millrace::js::crypto {

/// Two digits a byte.
inline Bytes unhex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  Bytes made;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    made.push_back(static_cast<unsigned char>(value(digits[i]) * 16 + value(digits[i + 1])));
  return made;
}
inline std::string hex(View bytes) {
  std::string made;
  for (const unsigned char byte : bytes) made += {"0123456789abcdef"[byte / 16], "0123456789abcdef"[byte % 16]};
  return made;
}
/// Digits, or the error's name and text.
inline std::string hex(const Answer<Bytes>& bytes) {
  return bytes ? hex(View(*bytes)) : std::string(bytes.error().name) + ": " + std::string(bytes.error().text);
}
inline Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

}  // namespace millrace::js::crypto
