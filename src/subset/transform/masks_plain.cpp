// Masks that look at nothing but the value as a whole: null, constant, hash, uuid, redact, text.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include "subset/transform/mask.h"

namespace millrace::subset {
namespace {

class NullMask final : public ValueMask {
 public:
  [[nodiscard]] Result<Value> apply(const Value&, const Value&, std::string&) const override { return Value{}; }
};

class ConstantMask final : public ValueMask {
 public:
  ConstantMask(Value value, std::string text, bool nulls) : value_(value), text_(std::move(text)), nulls_(nulls) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value&, std::string&) const override {
    Value made = value_;
    made.text = text_;
    return made;
  }
  [[nodiscard]] bool wants_null() const noexcept override { return nulls_; }

 private:
  Value value_;
  std::string text_;
  bool nulls_;
};

template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_decimal(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool point = false, digit = false;
  for (const char each : text) {
    if (each == '.' && !point)
      point = true;
    else if (each >= '0' && each <= '9')
      digit = true;
    else
      return false;
  }
  return digit;
}

/// The field that a word of the plan means in this column; nothing when it means none.
std::optional<Value> field_of(const MaskSite& site, std::string_view word) {
  switch (site.kind()) {
    case ColumnClass::integer: {
      const IntegerRange range = integer_range(site.dialect, site.column);
      const std::optional<std::int64_t> number = whole<std::int64_t>(word);
      if (!number || *number < range.min || (*number > 0 && static_cast<std::uint64_t>(*number) > range.max)) return std::nullopt;
      return Value::of(*number);
    }
    case ColumnClass::boolean:
      if (word == "true" || word == "1") return Value::of(std::int64_t{1});
      if (word == "false" || word == "0") return Value::of(std::int64_t{0});
      return std::nullopt;
    case ColumnClass::real: {
      const std::optional<double> number = whole<double>(word);
      if (!number) return std::nullopt;
      return Value::of(*number);
    }
    case ColumnClass::decimal: return is_decimal(word) ? std::optional(Value::of(word)) : std::nullopt;
    case ColumnClass::date:
    case ColumnClass::timestamp:
    case ColumnClass::timestamp_tz: return is_date(word) ? std::optional(Value::of(word)) : std::nullopt;
    case ColumnClass::enumeration: {
      const std::vector<std::string>& labels = site.column->labels;
      return std::ranges::find(labels, word) != labels.end() ? std::optional(Value::of(word)) : std::nullopt;
    }
    case ColumnClass::bytes: return site.length && word.size() > *site.length ? std::nullopt : std::optional(Value::of_bytes(word));
    default: return site.length && count_characters(word) > *site.length ? std::nullopt : std::optional(Value::of(word));
  }
}

void put_hex(std::string& to, Hash128 hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint64_t word : {hash.low, hash.high})
    for (int shift = 60; shift >= 0; shift -= 4) to.push_back(kDigits[(word >> shift) & 0xF]);
}

void put_bytes(std::string& to, Hash128 hash) {
  for (const std::uint64_t word : {hash.low, hash.high})
    for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>((word >> shift) & 0xFF));
}

class HashMask final : public ValueMask {
 public:
  HashMask(const KeyedHash& key, std::size_t digits, bool bytes)
      : first_(key.for_purpose("hash")), second_(key.for_purpose("hash 2")), digits_(digits), bytes_(bytes) {}
  [[nodiscard]] Result<Value> apply(const Value& value, const Value&, std::string& scratch) const override {
    const ContentOf content(value);
    scratch.clear();
    put(scratch, first_(content));
    if (digits_ > 32) put(scratch, second_(content));
    scratch.resize(bytes_ ? digits_ / 2 : digits_);
    return bytes_ ? Value::of_bytes(scratch) : Value::of(std::string_view(scratch));
  }

 private:
  void put(std::string& to, Hash128 hash) const { bytes_ ? put_bytes(to, hash) : put_hex(to, hash); }
  KeyedHash first_, second_;
  std::size_t digits_;
  bool bytes_;
};

class UuidMask final : public ValueMask {
 public:
  UuidMask(const KeyedHash& key, bool bytes) : hash_(key.for_purpose("uuid")), bytes_(bytes) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value& by, std::string& scratch) const override {
    Hash128 hash = hash_(ContentOf(by));
    // Version 8 of RFC 9562: a UUID by a rule of one's own.
    hash.low = (hash.low & ~std::uint64_t{0xF000}) | 0x8000;
    hash.high = (hash.high & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
    scratch.clear();
    if (bytes_) return put_bytes(scratch, hash), Value::of_bytes(scratch);
    put_hex(scratch, hash);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) scratch.insert(at, 1, '-');
    return Value::of(std::string_view(scratch));
  }

 private:
  KeyedHash hash_;
  bool bytes_;
};

class RedactMask final : public ValueMask {
 public:
  explicit RedactMask(const observe::Redactor& redactor) : redactor_(redactor) {}
  [[nodiscard]] Result<Value> apply(const Value& value, const Value&, std::string& scratch) const override {
    const ContentOf content(value);
    return redactor_.redact(content, scratch) ? like(value, scratch) : value;
  }

 private:
  const observe::Redactor& redactor_;
};

constexpr std::string_view kWords[] = {
    "amber",   "anchor",  "apron",  "arch",    "barley", "basin",   "beam",   "bellow",  "birch",   "bramble", "brook",   "candle",
    "cellar",  "chalk",   "clover", "copper",  "corner", "cradle",  "dapple", "drift",   "ember",   "fallow",  "fathom",  "feather",
    "fennel",  "ferry",   "fiddle", "flint",   "furrow", "gable",   "garnet", "ginger",  "granary", "gravel",  "hamlet",  "harbor",
    "hazel",   "heather", "hollow", "husk",    "ivory",  "juniper", "kernel", "kettle",  "lantern", "larch",   "lattice", "linen",
    "loom",    "maple",   "marsh",  "meadow",  "mill",   "mortar",  "nettle", "oaken",   "orchard", "otter",   "paddle",  "pebble",
    "pepper",  "pillar",  "plough", "quarry",  "quill",  "rafter",  "ribbon", "ripple",  "rowan",   "saddle",  "saffron", "sedge",
    "shingle", "sluice",  "sorrel", "spindle", "stone",  "tallow",  "thatch", "thistle", "timber",  "tinder",  "valley",  "velvet",
    "walnut",  "warp",    "weft",   "weir",    "wheel",  "willow",  "winnow", "yarrow"};

class TextMask final : public ValueMask {
 public:
  explicit TextMask(const KeyedHash& key) : hash_(key.for_purpose("text")) {}
  [[nodiscard]] Result<Value> apply(const Value& value, const Value& by, std::string& scratch) const override {
    const ContentOf content(value);
    const std::size_t length = count_characters(content);
    Draw draw(hash_(ContentOf(by)));
    scratch.clear();
    scratch.reserve(length + 16);
    while (scratch.size() < length) {
      if (!scratch.empty()) scratch.push_back(' ');
      scratch.append(kWords[draw.below(std::size(kWords))]);
    }
    scratch.resize(length);
    if (length > 0 && scratch.back() == ' ') scratch.back() = '.';
    return Value::of(std::string_view(scratch));
  }

 private:
  KeyedHash hash_;
};

}  // namespace

std::unique_ptr<ValueMask> make_null(MaskMaking& making) {
  if (making.site.column != nullptr && !making.site.column->nullable) {
    making.options.problem("the column is NOT NULL");
    return nullptr;
  }
  return std::make_unique<NullMask>();
}

std::unique_ptr<ValueMask> make_constant(MaskMaking& making) {
  const std::optional<std::string_view> word = making.options.text("value");
  const bool nulls = making.options.flag("nulls");
  if (!word) {
    making.options.problem("it needs the option 'value'");
    return nullptr;
  }
  const std::optional<Value> field = field_of(making.site, *word);
  if (!field) {
    making.options.problem(
        "'" + std::string(*word) + "' does not fit " +
        (making.site.column->type.empty() ? std::string(to_string(making.site.kind())) : making.site.column->type));
    return nullptr;
  }
  return std::make_unique<ConstantMask>(*field, std::string(*word), nulls);
}

std::unique_ptr<ValueMask> make_hash(MaskMaking& making) {
  constexpr std::size_t kUniqueMin = 16;  // 64 bits: a billion values meet with a probability of 3 in 100
  const bool bytes = making.site.kind() == ColumnClass::bytes;
  std::size_t room = 64;
  if (making.site.length) room = bytes ? *making.site.length * 2 : *making.site.length;
  const std::size_t digits = making.options.count("length", std::min<std::size_t>(32, room), 4, 64);
  if (bytes && digits % 2 != 0) making.options.problem("a column of bytes takes two digits a byte: option 'length' is even there");
  if (digits > room) making.options.problem("the column is too short for a hash of " + std::to_string(digits) + " digits");
  if (making.site.unique && digits < kUniqueMin)
    making.options.problem("the column is UNIQUE, and hashes of less than " + std::to_string(kUniqueMin) + " digits meet");
  return std::make_unique<HashMask>(making.key, digits, bytes);
}

std::unique_ptr<ValueMask> make_uuid(MaskMaking& making) {
  const bool bytes = making.site.kind() == ColumnClass::bytes;
  const std::size_t needs = bytes ? 16 : 36;
  if (making.site.length && *making.site.length < needs)
    making.options.problem("the column is too short for a UUID, which has " + std::to_string(needs) +
                           (bytes ? " bytes" : " characters"));
  return std::make_unique<UuidMask>(making.key, bytes);
}

std::unique_ptr<ValueMask> make_redact(MaskMaking& making) {
  if (making.redactor == nullptr) {
    making.options.problem("it needs what finds secrets, which this program has only when it is built with RE2");
    return nullptr;
  }
  return std::make_unique<RedactMask>(*making.redactor);
}

std::unique_ptr<ValueMask> make_text(MaskMaking& making) { return std::make_unique<TextMask>(making.key); }

}  // namespace millrace::subset
