// Tables of each kind of database in each other: the texts as golden files, and SQLite's run by SQLite itself.
#include "subset/ddl/create.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "subset/ddl/names.h"
#include "subset/ddl/shop_schema.h"

#ifdef MILLRACE_TEST_SQLITE
#include <sqlite3.h>
#endif

namespace millrace::subset::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::array kDialects{Dialect::sqlite, Dialect::postgres, Dialect::mariadb};

Result<Creation> created(const Schema& schema, Dialect target) {
  Result<std::vector<TableName>> names = target_names(schema, target);
  if (!names) return fail(names.error());
  return create_statements({.source = schema, .target = target, .names = *std::move(names)});
}

std::string text_of(const Creation& made) {
  std::string text;
  for (const auto* list : {&made.before, &made.tables, &made.indexes, &made.foreign_keys})
    for (const std::string& statement : *list) text += statement + ";\n";
  for (const std::string& note : made.notes) text += "-- " + note + '\n';
  return text;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Create, EveryKindOfDatabaseInEveryOther) {
  const std::string folder = std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/')) + "/golden/";
  for (const Dialect source : kDialects)
    for (const Dialect target : kDialects) {
      const std::string file = folder + std::string(to_string(source)) + "_in_" + std::string(to_string(target)) + ".sql";
      SCOPED_TRACE(file);
      const Result<Creation> made = created(shop_schema(source), target);
      ASSERT_TRUE(made) << made.error().to_string();
      if (std::getenv("MILLRACE_WRITE_GOLDEN") != nullptr) std::ofstream(file) << text_of(*made);
      EXPECT_EQ(text_of(*made), contents(file));
    }
}

#ifdef MILLRACE_TEST_SQLITE
class Sqlite {
 public:
  Sqlite() { sqlite3_open(":memory:", &connection_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite() { sqlite3_close(connection_); }
  /// What SQLite says against it.
  std::string run(const std::string& sql) {
    return sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK ? "" : sqlite3_errmsg(connection_);
  }

 private:
  sqlite3* connection_ = nullptr;
};

TEST(Create, SqliteTakesItAndChecksWhatItWasTold) {
  for (const Dialect source : kDialects) {
    SCOPED_TRACE(to_string(source));
    const Result<Creation> made = created(shop_schema(source), Dialect::sqlite);
    ASSERT_TRUE(made) << made.error().to_string();
    Sqlite sqlite;
    EXPECT_EQ(sqlite.run("PRAGMA foreign_keys = ON"), "");
    for (const auto* list : {&made->before, &made->tables, &made->indexes, &made->foreign_keys})
      for (const std::string& statement : *list) EXPECT_EQ(sqlite.run(statement), "") << statement;
    const std::string line = source == Dialect::postgres ? R"("Sales ""2026""_Order line")" : R"("Order `line`")";
    EXPECT_EQ(sqlite.run("BEGIN; PRAGMA defer_foreign_keys = ON;"
                         "INSERT INTO person (boss, shop, email, mood) VALUES (1, 7, 'a', 'it''s');"
                         "INSERT INTO shop (number, owner, open) VALUES (7, 1, 1);"
                         "INSERT INTO " +
                         line +
                         " (shop, \"group\", price) VALUES (7, 'g', '1.50');"
                         "INSERT INTO part (\"group\", shop) VALUES ('g', 7); COMMIT"),
              "");
    EXPECT_THAT(sqlite.run("INSERT INTO part (\"group\", shop) VALUES ('h', 7)"), HasSubstr("FOREIGN KEY"));
    EXPECT_THAT(sqlite.run("INSERT INTO person (email) VALUES ('a')"), HasSubstr("UNIQUE"));
    EXPECT_THAT(sqlite.run("INSERT INTO person (email) VALUES (NULL)"), HasSubstr("NOT NULL"));
    if (source != Dialect::sqlite) {
      EXPECT_THAT(sqlite.run("INSERT INTO person (email, mood) VALUES ('b', 'bad')"), HasSubstr("CHECK"));
    }
  }
}
#endif

Schema one(Dialect dialect, std::vector<Column> columns, ColumnList primary = {}) {
  Schema schema{.dialect = dialect, .tables = {{.name = {.name = "t"}, .columns = std::move(columns)}}};
  if (!primary.empty()) schema.tables[0].primary = UniqueKey{.columns = std::move(primary)};
  return schema;
}

TEST(Create, WhatCannotBeMadeIsNamed) {
  const Result<Creation> made =
      created(one(Dialect::postgres, {{.name = "where", .type = "polygon", .kind = ColumnClass::other}}), Dialect::mariadb);
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().matches(Errc::unsupported));
  EXPECT_EQ(made.error().context("table"), "t");
  EXPECT_EQ(made.error().context("column"), "where");
  EXPECT_EQ(made.error().context("type"), "polygon");
  EXPECT_THAT(made.error().message(),
              HasSubstr("only PostgreSQL understands: leave it out, or make the table in MariaDB yourself"));

  const Schema generated =
      one(Dialect::postgres, {{.name = "g", .type = "integer", .generated = true, .kind = ColumnClass::integer}}, {0});
  const Result<Creation> key = created(generated, Dialect::sqlite);
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message(), HasSubstr("generated and part of the primary key"));
}

TEST(Create, WhatTheTargetHasIsNotMadeAgain) {
  const Schema schema = shop_schema(Dialect::mariadb);
  const std::vector<TableName> names = target_names(schema, Dialect::postgres).value();
  const Creation made =
      create_statements({.source = schema, .target = Dialect::postgres, .names = names, .make = {false, false, false, true}})
          .value();
  EXPECT_THAT(made.tables, ElementsAre(HasSubstr("CREATE TABLE \"public\".\"part\"")));
  EXPECT_THAT(made.foreign_keys, ElementsAre(HasSubstr("REFERENCES \"public\".\"Order `line`\"")));
  EXPECT_THAT(made.indexes, ElementsAre(HasSubstr("\"part_group_shop_idx\"")));
}

TEST(Create, SameTextEachTime) {
  for (const Dialect target : kDialects)
    EXPECT_EQ(text_of(created(shop_schema(Dialect::postgres), target).value()),
              text_of(created(shop_schema(Dialect::postgres), target).value()));
}

TEST(Create, ColumnsOfForeignKeysHaveTheTypeOfWhatTheyReferTo) {
  Schema schema = shop_schema(Dialect::postgres);
  schema.tables[1].columns[1].type = "integer";  // PostgreSQL compares it with a bigint, MariaDB does not
  EXPECT_THAT(created(schema, Dialect::mariadb)->tables[1], HasSubstr("`owner` bigint NOT NULL"));
  EXPECT_THAT(created(schema, Dialect::postgres)->tables[1], HasSubstr("\"owner\" integer NOT NULL"));
}

TEST(Create, AllThatLeadToACircleOfKeysHaveOneType) {
  const auto of = [](std::string name, std::string type) {
    return Table{.name = {.name = std::move(name)},
                 .columns = {{.name = "id", .type = std::move(type), .nullable = false, .kind = ColumnClass::integer}},
                 .primary = UniqueKey{.columns = {0}}};
  };
  const auto to = [](std::size_t child, std::size_t parent) {
    return ForeignKey{.child = child, .columns = {0}, .parent = parent, .parent_columns = {0}};
  };
  const Schema schema{.dialect = Dialect::postgres,
                      .tables = {of("a", "smallint"), of("b", "bigint"), of("c", "integer")},
                      .foreign_keys = {to(0, 1), to(1, 2), to(2, 1)}};
  const Creation made = created(schema, Dialect::mariadb).value();
  EXPECT_THAT(made.tables, ::testing::Each(HasSubstr("`id` bigint NOT NULL")));
}

TEST(Create, MariadbNumbersOneColumnThatBeginsAKey) {
  const std::vector<Column> columns{
      {.name = "a", .type = "bigint", .nullable = false, .kind = ColumnClass::integer},
      {.name = "b", .type = "bigint", .nullable = false, .identity = true, .kind = ColumnClass::integer},
      {.name = "c", .type = "bigint", .nullable = false, .identity = true, .kind = ColumnClass::integer}};
  const Creation made = created(one(Dialect::postgres, columns, {0, 1}), Dialect::mariadb).value();
  EXPECT_THAT(made.tables[0], HasSubstr("`b` bigint NOT NULL AUTO_INCREMENT"));
  EXPECT_THAT(made.tables[0], HasSubstr("KEY `t_b_idx` (`b`)"));
  EXPECT_THAT(made.tables[0], Not(HasSubstr("`c` bigint NOT NULL AUTO_INCREMENT")));
  EXPECT_THAT(made.notes, ElementsAre(HasSubstr("t.c: MariaDB makes no numbers")));
}

TEST(Create, VarcharsBeyondARowOfMariadbBecomeLongtext) {
  std::vector<Column> columns;
  for (int i = 0; i < 3; ++i)
    columns.push_back({.name = "c" + std::to_string(i), .type = "character varying(10000)", .kind = ColumnClass::text});
  const Creation made = created(one(Dialect::postgres, columns), Dialect::mariadb).value();
  EXPECT_THAT(made.tables[0], HasSubstr("`c0` varchar(10000)"));
  EXPECT_THAT(made.tables[0], HasSubstr("`c1` longtext"));
  EXPECT_THAT(made.tables[0], HasSubstr("`c2` longtext"));
}

TEST(Create, GeneratedColumnsWithoutAnExpressionStayEmptyAndAreNoted) {
  const Schema schema = one(Dialect::postgres,
                            {{.name = "a", .type = "integer", .kind = ColumnClass::integer},
                             {.name = "g", .type = "integer", .nullable = false, .generated = true, .kind = ColumnClass::integer}});
  const Creation made = created(schema, Dialect::postgres).value();
  EXPECT_THAT(made.tables[0], HasSubstr("\"g\" integer\n"));
  EXPECT_THAT(made.notes, ElementsAre(HasSubstr("t.g: generated in the source")));
}

TEST(Create, TwoMariadbKeysOfOneNameAreTwoInPostgres) {
  Schema schema = shop_schema(Dialect::mariadb);
  schema.tables[1].unique = {{.name = "email", .columns = {3}}};
  const Creation made = created(schema, Dialect::postgres).value();
  EXPECT_THAT(made.tables[0], HasSubstr("CONSTRAINT \"person_email_key\""));
  EXPECT_THAT(made.tables[1], HasSubstr("CONSTRAINT \"shop_opens_key\""));
}

}  // namespace
}  // namespace millrace::subset::ddl
