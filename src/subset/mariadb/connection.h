// Connection: one connection of the client library, driven by a loop. Its calls as coroutines; nothing in it blocks.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/async.h>
#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/timer.h>

#include "subset/mariadb/address.h"

namespace millrace::subset::mariadb {

/// Gives the bytes of a LOAD DATA LOCAL, a piece at a time.
class LineSource {
 public:
  LineSource() = default;
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;
  virtual ~LineSource() = default;
  /// At most `size` bytes into `to`. How many: 0 at the end, -1 when it fails. It runs on the client library's own small stack (64 KiB).
  [[nodiscard]] virtual int read(char* to, std::size_t size) noexcept = 0;
};

/// What a statement did.
struct Outcome {
  std::uint64_t touched = 0;
  unsigned warnings = 0;
  std::string info{};  ///< "Records: 3  Duplicates: 0  Warnings: 0"
};

/// States    idle; in a call; with open rows (begin_rows() until next_row() gave none or drop_rows()). One call at a time.
/// Buffers   what the client library reads from or writes into while a call waits belongs to the connection: a coroutine that waits may be destroyed when its loop closes.
/// Lifetime  shared by the session and by the coroutines that use it.
/// Errors    are thrown, as ErrorException: what error_of() makes. Once the connection is lost or ended every call throws.
class Connection {
 public:
  explicit Connection(Loop& loop);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Ends what is under way. Blocks for nothing.
  ~Connection();

  [[nodiscard]] Loop& loop() const noexcept { return loop_; }
  [[nodiscard]] Lazy<void> connect(Address address);
  /// A statement, or several; results that have rows are thrown away. `shown`: what errors say instead of `sql`.
  [[nodiscard]] Lazy<Outcome> run(std::string sql, std::string shown = {});
  /// LOAD DATA LOCAL INFILE kSourceName ..., which is given what `source` has. `source` may go once the promise has settled, or this has.
  [[nodiscard]] Lazy<Outcome> run_with(std::string sql, LineSource& source);
  static constexpr std::string_view kSourceName = "millrace rows";
  static constexpr std::string_view kRollback = "ROLLBACK";

  // A statement that gives rows. It is Errc::invalid_argument when it gives none.
  [[nodiscard]] Lazy<void> begin_rows(std::string sql, std::string shown);
  /// The next row, which lives until the next call; null after the last. Called without a coroutine, as most rows are there already:
  /// row() says nothing when it has to be waited for, and then wait_for_row() is awaited.
  struct Row {
    MYSQL_ROW fields = nullptr;
    const unsigned long* lengths = nullptr;
  };
  [[nodiscard]] std::optional<Row> row();
  [[nodiscard]] Lazy<Row> wait_for_row();
  [[nodiscard]] MYSQL_RES* rows() const noexcept { return rows_; }
  /// Which begin_rows() the open rows are of; who finds another number has been overtaken.
  [[nodiscard]] std::uint64_t rows_number() const noexcept { return rows_number_; }
  /// Reads to the end of open rows, if there are any.
  [[nodiscard]] Lazy<void> drop_rows();

  /// Of the server, or of the "5.5.5-" in front of MariaDB's: 101119 is 10.11.19.
  [[nodiscard]] unsigned long version() const noexcept { return mysql_get_server_version(mysql_); }
  [[nodiscard]] bool is_mariadb() const noexcept { return mariadb_connection(mysql_) != 0; }
  [[nodiscard]] bool in_transaction() const noexcept { return (mysql_->server_status & SERVER_STATUS_IN_TRANS) != 0; }

  /// Ends what is under way with `reason`, and everything that comes. May be called at any time.
  void end(Error reason) noexcept;
  /// Throws what end() was given.
  void check() const;

  std::size_t packet_max = std::size_t{1} << 20;  ///< max_allowed_packet of the server
  bool takes_lines = false;                       ///< LOAD DATA LOCAL is allowed
  bool doomed = false;  ///< the server has rolled back a transaction that somebody thinks to be open: only kRollback is sent

 private:
  using Continue = int (*)(Connection&, int status);
  [[nodiscard]] Lazy<void> finish(int status, Continue how);
  [[nodiscard]] Promise<int> wait(int status);
  [[nodiscard]] Result<void> watch(Interest interest);
  void on_ready(Readiness readiness);
  void wake(int status) noexcept;
  [[nodiscard]] Lazy<void> send(std::string sql, std::string shown);
  [[nodiscard]] Lazy<bool> next_result();
  [[nodiscard]] Lazy<void> throw_rows_away();
  [[noreturn]] void fail_now();
  void throw_if_failed(bool failed);
  [[nodiscard]] Row row_of_result();
  void set_handler() noexcept;

  Loop& loop_;
  MYSQL* mysql_;
  MYSQL_RES* rows_ = nullptr;
  std::uint64_t rows_number_ = 0;
  std::optional<Error> ended_{};
  LineSource* source_ = nullptr;

  // Of the call that waits.
  Continue continue_ = nullptr;
  bool connecting_ = false;
  int status_ = 0;
  std::optional<Resolver<int>> waiter_{};
  TimerHandle timer_{};
  WatchHandle watch_{};
  Interest interest_ = Interest::none;

  // What the client library uses while it waits.
  Address address_{};
  std::string sql_{};
  std::string shown_{};
  MYSQL* connected_ = nullptr;
  int failed_ = 0;
  MYSQL_ROW row_ = nullptr;
};

}  // namespace millrace::subset::mariadb
