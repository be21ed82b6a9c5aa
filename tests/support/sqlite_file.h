// A database of SQLite in a file, for tests that look at what others did to it.
#pragma once

#include <sqlite3.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace millrace::testing {

/// Each call is a connection of its own, which checks no foreign keys, so that sources can be made that are not whole.
class SqliteFile {
 public:
  explicit SqliteFile(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  void run(const std::string& sql) const { static_cast<void>(ask(sql)); }
  /// Rows in lines, fields with '|' between: "1|a\n2|NULL\n".
  [[nodiscard]] std::string ask(const std::string& sql) const {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(path_.c_str(), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, 5'000);
    std::string rows;
    char* error = nullptr;
    const auto add = [](void* to, int count, char** fields, char**) {
      for (int i = 0; i < count; ++i)
        static_cast<std::string*>(to)->append(i == 0 ? "" : "|").append(fields[i] == nullptr ? "NULL" : fields[i]);
      static_cast<std::string*>(to)->append("\n");
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), add, &rows, &error), SQLITE_OK) << (error == nullptr ? "" : error) << " in " << sql;
    sqlite3_free(error);
    sqlite3_close(raw);
    return rows;
  }
  [[nodiscard]] std::int64_t number(const std::string& sql) const { return std::stoll(ask(sql)); }

 private:
  std::string path_;
};

}  // namespace millrace::testing
