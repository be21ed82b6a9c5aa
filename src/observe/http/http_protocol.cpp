#include "observe/http/http_protocol.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "observe/http/timed_stream.h"

namespace millrace::observe {

namespace {

// Takes the same time wherever the two differ, so that nobody finds a token piece by piece.
bool same_secret(std::string_view given, std::string_view secret) noexcept {
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) difference |= static_cast<unsigned>(given[i] ^ secret[i % secret.size()]);
  return difference == 0;
}

bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

bool may_enter(const httplib::Request& request, std::string_view token) {
  if (token.empty()) return true;
  const std::string value = request.get_header_value("Authorization");
  constexpr std::string_view kScheme = "Bearer ";
  return value.size() > kScheme.size() && same_word(std::string_view(value).substr(0, kScheme.size()), kScheme) &&
         same_secret(std::string_view(value).substr(kScheme.size()), token);
}

}  // namespace

// Uses cpp-httplib for what is between a connection and a handler; accepting, threads and routes are ours, since its own have no limits that
// refuse, and no way to stop that cannot meet a recycled descriptor.
class HttpProtocol::Impl final : public httplib::Server {
 public:
  Impl(const HttpServerOptions& options, std::vector<HttpServer::Route> routes, HttpCounts& counts)
      : options_(options), routes_(std::move(routes)), counts_(counts) {
    set_payload_max_length(0);
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      route(request, response);
      return HandlerResponse::Handled;
    });
    svr_sock_ = kServing;
  }

  void serve(int fd) {
    TimedStream stream(fd, options_.request_bytes_max, options_.request_time_max, options_.write_time_max);
    bool closed = false;
    (void)process_request(stream, true, closed, [](httplib::Request& request) {
      // Parts of a body, many at once, and compression cost more than they are worth here.
      request.ranges.clear();
      request.headers.erase("Range");
      request.headers.erase("Accept-Encoding");
    });
    stream.linger();
  }

  void failed() noexcept { counts_.failures.fetch_add(1, std::memory_order_relaxed); }
  void stop() noexcept {
    svr_sock_ = INVALID_SOCKET;
    stopping_.request_stop();
  }

 private:
  // The base class only looks whether it has a socket, before each piece of a body that is written as it comes.
  static constexpr socket_t kServing = 0;

  void route(const httplib::Request& request, httplib::Response& response) {
    const auto found = std::ranges::find(routes_, request.path, &HttpServer::Route::path);
    const bool open = found != routes_.end() && found->access == HttpAccess::open;
    if (!open && !may_enter(request, options_.token)) {
      response.set_header("WWW-Authenticate", "Bearer");
      return refuse(response, 401, "401 Unauthorized: send 'Authorization: Bearer TOKEN'\n");
    }
    if (found == routes_.end()) return refuse(response, 404, "404 Not Found\n");
    if (request.method != "GET" && request.method != "HEAD") {
      response.set_header("Allow", "GET, HEAD");
      return refuse(response, 405, "405 Method Not Allowed\n");
    }
    counts_.requests.fetch_add(1, std::memory_order_relaxed);
    try {
      send(found->handler({.method = request.method,
                           .path = request.path,
                           .header = [&request](const std::string& name) { return request.get_header_value(name); },
                           .parameter = [&request](const std::string& name) { return request.get_param_value(name); }}),
           response);
    } catch (...) {
      counts_.failures.fetch_add(1, std::memory_order_relaxed);
      response.status = 500;
      response.set_content("500 Internal Server Error\n", "text/plain; charset=utf-8");
    }
  }

  void refuse(httplib::Response& response, int status, const char* text) {
    counts_.refused.fetch_add(1, std::memory_order_relaxed);
    response.status = status;
    response.set_content(text, "text/plain; charset=utf-8");
  }

  void send(HttpResponse&& answer, httplib::Response& response) {
    response.status = answer.status;
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("Cache-Control", "no-store");
    for (const auto& [name, value] : answer.headers) response.set_header(name, value);
    if (!answer.stream) {
      response.body = std::move(answer.body);
      response.set_header("Content-Type", answer.content_type);
      return;
    }
    response.set_chunked_content_provider(answer.content_type,
                                          [source = std::move(answer.stream), this](std::size_t, httplib::DataSink& sink) {
                                            std::string piece;
                                            bool more = false;
                                            try {
                                              more = source(piece, stopping_.get_token()) && !stopping_.stop_requested();
                                            } catch (...) {
                                              counts_.failures.fetch_add(1, std::memory_order_relaxed);
                                              return false;
                                            }
                                            if (!piece.empty() && !sink.write(piece.data(), piece.size())) return false;
                                            if (!more) sink.done();
                                            return true;
                                          });
  }

  const HttpServerOptions& options_;
  const std::vector<HttpServer::Route> routes_;
  HttpCounts& counts_;
  std::stop_source stopping_;
};

HttpProtocol::HttpProtocol(const HttpServerOptions& options, std::vector<HttpServer::Route> routes, HttpCounts& counts)
    : impl_(std::make_unique<Impl>(options, std::move(routes), counts)) {}
HttpProtocol::~HttpProtocol() = default;

void HttpProtocol::serve(int fd) noexcept {
  try {
    impl_->serve(fd);
  } catch (...) {
    // Out of memory, or a request that the parser gives up on: the connection ends, nothing else does.
    impl_->failed();
  }
}

void HttpProtocol::stop() noexcept { impl_->stop(); }

}  // namespace millrace::observe
