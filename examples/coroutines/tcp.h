// What the coroutine examples need of TCP on loopback: non-blocking sockets, and reads and writes that wait for readiness.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include <millrace/async.h>
#include <millrace/awaitables.h>

namespace tcp {

using millrace::AbortSignal;
using millrace::Async;
using millrace::Error;
using millrace::ErrorException;
using millrace::Interest;
using millrace::Loop;

/// Owns one descriptor.
class Socket {
 public:
  explicit Socket(int fd) noexcept : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

[[noreturn]] inline void throw_errno(const char* operation) { throw ErrorException(Error::from_errno(errno, operation)); }
inline bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Listens on a free port of 127.0.0.1, which `port` becomes.
inline Socket listen_on_loopback(std::uint16_t& port) {
  Socket listener{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (listener.fd() < 0 || ::bind(listener.fd(), raw, size) != 0 || ::listen(listener.fd(), 64) != 0 ||
      ::getsockname(listener.fd(), raw, &size) != 0)
    throw_errno("listen");
  port = ntohs(address.sin_port);
  return listener;
}

inline Async<Socket> accept(Loop& loop, const Socket& listener, AbortSignal signal) {
  for (;;) {
    const int fd = ::accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) co_return Socket{fd};
    if (!would_block()) throw_errno("accept");
    co_await millrace::ready(loop, listener.fd(), Interest::readable, signal);
  }
}

inline Async<Socket> connect(Loop& loop, std::uint16_t port, AbortSignal signal) {
  Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  const sockaddr_in address = loopback(port);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINPROGRESS) throw_errno("connect");
    co_await millrace::ready(loop, socket.fd(), Interest::writable, signal);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error != 0) throw_errno("connect");
  }
  co_return socket;
}

/// What is there, at least a byte; nothing at the end of the stream.
inline Async<std::string> read_some(Loop& loop, const Socket& socket, AbortSignal signal) {
  for (;;) {
    char bytes[4096];
    const ssize_t count = ::read(socket.fd(), bytes, sizeof bytes);
    if (count >= 0) co_return std::string(bytes, static_cast<std::size_t>(count));
    if (!would_block()) throw_errno("read");
    co_await millrace::ready(loop, socket.fd(), Interest::readable, signal);
  }
}

inline Async<> write_all(Loop& loop, const Socket& socket, std::string bytes, AbortSignal signal) {
  for (std::string_view left = bytes; !left.empty();) {
    const ssize_t count = ::send(socket.fd(), left.data(), left.size(), MSG_NOSIGNAL);
    if (count >= 0)
      left.remove_prefix(static_cast<std::size_t>(count));
    else if (would_block())
      co_await millrace::ready(loop, socket.fd(), Interest::writable, signal);
    else
      throw_errno("write");
  }
}

}  // namespace tcp
