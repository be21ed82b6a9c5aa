#include "subset/copy/run.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <millrace/subset/describe.h>
#include <millrace/subset/masks.h>

#include "subset/copy/endpoints.h"
#include "subset/copy/ledger.h"
#include "subset/statements.h"

namespace millrace::subset {
namespace {

/// A name has to be the same for ever and on every machine, which std::hash does not promise.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0x100);  // where one text ends and the next begins
  }
  void add(std::uint64_t number) { add(std::to_string(number)); }
  [[nodiscard]] std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(state_));
    return digits;
  }

 private:
  void mix(std::uint64_t value) { state_ = (state_ ^ value) * 0x100000001b3; }
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace

std::string job_identity(const Plan& plan, const std::string& source, const std::string& target) {
  Fingerprint job, tables;
  const Job& said = plan.job;
  for (const std::string& text : {source, target, said.seed, said.script}) job.add(text);
  for (const std::uint64_t number : {static_cast<std::uint64_t>(said.keys), static_cast<std::uint64_t>(said.others),
                                     static_cast<std::uint64_t>(said.all_children)})
    job.add(number);
  const auto add_rule = [&](const std::string& a, const std::string& b, const std::string& where,
                            std::optional<std::uint64_t> limit, const std::string& order) {
    for (const std::string& text : {a, b, where, order}) job.add(text);
    job.add(limit ? *limit + 1 : 0);
  };
  for (const RootRule& rule : said.roots) add_rule("root", rule.table, rule.where, rule.limit, rule.order);
  const auto add_texts = [&](const std::vector<std::string>& texts) {
    job.add(texts.size());
    for (const std::string& text : texts) job.add(text);
  };
  for (const ChildRule& rule : said.children) {
    add_rule(rule.of, rule.table, rule.where, rule.limit, rule.order);
    add_texts(rule.columns);
  }
  for (const ReferenceRule& rule : said.references) {
    add_rule("reference", rule.table, rule.parent, std::nullopt, "");
    add_texts(rule.columns);
    add_texts(rule.parent_columns);
  }
  for (const auto& [table, rule] : said.tables) {
    job.add(table);
    job.add(static_cast<std::uint64_t>(rule.rows) * 8 + (rule.keys ? static_cast<std::uint64_t>(*rule.keys) + 1 : 0));
    add_texts(rule.ignore);
    add_texts(rule.key);
    for (const auto& [column, mask] : rule.columns) {
      add_rule(column, mask.mask, "", std::nullopt, "");
      for (const auto& [option, value] : mask.options) add_rule(option, value, "", std::nullopt, "");
    }
  }
  for (std::size_t place = 0; place < plan.tables.size(); ++place) {
    if (!plan.tables[place].reached) continue;
    tables.add(plan.schema.tables[place].name.to_string());
    for (const Column& column : plan.schema.tables[place].columns) {
      tables.add(column.name);
      tables.add(column.type);
    }
  }
  for (std::size_t key = 0; key < plan.keys.size(); ++key)
    if (plan.tables[plan.schema.foreign_keys[key].child].reached) tables.add(describe(plan.schema, plan.schema.foreign_keys[key]));
  return job.text() + "-" + tables.text();
}

CopyRun::CopyRun(Loop& loop, CopyOptions options)
    : loop_(loop), options_(std::move(options)), observed_(options_.metrics, options_.tracer, loop.context()) {
  started_ = phase_started_ = loop_.now();
  observed_.phase(Phase::connecting);
}

void CopyRun::enter(Phase phase) {
  const Instant now = loop_.now();
  if (progress_.phase == Phase::resolving) report_.resolving = now - phase_started_;
  if (progress_.phase == Phase::copying) report_.copying = now - phase_started_;
  phase_started_ = now;
  progress_.phase = phase;
  observed_.phase(phase);
  if (phase == Phase::copying) copying_since_ = now;
  tell(true);
}

void CopyRun::enter_table(std::size_t slot) {
  progress_.current = slot;
  table_since_ = loop_.now();
  observed_.table(slot, progress_.tables[slot]);
}

void CopyRun::tell(bool surely) {
  options_.signal.throw_if_aborted();
  if (!options_.on_progress && !observed_.on()) return;
  const Instant now = loop_.now();
  if (!surely && now - told_ < std::chrono::milliseconds(1'000) / kProgressPerSecond) return;
  told_ = now;
  progress_.since_start = now - started_;
  progress_.copying_for = copying_since_ ? now - *copying_since_ : Duration{};
  if (progress_.phase == Phase::copying && progress_.current) progress_.tables[*progress_.current].copying_for = now - table_since_;
  observed_.progress(progress_);
  if (options_.on_progress) options_.on_progress(progress_);
}

Async<Report> CopyRun::run() {
  const AbortRegistration aborted = options_.signal.on_abort([this] {
    if (source_) source_->cancel();
    if (target_) target_->cancel();
  });
  std::optional<Error> failed;
  try {
    options_.signal.throw_if_aborted();
    co_await connect();
    co_await open_target();
    co_await prepare_target();
    co_await read_ledger();
    if (!report_.already_complete) {
      co_await resolve();
      enter(Phase::copying);
      for (const Component& component : plan_.dependencies.components) co_await copy_component(component);
      enter(Phase::finishing);
      co_await source_->rollback();
    }
    // Also where every page is there already: the run that wrote the last one may have been stopped before this.
    co_await target_->finish();
    co_await verify();
    enter(Phase::done);
  } catch (...) {
    failed = Error::from_exception(std::current_exception());
  }
  if (failed) {
    if (behind_) {
      source_->cancel();
      co_await behind_->stop();
    }
    observed_.failed(*failed);
    if (options_.signal.aborted()) throw ErrorException(*options_.signal.reason());
    // What the connection's end would undo as well, said clearly where it still can be said.
    if (target_) co_await target_->rollback().result();
    throw ErrorException(*failed);
  }
  report_.total = loop_.now() - started_;
  observed_.done(report_);
  co_return report_;
}

Async<void> CopyRun::connect() {
  source_ = co_await open_source(loop_, unwrap(parse_endpoint(options_.job.source)));
  report_.source = source_->name();
  enter(Phase::planning);
  co_await source_->begin_snapshot(std::nullopt);
  Schema schema = co_await source_->read_schema();
  plan_ = unwrap(make_plan(options_.job, without_ledger(std::move(schema))));
  report_.warnings = plan_.warnings;
  for (const LeftOut& one : plan_.schema.left_out) report_.left_out.push_back(one.name.to_string() + ": " + one.reason);
  make_transformers();
  store_ = unwrap(KeyStore::open({.folder = options_.folder, .memory_max = options_.keys_memory_max}));
}

void CopyRun::make_transformers() {
  const bool masks = std::ranges::any_of(plan_.job.tables, [](const auto& rule) { return !rule.second.columns.empty(); });
  if (masks)
    transformers_.push_back(
        unwrap(make_masks(loop_, plan_.job.tables, plan_.schema, {.seed = plan_.job.seed, .redactor = options_.redactor})));
  if (!options_.transformers) return;
  const std::vector<std::shared_ptr<Transformer>> others = unwrap(options_.transformers(plan_));
  transformers_.insert(transformers_.end(), others.begin(), others.end());
}

/// A key with a column that the target computes by itself is the target's own matter.
bool CopyRun::is_written(std::size_t foreign_key) const {
  const ForeignKey& foreign = plan_.schema.foreign_keys[foreign_key];
  const auto all = [&](std::size_t table, const ColumnList& columns) {
    return std::ranges::all_of(columns, [&](std::size_t column) { return !plan_.schema.tables[table].columns[column].generated; });
  };
  return all(foreign.child, foreign.columns) && all(foreign.parent, foreign.parent_columns);
}

TargetKey CopyRun::target_key(std::size_t foreign_key) const {
  const ForeignKey& foreign = plan_.schema.foreign_keys[foreign_key];
  // Places among the columns that are copied, which is what the target knows.
  const auto copied = [&](std::size_t table, const ColumnList& columns) { return places_in(plan_.tables[table].copied, columns); };
  return {.name = foreign.name,
          .child = tables_[foreign.child].slot,
          .columns = copied(foreign.child, foreign.columns),
          .parent = tables_[foreign.parent].slot,
          .parent_columns = copied(foreign.parent, foreign.parent_columns)};
}

Async<void> CopyRun::open_target() {
  Endpoint endpoint = unwrap(parse_endpoint(options_.job.target));
  tables_.resize(plan_.tables.size());
  const auto add = [&](std::size_t place, bool empty) {
    const Table& table = plan_.schema.tables[place];
    tables_[place].slot = targets_.size();
    TargetTable made{.source = table, .name = table.name, .truncate = plan_.tables[place].truncate, .empty = empty};
    made.source.columns.clear();
    made.source.row_identity.reset();
    for (const std::size_t column : plan_.tables[place].copied) made.source.columns.push_back(table.columns[column]);
    // Keys of a table name its columns by their places, which are others now; keys that have a computed column are no keys here.
    const auto moved = [&](UniqueKey& key) {
      for (std::size_t& column : key.columns) {
        const auto at = std::ranges::find(plan_.tables[place].copied, column);
        if (at == plan_.tables[place].copied.end()) return false;
        column = static_cast<std::size_t>(at - plan_.tables[place].copied.begin());
      }
      return true;
    };
    if (made.source.primary && !moved(*made.source.primary)) made.source.primary.reset();
    std::erase_if(made.source.unique, [&](UniqueKey& key) { return !moved(key); });
    targets_.push_back(std::move(made));
  };
  for (const Component& component : plan_.dependencies.components)
    for (const std::size_t table : component.tables) add(table, false);
  const std::size_t filled = targets_.size();
  for (std::size_t place = 0; place < plan_.tables.size(); ++place)
    if (!plan_.tables[place].reached && plan_.tables[place].written() && options_.job.create) add(place, true);
  Schema whole{.dialect = plan_.schema.dialect};  // what is to be made where it is missing, computed columns included
  whole.tables.resize(targets_.size());
  const auto known = [&](std::size_t place) {
    return plan_.tables[place].written() && (plan_.tables[place].reached || options_.job.create);
  };
  for (std::size_t place = 0; place < plan_.tables.size(); ++place) {
    if (!known(place)) continue;
    Table& table = whole.tables[tables_[place].slot] = plan_.schema.tables[place];
    // The plan has put it behind the columns when it is the key; a key that somebody named may be the last column as well.
    if (table.row_identity && table.columns.back().generated && table.columns.back().name == table.row_identity->name)
      table.columns.pop_back();
  }
  for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
    ForeignKey foreign = plan_.schema.foreign_keys[key];
    if (!known(foreign.child) || !known(foreign.parent) || plan_.keys[key].virtual_key) continue;
    if (is_written(key)) target_keys_.push_back(target_key(key));
    foreign.child = tables_[foreign.child].slot;
    foreign.parent = tables_[foreign.parent].slot;
    whole.foreign_keys.push_back(std::move(foreign));
  }
  target_ = co_await subset::open_target(loop_, std::move(endpoint), plan_.job, std::move(whole));
  report_.target = target_->name();
  identity_ = job_identity(plan_, report_.source, report_.target);
  for (std::size_t slot = 0; slot < filled; ++slot) {
    progress_.tables.push_back({.table = targets_[slot].source.name.to_string()});
    report_.tables.push_back({.table = targets_[slot].source.name.to_string()});
  }
  mapping_.numbers.resize(plan_.tables.size());
  mapping_.missing.resize(plan_.tables.size());
  mapping_.absent.resize(plan_.keys.size());
}

Async<void> CopyRun::prepare_target() { co_await target_->prepare(identity_, targets_, target_keys_); }

std::size_t CopyRun::place_of(const std::string& table, const std::string& who) const {
  for (std::size_t place = 0; place < plan_.tables.size(); ++place)
    if (plan_.tables[place].reached && plan_.schema.tables[place].name.to_string() == table) return place;
  throw ErrorException(Error(Errc::invalid_argument, who + " of " + table + ", which the job does not copy"));
}

std::unique_ptr<KeySet> CopyRun::make_set(std::size_t table) const {
  return unwrap(store_->make(plan_.tables[table].key.size(), plan_.tables[table].whole_numbers));
}

Page CopyRun::decoded(std::size_t table, std::string_view keys) const {
  Page page(plan_.tables[table].key.size());
  unwrap(decode_keys(keys, page));
  return page;
}

Async<void> CopyRun::read_ledger() {
  const std::vector<LedgerEntry> entries = co_await target_->entries();
  if (entries.empty()) co_return;
  std::vector<std::int64_t> expected(tables_.size(), 0);  // the number that the next entry of the same piece begins with
  std::vector<std::unique_ptr<KeySet>> pieces(tables_.size());
  std::vector<std::int64_t> firsts(tables_.size(), 0);
  for (const LedgerEntry& entry : entries) {
    const std::size_t place = place_of(entry.table, "the ledger in " + report_.target + " has rows");
    OfTable& table = tables_[place];
    if (!table.done) table.done = make_set(place);
    const Page keys = decoded(place, entry.keys);
    unwrap(table.done->insert(keys));
    if (entry.id_base) {
      if (!pieces[place] || *entry.id_base != expected[place]) {
        if (pieces[place]) mapping_.numbers[place].add(std::move(pieces[place]), firsts[place]);
        pieces[place] = make_set(place);
        firsts[place] = *entry.id_base;
        expected[place] = firsts[place];
      }
      unwrap(pieces[place]->insert(keys));
      expected[place] += static_cast<std::int64_t>(keys.rows());
    }
    table.pages = std::max(table.pages, entry.page + 1);
    table.complete = table.complete || entry.last;
    TableReport& report = report_.tables[table.slot];
    report.earlier += entry.rows;
    report.checksum += entry.checksum;
    progress_.tables[table.slot].earlier = report.earlier;
  }
  bool all = true;
  for (std::size_t place = 0; place < tables_.size(); ++place) {
    if (pieces[place]) mapping_.numbers[place].add(std::move(pieces[place]), firsts[place]);
    if (!plan_.tables[place].reached) continue;
    TableReport& report = report_.tables[tables_[place].slot];
    if (tables_[place].complete) report.planned = report.earlier;
    progress_.tables[tables_[place].slot].done = tables_[place].complete;
    progress_.tables[tables_[place].slot].planned = report.planned;
    all = all && tables_[place].complete;
  }
  report_.already_complete = all;
  if (!all && !options_.resume)
    throw ErrorException(Error(Errc::invalid_argument, "an earlier run of this job into " + report_.target +
                                                           " was stopped: go on with it by --resume, or empty the target"));
}

Async<void> CopyRun::resolve() {
  enter(Phase::resolving);
  closure_ = unwrap(Closure::make(plan_, *store_));
  const auto progress = [this](const ClosureProgress& now) {
    progress_.keys = now.keys;
    progress_.waiting = now.waiting;
    progress_.current = tables_[now.table].slot;
    tell(false);
  };
  std::function<void(const ClosureProgress&)> on_progress(progress);
  co_await closure_->resolve(*source_, options_.signal, std::move(on_progress));
  progress_.current.reset();
  for (std::size_t place = 0; place < tables_.size(); ++place) {
    tables_[place].keys = closure_->keys(place);
    if (!plan_.tables[place].reached || tables_[place].complete) continue;
    if (plan_.tables[place].streamed) {
      Query query{.sql = count_statement(plan_, place)};
      const Page counted = co_await fetch(*source_, std::move(query), 1);
      tables_[place].rows = static_cast<std::uint64_t>(counted.at(0, 0).integer);
    }
    const std::uint64_t found = plan_.tables[place].streamed ? tables_[place].rows : tables_[place].keys->size();
    const std::uint64_t planned = std::max(found, report_.tables[tables_[place].slot].earlier);
    report_.tables[tables_[place].slot].planned = planned;
    progress_.tables[tables_[place].slot].planned = planned;
  }
  co_await take_absent();
}

Async<void> CopyRun::verify() {
  enter(Phase::verifying);
  for (std::size_t slot = 0; slot < report_.tables.size(); ++slot) {
    const std::optional<Target::Contents> contents = co_await target_->contents(slot, options_.verify);
    if (!contents) continue;
    report_.tables[slot].found_rows = contents->rows;
    report_.tables[slot].found_checksum = contents->checksum;
    tell(false);
  }
  take_dangling(co_await target_->dangling(target_keys_));
}

void CopyRun::take_dangling(const std::vector<std::uint64_t>& dangling) {
  for (std::size_t i = 0; i < target_keys_.size() && i < dangling.size(); ++i) {
    const TargetKey& key = target_keys_[i];
    if (targets_[key.child].empty || targets_[key.parent].empty) continue;  // made, and that is all
    const Schema pair{.tables = {targets_[key.child].source, targets_[key.parent].source}};
    report_.keys.push_back(
        {.key = describe(pair,
                         {.name = key.name, .child = 0, .columns = key.columns, .parent = 1, .parent_columns = key.parent_columns}),
         .dangling = dangling[i]});
  }
}

Promise<Report> copy(Loop& loop, CopyOptions options) {
  if (!options.job.coordinator.empty())
    return Promise<Report>::rejected(
        loop, Error(Errc::invalid_argument, "the job has a coordinator: copy_shared() is for those that several workers share"));
  const auto keep = [](Loop& on, CopyOptions given) -> Async<Report> {
    CopyRun run(on, std::move(given));
    co_return co_await run.run();
  };
  return keep(loop, std::move(options));
}

Promise<Plan> plan_job(Loop& loop, Job job, AbortSignal signal) {
  const auto make = [](Loop& on, Job given, AbortSignal until) -> Async<Plan> {
    until.throw_if_aborted();
    const std::unique_ptr<Session> source = co_await open_source(on, unwrap(parse_endpoint(given.source)));
    until.throw_if_aborted();
    const AbortRegistration aborted = until.on_abort([&source] { source->cancel(); });
    co_await source->begin_snapshot(std::nullopt);
    Schema schema = co_await source->read_schema();
    co_return unwrap(make_plan(std::move(given), without_ledger(std::move(schema))));
  };
  return make(loop, std::move(job), std::move(signal));
}

}  // namespace millrace::subset
