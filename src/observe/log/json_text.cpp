#include "observe/log/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace millrace::observe::detail {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kNumberBytesMax = 32;  // of a 64-bit integer, and of the shortest digits of a double
constexpr std::size_t kExpansionMax = 6;     // bytes that one byte becomes: \u001f
constexpr std::uint64_t kEach = 0x0101010101010101;
constexpr std::uint64_t kTop = 0x8080808080808080;

// True when no byte of the word is a control character, a quote, a backslash, DEL or beyond ASCII. Each term sets the top bit of a byte
// that is: a byte below n borrows in `byte - n`. A borrow may set the bit of the next byte, too, which then is looked at for nothing.
bool is_plain(std::uint64_t word) noexcept {
  const std::uint64_t quote = word ^ (kEach * '"');
  const std::uint64_t backslash = word ^ (kEach * '\\');
  const std::uint64_t found = (word - kEach * 0x20) | (quote - kEach) | (backslash - kEach) | (word + kEach) | word;
  return (found & kTop) == 0;
}

bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

// Less than a word, when all of it is plain. Its two halves may overlap, so that no loop over bytes is needed: most keys are that short.
bool put_plain_rest(char* to, std::string_view text) noexcept {
  const std::size_t size = text.size();
  const auto load = [](auto& half, const char* from) { std::memcpy(&half, from, sizeof half); };
  if (size >= 4) {
    std::uint32_t first;
    std::uint32_t last;
    load(first, text.data());
    load(last, text.data() + size - 4);
    if (!is_plain(std::uint64_t{last} << 32 | first)) return false;
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - 4, &last, sizeof last);
    return true;
  }
  if (size >= 2) {
    std::uint16_t first;
    std::uint16_t last;
    load(first, text.data());
    load(last, text.data() + size - 2);
    if (!is_plain((kEach * ' ' << 32) | std::uint32_t{last} << 16 | first)) return false;
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - 2, &last, sizeof last);
    return true;
  }
  if (size == 0) return true;
  *to = text[0];
  return is_plain(text[0]);
}

char* put(char* to, std::string_view text) noexcept {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* put_escape(char* to, char32_t code) noexcept {
  const auto unit = static_cast<std::uint32_t>(code);
  to = put(to, "\\u");
  for (const unsigned shift : {12U, 8U, 4U, 0U}) *to++ = kHex[(unit >> shift) & 0xF];
  return to;
}

// One character that is not plain, and how many bytes of the text it took.
std::size_t put_special(char*& to, std::string_view text) noexcept {
  switch (text[0]) {
    case '"': to = put(to, "\\\""); return 1;
    case '\\': to = put(to, "\\\\"); return 1;
    case '\n': to = put(to, "\\n"); return 1;
    case '\r': to = put(to, "\\r"); return 1;
    case '\t': to = put(to, "\\t"); return 1;
    default: break;
  }
  const Utf8Character character = first_character(text);
  const char32_t code = character.code;
  if (!character.valid)
    to = put(to, kReplacementUtf8);
  else if (code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029)
    to = put_escape(to, code);
  else
    to = put(to, text.substr(0, character.bytes));
  return character.bytes;
}

constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Two digits of a number below 100.
char* put_pair(char* to, std::uint32_t value) noexcept {
  std::memcpy(to, kPairs.data() + std::size_t{2} * value, 2);
  return to + 2;
}
// Nine digits of a number below 10^9.
char* put_nine(char* to, std::uint32_t value) noexcept {
  const std::uint32_t high = value / 10'000;  // five digits
  const std::uint32_t low = value % 10'000;
  *to++ = static_cast<char>('0' + high / 10'000);
  to = put_pair(to, high / 100 % 100);
  to = put_pair(to, high % 100);
  to = put_pair(to, low / 100);
  return put_pair(to, low % 100);
}

char* put_hex(char* to, std::uint64_t value, unsigned digits) noexcept {
  for (unsigned i = 0; i < digits; ++i) *to++ = kHex[(value >> (4 * (digits - 1 - i))) & 0xF];
  return to;
}

template <typename Integer>
void append_integer(TextBuffer& out, Integer value) {
  char* const at = out.room(kNumberBytesMax);
  out.commit(std::to_chars(at, at + kNumberBytesMax, value).ptr);
}

// Numbers that people write, such as 0.875 and -12.5: at most six decimals and 15 digits in all. Two decimal texts of so few digits never
// mean the same double, so the one found is the shortest; the general way takes ten times as long.
bool append_short_decimal(TextBuffer& out, double value) {
  constexpr double kScale = 1e6;
  constexpr double kLargest = 1e9;  // times the scale: 15 digits
  if (!(std::abs(value) < kLargest) || (value == 0 && std::signbit(value))) return false;
  const auto scaled = static_cast<std::int64_t>(value * kScale + std::copysign(0.5, value));
  if (static_cast<double>(scaled) / kScale != value) return false;
  if (std::abs(value) < 1e-3 && scaled != 0) return false;  // shorter with an exponent
  const std::uint64_t magnitude = static_cast<std::uint64_t>(std::abs(scaled));
  if (scaled < 0) out.append('-');
  append_integer(out, magnitude / 1'000'000);
  const auto decimals = static_cast<std::uint32_t>(magnitude % 1'000'000);
  if (decimals == 0) return true;
  char* const at = out.room(7);
  *at = '.';
  char* end = put_pair(put_pair(put_pair(at + 1, decimals / 10'000), decimals / 100 % 100), decimals % 100);
  while (end[-1] == '0') --end;
  out.commit(end);
  return true;
}

}  // namespace

void append_json_string(TextBuffer& out, std::string_view text) {
  char* to = out.room(text.size() + sizeof(std::uint64_t) + 2);
  *to++ = '"';
  while (true) {
    // Whole words are copied before they are looked at; what was no plain text is written over.
    while (text.size() >= sizeof(std::uint64_t)) {
      std::uint64_t word;
      std::memcpy(&word, text.data(), sizeof word);
      std::memcpy(to, &word, sizeof word);
      if (!is_plain(word)) break;
      to += sizeof word;
      text.remove_prefix(sizeof word);
    }
    if (text.size() < sizeof(std::uint64_t) && put_plain_rest(to, text)) {
      to += text.size();
      break;
    }
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) {
      to[plain] = text[plain];
      ++plain;
    }
    to += plain;
    text.remove_prefix(plain);
    if (text.empty()) break;
    out.commit(to);
    to = out.room(text.size() + sizeof(std::uint64_t) + kExpansionMax + 2);
    text.remove_prefix(put_special(to, text));
  }
  *to++ = '"';
  out.commit(to);
}

void append_number(TextBuffer& out, std::int64_t value) { append_integer(out, value); }
void append_number(TextBuffer& out, std::uint64_t value) { append_integer(out, value); }

void append_json_number(TextBuffer& out, double value) {
  if (std::isnan(value)) return out.append("\"NaN\"");
  if (std::isinf(value)) return out.append(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  if (append_short_decimal(out, value)) return;
  append_integer(out, value);
}

void append_seconds(TextBuffer& out, Duration value) {
  const std::int64_t count = value.count();
  // Without its sign, which the smallest of all has no room for.
  const std::uint64_t magnitude = count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  constexpr std::uint64_t kSecond = 1'000'000'000;
  if (count < 0) out.append('-');
  append_number(out, magnitude / kSecond);
  if (magnitude % kSecond == 0) return;
  char* const at = out.room(10);
  *at = '.';
  char* end = put_nine(at + 1, static_cast<std::uint32_t>(magnitude % kSecond));
  while (end[-1] == '0') --end;
  out.commit(end);
}

char* put_time(char* to, WallTime time) noexcept {
  // By hand: the library would turn the day back into nanoseconds, and the first day of all begins before what they can count.
  constexpr std::int64_t kDay = 86'400'000'000'000;
  const std::int64_t count = time.time_since_epoch().count();
  const std::int64_t days = count / kDay - (count % kDay < 0 ? 1 : 0);
  const auto of_day = static_cast<std::uint64_t>(count % kDay + (count % kDay < 0 ? kDay : 0));
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const auto seconds = static_cast<std::uint32_t>(of_day / 1'000'000'000);
  const auto year =
      static_cast<std::uint32_t>(static_cast<int>(date.year()));  // 1677 to 2262: all that 64 bits of nanoseconds have
  to = put_pair(to, year / 100);
  to = put_pair(to, year % 100);
  *to++ = '-';
  to = put_pair(to, static_cast<unsigned>(date.month()));
  *to++ = '-';
  to = put_pair(to, static_cast<unsigned>(date.day()));
  *to++ = 'T';
  to = put_pair(to, seconds / 3600);
  *to++ = ':';
  to = put_pair(to, seconds / 60 % 60);
  *to++ = ':';
  to = put_pair(to, seconds % 60);
  *to++ = '.';
  to = put_nine(to, static_cast<std::uint32_t>(of_day % 1'000'000'000));
  *to++ = 'Z';
  return to;
}

void append_time(TextBuffer& out, WallTime time) { out.commit(put_time(out.room(kTimeBytes), time)); }

void append_id(TextBuffer& out, const CorrelationId& id) {
  char* to = out.room(36);
  to = put_hex(to, id.high >> 32, 8);
  *to++ = '-';
  to = put_hex(to, id.high >> 16, 4);
  *to++ = '-';
  to = put_hex(to, id.high, 4);
  *to++ = '-';
  to = put_hex(to, id.low >> 48, 4);
  *to++ = '-';
  to = put_hex(to, id.low, 12);
  out.commit(to);
}

void append_hex(TextBuffer& out, std::uint64_t value) { out.commit(put_hex(out.room(16), value, 16)); }

}  // namespace millrace::observe::detail
