#include "subset/job/values.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

namespace millrace::subset {
namespace {

using Kind = TreeNode::Kind;

bool is_text(Mistakes& mistakes, const Spot& at, std::string_view expected) {
  if (at.node.kind != Kind::text) {
    mistakes.add_expected(at, expected);
    return false;
  }
  if (at.node.text.contains('\0')) {
    mistakes.add(at, "a NUL character, which no database takes");
    return false;
  }
  return true;
}

std::string bytes_as_words(std::uint64_t bytes) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  if (bytes % kMiB == 0) return std::to_string(bytes / kMiB) + "MiB";
  return std::to_string(bytes / 1024) + "KiB";
}

}  // namespace

void read_text(Mistakes& mistakes, const Spot& at, std::string& into) {
  if (is_text(mistakes, at, "a text")) into = at.node.text;
}

void read_name(Mistakes& mistakes, const Spot& at, std::string& into) {
  if (!is_text(mistakes, at, "a name")) return;
  if (at.node.text.empty()) return mistakes.add_expected(at, "a name");
  into = at.node.text;
}

void read_names(Mistakes& mistakes, const Spot& at, std::vector<std::string>& into) {
  if (at.node.kind != Kind::list || at.node.items.empty())
    return at.node.kind == Kind::list ? mistakes.add(at, "an empty list; expected one name or more")
                                      : mistakes.add_expected(at, "a list of names, such as [\"id\"]");
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Spot item{.node = at.node.items[i], .up = &at, .item = i};
    std::string name;
    read_name(mistakes, item, name);
    if (name.empty()) continue;
    if (!seen.insert(item.node.text).second) mistakes.add(item, Mistakes::found(item.node) + " for the second time");
    into.push_back(std::move(name));
  }
}

void read_truth(Mistakes& mistakes, const Spot& at, bool& into) {
  if (at.node.kind != Kind::boolean) return mistakes.add_expected(at, "true or false");
  into = at.node.truth;
}

void read_number(Mistakes& mistakes, const Spot& at, std::uint64_t least, std::uint64_t most, std::size_t& into) {
  const bool fits = at.node.kind == Kind::integer && at.node.integer >= 0 && static_cast<std::uint64_t>(at.node.integer) >= least &&
                    static_cast<std::uint64_t>(at.node.integer) <= most;
  if (!fits) return mistakes.add_expected(at, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  into = static_cast<std::size_t>(at.node.integer);
}

void read_limit(Mistakes& mistakes, const Spot& at, std::optional<std::uint64_t>& into) {
  // 0 would copy nothing, and who writes it may well mean that there is no limit.
  if (at.node.kind != Kind::integer || at.node.integer < 1) return mistakes.add_expected(at, "a whole number of at least 1");
  into = static_cast<std::uint64_t>(at.node.integer);
}

std::optional<std::uint64_t> bytes_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  std::string_view unit(rest, end);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  constexpr std::array<std::string_view, 4> kUnits{"", "KiB", "MiB", "GiB"};
  const auto* const which = std::ranges::find(kUnits, unit);
  if (which == kUnits.end()) return std::nullopt;
  const auto shift = static_cast<unsigned>(10 * (which - kUnits.begin()));
  if (number > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
  return number << shift;
}

void read_bytes(Mistakes& mistakes, const Spot& at, std::uint64_t least, std::uint64_t most, std::size_t& into) {
  std::optional<std::uint64_t> bytes;
  if (at.node.kind == Kind::text) bytes = bytes_of(at.node.text);
  if (at.node.kind == Kind::integer && at.node.integer >= 0) bytes = static_cast<std::uint64_t>(at.node.integer);
  if (!bytes || *bytes < least || *bytes > most)
    return mistakes.add_expected(at, "from " + bytes_as_words(least) + " to " + bytes_as_words(most) +
                                         ", as a number of bytes or a text with KiB, MiB or GiB");
  into = static_cast<std::size_t>(*bytes);
}

std::optional<std::size_t> read_word(Mistakes& mistakes, const Spot& at, std::span<const std::string_view> words) {
  if (at.node.kind == Kind::text)
    if (const auto which = std::ranges::find(words, std::string_view(at.node.text)); which != words.end())
      return static_cast<std::size_t>(which - words.begin());
  std::string expected;
  for (std::size_t i = 0; i < words.size(); ++i)
    expected.append(i == 0 ? "\"" : i + 1 == words.size() ? " or \"" : ", \"").append(words[i]).append("\"");
  mistakes.add_expected(at, expected);
  return std::nullopt;
}

}  // namespace millrace::subset
