// FileJob: what a target of files does, call by call, on whatever thread.
//
//   opened -> recovered -> (begun -> recovered)... -> finished
//
// begin() moves to begun, commit() and rollback() back. A job whose ledger says so is finished from the start.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

#include "subset/files/file_format.h"
#include "subset/files/file_store.h"
#include "subset/files/file_target.h"

namespace millrace::subset {

class SqlScript;

/// Thread    one at a time, but cancel(). Calls block, errors are those of make_file_target().
class FileJob {
 public:
  explicit FileJob(FileOptions options);
  FileJob(const FileJob&) = delete;
  FileJob& operator=(const FileJob&) = delete;
  /// Cuts off what is not committed.
  ~FileJob();

  /// Fills in the columns and thinks out everything; touches no file.
  [[nodiscard]] Result<void> plan(std::string identity, std::vector<TargetTable>& tables, const std::vector<TargetKey>& keys);
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<std::vector<LedgerEntry>> entries();
  [[nodiscard]] Result<void> begin(bool checks_later);
  [[nodiscard]] Result<std::int64_t> reserve_ids(std::size_t table, std::uint64_t count);
  [[nodiscard]] Result<void> begin_table(std::size_t table);
  [[nodiscard]] Result<void> write(const Page& page);
  [[nodiscard]] std::uint64_t end_table() noexcept;
  void note(LedgerEntry entry);
  [[nodiscard]] Result<void> patch(std::size_t table, const ColumnList& key, const ColumnList& columns, const Page& page);
  [[nodiscard]] Result<void> commit();
  [[nodiscard]] Result<void> rollback();
  [[nodiscard]] Result<void> finish();
  /// Thread: any.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }  // nothing else is handed over with it

 private:
  [[nodiscard]] std::size_t file_of(std::size_t table) const noexcept { return options_.kind == FileKind::sql ? 0 : table; }
  [[nodiscard]] Result<void> open_for_rows(std::size_t table);
  [[nodiscard]] Result<void> going_on() const;

  FileOptions options_;
  FileCalls system_;
  std::unique_ptr<FileFormat> format_;
  SqlScript* script_ = nullptr;  ///< the format, when it is one
  LedgerHeader header_;
  FileStore::Place place_;
  std::vector<TargetTable> tables_;
  std::optional<FileStore> store_;
  std::vector<LedgerEntry> noted_;
  std::vector<std::int64_t> next_id_, committed_id_;  ///< of each table
  std::optional<std::size_t> table_;                  ///< between begin_table() and end_table()
  std::uint64_t rows_ = 0;
  bool begun_ = false;
  bool checks_later_ = false;
  bool finished_ = false;
  std::atomic<bool> cancelled_{false};
};

}  // namespace millrace::subset
