// Fields as the server reads them: literals of a statement, and lines of LOAD DATA.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::mariadb {

/// Errors    Errc::invalid_argument with `column`: NaN or an infinity, which MariaDB has no numbers for. Cost: a look at each field of reals.
[[nodiscard]] Result<void> check_page(const Page& page, const std::vector<Column>& columns);

/// What a text for the column is without what MariaDB does not read: the "+00" of a moment.
[[nodiscard]] std::string_view text_for(const Column& column, std::string_view text) noexcept;

/// Appends a literal. Any text and any bytes can be said. `column` may be null.
void append_literal(const Value& value, const Column* column, std::string& to);
/// Appends "(1,'x')" for a row of the page; a page of one column gives "1" with `bare`.
void append_row(const Page& page, std::size_t row, const std::vector<Column>* columns, bool bare, std::string& to);

/// True: every field of such a column means the same in a line of LOAD DATA as in a literal. Bits do not: a line has their bytes.
[[nodiscard]] bool fits_line(const Column& column) noexcept;
/// Appends a line of LOAD DATA: tabs between, \ before what would be mistaken, \N for null.
/// `hex`  columns whose texts and bytes are written as hexadecimal digits.
void append_line(const Page& page, std::size_t row, const std::vector<Column>& columns, const std::vector<bool>& hex,
                 std::string& to);

}  // namespace millrace::subset::mariadb
