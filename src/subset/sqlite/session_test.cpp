// What a session with SQLite reads and writes, on files made for the purpose.
#include "subset/sqlite/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <memory>

#include "subset/sql.h"
#include "support/sqlite_session_fixture.h"

namespace millrace::subset {
namespace {

using ::testing::HasSubstr;

TEST_F(SqliteSessionTest, EveryKindOfFieldComesBackAsItWas) {
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(get(session->execute("CREATE TABLE t (a, b)")));
  const std::string long_text(std::size_t{1} << 20, 'x'), long_bytes(std::size_t{1} << 20, '\0');
  using namespace std::string_view_literals;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Page page =
      rows_of({{Value::of(std::int64_t{1}), Value()},
               {Value::of(std::numeric_limits<std::int64_t>::min()), Value::of(std::numeric_limits<std::int64_t>::max())},
               {Value::of(0.1), Value::of(-2.0)},
               {Value::of(kInfinity), Value::of(-kInfinity)},
               {Value::of("a\0b"sv), Value::of_bytes("\0\xff"sv)},
               {Value::of(""sv), Value::of_bytes(""sv)},
               {Value::of(long_text), Value::of_bytes(long_bytes)}});
  EXPECT_EQ(insert(*session, into("t", {"a", "b"}), page).value(), page.rows());
  const Page read = all(*session, "SELECT a, b FROM t ORDER BY rowid").value();
  ASSERT_EQ(read.rows(), page.rows());
  for (std::size_t row = 0; row < page.rows(); ++row)
    for (std::size_t column = 0; column < 2; ++column)
      EXPECT_EQ(read.at(row, column), page.at(row, column)) << row << ' ' << column;
}

TEST_F(SqliteSessionTest, ANaNIsRefusedAndItsColumnNamed) {
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(get(session->execute("CREATE TABLE t (a, b)")));
  const auto done = insert(*session, into("t", {"a", "b"}), rows_of({{Value::of(1.0), Value::of(std::nan(""))}}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::invalid_argument);
  EXPECT_EQ(done.error().context("column"), "b");
  EXPECT_EQ(done.error().context("table"), "t");
  EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteSessionTest, PagesEndByRowsAndByBytes) {
  prepare(
      "CREATE TABLE t (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) INSERT INTO t SELECT i "
      "FROM n");
  const std::unique_ptr<Session> session = reader();
  std::unique_ptr<Rows> rows = session->query({.sql = "SELECT a FROM t ORDER BY a"});
  Page page;
  EXPECT_TRUE(get(rows->next(page, 4, kAll)).value());
  EXPECT_EQ(page.rows(), 4U);
  EXPECT_TRUE(get(rows->next(page, 6, kAll)).value()) << "appends";
  EXPECT_EQ(page.rows(), 6U);
  EXPECT_EQ(page.at(5, 0).integer, 6);
  page.clear();
  EXPECT_TRUE(get(rows->next(page, kAll, 17)).value());
  EXPECT_EQ(page.rows(), 2U) << "16 bytes each: with the row that goes beyond";
  EXPECT_FALSE(get(rows->next(page, kAll, kAll)).value());
  EXPECT_EQ(page.rows(), 4U);
  EXPECT_EQ(get(rows->next(page, kAll, kAll)).error().code(), Errc::closed);
  Page other(2);
  other.add_row();
  rows = session->query({.sql = "SELECT a FROM t"});
  EXPECT_EQ(get(rows->next(other, kAll, kAll)).error().code(), Errc::invalid_argument) << "of another width";
}

TEST_F(SqliteSessionTest, KeysOfOneColumnOfSeveralAndOfText) {
  prepare(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, shop INT, code TEXT, UNIQUE (shop, code));"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, i % 7, 'c' || i FROM "
      "n");
  const std::unique_ptr<Session> session = reader();
  const Schema schema = get(session->read_schema()).value();
  const Table& table = schema.tables.at(0);
  const auto find = [&](const ColumnList& columns, const Page& keys) {
    return all(*session, "SELECT id FROM t AS t" + sql::key_list(Dialect::sqlite, table, columns) + " ORDER BY id", &keys);
  };
  ASSERT_TRUE(get(session->begin_snapshot({})));
  const Page ids =
      rows_of({{Value::of(std::int64_t{5})}, {Value::of(std::int64_t{3})}, {Value::of("7")}, {Value::of(std::int64_t{5000})}});
  Page found = find({0}, ids).value();
  ASSERT_EQ(found.rows(), 3U) << "as the column has it, a number in a text is a number";
  EXPECT_EQ(found.at(0, 0).integer, 3);
  found = find({1, 2}, rows_of({{Value::of(std::int64_t{8 % 7}), Value::of("c8")}, {Value::of(std::int64_t{3}), Value::of("c8")}}))
              .value();
  ASSERT_EQ(found.rows(), 1U);
  EXPECT_EQ(found.at(0, 0).integer, 8);
  EXPECT_EQ(find({2}, rows_of({{Value::of("c9")}, {Value::of("it's")}})).value().rows(), 1U);
  ASSERT_TRUE(get(session->rollback()));
  EXPECT_EQ(find({2}, rows_of({{Value::of("c9")}})).value().rows(), 1U) << "the table went with the transaction, and is made again";
  Page many(1);
  for (std::size_t i = 0; i < Session::kKeysMax; ++i) many.set(many.add_row(), 0, static_cast<std::int64_t>(i));
  EXPECT_EQ(find({0}, many).value().rows(), 1000U);
  many.add_row();
  EXPECT_EQ(find({0}, many).error().code(), Errc::full);
}

TEST_F(SqliteSessionTest, ASnapshotDoesNotSeeWhatIsCommittedLater) {
  prepare("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const std::unique_ptr<Session> source = reader();
  const std::unique_ptr<Session> target = writer();
  ASSERT_TRUE(get(source->begin_snapshot({})));
  ASSERT_TRUE(get(target->begin()));
  EXPECT_EQ(get(target->execute("INSERT INTO t VALUES (2), (3)")).value(), 2U);
  ASSERT_TRUE(get(target->commit()));
  EXPECT_EQ(number(*source, "SELECT count(*) FROM t"), 1);
  ASSERT_TRUE(get(source->commit()));
  EXPECT_EQ(number(*source, "SELECT count(*) FROM t"), 3);
  EXPECT_EQ(get(source->export_snapshot()).value(), std::nullopt);
  EXPECT_EQ(get(source->begin_snapshot("x")).error().code(), Errc::unsupported);
}

TEST_F(SqliteSessionTest, AReaderWritesNothing) {
  prepare("CREATE TABLE t (a)");
  const std::unique_ptr<Session> session = reader();
  const auto done = get(session->execute("INSERT INTO t VALUES (1)"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), std::make_error_code(std::errc::permission_denied));
  EXPECT_EQ(done.error().context("code"), "SQLITE_READONLY");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path), {}), 1);
}

TEST_F(SqliteSessionTest, AFailedCommitRollsBackAndNamesTheKey) {
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(get(session->execute("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT, p_id INT REFERENCES p (id))")));
  const auto early = get(session->execute("INSERT INTO c VALUES (1, 4)"));
  ASSERT_FALSE(early) << "foreign keys are on";
  EXPECT_EQ(early.error().context("constraint"), "FOREIGN KEY");
  ASSERT_TRUE(get(session->begin()));
  ASSERT_TRUE(get(session->execute("PRAGMA defer_foreign_keys = ON")));
  ASSERT_TRUE(get(session->execute("INSERT INTO c VALUES (1, 4)")));
  const Result<void> committed = get(session->commit());
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().context("constraint"), "FOREIGN KEY");
  EXPECT_EQ(committed.error().context("code"), "SQLITE_CONSTRAINT_FOREIGNKEY");
  EXPECT_EQ(committed.error().context("table"), "c");
  EXPECT_EQ(committed.error().context("column"), "p_id");
  EXPECT_EQ(committed.error().context("parent"), "p");
  EXPECT_EQ(number(*session, "SELECT count(*) FROM c"), 0);
  ASSERT_TRUE(get(session->begin())) << "nothing is open";
  ASSERT_TRUE(get(session->execute("PRAGMA defer_foreign_keys = ON; INSERT INTO c VALUES (1, 4); INSERT INTO p VALUES (4)")));
  EXPECT_TRUE(get(session->commit()));
}

TEST_F(SqliteSessionTest, RowsThatExistAreSkippedOrChanged) {
  using Existing = Insertion::Existing;
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(get(session->execute("CREATE TABLE t (id INTEGER PRIMARY KEY, \"a \"\"b\" TEXT, n NUMERIC)")));
  Insertion insertion = into("t", {"id", "a \"b", "n"});
  const auto row = [](std::int64_t id, std::string_view text) {
    return rows_of({{Value::of(id), Value::of(text), Value::of("1.50")}});
  };
  EXPECT_EQ(insert(*session, insertion, row(1, "one")).value(), 1U);
  const auto twice = insert(*session, insertion, row(1, "two"));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().context("code"), "SQLITE_CONSTRAINT_PRIMARYKEY");
  EXPECT_EQ(twice.error().context("constraint"), "UNIQUE");
  EXPECT_EQ(twice.error().context("table"), "t");
  EXPECT_EQ(twice.error().context("column"), "id");
  EXPECT_THAT(std::string(twice.error().context("sql")), HasSubstr("INSERT INTO"));
  EXPECT_EQ(twice.error().context("path"), path);
  insertion.key = {0};
  insertion.existing = Existing::skip;
  EXPECT_EQ(insert(*session, insertion, row(1, "two")).value(), 0U);
  EXPECT_EQ(all(*session, "SELECT \"a \"\"b\", n FROM t").value().at(0, 0).text, "one");
  insertion.existing = Existing::update;
  EXPECT_EQ(insert(*session, insertion, row(1, "three")).value(), 1U);
  const Page read = all(*session, "SELECT \"a \"\"b\", n FROM t").value();
  EXPECT_EQ(read.at(0, 0).text, "three");
  EXPECT_EQ(read.at(0, 1), Value::of(1.5)) << "a decimal becomes what the column's affinity makes of it";
  insertion.key = {};
  EXPECT_EQ(get(session->begin_insert(insertion)).error().code(), Errc::invalid_argument);
}

TEST_F(SqliteSessionTest, WhatConstraintsSay) {
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(
      get(session->execute("CREATE TABLE t (a INT, b INT NOT NULL, c INT CONSTRAINT small CHECK (c < 10), UNIQUE (a, b));"
                           "CREATE UNIQUE INDEX odd ON t (abs(c)); INSERT INTO t VALUES (1, 2, 3)")));
  const auto error = [&](const std::string& values) { return get(session->execute("INSERT INTO t VALUES " + values)).error(); };
  EXPECT_EQ(error("(1, 2, 4)").context("column"), "a, b");
  EXPECT_EQ(error("(5, NULL, 4)").context("constraint"), "NOT NULL");
  EXPECT_EQ(error("(5, NULL, 4)").context("column"), "b");
  EXPECT_EQ(error("(5, 5, 40)").context("constraint"), "small");
  EXPECT_EQ(error("(5, 5, -3)").context("constraint"), "odd");
  EXPECT_EQ(error("(5, 'secret', x'00')").context("sql"), "INSERT INTO t VALUES (?, ?, ?)")
      << "it fails: a blob is not less than ten";
}

TEST_F(SqliteSessionTest, NumbersAreReservedForGood) {
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(get(session->execute(
      "CREATE TABLE \"A \"\"1\" (id INTEGER PRIMARY KEY AUTOINCREMENT, x INT); CREATE TABLE b (x INT, id INTEGER PRIMARY KEY);"
      "CREATE TABLE k (id INT PRIMARY KEY); CREATE TABLE w (id INTEGER PRIMARY KEY) WITHOUT ROWID")));
  const Column id{.name = "id", .type = "INTEGER"};
  const TableName a{.name = "a \"1"}, b{.name = "b"};  // names are found as SQLite finds them
  EXPECT_EQ(get(session->reserve_ids(a, id, 10)).value(), 1);
  EXPECT_EQ(get(session->reserve_ids(a, id, 5)).value(), 11);
  ASSERT_TRUE(get(session->execute("INSERT INTO \"A \"\"1\" (x) VALUES (1)")));
  EXPECT_EQ(number(*session, "SELECT id FROM \"A \"\"1\""), 16) << "somebody else gets what comes after";
  EXPECT_EQ(number(*session, "SELECT count(*) FROM sqlite_sequence"), 1);
  ASSERT_TRUE(get(session->execute("INSERT INTO \"A \"\"1\" (id) VALUES (100)")));
  EXPECT_EQ(get(session->reserve_ids(a, id, 1)).value(), 101);
  EXPECT_EQ(get(session->reserve_ids(b, id, 3)).value(), 1);
  ASSERT_TRUE(get(session->execute("INSERT INTO b VALUES (1, 41)")));
  EXPECT_EQ(get(session->reserve_ids(b, id, 3)).value(), 42);
  EXPECT_TRUE(get(session->advance_ids(b, id)));
  for (const char* const table : {"k", "w"})
    EXPECT_EQ(get(session->reserve_ids({.name = table}, id, 1)).error().code(), Errc::unsupported) << table;
  EXPECT_EQ(get(session->reserve_ids(b, {.name = "x", .type = "INT"}, 1)).error().code(), Errc::unsupported);
  EXPECT_EQ(get(session->reserve_ids({.name = "none"}, id, 1)).error().code(), Errc::not_found);
  ASSERT_TRUE(get(session->execute(
      "INSERT INTO b VALUES (1, 9223372036854775806); INSERT INTO \"A \"\"1\" (id) VALUES (9223372036854775807)")));
  EXPECT_EQ(get(session->reserve_ids(b, id, 2)).error().code(), Errc::full);
  EXPECT_EQ(get(session->reserve_ids(b, id, 1)).value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(get(session->reserve_ids(a, id, 1)).error().code(), Errc::full);
  EXPECT_TRUE(get(session->begin())) << "no transaction is left open";
}

TEST_F(SqliteSessionTest, RowsWithoutAKeyAreToldApartByTheirNumber) {
  prepare(
      "CREATE TABLE a (x); CREATE TABLE b (rowid TEXT, x); CREATE TABLE c (rowid, _rowid_, oid); CREATE TABLE d (k TEXT PRIMARY "
      "KEY);"
      "CREATE TABLE e (k TEXT PRIMARY KEY NOT NULL); CREATE TABLE f (id INTEGER PRIMARY KEY); CREATE TABLE g (k TEXT PRIMARY KEY) "
      "WITHOUT ROWID;"
      "INSERT INTO a VALUES ('x'); INSERT INTO b VALUES ('hidden', 1)");
  const std::unique_ptr<Session> session = reader();
  const Schema schema = get(session->read_schema()).value();
  std::vector<std::string> names;
  for (const Table& one : schema.tables) names.push_back(one.row_identity ? one.row_identity->name : "-");
  EXPECT_THAT(names, ::testing::ElementsAre("rowid", "_rowid_", "-", "rowid", "-", "-", "-"));
  EXPECT_TRUE(schema.tables[3].primary);
  EXPECT_EQ(number(*session, "SELECT t.\"rowid\" FROM a AS t"), 1);
  EXPECT_EQ(number(*session, "SELECT t.\"_rowid_\" FROM b AS t"), 1);
  EXPECT_EQ(number(*session, "SELECT count(*) FROM a AS t WHERE t.\"rowid\" > 0 AND t.\"rowid\" = 1"), 1);
  EXPECT_FALSE(all(*session, "SELECT \"no such name\" FROM a")) << "no text, though SQLite would take it for one";
}

TEST_F(SqliteSessionTest, StatementsThatAreNone) {
  const std::unique_ptr<Session> session = writer();
  EXPECT_EQ(all(*session, "").error().code(), Errc::invalid_argument);
  EXPECT_EQ(all(*session, "SELECT 1; SELECT 2").error().code(), Errc::invalid_argument);
  EXPECT_EQ(all(*session, "SELECT nothing FROM nowhere").error().context("code"), "SQLITE_ERROR");
  EXPECT_EQ(get(session->execute(std::string("SELECT 1\0", 9))).error().code(), Errc::invalid_argument);
  EXPECT_EQ(get(session->execute(" ; -- nothing\n")).value(), 0U);
  EXPECT_EQ(get(session->finish_insert()).error().code(), Errc::invalid_argument);
  EXPECT_EQ(
      get(session->execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); UPDATE t SET a = 3 WHERE a = 1; SELECT 1")).value(),
      3U);
}

}  // namespace
}  // namespace millrace::subset
