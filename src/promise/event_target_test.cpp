// EventTarget and Event: the clauses of DOM's dispatch, one by one, and what a listener may do to the target while it is called.
#include <millrace/event_target.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::Lines;
using testing::ManualLoop;

/// A target whose listeners write down their names.
struct Bench {
  explicit Bench(LoopOptions options = {}) : m(std::move(options)) {}
  /// A listener that stays.
  void listen(std::string line, ListenerOptions options = {}) {
    target.add_event_listener("go", m.note(std::move(line)), options).detach();
  }
  bool go() {
    Event event("go", {.cancelable = true});
    return target.dispatch(event);
  }
  ManualLoop m;
  EventTarget target{m.loop};
};

TEST(EventTarget, CallsTheListenersOfTheTypeSynchronouslyInTheOrderOfAdding) {
  Bench b;
  b.listen("first");
  b.target.add_event_listener("other", b.m.note("other")).detach();
  b.listen("second");
  EXPECT_TRUE(b.go());
  EXPECT_EQ(b.m.log, (Lines{"first", "second"}));
  EXPECT_FALSE(b.m.loop.alive()) << "nothing was left for the loop";
}

TEST(EventTarget, CallsACallbackAsOftenAsItWasAdded) {
  Bench b;
  const auto callback = b.m.note("called");
  b.target.add_event_listener("go", callback).detach();
  b.target.add_event_listener("go", callback).detach();
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"called", "called"}));
}

TEST(EventTarget, AnEventWithoutListenersIsDispatchedToNobody) {
  Bench b;
  EXPECT_FALSE(b.target.has_listeners("go"));
  EXPECT_TRUE(b.go());
  b.listen("x");
  EXPECT_TRUE(b.target.has_listeners("go"));
}

TEST(EventTarget, ADerivedEventCarriesData) {
  struct Message final : Event {
    explicit Message(int v) : Event("go"), value(v) {}
    int value;
  };
  Bench b;
  int seen = 0;
  b.target.add_event_listener("go", [&seen](Event& event) { seen = static_cast<Message&>(event).value; }).detach();
  Message message(42);
  b.target.dispatch(message);
  EXPECT_EQ(seen, 42);
}

TEST(EventTarget, MayBeABaseClassAndIsTheTargetDuringDispatchOnly) {
  struct Door final : EventTarget {
    using EventTarget::EventTarget;
    int opened = 0;
  };
  ManualLoop m;
  Door door(m.loop);
  door.add_event_listener("open",
                          [](Event& event) {
                            EXPECT_EQ(event.target(), event.current_target());
                            ++static_cast<Door*>(event.target())->opened;
                          })
      .detach();
  Event event("open");
  EXPECT_EQ(event.target(), nullptr);
  door.dispatch(event);
  EXPECT_EQ(event.target(), nullptr);
  door.dispatch(event);
  EXPECT_EQ(door.opened, 2) << "an event may be dispatched again";
}

TEST(EventTarget, PreventDefaultCountsWhenCancelableAndNotPassive) {
  struct Case {
    std::string name;
    bool cancelable, passive, result;
  };
  for (const Case& c : {Case{"counts", true, false, false}, Case{"not cancelable", false, false, true},
                        Case{"passive", true, true, true}, Case{"neither", false, true, true}}) {
    SCOPED_TRACE(c.name);
    Bench b;
    b.target.add_event_listener("go", [](Event& event) { event.prevent_default(); }, {.passive = c.passive}).detach();
    Event event("go", {.cancelable = c.cancelable});
    EXPECT_EQ(event.cancelable(), c.cancelable);
    EXPECT_EQ(b.target.dispatch(event), c.result);
    EXPECT_EQ(event.default_prevented(), !c.result);
  }
}

TEST(EventTarget, APassiveListenerDoesNotMakeTheNextOnePassiveEvenWhenItThrows) {
  Bench b({.on_uncaught = [](const Error&) {}});
  b.target.add_event_listener("go", [] { throw 1; }, {.passive = true}).detach();
  b.target.add_event_listener("go", [](Event& event) { event.prevent_default(); }).detach();
  EXPECT_FALSE(b.go());
}

TEST(EventTarget, APassiveListenersRestraintEndsWithItsCall) {
  Bench b;
  b.target.add_event_listener("go", [] {}, {.passive = true}).detach();
  Event event("go", {.cancelable = true});
  EXPECT_TRUE(b.target.dispatch(event));
  event.prevent_default();
  EXPECT_TRUE(event.default_prevented());
}

TEST(EventTarget, ADefaultOncePreventedStaysPreventedInALaterDispatch) {
  Bench b;
  b.target.add_event_listener("go", [](Event& event) { event.prevent_default(); }, {.once = true}).detach();
  Event event("go", {.cancelable = true});
  EXPECT_FALSE(b.target.dispatch(event));
  EXPECT_FALSE(b.target.dispatch(event));
}

TEST(EventTarget, StopImmediatePropagationEndsThisDispatchOnly) {
  Bench b;
  b.target
      .add_event_listener("go",
                          [&b](Event& event) {
                            b.m.log.push_back("stopper");
                            event.stop_immediate_propagation();
                          })
      .detach();
  b.listen("behind");
  Event event("go");
  EXPECT_TRUE(b.target.dispatch(event));
  EXPECT_TRUE(b.target.dispatch(event));
  EXPECT_EQ(b.m.log, (Lines{"stopper", "stopper"})) << "the flag was taken back after the first";
}

TEST(EventTarget, AnEventStoppedBeforeItsDispatchCallsNobodyOnce) {
  Bench b;
  b.listen("called");
  Event event("go");
  event.stop_immediate_propagation();
  b.target.dispatch(event);
  EXPECT_EQ(b.m.log, Lines{});
  b.target.dispatch(event);
  EXPECT_EQ(b.m.log, Lines{"called"});
}

TEST(EventTarget, AListenerAddedDuringADispatchWaitsForTheNext) {
  for (const bool last : {true, false}) {
    SCOPED_TRACE(last);
    Bench b;
    const auto add = [&b] {
      b.m.log.push_back("adder");
      b.listen("added");
    };
    b.target.add_event_listener("go", add, {.once = true}).detach();
    if (!last) b.listen("behind");
    b.go();
    EXPECT_EQ(b.m.log, last ? Lines{"adder"} : (Lines{"adder", "behind"}));
    b.m.log.clear();
    b.go();
    EXPECT_EQ(b.m.log, last ? Lines{"added"} : (Lines{"behind", "added"}));
  }
}

TEST(EventTarget, AListenerThatIsRemovedAndAddedAgainByEachCallIsCalledOnce) {
  Bench b;
  ListenerHandle handle;
  std::function<void()> again = [&] {
    b.m.log.push_back("called");
    handle = b.target.add_event_listener("go", [&again] { again(); });  // drops the listener that is running
  };
  handle = b.target.add_event_listener("go", [&again] { again(); });
  b.go();
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"called", "called"}));
}

TEST(EventTarget, AListenerRemovedDuringADispatchBeforeItsTurnIsNotCalled) {
  // Of four listeners, `remover` removes `removed` when it is called: every pair.
  for (int remover = 0; remover < 4; ++remover)
    for (int removed = 0; removed < 4; ++removed) {
      SCOPED_TRACE(std::to_string(remover) + " removes " + std::to_string(removed));
      Bench b;
      std::vector<ListenerHandle> handles(4);
      Lines expected;
      for (int i = 0; i < 4; ++i) {
        handles[static_cast<std::size_t>(i)] = b.target.add_event_listener("go", [&, i] {
          b.m.log.push_back(std::to_string(i));
          if (i == remover) handles[static_cast<std::size_t>(removed)].remove();
        });
        if (i != removed || i <= remover) expected.push_back(std::to_string(i));
      }
      b.go();
      EXPECT_EQ(b.m.log, expected);
      EXPECT_FALSE(handles[static_cast<std::size_t>(removed)].active());
    }
}

TEST(EventTarget, AllListenersMayBeRemovedByTheFirstAndTheTypeAddedAnew) {
  Bench b;
  std::vector<ListenerHandle> handles;
  handles.push_back(b.target.add_event_listener("go", [&] {
    b.m.log.push_back("first");
    handles.clear();
    b.listen("new");
  }));
  for (int i = 0; i < 3; ++i) handles.push_back(b.target.add_event_listener("go", b.m.note("removed")));
  b.go();
  EXPECT_EQ(b.m.log, Lines{"first"});
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"first", "new"}));
}

TEST(EventTarget, OnceIsRemovedBeforeItIsCalled) {
  Bench b;
  ListenerHandle handle;
  handle = b.target.add_event_listener("go",
                                       [&] {
                                         b.m.log.push_back(handle.active() ? "there" : "removed");
                                         EXPECT_FALSE(b.target.has_listeners("go"));
                                         if (b.m.log.size() < 2) b.go();  // finds nobody
                                       },
                                       {.once = true});
  EXPECT_TRUE(handle.active());
  b.go();
  b.go();
  EXPECT_EQ(b.m.log, Lines{"removed"});
}

TEST(EventTarget, ADispatchInsideADispatchIsCompleteAndTheOuterOneGoesOn) {
  Bench b;
  b.target
      .add_event_listener("go",
                          [&b](Event& outer) {
                            b.m.log.push_back("outer 1");
                            b.listen("added", {.once = true});
                            Event inner("inner");
                            b.target.dispatch(inner);
                            Event same("go");
                            if (b.m.log.size() < 4) b.target.dispatch(same);
                            EXPECT_EQ(outer.target(), &b.target);
                          },
                          {.once = true})
      .detach();
  b.target.add_event_listener("inner", b.m.note("inner")).detach();
  b.listen("outer 2");
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"outer 1", "inner", "outer 2", "added", "outer 2"}));
}

TEST(EventTarget, AnInnerDispatchMayRemoveWhatTheOuterOneComesToNext) {
  Bench b;
  ListenerHandle next;
  b.target
      .add_event_listener("go",
                          [&b] {
                            Event inner("inner");
                            b.target.dispatch(inner);
                          })
      .detach();
  next = b.target.add_event_listener("go", b.m.note("removed"));
  b.listen("last");
  b.target.add_event_listener("inner", [&next] { next.remove(); }).detach();
  b.go();
  EXPECT_EQ(b.m.log, Lines{"last"});
}

TEST(EventTarget, DispatchingAnEventThatIsBeingDispatchedIsAnErrorAndChangesNothing) {
  Bench b;
  EventTarget other(b.m.loop);
  other.add_event_listener("go", b.m.note("never")).detach();
  b.target
      .add_event_listener("go",
                          [&](Event& event) {
                            for (EventTarget* target : {&b.target, &other}) {
                              try {
                                target->dispatch(event);
                                ADD_FAILURE() << "no exception";
                              } catch (const ErrorException& refused) {
                                EXPECT_EQ(refused.error().code(), Errc::invalid_argument);
                                EXPECT_EQ(refused.error().context("type"), "go");
                              }
                            }
                            EXPECT_EQ(event.target(), &b.target);
                          })
      .detach();
  b.listen("goes on");
  EXPECT_TRUE(b.go());
  EXPECT_EQ(b.m.log, Lines{"goes on"});
}

// Signals.

TEST(EventTarget, AnAbortOfTheSignalRemovesTheListener) {
  Bench b;
  AbortController controller(b.m.loop);
  b.listen("with signal", {.signal = controller.signal()});
  b.listen("without");
  b.go();
  b.m.loop.immediate([&] { controller.abort(); }).value();
  b.m.loop.run();
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"with signal", "without", "without"}));
}

TEST(EventTarget, AListenerWhoseSignalIsAbortedAlreadyIsNotAdded) {
  Bench b;
  const ListenerHandle handle =
      b.target.add_event_listener("go", b.m.note("never"), {.signal = AbortSignal::aborted_with(b.m.loop)});
  EXPECT_FALSE(handle.active());
  EXPECT_FALSE(b.target.has_listeners("go"));
}

TEST(EventTarget, AbortInsideADispatchRemovesWhatHasNotBeenCalled) {
  Bench b;
  AbortController controller(b.m.loop);
  b.target.add_event_listener("go", [&controller] { controller.abort(); }).detach();
  b.listen("removed", {.signal = controller.signal()});
  b.listen("last");
  b.m.loop.immediate([&b] { b.go(); }).value();
  b.m.loop.run();
  EXPECT_EQ(b.m.log, Lines{"last"});
}

TEST(EventTarget, AListenerMayAbortItsOwnSignal) {
  Bench b;
  AbortController controller(b.m.loop);
  const auto token = std::make_shared<int>(1);
  const ListenerHandle handle = b.target.add_event_listener("go",
                                                            [&, token] {
                                                              controller.abort();
                                                              b.m.log.push_back(std::to_string(*token));
                                                              EXPECT_EQ(token.use_count(), 2) << "captures live until it returns";
                                                            },
                                                            {.signal = controller.signal()});
  b.m.loop.immediate([&b] { b.go(); }).value();
  b.m.loop.run();
  EXPECT_EQ(b.m.log, Lines{"1"});
  EXPECT_FALSE(handle.active());
  EXPECT_EQ(token.use_count(), 1);
}

TEST(EventTarget, ARemovedListenerLeavesItsSignal) {
  Bench b;
  AbortController controller(b.m.loop);
  for (int i = 0; i < 3; ++i) {
    ListenerHandle handle = b.target.add_event_listener("go", [] {}, {.signal = controller.signal()});
    if (i == 1) handle.remove();
  }
  b.m.loop.immediate([&] { EXPECT_TRUE(controller.abort()); }).value();
  b.m.loop.run();
}

// Exceptions.

TEST(EventTarget, AnExceptionStopsNobodyAndIsUncaughtInANextTick) {
  Lines order;
  Bench b({.on_uncaught = [&order](const Error& error) { order.push_back("uncaught " + error.message()); }});
  b.target.add_event_listener("go", [] { throw std::runtime_error("one"); }).detach();
  b.target.add_event_listener("go", [&order] { order.push_back("second"); }).detach();
  b.target.add_event_listener("go", [] { throw std::runtime_error("two"); }).detach();
  b.m.loop
      .immediate([&] {
        b.m.loop.queue_microtask([&order] { order.push_back("microtask"); }).value();
        EXPECT_TRUE(b.go());
        order.push_back("dispatched");
      })
      .value();
  b.m.loop.run();
  EXPECT_EQ(order, (Lines{"second", "dispatched", "uncaught one", "uncaught two", "microtask"}));
  EXPECT_EQ(b.m.loop.figures().uncaught, 2u);
}

TEST(EventTarget, WithoutAHandlerTheExceptionFailsTheRun) {
  Bench b;
  b.target.add_event_listener("go", [] { throw ErrorException(Error(Errc::not_found, "lost")); }).detach();
  b.go();
  const RunOutcome outcome = b.m.loop.run();
  ASSERT_EQ(outcome.reason(), RunOutcome::Reason::failed);
  EXPECT_EQ(outcome.error()->code(), Errc::not_found);
}

TEST(EventTarget, OnAClosedLoopAnExceptionIsCountedAndTheObserverToldWithoutAHandler) {
  struct Told final : Observer {
    Lines heard;
    void task_failed(const Error& error) override { heard.push_back(error.message()); }
  } told;
  int handled = 0;
  Bench b({.observer = &told, .on_uncaught = [&handled](const Error&) { ++handled; }});
  b.target.add_event_listener("go", [] { throw std::runtime_error("late"); }).detach();
  b.listen("goes on");
  b.m.loop.close();
  EXPECT_TRUE(b.go());
  EXPECT_EQ(b.m.log, Lines{"goes on"});
  EXPECT_EQ(b.m.loop.figures().uncaught, 1u);
  EXPECT_EQ(told.heard, Lines{"late"});
  EXPECT_EQ(handled, 0);
}

TEST(EventTarget, AtTheLimitOfNextTicksAnExceptionIsCountedAsWell) {
  Bench b({.limits = {.queue_max = 1}, .on_uncaught = [](const Error&) {}});
  b.target.add_event_listener("go", [] { throw 1; }).detach();
  b.go();
  b.go();
  EXPECT_EQ(b.m.loop.figures().uncaught, 1u) << "the second, at once";
  b.m.loop.run();
  EXPECT_EQ(b.m.loop.figures().uncaught, 2u);
}

TEST(EventTarget, ASinkHearsOfExceptionsAtOnceAndWhatItThrowsIsDropped) {
  Lines order;
  EventTarget target([&order](const Error& error) {
    order.push_back("sink " + error.message());
    throw std::runtime_error("sink");
  });
  target.add_event_listener("go", [] { throw std::runtime_error("listener"); }).detach();
  target.add_event_listener("go", [&order] { order.push_back("second"); }).detach();
  Event event("go");
  EXPECT_TRUE(target.dispatch(event));
  EXPECT_EQ(order, (Lines{"sink listener", "second"}));
}

TEST(EventTarget, ASinkMayDestroyTheTarget) {
  std::optional<EventTarget> target;
  target.emplace([&target](const Error&) { target.reset(); });
  bool called = false;
  target->add_event_listener("go", [] { throw 1; }).detach();
  target->add_event_listener("go", [&called] { called = true; }).detach();
  Event event("go");
  EXPECT_TRUE(target->dispatch(event));
  EXPECT_FALSE(called);
}

// Lifetimes.

TEST(EventTarget, MayBeDestroyedByItsListenerEvenFromADispatchInsideADispatch) {
  for (const bool nested : {false, true}) {
    SCOPED_TRACE(nested);
    ManualLoop m;
    auto target = std::make_unique<EventTarget>(m.loop);
    const auto token = std::make_shared<int>(1);
    const auto destroy = [&, token](Event& event) {
      EXPECT_NE(event.target(), nullptr);
      target.reset();
      EXPECT_EQ(event.target(), nullptr);
      m.log.push_back("destroyed " + std::to_string(*token));
    };
    if (nested) {
      target
          ->add_event_listener("go",
                               [&](Event& event) {
                                 Event inner("inner");
                                 EXPECT_TRUE(target->dispatch(inner));
                                 EXPECT_EQ(event.target(), nullptr);
                                 m.log.push_back("outer");
                               })
          .detach();
      target->add_event_listener("inner", destroy).detach();
    } else {
      target->add_event_listener("go", destroy).detach();
    }
    const ListenerHandle later = target->add_event_listener("go", m.note("never"));
    Event event("go", {.cancelable = true});
    EXPECT_TRUE(target->dispatch(event));
    EXPECT_EQ(m.log, nested ? (Lines{"destroyed 1", "outer"}) : Lines{"destroyed 1"});
    EXPECT_FALSE(later.active());
    EventTarget other(m.loop);
    EXPECT_TRUE(other.dispatch(event)) << "the event is free again";
  }
}

TEST(EventTarget, DestroyedItFreesItsListenersWhichMayCallBack) {
  ManualLoop m;
  auto target = std::make_unique<EventTarget>(m.loop);
  struct Caller {
    EventTarget* target;
    ListenerHandle* other;
    int* freed;
    Caller(EventTarget* t, ListenerHandle* o, int* f) : target(t), other(o), freed(f) {}
    Caller(Caller&& from) noexcept : target(std::exchange(from.target, nullptr)), other(from.other), freed(from.freed) {}
    ~Caller() {
      if (target == nullptr) return;
      ++*freed;
      other->remove();
      EXPECT_FALSE(target->add_event_listener("go", [] {}).active());
    }
    void operator()() const {}
  };
  int freed = 0;
  ListenerHandle a, b;
  a = target->add_event_listener("go", Caller(target.get(), &b, &freed));
  b = target->add_event_listener("go", Caller(target.get(), &a, &freed));
  target.reset();
  EXPECT_EQ(freed, 2);
  EXPECT_FALSE(a.active() || b.active());
}

TEST(ListenerHandle, DroppingRemovesDetachingLeavesMovingKeeps) {
  Bench b;
  ListenerHandle kept;
  {
    const ListenerHandle dropped = b.target.add_event_listener("go", b.m.note("dropped"));
    b.target.add_event_listener("go", b.m.note("detached")).detach();
    ListenerHandle moved = b.target.add_event_listener("go", b.m.note("moved"));
    kept = std::move(moved);
    EXPECT_FALSE(moved.active());  // NOLINT(bugprone-use-after-move): empty, as promised
  }
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"detached", "moved"}));
  kept = {};
  kept.remove();
  b.go();
  EXPECT_EQ(b.m.log.back(), "detached");
  EXPECT_EQ(b.m.log.size(), 3u);
}

TEST(ListenerHandle, SwapExchangesTheListeners) {
  Bench b;
  ListenerHandle first = b.target.add_event_listener("go", b.m.note("first"));
  ListenerHandle second = b.target.add_event_listener("go", b.m.note("second"));
  first.swap(second);
  first.swap(first);
  first.remove();
  b.go();
  EXPECT_EQ(b.m.log, Lines{"first"});
}

TEST(ListenerHandle, MayOutliveItsTargetAndItsLoop) {
  ListenerHandle handle;
  {
    ManualLoop m;
    EventTarget target(m.loop);
    handle = target.add_event_listener("go", [] {});
    EXPECT_TRUE(handle.active());
  }
  EXPECT_FALSE(handle.active());
  handle.remove();
}

TEST(ListenerHandle, RemovalFreesTheCapturesAtOnceAndInsideACallWhenTheLastOneReturns) {
  Bench b;
  const auto token = std::make_shared<int>(1);
  ListenerHandle handle = b.target.add_event_listener("go", [token] {});
  handle.remove();
  EXPECT_EQ(token.use_count(), 1);
  int depth = 0;
  handle = b.target.add_event_listener("go", [&, token] {
    if (++depth == 1) b.go();  // twice on the stack; the inner call removes
    handle.remove();
    EXPECT_EQ(token.use_count(), 2);
  });
  b.go();
  EXPECT_EQ(depth, 2);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(EventTarget, AMillionListenersComeAndGoAndNothingIsLeft) {
  Bench b;
  AbortController controller(b.m.loop);
  for (int i = 0; i < 1'000'000; ++i)
    static_cast<void>(b.target.add_event_listener("go", [] {}, {.once = i % 2 == 0, .signal = controller.signal()}));
  EXPECT_FALSE(b.target.has_listeners("go"));
}

}  // namespace
}  // namespace millrace
