#include "subset/files/file_target.h"

#include <unistd.h>
#include <algorithm>

#include <utility>

#include <millrace/worker_pool.h>

#include "subset/files/file_job.h"

namespace millrace::subset {

std::string_view to_string(FileKind kind) noexcept {
  switch (kind) {
    case FileKind::csv: return "csv";
    case FileKind::json_lines: return "json_lines";
    case FileKind::sql: return "sql";
  }
  return "?";
}

ssize_t FileCalls::write_at(int fd, std::string_view text, std::uint64_t offset) {
  return ::pwrite(fd, text.data(), text.size(), static_cast<off_t>(offset));
}
int FileCalls::sync(int fd) { return ::fdatasync(fd); }
int FileCalls::sync_folder(int fd) { return ::fsync(fd); }
int FileCalls::truncate(int fd, std::uint64_t size) { return ::ftruncate(fd, static_cast<off_t>(size)); }

namespace {

/// What blocks is done by `job_` on the worker. Calls come one after the other, so it is never on two threads at once; the pool's queue hands it over.
class FileTarget final : public Target {
 public:
  FileTarget(Loop& loop, FileOptions options)
      : loop_(loop),
        name_(std::string(to_string(options.kind)) + ":" + options.path),
        creates_(options.create),
        dialect_(options.kind == FileKind::sql ? std::optional(options.dialect.value_or(options.source)) : std::nullopt),
        job_(std::move(options)),
        pool_(loop, {.threads = 1, .name = "files"}) {}
  // The pool's destructor waits for what runs; the job's cuts off what is not committed.
  ~FileTarget() override { job_.cancel(); }

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] std::optional<Dialect> dialect() const noexcept override { return dialect_; }
  /// A script whose tables have their keys already, in PostgreSQL, where nobody knows which of them can be deferred.
  [[nodiscard]] ColumnList null_first(const TargetKey& key) const override {
    if (dialect_ != Dialect::postgres || creates_ || tables_ == nullptr) return {};
    const Table& child = (*tables_)[key.child].source;
    ColumnList nulls;
    for (const std::size_t column : key.columns) {
      const bool in_primary = child.primary && std::ranges::find(child.primary->columns, column) != child.primary->columns.end();
      if (child.columns[column].nullable && !in_primary) nulls.push_back(column);
    }
    return nulls;
  }

  [[nodiscard]] Promise<void> prepare(std::string identity, std::vector<TargetTable>& tables,
                                      const std::vector<TargetKey>& keys) override {
    tables_ = &tables;
    if (auto planned = job_.plan(std::move(identity), tables, keys); !planned)
      return Promise<void>::rejected(loop_, std::move(planned.error()));
    return pool_.run([this] { return job_.open(); });
  }
  [[nodiscard]] Promise<std::vector<LedgerEntry>> entries() override {
    return pool_.run([this] { return job_.entries(); });
  }
  [[nodiscard]] Promise<void> begin(std::vector<std::size_t> /*tables*/, bool checks_later) override {
    return pool_.run([this, checks_later] { return job_.begin(checks_later); });
  }
  [[nodiscard]] Promise<std::int64_t> reserve_ids(std::size_t table, std::size_t /*column*/, std::uint64_t count) override {
    const Result<std::int64_t> first = job_.reserve_ids(table, count);
    return first ? Promise<std::int64_t>::resolved(loop_, *first) : Promise<std::int64_t>::rejected(loop_, first.error());
  }
  [[nodiscard]] Promise<void> begin_table(std::size_t table) override {
    return pool_.run([this, table] { return job_.begin_table(table); });
  }
  [[nodiscard]] Promise<void> write(const Page& page) override {
    return pool_.run([this, &page] { return job_.write(page); });
  }
  [[nodiscard]] Promise<std::uint64_t> end_table() override { return Promise<std::uint64_t>::resolved(loop_, job_.end_table()); }
  [[nodiscard]] Promise<void> note(LedgerEntry entry) override {
    job_.note(std::move(entry));
    return Promise<void>::resolved(loop_);
  }
  [[nodiscard]] Promise<void> patch(std::size_t table, ColumnList key, ColumnList columns, const Page& page) override {
    return pool_.run(
        [this, table, key = std::move(key), columns = std::move(columns), &page] { return job_.patch(table, key, columns, page); });
  }
  [[nodiscard]] Promise<void> commit() override {
    return pool_.run([this] { return job_.commit(); });
  }
  [[nodiscard]] Promise<void> rollback() override {
    return pool_.run([this] { return job_.rollback(); });
  }
  [[nodiscard]] Promise<void> finish() override {
    return pool_.run([this] { return job_.finish(); });
  }
  [[nodiscard]] Promise<std::vector<std::uint64_t>> dangling(const std::vector<TargetKey>& keys) override {
    return Promise<std::vector<std::uint64_t>>::resolved(loop_, std::vector<std::uint64_t>(keys.size(), 0));
  }
  [[nodiscard]] Promise<std::optional<Contents>> contents(std::size_t /*table*/, bool /*checksum*/) override {
    return Promise<std::optional<Contents>>::resolved(loop_, std::nullopt);
  }
  void cancel() noexcept override { job_.cancel(); }

 private:
  Loop& loop_;
  std::string name_;
  bool creates_;
  const std::vector<TargetTable>* tables_ = nullptr;
  std::optional<Dialect> dialect_;
  FileJob job_;
  WorkerPool pool_;  ///< the last: it goes before what its thread uses
};

}  // namespace

Result<std::unique_ptr<Target>> make_file_target(Loop& loop, FileOptions options) {
  const auto refused = [&options](std::string why) {
    return fail(Error(Errc::invalid_argument, "files: " + std::move(why)).with("path", options.path));
  };
  if (options.path.empty() || options.path.find('\0') != std::string::npos)
    return refused("a path is not empty, and has no NUL in it");
  if (options.kind == FileKind::sql && options.path.ends_with('/')) return refused("a script is a file, and this names a folder");
  if (options.kind == FileKind::sql && options.create && !options.statements)
    return refused("CREATE TABLE statements are wanted, and nobody makes them");
  while (options.path.size() > 1 && options.path.ends_with('/')) options.path.pop_back();
  return std::make_unique<FileTarget>(loop, std::move(options));
}

}  // namespace millrace::subset
