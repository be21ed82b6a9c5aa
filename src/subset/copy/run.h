// CopyRun: one run of a job, from the first statement to the report.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <millrace/async.h>
#include <millrace/subset/copy.h>

#include "subset/copy/closure.h"
#include "subset/copy/observation.h"
#include "subset/copy/read_ahead.h"
#include "subset/copy/row_mapper.h"
#include "subset/copy/table_reader.h"
#include "subset/session.h"
#include "subset/target.h"

namespace millrace::subset {

/// What a job is called for good: the same job over the same tables has the same name, and finds its ledger by it. "<what is asked for>-<what the tables are>", in hexadecimal digits.
[[nodiscard]] std::string job_identity(const Plan& plan, const std::string& source, const std::string& target);

/// Made and run once, on the loop's thread. Lives until run() has settled. Its steps are there for runs that share a job, too: scale/shared_run.h.
class CopyRun {
 public:
  CopyRun(Loop& loop, CopyOptions options);
  CopyRun(const CopyRun&) = delete;
  CopyRun& operator=(const CopyRun&) = delete;
  virtual ~CopyRun() = default;
  [[nodiscard]] Loop& loop() const noexcept { return loop_; }
  [[nodiscard]] Async<Report> run();

 protected:
  struct OfTable {
    std::size_t slot = 0;            ///< in targets_, progress_.tables and report_.tables
    const KeySet* keys = nullptr;    ///< of all its rows that belong to the job; once they are resolved; null: it is streamed
    std::uint64_t rows = 0;          ///< of a table that is streamed: all it has
    std::unique_ptr<KeySet> done{};  ///< copied by earlier runs; null: none
    std::uint64_t pages = 0;         ///< noted so far
    bool complete = false;           ///< says the ledger
  };

  Async<void> connect();
  void make_transformers();
  /// Connects, and knows then what the job is called.
  Async<void> open_target();
  Async<void> prepare_target();
  Async<void> read_ledger();
  Async<void> resolve();
  Async<void> copy_component(const Component& component);
  /// `behind`: the table that comes next, whose first page is read while the last of this one is written.
  Async<void> copy_by_pages(std::size_t table, std::optional<std::size_t> behind);
  [[nodiscard]] std::optional<std::size_t> table_behind(const Component& component) const;
  Async<void> copy_together(const Component& component);
  Async<void> write_whole(std::size_t table, const std::vector<std::size_t>& null_first, std::vector<LedgerEntry>& entries);
  Async<void> patch(std::size_t foreign_key, ColumnList columns);
  [[nodiscard]] std::unique_ptr<ReadAhead> read_ahead(std::size_t table, ColumnList columns, const KeySet* done);
  template <typename Use>
  Async<void> each_page_of(ReadAhead& ahead, std::size_t table, const Use& use);
  template <typename Use>
  Async<void> each_page(std::size_t table, ColumnList columns, const KeySet* done, const Use& use);
  Async<void> number(std::size_t table);
  Async<void> shape(std::size_t table, const RowMapper& mapper, const ColumnList& columns, ReadPage& page);
  Async<void> verify();
  void take_dangling(const std::vector<std::uint64_t>& dangling);
  /// Throws when what was written must not be committed.
  virtual void may_commit() { options_.signal.throw_if_aborted(); }
  /// The table of that name, whose rows are copied. `who`, for the error when there is none: "the ledger has rows".
  [[nodiscard]] std::size_t place_of(const std::string& table, const std::string& who) const;
  /// An empty set for keys of the table, and keys out of what encode_keys() made.
  [[nodiscard]] std::unique_ptr<KeySet> make_set(std::size_t table) const;
  [[nodiscard]] Page decoded(std::size_t table, std::string_view keys) const;
  void take_missing(std::size_t table, const Page& missing);
  Async<void> find_missing(std::size_t table);
  /// What the closure found of references whose fields the source has no row for.
  Async<void> take_absent();
  Async<void> refuse_absent(std::size_t table);
  void recall_missing(std::size_t table, bool together);
  [[nodiscard]] std::vector<LedgerEntry> entries_of(std::size_t table, const ReadPage& page, std::uint64_t rows);
  [[nodiscard]] Error in_table(std::size_t table, Error error) const;
  [[nodiscard]] bool is_written(std::size_t foreign_key) const;
  [[nodiscard]] TargetKey target_key(std::size_t foreign_key) const;
  void count(std::size_t table, const LedgerEntry& entry, bool last, std::uint64_t read, std::uint64_t fresh);
  void enter(Phase phase);
  void enter_table(std::size_t slot);
  void tell(bool surely);

  Loop& loop_;
  CopyOptions options_;
  CopyObservation observed_;
  Plan plan_{};
  Report report_{};
  Progress progress_{};
  std::unique_ptr<KeyStore> store_{};
  std::unique_ptr<Session> source_{};
  std::unique_ptr<Target> target_{};
  std::unique_ptr<Closure> closure_{};
  std::unique_ptr<ReadAhead> behind_{};  ///< of the table that comes next, once the last page of the one before is there
  std::vector<std::shared_ptr<Transformer>> transformers_{};
  std::vector<OfTable> tables_{};       ///< as Schema::tables
  std::vector<TargetTable> targets_{};  ///< in the order in which they are filled
  std::vector<TargetKey> target_keys_{};
  std::string identity_{};  ///< the job's, of open_target()
  Mapping mapping_{};
  Instant started_{}, phase_started_{}, told_{}, table_since_{};
  std::optional<Instant> copying_since_{};
};

}  // namespace millrace::subset
