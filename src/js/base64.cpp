#include "js/base64.h"

#include <array>
#include <cstring>
#include <string_view>

namespace millrace::js {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kSpace = 64, kOther = 128;
constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kOther);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  for (const char space : {' ', '\t', '\n', '\f', '\r'}) values[static_cast<std::uint8_t>(space)] = kSpace;
  return values;
}();

}  // namespace

void base64_encode(std::span<const std::uint8_t> from, char* to) noexcept {
  const std::uint8_t* at = from.data();
  const auto put = [&to](std::uint32_t three) {
    const std::array<char, 4> four{kAlphabet[three >> 18], kAlphabet[(three >> 12) & 63], kAlphabet[(three >> 6) & 63],
                                   kAlphabet[three & 63]};
    std::memcpy(to, four.data(), 4);
    to += 4;
  };
  std::size_t left = from.size();
  for (; left >= 3; left -= 3, at += 3) put(static_cast<std::uint32_t>((at[0] << 16) | (at[1] << 8) | at[2]));
  if (left == 0) return;
  put(static_cast<std::uint32_t>((at[0] << 16) | (left == 2 ? at[1] << 8 : 0)));
  to[-1] = '=';
  if (left == 1) to[-2] = '=';
}

bool base64_decode_plain(std::span<const std::uint8_t> from, std::span<char> to) noexcept {
  int bad = 0;
  char* out = to.data();
  const auto put = [&](std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::size_t count) {
    const std::array<std::uint8_t, 4> values{kValues[a], kValues[b], kValues[c], kValues[d]};
    bad |= values[0] | values[1] | values[2] | values[3];
    const int group = (values[0] << 18) | (values[1] << 12) | (values[2] << 6) | values[3];
    const std::array<char, 3> bytes{static_cast<char>(group >> 16), static_cast<char>(group >> 8), static_cast<char>(group)};
    std::memcpy(out, bytes.data(), count);
    out += count;
  };
  const std::size_t whole = to.size() / 3 * 3, rest = to.size() - whole;
  const std::uint8_t* at = from.data();
  for (const char* const end = to.data() + whole; out < end; at += 4) put(at[0], at[1], at[2], at[3], 3);
  if (rest > 0) put(at[0], at[1], rest == 2 ? at[2] : 'A', 'A', rest);
  return bad < kSpace;
}

std::optional<std::size_t> base64_plain_size(std::span<const std::uint8_t> from) noexcept {
  if (from.size() % 4 != 0 || from.empty()) return std::nullopt;
  const std::size_t padding = from.back() != '=' ? 0 : from[from.size() - 2] != '=' ? 1 : 2;
  return from.size() / 4 * 3 - padding;
}

Base64Result base64_decode(std::span<const std::uint8_t> from, std::uint8_t* to) noexcept {
  const std::uint8_t* const start = to;
  std::uint32_t group = 0;
  std::size_t characters = 0, padding = 0;
  for (const std::uint8_t c : from) {
    const std::uint8_t value = kValues[c];
    if (value == kSpace) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    // Nothing but whitespace and more padding may follow padding.
    if (value == kOther || padding > 0) return {0, Base64Error::character};
    group = (group << 6) | value;
    if (++characters % 4 != 0) continue;
    *to++ = static_cast<std::uint8_t>(group >> 16);
    *to++ = static_cast<std::uint8_t>(group >> 8);
    *to++ = static_cast<std::uint8_t>(group);
  }
  // At most two signs of padding, and only where they make the length a multiple of four.
  if (padding > 2 || (padding > 0 && (characters + padding) % 4 != 0)) return {0, Base64Error::character};
  switch (characters % 4) {
    case 1: return {0, Base64Error::length};
    case 2: *to++ = static_cast<std::uint8_t>(group >> 4); break;
    case 3:
      *to++ = static_cast<std::uint8_t>(group >> 10);
      *to++ = static_cast<std::uint8_t>(group >> 2);
      break;
    default: break;
  }
  return {static_cast<std::size_t>(to - start), {}};
}

}  // namespace millrace::js
