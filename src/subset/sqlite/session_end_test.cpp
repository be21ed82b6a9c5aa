// How calls of a session with SQLite end when they do not end well: by somebody's will, by what others hold, by files that are none.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include <millrace/async.h>

#include "subset/sqlite/session.h"
#include "support/sqlite_session_fixture.h"

namespace millrace::subset {
namespace {

using std::chrono::milliseconds;

TEST_F(SqliteSessionTest, WhoHoldsTheDatabaseIsWaitedForInVain) {
  prepare("CREATE TABLE t (a)");
  const std::unique_ptr<Session> first = writer(), second = writer();
  ASSERT_TRUE(get(first->begin()));
  const Result<void> begun = get(second->begin());
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code(), Errc::timed_out);
  EXPECT_EQ(begun.error().context("code"), "SQLITE_BUSY");
  ASSERT_TRUE(get(first->rollback()));
  EXPECT_TRUE(get(second->begin()));
}

TEST_F(SqliteSessionTest, WaitingForSomebodyElseIsEndedByCancel) {
  prepare("CREATE TABLE t (a)");
  const std::unique_ptr<Session> first = writer();
  const std::unique_ptr<Session> second = open({.path = {}, .writable = true, .busy_limit = std::chrono::minutes(10)});
  ASSERT_TRUE(get(first->begin()));
  Promise<void> begun = second->begin();
  const auto timer = loop.schedule(milliseconds(20), [&] { second->cancel(); });
  ASSERT_TRUE(timer);
  EXPECT_EQ(get(begun).error().code(), Errc::aborted);
}

TEST_F(SqliteSessionTest, CancelEndsALongQueryWhileTheLoopGoesOn) {
  prepare("CREATE TABLE t (a)");
  const std::unique_ptr<Session> session = reader();
  const std::unique_ptr<Rows> rows = session->query({.sql = kEndless});
  Page page;
  Promise<bool> next = rows->next(page, 1, kAll);
  int fired = 0;
  auto timer = loop.every(milliseconds(5), [&] {
    if (++fired == 10) session->cancel();
  });
  ASSERT_TRUE(timer);
  const auto begin = std::chrono::steady_clock::now();
  const Result<bool> done = get(next);
  EXPECT_EQ(done.error().code(), Errc::aborted);
  EXPECT_GE(fired, 10);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(get(session->execute("SELECT 1")).error().code(), Errc::aborted) << "for good";
}

TEST_F(SqliteSessionTest, CancelBeforeTheThreadComesToItIsNotLost) {
  prepare("CREATE TABLE t (a)");
  for (int i = 0; i < 50; ++i) {
    const std::unique_ptr<Session> session = reader();
    Promise<Page> page = fetch(*session, {.sql = kEndless}, 1);
    session->cancel();
    ASSERT_EQ(get(page).error().code(), Errc::aborted) << i;
  }
}

TEST_F(SqliteSessionTest, RowsGivenUpMakePlaceForTheNextCall) {
  prepare("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
  const std::unique_ptr<Session> session = reader();
  ASSERT_TRUE(get(session->begin_snapshot({})));
  std::unique_ptr<Rows> rows = session->query({.sql = "SELECT a FROM t"});
  Page page;
  EXPECT_TRUE(get(rows->next(page, 1, kAll)).value());
  EXPECT_EQ(get(session->execute("SELECT 1")).error().code(), Errc::invalid_argument) << "they are open";
  EXPECT_EQ(all(*session, "SELECT 1").error().code(), Errc::invalid_argument);
  rows.reset();
  EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 3);
  // While they are being read: whoever reads is done when they are gone.
  Page endless;  // a page that is full would be given back at once
  rows = session->query({.sql = kEndless});
  Promise<bool> next = rows->next(endless, 1, kAll);
  EXPECT_EQ(get(session->execute("SELECT 1")).error().code(), Errc::invalid_argument) << "one call at a time";
  rows.reset();
  EXPECT_EQ(get(next).error().code(), Errc::aborted);
  EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 3) << "the session and its snapshot go on";
  EXPECT_TRUE(get(session->commit()));
}

TEST_F(SqliteSessionTest, DestroyedWhileAQueryRuns) {
  prepare("CREATE TABLE t (a)");
  std::unique_ptr<Session> session = reader();
  std::unique_ptr<Rows> rows = session->query({.sql = kEndless});
  auto page = std::make_unique<Page>();
  Promise<bool> next = rows->next(*page, 1, kAll);
  ASSERT_FALSE(loop.run_for(milliseconds(20)).error());
  const auto begin = std::chrono::steady_clock::now();
  session.reset();
  page.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_FALSE(get(next));
  Page other;
  EXPECT_EQ(get(rows->next(other, 1, kAll)).error().code(), Errc::closed);
}

TEST_F(SqliteSessionTest, ALoopThatClosesWaitsForWhoUsesThePage) {
  prepare("CREATE TABLE t (a)");
  struct Reading {
    static Async<void> read(Loop& /*loop*/, Session& session) {
      const std::unique_ptr<Rows> rows = session.query({.sql = kEndless});
      Page page;
      co_await rows->next(page, 1, kAll);
    }
  };
  const std::unique_ptr<Session> session = reader();
  const Promise<void> reading = Reading::read(loop, *session);
  ASSERT_FALSE(loop.run_for(milliseconds(10)).error());
  loop.close();
  EXPECT_EQ(reading.error()->code(), Errc::closed);
  EXPECT_EQ(session->execute("SELECT 1").error()->code(), Errc::closed);
}

TEST_F(SqliteSessionTest, ATransactionThatIsGoneIsNotGoneOnWith) {
  const std::unique_ptr<Session> session = writer();
  ASSERT_TRUE(get(session->execute("CREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK)")));
  ASSERT_TRUE(get(session->begin()));
  ASSERT_TRUE(get(session->execute("INSERT INTO t VALUES (1)")));
  ASSERT_FALSE(get(session->execute("INSERT INTO t VALUES (1)")));
  EXPECT_EQ(get(session->execute("INSERT INTO t VALUES (2)")).error().code(), Errc::aborted);
  EXPECT_EQ(get(session->commit()).error().code(), Errc::aborted);
  EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteSessionTest, FilesThatCannotBeOpened) {
  const auto open = [&](SqliteOptions options) {
    const auto session = get(open_sqlite(loop, std::move(options)));
    EXPECT_FALSE(session);
    return session.error();
  };
  EXPECT_EQ(open({.path = path}).code(), Errc::not_found);
  EXPECT_EQ(open({.path = path}).context("path"), path);
  EXPECT_EQ(open({.path = path, .writable = true}).code(), Errc::not_found);
  EXPECT_EQ(open({.path = path, .create = true}).code(), Errc::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(path));
  prepare("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  EXPECT_EQ(open({.path = folder.path.string()}).context("path"), folder.path.string());
  std::filesystem::resize_file(path, 3000);
  const auto session = get(open_sqlite(loop, {.path = path}));
  const Error error = session ? all(**session, "SELECT * FROM t").error() : session.error();
  EXPECT_EQ(error.context("code"), "SQLITE_CORRUPT");
}

}  // namespace
}  // namespace millrace::subset
