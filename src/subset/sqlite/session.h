// A Session with an SQLite database.
#pragma once

#include <memory>
#include <string>

#include <millrace/clock.h>
#include <millrace/loop.h>
#include <millrace/promise.h>

#include "subset/session.h"

namespace millrace::subset {

struct SqliteOptions {
  std::string path;
  bool writable = false;
  /// Makes the file when there is none. Only with `writable`.
  bool create = false;
  /// How long another connection that holds the database is waited for, at each step; then Errc::timed_out.
  Duration busy_limit = std::chrono::seconds(5);
};

/// Opens the file and looks whether it is a database.
/// Reading     a session that is not writable changes nothing in the file. Keys of a Query go to a temporary table, temp.millrace_keys.
/// Writing     foreign keys are enforced. `PRAGMA defer_foreign_keys = ON` after begin() has them checked by commit(). How the file is written (journal_mode, synchronous) stays as
///             the file has it. A commit() that fails rolls back, and its error says which foreign key it was, where that is found within kLookMax.
/// Fields      a NaN cannot be written, since SQLite makes NULL of it: Errc::invalid_argument with `column`.
/// Snapshots   begin_snapshot() takes none of another session, and export_snapshot() gives none.
/// Rows        while they are open every other call is refused with Errc::invalid_argument.
/// Numbers     reserve_ids() and advance_ids() are for the column that is the row's number. With AUTOINCREMENT the reservation is noted in a transaction of its own; without it
///             the first is the one after the greatest there is, and nothing is noted. Errc::full: there are not so many numbers left.
/// Errors      have `path` beside what session.h says, `code` ("SQLITE_BUSY") and `sqlite_code`; literals in `sql` are question marks.
///             Opening: Errc::not_found: there is no such file; std::errc::permission_denied: it cannot be written; Errc::invalid_argument: it is no database, or damaged.
/// Thread      one of its own for each session, named "sqlite-1": all of SQLite happens there but the end, and the interruption by cancel().
/// The end     the destructor interrupts what is under way, waits for it, and closes the connection, which rolls back. Pages that calls under way were given are not touched
///             any more when it returns, nor when the loop has closed.
/// Lifetime    Rows may outlive the session, and give Errc::closed then.
[[nodiscard]] Promise<std::unique_ptr<Session>> open_sqlite(Loop& loop, SqliteOptions options);

}  // namespace millrace::subset
