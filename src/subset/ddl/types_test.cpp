// Every kind of column in every other kind of database, and what is refused.
#include "subset/ddl/types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "subset/ddl/declared.h"
#include "subset/ddl/fit.h"

namespace millrace::subset::ddl {
namespace {

using ::testing::HasSubstr;

constexpr Dialect kLite = Dialect::sqlite, kPostgres = Dialect::postgres, kMaria = Dialect::mariadb;

std::string made(Dialect target, Dialect source, ColumnClass kind, std::string type, std::size_t index_columns = 0) {
  const Column column{.name = "c", .type = std::move(type), .kind = kind, .labels = {"a", "b"}};
  const Result<std::string> result = type_in(target, source, column, {.table = "t", .index_columns = index_columns});
  return result ? *result : "! " + result.error().message();
}

TEST(DeclaredType, IsTakenApart) {
  const Declared time = declared("timestamp(3) with time zone");
  EXPECT_EQ(time.base, "timestamp");
  EXPECT_EQ(time.length, 3);
  EXPECT_TRUE(time.zone);
  EXPECT_FALSE(declared("timestamp(3) without time zone").zone);
  EXPECT_EQ(declared("timestamp without time zone").base, "timestamp");
  EXPECT_TRUE(declared("timestamptz").zone);
  const Declared number = declared("DECIMAL( 10 , 2 ) UNSIGNED ZEROFILL");
  EXPECT_EQ(number.base, "decimal");
  EXPECT_EQ(number.length, 10);
  EXPECT_EQ(number.scale, 2);
  EXPECT_TRUE(number.without_sign);
  EXPECT_EQ(declared("numeric(3,-2)").scale, -2);
  EXPECT_EQ(declared("character varying(20)").base, "varchar");
  EXPECT_EQ(declared("enum('a(1)','b')").base, "enum");
  EXPECT_EQ(declared("enum('a(1)','b')").length, std::nullopt);
  EXPECT_EQ(declared("varchar(99999999999)").length, std::nullopt);
  for (const char* odd : {"", "(", ")", ")(", "varchar(", "unsigned", "  ", "a(b)c(d)"}) (void)declared(odd);
  EXPECT_EQ(declared("varchar(").base, "varchar");
}

TEST(Types, OfOneKindOfDatabaseStayAsTheyAre) {
  for (const Dialect dialect : {kLite, kPostgres, kMaria}) EXPECT_EQ(made(dialect, dialect, ColumnClass::other, "Odd[]"), "Odd[]");
}

TEST(Types, BetweenDatabases) {
  struct Case {
    Dialect source;
    ColumnClass kind;
    std::string type;
    Dialect target;
    std::string made;
  };
  using enum ColumnClass;
  for (const Case& c : std::vector<Case>{
           {kPostgres, integer, "smallint", kMaria, "smallint"},
           {kPostgres, integer, "integer", kMaria, "int"},
           {kPostgres, integer, "bigint", kMaria, "bigint"},
           {kPostgres, integer, "oid", kMaria, "bigint"},
           {kLite, integer, "TINYINT", kMaria, "bigint"},
           {kLite, integer, "INT", kPostgres, "bigint"},
           {kMaria, integer, "tinyint(4)", kPostgres, "smallint"},
           {kMaria, integer, "tinyint(3) unsigned", kPostgres, "smallint"},
           {kMaria, integer, "smallint(5) unsigned", kPostgres, "integer"},
           {kMaria, integer, "mediumint(8) unsigned", kPostgres, "integer"},
           {kMaria, integer, "int(11)", kPostgres, "integer"},
           {kMaria, integer, "int(10) unsigned", kPostgres, "bigint"},
           {kMaria, integer, "bigint(20)", kPostgres, "bigint"},
           {kMaria, integer, "bigint(20) unsigned", kPostgres, "numeric(20)"},
           {kMaria, decimal, "bigint(20) unsigned", kPostgres, "numeric(20)"},
           {kMaria, integer, "bigint(20) unsigned", kLite, "TEXT"},
           {kMaria, integer, "year(4)", kPostgres, "smallint"},
           {kPostgres, integer, "bigint", kLite, "INTEGER"},
           {kPostgres, boolean, "boolean", kMaria, "tinyint(1)"},
           {kPostgres, boolean, "boolean", kLite, "BOOLEAN"},
           {kMaria, boolean, "tinyint(1)", kPostgres, "boolean"},
           {kPostgres, decimal, "numeric(10,2)", kMaria, "decimal(10,2)"},
           {kPostgres, decimal, "numeric(65,38)", kMaria, "decimal(65,38)"},
           {kPostgres, decimal, "numeric(3,-2)", kMaria, "decimal(5)"},
           {kPostgres, decimal, "numeric(2,5)", kMaria, "decimal(5,5)"},
           {kPostgres, decimal, "numeric", kMaria, "decimal(65,30)"},
           {kPostgres, decimal, "numeric(15,2)", kLite, "DECIMAL(15,2)"},
           {kPostgres, decimal, "numeric(16,2)", kLite, "TEXT"},
           {kPostgres, decimal, "numeric", kLite, "TEXT"},
           {kMaria, decimal, "decimal(10,2) unsigned", kPostgres, "numeric(10,2)"},
           {kLite, decimal, "DECIMAL(10,2)", kPostgres, "numeric"},
           {kLite, decimal, "NUMERIC", kMaria, "decimal(65,30)"},
           {kPostgres, real, "real", kMaria, "float"},
           {kPostgres, real, "double precision", kMaria, "double"},
           {kMaria, real, "float", kPostgres, "real"},
           {kMaria, real, "double(10,2)", kPostgres, "double precision"},
           {kLite, real, "FLOAT", kPostgres, "double precision"},
           {kLite, real, "REAL", kMaria, "double"},
           {kMaria, real, "float", kLite, "REAL"},
           {kPostgres, text, "text", kMaria, "longtext"},
           {kPostgres, text, "character varying(16383)", kMaria, "varchar(16383)"},
           {kPostgres, text, "character varying(16384)", kMaria, "longtext"},
           {kPostgres, text, "character varying", kMaria, "longtext"},
           {kPostgres, text, "character(3)", kMaria, "char(3)"},
           {kPostgres, text, "character(256)", kMaria, "varchar(256)"},
           {kPostgres, text, "character varying(20)", kLite, "VARCHAR(20)"},
           {kMaria, text, "mediumtext", kPostgres, "text"},
           {kMaria, text, "char(3)", kPostgres, "varchar(3)"},
           {kMaria, text, "varchar(0)", kPostgres, "varchar(1)"},
           {kMaria, text, "char(3)", kLite, "CHAR(3)"},
           {kLite, text, "VARCHAR(20)", kPostgres, "text"},
           {kLite, text, "VARCHAR(20)", kMaria, "longtext"},
           {kPostgres, bytes, "bytea", kMaria, "longblob"},
           {kPostgres, bytes, "bytea", kLite, "BLOB"},
           {kMaria, bytes, "varbinary(16)", kPostgres, "bytea"},
           {kPostgres, date, "date", kMaria, "date"},
           {kMaria, date, "date", kLite, "DATE"},
           {kPostgres, time, "time without time zone", kMaria, "time(6)"},
           {kPostgres, time, "time(0) without time zone", kMaria, "time"},
           {kMaria, time, "time", kPostgres, "time(0)"},
           {kMaria, time, "time(6)", kPostgres, "time"},
           {kLite, time, "TIME", kPostgres, "time"},
           {kPostgres, timestamp, "timestamp(3) without time zone", kMaria, "datetime(3)"},
           {kMaria, timestamp, "datetime", kPostgres, "timestamp(0)"},
           {kLite, timestamp, "DATETIME", kMaria, "datetime(6)"},
           {kPostgres, timestamp, "timestamp without time zone", kLite, "TIMESTAMP"},
           {kPostgres, timestamp_tz, "timestamp with time zone", kMaria, "datetime(6)"},
           {kMaria, timestamp_tz, "timestamp(3)", kPostgres, "timestamp(3) with time zone"},
           {kMaria, timestamp_tz, "timestamp", kLite, "TIMESTAMPTZ"},
           {kPostgres, uuid, "uuid", kMaria, "char(36)"},
           {kMaria, uuid, "uuid", kPostgres, "uuid"},
           {kMaria, uuid, "uuid", kLite, "UUID"},
           {kPostgres, json, "jsonb", kMaria, "json"},
           {kMaria, json, "longtext", kPostgres, "json"},
           {kMaria, json, "json", kLite, "JSON TEXT"},
           {kPostgres, enumeration, "mood", kMaria, "enum('a', 'b')"},
           {kMaria, enumeration, "enum('a','b')", kPostgres, "text"},
           {kMaria, enumeration, "enum('a','b')", kLite, "TEXT"},
           {kLite, any, "", kPostgres, "text"},
           {kLite, any, "", kMaria, "longtext"},
           {kPostgres, any, "text", kLite, ""},
       }) {
    SCOPED_TRACE(std::string(to_string(c.source)) + " " + c.type + " in " + std::string(to_string(c.target)));
    EXPECT_EQ(made(c.target, c.source, c.kind, c.type), c.made);
  }
}

TEST(Types, InAnIndexOfMariadbEveryColumnHasItsShare) {
  using enum ColumnClass;
  EXPECT_EQ(made(kMaria, kPostgres, text, "text", 1), "varchar(768)");
  EXPECT_EQ(made(kMaria, kPostgres, text, "text", 2), "varchar(384)");
  EXPECT_EQ(made(kMaria, kPostgres, text, "character varying(100)", 2), "varchar(100)");
  EXPECT_EQ(made(kMaria, kPostgres, text, "character varying(1000)", 1), "varchar(768)");
  EXPECT_EQ(made(kMaria, kLite, any, "", 3), "varchar(256)");
  EXPECT_EQ(made(kMaria, kPostgres, bytes, "bytea", 2), "varbinary(1536)");
  EXPECT_EQ(made(kPostgres, kMaria, json, "json", 1), "jsonb");  // json has no equality
  const Column text_column{.name = "c", .type = "text", .kind = text};
  EXPECT_THAT(type_note(kMaria, kPostgres, text_column, {.index_columns = 2}), HasSubstr("at most 384 characters"));
  EXPECT_EQ(type_note(kMaria, kPostgres, text_column), "");
}

TEST(Types, WhatIsRefusedSaysWhyAndWhatToDo) {
  using enum ColumnClass;
  EXPECT_EQ(made(kLite, kPostgres, other, "int4range"),
            "! column 'c' of table 't' is of type 'int4range', which only PostgreSQL understands: leave it out, or make the table "
            "in SQLite yourself, with a type "
            "for it of your choice, such as text");
  EXPECT_THAT(made(kMaria, kPostgres, decimal, "numeric(66,2)"), HasSubstr("more digits than MariaDB's decimals"));
  EXPECT_THAT(made(kMaria, kPostgres, decimal, "numeric(60,39)"), HasSubstr("more digits than MariaDB's decimals"));
  EXPECT_THAT(made(kMaria, kPostgres, time, "time with time zone"), HasSubstr("has a zone and no date"));
}

TEST(Types, EveryKindButOtherHasATypeEverywhere) {
  for (const Dialect source : {kLite, kPostgres, kMaria})
    for (const Dialect target : {kLite, kPostgres, kMaria})
      for (std::size_t kind = 0; kind < static_cast<std::size_t>(ColumnClass::other); ++kind)
        for (const std::size_t index : {std::size_t{0}, std::size_t{1}})
          EXPECT_THAT(made(target, source, static_cast<ColumnClass>(kind), "", index), ::testing::Not(::testing::StartsWith("!")));
}

TEST(Types, EnumerationsThatBecomeTextAreChecked) {
  const Column column{.name = "m", .type = "mood", .kind = ColumnClass::enumeration, .labels = {"it's", "ok"}};
  EXPECT_EQ(enumeration_check(kLite, kPostgres, column).value(), R"( CHECK ("m" IN ('it''s', 'ok')))");
  EXPECT_EQ(enumeration_check(kPostgres, kMaria, column).value(), R"( CHECK ("m" IN ('it''s', 'ok')))");
  EXPECT_EQ(enumeration_check(kMaria, kPostgres, column).value(), "");
  EXPECT_EQ(enumeration_check(kPostgres, kPostgres, column).value(), "");
}

}  // namespace
}  // namespace millrace::subset::ddl
