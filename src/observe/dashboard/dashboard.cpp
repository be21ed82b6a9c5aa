#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include <millrace/observe/dashboard.h>
#include <millrace/observe/prometheus.h>

#include "observe/dashboard/board.h"
#include "observe/dashboard/host_check.h"
#include "observe/dashboard/page.h"
#include "observe/http/http_server.h"
#include "observe/http/listen.h"

namespace millrace::observe {

namespace {

constexpr std::size_t kRandomBytes = 16;

/// Nothing but the files of this server is loaded, and nothing but it is asked: the browser sees to that.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
    "'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

std::string_view type_of(std::string_view name) noexcept {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/javascript; charset=utf-8";
}

Result<std::string> random_token() {
  std::array<std::uint8_t, kRandomBytes> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got > 0)
      filled += static_cast<std::size_t>(got);
    else if (errno != EINTR)
      return fail(Error::from_errno(errno, "getrandom"));
  }
  std::string token;
  for (const std::uint8_t byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    token += kDigits[byte >> 4];
    token += kDigits[byte & 0xf];
  }
  return token;
}

/// What an address looks like in a URL that can be opened here.
std::string host_in_url(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  if (address == "::") return "[::1]";
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

class HttpDashboard final : public Dashboard {
 public:
  explicit HttpDashboard(DashboardOptions options)
      : options_(std::move(options)),
        hosts_(options_.address, options_.hosts),
        board_({.title = options_.title,
                .details = options_.details,
                .metrics = options_.hub != nullptr,
                .interval = options_.interval,
                .stale_after = options_.stale_after,
                .history_max = options_.history_max,
                .redactor = options_.redactor}) {}
  HttpDashboard(const HttpDashboard&) = delete;
  HttpDashboard& operator=(const HttpDashboard&) = delete;
  ~HttpDashboard() override { HttpDashboard::stop(); }

  [[nodiscard]] Result<void> listen();

  void publish(DashboardFrame frame) override { board_.publish(std::move(frame)); }
  void stalled(const Stall& stall) override { board_.stalled(stall); }
  [[nodiscard]] std::uint16_t port() const noexcept override { return server_->port(); }
  [[nodiscard]] std::string url() const override {
    return "http://" + host_in_url(options_.address) + ":" + std::to_string(port()) + "/#token=" + options_.token;
  }
  [[nodiscard]] DashboardFigures figures() const noexcept override;
  void stop() noexcept override;

 private:
  /// A route that answers only who asked for us by a name of ours.
  HttpServer::Route route(std::string path, HttpHandler handler, HttpAccess access = HttpAccess::with_token);
  [[nodiscard]] HttpResponse events();

  DashboardOptions options_;
  const HostCheck hosts_;
  Board board_;
  std::atomic<std::uint64_t> strangers_{0}, crowded_{0};  // relaxed: counts
  std::unique_ptr<HttpServer> server_;                    // last: its threads use what is above
};

HttpServer::Route HttpDashboard::route(std::string path, HttpHandler handler, HttpAccess access) {
  HttpHandler checked = [this, handler = std::move(handler)](const HttpRequest& request) {
    if (hosts_.allows(request.header("Host"))) return handler(request);
    strangers_.fetch_add(1, std::memory_order_relaxed);
    return HttpResponse{.status = 421, .body = "421 Misdirected Request: this server does not go by that name\n"};
  };
  return {.path = std::move(path), .handler = std::move(checked), .access = access};
}

HttpResponse HttpDashboard::events() {
  std::shared_ptr<Board::Stream> stream = board_.open_stream(options_.streams_max);
  if (stream == nullptr) {
    crowded_.fetch_add(1, std::memory_order_relaxed);
    return {.status = 503, .body = "503 Service Unavailable: as many pages watch as may\n", .headers = {{"Retry-After", "5"}}};
  }
  return {.content_type = "text/event-stream; charset=utf-8",
          .stream = [this, stream = std::move(stream), cursor = Board::Cursor{}](std::string& piece,
                                                                                 const std::stop_token& stop) mutable {
            piece = board_.next_events(cursor, stop);
            return !cursor.over;
          }};
}

Result<void> HttpDashboard::listen() {
  std::vector<HttpServer::Route> routes;
  for (const PageFile& file : page_files()) {
    const bool index = file.name == "index.html";
    HttpHandler handler = [file, index](const HttpRequest&) {
      HttpResponse answer{.content_type = std::string(type_of(file.name)), .body = std::string(file.text)};
      answer.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
      if (index) {
        answer.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
        answer.headers.emplace_back("Referrer-Policy", "no-referrer");
        answer.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
      }
      return answer;
    };
    routes.push_back(route(index ? "/" : "/" + std::string(file.name), std::move(handler), HttpAccess::open));
  }
  routes.push_back(route("/api/snapshot", [this](const HttpRequest&) {
    return HttpResponse{.content_type = "application/json", .body = board_.snapshot_json() + "\n"};
  }));
  routes.push_back(route("/api/events", [this](const HttpRequest&) { return events(); }));
  if (options_.hub != nullptr)
    routes.push_back(route("/metrics", [collect = options_.hub->collector()](const HttpRequest& request) {
      const PrometheusFormat format = format_for_accept(request.header("Accept"));
      return HttpResponse{.content_type = std::string(content_type(format)),
                          .body = to_prometheus(collect(), format).text,
                          .headers = {{"Vary", "Accept"}}};
    }));
  auto server = HttpServer::start(
      {.address = options_.address, .port = options_.port, .token = options_.token, .connections_max = options_.connections_max},
      std::move(routes));
  if (!server) return fail(std::move(server).error());
  server_ = *std::move(server);
  return {};
}

DashboardFigures HttpDashboard::figures() const noexcept {
  const HttpFigures http = server_->figures();
  const std::uint64_t strangers = strangers_.load(std::memory_order_relaxed);
  const std::uint64_t crowded = crowded_.load(std::memory_order_relaxed);
  return {.frames = board_.frames(),
          .requests = http.requests - std::min(http.requests, strangers + crowded),
          .refused = http.refused + strangers,
          .busy = http.busy + crowded,
          .streams = board_.streams()};
}

void HttpDashboard::stop() noexcept {
  if (server_ == nullptr) return;  // it never listened
  board_.end();
  board_.wait_for_streams_to_end(kGoodbyeMax);
  server_->stop();
}

}  // namespace

Result<std::unique_ptr<Dashboard>> Dashboard::start(DashboardOptions options) {
  const Result<bool> loopback = is_loopback(options.address);
  if (!loopback) return std::unexpected(loopback.error());
  if (options.token.empty()) {
    if (!*loopback)
      return fail(Errc::invalid_argument,
                  "the address " + options.address + " can be reached from other machines: it needs a token of your choice");
    Result<std::string> token = random_token();
    if (!token) return fail(std::move(token).error());
    options.token = *std::move(token);
  } else if (options.token.size() < kTokenMin) {
    return fail(Errc::invalid_argument,
                "the token is too easy to guess: it needs " + std::to_string(kTokenMin) + " characters or more");
  }
  if (options.streams_max >= options.connections_max)
    return fail(Errc::invalid_argument, "streams_max must be less than connections_max, or pages that watch keep all others out");
  if (options.interval <= Duration::zero() || options.stale_after < options.interval)
    return fail(Errc::invalid_argument, "interval must be positive, and stale_after no shorter than it");
  auto dashboard = std::make_unique<HttpDashboard>(std::move(options));
  if (Result<void> listening = dashboard->listen(); !listening) return fail(std::move(listening).error());
  return dashboard;
}

}  // namespace millrace::observe
