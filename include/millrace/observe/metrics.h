// The data model of metrics: what a source writes and an exporter reads. Names, kinds and units are those of OpenTelemetry.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/histogram.h>
#include <millrace/observe/wall_clock.h>

namespace millrace::observe {

/// One name and value that tells a series from its siblings; an attribute in the words of OpenTelemetry.
struct Label {
  std::string name;
  std::string value;
  friend auto operator<=>(const Label&, const Label&) = default;
};
/// In a snapshot: sorted by name, each name once.
using Labels = std::vector<Label>;

/// The series that takes what a full metric has no series for: Label{kOverflowLabel, "true"} alone. An exporter whose attributes have
/// types writes it as a boolean.
inline constexpr std::string_view kOverflowLabel = "otel.metric.overflow";

/// counter: a sum that only grows. up_down_counter: a sum that may shrink. gauge: the value now. histogram: a distribution.
/// Sums and histograms are cumulative since the start of their point.
enum class MetricKind : std::uint8_t { counter, up_down_counter, gauge, histogram };
[[nodiscard]] std::string_view to_string(MetricKind kind) noexcept;

/// One measurement kept as an example, and the trace it was made in.
struct Exemplar {
  double value = 0;                         ///< in the unit of the metric
  WallTime time{};                          ///< zero: unknown
  std::array<std::uint8_t, 16> trace_id{};  ///< as W3C Trace Context orders the bytes; all zero: none
  std::array<std::uint8_t, 8> span_id{};    ///< the same
  friend bool operator==(const Exemplar&, const Exemplar&) = default;
};

/// A distribution of integers and what they mean.
struct HistogramValue {
  Histogram counts;
  double per_unit = 1;  ///< recorded integers in one unit of the metric: 1e9 for nanoseconds under the unit "s"
  friend bool operator==(const HistogramValue&, const HistogramValue&) = default;
};

/// An integer stays one. A point of a histogram holds a HistogramValue, one of every other kind a number.
using MetricValue = std::variant<std::int64_t, double, HistogramValue>;

struct MetricPoint {
  Labels labels;
  MetricValue value;
  WallTime start{};  ///< when the sum began; zero: unknown, or a gauge
  std::vector<Exemplar> exemplars{};
  friend bool operator==(const MetricPoint&, const MetricPoint&) = default;
};

/// What all points of a metric have in common.
struct MetricInfo {
  std::string name;         ///< "millrace.loop.task.duration": words with dots, no unit in it
  std::string unit;         ///< UCUM: "s", "By", "1", "{task}"; may be empty
  std::string description;  ///< a sentence for people; may be empty
  MetricKind kind = MetricKind::gauge;
  friend bool operator==(const MetricInfo&, const MetricInfo&) = default;
};

struct MetricFamily {
  MetricInfo info;
  std::vector<MetricPoint> points;
  friend bool operator==(const MetricFamily&, const MetricFamily&) = default;
};

/// What was counted up to one moment. A plain value. Order: families as they were first written; so are points.
struct MetricSnapshot {
  WallTime time{};  ///< zero: unknown
  Labels resource;  ///< who counted: service.name and the like
  std::vector<MetricFamily> families;

  /// The family of that name, or null. Cost: a walk over the families.
  [[nodiscard]] const MetricFamily* find(std::string_view name) const noexcept;
  /// The point with exactly these labels, in any order, or null.
  [[nodiscard]] const MetricPoint* find(std::string_view name, Labels labels) const;
  friend bool operator==(const MetricSnapshot&, const MetricSnapshot&) = default;
};

/// What a source writes into.
/// Thread    one, for the length of one collect().
class MetricWriter {
 public:
  /// Writes into `into`, which may hold families already and outlives the writer. `extra` is put on every point whose labels do not
  /// have that name.
  explicit MetricWriter(MetricSnapshot& into, Labels extra = {});
  MetricWriter(const MetricWriter&) = delete;
  MetricWriter& operator=(const MetricWriter&) = delete;

  /// A metric to put points into. A cheap value, valid as long as the writer.
  class Family {
   public:
    /// Adds a point. Labels may come in any order; of two with the same name the first counts.
    /// Errors    a value that does not fit the kind, and any value of a refused family, is counted by refused() and dropped.
    ///           std::bad_alloc.
    /// Cost      a few allocations.
    void point(MetricPoint point) const;
    void point(Labels labels, MetricValue value, WallTime start = {}) const {
      this->point(MetricPoint{.labels = std::move(labels), .value = std::move(value), .start = start});
    }

   private:
    friend class MetricWriter;
    Family(MetricWriter& writer, std::size_t index) : writer_(&writer), index_(index) {}
    MetricWriter* writer_;
    std::size_t index_;  // families may move while others are added
  };

  /// The metric of that name, made when it is not there yet. Several sources may write to one, with labels that tell them apart. When the
  /// name is there with another kind or unit, all points for the family are refused; of two descriptions the first stays.
  [[nodiscard]] Family family(const MetricInfo& info);
  /// How many points were dropped.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  static constexpr std::size_t kRefused = SIZE_MAX;
  MetricSnapshot* into_;
  Labels extra_;
  std::unordered_map<std::string, std::size_t> index_by_name_;
  std::uint64_t refused_ = 0;
};

/// What has something to tell: a registry, a loop's figures, a program's own. Asked by a MetricsHub or by anybody with a writer.
class MetricSource {
 public:
  MetricSource() = default;
  MetricSource(const MetricSource&) = delete;
  MetricSource& operator=(const MetricSource&) = delete;
  virtual ~MetricSource() = default;
  /// Writes what is counted now.
  /// Thread    any, several at once; must not wait for the loop, so that a loop which hangs can still be looked at.
  /// Errors    may throw: who collects contains and counts it, and leaves this source out of the snapshot.
  virtual void collect(MetricWriter& writer) const = 0;
};

}  // namespace millrace::observe
