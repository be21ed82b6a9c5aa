#include <limits>
#include <utility>

#include <millrace/observe/metrics_registry.h>

#include "observe/metrics/registry_state.h"

namespace millrace::observe {

namespace detail {

namespace {

MetricValue counted(std::uint64_t bits, MetricKind kind, double per_unit) {
  const auto as_signed = std::bit_cast<std::int64_t>(bits);
  if (kind == MetricKind::up_down_counter)
    return per_unit == 1 ? MetricValue(as_signed) : MetricValue(static_cast<double>(as_signed) / per_unit);
  if (per_unit == 1 && as_signed >= 0) return as_signed;
  return static_cast<double>(bits) / per_unit;
}

// `unused`: nobody counted in this series yet.
struct SeriesRead {
  MetricPoint point;
  bool unused = false;
};

SeriesRead read(MetricSeries& series, MetricKind kind) {
  SeriesRead answer{.point = {.labels = series.home.labels, .value = 0.0}};
  const std::uint64_t bits = series.cell.bits.load(std::memory_order_relaxed);
  if (kind == MetricKind::gauge) {
    answer.unused = bits == kGaugeUnset;
    answer.point.value = std::bit_cast<double>(bits);
    return answer;
  }
  answer.unused = bits == 0;
  answer.point.value = counted(bits, kind, series.home.per_unit);
  answer.point.start = series.home.start;
  const std::lock_guard lock(series.exemplar_mutex);
  answer.point.exemplars = series.exemplar;
  return answer;
}

SeriesRead read(HistogramSeries& series) {
  HistogramValue value{.counts = {}, .per_unit = series.home.per_unit};
  for (HistogramSeries::Stripe& stripe : series.stripes) {
    const std::lock_guard lock(stripe.mutex);
    if (value.counts.empty())
      value.counts = stripe.counts;
    else if (!stripe.counts.empty())
      value.counts.merge(stripe.counts);
  }
  SeriesRead answer{.point = {.labels = series.home.labels, .value = 0.0, .start = series.home.start}};
  answer.unused = value.counts.empty();
  answer.point.value = std::move(value);
  const std::lock_guard lock(series.exemplar_mutex);
  for (const auto& [width, exemplar] : series.exemplar_by_width) answer.point.exemplars.push_back(exemplar);
  return answer;
}

}  // namespace

void RegistryState::collect(const MetricState& metric, MetricWriter& writer) {
  std::vector<AnySeries> all;
  {
    const std::lock_guard lock(mutex);
    all.reserve(metric.series.size());
    for (const auto& [labels, one] : metric.series) all.push_back(one);
  }
  const MetricWriter::Family family = writer.family(metric.info);
  for (const AnySeries& one : all) {
    if (const auto* callback = std::get_if<std::shared_ptr<CallbackSeries>>(&one)) {
      CallbackSeries& series = **callback;
      const Callout::Visit visit(series.callout);
      if (!visit) continue;
      double value = 0;
      try {
        value = series.read();
      } catch (...) {
        callback_failures.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      family.point(series.home.labels, value, metric.info.kind == MetricKind::gauge ? WallTime{} : series.home.start);
      continue;
    }
    const auto* number = std::get_if<std::shared_ptr<MetricSeries>>(&one);
    SeriesRead found =
        number != nullptr ? read(**number, metric.info.kind) : read(*std::get<std::shared_ptr<HistogramSeries>>(one));
    // The instrument without labels is there only to ask with() of, when nobody counts with it; and a gauge that was never set has no value.
    if (found.unused && (metric.info.kind == MetricKind::gauge || (found.point.labels.empty() && all.size() > 1))) continue;
    family.point(std::move(found.point));
  }
}

}  // namespace detail

namespace {

Result<detail::AnySeries> unlabelled(detail::RegistryState& state, const InstrumentInfo& info, MetricKind kind) {
  const std::lock_guard lock(state.mutex);
  auto metric = state.metric(info, kind);
  if (!metric) return std::unexpected(std::move(metric).error());
  return state.series(**metric, {});
}

}  // namespace

CallbackInstrument& CallbackInstrument::operator=(CallbackInstrument&& other) noexcept {
  CallbackInstrument(std::move(other)).series_.swap(series_);
  return *this;
}

void CallbackInstrument::drop() noexcept {
  const std::shared_ptr<detail::CallbackSeries> series = std::exchange(series_, nullptr);
  if (!series) return;
  series->callout.withdraw();
  if (const std::shared_ptr<detail::RegistryState> registry = series->home.registry.lock()) {
    const std::lock_guard lock(registry->mutex);
    series->home.metric->series.erase(series->home.labels);
  }
}

MetricsRegistry::MetricsRegistry(MetricsRegistryOptions options)
    : state_(std::make_shared<detail::RegistryState>(std::move(options))) {}
MetricsRegistry::~MetricsRegistry() = default;

Result<Counter> MetricsRegistry::counter(const InstrumentInfo& info) {
  auto found = unlabelled(*state_, info, MetricKind::counter);
  if (!found) return std::unexpected(std::move(found).error());
  return Counter(std::get<std::shared_ptr<detail::MetricSeries>>(*std::move(found)));
}

Result<UpDownCounter> MetricsRegistry::up_down_counter(const InstrumentInfo& info) {
  auto found = unlabelled(*state_, info, MetricKind::up_down_counter);
  if (!found) return std::unexpected(std::move(found).error());
  return UpDownCounter(std::get<std::shared_ptr<detail::MetricSeries>>(*std::move(found)));
}

Result<Gauge> MetricsRegistry::gauge(const InstrumentInfo& info) {
  auto found = unlabelled(*state_, info, MetricKind::gauge);
  if (!found) return std::unexpected(std::move(found).error());
  return Gauge(std::get<std::shared_ptr<detail::MetricSeries>>(*std::move(found)));
}

Result<HistogramInstrument> MetricsRegistry::histogram(const InstrumentInfo& info) {
  auto found = unlabelled(*state_, info, MetricKind::histogram);
  if (!found) return std::unexpected(std::move(found).error());
  return HistogramInstrument(std::get<std::shared_ptr<detail::HistogramSeries>>(*std::move(found)));
}

Result<CallbackInstrument> MetricsRegistry::callback_gauge(const InstrumentInfo& info, std::function<double()> read,
                                                           Labels labels) {
  auto made = state_->callback(info, MetricKind::gauge, std::move(labels), std::move(read));
  if (!made) return std::unexpected(std::move(made).error());
  return CallbackInstrument(*std::move(made));
}

Result<CallbackInstrument> MetricsRegistry::callback_counter(const InstrumentInfo& info, std::function<double()> read,
                                                             Labels labels) {
  auto made = state_->callback(info, MetricKind::counter, std::move(labels), std::move(read));
  if (!made) return std::unexpected(std::move(made).error());
  return CallbackInstrument(*std::move(made));
}

void MetricsRegistry::set_enabled(bool enabled) noexcept { state_->enabled->store(enabled, std::memory_order_relaxed); }
bool MetricsRegistry::enabled() const noexcept { return state_->enabled->load(std::memory_order_relaxed); }
std::uint64_t MetricsRegistry::callback_failures() const noexcept {
  return state_->callback_failures.load(std::memory_order_relaxed);
}
std::uint64_t MetricsRegistry::overflows() const noexcept { return state_->overflows.load(std::memory_order_relaxed); }

void MetricsRegistry::collect(MetricWriter& writer) const {
  if (!enabled()) return;
  std::vector<const detail::MetricState*> metrics;
  {
    const std::lock_guard lock(state_->mutex);
    metrics.reserve(state_->metrics.size());
    for (const auto& metric : state_->metrics) metrics.push_back(metric.get());
  }
  for (const detail::MetricState* metric : metrics) state_->collect(*metric, writer);
}

}  // namespace millrace::observe
