// PrometheusEndpoint: where a Prometheus server finds the metrics of this program. In the library millrace::observe_http.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <millrace/clock.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/prometheus.h>
#include <millrace/result.h>

namespace millrace::observe {

struct PrometheusEndpointOptions {
  std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address; "0.0.0.0" or "::" for all of the machine's
  std::uint16_t port = 0;             ///< 0: a free one, see port()
  /// What a scraper must send as "Authorization: Bearer TOKEN". Needed when the address is not a loopback one. It travels in the open: put a proxy
  /// that speaks TLS in front where that matters.
  std::string token{};
  std::size_t connections_max = 16;                        ///< at once; more are answered with status 503
  std::size_t request_bytes_max = std::size_t{16} * 1024;  ///< longer requests are ended
  Duration request_time_max = std::chrono::seconds{5};     ///< for all of a request to arrive, from the connection on
  Duration write_time_max = std::chrono::seconds{10};      ///< for an answer to be taken
  PrometheusOptions format{};
};

struct PrometheusEndpointFigures {
  std::uint64_t requests = 0;  ///< answered from /metrics or /-/healthy
  std::uint64_t refused = 0;   ///< answered with 401, 404 or 405
  std::uint64_t busy = 0;      ///< connections past connections_max
  std::uint64_t failures = 0;  ///< scrapes that ended in an exception, such as std::bad_alloc
  std::uint64_t left_out = 0;  ///< PrometheusText::left_out of the last scrape
};

/// Answers GET and HEAD of /metrics with a snapshot of a hub, in the format the Accept header asks for, and of /-/healthy, which needs no
/// token, with "OK". Snapshots are taken on threads of its own, never on a loop's.
/// Thread    all members any thread.
/// Lifetime  the hub outlives it.
class PrometheusEndpoint {
 public:
  /// Listens before it returns.
  /// Errors    Errc::invalid_argument: the address is none, or needs a token; the system's when it refuses the address or the port, with both as
  ///           context.
  [[nodiscard]] static Result<PrometheusEndpoint> start(const MetricsHub& hub, PrometheusEndpointOptions options = {});
  PrometheusEndpoint(PrometheusEndpoint&& other) noexcept;
  PrometheusEndpoint& operator=(PrometheusEndpoint&& other) noexcept;
  /// stop()
  ~PrometheusEndpoint();

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Stops listening, ends connections and waits for snapshots that are being taken. Not from a metric source. Later calls do nothing.
  void stop() noexcept;
  [[nodiscard]] PrometheusEndpointFigures figures() const noexcept;

 private:
  struct Impl;
  explicit PrometheusEndpoint(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace::observe
