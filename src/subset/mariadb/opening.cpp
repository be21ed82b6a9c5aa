#include "subset/mariadb/opening.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include <millrace/worker_pool.h>

#include "subset/mariadb/rows.h"

namespace millrace::subset::mariadb {
namespace {

bool is_number(const std::string& host) noexcept {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

/// Blocks.
Result<std::string> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0)
    return fail(
        Error(Errc::not_found, "mariadb: the host cannot be found: " + std::string(::gai_strerror(error))).with("host", host));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::array<char, NI_MAXHOST> number{};
  if (::getnameinfo(found->ai_addr, found->ai_addrlen, number.data(), number.size(), nullptr, 0, NI_NUMERICHOST) != 0)
    return fail(Error(Errc::not_found, "mariadb: the host has no address that can be said").with("host", host));
  return std::string(number.data());
}

/// The client library looks names up by a call that blocks, so it is given numbers.
Lazy<std::string> number_of(Loop& loop, std::string host) {
  if (host.empty() || is_number(host)) co_return host;
  WorkerPool pool(loop, {.threads = 1, .name = "host lookup"});
  const auto look = [host] { return look_up(host); };
  co_return co_await pool.run(look);
}

Lazy<void> prepare(std::shared_ptr<Connection> connection) {
  // 365 days for what waits on us: a reader that is slow is held up by not being read, and the server is not to think that we are gone.
  static constexpr std::string_view kSession =
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO',"
      " time_zone = '+00:00', autocommit = 1, sql_select_limit = 18446744073709551615, sql_safe_updates = 0, sql_auto_is_null = 0,"
      " lc_messages = 'en_US', net_read_timeout = 31536000, net_write_timeout = 31536000, wait_timeout = 31536000,"
      " lock_wait_timeout = 600";
  static_cast<void>(co_await connection->run("SET NAMES utf8mb4"));
  static_cast<void>(co_await connection->run(std::string(kSession)));
  // MySQL 8 remembers for a day what it knew of a table's size and numbers.
  if (!connection->is_mariadb() && connection->version() >= 80003)
    static_cast<void>(co_await connection->run("SET SESSION information_schema_stats_expiry = 0"));
  const std::unique_ptr<Rows> rows = make_rows(connection, {.sql = "SELECT @@max_allowed_packet, @@local_infile"});
  Page page;
  while (co_await rows->next(page, 2, std::numeric_limits<std::size_t>::max())) {
  }
  if (page.rows() != 1) throw ErrorException(Error(Errc::invalid_argument, "mariadb: the server does not say what it takes"));
  connection->packet_max = static_cast<std::size_t>(std::max<std::int64_t>(page.at(0, 0).integer, 1024));
  connection->takes_lines = page.at(0, 1).integer != 0;
}

}  // namespace

Lazy<void> open_connection(std::shared_ptr<Connection> connection, Address address, Duration limit) {
  Loop& loop = connection->loop();
  const std::string name = address.name();
  const std::weak_ptr<Connection> weak = connection;
  TimerHandle timer = unwrap(loop.schedule(limit, [weak, name] {
    if (const std::shared_ptr<Connection> late = weak.lock())
      late->end(Error(Errc::timed_out, "mariadb: opening the connection took too long")
                    .with("database", name)
                    .with_retry({.retryable = true}));
  }));
  try {
    address.host = co_await number_of(loop, address.host);
    connection->check();
    co_await connection->connect(std::move(address));
    co_await prepare(connection);
  } catch (const ErrorException& thrown) {
    throw ErrorException(thrown.error().with("database", name));
  }
  timer.cancel();
}

}  // namespace millrace::subset::mariadb
