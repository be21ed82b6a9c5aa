// A folder with a database, a loop, and short ways to say what tests do with them.
#pragma once

#include <sqlite3.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <millrace/loop.h>

#include "subset/sqlite/session.h"
#include "support/temporary_folder.h"

namespace millrace::subset {

inline constexpr std::size_t kAll = static_cast<std::size_t>(-1);

class SqliteSessionTest : public ::testing::Test {
 protected:
  /// On a connection of its own.
  void prepare(const std::string& sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << (error == nullptr ? "" : error);
    sqlite3_free(error);
    sqlite3_close(raw);
  }
  std::unique_ptr<Session> open(SqliteOptions options) {
    options.path = path;
    return run_until(loop, open_sqlite(loop, std::move(options))).value();
  }
  std::unique_ptr<Session> reader() { return open({.path = {}, .busy_limit = std::chrono::milliseconds(50)}); }
  std::unique_ptr<Session> writer() {
    return open({.path = {}, .writable = true, .create = true, .busy_limit = std::chrono::milliseconds(50)});
  }
  template <typename T>
  Result<T> get(Promise<T> promise) {
    return run_until(loop, std::move(promise), std::chrono::seconds(60));
  }
  Result<Page> all(Session& session, std::string sql, const Page* keys = nullptr) {
    return get(fetch(session, {.sql = std::move(sql), .keys = keys}, 100'000));
  }
  std::int64_t number(Session& session, std::string sql) { return all(session, std::move(sql)).value().at(0, 0).integer; }
  Result<std::uint64_t> insert(Session& session, Insertion insertion, const Page& page) {
    if (const Result<void> begun = get(session.begin_insert(std::move(insertion))); !begun) return fail(begun.error());
    if (const Result<void> done = get(session.insert(page)); !done) return fail(done.error());
    return get(session.finish_insert());
  }
  static Insertion into(std::string table, const std::vector<std::string>& columns) {
    Insertion made{.table = {.name = std::move(table)}, .columns = {}};
    for (const std::string& name : columns) made.columns.push_back({.name = name, .type = ""});
    return made;
  }
  static Page rows_of(std::initializer_list<std::initializer_list<Value>> rows) {
    Page page(rows.begin()->size());
    for (const auto& fields : rows) {
      const std::size_t row = page.add_row();
      std::size_t column = 0;
      for (const Value& field : fields) page.set(row, column++, field);
    }
    return page;
  }
  static constexpr const char* kEndless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

  millrace::testing::TemporaryFolder folder;
  std::string path = (folder.path / "shop.db").string();
  Loop loop;
};

}  // namespace millrace::subset
