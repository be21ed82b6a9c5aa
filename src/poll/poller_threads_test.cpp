// Pollers of the system among threads and signals.
#include <millrace/poller.h>

#include <gtest/gtest.h>

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/descriptors.h"
#include "support/poller_subjects.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::make_eventfd;
using testing::real_now;

class PollerThreads : public testing::PollerSuite {};
MILLRACE_ALL_POLLERS(PollerThreads);

TEST_P(PollerThreads, WakesFromFourThreadsAreNeverLost) {
  constexpr int kWakes = 200;
  std::atomic<int> published{0};
  std::vector<std::jthread> others;
  for (int i = 0; i < 4; ++i)
    others.emplace_back([&published, waker = poller.waker()] {
      for (int n = 0; n < kWakes; ++n) {
        ++published;
        EXPECT_TRUE(waker->wake());
        if (n % 16 == 0) std::this_thread::yield();
      }
    });
  // Each wait sees at least what was published before the wake that ended it; a lost wake would sleep until the time-out.
  const Instant before = real_now();
  while (published < 4 * kWakes) ASSERT_EQ(wait(30s), 0u);
  EXPECT_LT(real_now() - before, 25s);
}

TEST_P(PollerThreads, WaitsOnOneThreadAfterAnother) {
  const UniqueFd idle = make_eventfd();
  ASSERT_TRUE(poller.add(idle.get(), Interest::readable, 1'000));
  std::vector<UniqueFd> fds;
  const auto use = [&](std::uint64_t round) {
    // What was armed on the thread before, what is added here, and a wake.
    fds.push_back(make_eventfd(1));
    ASSERT_TRUE(poller.add(fds.back().get(), Interest::readable, round));
    ASSERT_EQ(wait(5s), fds.size());
    ASSERT_EQ(::eventfd_write(idle.get(), 1), 0);
    ASSERT_EQ(wait(5s), fds.size() + 1);
    eventfd_t count = 0;
    ASSERT_EQ(::eventfd_read(idle.get(), &count), 0);
    ASSERT_EQ(wait(), fds.size());
    ASSERT_TRUE(poller.waker()->wake());
    ASSERT_EQ(wait(5s), fds.size());
  };
  use(0);
  for (std::uint64_t round = 1; round < 6; ++round)
    if (round % 2 == 0)
      use(round);
    else
      std::jthread{[&use, round] { use(round); }}.join();  // an ended thread's identity is soon another's
  for (const UniqueFd& fd : fds) ASSERT_TRUE(poller.remove(fd.get()));
  EXPECT_EQ(wait(), 0u);
}

TEST_P(PollerThreads, TwoThreadsTakeTurnsWhileBothLive) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 7));
  std::atomic<int> turn{0};
  const auto play = [&](int mine) {
    for (int round = 0; round < 5; ++round) {
      while (turn != mine) std::this_thread::yield();
      EXPECT_EQ(wait(), 0u);
      EXPECT_EQ(::eventfd_write(fd.get(), 1), 0);
      EXPECT_EQ(wait(5s), 1u);
      eventfd_t count = 0;
      EXPECT_EQ(::eventfd_read(fd.get(), &count), 0);
      EXPECT_EQ(wait(), 0u);
      turn = 1 - mine;
    }
  };
  std::jthread other{play, 1};
  play(0);
}

TEST_P(PollerThreads, RemovesOnAnotherThreadThanTheOneThatWaited) {
  const UniqueFd first = make_eventfd(), second = make_eventfd();
  ASSERT_TRUE(poller.add(first.get(), Interest::readable, 1));
  ASSERT_TRUE(poller.add(second.get(), Interest::readable, 2));
  std::jthread{[this] { EXPECT_EQ(wait(), 0u); }}.join();
  ASSERT_TRUE(poller.remove(first.get()));
  ASSERT_TRUE(poller.modify(second.get(), Interest::both, 3));
  ASSERT_EQ(::eventfd_write(first.get(), 1), 0);
  ASSERT_EQ(wait(5s), 1u);
  EXPECT_EQ(events[0].token, 3u);
}

TEST_P(PollerThreads, AreDestroyedOnAnotherThread) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  EXPECT_EQ(wait(), 0u);
  std::jthread{[this] { subject.reset(); }}.join();
}

std::atomic<int> signals_taken{0};

class PollerSignals : public testing::PollerSuite {
 protected:
  void SetUp() override {
    PollerSuite::SetUp();
    struct sigaction action{};
    action.sa_handler = [](int) { ++signals_taken; };
    action.sa_flags = SA_RESTART;  // even then the wait ends
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &saved_), 0);
  }
  void TearDown() override { ::sigaction(SIGUSR1, &saved_, nullptr); }

  /// Whether one signal, sent while the wait sleeps, ended it without an event or an error.
  bool one_signal_ends(std::optional<Duration> timeout) {
    // A machine that is busy enough lets the signal arrive before the wait began; then it is tried again.
    for (int attempt = 0; attempt < 3; ++attempt) {
      std::atomic<bool> ended{false};
      std::jthread sender{[&, waiter = ::pthread_self(), waker = poller.waker()] {
        std::this_thread::sleep_for(50ms);
        ::pthread_kill(waiter, SIGUSR1);
        for (int i = 0; i < 200 && !ended; ++i) std::this_thread::sleep_for(10ms);
        EXPECT_TRUE(ended || waker->wake());
      }};
      const Instant before = real_now();
      const auto waited = poller.wait(events, timeout);
      const Duration slept = real_now() - before;
      ended = true;
      EXPECT_TRUE(waited) << waited.error().to_string();
      EXPECT_EQ(waited.value_or(1), 0u);
      sender.join();
      if (slept < 1s) return true;
    }
    return false;
  }

 private:
  struct sigaction saved_{};
};
MILLRACE_ALL_POLLERS(PollerSignals);

TEST_P(PollerSignals, EndTheWaitWithoutAnError) {
  const int before = signals_taken;
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  EXPECT_TRUE(one_signal_ends(std::nullopt)) << "when the wait also registers something";
  EXPECT_TRUE(one_signal_ends(std::nullopt)) << "when it only waits";
  EXPECT_TRUE(one_signal_ends(10s));
  EXPECT_GT(signals_taken, before);
  ASSERT_EQ(::eventfd_write(fd.get(), 1), 0);
  EXPECT_EQ(wait(5s), 1u);
}

TEST_P(PollerSignals, AStormOfThemLosesNothing) {
  const UniqueFd fd = make_eventfd();
  ASSERT_TRUE(poller.add(fd.get(), Interest::readable, 1));
  std::atomic<bool> enough{false};
  std::jthread sender{[&enough, waiter = ::pthread_self()] {
    while (!enough) {
      ::pthread_kill(waiter, SIGUSR1);
      std::this_thread::sleep_for(20us);
    }
  }};
  for (int round = 0; round < 100; ++round) {
    EXPECT_EQ(::eventfd_write(fd.get(), 1), 0);
    std::size_t count = 0;
    const Instant before = real_now();
    while (count == 0 && real_now() - before < 20s) count = wait(1s);
    EXPECT_EQ(count, 1u);
    eventfd_t value = 0;
    EXPECT_EQ(::eventfd_read(fd.get(), &value), 0);
  }
  enough = true;
}

}  // namespace
}  // namespace millrace
