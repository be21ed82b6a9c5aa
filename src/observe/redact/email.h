// Addresses of electronic mail.
#pragma once

#include <string_view>

#include "observe/redact/match.h"

namespace millrace::observe::detail {

/// Cost: linear: what stands before an '@' is looked at once, what stands behind it at most twice.
void find_emails(std::string_view line, std::uint32_t mask, RedactionMatches& matches);

}  // namespace millrace::observe::detail
