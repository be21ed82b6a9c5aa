// A loop inside another loop: fd(), timeout() and run_once(), with poll(2) as the host.
#include <millrace/loop.h>

#include <poll.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/timespec.h"
#include "support/callback_kinds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

bool readable(int fd, Duration wait = Duration::zero()) {
  pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
  const timespec time = to_timespec(wait);
  return ::ppoll(&entry, 1, &time, nullptr) > 0;
}

/// Another loop that waits for ours as the contract says: timeout(), wait for fd(), run_once().
struct Host {
  explicit Host(LoopOptions options = {}) : loop(std::move(options)), fd(loop.fd().value()) {}
  /// One turn. False: nothing keeps the loop alive, or it is closed.
  bool turn() {
    ++turns;
    const std::optional<Duration> timeout = loop.timeout();
    const Duration wait = std::min(timeout.value_or(kPatience), kPatience);
    if (!readable(fd, wait) && wait == kPatience) ++slept_through;
    last = loop.run_once();
    return last.value_or(false);
  }
  /// Turns until `done` or nothing is left.
  template <typename Done>
  void until(Done done) {
    while (!done() && slept_through == 0 && turn()) {
    }
    EXPECT_EQ(slept_through, 0) << "the host waited in vain";
  }
  Loop loop;
  const int fd;
  int turns = 0;
  int slept_through = 0;
  Result<bool> last = true;
};

// What is refused

TEST(ForeignHost, IsUnsupportedByPollersWithoutADescriptor) {
  ManualLoop m;
  const Result<int> fd = m.loop.fd();
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code(), Errc::unsupported);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle) << "asking changes nothing";
}

TEST(ForeignHost, IsUnsupportedWhileTheFastPathIsForced) {
  Loop forced{{.sleep = {.fast_path = FastPath::forced}}};
  const Result<int> fd = forced.fd();
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code(), Errc::unsupported);
  ASSERT_TRUE(forced.set_sleep_policy({.fast_path = FastPath::automatic}));
  EXPECT_TRUE(forced.fd());
  ASSERT_TRUE(forced.set_sleep_policy({.fast_path = FastPath::forced}));
  EXPECT_EQ(forced.fd().error().code(), Errc::unsupported);
  ASSERT_TRUE(forced.set_sleep_policy({.fast_path = FastPath::disabled}));
  EXPECT_TRUE(forced.fd());
}

TEST(ForeignHost, TheDescriptorIsTheSameEveryTime) {
  Loop loop;
  const int fd = loop.fd().value();
  EXPECT_TRUE(is_open(fd));
  loop.schedule(0ms, [] {}).value().detach();
  loop.run();
  EXPECT_EQ(loop.fd().value(), fd);
}

// timeout(), on manual time

TEST(ForeignTimeout, WithoutAnythingThatComesByItselfIsUntilTheDescriptorIsReadable) {
  KindBench m;
  EXPECT_EQ(m.loop.timeout(), std::nullopt);
  const LivenessHold hold = m.loop.hold();
  EXPECT_EQ(m.loop.timeout(), std::nullopt);
  const WatchHandle watch = m.loop.watch(m.event.get(), Interest::readable, [](Readiness) {}).value();
  EXPECT_EQ(m.loop.timeout(), std::nullopt);
}

TEST(ForeignTimeout, IsWhatIsLeftUntilTheNextTimer) {
  ManualLoop m;
  auto far = m.loop.schedule(20ms, [] {}).value();
  EXPECT_EQ(m.loop.timeout(), 20ms);
  auto near = m.loop.schedule(1'500us, [] {}).value();
  EXPECT_EQ(m.loop.timeout(), 1'500us);
  m.clock.advance(1ms);
  EXPECT_EQ(m.loop.timeout(), 500us);
  near.cancel();
  EXPECT_EQ(m.loop.timeout(), 19ms);
  m.clock.advance(19ms);
  EXPECT_EQ(m.loop.timeout(), 0ms);
  m.clock.advance(1h);
  EXPECT_EQ(m.loop.timeout(), 0ms) << "never negative";
  EXPECT_FALSE(m.loop.run_once().value());
  EXPECT_EQ(m.loop.timeout(), std::nullopt);
}

TEST(ForeignTimeout, IsZeroWhileWorkOfAnyKindWaits) {
  for (const CallbackKind& kind : kCallbackKinds) {
    if (kind.name == "readiness") continue;  // the descriptor tells of it
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, m.note("ran"));
    EXPECT_EQ(m.loop.timeout(), 0ms);
    EXPECT_FALSE(m.loop.run_once().value());
    EXPECT_EQ(m.log, Lines{"ran"});
    EXPECT_EQ(m.loop.timeout(), std::nullopt);
  }
}

TEST(ForeignTimeout, IsZeroWhileTheRestOfABatchWaits) {
  ManualLoop m{{.batch = {.tasks_max = 1}}};
  for (int i = 0; i < 3; ++i) ASSERT_EQ(m.loop.ingress().post(m.note("ran")), Admission::accepted);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(m.loop.timeout(), 0ms);
    EXPECT_EQ(m.loop.run_once().value(), i < 2);
  }
  EXPECT_EQ(m.loop.timeout(), std::nullopt);
}

TEST(ForeignTimeout, IsZeroWhileAStopOrAFinishedShutdownWaitsForARun) {
  ManualLoop m;
  auto timer = m.loop.schedule(1h, [] {}).value();
  m.loop.stop();
  EXPECT_EQ(m.loop.timeout(), 0ms);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.loop.timeout(), 1h);
  m.loop.shutdown(1h);
  EXPECT_EQ(m.loop.timeout(), 0ms) << "nothing is left that it waits for";
  for (int i = 0; i < 2 && m.loop.state() != LoopState::closed; ++i) static_cast<void>(m.loop.run_once());
  EXPECT_EQ(m.loop.state(), LoopState::closed);
}

TEST(ForeignTimeout, IsNoLaterThanTheDeadlineOfAShutdown) {
  ManualLoop m;
  LivenessHold hold = m.loop.hold();
  auto timer = m.loop.schedule(1h, [] {}).value();
  m.loop.shutdown(30ms);
  EXPECT_EQ(m.loop.timeout(), 30ms);
  m.clock.advance(10ms);
  EXPECT_EQ(m.loop.timeout(), 20ms);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.loop.timeout(), 20ms);
  m.clock.advance(20ms);
  EXPECT_EQ(m.loop.timeout(), 0ms);
  for (int i = 0; i < 2 && m.loop.state() != LoopState::closed; ++i) static_cast<void>(m.loop.run_once());
  EXPECT_EQ(m.loop.state(), LoopState::closed);
}

TEST(ForeignTimeout, ChangesNothingForARunThatFollows) {
  ManualLoop m;
  m.loop.schedule(5ms, m.note_time()).value().detach();
  EXPECT_EQ(m.loop.timeout(), 5ms);
  EXPECT_EQ(m.loop.timeout(), 5ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"5"});
}

// With the system's poller

TEST(ForeignHost, TimersFireOnTimeAndNeverEarly) {
  Host host;
  int fired = 0;
  for (int i = 0; i < 20; ++i) {
    const Duration delay = i * Duration{700us};
    host.loop
        .schedule(delay,
                  [&fired, due = real_now() + delay] {
                    EXPECT_GE(real_now(), due);
                    ++fired;
                  })
        .value()
        .detach();
  }
  host.until([] { return false; });
  EXPECT_EQ(fired, 20);
  ASSERT_TRUE(host.last);
  EXPECT_FALSE(*host.last) << "nothing keeps the loop alive";
  EXPECT_LE(host.turns, 60) << "the host spins";
}

TEST(ForeignHost, RunOnceAnswersWhetherTheLoopIsAlive) {
  Loop loop;
  EXPECT_FALSE(loop.run_once().value());
  LivenessHold hold = loop.hold();
  EXPECT_TRUE(loop.run_once().value()) << "and did not wait";
  hold.release();
  EXPECT_FALSE(loop.run_once().value());
}

TEST(ForeignHost, APostFromAThreadWakesIt) {
  for (int round = 0; round < 20; ++round) {
    Host host;
    const LivenessHold hold = host.loop.hold();
    bool done = false;
    std::jthread producer{[&done, round, door = host.loop.ingress()]() mutable {
      if (round % 2 == 0) std::this_thread::sleep_for(500us);
      EXPECT_EQ(door.post([&done] { done = true; }), Admission::accepted);
    }};
    host.until([&done] { return done; });
    EXPECT_TRUE(done);
    EXPECT_LE(host.turns, 3);
  }
}

// A round trip for every post: each round the host is about to wait, waiting, or just up again when the next post arrives.
TEST(ForeignHost, LosesNoWakeInTwentyThousandRoundTrips) {
  constexpr int kRounds = 20'000;
  Host host;
  const LivenessHold hold = host.loop.hold();
  std::atomic<int> done{0};
  std::jthread producer{[&, door = host.loop.ingress()]() mutable {
    const Instant until = real_now() + 2 * kPatience;
    for (int round = 1; round <= kRounds; ++round) {
      ASSERT_EQ(door.post([&done] { done.fetch_add(1, std::memory_order_release); }), Admission::accepted);
      for (int spins = 0; done.load(std::memory_order_acquire) < round; ++spins) {
        if (spins % 64 == 63) std::this_thread::yield();
        if (spins % 65'536 == 65'535 && real_now() > until) return;
      }
    }
  }};
  host.until([&done] { return done.load(std::memory_order_acquire) == kRounds; });
  EXPECT_EQ(done, kRounds);
  EXPECT_LE(host.turns, 2 * kRounds + 10) << "more than one turn in vain for each post";
  EXPECT_EQ(host.loop.figures().failed_wakes, 0u);
}

TEST(ForeignHost, WatchesReachIt) {
  Host host;
  Pipe pipe;
  std::string got;
  WatchHandle watch;
  watch = host.loop
              .watch(pipe.read_end.get(), Interest::readable,
                     [&](Readiness) {
                       got += pipe.read();
                       if (got.size() == 3) watch.close();
                     })
              .value();
  std::jthread writer{[&pipe] {
    for (const char byte : {'a', 'b', 'c'}) {
      pipe.write(byte);
      std::this_thread::sleep_for(200us);
    }
  }};
  host.until([] { return false; });
  EXPECT_EQ(got, "abc");
  EXPECT_LE(host.turns, 10);
  EXPECT_FALSE(readable(host.fd)) << "a closed watch leaves nothing behind";
}

TEST(ForeignHost, AWatchMadeAfterAWaitBeganToBePreparedIsSeenInTheNext) {
  Host host;
  Pipe pipe;
  pipe.write();
  bool called = false;
  static_cast<void>(host.loop.timeout());
  WatchHandle watch;
  watch = host.loop
              .watch(pipe.read_end.get(), Interest::readable,
                     [&](Readiness) {
                       called = true;
                       watch.close();
                     })
              .value();
  host.until([&called] { return called; });
  EXPECT_TRUE(called);
  EXPECT_LE(host.turns, 2);
}

// The descriptor is silent when there is nothing to do.

TEST(ForeignHost, TheDescriptorIsSilentWhileNothingHappens) {
  Host host;
  const LivenessHold hold = host.loop.hold();
  auto timer = host.loop.schedule(1h, [] {}).value();
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(host.loop.timeout());
    EXPECT_FALSE(readable(host.fd));
    EXPECT_TRUE(host.loop.run_once().value());
  }
}

TEST(ForeignHost, APostBetweenTimeoutAndTheWaitIsSeenAtOnceAndTheDescriptorFallsSilentAgain) {
  for (int round = 0; round < 20; ++round) {
    Host host;
    const LivenessHold hold = host.loop.hold();
    int ran = 0;
    EXPECT_EQ(host.loop.timeout(), std::nullopt);
    for (int i = 0; i <= round % 3; ++i) ASSERT_EQ(host.loop.ingress().post([&ran] { ++ran; }), Admission::accepted);
    EXPECT_TRUE(readable(host.fd));
    EXPECT_TRUE(host.loop.run_once().value());
    EXPECT_EQ(ran, round % 3 + 1);
    int in_vain = 0;
    for (; in_vain < 10; ++in_vain) {
      static_cast<void>(host.loop.timeout());
      if (!readable(host.fd)) break;
      EXPECT_TRUE(host.loop.run_once().value());
    }
    EXPECT_LE(in_vain, 1) << "a wake whose work was done already may cost one turn";
  }
}

TEST(ForeignHost, DoesNotSpinAfterASpuriousWake) {
  Host host;
  const LivenessHold hold = host.loop.hold();
  // The post is found by a turn that did not wait for it; its signal comes too late to be of use.
  static_cast<void>(host.loop.timeout());
  ASSERT_EQ(host.loop.ingress().post([] {}), Admission::accepted);
  ASSERT_TRUE(host.loop.run_once());
  bool over = false;
  host.loop.schedule(50ms, [&over] { over = true; }).value().detach();
  host.until([&over] { return over; });
  EXPECT_LE(host.turns, 10);
}

TEST(ForeignHost, TheSignalOfAPostIsNotLeftForALaterHostWhenARunServedIt) {
  Host host;
  for (int round = 0; round < 10; ++round) {
    static_cast<void>(host.loop.timeout());
    ASSERT_EQ(host.loop.ingress().post([] {}), Admission::accepted);
    EXPECT_EQ(host.loop.run().reason(), Reason::idle);
    int in_vain = 0;
    for (; in_vain < 10; ++in_vain) {
      static_cast<void>(host.loop.timeout());
      if (!readable(host.fd)) break;
      static_cast<void>(host.loop.run_once());
    }
    EXPECT_LE(in_vain, 1);
  }
}

TEST(ForeignHost, AfterAWhileAsAGuestTheLoopStillSleepsByItself) {
  Host host;
  {
    const LivenessHold hold = host.loop.hold();
    static_cast<void>(host.loop.timeout());
    ASSERT_EQ(host.loop.ingress().post([] {}), Admission::accepted);
  }
  host.loop.schedule(5ms, [] {}).value().detach();
  const Instant began = real_now();
  EXPECT_EQ(host.loop.run().reason(), Reason::idle);
  EXPECT_GE(real_now() - began, 4ms);
  EXPECT_LE(host.loop.figures().ticks, 10u) << "the loop spins";
}

// Stop, shutdown and close from other threads

enum class Ask { stop, shutdown, close };

TEST(ForeignHost, AStopShutdownOrCloseFromAnotherThreadReachesIt) {
  for (const Ask ask : {Ask::stop, Ask::shutdown, Ask::close})
    for (int round = 0; round < 5; ++round) {
      SCOPED_TRACE(::testing::Message() << static_cast<int>(ask) << " round " << round);
      Host host;
      const LivenessHold hold = host.loop.hold();
      ASSERT_EQ(host.loop.timeout(), std::nullopt);
      std::jthread other{[&] {
        std::this_thread::sleep_for(round * 300us);
        switch (ask) {
          case Ask::stop: host.loop.stop(); break;
          case Ask::shutdown: host.loop.shutdown(0ms); break;
          case Ask::close: host.loop.close(); break;
        }
      }};
      // Long enough to tell "never", short enough for a test that fails.
      ASSERT_TRUE(readable(host.fd, 3s)) << "the host is not told";
      other.join();
      if (ask == Ask::stop) {
        EXPECT_EQ(host.loop.state(), LoopState::stopping);
        EXPECT_TRUE(host.loop.run_once().value());
        EXPECT_EQ(host.loop.state(), LoopState::idle);
        continue;
      }
      for (int i = 0; i < 2 && host.loop.state() != LoopState::closed; ++i) static_cast<void>(host.loop.run_once());
      EXPECT_EQ(host.loop.state(), LoopState::closed);
      EXPECT_EQ(host.loop.run_once().error().code(), Errc::closed);
    }
}

TEST(ForeignHost, AnEarlierDeadlineFromAnotherThreadReachesIt) {
  Host host;
  const LivenessHold hold = host.loop.hold();
  host.loop.shutdown(1h);
  ASSERT_TRUE(host.loop.run_once());
  ASSERT_TRUE(host.loop.timeout());
  std::jthread other{[&host] { host.loop.shutdown(0ms); }};
  EXPECT_TRUE(readable(host.fd, 3s)) << "the host sleeps for the hour that was asked for first";
  other.join();
  for (int i = 0; i < 2 && host.loop.state() != LoopState::closed; ++i) static_cast<void>(host.loop.run_once());
  EXPECT_EQ(host.loop.state(), LoopState::closed);
}

TEST(ForeignHost, AShutdownIsWorkedOffTurnByTurn) {
  Host host;
  LivenessHold hold = host.loop.hold();
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(host.loop.ingress().post([&ran, i] { ran.push_back(i); }), Admission::accepted);
  host.loop.schedule(2ms, [&hold] { hold.release(); }).value().detach();
  host.loop.shutdown(kPatience);
  host.until([] { return false; });
  for (int i = 0; i < 2 && host.loop.state() != LoopState::closed; ++i) static_cast<void>(host.loop.run_once());
  EXPECT_EQ(host.loop.state(), LoopState::closed);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4}));
  EXPECT_LE(host.turns, 20);
}

}  // namespace
}  // namespace millrace
