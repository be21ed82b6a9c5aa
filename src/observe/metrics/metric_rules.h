// What names, units and labels may look like; what a metric's labels become.
#pragma once

#include <millrace/observe/metrics.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Errors: Errc::invalid_argument; the message names the metric, and the rule that it breaks.
[[nodiscard]] Result<void> check_instrument(const InstrumentInfo& info);

/// `labels` checked by the rules of MetricsRegistry, together with those of `base` that have another name; sorted, without empty values.
/// `metric` is for the message.
[[nodiscard]] Result<Labels> combine_labels(std::string_view metric, MetricKind kind, const Labels& base, Labels labels);

}  // namespace millrace::observe
