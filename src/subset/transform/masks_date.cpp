// The mask date_shift: days are moved, times of day stay.
#include <chrono>
#include <optional>

#include "subset/transform/mask.h"

namespace millrace::subset {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::size_t kDate = 10;  // "2026-01-31"

std::optional<unsigned> number(std::string_view text) noexcept {
  unsigned value = 0;
  for (const char each : text) {
    if (each < '0' || each > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(each - '0');
  }
  return value;
}

/// The day that `text` begins with, in years 1 to 9999.
std::optional<sys_days> day_of(std::string_view text) noexcept {
  if (text.size() < kDate || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (text.size() > kDate && text[kDate] != ' ' && text[kDate] != 'T') return std::nullopt;
  const std::optional<unsigned> year = number(text.substr(0, 4)), month = number(text.substr(5, 2)),
                                day = number(text.substr(8, 2));
  if (!year || !month || !day || *year == 0) return std::nullopt;
  const year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

void write(std::string& to, sys_days day) {
  const year_month_day date(day);
  const auto put = [&to](std::size_t at, std::size_t digits, unsigned value) {
    for (std::size_t i = digits; i-- > 0; value /= 10) to[at + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
}

class DateShiftMask final : public ValueMask {
 public:
  DateShiftMask(const KeyedHash& key, std::size_t days) : hash_(key.for_purpose("date_shift")), days_(days) {}
  [[nodiscard]] Result<Value> apply(const Value& value, const Value& by, std::string& scratch) const override {
    if (value.kind != ValueKind::text) return fail(Errc::invalid_argument, "it is no date but a number or bytes");
    // What databases have instead of a date tells nobody anything.
    if (value.text == "infinity" || value.text == "-infinity" || value.text.starts_with("0000-00-00")) return value;
    const std::optional<sys_days> day = day_of(value.text);
    if (!day) return fail(Errc::invalid_argument, "it is no date of the years 1 to 9999 as 2026-01-31, with or without a time");
    Draw draw(hash_(ContentOf(by)));
    // From 1 to `days` to either side: no date stays.
    const std::size_t drawn = draw.below(2 * days_);
    const std::chrono::days shift(drawn < days_ ? -static_cast<int>(drawn) - 1 : static_cast<int>(drawn - days_) + 1);
    sys_days moved = *day + shift;
    if (moved < kFirst || moved > kLast) moved = *day - shift;
    scratch.assign(value.text);
    write(scratch, moved);
    return Value::of(std::string_view(scratch));
  }

 private:
  static constexpr sys_days kFirst{std::chrono::year(1) / 1 / 1}, kLast{std::chrono::year(9999) / 12 / 31};
  KeyedHash hash_;
  std::size_t days_;
};

}  // namespace

bool is_date(std::string_view text) noexcept { return day_of(text).has_value(); }

std::unique_ptr<ValueMask> make_date_shift(MaskMaking& making) {
  const std::size_t days = making.options.count("days", 30, 1, 36'500);
  return std::make_unique<DateShiftMask>(making.key, days);
}

}  // namespace millrace::subset
