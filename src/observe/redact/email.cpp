#include "observe/redact/email.h"

#include <algorithm>

namespace millrace::observe::detail {
namespace {

/// What an address is made of before its '@'. Of what the standard also allows, "=", "/", "'" and the like usually belong to the text around it.
bool is_local(char c) noexcept { return is_alnum(c) || is_wide(c) || c == '.' || c == '_' || c == '+' || c == '-' || c == '%'; }
bool is_domain(char c) noexcept { return is_alnum(c) || is_wide(c) || c == '.' || c == '-'; }

/// Where the domain that begins at `begin` ends; 0: it is none.
std::size_t domain_end(std::string_view line, std::size_t begin) noexcept {
  std::size_t end = begin;
  while (end < line.size() && is_domain(line[end])) ++end;
  while (end > begin && (line[end - 1] == '.' || line[end - 1] == '-')) --end;  // of the sentence
  const std::string_view domain = line.substr(begin, end - begin);
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return 0;
  const std::string_view top = domain.substr(dot + 1);
  return top.size() >= 2 && !std::ranges::all_of(top, is_digit) ? end : 0;
}

}  // namespace

void find_emails(std::string_view line, std::uint32_t mask, RedactionMatches& matches) {
  std::size_t floor = 0;  // what stands before it was looked at already
  for (std::size_t at = 0;;) {
    at = find_either(line, '@', '%', at);
    if (at == std::string_view::npos) return;
    std::size_t domain = at + 1;
    if (line[at] == '%') {
      if (line.substr(at, 3) != "%40") {
        ++at;
        continue;
      }
      domain = at + 3;
    }
    std::size_t begin = at;
    while (begin > floor && is_local(line[begin - 1])) --begin;
    const std::size_t end = begin == at ? 0 : domain_end(line, domain);
    if (end != 0) matches.push_back({begin, end, mask});
    at = end != 0 ? end : domain;
    floor = at;
  }
}

}  // namespace millrace::observe::detail
