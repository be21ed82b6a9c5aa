#include <millrace/observe/sampler.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <millrace/observe/trace.h>

namespace millrace::observe {
namespace {

struct Asked {
  ManualClock clock;
  bool operator()(Sampler& sampler, TraceId trace = {1, 1}, const SpanContext* parent = nullptr) {
    return sampler.samples(
        {.parent = parent, .trace = trace, .name = "work", .kind = SpanKind::internal, .attributes = {}, .clock = clock});
  }
};

SpanContext parent_of(bool sampled, bool remote) {
  return {.trace = {1, 1}, .span = {1}, .flags = sampled ? TraceFlags::kSampled : std::uint8_t{0}, .remote = remote, .state = {}};
}

TEST(Sampler, AlwaysAndNever) {
  Asked ask;
  EXPECT_TRUE(ask(*sample_always()));
  EXPECT_FALSE(ask(*sample_never()));
}

TEST(Sampler, RatioLooksAtTheLower56BitsOfTheTraceId) {
  Asked ask;
  const auto quarter = sample_ratio(0.25);
  const std::uint64_t border = std::uint64_t{3} << 54;  // of 2^56, the upper quarter is sampled
  EXPECT_FALSE(ask(*quarter, {0, border - 1}));
  EXPECT_TRUE(ask(*quarter, {0, border}));
  EXPECT_FALSE(ask(*quarter, {~0ULL, 0xff00'0000'0000'0000 | (border - 1)}));  // what is above does not matter
  EXPECT_TRUE(ask(*quarter, {~0ULL, border}));
}

TEST(Sampler, RatioHasExactEnds) {
  Asked ask;
  for (const std::uint64_t low : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 56) - 1, ~std::uint64_t{0}}) {
    for (const double none : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
      EXPECT_FALSE(ask(*sample_ratio(none), {1, low})) << low;
    for (const double all : {1.0, 7.0}) EXPECT_TRUE(ask(*sample_ratio(all), {1, low})) << low;
  }
}

TEST(Sampler, RatioSamplesItsShareAndAHigherOneAtLeastTheSameTraces) {
  Asked ask;
  RandomSpanIds ids(7);
  const auto tenth = sample_ratio(0.1), half = sample_ratio(0.5);
  int in_tenth = 0, in_half = 0;
  constexpr int kTraces = 100'000;
  for (int i = 0; i < kTraces; ++i) {
    const TraceId trace = ids.next_trace();
    const bool low = ask(*tenth, trace), high = ask(*half, trace);
    EXPECT_TRUE(high || !low);
    in_tenth += low;
    in_half += high;
  }
  // Five standard deviations of a fair draw; the ids are the same every time.
  EXPECT_NEAR(in_tenth, kTraces * 0.1, 5 * std::sqrt(kTraces * 0.1 * 0.9));
  EXPECT_NEAR(in_half, kTraces * 0.5, 5 * std::sqrt(kTraces * 0.5 * 0.5));
}

TEST(Sampler, ByParentFollowsTheParentAndAsksTheRootWithoutOne) {
  Asked ask;
  for (const bool root : {false, true})
    for (const bool has_remote : {false, true})
      for (const bool sampled : {false, true})
        for (const bool remote : {false, true}) {
          auto sampler = sample_by_parent(root ? sample_always() : sample_never(),
                                          has_remote ? (sampled ? sample_never() : sample_always()) : nullptr);  // the opposite
          const SpanContext parent = parent_of(sampled, remote);
          EXPECT_EQ(ask(*sampler), root);
          EXPECT_EQ(ask(*sampler, {1, 1}, &parent), has_remote && remote ? !sampled : sampled);
        }
}

TEST(Sampler, LimitedTakesABurstAndThenItsRate) {
  Asked ask;
  auto sampler = sample_limited(sample_always(), 10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask(*sampler)) << i;
  EXPECT_FALSE(ask(*sampler));
  ask.clock.advance(std::chrono::milliseconds{99});
  EXPECT_FALSE(ask(*sampler));
  ask.clock.advance(std::chrono::milliseconds{1});
  EXPECT_TRUE(ask(*sampler));
  EXPECT_FALSE(ask(*sampler));
  ask.clock.advance(std::chrono::hours{1});  // no more than the burst is saved up
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask(*sampler)) << i;
  EXPECT_FALSE(ask(*sampler));
}

TEST(Sampler, LimitedSpendsNothingOnWhatTheOtherRefuses) {
  Asked ask;
  auto sampler = sample_limited(sample_ratio(0.5), 1, 1);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(ask(*sampler, {1, 1}));
  EXPECT_TRUE(ask(*sampler, {1, (std::uint64_t{1} << 56) - 1}));
}

TEST(Sampler, LimitedTakesExtremesOfRateAndBurst) {
  Asked ask;
  auto slow = sample_limited(sample_always(), 1e-300, SIZE_MAX);
  EXPECT_TRUE(ask(*slow));
  auto fast = sample_limited(sample_always(), 1e300, 1);
  EXPECT_TRUE(ask(*fast));
  EXPECT_FALSE(ask(*fast));
  ask.clock.advance(std::chrono::nanoseconds{1});
  EXPECT_TRUE(ask(*fast));
}

TEST(Sampler, LimitedIsExactWithManyThreads) {
  Asked ask;
  auto sampler = sample_limited(sample_always(), 1, 100);
  std::atomic<int> sampled{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&sampler, &sampled, &ask] {
      for (int i = 0; i < 500; ++i) sampled += ask(*sampler);
    });
  threads.clear();
  EXPECT_EQ(sampled, 100);
}

}  // namespace
}  // namespace millrace::observe
