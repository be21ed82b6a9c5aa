// Rows of a page in the text form of COPY.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

#include "subset/words.h"

namespace millrace::subset {

/// Appends row `row`. `columns` say what the fields go into: truth is 0 and 1 in a page; a text that goes into bytes is its UTF-8.
/// Errors    Errc::invalid_argument with context `column` and `row`: a text with a NUL, and bytes for a column that is known to hold something else.
[[nodiscard]] Result<void> append_copy_row(std::string& made, const Page& page, std::size_t row,
                                           const std::vector<Column>& columns);

/// The shortest text that reads back as the same number; NaN, Infinity, -Infinity.
void append_number(std::string& made, double number);
void append_number(std::string& made, std::int64_t number);

}  // namespace millrace::subset
