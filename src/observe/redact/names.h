// Names whose values are hidden whole.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <millrace/result.h>

#include "observe/redact/match.h"

namespace millrace::observe::detail {

/// A set of names, in which case, '-' and '_' make no difference and '*' at an end stands for anything.
class HiddenNames {
 public:
  /// Longer ones are hidden, too: nobody knows what is in them.
  static constexpr std::size_t kNameMax = 256;

  /// Errors    Errc::invalid_argument: no letter or digit in it, or '*' inside; Errc::full: RedactionLimits.
  [[nodiscard]] Result<void> add(std::string_view name);
  [[nodiscard]] bool empty() const noexcept { return exact_.empty() && wild_.empty(); }
  [[nodiscard]] bool has(std::string_view name) const noexcept;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };
  struct Wild {
    std::string text;
    bool any_before;
    bool any_after;
  };
  [[nodiscard]] bool has_plain(std::string_view plain) const noexcept;

  std::unordered_set<std::string, Hash, std::equal_to<>> exact_;
  std::vector<Wild> wild_;
};

/// Brackets of a hidden value that the lines so far did not close.
struct OpenBrackets {
  /// Lines that a value may go on for; what never closes its brackets must not hide everything for ever.
  static constexpr std::uint32_t kLinesMax = 1'000;
  std::uint32_t depth = 0;
  std::uint32_t lines = 0;
};

/// The values that follow hidden names in a text: `name=value`, `name: value`, `"name": "value"`, with what is between quotes or brackets whole. Cost: linear in the line,
/// times the number of names with '*'.
void find_named_values(std::string_view line, const HiddenNames& names, std::uint32_t mask, OpenBrackets& open,
                       RedactionMatches& matches);

}  // namespace millrace::observe::detail
