#include <millrace/observe/dashboard.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <future>
#include <optional>
#include <thread>

#include <millrace/observe/loop_metric_source.h>

#include "observe/dashboard/distribution.h"
#include "observe/dashboard/host_check.h"
#include "observe/http_client.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kToken = "a-token-of-this-test";

std::string with_token(const std::string& token = kToken) { return "Authorization: Bearer " + token + "\r\n"; }

std::string request(const std::string& path, const std::string& headers, const std::string& host = "localhost") {
  return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n";
}

struct Subject {
  explicit Subject(DashboardOptions options = {}) : dashboard(unwrap(Dashboard::start(prepared(std::move(options))))) {}
  static DashboardOptions prepared(DashboardOptions options) {
    if (options.token.empty()) options.token = kToken;
    return options;
  }
  std::string ask(const std::string& path, const std::string& headers = with_token(), const std::string& host = "localhost") const {
    return round_trip(dashboard->port(), request(path, headers, host));
  }
  json snapshot() const { return json::parse(body_of(ask("/api/snapshot"))); }

  std::unique_ptr<Dashboard> dashboard;
};

DashboardFrame frame_of(int number) {
  DashboardFrame frame;
  frame.time = WallTime(std::chrono::seconds(1'700'000'000 + number));
  frame.span = 1s;
  frame.state = "running";
  frame.utilization = 0.25;
  frame.task_duration.record(1'500'000, static_cast<std::uint64_t>(number));
  return frame;
}

/// Reads events one after the other; chunked transfer is undone.
class EventReader {
 public:
  explicit EventReader(const Subject& subject) : client_(subject.dashboard->port()) {
    client_.send(request("/api/events", with_token()));
  }
  /// The data of the next event of that name; others are left out.
  json next(const std::string& name) {
    for (;;) {
      const std::size_t end = text_.find("\n\n");
      if (end == std::string::npos) {
        const std::string more = client_.receive("\n\n");
        if (more.empty() || more.ends_with("(the test waited too long)")) return json("the stream ended");
        raw_ += more;
        decode();
        continue;
      }
      const std::string block = text_.substr(0, end);
      text_.erase(0, end + 2);
      const std::string head = "event: " + name + "\ndata: ";
      if (block.starts_with(head)) return json::parse(block.substr(head.size()));
    }
  }
  [[nodiscard]] const std::string& head() const noexcept { return head_; }

 private:
  void decode() {
    if (head_.empty()) {
      const std::size_t end = raw_.find("\r\n\r\n");
      if (end == std::string::npos) return;
      head_ = raw_.substr(0, end);
      raw_.erase(0, end + 4);
    }
    for (;;) {
      const std::size_t line = raw_.find("\r\n");
      if (line == std::string::npos) return;
      const std::size_t size = std::stoul(raw_.substr(0, line), nullptr, 16);
      if (raw_.size() < line + 2 + size + 2) return;
      text_ += raw_.substr(line + 2, size);
      raw_.erase(0, line + 2 + size + 2);
    }
  }
  HttpClient client_;
  std::string raw_, text_, head_;
};

template <typename Condition>
bool becomes_true(Condition condition) {
  for (const auto until = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < until;
       std::this_thread::sleep_for(5ms))
    if (condition()) return true;
  return false;
}

TEST(Dashboard, ThePageIsOpenAndMayLoadNothingElse) {
  const Subject subject;
  const std::string page = subject.ask("/", "");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(page, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"));
  EXPECT_THAT(page, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(page, HasSubstr("Referrer-Policy: no-referrer\r\n"));
  EXPECT_THAT(body_of(page), Not(HasSubstr("http"))) << "an address of somebody else's";
  EXPECT_THAT(subject.ask("/dashboard.js", ""), HasSubstr("Content-Type: text/javascript; charset=utf-8\r\n"));
  EXPECT_THAT(subject.ask("/style.css", ""), HasSubstr("Content-Type: text/css; charset=utf-8\r\n"));
  EXPECT_THAT(subject.ask("/icon.svg", ""), HasSubstr("Content-Type: image/svg+xml\r\n"));
}

TEST(Dashboard, FiguresNeedTheTokenAlsoOnLoopback) {
  const LoopMetrics metrics;
  const LoopMetricSource source(metrics);
  MetricsHub hub;
  const auto registration = hub.add(source).value();
  const Subject subject({.hub = &hub});
  for (const char* const path : {"/api/snapshot", "/api/events", "/metrics"}) {
    EXPECT_THAT(subject.ask(path, ""), StartsWith("HTTP/1.1 401")) << path;
    EXPECT_THAT(subject.ask(path, with_token("a-token-of-thiz-test")), StartsWith("HTTP/1.1 401")) << path;
    EXPECT_THAT(subject.ask(std::string(path) + "?token=" + kToken, ""), StartsWith("HTTP/1.1 401")) << path;
  }
  EXPECT_THAT(subject.ask("/api/snapshot"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(body_of(subject.ask("/metrics")), HasSubstr("millrace_loop_ticks_total"));
  EXPECT_EQ(subject.dashboard->figures().refused, 9U);
}

TEST(Dashboard, WithoutAHubThereIsNoMetricsPage) {
  const Subject subject;
  EXPECT_THAT(subject.ask("/metrics"), StartsWith("HTTP/1.1 404"));
  EXPECT_FALSE(subject.snapshot()["metrics"].get<bool>());
}

TEST(Dashboard, MakesATokenAndPutsItIntoTheFragment) {
  const auto one = Dashboard::start({}).value();
  const auto other = Dashboard::start({}).value();
  const std::string prefix = "http://127.0.0.1:" + std::to_string(one->port()) + "/#token=";
  ASSERT_THAT(one->url(), StartsWith(prefix));
  const std::string token = one->url().substr(prefix.size());
  EXPECT_EQ(token.size(), 32U);
  EXPECT_NE(token, other->url().substr(other->url().find("token=") + 6));
  EXPECT_THAT(round_trip(one->port(), request("/api/snapshot", with_token(token))), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(round_trip(other->port(), request("/api/snapshot", with_token(token))), StartsWith("HTTP/1.1 401"));
}

TEST(Dashboard, RefusesWhatWouldNotBeSafe) {
  const auto refusal = [](DashboardOptions options) {
    const auto started = Dashboard::start(std::move(options));
    return started ? std::string("it started") : started.error().message();
  };
  EXPECT_THAT(refusal({.address = "0.0.0.0"}), HasSubstr("needs a token"));
  EXPECT_THAT(refusal({.address = "::"}), HasSubstr("needs a token"));
  EXPECT_THAT(refusal({.address = "example.org"}), HasSubstr("not an IPv4 or IPv6 address"));
  EXPECT_THAT(refusal({.token = "short"}), HasSubstr("16 characters"));
  EXPECT_THAT(refusal({.token = "a token with spaces in it"}), HasSubstr("printable"));
  EXPECT_THAT(refusal({.connections_max = 4, .streams_max = 4}), HasSubstr("streams_max"));
  EXPECT_THAT(refusal({.interval = 1s, .stale_after = 500ms}), HasSubstr("stale_after"));
  const auto open = Dashboard::start({.address = "0.0.0.0", .token = kToken}).value();
  EXPECT_THAT(open->url(), StartsWith("http://127.0.0.1:"));
  EXPECT_THAT(Dashboard::start({.address = "127.0.0.1", .port = open->port()}).error().message(), HasSubstr("bind"));
}

TEST(Dashboard, AnswersOnlyToItsOwnNames) {
  const Subject subject({.hosts = {"Board.example"}});
  for (const char* const host :
       {"localhost", "localhost:8080", "LOCALHOST.", "127.0.0.1:1", "127.9.9.9", "[::1]:80", "app.localhost", "board.EXAMPLE:443"})
    EXPECT_THAT(subject.ask("/api/snapshot", with_token(), host), StartsWith("HTTP/1.1 200")) << host;
  for (const char* const host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "[2001:db8::1]",
                                 "", "localhost:80:80", "localhost:x", "[::1", "board.example.evil"})
    for (const char* const path : {"/", "/api/snapshot"})
      EXPECT_THAT(subject.ask(path, with_token(), host), Not(HasSubstr(" 200 "))) << host << path;
  EXPECT_THAT(subject.ask("/", "", "evil.example"), StartsWith("HTTP/1.1 421"));
}

TEST(HostCheck, TakesAnyAddressWhereItListensOnAll) {
  EXPECT_FALSE(HostCheck("192.0.2.7", {}).allows("192.0.2.8"));
  EXPECT_TRUE(HostCheck("192.0.2.7", {}).allows("192.0.2.7:80"));
  EXPECT_TRUE(HostCheck("0.0.0.0", {}).allows("192.0.2.8"));
  EXPECT_TRUE(HostCheck("::", {}).allows("[2001:DB8::1]:99"));
  EXPECT_FALSE(HostCheck("0.0.0.0", {}).allows("rebinding.example")) << "a name can be made to point anywhere";
}

TEST(Dashboard, TellsTheLatestFrame) {
  Subject subject({.title = "shop", .details = "process 1"});
  EXPECT_TRUE(subject.snapshot()["frame"].is_null());
  subject.dashboard->publish(frame_of(1));
  DashboardFrame frame = frame_of(3);
  frame.depths.posted = 7;
  frame.queues = {{.name = "jobs", .waiting = 9}};
  frame.memory.resident_bytes = 1024;
  frame.handles = {{.kind = "timer", .what = "a \"name\"", .due_in = -5ms, .delay = 10ms}};
  frame.handles_total = 4;
  frame.slow = {{.when = frame.time, .kind = "timer", .duration = 250ms, .cpu = std::nullopt, .site = "main.js:3"}};
  frame.errors = {{.when = frame.time, .category = "loop", .message = "bad \xff byte\n", .correlation = {.high = 1, .low = 2}}};
  frame.errors_total = 11;
  subject.dashboard->publish(std::move(frame));
  const json told = subject.snapshot();
  EXPECT_EQ(told["version"], 1);
  EXPECT_EQ(told["title"], "shop");
  EXPECT_TRUE(told["responding"].get<bool>());
  EXPECT_EQ(told["bands_s"].size(), kBandEnds.size());
  const json& shown = told["frame"];
  EXPECT_EQ(shown["sequence"], 2);
  EXPECT_EQ(shown["time"], "2023-11-14T22:13:23.000000000Z");
  EXPECT_EQ(shown["loop"]["utilization"], 0.25);
  EXPECT_EQ(shown["latency"]["task_duration"]["count"], 3);
  EXPECT_NEAR(shown["latency"]["task_duration"]["p99_s"].get<double>(), 0.0015, 0.0015 / 128);
  EXPECT_EQ(shown["depths"]["posted"], 7);
  EXPECT_EQ(shown["queues"][0]["waiting"], 9);
  EXPECT_EQ(shown["memory"]["resident_bytes"], 1024);
  EXPECT_TRUE(shown["memory"]["heap_used_bytes"].is_null());
  EXPECT_EQ(shown["handles"]["listed"][0]["due_in_s"], -0.005);
  EXPECT_EQ(shown["handles"]["listed"][0]["what"], "a \"name\"");
  EXPECT_TRUE(shown["slow"]["listed"][0]["cpu_s"].is_null());
  EXPECT_EQ(shown["errors"]["total"], 11);
  EXPECT_EQ(shown["errors"]["listed"][0]["message"], "bad \xEF\xBF\xBD byte\n");
  EXPECT_EQ(shown["errors"]["listed"][0]["correlation_id"], "00000000-0000-0001-0000-000000000002");
}

TEST(Dashboard, ListsAndTextsHaveLimits) {
  Subject subject;
  DashboardFrame frame = frame_of(1);
  frame.queues.resize(DashboardFrame::kQueuesMax + 1);
  frame.handles.resize(DashboardFrame::kHandlesMax + 1);
  frame.slow.resize(DashboardFrame::kSlowMax + 1);
  frame.errors.resize(DashboardFrame::kErrorsMax + 1);
  for (std::size_t i = 0; i < DashboardFrame::kTextMax; ++i) frame.errors[0].message += "\xC3\xA9";
  subject.dashboard->publish(std::move(frame));
  const json shown = subject.snapshot()["frame"];
  EXPECT_EQ(shown["queues"].size(), DashboardFrame::kQueuesMax);
  EXPECT_EQ(shown["handles"]["listed"].size(), DashboardFrame::kHandlesMax);
  EXPECT_EQ(shown["slow"]["listed"].size(), DashboardFrame::kSlowMax);
  EXPECT_EQ(shown["errors"]["listed"].size(), DashboardFrame::kErrorsMax);
  EXPECT_EQ(shown["errors"]["listed"][0]["message"].get<std::string>().size(), DashboardFrame::kTextMax);
}

TEST(Dashboard, AStreamBeginsWithTheHistoryAndGoesOn) {
  Subject subject({.history_max = 3});
  for (int i = 1; i <= 5; ++i) subject.dashboard->publish(frame_of(i));
  EventReader reader(subject);
  const json hello = reader.next("hello");
  EXPECT_THAT(reader.head(), HasSubstr("Content-Type: text/event-stream; charset=utf-8"));
  ASSERT_EQ(hello["history"].size(), 3U);
  EXPECT_EQ(hello["history"][0]["sequence"], 3);
  EXPECT_FALSE(hello["history"][0].contains("errors")) << "rows have no lists";
  EXPECT_EQ(reader.next("frame")["sequence"], 5);
  subject.dashboard->publish(frame_of(6));
  const json frame = reader.next("frame");
  EXPECT_EQ(frame["sequence"], 6);
  EXPECT_TRUE(frame.contains("errors"));
}

TEST(Dashboard, SaysThatTheLoopDoesNotAnswerAndWhereItIsStuck) {
  Subject subject({.interval = 20ms, .stale_after = 60ms});
  subject.dashboard->publish(frame_of(1));
  EventReader reader(subject);
  EXPECT_EQ(reader.next("frame")["sequence"], 1);
  json status = reader.next("status");
  EXPECT_FALSE(status["responding"].get<bool>());
  EXPECT_GE(status["age_s"].get<double>(), 0.06);
  EXPECT_TRUE(status["stall"].is_null());
  const Stall stall{.loop = "main",
                    .number = 4,
                    .lasted = 3s,
                    .stack = {"spin+0x1 (shop+0x2)"},
                    .stack_missing = {},
                    .script_stack = {"spin (shop.js:3)"}};
  subject.dashboard->stalled(stall);
  status = reader.next("status");
  EXPECT_FALSE(status["responding"].get<bool>());
  EXPECT_EQ(status["stall"]["stack"][0], "spin+0x1 (shop+0x2)");
  EXPECT_EQ(status["stall"]["script_stack"][0], "spin (shop.js:3)");
  EXPECT_EQ(subject.snapshot()["stall"]["number"], 4);
  EXPECT_FALSE(subject.snapshot()["responding"].get<bool>());
  subject.dashboard->stalled({.loop = "main", .number = 4, .lasted = 4s, .over = true, .stack = {}, .stack_missing = {}});
  subject.dashboard->publish(frame_of(2));
  do status = reader.next("status");
  while (status.is_object() && !status["responding"].get<bool>());
  ASSERT_TRUE(status.is_object()) << status;
  EXPECT_TRUE(status["stall"].is_null());
}

TEST(Dashboard, ALoopThatNeverBeganIsSilentToo) {
  const Subject subject({.interval = 20ms, .stale_after = 40ms});
  EventReader reader(subject);
  EXPECT_TRUE(reader.next("hello")["history"].empty());
  EXPECT_FALSE(reader.next("status")["responding"].get<bool>());
}

TEST(Dashboard, SeveralClientsSeeTheSame) {
  Subject subject;
  std::vector<std::unique_ptr<EventReader>> readers;
  for (int i = 0; i < 5; ++i) readers.push_back(std::make_unique<EventReader>(subject));
  EXPECT_TRUE(becomes_true([&] { return subject.dashboard->figures().streams == 5; }));
  for (auto& reader : readers) EXPECT_TRUE(reader->next("hello").is_object());
  subject.dashboard->publish(frame_of(1));
  for (auto& reader : readers) EXPECT_EQ(reader->next("frame")["sequence"], 1);
}

TEST(Dashboard, AClientThatVanishesIsForgotten) {
  Subject subject({.interval = 20ms, .stale_after = 40ms});
  auto reader = std::make_unique<EventReader>(subject);
  EXPECT_TRUE(reader->next("hello").is_object());
  EXPECT_EQ(subject.dashboard->figures().streams, 1U);
  reader.reset();
  EXPECT_TRUE(becomes_true([&] { return subject.dashboard->figures().streams == 0; }));
  subject.dashboard->publish(frame_of(1));
  EXPECT_EQ(subject.snapshot()["frame"]["sequence"], 1);
}

TEST(Dashboard, PagesThatWatchLeaveRoomForQuestions) {
  Subject subject({.connections_max = 3, .streams_max = 2});
  EventReader first(subject);
  EventReader second(subject);
  EXPECT_TRUE(first.next("hello").is_object());
  EXPECT_TRUE(second.next("hello").is_object());
  const std::string third = subject.ask("/api/events");
  EXPECT_THAT(third, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(third, HasSubstr("Retry-After: 5\r\n"));
  EXPECT_TRUE(becomes_true([&] { return subject.ask("/api/snapshot").starts_with("HTTP/1.1 200"); }));
  std::vector<std::unique_ptr<HttpClient>> silent;  // one of them has the last connection, and says nothing
  EXPECT_TRUE(becomes_true([&] {
    silent.push_back(std::make_unique<HttpClient>(subject.dashboard->port()));
    return subject.ask("/api/snapshot").starts_with("HTTP/1.1 503");
  }));
  EXPECT_GE(subject.dashboard->figures().busy, 2U);
}

TEST(Dashboard, AtTheEndPagesGetTheLastFrameAndAreTold) {
  Subject subject;
  EventReader reader(subject);
  EXPECT_TRUE(reader.next("hello").is_object());
  subject.dashboard->publish(frame_of(1));
  const auto began = std::chrono::steady_clock::now();
  subject.dashboard->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(reader.next("frame")["sequence"], 1);
  EXPECT_TRUE(reader.next("end").is_object());
  subject.dashboard->stop();
  subject.dashboard->publish(frame_of(2));
  EXPECT_EQ(subject.dashboard->figures().frames, 1U);
}

TEST(Dashboard, PublishesWhileManyReadAndStopsAmongThem) {
  Subject subject({.interval = 1ms, .stale_after = 5ms});
  std::vector<std::future<bool>> readers;
  for (int i = 0; i < 4; ++i)
    readers.push_back(std::async(std::launch::async, [&subject, i] {
      if (i % 2 == 0) return json::parse(body_of(subject.ask("/api/snapshot"))).is_object();
      EventReader reader(subject);
      for (int n = 0; n < 20; ++n)
        if (!reader.next("frame").is_object()) return false;
      return true;
    }));
  std::atomic<bool> enough{false};
  std::thread publisher([&] {
    for (int i = 1; !enough; ++i) {
      subject.dashboard->publish(frame_of(i));
      subject.dashboard->stalled(
          {.loop = "main", .number = 1, .lasted = 1s, .over = i % 2 == 0, .stack = {}, .stack_missing = "none"});
      std::this_thread::sleep_for(1ms);
    }
  });
  for (auto& reader : readers) EXPECT_TRUE(reader.get());
  subject.dashboard->stop();
  enough = true;
  publisher.join();
}

TEST(Distribution, CountsInBandsAndKnowsPercentiles) {
  Histogram histogram;
  histogram.record(400, 10);            // up to 1 us
  histogram.record(3'000, 80);          // up to 5 us
  histogram.record(7'000'000, 9);       // up to 10 ms
  histogram.record(20'000'000'000, 1);  // more than 10 s
  const Distribution told = distribution_of(histogram);
  EXPECT_EQ(told.count, 100U);
  EXPECT_EQ(told.bands[0], 10U);
  EXPECT_EQ(told.bands[2], 80U);
  EXPECT_EQ(told.bands[12], 9U);
  EXPECT_EQ(told.bands[kBandEnds.size()], 1U);
  EXPECT_EQ(told.max, 20s);
  EXPECT_NEAR(static_cast<double>(told.p50.count()), 3'000, 3'000.0 / 128);
  EXPECT_EQ(distribution_of({}).count, 0U);
}

}  // namespace
}  // namespace millrace::observe
