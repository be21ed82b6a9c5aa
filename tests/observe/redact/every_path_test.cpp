// Sends the same secrets through every way out of the process, and fails when one of them arrives; and fails when there is a way out that is not in the table.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <regex>
#include <set>
#include <string>

#include "observe/redact/ways_out.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using namespace ways_out;

TEST(EveryPath, LetsNoSecretOut) {
  for (const auto& [name, run] : paths()) {
    SCOPED_TRACE(name);
    const std::string text = run();
    EXPECT_NE(text.find("[email]"), std::string::npos) << "something arrives, with its mask: " << text;
    for (const char* secret : {kCard, kEmail, kHidden}) EXPECT_EQ(text.find(secret), std::string::npos) << text;
  }
}

TEST(EveryPath, SeriesThatBecomeTheSameAreAddedUp) {
  const Metrics metrics;
  const MetricSnapshot snapshot = metrics.hub.collect();
  const Labels labels{{"card", "[card]"}, {"owner", "[email]"}, {"password", "[redacted]"}, {"user", "[email]"}};
  const MetricPoint* const sum = snapshot.find("requests", labels);
  ASSERT_NE(sum, nullptr);
  EXPECT_EQ(sum->value, MetricValue(std::int64_t{5}));
  const Labels without_password{{"card", "[card]"}, {"owner", "[email]"}, {"user", "[email]"}};
  const MetricPoint* const sizes = snapshot.find("sizes", without_password);
  ASSERT_NE(sizes, nullptr);
  EXPECT_EQ(std::get<HistogramValue>(sizes->value).counts.count(), 2U);
  ASSERT_NE(snapshot.find("level", without_password), nullptr);
  EXPECT_EQ(snapshot.find("level")->points.size(), 1U) << "gauges cannot be added: the first stays";
  EXPECT_NE(snapshot.find("millrace.metrics.points.refused"), nullptr);
}

TEST(EveryPath, WithoutARedactorNothingChanges) {
  std::string text;
  CallbackSink sink([&](const LogRecord& record) { text += record.json(); });
  LogHub hub({.outputs = {{.sink = &sink}}});
  hub.logger("x").info(kEmail, field("password", kHidden), field("error", failure()));
  for (const char* secret : {kCard, kEmail, kHidden}) EXPECT_NE(text.find(secret), std::string::npos);
}

/// Says that there is no memory.
class ForgetfulRedactor final : public Redactor {
 public:
  bool forgets = false;
  bool redact(std::string_view, std::string&) const override {
    if (forgets) throw std::bad_alloc();
    return false;
  }
  bool hides(std::string_view) const noexcept override { return false; }
  std::string_view mask() const noexcept override { return "[redacted]"; }
};

TEST(EveryPath, WhatCannotBeMaskedDoesNotLeave) {
  ForgetfulRedactor forgetful;
  std::string text;
  CallbackSink sink([&](const LogRecord& record) { text += record.json(); });
  LogHub hub({.outputs = {{.sink = &sink}}, .redactor = &forgetful});
  const Logger log = hub.logger("x");
  forgetful.forgets = true;
  log.error(kEmail, field("mail", kEmail));
  EXPECT_EQ(text, "");
  EXPECT_EQ(hub.figures().lost, 1U);
  const SteadyClock clock;
  const SystemWallClock wall;
  SpanList list;
  Tracer tracer({.clock = clock, .wall = wall, .sink = list}, {.redactor = &forgetful});
  tracer.start(kEmail).set("mail", kEmail).record_error(failure()).end();
  const auto spans = list.take();
  ASSERT_EQ(spans.size(), 1U) << "when it was is told all the same";
  EXPECT_EQ(spans[0]->name, "");
  EXPECT_TRUE(spans[0]->attributes.empty() && spans[0]->events.empty() && spans[0]->status_message.empty());
  EXPECT_EQ(spans[0]->attributes_dropped, 1U);
  SlowCallbacks slow({.threshold = 1ms, .redactor = &forgetful});
  slow.inner(millrace::Work::timer, 5ms, {.file = kEmail, .function = {}}, {});
  EXPECT_EQ(slow.recent().at(0).site.file, "");
}

/// The classes in the library's own text that are of one of these kinds.
std::set<std::string> classes_that_lead_out() {
  const std::regex derived(
      R"((?:class|struct)\s+(\w+)[^;{}()]*:\s*public\s+(?:\w+::)*(LogSink|Exporter|SpanExporter|SpanSink|OtlpTransport|Dashboard)\b)");
  std::set<std::string> found;
  for (const char* folder : {"/include/millrace", "/src"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(MILLRACE_SOURCE) + folder)) {
      const std::string name = entry.path().filename().string();
      if (!(name.ends_with(".h") || name.ends_with(".cpp")) || name.ends_with("_test.cpp")) continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      for (auto match = std::sregex_iterator(text.begin(), text.end(), derived); match != std::sregex_iterator(); ++match)
        found.insert((*match)[1]);
    }
  return found;
}

/// What users are given whose names say that it leads somewhere.
std::set<std::string> names_that_lead_out() {
  const std::regex named(R"(\n(?:class|struct)(?: \[\[\w+\]\])? (\w*(?:Sink|Exporter|Transport|Endpoint|Log))\b[^;]*\{)");
  std::set<std::string> found;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(MILLRACE_SOURCE) + "/include/millrace/observe")) {
    if (entry.path().extension() != ".h") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (auto match = std::sregex_iterator(text.begin(), text.end(), named); match != std::sregex_iterator(); ++match)
      found.insert((*match)[1]);
  }
  return found;
}

TEST(EveryPath, IsInTheTable) {
  // Those that send what another has made already, and those that a build may have no library for.
  std::set<std::string> elsewhere{"AuditLog", "CurlTransport", "SpdlogSink", "HttpDashboard", "PrometheusEndpoint"};
  // What these are made of: seams, which are nothing by themselves, and what gives an Exporter its snapshots.
  elsewhere.insert({"LogSink", "SpanSink", "SpanExporter", "Exporter", "OtlpTransport", "PeriodicExporter"});
  const auto known = paths();
  std::set<std::string> found = classes_that_lead_out(), named = names_that_lead_out();
  EXPECT_GE(found.size(), 12U) << "the search itself works";
  EXPECT_GE(named.size(), 12U);
  found.merge(named);
  for (const std::string& name : found)
    EXPECT_TRUE(known.contains(name) || elsewhere.contains(name))
        << name << " leads out of the process: add it to paths() of ways_out.h, so that no secret leaves by it";
}

}  // namespace
}  // namespace millrace::observe
