#include "subset/mariadb/encode.h"

#include <array>
#include <charconv>
#include <cmath>

namespace millrace::subset::mariadb {
namespace {

template <typename Number>
void append_number(Number number, std::string& to) {
  std::array<char, 40> digits{};
  char* end = nullptr;
  if constexpr (std::is_floating_point_v<Number>)
    end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::scientific).ptr;
  else
    end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

void append_hex(std::string_view bytes, std::string& to) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    to += kDigits[byte >> 4];
    to += kDigits[byte & 15];
  }
}

/// Copies `text`, with what `replacement` gives for a character in its place. Whole runs at once: most texts have nothing to escape.
template <typename Replacement>
void append_escaped(std::string_view text, const Replacement& replacement, std::string& to) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view instead = replacement(text[i]);
    if (instead.empty()) continue;
    to.append(text, from, i - from);
    to += instead;
    from = i + 1;
  }
  to.append(text, from);
}

void append_quoted(std::string_view text, std::string& to) {
  to += '\'';
  append_escaped(
      text,
      [](char c) -> std::string_view {
        switch (c) {
          case '\0': return "\\0";
          case '\'': return "\\'";
          case '\\': return "\\\\";
          default: return {};
        }
      },
      to);
  to += '\'';
}

}  // namespace

Result<void> check_page(const Page& page, const std::vector<Column>& columns) {
  if (page.columns() != columns.size())
    return fail(Errc::invalid_argument, "mariadb: a page with " + std::to_string(page.columns()) +
                                            " columns for an insertion with " + std::to_string(columns.size()));
  for (std::size_t column = 0; column < columns.size(); ++column)
    for (std::size_t row = 0; row < page.rows(); ++row) {
      const Value value = page.at(row, column);
      if (value.kind == ValueKind::real && !std::isfinite(value.real))
        return fail(
            Error(Errc::invalid_argument, "mariadb: it has neither infinities nor NaN").with("column", columns[column].name));
    }
  return {};
}

std::string_view text_for(const Column& column, std::string_view text) noexcept {
  const bool moment = column.kind == ColumnClass::timestamp_tz || column.kind == ColumnClass::timestamp;
  return moment && text.ends_with("+00") ? text.substr(0, text.size() - 3) : text;
}

void append_literal(const Value& value, const Column* column, std::string& to) {
  switch (value.kind) {
    case ValueKind::null: to += "NULL"; return;
    case ValueKind::integer: append_number(value.integer, to); return;
    case ValueKind::real: append_number(value.real, to); return;
    case ValueKind::text: append_quoted(column == nullptr ? value.text : text_for(*column, value.text), to); return;
    case ValueKind::bytes:
      // Not X'..', which becomes a number where a number is expected.
      to += "_binary";
      append_quoted(value.text, to);
      return;
  }
}

void append_row(const Page& page, std::size_t row, const std::vector<Column>* columns, bool bare, std::string& to) {
  if (!bare) to += '(';
  for (std::size_t column = 0; column < page.columns(); ++column) {
    if (column != 0) to += ',';
    append_literal(page.at(row, column), columns == nullptr ? nullptr : &(*columns)[column], to);
  }
  if (!bare) to += ')';
}

bool fits_line(const Column& column) noexcept { return !column.type.starts_with("bit") && column.kind != ColumnClass::other; }

void append_line(const Page& page, std::size_t row, const std::vector<Column>& columns, const std::vector<bool>& hex,
                 std::string& to) {
  for (std::size_t column = 0; column < page.columns(); ++column) {
    if (column != 0) to += '\t';
    const Value value = page.at(row, column);
    switch (value.kind) {
      case ValueKind::null: to += "\\N"; break;
      case ValueKind::integer: append_number(value.integer, to); break;
      case ValueKind::real: append_number(value.real, to); break;
      case ValueKind::bytes: append_hex(value.text, to); break;
      case ValueKind::text:
        if (hex[column]) {
          append_hex(value.text, to);
          break;
        }
        append_escaped(
            text_for(columns[column], value.text),
            [](char c) -> std::string_view {
              switch (c) {
                case '\0': return "\\0";
                case '\t': return "\\t";
                case '\n': return "\\n";
                case '\\': return "\\\\";
                default: return {};
              }
            },
            to);
    }
  }
  to += '\n';
}

}  // namespace millrace::subset::mariadb
