// What a target knows of its jobs.
#include "subset/copy/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "subset/keys/key_set.h"
#include "subset/sqlite/session.h"
#include "support/page_rows.h"
#include "support/plan_schema.h"
#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct LedgerTest : ::testing::Test {
  template <typename T>
  Result<T> get(Promise<T> promise) {
    return run_until(loop, std::move(promise), std::chrono::seconds(60));
  }
  void SetUp() override { ASSERT_TRUE(get<void>(ledger.make())); }
  void note(const std::string& identity, LedgerEntry entry) { ASSERT_TRUE(get<void>(ledger.note(identity, std::move(entry)))); }

  millrace::testing::TemporaryFolder folder;
  Loop loop;
  std::unique_ptr<Session> session =
      run_until(loop, open_sqlite(loop, {.path = (folder.path / "target.db").string(), .writable = true, .create = true})).value();
  Ledger ledger{*session};
};

TEST_F(LedgerTest, EntriesComeBackAsTheyWereInTheOrderOfTablesAndPages) {
  const std::string keys = encode_keys(millrace::testing::numbers_page({-3, 1, 2, 900'000}));
  note("a-1", {.table = "my 'shop'.order", .page = 1, .rows = 0, .bytes = 0, .last = true});
  note("a-1", {.table = "my 'shop'.order",
               .page = 0,
               .rows = 4,
               .bytes = std::uint64_t{1} << 40,
               .keys = keys,
               .id_base = -5,
               .checksum = 0xfedcba9876543210,
               .last = false});
  note("a-1", {.table = "apple", .page = 10, .rows = 1, .id_base = 0});
  note("a-1", {.table = "apple", .page = 9, .rows = 1});
  const std::vector<LedgerEntry> all = get<std::vector<LedgerEntry>>(ledger.entries("a-1")).value();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].page, 9u);
  EXPECT_FALSE(all[0].id_base.has_value());
  EXPECT_EQ(all[1].page, 10u);
  EXPECT_EQ(all[1].id_base, 0);
  EXPECT_EQ(all[2].table, "my 'shop'.order");
  EXPECT_EQ(all[2].rows, 4u);
  EXPECT_EQ(all[2].bytes, std::uint64_t{1} << 40);
  EXPECT_EQ(all[2].keys, keys);
  EXPECT_EQ(all[2].id_base, -5);
  EXPECT_EQ(all[2].checksum, 0xfedcba9876543210);
  EXPECT_FALSE(all[2].last);
  EXPECT_TRUE(all[3].last);
  EXPECT_EQ(all[3].keys, "");
}

TEST_F(LedgerTest, JobsDoNotSeeEachOther) {
  note("a-1", {.table = "t"});
  EXPECT_THAT(get<std::vector<LedgerEntry>>(ledger.entries("b-1")).value(), IsEmpty());
}

TEST_F(LedgerTest, APageIsNotedOnce) {
  note("a-1", {.table = "t", .page = 0});
  EXPECT_FALSE(get<void>(ledger.note("a-1", {.table = "t", .page = 0})));
}

TEST_F(LedgerTest, ManyPagesComeBackWhole) {
  ASSERT_TRUE(get(session->begin()));
  for (std::uint64_t page = 0; page < 2'500; ++page) note("a-1", {.table = "t", .page = page, .rows = page});
  ASSERT_TRUE(get(session->commit()));
  const std::vector<LedgerEntry> all = get<std::vector<LedgerEntry>>(ledger.entries("a-1")).value();
  ASSERT_EQ(all.size(), 2'500u);
  for (std::uint64_t page = 0; page < 2'500; ++page) ASSERT_EQ(all[page].rows, page);
}

TEST_F(LedgerTest, AJobIsKnownByItsName) {
  EXPECT_FALSE(get<bool>(ledger.knows("abc-123")).value());
  ASSERT_TRUE(get<void>(ledger.add_job("abc-123", "from 'there'", {}, {})));
  EXPECT_TRUE(get<bool>(ledger.knows("abc-123")).value());
  EXPECT_FALSE(get<bool>(ledger.knows("abd-123")).value());
  EXPECT_FALSE(get<bool>(ledger.knows("ab-123")).value());  // not the beginning of another
}

TEST_F(LedgerTest, TheSameJobOverOtherTablesIsRefused) {
  ASSERT_TRUE(get<void>(ledger.add_job("abc-123", "from there", {}, {})));
  const Result<bool> known = get<bool>(ledger.knows("abc-456"));
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().code(), Errc::invalid_argument);
  EXPECT_THAT(std::string(known.error().message()), HasSubstr("abc-123"));
}

TEST_F(LedgerTest, WhatIsToBeRunAfterTheRowsIsKeptUntilTheJobIsDone) {
  const std::vector<std::string> after{"CREATE INDEX \"a;b\" ON t (x);", "ALTER TABLE 'q'\nADD\\ y", "CREATE INDEX c ON t (y)"};
  ASSERT_TRUE(get<void>(ledger.add_job("abc-123", "", after, {})));
  ASSERT_TRUE(get<void>(ledger.add_job("def-123", "", {}, {})));
  EXPECT_EQ(get<std::vector<std::string>>(ledger.after_rows("abc-123")).value(), after);
  EXPECT_THAT(get<std::vector<std::string>>(ledger.after_rows("def-123")).value(), IsEmpty());
  EXPECT_THAT(get<std::vector<std::string>>(ledger.after_rows("none-1")).value(), IsEmpty());
  ASSERT_TRUE(get<void>(ledger.finish_job("abc-123")));
  EXPECT_THAT(get<std::vector<std::string>>(ledger.after_rows("abc-123")).value(), IsEmpty());
  EXPECT_TRUE(get<bool>(ledger.knows("abc-123")).value());
}

TEST_F(LedgerTest, MakingItTwiceKeepsWhatIsThere) {
  note("a-1", {.table = "t"});
  ASSERT_TRUE(get<void>(ledger.make()));
  EXPECT_EQ(get<std::vector<LedgerEntry>>(ledger.entries("a-1")).value().size(), 1u);
}

TEST(Ledger, ItsTablesAreNobodysData) {
  using millrace::testing::PlanSchema;
  PlanSchema made;
  made.table("millrace_jobs", {PlanSchema::identity()})
      .table("customer", {PlanSchema::identity()})
      .table("millrace_pages", {PlanSchema::identity()})
      .table("order", {PlanSchema::identity(), PlanSchema::number("customer"), PlanSchema::number("job")})
      .refers("order", {"customer"}, "customer")
      .refers("order", {"job"}, "millrace_jobs");
  const Schema schema = without_ledger(made.schema);
  ASSERT_EQ(schema.tables.size(), 2u);
  EXPECT_EQ(schema.tables[0].name.name, "customer");
  EXPECT_EQ(schema.tables[1].name.name, "order");
  ASSERT_EQ(schema.foreign_keys.size(), 1u);  // what refers to them refers to nothing now
  EXPECT_EQ(schema.foreign_keys[0].child, 1u);
  EXPECT_EQ(schema.foreign_keys[0].parent, 0u);
  EXPECT_TRUE(check(schema));
}

}  // namespace
}  // namespace millrace::subset
