// What a MetricsRegistry keeps: metrics, and the series of each.
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <millrace/observe/metrics_registry.h>

#include "observe/metrics/callout.h"

namespace millrace::observe {

namespace detail {

struct MetricState;

// What every series knows. A series may outlive its registry, so it owns the switch together with it and only looks back weakly.
struct SeriesHome {
  std::shared_ptr<const std::atomic<bool>> enabled;
  std::weak_ptr<RegistryState> registry;
  MetricState* metric = nullptr;  // while the registry lives
  Labels labels;
  double per_unit = 1;
  WallTime start{};
};

struct MetricSeries {
  MetricSeries(SeriesHome h, std::uint64_t initial) : cell(*h.enabled, initial), home(std::move(h)) {}
  alignas(64) NumberCell cell;     // on a cache line that no other series shares
  std::vector<Exemplar> exemplar;  // one at most
  std::mutex exemplar_mutex;       // leaf
  const SeriesHome home;
};

struct HistogramSeries {
  explicit HistogramSeries(SeriesHome h) : home(std::move(h)) {}
  struct alignas(64) Stripe {
    std::mutex mutex;  // leaf
    Histogram counts;
  };
  std::array<Stripe, HistogramInstrument::kStripes> stripes;
  std::map<int, Exemplar> exemplar_by_width;  // the newest of each power of two
  std::mutex exemplar_mutex;                  // leaf
  const SeriesHome home;
};

// Bits of a double that no arithmetic makes: a gauge nobody has set.
inline constexpr std::uint64_t kGaugeUnset = 0x7FF8'0000'4D49'4C4CU;

struct CallbackSeries {
  SeriesHome home;
  std::function<double()> read;
  Callout callout;
};

using AnySeries = std::variant<std::shared_ptr<MetricSeries>, std::shared_ptr<HistogramSeries>, std::shared_ptr<CallbackSeries>>;

// One metric. Lives as long as the registry; so `info` may be read without the mutex.
struct MetricState {
  MetricInfo info;
  double per_unit = 1;
  std::map<Labels, AnySeries> series;  // guarded by RegistryState::mutex
};

struct RegistryState : std::enable_shared_from_this<RegistryState> {
  explicit RegistryState(MetricsRegistryOptions o)
      : options(std::move(o)), enabled(std::make_shared<std::atomic<bool>>(options.enabled)) {}

  [[nodiscard]] WallTime now() const noexcept { return wall_now(options.wall_clock); }
  /// The metric, made when it is not there. Errors: those of MetricsRegistry. Thread: under `mutex`.
  [[nodiscard]] Result<MetricState*> metric(const InstrumentInfo& info, MetricKind kind);
  /// The series of `labels`, or the overflow series; made when it is not there. Thread: under `mutex`.
  [[nodiscard]] Result<AnySeries> series(MetricState& metric, Labels labels);
  [[nodiscard]] Result<std::shared_ptr<CallbackSeries>> callback(const InstrumentInfo& info, MetricKind kind, Labels labels,
                                                                 std::function<double()> read);
  void collect(const MetricState& metric, MetricWriter& writer);

  const MetricsRegistryOptions options;
  const std::shared_ptr<std::atomic<bool>> enabled;
  std::mutex mutex;  // leaf: guards metrics, by_name and the series of each
  std::vector<std::unique_ptr<MetricState>> metrics;
  std::unordered_map<std::string, MetricState*> by_name;
  std::atomic<std::uint64_t> callback_failures{0};  // relaxed, as the next: counts
  std::atomic<std::uint64_t> overflows{0};

 private:
  [[nodiscard]] SeriesHome home(MetricState& metric, Labels labels);
};

/// The series that an instrument's with() answers.
[[nodiscard]] Result<AnySeries> sibling(const SeriesHome& home, Labels labels);

}  // namespace detail

}  // namespace millrace::observe
