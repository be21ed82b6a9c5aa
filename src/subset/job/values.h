// Single values of a plan file: each function puts what is there into `into`, or says what it found and what it expected, and leaves `into` as it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "subset/job/mistakes.h"

namespace millrace::subset {

/// Any text but one with a NUL, which no database takes.
void read_text(Mistakes& mistakes, const Spot& at, std::string& into);
/// The same, and not empty.
void read_name(Mistakes& mistakes, const Spot& at, std::string& into);
/// A list of one name or more, none twice.
void read_names(Mistakes& mistakes, const Spot& at, std::vector<std::string>& into);
void read_truth(Mistakes& mistakes, const Spot& at, bool& into);
void read_number(Mistakes& mistakes, const Spot& at, std::uint64_t least, std::uint64_t most, std::size_t& into);
/// A whole number of at least 1.
void read_limit(Mistakes& mistakes, const Spot& at, std::optional<std::uint64_t>& into);
/// A whole number, or a text such as "8MiB".
void read_bytes(Mistakes& mistakes, const Spot& at, std::uint64_t least, std::uint64_t most, std::size_t& into);
/// "65536", or with KiB, MiB or GiB behind, "64KiB". Nothing when it is none of these, or does not fit.
[[nodiscard]] std::optional<std::uint64_t> bytes_of(std::string_view text);

/// Which of `words` is there; nothing, after a mistake, when none is.
[[nodiscard]] std::optional<std::size_t> read_word(Mistakes& mistakes, const Spot& at, std::span<const std::string_view> words);

}  // namespace millrace::subset
