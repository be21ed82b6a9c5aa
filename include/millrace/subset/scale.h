// One copy by several workers, on one machine or many.
#pragma once

#include <chrono>
#include <string>

#include <millrace/clock.h>
#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/subset/copy.h>
#include <millrace/subset/report.h>

namespace millrace::subset {

struct SharedOptions {
  /// For people, in errors and in the coordinator's tables: "db3:4711". At most kWorkerNameMax bytes.
  std::string worker;
  /// How long a worker may be silent before others do its work. Heart-beats come three times as often. From kLeaseMin to kLeaseMax.
  Duration lease = std::chrono::seconds(30);
  /// How long to wait for the worker that finds out which rows there are; as long as it lives, it may take its time up to here.
  Duration leader_wait = std::chrono::hours(6);
};
inline constexpr std::size_t kWorkerNameMax = 200;
inline constexpr Duration kLeaseMin = std::chrono::milliseconds(500);
inline constexpr Duration kLeaseMax = std::chrono::hours(1);
inline constexpr std::size_t kSharedUnitsMax = 1'000'000;  ///< of one job; more is Errc::full, and greater pages are the answer
inline constexpr unsigned kUnitAttemptsMax = 10;           ///< how often a unit is begun; then the workers end with Errc::full
inline constexpr unsigned kStartsMax =
    20;  ///< how often a worker whose lease ran out begins anew; then it ends with Errc::timed_out

/// copy(), as one of the workers that were given the same job. Job::coordinator names the PostgreSQL database through which they share it, in three tables of their own
/// (millrace_shared_jobs, millrace_shared_keys, millrace_shared_units).
/// Effect    the target gets what copy() would have put there; numbers that the target makes may be others. It settles when the whole job is done, whoever did it.
/// Units     a page of keys of one table; tables that refer to each other in circles, or to themselves, are one unit together. A unit is one transaction of the target.
///           Units of tables that do not depend on each other are worked on at once; a table's begin when all tables it refers to are complete.
/// Once      a unit's rows and its entry in the target's ledger are committed together, and the ledger takes an entry once. So whatever a worker does that was thought
///           dead, no row is written twice and none is left out.
/// Crash     killing any worker at any moment loses nothing: when its lease is over, another takes its unit. With all of them killed, starting any of them again goes on.
/// Moment    workers on a source of PostgreSQL read the moment that the first one saw, as long as that one lives; those that come later, and all on other databases, read
///           what is there when they begin, and the report warns of it. Tables without a key cannot be shared then: Errc::unsupported.
/// Report    rows, bytes and pages are this worker's; TableReport::earlier is what others wrote, checksums and keys are the job's.
/// Errors    copy()'s, and
///           Errc::invalid_argument  no coordinator, a worker's name or a lease beyond the limits, another setting than the other workers', a target that was emptied
///           while the coordinator still knows of the job, or a job that was begun without a coordinator.
///           Errc::unsupported       the coordinator is no PostgreSQL; the target is a file: several machines cannot write one.
///           Errc::timed_out         leader_wait, kStartsMax. Errc::full: kSharedUnitsMax, kUnitAttemptsMax with the table and page.
///           A worker that fails gives its unit back, and the others try it.
/// Cost      beside copy()'s: two connections to the coordinator; one statement of it for each unit, two for taking and telling; keys of tables whose numbers are mapped are
///           read once by each worker that needs them.
/// Thread    loop thread; nothing of it blocks the loop.
[[nodiscard]] Promise<Report> copy_shared(Loop& loop, CopyOptions options, SharedOptions shared);

}  // namespace millrace::subset
