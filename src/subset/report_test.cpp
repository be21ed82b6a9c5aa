// How far a copy is, and what it did: numbers, lines for people, and JSON.
#include <millrace/subset/report.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace millrace::subset {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Progress half_way() {
  return {.phase = Phase::copying,
          .tables = {{.table = "customer", .planned = 100, .earlier = 20, .rows = 80, .bytes = 1'000, .done = true},
                     {.table = "order", .planned = 300, .rows = 120, .bytes = 5'000}},
          .current = 1,
          .since_start = seconds(12),
          .copying_for = seconds(10)};
}

TEST(Progress, SumsOverTables) {
  const Progress progress = half_way();
  EXPECT_EQ(progress.planned(), 400u);
  EXPECT_EQ(progress.rows(), 200u);
  EXPECT_EQ(progress.complete(), 220u);
  EXPECT_EQ(progress.bytes(), 6'000u);
}

TEST(Progress, TheRateIsOfThisRunAlone) {
  Progress progress = half_way();
  EXPECT_DOUBLE_EQ(progress.rate(), 20);  // rows of earlier runs took none of this one's time
  EXPECT_EQ(progress.left(), Duration(seconds(9)));
  progress.copying_for = {};
  EXPECT_EQ(progress.rate(), 0);
  EXPECT_FALSE(progress.left().has_value());
}

TEST(Progress, WhatIsLeftIsNotSaidWhileNobodyKnows) {
  Progress progress = half_way();
  progress.phase = Phase::resolving;
  EXPECT_FALSE(progress.left().has_value());
  progress = half_way();
  progress.tables[0].rows = progress.tables[1].rows = 0;
  EXPECT_FALSE(progress.left().has_value());
  progress = half_way();
  progress.tables[1].planned = 0;  // more came than was planned
  EXPECT_FALSE(progress.left().has_value());
  progress.tables[1].planned = 120;
  EXPECT_EQ(progress.left(), Duration{});
}

TEST(Progress, ATimeBeyondAllClocksIsNone) {
  Progress progress = half_way();
  progress.tables[1].planned = std::uint64_t{1} << 60;
  EXPECT_FALSE(progress.left().has_value());
}

TEST(Progress, AsJson) {
  const nlohmann::json json = nlohmann::json::parse(to_json(half_way()));
  EXPECT_EQ(json["event"], "progress");
  EXPECT_EQ(json["phase"], "copying");
  EXPECT_EQ(json["since_start_ms"], 12'000);
  EXPECT_EQ(json["rows"], 220);
  EXPECT_EQ(json["planned"], 400);
  EXPECT_EQ(json["rows_per_second"], 20);
  EXPECT_EQ(json["left_ms"], 9'000);
  EXPECT_EQ(json["table"], "order");
  EXPECT_EQ(json["table_rows"], 120);
  EXPECT_EQ(json["table_planned"], 300);
  const nlohmann::json early = nlohmann::json::parse(to_json(Progress{.phase = Phase::resolving, .keys = 5, .waiting = 2}));
  EXPECT_EQ(early["keys"], 5);
  EXPECT_EQ(early["waiting"], 2);
  EXPECT_FALSE(early.contains("rows"));
}

TEST(Progress, EachPhaseHasItsWord) {
  std::vector<std::string> words;
  for (const Phase phase :
       {Phase::connecting, Phase::planning, Phase::resolving, Phase::copying, Phase::finishing, Phase::verifying, Phase::done})
    words.push_back(nlohmann::json::parse(to_json(Progress{.phase = phase}))["phase"]);
  EXPECT_THAT(words, ::testing::ElementsAre("connecting", "planning", "resolving", "copying", "finishing", "verifying", "done"));
}

Report sample_report() {
  return {.source = "sqlite:a.db",
          .target = "sqlite:b.db",
          .tables =
              {{.table = "customer", .planned = 1'234, .rows = 1'200, .bytes = 2'048, .pages = 1, .checksum = 0xab},
               {.table = "order", .planned = 40, .earlier = 10, .rows = 27, .skipped = 2, .missing = 1, .bytes = 512, .pages = 2}},
          .keys = {{.key = "order (customer_id) -> customer (id)"}},
          .left_out = {"sales: a view"},
          .warnings = {"watch out"},
          .resolving = milliseconds(20),
          .copying = milliseconds(1'300),
          .total = milliseconds(1'500)};
}

TEST(Report, ForPeople) {
  EXPECT_EQ(describe(sample_report()),
            "sqlite:a.db -> sqlite:b.db\n"
            "\n"
            "table           rows       bytes  checksum\n"
            "customer       1,200     2.0 KiB  00000000000000ab\n"
            "order             27       512 B  0000000000000000  10 by earlier runs  2 skipped: there already, or taken out by a "
            "transform"
            "  1 missing in the source, references to them NULL\n"
            "\n"
            "1,227 rows, 2.5 KiB in 1.5 s (finding them 20 ms, copying 1.3 s); 10 by earlier runs\n"
            "Every row that is referred to is there: 1 foreign key looked at.\n"
            "\n"
            "Left out:\n"
            "  sales: a view\n"
            "Note: watch out\n");
}

TEST(Report, IsCompleteWhenNoKeyDangles) {
  Report report = sample_report();
  EXPECT_TRUE(report.complete());
  report.keys.push_back({.key = "a (b) -> c (d)", .dangling = 3});
  EXPECT_FALSE(report.complete());
  EXPECT_THAT(describe(report),
              AllOf(HasSubstr("BROKEN: 3 rows of a (b) -> c (d) refer to what is not there"), Not(HasSubstr("Every row"))));
  report.keys.clear();
  EXPECT_TRUE(report.complete());
  EXPECT_THAT(describe(report), HasSubstr("no foreign keys between these tables"));
}

TEST(Report, NamesCannotMoveTheCursorNorEndALine) {
  Report report = sample_report();
  report.source = "a\x1b[2J";
  report.tables[0].table = "cus\ntomer";
  report.keys[0] = {.key = "k\r", .dangling = 1};
  report.left_out = {"x\n"};
  const std::string text = describe(report);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_THAT(text, AllOf(HasSubstr("cus\\x0atomer"), HasSubstr("k\\x0d"), HasSubstr("  x\\x0a\n")));
}

TEST(Report, OneThatFoundEverythingDoneSaysSo) {
  Report report = sample_report();
  report.already_complete = true;
  EXPECT_THAT(describe(report), HasSubstr("nothing was changed"));
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["already_complete"], true);
}

TEST(Report, AsJson) {
  const std::string line = to_json(sample_report());
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(line);
  EXPECT_EQ(json["event"], "report");
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["total_ms"], 1'500);
  ASSERT_EQ(json["tables"].size(), 2u);
  EXPECT_EQ(json["tables"][0]["checksum"], "00000000000000ab");
  EXPECT_EQ(json["tables"][1]["earlier"], 10);
  EXPECT_EQ(json["tables"][1]["missing"], 1);
  EXPECT_EQ(json["tables"][1]["skipped"], 2);
  EXPECT_EQ(json["keys"][0]["dangling"], 0);
  EXPECT_EQ(json["left_out"][0], "sales: a view");
  EXPECT_EQ(json["warnings"][0], "watch out");
  const nlohmann::json nothing = nlohmann::json::parse(to_json(Report{}));
  EXPECT_TRUE(nothing["tables"].empty());
  EXPECT_TRUE(nothing["left_out"].empty());
}

TEST(Report, JsonTakesWhateverNamesAreMadeOf) {
  Report report{.source = "quote\" back\\ line\n nul" + std::string(1, '\0') + " \x7f \xc3\xa9"};
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["source"], report.source);
  report.source = "not UTF-8: \xff\xc3";  // a file may be called so
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["source"], "not UTF-8: \xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace millrace::subset
