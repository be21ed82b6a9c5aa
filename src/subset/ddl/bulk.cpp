#include "subset/ddl/bulk.h"

#include "subset/sql.h"

namespace millrace::subset::ddl {
namespace {

// Around the list of tables. Names within are pg_catalog's, by kBulkSearchPath.
constexpr std::string_view kBegin = R"(WITH wanted AS (
  SELECT c.oid FROM (VALUES )";
constexpr std::string_view kRest = R"() AS named (schema, name)
  JOIN pg_namespace n ON n.nspname = named.schema
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = named.name AND c.relkind IN ('r', 'p')
), keys AS (
  SELECT n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid) AS definition, obj_description(k.oid, 'pg_constraint') AS comment
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid IN (SELECT oid FROM wanted) OR k.confrelid IN (SELECT oid FROM wanted))
), indexes AS (
  SELECT n.nspname, t.relname, c.relname AS indexname, pg_get_indexdef(c.oid) AS definition, obj_description(c.oid, 'pg_class') AS comment
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indrelid IN (SELECT oid FROM wanted) AND NOT i.indisunique AND NOT i.indisexclusion AND i.indisvalid AND NOT i.indisclustered
    AND NOT i.indisreplident AND c.relkind = 'i' AND NOT c.relispartition AND c.reltablespace = 0
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND coalesce(a.attstattarget, -1) >= 0 AND a.attnum > 0)
)
SELECT step, "table", name, "drop", rebuild FROM (
  SELECT 1 AS place, 'foreign key' AS step, format('%I.%I', nspname, relname) AS "table", conname::text AS name,
    format('ALTER TABLE %I.%I DROP CONSTRAINT %I', nspname, relname, conname) AS "drop",
    format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', nspname, relname, conname, definition)
      || CASE WHEN comment IS NULL THEN '' ELSE format('; COMMENT ON CONSTRAINT %I ON %I.%I IS %L', conname, nspname, relname, comment) END AS rebuild
  FROM keys
  UNION ALL
  SELECT 2, 'index', format('%I.%I', nspname, relname), indexname::text, format('DROP INDEX %I.%I', nspname, indexname),
    definition || CASE WHEN comment IS NULL THEN '' ELSE format('; COMMENT ON INDEX %I.%I IS %L', nspname, indexname, comment) END
  FROM indexes
) AS everything ORDER BY place, "table" COLLATE "C", name COLLATE "C")";

}  // namespace

Result<std::string> bulk_query(const std::vector<TableName>& tables) {
  if (tables.empty()) return fail(Errc::invalid_argument, "bulk_query: no tables");
  std::string text(kBegin);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto refused = [&] {
      return fail(Error(Errc::invalid_argument, "bulk_query: '" + tables[i].to_string() + "' needs a schema and a name")
                      .with("table", tables[i].to_string()));
    };
    if (tables[i].schema.empty() || tables[i].name.empty()) return refused();
    const Result<std::string> schema = sql::literal(Dialect::postgres, Value::of(tables[i].schema));
    const Result<std::string> name = sql::literal(Dialect::postgres, Value::of(tables[i].name));
    if (!schema || !name) return refused();
    text.append(i == 0 ? "(" : ", (").append(*schema).append("::name, ").append(*name).append("::name)");
  }
  return text.append(kRest);
}

}  // namespace millrace::subset::ddl
