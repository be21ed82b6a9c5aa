#include "observe/export/key_value_list.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include "observe/trimmed.h"

namespace millrace::observe {
namespace {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_key_values(std::string_view list) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view member = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (member.empty()) continue;
    const std::size_t equals = member.find('=');
    // The message names neither: lists of headers hold secrets.
    if (equals == std::string_view::npos) return fail(Errc::invalid_argument, "a member of the list has no '='");
    const std::string_view key = trimmed(member.substr(0, equals));
    if (key.empty()) return fail(Errc::invalid_argument, "a member of the list has no key");
    auto value = percent_decoded(trimmed(member.substr(equals + 1)));
    if (!value) return fail(Errc::invalid_argument, "a value of the list has a '%' without two hexadecimal digits");
    pairs.emplace_back(key, *std::move(value));
  }
  return pairs;
}

}  // namespace millrace::observe
