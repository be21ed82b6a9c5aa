// Our histograms in the two shapes that OTLP has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <millrace/observe/metrics.h>

namespace millrace::observe {

/// Buckets of equal ratio: the i-th holds values above base^(offset+i) up to base^(offset+i+1), with base = 2^(2^-scale).
struct ExponentialBuckets {
  std::int32_t scale = 0;
  std::int32_t offset = 0;
  std::uint64_t zeros = 0;
  std::vector<std::uint64_t> counts;
};
/// Each of our buckets is counted where its middle lies. The finest scale, up to `scale_max`, in which `buckets_max` suffice.
[[nodiscard]] ExponentialBuckets exponential_buckets(const HistogramValue& value, std::size_t buckets_max, int scale_max);

/// Values up to each bound, and above the one before. One more count than bounds, for what is above all.
struct ExplicitBuckets {
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;
};
/// Bounds 0, 1, 3, 7 ... 2^40 - 1 recorded integers: borders of ours, so nothing is guessed, and the same for every histogram.
[[nodiscard]] ExplicitBuckets explicit_buckets(const HistogramValue& value);

}  // namespace millrace::observe
