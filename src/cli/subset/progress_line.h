// A moment of a copy in one line of text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <millrace/subset/report.h>

namespace millrace::cli {

/// Columns that a terminal needs for UTF-8 text: two for wide letters, none for marks on others. What is no UTF-8 takes one a byte.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// At most `columns` wide: what is longer has ".." in its middle, since names often differ at both ends. Bytes that are no UTF-8 become '?', and what changes the direction of
/// text is left out.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

/// Never wider than `columns`. Where there is room: a bar, what is there of how much, rows a second, and how long it takes yet, of all and of the table at hand. The narrower, the
/// less of it: the share that is done goes last.
[[nodiscard]] std::string progress_line(const subset::Progress& progress, std::size_t columns);
/// For logs: no bar, as wide as it is.
inline constexpr std::size_t kAnyWidth = 1'000'000;

}  // namespace millrace::cli
