// Patterns by RE2.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <millrace/result.h>

#include "observe/redact/match.h"

namespace re2 {
class RE2;
}

namespace millrace::observe::detail {

/// One expression in RE2's syntax. Thread: any, several at once.
class Pattern {
 public:
  /// Errors    Errc::invalid_argument: RE2 refuses it, or it matches the empty text; Errc::full: longer or larger than RedactionLimits say. `number` counts from 1, for
  ///           the message.
  [[nodiscard]] static Result<Pattern> make(const std::string& expression, std::size_t number);
  /// One of ours, which is known to be right. Of a match only what its first group that took part holds counts, when it has groups.
  explicit Pattern(const std::string& expression);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  [[nodiscard]] bool matches(std::string_view line) const;
  /// Cost: RedactionLimits::kSearchFactor.
  void find(std::string_view line, std::uint32_t mask, RedactionMatches& matches,
            bool (*accept)(std::string_view match) = nullptr) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> compiled) noexcept;
  std::unique_ptr<re2::RE2> compiled_;
  int groups_ = 0;
};

}  // namespace millrace::observe::detail
