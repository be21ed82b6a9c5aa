// What it costs to be scraped, and to count. A scrape of 1,000 series is taken apart: snapshot, text, and all of it over HTTP on loopback.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/prometheus.h>
#if MILLRACE_BENCH_HTTP
#include <millrace/observe/prometheus_endpoint.h>
#endif

#include "common/passes.h"

namespace millrace::bench {

constexpr int kScrapeWarmUps = 20;
constexpr std::size_t kScrapes = 300;
constexpr std::size_t kCounts = 2'000'000;  ///< of a pass

/// The median of many single scrapes, in wall time and in processor time of all threads, the client's included.
template <typename Once>
void measure_scrapes(const char* workload, std::size_t divisor, Once once) {
  for (int i = 0; i < kScrapeWarmUps; ++i) once();
  std::vector<std::uint64_t> times_ns;
  std::vector<std::uint64_t> cpu_ns;
  for (std::size_t i = 0; i < std::max<std::size_t>(kScrapes / divisor, 1); ++i) {
    const std::uint64_t start = wall_ns();
    const std::uint64_t cpu_start = process_cpu_ns();
    once();
    cpu_ns.push_back(process_cpu_ns() - cpu_start);
    times_ns.push_back(wall_ns() - start);
  }
  report(workload, "time", "us/scrape", percentile(times_ns, 0.5) / 1'000);
  report(workload, "cpu", "us/scrape", percentile(cpu_ns, 0.5) / 1'000);
}

/// Series as a server has them: a route, a method, a status each.
inline void fill(observe::MetricsRegistry& registry, int counters, int histograms) {
  const auto labels = [](int i) {
    return observe::Labels{{"http.route", "/api/v1/items/" + std::to_string(i % 50)},
                           {"http.request.method", i % 2 == 0 ? "GET" : "POST"},
                           {"shard", std::to_string(i / 50)}};
  };
  for (int i = 0; i < counters; ++i)
    unwrap(unwrap(registry.counter(
                      {.name = "bench.requests." + std::to_string(i % 10), .unit = "{request}", .description = "Requests."}))
               .with(labels(i)))
        .add(static_cast<std::uint64_t>(i) * 1'001);
  for (int i = 0; i < histograms; ++i) {
    const auto duration =
        unwrap(unwrap(registry.histogram({.name = "bench.duration", .unit = "s", .description = "Time taken.", .per_unit = 1e9}))
                   .with(labels(i)));
    for (std::uint64_t value = 100; value < 1'000'000'000; value += value / 7) duration.record(value);
  }
}

#if MILLRACE_BENCH_HTTP
inline std::size_t fetch(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || ::connect(fd, std::bit_cast<const sockaddr*>(&address), sizeof(address)) != 0) give_up("connect");
  constexpr std::string_view kRequest = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: application/openmetrics-text\r\n\r\n";
  if (::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) give_up("send");
  std::vector<char> some(256 * 1024);
  std::size_t all = 0;
  for (ssize_t got = 1; got > 0; all += static_cast<std::size_t>(std::max<ssize_t>(got, 0)))
    got = ::recv(fd, some.data(), some.size(), 0);
  ::close(fd);
  return all;
}
#endif

/// A registry with `counters` and `histograms` behind a hub.
struct Scraped {
  Scraped(int counters, int histograms) { fill(registry, counters, histograms); }
  [[nodiscard]] std::size_t text_bytes() const {
    return observe::to_prometheus(hub.collect(), observe::PrometheusFormat::openmetrics_1_0, {.created = false}).text.size();
  }
  observe::MetricsRegistry registry;
  observe::MetricsHub hub;
  observe::MetricsHub::Registration registration = unwrap(hub.add(registry));
};

inline void measure_scrape_snapshot(std::size_t divisor) {
  const Scraped scraped(1'000, 0);
  measure_scrapes("scrape_snapshot", divisor, [&] { sink = static_cast<int>(scraped.hub.collect().families.size()); });
}
inline void measure_scrape_text(std::size_t divisor) {
  const Scraped scraped(1'000, 0);
  measure_scrapes("scrape_text", divisor, [&] { sink = static_cast<int>(scraped.text_bytes()); });
}
inline void measure_scrape_histograms(std::size_t divisor) {
  const Scraped scraped(900, 100);
  measure_scrapes("scrape_histograms", divisor, [&] { sink = static_cast<int>(scraped.text_bytes()); });
}
#if MILLRACE_BENCH_HTTP
inline void measure_scrape_http(std::size_t divisor) {
  const Scraped scraped(1'000, 0);
  const std::size_t bytes = scraped.text_bytes();
  const auto endpoint = unwrap(observe::PrometheusEndpoint::start(scraped.hub, {.format = {.created = false}}));
  measure_scrapes("scrape_http", divisor, [&] {
    if (fetch(endpoint.port()) < bytes) give_up("a scrape was cut short");
  });
}
#endif

template <typename Count>
void measure_counting(const char* workload, std::size_t divisor, Count count) {
  const std::size_t all = kCounts / divisor;
  measure_passes(workload, "ns", all, [&] {
    for (std::size_t i = 0; i < all; ++i) count(i);
  });
}
inline void measure_counter(std::size_t divisor) {
  observe::MetricsRegistry registry;
  const auto counter = unwrap(registry.counter({.name = "c"}));
  measure_counting("count", divisor, [&](std::size_t) { counter.add(); });
}
inline void measure_counter_off(std::size_t divisor) {
  observe::MetricsRegistry registry;
  const auto counter = unwrap(registry.counter({.name = "c"}));
  registry.set_enabled(false);
  measure_counting("count_off", divisor, [&](std::size_t) { counter.add(); });
}
inline void measure_histogram(std::size_t divisor) {
  observe::MetricsRegistry registry;
  const auto histogram = unwrap(registry.histogram({.name = "h"}));
  measure_counting("record", divisor, [&](std::size_t i) { histogram.record(i & 0xFFFF); });
}
/// While another thread does the same.
inline void measure_histogram_two_threads(std::size_t divisor) {
  observe::MetricsRegistry registry;
  const auto histogram = unwrap(registry.histogram({.name = "h"}));
  const std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) histogram.record(std::uint64_t{7});
  });
  measure_counting("record_two_threads", divisor, [&](std::size_t i) { histogram.record(i & 0xFFFF); });
}

}  // namespace millrace::bench
