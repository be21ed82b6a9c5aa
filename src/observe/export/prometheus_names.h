// Names and units of OpenTelemetry as Prometheus has them.
#pragma once

#include <string>
#include <string_view>

#include <millrace/observe/metrics.h>

namespace millrace::observe {

struct PrometheusName {
  std::string name;  ///< without the suffix of a sample: no _total, no _bucket
  std::string unit;  ///< in words, a suffix of `name`; may be empty
};

[[nodiscard]] PrometheusName prometheus_name(const MetricInfo& info);
/// UCUM in Prometheus' words: "By/s" is "bytes_per_second".
[[nodiscard]] std::string prometheus_unit(std::string_view ucum, MetricKind kind);
[[nodiscard]] std::string prometheus_label_name(std::string_view name);

}  // namespace millrace::observe
