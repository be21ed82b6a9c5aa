#include "subset/sqlite/key_table.h"

#include <string>

#include "subset/session.h"

namespace millrace::subset {

Result<void> KeyTable::make(SqliteConnection& connection, std::size_t columns) {
  forget();
  std::string names, values;
  for (std::size_t i = 0; i < columns; ++i) {
    names += (i == 0 ? "k" : ", k") + std::to_string(i);
    values += i == 0 ? "?" : ", ?";
  }
  if (const auto done = connection.run("DROP TABLE IF EXISTS temp.millrace_keys; CREATE TEMP TABLE millrace_keys (" + names + ")");
      !done)
    return fail(done.error());
  Result<SqliteStatement> insert = connection.prepare("INSERT INTO temp.millrace_keys VALUES (" + values + ")");
  if (!insert) return fail(insert.error());
  insert_ = *std::move(insert);
  columns_ = columns;
  return {};
}

Result<void> KeyTable::refill(SqliteConnection& connection, const Page& keys) {
  // An error that made SQLite roll back took the table along, if it was made in that transaction: then it is made anew.
  if (columns_ != keys.columns() || !connection.run("DELETE FROM temp.millrace_keys"))
    if (const Result<void> made = make(connection, keys.columns()); !made) return made;
  for (std::size_t row = 0; row < keys.rows(); ++row) {
    for (std::size_t column = 0; column < keys.columns(); ++column)
      if (!insert_->bind(static_cast<int>(column) + 1, keys.at(row, column))) return fail(insert_->error());
    const Result<bool> done = insert_->step();
    insert_->reset();
    if (!done) return fail(done.error());
  }
  insert_->forget_values();
  return {};
}

Result<void> KeyTable::fill(SqliteConnection& connection, const Page& keys) {
  if (keys.columns() == 0) return fail(Errc::invalid_argument, "sqlite: keys without columns");
  if (keys.rows() > Session::kKeysMax)
    return fail(Error(Errc::full, "sqlite: too many keys for one query").with("limit", "Session::kKeysMax"));
  // One transaction for all of them.
  const bool own = connection.idle();
  if (own)
    if (const auto begun = connection.run("BEGIN"); !begun) return fail(begun.error());
  const Result<void> filled = refill(connection, keys);
  if (!own) {
    if (!filled) forget();
    return filled;
  }
  if (filled)
    if (const auto committed = connection.run("COMMIT"); committed) return {};
  forget();
  if (!connection.idle()) static_cast<void>(connection.run("ROLLBACK"));
  return filled ? fail(Errc::invalid_argument, "sqlite: the keys could not be kept") : filled;
}

}  // namespace millrace::subset
