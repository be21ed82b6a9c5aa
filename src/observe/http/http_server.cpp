#include "observe/http/http_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include "observe/http/http_protocol.h"
#include "observe/http/listen.h"

namespace millrace::observe {

struct HttpServer::Impl {
  // Closed by its thread's join only, so that stop() never shuts a recycled descriptor down.
  struct Connection {
    explicit Connection(UniqueFd f) : fd(std::move(f)) {}
    const UniqueFd fd;
    std::atomic<bool> done{false};  // release by the thread; pairs with reap()
    std::thread thread;
  };

  Impl(HttpServerOptions o, std::vector<Route> routes, Listener l, UniqueFd w)
      : options(std::move(o)), listener(std::move(l)), wake(std::move(w)), protocol(options, std::move(routes), counts) {}

  void accept_until_stopped();
  void accept_one();
  void refuse(int fd) noexcept;
  void reap();
  void end_connections() noexcept;

  const HttpServerOptions options;
  HttpCounts counts;
  Listener listener;    // its descriptor belongs to the accepting thread
  const UniqueFd wake;  // an eventfd, written once by stop()
  HttpProtocol protocol;
  std::list<Connection> connections;  // the accepting thread's own
  std::once_flag stopped;
  std::thread acceptor;
};

void HttpServer::Impl::accept_until_stopped() {
  bool short_of_descriptors = false;
  for (;;) {
    // A listening socket stays ready while nothing can be accepted: look away from it for a moment instead of spinning.
    constexpr int kPauseMs = 50;
    std::array<pollfd, 2> both{{{.fd = wake.get(), .events = POLLIN, .revents = 0},
                                {.fd = short_of_descriptors ? -1 : listener.fd.get(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(both.data(), both.size(), short_of_descriptors ? kPauseMs : -1);
    if (both[0].revents != 0) break;
    short_of_descriptors = false;
    if (ready <= 0) continue;
    try {
      accept_one();
    } catch (...) {
      short_of_descriptors = true;  // or of threads, or of memory: the same answer
    }
  }
  listener.fd.reset();  // who waits to be accepted is told
  end_connections();
}

void HttpServer::Impl::accept_one() {
  UniqueFd fd(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      throw std::system_error(errno, std::system_category());
    return;  // the client has gone before its turn
  }
  reap();
  if (connections.size() >= options.connections_max) {
    refuse(fd.get());
    return;
  }
  Connection& connection = connections.emplace_back(std::move(fd));
  try {
    connection.thread = std::thread([this, &connection] {
      protocol.serve(connection.fd.get());
      // The client waits for this end of the connection, and descriptors are closed when somebody next comes.
      ::shutdown(connection.fd.get(), SHUT_RDWR);
      connection.done.store(true, std::memory_order_release);
    });
  } catch (...) {
    connections.pop_back();
    throw;
  }
}

void HttpServer::Impl::refuse(int fd) noexcept {
  counts.busy.fetch_add(1, std::memory_order_relaxed);
  // What the client has sent is taken first: closing over it would throw the answer away as well.
  std::array<char, 4096> waste;
  while (::recv(fd, waste.data(), waste.size(), 0) > 0) continue;
  constexpr std::string_view kBusy =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  (void)::send(fd, kBusy.data(), kBusy.size(), MSG_NOSIGNAL);
  ::shutdown(fd, SHUT_WR);
}

void HttpServer::Impl::reap() {
  for (auto it = connections.begin(); it != connections.end();) {
    if (!it->done.load(std::memory_order_acquire)) {
      ++it;
      continue;
    }
    it->thread.join();
    it = connections.erase(it);
  }
}

void HttpServer::Impl::end_connections() noexcept {
  protocol.stop();
  for (const Connection& connection : connections) ::shutdown(connection.fd.get(), SHUT_RDWR);
  for (Connection& connection : connections) connection.thread.join();
  connections.clear();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, std::vector<Route> routes) {
  const Result<bool> loopback = is_loopback(options.address);
  if (!loopback) return std::unexpected(loopback.error());
  if (!*loopback && options.token.empty())
    return fail(Errc::invalid_argument,
                "the address " + options.address +
                    " can be reached from other machines: a token is needed, or a loopback address such as 127.0.0.1");
  if (!std::ranges::all_of(options.token, [](char c) { return c > ' ' && c <= '~'; }))
    return fail(Errc::invalid_argument,
                "the token may only have printable ASCII characters other than a space: others do not fit in a header");
  if (options.connections_max == 0) return fail(Errc::invalid_argument, "connections_max must be at least 1");
  Result<Listener> listener = listen_on(options.address, options.port);
  if (!listener) return std::unexpected(std::move(listener).error());
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
  if (!wake) return fail(Error::from_errno(errno, "eventfd"));
  auto impl = std::make_unique<Impl>(std::move(options), std::move(routes), *std::move(listener), std::move(wake));
  try {
    impl->acceptor = std::thread([raw = impl.get()] { raw->accept_until_stopped(); });
  } catch (const std::system_error&) {
    return fail(Error::from_exception(std::current_exception()));
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const noexcept { return impl_->listener.port; }

void HttpServer::stop() noexcept {
  std::call_once(impl_->stopped, [this] {
    const std::uint64_t one = 1;
    while (::write(impl_->wake.get(), &one, sizeof(one)) < 0 && errno == EINTR) continue;
    impl_->acceptor.join();
  });
}

HttpFigures HttpServer::figures() const noexcept {
  const auto read = [](const std::atomic<std::uint64_t>& count) { return count.load(std::memory_order_relaxed); };
  return {.requests = read(impl_->counts.requests),
          .refused = read(impl_->counts.refused),
          .busy = read(impl_->counts.busy),
          .failures = read(impl_->counts.failures)};
}

}  // namespace millrace::observe
