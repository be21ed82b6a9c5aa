#include "subset/ddl/create.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "subset/ddl/declared.h"
#include "subset/ddl/names.h"
#include "subset/ddl/references.h"
#include "subset/ddl/types.h"
#include "subset/sql.h"

namespace millrace::subset::ddl {
namespace {

/// MariaDB's limit for a row, without what texts and blobs have elsewhere, less some room for the other columns.
constexpr std::size_t kMariadbRowBytesMax = 60'000;

bool begins_with(const ColumnList& columns, const ColumnList& beginning) {
  return columns.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), columns.begin());
}
bool has(const ColumnList& columns, std::size_t column) { return std::ranges::find(columns, column) != columns.end(); }

std::string column_words(const Table& table, const ColumnList& columns) {
  std::string made;
  for (const std::size_t column : columns) made.append("_").append(table.columns[column].name);
  return made;
}

class Maker {
 public:
  explicit Maker(const CreateRequest& request)
      : schema_(request.source),
        target_(request.target),
        names_(request.names),
        make_(request.make),
        references_(request.source, request.target),
        name_maker_(request.target) {
    if (make_.empty()) make_.assign(schema_.tables.size(), true);
  }

  [[nodiscard]] Result<Creation> made() {
    take_names();
    for (std::size_t at = 0; at < schema_.tables.size(); ++at) {
      if (!make_[at]) continue;
      if (Result<void> done = types(at); !done) return fail(std::move(done).error());
      if (target_ == Dialect::postgres) {
        add_schema(names_[at].schema);
        if (Result<void> done = own_types(at); !done) return fail(std::move(done).error());
      }
      if (Result<void> done = table(at); !done) return fail(std::move(done).error());
    }
    for (std::size_t at = 0; at < schema_.tables.size(); ++at)
      if (make_[at]) indexes(at);
    if (target_ != Dialect::sqlite)
      for (std::size_t at = 0; at < schema_.tables.size(); ++at)
        if (make_[at])
          for (const ForeignKey& key : references_.of(at))
            made_.foreign_keys.push_back("ALTER TABLE " + name(names_[at]) + " ADD " + foreign_key(key));
    return std::move(made_);
  }

 private:
  [[nodiscard]] bool same() const noexcept { return target_ == schema_.dialect; }
  [[nodiscard]] std::string name(const auto& of) const { return sql::name(target_, of); }
  [[nodiscard]] std::string list(const Table& table, const ColumnList& columns) const {
    return '(' + sql::names(target_, table, columns) + ')';
  }
  void note(const Table& table, const Column* column, std::string text) {
    std::string where = table.name.to_string() + (column == nullptr ? "" : '.' + column->name);
    made_.notes.push_back(std::move(where) + ": " + std::move(text));
  }

  /// PostgreSQL: constraints of a schema share names with its tables, more or less. MariaDB: keys are their table's, foreign keys the database's.
  [[nodiscard]] std::string key_space(std::size_t at) const {
    return target_ == Dialect::mariadb ? "table " + std::to_string(at) : "schema " + names_[at].schema;
  }
  [[nodiscard]] std::string foreign_key_space(std::size_t at) const {
    if (target_ == Dialect::mariadb) return "foreign keys";
    return "foreign keys of " + std::to_string(at);
  }

  void take_names() {
    for (std::size_t at = 0; at < names_.size(); ++at) {
      name_maker_.take(key_space(at), names_[at].name);
      if (target_ == Dialect::mariadb) name_maker_.take(key_space(at), "PRIMARY");
    }
  }

  [[nodiscard]] Result<void> types(std::size_t at) {
    const Table& table = schema_.tables[at];
    types_.clear();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      Place from{at, i};
      if (!same()) from = references_.referred({at, i});
      Column column = schema_.tables[from.first].columns[from.second];
      if (from != Place{at, i}) column.name = table.columns[i].name;
      const std::string table_name = table.name.to_string();
      const TypeUse use{.table = table_name,
                        .index_columns = std::max(references_.index_columns({at, i}), references_.index_columns(from))};
      Result<std::string> type = type_in(target_, schema_.dialect, column, use);
      if (!type) return fail(std::move(type).error());
      types_.push_back(*std::move(type));
      if (const std::string said = type_note(target_, schema_.dialect, column, use); !said.empty())
        note(table, &table.columns[i], said);
    }
    if (target_ == Dialect::mariadb && !same()) fit_into_row(at);
    return {};
  }

  /// Varchars beyond what a row can hold become longtext, the last ones first; those of indexes cannot.
  void fit_into_row(std::size_t at) {
    const Table& table = schema_.tables[at];
    std::size_t bytes = 0;
    for (const std::string& type : types_) {
      const Declared taken = declared(type);
      if (taken.base == "varchar" || taken.base == "char") bytes += static_cast<std::size_t>(taken.length.value_or(1)) * 4;
      if (taken.base == "varbinary") bytes += static_cast<std::size_t>(taken.length.value_or(1));
    }
    for (std::size_t i = types_.size(); i-- > 0 && bytes > kMariadbRowBytesMax;) {
      const Declared taken = declared(types_[i]);
      if (taken.base != "varchar" || taken.length.value_or(0) <= 255 || references_.index_columns({at, i}) > 0) continue;
      bytes -= static_cast<std::size_t>(*taken.length) * 4;
      types_[i] = "longtext";
      note(table, &table.columns[i], "longtext, since MariaDB's rows are too short for all the table's varchars");
    }
  }

  void add_schema(const std::string& schema) {
    if (!schema.empty() && schema != "public" && schemas_.insert(schema).second)
      made_.before.push_back("CREATE SCHEMA IF NOT EXISTS " + name(std::string_view(schema)));
  }

  /// PostgreSQL from itself: enumerations and domains are types of their own, and have to be there before the tables.
  [[nodiscard]] Result<void> own_types(std::size_t at) {
    if (!same() || target_ != Dialect::postgres) return {};
    for (const Column& column : schema_.tables[at].columns) {
      const bool labelled = column.kind == ColumnClass::enumeration && !column.labels.empty();
      if ((!labelled && column.type_definition.empty()) || !own_types_.insert(column.type).second) continue;
      std::string create = column.type_definition;
      if (create.empty()) {
        std::string labels;
        for (const std::string& label : column.labels) {
          const Result<std::string> literal = sql::literal(target_, Value::of(label));
          if (!literal) return fail(literal.error());
          labels.append(labels.empty() ? "" : ", ").append(*literal);
        }
        create = "CREATE TYPE " + column.type + " AS ENUM (" + labels + ')';
      }
      if (const std::string schema = schema_of_type(column.type); !schema.empty()) add_schema(schema);
      std::string tag = "$millrace$";
      for (int number = 2; create.contains(tag); ++number) tag = "$millrace" + std::to_string(number) + '$';
      made_.before.push_back("DO " + tag + " BEGIN " + create + "; EXCEPTION WHEN duplicate_object THEN NULL; END " + tag);
    }
    return {};
  }

  /// The schema of a type as PostgreSQL writes it, without quotes: shop of shop.mood, my.shop of "my.shop"."Mood".
  static std::string schema_of_type(std::string_view type) {
    std::string schema;
    bool in_quotes = false;
    for (std::size_t i = 0; i < type.size(); ++i) {
      if (type[i] == '"') {
        if (in_quotes && i + 1 < type.size() && type[i + 1] == '"')
          schema += type[++i];
        else
          in_quotes = !in_quotes;
      } else if (type[i] == '.' && !in_quotes) {
        return schema;
      } else {
        schema += type[i];
      }
    }
    return {};
  }

  [[nodiscard]] bool is_computed(const Column& column) const { return column.generated && same() && !column.expression.empty(); }

  /// The column that SQLite numbers as the row itself, MariaDB by AUTO_INCREMENT.
  [[nodiscard]] std::optional<std::size_t> numbered(const Table& table) const {
    if (target_ == Dialect::sqlite) {
      if (!table.primary || table.primary->columns.size() != 1) return std::nullopt;
      const std::size_t column = table.primary->columns.front();
      return table.columns[column].identity ? std::optional(column) : std::nullopt;
    }
    const auto found =
        std::ranges::find_if(table.columns, [](const Column& column) { return column.identity && !column.generated; });
    return found == table.columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - table.columns.begin()));
  }

  [[nodiscard]] Result<std::string> column_text(std::size_t at, std::size_t i) {
    const Table& table = schema_.tables[at];
    const Column& column = table.columns[i];
    std::string text = name(std::string_view(column.name));
    const bool numbers = column.identity && !column.generated;
    if (numbers && target_ == Dialect::sqlite && numbered(table) == i) return text + " INTEGER PRIMARY KEY";
    if (!types_[i].empty()) text += ' ' + types_[i];
    if (same() && target_ == Dialect::mariadb && !column.collation.empty()) text += " COLLATE " + column.collation;
    if (is_computed(column)) {
      // A stored one where a key needs it, or the database has no other; else the one that takes no room.
      const bool stored = target_ == Dialect::postgres || references_.index_columns({at, i}) > 0;
      text += " GENERATED ALWAYS AS (" + column.expression + (stored ? ") STORED" : ") VIRTUAL");
      return text + (column.nullable || target_ == Dialect::mariadb ? "" : " NOT NULL");  // MariaDB does not take it here
    }
    if (column.generated) {
      if (table.primary && has(table.primary->columns, i))
        return fail(
            Error(Errc::unsupported, "column '" + column.name + "' of table '" + table.name.to_string() +
                                         "' is generated and part of the primary key: make the table in the target yourself")
                .with("table", table.name.to_string())
                .with("column", column.name));
      note(table, &column, "generated in the source, an ordinary column without values here");
    } else if (!column.nullable) {
      text += " NOT NULL";
    } else if (target_ == Dialect::mariadb && declared(types_[i]).base == "timestamp") {
      text += " NULL";  // or some servers would say NOT NULL by themselves
    }
    if (numbers) text += identity_text(table, i);
    const Result<std::string> check = enumeration_check(target_, schema_.dialect, column);
    if (!check) return fail(check.error().with("table", table.name.to_string()).with("column", column.name));
    return text + *check;
  }

  [[nodiscard]] std::string identity_text(const Table& table, std::size_t i) {
    const Column& column = table.columns[i];
    if (target_ == Dialect::postgres)
      return same() && column.always ? " GENERATED ALWAYS AS IDENTITY" : " GENERATED BY DEFAULT AS IDENTITY";
    if (target_ == Dialect::mariadb && numbered(table) == i) return " AUTO_INCREMENT";
    note(table, &column,
         target_ == Dialect::sqlite ? "SQLite makes no numbers for it, since it is not the whole primary key"
                                    : "MariaDB makes no numbers for it, since it has one such column in a table");
    return {};
  }

  [[nodiscard]] std::string key_name(std::size_t at, const std::string& given, const std::string& made) {
    // PostgreSQL wants them unique in a schema, others in a table: theirs are seldom, whatever tables are made by which run.
    const bool nameless =
        (target_ == Dialect::postgres && !same()) || given.empty() || folded(given).starts_with("sqlite_") || given == "PRIMARY";
    return name_maker_.make(key_space(at), nameless ? names_[at].name + made : given);
  }

  [[nodiscard]] Result<void> table(std::size_t at) {
    const Table& table = schema_.tables[at];
    std::string text = "CREATE TABLE " + name(names_[at]) + " (";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Result<std::string> column = column_text(at, i);
      if (!column) return fail(column.error());
      text.append(i == 0 ? "\n  " : ",\n  ").append(*column);
    }
    const std::optional<std::size_t> number = target_ == Dialect::postgres ? std::nullopt : numbered(table);
    if (table.primary && !(target_ == Dialect::sqlite && number)) {
      text += ",\n  ";
      if (target_ == Dialect::postgres)
        text += "CONSTRAINT " + name(std::string_view(key_name(at, table.primary->name, "_pkey"))) + ' ';
      text += "PRIMARY KEY " + list(table, table.primary->columns);
    }
    for (const UniqueKey& key : table.unique) {
      const std::string of_key = key_name(at, key.name, column_words(table, key.columns) + "_key");
      text += ",\n  CONSTRAINT " + name(std::string_view(of_key)) + " UNIQUE " + list(table, key.columns);
    }
    if (target_ == Dialect::mariadb && number && !is_first_of_key(table, *number)) {
      const ColumnList alone(1, *number);
      const std::string of_key = key_name(at, {}, column_words(table, alone) + "_idx");
      text += ",\n  KEY " + name(std::string_view(of_key)) + ' ' + list(table, alone);
    }
    if (target_ == Dialect::sqlite)
      for (const ForeignKey& key : references_.of(at)) text += ",\n  " + foreign_key(key);
    text += "\n)";
    if (target_ == Dialect::mariadb)
      text += same() ? " ENGINE=InnoDB" : " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin";
    made_.tables.push_back(std::move(text));
    return {};
  }

  static bool is_first_of_key(const Table& table, std::size_t column) {
    const auto first = [&](const UniqueKey& key) { return key.columns.front() == column; };
    return (table.primary && first(*table.primary)) || std::ranges::any_of(table.unique, first);
  }

  [[nodiscard]] std::string foreign_key(const ForeignKey& key) {
    const Table& child = schema_.tables[key.child];
    const bool nameless = key.name.empty() || (target_ == Dialect::mariadb && !same());  // there they are unique in a database
    const std::string wanted = nameless ? names_[key.child].name + column_words(child, key.columns) + "_fkey" : key.name;
    const std::string of_key = name_maker_.make(foreign_key_space(key.child), wanted);
    // SQLite looks for the parent beside the child, and takes no name of a file before it.
    const std::string parent =
        target_ == Dialect::sqlite ? name(std::string_view(names_[key.parent].name)) : name(names_[key.parent]);
    std::string text = "CONSTRAINT " + name(std::string_view(of_key)) + " FOREIGN KEY " + list(child, key.columns) +
                       " REFERENCES " + parent + ' ' + list(schema_.tables[key.parent], key.parent_columns);
    if (key.deferral == Deferral::always && target_ != Dialect::mariadb) text += " DEFERRABLE INITIALLY DEFERRED";
    if (key.deferral == Deferral::possible && target_ == Dialect::postgres) text += " DEFERRABLE";  // SQLite can defer each of them
    return text;
  }

  void indexes(std::size_t at) {
    if (target_ == Dialect::mariadb) return;
    const Table& table = schema_.tables[at];
    std::vector<ColumnList> there;
    if (table.primary) there.push_back(table.primary->columns);
    for (const UniqueKey& key : table.unique) there.push_back(key.columns);
    std::vector<ColumnList> wanted;
    for (const ForeignKey& key : references_.of(at)) wanted.push_back(key.columns);
    // The longest first: it may serve the shorter ones.
    std::ranges::stable_sort(wanted, std::ranges::greater(), &ColumnList::size);
    for (const ColumnList& columns : wanted) {
      if (std::ranges::any_of(there, [&](const ColumnList& other) { return begins_with(other, columns); })) continue;
      there.push_back(columns);
      const std::string of_index = name_maker_.make(key_space(at), names_[at].name + column_words(table, columns) + "_idx");
      // SQLite: the index is named with the file, the table never is.
      const bool in_file = target_ == Dialect::sqlite && !names_[at].schema.empty();
      const std::string index = in_file ? name(TableName{names_[at].schema, of_index}) : name(std::string_view(of_index));
      const std::string of_table = in_file ? name(std::string_view(names_[at].name)) : name(names_[at]);
      made_.indexes.push_back("CREATE INDEX " + index + " ON " + of_table + ' ' + list(table, columns));
    }
  }

  const Schema& schema_;
  Dialect target_;
  std::vector<TableName> names_;
  std::vector<bool> make_;
  References references_;
  NameMaker name_maker_;
  std::vector<std::string> types_{};  ///< of the table that is being made
  std::set<std::string> schemas_{};
  std::set<std::string> own_types_{};
  Creation made_{};
};

}  // namespace

Result<Creation> create_statements(const CreateRequest& request) {
  if (request.names.size() != request.source.tables.size() ||
      (!request.make.empty() && request.make.size() != request.source.tables.size()))
    return fail(Errc::invalid_argument, "create_statements: names and choices have to be as many as there are tables");
  if (Result<void> checked = check(request.source); !checked) return fail(std::move(checked).error());
  for (std::size_t at = 0; at < request.names.size(); ++at) {
    if (const Result<std::string> said = quoted(request.target, request.names[at]); !said) return fail(said.error());
    for (const Column& column : request.source.tables[at].columns)
      if (const Result<std::string> said = quoted(request.target, column.name); !said)
        return fail(said.error().with("table", request.source.tables[at].name.to_string()));
  }
  return Maker(request).made();
}

}  // namespace millrace::subset::ddl
