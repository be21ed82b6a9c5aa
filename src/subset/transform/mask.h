// ValueMask: what one mask makes of one value. A small pure function each; masks_*.cpp have them by what they are about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/redactor.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

#include "subset/transform/keyed_hash.h"

namespace millrace::subset {

/// Where a mask is used. Without a column: alone, as scripts do.
struct MaskSite {
  const Column* column = nullptr;
  Dialect dialect = Dialect::sqlite;
  /// Characters of a text, or bytes, that the column takes; nothing: as many as one likes.
  std::optional<std::size_t> length{};
  bool unique = false;  ///< alone it is a unique key

  [[nodiscard]] ColumnClass kind() const noexcept { return column == nullptr ? ColumnClass::any : column->kind; }
};
/// The length that a type declares: 20 of "character varying(20)".
[[nodiscard]] std::optional<std::size_t> declared_length(Dialect dialect, const Column& column);
/// What an integer column takes.
struct IntegerRange {
  std::int64_t min;
  std::uint64_t max;
};
[[nodiscard]] IntegerRange integer_range(Dialect dialect, const Column* column);

/// Thread    any, several at once.
class ValueMask {
 public:
  ValueMask() = default;
  ValueMask(const ValueMask&) = delete;
  ValueMask& operator=(const ValueMask&) = delete;
  virtual ~ValueMask() = default;

  /// What stands for `value`. A text of the answer is in `scratch`, or is `value`'s own when nothing changes.
  /// `value`   null only when wants_null().
  /// `by`      what decides about what is chosen: `value` itself, or a field of the same row.
  /// Errors    Errc::invalid_argument: a value that this mask does not understand. The message does not repeat it.
  [[nodiscard]] virtual Result<Value> apply(const Value& value, const Value& by, std::string& scratch) const = 0;
  [[nodiscard]] virtual bool wants_null() const noexcept { return false; }
};

/// A value as what decides: the same for 5 and "5", so that a number masked in one table is the one masked in another whatever their types.
class ContentOf {
 public:
  explicit ContentOf(const Value& value) noexcept;
  operator std::string_view() const noexcept { return text_; }  // NOLINT(google-explicit-constructor): it is one

 private:
  char number_[32];
  std::string_view text_;
};

/// The options of one mask, as words; what is wrong with them is gathered.
class MaskOptionsReader {
 public:
  MaskOptionsReader(const std::map<std::string, std::string>& options, std::vector<std::string>& problems)
      : options_(options), problems_(problems) {}
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name);
  [[nodiscard]] std::size_t count(std::string_view name, std::size_t otherwise, std::size_t min, std::size_t max);
  [[nodiscard]] double number(std::string_view name, double otherwise, double min, double max);
  [[nodiscard]] bool flag(std::string_view name);
  void problem(std::string text) { problems_.push_back(std::move(text)); }
  /// Those that nobody asked for.
  void finish();

 private:
  const std::map<std::string, std::string>& options_;
  std::vector<std::string>& problems_;
  std::vector<std::string_view> asked_;
};

struct MaskMaking {
  const KeyedHash& key;  ///< the job's
  const MaskSite& site;
  const observe::Redactor* redactor;
  MaskOptionsReader& options;
};

/// What a mask promises about different values.
enum class Distinct : std::uint8_t {
  kept,   ///< they stay different, or meet once in very many
  lost,   ///< many become the same
  nulls,  ///< NULL, of which a unique key takes many
};

struct MaskKind {
  std::string_view name;
  Distinct distinct;
  bool by;        ///< has the option `by`: another column decides
  bool may_fail;  ///< there are values that it does not understand
  /// The kinds of columns that it takes, and these in words.
  std::span<const ColumnClass> fits;
  std::string_view fits_words;
  /// Null with problems told.
  std::unique_ptr<ValueMask> (*make)(MaskMaking& making);
};

/// All but shuffle, which is not about one value.
[[nodiscard]] std::span<const MaskKind> mask_kinds() noexcept;
inline constexpr std::string_view kShuffle = "shuffle";
[[nodiscard]] const MaskKind* find_mask(std::string_view name) noexcept;
/// All names, shuffle among them.
[[nodiscard]] std::vector<std::string_view> mask_names();

// The makers, by file.
[[nodiscard]] std::unique_ptr<ValueMask> make_null(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_constant(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_hash(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_uuid(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_redact(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_text(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_digits(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_letters(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_phone(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_name(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_first_name(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_last_name(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_email(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_address(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_city(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_company(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_number(MaskMaking& making);
[[nodiscard]] std::unique_ptr<ValueMask> make_date_shift(MaskMaking& making);

/// `text` as what `value` was: bytes stay bytes.
[[nodiscard]] inline Value like(const Value& value, std::string_view text) noexcept {
  return value.kind == ValueKind::bytes ? Value::of_bytes(text) : Value::of(text);
}
/// Whether `text` begins with a date, and is one to its end or goes on with a time.
[[nodiscard]] bool is_date(std::string_view text) noexcept;
/// Cut to so many characters.
[[nodiscard]] std::string_view cut_characters(std::string_view utf8, std::size_t characters) noexcept;
[[nodiscard]] std::size_t count_characters(std::string_view utf8) noexcept;

}  // namespace millrace::subset
