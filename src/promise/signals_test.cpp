// Signals on a loop, with each source that this system has: who is told, in which order, and that nothing stays behind. Every signal here is sent to
// this process or this thread.
#include <millrace/signals.h>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/async.h>
#include <millrace/loop.h>
#include <millrace/worker_pool.h>

#include "promise/signal_hub.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Reason = RunOutcome::Reason;

static_assert(std::is_nothrow_move_constructible_v<SignalWatch> && !std::is_copy_constructible_v<SignalWatch>);

void send_to_process(int number) { ASSERT_EQ(::kill(::getpid(), number), 0); }
bool is_blocked(int number) {
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  return sigismember(&blocked, number) == 1;
}

struct Source {
  std::string name;
  MakeSignalSource* make;
};
class Signals : public ::testing::TestWithParam<Source> {
 protected:
  void SetUp() override {
    const auto made = GetParam().make();
    if (!made) GTEST_SKIP() << made.error().to_string();
    use_source(loop);
  }
  static void use_source(Loop& on) { SignalHub::of(on)->use(GetParam().make); }
  [[nodiscard]] auto note(std::string line) {
    return [this, line = std::move(line)](int number) { log.push_back(line + std::to_string(number - SIGUSR1)); };
  }
  /// Sends in a callback of the loop.
  void send_soon(int number) {
    loop.immediate([number] { send_to_process(number); }).value();
  }

  Lines log;
  Loop loop;
};
INSTANTIATE_TEST_SUITE_P(From, Signals,
                         ::testing::Values(Source{"signalfd", &make_signalfd_source}, Source{"handler", &make_handler_source}),
                         [](const auto& param) { return param.param.name; });

TEST_P(Signals, AreToldOnTheLoopThreadAndKeepTheLoopAliveWhileWatched) {
  const std::thread::id here = std::this_thread::get_id();
  SignalWatch watch;
  watch = SignalWatch::open(loop, {SIGUSR1}, [&](int number) {
            EXPECT_EQ(std::this_thread::get_id(), here);
            EXPECT_EQ(number, SIGUSR1);
            log.emplace_back("told");
            watch.close();
          }).value();
  EXPECT_TRUE(watch.active());
  EXPECT_TRUE(watch.has_ref());
  const pthread_t self = pthread_self();
  std::thread sender([self] { pthread_kill(self, SIGUSR1); });  // most often while the loop sleeps
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  sender.join();
  EXPECT_EQ(log, Lines{"told"});
  EXPECT_FALSE(watch.active());
}

TEST_P(Signals, EveryWatchIsToldInTheOrderOfOpeningInACallbackOfItsOwn) {
  auto first = SignalWatch::open(loop, {SIGUSR1, SIGUSR2}, [&](int) {
                 log.emplace_back("first");
                 loop.queue_microtask([&] { log.emplace_back("microtask"); }).value();
               }).value();
  auto second = SignalWatch::open(loop, {SIGUSR1}, note("second ")).value();
  auto other = SignalWatch::open(loop, {SIGUSR2}, note("other ")).value();
  const Promise<int> next = next_signal(loop, SIGUSR1);
  for (SignalWatch* watch : {&first, &second, &other}) watch->unref();
  send_soon(SIGUSR1);
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  EXPECT_EQ(log, (Lines{"first", "microtask", "second 0"}));
  ASSERT_NE(next.value(), nullptr);
  EXPECT_EQ(*next.value(), SIGUSR1);
}

TEST_P(Signals, SeveralAreToldApart) {
  const Promise<int> either = next_signal(loop, {SIGUSR1, SIGUSR2});
  auto watch = SignalWatch::open(loop, {SIGUSR1, SIGUSR2}, note("")).value();
  watch.unref();
  send_soon(SIGUSR2);
  EXPECT_EQ(run_until(loop, either).value(), SIGUSR2);
  send_soon(SIGUSR1);
  static_cast<void>(run_until(loop, next_signal(loop, SIGUSR1)));
  loop.run();
  EXPECT_EQ(log, (Lines{std::to_string(SIGUSR2 - SIGUSR1), "0"}));
}

TEST_P(Signals, AwaitedInALoopNoneIsMissedInBetween) {
  // What is sent between two waits would end the process if nobody watched.
  const auto body = [](Loop& on) -> Async<int> {
    int heard = 0;
    for (int number = SIGUSR1; heard < 50; ++heard) {
      number = number == SIGUSR1 ? SIGUSR2 : SIGUSR1;
      const int next = co_await next_signal(on, {SIGUSR1, SIGUSR2});
      EXPECT_EQ(next, number == SIGUSR1 ? SIGUSR2 : SIGUSR1);
      send_to_process(number);
    }
    static_cast<void>(co_await next_signal(on, {SIGUSR1, SIGUSR2}));
    co_return heard;
  };
  const Promise<int> heard = body(loop);
  send_soon(SIGUSR1);
  EXPECT_EQ(run_until(loop, heard).value(), 50);
}

TEST_P(Signals, AWaitForAnotherSignalKeepsTheOneBeforeUntilTheTickEnds) {
  const auto body = [](Loop& on) -> Async<int> {
    static_cast<void>(co_await next_signal(on, SIGUSR1));
    const Promise<int> other = next_signal(on, SIGUSR2);
    EXPECT_TRUE(GetParam().name == "handler" || is_blocked(SIGUSR1));
    send_to_process(SIGUSR2);
    static_cast<void>(co_await other);
    co_return is_blocked(SIGUSR1) ? 1 : 0;
  };
  const Promise<int> still_blocked = body(loop);
  send_soon(SIGUSR1);
  EXPECT_EQ(run_until(loop, still_blocked).value(), 0);
}

TEST_P(Signals, AnAbortEndsTheWaitAtOnceAndLeavesNothing) {
  AbortController controller{loop};
  const Promise<int> waits = next_signal(loop, SIGUSR1, controller.signal());
  loop.immediate([&] {
        controller.abort(Error(Errc::aborted, "never mind"));
        ASSERT_NE(waits.error(), nullptr);
        EXPECT_EQ(waits.error()->message(), "never mind");
        EXPECT_FALSE(is_blocked(SIGUSR1));
      })
      .value();
  waits.ignore_rejection();
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  const Promise<int> late = next_signal(loop, SIGUSR1, controller.signal());
  late.ignore_rejection();
  EXPECT_EQ(late.error()->message(), "never mind");
  EXPECT_FALSE(loop.run_once().value());
}

TEST_P(Signals, ASettledWaitLeavesItsAbortSignal) {
  AbortController controller{loop};
  const Promise<int> waits = next_signal(loop, SIGUSR1, controller.signal());
  send_soon(SIGUSR1);
  EXPECT_EQ(run_until(loop, waits).value(), SIGUSR1);
  controller.abort();
  EXPECT_EQ(loop.run().reason(), Reason::idle);
}

std::atomic<int> handled = 0;

TEST_P(Signals, WhatWasThereBeforeIsBackWhenNobodyWatches) {
  struct sigaction mine = {}, old = {};
  mine.sa_handler = [](int) { ++handled; };
  sigaction(SIGUSR1, &mine, &old);
  handled = 0;
  {
    auto first = SignalWatch::open(loop, {SIGUSR1}, note("first ")).value();
    auto second = SignalWatch::open(loop, {SIGUSR1, SIGUSR2}, note("second ")).value();
    first.unref();
    second.unref();
    send_soon(SIGUSR1);
    static_cast<void>(run_until(loop, next_signal(loop, SIGUSR1)));
    loop.run();
    first.close();
    send_soon(SIGUSR1);
    static_cast<void>(run_until(loop, next_signal(loop, SIGUSR1)));
    loop.run();
    EXPECT_EQ(handled, 0);
  }
  EXPECT_EQ(log, (Lines{"first 0", "second 0", "second 0"}));
  EXPECT_FALSE(is_blocked(SIGUSR1));
  send_to_process(SIGUSR1);
  EXPECT_EQ(handled, 1);
  sigaction(SIGUSR1, &old, nullptr);
}

TEST_P(Signals, ASignalThatWasBlockedBeforeStaysBlocked) {
  sigset_t one, before;
  sigemptyset(&one);
  sigaddset(&one, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &one, &before);
  {
    auto watch = SignalWatch::open(loop, {SIGUSR1, SIGUSR2}, note("")).value();
  }
  EXPECT_TRUE(is_blocked(SIGUSR2));
  EXPECT_FALSE(is_blocked(SIGUSR1));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_P(Signals, WithoutRefTheLoopMayEnd) {
  auto watch = SignalWatch::open(loop, {SIGUSR1}, note("")).value();
  EXPECT_TRUE(loop.alive());
  watch.unref();
  EXPECT_FALSE(watch.has_ref());
  EXPECT_FALSE(loop.alive());
  auto other = SignalWatch::open(loop, {SIGUSR2}, note("")).value();
  EXPECT_TRUE(loop.alive());
  other.close();
  EXPECT_FALSE(loop.alive());
  watch.ref();
  EXPECT_TRUE(loop.alive());
}

TEST_P(Signals, AWatchThatIsClosedIsNotCalledForASignalThatWasRead) {
  SignalWatch first, second;
  first = SignalWatch::open(loop, {SIGUSR1}, [&](int) {
            log.emplace_back("first");
            second.close();
            first = {};
          }).value();
  second = SignalWatch::open(loop, {SIGUSR1}, note("second ")).value();
  send_soon(SIGUSR1);
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  EXPECT_EQ(log, Lines{"first"});
}

TEST_P(Signals, AnExceptionIsUncaughtAndOthersAreTold) {
  Lines uncaught;
  Loop own{{.on_uncaught = [&uncaught](const Error& error) { uncaught.push_back(error.message()); }}};
  use_source(own);
  auto throws = SignalWatch::open(own, {SIGUSR1}, [](int) { throw std::runtime_error("thrown"); }).value();
  auto other = SignalWatch::open(own, {SIGUSR1}, note("other ")).value();
  throws.unref();
  other.unref();
  own.immediate([] { send_to_process(SIGUSR1); }).value();
  static_cast<void>(run_until(own, next_signal(own, SIGUSR1)));
  own.run();
  EXPECT_EQ(uncaught, Lines{"thrown"});
  EXPECT_EQ(log, Lines{"other 0"});
}

TEST_P(Signals, ACallbackRunsInTheContextOfItsOpening) {
  static const ContextKey<std::string> kName;
  const auto opened = [&](std::string name) {
    const ContextScope scope{loop, name.empty() ? Context{} : Context{}.with(kName, name)};
    auto watch = SignalWatch::open(loop, {SIGUSR1}, [&](int) {
                   const std::string* found = loop.context().find(kName);
                   log.push_back(found == nullptr ? "none" : *found);
                 }).value();
    watch.unref();
    return watch;
  };
  const auto first = opened("first"), none = opened(""), last = opened("last");
  send_soon(SIGUSR1);
  static_cast<void>(run_until(loop, next_signal(loop, SIGUSR1)));
  loop.run();
  EXPECT_EQ(log, (Lines{"first", "none", "last"}));
}

TEST_P(Signals, WhatNobodyCanWatchIsRefused) {
  for (const int number : {0, -1, 65, 1000, SIGKILL, SIGSTOP, SIGSEGV, SIGFPE}) {
    SCOPED_TRACE(number);
    const auto refused = SignalWatch::open(loop, {SIGUSR1, number}, note(""));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::invalid_argument);
    EXPECT_EQ(refused.error().context("signal"), std::to_string(number));
    const Promise<int> promise = next_signal(loop, number);
    promise.ignore_rejection();
    EXPECT_EQ(promise.error()->code(), Errc::invalid_argument);
  }
  EXPECT_EQ(SignalWatch::open(loop, {}, note("")).error().code(), Errc::invalid_argument);
  EXPECT_FALSE(is_blocked(SIGUSR1));
  EXPECT_EQ(loop.run().reason(), Reason::idle);
}

TEST_P(Signals, WhatTheLoopRefusesIsRefusedAndNothingIsLeft) {
  Loop small{{.limits = {.watches_max = 1}}};
  use_source(small);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    const WatchHandle taken = small.watch(ends[0], Interest::readable, [](Readiness) {}).value();
    EXPECT_EQ(SignalWatch::open(small, {SIGUSR1}, note("")).error().code(), Errc::full);
    EXPECT_FALSE(is_blocked(SIGUSR1));
  }
  EXPECT_TRUE(SignalWatch::open(small, {SIGUSR1}, note("")));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_P(Signals, ALoopThatClosesRejectsWaitsAndForgetsWatches) {
  auto own = std::make_unique<Loop>();
  use_source(*own);
  auto watch = SignalWatch::open(*own, {SIGUSR1}, note("")).value();
  AbortController controller{*own};
  const Promise<int> waits = next_signal(*own, SIGUSR2, controller.signal());
  own->close();
  EXPECT_EQ(waits.error()->code(), Errc::closed);
  EXPECT_FALSE(watch.active());
  EXPECT_FALSE(is_blocked(SIGUSR1));
  EXPECT_EQ(SignalWatch::open(*own, {SIGUSR1}, note("")).error().code(), Errc::closed);
  EXPECT_EQ(next_signal(*own, SIGUSR1).error()->code(), Errc::closed);
  own.reset();
  watch.unref();
  watch.close();
}

TEST_P(Signals, ReachTheLoopWhenAWorkerPoolRuns) {
  WorkerPool pool{loop, {.threads = 2}};
  std::atomic<bool> over = false;
  const auto busy = [&over] {
    while (!over) std::this_thread::yield();
  };
  const Promise<void> first = pool.run(busy), second = pool.run(busy);
  for (int i = 0; i < 20; ++i) {
    const Promise<int> waits = next_signal(loop, SIGUSR1);
    send_soon(SIGUSR1);
    EXPECT_EQ(run_until(loop, waits).value(), SIGUSR1);
  }
  over = true;
  EXPECT_EQ(loop.run().reason(), Reason::idle);
}

TEST_P(Signals, WorkWithEveryPoller) {
  for (const PollerKind kind : {PollerKind::epoll, PollerKind::io_uring, PollerKind::poll}) {
    auto poller = make_poller(kind);
    if (!poller) continue;
    SCOPED_TRACE((*poller)->name());
    Loop own{{.poller = poller->get()}};
    use_source(own);
    for (int i = 0; i < 3; ++i) {
      const Promise<int> waits = next_signal(own, SIGUSR1);
      const pthread_t self = pthread_self();
      std::thread sender([self] { pthread_kill(self, SIGUSR1); });
      EXPECT_EQ(run_until(own, waits).value(), SIGUSR1);
      sender.join();
    }
  }
}

TEST(SignalHandlers, TellEveryLoopThatWatches) {
  std::array<Loop, 3> loops;
  std::vector<Promise<int>> waits;
  for (Loop& loop : loops) {
    SignalHub::of(loop)->use(&make_handler_source);
    waits.push_back(next_signal(loop, SIGUSR1));
  }
  send_to_process(SIGUSR1);
  for (std::size_t i = 0; i < loops.size(); ++i) EXPECT_EQ(run_until(loops[i], waits[i]).value(), SIGUSR1);
}

TEST(SignalHandlers, AreRestoredUnlessSomebodyElseHasInstalledOne) {
  struct sigaction mine = {}, old = {}, now = {};
  mine.sa_handler = [](int) { ++handled; };
  sigaction(SIGUSR1, nullptr, &old);
  {
    const auto source = make_handler_source().value();
    ASSERT_TRUE(source->watch(signal_bit(SIGUSR1)));
    sigaction(SIGUSR1, &mine, nullptr);
  }
  sigaction(SIGUSR1, nullptr, &now);
  EXPECT_EQ(now.sa_handler, mine.sa_handler);
  sigaction(SIGUSR1, &old, nullptr);
}

TEST(SignalHandlers, AreBoundedInNumberAndComeBack) {
  std::vector<std::unique_ptr<SignalSource>> sources;
  for (;;) {
    auto made = make_handler_source();
    if (!made) {
      EXPECT_EQ(made.error().code(), Errc::full);
      break;
    }
    sources.push_back(*std::move(made));
    ASSERT_LE(sources.size(), 64u);
  }
  EXPECT_EQ(sources.size(), 64u);
  sources.pop_back();
  EXPECT_TRUE(make_handler_source());
}

TEST(SignalHandlers, ComeAndGoWhileSignalsArrive) {
  std::atomic<bool> over = false;
  const auto always = make_handler_source().value();  // so that no signal finds nobody
  ASSERT_TRUE(always->watch(signal_bit(SIGUSR1)));
  const pthread_t self = pthread_self();
  std::thread sender([&over, self] {
    while (!over) {
      pthread_kill(self, SIGUSR1);
      ::kill(::getpid(), SIGUSR1);
    }
  });
  for (int i = 0; i < 300; ++i) {
    const auto source = make_handler_source().value();
    ASSERT_TRUE(source->watch(signal_bit(SIGUSR1)));
    while (source->next() != SIGUSR1) std::this_thread::yield();
  }
  over = true;
  sender.join();
}

}  // namespace
}  // namespace millrace
