// Where a MariaDB or MySQL database is, as one line of text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::subset::mariadb {

struct Address {
  std::string user{};  ///< empty: the system's name of who runs this
  std::string password{};
  std::string host{};      ///< a name or a number; empty: `socket`
  std::uint16_t port = 0;  ///< of `host`, never 0 then
  std::string socket{};    ///< a path; empty without a host: where the client library expects it
  std::string database;

  /// For people, without user and password: "mariadb://host:3306/shop".
  [[nodiscard]] std::string name() const;
};

/// "mariadb://user:password@host:port/database?socket=/path", "mysql://" as well. Everything but the database may be missing; %41 is "A" everywhere. A host in brackets is a
/// number of IPv6. "localhost" without a port means the socket, as it does for the client library's other programs.
/// Errors    Errc::invalid_argument: which part is wrong. The text itself is not in it: it may have a password.
[[nodiscard]] Result<Address> parse_address(std::string_view text);

}  // namespace millrace::subset::mariadb
