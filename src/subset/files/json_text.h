// JSON: texts as strings, and whether a text is JSON.
#pragma once

#include <string>
#include <string_view>

namespace millrace::subset {

/// In quotes. Bytes from 0x80 on stay as they are.
void append_json_string(std::string& to, std::string_view text);

/// How deep arrays and objects may stand in each other for is_json().
inline constexpr int kJsonDepthMax = 128;
/// Whether `text`, which is UTF-8, is one value of JSON (RFC 8259) that every reader takes: no half of a surrogate pair, no deeper than kJsonDepthMax.
[[nodiscard]] bool is_json(std::string_view text) noexcept;

}  // namespace millrace::subset
