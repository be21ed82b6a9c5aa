#include "subset/files/file_names.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "subset/files/plain_text.h"
#include "subset/words.h"

namespace millrace::subset {
namespace {

bool is_letter_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

void append_escaped(std::string& to, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  ((to += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
}

bool is_device(std::string_view name) {
  const std::string stem = folded(name.substr(0, name.find('.')));
  constexpr std::array<std::string_view, 4> kWords{"con", "prn", "aux", "nul"};
  if (std::ranges::find(kWords, stem) != kWords.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' && stem[3] <= '9';
}

std::string safe(std::string_view name) {
  const bool device = is_device(name);
  std::string made;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool plain = is_letter_or_digit(c) || c == '_' || (i > 0 && (c == '.' || c == '-'));
    if (plain && !(device && i == 0))
      made += c;
    else
      append_escaped(made, c);
  }
  return made;
}

/// ~ stands in no other name, so this one is nobody else's.
std::string with_hash(std::string_view made, std::string_view full) {
  const std::string end = "~" + hash_text(full);
  return std::string(made.substr(0, std::min(made.size(), kFileNameMax - end.size()))) + end;
}

}  // namespace

Result<std::vector<std::string>> file_names(const std::vector<TableName>& tables, std::string_view ending) {
  std::vector<std::string> names;
  std::map<std::string, std::size_t> seen;
  for (const TableName& table : tables) {
    const std::string full = table.to_string();
    std::string made = safe(full);
    if (made.size() > kFileNameMax) made = with_hash(made, full);
    ++seen[folded(made)];
    names.push_back(std::move(made));
  }
  std::set<std::string> taken;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // What tells "a.b" of "c" from "a" of "b.c" is where the schema ends, which their text does not say.
    const std::string full = tables[i].schema + '\0' + tables[i].name;
    if (seen[folded(names[i])] > 1) names[i] = with_hash(names[i], full);
    if (!taken.insert(folded(names[i])).second)
      return fail(Error(Errc::invalid_argument, "files: two tables have the same name").with("table", tables[i].to_string()));
    names[i] += ending;
  }
  return names;
}

}  // namespace millrace::subset
