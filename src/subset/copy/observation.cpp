#include "subset/copy/observation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::subset {
namespace {

using observe::Counter;
using observe::Gauge;
using observe::HistogramInstrument;
using observe::Labels;
using observe::MetricsRegistry;
using observe::Span;

/// A registry that refuses is no reason not to copy: the instrument counts nothing then.
template <typename Instrument>
Instrument or_none(Result<Instrument> made) {
  return made ? *std::move(made) : Instrument();
}

std::string_view phase_span(Phase phase) {
  constexpr std::array<std::string_view, 7> kNames{
      "subset.connect", "subset.plan", "subset.resolve", "", "subset.finish", "subset.verify", ""};
  return kNames[static_cast<std::size_t>(phase)];
}

/// The label of tables that have none of their own.
constexpr std::string_view kOtherTables = "other";

struct OfTable {
  Counter read{};
  Counter written{};
  Counter bytes{};
  Counter pages{};
};

/// The instruments, all of them made by default when there is no registry: those count nothing.
struct Instruments {
  explicit Instruments(MetricsRegistry* registry) {
    if (registry == nullptr) return;
    rows = or_none(registry->counter({.name = "millrace.subset.rows",
                                      .unit = "{row}",
                                      .description = "Rows that were read from the source, and written to the target"}));
    bytes = or_none(
        registry->counter({.name = "millrace.subset.bytes", .unit = "By", .description = "Bytes of values, as they are written"}));
    pages = or_none(
        registry->counter({.name = "millrace.subset.pages", .unit = "{page}", .description = "Pages of rows that are there"}));
    const HistogramInstrument all = or_none(registry->histogram({.name = "millrace.subset.page.duration",
                                                                 .unit = "s",
                                                                 .description = "How long a stage of a page takes",
                                                                 .per_unit = 1e9}));
    for (std::size_t stage = 0; stage < kPageStages; ++stage)
      stages[stage] = or_none(all.with({{"stage", std::string(to_string(static_cast<PageStage>(stage)))}}));
    found = or_none(registry->gauge({.name = "millrace.subset.keys.found",
                                     .unit = "{key}",
                                     .description = "Rows that belong to the part, as far as they are known"}));
    waiting = or_none(registry->gauge({.name = "millrace.subset.keys.waiting",
                                       .unit = "{key}",
                                       .description = "Of these, rows whose references were not looked at yet"}));
    rows_left = or_none(
        registry->gauge({.name = "millrace.subset.rows.left", .unit = "{row}", .description = "Rows that are to be copied yet"}));
    time_left = or_none(registry->gauge(
        {.name = "millrace.subset.time.left", .unit = "s", .description = "How long these take at the rate so far"}));
  }

  [[nodiscard]] OfTable of(const std::string& table) const {
    const Labels name{{"table", table}};
    return {.read = or_none(rows.with({{"table", table}, {"direction", "read"}})),
            .written = or_none(rows.with({{"table", table}, {"direction", "written"}})),
            .bytes = or_none(bytes.with(name)),
            .pages = or_none(pages.with(name))};
  }

  Counter rows{}, bytes{}, pages{};
  std::array<HistogramInstrument, kPageStages> stages{};
  Gauge found{}, waiting{}, rows_left{}, time_left{};
};

}  // namespace

std::string_view to_string(PageStage stage) noexcept {
  constexpr std::array<std::string_view, kPageStages> kNames{"read", "transform", "map", "write", "commit"};
  return kNames[static_cast<std::size_t>(stage)];
}

struct CopyObservation::Parts {
  Parts(MetricsRegistry* registry, observe::Tracer* spans, const Context& parent) : instruments(registry), tracer(spans) {
    if (tracer != nullptr) job = tracer->start("subset.copy", parent);
  }
  [[nodiscard]] Instant now() const noexcept { return tracer != nullptr ? tracer->clock().now() : steady.now(); }

  /// Records nothing when the span above does not, or there is no tracer.
  [[nodiscard]] Span below(const Span& above, std::string_view name, std::optional<Instant> start = {}) {
    if (!above.recording()) return {};
    return tracer->start(name, above.context(), {.start = start});
  }
  void end_stage(Instant at) {
    if (!open) return;
    instruments.stages[static_cast<std::size_t>(*open)].record(at - stage_began);
    open.reset();
    stage.end(at);
  }
  void end_page(Instant at) {
    end_stage(at);
    page.end(at);
  }
  /// Everything below the job, children first: none lasts longer than what it is in.
  void end_parts(Instant at) {
    end_page(at);
    table.end(at);
    phase.end(at);
  }
  /// The counters of a table that has a place, and of all others together.
  [[nodiscard]] const OfTable& counters(std::size_t slot, const std::string& name) {
    const std::size_t place = std::min(slot, kTablesNamed);
    if (place >= tables.size()) tables.resize(place + 1);
    if (!tables[place]) tables[place] = instruments.of(place < kTablesNamed ? name : std::string(kOtherTables));
    return *tables[place];
  }

  Instruments instruments;
  observe::Tracer* tracer;
  SteadyClock steady{};
  Span job{}, phase{}, table{}, page{}, stage{};
  std::optional<PageStage> open{};  ///< the stage that runs
  Instant stage_began{};
  std::vector<std::optional<OfTable>> tables{};  ///< by slot; the last for the others
  OfTable current{};                             ///< of the table that is at hand
};

CopyObservation::CopyObservation(MetricsRegistry* metrics, observe::Tracer* tracer, const Context& parent)
    : parts_(metrics == nullptr && tracer == nullptr ? nullptr : std::make_unique<Parts>(metrics, tracer, parent)) {}
CopyObservation::~CopyObservation() {
  if (parts_) parts_->end_parts(parts_->now());  // the job ends after, with the last of the spans
}

Instant CopyObservation::clock_now() const noexcept { return parts_->now(); }

void CopyObservation::enter(Phase phase) {
  const Instant now = parts_->now();
  parts_->end_parts(now);
  if (const std::string_view name = phase_span(phase); !name.empty()) parts_->phase = parts_->below(parts_->job, name, now);
}

void CopyObservation::note(const Progress& progress) {
  const Instruments& all = parts_->instruments;
  if (progress.phase < Phase::resolving) return;
  all.found.set(static_cast<double>(progress.keys));
  all.waiting.set(static_cast<double>(progress.waiting));
  if (progress.phase < Phase::copying) return;
  const std::uint64_t planned = progress.planned(), complete = progress.complete();
  all.rows_left.set(static_cast<double>(planned - std::min(planned, complete)));
  if (const std::optional<Duration> left = progress.left()) all.time_left.set(std::chrono::duration<double>(*left).count());
}

void CopyObservation::begin_table(std::size_t slot, const TableProgress& table) {
  const Instant now = parts_->now();
  parts_->end_page(now);
  parts_->table.end(now);
  parts_->current = parts_->counters(slot, table.table);
  parts_->table = parts_->below(parts_->job, "subset.table", now);
  parts_->table.set("subset.table", table.table).set("subset.planned", table.planned).set("subset.earlier", table.earlier);
}

void CopyObservation::begin_page(std::uint64_t number, const PageReading& reading, std::uint64_t rows) {
  parts_->end_page(parts_->now());
  parts_->instruments.stages[static_cast<std::size_t>(PageStage::read)].record(reading.ended - reading.began);
  if (number >= kPagesTraced && number % kPagesBetween != 0) return;
  parts_->page = parts_->below(parts_->table, "subset.page", reading.began);
  parts_->page.set("subset.page", number).set("subset.rows", rows);
  parts_->below(parts_->page, "subset.page.read", reading.began).end(reading.ended);
}

void CopyObservation::begin_stage(PageStage stage) {
  constexpr std::array<std::string_view, kPageStages> kSpans{"subset.page.read", "subset.page.transform", "subset.page.map",
                                                             "subset.page.write", "subset.page.commit"};
  const Instant now = parts_->now();
  parts_->end_stage(now);
  parts_->open = stage;
  parts_->stage_began = now;
  parts_->stage = parts_->below(parts_->page, kSpans[static_cast<std::size_t>(stage)], now);
}

void CopyObservation::end_page(std::uint64_t read, std::uint64_t written, std::uint64_t bytes) {
  parts_->current.read.add(read);
  parts_->current.written.add(written);
  parts_->current.bytes.add(bytes);
  parts_->current.pages.add();
  parts_->page.set("subset.written", written).set("subset.bytes", bytes);
  parts_->end_page(parts_->now());
}

void CopyObservation::count_written(std::size_t slot, const TableReport& table) {
  parts_->counters(slot, table.table).written.add(table.rows);
}

void CopyObservation::end(const Report& report) {
  std::uint64_t rows = 0, earlier = 0, bytes = 0, dangling = 0;
  for (const TableReport& table : report.tables) {
    rows += table.rows;
    earlier += table.earlier;
    bytes += table.bytes;
  }
  for (const KeyReport& key : report.keys) dangling += key.dangling;
  const Instant now = parts_->now();
  parts_->end_parts(now);
  parts_->job.set("subset.source", report.source)
      .set("subset.target", report.target)
      .set("subset.rows", rows)
      .set("subset.earlier", earlier);
  parts_->job.set("subset.bytes", bytes).set("subset.tables", report.tables.size()).set("subset.dangling", dangling);
  parts_->job.set_status(observe::SpanStatus::ok).end(now);
  parts_->instruments.time_left.set(0);
}

void CopyObservation::end(const Error& error) {
  // Each level that is open failed by it; where it happened is the innermost.
  for (Span* const span : {&parts_->stage, &parts_->page, &parts_->table, &parts_->phase, &parts_->job}) span->record_error(error);
  const Instant now = parts_->now();
  parts_->end_parts(now);
  parts_->job.end(now);
}

}  // namespace millrace::subset
