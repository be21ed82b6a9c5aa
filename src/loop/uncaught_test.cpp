// What throws, what fails and where it is told. What an observer hears is in observer_test.cpp.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/callback_kinds.h"
#include "support/observer_double.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

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

}  // namespace
}  // namespace millrace
