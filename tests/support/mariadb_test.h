// What the driver's tests share: a server for the program, a loop, a fresh database.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "subset/mariadb/session.h"
#include "support/mariadb_server.h"

namespace millrace::subset {

/// Every test has a database of its own; the server is started by the first and stopped after the last.
class MariadbTest : public ::testing::Test {
 protected:
  static constexpr Duration kLimit = std::chrono::seconds(60);

  void SetUp() override {
    millrace::testing::MariadbServer* const server = shared_server();
    if (server == nullptr) GTEST_SKIP() << "no MariaDB server: " << why();
    address_ = server->address("mysql");
    database_ = server->fresh_name();
    session_ = open();
    ASSERT_NE(session_, nullptr);
    run("CREATE DATABASE " + database_);
    address_ = server->address(database_);
    session_ = open();
    ASSERT_NE(session_, nullptr);
  }

  std::unique_ptr<Session> open(bool load_data = true) {
    Result<std::unique_ptr<Session>> opened =
        run_until(loop_, open_mariadb(loop_, {.address = address_, .load_data = load_data}), kLimit);
    if (!opened) {
      ADD_FAILURE() << opened.error().to_string();
      return nullptr;
    }
    return *std::move(opened);
  }
  template <typename T>
  Result<T> wait(Promise<T> promise) {
    return run_until(loop_, std::move(promise), kLimit);
  }
  std::uint64_t run(std::string sql, Session* session = nullptr) {
    Result<std::uint64_t> done = wait((session == nullptr ? *session_ : *session).execute(sql));
    EXPECT_TRUE(done) << sql << ": " << (done ? "" : done.error().to_string());
    return done.value_or(0);
  }
  Page read(std::string sql, Session* session = nullptr) {
    Result<Page> page = wait(fetch(session == nullptr ? *session_ : *session, {.sql = sql}, 100'000));
    EXPECT_TRUE(page) << sql << ": " << (page ? "" : page.error().to_string());
    return page ? *std::move(page) : Page();
  }
  /// The schema's table of that name.
  Table table(std::string_view name) {
    Result<Schema> schema = wait(session_->read_schema());
    EXPECT_TRUE(schema) << (schema ? "" : schema.error().to_string());
    if (schema)
      for (const Table& one : schema->tables)
        if (one.name.name == name) return one;
    ADD_FAILURE() << "no table " << name;
    return {.name = {.name = std::string(name)}, .columns = {}};
  }
  Result<std::uint64_t> insert(Insertion insertion, const Page& page, Session* session = nullptr) {
    Session& one = session == nullptr ? *session_ : *session;
    if (Result<void> begun = wait(one.begin_insert(std::move(insertion))); !begun) return fail(begun.error());
    if (Result<void> inserted = wait(one.insert(page)); !inserted) return fail(inserted.error());
    return wait(one.finish_insert());
  }

  Loop loop_{};
  std::string address_{};
  std::string database_{};
  std::unique_ptr<Session> session_{};

 private:
  static std::string& why() {
    static std::string text;
    return text;
  }
  static millrace::testing::MariadbServer* shared_server() {
    static const std::unique_ptr<millrace::testing::MariadbServer> server = millrace::testing::MariadbServer::start(why());
    return server.get();
  }
};

inline void expect_equal(const Page& a, const Page& b) {
  ASSERT_EQ(a.rows(), b.rows());
  ASSERT_EQ(a.columns(), b.columns());
  for (std::size_t row = 0; row < a.rows(); ++row)
    for (std::size_t column = 0; column < a.columns(); ++column)
      EXPECT_TRUE(a.at(row, column) == b.at(row, column))
          << "row " << row << ", column " << column << ": " << a.at(row, column).text.substr(0, 100) << " (kind "
          << static_cast<int>(a.at(row, column).kind) << ", " << a.at(row, column).integer << ", " << a.at(row, column).real
          << ") and " << b.at(row, column).text.substr(0, 100) << " (kind " << static_cast<int>(b.at(row, column).kind) << ", "
          << b.at(row, column).integer << ", " << b.at(row, column).real << ")";
}

}  // namespace millrace::subset
