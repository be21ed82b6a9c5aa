// What does it cost to be scraped, and to count? A scrape of 1,000 series is taken apart: snapshot, text, and all of it over HTTP on loopback.
// Prints a line of JSON for each figure, as bench/run.py reads it: the median as "time", the width from the 10th to the 90th percentile as
// "spread", and the median of the processor time of all threads as "cpu": on a busy machine only the last is a fair figure.
#include "core/common.h"

#include <bit>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/prometheus.h>
#if MILLRACE_BENCH_HTTP
#include <millrace/observe/prometheus_endpoint.h>
#endif

namespace {

namespace observe = millrace::observe;
using millrace::unwrap;
using namespace millrace::bench;

constexpr int kWarmups = 20;
constexpr int kScrapes = 300;
constexpr int kCounts = 2'000'000;

void report_all(const char* workload, const char* unit, double scale, std::vector<std::uint64_t>& samples_ns) {
  report(workload, "time", unit, percentile(samples_ns, 0.5) / scale);
  report(workload, "spread", unit, (percentile(samples_ns, 0.9) - percentile(samples_ns, 0.1)) / scale);
}

template <typename Once>
void measure_us(const char* workload, Once once) {
  for (int i = 0; i < kWarmups; ++i) once();
  std::vector<std::uint64_t> samples;
  std::vector<std::uint64_t> cpu;
  for (int i = 0; i < kScrapes; ++i) {
    const std::uint64_t start = wall_ns();
    const std::uint64_t cpu_start = process_cpu_ns();
    once();
    cpu.push_back(process_cpu_ns() - cpu_start);
    samples.push_back(wall_ns() - start);
  }
  report_all(workload, "us", 1'000, samples);
  report(workload, "cpu", "us", percentile(cpu, 0.5) / 1'000);
}

template <typename Count>
void measure_count(const char* workload, Count count) {
  std::vector<std::uint64_t> samples;
  for (int pass = 0; pass < 12; ++pass) {
    const std::uint64_t start = wall_ns();
    for (int i = 0; i < kCounts; ++i) count(static_cast<std::uint64_t>(i));
    if (pass > 1) samples.push_back(wall_ns() - start);
  }
  report_all(workload, "ns", kCounts, samples);
}

// Series as a server has them: a route, a method, a status each.
void fill(observe::MetricsRegistry& registry, int counters, int histograms) {
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
std::size_t fetch(std::uint16_t port) {
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

void scrape(const char* name, int counters, int histograms) {
  observe::MetricsRegistry registry;
  fill(registry, counters, histograms);
  observe::MetricsHub hub;
  const auto registration = unwrap(hub.add(registry));
  const std::string workload = name;
  std::size_t bytes = 0;
  measure_us((workload + "_snapshot").c_str(), [&] { bytes += hub.collect().families.size(); });
  measure_us((workload + "_text").c_str(), [&] {
    bytes = observe::to_prometheus(hub.collect(), observe::PrometheusFormat::openmetrics_1_0, {.created = false}).text.size();
  });
  report((workload + "_text").c_str(), "size", "bytes", static_cast<double>(bytes));
#if MILLRACE_BENCH_HTTP
  const auto endpoint = unwrap(observe::PrometheusEndpoint::start(hub, {.format = {.created = false}}));
  measure_us((workload + "_http").c_str(), [&] {
    if (fetch(endpoint.port()) < bytes) give_up("a scrape was cut short");
  });
#endif
}

void count() {
  observe::MetricsRegistry registry;
  const auto counter = unwrap(registry.counter({.name = "c"}));
  const auto gauge = unwrap(registry.gauge({.name = "g"}));
  const auto histogram = unwrap(registry.histogram({.name = "h"}));
  measure_count("counter_add", [&](std::uint64_t) { counter.add(); });
  measure_count("gauge_set", [&](std::uint64_t i) { gauge.set(static_cast<double>(i)); });
  measure_count("histogram_record", [&](std::uint64_t i) { histogram.record(i & 0xFFFF); });
  {
    const std::jthread other([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) counter.add(), histogram.record(std::uint64_t{7});
    });
    measure_count("counter_add_two_threads", [&](std::uint64_t) { counter.add(); });
    measure_count("histogram_record_two_threads", [&](std::uint64_t i) { histogram.record(i & 0xFFFF); });
  }
  registry.set_enabled(false);
  measure_count("counter_add_disabled", [&](std::uint64_t) { counter.add(); });
  measure_count("histogram_record_disabled", [&](std::uint64_t i) { histogram.record(i & 0xFFFF); });
}

}  // namespace

int main() {
  scrape("scrape_1000_counters", 1'000, 0);
  scrape("scrape_1000_with_100_histograms", 900, 100);
  count();
}
