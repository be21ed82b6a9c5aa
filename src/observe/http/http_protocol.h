// The protocol of HttpServer: one request on a connected socket. cpp-httplib parses it and writes the answer; what it may take of time and
// memory is decided here.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "observe/http/http_server.h"

namespace millrace::observe {

struct HttpCounts {
  std::atomic<std::uint64_t> requests{0}, refused{0}, busy{0}, failures{0};  // relaxed: counts
};

class HttpProtocol {
 public:
  /// `options` and `counts` outlive it.
  HttpProtocol(const HttpServerOptions& options, std::vector<HttpServer::Route> routes, HttpCounts& counts);
  ~HttpProtocol();
  HttpProtocol(const HttpProtocol&) = delete;
  HttpProtocol& operator=(const HttpProtocol&) = delete;

  /// Serves one request on `fd`, which is non-blocking and stays the caller's. Nothing is thrown. Thread: any, several at once.
  void serve(int fd) noexcept;
  /// Ends bodies that are written as they come.
  void stop() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace::observe
