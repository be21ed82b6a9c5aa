#include "subset/postgres/rows.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <millrace/awaitables.h>

#include "subset/postgres/arrays.h"
#include "subset/postgres/errors.h"

namespace millrace::subset {
namespace {

using Use = PostgresConnection::Use;

/// A server that sends as fast as it is read would keep the loop to itself for a whole page, and whoever writes the page before waits: some 0.2 ms.
constexpr std::uint64_t kRowsBetweenTurns = 256;

bool full(const Page& page, std::size_t rows_max, std::size_t bytes_max) noexcept {
  return page.rows() >= rows_max || page.bytes() > bytes_max;
}

Async<bool> next_rows(Loop& /*loop*/, std::shared_ptr<PostgresRowStream> stream, Page& page, std::size_t rows_max,
                      std::size_t bytes_max) {
  const PostgresTurn turn(stream->connection(), stream->use());
  Lazy<bool> read = stream->read(page, rows_max, bytes_max);
  co_return co_await std::move(read);
}

class PostgresRows final : public Rows {
 public:
  explicit PostgresRows(std::shared_ptr<PostgresRowStream> stream) : stream_(std::move(stream)) {}
  Promise<bool> next(Page& page, std::size_t rows_max, std::size_t bytes_max) override {
    return next_rows(stream_->connection().loop(), stream_, page, rows_max, bytes_max);
  }

 private:
  std::shared_ptr<PostgresRowStream> stream_;
};

}  // namespace

void PostgresRowStream::give_up() noexcept {
  if (state_ == State::open) connection_->give_up_rows();
}

Lazy<bool> PostgresRowStream::read(Page& page, std::size_t rows_max, std::size_t bytes_max) {
  if (failure_) throw ErrorException(*failure_);
  if (state_ == State::ended) co_return false;
  try {
    if (state_ == State::unsent) co_await start();
    co_return co_await take(page, std::clamp<std::size_t>(rows_max, 1, Page::kRowsMax), bytes_max);
  } catch (const ErrorException& exception) {
    give_up();
    state_ = State::failed;
    failure_ = exception.error();
    throw;
  }
}

Lazy<void> PostgresRowStream::start() {
  co_await connection_->settle();
  std::vector<std::string> arrays;
  if (query_.keys != nullptr) arrays = unwrap(array_literals(*query_.keys));
  co_await connection_->send_for_rows(query_.sql, std::move(arrays));
  state_ = State::open;
  connection_->set_use(Use::rows);
}

void PostgresRowStream::set_columns(Page& page, const PGresult* result) {
  if (!forms_known_) forms_ = field_forms(result);
  forms_known_ = true;
  if (page.empty()) page.reset(forms_.size());
  if (page.columns() != forms_.size())
    throw ErrorException(Error(Errc::invalid_argument, "rows go on in a page with another number of columns"));
}

Lazy<bool> PostgresRowStream::take(Page& page, std::size_t rows_max, std::size_t bytes_max) {
  bool columns_set = forms_known_;
  if (columns_set && page.columns() != forms_.size()) set_columns(page, nullptr);
  while (!full(page, rows_max, bytes_max)) {
    if (!connection_->answered()) co_await connection_->more();
    PostgresResult result(PQgetResult(connection_->handle()));
    if (PQresultStatus(result.get()) != PGRES_SINGLE_TUPLE) {
      if (PQresultStatus(result.get()) == PGRES_TUPLES_OK && !columns_set) set_columns(page, result.get());
      co_await finish(std::move(result));
      co_return false;
    }
    if (!columns_set) set_columns(page, result.get());
    columns_set = true;
    unwrap(append_row(page, result.get(), 0, forms_));
    if (++rows_seen_ % kRowsBetweenTurns == 0) co_await next_turn(connection_->loop());
  }
  co_return true;
}

Lazy<void> PostgresRowStream::finish(PostgresResult last) {
  const ExecStatusType status = PQresultStatus(last.get());
  std::optional<Error> failure;
  if (status == PGRES_TUPLES_OK) {
    const std::string_view told = PQcmdTuples(last.get());
    std::uint64_t rows = rows_seen_;
    std::from_chars(told.data(), told.data() + told.size(), rows);  // SHOW and its kin tell no number
    if (rows != rows_seen_)
      failure = Error(std::make_error_code(std::errc::protocol_error), "PostgreSQL says that it gave " + std::to_string(rows) +
                                                                           " rows, and " + std::to_string(rows_seen_) + " came");
  } else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
    connection_->close();  // the statement wants somebody to talk to it
    state_ = State::ended;
    throw ErrorException(Error(Errc::unsupported, "COPY is no statement that gives rows; the session is closed"));
  } else if (!last) {
    failure = connection_->lost();
  } else if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    const bool gone =
        PQstatus(connection_->handle()) == CONNECTION_BAD && PQresultErrorField(last.get(), PG_DIAG_SQLSTATE) == nullptr;
    failure = gone ? connection_->lost() : postgres_error(last.get(), query_.sql);
  }
  co_await connection_->skip_results();
  connection_->set_use(Use::none);
  state_ = State::ended;
  if (failure) throw ErrorException(*std::move(failure));
}

std::unique_ptr<Rows> make_postgres_rows(std::shared_ptr<PostgresConnection> connection, Query query) {
  return std::make_unique<PostgresRows>(std::make_shared<PostgresRowStream>(std::move(connection), std::move(query)));
}

Lazy<Page> fetch_postgres(std::shared_ptr<PostgresConnection> connection, std::string sql, std::size_t rows_max) {
  PostgresRowStream stream(std::move(connection), Query{.sql = std::move(sql)});
  Page page;
  while (co_await stream.read(page, rows_max + 1, static_cast<std::size_t>(-1)) && page.rows() <= rows_max) {
  }
  if (page.rows() > rows_max)
    throw ErrorException(Error(Errc::full, "a statement gave more than " + std::to_string(rows_max) + " rows"));
  co_return page;
}

}  // namespace millrace::subset
