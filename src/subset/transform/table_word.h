// Which table a word means.
#pragma once

#include <cstddef>
#include <string_view>

#include <millrace/subset/schema.h>

namespace millrace::subset {

/// By its place in Schema::tables. `word` as the database spells it, with "schema." before it where it is ambiguous.
/// Errors    Errc::invalid_argument with context `table`: there is none, with the nearest that there is; or several.
/// Cost      a look at each table.
[[nodiscard]] Result<std::size_t> table_of_word(const Schema& schema, std::string_view word);
/// The place of the column of that name in Table::columns. Errors: as above, with `column`.
[[nodiscard]] Result<std::size_t> column_of_word(const Table& table, std::string_view word);

}  // namespace millrace::subset
