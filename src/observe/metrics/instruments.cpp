#include <algorithm>
#include <cmath>
#include <functional>
#include <thread>

#include <millrace/observe/metrics_registry.h>

#include "observe/metrics/registry_state.h"

namespace millrace::observe {

namespace {

using detail::HistogramSeries;
using detail::MetricSeries;

Exemplar exemplar_of(const detail::SeriesHome& home, double value, const SpanReference& span) {
  const std::shared_ptr<detail::RegistryState> registry = home.registry.lock();
  return {.value = value, .time = registry ? registry->now() : WallTime{}, .trace_id = span.trace_id, .span_id = span.span_id};
}

// The same thread uses the same stripe, so threads that record at once mostly do not meet.
HistogramSeries::Stripe& stripe_of_thread(HistogramSeries& series) noexcept {
  // The bits of a thread's id that differ are neither its lowest nor its highest: multiply, then take from the top.
  const std::uint64_t id = std::hash<std::thread::id>{}(std::this_thread::get_id());
  return series.stripes[(id * 0x9E37'79B9'7F4A'7C15U) >> 62];
}
static_assert(HistogramInstrument::kStripes == 4, "two bits choose the stripe");

std::uint64_t recorded(const HistogramSeries& series, Duration time) noexcept {
  if (time <= Duration::zero()) return 0;
  const auto ns = static_cast<std::uint64_t>(time.count());
  if (series.home.per_unit == 1e9) return ns;
  const double value = std::round(static_cast<double>(ns) / 1e9 * series.home.per_unit);
  return value >= static_cast<double>(HistogramBuckets::kValueMax) ? HistogramBuckets::kValueMax
                                                                   : static_cast<std::uint64_t>(value);
}

}  // namespace

void Counter::add(std::uint64_t by, const SpanReference& span) const {
  if (cell_ == nullptr || !cell_->enabled.load(std::memory_order_relaxed)) return;
  add(by);
  const Exemplar made = exemplar_of(series_->home, static_cast<double>(by) / series_->home.per_unit, span);
  const std::lock_guard lock(series_->exemplar_mutex);
  series_->exemplar.assign(1, made);
}

void Gauge::add(double by) const noexcept {
  if (cell_ == nullptr || !cell_->enabled.load(std::memory_order_relaxed)) return;
  std::uint64_t old = cell_->bits.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    next = std::bit_cast<std::uint64_t>((old == detail::kGaugeUnset ? 0.0 : std::bit_cast<double>(old)) + by);
  } while (!cell_->bits.compare_exchange_weak(old, next, std::memory_order_relaxed));
}

void HistogramInstrument::record(std::uint64_t value) const {
  if (!series_ || !series_->home.enabled->load(std::memory_order_relaxed)) return;
  HistogramSeries::Stripe& stripe = stripe_of_thread(*series_);
  const std::lock_guard lock(stripe.mutex);
  stripe.counts.record(value);
}

void HistogramInstrument::record(Duration time) const {
  if (series_) record(recorded(*series_, time));
}

void HistogramInstrument::record(std::uint64_t value, const SpanReference& span) const {
  if (!series_ || !series_->home.enabled->load(std::memory_order_relaxed)) return;
  record(value);
  const std::uint64_t kept = std::min(value, HistogramBuckets::kValueMax);
  const Exemplar made = exemplar_of(series_->home, static_cast<double>(kept) / series_->home.per_unit, span);
  const std::lock_guard lock(series_->exemplar_mutex);
  series_->exemplar_by_width[static_cast<int>(std::bit_width(kept))] = made;
}

void HistogramInstrument::record(Duration time, const SpanReference& span) const {
  if (series_) record(recorded(*series_, time), span);
}

Counter::Counter(std::shared_ptr<detail::MetricSeries> series) noexcept : series_(std::move(series)), cell_(&series_->cell) {}

UpDownCounter::UpDownCounter(std::shared_ptr<detail::MetricSeries> series) noexcept
    : series_(std::move(series)), cell_(&series_->cell) {}

Gauge::Gauge(std::shared_ptr<detail::MetricSeries> series) noexcept : series_(std::move(series)), cell_(&series_->cell) {}

HistogramInstrument::HistogramInstrument(std::shared_ptr<detail::HistogramSeries> series) noexcept : series_(std::move(series)) {}

// Which series a metric has follows from its kind, so the answer is always of this type.
Result<Counter> Counter::with(Labels labels) const {
  if (!series_) return Counter{};
  auto found = detail::sibling(series_->home, std::move(labels));
  if (!found) return std::unexpected(std::move(found).error());
  return Counter(std::get<std::shared_ptr<MetricSeries>>(*std::move(found)));
}

Result<UpDownCounter> UpDownCounter::with(Labels labels) const {
  if (!series_) return UpDownCounter{};
  auto found = detail::sibling(series_->home, std::move(labels));
  if (!found) return std::unexpected(std::move(found).error());
  return UpDownCounter(std::get<std::shared_ptr<MetricSeries>>(*std::move(found)));
}

Result<Gauge> Gauge::with(Labels labels) const {
  if (!series_) return Gauge{};
  auto found = detail::sibling(series_->home, std::move(labels));
  if (!found) return std::unexpected(std::move(found).error());
  return Gauge(std::get<std::shared_ptr<MetricSeries>>(*std::move(found)));
}

Result<HistogramInstrument> HistogramInstrument::with(Labels labels) const {
  if (!series_) return HistogramInstrument{};
  auto found = detail::sibling(series_->home, std::move(labels));
  if (!found) return std::unexpected(std::move(found).error());
  return HistogramInstrument(std::get<std::shared_ptr<HistogramSeries>>(*std::move(found)));
}

}  // namespace millrace::observe
