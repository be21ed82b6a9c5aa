// Which column takes which, and all that does not fit at once.
#include "subset/ddl/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "subset/ddl/types.h"

namespace millrace::subset::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum ColumnClass;

Table table(std::vector<Column> columns) { return {.name = {.name = "t"}, .columns = std::move(columns)}; }
Column column(std::string name, ColumnClass kind = integer, std::string type = "bigint") {
  return {.name = std::move(name), .type = std::move(type), .kind = kind};
}
Fit fitted(const std::vector<Column>& source, const std::vector<Column>& target, Dialect from = Dialect::postgres,
           Dialect to = Dialect::postgres) {
  return fit(from, table(source), to, table(target));
}

TEST(Fit, ColumnsAreFoundByNameThenByNameInAnyCase) {
  const Fit made = fitted({column("id"), column("Name"), column("b")}, {column("B"), column("name"), column("x"), column("id")});
  EXPECT_THAT(made.errors, IsEmpty());
  EXPECT_THAT(made.places, ElementsAre(3, 1, 0));
  // The same name is better than a similar one, and a similar one that has its own namesake is not free.
  EXPECT_THAT(fitted({column("a"), column("A")}, {column("A"), column("a")}).places, ElementsAre(1, 0));
  EXPECT_THAT(fitted({column("a"), column("A")}, {column("A")}).errors, ElementsAre(HasSubstr("column 'a' is not in table 't'")));
  EXPECT_THAT(fitted({column("ab")}, {column("Ab"), column("aB")}).errors, ElementsAre(HasSubstr("could be several")));
  EXPECT_THAT(fitted({column("ab"), column("AB")}, {column("Ab")}).errors, ElementsAre(HasSubstr("as another one does")));
}

TEST(Fit, AllThatIsWrongIsInOneError) {
  Column generated = column("sum");
  generated.generated = true;
  Column needed = column("needed");
  needed.nullable = false;
  const Fit made = fitted({column("gone"), column("sum"), column("at", timestamp, "timestamp"), column("ok")},
                          {generated, needed, column("at", integer), column("ok")});
  EXPECT_THAT(made.errors,
              ElementsAre(HasSubstr("'gone' is not in table 't' of the target"), HasSubstr("'sum' is computed in the target"),
                          HasSubstr("'at' is timestamp (timestamp) and 'at' in the target integer (bigint), and nothing goes"),
                          HasSubstr("'needed' may not be NULL and has no default")));
  const Result<void> checked = check(std::vector<Fit>{made, made});
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().matches(Errc::invalid_argument));
  EXPECT_EQ(checked.error().context("problems"), "8");
  EXPECT_THAT(checked.error().message(), HasSubstr("'needed' may not be NULL"));
  EXPECT_TRUE(check(std::vector<Fit>{fitted({column("a")}, {column("a")})}));
}

TEST(Fit, ColumnsThatFillThemselvesNeedNothing) {
  std::vector<Column> target{column("id"), column("by_default"), column("computed"), column("null"), column("a")};
  for (Column& one : target) one.nullable = false;
  target[0].identity = true;
  target[1].has_default = true;
  target[2].generated = true;
  target[3].nullable = true;
  EXPECT_THAT(fitted({column("a")}, target).errors, IsEmpty());
}

TEST(Fit, GeneratedColumnsOfTheSourceGoWhereTheyAreOrdinary) {
  Column source = column("sum");
  source.generated = true;
  Column target = source;
  EXPECT_THAT(fitted({source}, {target}).places, ElementsAre(std::nullopt));
  EXPECT_THAT(fitted({source}, {target}).errors, IsEmpty());
  EXPECT_THAT(fitted({source}, {column("other")}).errors, IsEmpty());
  target.generated = false;
  EXPECT_THAT(fitted({source}, {target}).places, ElementsAre(0));
}

TEST(Fit, NarrowColumnsAreWarnedOf) {
  struct Case {
    Column source, target;
    Dialect from, to;
    std::string warning;
  };
  constexpr Dialect kPostgres = Dialect::postgres, kMaria = Dialect::mariadb, kLite = Dialect::sqlite;
  for (const Case& c : std::vector<Case>{
           {column("a", integer, "bigint"), column("a", integer, "integer"), kPostgres, kPostgres, "fewer numbers"},
           {column("a", integer, "integer"), column("a", integer, "bigint"), kPostgres, kPostgres, ""},
           {column("a", integer, "int(10) unsigned"), column("a", integer, "integer"), kMaria, kPostgres, "fewer numbers"},
           {column("a", integer, "int(10) unsigned"), column("a", integer, "bigint"), kMaria, kPostgres, ""},
           {column("a", integer, "integer"), column("a", integer, "bigint(20) unsigned"), kPostgres, kMaria, "fewer numbers"},
           {column("a", integer, "INTEGER"), column("a", integer, "integer"), kLite, kPostgres, "fewer numbers"},
           {column("a", boolean, "boolean"), column("a", integer, "tinyint(1)"), kPostgres, kMaria, ""},
           {column("a", text, "text"), column("a", text, "character varying(10)"), kPostgres, kPostgres, "takes less"},
           {column("a", text, "text"), column("a", text, "text"), kPostgres, kMaria, "takes less"},
           {column("a", text, "character varying(10)"), column("a", text, "varchar(10)"), kPostgres, kMaria, ""},
           {column("a", text, "VARCHAR(5)"), column("a", text, "varchar(10)"), kLite, kMaria, "takes less"},
           {column("a", text, "text"), column("a", text, "VARCHAR(5)"), kPostgres, kLite, ""},
           {column("a", uuid, "uuid"), column("a", text, "char(36)"), kPostgres, kMaria, ""},
           {column("a", text, "char(36)"), column("a", uuid, "uuid"), kMaria, kPostgres, "does not understand"},
           {column("a", bytes, "longblob"), column("a", bytes, "blob"), kMaria, kMaria, "takes less"},
           {column("a", decimal, "numeric(10,2)"), column("a", decimal, "decimal(10,2)"), kPostgres, kMaria, ""},
           {column("a", decimal, "numeric(10,3)"), column("a", decimal, "decimal(10,2)"), kPostgres, kMaria, "rounds"},
           {column("a", decimal, "numeric"), column("a", decimal, "decimal(65,30)"), kPostgres, kMaria, "rounds"},
           {column("a", decimal, "decimal(10,2)"), column("a", decimal, "numeric"), kMaria, kPostgres, ""},
           {column("a", integer, "bigint"), column("a", decimal, "decimal(10,0)"), kPostgres, kMaria, "fewer numbers"},
           {column("a", real, "double precision"), column("a", real, "real"), kPostgres, kPostgres, "fewer digits"},
           {column("a", timestamp, "timestamp"), column("a", timestamp, "datetime"), kPostgres, kMaria, "digits of a second"},
           {column("a", timestamp, "datetime"), column("a", timestamp, "timestamp"), kMaria, kPostgres, ""},
       }) {
    SCOPED_TRACE(c.source.type + " to " + c.target.type);
    const Fit made = fitted({c.source}, {c.target}, c.from, c.to);
    EXPECT_THAT(made.errors, IsEmpty());
    if (c.warning.empty())
      EXPECT_THAT(made.warnings, IsEmpty());
    else
      EXPECT_THAT(made.warnings, ElementsAre(HasSubstr(c.warning)));
  }
  Column strict = column("a");
  strict.nullable = false;
  EXPECT_THAT(fitted({column("a")}, {strict}).warnings, ElementsAre(HasSubstr("may be NULL")));
  Column from = column("a", enumeration, "mood"), to = from;
  from.labels = {"x", "y"};
  to.labels = {"y"};
  EXPECT_THAT(fitted({from}, {to}).warnings, ElementsAre(HasSubstr("label 'x'")));
}

TEST(Fit, OnlyItsOwnKindOfDatabaseTakesWhatNobodyElseUnderstands) {
  EXPECT_THAT(fitted({column("a", other, "point")}, {column("a", other, "point")}).errors, IsEmpty());
  EXPECT_FALSE(fitted({column("a", other, "point")}, {column("a", other, "box")}).errors.empty());
  EXPECT_FALSE(
      fitted({column("a", other, "point")}, {column("a", other, "point")}, Dialect::postgres, Dialect::mariadb).errors.empty());
  EXPECT_THAT(fitted({column("a", other, "inet")}, {column("a", text, "longtext")}, Dialect::postgres, Dialect::mariadb).errors,
              IsEmpty());
}

/// What a column of a type that type_in() made is read as again, at worst.
ColumnClass read_again(Dialect target, ColumnClass kind) {
  if (target == Dialect::sqlite)
    return kind == decimal || kind == uuid || kind == json || kind == enumeration || kind == date || kind == time ||
                   kind == timestamp || kind == timestamp_tz
               ? text
               : kind;
  if (kind == any) return text;
  if (target == Dialect::postgres) return kind == enumeration ? text : kind;
  if (kind == boolean) return integer;
  if (kind == uuid || kind == json) return text;
  return kind == timestamp_tz ? timestamp : kind;
}

TEST(Fit, WhatWasMadeForItTakesIt) {
  for (const Dialect from : {Dialect::sqlite, Dialect::postgres, Dialect::mariadb})
    for (const Dialect to : {Dialect::sqlite, Dialect::postgres, Dialect::mariadb}) {
      if (from == to) continue;
      for (std::size_t i = 0; i < static_cast<std::size_t>(other); ++i) {
        const auto kind = static_cast<ColumnClass>(i);
        SCOPED_TRACE(std::string(to_string(kind)) + " " + std::string(to_string(from)) + " to " + std::string(to_string(to)));
        const Column source{.name = "a", .type = "", .kind = kind, .labels = {"x"}};
        const Column target{.name = "a", .type = type_in(to, from, source).value(), .kind = read_again(to, kind), .labels = {"x"}};
        EXPECT_THAT(fitted({source}, {target}, from, to).errors, IsEmpty());
      }
    }
}

TEST(Fit, SqliteHoldsToNoTypeSoItsColumnsMayGoAnywhere) {
  EXPECT_EQ(travel(Dialect::sqlite, text, Dialect::postgres, integer), Travel::some);
  EXPECT_EQ(travel(Dialect::mariadb, text, Dialect::postgres, integer), Travel::no);
  EXPECT_EQ(travel(Dialect::sqlite, bytes, Dialect::postgres, text), Travel::no);
  EXPECT_EQ(travel(Dialect::postgres, timestamp, Dialect::postgres, date), Travel::no);
}

}  // namespace
}  // namespace millrace::subset::ddl
