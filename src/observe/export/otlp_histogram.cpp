#include "observe/export/otlp_histogram.h"

#include <algorithm>
#include <cmath>

namespace millrace::observe {
namespace {

/// The index of the bucket, in `scale`, that holds `value`, which is above zero.
std::int32_t index_of(double value, int scale) {
  // A power of two has an exact logarithm, so it stays in the bucket that it closes.
  return static_cast<std::int32_t>(std::ceil(std::ldexp(std::log2(value), scale))) - 1;
}

}  // namespace

ExponentialBuckets exponential_buckets(const HistogramValue& value, std::size_t buckets_max, int scale_max) {
  ExponentialBuckets result;
  const std::vector<std::uint64_t>& ours = value.counts.buckets();
  const auto counted = [](std::uint64_t count) { return count != 0; };
  if (!ours.empty()) result.zeros = ours.front();
  const auto first = std::find_if(ours.begin() + (ours.empty() ? 0 : 1), ours.end(), counted);
  result.scale = scale_max;
  if (first == ours.end()) return result;
  const auto last = std::find_if(ours.rbegin(), ours.rend(), counted);
  const auto low = static_cast<std::size_t>(first - ours.begin());
  const auto high = static_cast<std::size_t>(ours.rend() - last) - 1;
  const auto place = [&value](std::size_t bucket, int scale) {
    return index_of(static_cast<double>(HistogramBuckets::middle(bucket)) / value.per_unit, scale);
  };
  // Each step down halves the number of buckets.
  const auto needed = [&](int scale) { return static_cast<std::size_t>(place(high, scale) - place(low, scale)) + 1; };
  while (needed(result.scale) > buckets_max) --result.scale;
  result.offset = place(low, result.scale);
  result.counts.resize(needed(result.scale));
  for (std::size_t bucket = low; bucket <= high; ++bucket)
    if (ours[bucket] != 0) result.counts[static_cast<std::size_t>(place(bucket, result.scale) - result.offset)] += ours[bucket];
  return result;
}

ExplicitBuckets explicit_buckets(const HistogramValue& value) {
  ExplicitBuckets result;
  result.bounds.reserve(HistogramBuckets::kValueBits + 1);
  result.counts.reserve(HistogramBuckets::kValueBits + 2);
  std::uint64_t below = 0;
  for (unsigned bits = 0; bits <= HistogramBuckets::kValueBits; ++bits) {
    const std::uint64_t bound = (std::uint64_t{1} << bits) - 1;
    const std::uint64_t up_to = value.counts.count_up_to(bound);
    result.bounds.push_back(static_cast<double>(bound) / value.per_unit);
    result.counts.push_back(up_to - below);
    below = up_to;
  }
  result.counts.push_back(value.counts.count() - below);
  return result;
}

}  // namespace millrace::observe
