// Any bytes become valid UTF-16, and that comes back as UTF-8 unchanged once it is well formed.
#include <cstdint>
#include <string_view>

#include <millrace/assert.h>

#include "js/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace::js;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::u16string units = utf8_to_utf16(bytes);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const bool high = units[i] >= 0xd800 && units[i] <= 0xdbff;
    const bool low = units[i] >= 0xdc00 && units[i] <= 0xdfff;
    MILLRACE_ASSERT(!low);
    if (high) MILLRACE_ASSERT(++i < units.size() && units[i] >= 0xdc00 && units[i] <= 0xdfff);
  }
  const std::string text = utf16_to_utf8(units);
  std::u16string in_place(look_at_utf8(bytes).utf16_units, u'\0');
  MILLRACE_ASSERT(decode_valid_utf8(bytes, in_place) == (text == bytes));
  if (text == bytes) MILLRACE_ASSERT(in_place == units);
  MILLRACE_ASSERT(utf8_to_utf16(text) == units);
  MILLRACE_ASSERT(utf16_to_utf8(utf8_to_utf16(text)) == text);
  if (is_ascii(bytes)) MILLRACE_ASSERT(text == bytes);
  return 0;
}
