// Credentials that say what they are.
#pragma once

#include <string_view>

#include "observe/redact/match.h"
#include "observe/redact/pattern.h"

namespace millrace::observe::detail {

class TokenFinder {
 public:
  TokenFinder();
  void find(std::string_view line, std::uint32_t mask, RedactionMatches& matches) const;

 private:
  Pattern any_;  ///< whether one of the next three finds something, in one search instead of three
  Pattern known_, schemes_, headers_, urls_;
};

}  // namespace millrace::observe::detail
