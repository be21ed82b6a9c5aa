#include "subset/copy/observation.h"

#include <sqlite3.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <millrace/loop.h>
#include <millrace/observe/metrics_hub.h>
#include <millrace/observe/span_batch.h>
#include <millrace/promise.h>
#include <millrace/subset/copy.h>

#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using observe::MetricPoint;
using observe::MetricSnapshot;
using observe::SpanData;

class CopyObservationTest : public ::testing::Test {
 protected:
  void prepare(const std::string& file, const std::string& sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path / file).c_str(), &raw), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << (error == nullptr ? "" : error);
    sqlite3_free(error);
    sqlite3_close(raw);
  }
  [[nodiscard]] CopyOptions options() {
    CopyOptions made;
    made.job.source = (folder.path / "source.db").string();
    made.job.target = (folder.path / "target.db").string();
    made.job.others = RowChoice::all;
    made.metrics = &registry;
    made.tracer = &tracer;
    return made;
  }
  Result<Report> run(CopyOptions given) { return run_until(loop, copy(loop, std::move(given))); }
  [[nodiscard]] MetricSnapshot metrics() const {
    MetricSnapshot snapshot;
    observe::MetricWriter writer(snapshot);
    registry.collect(writer);
    return snapshot;
  }
  /// -1: there is no such series.
  static std::int64_t count(const MetricSnapshot& snapshot, std::string_view name, observe::Labels labels) {
    const MetricPoint* const point = snapshot.find(name, std::move(labels));
    return point == nullptr ? -1 : std::get<std::int64_t>(point->value);
  }
  static double gauge(const MetricSnapshot& snapshot, std::string_view name) {
    const MetricPoint* const point = snapshot.find(name, {});
    return point == nullptr ? -1 : std::get<double>(point->value);
  }
  /// Names from the job down to the span, with spaces between.
  static std::string path(const std::vector<std::unique_ptr<SpanData>>& all, const SpanData& span) {
    for (const auto& other : all)
      if (other->context.span == span.parent) return path(all, *other) + " " + span.name;
    return span.name;
  }

  testing::TemporaryFolder folder;
  SteadyClock clock;
  observe::SystemWallClock wall;
  observe::SpanList spans;
  observe::MetricsRegistry registry;
  observe::Tracer tracer{{.clock = clock, .wall = wall, .sink = spans}};
  Loop loop{LoopOptions{.clock = &clock}};
};

TEST_F(CopyObservationTest, CountsWhatItReadsAndWritesForEachTable) {
  prepare("source.db",
          "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent);"
          "INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)");
  const Result<Report> report = run(options());
  ASSERT_TRUE(report) << report.error().to_string();
  const MetricSnapshot snapshot = metrics();
  for (const TableReport& table : report->tables) {
    SCOPED_TRACE(table.table);
    for (const char* const direction : {"read", "written"})
      EXPECT_EQ(count(snapshot, "millrace.subset.rows", {{"table", table.table}, {"direction", direction}}),
                std::int64_t(table.rows));
    EXPECT_EQ(count(snapshot, "millrace.subset.bytes", {{"table", table.table}}), std::int64_t(table.bytes));
    EXPECT_EQ(count(snapshot, "millrace.subset.pages", {{"table", table.table}}), std::int64_t(table.pages));
  }
  for (std::size_t stage = 0; stage < kPageStages; ++stage) {
    const std::string name(to_string(static_cast<PageStage>(stage)));
    const MetricPoint* const point = snapshot.find("millrace.subset.page.duration", {{"stage", name}});
    ASSERT_NE(point, nullptr) << name;
    EXPECT_EQ(std::get<observe::HistogramValue>(point->value).counts.count(), 2U) << name;
  }
  EXPECT_EQ(gauge(snapshot, "millrace.subset.keys.found"), 5);
  EXPECT_EQ(gauge(snapshot, "millrace.subset.keys.waiting"), 0);
  EXPECT_EQ(gauge(snapshot, "millrace.subset.rows.left"), 0);
  EXPECT_EQ(gauge(snapshot, "millrace.subset.time.left"), 0);
}

TEST_F(CopyObservationTest, CountsRowsOfACircleOnceAllOfItIsThere) {
  prepare("source.db",
          "CREATE TABLE one (id INTEGER PRIMARY KEY, other INT REFERENCES two); CREATE TABLE two (id INTEGER PRIMARY KEY, other "
          "INT REFERENCES one);"
          "INSERT INTO one VALUES (1, 1); INSERT INTO two VALUES (1, 1), (2, 1)");
  ASSERT_TRUE(run(options()));
  const MetricSnapshot snapshot = metrics();
  EXPECT_EQ(count(snapshot, "millrace.subset.rows", {{"table", "one"}, {"direction", "written"}}), 1);
  EXPECT_EQ(count(snapshot, "millrace.subset.rows", {{"table", "two"}, {"direction", "written"}}), 2);
}

TEST_F(CopyObservationTest, TablesBeyondTheLimitShareALabel) {
  constexpr std::size_t kMore = 3;
  std::string sql;
  for (std::size_t i = 0; i < CopyObservation::kTablesNamed + kMore; ++i) {
    const std::string name = "t" + std::to_string(i);
    sql += "CREATE TABLE " + name + " (id INTEGER PRIMARY KEY); INSERT INTO " + name + " VALUES (7);";
  }
  prepare("source.db", sql);
  ASSERT_TRUE(run(options()));
  const MetricSnapshot snapshot = metrics();
  EXPECT_EQ(count(snapshot, "millrace.subset.rows", {{"table", "other"}, {"direction", "written"}}), std::int64_t(kMore));
  EXPECT_EQ(std::ranges::count_if(snapshot.find("millrace.subset.pages")->points,
                                  [](const MetricPoint& point) { return !point.labels.empty(); }),
            std::ptrdiff_t(CopyObservation::kTablesNamed + 1));
}

TEST_F(CopyObservationTest, SpansFollowTheWayOfAPage) {
  prepare("source.db", "CREATE TABLE only (id INTEGER PRIMARY KEY); INSERT INTO only VALUES (1)");
  ASSERT_TRUE(run(options()));
  const std::vector<std::unique_ptr<SpanData>> all = spans.take();
  std::map<std::string, const SpanData*> found;
  for (const auto& span : all) {
    EXPECT_TRUE(found.emplace(path(all, *span), span.get()).second) << "twice: " << path(all, *span);
    EXPECT_LE(span->start, span->end) << span->name;
  }
  const std::string page = "subset.copy subset.table subset.page";
  for (const char* const stage :
       {" subset.page.read", " subset.page.transform", " subset.page.map", " subset.page.write", " subset.page.commit"})
    EXPECT_TRUE(found.contains(page + stage)) << stage;
  for (const char* const phase : {" subset.connect", " subset.plan", " subset.resolve", " subset.finish", " subset.verify"})
    EXPECT_TRUE(found.contains("subset.copy" + std::string(phase))) << phase;
  ASSERT_TRUE(found.contains(page));
  EXPECT_EQ(*found[page]->find("subset.rows"), observe::SpanValue(1));
  EXPECT_EQ(*found["subset.copy subset.table"]->find("subset.table"), observe::SpanValue("only"));
  EXPECT_EQ(found["subset.copy"]->status, observe::SpanStatus::ok);
}

TEST_F(CopyObservationTest, OfManyPagesSomeHaveSpans) {
  prepare("source.db",
          "CREATE TABLE only (id INTEGER PRIMARY KEY); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
          "100) INSERT INTO only SELECT i FROM n");
  CopyOptions asked = options();
  asked.job.page_rows = 1;
  const Result<Report> report = run(std::move(asked));
  ASSERT_TRUE(report) << report.error().to_string();
  ASSERT_GE(report->tables[0].pages, 100U);
  const std::vector<std::unique_ptr<SpanData>> all = spans.take();
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& span) { return span->name == "subset.page"; }),
            std::ptrdiff_t(CopyObservation::kPagesTraced + 1));
}

TEST_F(CopyObservationTest, AnErrorIsToldByTheSpansThatWereOpen) {
  prepare("source.db", "CREATE TABLE only (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO only VALUES (1, 'no')");
  prepare("target.db", "CREATE TABLE only (id INTEGER PRIMARY KEY, text TEXT CHECK (text = 'yes'))");
  ASSERT_FALSE(run(options()));
  std::vector<std::string> failed;
  const std::vector<std::unique_ptr<SpanData>> all = spans.take();
  for (const auto& span : all)
    if (span->status == observe::SpanStatus::error) failed.push_back(path(all, *span));
  EXPECT_EQ(failed, (std::vector<std::string>{"subset.copy subset.table subset.page subset.page.write",
                                              "subset.copy subset.table subset.page", "subset.copy subset.table", "subset.copy"}));
  EXPECT_EQ(count(metrics(), "millrace.subset.rows", {{"table", "only"}, {"direction", "written"}}), 0);
}

TEST_F(CopyObservationTest, WithoutAnybodyThereIsNothing) {
  EXPECT_FALSE(CopyObservation(nullptr, nullptr, {}).on());
  EXPECT_EQ(CopyObservation(nullptr, nullptr, {}).now(), Instant{});
}

}  // namespace
}  // namespace millrace::subset
