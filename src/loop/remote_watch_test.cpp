// Registering readiness from other threads: against a deadline, against the end of the loop, and ended against its own callback.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>

#include "loop/remote_watch.h"
#include "support/descriptors.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;

/// A loop that runs on a thread of its own until the test is over.
struct RunningLoop {
  RunningLoop() : hold(loop.hold()), thread([this] { outcome = loop.run(); }) {}
  ~RunningLoop() {
    loop.close();
    thread.join();
  }
  Loop loop;
  LivenessHold hold;
  RunOutcome outcome{RunOutcome::Reason::idle};
  std::thread thread;
};

void wait_until(const std::atomic<int>& value, int at_least) {
  const Instant until = real_now() + kPatience;
  while (value.load() < at_least && real_now() < until) std::this_thread::yield();
  ASSERT_GE(value.load(), at_least);
}

TEST(RemoteWatch, RunsItsCallbackOnTheLoopThread) {
  RunningLoop r;
  Pipe pipe;
  std::atomic<int> calls{0};
  std::atomic<bool> elsewhere{false};
  RemoteWatch watch = r.loop
                          .watch_remotely(pipe.read_end.get(), Interest::readable,
                                          [&](Readiness ready) {
                                            elsewhere = std::this_thread::get_id() != r.thread.get_id() || !ready.readable;
                                            pipe.read();
                                            ++calls;
                                          })
                          .value();
  EXPECT_TRUE(watch.active());
  pipe.write();
  wait_until(calls, 1);
  pipe.write();
  wait_until(calls, 2);
  EXPECT_FALSE(elsewhere);
  watch.close();
  EXPECT_FALSE(watch.active());
  watch.close();  // again is nothing
}

TEST(RemoteWatch, ChecksItsArgumentsBeforeItAsksTheLoop) {
  Loop loop;
  Pipe pipe;
  EXPECT_EQ(loop.watch_remotely(-1, Interest::readable, [](Readiness) {}).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(loop.watch_remotely(pipe.read_end.get(), Interest::none, [](Readiness) {}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(loop.watch_remotely(pipe.read_end.get(), Interest::readable, {}).error().code(), Errc::invalid_argument);
}

TEST(RemoteWatch, BringsTheRefusalOfTheLoopBack) {
  RunningLoop r;
  const UniqueFd file{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)};
  EXPECT_EQ(r.loop.watch_remotely(file.get(), Interest::readable, [](Readiness) {}).error().code(), Errc::unsupported);
  r.loop.close();
  ASSERT_TRUE(r.loop.wait_closed(kPatience));
  Pipe pipe;
  EXPECT_EQ(r.loop.watch_remotely(pipe.read_end.get(), Interest::readable, [](Readiness) {}).error().code(), Errc::closed);
}

TEST(RemoteWatch, ARegistrationThatCannotCompleteInTimeFailsAndLeavesNothingBehind) {
  Loop loop;  // nobody runs it
  Pipe pipe;
  auto token = std::make_shared<int>(1);
  const auto result = loop.watch_remotely(pipe.read_end.get(), Interest::readable, [token](Readiness) {}, 1ms);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), Errc::timed_out);
  pipe.write();
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);  // the offer comes too late, and nothing keeps the loop alive
  EXPECT_EQ(loop.figures().readiness_callbacks, 0u);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(RemoteWatch, ALoopThatEndsMeanwhileAnswersClosed) {
  for (int round = 0; round < 50; ++round) {
    Loop loop;
    Pipe pipe;
    std::jthread closer{[&loop] { loop.close(); }};
    const auto result = loop.watch_remotely(pipe.read_end.get(), Interest::readable, [](Readiness) {}, kPatience);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Errc::closed);
  }
}

TEST(RemoteWatch, OnTheLoopThreadDoesNotWait) {
  Loop loop;
  Pipe pipe;
  RemoteWatch watch;
  int calls = 0;
  loop.immediate([&] {
        watch = loop.watch_remotely(pipe.read_end.get(), Interest::readable,
                                    [&](Readiness) {
                                      ++calls;
                                      watch.close();  // inside its own callback: does not wait for itself
                                    })
                    .value();
        pipe.write();
      })
      .value();
  EXPECT_EQ(loop.run().reason(), RunOutcome::Reason::idle);
  EXPECT_EQ(calls, 1);
}

TEST(RemoteWatch, HoldsADuplicateSoThatTheCallersNumberMayBeClosedAtOnce) {
  RunningLoop r;
  Pipe pipe;
  std::atomic<int> calls{0};
  const int number = pipe.read_end.get();
  RemoteWatch watch = r.loop.watch_remotely(number, Interest::readable, [&](Readiness) { ++calls; }).value();
  pipe.read_end.reset();
  ASSERT_FALSE(is_open(number));
  pipe.write_end.reset();  // hang-up
  wait_until(calls, 1);
  watch.close();
}

// Hazard 8: the callback does not run after close() returned, however the two meet.
TEST(RemoteWatch, NoCallRunsAfterCloseReturned) {
  RunningLoop r;
  for (int round = 0; round < 300; ++round) {
    const UniqueFd always_ready = make_eventfd(1);
    std::atomic<bool> closed{false};
    std::atomic<int> calls{0}, late{0};
    RemoteWatch watch = r.loop
                            .watch_remotely(always_ready.get(), Interest::readable,
                                            [&](Readiness) {
                                              if (closed) ++late;
                                              ++calls;
                                              if (closed) ++late;
                                            })
                            .value();
    if (round % 2 == 0) wait_until(calls, 1);
    watch.close();
    closed = true;
    const int seen = calls;
    std::this_thread::yield();
    ASSERT_EQ(calls, seen) << round;
    ASSERT_EQ(late, 0) << round;
  }
}

TEST(RemoteWatch, CloseWaitsForACallThatHasStartedAndCloseSoonDoesNot) {
  std::latch again{1};  // these two outlive the loop: nobody waits for its last call, which looks at them
  std::atomic<int> stage{0};
  RunningLoop r;
  const UniqueFd always_ready = make_eventfd(1);
  std::latch started{1};
  std::atomic<bool> go_on{false}, finished{false};
  RemoteWatch watch = r.loop
                          .watch_remotely(always_ready.get(), Interest::readable,
                                          [&](Readiness) {
                                            if (finished) return;
                                            started.count_down();
                                            while (!go_on) std::this_thread::yield();
                                            finished = true;
                                          })
                          .value();
  started.wait();
  std::jthread helper{[&go_on] { go_on = true; }};
  watch.close();
  EXPECT_TRUE(finished);

  RemoteWatch second = r.loop
                           .watch_remotely(always_ready.get(), Interest::readable,
                                           [&](Readiness) {
                                             if (stage.exchange(1) != 0) return;
                                             again.count_down();
                                             while (stage != 2) std::this_thread::yield();
                                           })
                           .value();
  again.wait();
  second.close_soon();
  EXPECT_EQ(stage, 1);  // still running
  stage = 2;
}

TEST(RemoteWatch, MayOutliveItsLoop) {
  Pipe pipe;
  RemoteWatch watch;
  {
    RunningLoop r;
    watch = r.loop.watch_remotely(pipe.read_end.get(), Interest::readable, [](Readiness) {}).value();
  }
  watch.close();
}

TEST(RemoteWatch, ManyThreadsRegisterAndEndAtOnce) {
  RunningLoop r;
  std::vector<std::jthread> threads;
  std::atomic<int> calls{0};
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const UniqueFd always_ready = make_eventfd(1);
        auto watch = r.loop.watch_remotely(always_ready.get(), Interest::readable, [&](Readiness) { ++calls; });
        ASSERT_TRUE(watch) << watch.error().to_string();
      }
    });
  threads.clear();
  // Each was ended; its removal may still wait at the door.
  std::latch done{1};
  ASSERT_EQ(r.loop.ingress().post([&done] { done.count_down(); }), Admission::accepted);
  done.wait();
}

TEST(RegistrationOffer, BeginAgainstGivingUpHasOneWinner) {
  for (int round = 0; round < 2'000; ++round) {
    RegistrationOffer offer;
    bool begun = false;
    std::jthread loop{[&] {
      begun = offer.begin();
      if (begun) offer.finish(std::nullopt);
    }};
    const Result<void> answer = offer.wait(round % 2 == 0 ? Duration::zero() : Duration(20us));
    loop.join();
    ASSERT_EQ(begun, answer.has_value());
  }
}

}  // namespace
}  // namespace millrace
