// PostgresConnection: a connection of libpq that waits by the loop. What the parts of the session share.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <millrace/async.h>
#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/readiness.h>

namespace millrace::subset {

struct PostgresOptions;

struct ClearPostgresResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearPostgresResult>;

/// Shared by the session and by what is under way, so that either may go first. After close() or cancel() everything of it fails.
/// Coroutines  one at a time. They throw ErrorException.
class PostgresConnection {
 public:
  /// What statement is open: it may be gone on with, and nothing else is taken.
  enum class Use : std::uint8_t { none, rows, insertion };

  /// Takes `connection`, which is connected.
  PostgresConnection(Loop& loop, PGconn* connection);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection() { close(); }

  [[nodiscard]] Loop& loop() const noexcept { return loop_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// libpq's, usable now. Throws: Errc::aborted, Errc::closed.
  [[nodiscard]] PGconn* handle() const;
  [[nodiscard]] bool in_transaction() const { return PQtransactionStatus(handle()) != PQTRANS_IDLE; }
  [[nodiscard]] Error lost() const { return connection_lost_now(); }
  void close() noexcept;
  void cancel() noexcept;

  [[nodiscard]] Use use() const noexcept { return use_; }
  void set_use(Use use) noexcept { use_ = use; }
  /// The open rows are wanted no more.
  void give_up_rows() noexcept;

  /// Reads what earlier rows left. To be awaited before anything is sent.
  [[nodiscard]] Lazy<void> settle();
  /// Several statements with semicolons between them.
  [[nodiscard]] Lazy<void> send(std::string sql);
  /// One statement, row by row; `parameters` are texts whose types the statement says.
  [[nodiscard]] Lazy<void> send_for_rows(std::string sql, std::vector<std::string> parameters);
  /// Until all that was queued is with the system. What arrives meanwhile is taken in, so that neither side waits for the other.
  [[nodiscard]] Lazy<void> flush();
  // A coroutine that comes to its end without having waited costs a piece of the stack in builds without optimisation, until somebody waits. Loops ask these first.
  /// Whether PQgetResult() has an answer at once, after a look at what has arrived.
  [[nodiscard]] bool answered();
  /// Whether all that was queued is with the system.
  [[nodiscard]] bool flushed();
  /// Until PQgetResult() has an answer at once.
  [[nodiscard]] Lazy<void> more();
  /// Null when the statement is over.
  [[nodiscard]] Lazy<PostgresResult> next_result();
  /// All results up to the last. Errors are thrown away.
  [[nodiscard]] Lazy<void> skip_results();

  struct Outcome {
    std::uint64_t touched = 0;  ///< rows of all statements but SELECT
    std::string tag{};          ///< of the last
  };
  /// settle(), send() and all results. Errors: the first one; then the session can be used again.
  [[nodiscard]] Lazy<Outcome> execute(std::string sql);

 private:
  friend class PostgresTurn;
  [[nodiscard]] Lazy<void> wait(Interest interest);
  [[nodiscard]] Error connection_lost_now() const;
  void on_ready() noexcept;
  void stop_waiting(Error reason) noexcept;

  Loop& loop_;
  PGconn* connection_;
  std::string name_;
  WatchHandle watch_;
  Interest interest_ = Interest::none;
  std::optional<Resolver<void>> waiter_;
  Use use_ = Use::none;
  bool unread_ = false;     ///< rows that were given up are still to come
  bool busy_ = false;       ///< a call is under way
  bool cancelled_ = false;  ///< every later call says so
};

/// One call of the session. Throws Errc::invalid_argument when another one is under way, or when a statement is open that is not `expected`.
class [[nodiscard]] PostgresTurn {
 public:
  explicit PostgresTurn(PostgresConnection& connection, PostgresConnection::Use expected = PostgresConnection::Use::none);
  PostgresTurn(const PostgresTurn&) = delete;
  PostgresTurn& operator=(const PostgresTurn&) = delete;
  ~PostgresTurn() { connection_.busy_ = false; }

 private:
  PostgresConnection& connection_;
};

/// Connects and says how values are to be printed. Errors: as open_postgres().
[[nodiscard]] Lazy<std::shared_ptr<PostgresConnection>> connect_postgres(Loop& loop, PostgresOptions options);

}  // namespace millrace::subset
