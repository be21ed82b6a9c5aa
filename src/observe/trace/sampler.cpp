#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include <millrace/assert.h>
#include <millrace/observe/sampler.h>

namespace millrace::observe {
namespace {

class Constant final : public Sampler {
 public:
  explicit Constant(bool answer) noexcept : answer_(answer) {}
  bool samples(const SamplingQuestion& /*question*/) noexcept override { return answer_; }

 private:
  bool answer_;
};

constexpr unsigned kRandomBits = 56;  // of a trace id, as level 2 of the standard promises

class Ratio final : public Sampler {
 public:
  explicit Ratio(double share) noexcept
      : threshold_(static_cast<std::uint64_t>(std::llround(std::ldexp(1.0 - std::clamp(share, 0.0, 1.0), kRandomBits)))) {}
  bool samples(const SamplingQuestion& question) noexcept override {
    return (question.trace.low & ((std::uint64_t{1} << kRandomBits) - 1)) >= threshold_;
  }

 private:
  std::uint64_t threshold_;  // the specification's: random values from here on are sampled
};

class ByParent final : public Sampler {
 public:
  ByParent(std::unique_ptr<Sampler> root, std::unique_ptr<Sampler> remote) noexcept
      : root_(std::move(root)), remote_(std::move(remote)) {}
  bool samples(const SamplingQuestion& question) noexcept override {
    if (question.parent == nullptr) return root_->samples(question);
    if (question.parent->remote && remote_) return remote_->samples(question);
    return question.parent->sampled();
  }

 private:
  std::unique_ptr<Sampler> root_;
  std::unique_ptr<Sampler> remote_;
};

/// A bucket of tokens, kept as one instant: when it will be full again. Taking a token moves it one interval into the future.
class Limited final : public Sampler {
 public:
  Limited(std::unique_ptr<Sampler> inner, double per_second, std::size_t burst) noexcept
      : inner_(std::move(inner)), interval_(interval_of(per_second)), depth_(depth_of(interval_, burst)) {}

  bool samples(const SamplingQuestion& question) noexcept override {
    if (!inner_->samples(question)) return false;
    const Duration::rep now = question.clock.now().time_since_epoch().count();
    Duration::rep full_at = full_at_.load(std::memory_order_relaxed);
    for (;;) {
      const Duration::rep from = std::max(full_at, now);
      if (from - now > depth_) return false;
      // Relaxed: the instant alone is shared, nothing is published through it.
      if (full_at_.compare_exchange_weak(full_at, from + interval_, std::memory_order_relaxed)) return true;
    }
  }

 private:
  static constexpr double kLongest = 1e18;  // nanoseconds, 31 years: sums with an instant stay far from overflow
  static Duration::rep interval_of(double per_second) noexcept {
    return static_cast<Duration::rep>(std::clamp(1e9 / per_second, 1.0, kLongest));
  }
  /// How far ahead the instant may be when a token is taken: one interval for each token but the last.
  static Duration::rep depth_of(Duration::rep interval, std::size_t burst) noexcept {
    return static_cast<Duration::rep>(std::min(static_cast<double>(interval) * static_cast<double>(burst - 1), kLongest));
  }

  std::unique_ptr<Sampler> inner_;
  Duration::rep interval_;
  Duration::rep depth_;
  std::atomic<Duration::rep> full_at_{INT64_MIN / 2};
};

}  // namespace

std::unique_ptr<Sampler> sample_always() { return std::make_unique<Constant>(true); }
std::unique_ptr<Sampler> sample_never() { return std::make_unique<Constant>(false); }
std::unique_ptr<Sampler> sample_ratio(double share) { return std::make_unique<Ratio>(std::isnan(share) ? 0 : share); }

std::unique_ptr<Sampler> sample_by_parent(std::unique_ptr<Sampler> root, std::unique_ptr<Sampler> remote) {
  MILLRACE_ASSERT(root != nullptr);
  return std::make_unique<ByParent>(std::move(root), std::move(remote));
}

std::unique_ptr<Sampler> sample_limited(std::unique_ptr<Sampler> inner, double per_second, std::size_t burst) {
  MILLRACE_ASSERT(inner != nullptr);
  MILLRACE_ASSERT(per_second > 0);
  MILLRACE_ASSERT(burst >= 1);
  return std::make_unique<Limited>(std::move(inner), per_second, burst);
}

}  // namespace millrace::observe
