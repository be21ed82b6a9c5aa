// UTF-8 as exporters must write it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace::observe {

/// The length of the well-formed character that `text` starts with (Unicode, table 3-7), or zero. `text` is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// Each byte that belongs to no well-formed character becomes U+FFFD. Cost: nothing is copied when there is none.
void make_valid_utf8(std::string& text);

}  // namespace millrace::observe
