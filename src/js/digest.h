// SHA-256, for names of cached texts and for noticing damage.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace millrace::js {

/// 64 hexadecimal digits of the parts, one after the other. Thread: any.
[[nodiscard]] std::string sha256(std::initializer_list<std::string_view> parts);

}  // namespace millrace::js
