#include "subset/mariadb/address.h"

#include <charconv>

namespace millrace::subset::mariadb {
namespace {

constexpr std::uint16_t kDefaultPort = 3306;

Error wrong(std::string what) { return {Errc::invalid_argument, "a MariaDB address " + std::move(what)}; }

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decoded(std::string_view text, std::string_view part) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      made += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail(wrong("has a % without two hexadecimal digits in its " + std::string(part)));
    made += static_cast<char>(high * 16 + low);
    i += 2;
  }
  // The client library takes these as strings that end at a NUL.
  if (made.contains('\0')) return fail(wrong("has a NUL in its " + std::string(part)));
  return made;
}

Result<void> read_port(std::string_view text, Address& address) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, address.port);
  if (error != std::errc() || stopped != end || address.port == 0)
    return fail(wrong("has a port that is no number from 1 to 65535"));
  return {};
}

Result<void> read_host(std::string_view text, Address& address) {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return fail(wrong("has a host with [ and without ]"));
    host = text.substr(1, end - 1);
    if (host.empty()) return fail(wrong("has an empty host in brackets"));
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return fail(wrong("has something between the ] of its host and the port"));
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
    if (port.contains(':')) return fail(wrong("has a host with several colons; a number of IPv6 stands in brackets"));
  }
  Result<std::string> name = decoded(host, "host");
  if (!name) return fail(std::move(name).error());
  if (has_port && name->empty()) return fail(wrong("has a port without a host"));
  if (*name == "localhost" && !has_port) name->clear();
  address.host = *std::move(name);
  if (has_port) return read_port(port, address);
  address.port = address.host.empty() ? std::uint16_t{0} : kDefaultPort;
  return {};
}

Result<void> read_parameters(std::string_view text, Address& address) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view one = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::size_t equals = one.find('=');
    if (one.substr(0, equals) != "socket") return fail(wrong("knows no parameter but `socket` behind the ?"));
    Result<std::string> path = decoded(equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1), "socket");
    if (!path) return fail(std::move(path).error());
    if (path->empty()) return fail(wrong("has a `socket` without a path"));
    if (!address.socket.empty()) return fail(wrong("has two sockets"));
    address.socket = *std::move(path);
  }
  return {};
}

}  // namespace

std::string Address::name() const {
  std::string made = "mariadb://";
  if (host.empty()) {
    made += "localhost/" + database;
    return socket.empty() ? made : made + "?socket=" + socket;
  }
  made += host.contains(':') ? "[" + host + "]" : host;
  return made + ":" + std::to_string(port) + "/" + database;
}

Result<Address> parse_address(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || (text.substr(0, scheme) != "mariadb" && text.substr(0, scheme) != "mysql"))
    return fail(wrong("begins with mariadb:// or mysql://"));
  std::string_view rest = text.substr(scheme + 3), parameters;
  if (rest.contains('#')) return fail(wrong("has a #, which is written as %23"));
  if (const std::size_t question = rest.find('?'); question != std::string_view::npos) {
    parameters = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  const std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  Address address;
  Result<std::string> database = decoded(slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1), "database");
  if (!database) return fail(std::move(database).error());
  if (database->empty()) return fail(wrong("names no database: mariadb://host/database"));
  if (database->contains('/'))
    return fail(wrong("has a / in its database's name, or in a user or password, where it is written as %2F"));
  address.database = *std::move(database);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    authority = authority.substr(at + 1);
    const std::size_t colon = who.find(':');
    Result<std::string> user = decoded(who.substr(0, colon), "user");
    Result<std::string> password =
        decoded(colon == std::string_view::npos ? std::string_view() : who.substr(colon + 1), "password");
    if (!user) return fail(std::move(user).error());
    if (!password) return fail(std::move(password).error());
    address.user = *std::move(user);
    address.password = *std::move(password);
  }
  if (const Result<void> read = read_host(authority, address); !read) return fail(read.error());
  if (const Result<void> read = read_parameters(parameters, address); !read) return fail(read.error());
  if (!address.socket.empty() && !address.host.empty()) {
    if (address.host != "localhost") return fail(wrong("has both a host and a socket"));
    address.host.clear();
    address.port = 0;
  }
  return address;
}

}  // namespace millrace::subset::mariadb
