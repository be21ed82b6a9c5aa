// What is read of a MariaDB database, by databases made for the purpose.
#include "subset/mariadb/schema_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/mariadb_test.h"

namespace millrace::subset {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class MariadbSchema : public MariadbTest {
 protected:
  Schema schema() {
    Result<Schema> read = wait(session_->read_schema());
    EXPECT_TRUE(read) << (read ? "" : read.error().to_string());
    return read ? *std::move(read) : Schema{};
  }
};

std::size_t place(const Schema& schema, std::string_view name) {
  for (std::size_t i = 0; i < schema.tables.size(); ++i)
    if (schema.tables[i].name.name == name) return i;
  ADD_FAILURE() << "no table " << name;
  return 0;
}
const Table& find_table(const Schema& schema, std::string_view name) { return schema.tables[place(schema, name)]; }
std::vector<std::string> lines_of_left_out(const Schema& schema) {
  std::vector<std::string> lines;
  for (const LeftOut& one : schema.left_out) lines.push_back(one.name.to_string() + ": " + one.reason);
  return lines;
}

TEST_F(MariadbSchema, ColumnsHaveTheirClasses) {
  run("CREATE TABLE t (a TINYINT(1), b BIGINT UNSIGNED NOT NULL, c YEAR, d DECIMAL(10,2), e FLOAT, f VARCHAR(20) CHARACTER SET "
      "latin1, g LONGTEXT, h JSON,"
      " i BLOB, j BINARY(16), k BIT(3), l DATE, m TIME, n DATETIME(3), o TIMESTAMP NULL, p UUID, q INET6, r "
      "ENUM('a','it''s','','x,y'), s SET('x','y'), t POINT)");
  const Table table = find_table(schema(), "t");
  std::vector<ColumnClass> kinds;
  for (const Column& one : table.columns) kinds.push_back(one.kind);
  using enum ColumnClass;
  EXPECT_THAT(kinds, ElementsAre(integer, integer, integer, decimal, real, text, text, json, bytes, bytes, bytes, date, time,
                                 timestamp, timestamp_tz, uuid, text, enumeration, text, other));
  EXPECT_EQ(table.columns[1].type, "bigint(20) unsigned");
  EXPECT_FALSE(table.columns[1].nullable);
  EXPECT_TRUE(table.columns[0].nullable);
  EXPECT_THAT(table.columns[17].labels, ElementsAre("a", "it's", "", "x,y"));
  EXPECT_TRUE(table.name.schema.empty());
}

TEST_F(MariadbSchema, KeysAreInTheirOrderAndOnlyWholeColumnsCount) {
  run("CREATE TABLE t (id BIGINT AUTO_INCREMENT, shop INT, name VARCHAR(100), note TEXT, twice INT AS (shop * 2) VIRTUAL, kept INT "
      "AS (shop * 3) STORED,"
      " made TIMESTAMP DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id), UNIQUE by_name (name, shop), UNIQUE part (note(10)), KEY plain "
      "(shop));"
      "CREATE TABLE free (a INT); CREATE TABLE pair (b INT, a INT, PRIMARY KEY (a, b)); INSERT INTO free VALUES (1), (2)");
  const Schema schema = this->schema();
  EXPECT_EQ(schema.dialect, Dialect::mariadb);
  const Table& table = find_table(schema, "t");
  EXPECT_THAT(table.primary.value().columns, ElementsAre(0));
  ASSERT_EQ(table.unique.size(), 1U);
  EXPECT_EQ(table.unique[0].name, "by_name");
  EXPECT_THAT(table.unique[0].columns, ElementsAre(2, 1));
  EXPECT_TRUE(table.columns[0].identity && !table.columns[0].generated);
  EXPECT_TRUE(table.columns[4].generated && table.columns[5].generated);
  EXPECT_FALSE(table.columns[6].generated || table.columns[6].identity);
  EXPECT_THAT(find_table(schema, "pair").primary.value().columns, ElementsAre(1, 0));
  EXPECT_FALSE(find_table(schema, "free").primary);
  EXPECT_TRUE(find_table(schema, "free").rows);
}

TEST_F(MariadbSchema, ForeignKeysCompositeSelfAndInACircle) {
  run("CREATE TABLE a (x INT, y INT, up_x INT, up_y INT, b INT, PRIMARY KEY (x, y), CONSTRAINT self FOREIGN KEY (up_x, up_y) "
      "REFERENCES a (x, y));"
      "CREATE TABLE b (id INT PRIMARY KEY, ay INT, ax INT, code INT UNIQUE, CONSTRAINT to_a FOREIGN KEY (ax, ay) REFERENCES a (x, "
      "y));"
      "ALTER TABLE a ADD CONSTRAINT to_code FOREIGN KEY (b) REFERENCES b (code)");
  const Schema schema = this->schema();
  const std::size_t a = place(schema, "a"), b = place(schema, "b");
  EXPECT_THAT(
      schema.foreign_keys,
      UnorderedElementsAre(ForeignKey{.name = "self", .child = a, .columns = {2, 3}, .parent = a, .parent_columns = {0, 1}},
                           ForeignKey{.name = "to_code", .child = a, .columns = {4}, .parent = b, .parent_columns = {3}},
                           ForeignKey{.name = "to_a", .child = b, .columns = {2, 1}, .parent = a, .parent_columns = {0, 1}}));
  EXPECT_THAT(schema.left_out, IsEmpty());
}

TEST_F(MariadbSchema, WhatIsNoTableIsLeftOutWithAWord) {
  const std::string other = database_ + "_other";
  run("CREATE DATABASE " + other + "; CREATE TABLE " + other +
      ".far (id INT PRIMARY KEY); CREATE TABLE p (id INT PRIMARY KEY, n INT, KEY (n));"
      "CREATE TABLE t (a INT, b INT, CONSTRAINT far FOREIGN KEY (a) REFERENCES " +
      other +
      ".far (id), CONSTRAINT loose FOREIGN KEY (b) REFERENCES p (n));"
      "CREATE VIEW v AS SELECT 1 AS one; CREATE SEQUENCE s;"
      "SET foreign_key_checks = 0; CREATE TABLE u (a INT, CONSTRAINT gone FOREIGN KEY (a) REFERENCES missing (id)); SET "
      "foreign_key_checks = 1");
  const Schema schema = this->schema();
  EXPECT_THAT(lines_of_left_out(schema),
              UnorderedElementsAre("v: a view", "s: a sequence", "t: its foreign key `far` to the database `" + other + "`",
                                   "t: its foreign key `loose` to columns of `p` that are no key",
                                   "u: its foreign key `gone` to the table `missing`, which is not there"));
  EXPECT_EQ(schema.tables.size(), 3U);
  EXPECT_THAT(schema.foreign_keys, IsEmpty());
  run("DROP TABLE t; DROP DATABASE " + other);
}

TEST_F(MariadbSchema, PartitionedAndSystemVersionedTablesAreTables) {
  run("CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4;"
      "CREATE TABLE hidden (id INT PRIMARY KEY, v INT UNIQUE) WITH SYSTEM VERSIONING;"
      "CREATE TABLE shown (id INT PRIMARY KEY, f TIMESTAMP(6) GENERATED ALWAYS AS ROW START, u TIMESTAMP(6) GENERATED ALWAYS AS "
      "ROW END,"
      " PERIOD FOR SYSTEM_TIME (f, u)) WITH SYSTEM VERSIONING");
  const Schema schema = this->schema();
  EXPECT_EQ(schema.tables.size(), 3U);
  EXPECT_THAT(schema.left_out, IsEmpty());
  EXPECT_THAT(find_table(schema, "parts").primary.value().columns, ElementsAre(0));
  EXPECT_EQ(find_table(schema, "hidden").columns.size(), 2U);
  EXPECT_EQ(find_table(schema, "hidden").unique.size(), 1U);
  const Table& shown = find_table(schema, "shown");
  EXPECT_THAT(shown.primary.value().columns, ElementsAre(0));
  EXPECT_TRUE(shown.columns[1].generated && shown.columns[2].generated);
}

TEST_F(MariadbSchema, NamesAreAsTheyAreSpelled) {
  run("CREATE TABLE `Mixed` (`Id` INT PRIMARY KEY); CREATE TABLE `mixed` (`iD` INT PRIMARY KEY, m INT, CONSTRAINT c FOREIGN KEY "
      "(m) REFERENCES `Mixed` (`Id`));"
      "CREATE TABLE `a``b'c` (`x``y` INT PRIMARY KEY)");
  const Schema schema = this->schema();
  EXPECT_EQ(schema.tables.size(), 3U);
  EXPECT_EQ(find_table(schema, "Mixed").columns[0].name, "Id");
  EXPECT_EQ(find_table(schema, "mixed").columns[0].name, "iD");
  EXPECT_EQ(find_table(schema, "a`b'c").columns[0].name, "x`y");
  ASSERT_EQ(schema.foreign_keys.size(), 1U);
  EXPECT_EQ(schema.foreign_keys[0].parent, place(schema, "Mixed"));
}

}  // namespace
}  // namespace millrace::subset
