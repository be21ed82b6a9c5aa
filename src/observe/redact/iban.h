// International bank account numbers.
#pragma once

#include <string_view>

#include "observe/redact/match.h"

namespace millrace::observe::detail {

/// Cost: linear; a fixed number of characters is looked at from each place.
void find_ibans(std::string_view line, std::uint32_t mask, RedactionMatches& matches);

}  // namespace millrace::observe::detail
