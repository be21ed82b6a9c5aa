// Private keys in PEM, which go over many lines.
#pragma once

#include <string_view>

#include "observe/redact/match.h"

namespace millrace::observe::detail {

/// Effect    everything from "-----BEGIN ... PRIVATE KEY-----" to the line that ends it, or to the first character that a key cannot hold. `inside` says whether the line
///           before left a key open, and afterwards whether this one does. Line breaks that are written as "\n" belong to the key.
/// Cost      linear.
void find_private_keys(std::string_view line, std::uint32_t mask, bool& inside, RedactionMatches& matches);

}  // namespace millrace::observe::detail
