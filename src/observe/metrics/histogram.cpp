#include <algorithm>
#include <cmath>

#include <millrace/observe/histogram.h>

namespace millrace::observe {

void Histogram::record(std::uint64_t value, std::uint64_t times) {
  if (times == 0) return;
  const std::size_t index = HistogramBuckets::index_of(value);
  if (index >= buckets_.size()) grow_to(index);
  buckets_[index] += times;
  count_ += times;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  add_to_sum(value, times);
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  if (other.buckets_.size() > buckets_.size()) grow_to(other.buckets_.size() - 1);
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  add_to_sum(other.sum_, 1);
}

void Histogram::clear() noexcept {
  buckets_.clear();
  count_ = sum_ = max_ = 0;
  min_ = UINT64_MAX;
}

double Histogram::mean() const noexcept { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }

std::uint64_t Histogram::quantile(double q) const noexcept {
  if (count_ == 0) return 0;
  // The first and the last value are known exactly. A q that is no number is asked for by nobody who means the largest value.
  if (!(q > 0)) return min_;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(std::min(q, 1.0) * static_cast<double>(count_)));
  if (wanted >= count_) return max_;
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    passed += buckets_[i];
    if (passed >= wanted) return std::clamp(HistogramBuckets::middle(i), min_, max_);
  }
  return max_;
}

std::uint64_t Histogram::count_up_to(std::uint64_t bound) const noexcept {
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i < buckets_.size() && HistogramBuckets::highest(i) <= bound; ++i) passed += buckets_[i];
  return passed;
}

// By whole powers of two, so that a slow rise allocates a few times and not at every value; equal contents stay equal in size.
void Histogram::grow_to(std::size_t index) {
  constexpr std::size_t kStep = std::size_t{1} << HistogramBuckets::kSubBits;
  buckets_.resize(std::min((index / kStep + 1) * kStep, HistogramBuckets::kCount));
}

void Histogram::add_to_sum(std::uint64_t value, std::uint64_t times) noexcept {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(value, times, &product) || __builtin_add_overflow(sum_, product, &sum_)) sum_ = UINT64_MAX;
}

}  // namespace millrace::observe
