// Every way out of the process, and the secrets that are sent through it. A way out that is added to the library is added to paths().
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <millrace/observe/console_sink.h>
#include <millrace/observe/exporter.h>
#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_hub.h>
#include <millrace/observe/log_observer.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/otlp.h>
#include <millrace/observe/prometheus.h>
#include <millrace/observe/queue_sink.h>
#include <millrace/observe/redacted.h>
#include <millrace/observe/redaction.h>
#include <millrace/observe/ring_sink.h>
#include <millrace/observe/slow_callbacks.h>
#include <millrace/observe/span_batch.h>
#include <millrace/observe/stall_detector.h>
#include <millrace/observe/trace.h>
#if __has_include(<spdlog/sinks/ostream_sink.h>) && defined(MILLRACE_TEST_SPDLOG)
#include <millrace/observe/spdlog_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#endif
#ifdef MILLRACE_TEST_AUDIT
#include <fstream>
#include <iterator>

#include <millrace/observe/audit_log.h>

#include "support/temporary_folder.h"
#endif
#ifdef MILLRACE_TEST_HTTP
#include <millrace/observe/dashboard.h>
#include <millrace/observe/prometheus_endpoint.h>

#include "observe/http_client.h"
#endif

namespace millrace::observe::ways_out {

using namespace std::chrono_literals;

inline constexpr const char* kCard = "4111111111111111";
inline constexpr std::int64_t kCardNumber = 4111111111111111;
inline constexpr const char* kEmail = "joe@example.com";
inline constexpr const char* kHidden = "hidden-hunter2";  // nothing in it says that it is a secret; only its name does

inline const Redactor& redactor() {
  static const std::unique_ptr<Redactor> made =
      make_redactor({.presets = {RedactionPreset::card, RedactionPreset::email, RedactionPreset::secrets}}).value();
  return *made;
}

inline Error failure() {
  return Error::from_exception(std::make_exception_ptr(std::runtime_error(std::string("inner ") + kCard)))
      .with("password", kHidden)
      .with("mail", kEmail)
      .wrap(Errc::closed, std::string("middle of ") + kEmail)
      .with("card", kCard)
      .wrap(Errc::timed_out, "outer");
}

/// Everything a host's own sink can read of a value.
inline void append(std::string& out, const LogValue& value) {
  switch (value.kind()) {
    case LogKind::text: out += value.as_text(); break;
    case LogKind::integer: out += std::to_string(value.as_integer()); break;
    case LogKind::unsigned_integer: out += std::to_string(value.as_unsigned()); break;
    case LogKind::number: out += std::to_string(value.as_number()); break;
    case LogKind::error:
      out += value.as_error().to_long_string();
      for (const Error* each = &value.as_error(); each != nullptr; each = each->cause()) EXPECT_EQ(each->exception(), nullptr);
      break;
    case LogKind::object:
      for (const LogField& field : value.as_object()) append(out.append("\n").append(field.key).append("="), field.value);
      break;
    case LogKind::list:
      for (const LogValue& each : value.as_list()) append(out += ",", each);
      break;
    default: out += "?";
  }
}

struct Lines {
  std::mutex mutex;
  std::string text;
  void take(const LogRecord& record) {
    const std::scoped_lock lock(mutex);
    text += std::string(record.category) + std::string(record.message);
    append(text, LogValue::of_object(record.bound));
    append(text, LogValue::of_object(record.fields));
    text += record.json();
    text += record.text();
    text += StoredLogRecord(record).record().json();
  }
};

inline void log_secrets(LogSink& sink) {
  LogHub hub({.outputs = {{.sink = &sink}}, .rate_limit = LogRateLimit{.per_second = 1, .burst = 3}, .redactor = &redactor()});
  const Logger log = hub.logger(std::string("category of ") + kEmail).child(field("account", kCard), field("password", kHidden));
  const std::map<std::string, std::string> pairs{{kEmail, kCard}, {"password", kHidden}};
  for (int i = 0; i < 6; ++i)
    log.info(std::string("message to ") + kEmail, field("whole", kCardNumber),
             field("unsigned", static_cast<std::uint64_t>(kCardNumber)), field("real", static_cast<double>(kCardNumber)),
             field("password", 12345), field("error", failure()),
             field("deep", object(field("api_key", kHidden),
                                  field("deeper", object(field("list", list(1, kEmail, object(field("x", kCard)))))))),
             field("pairs", pairs), field("lazy", [] { return std::string(kCard); }), [](LogFields& out) {
               out.add("added", kEmail).add("client_secret", kHidden);
               throw std::runtime_error(kCard);
             });
  log.with_category(kEmail).fatal("bound anew", field("account", kEmail));
  log.child(field("mail", kEmail)).fatal("bound once more");
  LogObserver observer(hub);
  observer.rejection_unhandled(failure());
  observer.task_failed(failure());
  static_cast<void>(hub.flush());
}

/// What arrives in a file that a sink writes to.
inline std::string written(const std::function<void(int fd)>& use) {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) return "(no file)";
  use(fileno(file));
  std::string text;
  std::rewind(file);
  for (int c = 0; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

class TakingTransport final : public OtlpTransport {
 public:
  explicit TakingTransport(std::shared_ptr<std::string> to) : taken(std::move(to)) {}
  Result<OtlpReply> post(const OtlpRequest& request) override {
    taken->append(request.body);
    return OtlpReply{.status = 200, .content_type = {}, .retry_after = {}, .body = {}};
  }
  std::shared_ptr<std::string> taken;
};

inline void make_span(SpanSink& sink) {
  const SteadyClock clock;
  const SystemWallClock wall;
  Tracer tracer({.clock = clock, .wall = wall, .sink = sink}, {.redactor = &redactor()});
  SpanContext remote;
  remote.trace = {1, 2};
  remote.span = {3};
  remote.flags = TraceFlags::kSampled;
  remote.remote = true;
  remote.state = TraceState::parse(std::string("a=") + kEmail + ",cookie=" + kHidden + ",b=1").value();
  const SpanAttribute given[] = {{"mail", kEmail}, {"password", kHidden}, {"card", kCardNumber}};
  Span span = tracer.start(std::string("GET /") + kEmail, remote, {.attributes = given});
  span.set("texts", std::vector<std::string>{"x", kCard})
      .set("numbers", std::vector<std::int64_t>{1, kCardNumber})
      .set("real", static_cast<double>(kCardNumber))
      .set("db.password", kHidden);
  span.add_event(std::string("sent to ") + kEmail, given);
  span.add_link(remote, given);
  span.record_error(failure());
  span.set_status(SpanStatus::error, std::string("no ") + kCard);
}

inline OtlpResource resource() {
  return OtlpResource::make(std::string("shop of ") + kEmail, {{"api_key", kHidden}, {"card", kCard}}).value();
}

struct Metrics {
  MetricsHub hub{{.resource = {{"service.name", kEmail}, {"password", kHidden}},
                  .constant_labels = {{"card", kCard}},
                  .redactor = &redactor()}};
  MetricsRegistry registry;
  MetricsHub::Registration registration = hub.add(registry, {{"owner", kEmail}}).value();
  Metrics() {
    const Counter requests = registry.counter({.name = "requests", .description = std::string("ask ") + kEmail}).value();
    requests.with({{"user", kEmail}, {"password", kHidden}}).value().add(2);
    requests.with({{"user", "ann@example.com"}, {"password", "other"}}).value().add(3);
    const HistogramInstrument sizes = registry.histogram({.name = "sizes"}).value();
    sizes.with({{"user", kEmail}}).value().record(std::uint64_t{1});
    sizes.with({{"user", "ann@example.com"}}).value().record(std::uint64_t{2});
    const Gauge gauge = registry.gauge({.name = "level"}).value();
    gauge.with({{"user", kEmail}}).value().set(1);
    gauge.with({{"user", "ann@example.com"}}).value().set(2);
  }
};

inline std::string prometheus(const MetricSnapshot& snapshot) {
  return to_prometheus(snapshot, PrometheusFormat::text_0_0_4).text +
         to_prometheus(snapshot, PrometheusFormat::openmetrics_1_0).text;
}

inline std::string stall_text(const Stall& stall) {
  std::string text = stall.loop + stall.stack_missing + stall.script_missing;
  for (const std::string& frame : stall.stack) text += frame;
  for (const std::string& frame : stall.script_stack) text += frame;
  return text;
}

class Frames final : public StackSource {
 public:
  Result<std::vector<std::string>> take(std::size_t, Duration) override {
    if (++calls % 2 == 0) return fail(Errc::timed_out, std::string("not for ") + kEmail);
    return std::vector<std::string>{std::string("f (") + kEmail + ".js:1)", std::string("password=") + kHidden};
  }
  int calls = 0;
};
class WorkingProbe final : public Probe {
 public:
  WorkingProbe() {
    set_on(true);
    note(Activity::working);
  }
  void entered(Instant) noexcept override {}
  void left(Instant, const LoopFigures&, const LoopDepths&) noexcept override {}
  void closed(const LoopFigures&, const LoopDepths&) noexcept override {}
  void task_begins(millrace::Work) noexcept override {}
  void task(const TaskMeasure&) noexcept override {}
  void tick(Instant, Duration) noexcept override {}
  void post_waited(Instant, Duration, std::uint64_t) noexcept override {}
  void state(Instant, bool, const LoopFigures&, const LoopDepths&) noexcept override {}
  void woke(Instant) noexcept override {}
};

/// Name of the class or function that is the last before the way out -> what left.
inline std::map<std::string, std::function<std::string()>> paths() {
  std::map<std::string, std::function<std::string()>> all;
  all["ConsoleSink"] = [] {
    return written([](int fd) {
      ConsoleSink sink(fd);
      log_secrets(sink);
    });
  };
  all["JsonLinesSink"] = [] {
    return written([](int fd) {
      JsonLinesSink sink(fd);
      log_secrets(sink);
    });
  };
  all["CallbackSink"] = [] {
    Lines lines;
    CallbackSink sink([&](const LogRecord& record) { lines.take(record); });
    log_secrets(sink);
    return lines.text;
  };
  all["QueueSink"] = [] {
    Lines lines;
    CallbackSink inner([&](const LogRecord& record) { lines.take(record); });
    QueueSink sink(inner);
    log_secrets(sink);
    static_cast<void>(sink.flush(20s));
    return lines.text;
  };
  all["RingSink"] = [] {
    RingSink sink;
    log_secrets(sink);
    std::string text = written([&](int fd) { sink.dump(fd); });
    for (const std::string& line : sink.lines()) text += line;
    return text;
  };
#if __has_include(<spdlog/sinks/ostream_sink.h>) && defined(MILLRACE_TEST_SPDLOG)
  all["SpdlogSink"] = [] {
    std::ostringstream out;
    SpdlogSink sink(std::make_shared<spdlog::logger>("x", std::make_shared<spdlog::sinks::ostream_sink_mt>(out)));
    log_secrets(sink);
    return out.str();
  };
#endif
  all["SpanList"] = [] {
    SpanList list;
    make_span(list);
    const auto spans = list.take();
    const OtlpResource nobody = OtlpResource::make("x").value();
    std::string text = encode_spans(nobody, spans, OtlpFormat::json) + encode_spans(nobody, spans, OtlpFormat::protobuf);
    for (const auto& span : spans) text += span->context.state.text();
    return text;
  };
  const auto by_otlp = [] {
    const auto taken = std::make_shared<std::string>();
    for (const OtlpFormat format : {OtlpFormat::json, OtlpFormat::protobuf}) {
      TakingTransport transport(taken);
      const auto pause = make_otlp_pause();
      OtlpSender sender(resource(), transport, *pause, {.format = format, .redactor = &redactor()});
      SpanBatch batch(sender);
      make_span(batch);
      EXPECT_TRUE(batch.shutdown(20s));
    }
    return *taken;
  };
  all["SpanBatch"] = by_otlp;
  all["OtlpSender"] = by_otlp;
  all["OtlpMetricExporter"] = [] {
    const auto taken = std::make_shared<std::string>();
    const Metrics metrics;
    for (const OtlpFormat format : {OtlpFormat::json, OtlpFormat::protobuf}) {
      PeriodicExporter exporter(
          metrics.hub, std::make_shared<OtlpMetricExporter>(resource(), std::make_unique<TakingTransport>(taken), make_otlp_pause(),
                                                            OtlpSenderOptions{.format = format, .redactor = &redactor()}));
      EXPECT_TRUE(exporter.flush(20s));
    }
    return *taken;
  };
  all["CallbackExporter"] = [] {
    std::string text;
    const Metrics metrics;
    PeriodicExporter exporter(metrics.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot& snapshot) {
                                text = prometheus(snapshot);
                                for (const MetricFamily& family : snapshot.families) text += family.info.description;
                              }));
    EXPECT_TRUE(exporter.flush(20s));
    EXPECT_TRUE(exporter.close());
    return text;
  };
  all["to_prometheus"] = [] { return prometheus(Metrics().hub.collect()); };
  all["StallDetector"] = [] {
    std::string text;
    std::counting_semaphore<> told{0};
    const WorkingProbe probe;
    auto detector = StallDetector::start({.threshold = 1ms,
                                          .repeat = 1ms,
                                          .on_stall =
                                              [&](const Stall& stall) {
                                                text += stall_text(stall);
                                                told.release();
                                              },
                                          .redactor = &redactor()})
                        .value();
    auto watch = detector->watch(probe, std::string("loop of ") + kEmail, std::make_shared<Frames>());
    for (int reports = 0; reports < 2; ++reports) EXPECT_TRUE(told.try_acquire_for(20s));
    watch = {};
    detector.reset();
    return text;
  };
  all["SlowCallbacks"] = [] {
    std::string text;
    SlowCallbacks slow(
        {.threshold = 1ms, .on_slow = [&](const SlowCallback& one) { text += one.site.text(); }, .redactor = &redactor()});
    slow.inner(millrace::Work::timer, 5ms,
               {.file = std::string(kEmail) + ".js", .function = std::string("pay ") + kCard, .line = 1}, {});
    for (const SlowCallback& one : slow.recent()) text += one.site.text();
    return text;
  };
  all["redacted"] = [] {
    return redacted(failure(), &redactor()).to_long_string() + redacted(std::string("to ") + kEmail, &redactor()) +
           redacted("password", kHidden, &redactor());
  };
#ifdef MILLRACE_TEST_AUDIT
  all["AuditLog"] = [] {
    const millrace::testing::TemporaryFolder folder;
    const std::string file = (folder.path / "audit.log").string();
    {
      const auto log = AuditLog::open(file, {.redactor = &redactor()}).value();
      const std::string about = std::string("by ") + kEmail, paid = std::string("with ") + kCard;
      const std::array<AuditField, 3> fields{{{"about", about}, {"paid", paid}, {"password", kHidden}}};
      log->append({.kind = "timer.created", .actor = kEmail, .id = kCard, .fields = fields});
      EXPECT_TRUE(log->close(20s));
    }
    std::ifstream read(file);
    return std::string(std::istreambuf_iterator<char>(read), {});
  };
#endif
#ifdef MILLRACE_TEST_HTTP
  all["PrometheusEndpoint"] = [] {
    const Metrics metrics;
    const auto endpoint = PrometheusEndpoint::start(metrics.hub).value();
    return get(endpoint.port(), "/metrics");
  };
  all["HttpDashboard"] = [] {
    const Metrics metrics;
    const auto board = Dashboard::start({.token = "a-token-of-this-test",
                                         .title = std::string("of ") + kEmail,
                                         .details = kCard,
                                         .hub = &metrics.hub,
                                         .redactor = &redactor()})
                           .value();
    DashboardFrame frame;
    frame.state = kEmail;
    frame.queues = {{.name = kEmail}};
    frame.handles = {{.kind = kCard, .what = kEmail}};
    frame.slow = {{.kind = kCard, .site = kEmail}};
    frame.errors = {{.category = kEmail, .message = std::string("password=") + kHidden}};
    board->publish(frame);
    board->stalled({.loop = kEmail,
                    .number = 1,
                    .stack = {kCard},
                    .stack_missing = kEmail,
                    .script_stack = {kEmail},
                    .script_missing = kCard});
    const std::string headers = "Host: localhost\r\nAuthorization: Bearer a-token-of-this-test\r\n\r\n";
    std::string text;
    for (const char* path : {"/api/snapshot", "/metrics"})
      text += round_trip(board->port(), std::string("GET ") + path + " HTTP/1.1\r\n" + headers);
    const HttpClient events(board->port());
    events.send("GET /api/events HTTP/1.1\r\n" + headers);
    text += events.receive("event: frame");
    return text;
  };
#endif
  return all;
}

}  // namespace millrace::observe::ways_out
