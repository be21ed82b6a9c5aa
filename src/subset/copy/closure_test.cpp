// Which rows belong together, by what a database says.
#include "subset/copy/closure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "subset/sqlite/session.h"
#include "support/page_rows.h"
#include "support/sqlite_file.h"
#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using millrace::testing::numbers_of;
using millrace::testing::SqliteFile;
using millrace::testing::texts_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct ClosureTest : ::testing::Test {
  /// What it found is there until the next call.
  Result<void> resolve(Job job, const std::string& sql, AbortSignal signal = {}) {
    file.run(sql);
    session = run_until(loop, open_sqlite(loop, {.path = file.path()})).value();
    EXPECT_TRUE(run_until(loop, session->begin_snapshot(std::nullopt)));
    Result<Plan> made = make_plan(std::move(job), run_until(loop, session->read_schema()).value());
    if (!made) return fail(made.error());
    plan = *std::move(made);
    closure = Closure::make(plan, *store).value();
    return run_until(loop,
                     closure->resolve(*session, std::move(signal), [this](const ClosureProgress& now) { told.push_back(now); }),
                     std::chrono::seconds(60));
  }
  Page keys_of(std::string_view name) const {
    for (std::size_t i = 0; i < plan.tables.size(); ++i) {
      if (plan.schema.tables[i].name.name != name) continue;
      Page page;
      if (closure->keys(i) == nullptr) return page;
      EXPECT_TRUE(closure->keys(i)->read(nullptr, 100'000, page));
      return page;
    }
    ADD_FAILURE() << "no table " << name;
    return {};
  }
  std::vector<std::int64_t> numbers(std::string_view name) const { return numbers_of(keys_of(name)); }

  millrace::testing::TemporaryFolder folder;
  SqliteFile file{(folder.path / "source.db").string()};
  Loop loop;
  std::unique_ptr<KeyStore> store = KeyStore::open({}).value();
  Plan plan;
  std::unique_ptr<Session> session;
  std::unique_ptr<Closure> closure;
  std::vector<ClosureProgress> told;
};

TEST_F(ClosureTest, ADiamondHasItsTopOnce) {
  ASSERT_TRUE(resolve({.roots = {{.table = "bottom", .where = "id = 1"}}},
                      "CREATE TABLE top (id INTEGER PRIMARY KEY);"
                      "CREATE TABLE left_side (id INTEGER PRIMARY KEY, top INT REFERENCES top);"
                      "CREATE TABLE right_side (id INTEGER PRIMARY KEY, top INT REFERENCES top);"
                      "CREATE TABLE bottom (id INTEGER PRIMARY KEY, l INT REFERENCES left_side, r INT REFERENCES right_side);"
                      "INSERT INTO top VALUES (1), (2), (3); INSERT INTO left_side VALUES (10, 2), (11, 1);"
                      "INSERT INTO right_side VALUES (20, 2), (21, 3); INSERT INTO bottom VALUES (1, 10, 20), (2, 11, 21);"));
  EXPECT_THAT(numbers("bottom"), ElementsAre(1));
  EXPECT_THAT(numbers("left_side"), ElementsAre(10));
  EXPECT_THAT(numbers("right_side"), ElementsAre(20));
  EXPECT_THAT(numbers("top"), ElementsAre(2));
  EXPECT_EQ(closure->progress().keys, 4u);
  EXPECT_EQ(closure->progress().waiting, 0u);
  EXPECT_FALSE(told.empty());
}

TEST_F(ClosureTest, ATableThatRefersToItselfIsFollowedToTheEnd) {
  ASSERT_TRUE(resolve({.roots = {{.table = "person", .where = "id = 300"}}},
                      "CREATE TABLE person (id INTEGER PRIMARY KEY, boss INT REFERENCES person);"
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
                      " INSERT INTO person SELECT i, CASE WHEN i > 1 THEN i - 1 END FROM n;"));
  EXPECT_EQ(numbers("person").size(), 300u);
  EXPECT_EQ(numbers("person").back(), 300);
}

TEST_F(ClosureTest, ACircleEnds) {
  ASSERT_TRUE(resolve(
      {.roots = {{.table = "a", .where = "id = 1"}}},
      "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a);"
      "INSERT INTO a VALUES (1, 1), (2, 2), (3, 3); INSERT INTO b VALUES (1, 2), (2, 1), (3, 3);"));
  EXPECT_THAT(numbers("a"), ElementsAre(1, 2));
  EXPECT_THAT(numbers("b"), ElementsAre(1, 2));
}

TEST_F(ClosureTest, ParentsByAnotherKeyAreAskedFor) {
  ASSERT_TRUE(
      resolve({.roots = {{.table = "sale"}}},
              "CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE COLLATE NOCASE, maker INT REFERENCES maker);"
              "CREATE TABLE maker (id INTEGER PRIMARY KEY);"
              "CREATE TABLE sale (id INTEGER PRIMARY KEY, sku TEXT REFERENCES product (sku));"
              "INSERT INTO maker VALUES (1), (2); INSERT INTO product VALUES (7, 'Ab', 2), (8, 'cd', 1);"
              "INSERT INTO sale VALUES (1, 'aB'), (2, 'AB'), (3, NULL), (4, 'not there');"));
  EXPECT_THAT(numbers("product"), ElementsAre(7));  // equal in other letters
  EXPECT_THAT(numbers("maker"), ElementsAre(2));
  for (std::size_t key = 0; key < plan.keys.size(); ++key)
    EXPECT_EQ(texts_of(closure->absent(key)),
              plan.keys[key].direct ? std::vector<std::string>{} : std::vector<std::string>{"not there"});
}

TEST_F(ClosureTest, FieldsThatNoParentHasAreKeptOnceEachAsTheyAreSpelt) {
  // Others are spelt otherwise than their parent, and there are more of both than are asked for at once.
  ASSERT_TRUE(resolve({.roots = {{.table = "sale", .where = "id <= 12000"}}},
                      "CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT NOT NULL COLLATE NOCASE, size INT NOT NULL,"
                      " UNIQUE (sku, size));"
                      "CREATE TABLE sale (id INTEGER PRIMARY KEY, sku TEXT, size INT, FOREIGN KEY (sku, size) REFERENCES product "
                      "(sku, size));"
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12001)"
                      " INSERT INTO sale SELECT i, CASE WHEN i % 4 = 0 THEN NULL ELSE 'p' || (i / 2) END, i % 2 FROM n;"
                      "INSERT INTO product SELECT id, CASE WHEN id % 4 = 1 THEN upper(sku) ELSE sku END, size FROM sale"
                      " WHERE id % 4 IN (1, 2);"
                      "UPDATE sale SET sku = 'gone', size = 5 WHERE id = 3; UPDATE sale SET sku = 'gone', size = 5 WHERE id = 7;"
                      "UPDATE sale SET sku = 'Gone', size = 5 WHERE id = 11;"));
  EXPECT_EQ(numbers("product").size(), 6'000u);
  const Page& absent = closure->absent(0);
  EXPECT_EQ(absent.rows(), 2'997u + 2u);  // of 3'000 with id % 4 = 3 three have another name, two of these the same
  std::map<std::string, int> found;
  for (std::size_t row = 0; row < absent.rows(); ++row) {
    ++found[std::string(absent.at(row, 0).text)];
    EXPECT_EQ(absent.at(row, 1).integer, absent.at(row, 0).text.ends_with("one") ? 5 : 1);
  }
  EXPECT_EQ(found.size(), absent.rows());
  EXPECT_EQ(found["gone"], 1);
  EXPECT_EQ(found["Gone"], 1);
  EXPECT_EQ(found["p5999"], 1);
}

TEST_F(ClosureTest, MoreFieldsThatNoParentHasThanAreKeptAreAnError) {
  const std::string most = std::to_string(Closure::kAbsentMax);
  const std::string sql =
      "CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT UNIQUE);"
      "CREATE TABLE sale (id INTEGER PRIMARY KEY, sku TEXT REFERENCES product (sku));"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      most + ") INSERT INTO sale SELECT i, 'p' || i FROM n;";
  ASSERT_TRUE(resolve({.roots = {{.table = "sale", .where = "id > 0"}}, .missing = MissingParents::null}, sql));
  EXPECT_EQ(closure->absent(0).rows(), Closure::kAbsentMax);
  ASSERT_TRUE(resolve({.roots = {{.table = "sale"}}}, "SELECT 1")) << "one is enough for the error to come";
  EXPECT_LE(closure->absent(0).rows(), Closure::kAbsentMax);
  EXPECT_GT(closure->absent(0).rows(), 0u);
  const Result<void> refused = resolve({.roots = {{.table = "sale"}}, .missing = MissingParents::null}, "SELECT 1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::full);
  EXPECT_EQ(refused.error().context("table"), "sale");
}

TEST_F(ClosureTest, CompositeKeysAndReferencesThatAreNull) {
  ASSERT_TRUE(resolve({.roots = {{.table = "line"}}},
                      "CREATE TABLE season (year INT NOT NULL, part TEXT NOT NULL, PRIMARY KEY (year, part)) WITHOUT ROWID;"
                      "CREATE TABLE line (id INTEGER PRIMARY KEY, year INT, part TEXT, FOREIGN KEY (year, part) REFERENCES season);"
                      "INSERT INTO season VALUES (2025, 'a'), (2026, 'a'), (2026, 'b');"
                      "INSERT INTO line VALUES (1, 2026, 'b'), (2, NULL, 'a'), (3, 2025, NULL), (4, NULL, NULL), (5, 2026, 'b');"));
  const Page season = keys_of("season");
  ASSERT_EQ(season.rows(), 1u);
  EXPECT_EQ(season.at(0, 0).integer, 2026);
  EXPECT_EQ(season.at(0, 1).text, "b");
}

constexpr const char* kOrders =
    "CREATE TABLE customer (id INTEGER PRIMARY KEY); CREATE TABLE shop (id INTEGER PRIMARY KEY);"
    "CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INT NOT NULL REFERENCES customer, shop INT REFERENCES shop);"
    "INSERT INTO customer VALUES (1), (2), (3); INSERT INTO shop VALUES (1), (2), (3);"
    "INSERT INTO purchase VALUES (1, 1, 1), (2, 1, 2), (3, 1, NULL), (4, 2, 1), (5, 3, 3);";

TEST_F(ClosureTest, ChildrenAndTheirParents) {
  ASSERT_TRUE(resolve({.roots = {{.table = "customer", .where = "id < 3"}}, .children = {{.of = "customer", .table = "purchase"}}},
                      kOrders));
  EXPECT_THAT(numbers("purchase"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(numbers("shop"), ElementsAre(1, 2));
  EXPECT_THAT(numbers("customer"), ElementsAre(1, 2));
}

TEST_F(ClosureTest, ChildrenWithALimitForEachParent) {
  ASSERT_TRUE(resolve({.roots = {{.table = "customer", .where = "id < 3"}},
                       .children = {{.of = "customer", .table = "purchase", .where = "id <> 3", .limit = 1, .order = "id DESC"}}},
                      kOrders));
  EXPECT_THAT(numbers("purchase"), ElementsAre(2, 4));
  EXPECT_THAT(numbers("shop"), ElementsAre(1, 2));
}

TEST_F(ClosureTest, AllChildrenOfAllIsTheWholeIsland) {
  ASSERT_TRUE(resolve({.roots = {{.table = "shop", .where = "id = 2"}}, .all_children = true}, kOrders));
  EXPECT_THAT(numbers("purchase"), ElementsAre(1, 2, 3, 4));  // by way of customer 1 and shop 1; 5 is an island of its own
  EXPECT_THAT(numbers("customer"), ElementsAre(1, 2));
  EXPECT_THAT(numbers("shop"), ElementsAre(1, 2));
}

TEST_F(ClosureTest, ChildrenByAnotherKeyOfTheParent) {
  ASSERT_TRUE(resolve({.roots = {{.table = "product", .where = "id IN (7, 9)"}}, .children = {{.of = "product", .table = "sale"}}},
                      "CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT UNIQUE);"
                      "CREATE TABLE sale (id INTEGER PRIMARY KEY, sku TEXT REFERENCES product (sku));"
                      "INSERT INTO product VALUES (7, 'ab'), (8, 'cd'), (9, NULL);"
                      "INSERT INTO sale VALUES (1, 'ab'), (2, 'cd'), (3, NULL), (4, 'ab');"));
  EXPECT_THAT(numbers("sale"), ElementsAre(1, 4));
}

TEST_F(ClosureTest, ChildrenByLongTextsOfTheParent) {
  // More bytes of referred texts than one answer has.
  ASSERT_TRUE(resolve({.roots = {{.table = "product"}}, .children = {{.of = "product", .table = "sale"}}},
                      "CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT UNIQUE);"
                      "CREATE TABLE sale (id INTEGER PRIMARY KEY, sku TEXT REFERENCES product (sku));"
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6)"
                      " INSERT INTO product SELECT i, printf('%01000000d', i) FROM n;"
                      "INSERT INTO sale SELECT id, sku FROM product;"));
  EXPECT_THAT(numbers("sale"), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(ClosureTest, TablesThatAreNotReachedHaveNoKeys) {
  ASSERT_TRUE(resolve({.roots = {{.table = "shop"}}}, kOrders));
  EXPECT_THAT(numbers("shop"), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers("purchase"), IsEmpty());
}

TEST_F(ClosureTest, ParentsThatAreNotThereAreKeysAllTheSame) {
  // Whoever reads the rows finds that out, and what it means.
  ASSERT_TRUE(resolve({.roots = {{.table = "purchase", .where = "id = 9"}}},
                      std::string(kOrders) + "INSERT INTO purchase VALUES (9, 77, 1);"));
  EXPECT_THAT(numbers("customer"), ElementsAre(77));
}

TEST_F(ClosureTest, ANullInAKeyIsAnError) {
  Job job{.roots = {{.table = "log"}}};
  job.tables["log"].key = {"at"};
  const Result<void> done = resolve(job, "CREATE TABLE log (at INT, what TEXT); INSERT INTO log VALUES (1, 'a'), (NULL, 'b');");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::invalid_argument);
  EXPECT_THAT(std::string(done.error().message()), ::testing::HasSubstr("log has NULL in its key"));
}

TEST_F(ClosureTest, ATextWhereNumbersBelongIsNobodysKey) {
  ASSERT_TRUE(resolve({.roots = {{.table = "purchase"}}}, std::string(kOrders) + "INSERT INTO purchase VALUES (9, 'x', 1);"));
  EXPECT_THAT(numbers("customer"), ElementsAre(1, 2, 3));
}

TEST_F(ClosureTest, AnAbortEndsIt) {
  AbortController controller(loop);
  controller.abort();
  const Result<void> done = resolve({.roots = {{.table = "customer"}}}, kOrders, controller.signal());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::aborted);
}

TEST_F(ClosureTest, AConditionThatIsNoSqlIsTold) {
  const Result<void> done = resolve({.roots = {{.table = "customer", .where = "nonsense >"}}}, kOrders);
  ASSERT_FALSE(done);
  EXPECT_THAT(std::string(done.error().message()), ::testing::HasSubstr("syntax error"));
}

}  // namespace
}  // namespace millrace::subset
