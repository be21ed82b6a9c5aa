#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include <millrace/observe/prometheus.h>

#include "observe/export/prometheus_names.h"
#include "observe/export/prometheus_numbers.h"

namespace millrace::observe {
namespace {

MetricSnapshot one(MetricInfo info, std::vector<MetricPoint> points) {
  return {.time = {}, .resource = {}, .families = {{.info = std::move(info), .points = std::move(points)}}};
}

std::string text(const MetricSnapshot& snapshot, const PrometheusOptions& options = {}) {
  return to_prometheus(snapshot, PrometheusFormat::text_0_0_4, options).text;
}
std::string open_text(const MetricSnapshot& snapshot, const PrometheusOptions& options = {}) {
  return to_prometheus(snapshot, PrometheusFormat::openmetrics_1_0, options).text;
}

TEST(PrometheusNames, FollowTheCompatibilityRules) {
  struct Case {
    std::string name, unit;
    MetricKind kind;
    std::string expected_name, expected_unit;
  };
  for (const Case& c : {
           Case{"millrace.loop.task.duration", "s", MetricKind::histogram, "millrace_loop_task_duration_seconds", "seconds"},
           Case{"http.server.requests", "{request}", MetricKind::counter, "http_server_requests", ""},
           Case{"system.memory.utilization", "1", MetricKind::gauge, "system_memory_utilization_ratio", "ratio"},
           Case{"tries", "1", MetricKind::counter, "tries", ""},
           Case{"disk.io", "By", MetricKind::counter, "disk_io_bytes", "bytes"},
           Case{"disk.speed", "By/s", MetricKind::gauge, "disk_speed_bytes_per_second", "bytes_per_second"},
           Case{"arrivals", "{task}/s", MetricKind::gauge, "arrivals_per_second", "per_second"},
           Case{"up.time.seconds", "s", MetricKind::gauge, "up_time_seconds", "seconds"},
           Case{"work.total", "s", MetricKind::counter, "work_seconds", "seconds"},
           Case{"fire", "Cel", MetricKind::gauge, "fire_celsius", "celsius"},
           Case{"misseconds", "s", MetricKind::gauge, "misseconds_seconds", "seconds"},
           Case{"a..b--c/d", "", MetricKind::gauge, "a_b_c_d", ""},
           Case{"9lives", "furlong", MetricKind::gauge, "_9lives_furlong", "furlong"},
           Case{"(lambda).x(#)", "", MetricKind::gauge, "lambda_x", ""},
           Case{"", "", MetricKind::gauge, "_", ""},
           Case{"load", "k{Ohm}.m2", MetricKind::gauge, "load_k_m2", "k_m2"},
       }) {
    SCOPED_TRACE(c.name);
    const PrometheusName got = prometheus_name({.name = c.name, .unit = c.unit, .description = "", .kind = c.kind});
    EXPECT_EQ(got.name, c.expected_name);
    EXPECT_EQ(got.unit, c.expected_unit);
  }
  EXPECT_EQ(prometheus_label_name("http.route"), "http_route");
  EXPECT_EQ(prometheus_label_name("1a"), "_1a");
  EXPECT_EQ(prometheus_label_name("__name__"), "label__name__");
  EXPECT_EQ(prometheus_label_name(""), "_");
}

TEST(PrometheusNumbers, HaveTheSpellingReadersExpect) {
  const auto number = [](double value) {
    std::string out;
    append_number(out, value);
    return out;
  };
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(3), "3");
  EXPECT_EQ(number(-1e300), "-1e+300");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(number(INFINITY), "+Inf");
  EXPECT_EQ(number(-INFINITY), "-Inf");
  EXPECT_EQ(canonical_bound(0), "0.0");
  EXPECT_EQ(canonical_bound(1), "1.0");
  EXPECT_EQ(canonical_bound(0.25), "0.25");
  EXPECT_EQ(canonical_bound(999'999), "999999.0");
  EXPECT_EQ(canonical_bound(1'048'576), "1.048576e+06");
  EXPECT_EQ(canonical_bound(1e6), "1e+06");
  EXPECT_EQ(canonical_bound(0.0001), "0.0001");
  EXPECT_EQ(canonical_bound(1.27e-7), "1.27e-07");
  const auto in_seconds = [](std::int64_t ns) {
    std::string out;
    append_seconds(out, WallTime{Duration{ns}});
    return out;
  };
  EXPECT_EQ(in_seconds(1'700'000'000'000'000'000), "1700000000");
  EXPECT_EQ(in_seconds(1'700'000'000'050'000'000), "1700000000.05");
  EXPECT_EQ(in_seconds(1'700'000'000'000'000'001), "1700000000.000000001");
}

TEST(PrometheusText, CountersInBothFormats) {
  Exemplar exemplar{.value = 2.5, .time = WallTime{Duration{1'500'000'000}}, .trace_id = {0xAB}, .span_id = {0, 1}};
  const MetricSnapshot snapshot =
      one({"disk.io", "By", "Bytes\nread \"now\" \\", MetricKind::counter}, {{.labels = {{"dev.name", "a\"b\\c\nd"}},
                                                                              .value = std::int64_t{42},
                                                                              .start = WallTime{Duration{2'250'000'000}},
                                                                              .exemplars = {exemplar}},
                                                                             {.labels = {}, .value = 0.5}});
  EXPECT_EQ(text(snapshot),
            "# HELP disk_io_bytes_total Bytes\\nread \"now\" \\\\\n"
            "# TYPE disk_io_bytes_total counter\n"
            "disk_io_bytes_total{dev_name=\"a\\\"b\\\\c\\nd\"} 42\n"
            "disk_io_bytes_total 0.5\n");
  EXPECT_EQ(open_text(snapshot),
            "# HELP disk_io_bytes Bytes\\nread \\\"now\\\" \\\\\n"
            "# TYPE disk_io_bytes counter\n"
            "# UNIT disk_io_bytes bytes\n"
            "disk_io_bytes_total{dev_name=\"a\\\"b\\\\c\\nd\"} 42 # "
            "{trace_id=\"ab000000000000000000000000000000\",span_id=\"0001000000000000\"} "
            "2.5 1.5\n"
            "disk_io_bytes_created{dev_name=\"a\\\"b\\\\c\\nd\"} 2.25\n"
            "disk_io_bytes_total 0.5\n"
            "# EOF\n");
  EXPECT_EQ(open_text(snapshot, {.created = false}).find("_created"), std::string::npos);
}

TEST(PrometheusText, HistogramsCountExactlyAtTheirBounds) {
  Histogram counts;
  for (const std::uint64_t value : {0U, 1U, 2U, 3U, 4U, 127U, 128U}) counts.record(value);
  const MetricSnapshot snapshot =
      one({"size", "", "", MetricKind::histogram},
          {{.labels = {{"z", "1"}},
            .value = HistogramValue{.counts = counts, .per_unit = 1},
            .exemplars = {{.value = 3, .time = WallTime{Duration{1}}}, {.value = 2, .time = WallTime{Duration{2}}}}}});
  const PrometheusOptions options{.buckets = {.first = 1, .last = 7}};
  EXPECT_EQ(text(snapshot, options),
            "# TYPE size histogram\n"
            "size_bucket{z=\"1\",le=\"1.0\"} 2\n"
            "size_bucket{z=\"1\",le=\"3.0\"} 4\n"
            "size_bucket{z=\"1\",le=\"7.0\"} 5\n"
            "size_bucket{z=\"1\",le=\"15.0\"} 5\n"
            "size_bucket{z=\"1\",le=\"31.0\"} 5\n"
            "size_bucket{z=\"1\",le=\"63.0\"} 5\n"
            "size_bucket{z=\"1\",le=\"127.0\"} 6\n"
            "size_bucket{z=\"1\",le=\"+Inf\"} 7\n"
            "size_sum{z=\"1\"} 265\n"
            "size_count{z=\"1\"} 7\n");
  const std::string open = open_text(snapshot, options);
  EXPECT_NE(open.find("size_bucket{z=\"1\",le=\"3.0\"} 4 # {} 2 0.000000002\n"), std::string::npos) << open;
  EXPECT_NE(open.find("size_bucket{z=\"1\",le=\"7.0\"} 5\n"), std::string::npos) << open;
}

TEST(PrometheusText, EveryCutAgreesWithTheHistogram) {
  Histogram counts;
  for (std::uint64_t value = 1; value < (std::uint64_t{1} << 42); value += 1 + value / 5) counts.record(value);
  for (const unsigned per_octave : {1U, 4U, 16U, 1000U}) {
    SCOPED_TRACE(per_octave);
    const std::string out = text(one({"x", "", "", MetricKind::histogram}, {{.labels = {}, .value = HistogramValue{counts, 1}}}),
                                 {.buckets = {.first = 0, .last = 99, .per_octave = per_octave}});
    std::size_t lines = 0;
    for (std::size_t at = out.find("le=\""); at != std::string::npos; at = out.find("le=\"", at + 1)) {
      const std::string le = out.substr(at + 4, out.find('"', at + 4) - at - 4);
      const std::uint64_t shown = std::stoull(out.substr(out.find("} ", at) + 2));
      EXPECT_EQ(shown, le == "+Inf" ? counts.count() : counts.count_up_to(static_cast<std::uint64_t>(std::stod(le)))) << le;
      ++lines;
    }
    EXPECT_EQ(lines, per_octave == 1 ? 41U : 6 + 33 * std::min(per_octave, 16U) + 2);
  }
}

TEST(PrometheusText, NanosecondsBecomeSeconds) {
  Histogram counts;
  counts.record(1'500'000'000);
  const std::string out = text(one({"t", "s", "", MetricKind::histogram}, {{.labels = {}, .value = HistogramValue{counts, 1e9}}}));
  EXPECT_TRUE(out.find("t_seconds_bucket{le=\"1.27e-07\"} 0\n") != std::string::npos) << out;
  EXPECT_TRUE(out.find("t_seconds_bucket{le=\"1.073741823\"} 0\n") != std::string::npos) << out;
  EXPECT_TRUE(out.find("t_seconds_bucket{le=\"2.147483647\"} 1\n") != std::string::npos) << out;
  EXPECT_TRUE(out.find("t_seconds_sum 1.5\n") != std::string::npos) << out;
}

TEST(PrometheusText, TwoSeriesNeverBecomeOne) {
  MetricSnapshot snapshot =
      one({"a.b", "", "", MetricKind::gauge},
          {{.labels = {{"x.y", "1"}}, .value = 1.0}, {.labels = {{"x_y", "1"}}, .value = 2.0}, {.labels = {}, .value = 3.0}});
  snapshot.families.push_back({.info = {"a_b", "", "", MetricKind::gauge}, .points = {{.labels = {{"q", "1"}}, .value = 4.0}}});
  snapshot.families.push_back(
      {.info = {"h", "", "", MetricKind::histogram}, .points = {{.labels = {}, .value = HistogramValue{}}}});
  snapshot.families.push_back({.info = {"h.count", "", "", MetricKind::gauge}, .points = {{.labels = {}, .value = 5.0}}});
  const PrometheusText out = to_prometheus(snapshot, PrometheusFormat::text_0_0_4, {.buckets = {.first = 0, .last = 0}});
  EXPECT_EQ(out.text,
            "# TYPE a_b gauge\na_b{x_y=\"1\"} 1\na_b 3\n"
            "# TYPE h histogram\nh_bucket{le=\"0.0\"} 0\nh_bucket{le=\"+Inf\"} 0\nh_sum 0\nh_count 0\n");
  EXPECT_EQ(out.left_out, 3U);
}

TEST(PrometheusText, LabelsThatBecomeOneAreJoined) {
  EXPECT_EQ(text(one({"g", "", "", MetricKind::gauge},
                     {{.labels = {{"a.b", "1"}, {"a/b", "2"}, {"aB", "3"}, {"a_b", "4"}}, .value = 1.0}})),
            "# TYPE g gauge\ng{aB=\"3\",a_b=\"1;2;4\"} 1\n");
}

TEST(PrometheusText, CountersThatAreNoneAreLeftOut) {
  const PrometheusText out = to_prometheus(
      one({"c", "", "", MetricKind::counter}, {{.labels = {{"a", "1"}}, .value = std::int64_t{-1}},
                                               {.labels = {{"a", "2"}}, .value = std::numeric_limits<double>::quiet_NaN()},
                                               {.labels = {{"a", "3"}}, .value = INFINITY}}),
      PrometheusFormat::text_0_0_4);
  EXPECT_EQ(out.text, "# TYPE c_total counter\nc_total{a=\"3\"} +Inf\n");
  EXPECT_EQ(out.left_out, 2U);
}

TEST(PrometheusText, TheResourceIsTargetInfo) {
  MetricSnapshot snapshot;
  EXPECT_EQ(text(snapshot), "");
  EXPECT_EQ(open_text(snapshot), "# EOF\n");
  snapshot.resource = {{"service.name", "shop"}};
  EXPECT_EQ(text(snapshot), "# HELP target_info Who counted.\n# TYPE target_info gauge\ntarget_info{service_name=\"shop\"} 1\n");
  EXPECT_EQ(open_text(snapshot), "# HELP target Who counted.\n# TYPE target info\ntarget_info{service_name=\"shop\"} 1\n# EOF\n");
  EXPECT_EQ(text(snapshot, {.target_info = false}), "");
}

TEST(PrometheusText, WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(
      text(one({"g", "", "", MetricKind::gauge}, {{.labels = {{"a", std::string("x\xFFy\0z\xC3\xA9\xF0\x9F", 9)}}, .value = 1.0}})),
      "# TYPE g gauge\ng{a=\"x\xEF\xBF\xBDy\xEF\xBF\xBDz\xC3\xA9\xEF\xBF\xBD\"} 1\n");
}

TEST(PrometheusAccept, PrefersOpenMetricsOnlyWhenItIsNamed) {
  using enum PrometheusFormat;
  struct Case {
    std::string_view accept;
    PrometheusFormat expected;
  };
  for (const Case& c : {
           Case{"", text_0_0_4},
           Case{"*/*", text_0_0_4},
           Case{"application/openmetrics-text; version=1.0.0; charset=utf-8", openmetrics_1_0},
           Case{"Application/OpenMetrics-Text", openmetrics_1_0},
           Case{"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/"
                "plain;version=0.0.4;q=0.5,*/*;q=0.1",
                openmetrics_1_0},
           Case{"application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", text_0_0_4},
           Case{"application/openmetrics-text;version=2.0.0", text_0_0_4},
           Case{"application/openmetrics-text;q=0.3,text/plain;q=0.5", text_0_0_4},
           Case{"application/openmetrics-text;q=0", text_0_0_4},
           Case{"application/openmetrics-text;q=oops", text_0_0_4},
           Case{"text/html, application/json;q=0.9", text_0_0_4},
           Case{"text/html;q=1.0, application/openmetrics-text;q=0.1", openmetrics_1_0},
           Case{",;,=;q", text_0_0_4},
       }) {
    EXPECT_EQ(format_for_accept(c.accept), c.expected) << c.accept;
  }
}

}  // namespace
}  // namespace millrace::observe
