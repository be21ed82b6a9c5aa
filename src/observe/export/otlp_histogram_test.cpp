#include "observe/export/otlp_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <millrace/observe/otlp.h>

#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

using millrace::testing::test_seeds;

HistogramValue of(std::initializer_list<std::uint64_t> values, double per_unit = 1) {
  HistogramValue result{.counts = {}, .per_unit = per_unit};
  for (const std::uint64_t value : values) result.counts.record(value);
  return result;
}
std::uint64_t total(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}
ExponentialBuckets exponential(const HistogramValue& value) {
  return exponential_buckets(value, kExponentialBucketsMax, kExponentialScaleMax);
}

TEST(ExponentialBuckets, OfNothingAreEmpty) {
  const auto buckets = exponential(of({}));
  EXPECT_EQ(buckets.zeros, 0u);
  EXPECT_TRUE(buckets.counts.empty());
}

TEST(ExponentialBuckets, CountZerosApart) {
  const auto buckets = exponential(of({0, 0, 0}));
  EXPECT_EQ(buckets.zeros, 3u);
  EXPECT_TRUE(buckets.counts.empty());
  EXPECT_EQ(exponential(of({0, 5})).zeros, 1u);
}

TEST(ExponentialBuckets, APowerOfTwoClosesItsBucket) {
  const auto one = exponential(of({1}));
  EXPECT_EQ(one.scale, kExponentialScaleMax);
  EXPECT_EQ(one.offset, -1);  // the bucket from base^-1, not included, to 1, included
  EXPECT_EQ(one.counts, std::vector<std::uint64_t>{1});
  EXPECT_EQ(exponential(of({64})).offset, 6 * 64 - 1);
}

TEST(ExponentialBuckets, TakeTheFinestScaleInWhichTheyFit) {
  EXPECT_EQ(exponential(of({1, 2})).scale, 6);
  EXPECT_EQ(exponential(of({1, 2})).counts.size(), 65u);
  EXPECT_EQ(exponential(of({1, 8})).scale, 5);  // 193 buckets in scale 6, 97 in 5
  const auto wide = exponential(of({1, HistogramBuckets::kValueMax}));
  EXPECT_LE(wide.counts.size(), kExponentialBucketsMax);
  EXPECT_EQ(exponential_buckets(of({1, HistogramBuckets::kValueMax}), 1, 6).counts.size(), 1u);
}

TEST(ExponentialBuckets, HoldEveryValueWithinTheStatedErrorOfItsBucket) {
  for (const std::uint64_t seed : test_seeds(300)) {
    std::mt19937_64 random(seed);
    HistogramValue value{.counts = {}, .per_unit = random() % 2 == 0 ? 1.0 : 1e9};
    std::vector<std::uint64_t> recorded;
    const unsigned low_shift = 24 + static_cast<unsigned>(random() % 39);
    for (std::size_t i = 0; i < 1 + random() % 50; ++i) recorded.push_back((random() >> 24) >> (random() % (low_shift - 23)));
    for (const std::uint64_t v : recorded) value.counts.record(v);
    const auto buckets = exponential(value);
    EXPECT_EQ(buckets.zeros + total(buckets.counts), recorded.size());
    EXPECT_LE(buckets.counts.size(), kExponentialBucketsMax);
    if (buckets.counts.empty()) continue;
    EXPECT_NE(buckets.counts.front(), 0u);
    EXPECT_NE(buckets.counts.back(), 0u);
    // In order, the n-th smallest value must lie in the bucket that holds the n-th count, or within the error of it.
    std::ranges::sort(recorded);
    std::size_t at = buckets.zeros;
    for (std::size_t b = 0; b < buckets.counts.size(); ++b) {
      const double upper = std::exp2(std::ldexp(buckets.offset + static_cast<double>(b) + 1, -buckets.scale));
      const double lower = std::exp2(std::ldexp(buckets.offset + static_cast<double>(b), -buckets.scale));
      for (std::uint64_t n = 0; n < buckets.counts[b]; ++n, ++at) {
        const double v = static_cast<double>(recorded[at]) / value.per_unit;
        EXPECT_LE(v, upper * (1 + 1.01 * HistogramBuckets::kRelativeErrorMax)) << "seed " << seed;
        EXPECT_GE(v, lower * (1 - 1.01 * HistogramBuckets::kRelativeErrorMax)) << "seed " << seed;
      }
    }
  }
}

TEST(ExplicitBuckets, AreExact) {
  for (const std::uint64_t seed : test_seeds(100)) {
    std::mt19937_64 random(seed);
    HistogramValue value{.counts = {}, .per_unit = 1};
    std::vector<std::uint64_t> recorded;
    for (int i = 0; i < 100; ++i) recorded.push_back((random() >> 24) >> (random() % 41));
    for (const std::uint64_t v : recorded) value.counts.record(v);
    const auto buckets = explicit_buckets(value);
    ASSERT_EQ(buckets.bounds.size(), 41u);
    ASSERT_EQ(buckets.counts.size(), 42u);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets.bounds.size(); ++i) {
      const auto up_to = static_cast<std::uint64_t>(std::ranges::count_if(
          recorded, [bound = buckets.bounds[i]](std::uint64_t v) { return static_cast<double>(v) <= bound; }));
      EXPECT_EQ(buckets.counts[i], up_to - below) << "seed " << seed;
      below = up_to;
    }
    EXPECT_EQ(buckets.counts.back(), 0u);
  }
  EXPECT_EQ(explicit_buckets(of({0}, 1e9)).bounds[2], 3e-9);
}

}  // namespace
}  // namespace millrace::observe
