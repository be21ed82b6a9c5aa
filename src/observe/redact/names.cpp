#include "observe/redact/names.h"

#include <algorithm>
#include <string>

#include <millrace/observe/redaction.h>

namespace millrace::observe::detail {
namespace {

bool is_ignored(char c) noexcept { return c == '-' || c == '_'; }

}  // namespace

Result<void> HiddenNames::add(std::string_view name) {
  const auto refuse = [&](Errc code, const char* why) {
    return fail(Error(code, "the field name '" + std::string(name.substr(0, RedactionLimits::kFieldBytesMax)) + "' " + why));
  };
  if (name.size() > RedactionLimits::kFieldBytesMax) return refuse(Errc::full, "is longer than 128 bytes");
  if (exact_.size() + wild_.size() >= RedactionLimits::kFieldsMax)
    return refuse(Errc::full, "is one more than the 256 there may be");
  std::string_view middle = name;
  const bool any_before = middle.starts_with('*');
  if (any_before) middle.remove_prefix(1);
  const bool any_after = middle.ends_with('*');
  if (any_after) middle.remove_suffix(1);
  if (middle.find('*') != std::string_view::npos)
    return refuse(Errc::invalid_argument, "has a '*' that is neither its beginning nor its end");
  std::string plain;
  for (const char c : middle)
    if (!is_ignored(c)) plain += to_lower(c);
  if (std::ranges::none_of(plain, [](char c) { return is_alnum(c) || is_wide(c); }))
    return refuse(Errc::invalid_argument, "has no letter or digit");
  if (any_before || any_after)
    wild_.push_back({std::move(plain), any_before, any_after});
  else
    exact_.insert(std::move(plain));
  return {};
}

bool HiddenNames::has(std::string_view name) const noexcept {
  if (empty()) return false;
  if (name.size() > kNameMax) return true;
  char plain[kNameMax];
  std::size_t size = 0, last_part = 0;
  for (const char c : name) {
    if (is_ignored(c)) continue;
    plain[size++] = to_lower(c);
    if (c == '.') last_part = size;
  }
  return has_plain({plain, size}) || (last_part != 0 && has_plain({plain + last_part, size - last_part}));
}

bool HiddenNames::has_plain(std::string_view plain) const noexcept {
  if (exact_.contains(plain)) return true;
  return std::ranges::any_of(wild_, [&](const Wild& wild) {
    if (wild.any_before && wild.any_after) return plain.find(wild.text) != std::string_view::npos;
    return wild.any_before ? plain.ends_with(wild.text) : plain.starts_with(wild.text);
  });
}

}  // namespace millrace::observe::detail
