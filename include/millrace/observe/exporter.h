// Exporters: what turns a snapshot into something else, and the thread that does so every now and then.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <millrace/clock.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/result.h>

namespace millrace::observe {

/// Sends a snapshot somewhere, or makes something of it.
class Exporter {
 public:
  Exporter() = default;
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  virtual ~Exporter() = default;
  /// Thread    that of who exports, never a loop's; one call at a time. It may take its time: nobody waits but the next export.
  /// Errors    what went wrong, as a result or an exception: both are contained and counted. The next snapshot comes all the same; sums in it
  ///           are cumulative, so that what this one told is not lost.
  [[nodiscard]] virtual Result<void> export_metrics(const MetricSnapshot& snapshot) = 0;
};

/// An exporter that is a function: for aggregations of a program's own.
class CallbackExporter final : public Exporter {
 public:
  /// `function` may throw. Errors: Errc::invalid_argument from export_metrics() when it is empty.
  explicit CallbackExporter(std::function<void(const MetricSnapshot&)> function) : function_(std::move(function)) {}
  [[nodiscard]] Result<void> export_metrics(const MetricSnapshot& snapshot) override;

 private:
  std::function<void(const MetricSnapshot&)> function_;
};

struct PeriodicExporterOptions {
  Duration interval = std::chrono::seconds{10};    ///< from start to start; at least kIntervalMin
  Duration close_limit = std::chrono::seconds{5};  ///< what close() and the destructor wait at most
  bool export_at_close = true;                     ///< one last snapshot, so that what came since the last is told
};

/// What a PeriodicExporter has done so far.
struct ExportFigures {
  std::uint64_t exports = 0;   ///< that succeeded
  std::uint64_t failures = 0;  ///< that did not
  std::uint64_t skipped = 0;   ///< left out, because the one before took longer than the interval
  std::optional<Error> last_error{};
};

/// Gives an exporter a snapshot of a hub every interval, on a thread of its own.
/// Thread    all members any thread. Failures of hub and exporter end in figures(), nowhere else.
/// Limits    one export at a time, none waits: what comes due meanwhile is skipped and counted.
/// Lifetime  an export that still runs when close() gives up goes on by itself and keeps alive what it needs, the exporter among that. The
///           hub may go before.
class PeriodicExporter {
 public:
  static constexpr Duration kIntervalMin = std::chrono::milliseconds{1};

  /// Starts; the first export comes after one interval. Errors: std::system_error when there is no thread to be had. `exporter` is not null.
  PeriodicExporter(const MetricsHub& hub, std::shared_ptr<Exporter> exporter, PeriodicExporterOptions options = {});
  /// close()
  ~PeriodicExporter();
  PeriodicExporter(const PeriodicExporter&) = delete;
  PeriodicExporter& operator=(const PeriodicExporter&) = delete;

  /// Exports a snapshot taken after this call, without waiting for the interval, and waits for that at most `limit`.
  /// Errors    the export's own; Errc::timed_out, and it goes on; Errc::closed; Errc::would_block_forever inside of an export, which would
  ///           wait for itself.
  [[nodiscard]] Result<void> flush(Duration limit);
  /// Ends the thread: waits for the export under way and for the last one, together at most close_limit. Later calls do nothing. Inside of an
  /// export it does not wait.
  /// Errors    Errc::timed_out: an export still runs; see Lifetime.
  Result<void> close();
  [[nodiscard]] ExportFigures figures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::observe
