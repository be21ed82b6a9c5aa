#include "cli/subset/observation.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <utility>

#include <millrace/loop.h>
#include <millrace/observe/console_sink.h>
#include <millrace/observe/exporter.h>
#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_hub.h>
#include <millrace/observe/log_observer.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/otlp.h>
#include <millrace/observe/prometheus.h>
#include <millrace/observe/redacted.h>
#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>
#include <millrace/signals.h>
#include <millrace/version.h>
#ifdef MILLRACE_HTTP
#include <millrace/observe/prometheus_endpoint.h>
#endif
#ifdef MILLRACE_OTLP
#include <millrace/observe/otlp_http.h>
#endif

#include "cli/shared_flags.h"

namespace millrace::cli {
namespace {

constexpr int kStandardError = 2;
constexpr const char* kService = "millrace-subset";
/// What --otlp without a URL stands for.
constexpr std::string_view kFromEnvironment = "environment";

#ifdef MILLRACE_OTLP
/// The environment, with an address from the command line in place of what it says of addresses.
observe::EnvironmentReader environment_with(const std::string& url) {
  observe::EnvironmentReader environment = observe::process_environment();
  if (url == kFromEnvironment) return environment;
  return [environment, url](const std::string& name) -> std::optional<std::string> {
    if (name == "OTEL_EXPORTER_OTLP_ENDPOINT") return url;
    if (name == "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" || name == "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") return std::nullopt;
    return environment(name);
  };
}
#endif

}  // namespace

void add_observation_flags(CLI::App& app, ObservationFlags& flags) {
  add_log_flags(app, "phases and tables", flags.log, flags.log_json);
  app.add_flag("--report-on-signal", flags.report_on_signal, "On SIGUSR2, print what the copy waits for");
  app.add_option("--metrics-port", flags.metrics_port,
                 "Answer Prometheus at http://127.0.0.1:PORT/metrics while the copy runs; 0: a free port, which is printed")
      ->type_name("PORT");
  app.add_option("--metrics-file", flags.metrics_file, "Write metrics to this file in the end, in the text format of Prometheus")
      ->type_name("FILE");
  app.add_flag("--otlp{environment}", flags.otlp,
               "Send traces and metrics by OTLP over HTTP: to http://localhost:4318, or where OTEL_EXPORTER_OTLP_ENDPOINT and its "
               "like say. --otlp=URL: there")
      ->type_name("[=URL]");
  add_redaction_flags(app, "messages, progress, report, log, metrics and traces", flags.redaction);
}

struct CopyWatch::Parts {
  Parts(const ObservationFlags& asked, const observe::Redactor* rules) : flags(asked), redactor(rules) {
    if (flags.logs()) {
      observe::LogSink* const sink = flags.log_json ? static_cast<observe::LogSink*>(&json) : &console;
      hub.emplace(observe::LogOptions{.outputs = {{.sink = sink}},
                                      .level = observe::parse_log_level(flags.log).value_or(observe::LogLevel::info),
                                      .redactor = redactor});
      observer.emplace(*hub);
      log = hub->logger(observe::log_category::kSubset);
    }
    if (!flags.metrics_port && flags.metrics_file.empty() && !flags.otlp) return;
    registry.emplace();
    metrics.emplace(observe::MetricsHubOptions{.resource = {{"service.name", kService}, {"service.version", std::string(kVersion)}},
                                               .redactor = redactor});
  }

  Result<void> start();
  Result<void> start_endpoint();
  Result<void> start_otlp();
  void write_metrics() const;
  void complain(const std::string& what, const Error& error) const {
    std::fprintf(stderr, "millrace: %s: %s\n", what.c_str(), observe::redacted(error.to_string(), redactor).c_str());
  }

  // In the order in which they lean on each other: what comes later goes first.
  ObservationFlags flags;
  const observe::Redactor* redactor;
  SteadyClock clock{};
  observe::SystemWallClock wall{};
  observe::ConsoleSink console{};
  observe::JsonLinesSink json{kStandardError};
  std::optional<observe::LogHub> hub{};
  std::optional<observe::LogObserver> observer{};
  observe::Logger log{};
  std::optional<observe::MetricsRegistry> registry{};
  std::optional<observe::MetricsHub> metrics{};
  observe::MetricsHub::Registration registration{};
#ifdef MILLRACE_HTTP
  std::optional<observe::PrometheusEndpoint> endpoint{};
#endif
  std::unique_ptr<observe::OtlpTransport> transport{};
  std::unique_ptr<observe::OtlpPause> pause{};
  std::optional<observe::OtlpSender> sender{};
  std::optional<observe::SpanBatch> batch{};
  std::optional<observe::Tracer> tracer{};
  std::optional<observe::PeriodicExporter> exporter{};
  SignalWatch report{};
  std::optional<subset::Phase> phase{};
  std::optional<std::size_t> table{};
};

Result<void> CopyWatch::Parts::start() {
  if (metrics) {
    Result<observe::MetricsHub::Registration> added = metrics->add(*registry);
    if (!added) return fail(std::move(added).error());
    registration = *std::move(added);
  }
  if (flags.metrics_port)
    if (Result<void> good = start_endpoint(); !good) return good;
  return flags.otlp ? start_otlp() : Result<void>();
}

Result<void> CopyWatch::Parts::start_endpoint() {
#ifdef MILLRACE_HTTP
  Result<observe::PrometheusEndpoint> started = observe::PrometheusEndpoint::start(*metrics, {.port = *flags.metrics_port});
  if (!started) return fail(std::move(started).error());
  endpoint.emplace(*std::move(started));
  std::fprintf(stderr, "millrace: metrics at http://127.0.0.1:%u/metrics\n", static_cast<unsigned>(endpoint->port()));
  return {};
#else
  return fail(Errc::unsupported, "--metrics-port: this build was made without cpp-httplib (libcpp-httplib-dev)");
#endif
}

Result<void> CopyWatch::Parts::start_otlp() {
#ifdef MILLRACE_OTLP
  const observe::EnvironmentReader environment = environment_with(*flags.otlp);
  observe::OtlpEnvironment usual;
  usual.sender.redactor = redactor;
  Result<observe::OtlpEnvironment> settings = observe::otlp_from_environment(environment, std::move(usual));
  if (!settings) return fail(std::move(settings).error());
  const Result<observe::OtlpResource> resource = observe::OtlpResource::from_environment(environment, kService);
  if (!resource) return fail(resource.error());
  Result<std::unique_ptr<observe::OtlpTransport>> for_spans = observe::make_otlp_http(settings->http);
  if (!for_spans) return fail(std::move(for_spans).error());
  Result<std::unique_ptr<observe::OtlpTransport>> for_metrics = observe::make_otlp_http(settings->http);
  if (!for_metrics) return fail(std::move(for_metrics).error());
  transport = *std::move(for_spans);
  pause = observe::make_otlp_pause();
  sender.emplace(*resource, *transport, *pause, settings->sender);
  batch.emplace(*sender);
  tracer.emplace(observe::TracerDeps{.clock = clock, .wall = wall, .sink = *batch}, observe::TracerOptions{.redactor = redactor});
  exporter.emplace(*metrics,
                   std::make_shared<observe::OtlpMetricExporter>(*resource, *std::move(for_metrics), observe::make_otlp_pause(),
                                                                 settings->sender, kCloseLimit),
                   observe::PeriodicExporterOptions{.close_limit = kCloseLimit});
  return {};
#else
  return fail(Errc::unsupported, "--otlp: this build was made without libcurl and zlib (libcurl4-openssl-dev, zlib1g-dev)");
#endif
}

/// In one piece: who collects such files reads them at any time.
void CopyWatch::Parts::write_metrics() const {
  const std::string text = to_prometheus(metrics->collect(), observe::PrometheusFormat::text_0_0_4).text;
  const std::string part = flags.metrics_file + ".part";
  errno = 0;
  std::ofstream file(part, std::ios::binary);
  file << text << std::flush;
  file.close();
  if (file && std::rename(part.c_str(), flags.metrics_file.c_str()) == 0) return;
  complain("metrics were not written", Error::from_errno(errno == 0 ? EIO : errno, "writing " + flags.metrics_file));
}

CopyWatch::CopyWatch(const ObservationFlags& flags, const observe::Redactor* redactor)
    : parts_(std::make_unique<Parts>(flags, redactor)) {}
CopyWatch::~CopyWatch() = default;

LoopOptions CopyWatch::loop_options() {
  LoopOptions options{.clock = &parts_->clock};
  if (parts_->observer) options.observer = &*parts_->observer;
  return options;
}

Result<void> CopyWatch::attach(Loop& loop) {
  if (!parts_->flags.report_on_signal) return parts_->start();
  const auto tell = [&loop, redactor = parts_->redactor](int) {
    std::fputs(observe::redacted(loop.liveness().to_string(), redactor).c_str(), stderr);
  };
  Result<SignalWatch> watch = SignalWatch::open(loop, SIGUSR2, tell);
  if (!watch) return fail(std::move(watch).error());
  parts_->report = *std::move(watch);
  parts_->report.unref();
  return parts_->start();  // and its threads, which the signal must not end
}

void CopyWatch::complete(subset::CopyOptions& options) {
  options.redactor = parts_->redactor;
  if (parts_->registry) options.metrics = &*parts_->registry;
  if (parts_->tracer) options.tracer = &*parts_->tracer;
}

void CopyWatch::progress(const subset::Progress& progress) {
  if (parts_->phase != progress.phase) {
    parts_->phase = progress.phase;
    parts_->log.info("phase", observe::field("phase", to_string(progress.phase)), observe::field("keys", progress.keys),
                     observe::field("rows", progress.rows()));
  }
  if (!progress.current || parts_->table == progress.current || *progress.current >= progress.tables.size()) return;
  parts_->table = progress.current;
  const subset::TableProgress& table = progress.tables[*progress.current];
  parts_->log.debug("table", observe::field("table", table.table), observe::field("planned", table.planned));
}

void CopyWatch::ended(const Result<subset::Report>& report) {
  if (!report) return parts_->log.error("the copy failed", observe::field("error", report.error()));
  std::uint64_t rows = 0, bytes = 0;
  for (const subset::TableReport& table : report->tables) {
    rows += table.rows;
    bytes += table.bytes;
  }
  parts_->log.info("copied", observe::field("rows", rows), observe::field("bytes", bytes), observe::field("took", report->total),
                   observe::field("complete", report->complete()));
}

void CopyWatch::detach() { parts_->report = {}; }

void CopyWatch::close() {
  Parts& parts = *parts_;
  if (!parts.flags.metrics_file.empty()) parts.write_metrics();
#ifdef MILLRACE_HTTP
  if (parts.endpoint) parts.endpoint->stop();
#endif
  if (parts.batch) {
    const Result<void> sent = parts.batch->shutdown(kCloseLimit);
    if (const std::optional<Error> error = parts.batch->last_error(); error || !sent)
      parts.complain("not all traces were sent", error ? *error : sent.error());
  }
  if (parts.exporter) {
    const Result<void> sent = parts.exporter->close();
    if (const std::optional<Error> error = parts.exporter->figures().last_error; error || !sent)
      parts.complain("not all metrics were sent", error ? *error : sent.error());
  }
}

}  // namespace millrace::cli
