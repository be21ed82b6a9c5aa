#include "subset/ddl/declared.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace millrace::subset::ddl {
namespace {

/// Takes every occurrence of the word out; whether there was one.
bool take(std::string& text, std::string_view words) {
  bool found = false;
  for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos;) {
    const bool begins = at == 0 || text[at - 1] == ' ';
    const std::size_t end = at + words.size();
    if (!begins || (end != text.size() && text[end] != ' ')) {
      at = end;
      continue;
    }
    text.erase(at, words.size());
    found = true;
  }
  return found;
}

std::string in_single_spaces(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space)
      made += c;
    else if (!made.empty() && made.back() != ' ')
      made += ' ';
  }
  if (!made.empty() && made.back() == ' ') made.pop_back();
  return made;
}

std::optional<int> number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  int value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string one_spelling(std::string base) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kSpellings{{
      {"character varying", "varchar"},
      {"varying character", "varchar"},
      {"nvarchar", "varchar"},
      {"character", "char"},
      {"bpchar", "char"},
      {"nchar", "char"},
      {"integer", "int"},
      {"int4", "int"},
      {"serial", "int"},
      {"int2", "smallint"},
      {"smallserial", "smallint"},
      {"int8", "bigint"},
      {"bigserial", "bigint"},
      {"numeric", "decimal"},
      {"dec", "decimal"},
      {"fixed", "decimal"},
      {"double precision", "double"},
      {"float8", "double"},
      {"float4", "float"},
      {"bool", "boolean"},
      {"timetz", "time"},
      {"timestamptz", "timestamp"},
  }};
  const auto found = std::ranges::find(kSpellings, std::string_view(base), &std::pair<std::string_view, std::string_view>::first);
  return found == kSpellings.end() ? base : std::string(found->second);
}

}  // namespace

Declared declared(std::string_view type) {
  Declared made;
  std::string rest = folded(type);
  if (const std::size_t open = rest.find('('); open != std::string::npos) {
    const std::size_t close = rest.rfind(')');
    const std::string inside = close == std::string::npos || close < open ? std::string() : rest.substr(open + 1, close - open - 1);
    const std::size_t comma = inside.find(',');
    made.length = number(std::string_view(inside).substr(0, comma));
    if (made.length && comma != std::string::npos) made.scale = number(std::string_view(inside).substr(comma + 1));
    // In place of the parentheses a space: "timestamp(3)with time zone" has its words apart.
    rest.replace(open, close == std::string::npos || close < open ? std::string::npos : close - open + 1, 1, ' ');
  }
  rest = in_single_spaces(rest);
  made.without_sign = take(rest, "unsigned");
  if (take(rest, "zerofill")) made.without_sign = true;  // MariaDB: it has no sign either
  take(rest, "signed");
  made.zone = take(rest, "with time zone") || rest == "timestamptz" || rest == "timetz";
  take(rest, "without time zone");
  made.base = one_spelling(in_single_spaces(rest));
  return made;
}

int second_digits(Dialect dialect, const Declared& type) {
  if (dialect == Dialect::sqlite) return 6;  // it holds to nothing that is declared
  return std::clamp(type.length.value_or(dialect == Dialect::mariadb ? 0 : 6), 0, 6);
}

std::optional<IntegerRange> integer_range(Dialect dialect, const Declared& type) {
  if (dialect == Dialect::sqlite) return IntegerRange{};
  constexpr std::array<std::pair<std::string_view, int>, 6> kSizes{
      {{"tinyint", 1}, {"smallint", 2}, {"mediumint", 3}, {"int", 4}, {"bigint", 8}, {"year", 2}}};
  const auto found = std::ranges::find(kSizes, std::string_view(type.base), &std::pair<std::string_view, int>::first);
  if (found == kSizes.end()) return std::nullopt;
  return IntegerRange{.bytes = found->second, .without_sign = type.without_sign};
}

}  // namespace millrace::subset::ddl
