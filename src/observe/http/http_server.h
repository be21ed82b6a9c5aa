// HttpServer: a small HTTP/1.1 server for what a program tells about itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/clock.h>
#include <millrace/result.h>

namespace millrace::observe {

struct HttpRequest {
  std::string method;  ///< "GET" or "HEAD"; a handler may answer both alike, the server leaves out the body
  std::string path;    ///< decoded, without the query
  /// The value of a header, whatever the case of its name; of a parameter of the query. Empty when there is none.
  std::function<std::string(const std::string& name)> header;
  std::function<std::string(const std::string& name)> parameter;
};

/// Fills in the next piece of a body that is written as it comes, such as server-sent events. It may wait, but returns soon after `stop` was
/// requested, which the server does when it stops. False ends the body, after this piece. An empty piece is fine: then it is asked
/// again, which is also when it is noticed that the client has gone. Thread: that of the connection.
using HttpBodySource = std::function<bool(std::string& piece, const std::stop_token& stop)>;

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  HttpBodySource stream{};  ///< in place of `body`
};

/// Thread    that of the connection, several at once. What it throws becomes status 500 and is counted; its words are not sent.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct HttpServerOptions {
  std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address
  std::uint16_t port = 0;             ///< 0: a free one
  std::string token{};                ///< what clients send as "Authorization: Bearer TOKEN"; empty: they need not
  std::size_t connections_max = 16;   ///< each has a thread; more are answered with status 503
  std::size_t request_bytes_max = std::size_t{16} * 1024;
  Duration request_time_max = std::chrono::seconds{5};  ///< for all of a request to arrive
  Duration write_time_max = std::chrono::seconds{10};   ///< for the body, or each piece of a stream, to be taken
};

struct HttpFigures {
  std::uint64_t requests = 0;  ///< that reached a handler
  std::uint64_t refused = 0;   ///< answered with 401, 404 or 405
  std::uint64_t busy = 0;      ///< connections answered with 503
  std::uint64_t failures = 0;  ///< handlers that threw
};

enum class HttpAccess : std::uint8_t { with_token, open };

/// Serves routes on threads of its own: one that accepts, one for each connection. A connection serves one request, so that none is held
/// by a client that is silent. GET and HEAD only: others are answered with 405. Bodies of requests are not read.
/// Thread    all members any thread.
class HttpServer {
 public:
  struct Route {
    std::string path;  ///< the whole of it
    HttpHandler handler;
    HttpAccess access = HttpAccess::with_token;
  };

  /// Starts to listen and to serve.
  /// Errors    Errc::invalid_argument: the address is none, the token is empty though the address is not a loopback one, or it has characters
  ///           that a header cannot have; the system's when it refuses the address or port.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, std::vector<Route> routes);
  /// stop()
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Stops listening, ends connections, and waits for handlers that run. Not from a handler. Later calls do nothing.
  void stop() noexcept;
  [[nodiscard]] HttpFigures figures() const noexcept;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace::observe
