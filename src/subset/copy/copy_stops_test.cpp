// Copies that are stopped, told of, and large.
#include <millrace/subset/copy.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "subset/copy/run.h"
#include "support/copy_case.h"
#include "support/plan_schema.h"

namespace millrace::subset {
namespace {

using millrace::testing::CopyCase;
using millrace::testing::PlanSchema;

/// Most memory that the process has ever had, in bytes.
std::size_t most_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
  return 0;
}
Job paged(const CopyCase& one, std::size_t rows) {
  Job job = one.job("item");
  job.page_rows = rows;
  return job;
}

TEST(CopyProgress, GoesOnlyForwardAndEndsWithAll) {
  CopyCase one;
  one.many_items(5'000);
  std::vector<Progress> told;
  const Report report =
      one.copy({.job = paged(one, 100), .on_progress = [&](const Progress& now) { told.push_back(now); }}).value();
  EXPECT_EQ(report.tables[0].pages, 51u);  // the last one is empty: only the database knows where its end is
  ASSERT_GE(told.size(), 5u);
  for (std::size_t i = 1; i < told.size(); ++i) {
    EXPECT_GE(told[i].phase, told[i - 1].phase);
    EXPECT_GE(told[i].rows(), told[i - 1].rows());
    EXPECT_GE(told[i].bytes(), told[i - 1].bytes());
    EXPECT_GE(told[i].since_start, told[i - 1].since_start);
    EXPECT_GE(told[i].copying_for, told[i - 1].copying_for);
    if (told[i].phase >= Phase::copying) {
      EXPECT_EQ(told[i].planned(), 5'000u);
    }
  }
  std::set<Phase> phases;
  for (const Progress& now : told) phases.insert(now.phase);
  EXPECT_THAT(phases, ::testing::IsSupersetOf(
                          {Phase::planning, Phase::resolving, Phase::copying, Phase::finishing, Phase::verifying, Phase::done}));
  EXPECT_EQ(told.back().phase, Phase::done);
  EXPECT_EQ(told.back().rows(), 5'000u);
  EXPECT_TRUE(told.back().tables[0].done);
}

TEST(CopyProgress, IsToldOnlySoOften) {
  CopyCase one;
  one.many_items(20'000);
  std::size_t calls = 0;
  const Instant before = one.loop.now();
  ASSERT_TRUE(one.copy({.job = paged(one, 50), .on_progress = [&](const Progress&) { ++calls; }}));
  const double seconds = std::chrono::duration<double>(one.loop.now() - before).count();
  EXPECT_LE(static_cast<double>(calls), seconds * kProgressPerSecond + 8);  // and one for each phase
}

TEST(CopyAbort, EndsSoonAndGoesOnLater) {
  CopyCase one;
  one.many_items(200'000);
  AbortController controller(one.loop);
  CopyOptions options{.job = paged(one, 1'000), .signal = controller.signal()};
  std::optional<std::chrono::steady_clock::time_point> asked;
  options.on_progress = [&](const Progress& now) {
    if (now.rows() == 0 || asked) return;
    asked = std::chrono::steady_clock::now();
    controller.abort();
  };
  const Result<Report> stopped = one.copy(std::move(options));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Errc::aborted);
  ASSERT_TRUE(asked);
  EXPECT_LT(std::chrono::steady_clock::now() - *asked, std::chrono::seconds(5));
  const std::int64_t there = one.target.number("SELECT count(*) FROM item");
  EXPECT_GT(there, 0);
  EXPECT_LT(there, 200'000);
  EXPECT_EQ(there % 1'000, 0);  // whole pages
  const Result<Report> without = one.copy(paged(one, 1'000));
  ASSERT_FALSE(without);
  EXPECT_THAT(std::string(without.error().message()), ::testing::HasSubstr("--resume"));
  const Result<Report> rest = one.copy(paged(one, 1'000), true);
  ASSERT_TRUE(rest) << rest.error().to_string();
  EXPECT_EQ(rest->tables[0].earlier, static_cast<std::uint64_t>(there));
  EXPECT_EQ(rest->tables[0].earlier + rest->tables[0].rows, 200'000u);
  EXPECT_EQ(one.target.ask("SELECT count(*), sum(id) FROM item WHERE name = 'item number ' || id"), "200000|20000100000\n");
}

TEST(CopyAbort, ASignalThatIsAbortedAlreadyDoesNothing) {
  CopyCase one;
  one.many_items(10);
  const Error reason(Errc::timed_out, "too late");
  const Result<Report> stopped = one.copy({.job = paged(one, 10), .signal = AbortSignal::aborted_with(one.loop, reason)});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message(), "too late");
  EXPECT_FALSE(std::filesystem::exists(one.target.path()));
}

TEST(CopyAbort, InEachPhaseItIsTheReasonThatIsTold) {
  for (const Phase phase : {Phase::planning, Phase::resolving, Phase::copying, Phase::finishing, Phase::verifying, Phase::done}) {
    CopyCase one;
    one.many_items(3'000);
    AbortController controller(one.loop);
    CopyOptions options{.job = paged(one, 500), .signal = controller.signal()};
    options.on_progress = [&](const Progress& now) {
      if (now.phase == phase) controller.abort(Error(Errc::timed_out, "enough"));
    };
    const Result<Report> stopped = one.copy(std::move(options));
    if (phase == Phase::done) {
      EXPECT_TRUE(stopped);
      continue;
    }
    ASSERT_FALSE(stopped) << to_string(phase);
    EXPECT_EQ(stopped.error().message(), "enough");
    const Result<Report> rest = one.copy(paged(one, 500), true);
    ASSERT_TRUE(rest) << rest.error().to_string();
    EXPECT_EQ(one.target.number("SELECT count(*) FROM item"), 3'000);
  }
}

TEST(CopyResume, NumbersStayThoseOfTheEarlierRun) {
  // 3 is missing: what comes behind it in the page must keep its number when another run reads the ledger.
  CopyCase one;
  one.source.run(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES "
      "parent);"
      "INSERT INTO parent VALUES (1, 'one'), (2, 'two'), (4, 'four'), (5, 'five'); INSERT INTO child VALUES (1, 1), (2, 2), (3, "
      "3), (4, 4), (5, 5)");
  one.target.run("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO parent VALUES (100, 'there before')");
  Job job = one.job("child");
  job.keys = KeyPolicy::map;
  job.missing = MissingParents::null;
  AbortController controller(one.loop);
  CopyOptions options{.job = job, .signal = controller.signal()};
  options.transformers = [&](const Plan&) -> Result<std::vector<std::shared_ptr<Transformer>>> {
    return std::vector<std::shared_ptr<Transformer>>{
        millrace::testing::transformer(one.loop, [](const Table& table, const ColumnList&, Page&) -> Result<void> {
          if (table.name.name == "child") return fail(Errc::invalid_argument, "not yet");
          return {};
        })};
  };
  ASSERT_FALSE(one.copy(std::move(options)));
  ASSERT_EQ(one.target.number("SELECT count(*) FROM parent"), 5);
  const Result<Report> rest = one.copy(job, true);
  ASSERT_TRUE(rest) << rest.error().to_string();
  EXPECT_EQ(one.target.ask("SELECT parent.name FROM child LEFT JOIN parent ON parent.id = parent ORDER BY child.id"),
            "one\ntwo\nNULL\nfour\nfive\n");
}

TEST(CopyResume, WhatNoParentHasIsFoundAgain) {
  CopyCase one;
  one.source.run(
      "CREATE TABLE country (id INTEGER PRIMARY KEY, code TEXT UNIQUE);"
      "CREATE TABLE city (id INTEGER PRIMARY KEY, country TEXT REFERENCES country (code), twin INT REFERENCES city);"
      "INSERT INTO country VALUES (1, 'FR');"
      "INSERT INTO city VALUES (1, 'XX', NULL), (2, 'FR', 1), (3, 'XX', 2), (4, 'FR', 1), (5, 'YY', 5)");
  for (const KeyPolicy keys : {KeyPolicy::keep, KeyPolicy::map})
    for (const MissingParents missing : {MissingParents::null, MissingParents::error}) {
      std::filesystem::remove(one.target.path());
      Job job = one.job("city");
      job.keys = keys;
      job.missing = MissingParents::null;
      job.page_rows = 2;
      job.tables["city"].ignore = {"twin"};  // no circle: page by page
      int pages = 2;
      CopyOptions options{.job = job};
      options.transformers = [&](const Plan&) -> Result<std::vector<std::shared_ptr<Transformer>>> {
        return std::vector<std::shared_ptr<Transformer>>{
            millrace::testing::transformer(one.loop, [&pages](const Table&, const ColumnList&, Page&) -> Result<void> {
              if (pages-- == 0) return fail(Errc::invalid_argument, "not yet");
              return {};
            })};
      };
      ASSERT_FALSE(one.copy(std::move(options)));
      ASSERT_EQ(one.target.number("SELECT count(*) FROM city"), 2);
      job.missing = missing;  // it does not change what a job is called
      const Result<Report> rest = one.copy(job, true);
      if (missing == MissingParents::error) {
        ASSERT_FALSE(rest);
        EXPECT_EQ(rest.error().context("key"), "3");  // 1 is there already, as it was to be then
        continue;
      }
      ASSERT_TRUE(rest) << rest.error().to_string();
      EXPECT_EQ(rest->tables[0].missing, 2u);
      EXPECT_EQ(one.target.ask("SELECT country FROM city ORDER BY id"), "NULL\nFR\nNULL\nFR\nNULL\n");
      EXPECT_EQ(one.target.ask("PRAGMA foreign_key_check"), "");
    }
}

TEST(CopyMemory, DoesNotGrowWithTheRows) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers keep what is freed, and shadows of all that is used: the process's memory says nothing of ours";
#endif
  CopyCase one;
  one.many_items(300'000);
  ASSERT_TRUE(one.copy(paged(one, 1'000)));  // what is made once is made
  const std::size_t before = most_memory();
  std::filesystem::remove(one.target.path());
  one.source.run("UPDATE item SET name = printf('%0300d', id)");  // some 100 MB of rows
  ASSERT_TRUE(one.copy(paged(one, 1'000)));
  EXPECT_LT(most_memory(), before + (std::size_t{32} << 20));
}

TEST(CopyClosed, ALoopThatIsClosedInTheMidstLeavesNothingBehind) {
  for (const std::uint64_t after : {0u, 1u, 5'000u}) {
    CopyCase one;
    one.many_items(20'000);
    {
      Loop loop;
      std::uint64_t rows = 0;
      bool told = false;
      CopyOptions options{.job = paged(one, 500)};
      options.on_progress = [&](const Progress& now) {
        told = true;
        rows = now.rows();
      };
      const Promise<Report> running = copy(loop, std::move(options));
      static_cast<void>(loop.run_until([&] { return told && rows >= after; }, std::chrono::seconds(60)));
      EXPECT_TRUE(running.pending());
      loop.close();
      EXPECT_FALSE(running.pending());
    }
    const Result<Report> rest = one.copy(paged(one, 500), true);
    ASSERT_TRUE(rest) << rest.error().to_string();
    EXPECT_EQ(one.target.number("SELECT count(*) FROM item"), 20'000);
  }
}

TEST(CopyClosed, AndSoDoesALoopThatIsDestroyed) {
  CopyCase one;
  one.many_items(20'000);
  {
    Loop loop;
    const Promise<Report> running = copy(loop, {.job = paged(one, 500)});
    running.ignore_rejection();
    static_cast<void>(loop.run_until([] { return false; }, std::chrono::milliseconds(20)));
  }
  EXPECT_TRUE(one.copy(paged(one, 500), true));
}

/// A job, and the same but for one thing.
TEST(JobIdentity, TellsJobsApartThatGiveOtherRows) {
  PlanSchema made;
  made.table("customer", {PlanSchema::identity(), PlanSchema::words("name")})
      .table("purchase", {PlanSchema::identity(), PlanSchema::maybe("buyer"), PlanSchema::maybe("payer")})
      .refers("purchase", {"buyer"}, "customer")
      .refers("purchase", {"payer"}, "customer");
  const Job plain{.roots = {{.table = "customer"}}, .children = {{.of = "customer", .table = "purchase", .columns = {"buyer"}}}};
  const auto name_of = [&](const Job& job) { return job_identity(make_plan(job, made.schema).value(), "a", "b"); };
  std::set<std::string> names{name_of(plain)};
  std::size_t count = 1;
  const auto differs = [&](const char* what, auto change) {
    Job job = plain;
    change(job);
    EXPECT_TRUE(names.insert(name_of(job)).second) << what;
    EXPECT_EQ(names.size(), ++count) << what;
  };
  differs("where", [](Job& job) { job.roots[0].where = "id = 1"; });
  differs("limit", [](Job& job) { job.roots[0].limit = 0; });
  differs("order", [](Job& job) { job.roots[0].order = "id"; });
  differs("root", [](Job& job) { job.roots[0].table = "purchase"; });
  differs("columns of a child", [](Job& job) { job.children[0].columns = {"payer"}; });
  differs("no child", [](Job& job) { job.children.clear(); });
  differs("all children", [](Job& job) { job.all_children = true; });
  differs("keys", [](Job& job) { job.keys = KeyPolicy::map; });
  differs("others", [](Job& job) { job.others = RowChoice::all; });
  differs("seed", [](Job& job) { job.seed = "x"; });
  differs("script", [](Job& job) { job.script = "x.js"; });
  differs("a table's rows", [](Job& job) { job.tables["purchase"].rows = RowChoice::all; });
  differs("a table's keys", [](Job& job) { job.tables["purchase"].keys = KeyPolicy::map; });
  differs("a table's key", [](Job& job) { job.tables["customer"].key = {"name"}; });
  differs("ignore", [](Job& job) { job.tables["purchase"].ignore = {"payer"}; });
  differs("a mask", [](Job& job) { job.tables["customer"].columns["name"] = {.mask = "constant", .options = {{"value", "x"}}}; });
  differs("a mask's option",
          [](Job& job) { job.tables["customer"].columns["name"] = {.mask = "constant", .options = {{"value", "y"}}}; });
  EXPECT_EQ(name_of(plain), name_of(plain));
}

TEST(JobIdentity, SaysInItsSecondPartWhatTheTablesAre) {
  PlanSchema made;
  made.table("t", {PlanSchema::identity()});
  const auto name_of = [&] { return job_identity(make_plan({.roots = {{.table = "t"}}}, made.schema).value(), "a", "b"); };
  const std::string before = name_of();
  ASSERT_EQ(before.size(), 33u);
  made.schema.tables[0].columns[0].type = "integer";
  const std::string after = name_of();
  EXPECT_EQ(before.substr(0, 17), after.substr(0, 17));
  EXPECT_NE(before, after);
}

}  // namespace
}  // namespace millrace::subset
