#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include <millrace/observe/otlp.h>
#include <millrace/version.h>

#include "observe/export/otlp_common.h"
#include "observe/export/otlp_histogram.h"

namespace millrace::observe {
namespace {

constexpr std::uint32_t kCumulative = 2;

template <typename Writer>
void write_labels(Writer& w, unsigned number, const Labels& labels) {
  w.each(number, "attributes", labels, [&w](const Label& label) {
    w.text(1, "key", label.name);
    w.message(2, "value", [&w, &label] {
      if (label.name == kOverflowLabel)
        write_any(w, label.value == "true");
      else
        write_any(w, label.value);
    });
  });
}

template <typename Writer>
void write_exemplars(Writer& w, unsigned number, const std::vector<Exemplar>& exemplars) {
  w.each(number, "exemplars", exemplars, [&w](const Exemplar& exemplar) {
    const auto present = [](auto byte) { return byte != 0; };
    w.fixed64(2, "timeUnixNano", unix_ns(exemplar.time));
    w.real_always(3, "asDouble", exemplar.value);
    if (std::ranges::any_of(exemplar.span_id, present)) w.id(4, "spanId", exemplar.span_id);
    if (std::ranges::any_of(exemplar.trace_id, present)) w.id(5, "traceId", exemplar.trace_id);
  });
}

template <typename Writer>
void write_number(Writer& w, const MetricPoint& point, WallTime now) {
  w.fixed64(2, "startTimeUnixNano", unix_ns(point.start));
  w.fixed64(3, "timeUnixNano", unix_ns(now));
  if (const double* real = std::get_if<double>(&point.value))
    w.real_always(4, "asDouble", *real);
  else
    w.sfixed64_always(6, "asInt", std::get<std::int64_t>(point.value));
  write_exemplars(w, 5, point.exemplars);
  write_labels(w, 7, point.labels);
}

double in_units(std::uint64_t recorded, const HistogramValue& value) { return static_cast<double>(recorded) / value.per_unit; }

template <typename Writer>
void write_explicit(Writer& w, const MetricPoint& point, WallTime now) {
  const auto& value = std::get<HistogramValue>(point.value);
  const ExplicitBuckets buckets = explicit_buckets(value);
  w.fixed64(2, "startTimeUnixNano", unix_ns(point.start));
  w.fixed64(3, "timeUnixNano", unix_ns(now));
  w.fixed64(4, "count", value.counts.count());
  w.real_always(5, "sum", in_units(value.counts.sum(), value));
  w.fixed64_list(6, "bucketCounts", buckets.counts);
  w.real_list(7, "explicitBounds", buckets.bounds);
  write_exemplars(w, 8, point.exemplars);
  write_labels(w, 9, point.labels);
  if (value.counts.empty()) return;
  w.real_always(11, "min", in_units(value.counts.min(), value));
  w.real_always(12, "max", in_units(value.counts.max(), value));
}

template <typename Writer>
void write_exponential(Writer& w, const MetricPoint& point, WallTime now) {
  const auto& value = std::get<HistogramValue>(point.value);
  const ExponentialBuckets buckets = exponential_buckets(value, kExponentialBucketsMax, kExponentialScaleMax);
  write_labels(w, 1, point.labels);
  w.fixed64(2, "startTimeUnixNano", unix_ns(point.start));
  w.fixed64(3, "timeUnixNano", unix_ns(now));
  w.fixed64(4, "count", value.counts.count());
  w.real_always(5, "sum", in_units(value.counts.sum(), value));
  w.sint32(6, "scale", buckets.scale);
  w.fixed64(7, "zeroCount", buckets.zeros);
  w.message(8, "positive", [&w, &buckets] {
    w.sint32(1, "offset", buckets.offset);
    w.varint_list(2, "bucketCounts", buckets.counts);
  });
  write_exemplars(w, 11, point.exemplars);
  if (value.counts.empty()) return;
  w.real_always(12, "min", in_units(value.counts.min(), value));
  w.real_always(13, "max", in_units(value.counts.max(), value));
}

/// The points whose value is what the kind of metric needs: a snapshot is a plain value, and anybody may have made it.
std::vector<const MetricPoint*> fitting_points(const MetricFamily& family) {
  std::vector<const MetricPoint*> fitting;
  for (const MetricPoint& point : family.points)
    if (std::holds_alternative<HistogramValue>(point.value) == (family.info.kind == MetricKind::histogram))
      fitting.push_back(&point);
  return fitting;
}

template <typename Writer>
void write_metric(Writer& w, const MetricFamily& family, WallTime now, OtlpHistograms histograms) {
  w.text(1, "name", family.info.name);
  w.text(2, "description", family.info.description);
  w.text(3, "unit", family.info.unit);
  const std::vector<const MetricPoint*> points = fitting_points(family);
  const auto number = [&w, now](const MetricPoint* point) { write_number(w, *point, now); };
  switch (family.info.kind) {
    case MetricKind::gauge: w.message(5, "gauge", [&] { w.each(1, "dataPoints", points, number); }); break;
    case MetricKind::counter:
    case MetricKind::up_down_counter:
      w.message(7, "sum", [&] {
        w.each(1, "dataPoints", points, number);
        w.small(2, "aggregationTemporality", kCumulative);
        w.boolean(3, "isMonotonic", family.info.kind == MetricKind::counter);
      });
      break;
    case MetricKind::histogram:
      if (histograms == OtlpHistograms::exponential) {
        w.message(10, "exponentialHistogram", [&] {
          w.each(1, "dataPoints", points, [&w, now](const MetricPoint* point) { write_exponential(w, *point, now); });
          w.small(2, "aggregationTemporality", kCumulative);
        });
      } else {
        w.message(9, "histogram", [&] {
          w.each(1, "dataPoints", points, [&w, now](const MetricPoint* point) { write_explicit(w, *point, now); });
          w.small(2, "aggregationTemporality", kCumulative);
        });
      }
      break;
  }
}

std::vector<SpanAttribute> merged(const OtlpResource& resource, const Labels& more) {
  std::vector<SpanAttribute> attributes(resource.attributes().begin(), resource.attributes().end());
  for (const Label& label : more)
    if (std::ranges::find(attributes, label.name, &SpanAttribute::key) == attributes.end())
      attributes.push_back({label.name, label.value});
  return attributes;
}

template <typename Writer>
std::string written(const OtlpResource& resource, const MetricSnapshot& snapshot, OtlpHistograms histograms) {
  Writer w;
  const MetricSnapshot* snapshots[] = {&snapshot};
  const SpanScope scope{"millrace", std::string(kVersion)};
  w.each(1, "resourceMetrics", snapshots, [&](const MetricSnapshot* one) {
    write_resource(w, merged(resource, one->resource));
    w.each(2, "scopeMetrics", snapshots, [&](const MetricSnapshot* same) {
      write_scope(w, scope);
      w.each(2, "metrics", same->families, [&](const MetricFamily& family) { write_metric(w, family, same->time, histograms); });
    });
  });
  return std::move(w).take();
}

}  // namespace

std::string encode_metrics(const OtlpResource& resource, const MetricSnapshot& snapshot, OtlpFormat format,
                           OtlpHistograms histograms) {
  return format == OtlpFormat::json ? written<OtlpJsonWriter>(resource, snapshot, histograms)
                                    : written<ProtobufWriter>(resource, snapshot, histograms);
}

}  // namespace millrace::observe
