// Inserter: rows of pages into one table, by one statement that is prepared once.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include <millrace/subset/page.h>

#include "subset/session.h"
#include "subset/sqlite/connection.h"

namespace millrace::subset {

/// Thread: as the connection, which outlives it.
class Inserter {
 public:
  /// Errors    SQLite's; Errc::invalid_argument: no columns, or Insertion::Existing::update without a key.
  [[nodiscard]] static Result<Inserter> make(SqliteConnection& connection, Insertion insertion);

  /// Rows before the one that fails are there; whoever does not want that has a transaction.
  /// Errors    SQLite's, with `table` and, where it says, `column`; Errc::invalid_argument: a NaN, another number of columns; Errc::aborted.
  template <typename Stopped>
  [[nodiscard]] Result<void> insert(const Page& page, const Stopped& stopped) {
    if (page.columns() != insertion_.columns.size()) return fail(other_columns(page));
    const Result<void> done = [&]() -> Result<void> {
      for (std::size_t row = 0; row < page.rows(); ++row) {
        if (stopped()) return fail(Errc::aborted, "sqlite: the insertion was ended");
        if (Result<void> inserted = insert_row(page, row); !inserted) return inserted;
      }
      return {};
    }();
    statement_.forget_values();  // the page may go
    return done;
  }
  /// Rows that are new or changed.
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }

 private:
  Inserter(SqliteStatement statement, Insertion insertion) : statement_(std::move(statement)), insertion_(std::move(insertion)) {}
  [[nodiscard]] Result<void> insert_row(const Page& page, std::size_t row);
  [[nodiscard]] Error other_columns(const Page& page) const;
  [[nodiscard]] Error about(Error error) const;

  SqliteStatement statement_;
  Insertion insertion_;
  std::uint64_t taken_ = 0;
};

}  // namespace millrace::subset
