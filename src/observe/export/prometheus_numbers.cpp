#include "observe/export/prometheus_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace millrace::observe {

namespace {

template <typename Number, typename... Format>
void append_chars(std::string& out, Number value, Format... format) {
  std::array<char, 64> digits;  // the shortest form of a double takes 24, one below 10^6 in fixed notation fewer
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, format...);
  out.append(digits.data(), end.ptr);
}

bool is_plain(char c) noexcept { return static_cast<unsigned char>(c) < 0x80 && c != '\0' && c != '\n' && c != '\\' && c != '"'; }

}  // namespace

void append_number(std::string& out, std::int64_t value) { append_chars(out, value); }
void append_number(std::string& out, std::uint64_t value) { append_chars(out, value); }

void append_number(std::string& out, double value) {
  if (std::isnan(value))
    out += "NaN";
  else if (std::isinf(value))
    out += value > 0 ? "+Inf" : "-Inf";
  else
    append_chars(out, value);
}

std::string canonical_bound(double bound) {
  std::string out;
  if (bound != 0 && (std::abs(bound) < 1e-4 || std::abs(bound) >= 1e6)) {
    append_chars(out, bound, std::chars_format::scientific);
    return out;
  }
  append_chars(out, bound, std::chars_format::fixed);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

void append_seconds(std::string& out, WallTime time) {
  const std::int64_t ns = time.time_since_epoch().count();
  append_number(out, ns / 1'000'000'000);
  std::string fraction = std::to_string(1'000'000'000 + ns % 1'000'000'000).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  if (!fraction.empty()) out.append(".").append(fraction);
}

void append_escaped(std::string& out, std::string_view text, bool quotation_marks) {
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const char c = text.front();
    std::size_t length = 1;
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (c == '"') {
      out += quotation_marks ? "\\\"" : "\"";
    } else {
      const Utf8Character character = first_character(text);
      length = character.bytes;
      out += character.valid && c != '\0' ? text.substr(0, length) : kReplacementUtf8;
    }
    text.remove_prefix(length);
  }
}

}  // namespace millrace::observe
