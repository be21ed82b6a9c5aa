// Declared: a column's type as its database writes it, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <millrace/subset/schema.h>

#include "subset/words.h"

namespace millrace::subset::ddl {

/// "character varying(20)" is varchar with a length of 20, "timestamp(3) with time zone" timestamp with a precision of 3 and a zone.
struct Declared {
  std::string
      base{};  ///< in lower case; spellings of one type are one: int, bigint, varchar, char, decimal, double, float, timestamp
  std::optional<int> length{};  ///< the first number in parentheses: of characters, bytes, digits
  std::optional<int> scale{};   ///< the second: digits behind the point
  bool without_sign = false;    ///< MariaDB's unsigned
  bool zone = false;            ///< "with time zone"
};

/// What is no number in parentheses (labels) is left out; a number beyond an int counts as none. Never fails: what nobody knows is its own base.
[[nodiscard]] Declared declared(std::string_view type);

/// Digits behind a second, 0 to 6: as declared, else the database's own (PostgreSQL and SQLite 6, MariaDB 0).
[[nodiscard]] int second_digits(Dialect dialect, const Declared& type);

/// The numbers that a column of whole numbers takes: bytes of it, and whether it has a sign. Nothing where it is no such type.
struct IntegerRange {
  int bytes = 8;
  bool without_sign = false;
};
[[nodiscard]] std::optional<IntegerRange> integer_range(Dialect dialect, const Declared& type);

}  // namespace millrace::subset::ddl
