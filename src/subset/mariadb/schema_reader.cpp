#include "subset/mariadb/schema_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "subset/mariadb/errors.h"
#include "subset/mariadb/rows.h"
#include "subset/mariadb/types.h"

namespace millrace::subset::mariadb {
namespace {

constexpr std::size_t kPageRows = 5'000;
constexpr std::size_t kPageBytes = std::size_t{4} << 20;

struct Catalogue {
  std::shared_ptr<Connection> connection;
  Schema schema{.dialect = Dialect::mariadb};
  std::map<std::string, std::size_t, std::less<>> tables{};  ///< places in schema.tables
  std::set<std::pair<std::size_t, std::size_t>> row_ends{};  ///< columns that end a period of the system's
};

std::string text(const Page& page, std::size_t row, std::size_t column) { return std::string(page.at(row, column).text); }

/// Calls `take(page, row)` for each row of the statement.
template <typename Take>
Lazy<void> each_row(Catalogue& reader, std::string sql, Take take) {
  const std::unique_ptr<Rows> rows = make_rows(reader.connection, {.sql = std::move(sql)});
  Page page;
  for (bool more = true; more;) {
    page.clear();
    more = co_await rows->next(page, kPageRows, kPageBytes);
    for (std::size_t row = 0; row < page.rows(); ++row) take(page, row);
  }
}

void take_table(Catalogue& reader, const Page& page, std::size_t row) {
  const std::string name = text(page, row, 0);
  const std::string_view type = page.at(row, 1).text;
  const auto leave_out = [&](std::string reason) {
    reader.schema.left_out.push_back({.name = {.name = name}, .reason = std::move(reason)});
  };
  if (type.contains("VIEW")) return leave_out("a view");
  if (type == "SEQUENCE") return leave_out("a sequence");
  if (type.contains("TEMPORARY")) return leave_out("a temporary table");
  if (type != "BASE TABLE" && type != "SYSTEM VERSIONED") return leave_out("a " + std::string(type));
  if (reader.schema.tables.size() == Schema::kTablesMax)
    throw ErrorException(Error(Errc::full, "mariadb: the database has more than Schema::kTablesMax tables"));
  Table table{.name = {.name = name}, .columns = {}};
  const Value rows = page.at(row, 2);
  if (rows.kind == ValueKind::integer && rows.integer >= 0) table.rows = static_cast<std::uint64_t>(rows.integer);
  reader.tables.emplace(name, reader.schema.tables.size());
  reader.schema.tables.push_back(std::move(table));
}

void take_column(Catalogue& reader, const Page& page, std::size_t row) {
  const auto found = reader.tables.find(page.at(row, 0).text);
  if (found == reader.tables.end()) return;
  Table& table = reader.schema.tables[found->second];
  if (table.columns.size() == Schema::kColumnsMax)
    throw ErrorException(
        Error(Errc::full, "mariadb: a table has more than Schema::kColumnsMax columns").with("table", table.name.name));
  Column column{.name = text(page, row, 1), .type = text(page, row, 3)};
  column.kind = class_of(page.at(row, 2).text);
  column.nullable = page.at(row, 4).text == "YES";
  const std::string_view extra = page.at(row, 5).text, expression = page.at(row, 6).text;
  column.identity = extra.contains("auto_increment");
  // MySQL's DEFAULT_GENERATED is a default that is computed; such a column may be written.
  column.generated = extra.contains("VIRTUAL GENERATED") || extra.contains("STORED GENERATED") || extra.contains("PERSISTENT");
  if (column.generated) column.expression = expression;
  column.collation = page.at(row, 8).text;
  column.has_default = column.identity || !page.at(row, 7).is_null();
  if (expression == "ROW END") reader.row_ends.emplace(found->second, table.columns.size());
  if (column.kind == ColumnClass::enumeration) {
    Result<std::vector<std::string>> labels = labels_of(column.type);
    if (!labels) throw ErrorException(std::move(labels).error().with("table", table.name.name).with("column", column.name));
    column.labels = *std::move(labels);
  }
  table.columns.push_back(std::move(column));
}

std::optional<std::size_t> place_of(const Table& table, std::string_view column) {
  const auto found = std::ranges::find(table.columns, column, &Column::name);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
}

/// A unique index as it is read, a row for each column.
struct Index {
  std::size_t table;
  std::string name;
  bool usable = true;
  ColumnList columns{};
};

void take_index_column(Catalogue& reader, const Page& page, std::size_t row,
                       std::map<std::pair<std::size_t, std::string>, Index>& indexes) {
  const auto found = reader.tables.find(page.at(row, 0).text);
  if (found == reader.tables.end()) return;
  Index& index = indexes.try_emplace({found->second, text(page, row, 1)}, Index{.table = found->second, .name = text(page, row, 1)})
                     .first->second;
  const bool whole = page.at(row, 4).is_null();
  const std::optional<std::size_t> place =
      page.at(row, 3).is_null() ? std::nullopt : place_of(reader.schema.tables[found->second], page.at(row, 3).text);
  if (!place || !whole)
    index.usable = false;
  else if (!reader.row_ends.contains({found->second, *place}))
    index.columns.push_back(*place);
}

void add_indexes(Catalogue& reader, std::map<std::pair<std::size_t, std::string>, Index> indexes) {
  for (auto& [key, index] : indexes) {
    if (!index.usable || index.columns.empty()) continue;
    Table& table = reader.schema.tables[index.table];
    UniqueKey made{.name = index.name, .columns = std::move(index.columns)};
    if (made.name == "PRIMARY")
      table.primary = std::move(made);
    else
      table.unique.push_back(std::move(made));
  }
}

/// A foreign key as it is read.
struct Reference {
  std::string name, child, parent_schema, parent;
  std::vector<std::string> columns{}, parent_columns{};
};

bool is_key(const Table& table, ColumnList columns) {
  std::ranges::sort(columns);
  const auto same = [&](const UniqueKey& key) {
    ColumnList sorted = key.columns;
    std::ranges::sort(sorted);
    return sorted == columns;
  };
  return (table.primary && same(*table.primary)) || std::ranges::any_of(table.unique, same);
}

/// Nothing when it became one of the schema's; else why not.
std::optional<std::string> add_reference(Catalogue& reader, const Reference& reference, std::string_view database) {
  if (reference.parent_schema != database) return "to the database `" + reference.parent_schema + "`";
  const auto child = reader.tables.find(reference.child), parent = reader.tables.find(reference.parent);
  if (child == reader.tables.end()) return "of a table that is left out";
  if (parent == reader.tables.end()) return "to the table `" + reference.parent + "`, which is not there";
  ForeignKey key{.name = reference.name, .child = child->second, .columns = {}, .parent = parent->second, .parent_columns = {}};
  const Table& from = reader.schema.tables[key.child];
  const Table& to = reader.schema.tables[key.parent];
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    const std::optional<std::size_t> own = place_of(from, reference.columns[i]), its = place_of(to, reference.parent_columns[i]);
    if (!own || !its) return "to columns of `" + reference.parent + "` that are not there";
    key.columns.push_back(*own);
    key.parent_columns.push_back(*its);
  }
  if (!is_key(to, key.parent_columns)) return "to columns of `" + reference.parent + "` that are no key";
  if (reader.schema.foreign_keys.size() == Schema::kForeignKeysMax)
    throw ErrorException(Error(Errc::full, "mariadb: the database has more than Schema::kForeignKeysMax foreign keys"));
  reader.schema.foreign_keys.push_back(std::move(key));
  return std::nullopt;
}

Lazy<void> read_tables(Catalogue& reader) {
  const auto table = [&reader](const Page& page, std::size_t row) { take_table(reader, page, row); };
  co_await each_row(reader,
                    "SELECT TABLE_NAME, TABLE_TYPE, TABLE_ROWS FROM information_schema.TABLES"
                    " WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME",
                    table);
  const auto column = [&reader](const Page& page, std::size_t row) { take_column(reader, page, row); };
  co_await each_row(reader,
                    "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, EXTRA, GENERATION_EXPRESSION, "
                    "COLUMN_DEFAULT, COLLATION_NAME"
                    " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION",
                    column);
  // Since 10.3 the checks can be asked for, with their tables.
  if (!reader.connection->is_mariadb() || reader.connection->version() < 100300) co_return;
  const auto json = [&reader](const Page& page, std::size_t row) {
    const auto found = reader.tables.find(page.at(row, 0).text);
    if (found == reader.tables.end()) return;
    for (Column& one : reader.schema.tables[found->second].columns)
      if (one.type == "longtext" &&
          page.at(row, 1).text == "json_valid(" + quoted(Dialect::mariadb, std::string_view(one.name)).value() + ")")
        one.kind = ColumnClass::json;
  };
  co_await each_row(reader,
                    "SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS"
                    " WHERE CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE LIKE 'json\\_valid(%'",
                    json);
}

Lazy<void> read_keys(Catalogue& reader) {
  std::map<std::pair<std::size_t, std::string>, Index> indexes;
  const auto index = [&](const Page& page, std::size_t row) { take_index_column(reader, page, row, indexes); };
  co_await each_row(reader,
                    "SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS"
                    " WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
                    index);
  add_indexes(reader, std::move(indexes));
  std::map<std::pair<std::string, std::string>, Reference> references;
  std::string database;
  const auto reference = [&](const Page& page, std::size_t row) {
    database = text(page, row, 6);
    const std::pair<std::string, std::string> key(text(page, row, 0), text(page, row, 1));
    Reference& one = references.try_emplace(key).first->second;
    one.child = key.first;
    one.name = key.second;
    one.parent_schema = text(page, row, 3);
    one.parent = text(page, row, 4);
    one.columns.push_back(text(page, row, 2));
    one.parent_columns.push_back(text(page, row, 5));
  };
  co_await each_row(reader,
                    "SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,"
                    " REFERENCED_COLUMN_NAME, DATABASE() FROM information_schema.KEY_COLUMN_USAGE"
                    " WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL"
                    " ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
                    reference);
  for (const auto& [key, one] : references)
    if (std::optional<std::string> why = add_reference(reader, one, database))
      reader.schema.left_out.push_back(
          {.name = {.name = one.child}, .reason = "its foreign key `" + one.name + "` " + *std::move(why)});
}

}  // namespace

Async<Schema> read_schema(Loop& /*loop*/, std::shared_ptr<Connection> connection) {
  Catalogue reader{.connection = std::move(connection)};
  co_await read_tables(reader);
  co_await read_keys(reader);
  // Without a right on any column of it, a table is there and its columns are not.
  unwrap(check(reader.schema));
  co_return std::move(reader.schema);
}

}  // namespace millrace::subset::mariadb
