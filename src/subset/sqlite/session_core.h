// SessionCore: what a session does on its own thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

#include "subset/session.h"
#include "subset/sqlite/connection.h"
#include "subset/sqlite/inserter.h"
#include "subset/sqlite/key_table.h"
#include "subset/sqlite/session.h"

namespace millrace::subset {

/// Thread    the session's, one call at a time, unless a member says otherwise. Between two calls the loop thread may look at rows_open().
class SessionCore {
 public:
  /// How long a commit that failed looks for the foreign key whose parent is missing, for its error.
  static constexpr std::chrono::seconds kLookMax{2};

  /// Rows and insertions go on over several calls. `end`: of a transaction.
  enum class Kind : std::uint8_t { other, end, rows, insertion };

  explicit SessionCore(SqliteOptions options) : options_(std::move(options)) {}
  SessionCore(const SessionCore&) = delete;
  SessionCore& operator=(const SessionCore&) = delete;
  ~SessionCore() { close(); }

  [[nodiscard]] Result<void> open();
  /// Ends rows and insertion, and the connection. Any thread, when no call is under way.
  void close() noexcept;

  /// Ends what is under way, and with `for_good` whatever comes. Any thread, but not beside close().
  void interrupt(bool for_good) noexcept;
  /// After interrupt(false), when what it ended is over.
  void go_on() noexcept { stopped_.store(false, std::memory_order_relaxed); }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

  /// Calls `work` with what every call has: nothing begins after an interruption, or in a transaction that is gone; what rows and insertion left is ended unless the call is one of
  /// theirs; errors have the path.
  template <typename Work>
  [[nodiscard]] auto call(Kind kind, Work&& work) -> decltype(work(*this)) {
    if (interrupted()) return fail(aborted());
    if (kind == Kind::other || kind == Kind::end) end_statements();
    if (kind != Kind::end && transaction_ && connection_->idle()) return fail(lost());
    auto done = work(*this);
    if (done) return done;
    // Who was waited for, or what else was said, does not matter when it was ended on purpose.
    Error error = done.error();
    if (interrupted() && error.code() != Errc::aborted) error = error.wrap(Errc::aborted, "sqlite: the call was ended");
    return fail(error.context("path").empty() ? error.with("path", options_.path) : error);
  }

  [[nodiscard]] Result<std::uint64_t> execute(std::string_view sql);
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> begin_snapshot();
  [[nodiscard]] Result<void> commit();
  [[nodiscard]] Result<void> rollback();
  [[nodiscard]] SqliteConnection& connection() noexcept { return *connection_; }

  /// From here on rows_open() is true.
  [[nodiscard]] Result<void> open_rows(const Query& query);
  [[nodiscard]] bool rows_open() const noexcept { return rows_.has_value(); }
  /// As Rows::next(). At the end, and after an error, the rows are no longer open.
  [[nodiscard]] Result<bool> fill(Page& page, std::size_t rows_max, std::size_t bytes_max);

  [[nodiscard]] Result<void> begin_insert(Insertion insertion);
  [[nodiscard]] Result<void> insert(const Page& page);
  [[nodiscard]] Result<std::uint64_t> finish_insert();

 private:
  [[nodiscard]] bool interrupted() const noexcept {
    return cancelled_.load(std::memory_order_relaxed) || stopped_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] static Error aborted() { return {Errc::aborted, "sqlite: the call was ended"}; }
  [[nodiscard]] static Error lost() { return {Errc::aborted, "sqlite: an error before this has rolled the transaction back"}; }
  [[nodiscard]] bool wait_for_holder(int waits) noexcept;
  [[nodiscard]] bool too_long() const noexcept { return look_until_ && std::chrono::steady_clock::now() > *look_until_; }
  [[nodiscard]] Error with_broken_key(const Error& error);
  [[nodiscard]] Result<bool> fill_open(Page& page, std::size_t rows_max, std::size_t bytes_max);
  void end_statements() noexcept;

  const SqliteOptions options_;
  std::atomic<bool> cancelled_{false};  ///< alone: no other memory depends on what is seen here, or in the next
  std::atomic<bool> stopped_{false};
  std::atomic<sqlite3*> to_interrupt_{nullptr};  ///< release in open(); pairs with interrupt()
  std::optional<SqliteConnection> connection_{};
  /// One was begun and has not been ended. When SQLite ends it by itself, after a full disk or an interruption, statements meant for it must not do their work without it.
  bool transaction_ = false;
  KeyTable keys_{};
  std::optional<SqliteStatement> rows_{};
  std::optional<Inserter> inserter_{};
  std::chrono::steady_clock::time_point waiting_since_{};
  std::optional<std::chrono::steady_clock::time_point> look_until_{};
};

}  // namespace millrace::subset
