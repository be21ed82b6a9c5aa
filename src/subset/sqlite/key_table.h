// temp.millrace_keys (k0, k1, ...): where the keys of a Query stand.
#pragma once

#include <cstddef>
#include <optional>

#include <millrace/subset/page.h>

#include "subset/sqlite/connection.h"

namespace millrace::subset {

/// One for a connection; works on one that only reads, too. Its columns have no type, so that a key is compared as the column that it is compared with has it.
class KeyTable {
 public:
  /// Makes the table where it is not there with as many columns, and has it hold the rows of `keys` in their order, and nothing else.
  /// Errors    SQLite's; Errc::full: more than Session::kKeysMax. Then what it holds is not said.
  [[nodiscard]] Result<void> fill(SqliteConnection& connection, const Page& keys);
  /// It may be gone, by a rollback; or the connection is to be closed.
  void forget() noexcept {
    columns_ = 0;
    insert_.reset();
  }

 private:
  [[nodiscard]] Result<void> refill(SqliteConnection& connection, const Page& keys);
  [[nodiscard]] Result<void> make(SqliteConnection& connection, std::size_t columns);

  std::size_t columns_ = 0;  ///< zero: nobody knows whether it is there
  std::optional<SqliteStatement> insert_{};
};

}  // namespace millrace::subset
