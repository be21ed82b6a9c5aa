#include "cli/observation.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <millrace/loop.h>
#include <millrace/observe/console_sink.h>
#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_hub.h>
#include <millrace/observe/log_observer.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/observe/stall_detector.h>
#include <millrace/signals.h>

namespace millrace::cli {

namespace {

constexpr int kStandardError = 2;
/// Far from those that threads libraries keep for themselves, at the beginning.
int stack_signal() { return SIGRTMAX - 3; }

/// The stack in one text, as a debugger would show it.
std::string stack_text(const observe::Stall& stall) {
  std::string text;
  for (const std::string& frame : stall.stack) text += (text.empty() ? "" : "\n") + frame;
  return text.empty() ? "(" + stall.stack_missing + ")" : text;
}

}  // namespace

struct Observation::Parts {
  explicit Parts(const ObserveRequest& asked)
      : request(asked),
        hub({.outputs = {{request.log_json ? static_cast<observe::LogSink*>(&json) : &console}}, .level = level_of(asked)}) {}

  /// Asked for in another way than --log, reports are warnings.
  static observe::LogLevel level_of(const ObserveRequest& asked) {
    return asked.log.value_or(asked.log_json ? observe::LogLevel::info : observe::LogLevel::warn);
  }
  void tell(const observe::Stall& stall) const {
    if (stall.over)
      log.warn("the callback that was stuck has ended", observe::field("stall", stall.number),
               observe::field("lasted", stall.lasted));
    else
      log.warn("a callback is stuck", observe::field("stall", stall.number), observe::field("lasted", stall.lasted),
               observe::field("stack", stack_text(stall)));
  }

  ObserveRequest request;
  observe::ConsoleSink console;
  observe::JsonLinesSink json{kStandardError};
  observe::LogHub hub;
  observe::LogObserver observer{hub};
  observe::Logger log = hub.logger(observe::log_category::kLoop);
  /// Nothing is sampled: the detector needs no more than the probe's serial number.
  observe::LoopMetrics metrics{{.sampling = {}, .cpu_sampling = 0}};
  SignalWatch report;
  std::unique_ptr<observe::StallDetector> detector;  // after what its reports use
  observe::StallDetector::Watch watch;
};

Observation::Observation(const ObserveRequest& request) : parts_(std::make_unique<Parts>(request)) {}
Observation::~Observation() { detach(); }

LoopOptions Observation::options() {
  LoopOptions options;
  if (parts_->request.log || parts_->request.log_json) options.observer = &parts_->observer;
  if (parts_->request.stall) options.probe = &parts_->metrics;
  return options;
}

Result<void> Observation::attach(Loop& loop) {
  Parts& parts = *parts_;
  if (parts.request.report_on_signal) {
    Result<SignalWatch> report =
        SignalWatch::open(loop, SIGUSR2, [&loop](int) { std::fputs(loop.liveness().to_string().c_str(), stderr); });
    if (!report) return fail(std::move(report.error()));
    parts.report = std::move(*report);
    parts.report.unref();
  }
  if (parts.request.stall) {
    Result<std::unique_ptr<observe::StallDetector>> detector =
        observe::StallDetector::start({.threshold = *parts.request.stall,
                                       .repeat = std::max<Duration>(*parts.request.stall, std::chrono::seconds(5)),
                                       .on_stall = [&parts](const observe::Stall& stall) { parts.tell(stall); },
                                       .stack_signal = stack_signal()});
    if (!detector) return fail(std::move(detector.error()));
    parts.detector = std::move(*detector);
    parts.watch = parts.detector->watch(parts.metrics, "main");
  }
  return {};
}

void Observation::program_begins() noexcept {
  if (!parts_->request.stall) return;
  parts_->metrics.note_thread();
  parts_->metrics.note(Activity::working);  // until the loop's own run says otherwise
}

void Observation::detach() {
  parts_->watch = {};
  parts_->detector.reset();
  parts_->report = {};
}

}  // namespace millrace::cli
