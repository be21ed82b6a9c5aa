// An insertion: pages as statements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "subset/mariadb/connection.h"
#include "subset/session.h"

namespace millrace::subset::mariadb {

/// Ways
///   LOAD DATA LOCAL, a statement for each page, from memory. For Existing::error, where server and columns allow it. It is forgiving by itself: what is wrong
///   becomes a warning. So it counts only when the server says that it took every row and had nothing to warn of; else it is taken back (by a savepoint) and the page
///   goes the other way, which says exactly what is wrong.
///   INSERT of many rows, of about kStatementBytes each and never longer than max_allowed_packet. A page may be several statements.
/// What the server would change to make it fit (a text cut off, a decimal rounded) is an error in both. Not so fractions of a second beyond those of a column, which it cuts off
/// without a word.
/// Outside of a transaction a page has one of its own: of a page that fails nothing stays (in tables of engines that have transactions).
class InsertionRun {
 public:
  static constexpr std::size_t kStatementBytes = std::size_t{1} << 20;

  /// Errors: Errc::invalid_argument: no columns, or no key for skip and update.
  InsertionRun(std::shared_ptr<Connection> connection, Insertion insertion);
  [[nodiscard]] Lazy<void> insert(const Page& page);
  /// New rows, and for Existing::update changed ones.
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
  /// Statements that were LOAD DATA and stood: for tests and figures.
  [[nodiscard]] std::uint64_t loaded() const noexcept { return loaded_; }

 private:
  [[nodiscard]] bool may_load(const Page& page, std::vector<bool>& hex) const;
  [[nodiscard]] Lazy<void> put(const Page& page);
  [[nodiscard]] Lazy<bool> load(const Page& page, std::vector<bool> hex);
  [[nodiscard]] Lazy<void> insert_rows(const Page& page);
  [[nodiscard]] Lazy<void> send_rows(std::string sql, std::size_t rows);
  [[nodiscard]] Lazy<void> check_warnings();

  std::shared_ptr<Connection> connection_;
  Insertion insertion_;
  std::string head_;  ///< "INSERT INTO t (a, b) VALUES "
  std::string tail_;  ///< " ON DUPLICATE KEY UPDATE ..."
  bool lines_ = false;
  std::uint64_t taken_ = 0;
  std::uint64_t loaded_ = 0;
};

}  // namespace millrace::subset::mariadb
