// The ledger: what a target database knows of the jobs that went into it, in two tables of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/async.h>

#include "subset/session.h"
#include "subset/target.h"

namespace millrace::subset {

inline constexpr std::string_view kLedgerJobs = "millrace_jobs";
inline constexpr std::string_view kLedgerPages = "millrace_pages";
inline constexpr std::string_view kSharedPrefix = "millrace_shared_";  ///< of a coordinator's tables
inline constexpr std::string_view kSharedEnding = "-shared";           ///< of the names of jobs that have one

/// A schema without these tables, for planning: they are nobody's data.
[[nodiscard]] Schema without_ledger(Schema schema);

/// Thread    loop thread. Lifetime: the session outlives it.
class Ledger {
 public:
  explicit Ledger(Session& session) : session_(session) {}
  [[nodiscard]] Loop& loop() const noexcept { return session_.loop(); }

  /// Makes the tables where they are missing. Outside of a transaction.
  Async<void> make();
  /// Whether the job is known. One that asks for the same over other tables is Errc::invalid_argument: they were changed in between.
  Async<bool> knows(std::string identity);
  /// Inside a transaction.
  /// `after_rows`  statements that are to be run when all rows are there: whoever finishes the job may be another run than the one that made the tables.
  /// `own`  tables that have no rows but the job's.
  Async<void> add_job(std::string identity, std::string about, std::vector<std::string> after_rows, std::vector<std::string> own);
  Async<std::vector<std::string>> own_tables(std::string identity);
  Async<void> forget_job(std::string identity);
  Async<std::vector<std::string>> after_rows(std::string identity);
  Async<void> finish_job(std::string identity);
  Async<bool> finished(std::string identity);
  Async<void> note(std::string identity, LedgerEntry entry);
  Async<std::vector<LedgerEntry>> entries(std::string identity);
  /// The keys of one page; nothing: it is not noted.
  Async<std::optional<std::string>> page_keys(std::string identity, std::string table, std::uint64_t page);
  /// How many pages are noted, for each table, with the rows, bytes and checksums of all of them: one entry each, without keys, whose `page` is their number.
  Async<std::vector<LedgerEntry>> totals(std::string identity);

 private:
  Async<std::vector<std::string>> list(std::string sql);
  [[nodiscard]] std::string text(std::string_view value) const;

  Session& session_;
};

}  // namespace millrace::subset
