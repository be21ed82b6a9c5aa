// copy() as somebody calls it who has included <millrace/subset/copy.h>.
#include <millrace/subset/copy.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/copy_case.h"

namespace millrace::subset {
namespace {

using millrace::testing::CopyCase;
using millrace::testing::transformer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kShop =
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INT NOT NULL REFERENCES customer);"
    "CREATE TABLE line (purchase INT NOT NULL REFERENCES purchase, no INT NOT NULL, product INT REFERENCES product, PRIMARY KEY "
    "(purchase, no))"
    " WITHOUT ROWID;"
    "INSERT INTO customer VALUES (1, 'Ada'), (2, 'Bob'), (3, 'Cleo'); INSERT INTO product VALUES (7, 'nut'), (8, 'bolt'), (9, "
    "NULL);"
    "INSERT INTO purchase VALUES (10, 2), (11, 3), (12, 2); INSERT INTO line VALUES (10, 1, 7), (10, 2, NULL), (12, 1, 9), (11, 1, "
    "8);";

Job bobs(const CopyCase& one) {
  Job job = one.job("customer");
  job.roots[0].where = "name = 'Bob'";
  job.children = {{.of = "customer", .table = "purchase"}, {.of = "purchase", .table = "line"}};
  return job;
}

TEST(Copy, APartThatIsWhole) {
  CopyCase one;
  one.source.run(kShop);
  const Report report = one.copy(bobs(one)).value();
  EXPECT_TRUE(report.complete());
  EXPECT_FALSE(report.already_complete);
  EXPECT_EQ(one.target.ask("SELECT * FROM customer"), "2|Bob\n");
  EXPECT_EQ(one.target.ask("SELECT * FROM purchase ORDER BY 1"), "10|2\n12|2\n");
  EXPECT_EQ(one.target.ask("SELECT * FROM line ORDER BY 1, 2"), "10|1|7\n10|2|NULL\n12|1|9\n");
  EXPECT_EQ(one.target.ask("SELECT * FROM product ORDER BY 1"), "7|nut\n9|NULL\n");
  EXPECT_EQ(one.target.ask("PRAGMA foreign_key_check"), "");
  std::vector<std::string> order;
  std::uint64_t rows = 0;
  for (const TableReport& table : report.tables) {
    order.push_back(table.table);
    rows += table.rows;
    EXPECT_EQ(table.planned, table.rows);
    EXPECT_NE(table.checksum, 0u);
  }
  EXPECT_THAT(order, ElementsAre("customer", "product", "purchase", "line"));
  EXPECT_EQ(rows, 8u);
  EXPECT_EQ(report.keys.size(), 3u);
}

TEST(Copy, AJobThatIsCompleteIsLeftAlone) {
  CopyCase one;
  one.source.run(kShop);
  const Report first = one.copy(bobs(one)).value();
  one.source.run("INSERT INTO purchase VALUES (13, 2)");
  std::vector<Progress> told;
  const Report again = one.copy({.job = bobs(one), .on_progress = [&told](const Progress& now) { told.push_back(now); }}).value();
  EXPECT_TRUE(again.already_complete);
  EXPECT_TRUE(again.complete());
  EXPECT_EQ(again.keys.size(), 3u);
  EXPECT_EQ(one.target.number("SELECT count(*) FROM purchase"), 2);
  for (std::size_t i = 0; i < first.tables.size(); ++i) {
    EXPECT_EQ(again.tables[i].earlier, first.tables[i].rows);
    EXPECT_EQ(again.tables[i].rows, 0u);
    EXPECT_EQ(again.tables[i].checksum, first.tables[i].checksum);
  }
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().phase, Phase::done);
  for (const Progress& now : told) EXPECT_LE(now.copying_for, now.since_start) << to_string(now.phase);
}

TEST(Copy, NewNumbersEverywhere) {
  CopyCase one;
  one.source.run(kShop);
  one.target.run(
      "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO customer VALUES (2, 'Somebody');");
  Job job = bobs(one);
  job.keys = KeyPolicy::map;
  ASSERT_TRUE(one.copy(job));
  EXPECT_EQ(one.target.ask("SELECT count(*), min(customer.name) FROM line JOIN purchase ON purchase.id = line.purchase"
                           " JOIN customer ON customer.id = customer"),
            "3|Bob\n");
  EXPECT_EQ(one.target.ask("SELECT * FROM customer ORDER BY 1"), "2|Somebody\n3|Bob\n");
  EXPECT_EQ(one.target.ask("PRAGMA foreign_key_check"), "");
}

TEST(Copy, ATableWhoseOnlyKeyIsItsLastColumnHasAllItsColumns) {
  CopyCase one;
  one.source.run(
      "CREATE TABLE word (meaning TEXT, word TEXT NOT NULL UNIQUE); INSERT INTO word VALUES ('a fruit', 'apple'), (NULL, 'x')");
  const Result<Report> report = one.copy(one.job("word"));
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(one.target.ask("SELECT * FROM word ORDER BY 2"), "a fruit|apple\nNULL|x\n");
}

TEST(Copy, ATableWithoutAKeyIsCopiedRowByRow) {
  CopyCase one;
  one.source.run("CREATE TABLE log (at INT, what TEXT); INSERT INTO log VALUES (1, 'a'), (1, 'a'), (NULL, NULL)");
  Job job = one.job("log");
  ASSERT_TRUE(one.copy(job));
  EXPECT_EQ(one.target.ask("SELECT * FROM log"), "1|a\n1|a\nNULL|NULL\n");
}

TEST(Copy, ComputedColumnsAreComputedAgainAlsoWhereTheyAreForeignKeys) {
  CopyCase one;
  one.source.run(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
      "CREATE TABLE child (id INTEGER PRIMARY KEY, p INT, g INT GENERATED ALWAYS AS (p + 0) STORED REFERENCES parent (id));"
      "INSERT INTO parent VALUES (1), (2); INSERT INTO child (id, p) VALUES (1, 2)");
  const Result<Report> report = one.copy(one.job("child"));
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(one.target.ask("SELECT id, p, g FROM child"), "1|2|2\n");
  EXPECT_EQ(one.target.ask("SELECT * FROM parent"), "2\n");
}

TEST(Copy, CirclesAndTablesThatReferToThemselves) {
  CopyCase one;
  one.source.run(
      "CREATE TABLE person (id INTEGER PRIMARY KEY, boss INT REFERENCES person, team INT NOT NULL REFERENCES team);"
      "CREATE TABLE team (id INTEGER PRIMARY KEY, head INT NOT NULL REFERENCES person);"
      "INSERT INTO person VALUES (1, 3, 1), (2, 1, 2), (3, NULL, 1), (4, 4, 1); INSERT INTO team VALUES (1, 2), (2, 3), (3, 4);");
  for (const KeyPolicy keys : {KeyPolicy::keep, KeyPolicy::map}) {
    std::filesystem::remove(one.target.path());
    Job job = one.job("team");
    job.roots[0].where = "id = 2";
    job.page_rows = 1;
    job.keys = keys;
    const Result<Report> report = one.copy(job);
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_EQ(one.target.number("SELECT count(*) FROM person"), 3);
    EXPECT_EQ(one.target.number("SELECT count(*) FROM team"), 2);
    EXPECT_EQ(one.target.ask("PRAGMA foreign_key_check"), "");
  }
}

TEST(Copy, RowsThatAreNotThereAreAnErrorOrNull) {
  CopyCase one;
  one.source.run(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent);"
      "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1), (2, 77)");
  Job job = one.job("child");
  const Result<Report> refused = one.copy(job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context("table"), "parent");
  EXPECT_EQ(refused.error().context("key"), "77");
  job.missing = MissingParents::null;
  const Result<Report> report = one.copy(job, true);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->tables[0].missing, 1u);
  EXPECT_EQ(one.target.ask("SELECT * FROM child ORDER BY 1"), "1|1\n2|NULL\n");
}

TEST(Copy, MissingRowsOfATableThatRefersToItselfAreNullInAllPages) {
  CopyCase one;
  one.source.run(
      "CREATE TABLE person (id INTEGER PRIMARY KEY, boss INT REFERENCES person);"
      "INSERT INTO person VALUES (1, 77), (2, 1), (3, 2), (4, 77), (5, 66)");
  for (const KeyPolicy keys : {KeyPolicy::keep, KeyPolicy::map}) {
    std::filesystem::remove(one.target.path());
    Job job = one.job("person");
    job.missing = MissingParents::null;
    job.page_rows = 2;
    job.keys = keys;
    const Result<Report> report = one.copy(job);
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_EQ(report->tables[0].missing, 2u);
    EXPECT_EQ(one.target.number("SELECT count(*) FROM person WHERE boss IS NULL"), 3);
    EXPECT_EQ(one.target.ask("PRAGMA foreign_key_check"), "");
  }
}

constexpr const char* kCities =
    "CREATE TABLE country (id INTEGER PRIMARY KEY, code TEXT UNIQUE COLLATE NOCASE);"
    "CREATE TABLE city (id INTEGER PRIMARY KEY, country TEXT REFERENCES country (code), must TEXT NOT NULL REFERENCES country "
    "(code));"
    "INSERT INTO country VALUES (1, 'FR'), (2, 'DE');"
    "INSERT INTO city VALUES (1, 'FR', 'DE'), (2, 'XX', 'DE'), (3, NULL, 'DE'), (4, 'xx', 'DE'), (5, 'XX', 'FR'), (6, 'YY', 'FR');";

TEST(Copy, RowsThatAreNotThereByAnotherKeyAreAnErrorBeforeTheFirstIsWritten) {
  CopyCase one;
  one.source.run(kCities);
  for (const KeyPolicy keys : {KeyPolicy::keep, KeyPolicy::map}) {
    std::filesystem::remove(one.target.path());
    Job job = one.job("city");
    job.keys = keys;
    job.page_rows = 1;
    const Result<Report> refused = one.copy(job);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().context("table"), "city");
    EXPECT_EQ(refused.error().context("column"), "country");
    EXPECT_EQ(refused.error().context("key"), "2");
    EXPECT_THAT(std::string(refused.error().message()), HasSubstr("city 2 refers by country to 'XX' of country (code), which"));
    EXPECT_EQ(one.target.number("SELECT (SELECT count(*) FROM country) + (SELECT count(*) FROM city)"), 0);
  }
}

TEST(Copy, RowsThatAreNotThereByAnotherKeyAreNullAndCounted) {
  CopyCase one;
  one.source.run(kCities);
  for (const KeyPolicy keys : {KeyPolicy::keep, KeyPolicy::map}) {
    std::filesystem::remove(one.target.path());
    Job job = one.job("city");
    job.missing = MissingParents::null;
    job.keys = keys;
    job.page_rows = 2;
    const Result<Report> report = one.copy(job);
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_EQ(report->tables[0].table, "country");
    EXPECT_EQ(report->tables[0].missing, 3u);  // XX, xx, YY: each as it is spelt
    EXPECT_EQ(report->tables[1].missing, 0u);
    EXPECT_EQ(one.target.ask("SELECT country, must FROM city ORDER BY id"), "FR|DE\nNULL|DE\nNULL|DE\nNULL|DE\nNULL|FR\nNULL|FR\n");
    EXPECT_EQ(one.target.ask("PRAGMA foreign_key_check"), "");
  }
}

TEST(Copy, AReferenceByAnotherKeyThatMayNotBeNullIsRefused) {
  CopyCase one;
  one.source.run(std::string(kCities) + "INSERT INTO city VALUES (9, NULL, 'ZZ')");
  Job job = one.job("city");
  job.missing = MissingParents::null;
  const Result<Report> refused = one.copy(job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context("key"), "9");
  EXPECT_THAT(std::string(refused.error().message()), HasSubstr("city 9 refers by must to 'ZZ' of country (code)"));
}

TEST(Copy, TransformersComeInTheirOrderAndMasksBeforeThem) {
  CopyCase one;
  one.source.run(kShop);
  Job job = one.job("customer");
  job.tables["customer"].columns["name"] = {.mask = "constant", .options = {{"value", "masked"}}};
  const auto appending = [&one](std::string what) {
    return transformer(one.loop, [what = std::move(what)](const Table&, const ColumnList& places, Page& page) -> Result<void> {
      const auto name = static_cast<std::size_t>(std::ranges::find(places, 1u) - places.begin());
      for (std::size_t row = 0; row < page.rows(); ++row) page.set_text(row, name, std::string(page.at(row, name).text) + what);
      return {};
    });
  };
  CopyOptions options{.job = job};
  options.transformers = [&](const Plan& plan) -> Result<std::vector<std::shared_ptr<Transformer>>> {
    EXPECT_EQ(plan.roots.size(), 1u);
    return std::vector<std::shared_ptr<Transformer>>{appending("+first"), appending("+second")};
  };
  const Result<Report> report = one.copy(std::move(options));
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(one.target.ask("SELECT DISTINCT name FROM customer"), "masked+first+second\n");
}

TEST(Copy, ATransformerMayTakeRowsOut) {
  CopyCase one;
  one.many_items(10);
  Job job = one.job("item");
  job.page_rows = 3;
  CopyOptions options{.job = job};
  options.transformers = [&](const Plan&) -> Result<std::vector<std::shared_ptr<Transformer>>> {
    return std::vector<std::shared_ptr<Transformer>>{
        transformer(one.loop, [](const Table&, const ColumnList&, Page& page) -> Result<void> {
          page.filter([&](std::size_t row) { return page.at(row, 0).integer % 5 == 0; });
          return {};
        })};
  };
  const Report report = one.copy(std::move(options)).value();
  EXPECT_EQ(report.tables[0].rows, 2u);
  EXPECT_EQ(report.tables[0].skipped, 8u);
  EXPECT_EQ(one.target.ask("SELECT id FROM item ORDER BY 1"), "5\n10\n");
}

TEST(Copy, AnErrorOfATransformerNamesTheTableAndLeavesTheLastCommit) {
  CopyCase one;
  one.many_items(100);
  Job job = one.job("item");
  job.page_rows = 10;
  const auto failing_after = [&](int pages) {
    CopyOptions options{.job = job, .resume = true};
    options.transformers = [&one, pages](const Plan&) -> Result<std::vector<std::shared_ptr<Transformer>>> {
      return std::vector<std::shared_ptr<Transformer>>{
          transformer(one.loop, [left = pages](const Table&, const ColumnList&, Page&) mutable -> Result<void> {
            if (left-- == 0) return fail(Errc::invalid_argument, "not this one");
            return {};
          })};
    };
    return one.copy(std::move(options));
  };
  const Result<Report> refused = failing_after(4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "not this one");
  EXPECT_EQ(refused.error().context("table"), "item");
  EXPECT_EQ(one.target.number("SELECT count(*) FROM item"), 40);
  const Result<Report> rest = failing_after(1'000);
  ASSERT_TRUE(rest) << rest.error().to_string();
  EXPECT_EQ(rest->tables[0].earlier, 40u);
  EXPECT_EQ(rest->tables[0].rows, 60u);
  EXPECT_EQ(one.target.ask("SELECT count(*), min(id), max(id) FROM item"), "100|1|100\n");
}

TEST(Copy, WhatCannotBeWrittenNamesTheTable) {
  CopyCase one;
  one.many_items(3);
  one.target.run("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO item VALUES (2, 'mine')");
  const Result<Report> refused = one.copy(one.job("item"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context("table"), "item");
  EXPECT_EQ(one.target.ask("SELECT * FROM item"), "2|mine\n");
}

TEST(Copy, EndpointsThatAreNoneAreTold) {
  CopyCase one;
  one.source.run(kShop);
  Job job = one.job("customer");
  job.source = "nowhere";
  EXPECT_EQ(one.copy(job).error().code(), Errc::invalid_argument);
  job.source = "sqlite:" + one.folder.path.string() + "/none.db";
  EXPECT_EQ(one.copy(job).error().code(), Errc::not_found);
  job = one.job("customer");
  job.target = "";
  EXPECT_EQ(one.copy(job).error().code(), Errc::invalid_argument);
}

TEST(PlanJob, SaysWhatCopyWouldDoAndWritesNothing) {
  CopyCase one;
  one.source.run(kShop);
  const Plan plan = run_until(one.loop, plan_job(one.loop, bobs(one), {})).value();
  EXPECT_EQ(plan.dependencies.order().size(), 4u);
  EXPECT_FALSE(std::filesystem::exists(one.target.path()));
  const Result<Plan> refused = run_until(one.loop, plan_job(one.loop, one.job("custmer"), {}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(std::string(refused.error().message()), HasSubstr("did you mean 'customer'"));
}

TEST(PlanJob, AnAbortedOneEnds) {
  CopyCase one;
  one.source.run(kShop);
  const Result<Plan> plan = run_until(one.loop, plan_job(one.loop, bobs(one), AbortSignal::aborted_with(one.loop)));
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code(), Errc::aborted);
}

}  // namespace
}  // namespace millrace::subset
