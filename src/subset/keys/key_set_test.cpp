#include "subset/keys/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <compare>
#include <filesystem>
#include <limits>
#include <random>
#include <set>

#include "support/temporary_folder.h"
#include "support/test_seeds.h"

namespace millrace::subset {
namespace {

using millrace::testing::TemporaryFolder;
using millrace::testing::test_seeds;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();

/// A field that keeps its text, and is ordered as the contract says, in its own words.
struct Field {
  ValueKind kind = ValueKind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string text{};

  static Field from(const Value& value) { return {value.kind, value.integer, value.real, std::string(value.text)}; }
  [[nodiscard]] Value value() const { return {.kind = kind, .integer = integer, .real = real, .text = text}; }
  friend bool operator==(const Field&, const Field&) = default;
  friend bool operator<(const Field& a, const Field& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    if (a.kind == ValueKind::integer) return a.integer < b.integer;
    if (a.kind == ValueKind::real) return std::strong_order(a.real, b.real) < 0;
    return std::ranges::lexicographical_compare(
        a.text, b.text, {}, [](char c) { return static_cast<unsigned char>(c); },
        [](char c) { return static_cast<unsigned char>(c); });
  }
};
using Row = std::vector<Field>;
using Rows = std::set<Row>;

Page page_of(const std::vector<Row>& rows, std::size_t columns) {
  Page page(columns);
  for (const Row& row : rows) {
    const std::size_t added = page.add_row();
    for (std::size_t column = 0; column < columns; ++column) page.set(added, column, row[column].value());
  }
  return page;
}
std::vector<Row> rows_of(const Page& page) {
  std::vector<Row> rows(page.rows());
  for (std::size_t row = 0; row < page.rows(); ++row)
    for (std::size_t column = 0; column < page.columns(); ++column) rows[row].push_back(Field::from(page.at(row, column)));
  return rows;
}
Field number(std::int64_t value) { return {.kind = ValueKind::integer, .integer = value}; }
Field text(std::string value) { return {.kind = ValueKind::text, .text = std::move(value)}; }
Page numbers(const std::vector<std::int64_t>& values) {
  Page page(1);
  for (const std::int64_t value : values) page.set(page.add_row(), 0, value);
  return page;
}
std::vector<std::int64_t> numbers_of(const Page& page) {
  std::vector<std::int64_t> values;
  for (std::size_t row = 0; row < page.rows(); ++row) values.push_back(page.at(row, 0).integer);
  return values;
}

/// What keys of a test are like.
struct Sort {
  std::string_view name;
  std::size_t columns;
  bool whole_numbers;
  Field (*make)(std::mt19937_64& random);
};

std::int64_t signed_of(std::uint64_t bits) { return std::bit_cast<std::int64_t>(bits); }
Field any_text(std::mt19937_64& random) {
  std::string value;
  for (std::size_t left = random() % 4; left > 0; --left)
    value +=
        "\0\x01\xff"
        "a"[random() % 4];
  return text(value);
}
Field any_field(std::mt19937_64& random) {
  switch (random() % 6) {
    case 0: return {};
    case 1: return number(static_cast<std::int64_t>(random() % 7) - 3);
    case 2: {
      const double reals[] = {
          0.0, -0.0, 1.5, -1.5, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 1e-300};
      return {.kind = ValueKind::real, .real = reals[random() % 7]};
    }
    case 3: return any_text(random);
    case 4: return number(random() % 2 == 0 ? kLeast : kGreatest);
    default: {
      Field field = any_text(random);
      field.kind = ValueKind::bytes;
      return field;
    }
  }
}

constexpr Sort kSorts[] = {
    {"dense", 1, true, [](std::mt19937_64& random) { return number(static_cast<std::int64_t>(random() % 20'000) - 10'000); }},
    {"sparse", 1, true, [](std::mt19937_64& random) { return number(signed_of(random())); }},
    {"both", 1, true,
     [](std::mt19937_64& random) {
       return number(random() % 3 == 0 ? signed_of(random() % 100 << 40) + static_cast<std::int64_t>(random() % 300'000)
                                       : static_cast<std::int64_t>(random() % 30'000) * 7);
     }},
    {"extremes", 1, true,
     [](std::mt19937_64& random) {
       const auto step = static_cast<std::int64_t>(random() % 2'000);
       return number(random() % 2 == 0 ? kLeast + step : kGreatest - step);
     }},
    {"texts", 1, false, any_text},
    {"composite", 3, false, any_field},
};

/// A set and a std::set that are given the same random steps.
class SetAndModel {
 public:
  SetAndModel(const Sort& sort, KeyStore& store, std::uint64_t seed)
      : sort_(sort), random_(seed), set_(store.make(sort.columns, sort.whole_numbers).value()) {}

  void step() {
    switch (random_() % 10) {
      case 0: return take();
      case 1: return erase();
      case 2: return look();
      case 3: return rank();
      default: return insert();
    }
  }
  void compare() {
    ASSERT_EQ(set_->size(), model_.size());
    ASSERT_EQ(set_->waiting(), waiting_.size());
    Page all;
    const std::size_t page_size = 1 + random_() % 2'000;
    std::vector<Row> read;
    std::vector<Value> last;
    for (;;) {
      all.clear();
      const std::size_t got = set_->read(read.empty() ? nullptr : &last, page_size, all).value();
      ASSERT_EQ(got, all.rows());
      std::ranges::copy(rows_of(all), std::back_inserter(read));
      if (got < page_size) break;
      last.clear();
      for (const Field& field : read.back()) last.push_back(field.value());
    }
    ASSERT_TRUE(std::ranges::equal(read, model_));
    if (sort_.whole_numbers) {
      ASSERT_EQ(set_->bounds().has_value(), !model_.empty());
      if (!model_.empty()) {
        ASSERT_EQ(set_->bounds()->first, model_.begin()->front().integer);
        ASSERT_EQ(set_->bounds()->second, model_.rbegin()->front().integer);
      }
    }
  }
  void take_all() {
    while (!waiting_.empty()) take();
    Page none;
    EXPECT_EQ(set_->take_new(10, none).value(), 0U);
  }

 private:
  std::vector<Row> make(std::size_t most) {
    std::vector<Row> rows(random_() % (most + 1));
    for (Row& row : rows)
      for (std::size_t column = 0; column < sort_.columns; ++column) row.push_back(sort_.make(random_));
    return rows;
  }
  void insert() {
    const std::vector<Row> rows = make(1'500);
    std::size_t fresh = 0;
    for (const Row& row : rows)
      if (model_.insert(row).second) {
        waiting_.insert(row);
        ++fresh;
      }
    ASSERT_EQ(set_->insert(page_of(rows, sort_.columns)).value(), fresh);
  }
  void take() {
    Page taken(sort_.columns);
    const std::size_t count = random_() % 3'000;
    const std::size_t got = set_->take_new(count, taken).value();
    ASSERT_EQ(got, std::min(count, waiting_.size()));
    for (const Row& row : rows_of(taken)) {
      ASSERT_EQ(row, *waiting_.begin());
      waiting_.erase(waiting_.begin());
    }
  }
  void erase() {
    std::vector<Row> rows = make(300);
    for (const Row& row : model_)
      if (random_() % 8 == 0) rows.push_back(row);
    std::ranges::shuffle(rows, random_);
    for (const Row& row : rows) {
      model_.erase(row);
      waiting_.erase(row);
    }
    ASSERT_TRUE(set_->erase(page_of(rows, sort_.columns)));
  }
  void look() {
    std::vector<Row> rows = make(300);
    for (const Row& row : model_)
      if (random_() % 16 == 0) rows.push_back(row);
    std::ranges::shuffle(rows, random_);
    std::vector<bool> found;
    ASSERT_TRUE(set_->contains(page_of(rows, sort_.columns), found));
    ASSERT_EQ(found.size(), rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) ASSERT_EQ(found[row], model_.contains(rows[row]));
  }
  void rank() {
    if (!sort_.whole_numbers) return;
    std::vector<Row> rows = make(100);
    std::vector<std::int64_t> wanted(rows.size(), KeySet::kNoRank);
    std::int64_t rank = 0;
    for (const Row& row : model_) {
      for (std::size_t at = 0; at < wanted.size(); ++at)
        if (rows[at] == row) wanted[at] = rank;
      if (random_() % 16 == 0) {
        rows.push_back(row);
        wanted.push_back(rank);
      }
      ++rank;
    }
    rows.push_back({Field{}});
    wanted.push_back(KeySet::kNoRank);
    std::vector<std::int64_t> ranks;
    ASSERT_TRUE(set_->ranks(page_of(rows, 1), 0, ranks));
    ASSERT_EQ(ranks, wanted);
    for (std::size_t at = 0; at + 1 < rows.size(); at += 10) {
      const std::optional<std::uint64_t> one = set_->rank(rows[at].front().integer).value();
      ASSERT_EQ(one ? static_cast<std::int64_t>(*one) : KeySet::kNoRank, wanted[at]);
    }
  }

  const Sort& sort_;
  std::mt19937_64 random_;
  std::unique_ptr<KeySet> set_;
  Rows model_{};
  Rows waiting_{};
};

TEST(KeySet, AgreesWithModelInMemoryAndInTheFile) {
  for (const std::size_t memory_max : {std::size_t{24} << 20, std::size_t{20'000}, std::size_t{0}})
    for (const Sort& sort : kSorts)
      for (const std::uint64_t seed : test_seeds(1)) {
        SCOPED_TRACE(std::string(sort.name) + ", memory " + std::to_string(memory_max) + ", seed " + std::to_string(seed));
        const auto store = KeyStore::open({.memory_max = memory_max, .cache_bytes = 65'536}).value();
        SetAndModel pair(sort, *store, seed);
        for (int step = 0; step < 60; ++step) {
          ASSERT_NO_FATAL_FAILURE(pair.step());
          if (step % 10 == 9) {
            ASSERT_NO_FATAL_FAILURE(pair.compare());
          }
        }
        ASSERT_NO_FATAL_FAILURE(pair.take_all());
        ASSERT_NO_FATAL_FAILURE(pair.compare());
      }
}

TEST(KeySet, SetsOfAStoreDoNotMeet) {
  const auto store = KeyStore::open({.memory_max = 10'000}).value();
  std::vector<std::unique_ptr<SetAndModel>> pairs;
  std::uint64_t seed = test_seeds(1).front();
  for (int round = 0; round < 2; ++round)
    for (const Sort& sort : kSorts) pairs.push_back(std::make_unique<SetAndModel>(sort, *store, ++seed));
  for (int step = 0; step < 20; ++step)
    for (const auto& pair : pairs) ASSERT_NO_FATAL_FAILURE(pair->step());
  pairs.erase(pairs.begin() + 3, pairs.begin() + 7);  // what they leave behind is used by the others
  for (int step = 0; step < 20; ++step)
    for (const auto& pair : pairs) ASSERT_NO_FATAL_FAILURE(pair->step());
  for (const auto& pair : pairs) ASSERT_NO_FATAL_FAILURE(pair->compare());
}

TEST(KeySet, WaitingTextsBeyondMemoryComeInOrder) {
  const auto store = KeyStore::open({.cache_bytes = 65'536}).value();
  const auto set = store->make(1, false).value();
  std::vector<Row> rows;
  for (int key = 0; key < 30'000; ++key)
    rows.push_back({text("a key that takes some room " + std::to_string(key * 7919 % 30'000))});
  ASSERT_EQ(set->insert(page_of(rows, 1)).value(), rows.size());
  ASSERT_EQ(set->waiting(), rows.size());
  std::ranges::sort(rows);
  std::vector<Row> taken;
  Page page;
  while (set->take_new(777, page).value() > 0) {
    std::ranges::copy(rows_of(page), std::back_inserter(taken));
    page.clear();
  }
  EXPECT_EQ(taken, rows);
  EXPECT_EQ(set->size(), rows.size());
  EXPECT_EQ(set->waiting(), 0U);
}

TEST(KeySet, DenseNumbersTakeLessThanABit) {
  const auto store = KeyStore::open({}).value();
  const auto set = store->make(1, true).value();
  for (std::int64_t begin = 0; begin < 1'000'000; begin += 50'000) {
    Page page(1);
    for (std::int64_t key = begin; key < begin + 50'000; ++key) page.set(page.add_row(), 0, key);
    ASSERT_EQ(set->insert(page).value(), 50'000U);
    page.clear();
    ASSERT_EQ(set->take_new(Page::kRowsMax, page).value(), 50'000U);
  }
  EXPECT_GE(store->memory(), 125'000U);
  EXPECT_LE(store->memory(), 150'000U);
  EXPECT_EQ(set->rank(777'777).value(), 777'777U);
  EXPECT_EQ(set->rank(1'000'000).value(), std::nullopt);
}

TEST(KeySet, SparseNumbersTakeAtMostTwelveBytes) {
  const auto store = KeyStore::open({}).value();
  const auto set = store->make(1, true).value();
  std::mt19937_64 random(test_seeds(1).front());
  Page page(1);
  for (int batch = 0; batch < 20; ++batch) {
    page.clear();
    for (int key = 0; key < 5'000; ++key) page.set(page.add_row(), 0, signed_of(random()));
    ASSERT_TRUE(set->insert(page));
    page.clear();
    ASSERT_TRUE(set->take_new(Page::kRowsMax, page));
  }
  EXPECT_GE(store->memory(), set->size() * 8);
  EXPECT_LE(store->memory(), set->size() * 12);
}

TEST(KeySet, MemoryIsBoundedByTheFile) {
  constexpr std::size_t kMemoryMax = 200'000;
  const auto store = KeyStore::open({.memory_max = kMemoryMax}).value();
  const auto set = store->make(1, true).value();
  std::mt19937_64 random(test_seeds(1).front());
  std::set<std::int64_t> model;
  for (int batch = 0; batch < 20; ++batch) {
    Page page(1);
    for (int key = 0; key < 5'000; ++key) page.set(page.add_row(), 0, *model.insert(signed_of(random())).first);
    ASSERT_TRUE(set->insert(page));
    ASSERT_LE(store->memory(), kMemoryMax + model.size());  // what finds the blocks stays
  }
  Page all;
  ASSERT_EQ(set->take_new(Page::kRowsMax, all).value(), model.size());
  EXPECT_TRUE(std::ranges::equal(numbers_of(all), model));
  EXPECT_LE(store->memory(), kMemoryMax + model.size());
}

TEST(KeySet, WhatDoesNotFitIsRefused) {
  const auto store = KeyStore::open({}).value();
  EXPECT_EQ(store->make(0, false).error().code(), Errc::invalid_argument);
  EXPECT_EQ(store->make(2, true).error().code(), Errc::invalid_argument);
  EXPECT_EQ(store->make(KeySet::kColumnsMax + 1, false).error().code(), Errc::invalid_argument);
  const auto whole = store->make(1, true).value();
  const auto other = store->make(2, false).value();
  std::vector<bool> found;
  std::vector<std::int64_t> ranks;
  const Page mixed = page_of({{number(1)}, {text("1")}}, 1);
  EXPECT_EQ(whole->insert(mixed).error().code(), Errc::invalid_argument);
  EXPECT_EQ(whole->size(), 0U);
  EXPECT_EQ(whole->insert(page_of({{Field{}}}, 1)).error().code(), Errc::invalid_argument);
  EXPECT_EQ(whole->contains(mixed, found).error().code(), Errc::invalid_argument);
  EXPECT_EQ(whole->erase(mixed).error().code(), Errc::invalid_argument);
  EXPECT_EQ(whole->insert(Page(2)).error().code(), Errc::invalid_argument);
  EXPECT_EQ(whole->ranks(mixed, 1, ranks).error().code(), Errc::invalid_argument);
  EXPECT_EQ(other->insert(mixed).error().code(), Errc::invalid_argument);
  EXPECT_EQ(other->rank(1).error().code(), Errc::unsupported);
  EXPECT_EQ(other->ranks(mixed, 0, ranks).error().code(), Errc::unsupported);
  Page three = page_of({{number(1), number(2), number(3)}}, 3);
  EXPECT_EQ(whole->take_new(1, three).error().code(), Errc::invalid_argument);
  EXPECT_EQ(other->read(nullptr, 1, three).error().code(), Errc::invalid_argument);
  Page page;
  const std::vector<Value> last{Value::of(std::string_view("a"))};
  EXPECT_EQ(whole->read(&last, 1, page).error().code(), Errc::invalid_argument);
  EXPECT_EQ(other->read(&last, 1, page).error().code(), Errc::invalid_argument);
}

TEST(KeySet, NothingComesAfterTheGreatest) {
  const auto store = KeyStore::open({}).value();
  const auto set = store->make(1, true).value();
  ASSERT_EQ(set->insert(numbers({kGreatest, kLeast, 0, kGreatest})).value(), 3U);
  Page page;
  const std::vector<Value> last{Value::of(kGreatest)};
  EXPECT_EQ(set->read(&last, 10, page).value(), 0U);
  EXPECT_EQ(set->rank(kGreatest).value(), 2U);
  EXPECT_EQ(set->bounds(), std::pair(kLeast, kGreatest));
}

TEST(KeyStore, LeavesNothingInItsFolder) {
  const TemporaryFolder folder;
  const auto store = KeyStore::open({.folder = folder.path.string(), .memory_max = 0, .cache_bytes = 1}).value();
  const auto whole = store->make(1, true).value();
  const auto other = store->make(1, false).value();
  ASSERT_TRUE(whole->insert(numbers({1, 2, 3})));
  std::vector<Row> rows;
  for (int key = 0; key < 20'000; ++key) rows.push_back({text(std::to_string(key))});
  ASSERT_TRUE(other->insert(page_of(rows, 1)));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path));
}

TEST(KeyStore, SaysThatThereIsNoFolder) {
  const TemporaryFolder folder;
  const auto store = KeyStore::open({.folder = (folder.path / "none").string()});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(store.error().context("folder"), (folder.path / "none").string());
}

}  // namespace
}  // namespace millrace::subset
