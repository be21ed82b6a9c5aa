// Fields as PostgreSQL writes them, into a page.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

namespace millrace::subset {

enum class FieldForm : std::uint8_t { text, integer, boolean, real, bytes };

/// How the columns of a result are read, by the types that it says they have.
[[nodiscard]] std::vector<FieldForm> field_forms(const PGresult* result);

/// Appends row `row` of `result` to `page`, which has as many columns as `forms`.
/// Errors    Errc::invalid_argument with context `column`: a field that is not what its type says. The row is there, with nulls.
/// Cost      no allocation while the page has room.
[[nodiscard]] Result<void> append_row(Page& page, const PGresult* result, int row, const std::vector<FieldForm>& forms);

}  // namespace millrace::subset
