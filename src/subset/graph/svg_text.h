// Text in a picture: escaped, and about how wide it gets.
#pragma once

#include <string>
#include <string_view>

namespace millrace::subset {

/// For text and for attributes in double quotes. Bytes that are no UTF-8, and characters that XML does not have, become U+FFFD.
[[nodiscard]] std::string xml_text(std::string_view text);

enum class Font { name, column, small };
/// In pixels, on the safe side: who reads it may have other fonts.
[[nodiscard]] int text_width(std::string_view text, Font font);
/// At most so wide, an ellipsis at the end of what was longer.
[[nodiscard]] std::string clipped(std::string_view text, Font font, int width);

}  // namespace millrace::subset
