// Fields of a page as JavaScript sees them, and back.
//
//   integer    number while exact (up to 2^53 - 1), else BigInt; of a boolean column a boolean
//   real       number
//   text       string: texts, and decimals, dates, moments, UUIDs, JSON as page.h writes them
//   bytes      Uint8Array, a copy
//   NULL       null
#pragma once

#include <cstddef>
#include <string>

#include <millrace/js/scope.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

/// String(value); empty when that throws.
[[nodiscard]] std::string text_of(js::Scope& scope, js::Local value);
/// `column` may be null: then numbers are numbers.
[[nodiscard]] js::Local to_javascript(js::Scope& scope, const Value& value, const Column* column);

/// Nothing is guessed: what is neither of the kind that the field had nor of one that the column takes is an error, as is a number that is not whole where whole ones are.
/// `scratch`  where texts of the answer are.
/// Errors     Errc::invalid_argument: what was expected, and what there was; no content.
[[nodiscard]] Result<Value> from_javascript(js::Scope& scope, js::Local value, const Column* column, ValueKind before,
                                            std::string& scratch);

/// All fields of a column: {text, ends} where all are texts, else an array. Empty when the engine has no memory.
[[nodiscard]] js::Local column_to_javascript(js::Scope& scope, const Page& page, std::size_t place, const Column& column);

}  // namespace millrace::subset
