// Does with the tracing and metrics API what the lines on its standard input say, exports by OTLP as the environment says, and prints what
// came of it. Texts are hexadecimal, so that they may hold anything.
//
//   span ID PARENT|- KIND NAME        attr ID KEY bool|int|double|text|texts|ints|doubles|bools VALUE...
//   event ID NAME [KEY TEXT]          link ID OTHER          status ID unset|ok|error MESSAGE
//   end ID                            ids ID                 prints trace, span and parent header
//   remote ID TRACEPARENT TRACESTATE|-   a span of another process, for PARENT and OTHER
//   counter|updown|gauge NAME UNIT int|double VALUE KEY TEXT
//   histogram NAME UNIT PER_UNIT VALUE...
//   flush                             push                   both print figures
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <millrace/observe/otlp_http.h>
#include <millrace/observe/trace.h>

namespace {

using namespace millrace;
using namespace millrace::observe;
using namespace std::chrono_literals;

constexpr Duration kPatience = 20s;

std::string text_of(const std::string& hex) {
  std::string text;
  if (hex == "-") return text;  // an empty text
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) text += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return text;
}
std::string next(std::istream& words) {
  std::string word;
  words >> word;
  return word;
}
template <typename T>
std::vector<T> rest(std::istream& words) {
  std::vector<T> values;
  for (T value; words >> value;) values.push_back(value);
  return values;
}

SpanValue value_of(const std::string& type, std::istream& words) {
  if (type == "bool") return next(words) == "true";
  if (type == "int") return std::stoll(next(words));
  if (type == "double") return std::strtod(next(words).c_str(), nullptr);
  if (type == "text") return text_of(next(words));
  if (type == "ints") return rest<std::int64_t>(words);
  if (type == "doubles") return rest<double>(words);
  std::vector<std::string> texts = rest<std::string>(words);
  if (type == "bools") {
    std::vector<bool> values;
    for (const std::string& word : texts) values.push_back(word == "true");
    return values;
  }
  for (std::string& word : texts) word = text_of(word);
  return texts;
}

class Driver {
 public:
  explicit Driver(OtlpResource resource, const OtlpEnvironment& environment)
      : transport_(make_otlp_http(environment.http).value()),
        span_sender_(resource, *transport_, *pause_, environment.sender),
        metrics_(resource, make_otlp_http(environment.http).value(), make_otlp_pause(), environment.sender, kPatience),
        batch_(span_sender_, {.queue_max = 8192, .batch_max = 4096, .interval = 1h, .export_time_max = kPatience}) {}

  void obey(const std::string& line) {
    std::istringstream words(line);
    const std::string what = next(words);
    if (what == "flush") {
      (void)batch_.flush(kPatience);
      const SpanBatchFigures f = batch_.figures();
      tell("exported", f.exported, f.rejected, f.failed, span_sender_.figures(), batch_.last_error());
    } else if (what == "push") {
      const auto exported = metrics_.export_metrics(snapshot_);
      const OtlpSenderFigures f = metrics_.figures();
      tell("exported", f.sent, f.rejected, f.failed, f, exported ? std::nullopt : std::optional(exported.error()));
    } else if (what == "counter" || what == "updown" || what == "gauge") {
      number(what, words);
    } else if (what == "histogram") {
      histogram(words);
    } else if (what == "remote") {
      const std::string id = next(words), parent = next(words), state = next(words);
      const std::string_view states[] = {state == "-" ? std::string_view() : std::string_view(state)};
      remotes_[id] = extract_context(parent, states).value();
    } else {
      span(what, next(words), words);
    }
  }

 private:
  void span(const std::string& what, const std::string& id, std::istream& words) {
    if (what == "span") {
      const std::string parent = next(words);
      const SpanOptions options{.kind = static_cast<SpanKind>(std::stoi(next(words)))};
      const Context context = parent == "-" ? Context() : with_span(Context(), context_of(parent));
      spans_[id] = tracer_.start(text_of(next(words)), context, options);
      return;
    }
    Span& span = spans_.at(id);
    if (what == "attr") {
      const std::string key = text_of(next(words)), type = next(words);
      span.set(key, value_of(type, words));
    } else if (what == "event") {
      const std::string name = text_of(next(words)), key = next(words), value = next(words);
      const SpanAttribute attribute{text_of(key), text_of(value)};
      span.add_event(name, {&attribute, key.empty() ? 0U : 1U});
    } else if (what == "link") {
      span.add_link(context_of(next(words)));
    } else if (what == "status") {
      const std::string status = next(words);
      span.set_status(status == "ok"      ? SpanStatus::ok
                      : status == "error" ? SpanStatus::error
                                          : SpanStatus::unset,
                      text_of(next(words)));
    } else if (what == "end") {
      span.end();
    } else if (what == "ids") {
      std::cout << inject_context(span.context()).traceparent << ' ' << span.context().span.to_string() << std::endl;
    } else {
      std::cerr << "no such command: " << what << '\n';
      std::exit(1);
    }
  }
  SpanContext context_of(const std::string& id) {
    const auto remote = remotes_.find(id);
    return remote != remotes_.end() ? remote->second : spans_.at(id).context();
  }

  MetricFamily& family(const std::string& name, const std::string& unit, MetricKind kind) {
    for (MetricFamily& there : snapshot_.families)
      if (there.info.name == name) return there;
    return snapshot_.families.emplace_back(
        MetricFamily{.info = {.name = name, .unit = unit, .description = "of a test", .kind = kind}, .points = {}});
  }
  void number(const std::string& kind, std::istream& words) {
    const std::string name = text_of(next(words)), unit = text_of(next(words)), type = next(words), value = next(words);
    const MetricKind metric = kind == "counter"  ? MetricKind::counter
                              : kind == "updown" ? MetricKind::up_down_counter
                                                 : MetricKind::gauge;
    MetricPoint point{.labels = {}, .value = std::int64_t{0}};
    if (type == "int")
      point.value = std::int64_t{std::stoll(value)};
    else
      point.value = std::strtod(value.c_str(), nullptr);
    const std::string key = text_of(next(words)), label = text_of(next(words));
    if (!key.empty()) point.labels.push_back({key, label});
    if (metric != MetricKind::gauge) point.start = kStart;
    if (key == "exemplar")
      point.exemplars.push_back({.value = 0.25, .time = kTime, .trace_id = TraceId{1, 2}.bytes(), .span_id = SpanId{3}.bytes()});
    family(name, unit, metric).points.push_back(std::move(point));
  }
  void histogram(std::istream& words) {
    const std::string name = text_of(next(words)), unit = text_of(next(words));
    HistogramValue value{.counts = {}, .per_unit = std::strtod(next(words).c_str(), nullptr)};
    for (const std::uint64_t recorded : rest<std::uint64_t>(words)) value.counts.record(recorded);
    family(name, unit, MetricKind::histogram).points.push_back({.labels = {}, .value = std::move(value), .start = kStart});
  }

  static void tell(const char* what, std::uint64_t exported, std::uint64_t rejected, std::uint64_t failed,
                   const OtlpSenderFigures& f, const std::optional<Error>& error) {
    std::cout << what << ' ' << exported << ' ' << rejected << ' ' << failed << ' ' << f.requests << ' ' << f.retries << ' '
              << f.bad_replies << ' ' << (error ? error->to_string() : "none") << std::endl;
  }

  static constexpr WallTime kStart{1'700'000'000s};
  static constexpr WallTime kTime{1'700'000'060s};

  std::unique_ptr<OtlpPause> pause_ = make_otlp_pause();
  std::unique_ptr<OtlpTransport> transport_;
  OtlpSender span_sender_;
  OtlpMetricExporter metrics_;
  SpanBatch batch_;
  MetricSnapshot snapshot_{.time = kTime, .resource = {{"from.snapshot", "yes"}}, .families = {}};
  ManualClock clock_{Instant(1s)};
  SystemWallClock wall_;
  Tracer tracer_{{.clock = clock_, .wall = wall_, .sink = batch_}, {.scope = {.name = "driver", .version = "7"}}};
  std::map<std::string, SpanContext> remotes_;
  std::map<std::string, Span> spans_;
};

}  // namespace

int main(int argc, char** argv) {
  OtlpEnvironment defaults;
  defaults.sender.retry = {.attempts_max = 4, .initial = 20ms, .max = 100ms, .factor = 2};
  defaults.sender.histograms =
      argc > 1 && std::string_view(argv[1]) == "explicit" ? OtlpHistograms::powers_of_two : OtlpHistograms::exponential;
  const auto environment = otlp_from_environment(process_environment(), defaults);
  const auto resource = OtlpResource::from_environment(process_environment(), "driver");
  if (!environment || !resource) {
    std::cout << "refused " << (environment ? resource.error() : environment.error()).to_string() << std::endl;
    return 2;
  }
  Driver driver(*resource, *environment);
  for (std::string line; std::getline(std::cin, line);) driver.obey(line);
  return 0;
}
