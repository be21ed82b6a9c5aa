// Distribution: a histogram as a page can show it, in a few bands and percentiles.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <millrace/clock.h>
#include <millrace/observe/histogram.h>

namespace millrace::observe {

/// Where bands end, in nanoseconds: 1, 2 and 5 times each power of ten from 1 us to 10 s. What is longer is in one more band.
inline constexpr std::array<std::uint64_t, 22> kBandEnds = {
    1'000,       2'000,       5'000,         10'000,        20'000,        50'000,        100'000,    200'000,
    500'000,     1'000'000,   2'000'000,     5'000'000,     10'000'000,    20'000'000,    50'000'000, 100'000'000,
    200'000'000, 500'000'000, 1'000'000'000, 2'000'000'000, 5'000'000'000, 10'000'000'000};

struct Distribution {
  std::array<std::uint64_t, kBandEnds.size() + 1> bands{};  ///< how many values each has
  std::uint64_t count = 0;
  Duration p50{}, p90{}, p99{}, max{};
};

/// Of a histogram of nanoseconds. A value next to the end of a band may be counted in its neighbour, by the histogram's relative error.
/// Cost      four walks over its buckets.
[[nodiscard]] Distribution distribution_of(const Histogram& histogram) noexcept;

}  // namespace millrace::observe
