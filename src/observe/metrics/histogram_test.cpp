#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <millrace/observe/histogram.h>

namespace millrace::observe {
namespace {

TEST(HistogramBuckets, CoverEveryValueOnceInOrder) {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < HistogramBuckets::kCount; ++i) {
    ASSERT_EQ(HistogramBuckets::lowest(i), next) << i;
    ASSERT_EQ(HistogramBuckets::index_of(HistogramBuckets::lowest(i)), i);
    ASSERT_EQ(HistogramBuckets::index_of(HistogramBuckets::highest(i)), i);
    next = HistogramBuckets::highest(i) + 1;
  }
  EXPECT_EQ(next - 1, HistogramBuckets::kValueMax);
}

TEST(HistogramBuckets, MiddleIsWithinTheStatedError) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    if (value > HistogramBuckets::kValueMax) continue;
    const auto middle = static_cast<double>(HistogramBuckets::middle(HistogramBuckets::index_of(value)));
    ASSERT_LE(std::abs(middle - static_cast<double>(value)), static_cast<double>(value) * HistogramBuckets::kRelativeErrorMax)
        << value;
  }
  static_assert(HistogramBuckets::kRelativeErrorMax < 0.01);
}

TEST(Histogram, EmptyAnswersZero) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.min(), 0U);
  EXPECT_EQ(empty.max(), 0U);
  EXPECT_EQ(empty.quantile(0.5), 0U);
  EXPECT_EQ(empty.mean(), 0);
  EXPECT_EQ(empty.count_up_to(HistogramBuckets::kValueMax), 0U);
}

TEST(Histogram, QuantilesAgreeWithTheSortedValues) {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    Histogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 10'000; ++i) {
      const auto value = static_cast<std::uint64_t>(std::exp(std::normal_distribution<>(8, 3)(random)));
      values.push_back(value);
      histogram.record(value);
    }
    std::ranges::sort(values);
    for (const double q : {0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
      const double exact = static_cast<double>(values[static_cast<std::size_t>(std::ceil(q * 10'000)) - 1]);
      EXPECT_NEAR(static_cast<double>(histogram.quantile(q)), exact, exact * HistogramBuckets::kRelativeErrorMax + 0.5) << q;
    }
    EXPECT_EQ(histogram.quantile(0), values.front());
    EXPECT_EQ(histogram.quantile(1), values.back());
    EXPECT_EQ(histogram.quantile(-3), values.front());
    EXPECT_EQ(histogram.quantile(7), values.back());
    EXPECT_EQ(histogram.quantile(std::nan("")), values.front());
  }
}

TEST(Histogram, MergedAnswersAsOneThatRecordedAll) {
  std::mt19937_64 random{11};
  Histogram left;
  Histogram right;
  Histogram all;
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t value = random() >> (random() % 60);
    const auto times = static_cast<std::uint64_t>(1 + i % 4);
    (i % 3 == 0 ? left : right).record(value, times);
    all.record(value, times);
  }
  Histogram merged = left;
  merged.merge(right);
  EXPECT_EQ(merged, all);
  merged.merge(Histogram{});
  EXPECT_EQ(merged, all);
  Histogram from_empty;
  from_empty.merge(all);
  EXPECT_EQ(from_empty, all);
}

TEST(Histogram, ValuesAboveTheLimitAreCountedAtIt) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.max(), UINT64_MAX);
  EXPECT_EQ(histogram.count_up_to(HistogramBuckets::kValueMax), 1U);
}

TEST(Histogram, TheSumStaysAtItsLimit) {
  Histogram histogram;
  histogram.record(UINT64_MAX, 2);
  EXPECT_EQ(histogram.sum(), UINT64_MAX);
  histogram.record(1);
  EXPECT_EQ(histogram.sum(), UINT64_MAX);
  EXPECT_EQ(histogram.count(), 3U);
}

TEST(Histogram, CountUpToIsExactAtPowersOfTwo) {
  Histogram histogram;
  for (std::uint64_t value = 0; value < 5'000; ++value) histogram.record(value);
  for (unsigned bits = 0; bits <= 12; ++bits) EXPECT_EQ(histogram.count_up_to((1U << bits) - 1), 1U << bits);
}

TEST(Histogram, ClearedIsAsNew) {
  Histogram histogram;
  histogram.record(5);
  histogram.clear();
  EXPECT_EQ(histogram, Histogram{});
}

}  // namespace
}  // namespace millrace::observe
