#include "subset/script/script_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "base/utf8.h"

namespace millrace::subset {
namespace {

constexpr double kSafe = 9007199254740991;  // 2^53 - 1

/// Kinds of columns whose fields are texts.
bool holds_text(ColumnClass kind) noexcept {
  switch (kind) {
    case ColumnClass::integer:
    case ColumnClass::boolean:
    case ColumnClass::real:
    case ColumnClass::bytes: return false;
    default: return true;
  }
}

bool takes(ColumnClass kind, ValueKind value) noexcept {
  if (kind == ColumnClass::any) return true;
  switch (value) {
    case ValueKind::null: return true;
    case ValueKind::integer: return kind == ColumnClass::integer || kind == ColumnClass::boolean;
    case ValueKind::real: return kind == ColumnClass::real;
    case ValueKind::text: return holds_text(kind);
    case ValueKind::bytes: return kind == ColumnClass::bytes;
  }
  return false;
}

/// How messages call what a column takes.
std::string_view wanted(ColumnClass kind) noexcept {
  switch (kind) {
    case ColumnClass::integer: return "a whole number or a BigInt";
    case ColumnClass::boolean: return "a boolean";
    case ColumnClass::real: return "a number";
    case ColumnClass::decimal: return "a string with a decimal number, a number or a BigInt";
    case ColumnClass::bytes: return "a Uint8Array";
    default: return "a string";
  }
}

Value number_text(double number, std::string& scratch) {
  std::array<char, 400> digits{};  // 309 digits before the point, and those behind it
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  scratch.assign(digits.data(), error == std::errc() ? end : digits.data());
  return Value::of(std::string_view(scratch));
}

}  // namespace

std::string text_of(js::Scope& scope, js::Local value) {
  if (scope.kind(value) == js::Kind::string) return scope.string_of(value);
  return scope.keep(value).to_string().value_or("");
}

js::Local to_javascript(js::Scope& scope, const Value& value, const Column* column) {
  switch (value.kind) {
    case ValueKind::null: return scope.null();
    case ValueKind::integer:
      if (column != nullptr && column->kind == ColumnClass::boolean) return scope.boolean(value.integer != 0);
      if (const auto number = static_cast<double>(value.integer); number >= -kSafe && number <= kSafe) return scope.number(number);
      return scope.bigint(value.integer);
    case ValueKind::real: return scope.number(value.real);
    case ValueKind::text: return scope.string(value.text);
    case ValueKind::bytes: return scope.bytes(std::as_bytes(std::span(value.text)));
  }
  return scope.null();
}

Result<Value> from_javascript(js::Scope& scope, js::Local value, const Column* column, ValueKind before, std::string& scratch) {
  const ColumnClass kind = column == nullptr ? ColumnClass::any : column->kind;
  const auto mismatch = [&] { return fail(scope.mismatch(wanted(kind), value)); };
  Value made;
  switch (scope.kind(value)) {
    case js::Kind::null: return made;
    case js::Kind::boolean:
      made = Value::of(std::int64_t{scope.truthy(value) ? 1 : 0});
      return kind == ColumnClass::boolean || kind == ColumnClass::any ? Result<Value>(made) : mismatch();
    case js::Kind::number: {
      const double number = scope.number_of(value);
      const bool whole = number == std::trunc(number) && std::abs(number) <= kSafe;
      if (kind == ColumnClass::real || before == ValueKind::real) return Value::of(number);
      if (kind == ColumnClass::decimal && before != ValueKind::integer) {
        if (!std::isfinite(number)) return mismatch();
        return number_text(number, scratch);
      }
      if (!whole && kind != ColumnClass::any) return mismatch();
      made = whole ? Value::of(static_cast<std::int64_t>(number)) : Value::of(number);
      break;
    }
    case js::Kind::bigint:
      if (kind != ColumnClass::integer && kind != ColumnClass::decimal && kind != ColumnClass::any && before != ValueKind::integer)
        return mismatch();
      if (const std::optional<std::int64_t> number = scope.int64_of(value); number && kind != ColumnClass::decimal) {
        made = Value::of(*number);
        break;
      }
      scratch = text_of(scope, value);  // beyond 64 bits whole numbers are texts
      return Value::of(std::string_view(scratch));
    case js::Kind::string:
      scratch = scope.string_of(value);
      made = Value::of(std::string_view(scratch));
      break;
    case js::Kind::object:
      if (const std::optional<std::span<std::byte>> bytes = scope.bytes_of(value)) {
        scratch.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
        made = Value::of_bytes(scratch);
        break;
      }
      return mismatch();
    default: return mismatch();
  }
  if (made.kind != before && !takes(kind, made.kind)) return mismatch();
  return made;
}

js::Local column_to_javascript(js::Scope& scope, const Page& page, std::size_t place, const Column& column) {
  const std::size_t rows = page.rows();
  bool texts = rows > 0;
  for (std::size_t row = 0; row < rows && texts; ++row) texts = page.at(row, place).kind == ValueKind::text;
  if (!texts) return scope.array(rows, [&](std::size_t row) { return to_javascript(scope, page.at(row, place), &column); });
  // One text and where each ends, in units of UTF-16, as JavaScript counts.
  std::string all;
  std::vector<std::uint32_t> ends(rows);
  std::uint32_t units = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view text = page.at(row, place).text;
    // A text that is no UTF-8 is read as such by itself: the end of one must not be taken for the beginning of the next.
    const std::size_t begin = all.size();
    all.append(text);
    bool ascii = true;
    for (const char each : text) ascii = ascii && static_cast<std::uint8_t>(each) < 0x80;
    if (ascii) {
      units += static_cast<std::uint32_t>(text.size());
    } else {
      std::string mended = mended_utf8(text);
      for (const char each : mended) {
        const auto byte = static_cast<std::uint8_t>(each);
        units += byte >= 0xF0 ? 2U : (byte & 0xC0) != 0x80 ? 1U : 0U;
      }
      all.replace(begin, std::string::npos, mended);
    }
    ends[row] = units;
  }
  js::Scope::List parts(scope);
  parts.push(scope.key("text"));
  parts.push(scope.string(all));
  parts.push(scope.key("ends"));
  parts.push(scope.bytes(std::as_bytes(std::span(ends))));  // the other side reads them as numbers of 32 bits
  return scope.object(parts.span());
}

}  // namespace millrace::subset
