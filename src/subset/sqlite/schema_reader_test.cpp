// What is read of an SQLite database, by databases made for the purpose.
#include <millrace/subset/sqlite_schema.h>

#include <sqlite3.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Database {
  explicit Database(const std::string& sql) { run(sql); }
  void run(const std::string& sql) {
    if (connection == nullptr) {
      sqlite3* raw = nullptr;
      EXPECT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
      connection.reset(raw);
    }
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(connection.get(), sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
        << (error == nullptr ? "" : error) << " in " << sql;
    sqlite3_free(error);
  }
  [[nodiscard]] Result<Schema> read() const {
    return read_sqlite_schema({.path = path, .busy_limit = std::chrono::milliseconds(50)});
  }

  millrace::testing::TemporaryFolder folder;
  std::string path = (folder.path / "shop.db").string();
  struct Close {
    void operator()(sqlite3* raw) const noexcept { sqlite3_close(raw); }
  };
  std::unique_ptr<sqlite3, Close> connection{};
};

std::vector<std::string> lines_of_left_out(const Schema& schema) {
  std::vector<std::string> lines;
  for (const LeftOut& one : schema.left_out) lines.push_back(one.name.to_string() + ": " + one.reason);
  return lines;
}
const Table& find_table(const Schema& schema, std::string_view name) {
  return *std::ranges::find_if(schema.tables, [&](const Table& one) { return one.name.name == name; });
}

TEST(SqliteSchema, TablesColumnsAndKeys) {
  const Database database(
      "CREATE TABLE \"User\" (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, name VARCHAR(20), twice INT GENERATED ALWAYS AS "
      "(id * 2) VIRTUAL,"
      " kept INT AS (id * 3) STORED);"
      "CREATE TABLE line (shop INT, number INT, at INT, PRIMARY KEY (number, shop), UNIQUE (at, shop)) WITHOUT ROWID;"
      "CREATE TABLE free (a, b);");
  const Schema schema = database.read().value();
  ASSERT_EQ(schema.tables.size(), 3U);
  EXPECT_EQ(schema.dialect, Dialect::sqlite);
  const Table& user = find_table(schema, "User");
  ASSERT_EQ(user.columns.size(), 5U);
  EXPECT_TRUE(user.columns[0].identity);
  EXPECT_FALSE(user.columns[0].nullable);
  EXPECT_EQ(user.columns[0].type, "INTEGER");
  EXPECT_FALSE(user.columns[1].nullable);
  EXPECT_TRUE(user.columns[2].nullable);
  EXPECT_EQ(user.columns[2].type, "VARCHAR(20)");
  EXPECT_FALSE(user.columns[2].generated);
  EXPECT_TRUE(user.columns[3].generated && user.columns[4].generated);
  EXPECT_THAT(user.primary.value().columns, ElementsAre(0));
  ASSERT_EQ(user.unique.size(), 1U);
  EXPECT_THAT(user.unique[0].columns, ElementsAre(1));
  const Table& line = find_table(schema, "line");
  EXPECT_THAT(line.primary.value().columns, ElementsAre(1, 0)) << "in the key's order";
  EXPECT_FALSE(line.columns[0].identity || line.columns[0].nullable);
  EXPECT_THAT(line.unique.at(0).columns, ElementsAre(2, 0));
  EXPECT_FALSE(find_table(schema, "free").primary);
}

TEST(SqliteSchema, ANumberThatIsNotTheRowsIsNoIdentity) {
  const Database database(
      "CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY DESC); CREATE TABLE c (id TEXT PRIMARY KEY NOT "
      "NULL);");
  const Schema schema = database.read().value();
  for (const Table& one : schema.tables) EXPECT_FALSE(one.columns[0].identity) << one.name.name;
  EXPECT_TRUE(find_table(schema, "a").columns[0].nullable) << "so it is, in SQLite";
  EXPECT_FALSE(find_table(schema, "c").columns[0].nullable);
}

TEST(SqliteSchema, ForeignKeysOfEveryForm) {
  const Database database(
      "CREATE TABLE parent (a INT, b INT, other INT UNIQUE, PRIMARY KEY (a, b));"
      "CREATE TABLE child (x INT, y INT REFERENCES Parent(OTHER), self INT REFERENCES child(id), id INTEGER PRIMARY KEY,"
      " FOREIGN KEY (x, y) REFERENCES parent, FOREIGN KEY (y, x) REFERENCES parent (b, a) DEFERRABLE INITIALLY DEFERRED);");
  const Schema schema = database.read().value();
  EXPECT_THAT(lines_of_left_out(schema), IsEmpty());
  ASSERT_EQ(schema.foreign_keys.size(), 4U);
  const auto key = [](ColumnList columns, std::size_t parent, ColumnList at) {
    return ForeignKey{.child = 0,
                      .columns = std::move(columns),
                      .parent = parent,
                      .parent_columns = std::move(at),
                      .deferral = Deferral::possible};
  };
  EXPECT_THAT(schema.foreign_keys, ElementsAre(key({1}, 1, {2}), key({2}, 0, {3}), key({0, 1}, 1, {0, 1}), key({1, 0}, 1, {1, 0})));
}

TEST(SqliteSchema, WhatIsLeftOutIsSaid) {
  const Database database(
      "CREATE TABLE item (id INTEGER PRIMARY KEY, gone INT REFERENCES nowhere(id), loose INT REFERENCES loose(x), none INT "
      "REFERENCES loose, bad INT "
      "REFERENCES loose(z)); CREATE TABLE loose (x INT); CREATE VIEW items AS SELECT * FROM item;"
      "CREATE VIRTUAL TABLE place USING rtree(id, x0, x1);");
  const Schema schema = database.read().value();
  EXPECT_EQ(schema.foreign_keys.size(), 0U);
  EXPECT_THAT(
      lines_of_left_out(schema),
      ElementsAre("items: a view", "place: a virtual table", "place_node: where a virtual table keeps its data",
                  "place_parent: where a virtual table keeps its data", "place_rowid: where a virtual table keeps its data",
                  "item: its foreign key (gone) to 'nowhere': there is no such table",
                  "item: its foreign key (loose) to 'loose': its columns there are neither the primary key nor a unique one",
                  "item: its foreign key (none) to 'loose': it names no columns, and that table has no primary key",
                  "item: its foreign key (bad) to 'loose': that table has no column 'z'"));
}

TEST(SqliteSchema, NamesMayBeAnything) {
  const Database database(
      "CREATE TABLE \"a \"\"b'; DROP\" (\"id ]\" INTEGER PRIMARY KEY, \"\" INT); CREATE TABLE \"sqlite\" (x INT);"
      "CREATE TABLE c (r INT REFERENCES \"A \"\"B'; drop\");");
  const Result<Schema> schema = database.read();
  ASSERT_FALSE(schema) << "a column without a name cannot be written by every database";
  EXPECT_THAT(schema.error().message(), HasSubstr("a column without a name"));
  const Database without(
      "CREATE TABLE \"a \"\"b'; DROP\" (\"id ]\" INTEGER PRIMARY KEY); CREATE TABLE \"sqlite\" (x INT);"
      "CREATE TABLE c (r INT REFERENCES \"A \"\"B'; drop\");");
  const Schema read = without.read().value();
  ASSERT_EQ(read.tables.size(), 3U);
  EXPECT_EQ(read.tables[0].name.name, "a \"b'; DROP");
  ASSERT_EQ(read.foreign_keys.size(), 1U);
  EXPECT_EQ(read.foreign_keys[0].parent, 0U);
}

TEST(SqliteSchema, IndexesOfExpressionsAndPartsAreNoKeys) {
  const Database database(
      "CREATE TABLE t (a INT, b TEXT); CREATE UNIQUE INDEX i1 ON t (lower(b)); CREATE UNIQUE INDEX i2 ON t (a) WHERE b IS NULL; "
      "CREATE INDEX i3 ON t (b);"
      "CREATE UNIQUE INDEX i4 ON t (b, a);");
  const Schema schema = database.read().value();
  ASSERT_EQ(schema.tables[0].unique.size(), 1U);
  EXPECT_EQ(schema.tables[0].unique[0].name, "i4");
}

TEST(SqliteSchema, RowsAreGuessed) {
  Database database(
      "CREATE TABLE n (id INTEGER PRIMARY KEY, x INT); INSERT INTO n (id) VALUES (1), (7); CREATE TABLE w (k TEXT PRIMARY KEY) "
      "WITHOUT ROWID;"
      "CREATE TABLE empty (x INT); CREATE TABLE hides (rowid TEXT); INSERT INTO hides VALUES ('x');");
  Schema schema = database.read().value();
  EXPECT_EQ(find_table(schema, "n").rows, 7U) << "at most as many";
  EXPECT_EQ(find_table(schema, "w").rows, std::nullopt);
  EXPECT_EQ(find_table(schema, "empty").rows, 0U);
  EXPECT_EQ(find_table(schema, "hides").rows, std::nullopt);
  database.run("CREATE INDEX nx ON n (x); ANALYZE");
  schema = database.read().value();
  EXPECT_EQ(find_table(schema, "n").rows, 2U);
}

TEST(SqliteSchema, AMissingFileAndOneThatIsNone) {
  const millrace::testing::TemporaryFolder folder;
  const std::string missing = (folder.path / "none.db").string();
  const Result<Schema> none = read_sqlite_schema({.path = missing});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Errc::not_found);
  EXPECT_EQ(none.error().context("path"), missing);
  const std::string text = (folder.path / "text.db").string();
  std::ofstream(text) << "This is no database, but long enough to be looked at as if it were one.";
  const Result<Schema> other = read_sqlite_schema({.path = text});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), Errc::invalid_argument);
  EXPECT_THAT(other.error().message(), HasSubstr("not a database"));
  EXPECT_EQ(read_sqlite_schema({.path = ""}).error().code(), Errc::invalid_argument);
  EXPECT_FALSE(read_sqlite_schema({.path = folder.path.string()})) << "a folder";
}

TEST(SqliteSchema, AnEmptyFileIsAnEmptyDatabase) {
  const millrace::testing::TemporaryFolder folder;
  const std::string path = (folder.path / "empty.db").string();
  std::ofstream{path};
  EXPECT_THAT(read_sqlite_schema({.path = path}).value().tables, IsEmpty());
}

TEST(SqliteSchema, WhoHoldsTheDatabaseIsWaitedForAndThenNamed) {
  Database database("CREATE TABLE t (x INT)");
  database.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)");
  const Result<Schema> schema = database.read();
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.error().code(), Errc::timed_out);
}

}  // namespace
}  // namespace millrace::subset
