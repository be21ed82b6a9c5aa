#include "subset/postgres/copy_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace millrace::subset {
namespace {

/// What a byte of a text becomes behind a backslash; 1: no text of PostgreSQL has it; 0: it stays.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> made{};
  made[0] = 1;
  made['\\'] = '\\';
  made['\n'] = 'n';
  made['\r'] = 'r';
  made['\t'] = 't';
  return made;
}();

bool append_text(std::string& made, std::string_view text) {
  const char* from = text.data();
  const char* const end = from + text.size();
  for (const char* at = from; at != end; ++at) {
    const char escape = kEscapes[static_cast<unsigned char>(*at)];
    if (escape == 0) [[likely]]
      continue;
    if (escape == 1) return false;
    made.append(from, at);
    made += '\\';
    made += escape;
    from = at + 1;
  }
  made.append(from, end);
  return true;
}

const char* append_field(std::string& made, const Value& value, const Column& column) {
  switch (value.kind) {
    case ValueKind::null: made += "\\N"; return nullptr;
    case ValueKind::integer:
      if (column.kind == ColumnClass::boolean && (value.integer == 0 || value.integer == 1))
        made += value.integer == 1 ? 't' : 'f';
      else
        append_number(made, value.integer);
      return nullptr;
    case ValueKind::real: append_number(made, value.real); return nullptr;
    case ValueKind::bytes:
      if (column.kind != ColumnClass::bytes && column.kind != ColumnClass::any && column.kind != ColumnClass::other)
        return "bytes do not go into a column of another kind";
      break;
    case ValueKind::text:
      if (column.kind == ColumnClass::bytes) break;
      return append_text(made, value.text) ? nullptr : "a text with a NUL: PostgreSQL has no such text";
  }
  made += "\\\\x";
  append_hex(made, value.text);
  return nullptr;
}

}  // namespace

void append_number(std::string& made, std::int64_t number) {
  std::array<char, 24> digits{};
  made.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_number(std::string& made, double number) {
  if (std::isnan(number)) {
    made += "NaN";
  } else if (std::isinf(number)) {
    made += number < 0 ? "-Infinity" : "Infinity";
  } else {
    std::array<char, 32> digits{};
    made.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }
}

Result<void> append_copy_row(std::string& made, const Page& page, std::size_t row, const std::vector<Column>& columns) {
  for (std::size_t column = 0; column < columns.size(); ++column) {
    if (column != 0) made += '\t';
    if (const char* const wrong = append_field(made, page.at(row, column), columns[column]))
      return fail(Error(Errc::invalid_argument, wrong).with("column", columns[column].name).with("row", std::to_string(row)));
  }
  made += '\n';
  return {};
}

}  // namespace millrace::subset
