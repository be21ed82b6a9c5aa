// Page: some rows of a table on their way from one database to another, column by column. Value: one field of it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <millrace/assert.h>

namespace millrace::subset {

/// What a field holds. Databases differ in their types; on the way there are five:
/// integer   whole numbers that fit into 64 bits with sign, and truth as 0 and 1
/// real      floating-point numbers
/// text      UTF-8, and all that is written down exactly: decimals and whole numbers beyond 64 bits ("1.50"), dates ("2026-01-31"), times ("23:59:59.5"), moments
///           ("2026-01-31 23:59:59.5", with "+00" behind when the zone is known, which is then UTC), UUIDs (36 characters, lower case), JSON
/// bytes     everything else
enum class ValueKind : std::uint8_t { null, integer, real, text, bytes };

/// A field, seen. Text and bytes live as long as the page, until it changes.
struct Value {
  ValueKind kind = ValueKind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text{};  ///< of text and bytes

  [[nodiscard]] bool is_null() const noexcept { return kind == ValueKind::null; }
  [[nodiscard]] static Value of(std::int64_t value) noexcept { return {.kind = ValueKind::integer, .integer = value}; }
  [[nodiscard]] static Value of(double value) noexcept { return {.kind = ValueKind::real, .real = value}; }
  [[nodiscard]] static Value of(std::string_view value) noexcept { return {.kind = ValueKind::text, .text = value}; }
  [[nodiscard]] static Value of_bytes(std::string_view value) noexcept { return {.kind = ValueKind::bytes, .text = value}; }
  /// Same kind, same content; a NaN equals itself, and two nulls are equal.
  friend bool operator==(const Value& a, const Value& b) noexcept {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case ValueKind::null: return true;
      case ValueKind::integer: return a.integer == b.integer;
      case ValueKind::real: return std::bit_cast<std::uint64_t>(a.real) == std::bit_cast<std::uint64_t>(b.real);
      case ValueKind::text:
      case ValueKind::bytes: return a.text == b.text;
    }
    return false;
  }
};

/// Rows that are read, changed and written together.
/// Cost      16 bytes for a field, and its text. clear() and reset() keep the memory, so that a page that is used again allocates nothing once it has grown.
/// Limits    kRowsMax rows; a text of kTextMax bytes. Both are preconditions: who fills a page looks before.
/// Thread    one at a time. Value: movable, and copyable for tests.
class Page {
 public:
  static constexpr std::size_t kRowsMax = 1'000'000;
  static constexpr std::size_t kTextMax = (std::size_t{1} << 31) - 1;

  Page() = default;
  explicit Page(std::size_t columns) : columns_(columns) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
  [[nodiscard]] bool empty() const noexcept { return rows_ == 0; }
  /// Of texts and fields together.
  [[nodiscard]] std::size_t bytes() const noexcept { return text_.size() + rows_ * columns_.size() * sizeof(Field); }

  /// No rows; the columns stay.
  void clear() noexcept {
    for (std::vector<Field>& column : columns_) column.clear();
    text_.clear();
    rows_ = 0;
  }
  /// No rows, and so many columns.
  void reset(std::size_t columns) {
    clear();
    columns_.resize(columns);
  }

  /// One more row, of nulls. Returns its number.
  std::size_t add_row() {
    MILLRACE_ASSERT(rows_ < kRowsMax);
    for (std::vector<Field>& column : columns_) column.emplace_back();
    return rows_++;
  }
  void set_null(std::size_t row, std::size_t column) noexcept { field(row, column) = {}; }
  void set(std::size_t row, std::size_t column, std::int64_t value) noexcept {
    field(row, column) = {.kind = ValueKind::integer, .content = std::bit_cast<std::uint64_t>(value)};
  }
  void set(std::size_t row, std::size_t column, double value) noexcept {
    field(row, column) = {.kind = ValueKind::real, .content = std::bit_cast<std::uint64_t>(value)};
  }
  /// What was there before stays in the page's memory until clear().
  void set_text(std::size_t row, std::size_t column, std::string_view value) { field(row, column) = keep(ValueKind::text, value); }
  void set_bytes(std::size_t row, std::size_t column, std::string_view value) {
    field(row, column) = keep(ValueKind::bytes, value);
  }
  void set(std::size_t row, std::size_t column, const Value& value) {
    switch (value.kind) {
      case ValueKind::null: return set_null(row, column);
      case ValueKind::integer: return set(row, column, value.integer);
      case ValueKind::real: return set(row, column, value.real);
      case ValueKind::text: return set_text(row, column, value.text);
      case ValueKind::bytes: return set_bytes(row, column, value.text);
    }
  }
  /// So many bytes to be written by the caller at once, before anything else is done with the page: for decoders.
  [[nodiscard]] char* set_space(std::size_t row, std::size_t column, ValueKind kind, std::size_t length) {
    MILLRACE_ASSERT(length <= kTextMax);
    const std::size_t at = text_.size();
    text_.resize(at + length);
    field(row, column) = {.kind = kind, .length = static_cast<std::uint32_t>(length), .content = at};
    return text_.data() + at;
  }

  [[nodiscard]] Value at(std::size_t row, std::size_t column) const noexcept {
    const Field& one = columns_[column][row];
    switch (one.kind) {
      case ValueKind::null: return {};
      case ValueKind::integer: return Value::of(std::bit_cast<std::int64_t>(one.content));
      case ValueKind::real: return Value::of(std::bit_cast<double>(one.content));
      case ValueKind::text:
      case ValueKind::bytes: return {.kind = one.kind, .text = std::string_view(text_.data() + one.content, one.length)};
    }
    return {};
  }
  /// A whole row of another page with as many columns.
  void add_row_of(const Page& other, std::size_t row) {
    const std::size_t added = add_row();
    for (std::size_t column = 0; column < columns(); ++column) set(added, column, other.at(row, column));
  }
  /// Keeps the first `count` columns.
  void keep_columns(std::size_t count) {
    MILLRACE_ASSERT(count <= columns_.size());
    columns_.resize(count);
  }
  /// Keeps the rows for which `keep(row)` is true, in their order.
  template <typename Keep>
  void filter(const Keep& keep) {
    std::size_t kept = 0;
    for (std::size_t row = 0; row < rows_; ++row) {
      if (!keep(row)) continue;
      if (kept != row)
        for (std::vector<Field>& column : columns_) column[kept] = column[row];
      ++kept;
    }
    for (std::vector<Field>& column : columns_) column.resize(kept);
    rows_ = kept;
  }

 private:
  struct Field {
    ValueKind kind = ValueKind::null;
    std::uint32_t length = 0;
    std::uint64_t content = 0;  ///< a number's bits, or where the text begins
  };
  static_assert(sizeof(Field) == 16);

  [[nodiscard]] Field& field(std::size_t row, std::size_t column) noexcept { return columns_[column][row]; }
  [[nodiscard]] Field keep(ValueKind kind, std::string_view value) {
    MILLRACE_ASSERT(value.size() <= kTextMax);
    const std::size_t at = text_.size();
    text_.insert(text_.end(), value.begin(), value.end());
    return {.kind = kind, .length = static_cast<std::uint32_t>(value.size()), .content = at};
  }

  std::vector<std::vector<Field>> columns_{};
  std::vector<char> text_{};
  std::size_t rows_ = 0;
};

}  // namespace millrace::subset
