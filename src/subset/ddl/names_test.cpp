// Names that the target takes, and those it does not.
#include "subset/ddl/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::subset::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Schema with(Dialect dialect, std::vector<TableName> names) {
  Schema schema{.dialect = dialect};
  for (TableName& name : names) schema.tables.push_back({.name = std::move(name), .columns = {{.name = "id", .type = "int"}}});
  return schema;
}
std::vector<std::string> named(Dialect source, std::vector<TableName> names, Dialect target) {
  const Result<std::vector<TableName>> made = target_names(with(source, std::move(names)), target);
  if (!made) return {"! " + made.error().message()};
  std::vector<std::string> all;
  for (const TableName& name : *made) all.push_back(name.to_string());
  return all;
}

TEST(TargetNames, SchemasComeAndGo) {
  EXPECT_THAT(named(Dialect::postgres, {{"public", "a"}, {"sales", "a"}}, Dialect::mariadb), ElementsAre("a", "sales_a"));
  EXPECT_THAT(named(Dialect::postgres, {{"public", "a"}, {"sales", "a"}}, Dialect::sqlite), ElementsAre("a", "sales_a"));
  EXPECT_THAT(named(Dialect::postgres, {{"public", "a"}, {"sales", "a"}}, Dialect::postgres), ElementsAre("public.a", "sales.a"));
  EXPECT_THAT(named(Dialect::mariadb, {{"", "a"}, {"other", "a"}}, Dialect::postgres), ElementsAre("public.a", "other.a"));
  EXPECT_THAT(named(Dialect::sqlite, {{"main", "a"}, {"side", "a"}}, Dialect::mariadb), ElementsAre("a", "side_a"));
}

TEST(TargetNames, ClashesAreRefused) {
  EXPECT_THAT(named(Dialect::postgres, {{"public", "sales_a"}, {"sales", "a"}}, Dialect::mariadb),
              ElementsAre(HasSubstr("! tables 'public.sales_a' and 'sales.a' would both be 'sales_a'")));
  EXPECT_THAT(named(Dialect::postgres, {{"public", "a"}, {"public", "A"}}, Dialect::sqlite),
              ElementsAre(HasSubstr("would both be 'A'")));
  EXPECT_THAT(named(Dialect::postgres, {{"public", "a"}, {"public", "A"}}, Dialect::mariadb), ElementsAre("a", "A"));
}

TEST(TargetNames, NamesThatTheTargetDoesNotTakeAreRefused) {
  EXPECT_THAT(named(Dialect::mariadb, {{"", std::string(63, 'a')}}, Dialect::postgres),
              ElementsAre("public." + std::string(63, 'a')));
  EXPECT_THAT(named(Dialect::mariadb, {{"", std::string(64, 'a')}}, Dialect::postgres),
              ElementsAre(HasSubstr("longer than the 63 bytes")));
  EXPECT_THAT(named(Dialect::postgres, {{"public", std::string(60, 'a')}, {"sales", std::string(60, 'a')}}, Dialect::mariadb),
              ElementsAre(HasSubstr("longer than the 64 characters")));
  EXPECT_THAT(named(Dialect::postgres, {{"", "a "}}, Dialect::mariadb), ElementsAre(HasSubstr("ends with a space")));
  EXPECT_THAT(named(Dialect::postgres, {{"", "\xF0\x9F\x98\x80"}}, Dialect::mariadb), ElementsAre(HasSubstr("beyond U+FFFF")));
  EXPECT_THAT(named(Dialect::postgres, {{"", "SQLite_x"}}, Dialect::sqlite), ElementsAre(HasSubstr("keeps for itself")));
  Schema schema = with(Dialect::postgres, {{"", "t"}});
  schema.tables[0].columns.push_back({.name = "ID", .type = "int"});
  const Result<std::vector<TableName>> made = target_names(schema, Dialect::mariadb);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message(), HasSubstr("differ in case only"));
  EXPECT_EQ(made.error().context("column"), "ID");
  EXPECT_TRUE(target_names(schema, Dialect::postgres));
}

TEST(NameMaker, ShortUniqueAndAlwaysTheSame) {
  const auto all = [](Dialect dialect) {
    NameMaker names(dialect);
    const std::string wide = std::string(61, 'x') + "\xC3\xA4\xC3\xA4";
    names.take("s", "taken");
    return std::vector<std::string>{names.make("s", "a"),     names.make("s", "A"),  names.make("t", "a"),
                                    names.make("s", "taken"), names.make("s", wide), names.make("s", wide)};
  };
  const std::vector<std::string> made = all(Dialect::postgres);
  EXPECT_EQ(made, all(Dialect::postgres));
  EXPECT_EQ(made[0], "a");
  EXPECT_EQ(made[1], "A_2");
  EXPECT_EQ(made[2], "a");
  EXPECT_EQ(made[3], "taken_2");
  EXPECT_EQ(made[4].size(), 63);
  EXPECT_THAT(made[4], ::testing::MatchesRegex("x{54}_[0-9a-f]{8}"));
  EXPECT_THAT(made[5], ::testing::MatchesRegex("x{52}_[0-9a-f]{8}_2"));
  EXPECT_EQ(all(Dialect::mariadb)[4], std::string(61, 'x') + "\xC3\xA4\xC3\xA4");  // 63 characters
}

}  // namespace
}  // namespace millrace::subset::ddl
