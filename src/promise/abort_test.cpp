// AbortController and AbortSignal: one winner, and callbacks and hooks on the loop thread in order. any(), timeout(), the end of the
// loop and real threads have files of their own.
#include <millrace/abort.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/abort_checks.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace testing;

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

TEST(AbortHook, IsToldInOrderWithCallbacks) {
  ManualLoop m;
  AbortController controller(m.loop);
  AbortHookDouble first("first", m.log), second("second", m.log);
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
    std::optional<AbortHookDouble> first, second, third;
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
  AbortHookDouble hook("hook", m.log);
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

}  // namespace
}  // namespace millrace
