#include "subset/postgres/connection.h"

#include <sys/socket.h>

#include <array>
#include <string_view>
#include <utility>

#include <millrace/abort.h>
#include <millrace/awaitables.h>

#include "subset/postgres/errors.h"
#include "subset/postgres/session.h"

namespace millrace::subset {
namespace {

constexpr int kServerMin = 120'000;  // since 12 the catalogue says which columns are generated

struct FinishConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using ConnectionOwner = std::unique_ptr<PGconn, FinishConnection>;

std::string name_of(const PGconn* connection) {
  const auto text = [](const char* said) { return std::string(said == nullptr ? "" : said); };
  const std::string host = text(PQhost(connection)), port = text(PQport(connection)), database = text(PQdb(connection));
  if (host.starts_with('/') || host.starts_with('@')) return "postgres:///" + database + "?host=" + host + "&port=" + port;
  const bool brackets = host.contains(':');
  return "postgres://" + (brackets ? "[" + host + "]" : host) + ":" + port + "/" + database;
}

/// Is a conninfo string or URI, and no mere name, as libpq sees it.
bool has_parts(std::string_view address) {
  return address.starts_with("postgres://") || address.starts_with("postgresql://") || address.contains('=');
}

std::string settings(const PostgresOptions& options) {
  // 3 is the shortest text that reads back as the same number since PostgreSQL 12, and all digits before. The last one is a matter of servers from 14 on: they look
  // after a client that went away in the middle of a long statement.
  return "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET standard_conforming_strings = on;"
         "SET bytea_output = 'hex'; SET extra_float_digits = 3; SET idle_in_transaction_session_timeout = 0; SET statement_timeout "
         "= 0; SET row_security = " +
         std::string(options.row_security ? "on" : "off") +
         "; SELECT set_config(name, '2000', false) FROM pg_settings WHERE name = 'client_connection_check_interval'";
}

Lazy<ConnectionOwner> start_connection(Loop& loop, std::string address, AbortSignal limit) {
  if (has_parts(address)) {
    char* said = nullptr;
    PQconninfoOption* const parts = PQconninfoParse(address.c_str(), &said);
    PQfreemem(said);  // not told: it quotes the address, of which a password may be a part
    if (parts == nullptr)
      throw ErrorException(
          Error(Errc::invalid_argument, "the address of the database is no URI and no conninfo string that libpq understands"));
    PQconninfoFree(parts);
  }
  const bool named = !address.empty();
  // The later one of a name wins: the address may name the application, and not the encoding.
  const std::array<const char*, 4> keys{"fallback_application_name", named ? "dbname" : "client_encoding",
                                        named ? "client_encoding" : nullptr, nullptr};
  const std::array<const char*, 4> values{"millrace", named ? address.c_str() : "UTF8", named ? "UTF8" : nullptr, nullptr};
  ConnectionOwner owner(PQconnectStartParams(keys.data(), values.data(), 1));
  if (!owner) throw std::bad_alloc();
  PGconn* const connection = owner.get();
  const auto refused = [connection] {
    return ErrorException(
        Error(std::make_error_code(std::errc::not_connected),
              "cannot connect to " + name_of(connection) + ": " + std::string(trimmed(PQerrorMessage(connection)))));
  };
  if (PQstatus(connection) == CONNECTION_BAD) throw refused();
  // As if PQconnectPoll() had answered so, says libpq's contract. The socket may be another one each time.
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) throw refused();
    const Interest interest = next == PGRES_POLLING_READING ? Interest::readable : Interest::writable;
    Promise<Readiness> ready_now = ready(loop, PQsocket(connection), interest, limit);
    std::optional<Error> late;
    try {
      co_await std::move(ready_now);
    } catch (const ErrorException& exception) {
      late = exception.error();
    }
    if (late) {
      if (late->code() != Errc::timed_out) throw ErrorException(*late);
      throw ErrorException(
          Error(Errc::timed_out, "no connection to " + name_of(connection) + " in time").with_retry({.retryable = true}));
    }
    next = PQconnectPoll(connection);
  }
  co_return std::move(owner);
}

/// Holds the connection for itself: whoever waits may stop waiting.
Async<void> apply(Loop& /*loop*/, std::shared_ptr<PostgresConnection> connection, std::string statements) {
  Lazy<PostgresConnection::Outcome> done = connection->execute(std::move(statements));
  co_await std::move(done);
}

}  // namespace

PostgresConnection::PostgresConnection(Loop& loop, PGconn* connection)
    : loop_(loop), connection_(connection), name_(name_of(connection)) {
  PQsetNoticeReceiver(connection_, [](void*, const PGresult*) {}, nullptr);
}

PGconn* PostgresConnection::handle() const {
  if (cancelled_) throw ErrorException(Error(Errc::aborted, "the session with " + name_ + " was cancelled"));
  if (connection_ == nullptr) throw ErrorException(Error(Errc::closed, "the session with " + name_ + " is closed"));
  return connection_;
}

Error PostgresConnection::connection_lost_now() const {
  return connection_lost(name_, connection_ == nullptr ? "it was closed" : PQerrorMessage(connection_));
}

void PostgresConnection::close() noexcept {
  watch_.close();
  if (PGconn* const connection = std::exchange(connection_, nullptr)) PQfinish(connection);
  if (waiter_) stop_waiting(Error(Errc::closed, "the session with " + name_ + " was closed"));
}

void PostgresConnection::cancel() noexcept {
  if (cancelled_ || connection_ == nullptr) return;
  cancelled_ = true;
  // Not PQcancel(), which makes a connection of its own and waits for it.
  if (const int socket = PQsocket(connection_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
  if (waiter_) stop_waiting(Error(Errc::aborted, "the session with " + name_ + " was cancelled"));
}

void PostgresConnection::stop_waiting(Error reason) noexcept {
  Resolver<void> waiter = *std::exchange(waiter_, std::nullopt);
  watch_.close();
  waiter.reject(std::move(reason));
}

void PostgresConnection::give_up_rows() noexcept {
  use_ = Use::none;
  unread_ = true;
}

void PostgresConnection::on_ready() noexcept {
  // Nobody reads: the server is to feel it, and a connection that the server closed must not make the loop turn for nothing.
  if (!waiter_) return watch_.close();
  Resolver<void> waiter = *std::exchange(waiter_, std::nullopt);
  watch_.unref();
  waiter.resolve();
}

Lazy<void> PostgresConnection::wait(Interest interest) {
  const int socket = PQsocket(handle());
  if (socket < 0) throw ErrorException(connection_lost_now());
  if (!watch_.active()) {
    watch_ = unwrap(loop_.watch(socket, interest, [this](Readiness) { on_ready(); }));
  } else {
    if (interest != interest_) unwrap(watch_.modify(interest));
    watch_.ref();
  }
  interest_ = interest;
  PromiseAndResolver<void> made = make_promise<void>(loop_);
  waiter_.emplace(std::move(made.resolver));
  co_await std::move(made.promise);
}

bool PostgresConnection::flushed() {
  const int left = PQflush(handle());
  if (left < 0) throw ErrorException(connection_lost_now());
  return left == 0;
}

Lazy<void> PostgresConnection::flush() {
  while (!flushed()) {
    co_await wait(Interest::both);
    if (PQconsumeInput(handle()) == 0) throw ErrorException(connection_lost_now());
  }
}

bool PostgresConnection::answered() {
  if (PQisBusy(handle()) == 0) return true;
  if (PQconsumeInput(connection_) != 0) return PQisBusy(connection_) == 0;
  // The end of the connection. What the server said before it, and else libpq's reason, is the next result.
  if (PQstatus(connection_) == CONNECTION_BAD) return true;
  throw ErrorException(connection_lost_now());
}

Lazy<void> PostgresConnection::more() {
  while (!answered()) co_await wait(Interest::readable);
}

Lazy<PostgresResult> PostgresConnection::next_result() {
  co_await more();
  co_return PostgresResult(PQgetResult(handle()));
}

Lazy<void> PostgresConnection::skip_results() {
  for (;;) {
    if (!answered()) co_await more();
    const PostgresResult result(PQgetResult(handle()));
    if (!result) co_return;
  }
}

Lazy<void> PostgresConnection::settle() {
  if (unread_) co_await skip_results();
  unread_ = false;
}

Lazy<void> PostgresConnection::send(std::string sql) {
  if (PQsendQuery(handle(), sql.c_str()) == 0) throw ErrorException(connection_lost_now());
  PQsetSingleRowMode(handle());  // rows that nobody asked for are not gathered
  co_await flush();
}

Lazy<void> PostgresConnection::send_for_rows(std::string sql, std::vector<std::string> parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  if (PQsendQueryParams(handle(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0) == 0)
    throw ErrorException(connection_lost_now());
  PQsetSingleRowMode(handle());
  co_await flush();
}

Lazy<PostgresConnection::Outcome> PostgresConnection::execute(std::string sql) {
  co_await settle();
  co_await send(sql);
  Outcome outcome;
  std::optional<Error> failure;
  for (;;) {
    if (!answered()) co_await more();
    const PostgresResult result(PQgetResult(handle()));
    if (!result) break;
    switch (PQresultStatus(result.get())) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK: {
        outcome.tag = PQcmdStatus(result.get());
        if (!outcome.tag.starts_with("SELECT")) outcome.touched += std::strtoull(PQcmdTuples(result.get()), nullptr, 10);
        break;
      }
      case PGRES_SINGLE_TUPLE:
      case PGRES_EMPTY_QUERY: break;
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT:
      case PGRES_COPY_BOTH:
        close();  // the statement wants somebody to talk to it
        throw ErrorException(Error(Errc::unsupported, "COPY is no statement for execute(); the session is closed"));
      default:
        if (!failure)
          failure = PQstatus(handle()) == CONNECTION_BAD && PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) == nullptr
                        ? connection_lost_now()
                        : postgres_error(result.get(), sql);
    }
  }
  if (failure) throw ErrorException(*std::move(failure));
  co_return outcome;
}

PostgresTurn::PostgresTurn(PostgresConnection& connection, PostgresConnection::Use expected) : connection_(connection) {
  static_cast<void>(connection.handle());
  if (connection.busy_) throw ErrorException(Error(Errc::invalid_argument, "a session takes one call at a time"));
  if (connection.use_ != expected)
    throw ErrorException(Error(Errc::invalid_argument, connection.use_ == PostgresConnection::Use::none
                                                           ? "there is no insertion to go on with"
                                                           : "rows or an insertion of the session are open"));
  connection.busy_ = true;
}

Lazy<std::shared_ptr<PostgresConnection>> connect_postgres(Loop& loop, PostgresOptions options) {
  AbortSignal limit = unwrap(AbortSignal::timeout(loop, options.connect_limit));
  ConnectionOwner owner = co_await start_connection(loop, options.address, limit);
  if (PQserverVersion(owner.get()) < kServerMin)
    throw ErrorException(Error(Errc::unsupported, name_of(owner.get()) + " is a server before PostgreSQL 12"));
  if (PQsetnonblocking(owner.get(), 1) != 0)
    throw ErrorException(connection_lost(name_of(owner.get()), PQerrorMessage(owner.get())));
  auto connection = std::make_shared<PostgresConnection>(loop, owner.get());
  static_cast<void>(owner.release());
  // The limit is for the settings, too: a pooler may take the connection and then make it wait.
  std::string statements = settings(options);
  Promise<void> done = apply(loop, connection, std::move(statements));
  Promise<void> in_time = abortable(std::move(done), limit);
  std::optional<Error> late;
  try {
    co_await std::move(in_time);
  } catch (const ErrorException& exception) {
    late = exception.error();
  }
  if (late) {
    connection->close();
    throw ErrorException(
        late->code() == Errc::timed_out ? late->wrap(Errc::timed_out, "no answer from " + connection->name() + " in time") : *late);
  }
  co_return connection;
}

}  // namespace millrace::subset
