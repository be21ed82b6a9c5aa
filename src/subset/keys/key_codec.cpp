// A byte for the version, rows, columns, a byte for the form, and the keys:
//   ascending  one column of whole numbers, each greater than the one before: the first, then differences less one; a zero is followed by how many more there are.
//   fields     row by row, each a byte for its kind and what it is.
// Numbers have seven bits to a byte, the lowest first, and a bit that says that more follow; those with a sign alternate: 0, -1, 1, -2, ...
#include <bit>
#include <cstdint>
#include <optional>

#include "subset/keys/key_set.h"

namespace millrace::subset {
namespace {

constexpr char kVersion = 1;
constexpr char kAscending = 1;
constexpr char kFields = 2;
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

void append_number(std::uint64_t number, std::string& into) {
  for (; number >= 0x80; number >>= 7) into += static_cast<char>((number & 0x7f) | 0x80);
  into += static_cast<char>(number);
}

std::uint64_t fold(std::int64_t number) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  return bits << 1 ^ (number < 0 ? ~std::uint64_t{0} : 0);
}
std::int64_t unfold(std::uint64_t folded) noexcept {
  return std::bit_cast<std::int64_t>(folded >> 1 ^ ((folded & 1) != 0 ? ~std::uint64_t{0} : 0));
}

/// Numbers in order are compared as unsigned ones.
std::uint64_t ordered(std::int64_t number) noexcept { return std::bit_cast<std::uint64_t>(number) ^ kSign; }

bool is_ascending(const Page& keys) {
  if (keys.columns() != 1 || keys.empty()) return false;
  for (std::size_t row = 0; row < keys.rows(); ++row) {
    if (keys.at(row, 0).kind != ValueKind::integer) return false;
    if (row > 0 && keys.at(row, 0).integer <= keys.at(row - 1, 0).integer) return false;
  }
  return true;
}

void append_ascending(const Page& keys, std::string& into) {
  append_number(fold(keys.at(0, 0).integer), into);
  std::uint64_t zeros = 0;
  const auto end_run = [&] {
    if (zeros == 0) return;
    append_number(0, into);
    append_number(zeros - 1, into);
    zeros = 0;
  };
  for (std::size_t row = 1; row < keys.rows(); ++row) {
    const std::uint64_t less_one = ordered(keys.at(row, 0).integer) - ordered(keys.at(row - 1, 0).integer) - 1;
    if (less_one == 0) {
      ++zeros;
      continue;
    }
    end_run();
    append_number(less_one, into);
  }
  end_run();
}

void append_field(const Value& value, std::string& into) {
  into += static_cast<char>(value.kind);
  switch (value.kind) {
    case ValueKind::null: return;
    case ValueKind::integer: return append_number(fold(value.integer), into);
    case ValueKind::real: {
      const auto bits = std::bit_cast<std::uint64_t>(value.real);
      for (int shift = 0; shift < 64; shift += 8) into += static_cast<char>(bits >> shift & 0xff);
      return;
    }
    case ValueKind::text:
    case ValueKind::bytes:
      append_number(value.text.size(), into);
      into += value.text;
      return;
  }
}

/// What is left to read. Every function says whether it was there.
struct Reader {
  std::string_view left;

  bool byte(char& into) {
    if (left.empty()) return false;
    into = left.front();
    left.remove_prefix(1);
    return true;
  }
  bool number(std::uint64_t& into) {
    into = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      char next = 0;
      if (!byte(next)) return false;
      const std::uint64_t bits = static_cast<unsigned char>(next) & 0x7f;
      if (shift == 63 && bits > 1) return false;
      into |= bits << shift;
      if ((next & 0x80) == 0) return bits != 0 || shift == 0;  // a number has one spelling
    }
    return false;
  }
  bool text(std::string_view& into) {
    std::uint64_t length = 0;
    if (!number(length) || length > left.size() || length > Page::kTextMax) return false;
    into = left.substr(0, length);
    left.remove_prefix(length);
    return true;
  }
};

bool read_ascending(Reader& reader, std::uint64_t rows, Page& into) {
  std::uint64_t folded = 0;
  if (!reader.number(folded)) return false;
  std::uint64_t last = ordered(unfold(folded));
  const auto add = [&] { into.set(into.add_row(), 0, std::bit_cast<std::int64_t>(last ^ kSign)); };
  add();
  for (std::uint64_t row = 1; row < rows;) {
    std::uint64_t less_one = 0;
    std::uint64_t more = 0;
    if (!reader.number(less_one)) return false;
    if (less_one == 0 && !reader.number(more)) return false;
    if (more >= rows - row || less_one >= ~last || (less_one == 0 && more >= ~last)) return false;
    for (std::uint64_t left = more + 1; left > 0; --left, ++row) {
      last += less_one + 1;
      add();
    }
  }
  return true;
}

bool read_field(Reader& reader, std::size_t row, std::size_t column, Page& into) {
  char kind = 0;
  if (!reader.byte(kind)) return false;
  std::uint64_t number = 0;
  std::string_view text;
  switch (static_cast<unsigned char>(kind)) {
    case static_cast<unsigned char>(ValueKind::null): return true;
    case static_cast<unsigned char>(ValueKind::integer):
      if (!reader.number(number)) return false;
      into.set(row, column, unfold(number));
      return true;
    case static_cast<unsigned char>(ValueKind::real):
      if (reader.left.size() < 8) return false;
      for (int shift = 0; shift < 64; shift += 8) {
        number |= std::uint64_t{static_cast<unsigned char>(reader.left.front())} << shift;
        reader.left.remove_prefix(1);
      }
      into.set(row, column, std::bit_cast<double>(number));
      return true;
    case static_cast<unsigned char>(ValueKind::text):
      if (!reader.text(text)) return false;
      into.set_text(row, column, text);
      return true;
    case static_cast<unsigned char>(ValueKind::bytes):
      if (!reader.text(text)) return false;
      into.set_bytes(row, column, text);
      return true;
    default: return false;
  }
}

bool read_fields(Reader& reader, std::uint64_t rows, Page& into) {
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::size_t added = into.add_row();
    for (std::size_t column = 0; column < into.columns(); ++column)
      if (!read_field(reader, added, column, into)) return false;
  }
  return true;
}

}  // namespace

std::string encode_keys(const Page& keys) {
  MILLRACE_ASSERT(keys.columns() <= KeySet::kColumnsMax && (keys.columns() > 0 || keys.empty()));
  const bool ascending = is_ascending(keys);
  std::string encoded(1, kVersion);
  append_number(keys.rows(), encoded);
  append_number(keys.columns(), encoded);
  encoded += ascending ? kAscending : kFields;
  if (ascending) {
    append_ascending(keys, encoded);
    return encoded;
  }
  for (std::size_t row = 0; row < keys.rows(); ++row)
    for (std::size_t column = 0; column < keys.columns(); ++column) append_field(keys.at(row, column), encoded);
  return encoded;
}

Result<void> decode_keys(std::string_view encoded, Page& into) {
  const auto no_keys = [] { return fail(Errc::invalid_argument, "keys: these bytes are no list of keys"); };
  Reader reader{encoded};
  char version = 0;
  char form = 0;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  if (!reader.byte(version) || version != kVersion || !reader.number(rows) || !reader.number(columns) || !reader.byte(form))
    return no_keys();
  if (rows > Page::kRowsMax || columns > KeySet::kColumnsMax || (columns == 0 && rows != 0)) return no_keys();
  if (form == kAscending ? columns != 1 || rows == 0 : form != kFields) return no_keys();
  // Each field takes a byte and more, so that few bytes never claim much memory; a run of numbers does, up to the page's limit.
  if (form == kFields && rows * columns > reader.left.size()) return no_keys();
  if (into.empty()) into.reset(columns);
  if (into.columns() != columns) return fail(Errc::invalid_argument, "keys: the list has another number of columns than the page");
  if (rows > Page::kRowsMax - into.rows()) return fail(Errc::full, "keys: a page has no room for so many");
  const std::size_t before = into.rows();
  const bool read = form == kAscending ? read_ascending(reader, rows, into) : read_fields(reader, rows, into);
  if (read && reader.left.empty()) return {};
  into.filter([before](std::size_t row) { return row < before; });
  return no_keys();
}

}  // namespace millrace::subset
