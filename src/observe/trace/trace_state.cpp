#include <algorithm>
#include <utility>
#include <vector>

#include <millrace/observe/trace_context.h>

#include "observe/trimmed.h"

namespace millrace::observe {
namespace {

constexpr std::size_t kLongMember = 128;  // what is longer goes first when the header must be cut

bool valid_key(std::string_view key) noexcept {
  const auto starts = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto follows = [&starts](char c) { return starts(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@'; };
  return !key.empty() && key.size() <= TraceState::kKeyMax && starts(key.front()) && std::ranges::all_of(key, follows);
}

bool valid_value(std::string_view value) noexcept {
  const auto allowed = [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; };
  return !value.empty() && value.size() <= TraceState::kValueMax && value.back() != ' ' && std::ranges::all_of(value, allowed);
}

/// Takes the text up to the next comma off the front.
std::string_view take_member(std::string_view& rest) noexcept {
  const std::size_t comma = std::min(rest.find(','), rest.size());
  const std::string_view member = rest.substr(0, comma);
  rest.remove_prefix(std::min(comma + 1, rest.size()));
  return member;
}

std::string_view key_of(std::string_view member) noexcept { return member.substr(0, member.find('=')); }

std::vector<std::string_view> members_of(std::string_view text) {
  std::vector<std::string_view> members;
  while (!text.empty()) members.push_back(take_member(text));
  return members;
}

std::string joined(std::span<const std::string_view> members) {
  std::string text;
  for (const std::string_view member : members) {
    if (!text.empty()) text += ',';
    text += member;
  }
  return text;
}

}  // namespace

TraceState::TraceState(std::string text) : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}

Result<TraceState> TraceState::parse(std::string_view header) {
  if (header.size() > kParsedMax) return fail(Errc::invalid_argument, "tracestate: longer than any list of 32 members");
  std::vector<std::string_view> members;
  while (!header.empty()) {
    const std::string_view member = trimmed(take_member(header));
    if (member.empty()) continue;
    const std::string_view key = key_of(member);
    if (key.size() == member.size() || !valid_key(key) || !valid_value(member.substr(key.size() + 1)))
      return fail(Errc::invalid_argument, "tracestate: a member is not key=value");
    if (std::ranges::find(members, key, key_of) != members.end())
      return fail(Errc::invalid_argument, "tracestate: a key comes twice");
    if (members.size() == kMembersMax) return fail(Errc::invalid_argument, "tracestate: more than 32 members");
    members.push_back(member);
  }
  return TraceState(joined(members));
}

std::size_t TraceState::size() const noexcept { return text_ ? 1 + static_cast<std::size_t>(std::ranges::count(*text_, ',')) : 0; }

std::optional<std::string_view> TraceState::get(std::string_view key) const noexcept {
  for (std::string_view rest = text(); !rest.empty();) {
    const std::string_view member = take_member(rest);
    if (key_of(member) == key) return member.substr(key.size() + 1);
  }
  return std::nullopt;
}

Result<TraceState> TraceState::with(std::string_view key, std::string_view value) const {
  if (!valid_key(key)) return fail(Errc::invalid_argument, "tracestate: the key cannot be sent");
  if (!valid_value(value)) return fail(Errc::invalid_argument, "tracestate: the value cannot be sent");
  const std::string front = std::string(key) + '=' + std::string(value);
  std::vector<std::string_view> members = members_of(text());
  std::erase_if(members, [key](std::string_view member) { return key_of(member) == key; });
  members.insert(members.begin(), front);
  if (members.size() > kMembersMax) members.pop_back();
  return TraceState(joined(members));
}

TraceState TraceState::without(std::string_view key) const {
  std::vector<std::string_view> members = members_of(text());
  if (std::erase_if(members, [key](std::string_view member) { return key_of(member) == key; }) == 0) return *this;
  return TraceState(joined(members));
}

std::string TraceState::to_header(std::size_t characters_max) const {
  std::size_t length = text().size();
  if (length <= characters_max) return std::string(text());
  std::vector<std::string_view> members = members_of(text());
  // From the end, first the long ones, then any: what stands in front was changed last and matters most.
  for (const std::size_t longer_than : {kLongMember, std::size_t{0}}) {
    for (std::size_t i = members.size(); i-- > 0 && length > characters_max;) {
      if (members[i].size() <= longer_than) continue;
      length -= std::min(length, members[i].size() + 1);  // and its comma; the last member of all has none
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return joined(members);
}

}  // namespace millrace::observe
