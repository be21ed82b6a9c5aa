#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/prometheus_endpoint.h>

#include "observe/http_client.h"

namespace millrace::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Program {
  MetricsHub hub;
  MetricsRegistry registry;
  MetricsHub::Registration registration = hub.add(registry).value();
  Counter work = registry.counter({.name = "shop.work", .unit = "{task}", .description = "Work."}).value();
};

TEST(PrometheusEndpoint, AnswersInTheFormatThatIsAskedFor) {
  Program program;
  const PrometheusEndpoint endpoint = PrometheusEndpoint::start(program.hub).value();
  program.work.add(3);
  const std::string plain = get(endpoint.port(), "/metrics");
  EXPECT_THAT(plain, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(plain, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(plain, HasSubstr("Vary: Accept\r\n"));
  EXPECT_EQ(body_of(plain), "# HELP shop_work_total Work.\n# TYPE shop_work_total counter\nshop_work_total 3\n");
  program.work.add(1);
  const std::string open = get(endpoint.port(), "/metrics", "Accept: application/openmetrics-text;version=1.0.0\r\n");
  EXPECT_THAT(open, HasSubstr("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  EXPECT_THAT(body_of(open), HasSubstr("shop_work_total 4\n"));
  EXPECT_TRUE(open.ends_with("# EOF\n"));
}

TEST(PrometheusEndpoint, IsHealthyWithoutTokenAndTellsMetricsOnlyWithIt) {
  Program program;
  const PrometheusEndpoint endpoint = PrometheusEndpoint::start(program.hub, {.address = "0.0.0.0", .token = "abc"}).value();
  EXPECT_EQ(body_of(get(endpoint.port(), "/-/healthy")), "OK\n");
  EXPECT_THAT(get(endpoint.port(), "/metrics"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(get(endpoint.port(), "/metrics", "Authorization: Bearer abc\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(endpoint.figures().requests, 2U);
  EXPECT_EQ(endpoint.figures().refused, 1U);
}

TEST(PrometheusEndpoint, SaysWhyItDoesNotStart) {
  Program program;
  EXPECT_THAT(PrometheusEndpoint::start(program.hub, {.address = "0.0.0.0"}).error().message(), HasSubstr("a token is needed"));
  const PrometheusEndpoint first = PrometheusEndpoint::start(program.hub).value();
  EXPECT_EQ(PrometheusEndpoint::start(program.hub, {.port = first.port()}).error().code(),
            std::error_code(EADDRINUSE, std::system_category()));
}

TEST(PrometheusEndpoint, CountsWhatTheFormatCannotSay) {
  Program program;
  const Counter twin = program.registry.counter({.name = "shop_work"}).value();
  const PrometheusEndpoint endpoint = PrometheusEndpoint::start(program.hub).value();
  (void)get(endpoint.port(), "/metrics");
  EXPECT_EQ(endpoint.figures().left_out, 1U);
}

TEST(PrometheusEndpoint, MovesAndStops) {
  Program program;
  PrometheusEndpoint first = PrometheusEndpoint::start(program.hub).value();
  const std::uint16_t port = first.port();
  PrometheusEndpoint second = std::move(first);
  EXPECT_THAT(get(port, "/metrics"), StartsWith("HTTP/1.1 200"));
  second.stop();
  EXPECT_FALSE(HttpClient(port).connected());
}

}  // namespace
}  // namespace millrace::observe
