#include "observe/redact/private_key.h"

#include <algorithm>

namespace millrace::observe::detail {
namespace {

constexpr std::string_view kDashes = "-----", kBegin = "-----BEGIN ", kEnd = "-----END ", kWhat = "PRIVATE KEY";
/// "ENCRYPTED ", "OPENSSH ", " BLOCK": what else stands between the dashes.
constexpr std::size_t kLabelMax = 48;

/// Where the label of `line` that begins with `first` at `at` ends, when it is that of a private key; 0: it is not.
std::size_t label_end(std::string_view line, std::size_t at, std::string_view first) noexcept {
  if (line.substr(at, first.size()) != first) return 0;
  const std::string_view rest = line.substr(at + first.size(), kLabelMax);
  const std::size_t dashes = rest.find(kDashes);
  const std::string_view label = rest.substr(0, dashes);
  if (dashes == std::string_view::npos || label.find(kWhat) == std::string_view::npos) return 0;
  if (!std::ranges::all_of(label, [](char c) { return is_upper(c) || is_digit(c) || c == ' '; })) return 0;
  return at + first.size() + dashes + kDashes.size();
}

/// Base64, headers such as "DEK-Info: AES-128-CBC,00", and line breaks in the ways of other languages.
bool may_be_inside(char c) noexcept {
  return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == ':' || c == ',' || c == ' ' || c == '\\' ||
         c == '\r' || c == '\t';
}

/// Where the key ends whose inside begins at `at`; `inside`: it does not, in this line.
std::size_t key_end(std::string_view line, std::size_t at, bool& inside) noexcept {
  inside = false;
  for (; at < line.size(); ++at) {
    if (line[at] == '-')
      if (const std::size_t end = label_end(line, at, kEnd); end != 0) return end;
    if (!may_be_inside(line[at])) return at;
  }
  inside = true;
  return at;
}

}  // namespace

void find_private_keys(std::string_view line, std::uint32_t mask, bool& inside, RedactionMatches& matches) {
  std::size_t at = 0;
  if (inside) {
    at = key_end(line, 0, inside);
    if (at > 0) matches.push_back({0, at, mask});
  }
  while ((at = line.find(kBegin, at)) != std::string_view::npos) {
    const std::size_t label = label_end(line, at, kBegin);
    if (label == 0) {
      at += kBegin.size();
      continue;
    }
    const std::size_t end = key_end(line, label, inside);
    matches.push_back({at, end, mask});
    at = end;
  }
}

}  // namespace millrace::observe::detail
