// Histogram: how values are distributed, in log-linear buckets of a stated relative error.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::observe {

/// Where a value is counted. Values below 128 have a bucket each; above, every power of two is split into 64 buckets of equal width.
/// Error     the middle of a value's bucket is at most 1/128 (0.78 %) away from the value.
/// Limit     values above kValueMax are counted as kValueMax. In nanoseconds that is 18 minutes.
struct HistogramBuckets {
  static constexpr unsigned kSubBits = 6;
  static constexpr unsigned kValueBits = 40;
  static constexpr std::uint64_t kValueMax = (std::uint64_t{1} << kValueBits) - 1;
  static constexpr double kRelativeErrorMax = 1.0 / (1U << (kSubBits + 1));

  [[nodiscard]] static constexpr std::size_t index_of(std::uint64_t value) noexcept {
    if (value > kValueMax) value = kValueMax;
    const auto width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > kSubBits + 1 ? width - (kSubBits + 1) : 0;
    return (std::size_t{shift} << kSubBits) + static_cast<std::size_t>(value >> shift);
  }
  /// The smallest value of a bucket.
  [[nodiscard]] static constexpr std::uint64_t lowest(std::size_t index) noexcept {
    const std::size_t shift = shift_of(index);
    return static_cast<std::uint64_t>(index - (shift << kSubBits)) << shift;
  }
  /// The largest value of a bucket.
  [[nodiscard]] static constexpr std::uint64_t highest(std::size_t index) noexcept {
    return lowest(index) + (std::uint64_t{1} << shift_of(index)) - 1;
  }
  [[nodiscard]] static constexpr std::uint64_t middle(std::size_t index) noexcept {
    return lowest(index) + ((std::uint64_t{1} << shift_of(index)) >> 1);
  }
  static constexpr std::size_t kCount = (std::size_t{kValueBits - kSubBits + 1} << kSubBits);

 private:
  [[nodiscard]] static constexpr std::size_t shift_of(std::size_t index) noexcept {
    return index < (std::size_t{2} << kSubBits) ? 0 : (index >> kSubBits) - 1;
  }
};
static_assert(HistogramBuckets::index_of(HistogramBuckets::kValueMax) + 1 == HistogramBuckets::kCount);

/// Counts values and answers questions about them. A plain value: it copies, compares and merges.
/// Units     the caller's; one histogram has one.
/// Thread    none of its own: one writer, or readers, at a time.
/// Cost      record(): O(1), a few nanoseconds; it allocates only when a value is larger than any before. Memory: 8 bytes for each bucket
///           up to that of the largest value, 18 KB at most. quantile(): a walk over these buckets.
class Histogram {
 public:
  /// Counts `value` as if it had come `times` times.
  void record(std::uint64_t value, std::uint64_t times = 1);
  /// Afterwards this histogram answers as if it had recorded what `other` recorded, too.
  void merge(const Histogram& other);
  /// Keeps the memory.
  void clear() noexcept;
  /// Takes all the memory it may ever need: record() allocates no more, and throws nothing.
  void reserve() { buckets_.reserve(HistogramBuckets::kCount); }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// Exact while it stays below 2^64, which is where it stays afterwards; so are the smallest and the largest value. Zero when empty.
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_; }
  [[nodiscard]] std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] double mean() const noexcept;
  /// The smallest value that at least the share `q` of all values does not exceed, within HistogramBuckets::kRelativeErrorMax; never outside
  /// of min() and max(). `q` outside of 0 to 1 is cut to it. Zero when empty.
  [[nodiscard]] std::uint64_t quantile(double q) const noexcept;
  /// How many values lie in buckets that end at or below `bound`. Exact where `bound` is the highest value of a bucket; every 2^n - 1 is.
  [[nodiscard]] std::uint64_t count_up_to(std::uint64_t bound) const noexcept;
  /// How often each bucket was counted, by HistogramBuckets index; buckets beyond the end are empty.
  [[nodiscard]] const std::vector<std::uint64_t>& buckets() const noexcept { return buckets_; }

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  void grow_to(std::size_t index);
  void add_to_sum(std::uint64_t value, std::uint64_t times) noexcept;

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = UINT64_MAX;
  std::uint64_t max_ = 0;
};

}  // namespace millrace::observe
