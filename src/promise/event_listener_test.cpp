// What ends a listener: its signal, its handle, the end of the target.
#include <millrace/event_target.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "support/event_bench.h"

namespace millrace {
namespace {
using namespace testing;

// Signals.

TEST(EventTarget, AnAbortOfTheSignalRemovesTheListener) {
  EventBench b;
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
  EventBench b;
  const ListenerHandle handle =
      b.target.add_event_listener("go", b.m.note("never"), {.signal = AbortSignal::aborted_with(b.m.loop)});
  EXPECT_FALSE(handle.active());
  EXPECT_FALSE(b.target.has_listeners("go"));
}

TEST(EventTarget, AbortInsideADispatchRemovesWhatHasNotBeenCalled) {
  EventBench b;
  AbortController controller(b.m.loop);
  b.target.add_event_listener("go", [&controller] { controller.abort(); }).detach();
  b.listen("removed", {.signal = controller.signal()});
  b.listen("last");
  b.m.loop.immediate([&b] { b.go(); }).value();
  b.m.loop.run();
  EXPECT_EQ(b.m.log, Lines{"last"});
}

TEST(EventTarget, AListenerMayAbortItsOwnSignal) {
  EventBench b;
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
  EventBench b;
  AbortController controller(b.m.loop);
  for (int i = 0; i < 3; ++i) {
    ListenerHandle handle = b.target.add_event_listener("go", [] {}, {.signal = controller.signal()});
    if (i == 1) handle.remove();
  }
  b.m.loop.immediate([&] { EXPECT_TRUE(controller.abort()); }).value();
  b.m.loop.run();
}

// Handles and targets.

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
  EventBench b;
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
  EventBench b;
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
  EventBench b;
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
  EventBench b;
  AbortController controller(b.m.loop);
  for (int i = 0; i < 1'000'000; ++i)
    static_cast<void>(b.target.add_event_listener("go", [] {}, {.once = i % 2 == 0, .signal = controller.signal()}));
  EXPECT_FALSE(b.target.has_listeners("go"));
}

}  // namespace
}  // namespace millrace
