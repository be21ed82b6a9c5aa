#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/metrics_registry.h>

namespace millrace::observe {
namespace {

// Writes one counter `name` of `value`, or throws half-way.
class OneCounter final : public MetricSource {
 public:
  OneCounter(std::string name, std::int64_t value, std::string unit = "")
      : name_(std::move(name)), unit_(std::move(unit)), value_(value) {}
  void collect(MetricWriter& writer) const override {
    writer.family({.name = name_, .unit = unit_, .description = "", .kind = MetricKind::counter}).point(labels, value_);
    if (throws) throw std::runtime_error("broken");
  }
  Labels labels;
  bool throws = false;

 private:
  std::string name_;
  std::string unit_;
  std::int64_t value_;
};

std::int64_t integer(const MetricSnapshot& snapshot, std::string_view name, Labels labels) {
  const MetricPoint* const point = snapshot.find(name, std::move(labels));
  return point == nullptr ? -1 : std::get<std::int64_t>(point->value);
}

TEST(MetricsHub, GathersSourcesWithTheirLabels) {
  const ManualWallClock wall_clock{WallTime{Duration{77}}};
  MetricsHub hub(
      {.resource = {{"service.name", "shop"}, {"a", "b"}}, .constant_labels = {{"zone", "eu"}}, .wall_clock = &wall_clock});
  OneCounter first("ticks", 1), second("ticks", 2), other("posts", 3);
  second.labels = {{"zone", "own"}};
  const auto a = hub.add(first, {{"loop", "main"}}).value();
  const auto b = hub.add(second, {{"loop", "io"}}).value();
  const auto c = hub.add(other).value();
  const MetricSnapshot snapshot = hub.collect();
  EXPECT_EQ(snapshot.time, wall_clock.now());
  EXPECT_EQ(snapshot.resource, (Labels{{"a", "b"}, {"service.name", "shop"}}));
  ASSERT_EQ(snapshot.families.size(), 2U);
  EXPECT_EQ(snapshot.families[0].points.size(), 2U);
  EXPECT_EQ(integer(snapshot, "ticks", {{"loop", "main"}, {"zone", "eu"}}), 1);
  EXPECT_EQ(integer(snapshot, "ticks", {{"loop", "io"}, {"zone", "own"}}), 2) << "the point's own label wins";
  EXPECT_EQ(integer(snapshot, "posts", {{"zone", "eu"}}), 3);
}

TEST(MetricsHub, ASourceThatThrowsLeavesNothingBehindAndIsCounted) {
  MetricsHub hub;
  OneCounter broken("broken", 1), whole("whole", 2);
  broken.throws = true;
  const auto a = hub.add(broken).value();
  const auto b = hub.add(whole).value();
  const MetricSnapshot snapshot = hub.collect();
  EXPECT_EQ(snapshot.find("broken"), nullptr);
  EXPECT_EQ(integer(snapshot, "whole", {}), 2);
  EXPECT_EQ(hub.source_failures(), 1U);
  EXPECT_EQ(integer(snapshot, "millrace.metrics.source.failures", {}), 1);
  broken.throws = false;
  EXPECT_EQ(integer(hub.collect(), "broken", {}), 1);
}

TEST(MetricsHub, AMetricOfAnotherUnitIsRefusedAndCounted) {
  MetricsHub hub;
  OneCounter first("ticks", 1, "{tick}"), second("ticks", 2, "s");
  const auto a = hub.add(first, {{"n", "1"}}).value();
  const auto b = hub.add(second, {{"n", "2"}}).value();
  (void)hub.collect();
  const MetricSnapshot snapshot = hub.collect();
  EXPECT_EQ(snapshot.find("ticks")->points.size(), 1U);
  EXPECT_EQ(integer(snapshot, "millrace.metrics.points.refused", {}), 2);
}

TEST(MetricsHub, BadLabelsAndTooManySourcesAreErrors) {
  OneCounter source("x", 1);
  MetricsHub hub;
  EXPECT_EQ(hub.add(source, {{"__a", "b"}}).error().code(), make_error_code(Errc::invalid_argument));
  MetricsHub bad({.constant_labels = {{"1", "b"}}});
  EXPECT_EQ(bad.add(source).error().code(), make_error_code(Errc::invalid_argument));
  std::vector<MetricsHub::Registration> all;
  for (std::size_t i = 0; i < MetricsHub::kSourcesMax; ++i) all.push_back(hub.add(source, {{"n", std::to_string(i)}}).value());
  EXPECT_EQ(hub.add(source).error().code(), make_error_code(Errc::full));
  all.pop_back();
  EXPECT_TRUE(hub.add(source).has_value());
}

TEST(MetricsHub, ARegistrationOutlivesItsHubAndEndsOnce) {
  OneCounter source("x", 1);
  MetricsHub::Registration registration;
  {
    MetricsHub hub;
    registration = hub.add(source).value();
    MetricsHub::Registration moved = std::move(registration);
    EXPECT_EQ(integer(hub.collect(), "x", {}), 1);
    moved.drop();
    EXPECT_EQ(hub.collect().find("x"), nullptr);
    registration = hub.add(source).value();
  }
  registration.drop();
  registration.drop();
}

TEST(MetricsHub, DroppingARegistrationWaitsForTheOneThatCollects) {
  MetricsHub hub;
  for (int round = 0; round < 200; ++round) {
    auto registry = std::make_unique<MetricsRegistry>();
    registry->counter({.name = "c"}).value().add();
    auto registration = hub.add(*registry).value();
    std::jthread reader([&hub] {
      for (int i = 0; i < 3; ++i) (void)hub.collect();
    });
    registration.drop();
    registry.reset();  // a sanitizer sees a collect() that is still inside
  }
  EXPECT_EQ(hub.source_failures(), 0U);
}

TEST(MetricWriter, RefusesAValueThatDoesNotFitItsKind) {
  MetricSnapshot snapshot;
  MetricWriter writer(snapshot);
  const auto counter = writer.family({.name = "c", .unit = "", .description = "", .kind = MetricKind::counter});
  const auto histogram = writer.family({.name = "h", .unit = "", .description = "", .kind = MetricKind::histogram});
  counter.point({}, HistogramValue{});
  histogram.point({}, 1.0);
  writer.family({.name = "c", .unit = "", .description = "", .kind = MetricKind::gauge}).point({}, 1.0);
  EXPECT_EQ(writer.refused(), 3U);
  histogram.point({{"b", "2"}, {"a", "1"}, {"b", "3"}}, HistogramValue{});
  EXPECT_EQ(snapshot.find("h")->points.at(0).labels, (Labels{{"a", "1"}, {"b", "2"}}));
  MetricWriter second(snapshot);
  second.family({.name = "c", .unit = "", .description = "", .kind = MetricKind::counter}).point({}, 2.0);
  EXPECT_EQ(snapshot.families.size(), 2U) << "a second writer goes on with what is there";
}

}  // namespace
}  // namespace millrace::observe
