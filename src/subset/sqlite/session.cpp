#include "subset/sqlite/session.h"

#include <utility>

#include <millrace/async.h>

#include "subset/sqlite/ids.h"
#include "subset/sqlite/schema_reader.h"
#include "subset/sqlite/session_thread.h"

namespace millrace::subset {
namespace {

using Kind = SessionThread::Kind;

class SqliteRows final : public Rows {
 public:
  SqliteRows(std::shared_ptr<SessionThread> thread, Query query)
      : thread_(std::move(thread)), query_(std::move(query)), number_(thread_->new_rows()) {}
  ~SqliteRows() override { thread_->give_up_rows(number_); }

  [[nodiscard]] Promise<bool> next(Page& page, std::size_t rows_max, std::size_t bytes_max) override {
    if (begun_) {
      if (!thread_->busy() && !thread_->rows_open(number_))
        return Promise<bool>::rejected(thread_->loop(), Error(Errc::closed, "sqlite: the rows are at their end"));
      return thread_->run(Kind::rows,
                          [&page, rows_max, bytes_max](SessionCore& core) { return core.fill(page, rows_max, bytes_max); });
    }
    // The call that begins the rows is as any other: it is refused while others are open, and ends what was given up.
    auto first = [&page, query = query_, rows_max, bytes_max](SessionCore& core) -> Result<bool> {
      if (const Result<void> opened = core.open_rows(query); !opened) return fail(opened.error());
      return core.fill(page, rows_max, bytes_max);
    };
    auto answer = thread_->run(Kind::other, std::move(first));
    if (!answer.pending()) return answer;
    begun_ = true;
    thread_->hold_rows(number_);
    return answer;
  }

 private:
  const std::shared_ptr<SessionThread> thread_;
  const Query query_;
  const std::uint64_t number_;
  bool begun_ = false;
};

class SqliteSession final : public Session {
 public:
  SqliteSession(Loop& loop, SqliteOptions options)
      : name_("sqlite:" + options.path), thread_(std::make_shared<SessionThread>(loop, std::move(options))) {}
  ~SqliteSession() override { thread_->end(); }

  [[nodiscard]] Promise<void> open() {
    return thread_->run(Kind::other, [](SessionCore& core) { return core.open(); });
  }

  [[nodiscard]] Loop& loop() const noexcept override { return thread_->loop(); }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

  [[nodiscard]] Promise<Schema> read_schema() override {
    return thread_->run(Kind::other, [](SessionCore& core) { return read_schema_of(core.connection()); });
  }

  [[nodiscard]] Promise<void> begin_snapshot(std::optional<std::string> snapshot) override {
    if (snapshot)
      return Promise<void>::rejected(loop(),
                                     Error(Errc::unsupported, "sqlite: a snapshot cannot be taken over from another session"));
    return thread_->run(Kind::other, [](SessionCore& core) { return core.begin_snapshot(); });
  }
  [[nodiscard]] Promise<std::optional<std::string>> export_snapshot() override {
    return Promise<std::optional<std::string>>::resolved(loop(), std::nullopt);
  }
  [[nodiscard]] Promise<void> begin() override {
    return thread_->run(Kind::other, [](SessionCore& core) { return core.begin(); });
  }
  [[nodiscard]] Promise<void> commit() override {
    return thread_->run(Kind::end, [](SessionCore& core) { return core.commit(); });
  }
  [[nodiscard]] Promise<void> rollback() override {
    return thread_->run(Kind::end, [](SessionCore& core) { return core.rollback(); });
  }

  [[nodiscard]] Promise<std::uint64_t> execute(std::string sql) override {
    return thread_->run(Kind::other, [sql = std::move(sql)](SessionCore& core) { return core.execute(sql); });
  }
  [[nodiscard]] std::unique_ptr<Rows> query(Query query) override {
    return std::make_unique<SqliteRows>(thread_, std::move(query));
  }

  [[nodiscard]] Promise<void> begin_insert(Insertion insertion) override {
    return thread_->run(Kind::other, [insertion = std::move(insertion)](SessionCore& core) mutable {
      return core.begin_insert(std::move(insertion));
    });
  }
  [[nodiscard]] Promise<void> insert(const Page& page) override {
    return thread_->run(Kind::insertion, [&page](SessionCore& core) { return core.insert(page); });
  }
  [[nodiscard]] Promise<std::uint64_t> finish_insert() override {
    return thread_->run(Kind::insertion, [](SessionCore& core) { return core.finish_insert(); });
  }

  [[nodiscard]] Promise<std::int64_t> reserve_ids(const TableName& table, const Column& column, std::uint64_t count) override {
    return thread_->run(Kind::other, [table, column, count](SessionCore& core) {
      return reserve_sqlite_ids(core.connection(), table, column, count);
    });
  }
  [[nodiscard]] Promise<void> advance_ids(const TableName& table, const Column& column) override {
    // Rows with numbers of their own have moved both kinds of tables on already.
    return thread_->run(Kind::other,
                        [table, column](SessionCore& core) { return check_is_row_number(core.connection(), table, column); });
  }

  void cancel() noexcept override { thread_->cancel(); }

 private:
  const std::string name_;
  const std::shared_ptr<SessionThread> thread_;
};

Async<std::unique_ptr<Session>> open_session(Loop& loop, SqliteOptions options) {
  auto session = std::make_unique<SqliteSession>(loop, std::move(options));
  co_await session->open();
  co_return std::unique_ptr<Session>(std::move(session));
}

}  // namespace

Promise<std::unique_ptr<Session>> open_sqlite(Loop& loop, SqliteOptions options) { return open_session(loop, std::move(options)); }

}  // namespace millrace::subset
