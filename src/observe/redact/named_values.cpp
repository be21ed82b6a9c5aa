// Values that follow a hidden name in a text.
#include <algorithm>

#include "observe/redact/names.h"

namespace millrace::observe::detail {
namespace {

bool is_name(char c) noexcept { return is_alnum(c) || is_wide(c) || c == '_' || c == '-' || c == '.'; }
bool is_quote(char c) noexcept { return c == '"' || c == '\'' || c == '`'; }
bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr std::size_t kSpacesMax = 8;

/// The name in front of the '=' or ':' at `at`, with or without quotes; empty: there is none.
std::string_view name_before(std::string_view line, std::size_t at) noexcept {
  std::size_t end = at;
  while (end > 0 && is_space(line[end - 1]) && at - end < kSpacesMax) --end;
  // Inside of a text that is itself quoted, quotes have a backslash before them.
  if (end > 0 && is_quote(line[end - 1])) --end;
  while (end > 0 && line[end - 1] == '\\' && at - end < 2 * kSpacesMax) --end;
  if (end > 0 && line[end - 1] == ']') --end;  // [name]: of maps and tables
  std::size_t begin = end;
  while (begin > 0 && is_name(line[begin - 1]) && end - begin <= HiddenNames::kNameMax) --begin;
  const std::string_view name = line.substr(begin, end - begin);
  // A longer run of such characters is no name.
  if (name.size() > HiddenNames::kNameMax) return {};
  return name;
}

/// Behind colours of a terminal, ESC [ ... m.
std::size_t skip_colours(std::string_view line, std::size_t at) noexcept {
  while (at + 1 < line.size() && line[at] == '\x1b' && line[at + 1] == '[') {
    std::size_t end = at + 2;
    while (end < line.size() && (is_digit(line[end]) || line[end] == ';')) ++end;
    if (end == line.size() || line[end] != 'm') break;
    at = end + 1;
  }
  return at;
}

struct Value {
  std::size_t begin, end;
};

/// Of a text between quotes, which are left; `back` backslashes stand before each of them.
Value quoted(std::string_view line, std::size_t open, std::size_t back) noexcept {
  const char quote = line[open];
  std::size_t run = 0;
  for (std::size_t at = open + 1; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++run;
      continue;
    }
    if (line[at] == quote && run == back) return {open + 1, at - back};
    // Of a text with no backslashes before its quotes, a backslash hides the next character, so an even number of them hides none.
    if (line[at] == quote && back == 0 && run % 2 == 0) return {open + 1, at};
    run = 0;
  }
  return {open + 1, line.size()};
}

/// From `at` on, until `depth` brackets and all that open meanwhile are closed, or to the end of the line; `depth` is what is open then.
std::size_t brackets_end(std::string_view line, std::size_t at, std::uint32_t& depth) noexcept {
  bool unclosed[128] = {};  // quotes that nothing closes, such as an apostrophe: looked for once, so that time stays linear
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (is_quote(c) && !unclosed[static_cast<unsigned char>(c)]) {
      const Value inside = quoted(line, at, 0);
      if (inside.end < line.size())
        at = inside.end;
      else
        unclosed[static_cast<unsigned char>(c)] = true;
    } else if (c == '{' || c == '[' || c == '(') {
      ++depth;
    } else if ((c == '}' || c == ']' || c == ')') && --depth == 0) {
      return at + 1;
    }
  }
  return line.size();
}

bool ends_bare(char c) noexcept {
  return is_space(c) || is_quote(c) || c == ',' || c == ';' || c == '&' || c == ')' || c == ']' || c == '}' || c == '\r' ||
         c == '\x1b' || c == '\\';
}
std::size_t bare_end(std::string_view line, std::size_t at) noexcept {
  while (at < line.size() && !ends_bare(line[at])) ++at;
  return at;
}
bool is_word(std::string_view text, std::string_view lower) noexcept {
  return std::ranges::equal(text, lower, [](char a, char b) { return to_lower(a) == b; });
}
/// What stands before a credential and is none itself.
bool is_scheme(std::string_view word) noexcept {
  constexpr std::string_view kSchemes[] = {"bearer", "basic", "negotiate", "token", "apikey"};
  return std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return is_word(word, scheme); });
}
/// Headers whose value is a list, "a=b; c=d": all of it to the end of the line.
bool is_list(std::string_view name, std::string_view first_word) noexcept {
  constexpr std::string_view kCookie = "cookie";
  return (name.size() >= kCookie.size() && is_word(name.substr(name.size() - kCookie.size()), kCookie)) ||
         is_word(first_word, "digest") || is_word(first_word, "aws4-hmac-sha256");
}

Value value_at(std::string_view line, std::string_view name, std::size_t at, std::uint32_t& depth) noexcept {
  while (at < line.size() && is_space(line[at])) ++at;
  at = skip_colours(line, at);
  std::size_t open = at;
  while (open < line.size() && line[open] == '\\') ++open;
  if (open < line.size() && is_quote(line[open])) return quoted(line, open, open - at);
  if (at < line.size() && (line[at] == '{' || line[at] == '[' || line[at] == '(')) return {at, brackets_end(line, at, depth)};
  std::size_t end = bare_end(line, at);
  if (is_list(name, line.substr(at, end - at))) return {at, line.size() - (line.ends_with('\r') ? 1 : 0)};
  if (is_scheme(line.substr(at, end - at)) && end < line.size() && is_space(line[end])) end = bare_end(line, end + 1);
  return {at, end};
}

}  // namespace

void find_named_values(std::string_view line, const HiddenNames& names, std::uint32_t mask, OpenBrackets& open,
                       RedactionMatches& matches) {
  std::size_t at = 0;
  if (open.depth > 0) {
    at = brackets_end(line, 0, open.depth);
    if (at > 0) matches.push_back({0, at, mask});
    if (++open.lines >= OpenBrackets::kLinesMax) open.depth = 0;
    if (open.depth > 0) return;
  }
  for (;;) {
    at = find_either(line, ':', '=', at);
    if (at == std::string_view::npos) return;
    const std::string_view name = name_before(line, at);
    ++at;
    if (name.empty() || !names.has(name)) continue;
    // "=>" and ":=" assign, too.
    while (at < line.size() && (line[at] == '=' || line[at] == '>' || line[at] == ':')) ++at;
    open = {};
    const Value value = value_at(line, name, at, open.depth);
    if (value.begin < value.end) matches.push_back({value.begin, value.end, mask});
    at = std::max(at, value.end);
  }
}

}  // namespace millrace::observe::detail
