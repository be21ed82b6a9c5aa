#include "subset/postgres/arrays.h"

#include <string_view>

#include "subset/postgres/copy_text.h"

namespace millrace::subset {
namespace {

/// In quotes always: what is in them is never NULL, a comma or a brace.
bool append_quoted(std::string& made, std::string_view text) {
  if (text.contains('\0')) return false;
  made += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  made += '"';
  return true;
}

bool append_element(std::string& made, const Value& value) {
  switch (value.kind) {
    case ValueKind::null: made += "NULL"; return true;
    case ValueKind::integer: append_number(made, value.integer); return true;
    case ValueKind::real: append_number(made, value.real); return true;
    case ValueKind::text: return append_quoted(made, value.text);
    case ValueKind::bytes:
      made += R"("\\x)";
      append_hex(made, value.text);
      made += '"';
      return true;
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> array_literals(const Page& page) {
  std::vector<std::string> made(page.columns());
  for (std::size_t column = 0; column < made.size(); ++column) {
    std::string& literal = made[column];
    literal = '{';
    for (std::size_t row = 0; row < page.rows(); ++row) {
      if (row != 0) literal += ',';
      if (!append_element(literal, page.at(row, column)))
        return fail(Error(Errc::invalid_argument, "a key with a NUL in a text: PostgreSQL has no such text")
                        .with("row", std::to_string(row)));
    }
    literal += '}';
  }
  return made;
}

}  // namespace millrace::subset
