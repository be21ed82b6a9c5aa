#include "subset/scale/shared_run.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <millrace/awaitables.h>

#include "subset/copy/endpoints.h"
#include "subset/keys/key_walk.h"
#include "subset/sql.h"

namespace millrace::subset {
namespace {

constexpr Duration kPauseLeast = std::chrono::milliseconds(10);
constexpr Duration kPauseMost = std::chrono::milliseconds(500);

/// 16 digits that no other worker has.
std::string make_token() {
  std::random_device device;
  const std::uint64_t bits = std::uint64_t{device()} << 32 | device();
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(bits));
  return digits;
}

/// What a connection of this worker with the target is called there.
std::string application(const std::string& token) { return "millrace-" + token; }

/// evict() finds it by that.
std::string with_application(std::string target, const std::string& token) {
  const Result<Endpoint> endpoint = parse_endpoint(target);
  if (!endpoint || endpoint->kind != Endpoint::Kind::postgres) return target;
  return target + (target.find('?') == std::string::npos ? "?" : "&") + "application_name=" + application(token);
}

Result<Endpoint> server(const std::string& address, std::string_view what) {
  Result<Endpoint> endpoint = parse_endpoint(address);
  if (!endpoint) return endpoint;
  if (endpoint->kind == Endpoint::Kind::postgres || (what == "target" && endpoint->kind == Endpoint::Kind::mariadb))
    return endpoint;
  return fail(Errc::unsupported, what == "target"
                                     ? "several workers cannot write into one file: the target of a job with a coordinator "
                                       "is a server (postgres://..., mariadb://...)"
                                     : "the coordinator of a job is a PostgreSQL database: postgres://...");
}

/// Keys of tables that get no rows are not reported, and have their place all the same.
std::string joined(const std::vector<TargetKey>& keys, const std::vector<TargetTable>& tables,
                   const std::vector<KeyReport>& reports) {
  std::string all;
  std::size_t next = 0;
  for (const TargetKey& key : keys) {
    const bool reported = !tables[key.child].empty && !tables[key.parent].empty && next < reports.size();
    all += (all.empty() ? "" : ",") + std::to_string(reported ? reports[next].dangling : 0);
    next += reported ? 1U : 0U;
  }
  return all;
}

std::vector<std::uint64_t> split(std::string_view text) {
  std::vector<std::uint64_t> all;
  while (!text.empty()) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    all.push_back(number);
    const std::size_t comma = text.find(',');
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return all;
}

}  // namespace

SharedRun::SharedRun(Loop& loop, CopyOptions options, SharedOptions shared)
    : CopyRun(loop, std::move(options)),
      shared_(std::move(shared)),
      asked_(options_.signal),
      lost_(loop),
      token_(make_token()),
      random_(std::random_device()()) {
  options_.signal = AbortSignal::any({asked_, lost_.signal()});
  look_at_ = std::exchange(options_.job.target, with_application(options_.job.target, token_));
  pause_ = kPauseLeast;
}

Async<std::optional<Report>> SharedRun::share() {
  const AbortRegistration aborted = options_.signal.on_abort([this] {
    if (source_) source_->cancel();
    if (target_) target_->cancel();
    if (look_) look_->cancel();
  });
  std::optional<Error> failed;
  try {
    options_.signal.throw_if_aborted();
    co_await connect();
    co_await open_target();
    identity_ += kSharedEnding;
    co_await open_coordinator();
    co_await join();
    if (!report_.already_complete) {
      enter(Phase::copying);
      co_await work();
      co_await finish();
    } else {
      co_await verify();
    }
    co_await add_totals();
    enter(Phase::done);
  } catch (...) {
    failed = Error::from_exception(std::current_exception());
  }
  bool again = false;
  if (failed) again = co_await give_up(*failed);
  if (beats_) co_await beats_->stop();
  if (failed) observed_.failed(*failed);
  if (asked_.aborted()) throw ErrorException(*asked_.reason());
  if (again) co_return std::optional<Report>();
  if (failed) throw ErrorException(*failed);
  report_.shared = true;
  report_.total = loop_.now() - started_;
  observed_.done(report_);
  co_return std::optional<Report>(report_);
}

Async<bool> SharedRun::give_up(Error failed) {
  const bool lost = lost_.signal().aborted();
  if (target_ && !options_.signal.aborted()) co_await target_->rollback().result();
  if (!coordinator_ || lost) co_return lost;
  // What is ours goes back at once; a coordinator that cannot be told finds out when the lease is over.
  bool again = false;
  try {
    // Whoever took a lease over ended our connections, and that is heard of before the next beat.
    co_await orders_->rollback();
    if (held_ && !co_await coordinator_->has(coordinator_->unit_beat(held_->unit))) co_return true;
    if (leads_ && !co_await coordinator_->has(coordinator_->job_beat())) co_return true;
    if (held_ && !asked_.aborted()) again = co_await noted(*held_);
    if (held_ && again) {
      // Another had done it, and what we wrote was refused for that.
      std::vector<SharedMissing> missing = co_await missing_of(*held_);
      co_await coordinator_->done(held_->unit, std::move(missing));
    } else if (held_) {
      co_await coordinator_->give_back(held_->unit, failed.to_string());
    }
    if (leads_) co_await coordinator_->stop_leading();
  } catch (const ErrorException&) {
    // The error that brought us here says more.
  }
  co_return again;
}

Async<void> SharedRun::open_coordinator() {
  const Endpoint endpoint = unwrap(server(options_.job.coordinator, "coordinator"));
  orders_ = co_await open_writable(loop_, endpoint);
  coordinator_ = std::make_unique<Coordinator>(
      *orders_, CoordinatorOptions{.job = identity_, .worker = shared_.worker, .token = token_, .lease = shared_.lease});
  co_await coordinator_->make();
  std::unique_ptr<Session> beats = co_await open_writable(loop_, endpoint);
  const auto on_lost = [this](const Error& why) {
    lost_.abort(Error(Errc::timed_out, "worker " + shared_.worker + " lost its lease: " + why.message()));
  };
  beats_ = std::make_unique<HeartBeat>(std::move(beats), shared_.lease, on_lost);
}

/// What is not in the job's name, and has to be the same all the same.
std::string SharedRun::settings() const {
  const Job& job = plan_.job;
  return "existing=" + std::to_string(static_cast<int>(job.existing)) +
         " missing=" + std::to_string(static_cast<int>(job.missing)) + " create=" + std::to_string(job.create ? 1 : 0) +
         " bulk=" + std::to_string(job.bulk ? 1 : 0);
}

/// Rows that are told apart by where they are, not by what they hold, are others at another moment.
void SharedRun::refuse_what_moves() const {
  for (std::size_t place = 0; place < plan_.tables.size(); ++place) {
    const Table& table = plan_.schema.tables[place];
    if (!plan_.tables[place].reached || !table.row_identity) continue;
    const Column& first = table.columns[plan_.tables[place].key[0]];
    if (first.generated && first.name == table.row_identity->name)
      throw ErrorException(
          Error(Errc::unsupported, table.name.to_string() +
                                       " has no key, and workers that do not read the same moment of the source cannot "
                                       "tell its rows apart; `key` in the plan file names columns that do")
              .with("table", table.name.to_string()));
  }
}

Async<void> SharedRun::wait() {
  const Duration most = std::min(kPauseMost, shared_.lease / 4);
  std::uniform_int_distribution<Duration::rep> jitter(pause_.count() / 2, pause_.count());
  const Promise<void> waited = sleep(loop_, Duration(jitter(random_)), options_.signal);
  pause_ = std::min(most, pause_ * 2);
  co_await waited;
}

Async<void> SharedRun::join() {
  of_.resize(plan_.tables.size());
  for (std::size_t i = 0; i < plan_.dependencies.components.size(); ++i)
    for (const std::size_t table : plan_.dependencies.components[i].tables) of_[table].component = i;
  std::string about = report_.source + " -> " + report_.target;
  const Instant since = loop_.now();
  for (;;) {
    SharedJob job = co_await coordinator_->join(settings(), about);
    if (job.settings != settings())
      throw ErrorException(Error(Errc::invalid_argument, "other workers of this job were told otherwise: they have " +
                                                             job.settings + ", this one " + settings()));
    if (job.phase != SharedPhase::preparing) {
      co_await follow(std::move(job));
      break;
    }
    const Instant asked = loop_.now();
    const std::optional<std::string> before = co_await coordinator_->lead(SharedPhase::preparing);
    if (before) {
      leads_ = true;
      beats_->hold(coordinator_->job_beat(), asked);
      if (!before->empty()) co_await evict(*before);
      co_await lead();
      beats_->drop();
      leads_ = false;
      break;
    }
    if (loop_.now() - since > shared_.leader_wait)
      throw ErrorException(Error(Errc::timed_out, "the worker that finds out which rows there are did not come to an end in time")
                               .with_retry({.retryable = true}));
    co_await wait();
  }
  pause_ = kPauseLeast;
}

Async<void> SharedRun::lead() {
  co_await prepare_target();
  const std::vector<LedgerEntry> entries = co_await target_->entries();
  if (!entries.empty())
    throw ErrorException(
        Error(Errc::invalid_argument, report_.target +
                                          " has pages of this job, and its coordinator knows of none. To begin anew, empty the "
                                          "target, and delete job " +
                                          identity_ + " from " + std::string(kLedgerJobs) + " and " + std::string(kLedgerPages)));
  co_await resolve();
  co_await write_units();
  for (OfTable& table : tables_) table.keys = nullptr;
  closure_.reset();
}

std::vector<std::size_t> SharedRun::levels() const {
  std::vector<std::vector<std::size_t>> parents(plan_.dependencies.components.size());
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const ForeignKey& foreign = plan_.schema.foreign_keys[key];
    if (!plan_.tables[foreign.child].reached || !plan_.tables[foreign.parent].reached ||
        plan_.keys[key].parents == PlannedKey::Parents::nulled)
      continue;
    // References that no database checks may go to tables that are filled later.
    if (of_[foreign.parent].component < of_[foreign.child].component)
      parents[of_[foreign.child].component].push_back(of_[foreign.parent].component);
  }
  std::vector<std::size_t> levels(parents.size(), 0);
  for (std::size_t i = 0; i < parents.size(); ++i)
    for (const std::size_t parent : parents[i]) levels[i] = std::max(levels[i], levels[parent] + 1);
  return levels;
}

Async<void> SharedRun::write_units() {
  std::vector<std::optional<std::int64_t>> firsts(plan_.tables.size());
  for (std::size_t table = 0; table < plan_.tables.size(); ++table) {
    const PlannedTable& planned = plan_.tables[table];
    if (!planned.reached || !planned.mapped || tables_[table].keys->size() == 0) continue;
    const auto column = static_cast<std::size_t>(std::ranges::find(planned.copied, *planned.mapped) - planned.copied.begin());
    firsts[table] = co_await target_->reserve_ids(tables_[table].slot, column, tables_[table].keys->size());
  }
  std::optional<std::string> snapshot = co_await source_->export_snapshot();
  if (!snapshot) {
    refuse_what_moves();
    report_.warnings.push_back("the workers see the source at different moments: each when it began");
  }
  may_commit();
  co_await coordinator_->begin_units();
  const std::vector<Component>& components = plan_.dependencies.components;
  for (const Component& component : components)
    for (const std::size_t table : component.tables) co_await write_keys(table, firsts[table]);
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    const Page& absent = closure_->absent(key);
    if (absent.empty()) continue;
    const std::size_t child = plan_.schema.foreign_keys[key].child;
    co_await coordinator_->add_absent(plan_.schema.tables[child].name.to_string(), reference_of(key), encode_keys(absent));
  }
  const std::vector<std::size_t> level = levels();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < components.size(); ++i) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return level[i]; });
  std::uint64_t unit = 0;
  for (const std::size_t i : order) {
    const Component& component = components[i];
    if (component.cyclic()) {
      const bool any = std::ranges::any_of(component.tables, [&](std::size_t table) { return tables_[table].keys->size() != 0; });
      if (any)
        co_await coordinator_->add_unit(unit++, level[i], plan_.schema.tables[component.tables[0]].name.to_string(), std::nullopt);
      continue;
    }
    const std::size_t table = component.tables[0];
    for (std::uint64_t page = 0; page < of_[table].key_pages; ++page) {
      if (unit == kSharedUnitsMax)
        throw ErrorException(Error(Errc::full, "the job has more than " + std::to_string(kSharedUnitsMax) +
                                                   " pages; page_rows in the plan file makes them greater"));
      co_await coordinator_->add_unit(unit++, level[i], plan_.schema.tables[table].name.to_string(), page);
    }
  }
  co_await coordinator_->commit_units(std::move(snapshot));
}

Async<void> SharedRun::write_keys(std::size_t table, std::optional<std::int64_t> first) {
  const std::string name = plan_.schema.tables[table].name.to_string();
  KeyWalk walk(*tables_[table].keys);
  std::uint64_t before = 0;
  for (Page page(plan_.tables[table].key.size());; page.clear()) {
    const std::size_t read = unwrap(walk.read(plan_.job.page_rows, page));
    if (read == 0) break;
    SharedKeys said{.keys = encode_keys(page), .count = read};
    if (first) said.id_first = *first + static_cast<std::int64_t>(before);
    co_await coordinator_->add_keys(name, of_[table].key_pages++, std::move(said));
    before += read;
    tell(false);
  }
}

Async<Session*> SharedRun::look() {
  if (!look_) look_ = co_await open_writable(loop_, unwrap(server(look_at_, "target")));
  co_return look_.get();
}

Async<void> SharedRun::follow(SharedJob job) {
  Session* const at = co_await look();
  Ledger ledger(*at);
  co_await ledger.make();
  if (!co_await ledger.knows(identity_))
    throw ErrorException(Error(Errc::invalid_argument,
                               report_.target +
                                   " knows nothing of this job, and its coordinator does: the target was emptied. To begin "
                                   "anew, delete job " +
                                   identity_ + " from millrace_shared_jobs, millrace_shared_keys and millrace_shared_units"));
  co_await prepare_target();
  if (job.phase == SharedPhase::done) {
    report_.already_complete = true;
    co_return;
  }
  co_await source_->rollback();
  if (job.snapshot) {
    const Promise<void> begun = source_->begin_snapshot(job.snapshot);
    const Result<void> same = co_await begun.result();
    if (same) co_return;
  }
  co_await source_->begin_snapshot(std::nullopt);
  refuse_what_moves();
  report_.warnings.push_back(
      "this worker does not see the moment of the source that the first one saw, but what was there when it began");
}

void SharedRun::may_commit() {
  options_.signal.throw_if_aborted();
  if (beats_ && beats_->fresh()) return;
  lost_.abort(Error(Errc::timed_out, "worker " + shared_.worker + " was silent for longer than its lease"));
  options_.signal.throw_if_aborted();
}

Async<void> SharedRun::work() {
  const std::vector<Coordinator::Extent> extents = co_await coordinator_->extents();
  for (const Coordinator::Extent& extent : extents) {
    const std::size_t slot = tables_[place_of(extent.table, kWho)].slot;
    progress_.tables[slot].planned = report_.tables[slot].planned = extent.keys;
  }
  for (;;) {
    options_.signal.throw_if_aborted();
    const Instant asked = loop_.now();
    std::optional<SharedUnit> unit = co_await coordinator_->claim();
    if (unit) {
      pause_ = kPauseLeast;
      held_ = unit;
      beats_->hold(coordinator_->unit_beat(unit->unit), asked);
      co_await do_unit(*std::move(unit));
      beats_->drop();
      held_.reset();
      continue;
    }
    if (co_await coordinator_->left() == 0) co_return;
    co_await wait();
  }
}

Async<void> SharedRun::do_unit(SharedUnit unit) {
  if (unit.attempts > kUnitAttemptsMax)
    throw ErrorException(
        Error(Errc::full, (unit.page ? "page " + std::to_string(*unit.page) + " of " : std::string("the circle of ")) + unit.table +
                              " was begun " + std::to_string(kUnitAttemptsMax) + " times and never came to an end" +
                              (unit.failure.empty() ? std::string() : "; the last failure: " + unit.failure) +
                              ". To try again: UPDATE millrace_shared_units SET attempts = 0 WHERE unit = " +
                              std::to_string(unit.unit) + " AND job = '" + identity_ + "'")
            .with("table", unit.table));
  if (!unit.before.empty()) co_await evict(unit.before);
  const bool there = unit.attempts > 1 && co_await noted(unit);
  if (!there && unit.page) co_await copy_page(place_of(unit.table, kWho), *unit.page);
  if (!there && !unit.page) co_await copy_circle(plan_.dependencies.components[of_[place_of(unit.table, kWho)].component]);
  std::vector<SharedMissing> missing = co_await missing_of(unit);
  co_await coordinator_->done(unit.unit, std::move(missing));
}

/// Who was silent for too long may be stopped, not dead, with an open transaction that would hold us up for as long. Its connection ends.
Async<void> SharedRun::evict(std::string token) {
  if (target_->dialect() != Dialect::postgres) co_return;
  Session* const at = co_await look();
  Query query{.sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = " +
                     sql::literal(Dialect::postgres, Value::of(application(token))).value() + " AND pid <> pg_backend_pid()"};
  constexpr std::size_t kConnectionsMax = 100;
  const Promise<Page> ended = fetch(*at, std::move(query), kConnectionsMax);
  co_await ended.result();  // a role that may not end it waits instead
}

Async<void> SharedRun::finish() {
  enter(Phase::finishing);
  for (;;) {
    SharedJob job = co_await coordinator_->join(settings(), std::string());
    if (job.phase == SharedPhase::done) {
      take_dangling(split(job.dangling));
      co_return;
    }
    const Instant asked = loop_.now();
    const std::optional<std::string> before = co_await coordinator_->lead(SharedPhase::finishing);
    if (before) {
      leads_ = true;
      beats_->hold(coordinator_->job_beat(), asked);
      if (!before->empty()) co_await evict(*before);
      co_await source_->rollback();
      co_await check_ledger();
      may_commit();
      co_await target_->finish();
      co_await verify();
      may_commit();
      co_await coordinator_->finished(joined(target_keys_, targets_, report_.keys));
      beats_->drop();
      leads_ = false;
      co_return;
    }
    co_await wait();
  }
}

/// That all units are done, the coordinator says; that all are there, only the target can say.
Async<void> SharedRun::check_ledger() {
  Session* const at = co_await look();
  Ledger ledger(*at);
  const std::vector<LedgerEntry> totals = co_await ledger.totals(identity_);
  const std::vector<Coordinator::Extent> extents = co_await coordinator_->extents();
  for (const Coordinator::Extent& extent : extents) {
    const auto there = std::ranges::find(totals, extent.table, &LedgerEntry::table);
    const std::uint64_t pages = there == totals.end() ? 0 : there->page;
    if (extent.page_units == 0 ? pages == 0 : pages != extent.page_units)
      throw ErrorException(Error(Errc::invalid_argument, "of " + extent.table + " the target's ledger has " +
                                                             std::to_string(pages) + " pages, and its workers wrote " +
                                                             std::to_string(extent.page_units) +
                                                             ": the target was changed while they worked")
                               .with("table", extent.table));
  }
}

Async<void> SharedRun::add_totals() {
  Session* const at = co_await look();
  Ledger ledger(*at);
  const std::vector<LedgerEntry> totals = co_await ledger.totals(identity_);
  for (const LedgerEntry& total : totals) {
    const std::size_t slot = tables_[place_of(total.table, kWho)].slot;
    TableReport& table = report_.tables[slot];
    table.earlier = total.rows - std::min(total.rows, table.rows);
    table.checksum = total.checksum;
    if (table.planned == 0) table.planned = total.rows;
    progress_.tables[slot].earlier = table.earlier;
    progress_.tables[slot].done = true;
  }
}

Promise<Report> copy_shared(Loop& loop, CopyOptions options, SharedOptions shared) {
  const auto refused = [&loop](Error why) { return Promise<Report>::rejected(loop, std::move(why)); };
  if (options.job.coordinator.empty()) return refused(Error(Errc::invalid_argument, "it is not said where the coordinator is"));
  for (const auto& [address, what] : {std::pair{options.job.coordinator, "coordinator"}, std::pair{options.job.target, "target"}})
    if (const Result<Endpoint> endpoint = server(address, what); !endpoint) return refused(endpoint.error());
  if (shared.worker.empty() || shared.worker.size() > kWorkerNameMax || shared.worker.find('\0') != std::string::npos)
    return refused(Error(Errc::invalid_argument, "a worker's name has from 1 to " + std::to_string(kWorkerNameMax) + " bytes"));
  if (shared.lease < kLeaseMin || shared.lease > kLeaseMax)
    return refused(Error(Errc::invalid_argument, "a lease lasts from half a second to an hour"));
  const auto keep = [](Loop& on, CopyOptions given, SharedOptions also) -> Async<Report> {
    for (unsigned start = 0; start < kStartsMax; ++start) {
      SharedRun run(on, given, also);
      std::optional<Report> report = co_await run.share();
      if (report) co_return *std::move(report);
    }
    throw ErrorException(Error(Errc::timed_out, "worker " + also.worker + " lost its lease " + std::to_string(kStartsMax) +
                                                    " times; a longer one (--lease) may help"));
  };
  return keep(loop, std::move(options), std::move(shared));
}

}  // namespace millrace::subset
