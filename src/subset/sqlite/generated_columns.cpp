#include "subset/sqlite/generated_columns.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace millrace::subset {
namespace {

/// Behind what begins at `at`: a quoted text or name, a comment, a word, or one character.
std::size_t behind(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '\'' || c == '"' || c == '`' || c == '[') {
    const char end = c == '[' ? ']' : c;
    for (std::size_t i = at + 1; i < text.size(); ++i) {
      if (text[i] != end) continue;
      if (end != ']' && i + 1 < text.size() && text[i + 1] == end)
        ++i;  // a quote twice is one that belongs to it
      else
        return i + 1;
    }
    return text.size();
  }
  if (text.substr(at).starts_with("--")) return std::min(text.size(), text.find('\n', at));
  if (text.substr(at).starts_with("/*")) {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  const auto in_word = [](char one) {
    return std::isalnum(static_cast<unsigned char>(one)) != 0 || one == '_' || static_cast<unsigned char>(one) >= 0x80;
  };
  std::size_t end = at + 1;
  if (in_word(c))
    while (end < text.size() && in_word(text[end])) ++end;
  return end;
}

bool is_as(std::string_view word) { return word.size() == 2 && (word[0] | 0x20) == 'a' && (word[1] | 0x20) == 's'; }

}  // namespace

std::vector<std::string> generated_expressions(std::string_view create) {
  std::vector<std::string> all;
  std::size_t depth = 0, from = 0;
  bool after_as = false, in_expression = false;
  for (std::size_t at = 0, next = 0; at < create.size(); at = next) {
    next = behind(create, at);
    const std::string_view word = create.substr(at, next - at);
    if (word == "(") {
      if (++depth == 1) all.emplace_back();  // the list of columns
      if (depth == 2 && after_as) {
        in_expression = true;
        from = next;
      }
    } else if (word == ")") {
      if (depth == 2 && in_expression) {
        if (!all.empty()) all.back() = std::string(create.substr(from, at - from));
        in_expression = false;
      }
      if (depth == 0 || --depth == 0) break;
    } else if (word == "," && depth == 1) {
      all.emplace_back();
    }
    const bool blank = std::isspace(static_cast<unsigned char>(word[0])) != 0 || word.starts_with("--") || word.starts_with("/*");
    if (!blank) after_as = depth == 1 && is_as(word);
  }
  return all;
}

}  // namespace millrace::subset
