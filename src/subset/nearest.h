// Which of the words that are known somebody may have meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace millrace::subset {

/// The word of `known` that takes the fewest changed, added, missing or swapped letters, upper and lower case alike and '-' for '_'; nothing when that is more than a third of the word. Of several
/// the first.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> known);
/// " (did you mean 'email'?)", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace millrace::subset
