// MetricsHub: gathers several sources into one snapshot.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include <millrace/observe/metrics.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>

namespace millrace::observe {

struct MetricsHubOptions {
  Labels resource{};         ///< MetricSnapshot::resource: {"service.name", "shop"} and the like
  Labels constant_labels{};  ///< put on every point whose labels do not have that name
  /// Tells the time of a snapshot. Outlives the hub and what collector() answered. Null: SystemWallClock.
  const WallClock* wall_clock = nullptr;
  /// Masks the values of labels and the descriptions of every snapshot, for whatever reads it. Series whose labels are the same afterwards become one: sums and histograms are
  /// added up; of gauges the first stays, and millrace.metrics.points.refused counts the others. Names of metrics and labels are the program's own and stay.
  /// Outlives the hub and what collector() answered. Null: nothing is masked.
  const Redactor* redactor = nullptr;
};

/// Thread    any, all members.
/// Lifetime  registrations may outlive the hub.
class MetricsHub {
 public:
  explicit MetricsHub(MetricsHubOptions options = {});
  ~MetricsHub();
  MetricsHub(const MetricsHub&) = delete;
  MetricsHub& operator=(const MetricsHub&) = delete;

  /// Sources that one hub has at most.
  static constexpr std::size_t kSourcesMax = 1'000;

  /// Dropping it ends the registration: afterwards the source is not asked any more. It waits for a collect() of this source that is under
  /// way, except when it is dropped by that collect() itself, which then must not touch what it destroys.
  class [[nodiscard]] Registration {
   public:
    Registration() noexcept = default;
    Registration(Registration&&) noexcept = default;
    Registration& operator=(Registration&& other) noexcept;
    ~Registration() { drop(); }
    void drop() noexcept;

   private:
    friend class MetricsHub;
    struct Impl;
    explicit Registration(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
  };

  /// Asks `source` in every later collect(), in the order of the calls. `labels` are put on its points as constant_labels are, so that two
  /// loops can be told apart: {{"loop", "io"}}. `source` outlives the registration.
  /// Errors    Errc::full at kSourcesMax; Errc::invalid_argument for labels, constant ones too, that the rules of MetricsRegistry refuse.
  [[nodiscard]] Result<Registration> add(const MetricSource& source, Labels labels = {});

  /// One snapshot of all sources. Sources run one after the other on the calling thread, under no lock.
  /// Errors    a source that throws is left out; source_failures() counts it. std::bad_alloc from the hub's own work.
  /// Also      writes millrace.metrics.source.failures and millrace.metrics.points.refused, once they are not zero.
  [[nodiscard]] MetricSnapshot collect() const;
  /// collect() for one who may outlive the hub: what it answers holds what it needs. After the hub, it asks the sources still registered.
  [[nodiscard]] std::function<MetricSnapshot()> collector() const;
  /// How often a source threw.
  [[nodiscard]] std::uint64_t source_failures() const noexcept;

 private:
  struct State;
  static MetricSnapshot collect_from(State& state);
  std::shared_ptr<State> state_;
};

}  // namespace millrace::observe
