// Names of files for tables, whatever these are called.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

/// The longest name that is made, without `ending`. File systems take 255 bytes.
inline constexpr std::size_t kFileNameMax = 200;

/// A name for each table, with `ending` (".csv").
/// Form      schema.table. Bytes that are not [A-Za-z0-9_.-], a first . or -, and the first of names that Windows keeps for devices (con, nul, ...) are %2F. A name longer than
///           kFileNameMax ends in ~ and a hash of it all; so do names that differ only in case, as some file systems think these one.
/// Order     none: a table has the same name wherever it stands in `tables`.
/// Errors    Errc::invalid_argument: two tables of the same name.
[[nodiscard]] Result<std::vector<std::string>> file_names(const std::vector<TableName>& tables, std::string_view ending);

}  // namespace millrace::subset
