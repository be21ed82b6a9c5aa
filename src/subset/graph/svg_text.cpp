#include "subset/graph/svg_text.h"

#include <algorithm>
#include <cstddef>

namespace millrace::subset {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// The character at the beginning: its bytes (0 when they are no UTF-8) and its number.
struct Character {
  std::size_t bytes = 0;
  char32_t number = 0;
};
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {.bytes = 1, .number = lead};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t number = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    number = number << 6 | (next & 0x3fU);
  }
  const bool shortest = bytes == 2 || (bytes == 3 ? number >= 0x800 : number >= 0x10000);
  if (!shortest || number > 0x10ffff || (number >= 0xd800 && number < 0xe000)) return {};
  return {.bytes = bytes, .number = number};
}

bool of_xml(char32_t number) {
  if (number < 0x20) return number == '\t' || number == '\n' || number == '\r';
  return number != 0x7f && (number < 0x80 || number >= 0xa0) && number != 0xfffe && number != 0xffff;
}

/// Tenths of a pixel.
int width_of(char32_t number, Font font) {
  const bool wide =
      number >= 0x1100 && (number < 0x1160 || (number >= 0x2e80 && number < 0xa4d0) || (number >= 0xac00 && number < 0xd7a4) ||
                           (number >= 0xf900 && number < 0xfb00) || (number >= 0xff00 && number < 0xff61) || number >= 0x1f000);
  switch (font) {
    case Font::name: return wide ? 140 : number >= 'A' && number <= 'Z' ? 100 : 88;
    case Font::column: return wide ? 125 : 70;
    case Font::small: return wide ? 115 : 62;
  }
  return 0;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const Character character = first_of(text);
    const std::size_t bytes = std::max<std::size_t>(character.bytes, 1);
    if (character.bytes == 0 || !of_xml(character.number)) {
      escaped += kReplacement;
    } else {
      switch (character.number) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\t': escaped += "&#9;"; break;  // XML would make spaces of them
        case '\n': escaped += "&#10;"; break;
        case '\r': escaped += "&#13;"; break;
        default: escaped += text.substr(0, bytes);
      }
    }
    text.remove_prefix(bytes);
  }
  return escaped;
}

int text_width(std::string_view text, Font font) {
  int tenths = 0;
  while (!text.empty()) {
    const Character character = first_of(text);
    tenths += width_of(character.number, font);
    text.remove_prefix(std::max<std::size_t>(character.bytes, 1));
  }
  return (tenths + 9) / 10;
}

std::string clipped(std::string_view text, Font font, int width) {
  if (text_width(text, font) <= width) return std::string(text);
  int tenths = width_of(U'\u2026', font);
  std::size_t end = 0;
  while (end < text.size()) {
    const Character character = first_of(text.substr(end));
    tenths += width_of(character.number, font);
    if (tenths > 10 * width) break;
    end += std::max<std::size_t>(character.bytes, 1);
  }
  return std::string(text.substr(0, end)) + "\xe2\x80\xa6";
}

}  // namespace millrace::subset
