// Numbers of payment cards.
#pragma once

#include <string_view>

#include "observe/redact/match.h"

namespace millrace::observe::detail {

/// Cost: linear; at most 19 digits are looked at from each group of digits.
void find_cards(std::string_view line, std::uint32_t mask, RedactionMatches& matches);
/// By beginning, length and check digit (ISO/IEC 7812). `digits`: nothing else.
[[nodiscard]] bool is_card(std::string_view digits) noexcept;

}  // namespace millrace::observe::detail
