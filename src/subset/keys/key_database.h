// KeyDatabase: the file of SQLite in which keys are that are no whole numbers.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::subset {

/// A statement that runs again and again. Lifetime: the database's.
class KeyStatement {
 public:
  KeyStatement() = default;
  explicit KeyStatement(sqlite3_stmt* statement) noexcept : statement_(statement) {}

  // `key` lives until reset().
  void bind(int parameter, std::string_view key) noexcept;
  void bind(int parameter, std::size_t number) noexcept;
  /// The first row, or the next: false when there is none. Errors: SQLite's; no space is Errc::full.
  [[nodiscard]] Result<bool> step();
  [[nodiscard]] std::string_view key() const noexcept;
  void reset() noexcept { sqlite3_reset(statement_.get()); }
  /// From the first bind() to reset(), for statements without rows that anybody wants. Returns whether one came.
  [[nodiscard]] Result<bool> run();
  /// How many rows the last one that changes something changed.
  [[nodiscard]] std::size_t changes() const noexcept;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Without a name, a journal or anything that would keep it after a crash: nobody reads it again. One transaction from beginning to end.
class KeyDatabase {
 public:
  [[nodiscard]] static Result<std::unique_ptr<KeyDatabase>> open(std::string_view folder, std::size_t cache_bytes);

  [[nodiscard]] Result<KeyStatement> prepare(const std::string& sql);
  [[nodiscard]] Result<void> run(const std::string& sql);
  [[nodiscard]] std::string new_table() { return "k" + std::to_string(++tables_); }
  [[nodiscard]] std::size_t memory() const noexcept;

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
  };
  explicit KeyDatabase(sqlite3* connection) noexcept : connection_(connection) {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::size_t tables_ = 0;
};

}  // namespace millrace::subset
