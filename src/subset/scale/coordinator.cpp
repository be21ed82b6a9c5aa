#include "subset/scale/coordinator.h"

#include <array>
#include <utility>

#include "subset/sql.h"

namespace millrace::subset {
namespace {

constexpr std::array<std::string_view, 4> kPhases{"preparing", "copying", "finishing", "done"};
constexpr std::size_t kTablesMax = Schema::kTablesMax;
/// Of advisory locks, which anybody may use for anything: so many bits that nobody meets this one by accident.
constexpr std::string_view kMakingLock = "7236281905512266051";
constexpr std::size_t kFailureMax = 2'000;

constexpr std::string_view kTables =
    "CREATE TABLE IF NOT EXISTS millrace_shared_jobs (job text PRIMARY KEY, about text NOT NULL, settings text NOT NULL, phase "
    "text NOT NULL DEFAULT 'preparing', "
    "leader text, leader_name text, lease_until timestamptz, snapshot text, dangling text NOT NULL DEFAULT '', started timestamptz "
    "NOT NULL DEFAULT now(), "
    "finished timestamptz);"
    "CREATE TABLE IF NOT EXISTS millrace_shared_keys (job text NOT NULL, table_name text NOT NULL, page bigint NOT NULL, key_count "
    "bigint NOT NULL, "
    "source_keys bytea NOT NULL, id_first bigint, missing bytea, PRIMARY KEY (job, table_name, page));"
    "CREATE TABLE IF NOT EXISTS millrace_shared_units (job text NOT NULL, unit bigint NOT NULL, level bigint NOT NULL, table_name "
    "text NOT NULL, page bigint, "
    "state text NOT NULL DEFAULT 'open', worker text, token text, lease_until timestamptz, attempts bigint NOT NULL DEFAULT 0, "
    "failure text, "
    "PRIMARY KEY (job, unit));"
    "CREATE INDEX IF NOT EXISTS millrace_shared_units_left ON millrace_shared_units (job, unit) WHERE state <> 'done'";

std::string text(std::string_view value) { return sql::literal(Dialect::postgres, Value::of(value)).value(); }
std::string bytes(std::string_view value) { return sql::literal(Dialect::postgres, Value::of_bytes(value)).value(); }
/// Not longer than need be, whole characters, and no NUL, which a text of PostgreSQL cannot have.
std::string storable(std::string said) {
  if (said.size() > kFailureMax) {
    std::size_t end = kFailureMax;
    while (end > 0 && (static_cast<unsigned char>(said[end]) & 0xc0) == 0x80) --end;
    said.resize(end);
  }
  std::erase(said, '\0');
  return said;
}
std::string absent_page(std::size_t reference) { return "-" + std::to_string(reference + 1); }
std::string text_of(const Value& value) { return std::string(value.is_null() ? std::string_view() : value.text); }

}  // namespace

std::string Coordinator::of_job() const { return "job = " + text(options_.job); }

std::string Coordinator::until() const {
  return "clock_timestamp() + interval '" +
         std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(options_.lease).count()) + " milliseconds'";
}

std::string Coordinator::unit_beat(std::uint64_t unit) const {
  return "UPDATE millrace_shared_units SET lease_until = " + until() + " WHERE " + of_job() +
         " AND unit = " + std::to_string(unit) + " AND state = 'leased' AND token = " + text(options_.token);
}

std::string Coordinator::job_beat() const {
  return "UPDATE millrace_shared_jobs SET lease_until = " + until() + " WHERE " + of_job() +
         " AND leader = " + text(options_.token);
}

Async<void> Coordinator::make() {
  Query query{.sql = "SELECT count(*) FROM pg_class WHERE relname = 'millrace_shared_units_left' AND pg_table_is_visible(oid)"};
  const Page there = co_await fetch(session_, std::move(query), 1);
  if (there.at(0, 0).integer != 0) co_return;  // a worker that may not make tables can use those that are there
  // IF NOT EXISTS does not help two that begin at the same time: one fails on the server's own catalogue.
  // Statements that are sent together are one transaction.
  std::string sql = "SELECT pg_advisory_xact_lock(" + std::string(kMakingLock) + "); " + std::string(kTables);
  co_await session_.execute(std::move(sql));
}

Async<SharedJob> Coordinator::join(std::string settings, std::string about) {
  std::string sql = "INSERT INTO millrace_shared_jobs (job, about, settings) VALUES (" + text(options_.job) + ", " + text(about) +
                    ", " + text(settings) + ") ON CONFLICT DO NOTHING";
  co_await session_.execute(std::move(sql));
  Query query{.sql = "SELECT phase, settings, snapshot, dangling FROM millrace_shared_jobs WHERE " + of_job()};
  const Page found = co_await fetch(session_, std::move(query), 1);
  if (found.empty())
    throw ErrorException(Error(Errc::not_found, "job " + options_.job + " was deleted from millrace_shared_jobs while it ran"));
  SharedJob job{.settings = text_of(found.at(0, 1)), .dangling = text_of(found.at(0, 3))};
  std::size_t phase = 0;
  while (phase < kPhases.size() && kPhases[phase] != found.at(0, 0).text) ++phase;
  if (phase == kPhases.size())
    throw ErrorException(Error(Errc::invalid_argument, "millrace_shared_jobs has a phase that this version does not know: " +
                                                           std::string(found.at(0, 0).text)));
  job.phase = static_cast<SharedPhase>(phase);
  if (!found.at(0, 2).is_null()) job.snapshot.emplace(found.at(0, 2).text);
  co_return job;
}

Async<std::optional<std::string>> Coordinator::lead(SharedPhase phase) {
  const bool finishes = phase != SharedPhase::preparing;
  Query query{.sql = "WITH before AS (SELECT job, leader FROM millrace_shared_jobs WHERE " + of_job() +
                     (finishes ? " AND phase IN ('copying', 'finishing')" : " AND phase = 'preparing'") +
                     " AND (leader IS NULL OR lease_until < clock_timestamp()) FOR UPDATE SKIP LOCKED) "
                     "UPDATE millrace_shared_jobs AS j SET leader = " +
                     text(options_.token) + ", leader_name = " + text(options_.worker) + ", lease_until = " + until() +
                     (finishes ? ", phase = 'finishing'" : "") + " FROM before WHERE j.job = before.job RETURNING before.leader"};
  const Page taken = co_await fetch(session_, std::move(query), 1);
  std::optional<std::string> before;
  if (!taken.empty()) before = text_of(taken.at(0, 0));
  co_return before;
}

Async<bool> Coordinator::has(std::string beat) { co_return (co_await session_.execute(std::move(beat))) == 1; }

Async<void> Coordinator::stop_leading() {
  std::string sql = "UPDATE millrace_shared_jobs SET leader = NULL, lease_until = NULL WHERE " + of_job() +
                    " AND leader = " + text(options_.token);
  co_await session_.execute(std::move(sql));
}

Async<void> Coordinator::begin_units() {
  co_await session_.begin();
  // Whoever would take the lease over waits for the end of this transaction, and finds the job in its next phase.
  Query query{.sql = "SELECT 1 FROM millrace_shared_jobs WHERE " + of_job() +
                     " AND phase = 'preparing' AND leader = " + text(options_.token) + " FOR UPDATE"};
  const Page ours = co_await fetch(session_, std::move(query), 1);
  if (ours.empty()) throw ErrorException(Error(Errc::timed_out, "another worker took the lease of the job over"));
}

Async<void> Coordinator::add_keys(std::string table, std::uint64_t page, SharedKeys keys) {
  std::string sql = "INSERT INTO millrace_shared_keys (job, table_name, page, key_count, source_keys, id_first) VALUES (" +
                    text(options_.job) + ", " + text(table) + ", " + std::to_string(page) + ", " + std::to_string(keys.count) +
                    ", " + bytes(keys.keys) + ", " + (keys.id_first ? std::to_string(*keys.id_first) : "NULL") + ")";
  co_await session_.execute(std::move(sql));
}

Async<void> Coordinator::add_unit(std::uint64_t unit, std::size_t level, std::string table, std::optional<std::uint64_t> page) {
  std::string sql = "INSERT INTO millrace_shared_units (job, unit, level, table_name, page) VALUES (" + text(options_.job) + ", " +
                    std::to_string(unit) + ", " + std::to_string(level) + ", " + text(table) + ", " +
                    (page ? std::to_string(*page) : "NULL") + ")";
  co_await session_.execute(std::move(sql));
}

Async<void> Coordinator::commit_units(std::optional<std::string> snapshot) {
  std::string sql = "UPDATE millrace_shared_jobs SET phase = 'copying', leader = NULL, lease_until = NULL, snapshot = " +
                    (snapshot ? text(*snapshot) : std::string("NULL")) + " WHERE " + of_job();
  co_await session_.execute(std::move(sql));
  co_await session_.commit();
}

Async<void> Coordinator::finished(std::string dangling) {
  std::string sql =
      "UPDATE millrace_shared_jobs SET phase = 'done', leader = NULL, lease_until = NULL, finished = now(), dangling = " +
      text(dangling) + " WHERE " + of_job() + " AND leader = " + text(options_.token);
  if (co_await session_.execute(std::move(sql)) != 1)
    throw ErrorException(Error(Errc::timed_out, "another worker took the lease of the job over"));
  std::string keys = "DELETE FROM millrace_shared_keys WHERE " + of_job();
  co_await session_.execute(std::move(keys));
}

Async<std::optional<SharedUnit>> Coordinator::claim() {
  // Units are numbered by level, so the first that is not done says which level is to be worked on.
  Query query{
      .sql = "WITH next AS (SELECT unit, token FROM millrace_shared_units WHERE " + of_job() +
             " AND state <> 'done' AND level = (SELECT level FROM millrace_shared_units WHERE " + of_job() +
             " AND state <> 'done' ORDER BY unit LIMIT 1) AND (state = 'open' OR lease_until < clock_timestamp())" +
             " ORDER BY unit LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE millrace_shared_units AS u SET state = 'leased', worker = " +
             text(options_.worker) + ", token = " + text(options_.token) + ", lease_until = " + until() +
             ", attempts = u.attempts + 1 FROM next WHERE u." + of_job() +
             " AND u.unit = next.unit RETURNING u.unit, u.table_name, u.page, u.attempts, next.token, u.failure"};
  const Page found = co_await fetch(session_, std::move(query), 1);
  if (found.empty()) co_return std::optional<SharedUnit>();
  SharedUnit unit{.unit = static_cast<std::uint64_t>(found.at(0, 0).integer),
                  .table = text_of(found.at(0, 1)),
                  .attempts = static_cast<unsigned>(found.at(0, 3).integer),
                  .before = text_of(found.at(0, 4)),
                  .failure = text_of(found.at(0, 5))};
  if (!found.at(0, 2).is_null()) unit.page = static_cast<std::uint64_t>(found.at(0, 2).integer);
  co_return std::optional<SharedUnit>(std::move(unit));
}

Async<void> Coordinator::done(std::uint64_t unit, std::vector<SharedMissing> missing) {
  std::string sql;  // one transaction, as all that is sent together
  for (const SharedMissing& one : missing)
    sql += "UPDATE millrace_shared_keys SET missing = " + bytes(one.keys) + " WHERE " + of_job() +
           " AND table_name = " + text(one.table) + " AND page = " + std::to_string(one.page) + "; ";
  // Whoever has the lease: that it is done is a fact of the target.
  sql += "UPDATE millrace_shared_units SET state = 'done', token = NULL, lease_until = NULL WHERE " + of_job() +
         " AND unit = " + std::to_string(unit);
  co_await session_.execute(std::move(sql));
}

Async<void> Coordinator::give_back(std::uint64_t unit, std::string failure) {
  std::string sql = "UPDATE millrace_shared_units SET state = 'open', token = NULL, lease_until = NULL, failure = " +
                    text(storable(std::move(failure))) + " WHERE " + of_job() + " AND unit = " + std::to_string(unit) +
                    " AND state = 'leased' AND token = " + text(options_.token);
  co_await session_.execute(std::move(sql));
}

Async<std::uint64_t> Coordinator::left() {
  Query query{.sql = "SELECT count(*) FROM millrace_shared_units WHERE " + of_job() + " AND state <> 'done'"};
  const Page found = co_await fetch(session_, std::move(query), 1);
  co_return static_cast<std::uint64_t>(found.at(0, 0).integer);
}

Async<std::vector<Coordinator::Extent>> Coordinator::extents() {
  Query query{
      .sql =
          "SELECT k.table_name, sum(k.key_count)::bigint, count(u.unit) FROM millrace_shared_keys AS k "
          "LEFT JOIN millrace_shared_units AS u ON u.job = k.job AND u.table_name = k.table_name AND u.page = k.page WHERE k." +
          of_job() + " GROUP BY k.table_name"};
  const Page found = co_await fetch(session_, std::move(query), kTablesMax);
  std::vector<Extent> all;
  for (std::size_t row = 0; row < found.rows(); ++row)
    all.push_back({.table = text_of(found.at(row, 0)),
                   .page_units = static_cast<std::uint64_t>(found.at(row, 2).integer),
                   .keys = static_cast<std::uint64_t>(found.at(row, 1).integer)});
  co_return all;
}

Async<std::optional<SharedKeys>> Coordinator::keys_if(std::string table, std::uint64_t page) {
  Query query{.sql = "SELECT key_count, source_keys, id_first, missing FROM millrace_shared_keys WHERE " + of_job() +
                     " AND table_name = " + text(table) + " AND page = " + std::to_string(page)};
  const Page found = co_await fetch(session_, std::move(query), 1);
  if (found.empty()) co_return std::optional<SharedKeys>();
  SharedKeys keys{.keys = text_of(found.at(0, 1)),
                  .count = static_cast<std::uint64_t>(found.at(0, 0).integer),
                  .missing = text_of(found.at(0, 3))};
  if (!found.at(0, 2).is_null()) keys.id_first = found.at(0, 2).integer;
  co_return std::optional<SharedKeys>(std::move(keys));
}

Async<void> Coordinator::add_absent(std::string table, std::size_t reference, std::string fields) {
  std::string sql = "INSERT INTO millrace_shared_keys (job, table_name, page, key_count, source_keys) VALUES (" +
                    text(options_.job) + ", " + text(table) + ", " + absent_page(reference) + ", 0, " + bytes(fields) + ")";
  co_await session_.execute(std::move(sql));
}

Async<std::string> Coordinator::absent(std::string table, std::size_t reference) {
  Query query{.sql = "SELECT source_keys FROM millrace_shared_keys WHERE " + of_job() + " AND table_name = " + text(table) +
                     " AND page = " + absent_page(reference)};
  const Page found = co_await fetch(session_, std::move(query), 1);
  co_return found.empty() ? std::string() : text_of(found.at(0, 0));
}

Async<SharedKeys> Coordinator::keys(std::string table, std::uint64_t page) {
  std::optional<SharedKeys> found = co_await keys_if(table, page);
  if (!found)
    throw ErrorException(Error(Errc::not_found, "page " + std::to_string(page) + " of " + table +
                                                    " is not in millrace_shared_keys any more: the job was deleted while it ran"));
  co_return *std::move(found);
}

}  // namespace millrace::subset
