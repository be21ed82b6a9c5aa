#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <millrace/observe/metrics_registry.h>

namespace millrace::observe {
namespace {

MetricSnapshot snapshot_of(const MetricSource& source) {
  MetricSnapshot snapshot;
  MetricWriter writer(snapshot);
  source.collect(writer);
  EXPECT_EQ(writer.refused(), 0U);
  return snapshot;
}

// The number of a series; nothing when the series is not there.
std::optional<double> number(const MetricSource& source, std::string_view name, Labels labels = {}) {
  const MetricSnapshot snapshot = snapshot_of(source);
  const MetricPoint* const point = snapshot.find(name, std::move(labels));
  if (point == nullptr) return std::nullopt;
  if (const auto* integer = std::get_if<std::int64_t>(&point->value)) return static_cast<double>(*integer);
  return std::get<double>(point->value);
}

std::size_t points(const MetricSource& source, std::string_view name) {
  const MetricSnapshot snapshot = snapshot_of(source);
  const MetricFamily* const family = snapshot.find(name);
  return family == nullptr ? 0 : family->points.size();
}

template <typename T>
void expect_refused(const Result<T>& result, Errc code, std::string_view part_of_message) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), make_error_code(code));
  EXPECT_NE(result.error().message().find(part_of_message), std::string::npos) << result.error().message();
}

TEST(MetricsRegistry, CountersCountAndTellWhatTheyAre) {
  const WallTime start{Duration{1'700'000'000'000'000'000}};
  const ManualWallClock wall_clock{start};
  MetricsRegistry registry({.wall_clock = &wall_clock});
  const Counter requests = registry.counter({.name = "shop.requests", .unit = "{request}", .description = "Requests."}).value();
  requests.add();
  requests.add(41);
  const MetricSnapshot snapshot = snapshot_of(registry);
  ASSERT_EQ(snapshot.families.size(), 1U);
  EXPECT_EQ(snapshot.families[0].info, (MetricInfo{"shop.requests", "{request}", "Requests.", MetricKind::counter}));
  EXPECT_EQ(snapshot.families[0].points, (std::vector<MetricPoint>{{.labels = {}, .value = std::int64_t{42}, .start = start}}));
}

TEST(MetricsRegistry, PerUnitTurnsIntegersIntoTheUnit) {
  MetricsRegistry registry;
  registry.counter({.name = "busy", .unit = "s", .per_unit = 1e9}).value().add(2'500'000'000);
  registry.up_down_counter({.name = "level", .unit = "m", .per_unit = 1000}).value().add(-1'500);
  EXPECT_EQ(number(registry, "busy"), 2.5);
  EXPECT_EQ(number(registry, "level"), -1.5);
}

TEST(MetricsRegistry, UpDownCountersAndGaugesMoveBothWays) {
  MetricsRegistry registry;
  const UpDownCounter open = registry.up_down_counter({.name = "open"}).value();
  const Gauge level = registry.gauge({.name = "level"}).value();
  EXPECT_EQ(number(registry, "level"), std::nullopt) << "never set";
  EXPECT_EQ(number(registry, "open"), 0);
  open.add(2);
  open.add(-5);
  level.add(1.5);
  level.add(-4);
  EXPECT_EQ(number(registry, "open"), -3);
  EXPECT_EQ(number(registry, "level"), -2.5);
  level.set(7);
  EXPECT_EQ(number(registry, "level"), 7);
}

TEST(MetricsRegistry, ChildrenAreSeriesOfTheirOwn) {
  MetricsRegistry registry;
  const Counter requests = registry.counter({.name = "requests"}).value();
  const Counter a = requests.with({{"route", "/a"}}).value();
  a.add(2);
  requests.with({{"route", "/b"}}).value().add(3);
  requests.with({{"route", "/a"}}).value().add(5);
  a.with({{"method", "GET"}}).value().add(7);
  a.with({{"route", "/c"}, {"method", "GET"}}).value().add(11);
  EXPECT_EQ(number(registry, "requests", {{"route", "/a"}}), 7);
  EXPECT_EQ(number(registry, "requests", {{"route", "/b"}}), 3);
  EXPECT_EQ(number(registry, "requests", {{"route", "/a"}, {"method", "GET"}}), 7);
  EXPECT_EQ(number(registry, "requests", {{"method", "GET"}, {"route", "/c"}}), 11);
  EXPECT_EQ(number(registry, "requests"), std::nullopt) << "nobody counted without labels";
  requests.add();
  EXPECT_EQ(number(registry, "requests"), 1);
}

TEST(MetricsRegistry, EmptyLabelValuesAreNoLabels) {
  MetricsRegistry registry;
  const Counter requests = registry.counter({.name = "requests"}).value();
  requests.with({{"route", "/a"}, {"zone", ""}}).value().add();
  requests.with({{"route", "/a"}}).value().add();
  EXPECT_EQ(number(registry, "requests", {{"route", "/a"}}), 2);
}

TEST(MetricsRegistry, TheSameNameIsTheSameMetric) {
  MetricsRegistry registry;
  registry.counter({.name = "requests", .description = "first"}).value().add(1);
  registry.counter({.name = "requests", .description = "second"}).value().add(2);
  EXPECT_EQ(number(registry, "requests"), 3);
  EXPECT_EQ(snapshot_of(registry).families[0].info.description, "first");
}

TEST(MetricsRegistry, AnotherKindUnitOrScaleIsAnError) {
  MetricsRegistry registry;
  ASSERT_TRUE(registry.counter({.name = "x", .unit = "s", .per_unit = 1e9}));
  expect_refused(registry.gauge({.name = "x", .unit = "s", .per_unit = 1e9}), Errc::invalid_argument,
                 "metric 'x' is there already as a counter of unit 's' with 1e+09 to the unit; asked for was a gauge");
  expect_refused(registry.counter({.name = "x", .unit = "By", .per_unit = 1e9}), Errc::invalid_argument, "unit 'By'");
  expect_refused(registry.counter({.name = "x", .unit = "s"}), Errc::invalid_argument, "with 1 to the unit");
}

TEST(MetricsRegistry, NamesAreChecked) {
  MetricsRegistry registry;
  for (const std::string& name : {std::string(), std::string("1st"), std::string("a b"), std::string("a\nb"),
                                  std::string("caf\xC3\xA9"), std::string(".a"), std::string(256, 'a')}) {
    SCOPED_TRACE(name);
    expect_refused(registry.counter({.name = name}), Errc::invalid_argument, "the name");
  }
  for (const std::string& name : {std::string("a"), std::string("A.b-c/d_9"), std::string(255, 'a')})
    EXPECT_TRUE(registry.counter({.name = name})) << name;
  expect_refused(registry.counter({.name = "u", .unit = std::string(64, 's')}), Errc::invalid_argument, "at most 63");
  expect_refused(registry.counter({.name = "u", .unit = "a b"}), Errc::invalid_argument, "UCUM");
  expect_refused(registry.counter({.name = "u", .per_unit = 0}), Errc::invalid_argument, "per_unit");
}

TEST(MetricsRegistry, LabelsAreChecked) {
  MetricsRegistry registry;
  const Counter counter = registry.counter({.name = "c"}).value();
  const HistogramInstrument histogram = registry.histogram({.name = "h"}).value();
  for (const std::string& name : {std::string(), std::string("1st"), std::string("a b"), std::string(256, 'a')}) {
    SCOPED_TRACE(name);
    expect_refused(counter.with({{name, "v"}}), Errc::invalid_argument, "the name");
  }
  expect_refused(counter.with({{"__name__", "v"}}), Errc::invalid_argument, "reserved by Prometheus");
  expect_refused(histogram.with({{"le", "v"}}), Errc::invalid_argument, "reserved by Prometheus");
  EXPECT_TRUE(counter.with({{"le", "v"}}));
  expect_refused(counter.with({{"otel.metric.overflow", "v"}}), Errc::invalid_argument, "past the limit");
  expect_refused(counter.with({{"a", std::string(1025, 'v')}}), Errc::invalid_argument, "1025 bytes, at most 1024");
  EXPECT_TRUE(counter.with({{"a", std::string(1024, 'v')}}));
  Labels many;
  for (int i = 0; i < 33; ++i) many.push_back({"l" + std::to_string(i), "v"});
  expect_refused(counter.with(many), Errc::invalid_argument, "33 labels, at most 32");
  many.pop_back();
  EXPECT_TRUE(counter.with(many));
}

TEST(MetricsRegistry, BytesThatAreNotUtf8AreReplaced) {
  MetricsRegistry registry;
  const Counter counter = registry.counter({.name = "c"}).value();
  counter.with({{"a", "ok \xC3\xA9 \xFF\xE2\x82 end"}}).value().add();
  EXPECT_EQ(number(registry, "c", {{"a", "ok \xC3\xA9 \xEF\xBF\xBD\xEF\xBF\xBD end"}}), 1);
}

TEST(MetricsRegistry, WhatIsPastTheLimitGoesToTheOverflowSeries) {
  MetricsRegistry registry({.series_max = 4});
  const Counter counter = registry.counter({.name = "c"}).value();
  for (int i = 0; i < 10; ++i) counter.with({{"i", std::to_string(i)}}).value().add();
  EXPECT_EQ(number(registry, "c", {{"i", "0"}}), 1);
  EXPECT_EQ(number(registry, "c", {{"i", "1"}}), 1);
  EXPECT_EQ(number(registry, "c", {{"i", "2"}}), std::nullopt);
  EXPECT_EQ(number(registry, "c", {{"otel.metric.overflow", "true"}}), 8) << "nothing is lost";
  EXPECT_EQ(registry.overflows(), 8U);
  counter.with({{"i", "9"}}).value().with({{"j", "1"}}).value().add();
  EXPECT_EQ(number(registry, "c", {{"otel.metric.overflow", "true"}}), 9);
  expect_refused(registry.callback_counter({.name = "c"}, [] { return 1.0; }, {{"i", "x"}}), Errc::full, "its limit");
}

TEST(MetricsRegistry, MetricsAreLimited) {
  MetricsRegistry registry({.metrics_max = 1});
  ASSERT_TRUE(registry.counter({.name = "a"}));
  expect_refused(registry.counter({.name = "b"}), Errc::full, "1 metrics, its limit");
  EXPECT_TRUE(registry.counter({.name = "a"}));
}

TEST(MetricsRegistry, HistogramsRecordIntegersAndTimes) {
  MetricsRegistry registry;
  const HistogramInstrument latency = registry.histogram({.name = "latency", .unit = "s", .per_unit = 1e9}).value();
  const HistogramInstrument coarse = registry.histogram({.name = "coarse", .unit = "s", .per_unit = 1e3}).value();
  latency.record(std::chrono::milliseconds{2});
  latency.record(Duration{-5});
  latency.record(7U);
  coarse.record(std::chrono::microseconds{2'600});
  const MetricSnapshot snapshot = snapshot_of(registry);
  Histogram expected;
  for (const std::uint64_t value : {2'000'000U, 0U, 7U}) expected.record(value);
  EXPECT_EQ(snapshot.find("latency", {})->value, MetricValue(HistogramValue{.counts = expected, .per_unit = 1e9}));
  EXPECT_EQ(std::get<HistogramValue>(snapshot.find("coarse", {})->value).counts.max(), 3U);
}

TEST(MetricsRegistry, ExemplarsNameTheirSpan) {
  const WallTime now{Duration{5}};
  const ManualWallClock wall_clock{now};
  MetricsRegistry registry({.wall_clock = &wall_clock});
  SpanReference first, second;
  first.trace_id[0] = 1;
  second.trace_id[0] = 2;
  second.span_id[7] = 3;
  const Counter counter = registry.counter({.name = "c"}).value();
  counter.add(3, first);
  counter.add(4, second);
  const HistogramInstrument histogram = registry.histogram({.name = "h", .unit = "s", .per_unit = 1e3}).value();
  histogram.record(100U, first);
  histogram.record(120U, second);
  histogram.record(4'000U, first);
  const MetricSnapshot snapshot = snapshot_of(registry);
  EXPECT_EQ(snapshot.find("c", {})->value, MetricValue(std::int64_t{7}));
  EXPECT_EQ(snapshot.find("c", {})->exemplars,
            (std::vector<Exemplar>{{.value = 4, .time = now, .trace_id = second.trace_id, .span_id = second.span_id}}));
  EXPECT_EQ(snapshot.find("h", {})->exemplars,
            (std::vector<Exemplar>{{.value = 0.12, .time = now, .trace_id = second.trace_id, .span_id = second.span_id},
                                   {.value = 4, .time = now, .trace_id = first.trace_id, .span_id = first.span_id}}));
}

TEST(MetricsRegistry, CallbacksAreAskedAtEachCollect) {
  MetricsRegistry registry;
  double level = 1;
  CallbackInstrument callback = registry.callback_gauge({.name = "level"}, [&level] { return level; }, {{"tank", "a"}}).value();
  EXPECT_EQ(number(registry, "level", {{"tank", "a"}}), 1);
  level = 2;
  EXPECT_EQ(number(registry, "level", {{"tank", "a"}}), 2);
  expect_refused(registry.callback_gauge({.name = "level"}, [] { return 0.0; }, {{"tank", "a"}}), Errc::invalid_argument,
                 "already");
  expect_refused(registry.callback_gauge({.name = "level"}, {}, {}), Errc::invalid_argument, "empty");
  const Gauge plain = registry.gauge({.name = "level"}).value();
  expect_refused(plain.with({{"tank", "a"}}), Errc::invalid_argument, "a callback has these labels");
  callback.drop();
  callback.drop();
  EXPECT_EQ(number(registry, "level", {{"tank", "a"}}), std::nullopt);
}

TEST(MetricsRegistry, ACallbackThatThrowsIsCountedAndLeftOut) {
  MetricsRegistry registry;
  const auto broken = registry.callback_gauge({.name = "a"}, []() -> double { throw std::runtime_error("no"); }).value();
  const auto whole = registry.callback_counter({.name = "b"}, [] { return 4.0; }).value();
  EXPECT_EQ(number(registry, "a"), std::nullopt);
  EXPECT_EQ(number(registry, "b"), 4);
  EXPECT_EQ(registry.callback_failures(), 2U);
}

TEST(MetricsRegistry, ACallbackMayUseTheRegistryAndDropItself) {
  MetricsRegistry registry;
  CallbackInstrument self;
  self = registry
             .callback_gauge({.name = "a"},
                             [&] {
                               registry.counter({.name = "b"}).value().add();
                               self.drop();
                               return 1.0;
                             })
             .value();
  EXPECT_EQ(number(registry, "a"), 1);
  EXPECT_EQ(number(registry, "a"), std::nullopt);
  EXPECT_EQ(number(registry, "b"), 1);
}

TEST(MetricsRegistry, DisabledCountsAndTellsNothingAndForgetsNothing) {
  MetricsRegistry registry;
  const Counter counter = registry.counter({.name = "c"}).value();
  const UpDownCounter open = registry.up_down_counter({.name = "u"}).value();
  const Gauge gauge = registry.gauge({.name = "g"}).value();
  const HistogramInstrument histogram = registry.histogram({.name = "h"}).value();
  int asked = 0;
  const auto callback = registry.callback_gauge({.name = "f"}, [&asked] { return static_cast<double>(++asked); }).value();
  const auto use_all = [&] {
    counter.add();
    counter.add(1, SpanReference{});
    open.add(1);
    gauge.add(1);
    gauge.set(gauge.with({}) ? 9 : 0);
    histogram.record(1U);
    histogram.record(1U, SpanReference{});
  };
  use_all();
  registry.set_enabled(false);
  EXPECT_FALSE(registry.enabled());
  use_all();
  EXPECT_TRUE(snapshot_of(registry).families.empty());
  EXPECT_EQ(asked, 0);
  registry.set_enabled(true);
  EXPECT_EQ(number(registry, "c"), 2);
  EXPECT_EQ(number(registry, "u"), 1);
  EXPECT_EQ(number(registry, "g"), 9);
  EXPECT_EQ(std::get<HistogramValue>(snapshot_of(registry).find("h", {})->value).counts.count(), 2U);
}

TEST(MetricsRegistry, HandlesOutliveTheirRegistry) {
  auto registry = std::make_unique<MetricsRegistry>();
  const Counter counter = registry->counter({.name = "c"}).value();
  const Counter child = counter.with({{"a", "b"}}).value();
  const HistogramInstrument histogram = registry->histogram({.name = "h"}).value();
  CallbackInstrument callback = registry->callback_gauge({.name = "g"}, [] { return 1.0; }).value();
  registry.reset();
  counter.add();
  child.add(1, SpanReference{});
  histogram.record(5U);
  expect_refused(counter.with({{"x", "y"}}), Errc::closed, "registry");
  callback.drop();
}

TEST(MetricsRegistry, ADefaultHandleCountsNothing) {
  Counter{}.add();
  UpDownCounter{}.add(1);
  Gauge{}.set(1);
  Gauge{}.add(1);
  HistogramInstrument{}.record(1U);
  HistogramInstrument{}.record(Duration{1});
  EXPECT_TRUE(Counter{}.with({{"a", "b"}}).has_value());
}

TEST(MetricsRegistry, ThreadsLoseNothing) {
  MetricsRegistry registry;
  const Counter counter = registry.counter({.name = "c"}).value();
  const UpDownCounter open = registry.up_down_counter({.name = "u"}).value();
  const Gauge gauge = registry.gauge({.name = "g"}).value();
  const HistogramInstrument histogram = registry.histogram({.name = "h"}).value();
  constexpr int kThreads = 4, kRounds = 2'000;
  std::atomic<bool> done{false};
  std::uint64_t seen = 0, collected = 0;
  std::thread reader([&] {
    while (!done.load()) {
      const MetricSnapshot snapshot = snapshot_of(registry);
      const auto& counts = std::get<HistogramValue>(snapshot.find("h", {})->value).counts;
      EXPECT_EQ(counts.sum(), counts.count() * 3) << "count and sum belong together";
      EXPECT_GE(counts.count(), seen);
      seen = counts.count();
      ++collected;
    }
  });
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < kThreads; ++t)
      writers.emplace_back([&, t] {
        for (int i = 0; i < kRounds; ++i) {
          counter.add();
          open.add(t % 2 == 0 ? 1 : -1);
          gauge.add(1);
          histogram.record(3U);
          counter.with({{"i", std::to_string(i % 10)}}).value().add();
        }
      });
  }
  done = true;
  reader.join();
  EXPECT_GT(collected, 0U);
  EXPECT_EQ(number(registry, "c"), kThreads * kRounds);
  EXPECT_EQ(number(registry, "u"), 0);
  EXPECT_EQ(number(registry, "g"), kThreads * kRounds);
  EXPECT_EQ(std::get<HistogramValue>(snapshot_of(registry).find("h", {})->value).counts.count(), kThreads * kRounds);
  EXPECT_EQ(number(registry, "c", {{"i", "7"}}), kThreads * kRounds / 10);
  EXPECT_EQ(points(registry, "c"), 11U);
}

TEST(MetricsRegistry, DroppingACallbackWaitsForTheOneThatAsks) {
  for (int round = 0; round < 200; ++round) {
    MetricsRegistry registry;
    auto value = std::make_unique<double>(1);
    CallbackInstrument callback = registry.callback_gauge({.name = "g"}, [raw = value.get()] { return *raw; }).value();
    std::jthread reader([&registry] {
      for (int i = 0; i < 3; ++i) (void)points(registry, "g");
    });
    callback.drop();
    value.reset();  // a sanitizer sees a reader that is still inside
  }
}

}  // namespace
}  // namespace millrace::observe
