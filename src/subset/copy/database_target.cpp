#include "subset/copy/database_target.h"

#include <algorithm>
#include <utility>

#include <millrace/async.h>
#include <millrace/subset/describe.h>

#include "subset/copy/contents.h"
#include "subset/copy/ledger.h"
#include "subset/ddl/bulk.h"
#include "subset/ddl/create.h"
#include "subset/ddl/fit.h"
#include "subset/ddl/names.h"
#include "subset/sql.h"

namespace millrace::subset {
namespace {

/// Before a job's name: the note that its tables are being made.
constexpr const char* kMaking = "making:";

std::optional<std::size_t> place_of(const Schema& schema, const TableName& name) {
  for (std::size_t i = 0; i < schema.tables.size(); ++i)
    if (schema.tables[i].name == name) return i;
  return std::nullopt;
}

/// What the target's own catalogue says of one of the job's keys.
struct Found {
  bool there = false;
  std::string name{};
  Deferral deferral = Deferral::none;
  ColumnList nulls{};        ///< of TargetKey::columns' places those that may be NULL there
  bool proven = false;       ///< as ForeignKey::proven
  bool just_proven = false;  ///< by this run, when all rows were there
};

class DatabaseTarget final : public Target {
 public:
  DatabaseTarget(std::unique_ptr<Session> session, Job job, Schema source)
      : session_(std::move(session)), job_(std::move(job)), source_(std::move(source)), ledger_(*session_) {}

  [[nodiscard]] Loop& loop() const noexcept { return session_->loop(); }
  [[nodiscard]] const std::string& name() const noexcept override { return session_->name(); }
  [[nodiscard]] std::optional<Dialect> dialect() const noexcept override { return session_->dialect(); }
  [[nodiscard]] ColumnList null_first(const TargetKey& key) const override {
    const Found* const found = find(key);
    if (session_->dialect() != Dialect::postgres || found == nullptr || !found->there || found->deferral != Deferral::none ||
        key.child == key.parent)
      return {};
    return found->nulls;
  }

  [[nodiscard]] Promise<void> prepare(std::string identity, std::vector<TargetTable>& tables,
                                      const std::vector<TargetKey>& keys) override {
    return do_prepare(std::move(identity), tables, keys);
  }
  [[nodiscard]] Promise<std::vector<LedgerEntry>> entries() override { return ledger_.entries(identity_); }
  [[nodiscard]] Promise<void> begin(std::vector<std::size_t> tables, bool checks_later) override {
    return do_begin(std::move(tables), checks_later);
  }
  [[nodiscard]] Promise<std::int64_t> reserve_ids(std::size_t table, std::size_t column, std::uint64_t count) override {
    return session_->reserve_ids((*tables_)[table].name, (*tables_)[table].columns[column], count);
  }
  [[nodiscard]] Promise<void> begin_table(std::size_t table) override {
    const TargetTable& into = (*tables_)[table];
    Insertion insertion{.table = into.name, .columns = into.columns, .existing = job_.existing};
    if (job_.existing != ExistingRows::error)
      insertion.key = into.source.primary          ? into.source.primary->columns
                      : into.source.unique.empty() ? ColumnList{}
                                                   : into.source.unique[0].columns;
    if (job_.existing != ExistingRows::error && insertion.key.empty())
      return Promise<void>::rejected(
          loop(),
          Error(Errc::invalid_argument,
                into.name.to_string() +
                    " has no key by which rows that are there already could be found; existing = \"error\" is the only choice")
              .with("table", into.name.to_string()));
    return session_->begin_insert(std::move(insertion));
  }
  [[nodiscard]] Promise<void> write(const Page& page) override { return session_->insert(page); }
  [[nodiscard]] Promise<std::uint64_t> end_table() override { return session_->finish_insert(); }
  [[nodiscard]] Promise<void> note(LedgerEntry entry) override { return ledger_.note(identity_, std::move(entry)); }
  [[nodiscard]] Promise<void> patch(std::size_t table, ColumnList key, ColumnList columns, const Page& page) override {
    return do_patch(table, std::move(key), std::move(columns), page);
  }
  [[nodiscard]] Promise<void> commit() override { return do_commit(); }
  [[nodiscard]] Promise<void> rollback() override { return do_rollback(); }
  [[nodiscard]] Promise<void> finish() override { return do_finish(); }
  [[nodiscard]] Promise<std::vector<std::uint64_t>> dangling(const std::vector<TargetKey>& keys) override {
    return count_dangling(keys);
  }
  [[nodiscard]] Promise<std::optional<Contents>> contents(std::size_t table, bool checksum) override {
    return look_into(table, checksum);
  }
  void cancel() noexcept override { session_->cancel(); }

 private:
  Async<void> do_prepare(std::string identity, std::vector<TargetTable>& tables, const std::vector<TargetKey>& keys);
  void match(const Schema& there, bool before);
  Async<std::vector<std::string>> take_away();
  Async<void> truncate(const Schema& there);
  Async<void> check_truncated(const Schema& there);
  Async<void> drop_half_made();
  Async<void> run_all(std::vector<std::string> statements);
  Async<void> do_begin(std::vector<std::size_t> tables, bool checks_later);
  Async<void> do_rollback();
  Async<void> check_keys(bool check);
  Async<void> do_commit();
  Async<void> do_patch(std::size_t table, ColumnList key, ColumnList columns, const Page& page);
  Async<void> do_finish();
  Async<std::optional<Contents>> look_into(std::size_t table, bool checksum);
  Async<std::vector<std::uint64_t>> count_dangling(const std::vector<TargetKey>& keys);
  Async<std::uint64_t> dangling_of(std::size_t key);
  void look_at_keys(const Schema& there);
  [[nodiscard]] const Found* find(const TargetKey& key) const;
  [[nodiscard]] std::string named(const TableName& table) const { return sql::name(session_->dialect(), table); }
  [[nodiscard]] std::string named(std::size_t table, std::size_t column) const {
    return sql::name(session_->dialect(), (*tables_)[table].columns[column].name);
  }

  std::unique_ptr<Session> session_;
  Job job_;
  Schema source_;
  Ledger ledger_;
  std::string identity_{};
  std::vector<TargetTable>* tables_ = nullptr;
  std::vector<TargetKey> keys_{};
  std::vector<std::string> own_{};       ///< tables that have no rows but the job's
  std::vector<Found> found_{};           ///< as keys_
  std::vector<std::size_t> deferred_{};  ///< tables whose keys the open transaction checks at its end
  std::vector<std::size_t> altered_{};   ///< keys that it made deferrable for that
};

Async<void> DatabaseTarget::do_prepare(std::string identity, std::vector<TargetTable>& tables, const std::vector<TargetKey>& keys) {
  identity_ = std::move(identity);
  tables_ = &tables;
  keys_ = keys;
  const std::vector<TableName> names = unwrap(ddl::target_names(source_, session_->dialect()));
  if (session_->dialect() == Dialect::mariadb) co_await drop_half_made();
  Schema there = co_await session_->read_schema();
  std::vector<bool> make(tables.size(), false);
  std::string missing;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    tables[i].name = names[i];
    if (place_of(there, tables[i].name)) continue;
    make[i] = tables[i].created = true;
    if (!tables[i].empty) missing += (missing.empty() ? "" : ", ") + tables[i].name.to_string();
  }
  if (!missing.empty() && !job_.create)
    throw ErrorException(
        Error(Errc::invalid_argument, name() + " has no table " + missing + "; create = true in the plan file makes it"));
  // Types that cannot be made, and fields that do not fit, are told before anything is made.
  const bool creates = job_.create && std::ranges::find(make, true) != make.end();
  ddl::Creation creation;
  if (creates)
    creation = unwrap(ddl::create_statements({.source = source_, .target = session_->dialect(), .names = names, .make = make}));
  match(there, true);
  co_await ledger_.make();
  const bool known = co_await ledger_.knows(identity_);
  if (known && !missing.empty())
    throw ErrorException(Error(Errc::invalid_argument, name() + " knows of an earlier run of this job, and has no table " +
                                                           missing + " any more. To begin anew, delete job " + identity_ +
                                                           " from " + std::string(kLedgerJobs) + " and " +
                                                           std::string(kLedgerPages)));
  for (const TargetTable& table : tables)
    if (!known && !table.empty && (table.created || table.truncate)) own_.push_back(table.name.to_string());
  // MariaDB ends a transaction with each table that it makes. So it is noted before what is going to be made: a run that finds the note begins anew.
  const bool transactional = session_->dialect() != Dialect::mariadb;
  if (creates && !transactional) {
    std::vector<std::string> made;
    for (const TargetTable& table : tables)
      if (table.created) made.push_back(table.name.name);
    co_await ledger_.add_job(kMaking + identity_, "tables are being made", {}, std::move(made));
  }
  if (transactional) co_await session_->begin();
  if (creates) {
    co_await run_all(creation.before);
    co_await run_all(creation.tables);
    if (!job_.bulk) co_await run_all(creation.foreign_keys);
  }
  if (!transactional) co_await session_->begin();
  if (!known) {
    std::vector<std::string> after = std::move(creation.indexes);
    if (job_.bulk) after.insert(after.end(), creation.foreign_keys.begin(), creation.foreign_keys.end());
    co_await truncate(there);
    if (job_.bulk && session_->dialect() == Dialect::postgres) {
      const std::vector<std::string> rebuild = co_await take_away();
      after.insert(after.end(), rebuild.begin(), rebuild.end());
    }
    std::string about = "from " + job_.source;
    if (const std::size_t at = about.find("://"); at != std::string::npos)
      if (const std::size_t host = about.find('@', at); host != std::string::npos)
        about.erase(at + 3, host + 1 - (at + 3));  // no passwords
    co_await ledger_.add_job(identity_, std::move(about), std::move(after), own_);
  } else {
    own_ = co_await ledger_.own_tables(identity_);
  }
  if (creates && !transactional) co_await ledger_.forget_job(kMaking + identity_);
  co_await session_->commit();
  if (creates || job_.bulk) there = co_await session_->read_schema();
  if (creates) match(there, false);
  look_at_keys(there);
  // A server that breaks down loses the last pages together with what the ledger says of them, and the run after copies them again; the commit that says it is done waits for the
  // disk, and with it for all before. Of a job that several share others are told about each page.
  if (session_->dialect() == Dialect::postgres && job_.coordinator.empty())
    co_await session_->execute("SET synchronous_commit = off");
}

/// Which column of the target takes which of the source. `before`: tables that are to be made are not there yet.
void DatabaseTarget::match(const Schema& there, bool before) {
  std::vector<ddl::Fit> fits;
  for (TargetTable& table : *tables_) {
    const std::optional<std::size_t> place = place_of(there, table.name);
    if (table.empty || (before && table.created)) continue;
    if (!place)
      throw ErrorException(
          Error(Errc::invalid_argument, name() + " does not show the table " + table.name.to_string() + ", though it was made")
              .with("table", table.name.to_string()));
    fits.push_back(ddl::fit(source_.dialect, table.source, session_->dialect(), there.tables[*place]));
    table.columns.clear();
    for (std::size_t i = 0; i < fits.back().places.size(); ++i)
      table.columns.push_back(fits.back().places[i] ? there.tables[*place].columns[*fits.back().places[i]]
                                                    : table.source.columns[i]);
  }
  unwrap(ddl::check(fits));
}

/// Drops foreign keys and indexes of tables that were there before, and returns what builds them again. In the transaction that notes this in the ledger.
Async<std::vector<std::string>> DatabaseTarget::take_away() {
  constexpr std::size_t kObjectsMax = 100'000;
  std::vector<std::string> rebuild;
  std::vector<TableName> names;
  for (const TargetTable& table : *tables_)
    if (!table.empty && !table.created) names.push_back(table.name);
  if (names.empty()) co_return rebuild;
  Query query{.sql = unwrap(ddl::bulk_query(names))};
  co_await session_->execute(std::string(ddl::kBulkSearchPath));
  const Page objects = co_await fetch(*session_, std::move(query), kObjectsMax);
  std::vector<std::string> drop;
  for (std::size_t row = 0; row < objects.rows(); ++row) drop.emplace_back(objects.at(row, 3).text);
  co_await run_all(std::move(drop));
  for (std::size_t row = objects.rows(); row-- > 0;) rebuild.emplace_back(objects.at(row, 4).text);
  co_await session_->execute("SET LOCAL search_path TO DEFAULT");
  co_return rebuild;
}

Async<void> DatabaseTarget::run_all(std::vector<std::string> statements) {
  for (const std::string& statement : statements) co_await session_->execute(statement);
}

/// Tables that a run was making when it ended, with or without their keys. One that has rows is somebody else's by now.
Async<void> DatabaseTarget::drop_half_made() {
  co_await ledger_.make();
  const std::vector<std::string> made = co_await ledger_.own_tables(kMaking + identity_);
  if (made.empty()) co_return;
  const Schema there = co_await session_->read_schema();
  co_await session_->execute("SET SESSION foreign_key_checks = 0");
  for (const std::string& table : made) {
    const TableName half{.name = table};
    if (!place_of(there, half)) continue;
    Query query{.sql = "SELECT 1 FROM " + named(half) + " LIMIT 1"};
    const Page rows = co_await fetch(*session_, std::move(query), 1);
    const std::string drop = "DROP TABLE " + named(half);
    if (rows.empty()) co_await session_->execute(drop);
  }
  co_await session_->execute("SET SESSION foreign_key_checks = 1");
  co_await ledger_.forget_job(kMaking + identity_);
}

/// MariaDB has deleted without looking: what refers to these tables from others has to be nothing.
Async<void> DatabaseTarget::check_truncated(const Schema& there) {
  const auto emptied = [&](std::size_t place) {
    return std::ranges::any_of(*tables_,
                               [&](const TargetTable& table) { return table.truncate && table.name == there.tables[place].name; });
  };
  for (const ForeignKey& key : there.foreign_keys) {
    if (!emptied(key.parent) || emptied(key.child)) continue;
    const Table& child = there.tables[key.child];
    std::string given;
    for (const std::size_t column : key.columns)
      given += (given.empty() ? "" : " AND ") + sql::name(Dialect::mariadb, child.columns[column].name) + " IS NOT NULL";
    Query query{.sql = "SELECT 1 FROM " + named(child.name) + " WHERE " + given + " LIMIT 1"};
    const Page rows = co_await fetch(*session_, std::move(query), 1);
    if (!rows.empty())
      throw ErrorException(Error(Errc::invalid_argument, "rows of " + child.name.to_string() + " refer to " +
                                                             there.tables[key.parent].name.to_string() + " (" + key.name +
                                                             "), which was to be emptied; empty both, or neither")
                               .with("table", child.name.to_string())
                               .with("constraint", key.name));
  }
}

Async<void> DatabaseTarget::truncate(const Schema& there) {
  std::string all;
  std::vector<std::string> each;
  for (auto table = tables_->rbegin(); table != tables_->rend(); ++table) {
    if (!table->truncate) continue;
    all += (all.empty() ? "" : ", ") + named(table->name);
    each.push_back("DELETE FROM " + named(table->name));
  }
  if (each.empty()) co_return;
  switch (session_->dialect()) {
    case Dialect::postgres: {
      const std::string statement = "TRUNCATE " + all;
      co_await session_->execute(statement);
      break;
    }
    case Dialect::sqlite:
      co_await session_->execute("PRAGMA defer_foreign_keys = ON");
      co_await run_all(std::move(each));
      break;
    case Dialect::mariadb:
      // Children first, but circles know no first; what refers to these rows from elsewhere is found at the end, with all keys.
      co_await session_->execute("SET SESSION foreign_key_checks = 0");
      co_await run_all(std::move(each));
      co_await session_->execute("SET SESSION foreign_key_checks = 1");
      co_await check_truncated(there);
      break;
  }
}

void DatabaseTarget::look_at_keys(const Schema& there) {
  found_.assign(keys_.size(), {});
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const TargetKey& key = keys_[i];
    const TargetTable& child = (*tables_)[key.child];
    const TargetTable& parent = (*tables_)[key.parent];
    if (child.empty || parent.empty) continue;
    for (std::size_t at = 0; at < there.foreign_keys.size(); ++at) {
      const ForeignKey& foreign = there.foreign_keys[at];
      if (there.tables[foreign.child].name != child.name || there.tables[foreign.parent].name != parent.name ||
          foreign.columns.size() != key.columns.size())
        continue;
      // The same pairs of columns, in whatever order.
      bool same = true;
      for (std::size_t k = 0; k < key.columns.size(); ++k) {
        bool pair = false;
        for (std::size_t f = 0; f < foreign.columns.size(); ++f)
          pair = pair || (there.tables[foreign.child].columns[foreign.columns[f]].name == child.columns[key.columns[k]].name &&
                          there.tables[foreign.parent].columns[foreign.parent_columns[f]].name ==
                              parent.columns[key.parent_columns[k]].name);
        same = same && pair;
      }
      if (!same) continue;
      found_[i] = {.there = true, .name = foreign.name, .deferral = foreign.deferral, .proven = foreign.proven};
      const ColumnList nulls = nullable_columns(there, at);
      for (const std::size_t place : key.columns)
        if (std::ranges::any_of(nulls, [&](std::size_t column) {
              return there.tables[foreign.child].columns[column].name == child.columns[place].name;
            }))
          found_[i].nulls.push_back(place);
      break;
    }
  }
}

const Found* DatabaseTarget::find(const TargetKey& key) const {
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i].child == key.child && keys_[i].parent == key.parent && keys_[i].columns == key.columns &&
        keys_[i].parent_columns == key.parent_columns)
      return &found_[i];
  return nullptr;
}

Async<void> DatabaseTarget::do_begin(std::vector<std::size_t> tables, bool checks_later) {
  deferred_.clear();
  altered_.clear();
  if (checks_later) deferred_ = std::move(tables);
  if (checks_later) co_await check_keys(false);
  co_await session_->begin();
  if (!checks_later) co_return;
  if (session_->dialect() != Dialect::postgres) co_return;
  const auto among = [&](std::size_t table) { return std::ranges::find(deferred_, table) != deferred_.end(); };
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const TargetKey& key = keys_[i];
    const Found& found = found_[i];
    // A table's key to itself is checked when all its rows are there, and one that can be NULL first needs no other way.
    if (!found.there || found.deferral != Deferral::none || !found.nulls.empty() || key.child == key.parent || !among(key.child) ||
        !among(key.parent))
      continue;
    const std::string statement = "ALTER TABLE " + named((*tables_)[key.child].name) + " ALTER CONSTRAINT " +
                                  sql::name(Dialect::postgres, found.name) + " DEFERRABLE INITIALLY DEFERRED";
    co_await session_->execute(statement);
    altered_.push_back(i);
  }
  co_await session_->execute("SET CONSTRAINTS ALL DEFERRED");
}

Async<void> DatabaseTarget::do_commit() {
  if (session_->dialect() == Dialect::postgres && !altered_.empty()) {
    co_await session_->execute("SET CONSTRAINTS ALL IMMEDIATE");
    for (const std::size_t i : std::exchange(altered_, {})) {
      const std::string statement = "ALTER TABLE " + named((*tables_)[keys_[i].child].name) + " ALTER CONSTRAINT " +
                                    sql::name(Dialect::postgres, found_[i].name) + " NOT DEFERRABLE";
      co_await session_->execute(statement);
    }
  }
  if (session_->dialect() != Dialect::postgres && !deferred_.empty()) {
    // Nobody looks again at what went in while checks were off, so we do, before it is there for good.
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (std::ranges::find(deferred_, keys_[i].child) == deferred_.end() || (*tables_)[keys_[i].parent].empty) continue;
      const std::uint64_t rows = co_await dangling_of(i);
      if (rows == 0) continue;
      const TargetTable& child = (*tables_)[keys_[i].child];
      throw ErrorException(Error(Errc::invalid_argument,
                                 std::to_string(rows) + " rows of " + child.name.to_string() + " would refer to rows of " +
                                     (*tables_)[keys_[i].parent].name.to_string() + " that are not there (" + keys_[i].name + ")")
                               .with("table", child.name.to_string())
                               .with("constraint", keys_[i].name));
    }
  }
  co_await session_->commit();
  if (!deferred_.empty()) co_await check_keys(true);
  deferred_.clear();
}

Async<void> DatabaseTarget::do_rollback() {
  co_await session_->rollback();
  if (!deferred_.empty()) co_await check_keys(true);
  deferred_.clear();
}

/// Outside of a transaction, where SQLite does not hear it. SQLite could check at the end of one, too, but would then look for children of every parent that comes: without an
/// index of the children, which is built after the rows, a circle of n rows would take n * n steps.
Async<void> DatabaseTarget::check_keys(bool check) {
  if (session_->dialect() == Dialect::mariadb)
    co_await session_->execute(check ? "SET SESSION foreign_key_checks = 1" : "SET SESSION foreign_key_checks = 0");
  if (session_->dialect() == Dialect::sqlite)
    co_await session_->execute(check ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
}

Async<void> DatabaseTarget::do_patch(std::size_t table, ColumnList key, ColumnList columns, const Page& page) {
  constexpr std::size_t kPatchRows = 1'000;
  const TargetTable& into = (*tables_)[table];
  const Dialect dialect = session_->dialect();
  // A list of rows as a table, whose first row says the types.
  for (std::size_t from = 0; from < page.rows(); from += kPatchRows) {
    const std::size_t to = std::min(page.rows(), from + kPatchRows);
    std::string rows;
    for (std::size_t row = from; row < to; ++row) {
      rows += row == from ? "SELECT " : " UNION ALL SELECT ";
      for (std::size_t i = 0; i < page.columns(); ++i) {
        const Column& column = into.columns[i < key.size() ? key[i] : columns[i - key.size()]];
        const std::string literal = unwrap(sql::literal(dialect, page.at(row, i), row == from ? &column : nullptr));
        rows += (i == 0 ? "" : ", ") + literal + (row == from ? " AS v" + std::to_string(i) : "");
      }
    }
    std::string sets, matches;
    for (std::size_t i = 0; i < columns.size(); ++i)
      sets += (i == 0 ? "" : ", ") + std::string(dialect == Dialect::mariadb ? "t." : "") + named(table, columns[i]) + " = d.v" +
              std::to_string(key.size() + i);
    for (std::size_t i = 0; i < key.size(); ++i)
      matches += (i == 0 ? "t." : " AND t.") + named(table, key[i]) + " = d.v" + std::to_string(i);
    std::string statement = dialect == Dialect::mariadb
                                ? "UPDATE " + named(into.name) + " AS t JOIN (" + rows + ") AS d ON " + matches + " SET " + sets
                                : "UPDATE " + named(into.name) + " AS t SET " + sets + " FROM (" + rows + ") AS d WHERE " + matches;
    const std::uint64_t changed = co_await session_->execute(std::move(statement));
    // MariaDB counts rows that it changed, and what is as it should be already is none of them.
    if (dialect != Dialect::mariadb && changed != to - from && job_.existing == ExistingRows::error)
      throw ErrorException(Error(Errc::invalid_argument, "of " + std::to_string(to - from) + " rows of " + into.name.to_string() +
                                                             " whose references were to be filled in, " + std::to_string(changed) +
                                                             " are there")
                               .with("table", into.name.to_string()));
  }
}

Async<void> DatabaseTarget::do_finish() {
  const bool finished = co_await ledger_.finished(identity_);
  if (finished) co_return;
  for (const TargetTable& table : *tables_) {
    if (table.empty) continue;
    for (const Column& column : table.columns)
      if (column.identity && !column.generated) co_await session_->advance_ids(table.name, column);
  }
  std::vector<std::string> after = co_await ledger_.after_rows(identity_);
  if (session_->dialect() == Dialect::mariadb) co_await run_all(std::exchange(after, {}));
  co_await session_->begin();
  if (session_->dialect() == Dialect::postgres) co_await session_->execute("SET LOCAL synchronous_commit TO DEFAULT");
  const bool built = !after.empty();
  co_await run_all(std::move(after));
  co_await ledger_.finish_job(identity_);
  co_await session_->commit();
  // A foreign key that was built just now was compared with every row by the server itself.
  if (!job_.bulk || !built || session_->dialect() != Dialect::postgres) co_return;
  std::vector<bool> before;
  for (const Found& found : found_) before.push_back(found.there);
  look_at_keys(co_await session_->read_schema());
  for (std::size_t i = 0; i < found_.size(); ++i) found_[i].just_proven = found_[i].proven && !before[i];
}

Async<std::optional<Target::Contents>> DatabaseTarget::look_into(std::size_t place, bool checksum) {
  const TargetTable& table = (*tables_)[place];
  if (table.empty || std::ranges::find(own_, table.name.to_string()) == own_.end()) co_return std::nullopt;
  const bool comparable = checksum && comes_back(source_.dialect, table, session_->dialect());
  Contents found = co_await read_contents(*session_, table, comparable);
  co_return found;
}

Async<std::uint64_t> DatabaseTarget::dangling_of(std::size_t place) {
  const TargetKey& key = keys_[place];
  std::string given, same;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    given += (i == 0 ? "c." : " AND c.") + named(key.child, key.columns[i]) + " IS NOT NULL";
    same += (i == 0 ? "p." : " AND p.") + named(key.parent, key.parent_columns[i]) + " = c." + named(key.child, key.columns[i]);
  }
  Query query{.sql = "SELECT count(*) FROM " + named((*tables_)[key.child].name) + " AS c WHERE " + given +
                     " AND NOT EXISTS (SELECT 1 FROM " + named((*tables_)[key.parent].name) + " AS p WHERE " + same + ")"};
  const Page counted = co_await fetch(*session_, std::move(query), 1);
  co_return static_cast<std::uint64_t>(counted.at(0, 0).integer);
}

Async<std::vector<std::uint64_t>> DatabaseTarget::count_dangling(const std::vector<TargetKey>& keys) {
  std::vector<std::uint64_t> counts(keys.size(), 0);
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!(*tables_)[keys[i].child].empty && !(*tables_)[keys[i].parent].empty && !found_[i].just_proven)
      counts[i] = co_await dangling_of(i);
  co_return counts;
}

}  // namespace

std::unique_ptr<Target> make_database_target(std::unique_ptr<Session> session, Job job, Schema source) {
  return std::make_unique<DatabaseTarget>(std::move(session), std::move(job), std::move(source));
}

}  // namespace millrace::subset
