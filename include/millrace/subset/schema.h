// Schema: what a database says of its tables, for planning a copy of a part of it. Plain values; nothing here talks to a database.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>

namespace millrace::subset {

enum class Dialect : std::uint8_t { sqlite, postgres, mariadb };
[[nodiscard]] std::string_view to_string(Dialect dialect) noexcept;

/// As the database spells it: nothing is folded. SQLite and MariaDB have no schemas, and `schema` is empty, or the name of the attached file or database.
struct TableName {
  std::string schema{};
  std::string name;
  friend auto operator<=>(const TableName&, const TableName&) = default;
  [[nodiscard]] std::string to_string() const;  ///< "schema.name", for people; not quoted
};

/// `name` as an identifier of a statement, whatever is in it. Errors: Errc::invalid_argument: empty, or with a NUL, which no dialect can say.
[[nodiscard]] Result<std::string> quoted(Dialect dialect, std::string_view name);
[[nodiscard]] Result<std::string> quoted(Dialect dialect, const TableName& name);

/// What kind of thing a column holds, whatever the database calls it. It says how its fields travel (page.h) and which type another database gives it.
enum class ColumnClass : std::uint8_t {
  integer,
  boolean,
  decimal,
  real,
  text,
  bytes,
  date,
  time,
  timestamp,     ///< without a zone
  timestamp_tz,  ///< a moment
  uuid,
  json,
  enumeration,
  any,    ///< SQLite's columns without a type: each field is what it is
  other,  ///< only its own kind of database understands it: arrays, ranges, geometry
};
[[nodiscard]] std::string_view to_string(ColumnClass kind) noexcept;

struct Column {
  std::string name;
  std::string type;  ///< as the database declares it: "bigint", "VARCHAR(20)"
  bool nullable = true;
  bool generated = false;  ///< computed from others: read, never written
  bool identity = false;   ///< the database makes a value when none is given
  ColumnClass kind = ColumnClass::any;
  bool always = false;                ///< identity: a value of one's own has to be forced (GENERATED ALWAYS)
  std::vector<std::string> labels{};  ///< of an enumeration, in order
  std::string expression{};           ///< of a generated column, as its database writes it; empty where it is not known
  bool has_default = false;           ///< the database has a value for it when none is given, NULL and identity aside
  /// What makes the column's own type where it is missing: "CREATE DOMAIN year AS integer CHECK (VALUE > 1900)". PostgreSQL's domains and enumerations, arrays of them, too.
  std::string type_definition{};
  std::string collation{};  ///< MariaDB: of texts; empty where the type has none, or it is not known
};

/// Columns by their place in Table::columns, in the key's order.
using ColumnList = std::vector<std::size_t>;

/// A primary or unique key.
struct UniqueKey {
  std::string name{};
  ColumnList columns;
};

struct Table {
  TableName name;
  std::vector<Column> columns;
  std::optional<UniqueKey> primary{};
  std::vector<UniqueKey> unique{};
  std::optional<std::uint64_t> rows{};  ///< about, as the database guesses
  /// What tells rows apart as long as a transaction lasts, though it is no column: SQLite's rowid, PostgreSQL's ctid. For tables without a key.
  std::optional<Column> row_identity{};
};

/// What a foreign key of the database allows within a transaction.
enum class Deferral : std::uint8_t {
  none,      ///< checked with each statement
  possible,  ///< DEFERRABLE: checked at the end when the transaction says so
  always,    ///< INITIALLY DEFERRED: checked at the end
};

/// From a child to its parent; tables by their place in Schema::tables. The parent's columns are those of its primary key or of a unique one.
struct ForeignKey {
  std::string name{};
  std::size_t child;
  ColumnList columns;
  std::size_t parent;
  ColumnList parent_columns;
  Deferral deferral = Deferral::none;
  bool proven = false;  ///< the database has looked at every row: none refers to what is not there. PostgreSQL, unless NOT VALID.
  friend bool operator==(const ForeignKey&, const ForeignKey&) = default;
};

/// What a database has and a plan leaves out.
struct LeftOut {
  TableName name;
  std::string reason;  ///< "a view"
};

struct Schema {
  static constexpr std::size_t kTablesMax = 100'000;
  static constexpr std::size_t kColumnsMax = 4'096;  ///< of one table
  static constexpr std::size_t kForeignKeysMax = 1'000'000;

  Dialect dialect = Dialect::sqlite;
  std::vector<Table> tables{};
  std::vector<ForeignKey> foreign_keys{};
  std::vector<LeftOut> left_out{};
};

/// Errors    Errc::invalid_argument with context `table` and, where there is one, `key`: a name that occurs twice, an empty name, a key without columns
///           or with one that does not exist, a foreign key whose two sides differ in length or whose parent's columns are no key.
///           Errc::full: one of Schema's limits.
/// Cost      O(n log n) in all that it has.
[[nodiscard]] Result<void> check(const Schema& schema);

}  // namespace millrace::subset
