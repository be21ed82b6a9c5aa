#include "cli/observation.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <millrace/js/runtime.h>
#include <millrace/loop.h>
#include <millrace/observe/console_sink.h>
#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_hub.h>
#include <millrace/observe/log_observer.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/observe/redacted.h>
#include <millrace/observe/slow_callbacks.h>
#include <millrace/observe/stall_detector.h>
#include <millrace/probe_list.h>
#include <millrace/signals.h>
#include <millrace/version.h>

#include "cli/dashboard_feed.h"
#include "cli/dashboard_module.h"
#include "js/host_files.h"

namespace millrace::cli {

namespace {

constexpr int kStandardError = 2;
/// What a stall is for the dashboard when --stall does not say: long enough for a person to notice.
constexpr Duration kDashboardStall = std::chrono::milliseconds(100);
/// Of so many timers one remembers where it was made: a page is opened to find that out, and a stack costs some microseconds.
constexpr std::uint32_t kSiteSampling = 1;
/// Far from those that threads libraries keep for themselves, at the beginning.
int stack_signal() { return SIGRTMAX - 3; }

/// Where the engine may be asked for JavaScript's stack without running slower, see js::Runtime::set_stack_interval().
constexpr Duration kStackIntervalMin = std::chrono::milliseconds(25);

/// A stack in one text, as a debugger would show it.
std::string stack_text(const std::vector<std::string>& frames, const std::string& missing) {
  std::string text;
  for (const std::string& frame : frames) text += (text.empty() ? "" : "\n") + frame;
  return text.empty() ? "(" + missing + ")" : text;
}

}  // namespace

struct Observation::Parts {
  Parts(const ObserveRequest& asked, const observe::Redactor* rules)
      : request(asked),
        redactor(rules),
        metrics(asked.dashboard ? observe::LoopMetricsPolicy{} : kOnlyAlive),
        feed(asked.dashboard ? std::make_unique<DashboardFeed>(metrics, rules) : nullptr),
        hub({.outputs = outputs(), .level = level_needed(), .redactor = rules}) {
    if (!feed) return;
    slow.emplace(observe::SlowCallbacksOptions{.threshold = stall_after(), .site_sampling = kSiteSampling, .redactor = rules});
    probes.emplace(std::initializer_list<Probe*>{&metrics, &*slow});
    feed->show_slow(*slow);
  }

  /// The stall detector needs no more than the probe's serial number.
  static constexpr observe::LoopMetricsPolicy kOnlyAlive{.sampling = {}, .cpu_sampling = 0};

  std::vector<observe::LogOutput> outputs() {
    std::vector<observe::LogOutput> all;
    if (prints())
      all.push_back({.sink = request.log_json ? static_cast<observe::LogSink*>(&json) : &console, .level = level_of(request)});
    if (feed) all.push_back({.sink = &feed->sink(), .name = "dashboard", .level = observe::LogLevel::warn});
    return all;
  }
  /// Whether callbacks that do not end are looked for, and from when on.
  [[nodiscard]] bool watches() const noexcept { return request.stall || feed; }
  [[nodiscard]] Duration stall_after() const noexcept { return request.stall.value_or(kDashboardStall); }
  [[nodiscard]] bool prints() const noexcept { return request.log || request.log_json || request.stall; }
  [[nodiscard]] observe::LogLevel level_needed() const noexcept {
    const observe::LogLevel printed = prints() ? level_of(request) : observe::LogLevel::off;
    return feed ? std::min(printed, observe::LogLevel::warn) : printed;
  }
  [[nodiscard]] bool tells_loop() const noexcept { return request.log || request.log_json || feed; }
  Result<void> start_board(Loop& loop);
  void uncaught(const js::UncaughtReport& report);

  /// Asked for in another way than --log, reports are warnings.
  static observe::LogLevel level_of(const ObserveRequest& asked) {
    return asked.log.value_or(asked.log_json ? observe::LogLevel::info : observe::LogLevel::warn);
  }
  void tell(const observe::Stall& stall) const {
    if (feed) feed->stalled(stall);
    if (!request.stall) return;
    if (stall.over)
      log.warn("the callback that was stuck has ended", observe::field("stall", stall.number),
               observe::field("lasted", stall.lasted));
    else
      log.warn("a callback is stuck", observe::field("stall", stall.number), observe::field("lasted", stall.lasted),
               observe::field("javascript", stack_text(stall.script_stack, stall.script_missing)),
               observe::field("stack", stack_text(stall.stack, stall.stack_missing)));
  }

  /// The correlation id of the error that is being told.
  struct Ids final : observe::LogIdSource {
    void fill(observe::LogIds& ids) const noexcept override { ids.correlation = correlation; }
    CorrelationId correlation{};
  };

  ObserveRequest request;
  const observe::Redactor* redactor;
  observe::ConsoleSink console;
  observe::JsonLinesSink json{kStandardError};
  observe::LoopMetrics metrics;
  std::optional<observe::SlowCallbacks> slow;  // with the dashboard
  std::optional<ProbeList> probes;             // of these two, then
  std::unique_ptr<observe::Dashboard> board;
  std::unique_ptr<DashboardFeed> feed;  // null: there is no dashboard
  observe::LogHub hub;
  observe::LogObserver observer{hub};
  observe::Logger log = hub.logger(observe::log_category::kLoop);
  Ids uncaught_ids;
  observe::Logger uncaught_log = hub.logger(DashboardFeed::kJavaScript).with_ids(uncaught_ids);
  SignalWatch report;
  std::unique_ptr<observe::StallDetector> detector;  // after what its reports use
  observe::StallDetector::Watch watch;
};

Observation::Observation(const ObserveRequest& request, const observe::Redactor* redactor)
    : parts_(std::make_unique<Parts>(request, redactor)) {}
Observation::~Observation() { detach(); }

LoopOptions Observation::options() {
  LoopOptions options;
  if (parts_->tells_loop()) options.observer = &parts_->observer;
  if (parts_->probes)
    options.probe = &*parts_->probes;
  else if (parts_->watches())
    options.probe = &parts_->metrics;
  return options;
}

Result<void> Observation::Parts::start_board(Loop& loop) {
  const DashboardRequest& asked = *request.dashboard;
  Result<std::unique_ptr<observe::Dashboard>> started =
      start_dashboard({.address = asked.address,
                       .port = asked.port,
                       .token = asked.token,
                       .title = request.title,
                       .details = "Millrace " + std::string(kVersion) + ", process " + std::to_string(getpid()),
                       .hub = &feed->hub(),
                       .interval = DashboardFeed::kInterval,
                       .redactor = redactor});
  if (!started) {
    // What is missing has a name on the command line.
    if (asked.token.empty() && started.error().code() == make_error_code(Errc::invalid_argument))
      return fail(started.error().wrap(
          Errc::invalid_argument,
          "--dashboard-address " + asked.address + ": give --dashboard-token TOKEN or set MILLRACE_DASHBOARD_TOKEN"));
    return fail(std::move(started).error());
  }
  board = *std::move(started);
  if (Result<void> attached = feed->attach(loop, *board); !attached) return attached;
  std::fprintf(stderr, "millrace: dashboard at %s\n", board->url().c_str());
  return {};
}

Result<void> Observation::attach(Loop& loop) {
  Parts& parts = *parts_;
  if (parts.request.report_on_signal) {
    Result<SignalWatch> report = SignalWatch::open(loop, SIGUSR2, [&loop, redactor = parts.redactor](int) {
      std::fputs(observe::redacted(loop.liveness().to_string(), redactor).c_str(), stderr);
    });
    if (!report) return fail(std::move(report.error()));
    parts.report = std::move(*report);
    parts.report.unref();
  }
  if (parts.feed) {
    if (Result<void> started = parts.start_board(loop); !started) return started;
  }
  if (parts.watches()) {
    const Duration threshold = parts.stall_after();
    Result<std::unique_ptr<observe::StallDetector>> detector =
        observe::StallDetector::start({.threshold = threshold,
                                       .repeat = std::max<Duration>(threshold, std::chrono::seconds(5)),
                                       .on_stall = [&parts](const observe::Stall& stall) { parts.tell(stall); },
                                       .stack_signal = stack_signal(),
                                       .redactor = parts.redactor});
    if (!detector) return fail(std::move(detector.error()));
    parts.detector = std::move(*detector);
    parts.watch = parts.detector->watch(parts.metrics, "main");
  }
  return {};
}

void Observation::program_begins() noexcept {
  if (!parts_->watches()) return;
  Probe& told = parts_->probes ? static_cast<Probe&>(*parts_->probes) : parts_->metrics;
  told.note_thread();
  told.note(Activity::working);  // until the loop's own run says otherwise
}

void Observation::runtime_is(js::Runtime* runtime) {
  Parts& parts = *parts_;
  if (parts.feed) parts.feed->set_runtime(runtime);
  if (parts.detector) parts.watch = parts.detector->watch(parts.metrics, "main", runtime == nullptr ? nullptr : runtime->stacks());
}

void Observation::Parts::uncaught(const js::UncaughtReport& told) {
  js::write_all(kStandardError, told.text);
  // The id is made here: what JavaScript throws has none. Under it the log tells of the same failure.
  uncaught_ids.correlation = Error(Errc::javascript_error, told.origin).correlation_id();
  feed->failed(told.origin, told.text, uncaught_ids.correlation);
  uncaught_log.error("uncaught error", observe::field("origin", told.origin));
}

void Observation::complete(js::RuntimeOptions& options) {
  Parts& parts = *parts_;
  if (parts.watches()) options.stack_interval = std::max<Duration>(parts.stall_after() / 4, kStackIntervalMin);
  if (!parts.feed) return;
  options.slow_callbacks = &*parts.slow;
  options.metrics = &parts.feed->runtime_metrics();
  options.output = [feed = parts.feed.get()](int fd, std::string_view bytes) {
    js::write_all(fd, bytes);
    if (fd == kStandardError) feed->program_wrote(bytes);
  };
  options.on_uncaught = [&parts](const js::UncaughtReport& report) { parts.uncaught(report); };
}

void Observation::detach() {
  parts_->watch = {};
  parts_->detector.reset();
  if (parts_->feed) parts_->feed->detach();
  if (parts_->board) parts_->board->stop();
  parts_->report = {};
}

}  // namespace millrace::cli
