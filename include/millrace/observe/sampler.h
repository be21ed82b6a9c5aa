// Samplers: which traces are recorded.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/observe/span_data.h>
#include <millrace/observe/trace_context.h>

namespace millrace::observe {

/// What is known of a span before it starts.
struct SamplingQuestion {
  const SpanContext* parent;  ///< null: the first of its trace
  TraceId trace;
  std::string_view name;
  SpanKind kind;
  std::span<const SpanAttribute> attributes;  ///< those given at the start
  const Clock& clock;                         ///< the tracer's, for who needs the time
};

/// Decides whether a span is recorded and exported.
/// Thread    any, several at once. Must be quick: it is asked for every span.
class Sampler {
 public:
  Sampler() = default;
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  virtual ~Sampler() = default;
  [[nodiscard]] virtual bool samples(const SamplingQuestion& question) noexcept = 0;
};

[[nodiscard]] std::unique_ptr<Sampler> sample_always();
[[nodiscard]] std::unique_ptr<Sampler> sample_never();
/// The given share of all traces, decided by the lower 56 bits of the trace id, so that every service decides alike, and one with a higher share
/// records at least what one with a lower share does.
/// Share     cut to 0 to 1; not a number means 0.
/// Source    https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
[[nodiscard]] std::unique_ptr<Sampler> sample_ratio(double share);
/// What has a parent is recorded when its parent is; what has none, when `root` says so.
/// Remote    a parent in another process is followed, too, unless `remote` is there to be asked instead: whoever can send a request
///           can set its sampled flag, so a public service should bound what that may cost.
[[nodiscard]] std::unique_ptr<Sampler> sample_by_parent(std::unique_ptr<Sampler> root, std::unique_ptr<Sampler> remote = nullptr);
/// Of what `inner` samples, `per_second` on average and `burst` at once; the rest is not recorded. Meant for the root: of a trace that
/// began, nothing should be missing.
/// Limits    per_second must be above zero, burst at least 1. Cost: one compare-and-swap.
[[nodiscard]] std::unique_ptr<Sampler> sample_limited(std::unique_ptr<Sampler> inner, double per_second, std::size_t burst);

}  // namespace millrace::observe
