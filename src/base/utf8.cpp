#include "base/utf8.h"

namespace millrace {
namespace {

// How many bytes at the front of `text` are characters.
std::size_t valid_front(std::string_view text) noexcept {
  std::size_t size = 0;
  while (size < text.size()) {
    const Utf8Character character = first_character(text.substr(size));
    if (!character.valid) break;
    size += character.bytes;
  }
  return size;
}

}  // namespace

std::string mended_utf8(std::string_view text) {
  std::string mended;
  mended.reserve(text.size());
  while (true) {
    const std::size_t valid = valid_front(text);
    mended += text.substr(0, valid);
    text.remove_prefix(valid);
    if (text.empty()) return mended;
    mended += kReplacementUtf8;
    text.remove_prefix(first_character(text).bytes);
  }
}

void mend_utf8(std::string& text) {
  if (valid_front(text) != text.size()) text = mended_utf8(text);
}

}  // namespace millrace
