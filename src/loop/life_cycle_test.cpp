// run(), stop(), close() and the states between them: every combination has one answer (see LoopState).
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/callback_kinds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

TEST(LoopState, HasANameEach) {
  EXPECT_EQ(to_string(LoopState::idle), "idle");
  EXPECT_EQ(to_string(LoopState::running), "running");
  EXPECT_EQ(to_string(LoopState::stopping), "stopping");
  EXPECT_EQ(to_string(LoopState::draining), "draining");
  EXPECT_EQ(to_string(LoopState::closing), "closing");
  EXPECT_EQ(to_string(LoopState::closed), "closed");
}

TEST(LoopState, IsRunningInsideRunAndIdleOutside) {
  ManualLoop m;
  EXPECT_EQ(m.loop.state(), LoopState::idle);
  m.loop.immediate([&m] { m.log.push_back(std::string(to_string(m.loop.state()))); }).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"running"});
  EXPECT_EQ(m.loop.state(), LoopState::idle);
}

TEST(Run, MayBeCalledAgain) {
  ManualLoop m;
  for (int i = 0; i < 3; ++i) {
    m.loop.schedule(1ms, m.note("ran")).value().detach();
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  }
  EXPECT_EQ(m.log.size(), 3u);
}

TEST(Run, MayBeCalledAgainFromAnotherThread) {
  KindBench m;
  for (const CallbackKind& kind : kCallbackKinds) kind.enqueue(m, m.note("ran"));
  std::jthread{[&m] { EXPECT_EQ(m.loop.run().reason(), Reason::idle); }}.join();
  EXPECT_EQ(m.log.size(), kCallbackKinds.size());
}

TEST(Run, ALoopThatRanElsewhereMayBeDestroyedHereWithEverythingItsTasksOwn) {
  ManualLoop m;
  auto timer = std::make_shared<TimerHandle>(m.loop.schedule(1h, [] {}).value());
  m.loop.schedule(2h, [timer = std::move(timer)] {}).value().detach();
  m.loop.stop();
  std::jthread{[&m] {
    EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
    EXPECT_TRUE(m.loop.run_once());
  }}.join();
}

// stop()

TEST(Stop, BeforeRunMakesTheNextRunReturnAtOnceAndOnlyThat) {
  ManualLoop m;
  m.loop.immediate(m.note("ran")).value();
  m.loop.stop();
  m.loop.stop();  // many count as one
  EXPECT_EQ(m.loop.state(), LoopState::stopping);
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  EXPECT_EQ(m.log, Lines{});
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"ran"});
}

TEST(Stop, BeforeRunOnceIsConsumedByIt) {
  ManualLoop m;
  m.loop.immediate(m.note("ran")).value();
  m.loop.stop();
  EXPECT_EQ(m.loop.run_once().value(), true);
  EXPECT_EQ(m.log, Lines{});
  EXPECT_EQ(m.loop.run_once().value(), false);
  EXPECT_EQ(m.log, Lines{"ran"});
}

TEST(Stop, InEachKindOfCallbackEndsTheRunAfterItsCheckpointAndTheNextRunGoesOn) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    const bool is_job = kind.name == "next tick" || kind.name == "microtask";
    kind.enqueue(m, [&m] {
      m.log.push_back("callback");
      m.loop.stop();
      m.loop.stop();
      EXPECT_EQ(m.loop.state(), LoopState::stopping);
      m.loop.queue_microtask(m.note("checkpoint")).value();
    });
    m.loop.schedule(1ms, m.note("timer")).value().detach();
    m.loop.immediate(m.note("immediate")).value();
    m.loop.at_closing(m.note("closing")).value();
    Task task{m.note("ingress")};
    ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted);
    EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
    ASSERT_GE(m.log.size(), 2u);
    EXPECT_EQ(m.log[m.log.size() - 2], "callback");
    EXPECT_EQ(m.log.back(), "checkpoint");
    EXPECT_TRUE(!is_job || m.log.size() == 2);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    std::sort(m.log.begin(), m.log.end());
    EXPECT_EQ(m.log, (Lines{"callback", "checkpoint", "closing", "immediate", "ingress", "timer"}));
  }
}

TEST(Stop, InTheMiddleOfAQueueKeepsItsOrderForTheNextRun) {
  for (const CallbackKind& kind : kCallbackKinds) {
    if (kind.name == "readiness" || kind.name == "interval") continue;  // one at a time on this bench
    SCOPED_TRACE(kind.name);
    KindBench m;
    for (int i = 0; i < 4; ++i)
      kind.enqueue(m, [&m, i] {
        m.log.push_back(std::to_string(i));
        if (i == 1) m.loop.stop();
      });
    EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
    if (kind.name == "next tick" || kind.name == "microtask")
      EXPECT_EQ(m.log, (Lines{"0", "1", "2", "3"})) << "a checkpoint is never cut by stop()";
    else
      EXPECT_EQ(m.log, (Lines{"0", "1"}));
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, (Lines{"0", "1", "2", "3"}));
  }
}

TEST(Stop, LeavesTheDoorOpen) {
  ManualLoop m;
  m.loop.stop();
  Ingress door = m.loop.ingress();
  EXPECT_EQ(door.post(m.note("first")), Admission::accepted);
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  EXPECT_EQ(door.post(m.note("second")), Admission::accepted);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, (Lines{"first", "second"}));
}

TEST(Stop, OnAClosedLoopIsNothing) {
  ManualLoop m;
  m.loop.close();
  m.loop.stop();
  EXPECT_EQ(m.loop.state(), LoopState::closed);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
}

// close()

TEST(Close, BeforeRunEndsForGoodAndIsIdempotent) {
  ManualLoop m;
  m.loop.immediate(m.note("never")).value();
  m.loop.close();
  m.loop.close();
  EXPECT_EQ(m.loop.state(), LoopState::closed);
  for (int i = 0; i < 2; ++i) {
    const RunOutcome outcome = m.loop.run();
    EXPECT_EQ(outcome.reason(), Reason::closed);
    EXPECT_EQ(outcome.exit_code(), 0);
  }
  EXPECT_EQ(m.loop.run_once().error().code(), Errc::closed);
  EXPECT_EQ(m.log, Lines{});
  EXPECT_FALSE(m.loop.alive());
}

TEST(Close, AfterAStopThatNobodyConsumedCloses) {
  ManualLoop m;
  m.loop.stop();
  m.loop.close();
  EXPECT_EQ(m.loop.state(), LoopState::closed);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
}

TEST(Close, InEachKindOfCallbackEndsTheRunAfterItAndDestroysTheRest) {
  for (const bool stop_first : {false, true})
    for (const CallbackKind& kind : kCallbackKinds) {
      SCOPED_TRACE(::testing::Message() << kind.name << (stop_first ? ", after stop()" : ""));
      KindBench m;
      const auto token = std::make_shared<int>(1);
      const auto never = [&m, token] { m.log.push_back("never"); };
      kind.enqueue(m, [&m, token, stop_first] {
        if (stop_first) m.loop.stop();
        m.loop.queue_microtask([&m, token] { m.log.push_back("never"); }).value();
        m.loop.close();
        m.loop.close();
        EXPECT_EQ(m.loop.state(), LoopState::closing);
        m.log.push_back("callback");
        EXPECT_EQ(m.loop.immediate([] {}).error().code(), Errc::closed);
        EXPECT_EQ(m.loop.queue_microtask([] {}).error().code(), Errc::closed);
      });
      auto timer = m.loop.schedule(1ms, never).value();
      auto watch = m.loop.watch(m.event.get(), Interest::writable, [token](Readiness) {}).value();
      Ingress door = m.loop.ingress();
      EXPECT_EQ(m.loop.run().reason(), Reason::closed);
      EXPECT_EQ(m.loop.state(), LoopState::closed);
      EXPECT_EQ(m.log, Lines{"callback"});
      EXPECT_EQ(token.use_count(), 2) << "only `never` is left";
      EXPECT_FALSE(timer.active() || watch.active());
      EXPECT_EQ(m.poller.registered(), 0u);
      Task late{[] {}};
      EXPECT_EQ(door.post(late), Admission::closed);
      EXPECT_TRUE(late);
    }
}

TEST(Close, MakesEveryLaterCallAnswerClosed) {
  ManualLoop m;
  m.loop.close();
  const UniqueFd fd = make_eventfd();
  EXPECT_EQ(m.loop.schedule(0ms, [] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.every(1ms, [] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.immediate([] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.at_closing([] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.queue_microtask([] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.next_tick([] {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.watch(fd.get(), Interest::readable, [](Readiness) {}).error().code(), Errc::closed);
  EXPECT_EQ(m.loop.run_once().error().code(), Errc::closed);
}

TEST(Close, DestroysWhatIsLeftWhateverItsDestructorsCallBackInto) {
  struct CallsBack {
    KindBench* m;
    bool* refused;
    CallsBack(KindBench& bench, bool& all_refused) : m(&bench), refused(&all_refused) {}
    CallsBack(CallsBack&& other) noexcept : m(std::exchange(other.m, nullptr)), refused(other.refused) {}
    ~CallsBack() {
      if (m == nullptr) return;
      m->loop.close();
      m->loop.stop();
      m->interval.cancel();
      m->watch.close();
      *refused = *refused && !m->loop.immediate([] {}) && !m->loop.schedule(0ms, [] {}) &&
                 m->loop.ingress().post([] {}) == Admission::closed;
    }
  };
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    bool refused = true;
    kind.enqueue(m, [back = CallsBack{m, refused}] {});
    m.loop.close();
    EXPECT_TRUE(refused);
    EXPECT_EQ(m.loop.state(), LoopState::closed);
  }
}

TEST(Close, IsWhatTheDestructorDoes) {
  const auto token = std::make_shared<int>(1);
  auto m = std::make_unique<ManualLoop>();
  m->loop.immediate([token] {}).value();
  Ingress door = m->loop.ingress();
  ASSERT_EQ(door.post([token] {}), Admission::accepted);
  m.reset();
  EXPECT_EQ(token.use_count(), 1);
  Task late{[] {}};
  EXPECT_EQ(door.post(late), Admission::closed);
  EXPECT_TRUE(late);
}

#ifndef NDEBUG
TEST(RunDeathTest, RunInsideACallbackIsABrokenPrecondition) {
  for (const bool stop_first : {false, true}) {
    ManualLoop m;
    m.loop
        .immediate([&m, stop_first] {
          if (stop_first) m.loop.stop();
          m.loop.run();
        })
        .value();
    EXPECT_DEATH(m.loop.run(), "assertion failed") << stop_first;
    m.loop.close();
  }
  ManualLoop m;
  m.loop.immediate([&m] { static_cast<void>(m.loop.run_once()); }).value();
  EXPECT_DEATH(m.loop.run(), "assertion failed");
}

TEST(RunDeathTest, CallingALoopThatRunsElsewhereIsABrokenPrecondition) {
  ManualLoop m;
  m.loop.immediate([&m] { std::jthread{[&m] { static_cast<void>(m.loop.immediate([] {})); }}.join(); }).value();
  EXPECT_DEATH(m.loop.run(), "assertion failed");
  m.loop.close();
}

TEST(RunDeathTest, DestroyingALoopInItsOwnCallbackIsABrokenPrecondition) {
  auto m = std::make_unique<ManualLoop>();
  m->loop.immediate([&m] { m.reset(); }).value();
  EXPECT_DEATH(m->loop.run(), "assertion failed");
  m->loop.close();
}
#endif

TEST(Run, BetweenTwoRunsAnyThreadMayUseTheLoop) {
  ManualLoop m;
  std::jthread{[&m] { m.loop.run(); }}.join();
  bool ran = false;
  m.loop.immediate([&ran] { ran = true; }).value();
  m.loop.run();
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace millrace
