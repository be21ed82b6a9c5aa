// Masks that keep what a value looks like: digits, letters, phone.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "subset/transform/mask.h"
#include "subset/transform/same_format.h"

namespace millrace::subset {
namespace {

/// Places of a text that are masked: few on the stack, many on the heap.
class Places {
 public:
  explicit Places(std::size_t most) {
    if (most > few_.size()) many_.resize(most);
    at_ = most > few_.size() ? many_.data() : few_.data();
  }
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;
  void push(Symbol symbol) noexcept { at_[size_++] = symbol; }
  [[nodiscard]] std::span<Symbol> all() noexcept { return {at_, size_}; }

 private:
  std::array<Symbol, 64> few_;
  std::vector<Symbol> many_{};
  Symbol* at_;
  std::size_t size_ = 0;
};

bool is_digit(char each) noexcept { return each >= '0' && each <= '9'; }
std::uint8_t digit(char each) noexcept { return static_cast<std::uint8_t>(each - '0'); }

/// Replaces the digits of `text` from the `first`-th up to the `last`-th. Those that stay decide, too: "4111..." and "5500..." with four digits kept have nothing in common.
void permute_digits(const KeyedHash& key, std::string& text, std::size_t first, std::size_t last) {
  Places places(last - first);
  std::uint64_t kept = 0;
  std::size_t number = 0;
  for (const char each : text) {
    if (!is_digit(each)) continue;
    if (number >= first && number < last)
      places.push({digit(each), 10});
    else
      kept = kept * 31 + digit(each) + 1;
    ++number;
  }
  permute(key, kept, places.all());
  std::size_t next = 0;
  number = 0;
  for (char& each : text) {
    if (!is_digit(each)) continue;
    if (number >= first && number < last) each = static_cast<char>('0' + places.all()[next++].value);
    ++number;
  }
}

std::size_t count_digits(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, &is_digit));
}

/// Sets the `place`-th digit so that the check digit at the end is right (ISO/IEC 7812-1). There is exactly one such digit, wherever it is.
void mend_luhn(std::string& text, std::size_t place, std::size_t digits) noexcept {
  const auto weighed = [digits](std::size_t number, unsigned value) {
    if ((digits - number) % 2 == 1) return value;
    return value * 2 > 9 ? value * 2 - 9 : value * 2;
  };
  unsigned sum = 0;
  std::size_t number = 0;
  char* mended = nullptr;
  for (char& each : text) {
    if (!is_digit(each)) continue;
    if (number == place)
      mended = &each;
    else
      sum += weighed(number, digit(each));
    ++number;
  }
  for (unsigned value = 0; mended != nullptr && value < 10; ++value)
    if ((sum + weighed(place, value)) % 10 == 0) *mended = static_cast<char>('0' + value);
}

class DigitsMask final : public ValueMask {
 public:
  DigitsMask(const KeyedHash& key, const MaskSite& site, std::size_t keep_first, std::size_t keep_last, bool luhn)
      : key_(key.for_purpose("digits")),
        range_(integer_range(site.dialect, site.column)),
        whole_(site.kind() == ColumnClass::integer),
        keep_first_(keep_first),
        keep_last_(keep_last),
        luhn_(luhn) {}

  [[nodiscard]] Result<Value> apply(const Value& value, const Value&, std::string& scratch) const override {
    if (value.kind == ValueKind::real) return fail(Errc::invalid_argument, "a floating-point number has no digits to be replaced");
    if (value.kind == ValueKind::integer || whole_) return whole_number(value, scratch);
    scratch.assign(value.text);
    mask(scratch);
    return like(value, scratch);
  }

 private:
  void mask(std::string& text) const {
    const std::size_t digits = count_digits(text);
    // A value that is no longer than what is to be kept would stay as it is.
    const bool keep = keep_first_ + keep_last_ < digits;
    const std::size_t first = keep ? keep_first_ : 0;
    std::size_t last = keep ? digits - keep_last_ : digits;
    if (luhn_ && digits > 1) {
      permute_digits(key_, text, first, last - 1);
      mend_luhn(text, last - 1, digits);
    } else {
      permute_digits(key_, text, first, last);
    }
  }

  /// As many digits as before, and one that the column takes. A permutation that is repeated until its result is allowed is a permutation of what is allowed.
  Result<Value> whole_number(const Value& value, std::string& scratch) const {
    scratch.assign(ContentOf(value));
    const bool negative = scratch.starts_with('-');
    const std::size_t sign = negative ? 1 : 0;
    std::uint64_t magnitude = 0;
    const auto parse = [&] {
      const auto [end, error] = std::from_chars(scratch.data() + sign, scratch.data() + scratch.size(), magnitude);
      return error == std::errc() && end == scratch.data() + scratch.size();
    };
    if (!parse()) return fail(Errc::invalid_argument, "it is no whole number of 64 bits");
    const std::uint64_t most = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(range_.min) : range_.max;
    if (magnitude > most) return fail(Errc::invalid_argument, "it is a number that the column's type does not have");
    const bool may_be_zero = scratch.size() - sign == 1 && !negative;
    do {
      mask(scratch);
    } while (!parse() || magnitude > most || (scratch[sign] == '0' && !may_be_zero));
    if (value.kind == ValueKind::text) return Value::of(std::string_view(scratch));
    return Value::of(static_cast<std::int64_t>(negative ? std::uint64_t{0} - magnitude : magnitude));
  }

  KeyedHash key_;
  IntegerRange range_;
  bool whole_;
  std::size_t keep_first_, keep_last_;
  bool luhn_;
};

class LettersMask final : public ValueMask {
 public:
  explicit LettersMask(const KeyedHash& key) : key_(key.for_purpose("letters")), beyond_(key.for_purpose("letters beyond ASCII")) {}
  [[nodiscard]] Result<Value> apply(const Value& value, const Value&, std::string& scratch) const override {
    const ContentOf content(value);
    const std::string_view text = content;
    Places places(text.size());
    bool ascii = true;
    for (const char each : text) {
      ascii = ascii && static_cast<std::uint8_t>(each) < 0x80;
      if (const std::uint8_t radix = radix_of(each)) places.push({static_cast<std::uint8_t>(each - base_of(each)), radix});
    }
    // What is beyond ASCII has no alphabet of its own here, and must not stay: a letter stands for each character, which the whole value decides.
    const Hash128 whole = ascii ? Hash128{} : beyond_(text);
    Draw draw(whole);
    permute(key_, whole.low, places.all());
    scratch.clear();
    std::size_t next = 0;
    for (const char each : text) {
      const auto byte = static_cast<std::uint8_t>(each);
      if (radix_of(each) != 0)
        scratch.push_back(static_cast<char>(base_of(each) + places.all()[next++].value));
      else if (byte < 0x80)
        scratch.push_back(each);
      else if ((byte & 0xC0) != 0x80)
        scratch.push_back(static_cast<char>('a' + draw.below(26)));
    }
    return Value::of(std::string_view(scratch));
  }

 private:
  static std::uint8_t radix_of(char each) noexcept {
    if (is_digit(each)) return 10;
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ? 26 : 0;
  }
  static char base_of(char each) noexcept { return is_digit(each) ? '0' : each >= 'a' ? 'a' : 'A'; }
  KeyedHash key_, beyond_;
};

/// Digits of a country's code at the beginning of an international number (ITU-T E.164, assigned codes).
std::size_t country_digits(std::string_view digits) noexcept {
  constexpr std::string_view kOfTwo =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 "
      "91 92 93 94 95 98 ";
  if (digits.empty()) return 0;
  if (digits[0] == '1' || digits[0] == '7') return 1;
  if (digits.size() < 2) return 0;
  for (std::size_t at = 0; at < kOfTwo.size(); at += 3)
    if (kOfTwo.substr(at, 2) == digits.substr(0, 2)) return 2;
  return 3;
}

class PhoneMask final : public ValueMask {
 public:
  PhoneMask(const KeyedHash& key, const MaskSite& site) : key_(key.for_purpose("phone")), numbers_(key, site, 0, 0, false) {}
  [[nodiscard]] Result<Value> apply(const Value& value, const Value& by, std::string& scratch) const override {
    if (value.kind == ValueKind::integer || value.kind == ValueKind::real) return numbers_.apply(value, by, scratch);
    scratch.assign(value.text);
    std::array<char, 8> begin{};
    std::size_t seen = 0, digits = 0;
    for (const char each : value.text) {
      if (!is_digit(each)) continue;
      if (seen < begin.size()) begin[seen++] = each;
      ++digits;
    }
    const std::string_view head(begin.data(), seen);
    const std::size_t first_place = value.text.find_first_not_of(" (");
    std::size_t kept = 0;
    if (first_place != std::string_view::npos && value.text[first_place] == '+')
      kept = country_digits(head);
    else if (head.starts_with("00"))
      kept = 2 + country_digits(head.substr(2));
    else if (head.starts_with('0'))
      kept = 1;  // what is dialled before an area
    if (kept >= digits) kept = 0;
    permute_digits(key_, scratch, kept, digits);
    return like(value, scratch);
  }

 private:
  KeyedHash key_;
  DigitsMask numbers_;
};

}  // namespace

std::unique_ptr<ValueMask> make_digits(MaskMaking& making) {
  const std::size_t keep_first = making.options.count("keep_first", 0, 0, 64),
                    keep_last = making.options.count("keep_last", 0, 0, 64);
  const bool luhn = making.options.flag("luhn");
  if (luhn && making.site.kind() == ColumnClass::integer) making.options.problem("option 'luhn' is for columns of text");
  return std::make_unique<DigitsMask>(making.key, making.site, keep_first, keep_last, luhn);
}

std::unique_ptr<ValueMask> make_letters(MaskMaking& making) { return std::make_unique<LettersMask>(making.key); }

std::unique_ptr<ValueMask> make_phone(MaskMaking& making) { return std::make_unique<PhoneMask>(making.key, making.site); }

}  // namespace millrace::subset
