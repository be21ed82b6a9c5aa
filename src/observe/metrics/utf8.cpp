#include "observe/metrics/utf8.h"

#include <utility>

namespace millrace::observe {

namespace {

struct LeadByte {
  std::size_t length = 0;       // zero: not the start of a character
  unsigned char lowest = 0x80;  // of the byte after it: no longer form than needed, no surrogate, nothing past U+10FFFF
  unsigned char highest = 0xBF;
};

LeadByte lead_byte(unsigned char byte) noexcept {
  if (byte < 0x80) return {.length = 1};
  if (byte >= 0xC2 && byte <= 0xDF) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .lowest = 0xA0};
  if (byte == 0xED) return {.length = 3, .highest = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .lowest = 0x90};
  if (byte >= 0xF1 && byte <= 0xF3) return {.length = 4};
  if (byte == 0xF4) return {.length = 4, .highest = 0x8F};
  return {};
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const LeadByte lead = lead_byte(at(0));
  if (lead.length <= 1) return lead.length;
  if (text.size() < lead.length || at(1) < lead.lowest || at(1) > lead.highest) return 0;
  for (std::size_t i = 2; i < lead.length; ++i)
    if ((at(i) & 0xC0) != 0x80) return 0;
  return lead.length;
}

void make_valid_utf8(std::string& text) {
  std::size_t valid = 0;
  while (valid < text.size()) {
    const std::size_t length = utf8_length(std::string_view(text).substr(valid));
    if (length == 0) break;
    valid += length;
  }
  if (valid == text.size()) return;
  std::string repaired = text.substr(0, valid);
  for (std::string_view rest = std::string_view(text).substr(valid); !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    if (length == 0)
      repaired += "\xEF\xBF\xBD";
    else
      repaired += rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  text = std::move(repaired);
}

}  // namespace millrace::observe
