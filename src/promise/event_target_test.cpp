// EventTarget and Event: the clauses of DOM's dispatch, one by one, and what a listener may do to the target while it is called. What it
// may throw is in event_target_errors_test.cpp, what ends a listener in event_listener_test.cpp.
#include <millrace/event_target.h>

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/event_bench.h"

namespace millrace {
namespace {
using namespace testing;

TEST(EventTarget, CallsTheListenersOfTheTypeSynchronouslyInTheOrderOfAdding) {
  EventBench b;
  b.listen("first");
  b.target.add_event_listener("other", b.m.note("other")).detach();
  b.listen("second");
  EXPECT_TRUE(b.go());
  EXPECT_EQ(b.m.log, (Lines{"first", "second"}));
  EXPECT_FALSE(b.m.loop.alive()) << "nothing was left for the loop";
}

TEST(EventTarget, CallsACallbackAsOftenAsItWasAdded) {
  EventBench b;
  const auto callback = b.m.note("called");
  b.target.add_event_listener("go", callback).detach();
  b.target.add_event_listener("go", callback).detach();
  b.go();
  EXPECT_EQ(b.m.log, (Lines{"called", "called"}));
}

TEST(EventTarget, AnEventWithoutListenersIsDispatchedToNobody) {
  EventBench b;
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
  EventBench b;
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
    EventBench b;
    b.target.add_event_listener("go", [](Event& event) { event.prevent_default(); }, {.passive = c.passive}).detach();
    Event event("go", {.cancelable = c.cancelable});
    EXPECT_EQ(event.cancelable(), c.cancelable);
    EXPECT_EQ(b.target.dispatch(event), c.result);
    EXPECT_EQ(event.default_prevented(), !c.result);
  }
}

TEST(EventTarget, APassiveListenerDoesNotMakeTheNextOnePassiveEvenWhenItThrows) {
  EventBench b({.on_uncaught = [](const Error&) {}});
  b.target.add_event_listener("go", [] { throw 1; }, {.passive = true}).detach();
  b.target.add_event_listener("go", [](Event& event) { event.prevent_default(); }).detach();
  EXPECT_FALSE(b.go());
}

TEST(EventTarget, APassiveListenersRestraintEndsWithItsCall) {
  EventBench b;
  b.target.add_event_listener("go", [] {}, {.passive = true}).detach();
  Event event("go", {.cancelable = true});
  EXPECT_TRUE(b.target.dispatch(event));
  event.prevent_default();
  EXPECT_TRUE(event.default_prevented());
}

TEST(EventTarget, ADefaultOncePreventedStaysPreventedInALaterDispatch) {
  EventBench b;
  b.target.add_event_listener("go", [](Event& event) { event.prevent_default(); }, {.once = true}).detach();
  Event event("go", {.cancelable = true});
  EXPECT_FALSE(b.target.dispatch(event));
  EXPECT_FALSE(b.target.dispatch(event));
}

TEST(EventTarget, StopImmediatePropagationEndsThisDispatchOnly) {
  EventBench b;
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
  EventBench b;
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
    EventBench b;
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
  EventBench b;
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
      EventBench b;
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
  EventBench b;
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
  EventBench b;
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
  EventBench b;
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
  EventBench b;
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
  EventBench b;
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

}  // namespace
}  // namespace millrace
