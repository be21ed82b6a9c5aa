// A program that counts, for those who read its metrics from outside.
//   metrics_program text|openmetrics     writes one snapshot in that format
//   metrics_program serve TOKEN          serves /metrics, prints the port, works until its input ends
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <iostream>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/prometheus.h>
#include <millrace/observe/prometheus_endpoint.h>

namespace {

namespace observe = millrace::observe;
using millrace::unwrap;

struct Shop {
  observe::MetricsRegistry registry;
  observe::MetricsHub hub{
      {.resource = {{"service.name", "shop"}, {"service.version", "1.2"}}, .constant_labels = {{"zone", "eu"}}}};
  observe::MetricsHub::Registration registration = unwrap(hub.add(registry));

  observe::Counter requests =
      unwrap(registry.counter({.name = "shop.requests", .unit = "{request}", .description = "Requests \"served\"\\so far.\nAll."}));
  observe::Counter route_a = unwrap(requests.with({{"http.route", "/a"}}));
  observe::Counter route_b = unwrap(requests.with({{"http.route", "/b\\\"quoted\"\n"}}));
  observe::Counter work =
      unwrap(registry.counter({.name = "shop.work", .unit = "{piece}", .description = "Grows by 1000 a second."}));
  observe::UpDownCounter open =
      unwrap(registry.up_down_counter({.name = "shop.open", .unit = "{connection}", .description = "Open connections."}));
  observe::Gauge usage = unwrap(registry.gauge({.name = "shop.usage", .unit = "1", .description = "Share in use."}));
  observe::Gauge odd = unwrap(registry.gauge({.name = "shop.odd", .description = "Numbers that are none."}));
  observe::HistogramInstrument duration = unwrap(
      registry.histogram({.name = "shop.duration", .unit = "s", .description = "1 to 1000 ms, once each.", .per_unit = 1e9}));
  observe::HistogramInstrument size = unwrap(registry.histogram({.name = "shop.size", .unit = "By", .description = "Sizes."}));
  observe::CallbackInstrument level = unwrap(
      registry.callback_gauge({.name = "shop.level", .unit = "Cel", .description = "Asked each time."}, [] { return 21.5; }));

  Shop() {
    route_a.add(7);
    route_b.add(5);
    route_a.add(1, {.trace_id = {0x4b, 0xf9, 0x2f}, .span_id = {0x00, 0xf0, 0x67}});
    open.add(3);
    open.add(-5);
    usage.set(0.25);
    unwrap(odd.with({{"kind", "nan"}})).set(std::numeric_limits<double>::quiet_NaN());
    unwrap(odd.with({{"kind", "plus"}})).set(INFINITY);
    unwrap(odd.with({{"kind", "minus"}})).set(-INFINITY);
    for (int ms = 1; ms <= 1'000; ++ms) duration.record(std::chrono::milliseconds{ms});
    duration.record(std::chrono::milliseconds{2}, {.trace_id = {0xAA, 0xBB}, .span_id = {0xCC}});
    unwrap(size.with({{"way", "in"}})).record(std::uint64_t{1'000});
    unwrap(size.with({{"way", "in"}})).record(std::uint64_t{1} << 30);
  }
};

int serve(const std::string& token) {
  Shop shop;
  const auto endpoint = unwrap(observe::PrometheusEndpoint::start(shop.hub, {.token = token}));
  std::cout << endpoint.port() << std::endl;
  std::jthread worker([&shop](const std::stop_token& stop) {
    // Follows the clock, so that a pause of this machine does not change the rate.
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t done = 0;
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      const auto due = static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count());
      shop.work.add(due - done);
      done = due;
    }
  });
  for (std::string line; std::getline(std::cin, line);) continue;
  return 0;
}

int run(const std::vector<std::string_view>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "serve") return serve(std::string(arguments[1]));
  if (arguments.size() == 1 && (arguments[0] == "text" || arguments[0] == "openmetrics")) {
    const Shop shop;
    const auto written =
        observe::to_prometheus(shop.hub.collect(), arguments[0] == "text" ? observe::PrometheusFormat::text_0_0_4
                                                                          : observe::PrometheusFormat::openmetrics_1_0);
    std::cout << written.text;
    return written.left_out == 0 ? 0 : 1;
  }
  std::cerr << "usage: metrics_program text|openmetrics|serve TOKEN\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::vector<std::string_view>(argv + 1, argv + argc));
  } catch (const std::exception& failure) {
    std::cerr << "metrics_program: " << failure.what() << '\n';
    return 1;
  }
}
