// Text for receivers that take nothing but UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "observe/metrics/utf8.h"

namespace millrace::observe {

/// Each byte of `text` that belongs to no character becomes U+FFFD.
[[nodiscard]] inline std::string valid_text(std::string_view text) {
  std::string valid(text);
  make_valid_utf8(valid);
  return valid;
}

}  // namespace millrace::observe
