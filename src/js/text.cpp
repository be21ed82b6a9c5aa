#include "js/text.h"

#include <cstdint>
#include <cstring>

namespace millrace::js {
namespace {

constexpr char16_t kReplacement = 0xfffd;

/// The valid range of a sequence's second byte excludes overlong forms, surrogates and what lies beyond U+10FFFF (Unicode, table
/// 3-7).
struct Lead {
  int extra;
  unsigned char low, high;
};
Lead classify(unsigned char byte) noexcept {
  if (byte >= 0xc2 && byte <= 0xdf) return {1, 0x80, 0xbf};
  if (byte == 0xe0) return {2, 0xa0, 0xbf};
  if (byte == 0xed) return {2, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {2, 0x80, 0xbf};
  if (byte == 0xf0) return {3, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {3, 0x80, 0xbf};
  if (byte == 0xf4) return {3, 0x80, 0x8f};
  return {0, 1, 0};
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xc0 | (c >> 6)), put(0x80 | (c & 0x3f));
  if (c < 0x10000) return put(0xe0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3f)), put(0x80 | (c & 0x3f));
  put(0xf0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3f)), put(0x80 | ((c >> 6) & 0x3f)), put(0x80 | (c & 0x3f));
}

}  // namespace

bool is_ascii(std::string_view bytes) noexcept {
  std::uint64_t high = 0;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    high |= word;
  }
  for (; i < bytes.size(); ++i) high |= static_cast<unsigned char>(bytes[i]);
  return (high & 0x8080'8080'8080'8080ULL) == 0;
}

std::u16string utf8_to_utf16(std::string_view utf8) {
  std::u16string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[i++]);
    if (byte < 0x80) {
      out.push_back(byte);
      continue;
    }
    const Lead lead = classify(byte);
    char32_t c = lead.extra == 1 ? byte & 0x1fU : lead.extra == 2 ? byte & 0x0fU : byte & 0x07U;
    int seen = 0;
    for (; seen < lead.extra && i < utf8.size(); ++seen, ++i) {
      const auto next = static_cast<unsigned char>(utf8[i]);
      if (next < (seen == 0 ? lead.low : 0x80) || next > (seen == 0 ? lead.high : 0xbf)) break;
      c = (c << 6) | (next & 0x3fU);
    }
    // One replacement for each maximal part of a broken sequence, as every browser does.
    if (lead.extra == 0 || seen < lead.extra) {
      out.push_back(kReplacement);
    } else if (c < 0x10000) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      c -= 0x10000;
      out.push_back(static_cast<char16_t>(0xd800 | (c >> 10)));
      out.push_back(static_cast<char16_t>(0xdc00 | (c & 0x3ff)));
    }
  }
  return out;
}

std::string utf16_to_utf8(std::u16string_view utf16) {
  std::string out;
  out.reserve(utf16.size());
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    char32_t c = utf16[i];
    if (c >= 0xd800 && c <= 0xdfff) {
      const bool pair = c <= 0xdbff && i + 1 < utf16.size() && utf16[i + 1] >= 0xdc00 && utf16[i + 1] <= 0xdfff;
      c = pair ? 0x10000 + ((c - 0xd800) << 10) + (utf16[++i] - 0xdc00U) : char32_t{kReplacement};
    }
    append_utf8(out, c);
  }
  return out;
}

}  // namespace millrace::js
