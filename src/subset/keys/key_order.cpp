#include "subset/keys/key_order.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace millrace::subset {
namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
constexpr char kNull = 1;
constexpr char kInteger = 2;
constexpr char kReal = 3;
constexpr char kText = 4;
constexpr char kBytes = 5;

void append_number(char kind, std::uint64_t number, std::string& into) {
  into += kind;
  for (int shift = 56; shift >= 0; shift -= 8) into += static_cast<char>(number >> shift & 0xff);
}

std::optional<std::uint64_t> take_number(std::string_view& key) {
  if (key.size() < 8) return std::nullopt;
  std::uint64_t number = 0;
  for (const char byte : key.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(byte);
  key.remove_prefix(8);
  return number;
}

void append_text(char kind, std::string_view text, std::string& into) {
  into += kind;
  for (;;) {
    const std::size_t nul = text.find('\0');
    into += text.substr(0, nul);
    if (nul == std::string_view::npos) break;
    into += std::string_view("\0\xff", 2);
    text.remove_prefix(nul + 1);
  }
  into += std::string_view("\0\0", 2);
}

bool take_text(std::string_view& key, std::string& text) {
  text.clear();
  for (;;) {
    const std::size_t nul = key.find('\0');
    if (nul == std::string_view::npos || nul + 1 == key.size()) return false;
    text += key.substr(0, nul);
    const char next = key[nul + 1];
    key.remove_prefix(nul + 2);
    if (next == '\0') return true;
    if (next != '\xff') return false;
    text += '\0';
  }
}

Result<void> no_key() { return fail(Errc::invalid_argument, "keys: what the file has is no key"); }

}  // namespace

void append_ordered(const Value& value, std::string& into) {
  switch (value.kind) {
    case ValueKind::null: into += kNull; return;
    case ValueKind::integer: append_number(kInteger, std::bit_cast<std::uint64_t>(value.integer) ^ kSignBit, into); return;
    case ValueKind::real: {
      const auto bits = std::bit_cast<std::uint64_t>(value.real);
      append_number(kReal, (bits & kSignBit) != 0 ? ~bits : bits | kSignBit, into);
      return;
    }
    case ValueKind::text: append_text(kText, value.text, into); return;
    case ValueKind::bytes: append_text(kBytes, value.text, into); return;
  }
}

Result<void> read_ordered(std::string_view key, Page& into, std::string& unescaped) {
  const std::size_t row = into.add_row();
  for (std::size_t column = 0; column < into.columns(); ++column) {
    if (key.empty()) return no_key();
    const char kind = key.front();
    key.remove_prefix(1);
    if (kind == kNull) continue;
    if (kind == kInteger || kind == kReal) {
      const std::optional<std::uint64_t> number = take_number(key);
      if (!number) return no_key();
      if (kind == kInteger) into.set(row, column, std::bit_cast<std::int64_t>(*number ^ kSignBit));
      if (kind == kReal) into.set(row, column, std::bit_cast<double>((*number & kSignBit) != 0 ? *number ^ kSignBit : ~*number));
    } else if (kind == kText || kind == kBytes) {
      if (!take_text(key, unescaped)) return no_key();
      if (kind == kText) into.set_text(row, column, unescaped);
      if (kind == kBytes) into.set_bytes(row, column, unescaped);
    } else {
      return no_key();
    }
  }
  return key.empty() ? Result<void>() : no_key();
}

Result<void> check_columns(const Page& page, std::size_t columns) {
  if (page.columns() == columns) return {};
  return fail(Error(Errc::invalid_argument, "keys: the page has another number of columns than the set")
                  .with("columns", std::to_string(page.columns()))
                  .with("wanted", std::to_string(columns)));
}

Result<std::size_t> room_in(Page& page, std::size_t columns, std::size_t count) {
  if (page.empty()) page.reset(columns);
  if (Result<void> fits = check_columns(page, columns); !fits) return fail(fits.error());
  return std::min(count, Page::kRowsMax - page.rows());
}

}  // namespace millrace::subset
