// CopyObservation: what a copy tells a registry of metrics and a tracer, when it is given them. docs/subset-observation.md lists names, labels and attributes.
//
// Spans: subset.copy > subset.connect, .plan, .resolve, .finish, .verify, and for each table subset.table > subset.page > .read, .transform, .map, .write, .commit. One of each
// level is open at a time, so that a call names only what begins now; what was open on its level and below ends with that. An error ends all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/error.h>
#include <millrace/observe/metrics_registry.h>
#include <millrace/observe/trace.h>
#include <millrace/subset/report.h>

namespace millrace::subset {

/// The parts of a page's way, in order. Reading overlaps with the rest: the source sends a page while the target takes the one before.
enum class PageStage : std::uint8_t { read, transform, map, write, commit };
inline constexpr std::size_t kPageStages = 5;
[[nodiscard]] std::string_view to_string(PageStage stage) noexcept;

/// When a page was asked for, and when it was there.
struct PageReading {
  Instant began{};
  Instant ended{};
};

/// Thread    the loop's. Lifetime: registry and tracer outlive it.
/// Cost      without both: a comparison for each call. With them: some readings of the clock and a few microseconds for each page.
/// Errors    instruments that the registry refuses count nothing; the copy goes on.
class CopyObservation {
 public:
  /// Tables that have a label of their own, in the order in which they are filled; the others are `other` together.
  static constexpr std::size_t kTablesNamed = 100;
  /// Of each table so many pages have a span, and of those behind them one in kPagesBetween: a copy may have millions.
  static constexpr std::uint64_t kPagesTraced = 32;
  static constexpr std::uint64_t kPagesBetween = 64;

  /// Either may be null. `parent`: the span in it is the one above the copy's.
  CopyObservation(observe::MetricsRegistry* metrics, observe::Tracer* tracer, const Context& parent);
  CopyObservation(const CopyObservation&) = delete;
  CopyObservation& operator=(const CopyObservation&) = delete;
  ~CopyObservation();

  [[nodiscard]] bool on() const noexcept { return parts_ != nullptr; }
  /// Of the tracer's clock, or a steady one; the beginning of time while nobody asks.
  [[nodiscard]] Instant now() const noexcept { return on() ? clock_now() : Instant{}; }

  void phase(Phase phase) {
    if (on()) enter(phase);
  }
  /// Gauges.
  void progress(const Progress& progress) {
    if (on()) note(progress);
  }
  /// `slot`: its place among those that are filled.
  void table(std::size_t slot, const TableProgress& table) {
    if (on()) begin_table(slot, table);
  }
  /// A page of this table goes on its way.
  void page(std::uint64_t number, const PageReading& reading, std::uint64_t rows) {
    if (on()) begin_page(number, reading, rows);
  }
  void stage(PageStage stage) {
    if (on()) begin_stage(stage);
  }
  /// It is written. `written`: rows that were not there before.
  void page_done(std::uint64_t read, std::uint64_t written, std::uint64_t bytes) {
    if (on()) end_page(read, written, bytes);
  }
  /// The same for tables that are there only when all of several are: page_done() was told 0.
  void written(std::size_t slot, const TableReport& table) {
    if (on()) count_written(slot, table);
  }
  void done(const Report& report) {
    if (on()) end(report);
  }
  void failed(const Error& error) {
    if (on()) end(error);
  }

 private:
  struct Parts;
  [[nodiscard]] Instant clock_now() const noexcept;
  void enter(Phase phase);
  void note(const Progress& progress);
  void begin_table(std::size_t slot, const TableProgress& table);
  void begin_page(std::uint64_t number, const PageReading& reading, std::uint64_t rows);
  void begin_stage(PageStage stage);
  void end_page(std::uint64_t read, std::uint64_t written, std::uint64_t bytes);
  void count_written(std::size_t slot, const TableReport& table);
  void end(const Report& report);
  void end(const Error& error);

  std::unique_ptr<Parts> parts_;  // null: nobody asks
};

}  // namespace millrace::subset
