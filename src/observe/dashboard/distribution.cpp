#include "observe/dashboard/distribution.h"

namespace millrace::observe {

Distribution distribution_of(const Histogram& histogram) noexcept {
  const auto nanoseconds = [](std::uint64_t value) { return Duration(static_cast<Duration::rep>(value)); };
  Distribution result{.count = histogram.count(),
                      .p50 = nanoseconds(histogram.quantile(0.5)),
                      .p90 = nanoseconds(histogram.quantile(0.9)),
                      .p99 = nanoseconds(histogram.quantile(0.99)),
                      .max = nanoseconds(histogram.max())};
  std::size_t band = 0;
  for (std::size_t i = 0; i < histogram.buckets().size(); ++i) {
    const std::uint64_t count = histogram.buckets()[i];
    if (count == 0) continue;
    while (band < kBandEnds.size() && HistogramBuckets::middle(i) > kBandEnds[band]) ++band;
    result.bands[band] += count;
  }
  return result;
}

}  // namespace millrace::observe
