#include "subset/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace millrace::subset {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void add_escaped(std::string& text, char c) {
  std::array<char, 8> escaped{};
  std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(c));
  text += escaped.data();
}

}  // namespace

std::string shown(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if (byte == 0xc2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xa0) {  // U+0080 to U+009F
      add_escaped(text, name[i]);
      add_escaped(text, name[++i]);
    } else if (byte < 0x20 || byte == 0x7f || byte == '\\') {
      add_escaped(text, name[i]);
    } else {
      text += name[i];
    }
  }
  return text;
}
std::string shown(const TableName& name) { return shown(name.to_string()); }

std::string names_of(const Table& table, const ColumnList& columns) {
  std::string text;
  for (const std::size_t column : columns) text.append(text.empty() ? "" : ", ").append(shown(table.columns[column].name));
  return text;
}

std::string counted(std::uint64_t count, std::string_view one) {
  return std::to_string(count) + ' ' + std::string(one) + (count == 1 ? "" : "s");
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string folded(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void append_hex(std::string& to, std::string_view bytes) {
  to.reserve(to.size() + bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    to += kHex[byte >> 4];
    to += kHex[byte & 15];
  }
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  constexpr double kNext = 1023.95;  // with one digit behind the point this is 1024.0
  for (; amount >= kNext && unit + 1 < kUnits.size(); ++unit) amount /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", amount, kUnits[unit]);
  return text.data();
}

std::string duration_text(Duration duration) {
  const std::int64_t milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  constexpr std::int64_t kMinute = 59'950;  // with one digit behind the point this is 60.0 s
  const long long seconds = (milliseconds < kMinute ? milliseconds : std::max<std::int64_t>(milliseconds, 60'000)) / 1000;
  std::array<char, 48> text{};
  if (milliseconds < 1000)
    std::snprintf(text.data(), text.size(), "%lld ms", static_cast<long long>(milliseconds));
  else if (seconds < 60)
    std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(milliseconds) / 1000);
  else if (seconds < 3600)
    std::snprintf(text.data(), text.size(), "%lld:%02lld min", seconds / 60, seconds % 60);
  else
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld h", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return text.data();
}

}  // namespace millrace::subset
