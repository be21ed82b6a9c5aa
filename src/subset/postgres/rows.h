// Rows of one statement as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "subset/postgres/connection.h"
#include "subset/postgres/decode.h"
#include "subset/session.h"

namespace millrace::subset {

/// unsent -> open -> ended; from any of them to failed, which answers every later read() with the same error.
class PostgresRowStream {
 public:
  PostgresRowStream(std::shared_ptr<PostgresConnection> connection, Query query)
      : connection_(std::move(connection)), query_(std::move(query)) {}
  PostgresRowStream(const PostgresRowStream&) = delete;
  PostgresRowStream& operator=(const PostgresRowStream&) = delete;
  ~PostgresRowStream() { give_up(); }

  [[nodiscard]] PostgresConnection& connection() const noexcept { return *connection_; }
  /// The use that the connection is in while this is open.
  [[nodiscard]] PostgresConnection::Use use() const noexcept {
    return state_ == State::open ? PostgresConnection::Use::rows : PostgresConnection::Use::none;
  }
  /// As Rows::next(). One at a time.
  [[nodiscard]] Lazy<bool> read(Page& page, std::size_t rows_max, std::size_t bytes_max);

 private:
  enum class State : std::uint8_t { unsent, open, ended, failed };
  void give_up() noexcept;
  [[nodiscard]] Lazy<void> start();
  [[nodiscard]] Lazy<bool> take(Page& page, std::size_t rows_max, std::size_t bytes_max);
  [[nodiscard]] Lazy<void> finish(PostgresResult last);
  void set_columns(Page& page, const PGresult* result);

  std::shared_ptr<PostgresConnection> connection_;
  Query query_;
  State state_ = State::unsent;
  std::vector<FieldForm> forms_;
  bool forms_known_ = false;
  std::uint64_t rows_seen_ = 0;
  std::optional<Error> failure_;
};

/// What Session::query() gives.
[[nodiscard]] std::unique_ptr<Rows> make_postgres_rows(std::shared_ptr<PostgresConnection> connection, Query query);

/// All rows of a statement that gives few, for the parts of the session. More than `rows_max` is Errc::full.
[[nodiscard]] Lazy<Page> fetch_postgres(std::shared_ptr<PostgresConnection> connection, std::string sql, std::size_t rows_max);

}  // namespace millrace::subset
