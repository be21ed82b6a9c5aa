#include "subset/mariadb/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "subset/mariadb/errors.h"

namespace millrace::subset::mariadb {
namespace {

const char* or_null(const std::string& text) noexcept { return text.empty() ? nullptr : text.c_str(); }

}  // namespace

Connection::Connection(Loop& loop) : loop_(loop), mysql_(mysql_init(nullptr)) {
  if (mysql_ == nullptr) throw std::bad_alloc();
  const my_bool no = 0;
  const unsigned yes = 1;
  mysql_options(mysql_, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(mysql_, MYSQL_OPT_RECONNECT, &no);  // a new connection would know nothing of the transaction
  mysql_options(mysql_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(mysql_, MYSQL_OPT_LOCAL_INFILE, &yes);
  set_handler();
}

Connection::~Connection() {
  source_ = nullptr;
  waiter_.reset();
  watch_.close();
  if (continue_ != nullptr) {
    // Suspended inside of the client library, whose stack has to be left: it is told that its time is over, as often as it asks.
    if (const int socket = mysql_get_socket(mysql_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
    for (int status = MYSQL_WAIT_TIMEOUT; status != 0;) status = continue_(*this, MYSQL_WAIT_TIMEOUT);
    ended_.emplace(Errc::closed, "mariadb: the connection is closed");
  }
  if ((rows_ != nullptr || ended_) && mysql_get_socket(mysql_) >= 0) ::shutdown(mysql_get_socket(mysql_), SHUT_RDWR);
  if (rows_ != nullptr) mysql_free_result(rows_);
  // Says good-bye if that takes no waiting.
  for (int status = mysql_close_start(mysql_); status != 0;) {
    if (const int socket = mysql_get_socket(mysql_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
    status = mysql_close_cont(mysql_, MYSQL_WAIT_TIMEOUT);
  }
}

void Connection::set_handler() noexcept {
  // A server may answer any statement by asking for any file. It is given what we have for it, under our name and while we load, and nothing else.
  mysql_set_local_infile_handler(
      mysql_,
      [](void** handle, const char* name, void* self) -> int {
        *handle = self;
        const auto& connection = *static_cast<Connection*>(self);
        return connection.source_ != nullptr && name != nullptr && name == kSourceName ? 0 : 1;
      },
      [](void* handle, char* to, unsigned size) -> int {
        const auto& connection = *static_cast<Connection*>(handle);
        return connection.source_ == nullptr ? -1 : connection.source_->read(to, size);
      },
      [](void*) {},
      [](void*, char* text, unsigned size) -> int {
        constexpr std::string_view kWhat = "the server asked for a file that it is not given";
        const std::size_t length = size == 0 ? 0 : std::min<std::size_t>(kWhat.size(), size - 1);
        kWhat.copy(text, length);
        if (size != 0) text[length] = '\0';
        return 2068;  // CR_LOAD_DATA_LOCAL_INFILE_REJECTED of MySQL
      },
      this);
}

void Connection::end(Error reason) noexcept {
  if (ended_) return;
  ended_.emplace(std::move(reason));
  if (const int socket = mysql_get_socket(mysql_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
  wake(MYSQL_WAIT_TIMEOUT);
}

void Connection::check() const {
  if (ended_) throw ErrorException(*ended_);
}

void Connection::fail_now() {
  check();
  const Said said{.number = mysql_errno(mysql_), .sqlstate = mysql_sqlstate(mysql_), .text = mysql_error(mysql_)};
  const Error error = error_of(said, shown_);
  if (is_lost(said.number)) ended_.emplace(error);
  if (ends_transaction(said.number)) doomed = true;
  throw ErrorException(error);
}

void Connection::throw_if_failed(bool failed) {
  check();
  if (failed) fail_now();
}

Result<void> Connection::watch(Interest interest) {
  // While it connects, the library may go from one socket to the next, and the next may have the number of the one before.
  if (connecting_) watch_.close();
  if (watch_.active()) {
    watch_.ref();
    if (interest_ == interest) return {};
    interest_ = interest;
    return watch_.modify(interest);
  }
  Result<WatchHandle> made = loop_.watch(mysql_get_socket(mysql_), interest, [this](Readiness readiness) { on_ready(readiness); });
  if (!made) return fail(std::move(made).error());
  watch_ = *std::move(made);
  interest_ = interest;
  return {};
}

void Connection::on_ready(Readiness readiness) {
  if (!waiter_) {  // nobody reads now: the watch comes back with the next who waits
    watch_.close();
    return;
  }
  int got = 0;
  if (readiness.readable) got |= MYSQL_WAIT_READ;
  if (readiness.writable) got |= MYSQL_WAIT_WRITE;
  got &= status_;
  wake(got != 0 ? got : status_ & ~MYSQL_WAIT_TIMEOUT);
}

void Connection::wake(int status) noexcept {
  timer_.cancel();
  if (watch_.active()) watch_.unref();
  if (!waiter_) return;
  Resolver<int> waiter = std::move(*waiter_);
  waiter_.reset();
  waiter.resolve(status);
}

Promise<int> Connection::wait(int status) {
  if (ended_) return Promise<int>::resolved(loop_, MYSQL_WAIT_TIMEOUT);
  status_ = status;
  const bool reads = (status & (MYSQL_WAIT_READ | MYSQL_WAIT_EXCEPT)) != 0;
  const bool writes = (status & MYSQL_WAIT_WRITE) != 0;
  const Interest interest = (reads ? Interest::readable : Interest::none) | (writes ? Interest::writable : Interest::none);
  if (interest != Interest::none)
    if (Result<void> watched = watch(interest); !watched) return Promise<int>::rejected(loop_, std::move(watched).error());
  if ((status & MYSQL_WAIT_TIMEOUT) != 0) {
    Result<TimerHandle> timer =
        loop_.schedule(std::chrono::milliseconds(mysql_get_timeout_value_ms(mysql_)), [this] { wake(MYSQL_WAIT_TIMEOUT); });
    if (!timer) return Promise<int>::rejected(loop_, std::move(timer).error());
    timer_ = *std::move(timer);
  }
  auto [promise, resolver] = make_promise<int>(loop_);
  waiter_.emplace(std::move(resolver));
  return std::move(promise);
}

Lazy<void> Connection::finish(int status, Continue how) {
  continue_ = how;
  while (status != 0) {
    const int got = co_await wait(status);
    status = how(*this, got);
  }
  continue_ = nullptr;
}

Lazy<void> Connection::connect(Address address) {
  address_ = std::move(address);
  connecting_ = true;
  constexpr unsigned long kFlags = CLIENT_MULTI_STATEMENTS;
  const unsigned protocol = address_.host.empty() ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
  mysql_options(mysql_, MYSQL_OPT_PROTOCOL, &protocol);
  const int status =
      mysql_real_connect_start(&connected_, mysql_, or_null(address_.host), or_null(address_.user), address_.password.c_str(),
                               address_.database.c_str(), address_.port, or_null(address_.socket), kFlags);
  co_await finish(status, [](Connection& self, int got) { return mysql_real_connect_cont(&self.connected_, self.mysql_, got); });
  connecting_ = false;
  watch_.close();
  address_ = {};  // the password is not needed any more
  throw_if_failed(connected_ == nullptr);
}

Lazy<void> Connection::send(std::string sql, std::string shown) {
  check();
  if (doomed && sql != kRollback)  // what came now would not be part of the transaction, and would stay
    throw ErrorException(Error(Errc::aborted, "mariadb: the server has rolled the transaction back after a deadlock")
                             .with_retry({.retryable = true}));
  if (continue_ != nullptr)
    throw ErrorException(Error(Errc::invalid_argument, "mariadb: a session takes one call at a time, and one is under way"));
  if (rows_ != nullptr) {
    try {
      co_await drop_rows();
    } catch (const ErrorException&) {
      check();  // what went wrong with rows that nobody wanted is of no interest, unless nothing works any more
    }
  }
  shown_ = shown.empty() ? sql : std::move(shown);
  sql_ = std::move(sql);
  // The server would break the connection off.
  if (sql_.size() + 1 > packet_max)
    throw ErrorException(Error(Errc::full, "mariadb: a statement of " + std::to_string(sql_.size()) +
                                               " bytes is longer than the server takes (max_allowed_packet is " +
                                               std::to_string(packet_max) + ")")
                             .with("sql", without_fields(shown_)));
  const int status = mysql_real_query_start(&failed_, mysql_, sql_.data(), sql_.size());
  co_await finish(status, [](Connection& self, int got) { return mysql_real_query_cont(&self.failed_, self.mysql_, got); });
  throw_if_failed(failed_ != 0);
}

Lazy<bool> Connection::next_result() {
  if (mysql_more_results(mysql_) == 0) co_return false;
  const int status = mysql_next_result_start(&failed_, mysql_);
  co_await finish(status, [](Connection& self, int got) { return mysql_next_result_cont(&self.failed_, self.mysql_, got); });
  throw_if_failed(failed_ > 0);
  co_return failed_ == 0;
}

Lazy<void> Connection::throw_rows_away() {
  while (rows_ != nullptr) {
    const std::optional<Row> there = row();
    if (!there) static_cast<void>(co_await wait_for_row());
  }
}

Lazy<void> Connection::drop_rows() {
  bool more = true;
  while (more) {
    if (rows_ != nullptr || mysql_more_results(mysql_) == 0) {
      if (rows_ == nullptr) break;
      co_await throw_rows_away();
    }
    more = co_await next_result();
    if (more && mysql_field_count(mysql_) != 0) {
      rows_ = mysql_use_result(mysql_);
      throw_if_failed(rows_ == nullptr);
    }
  }
}

Lazy<Outcome> Connection::run(std::string sql, std::string shown) {
  co_await send(std::move(sql), std::move(shown));
  Outcome outcome;
  for (bool more = true; more;) {
    if (mysql_field_count(mysql_) == 0) {
      outcome.touched += mysql_affected_rows(mysql_);
      outcome.warnings += mysql_warning_count(mysql_);
      const char* const info = mysql_info(mysql_);
      outcome.info = info == nullptr ? "" : info;
    } else {
      rows_ = mysql_use_result(mysql_);
      throw_if_failed(rows_ == nullptr);
      co_await throw_rows_away();
    }
    more = co_await next_result();
  }
  co_return outcome;
}

Lazy<Outcome> Connection::run_with(std::string sql, LineSource& source) {
  // The library gives it to whoever asks while it is set, and only then.
  struct Given {
    Connection& self;
    ~Given() { self.source_ = nullptr; }
  };
  const Given given{*this};
  source_ = &source;
  co_return co_await run(std::move(sql));
}

Lazy<void> Connection::begin_rows(std::string sql, std::string shown) {
  co_await send(std::move(sql), std::move(shown));
  if (mysql_field_count(mysql_) == 0) {
    co_await drop_rows();
    throw ErrorException(Error(Errc::invalid_argument, "mariadb: a statement that was to give rows gave none of them")
                             .with("sql", without_fields(shown_)));
  }
  rows_ = mysql_use_result(mysql_);
  throw_if_failed(rows_ == nullptr);
  ++rows_number_;
}

Connection::Row Connection::row_of_result() {
  check();
  if (row_ != nullptr) return {.fields = row_, .lengths = mysql_fetch_lengths(rows_)};
  // No row is the end only if the server said so.
  const bool failed = mysql_errno(mysql_) != 0;
  mysql_free_result(std::exchange(rows_, nullptr));
  throw_if_failed(failed);
  return {};
}

std::optional<Connection::Row> Connection::row() {
  check();
  status_ = mysql_fetch_row_start(&row_, rows_);
  if (status_ == 0) return row_of_result();
  continue_ = [](Connection& self, int got) { return mysql_fetch_row_cont(&self.row_, self.rows_, got); };
  return std::nullopt;
}

Lazy<Connection::Row> Connection::wait_for_row() {
  co_await finish(status_, continue_);
  co_return row_of_result();
}

}  // namespace millrace::subset::mariadb
