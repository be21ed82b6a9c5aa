// The mask number: noise, so that sums and averages stay about what they were.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "subset/transform/mask.h"

namespace millrace::subset {
namespace {

__extension__ using Wide = unsigned __int128;

/// From -kFull to kFull.
constexpr std::int64_t kFull = std::int64_t{1} << 31;
std::int64_t drawn(Hash128 hash) noexcept { return static_cast<std::int64_t>(hash.low >> 32) - kFull; }

class NumberMask final : public ValueMask {
 public:
  NumberMask(const KeyedHash& key, const MaskSite& site, double percent)
      : hash_(key.for_purpose("number")),
        range_(integer_range(site.dialect, site.column)),
        whole_(site.kind() == ColumnClass::integer),
        millionths_(static_cast<std::uint64_t>(std::llround(percent * 10'000))) {}

  [[nodiscard]] Result<Value> apply(const Value& value, const Value& by, std::string& scratch) const override {
    const std::int64_t noise = drawn(hash_(ContentOf(by)));
    switch (value.kind) {
      case ValueKind::integer: {
        const bool negative = value.integer < 0;
        const auto bits = static_cast<std::uint64_t>(value.integer);
        const std::uint64_t made = moved(negative ? std::uint64_t{0} - bits : bits, noise, most(negative));
        return Value::of(static_cast<std::int64_t>(negative ? std::uint64_t{0} - made : made));
      }
      case ValueKind::real: {
        const double share = static_cast<double>(noise) / static_cast<double>(kFull) * (static_cast<double>(millionths_) / 1e6);
        const double made = value.real * (1 + share);
        return Value::of(std::isfinite(made) ? made : value.real * (1 - share));
      }
      case ValueKind::text: return decimal(value.text, noise, scratch);
      default: return fail(Errc::invalid_argument, "it is no number");
    }
  }

 private:
  [[nodiscard]] std::uint64_t most(bool negative) const noexcept {
    return negative ? std::uint64_t{0} - static_cast<std::uint64_t>(range_.min) : range_.max;
  }
  /// A number of the same sign that is no farther away than the noise allows. What would be more than `max` goes as far to the other side.
  [[nodiscard]] std::uint64_t moved(std::uint64_t magnitude, std::int64_t noise, std::uint64_t max) const noexcept {
    const auto share = static_cast<std::uint64_t>(noise < 0 ? -noise : noise);
    const Wide by = Wide{magnitude} * millionths_ / 1'000'000 * share / static_cast<std::uint64_t>(kFull);
    const auto delta = static_cast<std::uint64_t>(std::min(by, Wide{magnitude}));
    if (noise > 0 && delta <= max && magnitude <= max - delta) return magnitude + delta;
    return magnitude != 0 && delta == magnitude ? 1 : magnitude - delta;  // zero has no sign to keep
  }

  /// As many digits before and behind the point as before, so it fits wherever it came from. Beyond 18 digits those behind are drawn.
  [[nodiscard]] Result<Value> decimal(std::string_view text, std::int64_t noise, std::string& scratch) const {
    constexpr std::size_t kExact = 18;
    if (text == "NaN" || text == "Infinity" || text == "-Infinity") return Value::of(text);
    scratch.assign(text);
    std::size_t begin = !scratch.empty() && (scratch[0] == '-' || scratch[0] == '+') ? 1 : 0;
    std::size_t digits = 0, points = 0;
    for (std::size_t at = begin; at < scratch.size(); ++at) {
      if (scratch[at] >= '0' && scratch[at] <= '9')
        ++digits;
      else if (scratch[at] != '.' || ++points > 1)
        return fail(Errc::invalid_argument, "it is no decimal number");
    }
    if (digits == 0) return fail(Errc::invalid_argument, "it is no decimal number");
    while (begin < scratch.size() && (scratch[begin] == '0' || scratch[begin] == '.')) ++begin;  // zeros that say nothing
    std::uint64_t head = 0, limit = 0;
    std::size_t taken = 0;
    for (std::size_t at = begin; at < scratch.size() && taken < kExact; ++at) {
      if (scratch[at] == '.') continue;
      head = head * 10 + static_cast<std::uint64_t>(scratch[at] - '0');
      limit = limit * 10 + 9;
      ++taken;
    }
    if (head == 0) return Value::of(text);
    std::uint64_t made = moved(head, noise, limit);
    if (whole_ && !fits(made, scratch, begin, taken)) made = head - std::min(head - 1, made > head ? made - head : 1);
    std::size_t last = begin;
    for (std::size_t at = begin, seen = 0; seen < taken; ++at)
      if (scratch[at] != '.') last = at, ++seen;
    for (std::size_t at = last + 1, left = taken; at-- > begin && left > 0;) {
      if (scratch[at] == '.') continue;
      scratch[at] = static_cast<char>('0' + made % 10);
      made /= 10;
      --left;
    }
    Draw draw({static_cast<std::uint64_t>(noise), head});
    for (std::size_t at = last + 1; at < scratch.size(); ++at)
      if (scratch[at] != '.') scratch[at] = static_cast<char>('0' + draw.below(10));
    return Value::of(std::string_view(scratch));
  }
  /// A whole number beyond 63 bits: whether it stays within 64, whatever is drawn for its last digits.
  [[nodiscard]] bool fits(std::uint64_t head, std::string_view text, std::size_t begin, std::size_t taken) const noexcept {
    Wide largest = Wide{head} + 1;
    for (std::size_t left = text.size() - begin - taken; left > 0; --left) {
      largest *= 10;
      if (largest > Wide{range_.max}) return false;
    }
    return true;
  }

  KeyedHash hash_;
  IntegerRange range_;
  bool whole_;
  std::uint64_t millionths_;
};

}  // namespace

std::unique_ptr<ValueMask> make_number(MaskMaking& making) {
  const double percent = making.options.number("percent", 10, 0.01, 100);
  return std::make_unique<NumberMask>(making.key, making.site, percent);
}

}  // namespace millrace::subset
