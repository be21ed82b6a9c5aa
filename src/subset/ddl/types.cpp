#include "subset/ddl/types.h"

#include <algorithm>
#include <utility>

#include "subset/ddl/declared.h"
#include "subset/sql.h"

namespace millrace::subset::ddl {
namespace {

std::string_view shown(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::sqlite: return "SQLite";
    case Dialect::postgres: return "PostgreSQL";
    case Dialect::mariadb: return "MariaDB";
  }
  return {};
}

std::string with_length(std::string_view base, int length) { return std::string(base) + '(' + std::to_string(length) + ')'; }
std::string with_digits(std::string_view base, int digits, int scale) {
  return std::string(base) + '(' + std::to_string(digits) + (scale == 0 ? "" : "," + std::to_string(scale)) + ')';
}

Result<std::string> labels_of(Dialect dialect, const Column& column) {
  std::string made;
  for (const std::string& label : column.labels) {
    const Result<std::string> literal = sql::literal(dialect, Value::of(label));
    if (!literal) return literal;
    made.append(made.empty() ? "" : ", ").append(*literal);
  }
  return made;
}

/// Digits of a decimal, where its database holds to them. SQLite does not.
struct Digits {
  int all;
  int scale;
};
std::optional<Digits> digits_of(Dialect source, const Declared& type) {
  if (type.base == "bigint" || (type.base == "bit" && source == Dialect::mariadb)) return Digits{20, 0};
  if (source == Dialect::sqlite || type.base != "decimal") return std::nullopt;
  if (!type.length) return source == Dialect::mariadb ? std::optional(Digits{10, 0}) : std::nullopt;
  const int scale = type.scale.value_or(0);
  // PostgreSQL's scale may be negative (the last digits before the point are zero) and more than all digits (the first behind it are).
  if (scale < 0) return Digits{*type.length - scale, 0};
  return Digits{std::max(*type.length, scale), scale};
}

/// A length in characters that the database holds to.
std::optional<int> length_of(Dialect source, const Declared& type) {
  if (source == Dialect::sqlite || (type.base != "varchar" && type.base != "char")) return std::nullopt;
  if (!type.length) return type.base == "char" ? std::optional(1) : std::nullopt;
  return *type.length > 0 ? type.length : std::optional(1);  // MariaDB's varchar(0)
}

int index_share(const TypeUse& use) {
  return static_cast<int>(kMariadbIndexBytesMax / 4 / std::max<std::size_t>(use.index_columns, 1));
}

class Types {
 public:
  Types(Dialect target, Dialect source, const Column& column, const TypeUse& use)
      : target_(target), source_(source), column_(column), use_(use), type_(declared(column.type)) {}

  [[nodiscard]] Result<std::string> made() const {
    if (target_ == source_) return column_.type;
    if (column_.kind == ColumnClass::other) return refused("only " + std::string(shown(source_)) + " understands");
    if (column_.kind == ColumnClass::time && type_.zone && target_ != Dialect::sqlite)
      return refused("has a zone and no date, as no type of " + std::string(shown(target_)) + " has that Millrace can use");
    switch (target_) {
      case Dialect::sqlite: return in_sqlite();
      case Dialect::postgres: return in_postgres();
      case Dialect::mariadb: return in_mariadb();
    }
    return refused("nobody knows");
  }

  [[nodiscard]] std::string note() const {
    if (target_ == source_) return {};
    const bool indexed = use_.index_columns > 0;
    switch (column_.kind) {
      case ColumnClass::integer:
      case ColumnClass::decimal: {
        const std::optional<Digits> digits = digits_of(source_, type_);
        if (column_.kind == ColumnClass::decimal && target_ == Dialect::mariadb && !digits)
          return "MariaDB rounds it to 30 digits behind the point and takes 35 before it";
        if (column_.kind == ColumnClass::decimal && target_ == Dialect::sqlite && small(digits))
          return "SQLite keeps the number, not the zeros at its end";
        return {};
      }
      case ColumnClass::text:
      case ColumnClass::any:
        if (target_ == Dialect::mariadb && indexed &&
            length_of(source_, type_).value_or(kMariadbVarcharMax + 1) > index_share(use_))
          return "in an index, so MariaDB takes at most " + std::to_string(index_share(use_)) + " characters";
        return column_.kind == ColumnClass::any ? "every field has to be a text" : "";
      case ColumnClass::bytes:
        return target_ == Dialect::mariadb && indexed
                   ? "in an index, so MariaDB takes at most " + std::to_string(index_share(use_) * 4) + " bytes"
                   : "";
      case ColumnClass::time:
        return source_ == Dialect::mariadb && target_ == Dialect::postgres ? "PostgreSQL takes times of a day only, not durations"
                                                                           : "";
      case ColumnClass::timestamp_tz: return target_ == Dialect::mariadb ? "a moment becomes date and time in UTC" : "";
      default: return {};
    }
  }

 private:
  [[nodiscard]] Result<std::string> refused(const std::string& why) const {
    std::string table(use_.table);
    std::string where = "column '" + column_.name + "'" + (table.empty() ? "" : " of table '" + table + "'");
    return fail(Error(Errc::unsupported, where + " is of type '" + column_.type + "', which " + why +
                                             ": leave it out, or make the table in " + std::string(shown(target_)) +
                                             " yourself, with a type for it of your choice, such as text")
                    .with("table", std::move(table))
                    .with("column", column_.name)
                    .with("type", column_.type));
  }

  /// SQLite's numbers keep fifteen digits whatever they are.
  static bool small(const std::optional<Digits>& digits) { return digits && digits->all <= 15; }

  [[nodiscard]] Result<std::string> in_sqlite() const {
    const std::optional<Digits> digits = digits_of(source_, type_);
    switch (column_.kind) {
      case ColumnClass::integer: return without_fit() && !column_.identity ? "TEXT" : "INTEGER";
      case ColumnClass::boolean: return "BOOLEAN";
      case ColumnClass::decimal:
        if (column_.identity) return "INTEGER";
        return small(digits) ? with_digits("DECIMAL", digits->all, digits->scale) : "TEXT";
      case ColumnClass::real: return "REAL";
      case ColumnClass::text:
        if (const std::optional<int> length = length_of(source_, type_))
          return with_length(type_.base == "char" ? "CHAR" : "VARCHAR", *length);
        return "TEXT";
      case ColumnClass::bytes: return "BLOB";
      case ColumnClass::date: return "DATE";
      case ColumnClass::time: return "TIME";
      case ColumnClass::timestamp: return "TIMESTAMP";
      case ColumnClass::timestamp_tz: return "TIMESTAMPTZ";
      case ColumnClass::uuid: return "UUID";
      case ColumnClass::json: return "JSON TEXT";  // of a type named JSON alone SQLite would make the text 1.50 the number 1.5
      case ColumnClass::enumeration: return "TEXT";
      case ColumnClass::any: return "";
      case ColumnClass::other: break;
    }
    return refused("SQLite does not have");
  }

  [[nodiscard]] Result<std::string> in_postgres() const {
    const int digits_behind = second_digits(source_, type_);
    const std::string seconds = digits_behind == 6 ? "" : '(' + std::to_string(digits_behind) + ')';
    switch (column_.kind) {
      case ColumnClass::integer: {
        if (without_fit()) return column_.identity ? "bigint" : "numeric(20)";
        const std::optional<IntegerRange> range = integer_range(source_, type_);
        const int bytes = range ? range->bytes + (range->without_sign ? 1 : 0) : 8;
        return bytes <= 2 ? "smallint" : bytes <= 4 ? "integer" : "bigint";
      }
      case ColumnClass::boolean: return "boolean";
      case ColumnClass::decimal:
        if (column_.identity) return "bigint";  // nothing else has numbers of its own
        if (const std::optional<Digits> digits = digits_of(source_, type_))
          return with_digits("numeric", digits->all, digits->scale);
        return "numeric";
      case ColumnClass::real: return source_ == Dialect::mariadb && type_.base == "float" ? "real" : "double precision";
      case ColumnClass::text:  // char(n), too: PostgreSQL's own would add the spaces that MariaDB takes away
        if (const std::optional<int> length = length_of(source_, type_)) return with_length("varchar", *length);
        return "text";
      case ColumnClass::bytes: return "bytea";
      case ColumnClass::date: return "date";
      case ColumnClass::time: return "time" + seconds;
      case ColumnClass::timestamp: return "timestamp" + seconds;
      case ColumnClass::timestamp_tz: return "timestamp" + seconds + " with time zone";
      case ColumnClass::uuid: return "uuid";
      case ColumnClass::json:
        return use_.index_columns > 0 ? "jsonb" : "json";  // json is kept as it is written, and cannot be compared
      case ColumnClass::enumeration:
      case ColumnClass::any: return "text";
      case ColumnClass::other: break;
    }
    return refused("PostgreSQL does not have");
  }

  [[nodiscard]] Result<std::string> in_mariadb() const {
    const bool indexed = use_.index_columns > 0;
    const int digits_behind = second_digits(source_, type_);
    const std::string seconds = digits_behind == 0 ? "" : '(' + std::to_string(digits_behind) + ')';
    switch (column_.kind) {
      case ColumnClass::integer: {
        const std::optional<IntegerRange> range = integer_range(source_, type_);
        const int bytes = range ? range->bytes : 8;
        return bytes <= 2 ? "smallint" : bytes <= 4 ? "int" : "bigint";
      }
      case ColumnClass::boolean: return "tinyint(1)";
      case ColumnClass::decimal: return mariadb_decimal();
      case ColumnClass::real:
        return source_ == Dialect::postgres && (type_.base == "real" || type_.base == "float") ? "float" : "double";
      case ColumnClass::text:
      case ColumnClass::any: {
        const std::optional<int> length = column_.kind == ColumnClass::any ? std::nullopt : length_of(source_, type_);
        if (indexed) return with_length("varchar", std::min(length.value_or(kMariadbVarcharMax), index_share(use_)));
        if (!length || *length > kMariadbVarcharMax) return "longtext";
        return with_length(type_.base == "char" && *length <= 255 ? "char" : "varchar", *length);
      }
      case ColumnClass::bytes: return indexed ? with_length("varbinary", index_share(use_) * 4) : "longblob";
      case ColumnClass::date: return "date";
      case ColumnClass::time: return "time" + seconds;
      case ColumnClass::timestamp: return "datetime" + seconds;
      case ColumnClass::timestamp_tz: return "datetime(6)";
      case ColumnClass::uuid: return "char(36)";
      case ColumnClass::json: return indexed ? with_length("varchar", index_share(use_)) : "json";
      case ColumnClass::enumeration: {
        const Result<std::string> labels = labels_of(Dialect::mariadb, column_);
        if (!labels) return labels;
        return labels->empty() ? (indexed ? with_length("varchar", index_share(use_)) : "longtext") : "enum(" + *labels + ')';
      }
      case ColumnClass::other: break;
    }
    return refused("MariaDB does not have");
  }

  [[nodiscard]] Result<std::string> mariadb_decimal() const {
    const std::optional<Digits> digits = digits_of(source_, type_);
    if (!digits) return with_digits("decimal", kMariadbDigitsMax, 30);
    if (digits->all > kMariadbDigitsMax || digits->scale > kMariadbScaleMax)
      return refused("has more digits than MariaDB's decimals (" + std::to_string(kMariadbDigitsMax) + ", of them " +
                     std::to_string(kMariadbScaleMax) + " behind the point)");
    return with_digits("decimal", digits->all, digits->scale);
  }

  /// Whole numbers beyond 64 bits with a sign.
  [[nodiscard]] bool without_fit() const {
    const std::optional<IntegerRange> range = integer_range(source_, type_);
    return range && range->bytes == 8 && range->without_sign;
  }

  Dialect target_;
  Dialect source_;
  const Column& column_;
  TypeUse use_;
  Declared type_;
};

}  // namespace

Result<std::string> type_in(Dialect target, Dialect source, const Column& column, TypeUse use) {
  return Types(target, source, column, use).made();
}

std::string type_note(Dialect target, Dialect source, const Column& column, TypeUse use) {
  return Types(target, source, column, use).note();
}

Result<std::string> enumeration_check(Dialect target, Dialect source, const Column& column) {
  if (column.kind != ColumnClass::enumeration || target == source || target == Dialect::mariadb || column.labels.empty()) return "";
  const Result<std::string> labels = labels_of(target, column);
  if (!labels) return labels;
  return " CHECK (" + sql::name(target, column.name) + " IN (" + *labels + "))";
}

}  // namespace millrace::subset::ddl
