// LoopMetricSource: a loop's metrics under the names that exporters tell. docs/metrics.md explains each.
#pragma once

#include <millrace/observe/loop_metrics.h>
#include <millrace/observe/metrics.h>

namespace millrace::observe {

/// Thread    collect(): any; it takes a snapshot, which never waits for a callback of the loop.
/// Lifetime  `metrics` outlives it.
class LoopMetricSource final : public MetricSource {
 public:
  /// `labels` go on every point: {{"loop", "main"}} where a process has several loops.
  explicit LoopMetricSource(const LoopMetrics& metrics, Labels labels = {}) : metrics_(&metrics), labels_(std::move(labels)) {}
  void collect(MetricWriter& writer) const override;

 private:
  const LoopMetrics* metrics_;
  Labels labels_;
};

}  // namespace millrace::observe
