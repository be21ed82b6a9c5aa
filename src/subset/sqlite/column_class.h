// What kind of thing a column of SQLite is meant to hold.
#pragma once

#include <string_view>

#include <millrace/subset/schema.h>

namespace millrace::subset {

/// By the declared type, as SQLite itself goes by what is in its name, but with the names that other databases and people use. A type that says nothing, or nothing known, is
/// ColumnClass::any: SQLite keeps whatever it is given there.
[[nodiscard]] ColumnClass sqlite_column_class(std::string_view declared) noexcept;

}  // namespace millrace::subset
