#include "observe/http/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

namespace millrace::observe {

namespace {

// Either kind of address, in the form the system takes.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  [[nodiscard]] sockaddr* get() noexcept { return std::bit_cast<sockaddr*>(&storage); }
};

SocketAddress in_system_form(const sockaddr_in& v4) {
  SocketAddress address{.length = sizeof(v4)};
  std::memcpy(&address.storage, &v4, sizeof(v4));
  return address;
}
SocketAddress in_system_form(const sockaddr_in6& v6) {
  SocketAddress address{.length = sizeof(v6)};
  std::memcpy(&address.storage, &v6, sizeof(v6));
  return address;
}

struct Parsed {
  SocketAddress address;
  bool loopback = false;
};

Result<Parsed> parse(const std::string& text, std::uint16_t port) {
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    return Parsed{.address = in_system_form(v4), .loopback = (ntohl(v4.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET};
  }
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == IN_LOOPBACKNET;
    return Parsed{.address = in_system_form(v6), .loopback = mapped || IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)};
  }
  return fail(Errc::invalid_argument, "'" + text + "' is not an IPv4 or IPv6 address");
}

Result<std::uint16_t> port_of(int fd) {
  SocketAddress bound{.length = sizeof(sockaddr_storage)};
  if (::getsockname(fd, bound.get(), &bound.length) != 0) return fail(Error::from_errno(errno, "getsockname"));
  if (bound.storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &bound.storage, sizeof(v6));
    return ntohs(v6.sin6_port);
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &bound.storage, sizeof(v4));
  return ntohs(v4.sin_port);
}

}  // namespace

Result<bool> is_loopback(const std::string& address) {
  const Result<Parsed> parsed = parse(address, 0);
  if (!parsed) return std::unexpected(parsed.error());
  return parsed->loopback;
}

Result<Listener> listen_on(const std::string& address, std::uint16_t port) {
  Result<Parsed> parsed = parse(address, port);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  const auto refused = [&](int number, std::string_view operation) {
    return fail(Error::from_errno(number, operation).with("address", address).with("port", std::to_string(port)));
  };
  UniqueFd fd(::socket(parsed->address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return refused(errno, "socket");
  // Connections of a server that ended a moment ago do not block the port. Two servers on one port are still refused.
  const int on = 1;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0) return refused(errno, "setsockopt SO_REUSEADDR");
  if (::bind(fd.get(), parsed->address.get(), parsed->address.length) != 0) return refused(errno, "bind");
  if (::listen(fd.get(), SOMAXCONN) != 0) return refused(errno, "listen");
  const Result<std::uint16_t> bound = port_of(fd.get());
  if (!bound) return std::unexpected(bound.error());
  return Listener{.fd = std::move(fd), .port = *bound};
}

}  // namespace millrace::observe
