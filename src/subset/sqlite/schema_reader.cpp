// Reads an SQLite catalogue by its pragmas, as functions of SELECT: they take names as values, so nothing has to be quoted.
#include "subset/sqlite/schema_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <millrace/subset/sqlite_schema.h>

#include "subset/sqlite/column_class.h"
#include "subset/sqlite/generated_columns.h"

namespace millrace::subset {
namespace {

class SchemaReader {
 public:
  explicit SchemaReader(SqliteConnection& connection) noexcept : connection_(connection) {}

  [[nodiscard]] Result<Schema> read() {
    schema_.dialect = Dialect::sqlite;
    for (const auto step : {&SchemaReader::read_names, &SchemaReader::read_tables, &SchemaReader::read_foreign_keys})
      if (const Result<void> done = (this->*step)(); !done) return fail(done.error());
    if (const Result<void> checked = check(schema_); !checked) return fail(checked.error());
    return std::move(schema_);
  }

 private:
  /// Calls `row` for each row of `sql`, whose parameter is `name`.
  template <typename Row>
  [[nodiscard]] Result<void> each(std::string_view sql, std::string_view name, Row row) {
    Result<SqliteStatement> statement = connection_.prepare(sql);
    if (!statement) return fail(statement.error());
    if (!name.empty()) statement->bind(1, name);
    for (;;) {
      const Result<bool> found = statement->step();
      if (!found) return fail(found.error());
      if (!*found) return {};
      row(*statement);
    }
  }

  Result<void> read_names() {
    return each(
        "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY "
        "name",
        {}, [this](const SqliteStatement& row) {
          const std::string name(row.text(0));
          const std::string_view type = row.text(1);
          if (type == "view") return schema_.left_out.push_back({{.name = name}, "a view"});
          if (type == "virtual") return schema_.left_out.push_back({{.name = name}, "a virtual table"});
          if (type == "shadow") return schema_.left_out.push_back({{.name = name}, "where a virtual table keeps its data"});
          places_.emplace(folded(name), schema_.tables.size());
          schema_.tables.push_back({.name = {.name = name}, .columns = {}});
          without_rowid_.push_back(row.integer(2) != 0);
        });
  }

  Result<void> read_tables() {
    for (std::size_t at = 0; at < schema_.tables.size(); ++at)
      for (const auto step :
           {&SchemaReader::read_columns, &SchemaReader::read_keys, &SchemaReader::name_rows, &SchemaReader::read_row_count})
        if (const Result<void> done = (this->*step)(at); !done) return done;
    return {};
  }

  Result<void> read_columns(std::size_t at) {
    Table& table = schema_.tables[at];
    std::map<std::int64_t, std::size_t> primary;  // by place in the key
    const Result<void> done =
        each("SELECT name, type, \"notnull\", pk, hidden, dflt_value IS NOT NULL FROM pragma_table_xinfo(?1) ORDER BY cid",
             table.name.name, [&](const SqliteStatement& row) {
               constexpr std::int64_t kVirtual = 2, kStored = 3;
               const std::int64_t hidden = row.integer(4);
               if (row.integer(3) > 0) primary.emplace(row.integer(3), table.columns.size());
               table.columns.push_back({.name = std::string(row.text(0)),
                                        .type = std::string(row.text(1)),
                                        .nullable = row.integer(2) == 0,
                                        .generated = hidden == kVirtual || hidden == kStored,
                                        .kind = sqlite_column_class(row.text(1)),
                                        .has_default = row.integer(5) != 0});
             });
    if (done && std::ranges::any_of(table.columns, &Column::generated))
      if (const Result<void> read = read_expressions(table); !read) return read;
    if (!done || primary.empty()) return done;
    table.primary.emplace();
    for (const auto& [place, column] : primary) {
      table.primary->columns.push_back(column);
      // Elsewhere SQLite lets a primary key be NULL, for the sake of old databases.
      if (without_rowid_[at]) table.columns[column].nullable = false;
    }
    return {};
  }

  /// SQLite says what computes a column only in the text that made the table.
  Result<void> read_expressions(Table& table) {
    return each("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1", table.name.name,
                [&](const SqliteStatement& row) {
                  const std::vector<std::string> expressions = generated_expressions(row.text(0));
                  for (std::size_t i = 0; i < table.columns.size() && i < expressions.size(); ++i)
                    if (table.columns[i].generated) table.columns[i].expression = expressions[i];
                });
  }

  Result<void> read_keys(std::size_t at) {
    Table& table = schema_.tables[at];
    bool primary_has_index = false;
    std::vector<std::string> indexes;
    const Result<void> done =
        each("SELECT name, origin FROM pragma_index_list(?1) WHERE \"unique\" AND NOT partial ORDER BY seq DESC", table.name.name,
             [&](const SqliteStatement& row) {
               if (row.text(1) == "pk")
                 primary_has_index = true;
               else
                 indexes.emplace_back(row.text(0));
             });
    if (!done) return done;
    for (const std::string& name : indexes) {
      UniqueKey key{.name = name, .columns = {}};
      bool of_columns = true;
      const Result<void> read = each("SELECT cid FROM pragma_index_info(?1) ORDER BY seqno", name, [&](const SqliteStatement& row) {
        if (row.integer(0) < 0)
          of_columns = false;  // of an expression, or of the row's number
        else
          key.columns.push_back(static_cast<std::size_t>(row.integer(0)));
      });
      if (!read) return read;
      if (of_columns) table.unique.push_back(std::move(key));
    }
    // A primary key that needs no index is the row's number itself.
    if (table.primary && table.primary->columns.size() == 1 && !primary_has_index && !without_rowid_[at]) {
      Column& column = table.columns[table.primary->columns.front()];
      column.identity = true;
      column.nullable = false;
    }
    return {};
  }

  /// Rows that no key tells apart for sure have their number.
  Result<void> name_rows(std::size_t at) {
    Table& table = schema_.tables[at];
    const auto may_be_null = [&](std::size_t column) { return table.columns[column].nullable; };
    if (without_rowid_[at] || (table.primary && std::ranges::none_of(table.primary->columns, may_be_null))) return {};
    for (const std::string_view name : {"rowid", "_rowid_", "oid"})
      if (!column_of(table, name)) {
        table.row_identity = {.name = std::string(name), .type = "INTEGER", .nullable = false, .kind = ColumnClass::integer};
        break;
      }
    return {};
  }

  Result<void> read_row_count(std::size_t at) {
    Table& table = schema_.tables[at];
    if (!analysed_) {
      analysed_ = false;
      const Result<void> done =
          each("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'", {}, [&](const SqliteStatement&) { analysed_ = true; });
      if (!done) return done;
    }
    if (*analysed_) {
      const Result<void> done = each("SELECT stat FROM sqlite_stat1 WHERE tbl = ?1 COLLATE NOCASE AND stat IS NOT NULL LIMIT 1",
                                     table.name.name, [&](const SqliteStatement& row) {
                                       const std::string_view stat = row.text(0);
                                       std::uint64_t rows = 0;
                                       if (std::from_chars(stat.data(), stat.data() + stat.size(), rows).ec == std::errc())
                                         table.rows = rows;
                                     });
      if (!done || table.rows) return done;
    }
    // A column of that name is what `rowid` means then.
    if (without_rowid_[at] || column_of(table, "rowid")) return {};
    const Result<std::string> name = quoted(Dialect::sqlite, table.name);
    if (!name) return fail(name.error());
    return each("SELECT max(rowid) FROM main." + *name, {}, [&](const SqliteStatement& row) {
      table.rows = static_cast<std::uint64_t>(std::max<std::int64_t>(row.integer(0), 0));
    });
  }

  std::optional<std::size_t> column_of(const Table& table, std::string_view name) const {
    const std::string wanted = folded(name);
    const auto found = std::ranges::find_if(table.columns, [&](const Column& column) { return folded(column.name) == wanted; });
    if (found == table.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - table.columns.begin());
  }

  struct Declared {
    std::string parent;
    std::vector<std::string> from, to;  // `to` has empty names where none are given
  };

  Result<void> read_foreign_keys() {
    for (std::size_t at = 0; at < schema_.tables.size(); ++at) {
      std::map<std::int64_t, Declared, std::greater<>> declared;  // the pragma numbers the last one 0
      const Result<void> done = each("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
                                     schema_.tables[at].name.name, [&](const SqliteStatement& row) {
                                       Declared& key = declared[row.integer(0)];
                                       key.parent = row.text(1);
                                       key.from.emplace_back(row.text(2));
                                       key.to.emplace_back(row.text(3));
                                     });
      if (!done) return done;
      for (const auto& [number, key] : declared) add(at, key);
    }
    return {};
  }

  void add(std::size_t child_at, const Declared& declared) {
    const Table& child = schema_.tables[child_at];
    const auto leave_out = [&](const std::string& why) {
      std::string columns;
      for (const std::string& column : declared.from) columns.append(columns.empty() ? "" : ", ").append(column);
      schema_.left_out.push_back({child.name, "its foreign key (" + columns + ") to '" + declared.parent + "': " + why});
    };
    const auto found = places_.find(folded(declared.parent));
    if (found == places_.end()) return leave_out("there is no such table");
    const Table& parent = schema_.tables[found->second];
    ForeignKey key{.child = child_at, .columns = {}, .parent = found->second, .parent_columns = {}, .deferral = Deferral::possible};
    for (const std::string& name : declared.from) {
      const std::optional<std::size_t> column = column_of(child, name);
      if (!column) return leave_out("there is no column '" + name + "'");
      key.columns.push_back(*column);
    }
    if (declared.to.front().empty()) {
      if (!parent.primary) return leave_out("it names no columns, and that table has no primary key");
      key.parent_columns = parent.primary->columns;
    } else {
      for (const std::string& name : declared.to) {
        const std::optional<std::size_t> column = column_of(parent, name);
        if (!column) return leave_out("that table has no column '" + name + "'");
        key.parent_columns.push_back(*column);
      }
    }
    Schema one{.tables = {child, parent}, .foreign_keys = {key}};
    one.foreign_keys[0].child = 0;
    one.foreign_keys[0].parent = 1;
    one.tables[1].name.schema = "parent";  // of a self reference, too, these are two
    if (const Result<void> checked = check(one); !checked)
      return leave_out("its columns there are neither the primary key nor a unique one");
    schema_.foreign_keys.push_back(std::move(key));
  }

  SqliteConnection& connection_;
  Schema schema_;
  std::map<std::string, std::size_t> places_;  ///< by folded name
  std::vector<bool> without_rowid_;            ///< as schema_.tables
  std::optional<bool> analysed_;
};

}  // namespace

Result<Schema> read_schema_of(SqliteConnection& connection) {
  const bool own = connection.idle();
  if (own)
    if (const auto begun = connection.run("BEGIN"); !begun) return fail(begun.error());
  Result<Schema> schema = SchemaReader(connection).read();
  if (own) static_cast<void>(connection.run("ROLLBACK"));  // nothing was written
  return schema;
}

Result<Schema> read_sqlite_schema(const SqliteSource& source) {
  Result<SqliteConnection> connection = SqliteConnection::open_to_read(source);
  if (!connection) return fail(connection.error());
  Result<Schema> schema = read_schema_of(*connection);
  if (!schema) return fail(schema.error().with("path", source.path));
  return schema;
}

}  // namespace millrace::subset
