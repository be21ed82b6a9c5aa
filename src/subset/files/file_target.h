// A Target that is files: CSV or JSON lines, one for each table in a folder, or one SQL script.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/loop.h>
#include <millrace/result.h>
#include <millrace/subset/job.h>
#include <millrace/subset/schema.h>

#include "subset/target.h"

namespace millrace::subset {

enum class FileKind : std::uint8_t { csv, json_lines, sql };
[[nodiscard]] std::string_view to_string(FileKind kind) noexcept;

/// The calls by which files change, as the system has them, errno included. A test refuses them, or ends in the midst of one.
/// Thread    the target's worker, and the loop thread in the target's destructor; never two at once.
class FileCalls {
 public:
  FileCalls() = default;
  FileCalls(const FileCalls&) = delete;
  FileCalls& operator=(const FileCalls&) = delete;
  virtual ~FileCalls() = default;
  [[nodiscard]] virtual ssize_t write_at(int fd, std::string_view text, std::uint64_t offset);
  [[nodiscard]] virtual int sync(int fd);         ///< fdatasync
  [[nodiscard]] virtual int sync_folder(int fd);  ///< fsync: its names
  [[nodiscard]] virtual int truncate(int fd, std::uint64_t size);
};

/// What a script has before and behind the rows, without the semicolons at their ends: CREATE TABLE there, indexes and keys here.
struct ScriptParts {
  std::vector<std::string> prologue{};
  std::vector<std::string> epilogue{};
};

struct FileOptions {
  FileKind kind = FileKind::csv;
  /// csv, json_lines: a folder, which is made when it is missing. sql: a file. What is made is the owner's alone (0700, 0600), as it holds somebody's rows.
  std::string path;
  Dialect source = Dialect::sqlite;
  std::optional<Dialect> dialect{};  ///< sql: of the script; else the source's
  /// sql: the script begins with what `statements` makes. It is called by prepare(), on the loop thread, and may fill in TargetTable::columns.
  bool create = false;
  std::function<Result<ScriptParts>(std::vector<TargetTable>&, const std::vector<TargetKey>&)> statements{};
  ExistingRows existing = ExistingRows::error;  ///< sql: what its INSERTs say
  FileCalls* calls = nullptr;                   ///< null: the system's. Outlives the target
};

/// Files
///   csv         RFC 4180: UTF-8, lines end in CR LF, the first has the columns' names. NULL is an empty field, and an empty text is "". Bytes are \x and hexadecimal
///               digits. Reals are as short as they can be read back; NaN, Infinity, -Infinity. Truth is 1 and 0.
///   json_lines  an object for each row, columns in their order. Whole numbers are numbers with all their digits, however many (readers that make them doubles lose some
///               beyond 2^53), decimals are strings as all that travels as text, reals numbers, or the strings "NaN", "Infinity", "-Infinity". Columns that are
///               boolean have true and false, json columns what they hold, or a string where that is no JSON. Bytes are base64 (RFC 4648).
///   sql         one transaction of INSERTs of at most kScriptRowsMax rows and, unless one row has more, kScriptBytesMax bytes; UPDATEs for patch().
///   A text that is not UTF-8 is Errc::invalid_argument with `table` and `column`; only SQLite's scripts can say it.
/// Names        "schema.table.csv"; what is not a letter of ASCII, a digit, or one of _ . - is written as %2F. file_names.h has the rest.
/// The ledger   is a file beside them, `.millrace-ledger` in the folder or `SCRIPT.millrace-ledger`, and stays: by it a second run knows that the job is done. It is
///              locked while the target lives. commit() makes the files durable, then a line of the ledger; what is behind the last line's sizes is cut off by
///              entries(), rollback(), and the destructor. So whatever ends the process, the files go on where a commit ended.
/// reserve_ids  from 1 for each table, as there are no rows but the job's.
/// patch        sql. Errc::unsupported for others: they need no order of tables, so nothing has to be left out at first.
/// dialect()    the script's, as it will be loaded into such a database; nothing for csv and json_lines.
/// dangling     zeros: nothing is looked at. The copy knows from its sets of keys.
/// end_table    counts the rows that were written; what a script's INSERTs will find, nobody knows yet.
/// Errors       with `path`: what the system says (no space, no permission, ...); Errc::invalid_argument: a folder where a file should be or the other way round, files
///              without a ledger (nothing is overwritten), a ledger of another job, of a newer version, or damaged, files shorter than it says; Errc::full: another
///              process has the ledger, LedgerFile::kBytesMax; Errc::aborted after cancel().
/// Blocking     nothing on the loop thread, where only the destructor waits: for the call that is under way, which it tells to end.
/// Lifetime     when the loop is closed during write() or patch(), the target has to go before the page does.
/// Cost         a thread; the keys of all entries while entries() is on its way; about a MiB of encoded text.
[[nodiscard]] Result<std::unique_ptr<Target>> make_file_target(Loop& loop, FileOptions options);

}  // namespace millrace::subset
