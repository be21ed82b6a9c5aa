#include "js/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/utf8.h"

namespace millrace::js {
namespace {

constexpr char16_t kReplacement = kReplacementCharacter;

constexpr bool is_high(char16_t unit) noexcept { return unit >= 0xd800 && unit <= 0xdbff; }
constexpr bool is_low(char16_t unit) noexcept { return unit >= 0xdc00 && unit <= 0xdfff; }

constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080ULL;
std::uint64_t eight_bytes(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, 8);
  return word;
}

/// The character that starts at `i`, which moves behind it; a lone surrogate is the replacement character.
char32_t next_character(std::u16string_view utf16, std::size_t& i) noexcept {
  const char16_t unit = utf16[i++];
  if (!is_high(unit) && !is_low(unit)) return unit;
  if (is_low(unit) || i == utf16.size() || !is_low(utf16[i])) return kReplacement;
  return 0x10000 + ((unit - 0xd800U) << 10) + (utf16[i++] - 0xdc00U);
}

/// What windows-1252 says of 0x80 to 0x9f; all other bytes are the code points of the same number (WHATWG Encoding, index
/// windows-1252).
constexpr std::array<char16_t, 32> kWindows1252{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

}  // namespace

bool is_ascii(std::string_view bytes) noexcept {
  std::uint64_t high = 0;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) high |= eight_bytes(bytes.data() + i);
  for (; i < bytes.size(); ++i) high |= static_cast<unsigned char>(bytes[i]);
  return (high & kHighBits) == 0;
}

namespace {

/// Runs of ASCII, which most text is made of, eight at a time. Units behind those it counts may be written, too, as far as `room`.
std::size_t copy_ascii(const char* from, const char* end, char16_t* to, std::size_t room) noexcept {
  std::size_t count = 0;
  for (; end - from >= 8 && room - count >= 8; from += 8) {
    const std::uint64_t high = eight_bytes(from) & kHighBits;
    std::copy_n(from, 8, to + count);
    if (high != 0) return count + static_cast<std::size_t>(std::countr_zero(high)) / 8;
    count += 8;
  }
  for (; from < end && count < room && static_cast<unsigned char>(*from) < 0x80; ++from) to[count++] = static_cast<char16_t>(*from);
  return count;
}

constexpr std::size_t utf16_length(char32_t c) noexcept { return c < 0x10000 ? 1 : 2; }

char16_t* put_utf16(char16_t* to, char32_t c) noexcept {
  if (c < 0x10000) return *to++ = static_cast<char16_t>(c), to;
  *to++ = static_cast<char16_t>(0xd7c0 + (c >> 10));
  *to++ = static_cast<char16_t>(0xdc00 | (c & 0x3ff));
  return to;
}

}  // namespace

Decoded decode_utf8(std::string_view utf8, char16_t* to) noexcept {
  char16_t* at = to;
  bool malformed = false;
  const char* from = utf8.data();
  for (const char* const end = from + utf8.size(); from < end;) {
    const std::size_t run = copy_ascii(from, end, at, static_cast<std::size_t>(end - from));
    from += run, at += run;
    if (from == end) break;
    const Utf8Character next = first_character({from, end});
    from += next.bytes;
    malformed = malformed || !next.valid;
    at = put_utf16(at, next.code);
  }
  return {static_cast<std::size_t>(at - to), malformed};
}

Utf8Facts look_at_utf8(std::string_view utf8) noexcept {
  // Units: all bytes that are no continuation, and once more those that lead four bytes, which become two units.
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101ULL;
  std::uint64_t any = 0;
  std::size_t units = utf8.size();
  std::size_t i = 0;
  for (; i + 8 <= utf8.size(); i += 8) {
    const std::uint64_t word = eight_bytes(utf8.data() + i);
    any |= word;
    const std::uint64_t continuations = word & ~(word << 1) & kHighBits;
    const std::uint64_t fours = word & (word << 1) & (word << 2) & (word << 3) & kHighBits;
    units -= ((continuations >> 7) * kOnes) >> 56;
    units += ((fours >> 7) * kOnes) >> 56;
  }
  for (; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    any |= byte;
    units = units - ((byte & 0xc0U) == 0x80U ? 1 : 0) + (byte >= 0xf0 ? 1 : 0);
  }
  return {units, (any & kHighBits) == 0};
}

bool decode_valid_utf8(std::string_view utf8, std::span<char16_t> to) noexcept {
  char16_t* at = to.data();
  char16_t* const limit = at + to.size();
  const auto room = [&] { return static_cast<std::size_t>(limit - at); };
  const char* from = utf8.data();
  for (const char* const end = from + utf8.size(); from < end;) {
    const std::size_t run = copy_ascii(from, end, at, room());
    from += run, at += run;
    if (from == end) break;
    const Utf8Character next = first_character({from, end});
    from += next.bytes;
    if (!next.valid || room() < utf16_length(next.code)) return false;
    at = put_utf16(at, next.code);
  }
  return at == limit;
}

Decoded decode_utf16(std::string_view bytes, bool big_endian, char16_t* to) noexcept {
  char16_t* at = to;
  bool malformed = false;
  const auto unit_at = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]), second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char16_t>(big_endian ? (first << 8) | second : (second << 8) | first);
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const bool cut = i + 1 == bytes.size();
    const char16_t unit = cut ? kReplacement : unit_at(i);
    i += 2;
    if (is_high(unit) && i + 1 < bytes.size() && is_low(unit_at(i))) {
      *at++ = unit;
      *at++ = unit_at(i);
      i += 2;
    } else if (cut || is_high(unit) || is_low(unit)) {
      *at++ = kReplacement;
      malformed = true;
      // A high surrogate and the single byte after it are one error, of the end of the input.
      if (is_high(unit) && i + 1 == bytes.size()) break;
    } else {
      *at++ = unit;
    }
  }
  return {static_cast<std::size_t>(at - to), malformed};
}

Decoded decode_windows_1252(std::string_view bytes, char16_t* to) noexcept {
  for (const char byte : bytes) {
    const auto c = static_cast<unsigned char>(byte);
    *to++ = c >= 0x80 && c <= 0x9f ? kWindows1252[c - 0x80U] : c;
  }
  return {bytes.size(), false};
}

Encoded encode_utf8(std::u16string_view utf16, std::span<char> to) noexcept {
  std::size_t read = 0;
  char* at = to.data();
  const char* const end = at + to.size();
  while (read < utf16.size()) {
    // Runs of ASCII, four at a time.
    if (utf16.size() - read >= 4 && end - at >= 4) {
      std::uint64_t four = 0;
      std::memcpy(&four, utf16.data() + read, 8);
      if ((four & 0xff80'ff80'ff80'ff80ULL) == 0) {
        for (int i = 0; i < 4; ++i) *at++ = static_cast<char>(utf16[read++]);
        continue;
      }
    }
    std::size_t next = read;
    const char32_t c = next_character(utf16, next);
    if (static_cast<std::size_t>(end - at) < utf8_length(c)) break;
    at = put_utf8(at, c);
    read = next;
  }
  return {read, static_cast<std::size_t>(at - to.data())};
}

Encoded encode_utf8(std::string_view latin1, std::span<char> to) noexcept {
  std::size_t read = 0;
  char* at = to.data();
  const char* const end = at + to.size();
  const auto room = [&] { return static_cast<std::size_t>(end - at); };
  while (read < latin1.size()) {
    // Runs of ASCII, eight at a time.
    if (latin1.size() - read >= 8 && room() >= 8 && (eight_bytes(latin1.data() + read) & kHighBits) == 0) {
      at = std::copy_n(latin1.data() + read, 8, at);
      read += 8;
      continue;
    }
    const auto c = static_cast<unsigned char>(latin1[read]);
    if (room() < utf8_length(c)) break;
    at = put_utf8(at, c);
    ++read;
  }
  return {read, static_cast<std::size_t>(at - to.data())};
}

std::size_t utf8_size(std::string_view latin1) noexcept {
  std::size_t high = 0;
  for (const char c : latin1) high += static_cast<unsigned char>(c) >> 7;
  return latin1.size() + high;
}

std::size_t utf8_size(std::u16string_view utf16) noexcept {
  std::size_t size = 0;
  for (std::size_t i = 0; i < utf16.size();) size += utf8_length(next_character(utf16, i));
  return size;
}

std::u16string utf8_to_utf16(std::string_view utf8) {
  std::u16string out;
  out.resize_and_overwrite(utf8.size(), [&](char16_t* to, std::size_t) { return decode_utf8(utf8, to).units; });
  return out;
}

std::string latin1_to_utf8(std::string_view latin1) {
  if (is_ascii(latin1)) return std::string(latin1);
  std::string out(utf8_size(latin1), '\0');
  encode_utf8(latin1, out);
  return out;
}

std::u16string latin1_to_utf16(std::string_view latin1) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(latin1.data());
  return {bytes, bytes + latin1.size()};
}

std::string utf16_to_utf8(std::u16string_view utf16) {
  std::string out;
  // Three bytes is the most a unit can need.
  out.resize_and_overwrite(utf16.size() * 3, [&](char* to, std::size_t room) { return encode_utf8(utf16, {to, room}).written; });
  return out;
}

}  // namespace millrace::js
