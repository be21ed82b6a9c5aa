// A key as bytes whose order is the order of keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

namespace millrace::subset {

/// Appends one field:
///   null      01
///   integer   02, 8 bytes, the highest first, with the sign turned over
///   real      03, 8 bytes likewise: the sign set when it was not, and every bit turned over when it was. So -0.0 is less than 0.0, and a NaN is beyond the infinity of its sign.
///   text      04, its bytes with FF behind each 00, then 00 00
///   bytes     05, the same
/// A text's end is less than whatever follows in a longer one, so a row is its fields one after the other.
void append_ordered(const Value& value, std::string& into);

/// Adds the row that `key` is. `unescaped`: memory to be used again. Errors: Errc::invalid_argument: no such key.
[[nodiscard]] Result<void> read_ordered(std::string_view key, Page& into, std::string& unescaped);

/// Errors: Errc::invalid_argument: another number of columns.
[[nodiscard]] Result<void> check_columns(const Page& page, std::size_t columns);
/// How many of `count` rows `page` has room for, when it has so many columns, which it gets when it is empty. Errors: as check_columns().
[[nodiscard]] Result<std::size_t> room_in(Page& page, std::size_t columns, std::size_t count);

}  // namespace millrace::subset
