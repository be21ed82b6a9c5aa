#include "subset/files/file_job.h"

#include <limits>
#include <map>

#include "subset/files/file_names.h"
#include "subset/files/plain_text.h"
#include "subset/files/sql_script.h"

namespace millrace::subset {
namespace {

constexpr std::string_view kLedgerName = ".millrace-ledger";

/// Folder and name of a file.
std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

Result<void> check_names(const std::vector<TargetTable>& tables) {
  for (const TargetTable& table : tables)
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      if (!is_utf8(table.columns[column].name)) return fail(field_error(table, column, "a column's name is not UTF-8"));
  return {};
}

}  // namespace

FileJob::FileJob(FileOptions options) : options_(std::move(options)) {
  if (options_.calls == nullptr) options_.calls = &system_;
}

FileJob::~FileJob() {
  if (store_) static_cast<void>(store_->rollback());  // what is left, the next run's entries() cuts off
}

Result<void> FileJob::plan(std::string identity, std::vector<TargetTable>& tables, const std::vector<TargetKey>& keys) {
  const Dialect dialect = options_.dialect.value_or(options_.source);
  ScriptParts parts;
  if (options_.kind == FileKind::sql && options_.create) {
    Result<ScriptParts> made = options_.statements(tables, keys);
    if (!made) return fail(std::move(made.error()));
    parts = *std::move(made);
    for (TargetTable& table : tables) table.created = true;
  }
  std::vector<TableName> names;
  for (TargetTable& table : tables) {
    if (table.columns.empty()) table.columns = table.source.columns;
    if (table.columns.size() != table.source.columns.size())
      return fail(
          Error(Errc::invalid_argument, "files: a table has not the columns of its source").with("table", table.name.to_string()));
    names.push_back(table.name);
  }
  tables_ = tables;
  next_id_ = committed_id_ = std::vector<std::int64_t>(tables.size(), 1);
  header_ = {.identity = std::move(identity), .form = std::string(to_string(options_.kind))};
  if (options_.kind == FileKind::sql) {
    constexpr std::string_view kExisting[] = {"error", "skip", "update"};
    header_.form += " " + std::string(to_string(dialect)) + " " +
                    std::string(kExisting[static_cast<std::size_t>(options_.existing)]) + (options_.create ? " create" : "");
    auto script = std::make_unique<SqlScript>(dialect, options_.existing, std::move(parts));
    if (auto good = script->check(tables_); !good) return good;
    script_ = script.get();
    format_ = std::move(script);
    auto [folder, name] = split(options_.path);
    place_ = {.folder = std::move(folder), .ledger = name + std::string(kLedgerName), .files = {std::move(name)}};
    return {};
  }
  const bool csv = options_.kind == FileKind::csv;
  if (auto good = check_names(tables_); !good) return good;
  Result<std::vector<std::string>> files = file_names(names, csv ? ".csv" : ".jsonl");
  if (!files) return fail(std::move(files.error()));
  format_ = csv ? make_csv_format() : make_json_lines_format();
  place_ = {.folder = options_.path,
            .make_folder = true,
            .whole_folder = true,
            .ledger = std::string(kLedgerName),
            .files = *std::move(files)};
  return {};
}

Result<void> FileJob::open() {
  Result<FileStore> store = FileStore::open(std::move(place_), header_, *options_.calls);
  if (!store) return fail(std::move(store.error()));
  store_.emplace(*std::move(store));
  return {};
}

Result<std::vector<LedgerEntry>> FileJob::entries() {
  MILLRACE_ASSERT(store_.has_value() && !begun_);
  Result<std::vector<LedgerCommit>> commits = store_->recover();
  if (!commits) return fail(std::move(commits.error()));
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < tables_.size(); ++i) places[tables_[i].source.name.to_string()] = i;
  std::vector<LedgerEntry> all;
  for (LedgerCommit& commit : *commits) {
    for (LedgerEntry& entry : commit.entries) all.push_back(std::move(entry));
    for (const auto& [table, next] : commit.ids)
      if (const auto found = places.find(table); found != places.end()) next_id_[found->second] = next;
    finished_ = finished_ || commit.finished;
  }
  committed_id_ = next_id_;
  return all;
}

Result<void> FileJob::going_on() const {
  if (cancelled_.load(std::memory_order_relaxed)) return fail(Error(Errc::aborted, "files: cancelled").with("path", options_.path));
  return {};
}

Result<void> FileJob::begin(bool checks_later) {
  MILLRACE_ASSERT(store_.has_value() && !begun_);
  if (auto good = going_on(); !good) return good;
  if (finished_) return fail(Error(Errc::invalid_argument, "files: the job is finished").with("path", options_.path));
  begun_ = true;
  checks_later_ = checks_later && script_ != nullptr;
  if (!checks_later_) return {};
  if (auto done = open_for_rows(0); !done) return done;
  return store_->append(0, script_->checks_later());
}

Result<std::int64_t> FileJob::reserve_ids(std::size_t table, std::uint64_t count) {
  std::int64_t& next = next_id_[table];
  if (count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - next))
    return fail(Error(Errc::full, "files: no more numbers").with("table", tables_[table].name.to_string()));
  const std::int64_t first = next;
  next += static_cast<std::int64_t>(count);
  return first;
}

/// What a file begins with stands in it before anything else.
Result<void> FileJob::open_for_rows(std::size_t table) {
  const std::size_t file = file_of(table);
  if (store_->size(file) > 0) return {};
  if (auto done = store_->touch(file); !done) return done;
  const std::string opening = tables_.empty() ? format_->opening({}) : format_->opening(tables_[table]);
  return opening.empty() ? Result<void>() : store_->append(file, opening);
}

Result<void> FileJob::begin_table(std::size_t table) {
  MILLRACE_ASSERT(begun_ && !table_ && table < tables_.size());
  if (auto good = going_on(); !good) return good;
  table_ = table;
  rows_ = 0;
  return open_for_rows(table);
}

Result<void> FileJob::write(const Page& page) {
  MILLRACE_ASSERT(begun_ && table_.has_value());
  const TargetTable& table = tables_[*table_];
  MILLRACE_ASSERT(page.empty() || page.columns() == table.columns.size());
  std::string text;
  for (std::size_t row = 0; row < page.rows(); text.clear()) {
    if (auto good = going_on(); !good) return good;
    if (auto done = format_->append_rows(table, page, row, text); !done) return done;
    if (auto done = store_->append(file_of(*table_), text); !done) return done;
  }
  rows_ += page.rows();
  return {};
}

std::uint64_t FileJob::end_table() noexcept {
  MILLRACE_ASSERT(begun_ && table_.has_value());
  table_.reset();
  return rows_;
}

void FileJob::note(LedgerEntry entry) {
  MILLRACE_ASSERT(begun_);
  noted_.push_back(std::move(entry));
}

Result<void> FileJob::patch(std::size_t table, const ColumnList& key, const ColumnList& columns, const Page& page) {
  MILLRACE_ASSERT(begun_ && !table_ && table < tables_.size());
  if (script_ == nullptr)
    return fail(Error(Errc::unsupported, "files: rows of " + std::string(to_string(options_.kind)) +
                                             " cannot be changed once they are written; nothing in them needs to be")
                    .with("table", tables_[table].name.to_string()));
  if (auto done = open_for_rows(table); !done) return done;
  std::string text;
  for (std::size_t row = 0; row < page.rows(); text.clear()) {
    if (auto good = going_on(); !good) return good;
    if (auto done = script_->append_patches(tables_[table], key, columns, page, row, text); !done) return done;
    if (auto done = store_->append(0, text); !done) return done;
  }
  return {};
}

Result<void> FileJob::commit() {
  MILLRACE_ASSERT(begun_ && !table_);
  if (auto good = going_on(); !good) return good;
  if (checks_later_)
    if (const std::string now = script_->checks_now(); !now.empty())
      if (auto done = store_->append(0, now); !done) return done;
  LedgerCommit commit{.entries = noted_};
  for (std::size_t i = 0; i < tables_.size(); ++i)
    if (next_id_[i] != committed_id_[i]) commit.ids.emplace_back(tables_[i].source.name.to_string(), next_id_[i]);
  if (auto done = store_->commit(std::move(commit)); !done) return done;
  noted_.clear();
  committed_id_ = next_id_;
  begun_ = false;
  return {};
}

Result<void> FileJob::rollback() {
  noted_.clear();
  next_id_ = committed_id_;
  table_.reset();
  begun_ = false;
  return store_ ? store_->rollback() : Result<void>();
}

Result<void> FileJob::finish() {
  MILLRACE_ASSERT(store_.has_value() && !begun_);
  if (finished_) return {};
  if (auto good = going_on(); !good) return good;
  // A table without rows has a file, too.
  const std::size_t files = script_ != nullptr ? 1 : tables_.size();
  for (std::size_t i = 0; i < files; ++i)
    if (auto done = open_for_rows(i); !done) return done;
  if (script_ != nullptr)
    if (auto done = store_->append(0, script_->ending(tables_)); !done) return done;
  if (auto done = store_->commit({.finished = true}); !done) return done;
  finished_ = true;
  return {};
}

}  // namespace millrace::subset
