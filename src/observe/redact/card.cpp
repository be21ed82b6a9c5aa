#include "observe/redact/card.h"

#include <algorithm>
#include <array>

namespace millrace::observe::detail {
namespace {

constexpr std::size_t kDigitsMin = 13, kDigitsMax = 19;
constexpr std::size_t kGroupMin = 3, kGroupMax = 6;  // 4-4-4-4, 4-6-5, 4-6-4, 4-4-4-4-3
/// Digits before a decimal point that still make what follows a fraction.
constexpr std::size_t kWholePartMax = 6;

/// Beginnings by their first four digits, and the lengths that go with them.
struct Network {
  unsigned first, last;
  std::size_t digits_min, digits_max;
};
constexpr std::array kNetworks{
    Network{4000, 4999, 13, 19},                                                            // Visa: 13, 16, 19
    Network{5100, 5599, 16, 16}, Network{2221, 2720, 16, 16},                               // Mastercard
    Network{3400, 3499, 15, 15}, Network{3700, 3799, 15, 15},                               // American Express
    Network{3000, 3059, 14, 19}, Network{3095, 3095, 14, 19}, Network{3600, 3699, 14, 19},  // Diners Club
    Network{3800, 3999, 14, 19}, Network{3528, 3589, 16, 19},                               // JCB
    Network{6011, 6011, 16, 19}, Network{6440, 6599, 16, 19},                               // Discover
    Network{6200, 6299, 16, 19}, Network{8100, 8199, 16, 19},                               // UnionPay
    Network{5000, 5099, 13, 19}, Network{5600, 5899, 13, 19}, Network{6000, 6099, 13, 19},  // Maestro, RuPay and other debit cards
    Network{6300, 6399, 13, 19}, Network{6700, 6799, 13, 19}, Network{2200, 2204, 16, 19},  // Mir
    Network{9792, 9792, 16, 16},                                                            // Troy
};

bool luhn(std::string_view digits) noexcept {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int value = (digits[i] - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

/// Whether the digits at `begin` stand behind a decimal point: those of 0.4111111111111111 are no card.
bool is_fraction(std::string_view line, std::size_t begin) noexcept {
  if (begin < 2 || line[begin - 1] != '.') return false;
  std::size_t whole = begin - 1;
  while (whole > 0 && is_digit(line[whole - 1]) && begin - whole <= kWholePartMax + 1) --whole;
  const std::size_t digits = begin - 1 - whole;
  if (digits == 0 || digits > kWholePartMax) return false;
  return whole == 0 || (!is_alnum(line[whole - 1]) && line[whole - 1] != '.');
}

std::size_t end_of_digits(std::string_view line, std::size_t at) noexcept {
  while (at < line.size() && is_digit(line[at])) ++at;
  return at;
}

/// Where the longest card that begins with the group [begin, end) ends; 0: none does.
std::size_t card_end(std::string_view line, std::size_t begin, std::size_t end) noexcept {
  if (end - begin > kDigitsMax) return 0;
  char digits[kDigitsMax];
  std::size_t count = end - begin, found = 0;
  std::copy(line.begin() + static_cast<std::ptrdiff_t>(begin), line.begin() + static_cast<std::ptrdiff_t>(end), digits);
  if (is_card({digits, count})) found = end;
  if (count < kGroupMin || count > kGroupMax || end == line.size()) return found;
  const char separator = line[end];
  if (separator != ' ' && separator != '-') return found;
  while (end + 1 < line.size() && line[end] == separator && is_digit(line[end + 1])) {
    const std::size_t group = end + 1,
                      group_end = end_of_digits(line.substr(0, std::min(line.size(), group + kGroupMax + 1)), group);
    const std::size_t size = group_end - group;
    if (size < kGroupMin || size > kGroupMax || count + size > kDigitsMax) break;
    std::copy_n(line.data() + group, size, digits + count);
    count += size;
    end = group_end;
    if (is_card({digits, count})) found = end;
  }
  return found;
}

}  // namespace

bool is_card(std::string_view digits) noexcept {
  if (digits.size() < kDigitsMin || digits.size() > kDigitsMax) return false;
  unsigned beginning = 0;
  for (const char digit : digits.substr(0, 4)) beginning = beginning * 10 + static_cast<unsigned>(digit - '0');
  const bool known = std::ranges::any_of(kNetworks, [&](const Network& network) {
    return beginning >= network.first && beginning <= network.last && digits.size() >= network.digits_min &&
           digits.size() <= network.digits_max;
  });
  if (!known || !luhn(digits)) return false;
  return digits[0] != '4' || digits.size() == 13 || digits.size() == 16 || digits.size() == 19;
}

void find_cards(std::string_view line, std::uint32_t mask, RedactionMatches& matches) {
  for (std::size_t at = 0; at < line.size();) {
    if (!is_digit(line[at])) {
      ++at;
      continue;
    }
    const std::size_t group_end = end_of_digits(line, at);
    const std::size_t end = is_fraction(line, at) ? 0 : card_end(line, at, group_end);
    if (end != 0) matches.push_back({at, end, mask});
    at = end != 0 ? end : group_end;
  }
}

}  // namespace millrace::observe::detail
