// Which tasks of a loop are reported as slow, and what is said of them.
#include <millrace/observe/slow_callbacks.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <millrace/observe/loop_metrics.h>
#include <millrace/probe_list.h>

#include "support/manual_loop.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using millrace::testing::ManualLoop;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

struct SlowBench {
  explicit SlowBench(SlowCallbacksOptions options = {})
      : slow(std::move(options), {.loop = &m.clock, .wall = &wall, .cpu = [this] { return cpu; }}) {}
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const SlowCallback& one : slow.recent()) {
      lines.push_back(std::string(to_string(one.kind)) + " " + std::to_string(one.took / 1ms));
      if (one.cpu) lines.back() += " cpu " + std::to_string(*one.cpu / 1ms);
    }
    return lines;
  }
  auto spend(Duration took, Duration computed = {}) {
    return [this, took, computed] {
      m.clock.advance(took);
      cpu += computed;
    };
  }
  ManualWallClock wall{WallTime(1'700'000'000s)};
  Duration cpu{};
  SlowCallbacks slow;
  ManualLoop m{{.probe = &slow, .on_uncaught = [](const Error&) {}}};
};

TEST(SlowCallbacks, AreThoseThatTakeAsLongAsTheThreshold) {
  SlowBench b;
  b.m.loop.schedule(0ms, b.spend(50ms)).value().detach();
  b.m.loop.schedule(0ms, b.spend(49ms)).value().detach();
  Task posted{b.spend(60ms)};
  ASSERT_EQ(b.m.loop.ingress().post(posted), Admission::accepted);
  b.m.loop.immediate(b.spend(70ms)).value();
  b.m.loop.at_closing(b.spend(80ms)).value();
  b.m.loop.run();
  std::vector<std::string> kinds;
  for (const SlowCallback& one : b.slow.recent())
    kinds.push_back(std::string(to_string(one.kind)) + " " + std::to_string(one.took / 1ms));
  EXPECT_THAT(kinds, ElementsAre("timer 50", "posted 60", "immediate 70", "closing 80"));
  EXPECT_EQ(b.slow.recent()[3].began, WallTime(1'700'000'000s - 80ms));
  EXPECT_EQ(b.slow.figures().seen, 4U);
}

TEST(SlowCallbacks, NoneIsMissedAmongManyQuickOnes) {
  SlowBench b({.kept_max = 1'000});
  for (int i = 0; i < 10'000; ++i) b.m.loop.immediate(b.spend(i % 100 == 57 ? 51ms : 10us)).value();
  b.m.loop.run();
  EXPECT_EQ(b.slow.figures().seen, 100U);
  EXPECT_EQ(b.slow.recent().size(), 100U);
}

TEST(SlowCallbacks, OneIsToldWithTheLineWhereItWasMade) {
  SlowBench b;
  const auto here = std::source_location::current();
  {
    const ContextScope scope(b.m.loop, with_site(b.m.loop.context()));  // two lines below `here`
    b.m.loop.immediate(b.spend(60ms)).value();
  }
  b.m.loop.immediate(b.spend(61ms)).value();
  b.m.loop.run();
  const auto slow = b.slow.recent();
  ASSERT_EQ(slow.size(), 2U);
  EXPECT_THAT(slow[0].site.file, EndsWith("slow_callbacks_test.cpp"));
  EXPECT_EQ(slow[0].site.line, here.line() + 2);
  EXPECT_THAT(slow[0].site.function, HasSubstr("OneIsToldWithTheLineWhereItWasMade"));
  EXPECT_EQ(slow[0].site.text(), slow[0].site.file + ":" + std::to_string(slow[0].site.line) + ":" +
                                     std::to_string(slow[0].site.column) + " (" + slow[0].site.function + ")");
  EXPECT_FALSE(slow[1].site.known());
  EXPECT_EQ(slow[1].site.text(), "");
}

TEST(SlowCallbacks, EveryKindOfTaskIsToldWithItsContext) {
  static constexpr ContextKey<int> kTenant;
  SlowBench b;
  {
    const ContextScope scope(b.m.loop, Context().with(kTenant, 7));
    b.m.loop.schedule(0ms, b.spend(60ms)).value().detach();
    b.m.loop.immediate(b.spend(60ms)).value();
    b.m.loop.at_closing(b.spend(60ms)).value();
    Task posted{b.spend(60ms)};
    posted.set_context(b.m.loop.context());
    ASSERT_EQ(b.m.loop.ingress().post(posted), Admission::accepted);
  }
  b.m.loop.run();
  ASSERT_EQ(b.slow.recent().size(), 4U);
  for (const SlowCallback& one : b.slow.recent()) {
    const int* const tenant = one.context.find(kTenant);
    ASSERT_NE(tenant, nullptr) << to_string(one.kind);
    EXPECT_EQ(*tenant, 7);
  }
}

TEST(SlowCallbacks, ProcessorTimeIsTheCallbacksOwn) {
  SlowBench b;
  for (int i = 0; i < 20; ++i) b.m.loop.immediate(b.spend(1ms, 1ms)).value();
  b.m.loop.immediate(b.spend(60ms, 20ms)).value();
  b.m.loop.immediate(b.spend(70ms, 70ms)).value();
  b.m.loop.schedule(500ms, b.spend(80ms, 0ms)).value().detach();
  b.m.loop.run();
  const auto slow = b.slow.recent();
  ASSERT_EQ(slow.size(), 3U);
  ASSERT_TRUE(slow[0].cpu && slow[1].cpu && slow[2].cpu);
  EXPECT_GE(*slow[0].cpu, 20ms);
  EXPECT_LE(*slow[0].cpu, 20ms + 50ms / 8);
  EXPECT_EQ(slow[1].cpu, 70ms);
  EXPECT_EQ(slow[2].cpu, 0ms);
}

TEST(SlowCallbacks, TheHandlerIsToldAndMayThrow) {
  std::vector<std::string> told;
  SlowBench b({.threshold = 10ms, .on_slow = [&](const SlowCallback& one) {
                 told.emplace_back(to_string(one.kind));
                 throw std::runtime_error("no");
               }});
  b.m.loop.immediate(b.spend(10ms)).value();
  b.m.loop.immediate([] { throw 1; }).value();
  b.m.loop
      .immediate([&] {
        b.spend(12ms)();
        throw 1;
      })
      .value();
  b.m.loop.run();
  EXPECT_THAT(told, ElementsAre("immediate", "immediate"));
  EXPECT_EQ(b.slow.figures().failures, 2U);
  EXPECT_EQ(b.slow.recent().size(), 2U);
}

TEST(SlowCallbacks, OnlyTheLatestAreKept) {
  SlowBench b({.threshold = 1ms, .kept_max = 3});
  for (int ms = 1; ms <= 5; ++ms) b.m.loop.immediate(b.spend(std::chrono::milliseconds(ms))).value();
  b.m.loop.run();
  std::vector<Duration> took;
  for (const SlowCallback& one : b.slow.recent()) took.push_back(one.took);
  EXPECT_THAT(took, ElementsAre(3ms, 4ms, 5ms));
  EXPECT_EQ(b.slow.figures().forgotten, 2U);
}

TEST(SlowCallbacks, TheThresholdMayChangeAndItMayBeOff) {
  SlowBench b;
  b.slow.enable(false);
  b.m.loop.immediate(b.spend(60ms)).value();
  b.m.loop.run();
  EXPECT_EQ(b.slow.figures().seen, 0U);
  b.slow.enable(true);
  b.slow.set_threshold(5ms);
  b.m.loop.immediate(b.spend(5ms)).value();
  b.m.loop.immediate(b.spend(4ms)).value();
  b.m.loop.run();
  EXPECT_EQ(b.slow.figures().seen, 1U);
}

TEST(SlowCallbacks, WhatWasToldOfItsPartsIsNotToldOfATask) {
  SlowBench b;
  b.m.loop
      .immediate([&] {
        b.m.clock.advance(60ms);
        b.slow.inner(Work::timer, 60ms, {.file = "a.js", .function = "f", .line = 3, .column = 4}, {});
        b.m.clock.advance(49ms);
        b.slow.inner(Work::timer, 49ms, {}, {});
      })
      .value();
  b.m.loop.immediate(b.spend(50ms)).value();
  b.m.loop.run();
  const auto slow = b.slow.recent();
  ASSERT_EQ(slow.size(), 2U);
  EXPECT_TRUE(slow[0].javascript);
  EXPECT_EQ(slow[0].site.text(), "a.js:3:4 (f)");
  EXPECT_FALSE(slow[1].javascript);
  EXPECT_EQ(slow[1].took, 50ms);
}

TEST(SlowCallbacks, BesideMetricsInAList) {
  SlowCallbacks slow({.threshold = 10ms});
  LoopMetrics metrics;
  ProbeList list{&metrics, &slow};
  ManualLoop m{{.probe = &list}};
  for (int i = 0; i < 1'000; ++i) m.loop.immediate([&m, i] { m.clock.advance(i == 700 ? 10ms : 1us); }).value();
  m.loop.run();
  EXPECT_EQ(slow.figures().seen, 1U);
  EXPECT_EQ(metrics.snapshot().figures.immediates, 1'000U);
}

TEST(SlowCallbacks, MayBeReadAndSwitchedWhileTheLoopWorks) {
  SlowCallbacks slow({.threshold = 1us});
  Loop loop{{.probe = &slow}};
  std::atomic<bool> done{false};
  std::thread reader([&] {
    std::uint64_t seen = 0;
    while (!done) {
      slow.set_threshold(std::chrono::microseconds(1 + seen++ % 3));
      slow.enable(seen % 5 != 0);
      for (const SlowCallback& one : slow.recent()) EXPECT_GE(one.took, 1us);
    }
    slow.enable(true);
  });
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 20; ++i)
      loop.immediate([] {
            const auto until = std::chrono::steady_clock::now() + 5us;
            while (std::chrono::steady_clock::now() < until) {
            }
          })
          .value();
    loop.run();
  }
  done = true;
  reader.join();
  EXPECT_LE(slow.recent().size(), 64U);
  EXPECT_GE(slow.figures().seen, slow.recent().size());
}

}  // namespace
}  // namespace millrace::observe
