// Columns of a page as array literals: what the $1, $2, ... of a list of keys are given.
#pragma once

#include <string>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

namespace millrace::subset {

/// One for each column, with an element for each row. Errors: Errc::invalid_argument: a text with a NUL.
[[nodiscard]] Result<std::vector<std::string>> array_literals(const Page& page);

}  // namespace millrace::subset
