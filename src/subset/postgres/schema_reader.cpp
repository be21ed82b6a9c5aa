#include "subset/postgres/schema_reader.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "subset/postgres/rows.h"
#include "subset/postgres/types.h"

namespace millrace::subset {
namespace {

constexpr std::size_t kPageRows = 20'000;

constexpr std::string_view kRelations =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.reltuples::float8, "
    "EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid) AND c.relkind = 'r', x.extname, c.relpages "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e' AND "
    "e.refclassid = 'pg_extension'::regclass "
    "LEFT JOIN pg_extension x ON x.oid = e.refobjid "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ "
    "'^pg_(toast|temp_)' "
    "ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

// Which partitioned table the partitions' rows count for.
constexpr std::string_view kPartitionRows =
    "WITH RECURSIVE part(root, id) AS (SELECT c.oid, c.oid FROM pg_class c WHERE c.relkind = 'p' AND NOT c.relispartition "
    "UNION ALL SELECT p.root, h.inhrelid FROM part p JOIN pg_inherits h ON h.inhparent = p.id) "
    "SELECT p.root, sum(c.reltuples)::float8 FROM part p JOIN pg_class c ON c.oid = p.id AND c.relkind <> 'p' AND (c.reltuples > 0 "
    "OR c.relpages > 0) "
    "GROUP BY p.root";

constexpr std::string_view kColumns =
    "WITH RECURSIVE made(id, base, strict) AS (SELECT t.oid, t.typbasetype, t.typnotnull FROM pg_type t WHERE t.typtype = 'd' "
    "UNION ALL SELECT m.id, t.typbasetype, m.strict OR t.typnotnull FROM made m JOIN pg_type t ON t.oid = m.base AND t.typtype = "
    "'d'), "
    "domain AS (SELECT m.id, m.base, bool_or(m.strict) OVER (PARTITION BY m.id) AS strict FROM made m), "
    "numbered AS MATERIALIZED (SELECT DISTINCT f.adrelid, f.adnum FROM pg_depend d JOIN pg_class s ON s.oid = d.refobjid AND "
    "s.relkind = 'S' "
    "JOIN pg_attrdef f ON f.oid = d.objid WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass "
    "AND pg_get_expr(f.adbin, f.adrelid) ~ '^nextval\\(''.*''::regclass\\)$') "
    "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull OR coalesce(m.strict, false), "
    "a.attgenerated <> '', "
    "a.attidentity <> '' OR u.adnum IS NOT NULL, a.attidentity = 'a', b.oid, b.typname, b.typtype, b.typcategory, "
    "CASE WHEN a.attgenerated <> '' THEN pg_get_expr(e.adbin, e.adrelid) END, a.atthasdef OR a.attidentity <> '', "
    "CASE WHEN y.typcategory = 'A' AND y.typelem <> 0 THEN y.typelem ELSE a.atttypid END "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ "
    "'^pg_(toast|temp_)' "
    "LEFT JOIN domain m ON m.id = a.atttypid AND NOT EXISTS (SELECT FROM pg_type d WHERE d.oid = m.base AND d.typtype = 'd') "
    "JOIN pg_type y ON y.oid = a.atttypid "
    "JOIN pg_type b ON b.oid = coalesce(m.base, a.atttypid) "
    "LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum "
    "LEFT JOIN numbered u ON u.adrelid = a.attrelid AND u.adnum = a.attnum "
    "WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

// What somebody has made that a column can be of, as the statement that makes it again.
constexpr std::string_view kTypes =
    "SELECT t.oid, CASE t.typtype WHEN 'd' THEN 'CREATE DOMAIN ' || format_type(t.oid, NULL) || ' AS ' || "
    "format_type(t.typbasetype, t.typtypmod) "
    "|| coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END "
    "|| coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), '' ORDER BY "
    "k.conname) "
    "FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '') "
    "ELSE 'CREATE TYPE ' || format_type(t.oid, NULL) || ' AS ENUM (' || coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', "
    "' ORDER BY e.enumsortorder) "
    "FROM pg_enum e WHERE e.enumtypid = t.oid), '') || ')' END "
    "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('d', 'e') AND n.nspname NOT IN "
    "('pg_catalog', 'information_schema')";

constexpr std::string_view kLabels = "SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder";

constexpr std::string_view kKeys =
    "SELECT i.indrelid, x.relname, i.indisprimary, i.indkey::text, i.indnkeyatts FROM pg_index i JOIN pg_class x ON x.oid = "
    "i.indexrelid "
    "JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "WHERE i.indisunique AND i.indisvalid AND i.indislive AND i.indpred IS NULL AND i.indexprs IS NULL "
    "ORDER BY i.indrelid, x.relname COLLATE \"C\"";

// A key that a partition has from its table, and one that a key of others has towards a partition, has a parent.
constexpr std::string_view kForeignKeys =
    "SELECT k.conrelid, k.confrelid, k.conname, array_to_string(k.conkey, ' '), array_to_string(k.confkey, ' '), k.condeferrable, "
    "k.condeferred, "
    "n.nspname, c.relname, k.confrelid::regclass::text, k.convalidated FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
    "JOIN "
    "pg_namespace n ON n.oid = c.relnamespace "
    "WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ "
    "'^pg_(toast|temp_)' "
    "ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", k.conname COLLATE \"C\"";

class SchemaReader {
 public:
  explicit SchemaReader(std::shared_ptr<PostgresConnection> connection) : connection_(std::move(connection)) {
    schema_.dialect = Dialect::postgres;
  }

  [[nodiscard]] Lazy<Schema> read() {
    const auto relation = [this](const Page& page, std::size_t row) { add_relation(page, row); };
    const auto rows = [this](const Page& page, std::size_t row) {
      if (const auto found = places_.find(number(page, row, 0)); found != places_.end())
        schema_.tables[found->second].rows = static_cast<std::uint64_t>(page.at(row, 1).real);
    };
    const auto label = [this](const Page& page, std::size_t row) {
      labels_[number(page, row, 0)].emplace_back(page.at(row, 1).text);
    };
    const auto type = [this](const Page& page, std::size_t row) { types_.emplace(number(page, row, 0), text(page, row, 1)); };
    const auto column = [this](const Page& page, std::size_t row) { add_column(page, row); };
    const auto key = [this](const Page& page, std::size_t row) { add_key(page, row); };
    const auto foreign_key = [this](const Page& page, std::size_t row) { add_foreign_key(page, row); };
    co_await each(kRelations, relation);
    co_await each(kPartitionRows, rows);
    co_await each(kLabels, label);
    co_await each(kTypes, type);
    co_await each(kColumns, column);
    leave_out_empty();
    co_await each(kKeys, key);
    for (std::size_t at = 0; at < schema_.tables.size(); ++at)
      if (!schema_.tables[at].primary && ordinary_[at])  // of a partitioned table, rows in two partitions may have the same
        schema_.tables[at].row_identity = Column{.name = "ctid", .type = "tid", .nullable = false, .kind = ColumnClass::other};
    co_await each(kForeignKeys, foreign_key);
    unwrap(check(schema_));
    co_return std::move(schema_);
  }

 private:
  /// `row` is called for each row of the statement, and lives in the caller's frame.
  template <typename Row>
  [[nodiscard]] Lazy<void> each(std::string_view sql, const Row& row) {
    PostgresRowStream stream(connection_, Query{.sql = std::string(sql)});
    Page page;
    for (bool more = true; more;) {
      page.clear();
      more = co_await stream.read(page, kPageRows, static_cast<std::size_t>(-1));
      for (std::size_t i = 0; i < page.rows(); ++i) row(page, i);
    }
  }

  static std::int64_t number(const Page& page, std::size_t row, std::size_t column) { return page.at(row, column).integer; }
  static bool truth(const Page& page, std::size_t row, std::size_t column) { return page.at(row, column).integer != 0; }
  static std::string text(const Page& page, std::size_t row, std::size_t column) { return std::string(page.at(row, column).text); }

  void add_relation(const Page& page, std::size_t row) {
    if (truth(page, row, 4)) return;  // a partition
    TableName name{.schema = text(page, row, 1), .name = text(page, row, 2)};
    const char kind = page.at(row, 3).text.front();
    const auto leave_out = [&](std::string reason) { schema_.left_out.push_back({std::move(name), std::move(reason)}); };
    if (!page.at(row, 7).is_null()) return leave_out("it belongs to the extension '" + text(page, row, 7) + "'");
    if (kind == 'v') return leave_out("a view");
    if (kind == 'm') return leave_out("a materialized view");
    if (kind == 'f') return leave_out("a foreign table");
    if (truth(page, row, 6)) return leave_out("other tables inherit from it: reading it would give their rows, too");
    places_.emplace(number(page, row, 0), schema_.tables.size());
    Table table{.name = std::move(name), .columns = {}};
    // Before 14, zero rows on zero pages means that nobody has counted.
    const double rows = page.at(row, 5).real;
    if (kind == 'r' && (rows > 0 || (rows == 0 && number(page, row, 8) > 0))) table.rows = static_cast<std::uint64_t>(rows);
    schema_.tables.push_back(std::move(table));
    ordinary_.push_back(kind == 'r');
    column_places_.emplace_back();
  }

  void add_column(const Page& page, std::size_t row) {
    const auto found = places_.find(number(page, row, 0));
    if (found == places_.end()) return;
    Table& table = schema_.tables[found->second];
    std::vector<std::size_t>& places = column_places_[found->second];
    places.resize(static_cast<std::size_t>(number(page, row, 1)) + 1, kNowhere);
    places.back() = table.columns.size();
    const char kind = page.at(row, 10).text.front();
    Column column{.name = text(page, row, 2),
                  .type = text(page, row, 3),
                  .nullable = !truth(page, row, 4),
                  .generated = truth(page, row, 5),
                  .identity = truth(page, row, 6),
                  .kind = postgres_class(page.at(row, 9).text, kind, page.at(row, 11).text.front()),
                  .always = truth(page, row, 7),
                  .expression = text(page, row, 12),
                  .has_default = truth(page, row, 13)};
    if (column.kind == ColumnClass::enumeration)
      if (const auto labels = labels_.find(number(page, row, 8)); labels != labels_.end()) column.labels = labels->second;
    if (const auto type = types_.find(number(page, row, 14)); type != types_.end()) column.type_definition = type->second;
    table.columns.push_back(std::move(column));
  }

  /// PostgreSQL allows tables without columns. They hold nothing that could be copied.
  void leave_out_empty() {
    std::vector<std::size_t> moved(schema_.tables.size(), kNowhere);
    std::size_t kept = 0;
    for (std::size_t at = 0; at < schema_.tables.size(); ++at) {
      if (schema_.tables[at].columns.empty()) {
        schema_.left_out.push_back({std::move(schema_.tables[at].name), "a table without columns"});
        continue;
      }
      moved[at] = kept;
      if (kept != at) {
        schema_.tables[kept] = std::move(schema_.tables[at]);
        column_places_[kept] = std::move(column_places_[at]);
        ordinary_[kept] = ordinary_[at];
      }
      ++kept;
    }
    if (kept == schema_.tables.size()) return;
    schema_.tables.resize(kept);
    std::erase_if(places_, [&](const auto& place) { return moved[place.second] == kNowhere; });
    for (auto& [id, place] : places_) place = moved[place];
  }

  /// Numbers of columns with spaces between them, at most `count`. Empty: one is no column.
  [[nodiscard]] ColumnList columns(std::size_t table, std::string_view numbers, std::size_t count = kNowhere) const {
    ColumnList made;
    const char* at = numbers.data();
    const char* const end = at + numbers.size();
    while (at != end && made.size() < count) {
      std::size_t place = 0;
      at = std::from_chars(at, end, place).ptr;
      while (at != end && *at == ' ') ++at;
      if (place >= column_places_[table].size() || column_places_[table][place] == kNowhere) return {};
      made.push_back(column_places_[table][place]);
    }
    return made;
  }

  void add_key(const Page& page, std::size_t row) {
    const auto found = places_.find(number(page, row, 0));
    if (found == places_.end()) return;
    Table& table = schema_.tables[found->second];
    UniqueKey key{.name = text(page, row, 1),
                  .columns = columns(found->second, page.at(row, 3).text, static_cast<std::size_t>(number(page, row, 4)))};
    ColumnList sorted = key.columns;
    std::ranges::sort(sorted);
    if (key.columns.empty() || std::ranges::adjacent_find(sorted) != sorted.end()) return;
    if (truth(page, row, 2))
      table.primary = std::move(key);
    else
      table.unique.push_back(std::move(key));
  }

  void add_foreign_key(const Page& page, std::size_t row) {
    const auto child = places_.find(number(page, row, 0));
    const auto parent = places_.find(number(page, row, 1));
    const auto leave_out = [&](const std::string& why) {
      schema_.left_out.push_back({{.schema = text(page, row, 7), .name = text(page, row, 8)},
                                  "its foreign key \"" + text(page, row, 2) + "\" to " + text(page, row, 9) + ": " + why});
    };
    if (child == places_.end()) return leave_out("the table itself is left out, or a partition");
    if (parent == places_.end()) return leave_out("that table is left out, or a partition");
    ForeignKey key{.name = text(page, row, 2),
                   .child = child->second,
                   .columns = columns(child->second, page.at(row, 3).text),
                   .parent = parent->second,
                   .parent_columns = columns(parent->second, page.at(row, 4).text)};
    if (truth(page, row, 5)) key.deferral = truth(page, row, 6) ? Deferral::always : Deferral::possible;
    key.proven = truth(page, row, 10);
    if (!is_key(schema_.tables[key.parent], key.parent_columns))
      return leave_out("its columns there are neither the primary key nor a unique one");
    schema_.foreign_keys.push_back(std::move(key));
  }

  static bool is_key(const Table& table, ColumnList columns) {
    std::ranges::sort(columns);
    const auto is_it = [&](const UniqueKey& key) {
      ColumnList sorted = key.columns;
      std::ranges::sort(sorted);
      return sorted == columns;
    };
    return (table.primary && is_it(*table.primary)) || std::ranges::any_of(table.unique, is_it);
  }

  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  std::shared_ptr<PostgresConnection> connection_;
  Schema schema_;
  std::unordered_map<std::int64_t, std::size_t> places_;               ///< by the relation's number
  std::unordered_map<std::int64_t, std::string> types_;                ///< what makes them, by their own
  std::unordered_map<std::int64_t, std::vector<std::string>> labels_;  ///< by the type's
  // As schema_.tables.
  std::vector<std::vector<std::size_t>> column_places_;  ///< by the column's number, which dropped columns keep
  std::vector<bool> ordinary_;                           ///< neither partitioned
};

}  // namespace

Lazy<Schema> read_postgres_schema(std::shared_ptr<PostgresConnection> connection) {
  co_await connection->settle();
  const bool inside = connection->in_transaction();
  if (!inside) {
    Lazy<PostgresConnection::Outcome> begun = connection->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    co_await std::move(begun);
  }
  std::optional<Error> failure;
  Schema schema;
  try {
    SchemaReader reader(connection);
    schema = co_await reader.read();
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  if (!inside) {
    try {
      Lazy<PostgresConnection::Outcome> ended = connection->execute("ROLLBACK");
      co_await std::move(ended);
    } catch (const ErrorException& exception) {
      if (!failure) failure = exception.error();
    }
  }
  if (failure) throw ErrorException(*std::move(failure));
  co_return schema;
}

}  // namespace millrace::subset
