#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <random>
#include <system_error>
#include <utility>

#include <millrace/observe/otlp.h>

#include "observe/export/retry_after.h"

namespace millrace::observe {
namespace {

bool retryable_status(int status) noexcept { return status == 429 || status == 502 || status == 503 || status == 504; }

std::uint64_t seed_of(std::uint64_t given) {
  // A weak seed would do: it only keeps senders from trying again all at once.
  if (given == 0 && getrandom(&given, sizeof given, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof given)) return 1;
  return given;
}

std::string_view content_type(OtlpFormat format) noexcept {
  return format == OtlpFormat::json ? "application/json" : "application/x-protobuf";
}

std::uint64_t points_in(const MetricSnapshot& snapshot) noexcept {
  std::uint64_t points = 0;
  for (const MetricFamily& family : snapshot.families) points += family.points.size();
  return points;
}

}  // namespace

struct OtlpSender::Parts {
  Parts(const OtlpResource& r, OtlpTransport& t, OtlpPause& p, OtlpSenderOptions o)
      : resource(r.redacted(o.redactor)), transport(t), pause(p), options(o), random(seed_of(o.jitter_seed)) {}

  Result<ExportOutcome> send(OtlpSignal signal, const std::string& body, std::uint64_t items, Instant deadline);
  Result<OtlpReply> attempt(OtlpSignal signal, const std::string& body, Instant deadline);
  Result<ExportOutcome> succeeded(OtlpSignal signal, const OtlpReply& reply, std::uint64_t items);
  Result<ExportOutcome> send_spans(std::span<const std::unique_ptr<SpanData>> spans, Instant deadline);
  Duration back_off(std::uint32_t retry);
  Error give_up(Error error) {
    ++failed;
    return error;
  }

  const OtlpResource resource;
  OtlpTransport& transport;
  OtlpPause& pause;
  const OtlpSenderOptions options;
  std::mt19937_64 random;
  std::atomic<bool> cancelled{false};
  std::atomic<std::uint64_t> requests{0}, retries{0}, sent{0}, failed{0}, rejected{0}, bad_replies{0};
};

Duration OtlpSender::Parts::back_off(std::uint32_t retry) {
  const auto& r = options.retry;
  const double grown = static_cast<double>(r.initial.count()) * std::pow(r.factor, retry - 1);
  const double longest = std::min(grown, static_cast<double>(r.max.count()));
  const double share = std::uniform_real_distribution<double>(0.5, 1.0)(random);
  return Duration(static_cast<Duration::rep>(std::max(longest * share, 0.0)));
}

/// One request. The answer of a receiver that may be asked again is an error that says so.
Result<OtlpReply> OtlpSender::Parts::attempt(OtlpSignal signal, const std::string& body, Instant deadline) {
  const Duration left = deadline - pause.now();
  if (left <= Duration::zero()) return fail(Errc::timed_out, "the time for an export was over before it was sent");
  ++requests;
  auto reply = transport.post({.signal = signal,
                               .content_type = content_type(options.format),
                               .body = body,
                               .time_limit = std::min(left, options.request_time_max)});
  if (!reply || (reply->status >= 200 && reply->status < 300)) return reply;
  const int status = reply->status;
  Error error(std::make_error_code(std::errc::protocol_error), "the receiver refused the request");
  if (retryable_status(status)) {
    error = Error(std::make_error_code(std::errc::resource_unavailable_try_again), "the receiver cannot take the request now")
                .with_retry({.retryable = true, .after = parse_retry_after(reply->retry_after, pause.wall_now())});
  }
  return fail(error.with("status", std::to_string(status)));
}

Result<ExportOutcome> OtlpSender::Parts::succeeded(OtlpSignal signal, const OtlpReply& reply, std::uint64_t items) {
  ++sent;
  const OtlpFormat format = reply.content_type.starts_with("application/json")         ? OtlpFormat::json
                            : reply.content_type.starts_with("application/x-protobuf") ? OtlpFormat::protobuf
                                                                                       : options.format;
  const auto partial = decode_response(reply.body, format, signal);
  if (!partial) ++bad_replies;  // the status says that the data arrived, which is what counts
  const std::uint64_t refused = partial ? std::min(partial->rejected, items) : 0;
  rejected += refused;
  return ExportOutcome{.rejected = refused, .failed = 0};
}

Result<ExportOutcome> OtlpSender::Parts::send(OtlpSignal signal, const std::string& body, std::uint64_t items, Instant deadline) {
  for (std::uint32_t retry = 1;; ++retry) {
    if (cancelled.load(std::memory_order_acquire)) return fail(give_up(Error(Errc::aborted, "exports were cancelled")));
    auto reply = attempt(signal, body, deadline);
    if (reply) return succeeded(signal, *reply, items);
    Error error = std::move(reply).error();
    if (!error.retryable() || retry >= options.retry.attempts_max) return fail(give_up(std::move(error)));
    const Duration wait = std::max(back_off(retry), error.retry_after().value_or(Duration::zero()));
    if (pause.now() + wait >= deadline)
      return fail(give_up(error.wrap(Errc::timed_out, "the time for an export is too short for another attempt")));
    ++retries;
    if (!pause.wait(wait)) return fail(give_up(error.wrap(Errc::aborted, "exports were cancelled")));
  }
}

Result<ExportOutcome> OtlpSender::Parts::send_spans(std::span<const std::unique_ptr<SpanData>> spans, Instant deadline) {
  const std::string body = encode_spans(resource, spans, options.format);
  if (body.size() <= options.body_max) return send(OtlpSignal::traces, body, spans.size(), deadline);
  if (spans.size() <= 1) return fail(give_up(Error(Errc::full, "a span is larger than a request may be")));
  // Depth: the logarithm of the batch.
  ExportOutcome total;
  std::optional<Error> error;
  const std::size_t half = spans.size() / 2;
  for (const auto part : {spans.first(half), spans.subspan(half)}) {
    if (const auto outcome = send_spans(part, deadline)) {
      total.rejected += outcome->rejected;
      total.failed += outcome->failed;
    } else {
      total.failed += part.size();
      error = outcome.error();
    }
  }
  if (error && total.failed == spans.size()) return fail(*error);
  return total;
}

OtlpSender::OtlpSender(OtlpResource resource, OtlpTransport& transport, OtlpPause& pause, OtlpSenderOptions options)
    : parts_(std::make_unique<Parts>(resource, transport, pause, options)) {}
OtlpSender::~OtlpSender() = default;

Result<ExportOutcome> OtlpSender::export_spans(std::span<const std::unique_ptr<SpanData>> spans, Duration time_limit) {
  if (spans.empty()) return ExportOutcome{};
  return parts_->send_spans(spans, parts_->pause.now() + time_limit);
}

Result<ExportOutcome> OtlpSender::export_metrics(const MetricSnapshot& snapshot, Duration time_limit) {
  const std::string body = encode_metrics(parts_->resource, snapshot, parts_->options.format, parts_->options.histograms);
  if (body.size() > parts_->options.body_max)
    return fail(parts_->give_up(Error(Errc::full, "the metrics are larger than a request may be")));
  return parts_->send(OtlpSignal::metrics, body, points_in(snapshot), parts_->pause.now() + time_limit);
}

void OtlpSender::cancel() noexcept {
  parts_->cancelled.store(true, std::memory_order_release);  // pairs with send()
  parts_->transport.cancel();
  parts_->pause.cancel();
}

OtlpSenderFigures OtlpSender::figures() const noexcept {
  return {.requests = parts_->requests,
          .retries = parts_->retries,
          .sent = parts_->sent,
          .failed = parts_->failed,
          .rejected = parts_->rejected,
          .bad_replies = parts_->bad_replies};
}

}  // namespace millrace::observe
