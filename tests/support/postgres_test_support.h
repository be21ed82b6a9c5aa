// What the tests of this folder have in common.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <millrace/loop.h>
#include <millrace/promise.h>

#include "subset/postgres/session.h"
#include "support/postgres_server.h"

namespace millrace::subset {

/// A database of the test's own, and sessions with it.
class PostgresTest : public ::testing::Test {
 protected:
  void SetUp() override {
    millrace::testing::PostgresServer& server = millrace::testing::postgres_server();
    if (!server.why_not().empty()) {
      if (server.found()) FAIL() << server.why_not();
      GTEST_SKIP() << server.why_not();
    }
    address = server.make_database();
    session = open();
  }

  std::unique_ptr<Session> open(std::string user = {}) {
    const std::string at = user.empty() ? address : address + " user=" + user;
    return must(open_postgres(loop, {.address = at}));
  }
  template <typename T>
  T must(Promise<T> promise) {
    Result<T> outcome = run_until(loop, std::move(promise), std::chrono::seconds(60));
    if (!outcome) {
      ADD_FAILURE() << outcome.error().to_long_string();
      throw ErrorException(outcome.error());
    }
    if constexpr (!std::is_void_v<T>) return *std::move(outcome);
  }
  template <typename T>
  Error must_fail(Promise<T> promise) {
    Result<T> outcome = run_until(loop, std::move(promise), std::chrono::seconds(60));
    if (outcome) {
      ADD_FAILURE() << "it should have failed";
      return Error(Errc::not_found, "it did not fail");
    }
    return outcome.error();
  }
  std::uint64_t run(std::string sql) { return must(session->execute(std::move(sql))); }
  /// By another connection, with libpq alone.
  std::string look(const std::string& sql) const { return millrace::testing::PostgresServer::run_at(address, sql); }
  Page rows(std::string sql, const Page* keys = nullptr) { return rows_of(*session, std::move(sql), keys); }
  Page rows_of(Session& from, std::string sql, const Page* keys = nullptr) {
    return must(fetch(from, Query{.sql = std::move(sql), .keys = keys}, Page::kRowsMax - 1));
  }
  std::int64_t ask(std::string sql) { return rows(std::move(sql)).at(0, 0).integer; }

  Loop loop;
  std::string address;
  std::unique_ptr<Session> session;
};

inline Page page_of(const std::vector<std::vector<Value>>& rows) {
  Page page(rows.empty() ? 0 : rows.front().size());
  for (const std::vector<Value>& row : rows) {
    const std::size_t added = page.add_row();
    for (std::size_t column = 0; column < row.size(); ++column) page.set(added, column, row[column]);
  }
  return page;
}
inline Value text(std::string_view said) { return Value::of(said); }
inline Value number(std::int64_t value) { return Value::of(value); }

}  // namespace millrace::subset
