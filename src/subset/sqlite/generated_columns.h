// What computes the generated columns of a table of SQLite, which only the text that made it says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::subset {

/// `create`  a CREATE TABLE as sqlite_schema has it, which SQLite has understood.
/// Returns   for each column, in order, what stands in the parentheses behind AS; empty for others. Definitions of constraints, which come after all columns, give empty ones
///           at the end. Comments and quoted names are skipped as SQLite does.
[[nodiscard]] std::vector<std::string> generated_expressions(std::string_view create);

}  // namespace millrace::subset
