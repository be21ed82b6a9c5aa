// The driver against a server: reading, transactions, numbers, and what goes wrong.
#include "subset/mariadb/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "subset/sql.h"
#include "support/mariadb_test.h"
#include "support/page_rows.h"

namespace millrace::subset {
namespace {

using millrace::testing::numbers_of;
using millrace::testing::rows_page;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using MariadbSession = MariadbTest;

TEST_F(MariadbSession, PagesEndAtTheirBounds) {
  run("CREATE TABLE t (id INT PRIMARY KEY, te TEXT)");
  Page page(2);
  for (std::size_t i = 0; i < 100; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i));
    page.set_text(row, 1, std::string(1'000, 'x'));
  }
  ASSERT_TRUE(insert({.table = {.name = "t"}, .columns = table("t").columns}, page));
  {
    const std::unique_ptr<Rows> rows = session_->query({.sql = "SELECT * FROM t ORDER BY id"});
    Page got;
    std::vector<std::size_t> sizes;
    for (bool more = true; more;) {
      got.clear();
      more = wait(rows->next(got, 40, 1 << 20)).value();
      sizes.push_back(got.rows());
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{40, 40, 20}));
    EXPECT_FALSE(wait(rows->next(got, 40, 1 << 20)).value()) << "the end stays the end";
  }
  const std::unique_ptr<Rows> rows = session_->query({.sql = "SELECT * FROM t ORDER BY id"});
  Page got;
  EXPECT_TRUE(wait(rows->next(got, 1'000, 2'500)).value());
  EXPECT_EQ(got.rows(), 3U) << "with the row that goes beyond it";
  EXPECT_EQ(got.at(2, 0).integer, 2);
}

TEST_F(MariadbSession, RowsGivenUpAreNotInTheWay) {
  std::unique_ptr<Rows> rows = session_->query({.sql = "SELECT seq, REPEAT('x', 100) FROM seq_1_to_100000"});
  Page page;
  EXPECT_TRUE(wait(rows->next(page, 10, 1 << 20)).value());
  rows.reset();
  EXPECT_EQ(read("SELECT 7").at(0, 0).integer, 7);
  // Overtaken, though not given up.
  rows = session_->query({.sql = "SELECT seq, REPEAT('x', 100) FROM seq_1_to_100000"});
  EXPECT_TRUE(wait(rows->next(page, 20, 1 << 20)).value());
  EXPECT_EQ(read("SELECT 8").at(0, 0).integer, 8);
  EXPECT_TRUE(wait(rows->next(page, 30, 1 << 20)).error().matches(Errc::invalid_argument)) << "never a short answer";
}

TEST_F(MariadbSession, KeysAreWrittenIntoTheStatement) {
  run("CREATE TABLE t (a INT, b VARCHAR(50) COLLATE utf8mb4_bin, c VARBINARY(20), PRIMARY KEY (a, b))");
  const Table table = this->table("t");
  Page page(3);
  const std::vector<std::string> names{"plain", "quo'te",    "back\\slash",           "\\'",
                                       "\"",    "new\nline", std::string("nu\0l", 4), "\xC3\xA4"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i) - 1);
    page.set_text(row, 1, names[i]);
    page.set_bytes(row, 2, std::string(i, '\xFE'));
  }
  ASSERT_TRUE(insert({.table = table.name, .columns = table.columns}, page));
  const auto look_up = [&](const ColumnList& columns) {
    Page keys(columns.size());
    for (std::size_t row = 0; row < page.rows(); ++row) {
      keys.add_row();
      for (std::size_t i = 0; i < columns.size(); ++i) keys.set(row, i, page.at(row, columns[i]));
    }
    const std::string sql = "SELECT * FROM t AS t" + sql::key_list(Dialect::mariadb, table, columns) + " ORDER BY a";
    Result<Page> found = wait(fetch(*session_, {.sql = sql, .keys = &keys}, 1'000));
    ASSERT_TRUE(found) << found.error().to_string();
    expect_equal(*found, page);
  };
  look_up({0});
  look_up({1});
  look_up({2});
  look_up({0, 1});
  look_up({1, 0, 2});
  Page none(2);
  const std::string sql = "SELECT * FROM t AS t" + sql::key_list(Dialect::mariadb, table, {0, 1});
  EXPECT_EQ(wait(fetch(*session_, {.sql = sql, .keys = &none}, 10)).value().rows(), 0U);
}

TEST_F(MariadbSession, WhichKeysAreThereIsJudgedAsTheColumnIs) {
  run("CREATE TABLE t (w VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL, n DECIMAL(20,2), UNIQUE (w),"
      " UNIQUE (w, n))");
  run("INSERT INTO t VALUES ('Apfel', 1.5), ('gro\xc3\x9f', 12345678901234567.25)");
  const Table t = table("t");
  const auto places = [&](const ColumnList& columns, const Page& keys) {
    const std::string sql = sql::keys_there(Dialect::mariadb, t, columns);
    std::vector<std::int64_t> all = numbers_of(wait(fetch(*session_, {.sql = sql, .keys = &keys}, 100)).value());
    std::ranges::sort(all);
    return all;
  };
  const auto text = [](std::string_view said) { return Value::of(said); };
  const Value large = text("GRO\xc3\x9f"), euro = text("\xe2\x82\xac");  // the column's character set has no euro
  EXPECT_THAT(places({0}, rows_page(1, {{text("aPFEL")}, {text("x")}, {text("Apfel ")}, {large}, {text("it's\\")}, {euro}})),
              ElementsAre(1, 3, 4));
  const Page pairs = rows_page(2, {{text("apfel"), text("1.50")},
                                   {text("apfel"), text("1.51")},
                                   {large, text("12345678901234567.25")},
                                   {large, text("12345678901234567.26")}});
  EXPECT_THAT(places({0, 1}, pairs), ElementsAre(1, 3));
  EXPECT_THAT(places({0}, Page(1)), IsEmpty());
}

TEST_F(MariadbSession, StatementsThatAreTooLongAreRefusedHere) {
  Page keys(1);
  for (std::size_t i = 0; i < 2'000; ++i) keys.set_text(keys.add_row(), 0, std::string(10'000, 'x'));
  const std::string sql = "SELECT 1 FROM (SELECT 'a' AS a) AS t WHERE t.a IN (" + std::string(sql::kKeysMarker) + ")";
  const Result<Page> found = wait(fetch(*session_, {.sql = sql, .keys = &keys}, 10));
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().matches(Errc::full));
  EXPECT_THAT(found.error().message(), HasSubstr("max_allowed_packet"));
  const std::string each = "SELECT " + std::string(sql::kKeyPlaceMarker) + " FROM (SELECT 'a' AS a) AS t WHERE t.a IN (" +
                           std::string(sql::kKeysMarker) + ")";
  EXPECT_TRUE(wait(fetch(*session_, {.sql = each, .keys = &keys}, 10)).error().matches(Errc::full));
  EXPECT_TRUE(wait(session_->execute("SELECT '" + std::string(17 << 20, 'x') + "'")).error().matches(Errc::full));
  EXPECT_EQ(read("SELECT 1").rows(), 1U) << "and the connection goes on";
}

TEST_F(MariadbSession, AKilledConnectionIsAnErrorAndNoShortAnswer) {
  const std::unique_ptr<Session> other = open();
  const std::int64_t id = read("SELECT CONNECTION_ID()").at(0, 0).integer;
  const std::unique_ptr<Rows> rows = session_->query({.sql = "SELECT seq, REPEAT('x', 1000) FROM seq_1_to_1000000"});
  Page page;
  ASSERT_TRUE(wait(rows->next(page, 10, 1 << 20)).value());
  run("KILL " + std::to_string(id), other.get());
  Result<bool> more = true;
  while (more && *more) {
    page.clear();
    more = wait(rows->next(page, 10'000, std::size_t{64} << 20));
  }
  ASSERT_FALSE(more);
  EXPECT_TRUE(more.error().retryable());
  EXPECT_THAT(more.error().message(), HasSubstr("broke off"));
  const Result<std::uint64_t> later = wait(session_->execute("SELECT 1"));
  ASSERT_FALSE(later);
  EXPECT_TRUE(later.error().retryable());
}

TEST_F(MariadbSession, AKilledQueryIsAnErrorAndTheSessionGoesOn) {
  const std::unique_ptr<Session> other = open();
  const std::int64_t id = read("SELECT CONNECTION_ID()").at(0, 0).integer;
  const std::unique_ptr<Rows> rows = session_->query({.sql = "SELECT seq, REPEAT('x', 1000) FROM seq_1_to_1000000"});
  Page page;
  ASSERT_TRUE(wait(rows->next(page, 10, 1 << 20)).value());
  run("KILL QUERY " + std::to_string(id), other.get());
  Result<bool> more = true;
  while (more && *more) {
    page.clear();
    more = wait(rows->next(page, 10'000, std::size_t{64} << 20));
  }
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().context("errno"), "1317");
  EXPECT_EQ(read("SELECT 1").rows(), 1U);
}

TEST_F(MariadbSession, CancelEndsWhatIsUnderWay) {
  Promise<std::uint64_t> sleeping = session_->execute("SELECT SLEEP(100)");
  ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(50)));
  ASSERT_TRUE(sleeping.pending());
  session_->cancel();
  const Result<std::uint64_t> done = run_until(loop_, std::move(sleeping), std::chrono::seconds(5));
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().matches(Errc::aborted));
  EXPECT_TRUE(wait(session_->execute("SELECT 1")).error().matches(Errc::aborted));
}

TEST_F(MariadbSession, ASessionMayGoWhileACallIsUnderWay) {
  Promise<std::uint64_t> sleeping = session_->execute("SELECT SLEEP(100)");
  ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(50)));
  session_.reset();
  EXPECT_TRUE(run_until(loop_, std::move(sleeping), std::chrono::seconds(5)).error().matches(Errc::closed));
}

TEST_F(MariadbSession, ALoopMayBeClosedWhileACallIsUnderWay) {
  Loop loop;
  std::unique_ptr<Session> session = run_until(loop, open_mariadb(loop, {.address = address_}), kLimit).value();
  Promise<std::uint64_t> sleeping = session->execute("SELECT SLEEP(100)");
  ASSERT_TRUE(loop.run_once(std::chrono::milliseconds(50)));
  sleeping.ignore_rejection();
  loop.close();
  ASSERT_NE(sleeping.error(), nullptr);
  EXPECT_TRUE(sleeping.error()->matches(Errc::closed));
}

TEST_F(MariadbSession, SeveralStatementsAreOneCallAndAnyErrorIsItsError) {
  EXPECT_EQ(run("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2); SELECT 5; INSERT INTO t VALUES (3)"), 3U);
  const Result<std::uint64_t> done =
      wait(session_->execute("INSERT INTO t VALUES (4); INSERT INTO t VALUES (1); INSERT INTO t VALUES (5)"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().context("constraint"), "PRIMARY");
  EXPECT_EQ(done.error().context("sql"), "INSERT INTO t VALUES (?); INSERT INTO t VALUES (?); INSERT INTO t VALUES (?)");
  EXPECT_EQ(read("SELECT COUNT(*) FROM t").at(0, 0).integer, 4);
  EXPECT_TRUE(wait(session_->execute("SELECT * FROM nowhere")).error().matches(Errc::not_found));
}

TEST_F(MariadbSession, ASnapshotReadsOneMomentAndWritesNothing) {
  run("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB");
  const std::unique_ptr<Session> other = open();
  ASSERT_TRUE(wait(session_->begin_snapshot(std::nullopt)));
  EXPECT_EQ(wait(session_->export_snapshot()).value(), std::nullopt);
  run("INSERT INTO t VALUES (1)", other.get());
  EXPECT_EQ(read("SELECT * FROM t").rows(), 0U) << "though it was first read after the other's insertion";
  EXPECT_FALSE(wait(session_->execute("INSERT INTO t VALUES (2)")));
  ASSERT_TRUE(wait(session_->commit()));
  EXPECT_EQ(read("SELECT * FROM t").rows(), 1U);
  EXPECT_TRUE(wait(session_->begin_snapshot("x")).error().matches(Errc::unsupported));
}

TEST_F(MariadbSession, ATransactionIsOneOrNone) {
  run("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB");
  ASSERT_TRUE(wait(session_->begin()));
  EXPECT_FALSE(wait(session_->begin()));
  run("INSERT INTO t VALUES (1)");
  ASSERT_TRUE(wait(session_->rollback()));
  EXPECT_EQ(read("SELECT * FROM t").rows(), 0U);
  ASSERT_TRUE(wait(session_->begin()));
  run("INSERT INTO t VALUES (1); CREATE TABLE u (id INT)");
  EXPECT_FALSE(wait(session_->commit())) << "the second statement has committed by itself";
}

TEST_F(MariadbSession, AfterADeadlockOnlyRollbackIsTaken) {
  run("CREATE TABLE t (id INT PRIMARY KEY, v INT) ENGINE=InnoDB; INSERT INTO t VALUES (1, 0), (2, 0)");
  const std::unique_ptr<Session> other = open();
  ASSERT_TRUE(wait(session_->begin()));
  ASSERT_TRUE(wait(other->begin()));
  run("UPDATE t SET v = 1 WHERE id = 1; UPDATE t SET v = v WHERE id = 1");
  run("UPDATE t SET v = 2 WHERE id = 2", other.get());
  Promise<std::uint64_t> ours = session_->execute("UPDATE t SET v = 1 WHERE id = 2");
  ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(100)));
  Promise<std::uint64_t> theirs = other->execute("UPDATE t SET v = 2 WHERE id = 1");
  const Result<std::uint64_t> their_end = wait(std::move(theirs)), our_end = wait(std::move(ours));
  ASSERT_NE(their_end.has_value(), our_end.has_value()) << "one of them is the victim";
  Session& victim = our_end ? *other : *session_;
  const Error& error = our_end ? their_end.error() : our_end.error();
  EXPECT_EQ(error.context("errno"), "1213");
  EXPECT_TRUE(error.retryable());
  EXPECT_TRUE(wait(victim.execute("UPDATE t SET v = 3")).error().matches(Errc::aborted)) << "it would be a transaction of its own";
  EXPECT_TRUE(wait(victim.commit()).error().matches(Errc::aborted));
  ASSERT_TRUE(wait(victim.rollback()));
  ASSERT_TRUE(wait((our_end ? *session_ : *other).rollback()));
  EXPECT_EQ(run("UPDATE t SET v = 3", &victim), 2U);
}

TEST_F(MariadbSession, ReservedNumbersAreNobodyElses) {
  run("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT); INSERT INTO t (v) VALUES (1), (2), (3)");
  const Table table = this->table("t");
  const std::unique_ptr<Session> other = open();
  std::vector<std::int64_t> theirs;
  std::vector<std::pair<std::int64_t, std::int64_t>> ours;
  for (int i = 0; i < 5; ++i) {
    Promise<std::int64_t> reserving = session_->reserve_ids(table.name, table.columns[0], 100);
    Promise<std::uint64_t> inserting = other->execute("INSERT INTO t (v) VALUES (7)");
    const Result<std::int64_t> first = wait(std::move(reserving));
    ASSERT_TRUE(first) << first.error().to_string();
    ASSERT_TRUE(wait(std::move(inserting)));
    theirs.push_back(read("SELECT LAST_INSERT_ID()", other.get()).at(0, 0).integer);
    ours.emplace_back(*first, *first + 99);
  }
  for (std::size_t i = 0; i < ours.size(); ++i) {
    for (const std::int64_t id : theirs) EXPECT_TRUE(id < ours[i].first || id > ours[i].second);
    if (i > 0) {
      EXPECT_GT(ours[i].first, ours[i - 1].second);
    }
  }
  EXPECT_GT(ours[0].first, 3);
  EXPECT_EQ(run("INSERT INTO t (v) VALUES (8)", other.get()), 1U) << "the table is not locked any more";
}

TEST_F(MariadbSession, NumbersEndWithTheColumnsType) {
  run("CREATE TABLE t (id TINYINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v INT); INSERT INTO t VALUES (200, 1)");
  const Table table = this->table("t");
  EXPECT_TRUE(wait(session_->reserve_ids(table.name, table.columns[0], 55)).error().matches(Errc::full));
  EXPECT_EQ(wait(session_->reserve_ids(table.name, table.columns[0], 54)).value(), 201);
  run("INSERT INTO t (v) VALUES (2)");
  EXPECT_EQ(read("SELECT MAX(id) FROM t").at(0, 0).integer, 255);
  EXPECT_TRUE(wait(session_->reserve_ids(table.name, table.columns[0], 1)).error().matches(Errc::full));
  EXPECT_TRUE(wait(session_->reserve_ids(table.name, table.columns[1], 1)).error().matches(Errc::unsupported));
  ASSERT_TRUE(wait(session_->begin()));
  EXPECT_TRUE(wait(session_->reserve_ids(table.name, table.columns[0], 1)).error().matches(Errc::invalid_argument));
}

TEST_F(MariadbSession, NumbersGoOnBeyondAllThatAreThere) {
  run("CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INT)");
  const Table table = this->table("t");
  ASSERT_TRUE(wait(session_->advance_ids(table.name, table.columns[0])));
  run("INSERT INTO t VALUES (5000, 1)");
  ASSERT_TRUE(wait(session_->advance_ids(table.name, table.columns[0])));
  run("INSERT INTO t (v) VALUES (2)");
  EXPECT_EQ(read("SELECT MAX(id) FROM t").at(0, 0).integer, 5001);
  run("UPDATE t SET id = 9000 WHERE id = 5001");  // which the database does not count
  ASSERT_TRUE(wait(session_->advance_ids(table.name, table.columns[0])));
  run("INSERT INTO t (v) VALUES (3)");
  EXPECT_EQ(read("SELECT MAX(id) FROM t").at(0, 0).integer, 9001);
}

TEST_F(MariadbSession, OddNamesAreNamesLikeOthers) {
  run("CREATE TABLE `we``ird \xC3\xA4` (`i``d` INT AUTO_INCREMENT PRIMARY KEY, `Se lect` VARCHAR(10), `se.lect` VARBINARY(10))");
  const Table table = this->table("we`ird \xC3\xA4");
  ASSERT_EQ(table.columns.size(), 3U);
  EXPECT_EQ(table.columns[0].name, "i`d");
  EXPECT_EQ(table.columns[1].name, "Se lect");
  ASSERT_EQ(wait(session_->reserve_ids(table.name, table.columns[0], 20)).value(), 1);
  Page page(3);
  for (std::size_t i = 0; i < 20; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i) + 1);
    page.set_text(row, 1, "x");
    page.set_bytes(row, 2, "\xFF");
  }
  ASSERT_TRUE(wait(session_->begin()));
  ASSERT_EQ(insert({.table = table.name, .columns = table.columns}, page).value(), 20U);
  ASSERT_TRUE(wait(session_->commit()));
  expect_equal(read("SELECT * FROM " + sql::name(Dialect::mariadb, table.name)), page);
  Insertion skip{.table = table.name, .columns = table.columns, .existing = Insertion::Existing::update, .key = {0}};
  EXPECT_EQ(insert(skip, page).value(), 0U);
}

TEST_F(MariadbSession, NoFileOfThisMachineIsGivenToAServer) {
  run("CREATE TABLE t (v VARCHAR(200))");
  const Result<std::uint64_t> done = wait(session_->execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t"));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().to_string(), HasSubstr("a file that it is not given"));
  EXPECT_FALSE(wait(session_->execute("LOAD DATA LOCAL INFILE 'millrace rows' INTO TABLE t")))
      << "nor are rows, when none are being inserted";
  EXPECT_EQ(read("SELECT * FROM t").rows(), 0U);
}

TEST_F(MariadbSession, OpeningSaysWhatIsWrong) {
  const auto refused = [&](std::string address) { return wait(open_mariadb(loop_, {.address = std::move(address)})).error(); };
  EXPECT_TRUE(refused("x").matches(Errc::invalid_argument));
  EXPECT_TRUE(refused("mariadb://root@localhost/d?socket=/nowhere/s").matches(std::make_error_code(std::errc::connection_refused)));
  std::string missing = address_;
  missing.replace(missing.find(database_), database_.size(), "missing");
  EXPECT_TRUE(refused(missing).matches(Errc::not_found));
  std::string stranger = address_;
  stranger.replace(stranger.find("root"), 4, "stranger:secret");
  const Error denied = refused(stranger);
  EXPECT_TRUE(denied.matches(std::make_error_code(std::errc::permission_denied))) << denied.to_string();
  EXPECT_THAT(denied.to_string(), Not(HasSubstr("secret")));
}

TEST_F(MariadbSession, OpeningHasALimit) {
  // Somebody who listens and says nothing.
  const millrace::testing::TemporaryFolder folder;
  const std::string path = (folder.path / "s").string();
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(descriptor, 1), 0);
  const auto opened = wait(open_mariadb(
      loop_, {.address = "mariadb://root@localhost/d?socket=" + path, .connect_limit = std::chrono::milliseconds(100)}));
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().matches(Errc::timed_out)) << opened.error().to_string();
  ::close(descriptor);
}

TEST_F(MariadbSession, TellsWhoItIs) {
  EXPECT_EQ(session_->dialect(), Dialect::mariadb);
  EXPECT_THAT(session_->name(), HasSubstr(database_));
  EXPECT_THAT(session_->name(), Not(HasSubstr("root")));
}

}  // namespace
}  // namespace millrace::subset
