// Texts of headers and lists without the blanks around them.
#pragma once

#include <string_view>

namespace millrace::observe {

/// `text` without the spaces and tabs at both ends: optional white space of RFC 9110, 5.6.3.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace millrace::observe
