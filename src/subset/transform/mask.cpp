#include "subset/transform/mask.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "subset/nearest.h"
#include "subset/words.h"

namespace millrace::subset {
namespace {

using enum ColumnClass;
constexpr ColumnClass kAll[] = {integer,   boolean,      decimal, real, text, bytes,       date, time,
                                timestamp, timestamp_tz, uuid,    json, any,  enumeration, other};
constexpr ColumnClass kTexts[] = {text, any};
constexpr ColumnClass kHashes[] = {text, any, bytes};
constexpr ColumnClass kUuids[] = {uuid, text, any, bytes};
constexpr ColumnClass kDigits[] = {text, any, integer};
constexpr ColumnClass kDates[] = {date, timestamp, timestamp_tz, text, any};
constexpr ColumnClass kNumbers[] = {integer, decimal, real, any};

constexpr std::string_view kTextWords = "columns of text";
constexpr std::string_view kDigitWords = "columns of text and of whole numbers";

constexpr MaskKind kKinds[] = {
    {"null", Distinct::nulls, false, false, kAll, "columns that take NULL", &make_null},
    {"constant", Distinct::lost, false, false, kAll, "all columns", &make_constant},
    {"hash", Distinct::kept, false, false, kHashes, "columns of text and bytes", &make_hash},
    {"digits", Distinct::kept, false, true, kDigits, kDigitWords, &make_digits},
    {"letters", Distinct::kept, false, false, kTexts, kTextWords, &make_letters},
    {"name", Distinct::lost, true, false, kTexts, kTextWords, &make_name},
    {"first_name", Distinct::lost, true, false, kTexts, kTextWords, &make_first_name},
    {"last_name", Distinct::lost, true, false, kTexts, kTextWords, &make_last_name},
    {"email", Distinct::kept, true, false, kTexts, kTextWords, &make_email},
    {"phone", Distinct::kept, false, true, kDigits, kDigitWords, &make_phone},
    {"address", Distinct::lost, true, false, kTexts, kTextWords, &make_address},
    {"city", Distinct::lost, true, false, kTexts, kTextWords, &make_city},
    {"company", Distinct::lost, true, false, kTexts, kTextWords, &make_company},
    {"uuid", Distinct::kept, true, false, kUuids, "columns of UUIDs, text and bytes", &make_uuid},
    {"date_shift", Distinct::lost, true, true, kDates, "columns of dates and moments, and of text with such", &make_date_shift},
    {"number", Distinct::lost, true, true, kNumbers, "columns of numbers", &make_number},
    {"text", Distinct::lost, true, false, kTexts, kTextWords, &make_text},
    {"redact", Distinct::lost, false, false, kTexts, kTextWords, &make_redact},
};

}  // namespace

std::span<const MaskKind> mask_kinds() noexcept { return kKinds; }

const MaskKind* find_mask(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kKinds, name, &MaskKind::name);
  return found == std::end(kKinds) ? nullptr : found;
}

std::vector<std::string_view> mask_names() {
  std::vector<std::string_view> names{kShuffle};
  for (const MaskKind& kind : kKinds) names.push_back(kind.name);
  return names;
}

std::optional<std::size_t> declared_length(Dialect dialect, const Column& column) {
  if (column.kind != ColumnClass::text && column.kind != ColumnClass::bytes) return std::nullopt;
  const std::string type = folded(column.type);
  if (const std::size_t open = type.find('('); open != std::string::npos) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(type.data() + open + 1, type.data() + type.size(), length);
    if (error == std::errc() && end < type.data() + type.size() && *end == ')') return length;
    return std::nullopt;
  }
  // Without a length these are one character long, but in SQLite, which knows no lengths.
  if (dialect != Dialect::sqlite && (type == "char" || type == "character" || type == "\"char\"" || type == "binary")) return 1;
  // MariaDB counts bytes here, and a character has at most four.
  if (dialect == Dialect::mariadb && type == "tinytext") return 255 / 4;
  if (dialect == Dialect::mariadb && type == "tinyblob") return 255;
  return std::nullopt;
}

IntegerRange integer_range(Dialect dialect, const Column* column) {
  constexpr IntegerRange kAny{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  if (column == nullptr || dialect == Dialect::sqlite) return kAny;
  const std::string type = folded(column->type);
  const std::string_view word = std::string_view(type).substr(0, type.find_first_of("( "));
  unsigned bits = 64;
  if (word == "tinyint") bits = 8;
  if (word == "smallint" || word == "int2") bits = 16;
  if (word == "mediumint") bits = 24;
  if (word == "integer" || word == "int" || word == "int4") bits = 32;
  if (type.contains("unsigned"))
    return {0, bits == 64 ? std::numeric_limits<std::uint64_t>::max() : (std::uint64_t{1} << bits) - 1};
  if (bits == 64) return kAny;
  return {-(std::int64_t{1} << (bits - 1)), (std::uint64_t{1} << (bits - 1)) - 1};
}

ContentOf::ContentOf(const Value& value) noexcept {
  std::to_chars_result made{number_, std::errc()};
  switch (value.kind) {
    case ValueKind::null: break;
    case ValueKind::integer: made = std::to_chars(number_, number_ + sizeof number_, value.integer); break;
    case ValueKind::real: made = std::to_chars(number_, number_ + sizeof number_, value.real); break;
    case ValueKind::text:
    case ValueKind::bytes: text_ = value.text; return;
  }
  text_ = {number_, made.ptr};
}

std::optional<std::string_view> MaskOptionsReader::text(std::string_view name) {
  asked_.push_back(name);
  const auto found = options_.find(std::string(name));
  if (found == options_.end()) return std::nullopt;
  return found->second;
}

std::size_t MaskOptionsReader::count(std::string_view name, std::size_t otherwise, std::size_t min, std::size_t max) {
  const std::optional<std::string_view> word = text(name);
  if (!word) return otherwise;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), value);
  if (error == std::errc() && end == word->data() + word->size() && value >= min && value <= max) return value;
  problem("option '" + std::string(name) + "' is a whole number from " + std::to_string(min) + " to " + std::to_string(max) +
          ", not '" + std::string(*word) + "'");
  return otherwise;
}

double MaskOptionsReader::number(std::string_view name, double otherwise, double min, double max) {
  const std::optional<std::string_view> word = text(name);
  if (!word) return otherwise;
  double value = 0;
  const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), value);
  if (error == std::errc() && end == word->data() + word->size() && value >= min && value <= max) return value;
  const auto words = [](double bound) { return std::string(ContentOf(Value::of(bound))); };
  problem("option '" + std::string(name) + "' is a number from " + words(min) + " to " + words(max) + ", not '" +
          std::string(*word) + "'");
  return otherwise;
}

bool MaskOptionsReader::flag(std::string_view name) {
  const std::optional<std::string_view> word = text(name);
  if (!word || *word == "false") return false;
  if (*word == "true") return true;
  problem("option '" + std::string(name) + "' is true or false, not '" + std::string(*word) + "'");
  return false;
}

void MaskOptionsReader::finish() {
  for (const auto& [name, value] : options_) {
    if (std::ranges::find(asked_, name) != asked_.end()) continue;
    std::string told = "it has no option '" + name + "'" + did_you_mean(name, asked_);
    if (asked_.empty())
      told += ", and takes none";
    else
      for (std::size_t i = 0; i < asked_.size(); ++i) told += (i == 0 ? "; it takes " : ", ") + std::string(asked_[i]);
    problem(std::move(told));
  }
}

std::size_t count_characters(std::string_view utf8) noexcept {
  std::size_t characters = 0;
  for (const char byte : utf8) characters += (static_cast<std::uint8_t>(byte) & 0xC0) != 0x80;
  return characters;
}

std::string_view cut_characters(std::string_view utf8, std::size_t characters) noexcept {
  if (utf8.size() <= characters) return utf8;
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    if ((static_cast<std::uint8_t>(utf8[at]) & 0xC0) == 0x80) continue;
    if (characters-- == 0) return utf8.substr(0, at);
  }
  return utf8;
}

}  // namespace millrace::subset
