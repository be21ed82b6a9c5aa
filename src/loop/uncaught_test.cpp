// What throws, what fails and who hears of it.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/callback_kinds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::CallbackKind;
using testing::kCallbackKinds;
using testing::KindBench;
using testing::Lines;
using testing::ManualLoop;
using Reason = RunOutcome::Reason;

/// Writes down what it hears, then throws if told to.
struct ObserverDouble final : Observer {
  Lines heard;
  bool throws = false;
  void loop_state_changed(std::string_view from, std::string_view to) override {
    hear(std::string(from) + " > " + std::string(to));
  }
  void task_failed(const Error& error) override { hear("task failed: " + error.message()); }
  void poll_failed(const Error& error) override { hear("poll failed: " + error.message()); }
  void tasks_rejected(std::size_t count) override { hear("rejected: " + std::to_string(count)); }

 private:
  void hear(std::string line) {
    heard.push_back(std::move(line));
    if (throws) throw std::runtime_error("observer");
  }
};

TEST(Uncaught, WithoutAHandlerRunReturnsTheFirstErrorAndTheNextRunGoesOn) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, [] { throw std::runtime_error("broken"); });
    m.loop.schedule(1ms, m.note("later")).value().detach();
    const RunOutcome outcome = m.loop.run();
    EXPECT_EQ(outcome.reason(), Reason::failed);
    EXPECT_EQ(outcome.exit_code(), 1);
    ASSERT_TRUE(outcome.error());
    EXPECT_EQ(outcome.error()->code(), Errc::uncaught_exception);
    EXPECT_EQ(outcome.error()->message(), "broken");
    EXPECT_EQ(m.log, Lines{});
    EXPECT_EQ(m.loop.state(), LoopState::idle);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle) << "the failure was told once";
    EXPECT_EQ(m.log, Lines{"later"});
    EXPECT_EQ(m.loop.figures().uncaught, 1u);
  }
}

TEST(Uncaught, TheCheckpointOfAFailedCallbackStillRuns) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.loop.queue_microtask(m.note("microtask")).value();
        throw std::runtime_error("broken");
      })
      .value();
  EXPECT_EQ(m.loop.run().reason(), Reason::failed);
  EXPECT_EQ(m.log, Lines{"microtask"});
}

TEST(Uncaught, AHandlerThatReturnsLetsTheLoopGoOn) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    Lines handled;
    KindBench m{{.on_uncaught = [&handled](const Error& error) { handled.push_back(error.message()); }}};
    kind.enqueue(m, [] { throw std::runtime_error("broken"); });
    m.loop.schedule(1ms, m.note("later")).value().detach();
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(handled, Lines{"broken"});
    EXPECT_EQ(m.log, Lines{"later"});
  }
}

TEST(Uncaught, ADrainGoesOnAfterAMicrotaskThatThrew) {
  int handled = 0;
  ManualLoop m{{.on_uncaught = [&handled](const Error&) { ++handled; }}};
  m.loop.queue_microtask([] { throw 1; }).value();
  m.loop.queue_microtask(m.note("next")).value();
  m.loop.run();
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(m.log, Lines{"next"});
}

TEST(Uncaught, AHandlerThatThrowsEndsTheRunWithItsOwnError) {
  ManualLoop m{{.on_uncaught = [](const Error&) { throw std::runtime_error("handler"); }}};
  m.loop.immediate([] { throw std::runtime_error("task"); }).value();
  const RunOutcome outcome = m.loop.run();
  EXPECT_EQ(outcome.reason(), Reason::failed);
  ASSERT_TRUE(outcome.error() && outcome.error()->cause() != nullptr);
  EXPECT_EQ(outcome.error()->cause()->message(), "handler");
}

TEST(Uncaught, AHandlerMayStopTheLoop) {
  std::optional<ManualLoop> m;
  m.emplace(LoopOptions{.on_uncaught = [&m](const Error&) { m->loop.stop(); }});
  m->loop.immediate([] { throw 1; }).value();
  m->loop.immediate(m->note("later")).value();
  EXPECT_EQ(m->loop.run().reason(), Reason::stopped);
  EXPECT_EQ(m->log, Lines{});
}

TEST(Uncaught, AFailureInACallbackThatStopsOrClosesIsNotLost) {
  for (const bool close : {false, true}) {
    ManualLoop m;
    m.loop
        .immediate([&m, close] {
          close ? m.loop.close() : m.loop.stop();
          throw std::runtime_error("last words");
        })
        .value();
    const RunOutcome outcome = m.loop.run();
    EXPECT_EQ(outcome.reason(), Reason::failed);
    EXPECT_EQ(outcome.error()->message(), "last words");
    EXPECT_EQ(m.loop.state(), close ? LoopState::closed : LoopState::idle);
  }
}

TEST(Uncaught, TheFirstFailureIsTheReason) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        m.loop.queue_microtask([] { throw std::runtime_error("second"); }).value();
        throw std::runtime_error("first");
      })
      .value();
  EXPECT_EQ(m.loop.run().error()->message(), "first");
  EXPECT_EQ(m.loop.figures().uncaught, 2u);
}

TEST(Uncaught, AnErrorExceptionKeepsItsErrorAndIdentity) {
  const Error error = Error(Errc::full, "full").with("limit", "3");
  ManualLoop m;
  m.loop.immediate([&error] { throw ErrorException(error); }).value();
  const RunOutcome outcome = m.loop.run();
  EXPECT_EQ(outcome.error()->code(), Errc::full);
  EXPECT_EQ(outcome.error()->correlation_id(), error.correlation_id());
}

TEST(Uncaught, RunOnceReturnsTheErrorToo) {
  ManualLoop m;
  m.loop.immediate([] { throw std::runtime_error("broken"); }).value();
  EXPECT_EQ(m.loop.run_once().error().message(), "broken");
}

TEST(Uncaught, AnIntervalThatThrewKeepsItsBeat) {
  int handled = 0;
  ManualLoop m{{.on_uncaught = [&handled](const Error&) { ++handled; }}};
  TimerHandle interval;
  interval = m.loop
                 .every(10ms,
                        [&] {
                          m.log.push_back(std::to_string(m.ms()));
                          if (m.log.size() == 3) interval.cancel();
                          throw std::runtime_error("every time");
                        })
                 .value();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, (Lines{"10", "20", "30"}));
  EXPECT_EQ(handled, 3);
}

TEST(Uncaught, AWatchThatThrewStaysRegistered) {
  int calls = 0, handled = 0;
  KindBench m{{.on_uncaught = [&handled](const Error&) { ++handled; }}};
  m.watch = m.loop
                .watch(m.event.get(), Interest::readable,
                       [&](Readiness) {
                         if (++calls == 2) m.watch.close();
                         throw std::runtime_error("every time");
                       })
                .value();
  for (const auto at : {1ms, 2ms}) m.poller.script(m.at(at), m.poller.last_added_fd(), {.readable = true});
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(handled, 2);
}

// The system's wait.

TEST(PollFailure, AtAnyWaitEndsTheRunOnceAndTheLoopStaysUsable) {
  for (int n = 1; n <= 5; ++n) {
    SCOPED_TRACE(n);
    ObserverDouble observer;
    ManualLoop m{{.observer = &observer}};
    TimerHandle interval;
    interval = m.loop
                   .every(10ms,
                          [&] {
                            m.log.push_back(std::to_string(m.ms()));
                            if (m.log.size() == 6) interval.cancel();
                          })
                   .value();
    m.poller.fail_nth("wait", n, Error::from_errno(ENOMEM, "epoll_wait"));
    const RunOutcome outcome = m.loop.run();
    EXPECT_EQ(outcome.reason(), Reason::failed);
    EXPECT_EQ(outcome.error()->code(), std::errc::not_enough_memory);
    EXPECT_EQ(m.log.size(), static_cast<std::size_t>(n - 1));
    EXPECT_EQ(std::count(observer.heard.begin(), observer.heard.end(), "poll failed: " + outcome.error()->message()), 1);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, (Lines{"10", "20", "30", "40", "50", "60"}));
  }
}

// Observers.

TEST(LoopObserver, HearsFailuresAndRejections) {
  ObserverDouble observer;
  ManualLoop m{{.observer = &observer, .on_uncaught = [](const Error&) {}}};
  m.loop.immediate([] { throw std::runtime_error("broken"); }).value();
  m.loop.run();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(m.loop.ingress().post([] {}), Admission::accepted);
  m.loop.close();
  EXPECT_EQ(observer.heard, (Lines{"idle > running", "task failed: broken", "running > idle", "idle > closing", "rejected: 3",
                                   "closing > closed"}));
  EXPECT_EQ(m.loop.figures().rejected, 3u);
}

TEST(LoopObserver, HearsTheStatesOfACloseInsideRun) {
  ObserverDouble observer;
  ManualLoop m{{.observer = &observer}};
  m.loop.immediate([&m] { m.loop.close(); }).value();
  m.loop.run();
  EXPECT_EQ(observer.heard, (Lines{"idle > running", "running > closing", "closing > closed"}));
}

TEST(LoopObserver, ThatThrowsIsContainedAndCounted) {
  ObserverDouble observer;
  observer.throws = true;
  ManualLoop m{{.observer = &observer, .on_uncaught = [](const Error&) {}}};
  m.loop.immediate([] { throw std::runtime_error("broken"); }).value();
  m.loop.immediate(m.note("next")).value();
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"next"});
  EXPECT_EQ(m.loop.ingress().post([] {}), Admission::accepted);
  m.loop.close();
  EXPECT_EQ(m.loop.figures().observer_failures, observer.heard.size());
  EXPECT_EQ(observer.heard.size(), 6u);
}

/// Schedules, stops or closes whenever the loop begins to run.
struct MeddlingObserver final : Observer {
  std::function<void()> on_running;
  void loop_state_changed(std::string_view, std::string_view to) override {
    if (to == "running") on_running();
  }
};

TEST(LoopObserver, MayCallTheLoopFromWhereverItRuns) {
  MeddlingObserver observer;
  ManualLoop m{{.observer = &observer}};
  m.loop.immediate(m.note("immediate")).value();
  observer.on_running = [&m] { m.loop.next_tick(m.note("observer")).value(); };
  std::jthread{[&m] { EXPECT_EQ(m.loop.run().reason(), Reason::idle); }}.join();
  EXPECT_EQ(m.log, (Lines{"observer", "immediate"}));
}

TEST(LoopObserver, MayStopOrCloseALoopThatBegins) {
  MeddlingObserver observer;
  ManualLoop m{{.observer = &observer}};
  m.loop.immediate(m.note("never")).value();
  observer.on_running = [&m] { m.loop.stop(); };
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  observer.on_running = [&m] { m.loop.close(); };
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{});
}

}  // namespace
}  // namespace millrace
