#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <millrace/observe/otlp.h>

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

/// A clock that waiting moves.
class ScriptedPause final : public OtlpPause {
 public:
  Instant now() const noexcept override { return Instant(now_); }
  WallTime wall_now() const noexcept override { return WallTime(784'111'770s + now_); }  // Sun, 06 Nov 1994 08:49:30 GMT
  bool wait(Duration duration) override {
    waits.push_back(duration);
    now_ += duration;
    return !cancelled;
  }
  void cancel() noexcept override { cancelled = true; }
  void pass(Duration time) { now_ += time; }
  std::vector<Duration> waits;
  bool cancelled = false;

 private:
  Duration now_{0};
};

class ScriptedTransport final : public OtlpTransport {
 public:
  using Answer = std::function<Result<OtlpReply>(const OtlpRequest&)>;
  Result<OtlpReply> post(const OtlpRequest& request) override {
    bodies.emplace_back(request.body);
    limits.push_back(request.time_limit);
    type = request.content_type;
    if (answers.empty()) return OtlpReply{.status = 200, .content_type = {}, .retry_after = {}, .body = {}};
    const Answer answer = std::move(answers.front());
    answers.pop_front();
    return answer(request);
  }
  void cancel() noexcept override { cancelled = true; }
  ScriptedTransport& then(int status, std::string retry_after = {}, std::string body = {}, std::string content_type = {}) {
    answers.push_back([=](const OtlpRequest&) {
      return OtlpReply{.status = status, .content_type = content_type, .retry_after = retry_after, .body = body};
    });
    return *this;
  }
  ScriptedTransport& then_fail(Error error) {
    answers.push_back([error](const OtlpRequest&) -> Result<OtlpReply> { return fail(error); });
    return *this;
  }
  std::deque<Answer> answers;
  std::vector<std::string> bodies;
  std::vector<Duration> limits;
  std::string type;
  bool cancelled = false;
};

struct OtlpSenderOf : ::testing::Test {
  ScriptedTransport transport;
  ScriptedPause pause;
  OtlpSenderOptions options{.jitter_seed = 1};
  std::vector<std::unique_ptr<SpanData>> spans = some(3);
  static std::vector<std::unique_ptr<SpanData>> some(int count) {
    std::vector<std::unique_ptr<SpanData>> made;
    for (int i = 0; i < count; ++i) {
      made.push_back(std::make_unique<SpanData>());
      made.back()->name = "span " + std::to_string(i);
    }
    return made;
  }
  OtlpSender sender() { return {OtlpResource::make("tea").value(), transport, pause, options}; }
};

TEST_F(OtlpSenderOf, SendsOnceWhenAllIsWell) {
  OtlpSender s = sender();
  const auto outcome = s.export_spans(spans, 30s);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->rejected + outcome->failed, 0u);
  EXPECT_EQ(transport.bodies.size(), 1u);
  EXPECT_EQ(transport.type, "application/x-protobuf");
  EXPECT_EQ(transport.limits[0], 10s);
  EXPECT_TRUE(pause.waits.empty());
  EXPECT_EQ(s.figures().sent, 1u);
  EXPECT_TRUE(s.export_spans({}, 30s));
  EXPECT_EQ(transport.bodies.size(), 1u);  // nothing is not sent
}

TEST_F(OtlpSenderOf, TriesAgainAfterExactlyTheStatusesOfTheProtocol) {
  for (int status = 201; status < 600; ++status) {
    ScriptedTransport one;
    ScriptedPause waits;
    one.then(status);
    OtlpSender s(OtlpResource::make("tea").value(), one, waits, options);
    const auto outcome = s.export_spans(spans, 30s);
    const bool retryable = status == 429 || status == 502 || status == 503 || status == 504;
    EXPECT_EQ(one.bodies.size(), retryable ? 2u : 1u) << status;
    EXPECT_EQ(outcome.has_value(), retryable || status < 300) << status;
    if (!outcome) {
      EXPECT_EQ(outcome.error().context("status"), std::to_string(status));
    }
  }
}

TEST_F(OtlpSenderOf, WaitsLongerEachTimeWithJitterAndGivesUpInTheEnd) {
  options.retry = {.attempts_max = 6, .initial = 1s, .max = 5s, .factor = 2};
  for (int i = 0; i < 9; ++i) transport.then(503);
  OtlpSender s = sender();
  const auto outcome = s.export_spans(spans, 1h);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(transport.bodies.size(), 6u);
  ASSERT_EQ(pause.waits.size(), 5u);
  const Duration longest[] = {1s, 2s, 4s, 5s, 5s};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_LE(pause.waits[i], longest[i]);
    EXPECT_GE(pause.waits[i], longest[i] / 2);
  }
  EXPECT_EQ(s.figures().requests, 6u);
  EXPECT_EQ(s.figures().retries, 5u);
  EXPECT_EQ(s.figures().failed, 1u);
  EXPECT_TRUE(outcome.error().retryable());
}

TEST_F(OtlpSenderOf, JitterDiffersBySeed) {
  std::vector<Duration> first_waits;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    ScriptedTransport one;
    ScriptedPause waits;
    one.then(503);
    options.jitter_seed = seed;
    OtlpSender s(OtlpResource::make("tea").value(), one, waits, options);
    ASSERT_TRUE(s.export_spans(spans, 1h));
    EXPECT_THAT(first_waits, ::testing::Not(::testing::Contains(waits.waits[0])));
    first_waits.push_back(waits.waits[0]);
  }
}

TEST_F(OtlpSenderOf, WaitsAsLongAsTheReceiverAsks) {
  transport.then(429, "7").then(503, "Sun, 06 Nov 1994 08:50:00 GMT").then(503, "0").then(503, "rubbish");
  OtlpSender s = sender();
  ASSERT_TRUE(s.export_spans(spans, 1h));
  ASSERT_EQ(pause.waits.size(), 4u);
  EXPECT_EQ(pause.waits[0], 7s);
  EXPECT_EQ(pause.waits[1], 23s);  // 08:49:37 is now
  EXPECT_GE(pause.waits[2], 2s);   // its own, since zero is shorter
  EXPECT_GE(pause.waits[3], 4s);
}

TEST_F(OtlpSenderOf, DoesNotWaitForAnAttemptThatComesTooLate) {
  transport.then(503, "60");
  const auto outcome = sender().export_spans(spans, 30s);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::timed_out);
  EXPECT_EQ(outcome.error().context("status"), "");
  EXPECT_EQ(outcome.error().cause()->context("status"), "503");
  EXPECT_TRUE(pause.waits.empty());
}

TEST_F(OtlpSenderOf, ARequestGetsNoMoreThanTheTimeThatIsLeft) {
  EXPECT_TRUE(sender().export_spans(spans, 3s));
  EXPECT_EQ(transport.limits[0], 3s);
  const auto none = sender().export_spans(spans, 0s);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Errc::timed_out);
  EXPECT_EQ(transport.bodies.size(), 1u);
}

TEST_F(OtlpSenderOf, TriesAgainAfterABrokenConnectionWhenTheTransportSaysSo) {
  transport.then_fail(Error::from_errno(ECONNREFUSED, "connect"));
  EXPECT_TRUE(sender().export_spans(spans, 30s));
  transport.then_fail(Error(Errc::invalid_argument, "bad certificate"));
  EXPECT_FALSE(sender().export_spans(spans, 30s));
  EXPECT_EQ(transport.bodies.size(), 3u);
}

TEST_F(OtlpSenderOf, CountsPartialSuccessInTheFormatOfTheReply) {
  transport.then(200, "", R"({"partialSuccess":{"rejectedSpans":"2"}})", "application/json; charset=utf-8");
  OtlpSender s = sender();
  EXPECT_EQ(s.export_spans(spans, 30s)->rejected, 2u);
  transport.then(200, "", std::string("\x0a\x02\x08\x7f", 4), "application/x-protobuf");
  EXPECT_EQ(s.export_spans(spans, 30s)->rejected, 3u);  // no more than were sent
  EXPECT_EQ(s.figures().rejected, 5u);
  EXPECT_EQ(s.figures().bad_replies, 0u);
}

TEST_F(OtlpSenderOf, AReplyNobodyUnderstandsIsSuccessAllTheSame) {
  transport.then(200, "", "<html>hello</html>", "application/json");
  OtlpSender s = sender();
  EXPECT_TRUE(s.export_spans(spans, 30s));
  EXPECT_EQ(s.figures().bad_replies, 1u);
  EXPECT_EQ(s.figures().sent, 1u);
}

TEST_F(OtlpSenderOf, HalvesSpansUntilTheyFit) {
  spans = some(64);
  options.format = OtlpFormat::json;
  options.body_max = 2'000;
  OtlpSender s = sender();
  ASSERT_TRUE(s.export_spans(spans, 30s));
  EXPECT_GT(transport.bodies.size(), 1u);
  std::size_t at = 0;
  for (const std::string& body : transport.bodies) {
    EXPECT_LE(body.size(), 2'000u);
    while (body.find("\"span " + std::to_string(at) + '"') != std::string::npos) ++at;
  }
  EXPECT_EQ(at, 64u);
}

TEST_F(OtlpSenderOf, LosesOnlyTheSpanThatIsTooLarge) {
  options.body_max = 2'000;
  spans[1]->name = std::string(3'000, 'x');
  OtlpSender s = sender();
  const auto outcome = s.export_spans(spans, 30s);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->failed, 1u);
  const auto alone = s.export_spans({&spans[1], 1}, 30s);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code(), Errc::full);
}

TEST_F(OtlpSenderOf, CancelEndsItAndEverythingAfterIt) {
  OtlpSender s = sender();
  transport.answers.push_back([&s](const OtlpRequest&) -> Result<OtlpReply> {
    s.cancel();
    return OtlpReply{.status = 503, .content_type = {}, .retry_after = {}, .body = {}};
  });
  const auto cancelled = s.export_spans(spans, 30s);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code(), Errc::aborted);
  EXPECT_TRUE(transport.cancelled);
  EXPECT_EQ(s.export_spans(spans, 30s).error().code(), Errc::aborted);
  EXPECT_EQ(transport.bodies.size(), 1u);
}

TEST_F(OtlpSenderOf, SendsMetricsAndRefusesThoseThatAreTooLarge) {
  MetricSnapshot snapshot;
  snapshot.families.push_back({.info = {.name = "tea", .unit = "1", .description = "", .kind = MetricKind::gauge},
                               .points = {{.labels = {}, .value = std::int64_t{3}}, {.labels = {{"a", "b"}}, .value = 0.5}}});
  transport.then(200, "", R"({"partialSuccess":{"rejectedDataPoints":"9"}})", "application/json");
  OtlpSender s = sender();
  EXPECT_EQ(s.export_metrics(snapshot, 30s)->rejected, 2u);
  options.body_max = 10;
  EXPECT_EQ(sender().export_metrics(snapshot, 30s).error().code(), Errc::full);
  EXPECT_EQ(transport.bodies.size(), 1u);
}

TEST(OtlpMetricExporter, SaysWhatWentWrongAndCountsWhatWasRefused) {
  auto owned = std::make_unique<ScriptedTransport>();
  ScriptedTransport& transport = *owned;
  OtlpMetricExporter exporter(OtlpResource::make("tea").value(), std::move(owned), std::make_unique<ScriptedPause>(), {}, 20s);
  MetricSnapshot snapshot;
  snapshot.families.push_back({.info = {.name = "tea", .unit = "1", .description = "", .kind = MetricKind::gauge},
                               .points = {{.labels = {}, .value = std::int64_t{3}}}});
  transport.then(200, "", R"({"partialSuccess":{"rejectedDataPoints":"1"}})", "application/json").then(400);
  EXPECT_TRUE(exporter.export_metrics(snapshot));
  EXPECT_EQ(exporter.figures().rejected, 1u);
  const auto refused = exporter.export_metrics(snapshot);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context("status"), "400");
  exporter.cancel();
  EXPECT_EQ(exporter.export_metrics(snapshot).error().code(), Errc::aborted);
}

TEST(OtlpPause, CancelEndsAWaitAndTheNext) {
  const auto pause = make_otlp_pause();
  EXPECT_TRUE(pause->wait(1ms));
  pause->cancel();
  EXPECT_FALSE(pause->wait(1h));
  EXPECT_GT(pause->wall_now(), WallTime(1'700'000'000s));
  const Instant before = pause->now();
  EXPECT_LE(before, pause->now());
  const ManualWallClock wall_clock{WallTime{5s}};
  EXPECT_EQ(make_otlp_pause(&wall_clock)->wall_now(), WallTime{5s});
}

}  // namespace
}  // namespace millrace::observe
