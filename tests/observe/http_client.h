// A client for tests: sends bytes, takes what comes until the other side ends it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace millrace::observe {

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_.get(), std::bit_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  [[nodiscard]] bool connected() const noexcept { return connected_; }
  bool send(std::string_view bytes) const {
    return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  /// What came until the end of the connection, or until `mark` came.
  [[nodiscard]] std::string receive(std::string_view mark = {}) const {
    std::string all;
    std::array<char, 4096> some;
    while (mark.empty() || all.find(mark) == std::string::npos) {
      pollfd one{.fd = fd_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&one, 1, 20'000) <= 0) return all + "(the test waited too long)";
      const ssize_t got = ::recv(fd_.get(), some.data(), some.size(), 0);
      if (got <= 0) break;
      all.append(some.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  UniqueFd fd_;
  bool connected_ = false;
};

/// The whole answer to one request.
inline std::string round_trip(std::uint16_t port, std::string_view request) {
  const HttpClient client(port);
  if (!client.connected()) return "(no connection)";
  client.send(request);
  return client.receive();
}
inline std::string get(std::uint16_t port, const std::string& path, const std::string& headers = "") {
  return round_trip(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
}
inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "(no end of headers)" : answer.substr(end + 4);
}

}  // namespace millrace::observe
