#include "observe/redact/iban.h"

#include <algorithm>
#include <array>

namespace millrace::observe::detail {
namespace {

struct Country {
  char code[3];
  unsigned char characters;
};
/// The countries of the IBAN registry (ISO 13616) and the length of their numbers.
constexpr std::array kCountries{
    Country{"AD", 24}, Country{"AE", 23}, Country{"AL", 28}, Country{"AT", 20}, Country{"AZ", 28}, Country{"BA", 20},
    Country{"BE", 16}, Country{"BG", 22}, Country{"BH", 22}, Country{"BI", 27}, Country{"BR", 29}, Country{"BY", 28},
    Country{"CH", 21}, Country{"CR", 22}, Country{"CY", 28}, Country{"CZ", 24}, Country{"DE", 22}, Country{"DJ", 27},
    Country{"DK", 18}, Country{"DO", 28}, Country{"EE", 20}, Country{"EG", 29}, Country{"ES", 24}, Country{"FI", 18},
    Country{"FK", 18}, Country{"FO", 18}, Country{"FR", 27}, Country{"GB", 22}, Country{"GE", 22}, Country{"GI", 23},
    Country{"GL", 18}, Country{"GR", 27}, Country{"GT", 28}, Country{"HN", 28}, Country{"HR", 21}, Country{"HU", 28},
    Country{"IE", 22}, Country{"IL", 23}, Country{"IQ", 23}, Country{"IS", 26}, Country{"IT", 27}, Country{"JO", 30},
    Country{"KW", 30}, Country{"KZ", 20}, Country{"LB", 28}, Country{"LC", 32}, Country{"LI", 21}, Country{"LT", 20},
    Country{"LU", 20}, Country{"LV", 21}, Country{"LY", 25}, Country{"MC", 27}, Country{"MD", 24}, Country{"ME", 22},
    Country{"MK", 19}, Country{"MN", 20}, Country{"MR", 27}, Country{"MT", 31}, Country{"MU", 30}, Country{"NI", 28},
    Country{"NL", 18}, Country{"NO", 15}, Country{"OM", 23}, Country{"PK", 24}, Country{"PL", 28}, Country{"PS", 29},
    Country{"PT", 25}, Country{"QA", 29}, Country{"RO", 24}, Country{"RS", 22}, Country{"RU", 33}, Country{"SA", 24},
    Country{"SC", 31}, Country{"SD", 18}, Country{"SE", 24}, Country{"SI", 19}, Country{"SK", 24}, Country{"SM", 27},
    Country{"SO", 23}, Country{"ST", 25}, Country{"SV", 28}, Country{"TL", 23}, Country{"TN", 24}, Country{"TR", 26},
    Country{"UA", 29}, Country{"VA", 22}, Country{"VG", 24}, Country{"XK", 20}, Country{"YE", 30},
};

constexpr char to_upper(char c) noexcept { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

std::size_t length_of(char first, char second) noexcept {
  const char code[] = {to_upper(first), to_upper(second)};
  const auto found = std::ranges::lower_bound(kCountries, std::string_view(code, 2), {},
                                              [](const Country& country) { return std::string_view(country.code, 2); });
  return found != kCountries.end() && std::string_view(found->code, 2) == std::string_view(code, 2) ? found->characters : 0;
}
static_assert(std::ranges::is_sorted(kCountries, {}, [](const Country& country) { return std::string_view(country.code, 2); }));

/// The remainder by 97 of a number that goes on with `c`, where a letter stands for two digits (ISO 7064).
unsigned next_remainder(unsigned remainder, char c) noexcept {
  if (is_digit(c)) return (remainder * 10 + static_cast<unsigned>(c - '0')) % 97;
  return (remainder * 100 + static_cast<unsigned>(to_upper(c) - 'A') + 10) % 97;
}

/// Where the number that begins here ends; 0: none does.
std::size_t iban_end(std::string_view line, std::size_t begin) noexcept {
  const std::size_t length = length_of(line[begin], line[begin + 1]);
  if (length == 0) return 0;
  unsigned remainder = 0;
  std::size_t at = begin + 4;
  for (std::size_t taken = 4; taken < length; ++taken, ++at) {
    // Groups are usually of four, but people group as they like.
    if (at < line.size() && (line[at] == ' ' || line[at] == '-')) ++at;
    if (at >= line.size() || !is_alnum(line[at])) return 0;
    remainder = next_remainder(remainder, line[at]);
  }
  for (std::size_t i = 0; i < 4; ++i) remainder = next_remainder(remainder, line[begin + i]);
  if (remainder != 1) return 0;
  return at < line.size() && is_alnum(line[at]) ? 0 : at;
}

}  // namespace

void find_ibans(std::string_view line, std::uint32_t mask, RedactionMatches& matches) {
  constexpr std::size_t kShortest = 15;
  for (std::size_t at = 0; at + kShortest <= line.size();) {
    // From the check digits on, which are rarer than letters.
    if (!is_digit(line[at + 2]) || !is_digit(line[at + 3]) || !is_letter(line[at]) || !is_letter(line[at + 1]) ||
        (at > 0 && is_alnum(line[at - 1]))) {
      ++at;
      continue;
    }
    const std::size_t end = iban_end(line, at);
    if (end != 0) matches.push_back({at, end, mask});
    at = end != 0 ? end : at + 1;
  }
}

}  // namespace millrace::observe::detail
