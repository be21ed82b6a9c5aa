#include "subset/postgres/insertion.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "subset/postgres/copy_text.h"
#include "subset/postgres/errors.h"
#include "subset/sql.h"

namespace millrace::subset {
namespace {

using Use = PostgresConnection::Use;
using Existing = Insertion::Existing;
constexpr std::string_view kStaging = "pg_temp.millrace_staging";

std::string name(std::string_view text) { return sql::name(Dialect::postgres, text); }

}  // namespace

std::string PostgresInsertion::columns() const {
  std::string made;
  for (const Column& column : insertion_.columns) (made += made.empty() ? "" : ", ") += name(column.name);
  return made;
}

std::string PostgresInsertion::merge_statement() const {
  const std::string all = columns();
  std::string key, changes;
  for (const std::size_t column : insertion_.key) (key += key.empty() ? "" : ", ") += name(insertion_.columns[column].name);
  for (std::size_t i = 0; i < insertion_.columns.size(); ++i) {
    const Column& column = insertion_.columns[i];
    // What the database always numbers itself can be given by an insertion, and never be changed.
    if (column.always || std::ranges::find(insertion_.key, i) != insertion_.key.end()) continue;
    (changes += changes.empty() ? "" : ", ") += name(column.name) + " = EXCLUDED." + name(column.name);
  }
  const bool update = insertion_.existing == Existing::update && !changes.empty();
  return "INSERT INTO " + sql::name(Dialect::postgres, insertion_.table) + " (" + all + ") OVERRIDING SYSTEM VALUE SELECT " + all +
         " FROM " + std::string(kStaging) + " ON CONFLICT (" + key + ") DO " + (update ? "UPDATE SET " + changes : "NOTHING");
}

Lazy<void> PostgresInsertion::begin() {
  if (insertion_.columns.empty()) throw ErrorException(Error(Errc::invalid_argument, "an insertion without columns"));
  if (staged() && (insertion_.key.empty() ||
                   std::ranges::any_of(insertion_.key, [this](std::size_t column) { return column >= insertion_.columns.size(); })))
    throw ErrorException(
        Error(Errc::invalid_argument, "an insertion that looks for existing rows needs a key, of its own columns"));
  co_await connection_->settle();
  std::optional<Error> failure;
  try {
    std::string target = sql::name(Dialect::postgres, insertion_.table);
    if (staged()) {
      if (!connection_->in_transaction()) {
        Lazy<PostgresConnection::Outcome> begun = connection_->execute("BEGIN");
        co_await std::move(begun);
        own_transaction_ = true;
      }
      // The target's types and none of its constraints.
      std::string make = "DROP TABLE IF EXISTS " + std::string(kStaging) +
                         "; CREATE TEMPORARY TABLE millrace_staging ON COMMIT DROP AS SELECT " + columns() + " FROM " + target +
                         " WITH NO DATA";
      Lazy<PostgresConnection::Outcome> made = connection_->execute(std::move(make));
      co_await std::move(made);
      target = kStaging;
    }
    copy_ = "COPY " + target + " (" + columns() + ") FROM STDIN";
    co_await open_copy();
    connection_->set_use(Use::insertion);
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  if (failure) co_await give_up(*std::move(failure));
}

Lazy<void> PostgresInsertion::open_copy() {
  co_await connection_->send(copy_);
  const PostgresResult result = co_await connection_->next_result();
  if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
    copying_ = true;
    co_return;
  }
  Error error =
      PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) == nullptr ? connection_->lost() : postgres_error(result.get(), copy_);
  co_await connection_->skip_results();
  throw ErrorException(std::move(error));
}

Lazy<void> PostgresInsertion::write(const Page& page) {
  std::optional<Error> failure;
  try {
    if (!page.empty()) co_await write_rows(page);
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  if (failure) co_await give_up(*std::move(failure));
}

Lazy<void> PostgresInsertion::write_rows(const Page& page) {
  if (page.columns() != insertion_.columns.size())
    throw ErrorException(Error(Errc::invalid_argument, "a page with " + std::to_string(page.columns()) +
                                                           " columns for an insertion of " +
                                                           std::to_string(insertion_.columns.size())));
  for (std::size_t row = 0; row < page.rows(); ++row) {
    unwrap(append_copy_row(buffer_, page, row, insertion_.columns));
    if (buffer_.size() < kBufferBytes) continue;
    while (!send_buffer()) co_await connection_->flush();
  }
  rows_ += page.rows();
  while (!send_buffer()) co_await connection_->flush();
}

bool PostgresInsertion::send_buffer() {
  while (sent_ < buffer_.size()) {
    const std::size_t length = std::min(kSendMax, buffer_.size() - sent_);
    const int put = PQputCopyData(connection_->handle(), buffer_.data() + sent_, static_cast<int>(length));
    if (put < 0) throw ErrorException(connection_->lost());
    if (put > 0) sent_ += length;
    if (!connection_->flushed()) return false;  // libpq would queue without end
  }
  if (buffer_.capacity() > 4 * kSendMax) buffer_ = std::string();  // a large row's
  buffer_.clear();
  sent_ = 0;
  return true;
}

Lazy<std::uint64_t> PostgresInsertion::finish() {
  std::optional<Error> failure;
  std::uint64_t taken = 0;
  try {
    taken = co_await close_copy();
    if (staged()) taken = co_await merge();
  } catch (const ErrorException& exception) {
    failure = exception.error();
  }
  if (failure) co_await give_up(*std::move(failure));
  connection_->set_use(Use::none);
  co_return taken;
}

Lazy<std::uint64_t> PostgresInsertion::close_copy() {
  int put = 0;
  while ((put = PQputCopyEnd(connection_->handle(), nullptr)) == 0) co_await connection_->flush();
  if (put < 0) throw ErrorException(connection_->lost());
  copying_ = false;
  co_await connection_->flush();
  const PostgresResult result = co_await connection_->next_result();
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    Error error =
        PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) == nullptr ? connection_->lost() : postgres_error(result.get(), copy_);
    co_await connection_->skip_results();
    throw ErrorException(std::move(error));
  }
  const std::string_view told = PQcmdTuples(result.get());
  std::uint64_t taken = 0;
  std::from_chars(told.data(), told.data() + told.size(), taken);
  co_await connection_->skip_results();
  if (taken != rows_)
    throw ErrorException(Error(std::make_error_code(std::errc::protocol_error), "PostgreSQL took " + std::to_string(taken) +
                                                                                    " of " + std::to_string(rows_) +
                                                                                    " rows: a trigger of the table leaves rows out")
                             .with("table", insertion_.table.to_string()));
  co_return taken;
}

Lazy<std::uint64_t> PostgresInsertion::merge() {
  std::string statement = merge_statement();
  Lazy<PostgresConnection::Outcome> merged = connection_->execute(std::move(statement));
  const std::uint64_t taken = (co_await std::move(merged)).touched;
  std::string end = "DROP TABLE " + std::string(kStaging) + (own_transaction_ ? "; COMMIT" : "");
  Lazy<PostgresConnection::Outcome> ended = connection_->execute(std::move(end));
  co_await std::move(ended);
  co_return taken;
}

Lazy<void> PostgresInsertion::give_up(Error error) {
  try {
    if (std::exchange(copying_, false)) {
      // Nothing of a COPY that ends so is kept.
      while (PQputCopyEnd(connection_->handle(), "the insertion was given up") == 0) co_await connection_->flush();
      co_await connection_->flush();
      // Had the server stopped listening before, its reason is the one to tell.
      const PostgresResult result = co_await connection_->next_result();
      const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      if (state != nullptr && std::string_view(state) != "57014" && error.code() == std::errc::connection_reset)
        error = postgres_error(result.get(), copy_);
      co_await connection_->skip_results();
    }
    if (std::exchange(own_transaction_, false)) {
      Lazy<PostgresConnection::Outcome> undone = connection_->execute("ROLLBACK");
      co_await std::move(undone);
    }
  } catch (const ErrorException& then) {
    error = error.with("then", then.error().message());  // the connection is gone, too; what came first says why
  }
  connection_->set_use(Use::none);
  throw ErrorException(std::move(error));
}

}  // namespace millrace::subset
