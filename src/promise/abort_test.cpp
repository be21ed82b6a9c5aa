// AbortController and AbortSignal: one winner, callbacks on the loop thread in order, any() with flat memory, timeouts, and every
// order in which the loop, the controller and the handles may end.
#include <millrace/abort.h>

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "promise/abort_state.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::Lines;
using testing::ManualLoop;
using Reason = RunOutcome::Reason;

Error because(std::string why) { return Error(Errc::aborted, std::move(why)); }
AbortState& state_of(const AbortSignal& signal) { return *AbortState::of(signal); }

/// Runs `body` inside run(), where abort() calls back before it returns.
template <typename Body>
void inside(ManualLoop& m, Body body) {
  m.loop.immediate(std::move(body)).value();
  EXPECT_NE(m.loop.run().reason(), Reason::failed);
}

static_assert(std::is_nothrow_move_constructible_v<AbortSignal> && std::is_nothrow_copy_constructible_v<AbortSignal>);
static_assert(std::is_nothrow_move_constructible_v<AbortRegistration> && !std::is_copy_constructible_v<AbortRegistration>);
static_assert(sizeof(AbortSignal) == sizeof(void*));

TEST(AbortSignal, AnEmptyOneNeverAborts) {
  const AbortSignal signal;
  EXPECT_TRUE(signal.empty());
  EXPECT_FALSE(signal.aborted());
  EXPECT_EQ(signal.reason(), nullptr);
  EXPECT_NO_THROW(signal.throw_if_aborted());
  EXPECT_TRUE(signal.check());
  EXPECT_FALSE(signal.on_abort([] {}).active());
}

TEST(AbortController, GivesItsSignalTheReason) {
  ManualLoop m;
  AbortController controller(m.loop);
  const AbortSignal signal = controller.signal();
  EXPECT_EQ(signal, controller.signal());
  EXPECT_FALSE(signal.aborted());
  EXPECT_TRUE(signal.check());
  EXPECT_TRUE(controller.abort(because("enough")));
  EXPECT_TRUE(signal.aborted());
  ASSERT_NE(signal.reason(), nullptr);
  EXPECT_EQ(signal.reason()->message(), "enough");
  EXPECT_EQ(signal.check().error().message(), "enough");
  try {
    signal.throw_if_aborted();
    ADD_FAILURE() << "no exception";
  } catch (const ErrorException& thrown) {
    EXPECT_EQ(thrown.error().correlation_id(), signal.reason()->correlation_id()) << "the reason itself";
  }
}

TEST(AbortController, TheFirstAbortWinsAndItsReasonStays) {
  ManualLoop m;
  AbortController controller(m.loop);
  EXPECT_TRUE(controller.abort());
  EXPECT_FALSE(controller.abort(because("late")));
  EXPECT_FALSE(controller.abort());
  EXPECT_EQ(controller.signal().reason()->code(), Errc::aborted);
  EXPECT_EQ(controller.signal().reason()->message(), "the operation was aborted");
}

TEST(AbortController, DestroyedFirstItLeavesTheSignalPending) {
  ManualLoop m;
  AbortSignal signal;
  AbortRegistration registration;
  {
    AbortController controller(m.loop);
    signal = controller.signal();
    registration = signal.on_abort(m.note("never"));
  }
  EXPECT_FALSE(signal.aborted());
  EXPECT_TRUE(registration.active());
  m.loop.run();
  EXPECT_EQ(m.log, Lines{});
}

TEST(AbortSignal, AbortedWithIsAbortedFromTheBeginning) {
  ManualLoop m;
  EXPECT_EQ(AbortSignal::aborted_with(m.loop).reason()->code(), Errc::aborted);
  const AbortSignal signal = AbortSignal::aborted_with(m.loop, Error(Errc::not_found, "no such thing"));
  EXPECT_EQ(signal.reason()->code(), Errc::not_found);
  EXPECT_FALSE(signal.on_abort(m.note("never")).active());
}

// Callbacks.

TEST(OnAbort, RunsInsideAbortOnTheLoopThreadInTheOrderOfRegistration) {
  ManualLoop m;
  AbortController controller(m.loop);
  const auto first = controller.signal().on_abort([&m](const Error& reason) { m.log.push_back("first " + reason.message()); });
  const auto second = controller.signal().on_abort(m.note("second"));
  inside(m, [&] {
    EXPECT_TRUE(controller.abort(because("x")));
    m.log.push_back("returned");
  });
  EXPECT_EQ(m.log, (Lines{"first x", "second", "returned"}));
  EXPECT_FALSE(first.active() || second.active());
  EXPECT_EQ(m.loop.figures().ingress_accepted, 0u);
}

TEST(OnAbort, BetweenTwoRunsItIsPostedAndOvertakesPosts) {
  ManualLoop m;
  AbortController controller(m.loop);
  const auto registration = controller.signal().on_abort(m.note("aborted"));
  ASSERT_EQ(m.loop.ingress().post(m.note("posted")), Admission::accepted);
  EXPECT_TRUE(controller.abort());
  EXPECT_TRUE(controller.signal().aborted());
  EXPECT_EQ(m.log, Lines{});
  EXPECT_TRUE(m.loop.alive());
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"aborted", "posted"}));
}

TEST(OnAbort, RegisteredAfterTheCallbacksItIsNeverCalled) {
  ManualLoop m;
  AbortController controller(m.loop);
  AbortRegistration late;
  const auto first = controller.signal().on_abort([&] { late = controller.signal().on_abort(m.note("late")); });
  inside(m, [&] {
    controller.abort();
    EXPECT_FALSE(late.active()) << "during the callbacks";
    EXPECT_FALSE(controller.signal().on_abort(m.note("later")).active());
  });
  EXPECT_EQ(m.log, Lines{});
}

TEST(OnAbort, RegisteredWhileAnAbortFromElsewhereIsOnItsWayItIsCalled) {
  ManualLoop m;
  AbortController controller(m.loop);
  std::thread([&] { controller.abort(); }).join();
  EXPECT_TRUE(controller.signal().aborted());
  const auto registration = controller.signal().on_abort(m.note("called"));
  EXPECT_TRUE(registration.active());
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"called"});
}

TEST(OnAbort, DroppedItIsNotCalledWhoeverDropsItInWhicheverCallback) {
  for (int dropper = 0; dropper < 4; ++dropper)
    for (int dropped = 0; dropped < 4; ++dropped) {
      SCOPED_TRACE(std::to_string(dropper) + " drops " + std::to_string(dropped));
      ManualLoop m;
      AbortController controller(m.loop);
      std::vector<AbortRegistration> registrations(4);
      const auto token = std::make_shared<int>(0);
      Lines expected;
      for (int i = 0; i < 4; ++i) {
        registrations[static_cast<std::size_t>(i)] = controller.signal().on_abort([&, i, token] {
          if (i == dropper) registrations[static_cast<std::size_t>(dropped)] = {};
          m.log.push_back(std::to_string(i) + std::to_string(*token));  // the captures live until the callback returns
        });
        if (i != dropped || i <= dropper) expected.push_back(std::to_string(i) + "0");
      }
      inside(m, [&] { controller.abort(); });
      EXPECT_EQ(m.log, expected);
      EXPECT_EQ(token.use_count(), 4) << "the dropped one is free";
    }
}

TEST(OnAbort, DroppedOutsideItLeavesTheSignalAtOnce) {
  ManualLoop m;
  AbortController controller(m.loop);
  const auto token = std::make_shared<int>(0);
  auto first = controller.signal().on_abort([token] {});
  auto second = controller.signal().on_abort([token] {});
  EXPECT_EQ(state_of(controller.signal()).hooks(), 2u);
  first.remove();
  first.remove();
  EXPECT_EQ(state_of(controller.signal()).hooks(), 1u);
  EXPECT_EQ(token.use_count(), 2);
  AbortRegistration moved = std::move(second);
  EXPECT_TRUE(moved.active());
  moved = {};
  EXPECT_EQ(state_of(controller.signal()).hooks(), 0u);
  EXPECT_EQ(state_of(controller.signal()).references(), 1u);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(OnAbort, ACallbackMayDestroyTheControllerAndEveryHandle) {
  ManualLoop m;
  auto controller = std::make_unique<AbortController>(m.loop);
  AbortRegistration first, second;
  first = controller->signal().on_abort([&](const Error& reason) {
    controller.reset();
    first = {};
    m.log.push_back(reason.message());
  });
  second = controller->signal().on_abort(m.note("second"));
  inside(m, [&] { controller->abort(because("end")); });
  EXPECT_EQ(m.log, (Lines{"end", "second"}));
}

TEST(OnAbort, AnAbortInsideACallbackDoesNotEnterAgain) {
  ManualLoop m;
  AbortController controller(m.loop);
  AbortController other(m.loop);
  const auto first = controller.signal().on_abort([&] {
    m.log.push_back("first");
    EXPECT_FALSE(controller.abort(because("again")));
    EXPECT_TRUE(other.abort());  // another signal's callbacks run here and now
    m.log.push_back("first ends");
  });
  const auto second = controller.signal().on_abort(m.note("second"));
  const auto elsewhere = other.signal().on_abort(m.note("other"));
  inside(m, [&] { controller.abort(because("once")); });
  EXPECT_EQ(m.log, (Lines{"first", "other", "first ends", "second"}));
  EXPECT_EQ(controller.signal().reason()->message(), "once");
}

TEST(OnAbort, AnExceptionStopsNobodyAndIsUncaughtInANextTick) {
  Lines order;
  ManualLoop m({.on_uncaught = [&order](const Error& error) { order.push_back("uncaught " + error.message()); }});
  AbortController controller(m.loop);
  const auto first = controller.signal().on_abort([] { throw std::runtime_error("one"); });
  const auto second = controller.signal().on_abort([&order] { order.push_back("second"); });
  inside(m, [&] {
    m.loop.queue_microtask([&order] { order.push_back("microtask"); }).value();
    controller.abort();
    order.push_back("returned");
  });
  EXPECT_EQ(order, (Lines{"second", "returned", "uncaught one", "microtask"}));
}

TEST(OnAbort, TakesMoveOnlyCallbacksAndFunctions) {
  ManualLoop m;
  AbortController controller(m.loop);
  static int calls;
  calls = 0;
  void (*function)() = [] { ++calls; };
  const auto first = controller.signal().on_abort([owned = std::make_unique<int>(2)] { calls += *owned; });
  const auto second = controller.signal().on_abort(function);
  inside(m, [&] { controller.abort(); });
  EXPECT_EQ(calls, 3);
}

// Hooks.

struct Hook final : AbortHook {
  explicit Hook(std::string n, Lines& l) : name(std::move(n)), log(l) {}
  void aborted(const Error& reason) noexcept override {
    EXPECT_FALSE(linked());
    log.push_back(name + " " + reason.message());
    if (victim) victim->reset();
  }
  std::string name;
  Lines& log;
  std::optional<Hook>* victim = nullptr;
};

TEST(AbortHook, IsToldInOrderWithCallbacks) {
  ManualLoop m;
  AbortController controller(m.loop);
  Hook first("first", m.log), second("second", m.log);
  EXPECT_TRUE(first.listen(controller.signal()));
  const auto callback = controller.signal().on_abort(m.note("callback"));
  EXPECT_TRUE(second.listen(controller.signal()));
  EXPECT_TRUE(first.linked());
  inside(m, [&] { controller.abort(because("x")); });
  EXPECT_EQ(m.log, (Lines{"first x", "callback", "second x"}));
  EXPECT_FALSE(first.listen(controller.signal()));
  EXPECT_FALSE(first.listen(AbortSignal{}));
}

TEST(AbortHook, MayDestroyItselfOrTheNextOne) {
  for (const bool itself : {true, false}) {
    ManualLoop m;
    AbortController controller(m.loop);
    std::optional<Hook> first, second, third;
    first.emplace("first", m.log);
    second.emplace("second", m.log);
    third.emplace("third", m.log);
    for (auto* hook : {&first, &second, &third}) EXPECT_TRUE((*hook)->listen(controller.signal()));
    first->victim = itself ? &first : &second;
    inside(m, [&] { controller.abort(because("x")); });
    EXPECT_EQ(m.log, itself ? (Lines{"first x", "second x", "third x"}) : (Lines{"first x", "third x"}));
  }
}

TEST(AbortHook, UnlinkedItMayListenElsewhere) {
  ManualLoop m;
  AbortController one(m.loop), two(m.loop);
  Hook hook("hook", m.log);
  EXPECT_TRUE(hook.listen(one.signal()));
  hook.unlink();
  hook.unlink();
  EXPECT_TRUE(hook.listen(two.signal()));
  inside(m, [&] {
    one.abort(because("one"));
    two.abort(because("two"));
  });
  EXPECT_EQ(m.log, Lines{"hook two"});
}

// any()

TEST(AbortAny, OfNothingIsEmpty) {
  EXPECT_TRUE(AbortSignal::any({}).empty());
  EXPECT_TRUE(AbortSignal::any({AbortSignal{}, AbortSignal{}}).empty());
}

TEST(AbortAny, FollowsWhicheverAbortsFirst) {
  for (const bool first : {true, false}) {
    ManualLoop m;
    AbortController a(m.loop), b(m.loop);
    const AbortSignal both = AbortSignal::any({a.signal(), AbortSignal{}, b.signal()});
    EXPECT_FALSE(both.aborted());
    const auto registration = both.on_abort([&m](const Error& reason) { m.log.push_back(reason.message()); });
    inside(m, [&] {
      (first ? a : b).abort(because("winner"));
      (first ? b : a).abort(because("loser"));
    });
    EXPECT_EQ(m.log, Lines{"winner"});
    EXPECT_EQ(both.reason()->message(), "winner");
  }
}

TEST(AbortAny, OfAnAbortedOneIsAbortedAlreadyWithTheFirstSuchReason) {
  ManualLoop m;
  AbortController pending(m.loop);
  const AbortSignal both = AbortSignal::any(
      {pending.signal(), AbortSignal::aborted_with(m.loop, because("one")), AbortSignal::aborted_with(m.loop, because("two"))});
  ASSERT_TRUE(both.aborted());
  EXPECT_EQ(both.reason()->message(), "one");
  EXPECT_FALSE(both.on_abort(m.note("never")).active());
  EXPECT_EQ(state_of(pending.signal()).followers(), 0u);
}

TEST(AbortAny, CountsDuplicatesOnce) {
  ManualLoop m;
  AbortController a(m.loop), b(m.loop);
  for (const std::size_t copies : {1u, 3u, 40u}) {  // few are compared, many are sorted
    std::vector<AbortSignal> signals;
    for (std::size_t i = 0; i < copies; ++i) {
      signals.push_back(b.signal());
      signals.push_back(a.signal());
    }
    const AbortSignal both = AbortSignal::any(signals);
    EXPECT_EQ(state_of(a.signal()).followers(), 1u);
    EXPECT_EQ(state_of(b.signal()).followers(), 1u);
    const AbortSignal nested = AbortSignal::any({both, a.signal(), both});
    EXPECT_EQ(state_of(a.signal()).followers(), 2u);
    EXPECT_EQ(state_of(both).followers(), 0u) << "flattened";
  }
  EXPECT_EQ(state_of(a.signal()).followers(), 0u);
}

TEST(AbortAny, MarksEverySignalBeforeAnyCallbackAndCallsTheSourceFirstThenFollowersInOrder) {
  ManualLoop m;
  AbortController source(m.loop);
  const AbortSignal first = AbortSignal::any({source.signal()});
  const AbortSignal nested = AbortSignal::any({first});
  const AbortSignal last = AbortSignal::any({nested, source.signal()});
  const auto note = [&](std::string name) {
    return [&, name](const Error& reason) {
      EXPECT_EQ(reason.message(), "x");
      EXPECT_TRUE(source.signal().aborted() && first.aborted() && nested.aborted() && last.aborted());
      m.log.push_back(name);
    };
  };
  const auto r4 = last.on_abort(note("last"));
  const auto r3 = nested.on_abort(note("nested"));
  const auto r2 = first.on_abort(note("first"));
  const auto r1 = source.signal().on_abort(note("source 1"));
  const auto r0 = source.signal().on_abort(note("source 2"));
  inside(m, [&] { source.abort(because("x")); });
  EXPECT_EQ(m.log, (Lines{"source 1", "source 2", "first", "nested", "last"}));
}

TEST(AbortAny, ACallbackOfTheSourceMayDropAFollower) {
  ManualLoop m;
  AbortController source(m.loop);
  AbortSignal follower = AbortSignal::any({source.signal()});
  AbortRegistration of_follower = follower.on_abort(m.note("dropped"));
  AbortSignal other = AbortSignal::any({source.signal()});
  const auto of_other = other.on_abort(m.note("other"));
  const auto of_source = source.signal().on_abort([&] {
    of_follower = {};
    follower = {};
    other = {};
  });
  inside(m, [&] { source.abort(); });
  EXPECT_EQ(m.log, Lines{"other"});
}

TEST(AbortAny, KeepsItsSourcesAliveWhileItHasHandlesOrHooks) {
  ManualLoop m;
  AbortRegistration registration;
  {
    const AbortSignal timeout = AbortSignal::timeout(m.loop, 10ms).value();
    registration = AbortSignal::any({AbortSignal::any({timeout})}).on_abort(m.note_time("aborted "));
  }
  auto busy = m.loop.schedule(20ms, [] {}).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"aborted 10"});
}

TEST(AbortAny, AMillionOnOneLongLivedSignalLeaveNothingBehind) {
  ManualLoop m;
  AbortController longlived(m.loop);
  AbortController other(m.loop);
  const AbortSignal intermediate = AbortSignal::any({longlived.signal()});
  std::size_t most = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const AbortSignal signal = AbortSignal::any({longlived.signal(), other.signal(), intermediate});
    if (i % 100'000 == 0) {
      const auto registration = signal.on_abort([] {});
      most = std::max(most, state_of(longlived.signal()).followers());
    }
  }
  EXPECT_EQ(most, 2u);
  EXPECT_EQ(state_of(longlived.signal()).followers(), 1u) << "the intermediate one";
  EXPECT_EQ(state_of(other.signal()).followers(), 0u);
  EXPECT_EQ(state_of(other.signal()).references(), 1u) << "its controller";
  EXPECT_EQ(state_of(longlived.signal()).references(), 2u) << "its controller, and the intermediate one";
}

TEST(AbortAny, AnAbortedFollowerIsForgottenByItsOtherSources) {
  ManualLoop m;
  AbortController one(m.loop), other(m.loop);
  const AbortSignal both = AbortSignal::any({one.signal(), other.signal()});
  inside(m, [&] { one.abort(); });
  EXPECT_EQ(state_of(one.signal()).followers(), 0u);
  EXPECT_EQ(state_of(other.signal()).followers(), 0u);
}

// timeout()

TEST(AbortTimeout, AbortsAfterItsDelayWithTheReason) {
  ManualLoop m;
  const AbortSignal signal = AbortSignal::timeout(m.loop, 15ms).value();
  const auto registration = signal.on_abort(m.note_time("timed out "));
  auto before = m.loop.schedule(14ms, [&] { EXPECT_FALSE(signal.aborted()); }).value();
  auto after = m.loop.schedule(15ms, [&] { EXPECT_TRUE(signal.aborted()); }).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"timed out 15"});
  ASSERT_TRUE(signal.aborted());
  EXPECT_EQ(signal.reason()->code(), Errc::timed_out);
  EXPECT_EQ(signal.reason()->context("timeout_ns"), "15000000");
}

TEST(AbortTimeout, NegativeIsZeroAndDoesNotAbortBeforeTheLoopRan) {
  ManualLoop m;
  const AbortSignal signal = AbortSignal::timeout(m.loop, -5ms).value();
  EXPECT_FALSE(signal.aborted());
  inside(m, [] {});
  EXPECT_TRUE(signal.aborted());
  EXPECT_EQ(signal.reason()->context("timeout_ns"), "0");
}

TEST(AbortTimeout, DoesNotKeepTheLoopAlive) {
  ManualLoop m;
  const AbortSignal signal = AbortSignal::timeout(m.loop, 1h).value();
  EXPECT_FALSE(m.loop.alive());
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.ms(), 0);
  EXPECT_FALSE(signal.aborted());
}

TEST(AbortTimeout, IsCancelledWithTheLastHandle) {
  ManualLoop m({.limits = {.timers_max = 1}});
  inside(m, [&] {
    for (int i = 0; i < 3; ++i) {
      AbortSignal signal = AbortSignal::timeout(m.loop, 1h).value();
      const AbortSignal copy = signal;
      signal = {};
      EXPECT_EQ(AbortSignal::timeout(m.loop, 1h).error().code(), Errc::full);
      const AbortSignal follower = AbortSignal::any({copy});
    }
  });
  EXPECT_EQ(m.loop.figures().ingress_accepted, 0u) << "cancelled at once";
}

TEST(AbortTimeout, DroppedOutsideOfRunItsTimerIsCancelledByAPost) {
  ManualLoop m({.limits = {.timers_max = 1, .ingress_max = 1}});
  ASSERT_EQ(m.loop.ingress().post_internal(m.note("internal")), Admission::accepted);  // the door is full
  AbortSignal signal = AbortSignal::timeout(m.loop, 1h).value();
  std::thread([dropped = std::move(signal)] {}).join();
  EXPECT_EQ(AbortSignal::timeout(m.loop, 1h).error().code(), Errc::full);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_TRUE(AbortSignal::timeout(m.loop, 1h).has_value());
}

TEST(AbortTimeout, ACallbackMayDropTheSignal) {
  ManualLoop m;
  std::optional<AbortSignal> signal = AbortSignal::timeout(m.loop, 1ms).value();
  AbortRegistration registration;
  registration = signal->on_abort([&](const Error& reason) {
    signal.reset();
    registration = {};
    m.log.push_back(reason.code().message());
  });
  auto busy = m.loop.schedule(2ms, [] {}).value();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"timed out"});
}

TEST(AbortTimeout, OnAClosedLoopIsRefused) {
  ManualLoop m;
  m.loop.close();
  EXPECT_EQ(AbortSignal::timeout(m.loop, 1ms).error().code(), Errc::closed);
}

TEST(AbortTimeout, AHundredThousandLeaveNoTimerBehind) {
  ManualLoop m({.limits = {.timers_max = 2}});
  inside(m, [&] {
    for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(AbortSignal::timeout(m.loop, 1h).has_value());
  });
}

// The end of the loop.

TEST(AbortAndClose, OnAClosedLoopSignalsAbortAndNobodyIsCalled) {
  ManualLoop m;
  AbortController controller(m.loop);
  const AbortSignal follower = AbortSignal::any({controller.signal()});
  const auto registration = controller.signal().on_abort(m.note("never"));
  const auto of_follower = follower.on_abort(m.note("never"));
  m.loop.close();
  EXPECT_TRUE(controller.abort(because("late")));
  EXPECT_TRUE(controller.signal().aborted());
  EXPECT_EQ(follower.reason()->message(), "late");
  EXPECT_EQ(m.log, Lines{});
}

TEST(AbortAndClose, AnAbortThatWasPostedAndNeverRanCallsNobodyAndFreesEverything) {
  ManualLoop m;
  AbortController controller(m.loop);
  AbortSignal follower = AbortSignal::any({controller.signal()});
  const AbortState& state = state_of(follower);
  const auto registration = controller.signal().on_abort(m.note("never"));
  controller.abort();
  EXPECT_EQ(state.references(), 2u) << "ours, and that of the steps that are to come";
  m.loop.close();
  EXPECT_EQ(state.references(), 1u);
  EXPECT_EQ(m.log, Lines{});
  EXPECT_TRUE(follower.aborted());
}

TEST(AbortAndClose, CloseInsideACallbackDoesNotStopTheOthers) {
  ManualLoop m;
  AbortController controller(m.loop);
  const auto first = controller.signal().on_abort([&m] { m.loop.close(); });
  const auto second = controller.signal().on_abort(m.note("second"));
  m.loop.immediate([&] { controller.abort(); }).value();
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"second"});
}

TEST(AbortAndClose, EverythingMayOutliveTheLoop) {
  std::optional<ManualLoop> m;
  m.emplace();
  AbortController controller(m->loop);
  AbortSignal timeout = AbortSignal::timeout(m->loop, 1ms).value();
  AbortSignal another = AbortSignal::timeout(m->loop, 1ms).value();
  AbortSignal follower = AbortSignal::any({controller.signal(), timeout});
  Lines log;
  Hook hook("hook", log);
  EXPECT_TRUE(hook.listen(follower));
  AbortRegistration registration = timeout.on_abort([&log] { log.push_back("never"); });
  m.reset();
  another = {};
  EXPECT_TRUE(controller.abort(because("after")));
  EXPECT_EQ(follower.reason()->message(), "after");
  EXPECT_FALSE(timeout.aborted());
  const AbortSignal late = AbortSignal::any({timeout, another});
  EXPECT_FALSE(late.aborted());
  timeout = {};
  follower = {};
  registration = {};
  hook.unlink();
  EXPECT_EQ(log, Lines{});
}

TEST(AbortController, IsNotRefusedByADoorThatIsFull) {
  ManualLoop m({.limits = {.ingress_max = 1}});
  std::vector<AbortController> controllers;
  std::vector<AbortRegistration> registrations;
  ASSERT_EQ(m.loop.ingress().post_internal(m.note("internal")), Admission::accepted);
  for (int i = 0; i < 3; ++i) {
    registrations.push_back(controllers.emplace_back(m.loop).signal().on_abort(m.note(std::to_string(i))));
    EXPECT_TRUE(controllers.back().abort());
  }
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"internal", "0", "1", "2"}));
}

// Real threads.

constexpr int kThreads = 4;

/// Runs `body(thread)` on kThreads threads that start together.
template <typename Body>
void on_threads(Body body) {
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&start, &body, i] {
      start.arrive_and_wait();
      body(i);
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(AbortRace, OneOfFourThreadsWinsAndItsReasonIsTheReason) {
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    AbortController controller(loop);
    const AbortSignal follower = AbortSignal::any({controller.signal()});
    Lines log;
    const auto registration = follower.on_abort([&log](const Error& reason) { log.push_back(reason.message()); });
    std::atomic<int> winner{-1};
    std::atomic<int> wins{0};
    on_threads([&](int thread) {
      if (controller.abort(because(std::to_string(thread)))) {
        winner = thread;
        ++wins;
      }
      EXPECT_TRUE(controller.signal().aborted() && follower.aborted()) << "whoever lost sees it done";
    });
    ASSERT_EQ(wins, 1);
    EXPECT_EQ(controller.signal().reason()->message(), std::to_string(winner));
    loop.run();
    EXPECT_EQ(log, Lines{std::to_string(winner)});
  }
}

TEST(AbortRace, TwoSourcesAbortOneFollowerOnce) {
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    std::vector<AbortController> controllers;
    std::vector<AbortSignal> signals;
    for (int i = 0; i < kThreads; ++i) signals.push_back(controllers.emplace_back(loop).signal());
    const AbortSignal follower = AbortSignal::any(signals);
    Lines log;
    const auto registration = follower.on_abort([&log](const Error& reason) { log.push_back(reason.message()); });
    on_threads([&](int i) { controllers[static_cast<std::size_t>(i)].abort(because(std::to_string(i))); });
    loop.run();
    EXPECT_EQ(log, Lines{follower.reason()->message()});
  }
}

TEST(AbortRace, FollowersComeAndGoOnThreadsWhileTheSourceAborts) {
  for (int round = 0; round < 50; ++round) {
    Loop loop;
    AbortController controller(loop), other(loop);
    on_threads([&](int thread) {
      for (int i = 0; i < 200; ++i) {
        if (thread == 0 && i == 100) controller.abort(because("x"));
        const AbortSignal follower = AbortSignal::any({other.signal(), controller.signal()});
        const AbortSignal nested = AbortSignal::any({follower});
        if (const Error* reason = nested.reason()) {
          EXPECT_EQ(reason->message(), "x");
        }
        if (thread == 0 && i >= 100) {
          EXPECT_TRUE(nested.aborted());
        }
      }
    });
    loop.run();
    EXPECT_EQ(state_of(controller.signal()).followers(), 0u);
    EXPECT_EQ(state_of(other.signal()).followers(), 0u);
    EXPECT_EQ(state_of(controller.signal()).references(), 1u);
  }
}

TEST(AbortRace, AbortAgainstClose) {
  int called = 0;
  for (int round = 0; round < 500; ++round) {
    Loop loop;
    LivenessHold hold = loop.hold();
    AbortController controller(loop);
    AbortSignal follower = AbortSignal::any({controller.signal()});
    AbortRegistration registration = follower.on_abort([&called] { ++called; });  // on the loop's thread, joined below
    const int before = called;
    std::barrier start(3);
    std::thread runner([&] {
      start.arrive_and_wait();
      EXPECT_EQ(loop.run().reason(), Reason::closed);
    });
    std::thread closer([&] {
      start.arrive_and_wait();
      loop.close();
    });
    start.arrive_and_wait();
    EXPECT_TRUE(controller.abort());
    EXPECT_TRUE(follower.aborted());
    runner.join();
    closer.join();
    EXPECT_LE(called - before, 1);
    registration = {};
    EXPECT_EQ(state_of(follower).references(), 1u);
  }
}

TEST(AbortRace, CallbacksRunOnTheLoopThreadWhoeverAborts) {
  Loop loop;
  LivenessHold hold = loop.hold();
  std::vector<AbortController> controllers;
  std::vector<AbortRegistration> registrations;
  constexpr int kEach = 200;
  int called = 0;
  const auto main_thread = std::this_thread::get_id();
  for (int i = 0; i < kThreads * kEach; ++i)
    registrations.push_back(controllers.emplace_back(loop).signal().on_abort([&] {
      EXPECT_EQ(std::this_thread::get_id(), main_thread);
      if (++called == kThreads * kEach) hold.release();
    }));
  std::thread aborting([&] {
    on_threads([&](int thread) {
      for (int i = 0; i < kEach; ++i) controllers[static_cast<std::size_t>(thread * kEach + i)].abort();
    });
  });
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  aborting.join();
  EXPECT_EQ(called, kThreads * kEach);
}

TEST(AbortRace, TimeoutsAreDroppedElsewhereWhileTheyFire) {
  for (int round = 0; round < 20; ++round) {
    Loop loop;
    std::vector<AbortSignal> signals;
    for (int i = 0; i < kThreads * 50; ++i) signals.push_back(AbortSignal::timeout(loop, std::chrono::microseconds(i)).value());
    std::thread dropping([&] {
      on_threads([&](int thread) {
        for (std::size_t i = 0; i < 50; ++i) signals[static_cast<std::size_t>(thread) + i * kThreads] = AbortSignal{};
      });
    });
    loop.run_for(500us);
    dropping.join();
    loop.run();
  }
}

}  // namespace
}  // namespace millrace
