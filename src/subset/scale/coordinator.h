// Coordinator: what workers that share a job tell each other, in three tables of a PostgreSQL database.
//
//   millrace_shared_jobs    one row for each job. phase: preparing -> copying -> finishing -> done. `leader` has the lease of the job itself: for preparing, later for
//                           finishing. Nobody has it while units are copied.
//   millrace_shared_keys    the keys of every table, page by page, with the first of the numbers that they get in the target. Written once, by the leader.
//                           Pages before the first, -1, -2, ...: of the table's first, second, ... foreign key, fields that refer to no row of the source.
//   millrace_shared_units   what is to be done. state: open -> leased -> done, and leased -> open when a worker gives it back. One whose lease is over is as good as open.
//
// Leases are measured by the server's clock alone: machines need not agree on the time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <millrace/async.h>

#include "subset/session.h"

namespace millrace::subset {

enum class SharedPhase : std::uint8_t { preparing, copying, finishing, done };

struct SharedJob {
  SharedPhase phase = SharedPhase::preparing;
  std::string settings{};                 ///< of the worker that came first
  std::optional<std::string> snapshot{};  ///< of the source, as the leader exported it
  std::string dangling{};                 ///< done: rows without a parent, for each key of the target: "0,3"
};

struct SharedUnit {
  std::uint64_t unit = 0;
  std::string table{};
  std::optional<std::uint64_t> page{};  ///< nothing: all of the table, and of those it forms circles with
  unsigned attempts = 0;                ///< this one included
  std::string before{};                 ///< the token of who had it and was silent for too long; empty: nobody
  std::string failure{};                ///< of the attempt before
};

/// Keys as encode_keys() has them.
struct SharedKeys {
  std::string keys{};
  std::uint64_t count = 0;
  std::optional<std::int64_t> id_first{};
  std::string missing{};  ///< of these, what the source did not have; once the unit is done
};

/// Missing keys of one page, to be told with done().
struct SharedMissing {
  std::string table;
  std::uint64_t page;
  std::string keys;
};

struct CoordinatorOptions {
  std::string job;     ///< its name for good
  std::string worker;  ///< for people
  std::string token;   ///< of this worker and start; no other has it
  Duration lease;
};

/// Thread    loop thread; one call at a time. Lifetime: the session outlives it.
class Coordinator {
 public:
  Coordinator(Session& session, CoordinatorOptions options) : session_(session), options_(std::move(options)) {}
  [[nodiscard]] Loop& loop() const noexcept { return session_.loop(); }

  /// Makes the tables where they are missing.
  Async<void> make();
  /// The job, which is begun when nobody did before.
  Async<SharedJob> join(std::string settings, std::string about);

  /// Takes the lease of the job, if nobody has it and it is in `phase`: preparing, or finishing, to which it moves from copying. The token of who had it and was silent
  /// for too long, empty when nobody did; nothing: it is another's.
  Async<std::optional<std::string>> lead(SharedPhase phase);
  Async<void> stop_leading();
  /// In one transaction, which fails with Errc::timed_out when the lease is another's by now. Then copying begins.
  Async<void> begin_units();
  Async<void> add_keys(std::string table, std::uint64_t page, SharedKeys keys);
  Async<void> add_unit(std::uint64_t unit, std::size_t level, std::string table, std::optional<std::uint64_t> page);
  Async<void> commit_units(std::optional<std::string> snapshot);
  /// The job is done. Its keys are of no more use and go.
  Async<void> finished(std::string dangling);

  /// A unit of the lowest level that is not complete; nothing: all of these are in work, or all are done.
  Async<std::optional<SharedUnit>> claim();
  Async<void> done(std::uint64_t unit, std::vector<SharedMissing> missing);
  /// Back to the others, if it is still ours.
  Async<void> give_back(std::uint64_t unit, std::string failure);
  /// Whether a lease is still ours; renews it.
  Async<bool> has(std::string beat);
  /// Units that are not done.
  Async<std::uint64_t> left();
  /// How many pages of how many keys there are, for each table that has some: units of one page each, and keys of the table.
  struct Extent {
    std::string table{};
    std::uint64_t page_units = 0;
    std::uint64_t keys = 0;
  };
  Async<std::vector<Extent>> extents();
  Async<SharedKeys> keys(std::string table, std::uint64_t page);
  /// Nothing behind the last.
  Async<std::optional<SharedKeys>> keys_if(std::string table, std::uint64_t page);

  /// Between begin_units() and commit_units(). `reference`: the place of a foreign key among those of the table; `fields` as encode_keys() has them.
  Async<void> add_absent(std::string table, std::size_t reference, std::string fields);
  /// Empty where none was added.
  Async<std::string> absent(std::string table, std::size_t reference);

  /// Statements that renew a lease, for HeartBeat.
  [[nodiscard]] std::string unit_beat(std::uint64_t unit) const;
  [[nodiscard]] std::string job_beat() const;

 private:
  [[nodiscard]] std::string of_job() const;  ///< job = '...'
  [[nodiscard]] std::string until() const;   ///< the moment at which a lease ends that begins now

  Session& session_;
  CoordinatorOptions options_;
};

}  // namespace millrace::subset
