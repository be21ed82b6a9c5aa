// For tests: one shop as each kind of database has it: self reference, circle, composite key, UUID, enumeration, generated column, quoted names, decimal, JSON, bytes.
#pragma once

#include <string>

#include <millrace/subset/schema.h>

namespace millrace::subset::ddl {

inline Schema shop_schema(Dialect dialect) {
  const auto by = [dialect](std::string sqlite, std::string postgres, std::string mariadb) {
    return dialect == Dialect::sqlite ? sqlite : dialect == Dialect::postgres ? postgres : mariadb;
  };
  const bool lite = dialect == Dialect::sqlite;
  const std::string integer = by("INTEGER", "integer", "int(11)");
  const std::string big = by("INTEGER", "bigint", "bigint(20) unsigned");
  const std::string home = by("", "public", "");
  Table person{.name = {home, "person"},
               .columns = {{.name = "id", .type = big, .nullable = false, .identity = true, .kind = ColumnClass::integer},
                           {.name = "boss", .type = big, .kind = ColumnClass::integer},
                           {.name = "shop", .type = integer, .kind = ColumnClass::integer},
                           {.name = "email", .type = by("TEXT", "text", "text"), .nullable = false, .kind = ColumnClass::text},
                           {.name = "token", .type = by("UUID", "uuid", "uuid"), .kind = ColumnClass::uuid},
                           {.name = "mood",
                            .type = by("TEXT", "public.mood", "enum('so so','it''s','ok')"),
                            .kind = lite ? ColumnClass::text : ColumnClass::enumeration,
                            .labels = lite ? std::vector<std::string>{} : std::vector<std::string>{"so so", "it's", "ok"}},
                           {.name = "seen",
                            .type = by("TIMESTAMP", "timestamp(3) with time zone", "timestamp(3)"),
                            .kind = ColumnClass::timestamp_tz}},
               .primary = UniqueKey{.name = by("", "person_pkey", "PRIMARY"), .columns = {0}},
               .unique = {{.name = by("sqlite_autoindex_person_1", "person_email_key", "email"), .columns = {3}}}};
  if (dialect == Dialect::mariadb) person.columns[3].type = "varchar(100)";
  Table shop{
      .name = {home, "shop"},
      .columns = {{.name = "number", .type = integer, .nullable = false, .kind = ColumnClass::integer},
                  {.name = "owner", .type = big, .nullable = false, .kind = ColumnClass::integer},
                  {.name = "open", .type = by("BOOLEAN", "boolean", "tinyint(1)"), .nullable = false, .kind = ColumnClass::boolean},
                  {.name = "opens", .type = by("TIME", "time without time zone", "time"), .kind = ColumnClass::time},
                  {.name = "since", .type = "date", .kind = ColumnClass::date}},
      .primary = UniqueKey{.name = by("", "shop_pkey", "PRIMARY"), .columns = {0}}};
  Table line{.name = {by("", "Sales \"2026\"", ""), by("Order `line`", "Order line", "Order `line`")},
             .columns = {{.name = "shop", .type = integer, .nullable = false, .kind = ColumnClass::integer},
                         {.name = "group",
                          .type = by("VARCHAR(20)", "character varying(20)", "varchar(20)"),
                          .nullable = false,
                          .kind = ColumnClass::text},
                         {.name = "a \"quoted\" `name`", .type = by("TEXT", "character(3)", "char(3)"), .kind = ColumnClass::text},
                         {.name = "price",
                          .type = by("DECIMAL(10,2)", "numeric(10,2)", "decimal(10,2)"),
                          .nullable = false,
                          .kind = ColumnClass::decimal},
                         {.name = "double",
                          .type = by("DECIMAL(10,2)", "numeric(10,2)", "decimal(10,2)"),
                          .nullable = false,
                          .generated = true,
                          .kind = ColumnClass::decimal,
                          .expression = "price * 2"},
                         {.name = "extra", .type = by("JSON", "jsonb", "json"), .kind = ColumnClass::json},
                         {.name = "image", .type = by("BLOB", "bytea", "longblob"), .kind = ColumnClass::bytes},
                         {.name = "weight", .type = by("REAL", "double precision", "double"), .kind = ColumnClass::real},
                         {.name = "at",
                          .type = by("DATETIME", "timestamp without time zone", "datetime"),
                          .kind = ColumnClass::timestamp}},
             .primary = UniqueKey{.name = by("", "line_pkey", "PRIMARY"), .columns = {0, 1}}};
  Table part{
      .name = {home, "part"},
      .columns = {{.name = "group", .type = by("TEXT", "character varying(20)", "varchar(20)"), .kind = ColumnClass::text},
                  {.name = "shop", .type = integer, .kind = ColumnClass::integer},
                  {.name = "anything", .type = by("", "text", "longtext"), .kind = lite ? ColumnClass::any : ColumnClass::text}}};
  return {.dialect = dialect,
          .tables = {std::move(person), std::move(shop), std::move(line), std::move(part)},
          .foreign_keys = {
              {.name = by("", "person_boss_fkey", "person_ibfk_1"), .child = 0, .columns = {1}, .parent = 0, .parent_columns = {0}},
              {.name = by("", "person_shop_fkey", "person_ibfk_2"), .child = 0, .columns = {2}, .parent = 1, .parent_columns = {0}},
              {.name = by("", "shop_owner_fkey", "shop_ibfk_1"),
               .child = 1,
               .columns = {1},
               .parent = 0,
               .parent_columns = {0},
               .deferral = dialect == Dialect::mariadb ? Deferral::none : Deferral::always},
              {.name = by("", "line_shop_fkey", "line_ibfk_1"), .child = 2, .columns = {0}, .parent = 1, .parent_columns = {0}},
              {.name = by("", "part_line_fkey", "part_ibfk_1"),
               .child = 3,
               .columns = {0, 1},
               .parent = 2,
               .parent_columns = {1, 0},
               .deferral = lite ? Deferral::possible : Deferral::none}}};
}

}  // namespace millrace::subset::ddl
