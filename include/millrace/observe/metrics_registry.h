// MetricsRegistry: the instruments a program counts with.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <millrace/clock.h>
#include <millrace/observe/metrics.h>
#include <millrace/result.h>

namespace millrace::observe {

/// What an instrument measures.
/// name      a letter, then letters, digits, '_', '.', '-' and '/', 255 characters at most: "shop.order.size". No unit in it.
/// unit      UCUM, 63 printable ASCII characters at most: "s", "By", "1", "{order}".
/// per_unit  recorded integers in one unit; finite and above zero. 1e9 for a histogram that records nanoseconds under "s".
struct InstrumentInfo {
  std::string name;
  std::string unit{};
  std::string description{};
  double per_unit = 1;
};

/// The trace and span a measurement belongs to, as W3C Trace Context orders the bytes.
struct SpanReference {
  std::array<std::uint8_t, 16> trace_id{};
  std::array<std::uint8_t, 8> span_id{};
};

namespace detail {
struct MetricSeries;
struct HistogramSeries;
struct CallbackSeries;
struct RegistryState;
/// What the inlined half of the instruments needs of a series.
struct NumberCell {
  explicit NumberCell(const std::atomic<bool>& switch_of_registry, std::uint64_t initial) noexcept
      : enabled(switch_of_registry), bits(initial) {}
  const std::atomic<bool>& enabled;  // relaxed: a switch, it publishes nothing
  std::atomic<std::uint64_t> bits;   // relaxed: a number that nothing else hangs on
};
}  // namespace detail

// The instruments below are handles: cheap to copy, meant to be kept. A copy counts into the same series. One made by default counts nothing.
// Thread    any, all members, unless a member says otherwise.
// Lifetime  a handle keeps its series alive; after the registry is gone it counts into nothing that anybody reads.
// with()    answers the instrument of the same metric whose labels are this one's and `labels`; a label that both have takes the new value.
//           Cost: a leaf mutex, a look-up and an allocation: keep what it answers, do not call it per measurement.
//           Errors: Errc::invalid_argument for labels that break the rules of MetricsRegistry. Past MetricsRegistryOptions::series_max it
//           answers the overflow series, which is no error.

/// A sum that only grows.
class Counter {
 public:
  Counter() noexcept = default;
  /// Cost: one relaxed fetch-add on the series' own cache line; when the registry is disabled, a load and a branch.
  void add(std::uint64_t by = 1) const noexcept {
    if (cell_ != nullptr && cell_->enabled.load(std::memory_order_relaxed)) cell_->bits.fetch_add(by, std::memory_order_relaxed);
  }
  /// As add(), and remembers this one as the series' exemplar. Cost: a leaf mutex and the time of day besides.
  void add(std::uint64_t by, const SpanReference& span) const;
  [[nodiscard]] Result<Counter> with(Labels labels) const;

 private:
  friend class MetricsRegistry;
  explicit Counter(std::shared_ptr<detail::MetricSeries> series) noexcept;
  std::shared_ptr<detail::MetricSeries> series_;
  detail::NumberCell* cell_ = nullptr;
};

/// A sum that grows and shrinks: what is open, queued, in flight.
class UpDownCounter {
 public:
  UpDownCounter() noexcept = default;
  /// Cost: as Counter::add().
  void add(std::int64_t by) const noexcept {
    if (cell_ != nullptr && cell_->enabled.load(std::memory_order_relaxed))
      cell_->bits.fetch_add(std::bit_cast<std::uint64_t>(by), std::memory_order_relaxed);
  }
  [[nodiscard]] Result<UpDownCounter> with(Labels labels) const;

 private:
  friend class MetricsRegistry;
  explicit UpDownCounter(std::shared_ptr<detail::MetricSeries> series) noexcept;
  std::shared_ptr<detail::MetricSeries> series_;
  detail::NumberCell* cell_ = nullptr;
};

/// The value now. Not exported before the first set().
class Gauge {
 public:
  Gauge() noexcept = default;
  /// In the metric's unit; per_unit does not apply. Cost: a relaxed store.
  void set(double value) const noexcept {
    if (cell_ != nullptr && cell_->enabled.load(std::memory_order_relaxed))
      cell_->bits.store(std::bit_cast<std::uint64_t>(value), std::memory_order_relaxed);
  }
  /// Starts from zero when nothing was set. Cost: a compare-exchange, repeated while other threads win.
  void add(double by) const noexcept;
  [[nodiscard]] Result<Gauge> with(Labels labels) const;

 private:
  friend class MetricsRegistry;
  explicit Gauge(std::shared_ptr<detail::MetricSeries> series) noexcept;
  std::shared_ptr<detail::MetricSeries> series_;
  detail::NumberCell* cell_ = nullptr;
};

/// A distribution. Values above HistogramBuckets::kValueMax count as that: 18 minutes in nanoseconds.
class HistogramInstrument {
 public:
  HistogramInstrument() noexcept = default;
  /// Counts an integer, of which InstrumentInfo::per_unit make one unit.
  /// Cost      a leaf mutex of one of kStripes, chosen by the thread, and Histogram::record(); when disabled, a load and a branch.
  /// Errors    std::bad_alloc when a value is larger than any before; nothing was counted then.
  void record(std::uint64_t value) const;
  /// Counts a time, as per_unit makes it of seconds; negative times count as zero. For metrics whose unit is "s".
  void record(Duration time) const;
  /// As record(), and remembers this one as the exemplar of its power of two. Cost: the time of day besides.
  void record(std::uint64_t value, const SpanReference& span) const;
  void record(Duration time, const SpanReference& span) const;
  [[nodiscard]] Result<HistogramInstrument> with(Labels labels) const;
  /// Each that is used takes the memory of a Histogram.
  static constexpr std::size_t kStripes = 4;

 private:
  friend class MetricsRegistry;
  explicit HistogramInstrument(std::shared_ptr<detail::HistogramSeries> series) noexcept;
  std::shared_ptr<detail::HistogramSeries> series_;
};

/// A function that is asked for the value at each collect(). Dropping it ends that; it waits for a call under way, except from inside of it.
class [[nodiscard]] CallbackInstrument {
 public:
  CallbackInstrument() noexcept = default;
  CallbackInstrument(CallbackInstrument&&) noexcept = default;
  CallbackInstrument& operator=(CallbackInstrument&& other) noexcept;
  ~CallbackInstrument() { drop(); }
  void drop() noexcept;

 private:
  friend class MetricsRegistry;
  explicit CallbackInstrument(std::shared_ptr<detail::CallbackSeries> series) noexcept : series_(std::move(series)) {}
  std::shared_ptr<detail::CallbackSeries> series_;
};

struct MetricsRegistryOptions {
  std::size_t series_max = 2'000;  ///< series of one metric, the overflow series among them; at least 1
  std::size_t metrics_max = 1'000;
  bool enabled = true;
  /// Tells when series start and exemplars were made. Outlives the registry and what its instruments do meanwhile. Null: SystemWallClock.
  const WallClock* wall_clock = nullptr;
};

/// Makes instruments and, as a source, tells what they counted. Handed to who counts: there is no global one.
/// Thread    any, all members.
/// Labels    a name is a letter or '_', then letters, digits, '_', '.', '-', '/' and ':', kNameMax characters at most; names that start with "__"
///           belong to Prometheus, "le" and "quantile" to it on histograms and summaries, "otel.metric.overflow" to the limit. A value may be any text of
///           kLabelValueMax bytes; bytes that are not UTF-8 become U+FFFD. An empty value is as good as no label.
/// Errors    Errc::invalid_argument when a name, unit or label breaks a rule, and when the name is there with another kind, unit or
///           per_unit; Errc::full past metrics_max. The message says which and why.
/// Again     asking for a metric that is there answers an instrument of the same series; its first description stays.
class MetricsRegistry final : public MetricSource {
 public:
  explicit MetricsRegistry(MetricsRegistryOptions options = {});
  ~MetricsRegistry() override;

  static constexpr std::size_t kNameMax = 255;
  static constexpr std::size_t kUnitMax = 63;
  static constexpr std::size_t kLabelsMax = 32;  ///< labels of one series
  static constexpr std::size_t kLabelValueMax = 1'024;

  /// The instruments without labels. Such a series is exported from the start, or, while it is unused, only if its metric has no other.
  [[nodiscard]] Result<Counter> counter(const InstrumentInfo& info);
  [[nodiscard]] Result<UpDownCounter> up_down_counter(const InstrumentInfo& info);
  [[nodiscard]] Result<Gauge> gauge(const InstrumentInfo& info);
  [[nodiscard]] Result<HistogramInstrument> histogram(const InstrumentInfo& info);
  /// `read` is called by each collect(), on its thread, under no lock, several at once when several collect. When it throws, the point is left out and
  /// callback_failures() counts it.
  /// Errors    besides those above: Errc::invalid_argument when a callback or an instrument has these labels already; Errc::full past series_max.
  [[nodiscard]] Result<CallbackInstrument> callback_gauge(const InstrumentInfo& info, std::function<double()> read,
                                                          Labels labels = {});
  /// The same for a sum that only grows, counted elsewhere.
  [[nodiscard]] Result<CallbackInstrument> callback_counter(const InstrumentInfo& info, std::function<double()> read,
                                                            Labels labels = {});

  /// Off: instruments count nothing, callbacks are not called, collect() writes nothing. What was counted stays.
  void set_enabled(bool enabled) noexcept;
  [[nodiscard]] bool enabled() const noexcept;

  /// Consistent for each series: the count, sum and buckets of a histogram belong together. Locks one series at a time, for a copy.
  void collect(MetricWriter& writer) const override;
  [[nodiscard]] std::uint64_t callback_failures() const noexcept;
  /// How many label sets were asked for past series_max and answered with the overflow series.
  [[nodiscard]] std::uint64_t overflows() const noexcept;

 private:
  std::shared_ptr<detail::RegistryState> state_;
};

}  // namespace millrace::observe
