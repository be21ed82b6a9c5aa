// OTLP, the protocol of OpenTelemetry: requests as bytes, and sending them with retries over a transport that is handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/exporter.h>
#include <millrace/observe/metrics.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/span_batch.h>
#include <millrace/observe/span_data.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Reads one environment variable: its value, or null. See process_environment().
using EnvironmentReader = std::function<std::optional<std::string>(const std::string& name)>;
/// getenv(). Nothing of this library reads the environment unless given this.
[[nodiscard]] EnvironmentReader process_environment();

/// Who sends: attributes of the process, service.name first of all.
class OtlpResource {
 public:
  /// Adds telemetry.sdk.name, .language and .version where they are missing.
  /// Errors    Errc::invalid_argument for an empty name or key.
  [[nodiscard]] static Result<OtlpResource> make(std::string service_name, std::vector<SpanAttribute> attributes = {});
  /// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES ("key=value,..." with percent-encoded values); `service_name` where neither has one.
  /// Errors    as make(), and for a list that is malformed.
  [[nodiscard]] static Result<OtlpResource> from_environment(const EnvironmentReader& read, std::string service_name);
  [[nodiscard]] std::span<const SpanAttribute> attributes() const noexcept { return attributes_; }
  /// A copy with what must not leave masked. Null: as it is.
  [[nodiscard]] OtlpResource redacted(const Redactor* redactor) const;

 private:
  std::vector<SpanAttribute> attributes_;
};

enum class OtlpFormat : std::uint8_t { protobuf, json };
/// exponential: buckets of equal ratio, at most kExponentialBucketsMax of them, in the finest scale that fits, not above kExponentialScaleMax.
/// A value is counted in the right bucket or, within 0.78 % of a border, in its neighbour. powers_of_two: explicit bounds, 2^n - 1 recorded
/// integers each, exact; for receivers that know no exponential ones.
enum class OtlpHistograms : std::uint8_t { exponential, powers_of_two };
inline constexpr std::size_t kExponentialBucketsMax = 160;
inline constexpr int kExponentialScaleMax = 6;

/// The body of an ExportTraceServiceRequest. Text that is not UTF-8 is mended with U+FFFD. Order: spans as given, grouped by scope.
/// Source    https://github.com/open-telemetry/opentelemetry-proto, release 1.3.2, whose numbers and names later releases keep
[[nodiscard]] std::string encode_spans(const OtlpResource& resource, std::span<const std::unique_ptr<SpanData>> spans,
                                       OtlpFormat format);
/// The body of an ExportMetricsServiceRequest. Labels of the snapshot's resource are added where `resource` has no such key.
[[nodiscard]] std::string encode_metrics(const OtlpResource& resource, const MetricSnapshot& snapshot, OtlpFormat format,
                                         OtlpHistograms histograms = OtlpHistograms::exponential);

enum class OtlpSignal : std::uint8_t { traces, metrics };
struct OtlpPartialSuccess {
  std::uint64_t rejected = 0;
  std::string message;
};
/// What the body of a successful response says; an empty one says that all is well.
/// Errors    Errc::invalid_argument for a body that is no such response.
[[nodiscard]] Result<OtlpPartialSuccess> decode_response(std::string_view body, OtlpFormat format, OtlpSignal signal);

/// One HTTP request to be made.
struct OtlpRequest {
  OtlpSignal signal;
  std::string_view content_type;
  std::string_view body;
  Duration time_limit;
};
struct OtlpReply {
  int status = 0;
  std::string content_type;
  std::string retry_after;  ///< the header as it came; empty: none
  std::string body;         ///< cut at a limit of the transport
};
/// Makes one HTTP request at a time. Thread: post() one at a time, may wait; cancel(): any.
class OtlpTransport {
 public:
  OtlpTransport() = default;
  OtlpTransport(const OtlpTransport&) = delete;
  OtlpTransport& operator=(const OtlpTransport&) = delete;
  virtual ~OtlpTransport() = default;
  /// Errors    the connection failed or the time is over; Error::retryable() says whether it may be tried again.
  [[nodiscard]] virtual Result<OtlpReply> post(const OtlpRequest& request) = 0;
  /// post() returns soon, now and from now on.
  virtual void cancel() noexcept {}
};

/// Waits between attempts; for tests, one that only notes.
class OtlpPause {
 public:
  OtlpPause() = default;
  OtlpPause(const OtlpPause&) = delete;
  OtlpPause& operator=(const OtlpPause&) = delete;
  virtual ~OtlpPause() = default;
  [[nodiscard]] virtual Instant now() const noexcept = 0;
  [[nodiscard]] virtual WallTime wall_now() const noexcept = 0;  ///< for a Retry-After that names a date
  /// Waits; false when cancel() ended it.
  [[nodiscard]] virtual bool wait(Duration duration) = 0;
  virtual void cancel() noexcept = 0;
};
/// `wall_clock` outlives the pause; null: SystemWallClock.
[[nodiscard]] std::unique_ptr<OtlpPause> make_otlp_pause(const WallClock* wall_clock = nullptr);

/// Before the n-th retry a time between half of min(initial * factor^(n-1), max) and all of it, chosen by chance, or what the
/// receiver asked for when that is longer.
struct OtlpRetry {
  std::uint32_t attempts_max = 5;  ///< the first included
  Duration initial = std::chrono::seconds{1};
  Duration max = std::chrono::seconds{30};
  double factor = 2;
};

struct OtlpSenderOptions {
  OtlpFormat format = OtlpFormat::protobuf;
  OtlpHistograms histograms = OtlpHistograms::exponential;
  Duration request_time_max = std::chrono::seconds{10};
  /// A larger request is not sent: spans are halved until they fit, metrics are an error.
  std::size_t body_max = std::size_t{4} << 20;
  OtlpRetry retry{};
  std::uint64_t jitter_seed = 0;  ///< zero: from the operating system
  /// Masks the attributes of the resource, once. Spans and metrics come masked, by TracerOptions::redactor and MetricsHubOptions::redactor. Outlives the constructor. Null:
  /// nothing is masked.
  const Redactor* redactor = nullptr;
};

struct OtlpSenderFigures {
  std::uint64_t requests = 0;  ///< attempts, retries included
  std::uint64_t retries = 0;
  std::uint64_t sent = 0;         ///< requests answered with success
  std::uint64_t failed = 0;       ///< given up
  std::uint64_t rejected = 0;     ///< spans and points, by partial success
  std::uint64_t bad_replies = 0;  ///< successful, but with a body that nobody understands
};

/// Encodes and sends, with retries: after 429, 502, 503 and 504, and when the connection failed. Everything else is final.
/// Thread    exports one at a time, on a thread that may wait; cancel() and figures(): any. Spans and metrics, which come from two threads,
///           need a sender each, with a transport and a pause each.
/// Errors    what came last, with the context "status" where there was one; Errc::timed_out; Errc::aborted after cancel().
/// Source    https://opentelemetry.io/docs/specs/otlp/#otlphttp
class OtlpSender final : public SpanExporter {
 public:
  /// `transport` and `pause` outlive the sender.
  OtlpSender(OtlpResource resource, OtlpTransport& transport, OtlpPause& pause, OtlpSenderOptions options = {});
  ~OtlpSender() override;
  [[nodiscard]] Result<ExportOutcome> export_spans(std::span<const std::unique_ptr<SpanData>> spans, Duration time_limit) override;
  [[nodiscard]] Result<ExportOutcome> export_metrics(const MetricSnapshot& snapshot, Duration time_limit);
  void cancel() noexcept override;
  [[nodiscard]] OtlpSenderFigures figures() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Metrics over OTLP, for a PeriodicExporter. Owns what it works with, so that an export may outlive who gave up waiting for it.
/// Thread    as Exporter; cancel() and figures(): any.
class OtlpMetricExporter final : public Exporter {
 public:
  /// `export_time_max` is what one export may take, retries included. Neither pointer is null.
  OtlpMetricExporter(OtlpResource resource, std::unique_ptr<OtlpTransport> transport, std::unique_ptr<OtlpPause> pause,
                     OtlpSenderOptions options = {}, Duration export_time_max = std::chrono::seconds{30});
  /// Errors    those of OtlpSender. Points that the receiver refused are no error; figures() counts them.
  [[nodiscard]] Result<void> export_metrics(const MetricSnapshot& snapshot) override;
  /// An export that runs, and every later one, returns soon with Errc::aborted.
  void cancel() noexcept { sender_.cancel(); }
  [[nodiscard]] OtlpSenderFigures figures() const noexcept { return sender_.figures(); }

 private:
  std::unique_ptr<OtlpTransport> transport_;
  std::unique_ptr<OtlpPause> pause_;
  OtlpSender sender_;  // after what it uses
  Duration export_time_max_;
};

}  // namespace millrace::observe
