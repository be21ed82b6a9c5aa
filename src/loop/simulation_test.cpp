// Whole programs under a seed: what a seed decides replays, invariants hold for every seed, and a planted defect is found.
#include <millrace/simulation.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/descriptors.h"
#include "support/test_seeds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using Reason = RunOutcome::Reason;

/// Three producers that post, a timer that re-arms itself, an interval, readiness; everything is written down in order.
struct Program {
  explicit Program(std::uint64_t seed, SimulationOptions options = {}) : sim(seed, std::move(options)) {
    Loop& loop = sim.loop();
    for (int producer = 0; producer < 3; ++producer)
      sim.add_producer("producer " + std::to_string(producer), [this, producer, door = loop.ingress(), made = 0]() mutable {
        const int number = made++;
        if (door.post([this, producer, number] { ran(producer, number); }) == Admission::accepted) ++accepted;
        return made < kPosts;
      });
    asked = sim.clock().now();
    loop.schedule(5ms, [this] { fired_after = sim.clock().now() - asked; }).value().detach();
    interval = loop.every(1ms,
                          [this] {
                            if (++beats == 10) interval.cancel();
                          })
                   .value();
    watch = loop.watch(pipe.read_end.get(), Interest::readable,
                       [this](Readiness) {
                         log.push_back("ready");
                         watch.close();
                       })
                .value();
    sim.script_readiness(sim.clock().now() + 3ms, pipe.read_end.get(), {.readable = true});
  }
  void ran(int producer, int number) {
    log.push_back(std::to_string(producer) + ":" + std::to_string(number));
    in_order = in_order && next[producer]++ == number;
    sim.clock().advance(Duration{static_cast<Duration::rep>(sim.random() % 1'000'000)});
    static_cast<void>(sim.loop().queue_microtask([this] { log.push_back("m"); }));  // refused when another thread has closed
  }

  static constexpr int kPosts = 6;
  testing::Pipe pipe;
  Simulation sim;
  std::vector<std::string> log;
  std::map<int, int> next;
  bool in_order = true;
  int accepted = 0;
  int beats = 0;
  Instant asked;
  Duration fired_after{};
  TimerHandle interval;
  WatchHandle watch;
};

TEST(Simulation, EverySeedKeepsTheLoopsPromises) {
  for (const std::uint64_t seed : testing::test_seeds(300)) {
    SCOPED_TRACE(::testing::Message() << "MILLRACE_SEED=" << seed);
    Program program{seed};
    const RunOutcome outcome = program.sim.run();
    ASSERT_EQ(outcome.reason(), Reason::idle) << outcome.error()->to_string();
    EXPECT_TRUE(program.in_order);
    EXPECT_EQ(program.accepted, 3 * Program::kPosts);
    EXPECT_EQ(program.sim.loop().figures().ingress_tasks, 3u * Program::kPosts);
    EXPECT_GE(program.fired_after, 5ms);
    EXPECT_EQ(program.beats, 10);
    EXPECT_EQ(std::count(program.log.begin(), program.log.end(), "ready"), 1);
  }
}

TEST(Simulation, ASeedReplaysTheWholeProgram) {
  for (const std::uint64_t seed : testing::test_seeds(20)) {
    SCOPED_TRACE(::testing::Message() << "MILLRACE_SEED=" << seed);
    Program once{seed};
    Program again{seed};
    static_cast<void>(once.sim.run());
    static_cast<void>(again.sim.run());
    EXPECT_EQ(once.log, again.log);
    EXPECT_EQ(once.sim.trace(), again.sim.trace());
    EXPECT_EQ(once.sim.clock().now(), again.sim.clock().now());
  }
}

TEST(Simulation, SeedsDiffer) {
  std::map<std::vector<std::string>, int> traces;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Program program{seed};
    static_cast<void>(program.sim.run());
    ++traces[program.sim.trace()];
  }
  EXPECT_EQ(traces.size(), 20u);
}

TEST(Simulation, FindsAPlantedLostWakeUpAndReplaysIt) {
  SimulationOptions options;
  options.defect = PlantedDefect::signal_dropped_before_wait;
  const auto run = [&options](std::uint64_t seed, std::vector<std::string>& trace, bool& lost) {
    Simulation sim{seed, options};
    int ran = 0;
    sim.add_producer("producer", [door = sim.loop().ingress(), &ran, left = 4]() mutable {
      EXPECT_EQ(door.post([&ran] { ++ran; }), Admission::accepted);
      return --left > 0;
    });
    const RunOutcome outcome = sim.run();
    lost = outcome.error() && outcome.error()->code() == Errc::would_block_forever;
    EXPECT_TRUE(!lost || ran < 4) << "the loop sleeps although everything ran";
    trace = sim.trace();
  };
  std::uint64_t found = 0;
  std::vector<std::string> trace;
  bool lost = false;
  for (std::uint64_t seed = 1; seed <= 500 && !lost; ++seed) {
    run(seed, trace, lost);
    found = seed;
  }
  ASSERT_TRUE(lost) << "500 seeds did not find it";
  std::vector<std::string> replayed;
  run(found, replayed, lost);
  EXPECT_TRUE(lost);
  EXPECT_EQ(replayed, trace);
  options.defect = PlantedDefect::none;  // the same seed without the defect
  run(found, trace, lost);
  EXPECT_FALSE(lost);
}

TEST(Simulation, ProducersMayEndTheLoopAtAnyMoment) {
  for (const std::uint64_t seed : testing::test_seeds(300)) {
    SCOPED_TRACE(::testing::Message() << "MILLRACE_SEED=" << seed);
    Program program{seed};
    Loop& loop = program.sim.loop();
    program.sim.add_producer("closer", [&loop, how = program.sim.random() % 3, wait = program.sim.random() % 20]() mutable {
      if (wait-- > 0) return true;
      how == 0 ? loop.close() : how == 1 ? loop.shutdown(1ms) : loop.stop();
      return false;
    });
    RunOutcome outcome = program.sim.run();
    if (outcome.reason() == Reason::stopped) outcome = program.sim.run();
    ASSERT_TRUE(outcome.reason() == Reason::closed || outcome.reason() == Reason::idle) << outcome.error()->to_string();
    EXPECT_TRUE(program.in_order);
    const LoopFigures figures = loop.figures();
    EXPECT_EQ(figures.ingress_accepted, static_cast<std::uint64_t>(program.accepted));
    EXPECT_EQ(figures.ingress_accepted, figures.ingress_tasks + figures.rejected);
  }
}

TEST(Simulation, APostOfTheLoopsOwnThatReadsTheClockHoldsNoStepUpForEver) {
  for (const std::uint64_t seed : testing::test_seeds(100)) {
    SCOPED_TRACE(::testing::Message() << "MILLRACE_SEED=" << seed);
    SimulationOptions options;
    options.loop.admission = {.tasks_per_second = 1e9, .burst = 1000};  // each post looks at the clock
    Simulation sim{seed, options};
    int ran = 0;
    const auto post = [&sim](auto task) { EXPECT_EQ(sim.loop().ingress().post(std::move(task)), Admission::accepted); };
    sim.add_producer("other", [&, left = 20]() mutable {
      post([&ran] { ++ran; });
      return --left > 0;
    });
    for (int i = 0; i < 20; ++i) post([&] { post([&ran] { ++ran; }); });
    EXPECT_EQ(sim.run().reason(), Reason::idle);
    EXPECT_EQ(ran, 40);
  }
}

TEST(Simulation, AProducerThatThrowsEndsTheRunWithItsNameAndTheSeed) {
  Simulation sim{7};
  sim.add_producer("clumsy", []() -> bool { throw std::runtime_error("dropped"); });
  const RunOutcome outcome = sim.run();
  ASSERT_TRUE(outcome.error());
  EXPECT_EQ(outcome.error()->context("producer"), "clumsy");
  EXPECT_EQ(outcome.error()->context("seed"), "7");
}

}  // namespace
}  // namespace millrace
