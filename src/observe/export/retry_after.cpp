#include "observe/export/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace millrace::observe {
namespace {

constexpr Duration kLongest = std::chrono::hours{24};  // no sender waits longer; also keeps sums from overflowing

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  const std::string_view part = text.substr(at, digits);
  if (!std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  return error == std::errc() && end == part.data() + part.size() ? std::optional(value) : std::nullopt;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT"; the day of the week is not looked at.
std::optional<WallTime> parse_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[19] != ':' || text[22] != ':' || !text.ends_with(" GMT"))
    return std::nullopt;
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = number_at(text, 5, 2), year = number_at(text, 12, 4), hour = number_at(text, 17, 2),
             minute = number_at(text, 20, 2), second = number_at(text, 23, 2);
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(month - kMonths.begin()) + 1},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return WallTime(std::chrono::sys_days{date}) + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view header, WallTime now) {
  if (header.empty()) return std::nullopt;
  if (std::ranges::all_of(header, [](char c) { return c >= '0' && c <= '9'; })) {
    const auto seconds = number_at(header, 0, std::min<std::size_t>(header.size(), 8));
    if (header.size() > 8) return kLongest;
    return std::min<Duration>(std::chrono::seconds{*seconds}, kLongest);
  }
  // Years beyond what nanoseconds since 1970 can hold would wrap around.
  const auto year = header.size() == 29 ? number_at(header, 12, 4) : std::nullopt;
  if (!year || *year < 1970 || *year > 2200) return std::nullopt;
  const auto date = parse_date(header);
  if (!date) return std::nullopt;
  return std::clamp<Duration>(*date - now, Duration::zero(), kLongest);
}

}  // namespace millrace::observe
