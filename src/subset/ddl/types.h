// Types between databases: which type a column gets in another kind of database. docs/subset.md has the tables ("Types between databases").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <millrace/result.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::ddl {

/// MariaDB's limit for all columns of an index together (InnoDB's large prefix), in bytes; a character takes up to four.
inline constexpr std::size_t kMariadbIndexBytesMax = 3'072;
/// The longest varchar that a table of MariaDB can have, in characters of four bytes.
inline constexpr int kMariadbVarcharMax = 16'383;
inline constexpr int kMariadbDigitsMax = 65;  ///< of a decimal
inline constexpr int kMariadbScaleMax = 38;   ///< of them behind the point

/// What the column is for where its table is made.
struct TypeUse {
  std::string_view table{};       ///< for messages
  std::size_t index_columns = 0;  ///< how many columns the widest key, unique key or foreign key has that it is part of; 0: of none
};

/// The type of `column` of a database `source` in one of kind `target`, as a CREATE TABLE says it; empty only for SQLite, which takes columns without a type.
/// Same kind of database: as it is declared. Otherwise by ColumnClass, and where it fits by what the declared type says of length, precision and sign.
/// MariaDB   its indexes take no text of any length: a text in an index of k columns becomes varchar(768 / k) (or its own length when that is less), bytes become
///           varbinary(3072 / k). So every index fits, and a longer field is the database's error, never cut.
/// Errors    Errc::unsupported with context `table`, `column` and `type`: only its own kind of database understands it (ColumnClass::other), or MariaDB's decimals are
///           too short for it. The message says what can be done.
[[nodiscard]] Result<std::string> type_in(Dialect target, Dialect source, const Column& column, TypeUse use = {});

/// What fields lose in that type, or what the database may refuse of them, in a few words; empty: nothing. Only where type_in() gives a type.
[[nodiscard]] std::string type_note(Dialect target, Dialect source, const Column& column, TypeUse use = {});

/// ` CHECK ("column" IN ('a', 'b'))` for an enumeration that becomes text, else empty.
/// Errors    Errc::invalid_argument: a label that a statement cannot say.
[[nodiscard]] Result<std::string> enumeration_check(Dialect target, Dialect source, const Column& column);

}  // namespace millrace::subset::ddl
