#include <atomic>
#include <utility>

#include <millrace/observe/prometheus_endpoint.h>

#include "observe/http/http_server.h"

namespace millrace::observe {

struct PrometheusEndpoint::Impl {
  std::atomic<std::uint64_t> left_out{0};  // relaxed: a number
  std::unique_ptr<HttpServer> server;      // last: its threads use what is above
};

Result<PrometheusEndpoint> PrometheusEndpoint::start(const MetricsHub& hub, PrometheusEndpointOptions options) {
  auto impl = std::make_unique<Impl>();
  HttpHandler metrics = [&hub, format_options = options.format, &left_out = impl->left_out](const HttpRequest& request) {
    const PrometheusFormat format = format_for_accept(request.header("Accept"));
    PrometheusText text = to_prometheus(hub.collect(), format, format_options);
    left_out.store(text.left_out, std::memory_order_relaxed);
    return HttpResponse{
        .content_type = std::string(content_type(format)), .body = std::move(text.text), .headers = {{"Vary", "Accept"}}};
  };
  HttpHandler healthy = [](const HttpRequest&) { return HttpResponse{.body = "OK\n"}; };
  auto server = HttpServer::start({.address = std::move(options.address),
                                   .port = options.port,
                                   .token = std::move(options.token),
                                   .connections_max = options.connections_max,
                                   .request_bytes_max = options.request_bytes_max,
                                   .request_time_max = options.request_time_max,
                                   .write_time_max = options.write_time_max},
                                  {{.path = "/metrics", .handler = std::move(metrics)},
                                   {.path = "/-/healthy", .handler = std::move(healthy), .access = HttpAccess::open}});
  if (!server) return std::unexpected(std::move(server).error());
  impl->server = *std::move(server);
  return PrometheusEndpoint(std::move(impl));
}

PrometheusEndpoint::PrometheusEndpoint(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
PrometheusEndpoint::PrometheusEndpoint(PrometheusEndpoint&& other) noexcept = default;
PrometheusEndpoint& PrometheusEndpoint::operator=(PrometheusEndpoint&& other) noexcept = default;
PrometheusEndpoint::~PrometheusEndpoint() = default;

std::uint16_t PrometheusEndpoint::port() const noexcept { return impl_->server->port(); }

void PrometheusEndpoint::stop() noexcept { impl_->server->stop(); }

PrometheusEndpointFigures PrometheusEndpoint::figures() const noexcept {
  const HttpFigures figures = impl_->server->figures();
  return {.requests = figures.requests,
          .refused = figures.refused,
          .busy = figures.busy,
          .failures = figures.failures,
          .left_out = impl_->left_out.load(std::memory_order_relaxed)};
}

}  // namespace millrace::observe
