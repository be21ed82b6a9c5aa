// Target: where rows of a job go. A database, or files. The copy talks to this; what a transaction or a file is, the target knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <millrace/promise.h>
#include <millrace/subset/job.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

/// What the target has noted of a job, for each page that is there for good. Committed with the page.
struct LedgerEntry {
  std::string table;       ///< TableName::to_string() of the source's
  std::uint64_t page = 0;  ///< from 0, for each table
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::string keys{};  ///< of the rows' source, as encode_keys() has them
  std::optional<std::int64_t>
      id_base{};               ///< the first of the new numbers that these rows got, consecutive in the order of the keys
  std::uint64_t checksum = 0;  ///< of what was written
  bool last = false;           ///< the table is complete
};

/// One table of a job as the target sees it.
struct TargetTable {
  Table source;                   ///< the source's, with the columns that are copied only
  TableName name;                 ///< the target's
  std::vector<Column> columns{};  ///< the target's, in the order of source.columns; what opened the target filled it in
  bool created = false;
  bool truncate = false;  ///< what is in it goes before the first row comes
  bool empty = false;     ///< nothing goes in: made where it is missing, else left alone
};

/// A foreign key among the tables of a job, by places in the list of TargetTable.
struct TargetKey {
  std::string name{};
  std::size_t child;
  ColumnList columns;
  std::size_t parent;
  ColumnList parent_columns;
};

/// Calls come one after the other, each after the promise of the one before has settled, in the order
///   prepare, entries, { [reserve_ids...], begin, { begin_table, write..., end_table, note... }, [patch...], commit }, finish, dangling
/// and, after any error, rollback() or the destructor.
/// Thread    loop thread. Nothing of it blocks the loop.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  /// Which database it is, and nothing for files: what deferred keys need is the database's matter.
  [[nodiscard]] virtual std::optional<Dialect> dialect() const noexcept = 0;

  /// Whether rows have to come after those they refer to. Files without keys do not care.
  [[nodiscard]] virtual bool checks_keys() const noexcept { return dialect().has_value(); }
  /// Which columns of the child have to be NULL until the parent's rows are there, and are set by patch() then. None where begin() can put the check off. After prepare().
  [[nodiscard]] virtual ColumnList null_first(const TargetKey& /*key*/) const { return {}; }

  /// Looks at the target, makes what is missing there (where the job says so), and fills in `tables`. `identity` names the job for good: the same text finds its ledger again.
  /// Errors    Errc::invalid_argument: a table or a column that is not there, types that do not fit, each named, all in one error.
  [[nodiscard]] virtual Promise<void> prepare(std::string identity, std::vector<TargetTable>& tables,
                                              const std::vector<TargetKey>& keys) = 0;
  /// What earlier runs of the job have noted, by table and page.
  [[nodiscard]] virtual Promise<std::vector<LedgerEntry>> entries() = 0;

  /// Opens what commit() closes. `checks_later`: foreign keys among `tables` (places) are checked by commit(), not before.
  [[nodiscard]] virtual Promise<void> begin(std::vector<std::size_t> tables, bool checks_later) = 0;
  [[nodiscard]] virtual Promise<std::int64_t> reserve_ids(std::size_t table, std::size_t column, std::uint64_t count) = 0;
  [[nodiscard]] virtual Promise<void> begin_table(std::size_t table) = 0;
  /// Columns as in TargetTable. The page lives until the promise settles.
  [[nodiscard]] virtual Promise<void> write(const Page& page) = 0;
  /// How many rows are new or changed.
  [[nodiscard]] virtual Promise<std::uint64_t> end_table() = 0;
  [[nodiscard]] virtual Promise<void> note(LedgerEntry entry) = 0;
  /// Sets `columns` of rows of `table` that are there: `page` has the fields of `key` first and those of `columns` behind them.
  [[nodiscard]] virtual Promise<void> patch(std::size_t table, ColumnList key, ColumnList columns, const Page& page) = 0;
  [[nodiscard]] virtual Promise<void> commit() = 0;
  [[nodiscard]] virtual Promise<void> rollback() = 0;

  /// All tables are complete: what is to be built after the rows is built, the numbers that the database gives next are beyond all. Nothing where an earlier run did it.
  [[nodiscard]] virtual Promise<void> finish() = 0;
  /// What is in a table in the end, when all that is in it must be the job's: one that the job has made or emptied. Nothing for others, and for files.
  /// `checksum`  false: rows are counted only, and the checksum is 0.
  struct Contents {
    std::uint64_t rows = 0;
    std::optional<std::uint64_t>
        checksum{};  ///< as LedgerEntry has it; nothing where the target gives fields back otherwise than the source (other kinds of databases, other types)
  };
  [[nodiscard]] virtual Promise<std::optional<Contents>> contents(std::size_t table, bool checksum) = 0;
  /// Rows of `keys` whose parent is not there, for each key; over whole tables. Files: what was written.
  [[nodiscard]] virtual Promise<std::vector<std::uint64_t>> dangling(const std::vector<TargetKey>& keys) = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace millrace::subset
