// UTF-8 and UTF-16, with the replacement character for what is malformed (WHATWG Encoding, "replacement" error mode).
#pragma once

#include <string>
#include <string_view>

namespace millrace::js {

[[nodiscard]] bool is_ascii(std::string_view bytes) noexcept;
[[nodiscard]] std::u16string utf8_to_utf16(std::string_view utf8);
[[nodiscard]] std::string utf16_to_utf8(std::u16string_view utf16);

}  // namespace millrace::js
