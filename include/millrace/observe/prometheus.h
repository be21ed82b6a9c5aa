// Metrics as Prometheus reads them: text format 0.0.4 and OpenMetrics 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/observe/metrics.h>

namespace millrace::observe {

enum class PrometheusFormat : std::uint8_t { text_0_0_4, openmetrics_1_0 };

/// The Content-Type of a format.
[[nodiscard]] std::string_view content_type(PrometheusFormat format) noexcept;

/// The format that an Accept header prefers: OpenMetrics when the header names it, with no version or 1.0.0, and text is not preferred to
/// it; else text, which every version of Prometheus and every browser reads.
[[nodiscard]] PrometheusFormat format_for_accept(std::string_view accept);

/// Where histograms are cut: at every power of two of the recorded integers from 2^first to 2^last, and at `per_octave` equal steps of each.
/// A bound is one less than the cut, so that `le` counts exactly. The cuts are fixed: buckets that came and went would spoil every
/// rate over them.
struct PrometheusBuckets {
  unsigned first = 0;
  unsigned last = 39;       ///< at least first; at most 39, since a Histogram counts all values from 2^40 on as one
  unsigned per_octave = 1;  ///< 1, 2, 4, 8 or 16; from 2^6 on, below that 1
  friend bool operator==(const PrometheusBuckets&, const PrometheusBuckets&) = default;
};

struct PrometheusOptions {
  PrometheusBuckets buckets{};                                   ///< 41 of them with the one for infinity
  PrometheusBuckets nanosecond_buckets{.first = 7, .last = 36};  ///< where per_unit is 1e9: 128 ns to 69 s
  bool target_info = true;  ///< MetricSnapshot::resource as the series target_info, when it is not empty
  bool created = true;      ///< series `_created` for sums whose start is known; OpenMetrics only
};

struct PrometheusText {
  std::string text;
  /// Points that had to be left out: the second of two series with the same name and labels, as "a.b" and "a_b" would be; a counter
  /// that is negative or not a number.
  std::size_t left_out = 0;
};

/// Writes a snapshot.
/// Names     as OpenTelemetry's compatibility rules have them: what is not a letter, digit, '_' or ':' becomes '_', the unit is appended in
///           words ("s": _seconds, "By": _bytes, "1" on a gauge: _ratio, "m/s": _meters_per_second, "{task}": nothing), counters end
///           in _total. Up-down counters are gauges. Labels of one series that become one name have their values joined by ';'.
/// Order     families and points in the order of the snapshot; labels by name, `le` last.
/// Exemplars in OpenMetrics: on a counter, and on the bucket that holds the exemplar's value, the newest of each.
/// Errors    std::bad_alloc. Options out of range are brought into it.
/// Cost      about a microsecond a series, a third of one for each bucket of a histogram.
/// Source    https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/,
///           https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/
[[nodiscard]] PrometheusText to_prometheus(const MetricSnapshot& snapshot, PrometheusFormat format,
                                           const PrometheusOptions& options = {});

}  // namespace millrace::observe
