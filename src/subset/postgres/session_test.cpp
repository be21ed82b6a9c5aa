#include "subset/postgres/session.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <chrono>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <thread>

#include "subset/sql.h"
#include "support/postgres_test_support.h"

namespace millrace::subset {
namespace {

using namespace std::string_view_literals;

class PostgresSessionTest : public PostgresTest {
 protected:
  Table table_of(const std::string& name) {
    const Schema schema = must(session->read_schema());
    for (const Table& table : schema.tables)
      if (table.name.name == name) return table;
    ADD_FAILURE() << "no table " << name;
    return {};
  }
  /// Inserts and tells how many rows were taken.
  std::uint64_t insert(const std::string& table, const Page& page, Insertion::Existing existing = Insertion::Existing::error,
                       ColumnList key = {}) {
    const Table there = table_of(table);
    must(session->begin_insert({.table = there.name, .columns = there.columns, .existing = existing, .key = std::move(key)}));
    must(session->insert(page));
    return must(session->finish_insert());
  }
};

void expect_same(const Page& a, const Page& b) {
  ASSERT_EQ(a.rows(), b.rows());
  ASSERT_EQ(a.columns(), b.columns());
  for (std::size_t row = 0; row < a.rows(); ++row)
    for (std::size_t column = 0; column < a.columns(); ++column)
      EXPECT_TRUE(a.at(row, column) == b.at(row, column))
          << "row " << row << " column " << column << ": '" << a.at(row, column).text.substr(0, 100) << "' and '"
          << b.at(row, column).text.substr(0, 100) << "' " << a.at(row, column).integer << " " << b.at(row, column).integer;
}

TEST_F(PostgresSessionTest, NamesItselfWithoutUserAndPassword) {
  EXPECT_EQ(session->dialect(), Dialect::postgres);
  EXPECT_TRUE(session->name().starts_with("postgres:///t")) << session->name();
  EXPECT_EQ(ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'millrace' AND pid = pg_backend_pid()"), 1);
}

TEST_F(PostgresSessionTest, EachKindOfTypeComesBackAsItWent) {
  run("CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'ha\\ppy'); CREATE DOMAIN small AS smallint CHECK (VALUE < 100); CREATE DOMAIN "
      "raw AS bytea");
  run("CREATE TABLE every (i2 smallint, i4 integer, i8 bigint, o oid, b boolean, n numeric, r4 real, r8 double precision, t text, "
      "v varchar(20), c char(5), y bytea,"
      " d date, ti time, ts timestamp, tz timestamptz, u uuid, j json, jb jsonb, m mood, ds small, dy raw, a text[], iv interval, "
      "net inet, p point)");
  const auto bytes = Value::of_bytes;
  const Page page = page_of({{number(-32768),
                              number(2147483647),
                              number(std::numeric_limits<std::int64_t>::min()),
                              number(4'294'967'295),
                              number(1),
                              text("123456789012345678901234567890.0010"),
                              Value::of(0.1),
                              Value::of(0.1 + 0.2),
                              text("tab\there\nback\\slash\rreturn \\N end"),
                              text("M\u00fcller \U0001F600"),
                              text("ab   "),
                              bytes("\0\1\xff\\x'"sv),
                              text("2026-01-31"),
                              text("23:59:59.5"),
                              text("2026-01-31 23:59:59.5"),
                              text("2026-01-31 23:59:59.5+00"),
                              text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                              text(R"({"a": "x\ty\n"})"),
                              text(R"({"a": [1, null]})"),
                              text("it's ok"),
                              number(99),
                              bytes("\xfe"sv),
                              text(R"({"a,\"b\\c",NULL,"NULL"})"),
                              text("1 year 2 mons 3 days 04:05:06"),
                              text("10.1.0.0/16"),
                              text("(1.5,-2)")},
                             {number(0),
                              number(-1),
                              number(std::numeric_limits<std::int64_t>::max()),
                              number(0),
                              number(0),
                              text("NaN"),
                              Value::of(-INFINITY),
                              Value::of(NAN),
                              text(""),
                              text(" "),
                              text("     "),
                              bytes(""),
                              text("infinity"),
                              text("00:00:00"),
                              text("infinity"),
                              text("1999-01-01 00:00:00+00"),
                              text("00000000-0000-0000-0000-000000000000"),
                              text("null"),
                              text("null"),
                              text("ha\\ppy"),
                              number(0),
                              bytes(""),
                              text("{}"),
                              text("00:00:00"),
                              text("::1"),
                              text("(0,0)")},
                             std::vector<Value>(26),
                             {number(1),
                              number(1),
                              number(1),
                              number(1),
                              number(1),
                              text("-0.5"),
                              Value::of(1e30),
                              Value::of(std::numeric_limits<double>::denorm_min()),
                              text("\\."),
                              text("\\N"),
                              text("x    "),
                              bytes("\\."),
                              text("0044-03-15 BC"),
                              text("24:00:00"),
                              text("0044-03-15 00:00:00 BC"),
                              text("294276-12-31 23:59:59.999999+00"),
                              text("ffffffff-ffff-ffff-ffff-ffffffffffff"),
                              text("1"),
                              text("\"\\\\\""),
                              text("sad"),
                              number(-5),
                              bytes("a"),
                              text("{a,b}"),
                              text("-00:00:01.5"),
                              text("fe80::1"),
                              text("(1e+300,0)")}});
  EXPECT_EQ(insert("every", page), 4U);
  expect_same(rows("SELECT * FROM every ORDER BY ctid"), page);
}

TEST_F(PostgresSessionTest, LargeFieldsPass) {
  run("CREATE TABLE large (t text, y bytea)");
  std::string long_text(1 << 20, 'x'), long_bytes(1 << 20, '\0');
  for (std::size_t i = 0; i < long_text.size(); ++i)
    long_text[i] = "ab\n\t\\cde"[i % 8], long_bytes[i] = static_cast<char>(i * 7 + i / 256);
  const Page page = page_of({{text(long_text), Value::of_bytes(long_bytes)},
                             {text("a"), Value::of_bytes("b")},
                             {text(long_text), Value::of_bytes(long_bytes)}});
  EXPECT_EQ(insert("large", page), 3U);
  expect_same(rows("SELECT * FROM large ORDER BY ctid"), page);
}

TEST_F(PostgresSessionTest, TextWithNulIsRefusedByColumnAndRow) {
  run("CREATE TABLE words (id int, word text)");
  const Table table = table_of("words");
  must(session->begin_insert({.table = table.name, .columns = table.columns}));
  const Error error = must_fail(session->insert(page_of({{number(1), text("a")}, {number(2), text("a\0b"sv)}})));
  EXPECT_EQ(error.code(), Errc::invalid_argument);
  EXPECT_EQ(error.context("column"), "word");
  EXPECT_EQ(error.context("row"), "1");
  EXPECT_EQ(ask("SELECT count(*) FROM words"), 0);  // and the session goes on
  const Page keys = page_of({{text("a\0b"sv)}});
  EXPECT_EQ(must_fail(fetch(*session, {.sql = "SELECT 1 FROM words t WHERE word = ANY($1::text[])", .keys = &keys}, 10)).code(),
            Errc::invalid_argument);
  EXPECT_EQ(ask("SELECT 7"), 7);
}

TEST_F(PostgresSessionTest, TextIntoBytesIsItsUtf8AndBytesIntoTextAreRefused) {
  run("CREATE TABLE raw (y bytea); CREATE TABLE word (t text)");
  EXPECT_EQ(insert("raw", page_of({{text("\\x61")}})), 1U);
  expect_same(rows("SELECT y FROM raw"), page_of({{Value::of_bytes("\\x61")}}));
  const Table table = table_of("word");
  must(session->begin_insert({.table = table.name, .columns = table.columns}));
  EXPECT_EQ(must_fail(session->insert(page_of({{Value::of_bytes("x")}}))).code(), Errc::invalid_argument);
}

TEST_F(PostgresSessionTest, PagesAreBoundedByRowsAndBytes) {
  auto some = session->query({.sql = "SELECT n, repeat('x', 100) FROM generate_series(1, 1000) n ORDER BY n"});
  Page page;
  EXPECT_TRUE(must(some->next(page, 300, static_cast<std::size_t>(-1))));
  EXPECT_EQ(page.rows(), 300U);
  EXPECT_TRUE(must(some->next(page, 301, static_cast<std::size_t>(-1))));  // appended
  EXPECT_EQ(page.rows(), 301U);
  EXPECT_EQ(page.at(300, 0).integer, 301);
  page.clear();
  EXPECT_TRUE(must(some->next(page, 1000, 132 * 10)));
  EXPECT_EQ(page.rows(), 11U);  // the one that goes beyond comes along
  page.clear();
  EXPECT_TRUE(must(some->next(page, 1000, 0)));
  EXPECT_EQ(page.rows(), 1U);
  page.clear();
  EXPECT_FALSE(must(some->next(page, 5000, static_cast<std::size_t>(-1))));
  EXPECT_EQ(page.rows(), 687U);
  EXPECT_FALSE(must(some->next(page, 5000, static_cast<std::size_t>(-1))));  // stays so
  EXPECT_EQ(page.rows(), 687U);
}

TEST_F(PostgresSessionTest, StatementWithoutRowsSetsColumns) {
  Page page;
  auto none = session->query({.sql = "SELECT 1 AS a, 'x' AS b WHERE false"});
  EXPECT_FALSE(must(none->next(page, 10, 1000)));
  EXPECT_EQ(page.columns(), 2U);
  EXPECT_EQ(page.rows(), 0U);
}

TEST_F(PostgresSessionTest, RowsGivenUpEarlyLeaveNothing) {
  {
    auto some = session->query({.sql = "SELECT n FROM generate_series(1, 100000) n"});
    Page page;
    EXPECT_TRUE(must(some->next(page, 3, 1'000'000)));
    EXPECT_EQ(must_fail(session->execute("SELECT 1")).code(), Errc::invalid_argument);  // while they are open
  }
  EXPECT_EQ(ask("SELECT 5"), 5);
  {
    auto never_asked = session->query({.sql = "SELECT 1"});
  }
  EXPECT_EQ(ask("SELECT 6"), 6);
}

TEST_F(PostgresSessionTest, ErrorInTheMiddleIsNoShortAnswer) {
  auto some = session->query({.sql = "SELECT 1 / (5000 - n) FROM generate_series(1, 10000) n"});
  Page page;
  EXPECT_TRUE(must(some->next(page, 100, 1'000'000)));
  const Error error = must_fail(some->next(page, 100'000, 100'000'000));
  EXPECT_EQ(error.context("sqlstate"), "22012");
  EXPECT_FALSE(error.context("sql").empty());
  EXPECT_EQ(must_fail(some->next(page, 100'000, 100'000'000)).context("sqlstate"), "22012");
  EXPECT_EQ(ask("SELECT 5"), 5);
}

TEST_F(PostgresSessionTest, KeysAreLookedUp) {
  run("CREATE TABLE one (id bigint PRIMARY KEY); INSERT INTO one SELECT generate_series(1, 100)");
  const Table one = table_of("one");
  const Page numbers = page_of({{number(3)}, {number(99)}, {number(1000)}, {{}}});
  expect_same(rows("SELECT t.id FROM one AS t" + sql::key_list(Dialect::postgres, one, {0}) + " ORDER BY t.id", &numbers),
              page_of({{number(3)}, {number(99)}}));
  const Page nothing(1);
  EXPECT_EQ(rows("SELECT t.id FROM one AS t" + sql::key_list(Dialect::postgres, one, {0}), &nothing).rows(), 0U);

  run("CREATE TABLE texts (word text PRIMARY KEY)");
  const std::vector<std::string> words{"a,b", "\"quoted\"", "back\\slash", "NULL",      "null",   "",
                                       " ",   "{brace}",    "it's",        "new\nline", "M\u00fc"};
  Page all(1);
  for (const std::string& word : words) all.set_text(all.add_row(), 0, word);
  EXPECT_EQ(insert("texts", all), words.size());
  EXPECT_EQ(rows("SELECT word FROM texts AS t" + sql::key_list(Dialect::postgres, table_of("texts"), {0}), &all).rows(),
            words.size());
  for (const std::string& word : words) {
    SCOPED_TRACE(word);
    const Page key = page_of({{text(word)}});
    expect_same(rows("SELECT word FROM texts AS t" + sql::key_list(Dialect::postgres, table_of("texts"), {0}), &key), key);
  }

  run("CREATE TABLE pairs (a int, b text, c boolean, y bytea, PRIMARY KEY (a, b, c, y)); INSERT INTO pairs VALUES (1, 'x', true, "
      "'\\x00ff'), (1, 'y', false, ''), (2, 'x', true, '')");
  const Page pairs = page_of({{number(1), text("x"), number(1), Value::of_bytes("\0\xff"sv)},
                              {number(2), text("x"), number(1), Value::of_bytes("")},
                              {number(2), text("y"), number(1), Value::of_bytes("")}});
  const Page found = rows("SELECT t.a, t.b, t.c, t.y FROM pairs AS t" +
                              sql::key_list(Dialect::postgres, table_of("pairs"), {0, 1, 2, 3}) + " ORDER BY t.a",
                          &pairs);
  ASSERT_EQ(found.rows(), 2U);
  EXPECT_EQ(found.at(0, 3).text, "\0\xff"sv);
  EXPECT_EQ(found.at(1, 0).integer, 2);
}

TEST_F(PostgresSessionTest, TenThousandKeysAtOnce) {
  run("CREATE TABLE one (id bigint PRIMARY KEY); INSERT INTO one SELECT generate_series(1, 20000)");
  Page keys(1);
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(Session::kKeysMax); ++i) keys.set(keys.add_row(), 0, i * 2 + 2);
  EXPECT_EQ(rows("SELECT t.id FROM one AS t" + sql::key_list(Dialect::postgres, table_of("one"), {0}), &keys).rows(),
            Session::kKeysMax);
}

TEST_F(PostgresSessionTest, RowWithoutKeyIsFoundByItsPlace) {
  run("CREATE TABLE loose (word text); INSERT INTO loose VALUES ('a'), ('b'), ('c')");
  Table table = table_of("loose");
  ASSERT_TRUE(table.row_identity.has_value());
  table.columns.push_back(*table.row_identity);
  const Page places = rows("SELECT t.ctid FROM loose AS t WHERE word <> 'b'");
  EXPECT_EQ(
      rows("SELECT word FROM loose AS t" + sql::key_list(Dialect::postgres, table, {1}) + " ORDER BY 1", &places).at(1, 0).text,
      "c");
}

TEST_F(PostgresSessionTest, CancelEndsWhatIsUnderWay) {
  auto slow = session->query({.sql = "SELECT pg_sleep(30)"});
  Page page;
  Promise<bool> next = slow->next(page, 10, 1000);
  static_cast<void>(loop.run_for(std::chrono::milliseconds(50)));
  ASSERT_TRUE(next.pending());
  const auto begin = std::chrono::steady_clock::now();
  session->cancel();
  EXPECT_EQ(must_fail(std::move(next)).code(), Errc::aborted);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(must_fail(session->execute("SELECT 1")).code(), Errc::aborted);
}

TEST_F(PostgresSessionTest, SessionThatGoesEndsWhatIsUnderWay) {
  Promise<std::uint64_t> slow = session->execute("SELECT pg_sleep(30)");
  static_cast<void>(loop.run_for(std::chrono::milliseconds(20)));
  session.reset();
  EXPECT_EQ(must_fail(std::move(slow)).code(), Errc::closed);
}

TEST_F(PostgresSessionTest, KilledServerProcessIsAnError) {
  const std::int64_t pid = ask("SELECT pg_backend_pid()");
  auto some = session->query({.sql = "SELECT n, pg_sleep(0.001) FROM generate_series(1, 20000) n"});
  Page page;
  EXPECT_TRUE(must(some->next(page, 1, 1'000'000)));
  look("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
  const Error error = must_fail(some->next(page, 100'000, 100'000'000));
  EXPECT_EQ(error.code(), std::errc::connection_reset) << error.to_string();
  EXPECT_TRUE(error.retryable());
  EXPECT_LT(page.rows(), 20'000U);
  const Error later = must_fail(session->execute("SELECT 1"));
  EXPECT_EQ(later.code(), std::errc::connection_reset) << later.to_string();
}

TEST_F(PostgresSessionTest, KilledServerProcessEndsAnInsertion) {
  run("CREATE TABLE words (word text)");
  const std::int64_t pid = ask("SELECT pg_backend_pid()");
  const Table table = table_of("words");
  must(session->begin_insert({.table = table.name, .columns = table.columns}));
  must(session->insert(page_of({{text("a")}})));
  look("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
  Page much(1);
  const std::string word(1000, 'w');
  for (int i = 0; i < 20'000; ++i) much.set_text(much.add_row(), 0, word);
  Result<void> written = run_until(loop, session->insert(much), std::chrono::seconds(30));
  const Error error = written ? must_fail(session->finish_insert()) : written.error();
  EXPECT_EQ(error.code(), std::errc::connection_reset) << error.to_string();
  EXPECT_EQ(look("SELECT count(*) FROM words"), "0");
}

TEST_F(PostgresSessionTest, IdleSessionKeepsNoLoopAlive) {
  EXPECT_EQ(ask("SELECT 1"), 1);
  look(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace' AND datname = "
      "current_database()");
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_FALSE(loop.alive());
}

TEST_F(PostgresSessionTest, TransactionsCommitAndRollBack) {
  run("CREATE TABLE n (id int PRIMARY KEY)");
  must(session->begin());
  EXPECT_EQ(run("INSERT INTO n VALUES (1), (2); INSERT INTO n VALUES (3)"), 3U);
  must(session->rollback());
  EXPECT_EQ(look("SELECT count(*) FROM n"), "0");
  must(session->begin());
  EXPECT_EQ(run("INSERT INTO n VALUES (1)"), 1U);
  must(session->commit());
  EXPECT_EQ(look("SELECT count(*) FROM n"), "1");
  must(session->begin());
  EXPECT_EQ(must_fail(session->execute("INSERT INTO n VALUES (1)")).context("constraint"), "n_pkey");
  EXPECT_EQ(must_fail(session->commit()).code(), Errc::aborted);  // PostgreSQL itself would call it a success
}

TEST_F(PostgresSessionTest, CopyOutOfTheWayIsRefused) {
  run("CREATE TABLE n (id int)");
  EXPECT_EQ(must_fail(session->execute("COPY n FROM STDIN")).code(), Errc::unsupported);
}

TEST_F(PostgresSessionTest, ErrorsOfAnInsertionNameTheConstraintAndKeepFieldsApart) {
  run("CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int NOT NULL CONSTRAINT the_parent "
      "REFERENCES parent, word varchar(3))");
  const Table table = table_of("child");
  const auto attempt = [&](const Page& page) {
    must(session->begin_insert({.table = table.name, .columns = table.columns}));
    must(session->insert(page));
    return must_fail(session->finish_insert());
  };
  const Error foreign = attempt(page_of({{number(1), number(77), text("a")}}));
  EXPECT_EQ(foreign.context("constraint"), "the_parent");
  EXPECT_EQ(foreign.context("table"), "public.child");
  EXPECT_EQ(foreign.context("sqlstate"), "23503");
  EXPECT_NE(foreign.context("detail").find("77"), std::string_view::npos);
  EXPECT_EQ(foreign.message().find("77"), std::string::npos);
  const Error null = attempt(page_of({{number(1), {}, text("a")}}));
  EXPECT_EQ(null.context("column"), "parent");
  const Error bad = attempt(page_of({{text("secret-word"), number(1), text("a")}}));
  EXPECT_EQ(bad.context("sqlstate"), "22P02");
  EXPECT_EQ(bad.message().find("secret-word"), std::string::npos);
  EXPECT_NE(bad.context("detail").find("secret-word"), std::string_view::npos);
  const Error statement = must_fail(session->execute("SELECT 'hidden'::int"));
  EXPECT_EQ(statement.context("sql"), "SELECT '?'::int");
  EXPECT_EQ(must_fail(session->execute("SELECT * FROM nowhere")).code(), Errc::not_found);
  EXPECT_EQ(ask("SELECT count(*) FROM child"), 0);
}

TEST_F(PostgresSessionTest, RowsThatATriggerLeavesOutAreAnError) {
  run("CREATE TABLE n (id int); CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.id % 2 = 0 THEN RETURN "
      "NULL; END IF; RETURN NEW; END$$;"
      "CREATE TRIGGER odd BEFORE INSERT ON n FOR EACH ROW EXECUTE FUNCTION odd()");
  const Table table = table_of("n");
  must(session->begin_insert({.table = table.name, .columns = table.columns}));
  must(session->insert(page_of({{number(1)}, {number(2)}})));
  EXPECT_EQ(must_fail(session->finish_insert()).code(), std::errc::protocol_error);
}

TEST_F(PostgresSessionTest, ExistingRowsAreSkippedOrUpdated) {
  run("CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b text, UNIQUE (a)); INSERT INTO item (a, b) "
      "VALUES (1, 'old'), (2, 'old')");
  const Page page = page_of({{number(1), number(1), text("new")}, {number(10), number(10), text("new")}});
  EXPECT_EQ(insert("item", page, Insertion::Existing::skip, {0}), 1U);
  EXPECT_EQ(look("SELECT string_agg(id || ':' || a || b, ' ' ORDER BY id) FROM item"), "1:1old 2:2old 10:10new");
  EXPECT_EQ(insert("item", page_of({{number(1), number(1), text("newer")}, {number(11), number(11), {}}}),
                   Insertion::Existing::update, {0}),
            2U);
  EXPECT_EQ(look("SELECT string_agg(id || ':' || a || coalesce(b, '-'), ' ' ORDER BY id) FROM item"),
            "1:1newer 2:2old 10:10new 11:11-");
  // By another key, the column that is always numbered stays as it is; several in one transaction.
  must(session->begin());
  EXPECT_EQ(insert("item", page_of({{number(50), number(2), text("by a")}}), Insertion::Existing::update, {1}), 1U);
  EXPECT_EQ(insert("item", page_of({{number(51), number(2), text("no")}, {number(52), number(3), text("yes")}}),
                   Insertion::Existing::skip, {1}),
            1U);
  must(session->commit());
  EXPECT_EQ(look("SELECT string_agg(id || ':' || a || coalesce(b, '-'), ' ' ORDER BY id) FROM item"),
            "1:1newer 2:2by a 10:10new 11:11- 52:3yes");
  // What fails leaves nothing behind, and no transaction of its own.
  const Table table = table_of("item");
  must(session->begin_insert({.table = table.name, .columns = table.columns, .existing = Insertion::Existing::skip, .key = {0}}));
  must(session->insert(page_of({{number(99), number(1), text("a is there")}})));
  EXPECT_EQ(must_fail(session->finish_insert()).context("constraint"), "item_a_key");
  EXPECT_EQ(ask("SELECT count(*) FROM item"), 5);
  EXPECT_EQ(insert("item", page_of({{number(99), number(98), {}}}), Insertion::Existing::skip, {0}), 1U);
  EXPECT_EQ(look("SELECT count(*) FROM item"), "6");
}

TEST_F(PostgresSessionTest, IdentityAlwaysTakesGivenNumbers) {
  run("CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text)");
  EXPECT_EQ(insert("item", page_of({{number(7), text("a")}})), 1U);
  EXPECT_EQ(look("SELECT id FROM item"), "7");
}

TEST_F(PostgresSessionTest, InsertionTakesSeveralPagesAndNone) {
  run("CREATE TABLE n (id int)");
  const Table table = table_of("n");
  must(session->begin_insert({.table = table.name, .columns = table.columns}));
  EXPECT_EQ(must_fail(session->execute("SELECT 1")).code(), Errc::invalid_argument);  // meanwhile
  EXPECT_EQ(must_fail(session->begin_insert({.table = table.name, .columns = table.columns})).code(), Errc::invalid_argument);
  for (int i = 0; i < 5; ++i) must(session->insert(page_of({{number(i)}, {number(i)}})));
  must(session->insert(Page(1)));
  EXPECT_EQ(must(session->finish_insert()), 10U);
  EXPECT_EQ(must_fail(session->finish_insert()).code(), Errc::invalid_argument);
  must(session->begin_insert({.table = table.name, .columns = table.columns}));
  EXPECT_EQ(must(session->finish_insert()), 0U);
}

TEST_F(PostgresSessionTest, SnapshotIsSeenBySecondSession) {
  run("CREATE TABLE n (id int); INSERT INTO n VALUES (1)");
  EXPECT_EQ(must_fail(session->export_snapshot()).code(), Errc::invalid_argument);
  must(session->begin_snapshot(std::nullopt));
  look("INSERT INTO n VALUES (2)");  // after it, though nothing was read
  const std::optional<std::string> snapshot = must(session->export_snapshot());
  ASSERT_TRUE(snapshot.has_value());
  auto second = open();
  must(second->begin_snapshot(snapshot));
  EXPECT_EQ(ask("SELECT count(*) FROM n"), 1);
  EXPECT_EQ(rows_of(*second, "SELECT count(*) FROM n").at(0, 0).integer, 1);
  EXPECT_EQ(must_fail(second->execute("INSERT INTO n VALUES (3)")).context("sqlstate"), "25006");
  must(second->rollback());
  EXPECT_EQ(must_fail(second->begin_snapshot("0000'no-such-1")).context("sqlstate"), "22023");
  EXPECT_EQ(rows_of(*second, "SELECT count(*) FROM n").at(0, 0).integer, 2);  // it is out of the transaction
  must(session->commit());
}

TEST_F(PostgresSessionTest, IdsAreConsecutiveBesideOthers) {
  run("CREATE TABLE item (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a text)");
  const Table table = table_of("item");
  std::atomic<bool> stop = false;
  std::vector<std::int64_t> theirs;
  std::thread other([&] {
    while (!stop) theirs.push_back(std::stoll(look("SELECT nextval('item_id_seq')")));
  });
  std::vector<std::int64_t> firsts;
  for (int i = 0; i < 20; ++i) firsts.push_back(must(session->reserve_ids(table.name, table.columns[0], 100)));
  stop = true;
  other.join();
  EXPECT_FALSE(theirs.empty());
  for (std::size_t i = 1; i < firsts.size(); ++i) EXPECT_GE(firsts[i], firsts[i - 1] + 100);
  for (const std::int64_t taken : theirs)
    for (const std::int64_t first : firsts)
      EXPECT_FALSE(taken >= first && taken < first + 100) << taken << " is in the block at " << first;
  EXPECT_EQ(std::stoll(look("SELECT nextval('item_id_seq')")), std::max(firsts.back() + 100, theirs.back() + 1));
}

TEST_F(PostgresSessionTest, IdsOfSequencesThatSomebodyHoldsAreDrawn) {
  run("CREATE TABLE item (id serial PRIMARY KEY, a text)");
  const Table table = table_of("item");
  auto other = open();
  must(other->begin());
  must(other->execute("SELECT nextval('item_id_seq')"));  // holds a lock until it is done
  EXPECT_EQ(must(session->reserve_ids(table.name, table.columns[0], 10)), 2);
  EXPECT_EQ(look("SELECT nextval('item_id_seq')"), "12");
  must(other->rollback());
}

TEST_F(PostgresSessionTest, IdsOfSequencesOfOthersAreDrawn) {
  look(
      "CREATE TABLE item (id bigserial PRIMARY KEY, a text); DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; GRANT ALL ON "
      "item, item_id_seq TO guest");
  const Table table = table_of("item");
  auto guest = open("guest");
  EXPECT_EQ(must(guest->reserve_ids(table.name, table.columns[0], 1000)), 1);
  EXPECT_EQ(must(guest->reserve_ids(table.name, table.columns[0], 5)), 1001);
  must(guest->execute("INSERT INTO item VALUES (2000)"));
  must(guest->advance_ids(table.name, table.columns[0]));
  EXPECT_EQ(look("SELECT nextval('item_id_seq')"), "2001");
  guest.reset();
  look("DROP OWNED BY guest; DROP ROLE guest");
}

TEST_F(PostgresSessionTest, IdsThatAreNoneAreRefused) {
  run("CREATE TABLE item (id bigint PRIMARY KEY, odd int GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY 2), few smallint GENERATED "
      "ALWAYS AS IDENTITY (MAXVALUE 10))");
  const Table table = table_of("item");
  EXPECT_EQ(must_fail(session->reserve_ids(table.name, table.columns[0], 1)).code(), Errc::unsupported);
  EXPECT_EQ(must_fail(session->reserve_ids(table.name, table.columns[1], 1)).code(), Errc::unsupported);
  EXPECT_EQ(must(session->reserve_ids(table.name, table.columns[2], 4)), 1);
  EXPECT_EQ(must_fail(session->reserve_ids(table.name, table.columns[2], 7)).code(), Errc::full);
  EXPECT_EQ(must(session->reserve_ids(table.name, table.columns[2], 6)), 5);  // nothing was lost
  EXPECT_EQ(must_fail(session->reserve_ids(table.name, table.columns[2], 1)).code(), Errc::full);
  EXPECT_EQ(must_fail(session->reserve_ids(table.name, table.columns[2], 0)).code(), Errc::invalid_argument);
}

TEST_F(PostgresSessionTest, IdsAreAdvancedBeyondRows) {
  run("CREATE TABLE \"Odd \"\"Name\" (\"The Id\" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)");
  const Table table = table_of("Odd \"Name");
  const auto next = [&] { return look("SELECT nextval(pg_get_serial_sequence('\"Odd \"\"Name\"', 'The Id'))"); };
  must(session->advance_ids(table.name, table.columns[0]));
  EXPECT_EQ(next(), "1");
  EXPECT_EQ(insert("Odd \"Name", page_of({{number(500)}})), 1U);
  must(session->advance_ids(table.name, table.columns[0]));
  EXPECT_EQ(next(), "501");
  must(session->advance_ids(table.name, table.columns[0]));
  EXPECT_EQ(next(), "502");  // never back
  must(session->begin());
  must(session->execute("INSERT INTO \"Odd \"\"Name\" OVERRIDING SYSTEM VALUE VALUES (900)"));
  must(session->advance_ids(table.name, table.columns[0]));
  must(session->commit());
  EXPECT_EQ(next(), "901");
}

TEST_F(PostgresSessionTest, OddNamesAreQuoted) {
  run("CREATE SCHEMA \"My Schema\"; CREATE TABLE \"My Schema\".\"Weird \"\"Name\" (\"Mixed\" int, \"\u00fc n\u00ef\" text)");
  EXPECT_EQ(insert("Weird \"Name", page_of({{number(1), text("a")}})), 1U);
  EXPECT_EQ(insert("Weird \"Name", page_of({{number(2), text("b")}})), 1U);
  EXPECT_EQ(look("SELECT count(*) FROM \"My Schema\".\"Weird \"\"Name\""), "2");
}

TEST_F(PostgresSessionTest, ReaderThatIsSlowHoldsTheServer) {
  auto some = session->query({.sql = "SELECT n, repeat('x', 1000) FROM generate_series(1, 300000) n"});
  Page page;
  EXPECT_TRUE(must(some->next(page, 10, 1'000'000)));
  static_cast<void>(loop.run_for(std::chrono::milliseconds(200)));
  // The server is waiting for us to read: it could not send the whole.
  EXPECT_EQ(look("SELECT wait_event FROM pg_stat_activity WHERE application_name = 'millrace' AND datname = current_database()"),
            "ClientWrite");
}

TEST_F(PostgresSessionTest, AddressesThatAreNoneAndServersThatAreNotThere) {
  const Error nonsense = must_fail(open_postgres(loop, {.address = "postgres://me:secret word@[::1"}));
  EXPECT_EQ(nonsense.code(), Errc::invalid_argument);
  EXPECT_EQ(nonsense.to_long_string().find("secret"), std::string::npos);
  const Error nobody = must_fail(open_postgres(loop, {.address = "host=/nowhere dbname=x user=y password=secret"}));
  EXPECT_EQ(nobody.code(), std::errc::not_connected);
  EXPECT_EQ(nobody.to_long_string().find("secret"), std::string::npos);
  const Error nothing = must_fail(open_postgres(loop, {.address = address + " dbname=nothing_here"}));
  EXPECT_EQ(nothing.code(), std::errc::not_connected);
}

TEST_F(PostgresSessionTest, ConnectingTakesNoLongerThanSaid) {
  // Somebody who takes connections and says nothing.
  const millrace::testing::TemporaryFolder folder;
  const std::string path = (folder.path / ".s.PGSQL.5432").string();
  const int silent = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof(name.sun_path) - 1);
  ASSERT_EQ(::bind(silent, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
  ASSERT_EQ(::listen(silent, 5), 0);
  const Error late = must_fail(open_postgres(loop, {.address = "host=" + folder.path.string() + " port=5432 dbname=x user=y",
                                                    .connect_limit = std::chrono::milliseconds(100)}));
  EXPECT_EQ(late.code(), Errc::timed_out);
  ::close(silent);
}

}  // namespace
}  // namespace millrace::subset
