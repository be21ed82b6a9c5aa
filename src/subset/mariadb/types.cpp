#include "subset/mariadb/types.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace millrace::subset::mariadb {
namespace {

constexpr unsigned kBinaryCharset = 63;

std::string_view without_trailing_zeros(std::string_view text) noexcept {
  if (!text.contains('.')) return text;
  while (text.ends_with('0')) text.remove_suffix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

}  // namespace

Reading reading_of(const MYSQL_FIELD& field) noexcept {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR: return Reading::integer;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE: return Reading::real;
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_TIME2:
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_DATETIME2: return Reading::time;
    case MYSQL_TYPE_TIMESTAMP:
    case MYSQL_TYPE_TIMESTAMP2: return Reading::moment;
    case MYSQL_TYPE_BIT:
    case MYSQL_TYPE_GEOMETRY: return Reading::bytes;
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_VARCHAR:
    case MYSQL_TYPE_VAR_STRING:
    case MYSQL_TYPE_STRING: return field.charsetnr == kBinaryCharset ? Reading::bytes : Reading::text;
    default: return Reading::text;  // decimals, dates, JSON of MySQL, and what is yet to be invented
  }
}

bool read_field(Reading reading, std::string_view text, Page& page, std::size_t row, std::size_t column) {
  const char* const end = text.data() + text.size();
  switch (reading) {
    case Reading::integer: {
      std::int64_t number = 0;
      const auto [stopped, error] = std::from_chars(text.data(), end, number);
      if (error == std::errc::result_out_of_range && stopped == end) {
        page.set_text(row, column, text);
        return true;
      }
      page.set(row, column, number);
      return error == std::errc() && stopped == end;
    }
    case Reading::real: {
      double number = 0;
      const auto [stopped, error] = std::from_chars(text.data(), end, number);
      page.set(row, column, number);
      return error == std::errc() && stopped == end;
    }
    case Reading::time: page.set_text(row, column, without_trailing_zeros(text)); return true;
    case Reading::moment: {
      const std::string_view kept = without_trailing_zeros(text);
      if (kept.starts_with("0000-00-00")) {
        page.set_text(row, column, kept);
        return true;
      }
      constexpr std::string_view kZone = "+00";
      char* const space = page.set_space(row, column, ValueKind::text, kept.size() + kZone.size());
      kept.copy(space, kept.size());
      kZone.copy(space + kept.size(), kZone.size());
      return true;
    }
    case Reading::text: page.set_text(row, column, text); return true;
    case Reading::bytes: page.set_bytes(row, column, text); return true;
  }
  return false;
}

ColumnClass class_of(std::string_view data_type) noexcept {
  static constexpr std::array<std::pair<std::string_view, ColumnClass>, 36> kClasses{{
      {"tinyint", ColumnClass::integer},
      {"smallint", ColumnClass::integer},
      {"mediumint", ColumnClass::integer},
      {"int", ColumnClass::integer},
      {"bigint", ColumnClass::integer},
      {"year", ColumnClass::integer},
      {"decimal", ColumnClass::decimal},
      {"float", ColumnClass::real},
      {"double", ColumnClass::real},
      {"char", ColumnClass::text},
      {"varchar", ColumnClass::text},
      {"tinytext", ColumnClass::text},
      {"text", ColumnClass::text},
      {"mediumtext", ColumnClass::text},
      {"longtext", ColumnClass::text},
      {"set", ColumnClass::text},
      {"inet4", ColumnClass::text},
      {"inet6", ColumnClass::text},
      {"binary", ColumnClass::bytes},
      {"varbinary", ColumnClass::bytes},
      {"tinyblob", ColumnClass::bytes},
      {"blob", ColumnClass::bytes},
      {"mediumblob", ColumnClass::bytes},
      {"longblob", ColumnClass::bytes},
      {"bit", ColumnClass::bytes},
      {"date", ColumnClass::date},
      {"time", ColumnClass::time},
      {"datetime", ColumnClass::timestamp},
      {"timestamp", ColumnClass::timestamp_tz},
      {"json", ColumnClass::json},
      {"uuid", ColumnClass::uuid},
      {"enum", ColumnClass::enumeration},
      {"numeric", ColumnClass::decimal},
      {"integer", ColumnClass::integer},
      {"real", ColumnClass::real},
      {"bool", ColumnClass::integer},
  }};
  for (const auto& [name, kind] : kClasses)
    if (name == data_type) return kind;
  return ColumnClass::other;
}

Result<std::vector<std::string>> labels_of(std::string_view column_type) {
  const auto wrong = [] { return fail(Errc::invalid_argument, "mariadb: an enumeration whose labels cannot be read"); };
  if (!column_type.starts_with("enum(") || !column_type.ends_with(")")) return wrong();
  std::string_view rest = column_type.substr(5, column_type.size() - 6);
  std::vector<std::string> labels;
  while (!rest.empty()) {
    if (rest[0] != '\'') return wrong();
    std::string label;
    std::size_t i = 1;
    for (;; ++i) {
      if (i >= rest.size()) return wrong();
      if (rest[i] == '\'') {
        if (i + 1 >= rest.size() || rest[i + 1] != '\'') break;
        ++i;
      }
      label += rest[i];
    }
    labels.push_back(std::move(label));
    rest = rest.substr(i + 1);
    if (rest.empty()) break;
    if (rest[0] != ',') return wrong();
    rest = rest.substr(1);
  }
  return labels;
}

std::int64_t greatest_id(std::string_view column_type) noexcept {
  const bool is_unsigned = column_type.contains("unsigned");
  const std::string_view name = column_type.substr(0, column_type.find_first_of("( "));
  const auto of_bits = [&](int bits) { return (std::int64_t{1} << (is_unsigned ? bits : bits - 1)) - 1; };
  if (name == "tinyint") return of_bits(8);
  if (name == "smallint") return of_bits(16);
  if (name == "mediumint") return of_bits(24);
  if (name == "int") return of_bits(32);
  if (name == "bigint") return std::numeric_limits<std::int64_t>::max();
  return 0;
}

}  // namespace millrace::subset::mariadb
