#include "observe/trace/span_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace millrace::observe {
namespace {

std::unique_ptr<SpanData> numbered(std::uint64_t producer, std::uint64_t number) {
  auto span = std::make_unique<SpanData>();
  span->context.trace = {producer, number};
  return span;
}

TEST(SpanQueue, RoundsItsCapacityUpToAPowerOfTwo) {
  EXPECT_EQ(SpanQueue(0).capacity(), 2u);
  EXPECT_EQ(SpanQueue(3).capacity(), 4u);
  EXPECT_EQ(SpanQueue(4).capacity(), 4u);
}

TEST(SpanQueue, KeepsOrderAndRefusesAtItsLimitOverManyRounds) {
  SpanQueue queue(4);
  std::uint64_t in = 0, out = 0;
  for (int round = 0; round < 100; ++round) {
    for (std::size_t i = 0; i < queue.capacity(); ++i) {
      auto span = numbered(0, in++);
      EXPECT_TRUE(queue.push(span));
      EXPECT_EQ(span, nullptr);
    }
    auto extra = numbered(0, 999);
    EXPECT_FALSE(queue.push(extra));
    EXPECT_NE(extra, nullptr);  // still the caller's
    for (int i = 0; i <= round % 4; ++i) EXPECT_EQ(queue.pop()->context.trace.low, out++);
    while (auto span = queue.pop()) EXPECT_EQ(span->context.trace.low, out++);
    EXPECT_EQ(in, out);
    EXPECT_EQ(queue.pushed(), queue.popped());
  }
}

TEST(SpanQueue, FreesWhatWasNotTakenOut) {
  SpanQueue queue(8);
  auto span = numbered(0, 0);
  ASSERT_TRUE(queue.push(span));  // a leak is for the sanitizers to see
}

TEST(SpanQueue, LosesAndRepeatsNothingBetweenThreads) {
  constexpr std::uint64_t kProducers = 3, kEach = 20'000;
  SpanQueue queue(64);
  std::atomic<std::uint64_t> refused{0};
  std::vector<std::uint64_t> next(kProducers, 0);
  std::uint64_t taken = 0;
  {
    std::vector<std::jthread> producers;
    std::atomic<std::uint64_t> ended{0};
    for (std::uint64_t p = 0; p < kProducers; ++p)
      producers.emplace_back([&queue, &refused, &ended, p] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          auto span = numbered(p, i);
          if (!queue.push(span)) ++refused;
        }
        ++ended;
      });
    for (bool last = false; !last;) {
      last = ended == kProducers;  // before the queue is emptied: afterwards nothing comes
      while (auto span = queue.pop()) {
        const auto [producer, number] = span->context.trace;
        ASSERT_GE(number, next[producer]);  // each producer's own order, with gaps where it was refused
        next[producer] = number + 1;
        ++taken;
      }
    }
  }
  EXPECT_EQ(taken + refused, kProducers * kEach);
  EXPECT_GT(taken, 0u);
}

}  // namespace
}  // namespace millrace::observe
