#include "observe/metrics/registry_state.h"

#include <sstream>

#include "observe/metrics/metric_rules.h"

namespace millrace::observe::detail {

namespace {

const Labels& overflow_labels() {
  static const Labels labels{{std::string(kOverflowLabel), "true"}};
  return labels;
}

std::string conflict(const InstrumentInfo& info, MetricKind kind, const MetricState& known) {
  const auto described = [](MetricKind of, const std::string& unit, double per_unit) {
    std::ostringstream text;
    text << "a " << to_string(of) << " of unit '" << unit << "' with " << per_unit << " to the unit";
    return text.str();
  };
  return "metric '" + info.name + "' is there already as " + described(known.info.kind, known.info.unit, known.per_unit) +
         "; asked for was " + described(kind, info.unit, info.per_unit);
}

}  // namespace

Result<MetricState*> RegistryState::metric(const InstrumentInfo& info, MetricKind kind) {
  if (auto checked = check_instrument(info); !checked) return std::unexpected(std::move(checked).error());
  if (const auto found = by_name.find(info.name); found != by_name.end()) {
    MetricState& known = *found->second;
    if (known.info.kind != kind || known.info.unit != info.unit || known.per_unit != info.per_unit)
      return fail(Errc::invalid_argument, conflict(info, kind, known));
    return &known;
  }
  if (metrics.size() >= options.metrics_max)
    return fail(Errc::full,
                "metric '" + info.name + "': the registry has " + std::to_string(metrics.size()) + " metrics, its limit");
  metrics.reserve(metrics.size() + 1);  // so that nothing is half done when memory runs out
  auto made = std::make_unique<MetricState>(
      MetricState{.info = {.name = info.name, .unit = info.unit, .description = info.description, .kind = kind},
                  .per_unit = info.per_unit,
                  .series = {}});
  by_name.emplace(info.name, made.get());
  metrics.push_back(std::move(made));
  return metrics.back().get();
}

SeriesHome RegistryState::home(MetricState& metric, Labels labels) {
  return {.enabled = enabled,
          .registry = weak_from_this(),
          .metric = &metric,
          .labels = std::move(labels),
          .per_unit = metric.per_unit,
          .start = now()};
}

Result<AnySeries> RegistryState::series(MetricState& metric, Labels labels) {
  if (const auto found = metric.series.find(labels); found != metric.series.end()) {
    if (std::holds_alternative<std::shared_ptr<CallbackSeries>>(found->second))
      return fail(Errc::invalid_argument, "metric '" + metric.info.name + "': a callback has these labels already");
    return found->second;
  }
  if (metric.series.size() + 1 >= options.series_max && labels != overflow_labels()) {
    overflows.fetch_add(1, std::memory_order_relaxed);
    return series(metric, overflow_labels());
  }
  AnySeries made;
  if (metric.info.kind == MetricKind::histogram)
    made = std::make_shared<HistogramSeries>(home(metric, labels));
  else
    made = std::make_shared<MetricSeries>(home(metric, labels), metric.info.kind == MetricKind::gauge ? kGaugeUnset : 0);
  metric.series.emplace(std::move(labels), made);
  return made;
}

Result<std::shared_ptr<CallbackSeries>> RegistryState::callback(const InstrumentInfo& info, MetricKind kind, Labels labels,
                                                                std::function<double()> read) {
  if (!read) return fail(Errc::invalid_argument, "metric '" + info.name + "': the callback is empty");
  auto combined = combine_labels(info.name, kind, {}, std::move(labels));
  if (!combined) return std::unexpected(std::move(combined).error());
  const std::lock_guard lock(mutex);
  auto found = metric(info, kind);
  if (!found) return std::unexpected(std::move(found).error());
  MetricState& metric = **found;
  if (metric.series.contains(*combined))
    return fail(Errc::invalid_argument, "metric '" + info.name + "': a callback or an instrument has these labels already");
  if (metric.series.size() + 1 >= options.series_max)
    return fail(Errc::full, "metric '" + info.name + "' has " + std::to_string(metric.series.size()) + " series, its limit");
  auto made = std::make_shared<CallbackSeries>();
  made->home = home(metric, *combined);
  made->read = std::move(read);
  metric.series.emplace(*std::move(combined), made);
  return made;
}

Result<AnySeries> sibling(const SeriesHome& home, Labels labels) {
  const std::shared_ptr<RegistryState> registry = home.registry.lock();
  if (!registry) return fail(Errc::closed, "the registry of this instrument is gone");
  MetricState& metric = *home.metric;
  const bool overflow = home.labels == overflow_labels();
  auto combined = combine_labels(metric.info.name, metric.info.kind, overflow ? Labels{} : home.labels, std::move(labels));
  if (!combined) return std::unexpected(std::move(combined).error());
  const std::lock_guard lock(registry->mutex);
  return registry->series(metric, overflow ? home.labels : *std::move(combined));
}

}  // namespace millrace::observe::detail
