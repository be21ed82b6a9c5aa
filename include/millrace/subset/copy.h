// Copying a referentially complete part of a database.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <millrace/abort.h>
#include <millrace/loop.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/trace.h>
#include <millrace/promise.h>
#include <millrace/subset/job.h>
#include <millrace/subset/plan.h>
#include <millrace/subset/report.h>
#include <millrace/subset/transform.h>

namespace millrace::subset {

struct CopyOptions {
  Job job;
  /// Go on where an earlier run of the same job stopped.
  bool resume = false;
  /// Makes what changes rows on their way, once the plan is made: called with each page, in order, before keys are mapped. Masks of the job come first. Empty: nothing.
  std::function<Result<std::vector<std::shared_ptr<Transformer>>>(const Plan&)> transformers{};
  /// What the mask `redact` asks; outlives the copy. Null: a rule with it is an error.
  const observe::Redactor* redactor = nullptr;
  /// Compares fields, and not only the numbers of rows, of tables that have no rows but the job's: the target's tables are read once more. Where the target is of the source's kind.
  bool verify = false;
  /// Counts rows, bytes and pages of each table, times the stages of pages, and shows what is left; docs/subset-observation.md lists all. Outlives the copy. Null: nothing is counted.
  observe::MetricsRegistry* metrics = nullptr;
  /// Makes spans of the job, its phases, tables and pages, below the span of the context that copy() is called in. Outlives the copy. Null: there are none.
  observe::Tracer* tracer = nullptr;
  AbortSignal signal{};
  /// On the loop's thread, at each change and at most kProgressPerSecond times a second, and once at the end.
  std::function<void(const Progress&)> on_progress{};
  /// Keys that do not fit into `memory_max` bytes go to a file in this folder; empty: the system's for temporary files.
  std::string folder{};
  std::size_t keys_memory_max = std::size_t{24} << 20;
};
inline constexpr int kProgressPerSecond = 20;

/// Reads what the source says of its tables and plans the job; writes nothing.
/// Errors    make_plan()'s; what the database says. Thread: loop thread.
[[nodiscard]] Promise<Plan> plan_job(Loop& loop, Job job, AbortSignal signal);

/// Copies.
/// Source    is read in one transaction that sees one moment, and nothing is written to it.
/// Target    gets pages of rows, each page with its entry in the ledger (tables millrace_jobs and millrace_pages) in one transaction; tables that refer to each other in circles,
///           or to themselves, are one transaction together. So whatever stops it, what is there is complete up to a page, and a run with `resume` goes on behind it.
/// Again     a job that is complete is left alone: the report says already_complete, with the keys looked at again.
/// Order     tables: parents before children. Rows: by key.
/// Memory    two pages, the server's answer to one statement in pieces, and the sets of keys; see Job::page_rows, Job::page_bytes, keys_memory_max.
/// Errors    with `table`, and `key` where it is one row's, in the context. An error leaves the source as it was, and the target as of the last commit.
/// Thread    loop thread; nothing of it blocks the loop.
[[nodiscard]] Promise<Report> copy(Loop& loop, CopyOptions options);

}  // namespace millrace::subset
