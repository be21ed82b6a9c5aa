// Shortens text to a limit without leaving a part of a character behind.
#pragma once

#include <cstddef>
#include <string>

namespace millrace::observe {

/// Whether `text` was longer. In text that is not UTF-8, at most three bytes more go than need be.
inline bool shorten(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return false;
  std::size_t end = bytes_max;
  // A byte 10xxxxxx continues a character that began before; no character has more than three of them.
  for (int back = 0; back < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80; ++back) --end;
  text.resize(end);
  return true;
}

}  // namespace millrace::observe
